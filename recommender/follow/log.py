"""The diary of this person: where it is, what is still to be asked for it, and one more line in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from recommender.diary import (
    DiaryError,
    Done,
    Entry,
    LineFault,
    NextDay,
    Session,
    append,
    check_append,
    clock_note,
    read,
)
from recommender.errors import UsageError
from recommender.follow import asking
from recommender.follow.asking import say
from recommender.follow.clock import moment
from recommender.follow.hurt import IN_PROFILE, LEGS, SIGNS, ask_legs
from recommender.follow.player import Did
from recommender.follow.script import Script
from recommender.knowledge.knowledge import Knowledge

__all__ = ["ask_next_day", "check_line", "default_place", "done_of", "keep", "place_of", "session_of"]

BACK = {"better": "Better", "same": "The same", "worse": "Worse, or very sore", "unsure": "I am not sure"}


def default_place(file: str) -> Path:
    """The log beside a profile or a result: `my-answers.yaml` has `my-answers-log.jsonl`."""
    path = Path(file)
    return path.with_name(f"{path.stem}-log.jsonl")


def place_of(file: str, log: Path | None) -> Path | None:
    """Where the log is kept, or None for nowhere. The person is told, or asked where there is none yet.

    Raises UsageError and DiaryError before the session rather than after it.
    """
    place = log or default_place(file)
    if not place.parent.is_dir():
        raise UsageError(f"There is no folder {place.parent} for the log. Make it first, or name another --log FILE.")
    entries: Sequence[Entry] = ()
    if place.exists():
        entries = read(place, until=moment().date())
    elif log is None:
        why = "Then `recommender next` can adapt your routine. The log is yours; it is a text that you can read."
        if not asking.yes(f"Keep a log of your sessions in {place}?", why, "yes", leave=True):
            return None
    if entries or not place.exists():  # of an empty file there is nothing that could be wrong
        check_append(place, _next_day("unsure", "unsure"))
    say("")
    if note := clock_note(entries, moment()):
        say(note)
    say(f"After the session, one line about it is added to {place}. Nothing leaves this computer.")
    return place


def ask_next_day(place: Path, knowledge: Knowledge) -> dict[str, str]:
    """Ask how the back was after the latest session, if that was before today and is not in the log yet.

    Gives the answer on legs as it is called in a profile, if it may call for help; nothing otherwise.
    """
    now = moment()
    entries: Sequence[Entry] = read(place, until=now.date()) if place.exists() else ()
    if not entries or not isinstance(entries[-1], Session):
        return {}
    day = entries[-1].at.astimezone()
    ahead = day.date() > now.date() + timedelta(days=1)  # of a clock that was wrong; nobody knows the day then
    if day.date() >= now.date() and not ahead:
        return {}
    was = "The day of your last session is not known." if ahead else f"Your last session was on {day:%d %B %Y}."
    ask = f"{was} How was your back on the day after, compared with before it?"
    why = "The day after shows whether the exercises were right for you."
    back = asking.choice(ask, BACK, why, leave=True)
    legs = ask_legs(knowledge, "before that session", leave=True)
    keep(_next_day(back, legs), place)
    return {LEGS: IN_PROFILE[legs]} if legs in IN_PROFILE else {}


def _next_day(back: str, legs: str) -> NextDay:
    values: dict[str, Any] = {"back": back, "leg_symptoms": legs}
    return NextDay(at=moment(), **values)


def check_line(script: Script, mark: str, place: Path, knowledge: Knowledge) -> None:
    """Raise DiaryError before the session where the line about it could not be added, whatever is said in it."""
    whole = [Did(part, part.reps, "all") for part in script.parts]
    signs = (*knowledge.table.questions[SIGNS].words, "unsure")
    try:
        longest = session_of(
            whole, knowledge=mark, before=10, after=10, lasted=1, legs="unsure", stopped=True, signs=signs
        )
    except ValueError as error:
        found = f"it could not hold this session: {error}."
        raise DiaryError(place, [LineFault(None, found)], "--no-log leads through it without a log.") from None
    check_append(place, longest)


def session_of(
    done: Sequence[Did],
    *,
    knowledge: str,
    before: int,
    after: int,
    lasted: int | None,
    legs: str,
    stopped: bool,
    signs: Sequence[str] = (),
    note: str = "",
) -> Session:
    """The entry for a session that ends now."""
    answers: dict[str, Any] = {"leg_symptoms": legs}
    return Session(
        at=moment(),
        knowledge=knowledge,
        pain_before=before,
        pain_after=after,
        pain_lasted_minutes=lasted,
        stopped=stopped,
        signs=tuple(signs),
        note=note,
        done=tuple(done_of(did) for did in done),
        **answers,
    )


def done_of(did: Did) -> Done:
    """What was done, in whole sets; within the first set, as many repetitions as on each side."""
    dose = did.part.step.dose
    sides = 2 if dose.per_side else 1
    sets, reps = did.reps // (dose.reps * sides), dose.reps
    if not sets:
        reps = max(0, did.reps - dose.reps * (sides - 1))
        sets = 1 if reps else 0
    if not reps or not did.reps:
        sets = reps = 0
    return Done(
        exercise=did.part.step.exercise, sets=sets, reps=reps, hold=dose.hold if reps else 0, finished=did.finished
    )


def keep(entry: Entry, place: Path) -> bool:
    """Add the entry to the log. If that fails, show it, so that nothing is lost; gives whether it is kept."""
    try:
        append(place, entry)
    except DiaryError as error:
        say("")
        for line in str(error).splitlines():
            say(line, indent=2)
        say("This is the line, so that you can keep it. Put it at the end of your log:")
        click.echo(_as_line(entry), err=True)
        return False
    say(f"Added to {place}.")
    return True


def _as_line(entry: Entry) -> str:
    """The entry as it stands in a log."""
    from recommender.diary.lines import line_of  # noqa: PLC0415

    return line_of(entry).decode().rstrip("\n")
