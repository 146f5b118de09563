"""How rules are spread over rulesets of the engine's library: pure bookkeeping, which asks no library.

Every alternative of a rule's condition becomes one flat conjunction, a term. Terms are gathered in
groups: a member of the fact, such as `"g3":1`, opens a group, so that the library looks at its terms.
A group of its own for a variable is opened only by the codes that one of its terms accepts. For most
people most groups stay closed, which is why a decision takes hardly longer with many more rules.

The library has limits that it does not all guard (see `Share.prove`). A share holds as many groups as
stay clear of them, and there are as many shares, each a ruleset of the library, as it takes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from operator import eq, ge, le
from typing import Any

from recommender.errors import EngineError
from recommender.logic.conditions import (
    MOST,
    Condition,
    TooManyAlternatives,
    conjunctions,
    evaluate,
    intervals,
    negate,
    size,
)
from recommender.logic.facts import Variable

__all__ = ["FIRST", "GROUP_SIZE", "LAST", "Share", "Term", "alternatives", "check_sizes", "member", "shares", "turned"]

# Limits of durable-rules 2.0.28, with the place in its source. What is proved keeps away from them.
STACK_LIMIT = 56  # 64 conditions may wait at once (events.c, MAX_STACK_SIZE): beyond, the session is poisoned
BRANCH_LIMIT = 256  # 512 conditions may follow one (rules.h, NEXT_BUCKET_LENGTH): a full table is searched for ever
ENDING_LIMIT = 64  # 256 rules may end in one condition (rules.h, BETA_LIST_LENGTH); 120 were seen to go wrong
MEMBER_LIMIT = 192  # 254 members may a fact have (state.h, MAX_OBJECT_PROPERTIES)
RULE_LIMIT = 2048  # 4,096 rules may a ruleset have (rete.c, MAX_ACTIONS)

GROUP_SIZE = 24  # terms in one group
OWN_GROUP = 4  # so many terms about a variable are worth a group of its own
FIRST, LAST = "0000", "9999"  # the sentinels; all names are four digits, so that they are read off without parsing
_HOLDS: Mapping[str, Callable[[Any, Any], Any]] = {"$gte": ge, "$lte": le}

Term = tuple[tuple[int, int, int], ...]  # (variable index, lowest code, highest code), all of them
Inner = tuple[str, Callable[[Any, Any], Any], int]  # a test in the library's own form
Alternatives = Mapping[Term, tuple[str, ...]]


@dataclass(frozen=True)
class Group:
    """Terms that are looked at together. They all read the variable `key` first; None: the group is always open."""

    key: int | None
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Share:
    """What one ruleset holds: some groups, the rules that each of their terms makes fire, and all variables.

    The first group is open for everyone, since the sentinels stand in it too.
    """

    groups: tuple[Group, ...]
    rules: Alternatives
    variables: tuple[Variable, ...]

    def __len__(self) -> int:
        return sum(len(group.terms) for group in self.groups)

    @cached_property
    def rules_of(self) -> dict[str, tuple[str, ...]]:
        """The name of each term in the library, with the rules that it makes fire."""
        terms = (term for group in self.groups for term in group.terms)
        return {label(place): self.rules[term] for place, term in enumerate(terms)}

    @cached_property
    def constants(self) -> str:
        """The members of every fact that open the groups which are open for everyone."""
        return "".join(f',"{_gate(number)}":1' for number, group in enumerate(self.groups) if group.key is None)

    @cached_property
    def pieces(self) -> tuple[tuple[str, ...], ...]:
        """For each variable and code the piece of the fact that states it, and opens groups.

        A code that no test accepts is left out: to the engine, a member that is not there fails every test.
        """
        accepted = [0] * len(self.variables)
        opened: dict[int, list[tuple[str, int]]] = {}
        for number, group in enumerate(self.groups):
            gate = 0
            for term in group.terms:
                for index, low, high in term:
                    mask = (2 << high) - (1 << low)
                    accepted[index] |= mask
                    gate |= mask if index == group.key else 0
            if group.key is not None:
                opened.setdefault(group.key, []).append((_gate(number), gate))
        return tuple(
            tuple(_piece(index, code, mask, opened.get(index, ())) for code in range(len(variable.codes)))
            for (index, variable), mask in zip(enumerate(self.variables), accepted, strict=True)
        )

    @cached_property
    def definition(self) -> str:
        """The ruleset in the library's own form: one rule a term, between the two sentinels."""
        rules: dict[str, Any] = {FIRST: {"all": [{"m": {_gate(0): 1}}], "pri": 1}}
        for number, group in enumerate(self.groups):
            for term in group.terms:
                tests: list[Any] = [{_gate(number): 1}]
                for index, low, high in sorted(term, key=lambda span: span[0] != group.key):
                    tests.extend(_tests(self.variables[index], low, high))
                rules[label(len(rules) - 1)] = {"all": [{"m": {"$and": tests}}], "pri": 2}
        rules[LAST] = {"all": [{"m": {_gate(0): 1}}], "pri": 3}
        return json.dumps(rules)

    def prove(self) -> None:
        """Raise EngineError unless the ruleset, read from the library's own form, keeps clear of the limits.

        The conditions of all rules are a tree for the library: those that begin alike share their beginning. Of what
        it has still to look at, no more can wait at once than branches leave any one way through the tree.
        """
        rules = json.loads(self.definition)
        ways = [tuple(map(_inner, _read(rule))) for rule in rules.values()]
        after: dict[tuple[Inner, ...], set[Inner]] = {}
        for way in ways:
            for place, test in enumerate(way):
                after.setdefault(way[:place], set()).add(test)
        waiting = max(sum(len(after[way[:place]]) - 1 for place in range(len(way))) + 1 for way in ways)
        members = {test[0] for way in ways for test in way}
        for found, limit, what in (
            (waiting, STACK_LIMIT, "conditions could wait at once"),
            (max(map(len, after.values())), BRANCH_LIMIT, "conditions follow one"),
            (max(Counter(ways).values()), ENDING_LIMIT, "rules end in one condition"),
            (len(members) + 2, MEMBER_LIMIT, "members stand in one fact"),
            (len(rules), RULE_LIMIT, "rules stand in one ruleset"),
        ):
            if found > limit:
                raise EngineError(f"{found:,} {what}; the rule engine is safe up to {limit:,}. No routine is given.")

    def read_back(self) -> Iterator[tuple[tuple[str, ...], dict[int, int]]]:
        """The terms as the library has them, each with its rules: a demand, {variable index: mask of its codes}.

        It is worked out from the pieces of the fact as they are sent, those that open groups among them: a member
        that is not there fails every test. A term that reads a member which no fact has is left out: it never holds.
        """
        always = json.loads("{" + self.constants[1:] + "}")
        sent = self._sent()
        definition = json.loads(self.definition)
        for name, ids in self.rules_of.items():
            demand: dict[int, int] = {}
            for test in _read(definition[name]):
                read, holds, bound = _inner(test)
                if read in always and holds(always[read], bound):
                    continue
                if read not in sent:
                    break
                index, values = sent[read]
                met = [code for code, value in values.items() if holds(value, bound)]
                demand[index] = demand.get(index, -1) & sum(1 << code for code in met)
            else:
                yield ids, demand

    def _sent(self) -> dict[str, tuple[int, dict[int, int]]]:
        """For each member that some facts have: the variable that it comes from, and its value by code."""
        found: dict[str, tuple[int, dict[int, int]]] = {}
        for index, pieces in enumerate(self.pieces):
            for code, piece in enumerate(pieces):
                for name, value in json.loads("{" + piece[1:] + "}").items():
                    its, values = found.setdefault(name, (index, {}))
                    if its != index:
                        raise EngineError(f"Two answers share the member {name} of the fact. No routine is given.")
                    values[code] = value
        return found


# --- from rules to shares --------------------------------------------------------------------------


def check_sizes(rules: Mapping[str, Condition]) -> None:
    """Raise EngineError where a condition has too many alternatives, before any of them is made."""
    for id, condition in rules.items():
        number = size(condition, ranges=True)
        if number > MOST:
            told = TooManyAlternatives(number)
            raise EngineError(f"The rule {id} is too large. {told}. Split it into several rules. No routine is given.")


def alternatives(rules: Mapping[str, Condition], variables: Sequence[Variable]) -> dict[Term, tuple[str, ...]]:
    """Every distinct alternative of the rules with the ids of those that it makes fire. Raises TooManyAlternatives."""
    found: dict[Term, list[str]] = {}
    for id, condition in rules.items():
        for term in _terms(condition, variables):
            found.setdefault(term, []).append(id)
    return {term: tuple(ids) for term, ids in found.items()}


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


def turned(rules: Mapping[str, Condition], variables: Sequence[Variable], likely: Sequence[int]) -> Iterator[str]:
    """The rules that the engine is asked the opposite of, since that is shorter to answer for most people.

    They hold for the usual person, and the opposite is that one of a few tests holds, each of which
    accepts no more than half of the codes. Such a rule holds where the engine, having come to the end
    of its agenda, named no opposite. The plain evaluation knows nothing of this, and is asked as always.
    """
    for id, condition in rules.items():
        if likely and evaluate(condition, likely):
            contrary = negate(condition)
            if size(contrary, ranges=True) > MOST:
                continue
            opposite = conjunctions(contrary)
            tests = [test for alternative in opposite for test in alternative.items()]
            few = all(2 * mask.bit_count() <= len(variables[index].codes) for index, mask in tests)
            if few and len(tests) == len(opposite):
                yield id


def shares(rules: Alternatives, variables: Sequence[Variable], likely: Sequence[int]) -> tuple[Share, ...]:
    """The terms, spread over as few rulesets as the limits allow; at least one."""
    spread: list[list[Group]] = []
    for group in _groups(rules, likely):
        if not spread or not _has_room(spread[-1], group):
            spread.append([] if group.key is None else [Group(None, ())])
        spread[-1].append(group)
    return tuple(Share(tuple(groups), rules, tuple(variables)) for groups in spread or [[Group(None, ())]])


def _has_room(groups: Sequence[Group], more: Group) -> bool:
    """Whether one more group stays clear of the limits, whatever the tree of their conditions looks like.

    While one group is gone through all others may wait, and each branch of it leads to a term of its own.
    """
    both = [*groups, more]
    largest = max(len(group.terms) for group in both)
    read = {index for group in both for term in group.terms for index, _, _ in term}
    return len(both) + largest <= STACK_LIMIT and len(both) + len(read) + 2 <= MEMBER_LIMIT


def _groups(rules: Alternatives, likely: Sequence[int]) -> Iterator[Group]:
    """All terms in groups: those that hold for the usual person, those of rare variables, then each other variable's.

    A term goes to a variable by whose answer the usual person fails it, so that the group stays closed for them.
    """
    failed: dict[Term, list[int]] = {}
    for term in rules:
        failed[term] = [index for index, low, high in term if not (likely and low <= likely[index] <= high)]
    often = Counter(index for indexes in failed.values() for index in indexes)
    by_key: dict[int, list[Term]] = {}
    for term, indexes in failed.items():
        if indexes:
            by_key.setdefault(max(indexes, key=lambda index: (often[index], -index)), []).append(term)
    shared = [term for term, indexes in failed.items() if not indexes]
    shared += [term for terms in by_key.values() if len(terms) < OWN_GROUP for term in terms]
    yield from (Group(None, tuple(terms)) for terms in _parts(shared, GROUP_SIZE))
    for key, terms in sorted(by_key.items()):
        if len(terms) >= OWN_GROUP:
            terms.sort(key=lambda term: [span for span in term if span[0] == key])
            yield from (Group(key, part) for part in _parts(terms, GROUP_SIZE))


def _parts(terms: Sequence[Term], most: int) -> Iterator[tuple[Term, ...]]:
    """The terms in as few even parts as hold no more than `most` each."""
    parts = -(-len(terms) // most)
    for part in range(parts):
        yield tuple(terms[len(terms) * part // parts : len(terms) * (part + 1) // parts])


# --- the library's own form ------------------------------------------------------------------------


def label(place: int) -> str:
    """The name of a term in the library: four digits."""
    return f"{place + 1:04d}"


def member(index: int) -> str:
    """A short name for a variable: the engine copies the fact for each rule that fires."""
    letters = "abcdefhjklmnopqrtuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"  # g, i and s belong to the fact itself
    return letters[index] if index < len(letters) else f"{letters[index % len(letters)]}{index // len(letters)}"


def _gate(number: int) -> str:
    return f"g{number}"


def _piece(index: int, code: int, accepted: int, gates: Iterable[tuple[str, int]]) -> str:
    if not accepted >> code & 1:
        return ""
    opened = "".join(f',"{name}":1' for name, mask in gates if mask >> code & 1)
    return f',"{member(index)}":{code}{opened}'


def _tests(variable: Variable, low: int, high: int) -> Iterator[dict[str, Any]]:
    name = member(variable.index)
    if low == high:
        yield {name: low}
        return
    if low > 0:
        yield {"$gte": {name: low}}
    if high < len(variable.codes) - 1:
        yield {"$lte": {name: high}}


def _read(rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tests of a rule in the library's own form."""
    whole = rule["all"][0]["m"]
    return list(whole.get("$and", [whole]))


def _inner(test: Mapping[str, Any]) -> Inner:
    """The member that a test reads, how it compares, and with what."""
    (word, inner), *_ = test.items()
    if word not in _HOLDS:
        return word, eq, inner
    (name, bound), *_ = inner.items()
    return name, _HOLDS[word], bound
