"""What a log tells of each session, as the facts that the rules of progress read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from recommender.knowledge.progression import OF_ONE_EXERCISE, Progress
from recommender.logic.facts import UNKNOWN
from recommender.progression.log_entries import Entry, NextDay, Session

__all__ = ["LogFacts", "LoggedSession", "logged_sessions"]

ELSEWHERE = timedelta(days=1)  # where one has travelled west, the log may be a day ahead


@dataclass(frozen=True, slots=True)
class LoggedSession:
    """A session, and all that was said of the days after it before there was a session on another day.

    `days_without` counts the days until something was done again, or until today. `signs` are those that
    cannot wait, of this session and of all before it.
    """

    session: Session
    after: tuple[NextDay, ...]
    days_without: int
    signs: frozenset[str]

    @property
    def day(self) -> date:
        """The day of the session, where it was done."""
        return self.session.at.date()


def logged_sessions(entries: Sequence[Entry], today: date) -> tuple[LoggedSession, ...]:
    """The sessions in their order, each with what was said of the days after it."""
    found: list[LoggedSession] = []
    days_of = _days_of(entries, today)
    since: list[NextDay] = []
    again = today
    told = Counter(sign for entry in entries if isinstance(entry, Session) for sign in entry.signs)
    for entry, day in zip(reversed(entries), reversed(days_of), strict=True):
        if isinstance(entry, NextDay):
            since.append(entry)
            continue
        same_day = found[-1].after if found and found[-1].day == entry.at.date() else ()
        days = max(0, (again - day).days)
        found.append(LoggedSession(entry, (*reversed(since), *same_day), days, frozenset(+told)))
        told.subtract(entry.signs)
        again = day if _did_something(entry) else again
        since = []
    return tuple(reversed(found))


def _days_of(entries: Sequence[Entry], today: date) -> list[date]:
    """The days from which a pause is counted.

    A day that is still to come is that of a wrong clock: the pause is then counted from the line above it, so that it
    rather seems longer than it was.
    """
    days: list[date] = []
    for entry in entries:
        day = entry.at.date()
        days.append(days[-1] if days and day > today + ELSEWHERE else day)
    return days


def _did_something(session: Session) -> bool:
    """Whether the session counts as one: not if all that it names was left out."""
    return not session.done or any(done.reps for done in session.done)


class LogFacts:
    """Works out the facts of sessions. `knows_legs`: the profile says that there are leg symptoms."""

    def __init__(self, progress: Progress, *, knows_legs: bool) -> None:
        self.progress, self.knows_legs = progress, knows_legs
        self._questions = progress.table.questions

    def of(self, logged: LoggedSession, dose_done: str | None) -> dict[str, Any]:
        """The facts of a session; `dose_done` is how one exercise went, None where none is meant."""
        session = logged.session
        mild = self.progress.steps.mild
        minutes: int | str = session.pain_lasted_minutes or 0
        if session.pain_lasted_minutes is None and session.pain_after > mild:
            minutes = UNKNOWN
        usual = self._questions[OF_ONE_EXERCISE].baseline
        return {
            "emergency_signs": self._signs(logged),
            "pain_after": session.pain_after,
            "pain_rise": max(0, session.pain_after - session.pain_before),
            "minutes_above_mild": minutes if minutes == UNKNOWN else self._within("minutes_above_mild", int(minutes)),
            "leg_symptoms": self._legs(logged),
            "stopped": "yes" if session.stopped else "no",
            "next_day": self._next_day(logged),
            "days_without": self._within("days_without", logged.days_without),
            OF_ONE_EXERCISE: usual if dose_done is None else dose_done,
        }

    def encoded(self, logged: LoggedSession, dose_done: str | None) -> tuple[int, ...]:
        """The same, as conditions read it."""
        return self.progress.table.encode(self.of(logged, dose_done))

    def _within(self, field: str, number: int) -> int:
        return min(number, self._questions[field].highest)

    def _signs(self, logged: LoggedSession) -> str:
        """Doubt alone is told apart, so that nobody reads of a sign that was never named."""
        return "no" if not logged.signs else "unsure" if logged.signs == {"unsure"} else "yes"

    def _legs(self, logged: LoggedSession) -> str:
        said = [logged.session.leg_symptoms, *(day.leg_symptoms for day in logged.after)]
        told = ["not_told" if word == "as_before" and not self.knows_legs else word for word in said]
        return self._riskiest("leg_symptoms", told)

    def _next_day(self, logged: LoggedSession) -> str:
        """How the back was on later days; a good word of the same day does not count yet."""
        said = [day.back for day in logged.after if day.at.date() > logged.day or day.back in ("worse", "unsure")]
        return self._riskiest("next_day", [*said]) if said else UNKNOWN

    def _riskiest(self, field: str, words: Sequence[str]) -> str:
        """The riskiest of some words. Among words of one level, the one that the file names last."""
        codes = self.progress.table.by_name[field].codes
        return max(words, key=codes.index)
