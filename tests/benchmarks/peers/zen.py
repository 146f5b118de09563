"""zen-engine: one compiled expression that answers every rule, and a decision table that collects."""

from __future__ import annotations

import json
from itertools import compress

from recommender import Knowledge
from recommender.logic.conditions import Test as Leaf
from recommender.logic.conditions import conjunctions, intervals
from recommender.logic.facts import Facts, Variable
from tests.benchmarks.peers.translate import Effects, Peer, name, read_variables, rules_of, spans, text

__all__ = ["build", "build_table"]


def _test(test: Leaf) -> str:
    variable = f"f[{test.variable.index}]"
    last = len(test.variable.codes) - 1
    found = []
    for low, high in spans(test):
        least, most = low or 0, last if high is None else high
        if least == most:
            found.append(f"{variable} == {least}")
        else:
            ends = [f"{variable} >= {low}"] * (low is not None) + [f"{variable} <= {high}"] * (high is not None)
            found.append("(" + (" and ".join(ends) or "true") + ")")
    return "(" + " or ".join(found) + ")" if len(found) > 1 else found[0]


def _given(facts: Facts) -> dict[str, list[int]]:
    return {"f": list(facts)}


def build(knowledge: Knowledge) -> Peer:
    """One expression, compiled once: a list that says for each rule whether it fires."""
    import zen

    rules = rules_of(knowledge)
    ids = tuple(rules)
    evaluate = zen.compile_expression("[" + ", ".join(text(rule, _test) for rule in rules.values()) + "]").evaluate
    return Peer(_given, lambda given: compress(ids, evaluate(given)), Effects(knowledge))


def build_table(knowledge: Knowledge) -> Peer:
    """A decision of one table that collects, loaded once: a column for each variable, a row for each alternative."""
    import zen

    rules = rules_of(knowledge)
    variables = {variable.index: variable for variable in read_variables(rules)}
    rows = [
        {"_id": f"{id}-{number}", "rule": f'"{id}"'}
        | {name(variables[i]): _cell(variables[i], demand[i]) for i in demand}
        for id, condition in rules.items()
        for number, demand in enumerate(conjunctions(condition))
    ]
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": name(v), "name": v.name, "field": name(v)} for v in variables.values()],
        "outputs": [{"id": "rule", "name": "Rule", "field": "rule"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "rules", "type": "decisionTableNode", "name": "rules", "position": {"x": 1, "y": 0}, "content": table},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "rules"},
        {"id": "b", "type": "edge", "sourceId": "rules", "targetId": "out"},
    ]
    evaluate = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges})).evaluate

    def given(facts: Facts) -> dict[str, int]:
        return {name(variable): facts[index] for index, variable in variables.items()}

    return Peer(given, lambda given: {row["rule"] for row in evaluate(given)["result"]}, Effects(knowledge))


def _cell(variable: Variable, mask: int) -> str:
    last = len(variable.codes) - 1
    found = []
    for low, high in intervals(mask):
        if low == high:
            found.append(str(low))
        elif high == last:
            found.append(f">= {low}" if low else "")
        else:
            found.append(f"[{low}..{high}]")
    return ", ".join(found)
