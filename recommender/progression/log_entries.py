"""What a log holds: a session, and how the back was on the day after it.

The values are checked here, without pydantic, so that a log can be read and written by a command that starts at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from recommender.knowledge.shipped import as_shipped
from recommender.sentences import Say, listed

__all__ = ["EARLIER", "FORM", "Done", "Entry", "NextDay", "Session", "faults_in"]

FORM: Final = "recommender log 1"  # stands first on every line, so that another file is never taken for a log
EARLIER = "recommender diary 1"  # the same line as 0.1.0 began it
Form = Literal["recommender log 1"]
LegSymptoms = Literal["none", "as_before", "new", "unsure"]
Back = Literal["better", "same", "worse", "unsure"]
Finished = Literal["all", "part", "skipped", "pain"]
DAY = 24 * 60  # minutes
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class _Checked:
    """A value that cannot be made with a field that does not fit. Raises ValueError."""

    def __post_init__(self) -> None:
        for name in ("note", "signs"):
            if name in vars(self):
                object.__setattr__(self, name, _writable(vars(self)[name]))
        for name, accepted in faults_in(type(self), vars(self), as_shipped):
            raise ValueError(f"{name} is {str(vars(self)[name])[:60]!r}; accepted is {accepted}")


@dataclass(frozen=True, kw_only=True)
class Done(_Checked):
    """What was done of one exercise."""

    exercise: str
    """The id of the exercise."""
    sets: int
    """How many sets were really done."""
    reps: int
    """How many repetitions in a set were really done, on each side."""
    hold: int
    """For how many seconds each was really held."""
    finished: Finished
    """`all`: the whole dose that was given; `pain`: it was left because it hurt."""


@dataclass(frozen=True, kw_only=True)
class Session(_Checked):
    """One session."""

    form: Form = FORM
    """The form of the line."""
    kind: Literal["session"] = "session"
    """What the line is about."""
    at: datetime
    """When it ended, with its time zone."""
    knowledge: str
    """The hash of the knowledge that made its routine."""
    pain_before: int
    """Pain before it, 0 to 10."""
    pain_after: int
    """Pain after it, 0 to 10."""
    pain_lasted_minutes: int | None = None
    """How long pain that was more than mild lasted; None: there was none, or the person does not know."""
    leg_symptoms: LegSymptoms
    """Leg symptoms; those of which one is unsure count as new."""
    stopped: bool
    """Whether the session was ended because of pain."""
    signs: tuple[str, ...] = ()
    """The signs that cannot wait, in the words of the questionnaire.

    `unsure` stands also for a question about them that was put and has no answer.
    """
    done: tuple[Done, ...]
    """What was done of each exercise."""
    note: str = ""
    """What the person wrote about it."""


@dataclass(frozen=True, kw_only=True)
class NextDay(_Checked):
    """How the back was on a later day, before the next session; it is about the session above it."""

    form: Form = FORM
    """The form of the line."""
    kind: Literal["next_day"] = "next_day"
    """What the line is about."""
    at: datetime
    """When it was said, with its time zone."""
    back: Back
    """How the back was; one of which the person is unsure counts as worse."""
    leg_symptoms: LegSymptoms
    """Leg symptoms; those of which one is unsure count as new."""
    note: str = ""
    """What the person wrote about it."""


Entry = Session | NextDay


def faults_in(kind: type[Any], values: Mapping[str, Any], say: Say) -> Iterator[tuple[str, str]]:
    """The fields of these values that do not fit, each with what is accepted. What is missing is not looked for."""
    for name, check in _CHECKS[kind].items():
        if name in values and (accepted := check(values[name], say)):
            yield name, accepted


def _writable(value: Any) -> Any:
    """The text or texts without halves of characters, which no file could hold."""
    if isinstance(value, tuple):
        return tuple(map(_writable, value))
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


# --- what is accepted, in words; nothing where the value is --------------------------------------------

Check = Callable[[Any, Say], str]


def _number(most: int) -> Check:
    def check(value: Any, say: Say) -> str:
        right = type(value) is int and 0 <= value <= most
        return "" if right else say("accepted.number", lowest=0, highest=most)

    return check


def _number_or_none(most: int) -> Check:
    return lambda value, say: "" if value is None else _number(most)(value, say)


def _word(*words: str) -> Check:
    shown = [f"'{word}'" for word in words]
    return lambda value, say: "" if isinstance(value, str) and value in words else listed(shown, say, last="list.or")


def _text(most: int, least: int = 0) -> Check:
    def check(value: Any, say: Say) -> str:
        if isinstance(value, str) and least <= len(value) <= most:
            return ""
        return say("accepted.text_between" if least else "accepted.text", least=least, most=most)

    return check


def _id(value: Any, say: Say) -> str:
    return "" if isinstance(value, str) and _ID.fullmatch(value) else say("accepted.id")


def _truth(value: Any, say: Say) -> str:
    return "" if type(value) is bool else say("accepted.true_or_false")


def _moment(value: Any, say: Say) -> str:
    return "" if isinstance(value, datetime) and value.utcoffset() is not None else say("accepted.moment")


def _signs(value: Any, say: Say) -> str:
    if not isinstance(value, tuple) or len(value) > SIGNS:
        return say("accepted.signs", most=SIGNS)
    check = _text(100, least=1)
    return next(filter(None, (check(sign, say) for sign in value)), "")


def _all_done(value: Any, say: Say) -> str:
    right = isinstance(value, tuple) and all(isinstance(one, Done) for one in value)
    return "" if right else say("accepted.all_done")


SIGNS = 60
_LEGS = _word("none", "as_before", "new", "unsure")
_CHECKS: Mapping[type[Any], Mapping[str, Check]] = {
    Done: {
        "exercise": _id,
        "sets": _number(100),
        "reps": _number(1000),
        "hold": _number(7200),
        "finished": _word("all", "part", "skipped", "pain"),
    },
    Session: {
        "form": _word(FORM),
        "kind": _word("session"),
        "at": _moment,
        "knowledge": _text(64),
        "pain_before": _number(10),
        "pain_after": _number(10),
        "pain_lasted_minutes": _number_or_none(DAY),
        "leg_symptoms": _LEGS,
        "stopped": _truth,
        "signs": _signs,
        "done": _all_done,
        "note": _text(2000),
    },
    NextDay: {
        "form": _word(FORM),
        "kind": _word("next_day"),
        "at": _moment,
        "back": _word("better", "same", "worse", "unsure"),
        "leg_symptoms": _LEGS,
        "note": _text(2000),
    },
}
