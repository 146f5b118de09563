"""Draws the exercises: figures from poses that a clinician can read, in `catalog/figures/`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from recommender.errors import FigureError, nearest

if TYPE_CHECKING:
    from recommender.figure.built import Built
    from recommender.knowledge.knowledge import Knowledge

__all__ = ["captions", "figure_alt", "figure_svg"]


def figure_svg(exercise: str, knowledge: Knowledge, *, moving: bool = False) -> str:
    """The drawing of an exercise as one SVG: its poses side by side, or one that is `moving`.

    Raises FigureError where the exercise has no drawing.
    """
    from recommender.figure.picture import animated, panels  # noqa: PLC0415

    figure = _figure(exercise, knowledge)
    found = knowledge.exercise(exercise)
    draw = animated if moving else panels
    return draw(figure, found.name if found else exercise, figure_alt(exercise, knowledge))


def figure_alt(exercise: str, knowledge: Knowledge) -> str:
    """The drawing in words, for those who do not see it."""
    return " ".join(f"{number}: {caption}" for number, caption in enumerate(captions(exercise, knowledge), start=1))


def captions(exercise: str, knowledge: Knowledge) -> tuple[str, ...]:
    """One short line for each position in the drawing."""
    return tuple(pose.caption for pose in _figure(exercise, knowledge).poses)


def _figure(exercise: str, knowledge: Knowledge) -> Built:
    from recommender.figure.library import figures_of  # noqa: PLC0415

    if knowledge.exercise(exercise) is None:
        hint = (
            nearest(exercise, [one.id for one in knowledge.exercises]) or "`recommender exercises` lists all of them."
        )
        raise FigureError(f'There is no exercise "{exercise[:60]}". {hint}')
    figures = figures_of(Path(knowledge.folder))
    if exercise not in figures:
        raise FigureError(f'The exercise "{exercise}" has no drawing. Drawings stand in catalog/figures/.')
    return figures[exercise]
