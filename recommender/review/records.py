"""Checks that the ledgers, the register, the rules and the catalogue tell the same story."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.decide import numbers_in
from recommender.errors import KnowledgeFault as Finding
from recommender.knowledge.knowledge import Knowledge

__all__ = ["check_records"]


def check_records(knowledge: Knowledge) -> Iterator[Finding]:
    """Every statement, citation and exclusion that the other files do not account for."""
    yield from _citations_are_accounted_for(knowledge)
    yield from _register_is_complete(knowledge)
    yield from _kit_has_rules(knowledge)


def _citations_are_accounted_for(knowledge: Knowledge) -> Iterator[Finding]:
    """An exercise that cites an item must be named by that item's ledger entry, and the other way round."""
    cited: dict[str, set[str]] = {}
    for exercise in knowledge.exercises:
        for at in exercise.locators:
            cited.setdefault(at, set()).add(exercise.id)
    for ledger in knowledge.ledgers:
        file = f"rules/sources/{ledger.document}.yaml"
        for section in ledger.sections:
            for item in range(1, section.items + 1):
                at = f"{ledger.document}/{section.id}#{item}"
                named = {id for statement in section.statements if statement.item == item for id in statement.by}
                for id in sorted(cited.get(at, set()) - named):
                    yield Finding(
                        file, None, f"{at} is cited by {id}, but its entry does not name it.", "Add it to `by`."
                    )
        for section in ledger.sections:
            for statement in section.statements:
                if statement.outcome == "left_out" and any(knowledge.exercise(id) for id in statement.by):
                    found = f"{section.id}: a statement is left out, but exercises are named in `by`."
                    yield Finding(file, None, found, "Correct one of the two.")


def _register_is_complete(knowledge: Knowledge) -> Iterator[Finding]:
    """An exercise that a text offers and a rule for everyone excludes belongs into the register."""
    registered = {id for conflict in knowledge.conflicts for id in conflict.exercises}
    for compiled in knowledge.rules:
        if not compiled.always or not compiled.excludes:
            continue
        for number in numbers_in(compiled.excludes):
            exercise = knowledge.exercises[number]
            if exercise.id not in registered:
                found = f"{exercise.id} is offered by a text and excluded for everyone by {compiled.id}."
                yield Finding("rules/conflicts.yaml", None, found, "Add it to the register.")


def _kit_has_rules(knowledge: Knowledge) -> Iterator[Finding]:
    """Each kind of required kit and each thing that a body cannot do needs a rule that excludes for it."""
    selecting = [compiled.rule.then.avoid or {} for compiled in knowledge.rules if compiled.rule.kind == "practical"]
    for group in ("requires", "needs"):
        covered = {str(selector[group]) for selector in selecting if set(selector) == {group}}
        for word in knowledge.vocabulary.words(group):
            if word not in covered:
                found = f"no practical rule leaves out what has `{group}: {word}`."
                yield Finding("rules/practical/", None, found, "Add a rule for it.")
