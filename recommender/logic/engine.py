"""The rule engine: facts in, ids of the fired rules out. What the library can and cannot do stands in ruleset.py.

The rules are spread over as many rulesets of durable-rules as they need. This file

- gives every alternative of a rule's condition to the library as one flat conjunction, in groups, and
  has proved of each ruleset that it stays clear of the library's limits (see alternatives.py),
- compares every result with an independently generated plain evaluation of the same rules,
- proves the truth table of every alternative through the whole engine when it is built,
- shuts down for good on a disagreement.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from weakref import WeakSet

from recommender.errors import EngineError
from recommender.logic.alternatives import alternatives, check_sizes, shares, turned
from recommender.logic.conditions import Condition, negate, source
from recommender.logic.facts import Facts, Variable
from recommender.logic.ruleset import LOST, Ruleset, generated, import_library, unpacked
from recommender.logic.truth_table import rows

__all__ = ["Engine", "import_library"]

LONGEST = 1 << 8  # rows of a truth table that is gone through whole; a longer one part by part

_ENGINES: WeakSet[Engine] = WeakSet()


def _after_fork() -> None:
    for engine in list(_ENGINES):
        engine.start_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class Engine:
    """Decides which rules fire, of any number of rules. Safe to share between threads.

    A disagreement with the plain evaluation raises EngineError and shuts the engine.

    Args:
        rules: The condition of each rule by its id.
        variables: What the conditions read, in the order of the facts.
        library: The C module of durable-rules, or one that behaves like it.
        likely: The facts of a usual person: what does not concern them is not even looked at, which is faster.
        proved: Do not go through the truth tables again: the very same rules were proved, with the same library.

    Raises:
        EngineError: A condition has too many alternatives to be held, or a bound or a truth table does not hold.
    """

    def __init__(
        self,
        rules: Mapping[str, Condition],
        variables: Sequence[Variable],
        library: Any = None,
        likely: Sequence[int] = (),
        *,
        proved: bool = False,
    ) -> None:
        library = library if library is not None else import_library()
        self._lock = threading.RLock()
        self._shut: str | None = None
        self._ids = tuple(rules)
        self._variables = tuple(variables)
        check_sizes(rules)
        self._turned = frozenset(turned(rules, variables, likely))
        asked = {id: negate(condition) if id in self._turned else condition for id, condition in rules.items()}
        self._plain = _plain(rules, len(variables))
        spread = shares(alternatives(asked, variables), variables, likely)
        self._rulesets = tuple(Ruleset(share, library) for share in spread)
        if not proved:
            self._prove_truth_tables(tuple(rules.values()))
        _ENGINES.add(self)

    def __len__(self) -> int:
        """The number of alternatives that the engine holds."""
        return sum(len(ruleset.share) for ruleset in self._rulesets)

    @property
    def shut(self) -> str | None:
        """Why the engine gives no result again; None while it does."""
        return self._shut

    def fired(self, facts: Facts) -> tuple[str, ...]:
        """The ids of the rules that fire for these facts, in the order of the rules.

        Raises EngineError if the engine fails, or disagrees with the plain evaluation.
        """
        expected = self._plain(facts)
        if self._lock._is_owned():  # type: ignore[attr-defined]
            raise EngineError(
                "The rule engine was asked in the middle of its own call, as by a signal handler. No routine is given."
            )
        with self._lock:
            if self._shut:
                raise EngineError(self._shut)
            found = self._ask(facts)
            if found != set(expected):
                odd = sorted(found ^ set(expected))
                self._shut = (
                    "The rule engine and the plain evaluation disagree about: " + ", ".join(odd) + ". "
                    "The engine is shut. No routine is given until the program is started anew."
                )
                raise EngineError(self._shut)
        return expected

    def plain(self, facts: Facts) -> tuple[str, ...]:
        """What the plain evaluation alone says; for comparisons and benchmarks."""
        return self._plain(facts)

    def start_anew(self) -> None:
        """Give a forked child a lock and sessions of its own; the parent's may be in the middle of a call."""
        self._lock = threading.RLock()
        try:
            for ruleset in self._rulesets:
                ruleset.start_anew()
        except EngineError as error:
            self._shut = f"{error} The engine is shut in this process. No routine is given."

    def read_back(self) -> dict[str, list[dict[int, int]]]:
        """What the library was given, read back from its own form: for each rule its alternatives.

        Each is a demand on some variables, {variable index: mask of the codes that meet it}.
        """
        found: dict[str, list[dict[int, int]]] = {id: [] for id in self._ids}
        for ruleset in self._rulesets:
            for ids, demand in ruleset.share.read_back():
                for id in ids:
                    found[id].append(demand)
        for id in self._turned:
            joined: dict[int, int] = {}
            for demand in found[id]:
                for index, mask in demand.items():
                    joined[index] = joined.get(index, -1) & ~mask & self._variables[index].all_codes
            found[id] = [joined]
        return found

    def _ask(self, facts: Facts) -> set[str]:
        """What all rulesets say together. One that is lost shuts the engine."""
        found: set[str] = set()
        try:
            for ruleset in self._rulesets:
                found |= ruleset.fired(facts)
        except EngineError:
            if ruleset.lost:
                self._shut = LOST
            raise
        return found ^ self._turned

    def _prove_truth_tables(self, conditions: Sequence[Condition]) -> None:
        rest = [0] * len(self._variables)
        for condition in conditions:
            for values in rows(condition, self._variables, LONGEST):
                facts = list(rest)
                for index, code in values.items():
                    facts[index] = code
                self.fired(tuple(facts))


def _plain(rules: Mapping[str, Condition], width: int) -> Callable[[Facts], tuple[str, ...]]:
    """A Python function, generated from the conditions themselves, that names the rules that hold."""
    lines = ["def plain(facts):", f"    {unpacked(width)}", "    fired = []"]
    for id, condition in rules.items():
        lines.append(f"    if {source(condition, lambda variable: f'f{variable.index}')}: fired.append({id!r})")
    lines.append("    return tuple(fired)")
    return generated("plain", lines)
