"""What came out for 2,000 people, so that a change of the code that must not change a result can show it.

`python -m tests.recorded` writes the record anew. Do that after a change of the rules, and look at
`recommender rules diff` for what the change does to people; a change of the code alone needs no new record.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from recommender import Knowledge, recommend
from recommender.cli.files import read_profile
from recommender.logic.answers import nest
from recommender.review.examples import baseline

__all__ = ["RECORD", "lines", "people", "told"]

ROOT = Path(__file__).resolve().parent.parent
RECORD = Path(__file__).parent / "recorded_results.txt"
COUNT = 2000
USUAL = ("goal", "level", "minutes", "equipment", "pain_now", "pain_position.standing", "pain_position.sitting")

# What is compared of each value: its attributes by name; those named with a part are values themselves.
REASON = ("rule", "kind", "effect", "title", "text", "because", "answers", "unsure", "sources", "reading", "signed")
MESSAGE = ("kind", "topic", "text", "rule", "answers", "unsure", "sources", "reading", "signed")
DOSE = ("sets", "reps", "hold", "rest", "per_side", "low_end", "text")
STEP: tuple[Any, ...] = (
    "order", "exercise", "name", "phase", "position", "change", "change_seconds", ("dose", DOSE), "seconds", "how",
    "breathing", "feel", "stop_when", "notes", "equipment", "sources", "reasons",
)  # fmt: skip
EXCLUDED: tuple[Any, ...] = ("exercise", "name", "sources", ("reasons", REASON), "instead")
NOT_CHOSEN = ("exercise", "name", "sources", "reason", "text")
RESULT: tuple[Any, ...] = (
    "about", "outcome", "urgency", "whom", "title", "now", "show_to_clinician_first", "minutes", "seconds",
    ("routine", STEP), ("excluded", EXCLUDED), ("not_chosen", NOT_CHOSEN), ("messages", MESSAGE), "disclaimer",
    ("review", ("rules", "signed", "drafts")), "profile",
)  # fmt: skip


def told(value: Any, parts: tuple[Any, ...] = RESULT) -> Any:
    """The attributes of a result that a person or a caller sees, as plain values."""
    if isinstance(value, list | tuple):
        return [told(inner, parts) for inner in value]
    names = [(part, None) if isinstance(part, str) else part for part in parts]
    return {name: told(got, of) if of else got for name, of in names for got in [getattr(value, name)]}


def digest(value: Any) -> str:
    """A short sum of plain values."""
    text = json.dumps(value, sort_keys=True, default=dict)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def people(knowledge: Knowledge) -> Iterator[tuple[str, dict[str, Any]]]:
    """The examples, and people drawn once for all: one in four at random, the others healthy but for a few answers."""
    for path in sorted((ROOT / "examples").glob("*.yaml")):
        yield path.stem, read_profile(str(path))
    luck = random.Random(20261129)
    for number in range(COUNT):
        yield f"{number:04}", _drawn(luck, knowledge, few=number % 4 != 0)


def _drawn(luck: random.Random, knowledge: Knowledge, *, few: bool) -> dict[str, Any]:
    questions = knowledge.table.questions
    answers = dict(baseline(knowledge))
    changed = {*USUAL, *luck.sample(sorted(answers), luck.randint(0, 3))} if few else set(answers)
    for name, question in questions.items():
        parent = question.parent
        asked = parent is None or parent.asks(answers.get(parent.field))
        if asked and (name in changed or parent is not None):
            answers[name] = _answer(luck, question)
    return nest({name: list(value) if isinstance(value, tuple) else value for name, value in answers.items()})


def _answer(luck: random.Random, question: Any) -> Any:
    if question.kind == "choice":
        return luck.choice(question.words)
    if question.kind == "set":
        most = len(question.words) if question.risk == "shrinking" else 2
        return luck.sample(question.words, luck.randint(0, most))
    return luck.randint(question.lowest, question.highest)


def _logs(profile: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Any]:
    """What `next` gives after each of eight sessions, the fifth of which made the pain worse."""
    from recommender.progression.adapt import adapt
    from recommender.progression.log_entries import Done, Entry, NextDay, Session

    entries: list[Entry] = []
    for day in range(8):
        at = datetime.combine(datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day), time(8), UTC)
        adapted = adapt(entries, profile, knowledge=knowledge, today=at.date())
        yield adapted
        steps = adapted.recommendation.routine if adapted.recommendation else ()
        done = tuple(
            Done(exercise=s.exercise, sets=s.dose.sets, reps=s.dose.reps, hold=s.dose.hold, finished="all")
            for s in steps
        )
        after = 6 if day == 4 else 2
        entries += [
            Session(
                at=at, knowledge=knowledge.hash, pain_before=2, pain_after=after, leg_symptoms="none", stopped=False,
                done=done,
            ),
            NextDay(at=at + timedelta(hours=20), back="same", leg_symptoms="none"),
        ]  # fmt: skip


def _adapted(value: Any) -> Any:
    made = value.recommendation
    changes = [
        told(change, ("exercise", "name", "variable", "before", "after", "new", "text")) for change in value.changes
    ]
    return [value.verdict, value.title, changes, list(value.notes), told(made) if made else None]


def lines(knowledge: Knowledge) -> Iterator[str]:
    """A line for each person: the name, the sum of the result, and its outcome."""
    for name, profile in people(knowledge):
        result = recommend(profile, knowledge=knowledge)
        yield f"{name} {digest(told(result))} {result.outcome}"
    for name in ("trained", "desk-worker", "standing-hurts"):
        profile = read_profile(str(ROOT / "examples" / f"{name}.yaml"))
        for number, adapted in enumerate(_logs(profile, knowledge)):
            yield f"{name}+{number} {digest(_adapted(adapted))} {adapted.verdict}"


if __name__ == "__main__":
    RECORD.write_text("\n".join(lines(Knowledge.shipped())) + "\n", encoding="utf-8")
