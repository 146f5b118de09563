"""The rule engine: facts in, ids of the fired rules out. The only file that uses durable-rules.

durable-rules is fast and exact when one fact is asserted into one session, and it loses results
without a word in many other uses. So this file

- gives every alternative of a rule's condition to the engine as one flat conjunction,
- groups these under constant members of the fact, and proves that the engine's stack of 64 pending
  conditions cannot overflow,
- reads the agenda with the C module itself, from a first to a last sentinel, and accepts nothing else,
- compares every result with an independently generated plain evaluation of the same rules,
- proves the truth table of every alternative through the engine when it is built,
- primes every session, since deleting a new one can end the process,
- clears the session after any fault, also when the clearing itself was interrupted, and shuts down
  for good on a disagreement.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, product
from operator import eq, ge, itemgetter, le
from types import ModuleType
from typing import Any
from weakref import WeakSet

from recommender.conditions import Any as AnyOf
from recommender.conditions import (
    Condition,
    conjunctions,
    evaluate,
    intervals,
    negate,
    source,
    tests_of,
    value_table,
)
from recommender.errors import EngineError
from recommender.facts import Facts, Variable

__all__ = ["Engine", "import_library"]

# Limits of durable-rules 2.0.28, events.c: 64 pending conditions. The bound below keeps away from it.
STACK_LIMIT = 56
GROUP_SIZE = 28
SESSION = "1"
WHOSE = f'"id":"1","sid":"{SESSION}"'  # the one fact in the one session; enough to take it back
FIRST, LAST = "0000", "9999"  # names are four digits, so that they are read off without parsing
OK, NOT_HANDLED = 0, 1

_name = itemgetter(slice(2, 6))
_HOLDS: Mapping[str, Callable[[Any, Any], Any]] = {"$gte": ge, "$lte": le}

Term = tuple[tuple[int, int, int], ...]  # (variable index, lowest code, highest code), all of them


def import_library() -> ModuleType:
    """Import the C module. Raises EngineError if it is missing or does not load."""
    try:
        return _imported()
    except ImportError as error:
        raise EngineError(f"The rule engine durable-rules cannot be loaded: {error}. No routine is given.") from error


def _imported() -> ModuleType:
    """The C module. From Python 3.13 on it needs lazy symbol resolution to load."""
    if sys.version_info >= (3, 13) and hasattr(sys, "setdlopenflags"):
        flags = sys.getdlopenflags()
        sys.setdlopenflags(flags & ~os.RTLD_NOW | os.RTLD_LAZY)
        try:
            import durable_rules_engine  # noqa: PLC0415
        finally:
            sys.setdlopenflags(flags)
    else:
        import durable_rules_engine  # noqa: PLC0415
    return durable_rules_engine  # type: ignore[no-any-return]


_ENGINES: WeakSet[Engine] = WeakSet()


def _after_fork() -> None:
    for engine in list(_ENGINES):
        engine.start_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class Engine:
    """Decides which rules fire. Safe to share between threads.

    `rules` maps each rule id to its condition. Building it raises EngineError where a bound or a
    truth table does not hold. A disagreement later raises EngineError and shuts the engine.
    `likely` are facts of a usual person: what holds for them is looked at first, which is faster.
    With `proved` the truth tables are not gone through again: the same rules were, with the same library.
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
        self._library = library if library is not None else import_library()
        self._lock = threading.RLock()
        self._unclean = False  # whether something of an earlier call may still be in the session
        self._shut: str | None = None
        self._ids = tuple(rules)
        self._variables = tuple(variables)
        self._turned = frozenset(_turned(rules, variables, likely))
        asked = {id: negate(condition) if id in self._turned else condition for id, condition in rules.items()}
        self._terms = _alternatives(asked, variables, likely)
        self._plain = _plain(rules, len(variables))
        self._groups = -(-len(self._terms) // GROUP_SIZE)
        self._prove_stack()
        self._parts = _fact_parts(self._terms, variables)
        constants = "".join(f',"g{group}":1' for group in range(max(1, self._groups)))
        self._fact = _fact("{" + WHOSE + constants, self._parts)
        self._rules_of = {_label(place): ids for place, ids in enumerate(self._terms.values())}
        self._handle = self._create()
        if not proved:
            self._prove_truth_tables(tuple(rules.values()))
        _ENGINES.add(self)

    def __len__(self) -> int:
        """The number of alternatives that the engine holds."""
        return len(self._terms)

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
            if self._unclean:
                self._clear()
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
        """Give a forked child a lock and a session of its own; the parent's may be in the middle of a call."""
        self._lock = threading.RLock()
        try:
            self._handle = self._create()
        except EngineError as error:
            self._shut = f"{error} The engine is shut in this process. No routine is given."
        self._unclean = False

    def read_back(self) -> dict[str, list[dict[int, int]]]:
        """What the library was given, read back from its own form: for each rule its alternatives.

        Each is a demand on some variables, {variable index: mask of the codes that meet it}, worked out
        from the pieces of the fact as they are sent: a member that is not there fails every test.
        """
        definition = json.loads(_definition(self._terms, self._variables))
        sent = {_member(i): (i, [_value(piece) for piece in pieces]) for i, pieces in enumerate(self._parts)}
        found: dict[str, list[dict[int, int]]] = {id: [] for id in self._ids}
        for label, ids in self._rules_of.items():
            demand: dict[int, int] = {}
            for test in definition[label]["all"][0]["m"]["$and"]:
                (word, inner), *_ = test.items()
                (name, bound), *_ = inner.items() if word in _HOLDS else test.items()
                if name in sent:
                    index, values = sent[name]
                    holds: Callable[[Any, Any], Any] = _HOLDS.get(word, eq)
                    met = [code for code, value in enumerate(values) if value is not None and holds(value, bound)]
                    demand[index] = demand.get(index, -1) & sum(1 << code for code in met)
            for id in ids:
                found[id].append(demand)
        for id in self._turned:
            joined: dict[int, int] = {}
            for demand in found[id]:
                for index, mask in demand.items():
                    joined[index] = joined.get(index, -1) & ~mask & self._variables[index].all_codes
            found[id] = [joined]
        return found

    # --- talking to the library --------------------------------------------------------------

    def _create(self) -> Any:
        definition = _definition(self._terms, self._variables)
        try:
            handle = self._library.create_ruleset("recommender", definition)
            self._prime(handle)
        except EngineError:
            raise
        except Exception as error:
            raise EngineError(f"The rule engine does not accept the rules: {_told(error)}.") from error
        return handle

    def _prime(self, handle: Any) -> None:
        """Go once through an empty call. Raises EngineError if it yields nothing.

        The library does not set two pointers of a new session before its first action, and frees them
        when the session is deleted: a call that is interrupted before then would end the whole process.
        """
        library, fact = self._library, "{" + WHOSE + ',"g0":1}'
        offset = library.assert_fact(handle, fact)[1]
        if library.start_action_for_state(handle, offset) is None:
            raise EngineError("The rule engine gave no result. No routine is given.")
        for _ in islice(iter(partial(library.complete_and_start_action, handle, offset), None), len(self._terms) + 2):
            pass
        library.retract_fact(handle, fact)

    def _ask(self, facts: Facts) -> set[str]:
        fact = self._fact(facts)
        self._unclean = True
        try:
            names = self._agenda(fact)
            status = self._library.retract_fact(self._handle, "{" + WHOSE + "}")
            if status[0] not in (OK, NOT_HANDLED):
                raise EngineError(f"The rule engine did not take the answers back (code {status[0]}).")
            if names[0] != FIRST or names[-1] != LAST:
                raise EngineError("The rule engine stopped before all rules were read. No routine is given.")
            found = self._rules_named(names[1:-1]) ^ self._turned
            self._unclean = False
        except EngineError:
            raise
        except Exception as error:
            raise EngineError(f"The rule engine failed: {_told(error)}. No routine is given.") from error
        finally:
            if self._unclean:
                self._clear()
        return found

    def _rules_named(self, names: list[str]) -> set[str]:
        found: set[str] = set()
        try:
            found.update(*map(self._rules_of.__getitem__, names))
            return found
        except KeyError as error:
            raise EngineError(f"The rule engine named what is no rule here: {error}.") from None

    def _agenda(self, fact: str) -> list[str]:
        library, handle = self._library, self._handle
        status = library.assert_fact(handle, fact)
        if status[0] != OK:
            raise EngineError(f"The rule engine refused the answers (code {status[0]}). No routine is given.")
        offset = status[1]
        action = library.start_action_for_state(handle, offset)
        if action is None:
            raise EngineError("The rule engine gave no result. No routine is given.")
        most = len(self._terms) + 2
        rest = islice(iter(partial(library.complete_and_start_action, handle, offset), None), most)
        names = [_name(action[1]), *map(_name, rest)]
        if len(names) > most:
            raise EngineError("The rule engine did not come to an end. No routine is given.")
        return names

    def _clear(self) -> None:
        try:
            self._library.delete_state(self._handle, SESSION)
        except Exception:
            if self._holds_session():
                self._replace()
        self._unclean = False

    def _holds_session(self) -> bool:
        """Whether something was there to be deleted. Its error says so in words alone, so ask anew."""
        try:
            self._library.get_state(self._handle, SESSION)
        except MemoryError:
            return True  # it does not say, and a session too many does no harm
        except Exception:
            return False
        return True

    def _replace(self) -> None:
        try:
            self._handle = self._create()
        except EngineError:
            self._shut = "The rule engine cannot be restarted. No routine is given until the program is started anew."

    # --- proofs when it is built -------------------------------------------------------------

    def _prove_stack(self) -> None:
        longest = max(map(len, self._terms), default=0)
        pending = self._groups + GROUP_SIZE + 2 * longest + 2
        if pending > STACK_LIMIT:
            raise EngineError(
                f"{len(self._terms)} alternatives could make {pending} conditions wait at once; "
                f"the engine is safe up to {STACK_LIMIT}. Split the rules over two engines."
            )

    def _prove_truth_tables(self, conditions: Sequence[Condition]) -> None:
        rest = [0] * len(self._variables)
        for condition in conditions:
            for part in _parts(condition):
                for values in value_table(tests_of(part)):
                    facts = list(rest)
                    for index, code in values.items():
                        facts[index] = code
                    self.fired(tuple(facts))


def _parts(condition: Condition) -> tuple[Condition, ...]:
    """The alternatives of an outermost `any`, each with a small truth table of its own."""
    return condition.parts if isinstance(condition, AnyOf) else (condition,)


def _told(error: Exception) -> str:
    """What the error says; its name where it says nothing, as when memory runs out."""
    return str(error) or type(error).__name__


def _label(place: int) -> str:
    return f"{place + 1:04d}"


def _member(index: int) -> str:
    """A short name for a variable: the engine copies the fact for each rule that fires."""
    letters = "abcdefhjklmnopqrtuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"  # g, i and s belong to the fact itself
    return letters[index] if index < len(letters) else f"{letters[index % len(letters)]}{index // len(letters)}"


def _value(piece: str) -> int | None:
    """The number that a piece of the fact states, or None where it states nothing."""
    return int(piece.rpartition(":")[2]) if piece else None


def _terms(condition: Condition, variables: Sequence[Variable]) -> list[Term]:
    """The condition as flat conjunctions of ranges of codes, tests of all codes left out."""
    found: list[Term] = []
    for demand in conjunctions(condition):
        spans = [
            [(index, low, high) for low, high in intervals(mask)]
            for index, mask in sorted(demand.items())
            if mask != variables[index].all_codes
        ]
        found.extend(product(*spans))
    return found


def _plain(rules: Mapping[str, Condition], width: int) -> Callable[[Facts], tuple[str, ...]]:
    """A Python function, generated from the conditions themselves, that names the rules that hold."""
    lines = ["def plain(facts):", f"    {_unpacked(width)}", "    fired = []"]
    for id, condition in rules.items():
        lines.append(f"    if {source(condition, lambda variable: f'f{variable.index}')}: fired.append({id!r})")
    lines.append("    return tuple(fired)")
    return _generated("plain", lines)


def _fact(head: str, parts: Sequence[Sequence[str]]) -> Callable[[Facts], str]:
    """A Python function, generated from the pieces of the fact, that puts the fact together."""
    stated = [index for index, pieces in enumerate(parts) if any(pieces)]
    given = "".join(f", p{index}={tuple(parts[index])!r}" for index in stated)
    text = (head + "\0}").replace("{", "{{").replace("}", "}}")
    text = text.replace("\0", "".join(f"{{p{index}[f{index}]}}" for index in stated))
    return _generated("fact", [f"def fact(facts{given}):", f"    {_unpacked(len(parts))}", f"    return f{text!r}"])


def _unpacked(width: int) -> str:
    return f"[{', '.join(f'f{index}' for index in range(width))}] = facts"


def _generated(name: str, lines: Sequence[str]) -> Callable[[Facts], Any]:
    space: dict[str, Any] = {}
    exec(compile("\n".join(lines), f"<{name}>", "exec"), space)  # made of checked numbers and quoted ids only
    return space[name]  # type: ignore[no-any-return]


def _turned(rules: Mapping[str, Condition], variables: Sequence[Variable], likely: Sequence[int]) -> Iterator[str]:
    """The rules that the engine is asked the opposite of, since that is shorter to answer for most people.

    They hold for the usual person, and the opposite is that one of a few tests holds, each of which
    accepts no more than half of the codes. Such a rule holds where the engine, having come to the end
    of its agenda, named no opposite. The plain evaluation knows nothing of this, and is asked as always.
    """
    for id, condition in rules.items():
        if likely and evaluate(condition, likely):
            opposite = conjunctions(negate(condition))
            tests = [test for alternative in opposite for test in alternative.items()]
            few = all(2 * mask.bit_count() <= len(variables[index].codes) for index, mask in tests)
            if few and len(tests) == len(opposite):
                yield id


def _alternatives(
    conditions: Mapping[str, Condition], variables: Sequence[Variable], likely: Sequence[int]
) -> dict[Term, tuple[str, ...]]:
    """Every distinct alternative with the rules that it makes fire; the likely ones first."""
    found: dict[Term, tuple[str, ...]] = {}
    for id, condition in conditions.items():
        for term in _terms(condition, variables):
            found[term] = (*found.get(term, ()), id)
    if not likely:
        return found
    return dict(sorted(found.items(), key=lambda entry: not all(low <= likely[i] <= high for i, low, high in entry[0])))


def _fact_parts(terms: Iterable[Term], variables: Sequence[Variable]) -> tuple[tuple[str, ...], ...]:
    """For each variable and code the piece of the fact that states it.

    A code that no test accepts is left out: to the engine, a member that is not there fails every test.
    """
    accepted = [0] * len(variables)
    for term in terms:
        for index, low, high in term:
            accepted[index] |= (2 << high) - (1 << low)
    parts = []
    for index, variable in enumerate(variables):
        name, mask = _member(index), accepted[index]
        parts.append(tuple(f',"{name}":{code}' if mask >> code & 1 else "" for code in range(len(variable.codes))))
    return tuple(parts)


def _definition(terms: Iterable[Term], variables: Sequence[Variable]) -> str:
    """The ruleset in the engine's own form: one rule an alternative, between the two sentinels."""
    rules: dict[str, Any] = {FIRST: {"all": [{"m": {"g0": 1}}], "pri": 1}}
    for place, term in enumerate(terms):
        tests: list[Any] = [{f"g{place // GROUP_SIZE}": 1}]
        for index, low, high in term:
            name = _member(index)
            if low == high:
                tests.append({name: low})
                continue
            if low > 0:
                tests.append({"$gte": {name: low}})
            if high < len(variables[index].codes) - 1:
                tests.append({"$lte": {name: high}})
        rules[_label(place)] = {"all": [{"m": {"$and": tests}}], "pri": 2}
    rules[LAST] = {"all": [{"m": {"g0": 1}}], "pri": 3}
    return json.dumps(rules)
