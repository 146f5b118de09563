"""The answers on which a condition depends, row by row: all of them, or, of a long table, those of each part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from math import prod

from recommender.logic.conditions import AnyOf, Condition, Test, conjunctions, tests_of
from recommender.logic.facts import Variable

__all__ = ["rows", "table_length", "value_table"]

Row = Mapping[int, int]  # {variable index: code}


def rows(condition: Condition, variables: Sequence[Variable], longest: int) -> Iterator[Row]:
    """The truth table of the condition, codes that none of its tests tells apart merged.

    Where it has more rows than `longest`, the tables of the parts of an outermost `any`, else those of all
    alternatives. An alternative of so many tests that its own is too long has the rows in which at most two fail.
    Raises TooManyAlternatives.
    """
    if table_length(condition) <= longest:
        yield from value_table(tests_of(condition))
    elif isinstance(condition, AnyOf):
        for part in condition.parts:
            yield from rows(part, variables, longest)
    else:
        for demand in conjunctions(condition):
            yield from _rows_of_one(demand, variables, longest)


def _rows_of_one(demand: Row, variables: Sequence[Variable], longest: int) -> Iterator[Row]:
    met = {index: _lowest(mask) for index, mask in demand.items()}
    missed = {index: variables[index].all_codes & ~mask for index, mask in demand.items()}
    failed = {index: _lowest(mask) for index, mask in missed.items() if mask}
    most = len(failed) if 1 << len(failed) <= longest else 2
    for count in range(min(most, len(failed)) + 1):
        for some in combinations(failed, count):
            yield {**met, **{index: failed[index] for index in some}}


def _lowest(mask: int) -> int:
    """The lowest code of a mask."""
    return (mask & -mask).bit_length() - 1


def value_table(tests: Iterable[Test]) -> Iterator[dict[int, int]]:
    """Every combination of codes of the variables that the tests read, codes that no test tells apart merged."""
    for combination in product(*_told_apart(tests)):
        yield dict(combination)


def table_length(condition: Condition) -> int:
    """How many rows the whole truth table has, counted without making them."""
    return prod(map(len, _told_apart(tests_of(condition))))


def _told_apart(tests: Iterable[Test]) -> list[list[tuple[int, int]]]:
    """For each variable that the tests read, one code of each kind that they tell apart."""
    by_variable: dict[int, list[Test]] = {}
    for test in tests:
        by_variable.setdefault(test.variable.index, []).append(test)
    choices = []
    for index, readers in by_variable.items():
        seen: dict[tuple[bool, ...], int] = {}
        for code in range(len(readers[0].variable.codes)):
            seen.setdefault(tuple(test.holds(code) for test in readers), code)
        choices.append([(index, code) for code in seen.values()])
    return choices
