"""What a result says to a person, with its words and in its order, before any form is given to it.

A writer of a form knows layout alone: what is said, under which heading and for whom, was chosen in `content`.
Where something comes from is data, so that a form may write locators, number them, or leave them away.
The values are named tuples: every command that shows a result imports them, in a third of the time of data classes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = [
    "BRIEF",
    "SHORT",
    "Call",
    "Changes",
    "Cited",
    "Document",
    "Exercise",
    "LeftOut",
    "Named",
    "Part",
    "Reason",
    "Routine",
    "Said",
    "Section",
    "Week",
]

SHORT = ("left_out", "other")  # the parts that a form leaves out where nothing may distract from what to do now
BRIEF = (*SHORT, "waits", "more", "signed", "disclaimer", "stamp")  # what is left is there to exercise by


class Cited(NamedTuple):
    """Where something comes from: the places, the name for how they were read, that in words, and "draft" if it is."""

    sources: tuple[str, ...] = ()
    reading: str = ""
    how: str = ""
    draft: str = ""


NOWHERE = Cited()


class Said(NamedTuple):
    """One thing that is said. `because` speaks to a clinician; `large`: it names the signs of an emergency."""

    text: str
    cited: Cited = NOWHERE
    rule: str = ""
    because: str = ""
    large: bool = False


class Section(NamedTuple):
    """Things that are said under one heading, and further such headings below."""

    title: str
    said: tuple[Said, ...] = ()
    topics: tuple[Section, ...] = ()


class Call(NamedTuple):
    """Whom to see and how soon, why, and the answers to tell them."""

    title: str
    said: tuple[Said, ...]
    answers: tuple[str, ...] = ()


class Changes(NamedTuple):
    """What a log changes. `reasons` are those of the whole, `changed` holds single changes with theirs.

    A part of `changed` that comes from earlier sessions has a title; its reason stands last, where it was not told yet.
    """

    title: str
    reasons: tuple[Said, ...]
    changed: tuple[Section, ...]
    notes: tuple[str, ...]


class Exercise(NamedTuple):
    """One exercise as it is done. A text that does not apply is empty. `time` is a clock, `minutes` has the unit.

    `dose_first` is the dose as a line begins.
    """

    id: str
    number: int
    name: str
    dose: str
    dose_first: str
    time: str
    minutes: str
    needs: tuple[str, ...]
    notes: tuple[str, ...]
    change: str
    steps: tuple[str, ...]
    breathing: str
    feel: str
    stop_when: str
    cited: Cited


class Part(NamedTuple):
    """One phase of the routine, or the rest positions."""

    title: str
    exercises: tuple[Exercise, ...]


class Routine(NamedTuple):
    """The exercises by phases. `summary` says how many they are and how long they take, `needs` is all their kit."""

    title: str
    summary: str
    needs: str
    parts: tuple[Part, ...]


class Week(NamedTuple):
    """The boxes to tick: one for each of the `rows` on each of the `days`. `said` tells how often."""

    days: tuple[str, ...]
    rows: tuple[str, ...]
    said: tuple[Said, ...]


class Named(NamedTuple):
    """An exercise that is left out, with the marks of its further reasons."""

    name: str
    also: tuple[str, ...]


class Reason(NamedTuple):
    """Why exercises are left out.

    `names` is every exercise that it leaves out, `first` those of which it is the first reason. `told` means that
    its answers stand with an earlier reason too. A `stop` was said above already.
    """

    mark: str
    title: str
    text: str
    answers: str
    told: bool
    names: str
    first: tuple[Named, ...]
    cited: Cited
    stop: bool


class LeftOut(NamedTuple):
    """What is left out. `lead` and `names` tell what waits for a stop, `further` that some has other reasons too."""

    title: str
    reasons: tuple[Reason, ...]
    lead: str
    names: str
    further: str


class Document(NamedTuple):
    """Everything that a result says to a person, from the first word to the last. What does not apply is empty.

    `kind` is the outcome, or `nothing` where no exercise or rest position was left, or what a log demands. `cited`
    holds the places behind everything but the reasons.
    """

    kind: str
    language: str
    title: str
    now: tuple[str, ...] = ()
    changes: Changes | None = None
    calls: tuple[Call, ...] = ()
    statements: tuple[Said, ...] = ()
    routine: Routine | None = None
    seen: Section | None = None
    limits: Section | None = None
    choice: Section | None = None
    notes: tuple[str, ...] = ()
    urgent: tuple[Section, ...] = ()
    week: Week | None = None
    waits: str = ""
    left_out: LeftOut | None = None
    other: Section | None = None
    more: Section | None = None
    signed: str = ""
    relaxed: tuple[str, ...] = ()
    disclaimer: str = ""
    stamp: str = ""
    cited: tuple[str, ...] = ()
    some_signed: bool = False

    def without(self, *parts: str) -> Document:
        """The document without these parts."""
        empty: dict[str, Any] = {name: self._field_defaults[name] for name in parts}
        return self._replace(**empty)

    @property
    def stops(self) -> tuple[Said, ...]:
        """Why someone has to be seen, in one list."""
        return tuple(said for call in self.calls for said in call.said)

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The routine in one list."""
        return tuple(step for part in self.routine.parts for step in part.exercises) if self.routine else ()

    @property
    def topics(self) -> tuple[Section, ...]:
        """All advice by topic."""
        return (*self.urgent, *(self.more.topics if self.more else ()))

    @property
    def large(self) -> tuple[Said, ...]:
        """What to do if it hurts that names the signs of an emergency."""
        return tuple(said for section in self.urgent for said in section.said if said.large)

    @property
    def hurts(self) -> tuple[Section, ...]:
        """What else to do if it hurts."""
        rest = (part._replace(said=tuple(said for said in part.said if not said.large)) for part in self.urgent)
        return tuple(section for section in rest if section.said)
