"""Many times the rules and exercises there are: varied as further ones could be, to see what growth costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from recommender import Knowledge
from recommender.knowledge.data import usual_facts
from recommender.knowledge.selectors import Selectors
from recommender.logic.conditions import AllOf, AnyOf, Condition, size
from recommender.logic.conditions import Test as Leaf
from recommender.logic.engine import Engine
from recommender.logic.facts import Facts, Variable

__all__ = ["knowledge_times", "rules_times", "usual", "wider"]

LARGEST = 60  # alternatives of one rule


def usual(knowledge: Knowledge) -> Facts:
    """The facts of the usual person."""
    return usual_facts(knowledge.table, knowledge.questionnaire)


def wider(knowledge: Knowledge, count: int) -> tuple[Variable, ...]:
    """The variables of the knowledge, and as many of yes and no as it takes to have so many."""
    here = knowledge.table.variables
    more = (Variable(n, f"more:{n}", "more", ("absent", "named"), (0, 1)) for n in range(len(here), count))
    return (*here, *more)


def rules_times(knowledge: Knowledge, times: int, variables: Sequence[Variable] = ()) -> dict[str, Condition]:
    """The conditions of all rules, so many times: each time about the next answers of the same kind.

    Those of the first time are the rules themselves. Of the others every second one asks for what another rule
    asks for, too. A variable of a kind of its own keeps its place; what is
    accepted then moves to higher codes, as where a bound is another.
    """
    variables = variables or knowledge.table.variables
    rests = dict(enumerate(usual(knowledge)))
    kinds: dict[tuple[int, int], list[Variable]] = {}
    for variable in variables:
        kinds.setdefault((len(variable.codes), rests.get(variable.index, 0)), []).append(variable)
    places = {v.index: (kind, place) for kind in kinds.values() for place, v in enumerate(kind)}

    def moved(condition: Condition, by: int) -> Condition:
        if isinstance(condition, AllOf | AnyOf):
            return replace(condition, parts=tuple(moved(part, by) for part in condition.parts))
        kind, place = places[condition.variable.index]
        variable = kind[(place + by) % len(kind)]
        mask = condition.mask
        if len(kind) <= by:
            mask = mask << by & variable.all_codes
            mask = condition.mask if mask in (0, variable.all_codes) else mask
        return Leaf(variable, mask, variable.field, condition.said)

    first = [rule for rule in knowledge.rules if not rule.always]
    found: dict[str, Condition] = {}
    for turn in range(times):
        for number, rule in enumerate(first):
            condition = moved(rule.condition, turn)
            other = AllOf((condition, moved(first[(number + turn) % len(first)].condition, turn)))
            if turn and number % 2 and size(other) <= LARGEST:
                condition = other
            found[f"{rule.id}-{turn}" if turn else rule.id] = condition
    return found


def knowledge_times(knowledge: Knowledge, *, rules: int = 1, exercises: int = 1) -> Knowledge:
    """The knowledge with so many times its rules (see `rules_times`), and its exercises with new ids."""
    count = len(knowledge.exercises)
    more = tuple(
        replace(exercise, id=f"{exercise.id}-{turn}") if turn else exercise
        for turn in range(exercises)
        for exercise in knowledge.exercises
    )

    def tiled(mask: int) -> int:
        return sum(mask << turn * count for turn in range(exercises))

    conditions = rules_times(knowledge, rules)
    always = [compiled for compiled in knowledge.rules if compiled.always]
    by_id: dict[str, Any] = {
        f"{compiled.id}-{turn}" if turn else compiled.id: compiled
        for turn in range(rules)
        for compiled in knowledge.rules
        if not compiled.always
    }
    grown = [
        replace(by_id[id], rule=replace(by_id[id].rule, id=id), when=condition, condition=condition)
        for id, condition in conditions.items()
    ]
    tiles = [
        replace(
            compiled,
            excludes=tiled(compiled.excludes),
            selects=tiled(compiled.selects),
            scores=compiled.scores * exercises,
        )
        for compiled in (*grown, *always)
    ]
    return replace(
        knowledge,
        exercises=more,
        selectors=Selectors(more, knowledge.vocabulary),
        rules=tuple(tiles),
        relief=tiled(knowledge.relief),
        engine=Engine(conditions, knowledge.table.variables, likely=usual(knowledge), proved=True),
    )
