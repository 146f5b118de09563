"""business-rules: a class of variables, a class of actions, and the rules as lists and dicts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from recommender import Knowledge
from recommender.logic.conditions import AllOf, Condition
from recommender.logic.conditions import Test as Leaf
from recommender.logic.facts import Facts, Variable
from tests.benchmarks.peers.translate import Effects, Peer, name, read_variables, rules_of, spans

__all__ = ["build"]


def _is_number(variable: Variable) -> bool:
    """Whether comparing pays; words are compared for equality, which this library does much faster."""
    return len(variable.codes) > 8


def _conditions(condition: Condition) -> dict[str, Any]:
    if not isinstance(condition, Leaf):
        return {"all" if isinstance(condition, AllOf) else "any": [_conditions(part) for part in condition.parts]}
    variable = condition.variable
    found: list[dict[str, Any]] = []
    if not _is_number(variable):
        found = [_test(variable, "equal_to", word) for code, word in enumerate(variable.codes) if condition.holds(code)]
        return found[0] if len(found) == 1 else {"any": found}
    for low, high in spans(condition):
        if low is not None and low == high:
            found.append(_test(variable, "equal_to", Decimal(low)))
            continue
        ends = []
        if low is not None:
            ends.append(_test(variable, "greater_than", Decimal(low - 1)))  # quicker than "or equal": all are integers
        if high is not None:
            ends.append(_test(variable, "less_than", Decimal(high + 1)))
        found.append(ends[0] if len(ends) == 1 else {"all": ends})
    return found[0] if len(found) == 1 else {"any": found}


def _test(variable: Variable, operator: str, value: Any) -> dict[str, Any]:
    return {"name": name(variable), "operator": operator, "value": value}


def build(knowledge: Knowledge) -> Peer:
    """All rules run for each person; the action of a rule notes its id."""
    from business_rules import run_all
    from business_rules.actions import BaseActions, rule_action
    from business_rules.fields import FIELD_TEXT
    from business_rules.variables import BaseVariables, numeric_rule_variable, string_rule_variable

    rules = rules_of(knowledge)
    variables = read_variables(rules)

    def method(index: int) -> Any:
        return lambda self: self.values[index]

    class Person(BaseVariables):
        def __init__(self, values: list[Any]) -> None:
            self.values = values

    for variable in variables:
        kind = numeric_rule_variable if _is_number(variable) else string_rule_variable
        setattr(Person, name(variable), kind(label=variable.name)(method(variable.index)))

    class Actions(BaseActions):
        def __init__(self) -> None:
            self.found: list[str] = []

        @rule_action(params={"rule": FIELD_TEXT})
        def fire(self, rule: str) -> None:
            self.found.append(rule)

    listed = [
        {"conditions": _conditions(condition), "actions": [{"name": "fire", "params": {"rule": id}}]}
        for id, condition in rules.items()
    ]

    def given(facts: Facts) -> list[Any]:
        pairs = zip(knowledge.table.variables, facts, strict=True)
        return [Decimal(code) if _is_number(variable) else variable.codes[code] for variable, code in pairs]

    def fired(values: list[Any]) -> list[str]:
        actions = Actions()
        run_all(listed, Person(values), actions)
        return actions.found

    return Peer(given, fired, Effects(knowledge))
