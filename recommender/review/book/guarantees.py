"""The values of the page of guarantees."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.decision.decide import numbers_in
from recommender.knowledge.guarantees import CompiledGuarantee, Guarantee
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.conditions import ALWAYS
from recommender.review.book.places import Link, exercise_page, locator
from recommender.review.book.rules import RuleView
from recommender.review.book.words import say_condition

__all__ = ["GuaranteeView", "guarantee_views"]


@dataclass(frozen=True, slots=True)
class GuaranteeView:
    """What must never or must always be: for whom, which exercises it is about, and the rules that keep it today."""

    guarantee: Guarantee
    whom: str
    exercises: tuple[Link, ...]
    rules: tuple[RuleView, ...]
    sources: tuple[Link, ...]


def guarantee_views(knowledge: Knowledge, rules: dict[str, RuleView]) -> tuple[GuaranteeView, ...]:
    """Every guarantee in the order of its file."""
    return tuple(_view(compiled, knowledge, rules) for compiled in knowledge.guarantees)


def _view(compiled: CompiledGuarantee, knowledge: Knowledge, rules: dict[str, RuleView]) -> GuaranteeView:
    guarantee = compiled.guarantee
    said = say_condition(compiled.when, knowledge.table.questions)
    whom = "For everyone." if compiled.when == ALWAYS else f"If {said}."
    found = [knowledge.exercises[number] for number in numbers_in(compiled.mask)]
    return GuaranteeView(
        guarantee,
        "" if guarantee.mechanism else whom,
        tuple(Link(exercise_page(exercise.id), exercise.name, "exercise", exercise.id) for exercise in found),
        tuple(rules[id] for id in guarantee.should if id in rules),
        tuple(locator(at) for at in guarantee.sources),
    )
