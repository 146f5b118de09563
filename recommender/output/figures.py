"""The drawings on the sheet."""

from __future__ import annotations

import re
from typing import NamedTuple
from weakref import WeakKeyDictionary

from recommender.errors import FigureError
from recommender.knowledge.knowledge import Knowledge

__all__ = ["Figure", "figure_of", "placed"]

USUAL = 2.0
SIZE = re.compile(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')


class Figure(NamedTuple):
    """A drawing with what it shows in words, and a line for each of its panels.

    `ratio` is its width over its height.
    """

    svg: str
    alt: str
    captions: tuple[str, ...]
    ratio: float


_drawn: WeakKeyDictionary[Knowledge, dict[str, Figure | None]] = WeakKeyDictionary()


def figure_of(exercise: str, knowledge: Knowledge) -> Figure | None:
    """The drawing of an exercise, or None: one that has no drawing, such as a clinic's own, is printed without.

    Each is drawn once for a knowledge.
    """
    drawn = _drawn.setdefault(knowledge, {})
    if exercise not in drawn:
        drawn[exercise] = _draw(exercise, knowledge)
    return drawn[exercise]


def _draw(exercise: str, knowledge: Knowledge) -> Figure | None:
    from recommender.figure import captions, figure_alt, figure_svg  # noqa: PLC0415

    try:
        svg, alt = figure_svg(exercise, knowledge), figure_alt(exercise, knowledge)
        return placed(svg, alt, tuple(captions(exercise, knowledge)))
    except FigureError:
        return None


def placed(svg: str, alt: str, captions: tuple[str, ...]) -> Figure:
    """A drawing with its shape, so that it gets the room that suits it."""
    size = SIZE.search(svg)
    return Figure(svg, alt, captions, round(float(size[1]) / float(size[2]), 3) if size else USUAL)
