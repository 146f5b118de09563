"""Whom a rule touches, and what it leaves out alone and together with others."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain

from recommender.decision.decide import numbers_in
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.review.people import boundary_people, pairwise_people
from recommender.review.solver import Solver

__all__ = ["Hit", "Impact", "Impacts", "impact"]


@dataclass(frozen=True, slots=True)
class Hit:
    """An exercise that a rule leaves out, selects or prefers.

    Of the people whom the rule touches, it is the only one to leave the exercise out for `alone`,
    and others do too for `together`. `ever_alone` is exact over all people: whether there is anyone for
    whom it is the only one.
    """

    exercise: str
    alone: int
    together: int
    ever_alone: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """Whom a rule touches.

    `share` is exact: the share of all possible answers to the questions in `fields`, where every
    answer and every set of words counts alike. `touched` counts among `people`: the healthy person,
    everyone with one answer changed, and everyone with two.
    """

    rule: CompiledRule
    share: Fraction
    fields: tuple[str, ...]
    people: int
    touched: int
    hits: tuple[Hit, ...]


class Impacts:
    """The impact of every rule of one knowledge. Looks at the people once, when it is first asked."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.solver = Solver(knowledge.table)

    @cached_property
    def _fired(self) -> list[Sequence[CompiledRule]]:
        people = chain(boundary_people(self.knowledge), pairwise_people(self.knowledge))
        return [self.knowledge.fired(self.knowledge.table.encode(answers)) for answers in people]

    @cached_property
    def _touched(self) -> Tally[str]:
        return Tally(compiled.id for fired in self._fired for compiled in fired)

    @cached_property
    def _masks(self) -> Mapping[str, Tally[tuple[int, int]]]:
        """For each rule, how often it left out which exercises alone and which with others, as masks."""
        found: dict[str, Tally[tuple[int, int]]] = {}
        for fired in self._fired:
            once = twice = 0
            for compiled in fired:
                twice |= once & compiled.excludes
                once |= compiled.excludes
            for compiled in fired:
                if compiled.excludes:
                    masks = compiled.excludes & ~twice, compiled.excludes & twice
                    found.setdefault(compiled.id, Tally())[masks] += 1
        return found

    def of(self, compiled: CompiledRule) -> Impact:
        """The impact of one rule."""
        order = list(self.knowledge.table.questions)
        return Impact(
            rule=compiled,
            share=self.solver.share(compiled.condition),
            fields=tuple(sorted(compiled.fields, key=order.index)),
            people=len(self._fired),
            touched=self._touched[compiled.id],
            hits=tuple(self._hits(compiled)),
        )

    def _hits(self, compiled: CompiledRule) -> Iterable[Hit]:
        alone: Tally[int] = Tally()
        together: Tally[int] = Tally()
        for (single, shared), times in self._masks.get(compiled.id, {}).items():
            for tally, mask in ((alone, single), (together, shared)):
                for number in numbers_in(mask):
                    tally[number] += times
        ever: dict[frozenset[str], bool] = {}
        for number in numbers_in(compiled.excludes or compiled.selects):
            others = [c for c in self.knowledge.rules if c is not compiled and c.excludes >> number & 1]
            rivals = frozenset(other.id for other in others)
            if compiled.excludes and rivals not in ever:
                ever[rivals] = self.solver.holds(compiled.condition, none=(other.condition for other in others))
            yield Hit(self.knowledge.exercises[number].id, alone[number], together[number], ever.get(rivals, False))


def impact(compiled: CompiledRule, knowledge: Knowledge) -> Impact:
    """The impact of one rule. For many rules make one `Impacts` and ask it."""
    return Impacts(knowledge).of(compiled)
