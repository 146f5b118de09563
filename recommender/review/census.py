"""What the rules give to a population: outcomes, stops, routines, and which exercises are chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recommender.conditions import evaluate
from recommender.decide import Decision, numbers_in
from recommender.knowledge.knowledge import Knowledge
from recommender.plan import Plan
from recommender.review.population import Drawn, Population
from recommender.way import Way

__all__ = ["EVERYONE", "Census", "Column", "Given", "census", "count", "given_to"]

EVERYONE = "everyone"
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Given:
    """What one person gets."""

    decision: Decision
    plan: Plan
    minutes: int


@dataclass(slots=True)
class Column:
    """Some of the people, counted. Steps and seconds are of those with a routine, in no order.

    `how_soon` counts outcomes with their urgency, `stops` the rules that stop, `alone` those that are
    the only one to do so; `chosen` and `allowed` are exercises, among people with a routine.
    """

    people: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    how_soon: Counter[tuple[str, str]] = field(default_factory=Counter)
    stops: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
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
    way = Way(knowledge)
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


def given_to(answers: Mapping[str, Any], way: Way) -> Given:
    """What the rules give to someone with these answers."""
    _, decision, plan = way.planned(answers)
    return Given(decision, plan, int(answers["minutes"]))
