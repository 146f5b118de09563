"""durable-rules as its documentation shows it: a ruleset with actions, through its host."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import reduce
from itertools import count
from operator import and_, or_
from typing import Any

from recommender import Knowledge
from recommender.logic.conditions import AllOf, Condition
from recommender.logic.conditions import Test as Leaf
from recommender.logic.facts import Facts
from tests.benchmarks.peers.translate import Effects, Peer, name, read_variables, rules_of, spans

__all__ = ["build", "build_event"]


def build(knowledge: Knowledge) -> Peer:
    """A session for each person: its fact is asserted, the actions run, the fact is retracted, the state deleted."""
    return _build(knowledge, event=False)


def build_event(knowledge: Knowledge) -> Peer:
    """A session for each person: its answers are posted as an event, which is used up by the rule that fires."""
    return _build(knowledge, event=True)


def _build(knowledge: Knowledge, *, event: bool) -> Peer:
    from durable.engine import MessageNotHandledException
    from durable.lang import assert_fact, delete_state, m, post, retract_fact, ruleset, when_all

    rules = rules_of(knowledge)
    variables = read_variables(rules)
    found: set[str] = set()

    def logic(condition: Condition) -> Any:
        if not isinstance(condition, Leaf):
            return reduce(and_ if isinstance(condition, AllOf) else or_, map(logic, condition.parts))
        value = name(condition.variable)
        parts = []
        for low, high in spans(condition):
            if low is not None and low == high:
                parts.append(getattr(m, value) == low)
                continue
            ends = [getattr(m, value) >= (low or 0)]
            if high is not None:
                ends.append(getattr(m, value) <= high)
            parts.append(reduce(and_, ends))
        return reduce(or_, parts)

    def add(id: str, condition: Condition) -> None:
        @when_all(logic(condition))
        def fire(c: Any) -> None:
            found.add(id)

    with ruleset("recommender"):
        for id, condition in rules.items():
            add(id, condition)

    numbers = count(1)

    def given(facts: Facts) -> dict[str, int]:
        return {name(variable): facts[variable.index] for variable in variables}

    def fired(fields: dict[str, Any]) -> Iterable[str]:
        found.clear()
        session = str(next(numbers))
        fact = {"id": "1", "sid": session, **fields}
        try:
            if event:
                post("recommender", fact)
            else:
                assert_fact("recommender", fact)
                with suppress(MessageNotHandledException):
                    retract_fact("recommender", fact)
        except MessageNotHandledException:  # its normal answer where no rule matches
            return ()
        finally:
            delete_state("recommender", session)
        return set(found)

    return Peer(given, fired, Effects(knowledge))
