"""Proves every guarantee of one knowledge, or finds a person who refutes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

from recommender.knowledge.guarantees import CompiledGuarantee
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.conditions import ALWAYS, evaluate
from recommender.review.people import boundary_people, pairwise_people
from recommender.review.proof.claims import Duty, duties_of
from recommender.review.proof.covering import covering_people
from recommender.review.proof.exact import Exact
from recommender.review.proof.mechanisms import PROOFS, WATCHED
from recommender.review.proof.sat import Sat, available
from recommender.review.proof.seen import Looker
from recommender.review.proof.tables import Tables, truth_tables

__all__ = ["Counterexample", "Proof", "Result", "prove"]

Report = Callable[[int, int], None]
Way = Literal["counted", "satisfiability", "the rules themselves", "a check of each result", "whole results"]
STEP = 500  # people between two reports
MOST = 3  # counterexamples that are kept of one guarantee


@dataclass(frozen=True, slots=True)
class Counterexample:
    """What refutes a guarantee: the people, if any, the exercises, what was found, and which rules were silent."""

    found: str
    people: tuple[Mapping[str, Any], ...] = ()
    exercises: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(slots=True)
class Result:
    """What became of one guarantee.

    It concerns `people` of all possible profiles, which are `cases` when the numbers of one band count
    as one. `proofs` is how many single proofs it took, `seen` how many whole results were held against it.
    """

    compiled: CompiledGuarantee
    people: int
    cases: int
    proofs: int = 0
    seen: int = 0
    made_up: bool = False
    ways: tuple[Way, ...] = ()
    against: list[Counterexample] = field(default_factory=list)

    @property
    def proved(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of all guarantees, and what the rule engine and whole results showed.

    There are `people` possible profiles in all. `provers` names how guarantees about people were proved.
    """

    results: tuple[Result, ...]
    people: int
    cases: int
    provers: tuple[str, ...]
    tables: Tables
    looked_at: int
    covering: int

    @property
    def holds(self) -> bool:
        """Whether every guarantee is proved, and the engine agrees with the rules."""
        return all(result.proved for result in self.results) and not self.tables.wrong


def prove(
    knowledge: Knowledge, only: Collection[str] = (), report: Report | None = None, *, whole: bool = True
) -> Proof:
    """Prove all guarantees, or those with these ids. `report` is told how much is done, and of how much.

    Without `whole`, no truth table is gone through, and only one mild person of each guarantee is looked at.
    """
    chosen = [compiled for compiled in knowledge.guarantees if not only or compiled.id in only]
    exact, sat = Exact(knowledge), Sat(knowledge) if available() else None
    rules = sum(not rule.always for rule in knowledge.rules)
    covering = list(covering_people(knowledge, exact.bands)) if whole else []
    people = [person for compiled in chosen if (person := exact.everyone.person(compiled.when)) is not None]
    if whole:
        people += [*covering, *chain(boundary_people(knowledge), pairwise_people(knowledge))]
    progress = _Progress(report, len(chosen) + rules + len(people) // STEP + 1)
    results = []
    for compiled in chosen:
        results.append(_proved(compiled, knowledge, exact, sat))
        progress.step()
    if sat is not None:
        sat.close()
    tables = truth_tables(knowledge, progress.step) if whole else Tables(0, 0, (), (), ())
    if tables.wrong:
        people = []  # the engine is shut by its own check, so that there are no results
    _look(results, people, knowledge, progress)
    return Proof(
        results=tuple(results),
        people=exact.everyone.people(ALWAYS),
        cases=exact.folded.people(ALWAYS),
        provers=("counted", "satisfiability") if sat is not None else ("counted",),
        tables=tables,
        looked_at=len(people),
        covering=len(covering),
    )


class _Progress:
    """Counts steps for whoever wants to know."""

    def __init__(self, report: Report | None, of: int) -> None:
        self._report, self._of, self._done = report, of, 0

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if self._report is not None:
            self._report(min(self._done, self._of), self._of)


def _proved(compiled: CompiledGuarantee, knowledge: Knowledge, exact: Exact, sat: Sat | None) -> Result:
    result = Result(compiled, exact.everyone.people(compiled.when), exact.folded.people(compiled.when))
    mechanism = compiled.guarantee.mechanism
    if mechanism is not None:
        result.ways = ("a check of each result" if mechanism in WATCHED else "the rules themselves",)
        for fault in PROOFS[mechanism](knowledge):
            result.against.append(Counterexample(f"{fault.rule} {fault.found}", fault.people))
        return result
    result.ways = ("counted", "satisfiability") if sat is not None else ("counted",)
    duties = duties_of(compiled, knowledge)
    if not result.people:
        result.against.append(Counterexample("it concerns nobody, so that it guarantees nothing"))
    if not duties:
        result.against.append(Counterexample("it asks for nothing, since it lets every exercise in"))
    for duty in duties:
        result.proofs += 1
        result.made_up |= duty.made_up
        against = _refuted(compiled, duty, knowledge, exact, sat)
        if against is not None:
            result.against.append(against)
    return result


def _refuted(
    compiled: CompiledGuarantee, duty: Duty, knowledge: Knowledge, exact: Exact, sat: Sat | None
) -> Counterexample | None:
    """Who refutes one duty; both provers must agree about whether there is anybody."""
    found = exact.everyone.people(compiled.when, none=duty.conditions) > 0
    model = sat.counterexample(compiled.when, duty.rules) if sat is not None else None
    if sat is not None and found != (model is not None):
        return Counterexample(
            "the two proofs disagree: " + ("only counting" if found else "only satisfiability") + " finds someone",
            (model,) if model is not None else (),
            duty.exercises,
        )
    if not found:
        return None
    person = exact.everyone.person(compiled.when, none=duty.conditions) or model
    words = "nothing leaves it out" if duty.exercises else "no rule says so"
    if duty.made_up:
        words = "a new exercise like this would not be left out"
    if person is None:
        return Counterexample(words, (), duty.exercises, compiled.guarantee.should)
    return Counterexample(words, (person,), duty.exercises, _silent(compiled, person, knowledge))


def _silent(compiled: CompiledGuarantee, person: Mapping[str, Any], knowledge: Knowledge) -> tuple[str, ...]:
    """The rules that should have spoken."""
    facts = knowledge.table.encode(person)
    rules = (knowledge.rules_by_id.get(id) for id in compiled.guarantee.should)
    kept: Sequence[CompiledRule] = [rule for rule in rules if rule is not None]
    quiet = tuple(rule.id for rule in kept if not evaluate(rule.condition, facts))
    return quiet or tuple(rule.id for rule in kept)


def _look(
    results: Sequence[Result], people: Sequence[Mapping[str, Any]], knowledge: Knowledge, progress: _Progress
) -> None:
    """Hold every guarantee against the whole results of these people."""
    looker = Looker(knowledge)
    for number, person in enumerate(people):
        if number % STEP == 0:
            progress.step()
        facts = knowledge.table.encode(person)
        concerned = [result for result in results if evaluate(result.compiled.when, facts)]
        if not concerned:
            continue
        looked = looker.look(person)
        for result in concerned:
            result.seen += 1
            wrong = looker.wrong(result.compiled, looked)
            known = [against.people for against in result.against if against.people]
            if wrong and len(known) < MOST and (person,) not in known:
                silent = _silent(result.compiled, person, knowledge)
                result.against.append(Counterexample(f"in a whole result, {wrong}", (person,), (), silent))
    for result in results:
        result.ways = (*result.ways, "whole results")
