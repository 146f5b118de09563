"""What a change of the rules does to a plausible population, where both sides can be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from recommender.decision.pipeline import Recommender
from recommender.knowledge.knowledge import Knowledge
from recommender.review.census import Census, Given, count, given_to
from recommender.review.people import complete_answers
from recommender.review.population import Drawn, Population, read_population
from recommender.review.revisions import Revision

__all__ = ["Shift", "shift_of"]

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Shift:
    """The same people, counted on both sides. `moved` of them get another outcome.

    `redrawn`: the population file changed too, and both sides are asked about the new people.
    """

    before: Census
    after: Census
    moved: int
    redrawn: bool = False


def shift_of(old: Revision, new: Revision, report: Report | None = None) -> Shift | None:
    """Ask both sides about the people of the new one's population, or of the old one's where that is the only one.

    None where there is no population, or where one side does not know what the other asks. Raises
    KnowledgeError for a population file that does not fit.
    """
    owner = new if new.population is not None else old
    if owner.population is None:
        return None
    population = read_population(owner.population, owner.knowledge)
    people = list(population.people())
    sides = []
    for place, knowledge in enumerate((old.knowledge, new.knowledge)):
        given = _asked(people, knowledge, report, place * len(people))
        if given is None:
            return None
        sides.append(given)
    moved = sum(a.decision.outcome != b.decision.outcome for a, b in zip(*sides, strict=True))
    before, after = (_counted(population, people, given) for given in sides)
    return Shift(before, after, moved, old.population not in (None, owner.population))


def _counted(population: Population, people: list[Drawn], given: list[Given]) -> Census:
    columns = count(population, zip(people, given, strict=True), len(people))
    return Census(population, population.file.seed, columns)


def _asked(people: list[Drawn], knowledge: Knowledge, report: Report | None, done: int) -> list[Given] | None:
    """What one side gives to each of the people; None where it does not know an answer."""
    way = Recommender(knowledge, remembered=0)
    found = []
    for number, person in enumerate(people):
        if report is not None and not number % 100:
            report(done + number, 2 * len(people))
        answers = _understood(person.answers, knowledge)
        if answers is None:
            return None
        found.append(given_to(answers, way, turning=False))
    return found


def _understood(answers: Mapping[str, Any], knowledge: Knowledge) -> dict[str, Any] | None:
    """The answers as this side understands them; None where it asks for more, for less, or for other words."""
    questions = knowledge.table.questions
    if set(answers) - set(questions):
        return None
    for name, question in questions.items():
        asked = question.parent is None or question.parent.asks(answers.get(question.parent.field))
        if asked and question.safety and name not in answers:
            return None
        if question.kind == "set" and set(answers.get(name) or ()) - set(question.words):
            return None
    whole = complete_answers(answers, knowledge)
    try:
        knowledge.table.encode(whole)
    except (KeyError, TypeError):
        return None
    return whole
