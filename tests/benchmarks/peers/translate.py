"""What every peer is built from: the conditions of the rules as text or trees, and their effects.

A peer decides which rules fire. What these exclude, and which outcome is the strongest, is added up
here for all of them alike, so that no peer is slowed by how it would hand over a list of exercises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recommender import Knowledge
from recommender.logic.conditions import AllOf, Condition, intervals, tests_of
from recommender.logic.conditions import Test as Leaf
from recommender.logic.facts import Facts, Variable

__all__ = ["Decided", "Effects", "Peer", "name", "read_variables", "rules_of", "spans", "text"]

Decided = tuple[tuple[str, ...], int, str]  # rules that fired, mask of excluded exercises, outcome


@dataclass(frozen=True)
class Peer:
    """An engine with all rules. `given` brings facts into the form it takes; `fired` decides and is timed."""

    given: Callable[[Facts], Any]
    fired: Callable[[Any], Iterable[str]]
    effects: Effects

    def decide(self, given: Any) -> Decided:
        """The rules that fire, with what they exclude and the outcome."""
        return self.effects.of(self.fired(given))


class Effects:
    """What the rules do: masks of excluded exercises over the whole catalogue, and outcomes."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._strength = knowledge.outcomes.strength
        rest = len(self._strength) - 1
        self._places = {compiled.id: place for place, compiled in enumerate(knowledge.rules)}
        self._masks = {compiled.id: compiled.excludes for compiled in knowledge.rules}
        self._stops = {
            compiled.id: self._strength.index(compiled.rule.then.stop) if compiled.effect == "stop" else rest
            for compiled in knowledge.rules
        }
        self._always = tuple(compiled.id for compiled in knowledge.rules if compiled.always)

    def of(self, fired: Iterable[str]) -> Decided:
        """What these rules, and those for everyone, exclude and decide together."""
        ids = sorted({*fired, *self._always}, key=self._places.__getitem__)
        excluded = 0
        strongest = len(self._strength) - 1
        for id in ids:
            excluded |= self._masks[id]
            strongest = min(strongest, self._stops[id])
        return tuple(ids), excluded, self._strength[strongest]


def rules_of(knowledge: Knowledge) -> dict[str, Condition]:
    """Every rule that has a condition. The others fire for everyone and need no engine."""
    return {compiled.id: compiled.condition for compiled in knowledge.rules if not compiled.always}


def read_variables(rules: Mapping[str, Condition]) -> list[Variable]:
    """The variables that some rule reads."""
    found = {test.variable.index: test.variable for condition in rules.values() for test in tests_of(condition)}
    return [found[index] for index in sorted(found)]


def name(variable: Variable) -> str:
    """A name for a variable that every peer accepts."""
    return f"v{variable.index}"


def spans(test: Leaf) -> list[tuple[int | None, int | None]]:
    """The runs of codes that the test accepts, each with its lowest and highest; None where it has no end."""
    last = len(test.variable.codes) - 1
    return [(low or None, high if high < last else None) for low, high in intervals(test.mask)]


def text(condition: Condition, leaf: Callable[[Leaf], str], both: str = " and ", either: str = " or ") -> str:
    """The condition as text with brackets, each test as `leaf` writes it."""
    if isinstance(condition, Leaf):
        return leaf(condition)
    joint = both if isinstance(condition, AllOf) else either
    return "(" + joint.join(text(part, leaf, both, either) for part in condition.parts) + ")"
