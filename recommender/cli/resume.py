"""The answers that a file holds from before: which still hold, and what is asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recommender.cli.files import read_profile
from recommender.errors import ProfileError, ProfileFault
from recommender.logic.answer_days import ANSWERED_ON, Counted, counted_on, split
from recommender.logic.answers import begun_in, clean, flatten, nest, plain
from recommender.profile.checking import examine
from recommender.profile.interview import most_careful
from recommender.profile.screening import forced_messages
from recommender.profile.wishes import taken_out
from recommender.sentences import date_in_words, listed

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge
    from recommender.logic.questions import Question
    from recommender.profile.interview import Interview

__all__ = ["Before", "before", "dated_again"]

LONG_AGO = date(1970, 1, 1)  # a day that a file can hold

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """What was answered before: what still holds, what was said, and when.

    `answers` hold weeks as they are today, `said` as they were said. `begun` holds the screens that
    were answered of a long question. `lines` tell the person what is asked again, and why. `wishes` name
    exercises (see `wishes.py`), which nobody is asked for: they are kept as they are.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    begun: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    wishes: Mapping[str, Words] = field(default_factory=dict)


def before(file: Path, knowledge: Knowledge) -> Before | None:
    """The answers in a file, or None where there is none. Raises ProfileError if the file cannot be used."""
    say = knowledge.say
    try:
        there = file.exists()
    except OSError as error:  # no name for a file, such as one that is far too long
        found = say("files.unusable", why=error.strerror)
        raise ProfileError([ProfileFault.of(say, f"{str(file)[:60]}", found, say("accepted.file_name"))]) from None
    if not there:
        return None
    data = read_profile(str(file), say) or {}
    if not isinstance(data, dict):
        raise ProfileError([ProfileFault.of(say, str(file), say("files.no_answers"), say("accepted.saved_answers"))])
    questions, today = knowledge.table.questions, date.today()
    profile, days = split(data, questions, say, today)
    flat = flatten(plain(profile, questions, say), questions)
    wishes, odd = taken_out(flat, knowledge.numbers, say)
    begun = {
        name: parts for name, question in questions.items() if (parts := begun_in(question, flat.get(name))) is not None
    }
    said, faults = clean({name: value for name, value in flat.items() if name not in begun}, questions, say)
    if faults or odd:
        raise ProfileError([*faults, *odd], forced_messages(examine(profile, knowledge).known, knowledge))
    if days:
        said = {name: value for name, value in said.items() if name in days or not _filled_in(name, value, knowledge)}
    days = {**{name: _written(file) for name in (*said, *begun) if questions[name].today}, **days}
    counted = counted_on(said, days, today, knowledge.questionnaire)
    answers = {name: value for name, value in counted.answers.items() if name not in counted.to_ask}
    fresh = {name: parts for name, parts in begun.items() if days.get(name, today) == today}
    return Before(answers, fresh, said, days, tuple(_lines(counted, knowledge)), wishes)


def _filled_in(name: str, value: Any, knowledge: Knowledge) -> bool:
    """Whether this answer may be one that nobody was asked for, so that it stands for the most careful case."""
    question = knowledge.table.questions[name]
    return question.safety and value == most_careful(question)


def _written(file: Path) -> date:
    """The day on which the file was written; long ago where that day cannot be."""
    try:
        day = date.fromtimestamp(file.stat().st_mtime)
    except (OverflowError, ValueError, OSError):  # a time that no calendar holds
        return LONG_AGO
    return day if day <= date.today() else LONG_AGO  # a day to come: the clock was wrong then, or is now


def _lines(counted: Counted, knowledge: Knowledge) -> Iterable[str]:
    questions, say = knowledge.table.questions, knowledge.say

    def named(fields: Iterable[str]) -> str:
        return ", ".join(dict.fromkeys(questions[name].short for name in fields))

    if counted.changed:
        found = [
            say("ages.now", answer=f"{questions[c.field].short}:", said=c.said, now=c.now) for c in counted.changed
        ]
        yield say("ages.counted_on", answers="; ".join(found))
    if counted.older:
        days = sorted(set(counted.older.values()))
        if LONG_AGO in days:
            yield say("ages.resumed_older")
        else:
            latest = [date_in_words(day, say, "dates.day_of_two_digits") for day in days[-2:]]
            yield say("ages.resumed_from", since=listed(latest, say, last="list.and"))
    if counted.stale:
        yield say("ages.resumed_stale", n=knowledge.questionnaire.asked_again_after_weeks, answers=named(counted.stale))
    if counted.anew:
        yield say("ages.resumed_anew", answers=named(counted.anew))


def dated_again(flat: Mapping[str, Any], interview: Interview, earlier: Before) -> dict[str, Any]:
    """Answers by field as a file holds them: each as it was said, with the day on which that was.

    What nobody was asked for has no day. What was to be asked again and was not yet keeps its old one.
    """
    values: dict[str, Any] = {}
    days: dict[str, str] = {}
    given = {*interview.answers, *interview.fresh} - interview.assumed
    for name, question in interview.knowledge.table.questions.items():
        old = name in earlier.said and name not in interview.fresh and name not in interview.assumed
        if name not in flat and not (old and _goes_with(question, values)):
            continue
        values[name] = earlier.said[name] if old else flat[name]
        if old and name in earlier.days:
            days[name] = str(earlier.days[name])
        elif not old and name in given:
            days[name] = str(date.today())
    plainly = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    wishes = {name: list(ids) for name, ids in earlier.wishes.items()}
    return {**nest(plainly), **wishes, **({ANSWERED_ON: days} if days else {})}


def _goes_with(question: Question, values: Mapping[str, Any]) -> bool:
    """Whether the answer to this question goes with the one to its parent."""
    return question.parent is None or question.parent.asks(values.get(question.parent.field))
