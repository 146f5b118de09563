"""Rules in numbers: many more than there are, over as many variables as it takes."""

from __future__ import annotations

import random

from recommender.logic.conditions import AllOf, AnyOf, Condition
from recommender.logic.conditions import Test as Leaf
from recommender.logic.facts import Facts, Variable

__all__ = ["people", "rules", "variables"]

KINDS = (2, 2, 2, 3, 3, 4, 11, 43)  # how many codes a variable has


def variables(count: int) -> tuple[Variable, ...]:
    """So many variables, of the kinds that the questionnaire has."""
    codes = (KINDS[number % len(KINDS)] for number in range(count))
    return tuple(Variable(n, f"v{n}", "v", tuple(map(str, range(k))), tuple(range(k))) for n, k in enumerate(codes))


def rules(count: int, over: tuple[Variable, ...], seed: int) -> dict[str, Condition]:
    """So many rules of one to three tests; every sixth a product of `any`s with 24 to 60 alternatives."""
    chance = random.Random(seed)

    def test() -> Condition:
        variable = chance.choice(over)
        from_code = chance.randrange(1, len(variable.codes))
        return Leaf(variable, variable.all_codes & ~((1 << from_code) - 1), "v", str(from_code))

    def several(low: int, high: int) -> tuple[Condition, ...]:
        return tuple(test() for _ in range(chance.randint(low, high)))

    def rule(number: int) -> Condition:
        if number % 6 == 0:
            return AllOf((AnyOf(several(3, 5)), AnyOf(several(4, 4)), AnyOf(several(2, 3))))
        if number % 6 == 1:
            return AnyOf((AllOf(several(2, 3)), *several(1, 2)))
        return AllOf(several(1, 3))

    return {f"rule-{number}": rule(number) for number in range(count)}


def people(count: int, over: tuple[Variable, ...], seed: int) -> list[Facts]:
    """Facts of which a few, some, or all may be risky, and the least and most risky ones."""
    chance = random.Random(seed)
    found = [(0,) * len(over), tuple(len(variable.codes) - 1 for variable in over)]
    while len(found) < count:
        share = chance.choice([0.05, 0.2, 1.0])
        found.append(tuple(chance.randrange(len(v.codes)) if chance.random() < share else 0 for v in over))
    return found
