"""What a diary tells of each session, as the facts that the rules of progress read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from recommender.diary.entries import Entry, NextDay, Session
from recommender.facts import UNKNOWN
from recommender.knowledge.progress import OF_ONE_EXERCISE, Progress

__all__ = ["Block", "Facts", "blocks_of"]


@dataclass(frozen=True, slots=True)
class Block:
    """A session, and all that was said of the days after it before there was a session on another day."""

    session: Session
    after: tuple[NextDay, ...]

    @property
    def day(self) -> date:
        """The day of the session, where it was done."""
        return self.session.at.date()


def blocks_of(entries: Sequence[Entry]) -> tuple[Block, ...]:
    """The sessions in their order, each with what was said of the days after it."""
    found: list[Block] = []
    since: list[NextDay] = []
    for entry in reversed(entries):
        if isinstance(entry, NextDay):
            since.append(entry)
            continue
        same_day = found[-1].after if found and found[-1].day == entry.at.date() else ()
        found.append(Block(entry, (*reversed(since), *same_day)))
        since = []
    return tuple(reversed(found))


class Facts:
    """Works out the facts of sessions. `knows_legs`: the profile says that there are leg symptoms."""

    def __init__(self, progress: Progress, *, knows_legs: bool) -> None:
        self.progress, self.knows_legs = progress, knows_legs
        self._questions = progress.table.questions

    def of(self, block: Block, dose_done: str | None) -> dict[str, Any]:
        """The facts of a session; `dose_done` is how one exercise went, None where none is meant."""
        session = block.session
        mild = self.progress.steps.mild
        minutes: int | str = session.pain_lasted_minutes or 0
        if session.pain_lasted_minutes is None and session.pain_after > mild:
            minutes = UNKNOWN
        usual = self._questions[OF_ONE_EXERCISE].baseline
        return {
            "pain_after": session.pain_after,
            "pain_rise": max(0, session.pain_after - session.pain_before),
            "minutes_above_mild": minutes if minutes == UNKNOWN else self._within("minutes_above_mild", int(minutes)),
            "leg_symptoms": self._legs(block),
            "stopped": "yes" if session.stopped else "no",
            "next_day": self._next_day(block),
            OF_ONE_EXERCISE: usual if dose_done is None else dose_done,
        }

    def encoded(self, block: Block, dose_done: str | None) -> tuple[int, ...]:
        """The same, as conditions read it."""
        return self.progress.table.encode(self.of(block, dose_done))

    def _within(self, field: str, number: int) -> int:
        return min(number, self._questions[field].highest)

    def _legs(self, block: Block) -> str:
        said = [block.session.leg_symptoms, *(day.leg_symptoms for day in block.after)]
        told = ["not_told" if word == "as_before" and not self.knows_legs else word for word in said]
        return self._riskiest("leg_symptoms", told)

    def _next_day(self, block: Block) -> str:
        """How the back was on later days; a good word of the same day does not count yet."""
        said = [day.back for day in block.after if day.at.date() > block.day or day.back in ("worse", "unsure")]
        return self._riskiest("next_day", [*said]) if said else UNKNOWN

    def _riskiest(self, field: str, words: Sequence[str]) -> str:
        """The riskiest of some words. Among words of one level, the one that the file names last."""
        codes = self.progress.table.by_name[field].codes
        return max(words, key=codes.index)
