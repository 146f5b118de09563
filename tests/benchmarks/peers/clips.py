"""clipspy: one template with a slot for each variable, one rule for each rule, a fact for each person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from recommender import Knowledge
from recommender.logic.conditions import Condition, conjunctions
from recommender.logic.facts import Facts, Variable
from tests.benchmarks.peers.translate import Effects, Peer, name, read_variables, rules_of

__all__ = ["build"]


def _slot(variable: Variable, mask: int) -> str:
    """One slot of a pattern: the accepted codes, or a comparison where these are many."""
    codes = [code for code in range(len(variable.codes)) if mask >> code & 1]
    if len(codes) <= 6:
        return f"({name(variable)} {'|'.join(map(str, codes))})"
    gaps = [code for code in range(codes[0], codes[-1]) if not mask >> code & 1]
    ends = f"&:(>= ?x {codes[0]})&:(<= ?x {codes[-1]})" + "".join(f"&~{code}" for code in gaps)
    return f"({name(variable)} ?x{ends})"


def _rule(number: int, condition: Condition, variables: dict[int, Variable]) -> str:
    patterns = []
    for demand in conjunctions(condition):
        slots = [
            _slot(variables[i], mask).replace("?x", f"?x{i}")
            for i, mask in demand.items()
            if mask != variables[i].all_codes
        ]
        patterns.append(f"(person {' '.join(slots)})")
    when = patterns[0] if len(patterns) == 1 else f"(or {' '.join(patterns)})"
    return f"(defrule r{number} {when} => (bind ?*fired* ?*fired* {number}))"


def build(knowledge: Knowledge) -> Peer:
    """Rules that note their number in a global; for each person a fact, a run of the agenda, and both taken back."""
    import clips

    rules = rules_of(knowledge)
    ids = tuple(rules)
    variables = read_variables(rules)
    environment = clips.Environment()
    environment.build("(defglobal ?*fired* = (create$))")
    slots = " ".join(f"(slot {name(variable)} (type INTEGER) (default 0))" for variable in variables)
    environment.build(f"(deftemplate person {slots})")
    by_index = {variable.index: variable for variable in variables}
    for number, condition in enumerate(rules.values()):
        environment.build(_rule(number, condition, by_index))
    assert_fact = environment.find_template("person").assert_fact
    noted = environment.find_global("fired")

    def given(facts: Facts) -> dict[str, int]:
        return {name(variable): facts[variable.index] for variable in variables if facts[variable.index]}

    def fired(slots: dict[str, Any]) -> Iterable[str]:
        fact = assert_fact(**slots)
        environment.run()
        found = {ids[number] for number in noted.value}
        fact.retract()
        noted.value = ()
        return found

    return Peer(given, fired, Effects(knowledge))
