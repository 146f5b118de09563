"""The result: frozen, typed, JSON in and out. Its order and its words never depend on chance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from recommender.frozen import FrozenDict, frozen
from recommender.plain import FORMAT, Spoken

__all__ = [
    "FORMAT",
    "DoseGiven",
    "Excluded",
    "KnowledgeStamp",
    "Message",
    "MessageKind",
    "NotChosen",
    "Reason",
    "Recommendation",
    "Relaxed",
    "SignedShare",
    "Step",
    "Urgency",
    "Value",
    "Whom",
    "made",
]


def _is_a_day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


Outcome = Literal["emergency", "see_clinician", "relief_only", "nothing_fits", "routine"]
Urgency = Literal["now", "today", "urgent", "soon", "none"]
Whom = Literal["emergency services", "maternity unit", "surgeon", "doctor", "physiotherapist"]
MessageKind = Literal["stop", "ask", "limit", "prefer", "advice", "note"]
Kind = Literal["safety", "practical", "selection"]
Answer = str | int | tuple[str, ...] | None
Day = Annotated[str, AfterValidator(_is_a_day)]  # such as 2026-11-23
Answers = Annotated[Mapping[str, Answer], AfterValidator(frozen)]


class Value(BaseModel):
    """A part of a result, which nobody can change."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @property
    def model_fields_set(self) -> set[str]:
        """The fields that were given, as a set of its own: what stands behind it is shared (see `made`)."""
        return set(self.__pydantic_fields_set__)


def made(kind: str, values: dict[str, Any]) -> Any:
    """A value made of parts that are known to be right, without checking them again.

    The same as `model_construct` of the class called `kind`, several times faster; `values` must
    name every field.
    """
    model, fields = _KINDS[kind]
    value = _new(model)
    _set_values(value, values)
    _set_names(value, fields)
    _set_extra(value, None)
    _set_private(value, None)
    return value


class Reason(Value):
    """Why a rule did what it did for this person.

    `text` speaks to the person, `because` to the clinician; `answers` holds the answers that made
    the rule hold, `unsure` the part of the text that says that a doubt counted as yes. `signed` tells
    whether a reviewer has signed what the rule means; a rule without is a draft, and applies all the same.
    """

    rule: str
    kind: Kind
    effect: str
    title: str
    text: str
    because: str
    answers: Answers
    unsure: str = ""
    sources: tuple[str, ...]
    reading: str
    signed: bool = False


class Message(Value):
    """Something that the person should know.

    A stop, an ask, a limit, what the choice among the allowed exercises went by (`prefer`), a piece
    of advice, or a note about the session.
    """

    kind: MessageKind
    topic: str = ""
    text: str
    rule: str = ""
    answers: Answers = FrozenDict()
    unsure: str = ""
    sources: tuple[str, ...] = ()
    reading: str = ""
    signed: bool = False


class DoseGiven(Value):
    """How much to do. `hold` and `rest` are seconds; `rest` is between sets; `text` says it in words."""

    sets: int
    reps: int
    hold: int
    rest: int
    per_side: bool
    low_end: bool
    text: str


class Step(Value):
    """One exercise of the routine.

    `seconds` is the whole time of the step: `change_seconds` to get into position, then the dose
    with its sides and rests. `notes` hold what this person should mind here.
    """

    order: int
    exercise: str
    name: str
    phase: str
    position: str
    change: str
    change_seconds: int
    dose: DoseGiven
    seconds: int
    how: tuple[str, ...]
    breathing: str
    feel: str
    stop_when: str
    notes: tuple[str, ...] = ()
    equipment: tuple[str, ...]
    sources: tuple[str, ...]
    reasons: tuple[str, ...]


class Excluded(Value):
    """An exercise that was left out, with every reason that hits it."""

    exercise: str
    name: str
    sources: tuple[str, ...]
    reasons: tuple[Reason, ...]
    instead: tuple[str, ...] = ()


class NotChosen(Value):
    """An exercise that is allowed but not in the routine, and why."""

    exercise: str
    name: str
    sources: tuple[str, ...]
    reason: Literal[
        "ranked_lower", "no_time", "same_family", "enough_exercises", "not_needed", "only_rest", "wished_away"
    ]
    text: str


class Relaxed(Value):
    """A rule that a clinic relaxes with its own rules: by whom, when, why and on what ground."""

    rule: str
    by: str
    when: str
    because: str
    sources: tuple[str, ...]


class KnowledgeStamp(Value):
    """Which knowledge made the result; `overlay` names a clinic whose own rules lie on top."""

    version: str
    hash: str
    overlay: str = ""
    relaxed: tuple[Relaxed, ...] = ()


class SignedShare(Value):
    """How much of what decided is signed: of so many `rules` that hold for this person, `signed` are.

    `drafts` names the others. They apply all the same.
    """

    rules: int
    signed: int
    drafts: tuple[str, ...]


class Recommendation(Spoken, Value):
    """What is recommended to one person, with the reasons for everything that was left out.

    Each exercise of the catalogue stands in exactly one of `routine`, `excluded` and `not_chosen`.
    `urgency` is how soon someone should be seen: now, today, urgent (today or tomorrow), soon (in the
    next days) or none; `whom` is who that is, None where nobody needs to be seen. `now` begins with a
    sentence that says both.

    `profile` holds the answers that made it, as `recommend` takes them, and `about` says so; it is None
    where they were left out. `answered_on` tells the day of those that have one. `adapted_on` is the day for
    which the routine was adapted to a diary, None for a fresh one. `format` is the version of this form.
    """

    about: str
    format: int
    outcome: Outcome
    urgency: Urgency
    whom: Whom | None
    title: str
    now: tuple[str, ...]
    show_to_clinician_first: bool
    minutes: int
    seconds: int
    routine: tuple[Step, ...]
    excluded: tuple[Excluded, ...]
    not_chosen: tuple[NotChosen, ...]
    messages: tuple[Message, ...]
    disclaimer: str
    review: SignedShare
    knowledge: KnowledgeStamp
    profile: Annotated[Mapping[str, Any] | None, AfterValidator(frozen)] = None
    answered_on: Annotated[Mapping[str, Day], AfterValidator(frozen)] = FrozenDict()
    adapted_on: Day | None = None

    @model_validator(mode="after")
    def _no_step_is_excluded(self) -> Recommendation:
        places = [entry.exercise for part in (self.routine, self.excluded, self.not_chosen) for entry in part]
        if len(set(places)) != len(places):
            raise ValueError("an exercise stands in two places")
        return self


_new = object.__new__
# The setters of the parent's slots, which a frozen model would not let through.
_set_values, _set_names, _set_extra, _set_private = (
    BaseModel.__dict__[name].__set__
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)
_KINDS: dict[str, tuple[type[BaseModel], set[str]]] = {
    kind.__name__: (kind, set(kind.model_fields))
    for kind in (
        Reason, Message, DoseGiven, Step, Excluded, NotChosen, Relaxed, KnowledgeStamp, SignedShare, Recommendation,
    )
}  # fmt: skip
