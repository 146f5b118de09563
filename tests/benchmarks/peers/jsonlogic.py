"""json-logic (panzi-json-logic): one logic that answers every rule."""

from __future__ import annotations

from itertools import compress
from typing import Any

from recommender import Knowledge
from recommender.logic.conditions import AllOf, Condition
from recommender.logic.conditions import Test as Leaf
from tests.benchmarks.peers.translate import Effects, Peer, rules_of, spans

__all__ = ["build"]


def _logic(condition: Condition) -> dict[str, Any]:
    if not isinstance(condition, Leaf):
        return {"and" if isinstance(condition, AllOf) else "or": [_logic(part) for part in condition.parts]}
    variable = {"var": condition.variable.index}
    last = len(condition.variable.codes) - 1
    found: list[dict[str, Any]] = []
    for low, high in spans(condition):
        least, most = low or 0, last if high is None else high
        if least == most:
            found.append({"===": [variable, least]})
        elif high is None:
            found.append({">=": [variable, least]})
        elif low is None:
            found.append({"<=": [variable, most]})
        else:
            found.append({"<=": [least, variable, most]})
    return found[0] if len(found) == 1 else {"or": found}


def build(knowledge: Knowledge) -> Peer:
    """A list with the logic of every rule, over the list of the facts."""
    from json_logic import jsonLogic

    rules = rules_of(knowledge)
    ids = tuple(rules)
    logic = [_logic(rule) for rule in rules.values()]
    return Peer(list, lambda given: compress(ids, jsonLogic(logic, given)), Effects(knowledge))
