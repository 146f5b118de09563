"""How the program itself works: what can be proved about it apart from any person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations, product
from typing import Any

from recommender.decision.decide import decide
from recommender.knowledge.compile import RELAXING
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.conditions import falling_tests, parse, tests_of
from recommender.logic.facts import Variable
from recommender.review.proof.sat import People, Sat, available

__all__ = ["PROOFS", "WATCHED", "Fault"]

WISHES = ("goal", "minutes")


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a mechanism fails: the rule, what was found, and the people who show it, if any."""

    rule: str
    found: str
    people: tuple[Mapping[str, Any], ...] = ()


def _sourced_reasons(knowledge: Knowledge) -> Iterator[Fault]:
    """Only rules leave out; each names a source that is there; beside any other it loses nothing."""
    known = knowledge.locators()
    excluding = [rule for rule in knowledge.rules if rule.excludes]
    for rule in excluding:
        if not rule.rule.sources:
            yield Fault(rule.id, "leaves exercises out and names no source")
        for locator in rule.rule.sources:
            if locator not in known:
                yield Fault(rule.id, f"names {locator}, which is nowhere")
    for one, other in combinations(excluding, 2):
        decision = decide((one, other), knowledge)
        if decision.excluded != one.excludes | other.excludes or list(decision.excluding) != [one, other]:
            yield Fault(one.id, f"loses exercises or its reason beside {other.id}")


def _risk_only_adds(knowledge: Knowledge) -> Iterator[Fault]:
    """No test of a protecting rule is switched off by a riskier answer, and the engine has it like that."""
    for rule in knowledge.rules:
        for test in falling_tests(rule.condition) if rule.safety else ():
            yield Fault(rule.id, f"`{test.field}: {test.said}` stops holding when the answer gets riskier")
    if available() is None:
        return
    sat = Sat(knowledge)
    riskier = People(sat.clauses, sat.table, sat.bands)
    for variable in sat.table.variables:
        for band, other in product(sat.bands[variable.index], repeat=2):
            if not _may_follow(variable, band, other):
                literals = sat.person.literals[variable.index][band], riskier.literals[variable.index][other]
                sat.clauses.all.append([-literal for literal in literals])
    for rule in knowledge.rules:
        if rule.safety and not rule.always:
            model = sat.model([sat.fires[rule.id], -riskier.fires(sat.engine[rule.id])])
            if model is not None:
                people = sat.person.answers(model), riskier.answers(model, last=True)
                yield Fault(rule.id, "fires for the first of these two and not for the second, who is riskier", people)
    sat.close()


def _may_follow(variable: Variable, band: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether some answer of the other band is at least as risky as some answer of this one."""
    if variable.levels is None:
        return band == other
    levels = variable.levels
    return min(levels[code] for code in band) <= max(levels[code] for code in other)


def _stops_of(knowledge: Knowledge) -> Iterator[tuple[CompiledRule, str]]:
    return ((rule, rule.rule.then.stop) for rule in knowledge.rules if rule.rule.then.stop is not None)


def _relief_only(knowledge: Knowledge) -> Iterator[Fault]:
    everything = knowledge.selectors.all
    for rule, stop in _stops_of(knowledge):
        if (rule.excludes | knowledge.relief) != everything:
            yield Fault(rule.id, f"asks for {stop} and leaves something besides the rest positions")


def _stop_leaves_nothing(knowledge: Knowledge) -> Iterator[Fault]:
    for rule, stop in _stops_of(knowledge):
        if stop != "relief_only" and rule.excludes != knowledge.selectors.all:
            yield Fault(rule.id, f"asks for {stop} and leaves exercises")


def _strongest_counts(knowledge: Knowledge) -> Iterator[Fault]:
    """One rule for each outcome, in every number and order."""
    strength = knowledge.outcomes.strength
    chosen = {stop: rule for rule, stop in _stops_of(knowledge)}
    ranks: dict[str, int] = {word: rank for rank, word in enumerate(strength)}
    for size in range(len(chosen) + 1):
        for words in permutations(chosen, size):
            outcome = decide([chosen[word] for word in words], knowledge).outcome
            wanted = min(words, key=ranks.__getitem__, default=strength[-1])
            if outcome != wanted:
                yield Fault(chosen[wanted].id, f"{outcome} counts among {', '.join(words) or 'no stops'}")


def _soonest_counts(knowledge: Knowledge) -> Iterator[Fault]:
    """Any two stops together: the more urgent of both says how soon, and who."""
    stops = [rule for rule, _ in _stops_of(knowledge)]
    for one, other in combinations(stops, 2):
        decision = decide([one, other], knowledge)
        first = min(knowledge.calls[one.id], knowledge.calls[other.id], key=lambda call: call.rank)
        if (decision.urgency, decision.whom) != (first.how_soon, first.whom):
            yield Fault(one.id, f"is told as {decision.urgency}, {decision.whom} together with {other.id}")


def _order_is_nothing(knowledge: Knowledge) -> Iterator[Fault]:
    """Any two rules, both ways round, and all rules at once, backwards."""
    pairs = [*combinations(knowledge.rules, 2), knowledge.rules]
    for rules in pairs:
        one, other = decide(rules, knowledge), decide(tuple(reversed(rules)), knowledge)
        if any(
            getattr(one, name) != getattr(other, name) for name in ("outcome", "urgency", "whom", "excluded", "low_end")
        ):
            yield Fault(rules[0].id, f"decides differently before and after {rules[-1].id}")


def _only_safety_leaves_out(knowledge: Knowledge) -> Iterator[Fault]:
    for rule in knowledge.rules:
        if rule.effect not in ("stop", "avoid", "allow_only") and rule.excludes:
            yield Fault(rule.id, f"is there to {rule.effect} and leaves exercises out")


def _no_wishes(knowledge: Knowledge) -> Iterator[Fault]:
    for rule in knowledge.rules:
        if rule.safety and (read := rule.fields & set(WISHES)):
            yield Fault(rule.id, f"protects, and reads {', '.join(sorted(read))}")


def _what_relaxes(knowledge: Knowledge) -> Iterator[Fault]:
    for rule in knowledge.rules:
        for unless in (rule.rule.unless, rule.change.unless if rule.change else None):
            if unless is None:
                continue
            read = {test.field for test in tests_of(parse(unless.when, knowledge.table, unsure_counts=False))}
            if read - set(RELAXING):
                yield Fault(rule.id, f"is relaxed by {', '.join(sorted(read - set(RELAXING)))}")
            if not unless.sources:
                yield Fault(rule.id, "is relaxed without a source")


def _watched(knowledge: Knowledge) -> Iterator[Fault]:  # noqa: ARG001
    """What the program checks in each result, where a broken promise is an error and no routine."""
    yield from ()


WATCHED = "each_exercise_in_one_place", "no_step_is_excluded", "a_session_keeps_its_time"
PROOFS: Mapping[str, Callable[[Knowledge], Iterator[Fault]]] = {
    "every_exclusion_has_a_sourced_reason": _sourced_reasons,
    "more_risk_never_allows_more": _risk_only_adds,
    "each_exercise_in_one_place": _watched,
    "no_step_is_excluded": _watched,
    "relief_only_gives_only_relief": _relief_only,
    "a_stop_leaves_no_exercise": _stop_leaves_nothing,
    "the_strongest_stop_counts": _strongest_counts,
    "the_soonest_stop_counts": _soonest_counts,
    "the_order_of_rules_does_not_matter": _order_is_nothing,
    "wishes_leave_nothing_out": _only_safety_leaves_out,
    "safety_does_not_read_wishes": _no_wishes,
    "only_clearance_and_kit_relax": _what_relaxes,
    "a_session_keeps_its_time": _watched,
}
