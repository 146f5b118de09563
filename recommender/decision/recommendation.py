"""The result: frozen, typed, JSON in and out. Its order and its words never depend on chance.

Its values are plain dataclasses, so that a result is made, shown and written without pydantic. That is imported
where a result comes in from outside: `Recommendation.model_validate_json`, or a web framework.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Any, Literal, Self

from recommender.frozen import FrozenDict, frozen
from recommender.values import Frozen

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
]

FORMAT = 3  # of a result as JSON; it grows whenever a reader of an older one would misread it

Outcome = Literal["emergency", "see_clinician", "relief_only", "nothing_fits", "routine"]
Urgency = Literal["now", "today", "urgent", "soon", "none"]
Whom = Literal["emergency services", "maternity unit", "surgeon", "doctor", "physiotherapist"]
MessageKind = Literal["stop", "ask", "limit", "prefer", "advice", "note"]
Kind = Literal["safety", "practical", "selection"]
Why = Literal["ranked_lower", "no_time", "same_family", "enough_exercises", "not_needed", "only_rest", "wished_away"]
Answer = str | int | tuple[str, ...] | None


class Value(Frozen):
    """A part of a result, which nobody can change."""

    __pydantic_config__ = {"extra": "forbid", "use_attribute_docstrings": True}  # noqa: RUF012  # no field

    @classmethod
    def made(cls, values: dict[str, Any]) -> Self:
        """A value made of parts that are known to be right, without looking at them again.

        `values` must name every field, and belongs to the value from now on.
        """
        value = _new(cls)
        _set(value, "__dict__", values)
        return value

    @classmethod
    def model_validate(cls, data: Any) -> Self:
        """The value in `data`: a mapping as `model_dump` gives it. Raises pydantic's ValidationError."""
        from recommender.decision.served import adapter  # noqa: PLC0415  # pydantic, only where something comes in

        found: Self = adapter(cls).validate_python(data)
        return found

    @classmethod
    def model_validate_json(cls, text: str | bytes) -> Self:
        """The value in a JSON text, as `model_dump_json` gives it. Raises pydantic's ValidationError."""
        from recommender.decision.served import adapter  # noqa: PLC0415

        found: Self = adapter(cls).validate_json(text)
        return found

    @classmethod
    def model_json_schema(cls) -> dict[str, Any]:
        """The JSON Schema of what `model_dump_json` writes, and `model_validate_json` reads."""
        from recommender.decision.served import adapter  # noqa: PLC0415

        schema: dict[str, Any] = adapter(cls).json_schema(mode="serialization")
        return schema

    def model_dump(self, *, mode: Literal["python", "json"] = "python") -> dict[str, Any]:
        """All fields by name, their values too. With `json` it is what `model_dump_json` writes."""
        made: dict[str, Any] = json.loads(self.model_dump_json()) if mode == "json" else _dumped(self)
        return made

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """The value as JSON; with `indent`, each of its parts on a line of its own."""
        parts = self.json_parts()
        if indent is None:
            return _text(parts)
        lines = [f"{' ' * indent}{_text(name)}: {_text(part)}" for name, part in parts.items()]
        return "\n".join(["{", ",\n".join(lines), "}"])

    def json_parts(self) -> Mapping[str, Any]:
        """What stands for this value in JSON, by name."""
        return vars(self)


_new = object.__new__
_set = object.__setattr__  # a frozen value lets nothing else through


def _part(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value.json_parts()


_text = json.JSONEncoder(default=_part, ensure_ascii=False, separators=(",", ":")).encode


def _dumped(value: Any) -> Any:
    if isinstance(value, Value):
        return {name: _dumped(inner) for name, inner in vars(value).items()}
    if isinstance(value, Mapping):
        return {name: _dumped(inner) for name, inner in value.items()}
    return tuple(map(_dumped, value)) if isinstance(value, tuple) else value


class Reason(Value):
    """Why a rule did what it did for this person."""

    rule: str
    """The id of the rule."""
    kind: Kind
    """What the rule is for: safety, what is practical, or the selection among what is allowed."""
    effect: str
    """What the rule does: stop, avoid, allow_only, limit and so on."""
    title: str
    """The rule in a few words."""
    text: str
    """What the rule says to the person."""
    because: str
    """Why the rule holds, said to the clinician."""
    answers: Mapping[str, Answer]
    """The answers that made the rule hold, by field. Empty where it holds for everyone."""
    unsure: str = ""
    """The sentence that a doubt counted as yes; empty where there was none."""
    sources: tuple[str, ...]
    """The places of the texts and guidance on which the rule rests."""
    reading: str
    """How directly the sources say it, such as direct, cautious or inferred."""
    signed: bool = False
    """Whether a reviewer has signed what the rule means. Without it is a draft, and applies all the same."""

    def __post_init__(self) -> None:
        _set(self, "answers", frozen(self.answers))


class Message(Value):
    """Something that the person should know."""

    kind: MessageKind
    """A stop, an ask, a limit, what the choice went by (`prefer`), advice, or a note about the session."""
    topic: str = ""
    """What it is about: the outcome of a stop, who is to be asked, a rank of the choice, a topic of advice."""
    text: str
    """What is said to the person."""
    rule: str = ""
    """The id of the rule that says it; empty where none does."""
    answers: Mapping[str, Answer] = field(default_factory=FrozenDict)
    """The answers that made the rule hold, by field."""
    unsure: str = ""
    """The sentence that a doubt counted as yes; empty where there was none."""
    sources: tuple[str, ...] = ()
    """The places of the texts and guidance on which it rests."""
    reading: str = ""
    """How directly the sources say it; empty where there are none."""
    signed: bool = False
    """Whether a reviewer has signed what the rule means."""

    def __post_init__(self) -> None:
        _set(self, "answers", frozen(self.answers))


class DoseGiven(Value):
    """How much to do."""

    sets: int
    """How many sets."""
    reps: int
    """How many repetitions in a set, on each side where there are two."""
    hold: int
    """For how many seconds each repetition is held; 0 where nothing is held."""
    rest: int
    """How many seconds to rest between sets; 0 with one set."""
    per_side: bool
    """Whether all of it is done on each side."""
    low_end: bool
    """Whether the numbers are kept at the low end of what the texts give."""
    text: str
    """The dose in words."""


class Step(Value):
    """One exercise of the routine."""

    order: int
    """Its place in the routine, from 1."""
    exercise: str
    """The id of the exercise."""
    name: str
    """The exercise as people call it."""
    phase: str
    """The part of the session in which it stands, such as warm_up."""
    position: str
    """The position in which it starts."""
    change: str = ""
    """How to get there from the position before; empty where that is the same."""
    change_seconds: int
    """How many seconds it takes to get into position."""
    dose: DoseGiven
    """How much to do."""
    seconds: int
    """The whole time of the step in seconds: getting into position, then the dose with its sides and rests."""
    how: tuple[str, ...]
    """What to do, a sentence or two for each movement."""
    breathing: str
    """How to breathe."""
    feel: str
    """What one should feel."""
    stop_when: str
    """When to stop."""
    notes: tuple[str, ...] = ()
    """What this person should mind here."""
    equipment: tuple[str, ...] = ()
    """The kit that it needs."""
    sources: tuple[str, ...]
    """The places of the texts in which the exercise stands."""
    reasons: tuple[str, ...]
    """Why it was chosen, in words."""


class Excluded(Value):
    """An exercise that was left out."""

    exercise: str
    """The id of the exercise."""
    name: str
    """The exercise as people call it."""
    sources: tuple[str, ...]
    """The places of the texts in which the exercise stands."""
    reasons: tuple[Reason, ...]
    """Every rule that leaves it out, the weightiest first."""
    instead: tuple[str, ...] = ()
    """The ids of exercises that are allowed and can take its place."""


class NotChosen(Value):
    """An exercise that is allowed but not in the routine."""

    exercise: str
    """The id of the exercise."""
    name: str
    """The exercise as people call it."""
    sources: tuple[str, ...]
    """The places of the texts in which the exercise stands."""
    reason: Why
    """Why it is not in the routine, as a word."""
    text: str
    """Why it is not in the routine, as a sentence."""


class Relaxed(Value):
    """A rule that a clinic relaxes with its own rules."""

    rule: str
    """The id of the rule."""
    by: str
    """Who relaxed it."""
    when: str
    """When that was, as a day such as 2026-11-23."""
    because: str
    """Why."""
    sources: tuple[str, ...]
    """On what ground."""


class KnowledgeStamp(Value):
    """Which knowledge made the result."""

    version: str
    """The version of the package."""
    hash: str
    """The mark of all files of the knowledge together; it changes with any byte of any of them."""
    overlay: str = ""
    """The clinic whose own rules lie on top; empty for none."""
    relaxed: tuple[Relaxed, ...] = ()
    """The rules that this clinic relaxes."""


class SignedShare(Value):
    """How much of what decided is signed."""

    rules: int
    """How many rules hold for this person."""
    signed: int
    """How many of them a reviewer has signed."""
    drafts: tuple[str, ...]
    """The ids of the others. They apply all the same."""


class Recommendation(Value):
    """What is recommended to one person, with the reasons for everything that was left out.

    Each exercise of the catalogue stands in exactly one of `routine`, `excluded` and `not_chosen`.
    """

    about: str
    """Says that the result holds the answers, or that they were left out."""
    format: int
    """The version of the form of a result."""
    outcome: Outcome
    """What comes out: a routine, rest positions only, nothing that fits, or whom to see."""
    urgency: Urgency
    """How soon someone should be seen: now, today, urgent (today or tomorrow), soon (in the next days), or none."""
    whom: Whom | None
    """Who should be seen; nothing where nobody needs to be."""
    title: str
    """The heading."""
    now: tuple[str, ...]
    """What to do now. It begins with a sentence that says whom to see and how soon, where someone should be."""
    show_to_clinician_first: bool
    """Whether a clinician should look at the routine before it is begun."""
    minutes: int
    """How many minutes there are for a session."""
    seconds: int
    """How many seconds the routine takes."""
    routine: tuple[Step, ...]
    """The exercises to do, in their order."""
    excluded: tuple[Excluded, ...]
    """The exercises that the rules leave out, each with every reason that hits it."""
    not_chosen: tuple[NotChosen, ...]
    """The exercises that are allowed and not in the routine, and why."""
    messages: tuple[Message, ...]
    """What is to be said besides, in the order in which it is read."""
    disclaimer: str
    """What this cannot replace."""
    review: SignedShare
    """How much of what decided is signed by a reviewer."""
    knowledge: KnowledgeStamp
    """Which knowledge made the result."""
    profile: Mapping[str, Any] | None = None
    """The answers that made it, as `recommend` takes them; nothing where they were left out."""
    answered_on: Mapping[str, str] = field(default_factory=FrozenDict)
    """The day of each answer that has one, such as 2026-11-23, by field."""
    adapted_on: str | None = None
    """The day for which the routine was adapted to a log, such as 2026-11-23; nothing for a fresh one."""

    def __post_init__(self) -> None:
        places = [entry.exercise for part in (self.routine, self.excluded, self.not_chosen) for entry in part]
        if len(set(places)) != len(places):
            raise ValueError("an exercise stands in two places")
        days = {field: _day(text) for field, text in self.answered_on.items()}
        _set(self, "answered_on", FrozenDict(days))
        _set(self, "adapted_on", None if self.adapted_on is None else _day(self.adapted_on))
        _set(self, "profile", frozen(self.profile))

    def messages_of(self, kind: str) -> tuple[Message, ...]:
        """The messages of one kind, in their order."""
        return tuple(message for message in self.messages if message.kind == kind)

    def json_parts(self) -> Mapping[str, Any]:
        """As `recommender.decision.result_json` says: what several parts share stands once."""
        from recommender.decision.result_json import parts_of  # noqa: PLC0415

        return parts_of(vars(self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from recommender.decision.served import core_schema_of  # noqa: PLC0415

        return core_schema_of(source, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, _core_schema: Any, _handler: Any) -> Any:
        from recommender.decision.served import json_schema_of  # noqa: PLC0415

        return json_schema_of(cls)


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()
