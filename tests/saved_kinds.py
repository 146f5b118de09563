"""Saved results of different kinds, as JSON values, and every single change of one."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from recommender import Knowledge, Recommendation
from recommender.cli.files import read_profile
from recommender.decision.pipeline import Recommender
from recommender.kept.result import verified_result
from recommender.profile.saved_answers import current
from recommender.progression.adapt import adapt
from recommender.progression.log_entries import Done, Entry, NextDay, Session
from recommender.progression.result import Adapted
from tests.command_line import EXAMPLES
from tests.conftest import person

__all__ = ["TODAY", "Change", "Kind", "changes", "course", "kind", "names", "of_profile", "proved", "sampled"]

TODAY = date.today()  # one day for all: a run that goes on past midnight must not make a result a day old
KNOWLEDGE = Knowledge.shipped()
SHORT = {  # an outcome with every part of a result, and few exercises that say the same
    "routine": "desk-worker",
    "relief": "acute-flare",
    "see a clinician": "three-weeks-after-injury",
    "emergency": "emergency",
}
names = (*SHORT, "adapted", "overlay")


@dataclass(frozen=True)
class Kind:
    """A saved result: the JSON value of its file, what was saved, and the rules that made it."""

    data: dict[str, Any]
    result: Recommendation
    knowledge: Knowledge

    def fresh(self) -> dict[str, Any]:
        """The value of the file, to be changed."""
        return copy.deepcopy(self.data)


def of_profile(profile: Mapping[str, Any], knowledge: Knowledge = KNOWLEDGE) -> Recommendation:
    """The result as a command makes it of a profile: with the days of answers that count on."""
    saved = current(profile, knowledge, TODAY)
    return Recommender(knowledge).of_answers(saved.answers, saved.days)


def proved(data: Any, knowledge: Knowledge = KNOWLEDGE, name: str = "kept.json", **more: Any) -> Recommendation:
    """What is taken back of this on the day of these tests, or on another."""
    return verified_result(data, knowledge, name, **{"today": TODAY, **more})


@cache
def kind(name: str) -> Kind:
    """One of the six kinds by its name."""
    if name == "adapted":
        *_, adapted = course(person(pain_now=1, level="regular", minutes=60), 9)
        assert adapted.recommendation is not None
        assert adapted.changes
        return Kind(json.loads(adapted.model_dump_json()), adapted.recommendation, KNOWLEDGE)
    knowledge = Knowledge.load(EXAMPLES / "clinic") if name == "overlay" else KNOWLEDGE
    result = of_profile(read_profile(str(EXAMPLES / f"{SHORT.get(name, 'pregnancy')}.yaml")), knowledge)
    return Kind(json.loads(result.model_dump_json()), result, knowledge)


def course(profile: dict[str, Any], days: int, knowledge: Knowledge = KNOWLEDGE) -> Iterator[Adapted]:
    """What `next` gives after each of so many good sessions, one a day; the last one is of today."""
    log: list[Entry] = []
    for day in range(days):
        at = datetime.combine(TODAY, time(8), UTC) - timedelta(days=days - 1 - day)
        adapted = adapt(log, profile, knowledge=knowledge, today=at.date())
        yield adapted
        steps = adapted.recommendation.routine if adapted.recommendation else ()
        done = tuple(
            Done(exercise=s.exercise, sets=s.dose.sets, reps=s.dose.reps, hold=s.dose.hold, finished="all")
            for s in steps
        )
        log += [
            Session(
                at=at, knowledge=knowledge.hash, pain_before=1, pain_after=1, leg_symptoms="none", stopped=False,
                done=done,
            ),
            NextDay(at=at + timedelta(hours=20), back="same", leg_symptoms="none"),
        ]  # fmt: skip


# --- every single change --------------------------------------------------------------------------

GONE = object()


@dataclass(frozen=True)
class Change:
    """Another value at one place, or none. It can be made and taken back."""

    way: tuple[Any, ...]
    kind: str
    value: Any

    @property
    def group(self) -> tuple[Any, ...]:
        """Changes of one kind at places that differ by the number in a list alone."""
        return (*("*" if isinstance(key, int) else key for key in self.way), self.kind)

    def made(self, data: dict[str, Any]) -> dict[str, Any]:
        """A copy of the data with this change; what it does not touch is shared with the data."""
        whole: Any = {"": data}
        top = whole
        for key in ("", *self.way[:-1]) if self.way else ():
            inner = top[key]
            top[key] = dict(inner) if isinstance(inner, dict) else list(inner)
            top = top[key]
        key = self.way[-1] if self.way else ""
        if self.value is GONE:
            del top[key]
        else:
            top[key] = self.value
        found: dict[str, Any] = whole[""]
        return found


def changes(data: Any, way: tuple[Any, ...] = ()) -> Iterator[Change]:
    """Every single change of a JSON value: of its words, numbers, lists and mappings, one at a time."""
    if isinstance(data, dict):
        yield Change((*way, "one_more"), "key added", "x")
    if isinstance(data, list):
        yield Change(way, "element added", [*data, data[-1] if data else "x"])
        if data:
            yield Change(way, "first element dropped", data[1:])
            yield Change(way, "last element dropped", data[:-1])
            yield Change(way, "element doubled", [data[0], *data])
            if data[::-1] != data:
                yield Change(way, "reordered", data[::-1])
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        here = (*way, key)
        if isinstance(data, dict):
            yield Change(here, "key dropped", GONE)
        if value is not None:
            yield Change(here, "null", None)
        if isinstance(value, dict | list):
            yield from changes(value, here)
        elif isinstance(value, bool):
            yield Change(here, "flipped", not value)
        elif isinstance(value, int):
            yield Change(here, "one more", value + 1)
            yield Change(here, "one less", value - 1)
            yield Change(here, "as a word", str(value))
        elif isinstance(value, str):
            yield Change(here, "altered", f"{value} Harder.")
            if value:
                yield Change(here, "emptied", "")
                yield Change(here, "cut", value[:-1])
        else:
            yield Change(here, "word for nothing", "yes")
            yield Change(here, "number for nothing", 1)


def sampled(data: Any, most: int) -> list[Change]:
    """At most so many of the changes: one of each kind at each kind of place first, drawn alike each time."""
    chance = random.Random(7)
    groups: dict[Any, list[Change]] = {}
    for change in changes(data):
        groups.setdefault(change.group, []).append(change)
    firsts = [chance.choice(group) for group in groups.values()]
    chance.shuffle(firsts)
    return firsts[:most]
