"""What the rules give to a population: outcomes, stops, routines, and which exercises are chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from recommender.decision.decide import Decision, numbers_in
from recommender.decision.pipeline import Recommender
from recommender.decision.plan import Plan
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.conditions import evaluate
from recommender.logic.questions import Question
from recommender.review.people import complete_answers
from recommender.review.population import Drawn, Population

__all__ = ["EVERYONE", "Census", "Column", "Given", "census", "count", "given_to"]

EVERYONE = "everyone"
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Given:
    """What one person gets, and the answers of which each alone stands between this person and a routine."""

    decision: Decision
    plan: Plan
    minutes: int
    turning: tuple[str, ...]


@dataclass(slots=True)
class Column:
    """Some of the people, counted. Steps and seconds are of those with a routine, in no order.

    `how_soon` counts outcomes with their urgency, `stops` the rules that stop, `alone` those that are
    the only one to do so; `turning` the answers without which someone would have a routine; `chosen`
    and `allowed` are exercises, among people with a routine.
    """

    people: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    how_soon: Counter[tuple[str, str]] = field(default_factory=Counter)
    stops: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    turning: Counter[str] = field(default_factory=Counter)
    steps: list[int] = field(default_factory=list)
    seconds: list[int] = field(default_factory=list)
    used: float = 0.0
    low_end: int = 0
    chosen: Counter[int] = field(default_factory=Counter)
    allowed: Counter[int] = field(default_factory=Counter)

    def add(self, given: Given) -> None:
        """Count one person more."""
        decision, plan = given.decision, given.plan
        self.people += 1
        self.outcomes[decision.outcome] += 1
        self.how_soon[decision.outcome, decision.urgency] += 1
        stops = [compiled.id for compiled in decision.by_effect.get("stop", ())]
        self.stops.update(stops)
        if len(stops) == 1:
            self.alone.update(stops)
        self.turning.update(given.turning)
        if decision.outcome != "routine":
            return
        self.steps.append(len(plan.steps))
        self.seconds.append(plan.seconds)
        self.used += plan.seconds / (given.minutes * 60)
        self.low_end += decision.low_end
        self.chosen.update({step.chosen.number for step in plan.steps})
        self.allowed.update(numbers_in(decision.allowed))


@dataclass(frozen=True, slots=True)
class Census:
    """Everyone and each group, counted, by the heading of the column."""

    population: Population
    seed: int
    columns: Mapping[str, Column]

    @property
    def people(self) -> int:
        """How many people were asked."""
        return self.columns[EVERYONE].people


def census(
    population: Population,
    knowledge: Knowledge,
    people: int | None = None,
    seed: int | None = None,
    report: Report | None = None,
) -> Census:
    """Ask the rules about so many people of the population, or as many as its file says."""
    file = population.file
    of, start = (file.people if people is None else people), (file.seed if seed is None else seed)
    way = Recommender(knowledge, remembered=0)
    pairs = ((person, given_to(person.answers, way)) for person in population.people(of, start))
    return Census(population, start, count(population, pairs, of, report))


def count(
    population: Population, pairs: Iterable[tuple[Drawn, Given]], of: int, report: Report | None = None
) -> Mapping[str, Column]:
    """Everyone and each group of the population, counted."""
    columns = {EVERYONE: Column(), **{group: Column() for group in population.groups}}
    for number, (person, given) in enumerate(pairs):
        if report is not None and not number % 100:
            report(number, of)
        columns[EVERYONE].add(given)
        for group, condition in population.groups.items():
            if evaluate(condition, person.facts):
                columns[group].add(given)
    return columns


def given_to(answers: Mapping[str, Any], way: Recommender, *, turning: bool = True) -> Given:
    """What the rules give to someone with these answers; without `turning` nobody looks which of them decide."""
    _, decision, plan = way.planned(answers)
    deciding = tuple(_turning(answers, way)) if turning and decision.outcome != "routine" else ()
    return Given(decision, plan, int(answers["minutes"]), deciding)


def _turning(answers: Mapping[str, Any], way: Recommender) -> Iterator[str]:
    """The answers that decide: with the least risky one instead, and all others as they are, there is a routine."""
    knowledge = way.knowledge
    for name, question in knowledge.table.questions.items():
        if not question.safety or name not in answers:
            continue
        for said, milder in _milder(question, answers[name]):
            _, decision = way.decided(complete_answers({**answers, name: milder}, knowledge))
            if decision.outcome == "routine":
                yield f"{name}: {said}" if said else name


def _milder(question: Question, answer: Any) -> Iterator[tuple[str, Any]]:
    """What an answer says, and the least risky answer instead; of a set, one word after the other taken out."""
    if question.risk == "growing":
        yield from ((word, tuple(other for other in answer if other != word)) for word in answer)
    elif isinstance(question.risk, tuple):
        if answer not in question.risk[0]:
            yield answer, question.risk[0][0]
    elif question.risk in ("upwards", "downwards"):
        least = question.lowest if question.risk == "upwards" else question.highest
        if answer != least:
            yield "", least
