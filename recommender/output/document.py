"""What stands on a sheet, in its order. Both the page and the PDF are made from these values alone."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.output.references import Source

__all__ = ["Call", "Exercise", "Figure", "Item", "LeftOut", "Named", "Part", "Seen", "Sheet", "Topic", "Week"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is said; `refs` stands for where it comes from."""

    text: str
    refs: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """Things that are said under one heading."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to see and how soon, why, and the answers to tell them."""

    title: str
    said: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the clinician is to see first; the sheet leaves room for a signature."""

    text: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with what it shows in words, and a line for each of its panels.

    `ratio` is its width over its height.
    """

    svg: str
    alt: str
    captions: tuple[str, ...]
    ratio: float


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise as it is done. A text that does not apply is empty."""

    id: str
    number: int
    name: str
    dose: str
    time: str
    figure: Figure | None
    notes: tuple[str, ...]
    change: str
    steps: tuple[str, ...]
    breathing: str
    feel: str
    stop_when: str


@dataclass(frozen=True, slots=True)
class Part:
    """One phase of the routine, or the rest positions."""

    title: str
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """The boxes to tick: one for each of the `rows` on each of the `days`. `said` tells how often."""

    days: tuple[str, ...]
    rows: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An exercise that is left out, with the marks of its further reasons."""

    name: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A reason, and the exercises that it is the first to leave out."""

    mark: str
    text: str
    answers: str
    refs: str
    exercises: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole sheet, from top to bottom. What does not apply is empty.

    `kind` is the outcome, or `nothing` where no exercise or rest position was left.
    """

    kind: str
    title: str
    now: tuple[str, ...]
    calls: tuple[Call, ...]
    advised: tuple[str, ...]
    stop: tuple[str, ...]
    hurts: tuple[Topic, ...]
    seen: Seen | None
    summary: str
    needs: str
    limits: tuple[str, ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    week: Week | None
    waits: str
    left_out: tuple[LeftOut, ...]
    other: tuple[Topic, ...]
    choice: tuple[Item, ...]
    asks: tuple[Item, ...]
    advice: tuple[Topic, ...]
    origins: tuple[Item, ...]
    sources: tuple[Source, ...]
    review: tuple[str, ...]
    disclaimer: str
    stamp: str
