"""The first prover: counts exactly how many people a guarantee concerns, and how many of them it misses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.logic.conditions import Condition, tests_of
from recommender.logic.facts import ABSENT, FactTable
from recommender.review.solver import Solver

__all__ = ["Exact", "bands_of", "masks_of"]


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
    """The people of one knowledge: everyone, and everyone folded into the bands that rules and guarantees mention.

    `folded` counts numbers of one band as one.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        table = knowledge.table
        conditions = [rule.condition for rule in knowledge.rules] + [g.when for g in knowledge.guarantees]
        bands = bands_of(masks_of(conditions), table)
        numbers = [v.index for v in table.variables if table.questions[v.field].kind == "number"]
        self.bands = {index: tuple(band[0] for band in bands[index]) for index in numbers}
        self.everyone, self.folded = Solver(table), Solver(table, counted=self.bands)
