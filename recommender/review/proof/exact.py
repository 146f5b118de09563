"""The first prover: counts exactly how many people a guarantee concerns, and how many of them it misses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from recommender.conditions import All, Condition, Test, tests_of
from recommender.facts import ABSENT, FactTable, Variable
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.questions import Question
from recommender.review.counting import Counter

__all__ = ["Exact", "bands_of", "masks_of"]

Bands = Mapping[int, tuple[int, ...]]


def bands_of(masks: Mapping[int, Iterable[int]], table: FactTable) -> dict[int, tuple[tuple[int, ...], ...]]:
    """For each variable its bands: codes that no mask tells apart are one band."""
    found: dict[int, tuple[tuple[int, ...], ...]] = {}
    for variable in table.variables:
        seen = sorted(set(masks.get(variable.index, ())))
        bands: dict[Any, list[int]] = {}
        for code, word in enumerate(variable.codes):
            bands.setdefault((word == ABSENT, *(mask >> code & 1 for mask in seen)), []).append(code)
        found[variable.index] = tuple(map(tuple, bands.values()))
    return found


def masks_of(conditions: Iterable[Condition]) -> dict[int, set[int]]:
    """For each variable every mask by which it is tested."""
    found: dict[int, set[int]] = {}
    for condition in conditions:
        for test in tests_of(condition):
            found.setdefault(test.variable.index, set()).add(test.mask)
    return found


class Exact:
    """All people of one knowledge, counted one by one and folded into the bands that rules and guarantees mention."""

    def __init__(self, knowledge: Knowledge) -> None:
        table = self.table = knowledge.table
        conditions = [rule.condition for rule in knowledge.rules] + [g.when for g in knowledge.guarantees]
        bands = bands_of(masks_of(conditions), table)
        numbers = [v.index for v in table.variables if table.questions[v.field].kind == "number"]
        self.bands = {index: tuple(band[0] for band in bands[index]) for index in numbers}
        self._each, self._folded = Counter(table), Counter(table, self.bands)
        self._variables = {variable.field: variable for variable in table.variables}

    def holds(self, condition: Condition) -> bool:
        """Whether it holds for anybody."""
        return self._each.share(condition) > 0

    def person(self, condition: Condition) -> dict[str, Any] | None:
        """A mild person for whom it holds, if one with few changes is there."""
        return self._each.person(condition)

    def people(self, condition: Condition) -> int:
        """For exactly how many of all possible profiles it holds."""
        return self._count(condition, self._each, {})

    def cases(self, condition: Condition) -> int:
        """The same with the numbers of one band counted as one."""
        return self._count(condition, self._folded, self.bands)

    def _count(self, condition: Condition, counter: Counter, bands: Bands) -> int:
        questions = self.table.questions.values()
        children = [q for q in questions if q.parent is not None]
        everything = prod(self._size(q, bands) for q in questions if q.parent is None)
        total = Fraction(0)
        gates = list(dict.fromkeys(self.table.asked.values()))
        for states in product((True, False), repeat=len(gates)):
            opened = {gate for gate, state in zip(gates, states, strict=True) if state}
            here = [self._gate(gate, opened=gate in opened) for gate in gates]
            asked = [q for q in children if self.table.asked[q.field] in opened]
            share = counter.share(All((condition, *here)))
            total += share * everything * prod(self._size(q, bands) for q in asked)
        assert total.denominator == 1
        return int(total)

    @staticmethod
    def _gate(gate: tuple[Variable, int], *, opened: bool) -> Test:
        """Whether the children behind a gate are asked."""
        variable, mask = gate
        return Test(variable, mask if opened else variable.all_codes & ~mask, variable.field, "asked")

    def _size(self, question: Question, bands: Bands) -> int:
        """How many answers a question has."""
        if question.kind == "set":
            return 1 << len(question.words)
        variable: Variable = self._variables[question.field]
        codes = bands.get(variable.index, range(len(variable.codes)))
        return sum(variable.codes[code] != ABSENT for code in codes)
