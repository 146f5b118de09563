"""The values of an exercise's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from recommender.errors import FigureError
from recommender.figure import captions, figure_svg
from recommender.knowledge.catalogue import Dose, Exercise
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.records import Conflict
from recommender.review.book.places import Link, exercise_page, locator
from recommender.review.book.rules import RuleView

__all__ = ["DoseView", "ExerciseView", "Origin", "exercise_views"]

SPINE = ("bending", "arching", "twisting", "side_bending")
SEVERAL = {
    "combined": "combined",
    "under_load": "under_load",
    "postures": "posture",
    "patterns": "patterns",
    "works": "works",
    "demanding_for": "demanding_for",
    "programmes": "programme",
    "needs": "needs",
}


@dataclass(frozen=True, slots=True)
class DoseView:
    """The dose as one text gives it."""

    link: Link
    dose: Dose
    inferred: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A place where an exercise stands, and how it was read."""

    link: Link
    reading: str
    note: str


@dataclass(frozen=True, slots=True)
class ExerciseView:
    """Everything that the page of an exercise shows."""

    id: str
    href: str
    exercise: Exercise
    file: str
    line: int | None
    position: str
    purpose: str
    family: str
    spine: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    doses: tuple[DoseView, ...]
    origins: tuple[Origin, ...]
    for_everyone: tuple[RuleView, ...]
    by_answer: tuple[RuleView, ...]
    by_kit: tuple[RuleView, ...]
    stops: tuple[RuleView, ...]
    orders: tuple[RuleView, ...]
    advice: tuple[RuleView, ...]
    replacement: tuple[Link, ...]
    easier: tuple[Link, ...]
    harder: tuple[Link, ...]
    conflicts: tuple[Conflict, ...]
    figure: Markup
    captions: tuple[str, ...]

    @property
    def status(self) -> str:
        """Whether a rule leaves it out for everyone, as a word to filter by."""
        return "everyone" if self.for_everyone else "some"


def exercise_views(knowledge: Knowledge, rules: Mapping[str, RuleView]) -> dict[str, ExerciseView]:
    """Every exercise by its id."""
    return {exercise.id: _view(exercise, knowledge, rules) for exercise in knowledge.exercises}


def _drawn(exercise: Exercise, knowledge: Knowledge) -> dict[str, Any]:
    """The drawing and its words. A clinic's own exercise may have none."""
    try:
        return {
            "figure": Markup(figure_svg(exercise.id, knowledge)),  # noqa: S704 - drawn by this program, its words escaped
            "captions": captions(exercise.id, knowledge),
        }
    except FigureError:
        return {"figure": Markup(), "captions": ()}


def _view(exercise: Exercise, knowledge: Knowledge, rules: Mapping[str, RuleView]) -> ExerciseView:
    title, bit = knowledge.vocabulary.title, 1 << knowledge.numbers[exercise.id]
    excluding = [compiled for compiled in knowledge.rules if compiled.excludes & bit]
    leaving = [compiled for compiled in excluding if compiled.effect != "stop"]
    file, line = knowledge.exercise_files[exercise.id]

    def views(found: list[CompiledRule]) -> tuple[RuleView, ...]:
        return tuple(rules[compiled.id] for compiled in found)

    selecting = [compiled for compiled in knowledge.rules if compiled.selects & bit]
    advising = [
        compiled
        for compiled in knowledge.rules
        if compiled.effect == "advise" and (compiled.selects & bit or exercise.id in compiled.rule.then.with_exercise)
    ]
    return ExerciseView(
        id=exercise.id,
        href=exercise_page(exercise.id),
        exercise=exercise,
        file=file,
        line=line,
        position=title("start_position", exercise.start_position),
        purpose=title("purpose", exercise.purpose),
        family=title("family", exercise.family),
        spine=tuple(title(aspect, getattr(exercise.spine, aspect)) for aspect in SPINE),
        words={
            key: tuple(title(group, word) for word in getattr(exercise, key) or ()) for key, group in SEVERAL.items()
        },
        required=tuple(title("requires", word) for word in exercise.equipment.required),
        optional=tuple(title("optional_kit", word) for word in exercise.equipment.optional),
        doses=tuple(_dose(dose) for dose in exercise.doses),
        origins=tuple(
            Origin(locator(source.at), knowledge.outcomes.readings[source.reading], source.note)
            for source in exercise.sources
        ),
        for_everyone=views([compiled for compiled in leaving if compiled.always]),
        by_answer=views([c for c in leaving if not c.always and c.rule.kind != "practical"]),
        by_kit=views([c for c in leaving if not c.always and c.rule.kind == "practical"]),
        stops=views([compiled for compiled in excluding if compiled.effect == "stop"]),
        orders=views([compiled for compiled in selecting if compiled.effect in ("prefer", "defer")]),
        advice=views(advising),
        replacement=_links(exercise.replacement, knowledge),
        easier=_links(exercise.easier, knowledge),
        harder=_links(exercise.harder, knowledge),
        conflicts=tuple(conflict for conflict in knowledge.conflicts if exercise.id in conflict.exercises),
        **_drawn(exercise, knowledge),
    )


def _links(ids: tuple[str, ...], knowledge: Knowledge) -> tuple[Link, ...]:
    return tuple(Link(exercise_page(id), e.name, "exercise", id) for id in ids if (e := knowledge.exercise(id)))


def _dose(dose: Dose) -> DoseView:
    low = [name.removesuffix("_low") for name in dose.inferred if name.endswith("_low")]
    whole = [name for name in dose.inferred if not name.endswith("_low")]
    parts = []
    if whole:
        parts.append(f"not in the text: {', '.join(whole)}")
    if low:
        parts.append(f"lower end not in the text: {', '.join(low)}")
    return DoseView(locator(dose.source), dose, "; ".join(parts))
