"""Answers that were saved on an earlier day, as they are today.

A saved file may hold `answered_on`, the day of each answer (see `answer_days.py`). From Python:

    saved = current(mapping, Knowledge.shipped())
    recommend(saved.profile)               # weeks counted on; saved.counted says what has grown old

A plain mapping given to `recommend` has no days: its answers are those of today.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from recommender.errors import ProfileError, ProfileFault
from recommender.frozen import FrozenDict
from recommender.logic.answer_days import Change, Counted, Dated, counted_on, dated
from recommender.sentences import Say, date_in_words

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge

__all__ = ["Saved", "current", "quickly"]


@dataclass(frozen=True, slots=True)
class Saved:
    """A whole profile as it is today."""

    profile: Any
    """The profile as it was given, without days, and with its weeks counted on."""
    answers: dict[str, Any]
    """Its answers by field, clean and complete."""
    counted: Counted
    """What has become of the answers since they were given."""
    days: Mapping[str, str] = field(default_factory=FrozenDict)
    """The days as a result keeps them beside the answers: of weeks, the day from which `answers` count on."""


def current(
    data: Any, knowledge: Knowledge, today: date | None = None, *, latest: date | None = None, file: str = ""
) -> Saved:
    """The saved profile in `data` as it is on `today`.

    `latest` is the last day on which an answer can have been given, `today` unless given; `file` is
    the name of the profile, for what the error says to do.

    Raises ProfileError with all faults at once: of the answers, of their days, and of weeks that have
    gone past their end. What the answers already demand stands first.
    """
    if (saved := quickly(data, knowledge, today, latest=latest)) is not None:
        return saved
    from recommender.profile.checking import examine  # noqa: PLC0415
    from recommender.profile.screening import forced_messages  # noqa: PLC0415

    table, day = knowledge.table, today or date.today()
    parts = dated(data, table.questions, knowledge.say, latest or day)
    try:
        found = examine(parts.profile, knowledge)
    except ProfileError as error:
        raise ProfileError([*error.faults, *parts.faults], error.forced) from None
    counted = counted_on(found.answers, parts.days, day, knowledge.questionnaire)
    known = {**found.known, **{change.field: change.now for change in counted.changed}}
    for change in counted.ended:
        known.pop(change.field, None)
    ended = [_ended(change, parts.days[change.field], knowledge) for change in counted.ended]
    faults = [*found.faults, *parts.faults, *ended]
    if faults:
        asked = sum(fault.missing for fault in faults) + len(ended)
        do = _what_to_do(file, knowledge.say, asked=asked, others=len(faults) - asked)
        raise ProfileError(faults, forced_messages(known, knowledge), do)
    return _saved(parts, counted, day, knowledge)


def quickly(data: Any, knowledge: Knowledge, today: date | None = None, *, latest: date | None = None) -> Saved | None:
    """The same for a profile without any fault; None for all others. Does without pydantic."""
    day = today or date.today()
    parts = dated(data, knowledge.table.questions, knowledge.say, latest or day)
    answers = None if parts.faults else knowledge.form.answers(parts.profile)
    if answers is None:
        return None
    counted = counted_on(answers, parts.days, day, knowledge.questionnaire)
    return None if counted.ended else _saved(parts, counted, day, knowledge)


def _saved(parts: Dated, counted: Counted, today: date, knowledge: Knowledge) -> Saved:
    """The profile as it is today, with the days from which it counts on. Weeks without a day count from today."""
    days = dict(parts.days)
    for question in knowledge.questionnaire.questions:
        if question.counts_on is not None and type(counted.answers.get(question.field)) is int:
            days.setdefault(question.field, today)
    for change in counted.changed:
        days[change.field] = min(today, days[change.field] + timedelta(weeks=change.now - change.said))
    kept = FrozenDict({name: day.isoformat() for name, day in days.items()})
    return Saved(_with(parts.profile, counted), dict(counted.answers), counted, kept)


def _with(profile: Any, counted: Counted) -> Any:
    """The profile with what was counted on. Such a number stands at the top of a profile."""
    return {**profile, **{change.field: change.now for change in counted.changed}} if counted.changed else profile


def _ended(change: Change, day: date, knowledge: Knowledge) -> ProfileFault:
    say, highest = knowledge.say, knowledge.table.questions[change.field].highest
    then = date_in_words(day, say)
    found = say("days.ended", said=change.said, day=then, now=change.now, highest=highest)
    return ProfileFault.of(say, change.field, found, say("accepted.new_answer"))


def _what_to_do(file: str, say: Say, *, asked: int, others: int) -> str:
    """How to answer only what is missing or has become too old; empty where nothing is, or no file is known."""
    if not file or not asked:
        return ""
    if others:
        return say("faults.mend_others", file=shlex.quote(file))
    return say("faults.ask_only", n=asked, file=shlex.quote(file))
