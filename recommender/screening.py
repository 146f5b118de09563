"""What the answers given so far already decide, whatever the missing ones will be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.conditions import decide_partly
from recommender.knowledge.knowledge import CompiledRule, Knowledge

__all__ = ["forced_messages", "forced_stops", "open_fields"]


def forced_stops(answers: Mapping[str, Any], knowledge: Knowledge) -> list[CompiledRule]:
    """The rules that stop for sure with emergency or see_clinician, the strongest outcome first."""
    facts = knowledge.table.encode_partly(answers)
    strength = knowledge.outcomes.strength
    sure = [
        compiled
        for compiled in knowledge.rules
        if compiled.rule.then.stop in ("emergency", "see_clinician") and decide_partly(compiled.condition, facts)
    ]
    return sorted(sure, key=lambda compiled: strength.index(compiled.rule.then.stop or "routine"))


def forced_messages(answers: Mapping[str, Any], knowledge: Knowledge) -> list[str]:
    """What the given answers already demand, in words; empty if nothing is certain yet."""
    stops = forced_stops(answers, knowledge)
    if not stops:
        return []
    outcome = knowledge.outcomes.outcomes[stops[0].rule.then.stop or "routine"]
    return [f"{outcome.title}. {' '.join(outcome.now)}", *(compiled.rule.say for compiled in stops)]


def open_fields(answers: Mapping[str, Any], knowledge: Knowledge) -> set[str]:
    """The fields without an answer on which some rule still hangs."""
    facts = knowledge.table.encode_partly(answers)
    variables = knowledge.table.variables
    unknown = {variable.field for variable, code in zip(variables, facts, strict=True) if code is None}
    found: set[str] = set()
    for compiled in knowledge.rules:
        fields = compiled.fields & unknown
        if fields - found and decide_partly(compiled.condition, facts) is None:
            found |= {field for field in fields if _matters(compiled, field, facts, knowledge)}
    return found


def _matters(compiled: CompiledRule, field: str, facts: tuple[int | None, ...], knowledge: Knowledge) -> bool:
    """Whether some answer to the field moves the rule's result towards a decision."""
    for variable in knowledge.table.variables:
        if variable.field != field:
            continue
        outcomes = set()
        for code in range(len(variable.codes)):
            trial = (*facts[: variable.index], code, *facts[variable.index + 1 :])
            outcomes.add(decide_partly(compiled.condition, trial))
        if len(outcomes) > 1:
            return True
    return False
