"""What a guarantee asks of the rules: whoever it concerns is under at least one of certain rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from recommender.decision.decide import numbers_in
from recommender.knowledge.catalogue import Exercise, Spine
from recommender.knowledge.guarantees import CompiledGuarantee
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.selectors import Selectors
from recommender.logic.conditions import Condition
from recommender.values import hints, variant

__all__ = ["Duty", "duties_of"]

_ATTRIBUTES = {"programme": "programmes", "posture": "postures"}


@dataclass(frozen=True, slots=True)
class Duty:
    """Whoever the guarantee concerns must be under one of these rules. `exercises` are what it is about.

    `made_up`: it is about a new exercise that was made up.
    """

    rules: tuple[CompiledRule, ...]
    exercises: tuple[str, ...] = ()
    made_up: bool = False

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """When its rules hold. The guarantee misses whoever it concerns and none of them meets."""
        return tuple(rule.condition for rule in self.rules)


def duties_of(compiled: CompiledGuarantee, knowledge: Knowledge) -> tuple[Duty, ...]:
    """Everything that must hold for the guarantee to hold; nothing for a mechanism."""
    guarantee, rules = compiled.guarantee, knowledge.rules
    terms = knowledge.selectors
    if guarantee.outcome_at_least is not None:
        return (Duty(tuple(rule for rule in rules if stops_enough(rule, compiled, knowledge))),)
    if guarantee.dose is not None:
        return (Duty(tuple(rule for rule in rules if rule.effect == "limit")),)
    if guarantee.show_first:
        return (Duty(tuple(rule for rule in rules if rule.effect == "ask" and not rule.always)),)
    groups: dict[tuple[str, ...], list[int]] = {}
    for number in numbers_in(compiled.mask):
        ids = tuple(rule.id for rule in rules if rule.excludes >> number & 1)
        groups.setdefault(ids, []).append(number)
    duties = [
        Duty(tuple(knowledge.rules_by_id[id] for id in ids), tuple(knowledge.exercises[n].id for n in numbers))
        for ids, numbers in groups.items()
    ]
    if guarantee.never is not None and (guarantee.new_ones_too or not compiled.mask):
        duties.extend(
            Duty(_against_made_up(part, knowledge), made_up=True) for part in _single(terms.spelled(guarantee.never))
        )
    return tuple(duties)


def stops_enough(rule: CompiledRule, compiled: CompiledGuarantee, knowledge: Knowledge) -> bool:
    """Whether the rule stops at least as strongly, and asks to be seen at least as soon, as the guarantee wants."""
    wanted, then = compiled.guarantee, rule.rule.then
    strength, times = knowledge.outcomes.strength, list(knowledge.outcomes.how_soon)
    if then.stop is None or wanted.outcome_at_least is None:
        return False
    soon = wanted.how_soon is None or (
        then.how_soon in times and times.index(then.how_soon) <= times.index(wanted.how_soon)
    )
    return soon and strength.index(then.stop) <= strength.index(wanted.outcome_at_least)


# --- an exercise that is not there -------------------------------------------------------------


def _single(selector: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The selector as alternatives, each with one word for each of its keys."""
    rest = {key: value if isinstance(value, list) else [value] for key, value in selector.items() if key != "any_of"}
    for words in product(*rest.values()):
        chosen = dict(zip(rest, words, strict=True))
        if "any_of" not in selector:
            yield chosen
        for part in selector.get("any_of", ()):
            yield from ({**chosen, **inner} for inner in _single(part))


def _against_made_up(selector: Mapping[str, str], knowledge: Knowledge) -> tuple[CompiledRule, ...]:
    """The rules that would leave out a new exercise for being like this, and for nothing else."""
    others = numbers_in(knowledge.selectors.all & ~knowledge.selectors.compile(selector))
    harmless = min(others, key=lambda number: sum(rule.excludes >> number & 1 for rule in knowledge.rules))
    mildest = knowledge.exercises[harmless]
    terms = knowledge.selectors.terms
    plain = Selectors([mildest], knowledge.vocabulary, terms)
    dressed = Selectors([_dressed(mildest, selector)], knowledge.vocabulary, terms)
    return tuple(
        rule
        for rule in knowledge.rules
        if rule.effect == "stop" or (_leaves_out(rule, dressed) and not _leaves_out(rule, plain))
    )


def _dressed(exercise: Exercise, selector: Mapping[str, str]) -> Exercise:
    """The exercise with the words of the selector."""
    changes: dict[str, Any] = {}
    for key, word in selector.items():
        name = _ATTRIBUTES.get(key, key)
        if key == "requires":
            changes["equipment"] = variant(exercise.equipment, required=(word,))
        elif key in hints(Spine):
            changes["spine"] = variant(changes.get("spine", exercise.spine), **{key: word})
        elif name in hints(Exercise):
            if key == "needs":
                changes["on_bed"] = False  # a bed spares the floor
            changes[name] = (word,) if isinstance(getattr(exercise, name), tuple) else word
    return variant(exercise, **changes)


def _leaves_out(rule: CompiledRule, alone: Selectors) -> bool:
    then = rule.rule.then
    also = rule.change.also_avoid if rule.change is not None else None
    avoided: Sequence[Any] = [selector for selector in (then.avoid, also) if selector is not None]
    if any(alone.compile(selector) for selector in avoided):
        return True
    if then.allow_only is not None:
        return not alone.compile(then.allow_only)
    return False
