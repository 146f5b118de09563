"""experta: a KnowledgeEngine with one rule for each rule and one fact for each person."""

from __future__ import annotations

import collections
import collections.abc
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from recommender import Knowledge
from recommender.logic.conditions import Condition, conjunctions
from recommender.logic.facts import Facts
from tests.benchmarks.peers.translate import Effects, Peer, name, read_variables, rules_of

__all__ = ["build"]


def _imported() -> ModuleType:
    """The library. The frozendict that it pins wants a name that Python dropped in 3.10; it gets it for the import."""
    lost = not hasattr(collections, "Mapping")
    if lost:
        collections.Mapping = collections.abc.Mapping
    try:
        import experta
    finally:
        if lost:
            del collections.Mapping
    return experta


def build(knowledge: Knowledge) -> Peer:
    """Each alternative of a condition is one pattern of the fact; the engine is reset for each person."""
    experta = _imported()

    class Person(experta.Fact):
        pass

    rules = rules_of(knowledge)
    variables = {variable.index: variable for variable in read_variables(rules)}
    found: set[str] = set()

    def accepts(mask: int, codes: int) -> Any:
        accepted = [code for code in range(codes) if mask >> code & 1]
        if len(accepted) == 1:
            return experta.L(accepted[0])
        return experta.P(lambda code: bool(mask >> code & 1))

    def pattern(demand: dict[int, int]) -> Any:
        fields = {
            name(variables[i]): accepts(mask, len(variables[i].codes))
            for i, mask in demand.items()
            if mask != variables[i].all_codes
        }
        return Person(**fields)

    def rule(id: str, condition: Condition) -> Callable[..., None]:
        patterns = [pattern(demand) for demand in conjunctions(condition)]

        def act(self: Any) -> None:
            found.add(id)

        return experta.Rule(patterns[0] if len(patterns) == 1 else experta.OR(*patterns))(act)

    body = {f"r{number}": rule(id, condition) for number, (id, condition) in enumerate(rules.items())}
    engine = type("Rules", (experta.KnowledgeEngine,), body)()

    def given(facts: Facts) -> dict[str, int]:
        return {name(variable): facts[variable.index] for variable in variables.values()}

    def fired(fields: dict[str, int]) -> Iterable[str]:
        found.clear()
        engine.reset()
        engine.declare(Person(**fields))
        engine.run()
        return set(found)

    return Peer(given, fired, Effects(knowledge))
