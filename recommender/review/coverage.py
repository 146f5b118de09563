"""What the examples and the cases have seen: each clause of a rule deciding both ways, each statement of a text.

A clause is one test of a condition. It decides for a person when the whole condition turns over if
that test alone turns over. A rule is covered when its examples, or cases that say what must become
of it, have seen every clause decide while it holds and while it does not. The examples of a rule that
reads the log are sessions and not people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from recommender.decision.decide import numbers_in
from recommender.errors import ProfileError
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.progression import CompiledStep
from recommender.knowledge.records import Ledger
from recommender.logic.conditions import AllOf, Condition, Test, evaluate, negate
from recommender.logic.facts import Facts
from recommender.review.cases import Case
from recommender.review.examples import example_answers, short_form
from recommender.review.sessions import session_examples, short_session
from recommender.review.solver import solver_of

__all__ = ["Clause", "Coverage", "RuleCoverage", "TextCoverage", "coverage", "missing_example", "percent"]

Path = tuple[int, ...]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Clause:
    """One test of a condition, and whether someone has shown it deciding.

    `path` leads to it through the parts of the condition. `decides_true`: someone for whom it holds
    would be judged otherwise if it did not, and the other way round for `decides_false`. The last
    two tell whether there can be any such person.
    """

    path: Path
    test: Test
    decides_true: bool
    decides_false: bool
    true_possible: bool = True
    false_possible: bool = True

    def decides(self, way: bool) -> bool:
        """Whether someone has shown it deciding this way."""
        return self.decides_true if way else self.decides_false

    def possible(self, way: bool) -> bool:
        """Whether anyone could show it deciding this way."""
        return self.true_possible if way else self.false_possible


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """What the examples and cases have seen of one rule.

    `covered` of `of` ways of deciding have been seen, two for each clause; ways that no person can
    show are left out of both and stand in `impossible`.
    """

    rule: CompiledRule | CompiledStep
    clauses: tuple[Clause, ...]
    seen_to_hold: bool
    seen_not_to_hold: bool

    @property
    def covered(self) -> int:
        """How many ways of deciding have been seen."""
        return sum(clause.decides_true + clause.decides_false for clause in self.clauses)

    @property
    def of(self) -> int:
        """How many ways of deciding there are."""
        return sum(clause.true_possible + clause.false_possible for clause in self.clauses)

    @property
    def full(self) -> bool:
        """Whether every way has been seen, and the rule both to hold and not to hold. True where it holds for all."""
        return self.covered == self.of and (not self.clauses or (self.seen_to_hold and self.seen_not_to_hold))

    @property
    def missing(self) -> tuple[tuple[Clause, bool], ...]:
        """Each clause with the way in which nobody has shown it deciding, though someone could."""
        return tuple((c, way) for c, way in self._ways() if c.possible(way) and not c.decides(way))

    @property
    def impossible(self) -> tuple[tuple[Clause, bool], ...]:
        """Each clause with the way in which no person can show it deciding."""
        return tuple((c, way) for c, way in self._ways() if not c.possible(way))

    def _ways(self) -> Iterator[tuple[Clause, bool]]:
        return ((clause, way) for clause in self.clauses for way in (True, False))


@dataclass(frozen=True, slots=True)
class TextCoverage:
    """How many statements of one text are encoded, left out and in conflict.

    `waiting` counts the statements whose conflict still waits to be confirmed. `undecided` names the
    places of the text for which there is no statement.
    """

    document: str
    title: str
    encoded: int
    left_out: int
    conflict: int
    undecided: tuple[str, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What has been seen of every rule, by its id, and of every text.

    `people` counts the examples that come true and the cases, `wrong` the examples that do not come true, and
    the cases that are no profiles: they show nothing.
    """

    rules: Mapping[str, RuleCoverage]
    texts: tuple[TextCoverage, ...]
    people: int
    wrong: int = 0

    @property
    def safety(self) -> Pair:
        """How many ways of deciding have been seen, of how many: in the rules that protect."""
        return _sum(found for found in self.rules.values() if found.rule.rule.safety)

    @property
    def all(self) -> Pair:
        """The same for all rules."""
        return _sum(self.rules.values())


def percent(pair: Pair) -> int:
    """A whole percentage that is never rounded up: 100 only when nothing is missing."""
    covered, of = pair
    return covered * 100 // of if of else 100


def coverage(knowledge: Knowledge, cases: Iterable[Case] = ()) -> Coverage:
    """What the rules' own examples and these cases have seen."""
    people = [(case, _facts(case.profile, knowledge)) for case in cases]
    wrong = sum(facts is None for _, facts in people)
    rules = {}
    count = len(people) - wrong
    for compiled in knowledge.rules:
        shown, untrue = _examples(compiled, knowledge)
        count += len(shown)
        wrong += untrue
        left_out = {knowledge.exercises[number].id for number in numbers_in(compiled.excludes)}
        named = (
            facts for case, facts in people if facts and _says(case, compiled, left_out) == _holds(compiled, facts)
        )
        rules[compiled.id] = _rule(compiled, [*shown, *named], knowledge)
    for step in knowledge.progress.rules if knowledge.progress else ():
        seen = _sessions(step, knowledge)
        count += len(seen)
        rules[step.id] = _rule(step, seen, knowledge)
    return Coverage(rules, tuple(_text(ledger, knowledge) for ledger in knowledge.ledgers), count, wrong)


def missing_example(
    compiled: CompiledRule | CompiledStep, clause: Clause, way: bool, knowledge: Knowledge
) -> dict[str, Any] | None:
    """The smallest example in which the clause decides: it holds there (`way`), and with it the rule, or neither does.

    None: no person, or no session, can show this clause deciding that way.
    """
    demanded = AllOf(tuple(_demands(compiled.condition, clause.path, way)))
    if isinstance(compiled, CompiledStep):
        if knowledge.progress is None:
            return None
        session = solver_of(knowledge.progress.table).person(demanded)
        return None if session is None else short_session(session, knowledge.progress.table)
    person = solver_of(knowledge.table).person(demanded)
    return None if person is None else short_form(person, knowledge)


# --- people ----------------------------------------------------------------------------------


def _facts(example: Mapping[str, Any], knowledge: Knowledge) -> Facts | None:
    try:
        return knowledge.table.encode(example_answers(example, knowledge))
    except ProfileError:
        return None


def _examples(compiled: CompiledRule, knowledge: Knowledge) -> tuple[list[Facts], int]:
    """The people of the rule's examples that come true, and how many do not; `rules check` names those.

    What a clinic changes in a rule may overturn an example that was written before: that is no fault.
    """
    shown: list[Facts] = []
    wrong = 0
    for owner in (compiled.rule, compiled.change):
        if owner is None:
            continue
        for expected, examples in ((True, owner.fires_for), (False, owner.silent_for)):
            for example in examples:
                facts = _facts(example, knowledge)
                if facts is not None and _holds(compiled, facts) == expected:
                    shown.append(facts)
                elif facts is None or owner is compiled.change or compiled.change is None:
                    wrong += 1
    return shown, wrong


def _sessions(step: CompiledStep, knowledge: Knowledge) -> list[Facts]:
    return [facts for _, facts in session_examples(step, knowledge.progress.table)] if knowledge.progress else []


def _holds(compiled: CompiledRule, facts: Facts) -> bool:
    return evaluate(compiled.condition, facts)


def _says(case: Case, compiled: CompiledRule, left_out: set[str]) -> bool | None:
    """Whether the case says that the rule, which leaves these exercises out, must hold; None: it leaves that open."""
    if compiled.id in chain(case.fires, case.does, *case.excluded.values(), *case.excluded_exactly.values()):
        return True
    if compiled.id in case.silent or not left_out.isdisjoint((*case.allowed, *case.excluded_exactly)):
        return False
    return None


# --- clauses ---------------------------------------------------------------------------------


def _rule(compiled: CompiledRule | CompiledStep, people: Sequence[Facts], knowledge: Knowledge) -> RuleCoverage:
    seen: set[tuple[Path, bool]] = set()
    held = set()
    for facts in people:
        holds, deciding = _deciding(compiled.condition, facts)
        held.add(holds)
        seen |= {(path, holds) for path in deciding}
    clauses = []
    for path, test in _clauses(compiled.condition):
        found = [(path, way) in seen for way in (True, False)]
        clause = Clause(path, test, found[0], found[1])
        can = [
            done or missing_example(compiled, clause, way, knowledge) is not None
            for done, way in zip(found, (True, False), strict=True)
        ]
        clauses.append(Clause(path, test, found[0], found[1], can[0], can[1]))
    return RuleCoverage(compiled, tuple(clauses), True in held, False in held)


def _clauses(condition: Condition, path: Path = ()) -> Iterator[tuple[Path, Test]]:
    if isinstance(condition, Test):
        yield path, condition
        return
    for place, part in enumerate(condition.parts):
        yield from _clauses(part, (*path, place))


def _deciding(condition: Condition, facts: Facts) -> tuple[bool, set[Path]]:
    """Whether the condition holds, and the tests that decide it: beside them every part gives way.

    Nothing in a condition turns a truth value round, so a deciding test has the value of the whole.
    """
    if isinstance(condition, Test):
        return condition.holds(facts[condition.variable.index]), {()}
    parts = [_deciding(part, facts) for part in condition.parts]
    gives_way = isinstance(condition, AllOf)
    against = [place for place, (value, _) in enumerate(parts) if value != gives_way]
    deciding = {
        (place, *path)
        for place, (_, paths) in enumerate(parts)
        if all(other == place for other in against)
        for path in paths
    }
    return (gives_way if not against else not gives_way), deciding


def _demands(condition: Condition, path: Path, way: bool) -> Iterator[Condition]:
    """What must hold so that the test at the end of the path decides in this way."""
    if isinstance(condition, Test):
        yield condition if way else negate(condition)
        return
    for place, part in enumerate(condition.parts):
        if place == path[0]:
            yield from _demands(part, path[1:], way)
        else:
            yield part if isinstance(condition, AllOf) else negate(part)


def _sum(found: Iterable[RuleCoverage]) -> Pair:
    pairs = [(one.covered, one.of) for one in found]
    return sum(covered for covered, _ in pairs), sum(of for _, of in pairs)


# --- texts -----------------------------------------------------------------------------------


def _text(ledger: Ledger, knowledge: Knowledge) -> TextCoverage:
    statements = [statement for section in ledger.sections for statement in section.statements]
    count = {outcome: sum(s.outcome == outcome for s in statements) for outcome in ("encoded", "left_out", "conflict")}
    waiting = {conflict.id for conflict in knowledge.conflicts if conflict.status == "waiting"}
    return TextCoverage(
        document=ledger.document,
        title=ledger.title,
        undecided=tuple(_undecided(ledger)),
        waiting=sum(not waiting.isdisjoint(statement.conflicts) for statement in statements),
        **count,
    )


def _undecided(ledger: Ledger) -> Iterator[str]:
    for section in ledger.sections:
        at = f"{ledger.document}/{section.id}"
        if not section.statements:
            yield at
        given = {statement.item for statement in section.statements}
        yield from (f"{at}#{item}" for item in range(1, section.items + 1) if item not in given)
