"""The days on which saved answers were given, and what has become of the answers since.

Weeks never stand still: a week of pregnancy and the weeks since an injury or an operation are
counted on from the day of the answer. Other answers grow old, and are asked again in time. What is
counted on, and when an answer is too old, stands in rules/questionnaire.yaml (`counts_on`, `today`,
`asked_again_after_weeks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from recommender.errors import ProfileError, ProfileFault, closest
from recommender.sentences import Say

if TYPE_CHECKING:
    from recommender.logic.questions import Question, Questionnaire

__all__ = ["ANSWERED_ON", "Change", "Counted", "Dated", "counted_on", "dated", "no_field", "split"]

ANSWERED_ON = "answered_on"
WEEK = 7
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Dated:
    """A saved profile in its two parts, and the faults of the second."""

    profile: Any
    """The profile without its days, as it was given; it is not checked here."""
    days: Mapping[str, date]
    """The day of each answer that has one, by field (`pain_position.lying`)."""
    faults: tuple[ProfileFault, ...] = ()
    """What cannot be used among the days."""


@dataclass(frozen=True, slots=True)
class Change:
    """A number of weeks, as it was said and as it is now."""

    field: str
    said: int
    now: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The answers as they are today. Fields stand in the order of the questionnaire."""

    answers: Mapping[str, Any]
    """The answers by field, weeks counted on. Those in `ended` stand as they were said."""
    ended: tuple[Change, ...] = ()
    """Numbers that would be past their end now, so that they are asked anew."""
    anew: tuple[str, ...] = ()
    """What must be asked anew for that: the numbers, their parents, and all other details of those."""
    stale: tuple[str, ...] = ()
    """Answers that do not change from day to day, and are too old all the same."""
    older: Mapping[str, date] = field(default_factory=dict)
    """Answers that change from day to day and are not of today, with their days."""
    changed: tuple[Change, ...] = ()
    """What was counted on."""
    order: tuple[str, ...] = ()
    """All fields of the questionnaire."""

    @property
    def to_ask(self) -> tuple[str, ...]:
        """Every answer that the questionnaire asks for again."""
        found = {*self.anew, *self.stale, *self.older}
        return tuple(name for name in self.order if name in found)


def split(
    data: Mapping[str, Any], questions: Mapping[str, Question], say: Say, today: date | None = None
) -> tuple[dict[str, Any], dict[str, date]]:
    """The profile of a saved file, and the days of its answers by field; no days where none are kept.

    Raises ProfileError with all faults of the days (see `dated` to have them beside those of the answers).
    """
    found = dated(data, questions, say, today)
    if found.faults:
        raise ProfileError(found.faults)
    return dict(found.profile), dict(found.days)


def dated(data: Any, questions: Mapping[str, Question], say: Say, today: date | None = None) -> Dated:
    """The two parts of a saved profile. A profile without days is given back as it is.

    `today` is the last day on which an answer can have been given. The faults are in the words of `say`.
    """
    if not isinstance(data, Mapping) or ANSWERED_ON not in data:
        return Dated(data, {})
    profile = {key: value for key, value in data.items() if key != ANSWERED_ON}
    given = data[ANSWERED_ON]
    if given is None:
        return Dated(profile, {})
    if not isinstance(given, Mapping):
        odd = ProfileFault.of(say, ANSWERED_ON, say("days.no_mapping"), say("accepted.days"))
        return Dated(profile, {}, (odd,))
    latest = today or date.today()
    days: dict[str, date] = {}
    faults = []
    for name, value in _flat(given):
        day = _day(value)
        if name in days:
            faults.append(ProfileFault.of(say, f"{ANSWERED_ON}.{name}", say("days.in_two_places"), say("accepted.day")))
        elif (fault := _fault(name, value, day, latest, questions, say=say)) is not None:
            faults.append(fault)
        elif day is not None:
            days[name] = day
    return Dated(profile, days, tuple(faults))


def _flat(given: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in given.items():
        if isinstance(value, Mapping):
            for part, day in value.items():
                yield f"{key}.{part}", day
        else:
            yield str(key), value


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.match(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _fault(
    name: str, value: Any, day: date | None, latest: date, questions: Mapping[str, Question], *, say: Say
) -> ProfileFault | None:
    place = f"{ANSWERED_ON}.{_shown(name)}"
    if name not in questions:
        accepted = say("accepted.fields", fields=", ".join(questions))
        return ProfileFault.of(say, place, no_field(name, questions, say), accepted)
    if day is None:
        found = say("days.none_here") if value is None else say("days.no_day", value=_shown(value))
        return ProfileFault.of(say, place, found, say("accepted.day"))
    if day > latest:
        found = say("days.to_come", day=day, latest=latest)
        return ProfileFault.of(say, place, found, say("accepted.day_until", latest=latest))
    return None


def no_field(name: str, known: Iterable[str], say: Say) -> str:
    """That this is no field of a profile, with the one that may have been meant."""
    meant = closest(name, known)
    return say("answers.no_field_meant", meant=meant) if meant else say("answers.no_field")


def _shown(value: Any) -> str:
    text = "".join(ch if ch.isprintable() else "?" for ch in str(value)[: _SHOWN + 1])
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def counted_on(
    answers: Mapping[str, Any], days: Mapping[str, date], today: date, questionnaire: Questionnaire
) -> Counted:
    """What has become of answers by field (see `answers.flatten`) since the days on which they were given.

    An answer without a day is taken as it is. So is one of a day after `today`: nothing is counted back.
    Whoever saves answers again keeps what was said, and its day: a week that is counted on and saved
    with the day of today would be counted up again and again.
    """
    now = dict(answers)
    ended, stale, changed = [], [], []
    older: dict[str, date] = {}
    again = questionnaire.asked_again_after_weeks
    for question in questionnaire.questions:
        name = question.field
        if name not in answers or name not in days:
            continue
        passed = max((today - days[name]).days, 0)
        if question.today:
            if passed:
                older[name] = days[name]
            continue
        if again is not None and passed > again * WEEK:
            stale.append(name)
        said = answers[name]
        if question.counts_on is None or type(said) is not int or not passed:
            continue
        later = said + _weeks(passed, question)
        if later > question.highest and question.counts_on == "ask_anew":
            ended.append(Change(name, said, later))
            continue
        now[name] = max(said, min(later, question.highest))
        if now[name] != said:
            changed.append(Change(name, said, now[name]))
    return Counted(
        answers=now,
        ended=tuple(ended),
        anew=_families({change.field for change in ended}, answers, questionnaire),
        stale=tuple(stale),
        older=older,
        changed=tuple(changed),
        order=tuple(question.field for question in questionnaire.questions),
    )


def _weeks(passed: int, question: Question) -> int:
    """The weeks in so many days, counted so that the answer becomes no milder than it is.

    Where fewer weeks are riskier, only full weeks count. Where more are riskier, a week that has
    begun counts: the answer may have been given on any day of its week, so the next week of a
    pregnancy may begin on the very next day.
    """
    return -(-passed // WEEK) if question.risk == "upwards" else passed // WEEK


def _families(ended: set[str], answers: Mapping[str, Any], questionnaire: Questionnaire) -> tuple[str, ...]:
    """The numbers past their end, their parents, and the other details that hang on those."""
    parents = {q.parent.field for q in questionnaire.questions if q.field in ended and q.parent is not None}
    return tuple(
        question.field
        for question in questionnaire.questions
        if question.field in answers
        and (
            question.field in ended
            or question.field in parents
            or (question.parent is not None and question.parent.field in parents)
        )
    )
