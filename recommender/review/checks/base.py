"""What a check is, and what it looks at."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar

from recommender.decision.decide import Decision, decide
from recommender.decision.pipeline import Recommender
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.progression import CompiledStep
from recommender.review.examples import short_form
from recommender.review.finding import Finding, Level
from recommender.review.people import boundary_people, pairwise_people
from recommender.review.solver import Solver

__all__ = ["Check", "Review", "parts_of", "steps_of"]


STOPPED = ("emergency", "see_clinician")


Place = tuple[str, *tuple[str | int, ...]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What one person gets: the exercises of the routine, and how many a usable one needs."""

    answers: Mapping[str, Any]
    decision: Decision
    chosen: tuple[int, ...]
    wanted: int

    @property
    def steps(self) -> int:
        """How many exercises the routine has."""
        return len(self.chosen)


@dataclass
class Review:
    """What the checks look at: the knowledge, all people, and today's date."""

    knowledge: Knowledge
    today: date = field(default_factory=date.today)

    @cached_property
    def solver(self) -> Solver:
        """Finds the people closest to the healthy one."""
        return Solver(self.knowledge.table)

    @cached_property
    def mildest(self) -> Solver:
        """Finds the mildest people, who have all kit: whoever is allowed most."""
        return Solver(self.knowledge.table, mildest=True)

    @cached_property
    def recommender(self) -> Recommender:
        """What plans for people."""
        return Recommender(self.knowledge)

    @cached_property
    def results(self) -> list[Looked]:
        """What everyone with up to two answers changed gets, but those who are sent to someone."""
        people = chain(boundary_people(self.knowledge), pairwise_people(self.knowledge))
        looked = (self.look_at(answers) for answers in people)
        return [person for person in looked if person.decision.outcome not in STOPPED]

    def look_at(self, answers: Mapping[str, Any], wanted: Collection[int] | None = None) -> Looked:
        """What one person gets. With `wanted`, nothing is planned where none of these exercises is allowed."""
        knowledge = self.knowledge
        decision = decide(knowledge.fired(knowledge.table.encode(answers)), knowledge)
        useless = wanted is not None and not any(decision.allowed >> number & 1 for number in wanted)
        if useless or decision.outcome in STOPPED:
            return Looked(answers, decision, (), 0)
        steps = self.recommender.planner.plan(decision, answers).steps
        least = self.recommender.planner.count(answers["minutes"]).at_least if decision.outcome == "routine" else 1
        return Looked(answers, decision, tuple(step.chosen.number for step in steps), least)

    def short(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """What sets a person apart from a healthy one, as an example of a rule file writes it."""
        return short_form(answers, self.knowledge)


class Check:
    """One check. Its docstring says in four parts what it means; `rules check --explain ID` prints it.

    `find` looks at a knowledge that could be loaded. Where `loading` is set, loading itself finds it.
    """

    id: ClassVar[str]
    level: ClassVar[Level] = "error"
    loading: ClassVar[bool] = False

    def find(self, review: Review) -> Iterator[Finding]:
        """Every place where it does not hold."""
        raise NotImplementedError

    def about_rule(self, compiled: CompiledRule | CompiledStep, found: str, do: str, witness: Any = None) -> Finding:
        """A finding about a rule."""
        text = f"{compiled.id}: {found}"
        return Finding(self.id, self.level, compiled.file, compiled.line, text, do, compiled.id, witness)

    def about_exercise(self, id: str, knowledge: Knowledge, found: str, do: str, witness: Any = None) -> Finding:
        """A finding about an exercise."""
        file, line = knowledge.exercise_files[id]
        return Finding(self.id, self.level, file, line, f"{id}: {found}", do, id, witness)

    def about_file(self, place: Place, knowledge: Knowledge, found: str, do: str, subject: str = "") -> Finding:
        """A finding about a place in any other file: its name, and the way to the value."""
        name, *where = place
        line = knowledge.documents[name].line(tuple(where)) if name in knowledge.documents else None
        return Finding(self.id, self.level, name, line, found, do, subject)


def steps_of(knowledge: Knowledge) -> tuple[CompiledStep, ...]:
    """The rules that read the log."""
    return knowledge.progress.rules if knowledge.progress is not None else ()


def parts_of(check: type[Check]) -> dict[str, str]:
    """The title of a check and the four parts of its docstring, each as one paragraph."""
    title, *blocks = inspect.cleandoc(check.__doc__ or "").split("\n\n")
    found = {"Title": title}
    for block in blocks:
        word, _, text = block.partition(":")
        found[word] = " ".join(text.split())
    return found
