"""Checks of conditions over all people: rules and clauses that can never matter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.conditions import ALWAYS, AllOf, AnyOf, Condition, Test
from recommender.review.checks.base import Check, Review
from recommender.review.finding import Finding

__all__ = ["DeadRule", "HitsNothing", "IdleClause", "SameMeaning", "ShadowedRule"]

NEVER = AnyOf(())


class DeadRule(Check):
    """A rule that holds for nobody.

    What: no profile that the questionnaire accepts satisfies the condition.

    Avoid: `all: [{pregnant: "no"}, {pregnancy_week: at least 16}]`.

    Prefer: the condition as it was meant; often an `all` that should be an `any`.

    Why: it looks like protection and is none.
    """

    id = "dead-rule"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every rule without a single person."""
        for compiled in review.knowledge.rules:
            if not review.solver.holds(compiled.condition):
                yield self.about_rule(compiled, "it holds for nobody.", "Correct its condition, or end the rule.")


class HitsNothing(Check):
    """A rule that leaves out exercises, and meets none.

    What: an `avoid` or `allow_only` whose selector leaves out no exercise of the catalogue.

    Avoid: a selector whose words no exercise has together.

    Prefer: words that meet what is meant; or accept it in the rule, if it guards against exercises to come.

    Why: nobody is protected by it today, and a reviewer should know.
    """

    id = "hits-nothing"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every rule that excludes and hits nothing."""
        for compiled in review.knowledge.rules:
            if compiled.effect in ("avoid", "allow_only") and not compiled.excludes:
                found = "its selector leaves out no exercise of the catalogue."
                yield self.about_rule(compiled, found, "Correct the selector.")


class IdleClause(Check):
    """A clause that never matters.

    What: a test in a condition that could be left out, or that could stand for itself, with the same people as result.

    Avoid: `any: [{pain_now: at least 4}, {pain_now: at least 6}]`.

    Prefer: the shorter condition.

    Why: who reads the rule takes every clause for a decision.
    """

    id = "idle-clause"
    level = "warning"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every clause that can be replaced by yes or by no without a change."""
        for compiled in review.knowledge.rules:
            widened = compiled.change is not None and compiled.change.also_when is not None
            for path, test in _leaves(compiled.condition, ()):
                if widened and path[0] == 0:
                    continue  # a clinic widens the rule: what stands below cannot be left out there
                for fixed in (ALWAYS, NEVER):
                    changed = _replaced(compiled.condition, path, fixed)
                    if changed != compiled.condition and review.solver.same(changed, compiled.condition):
                        found = f"the clause `{test.field}: {test.said}` changes nothing."
                        yield self.about_rule(compiled, found, "Leave it out, or correct it.")
                        break


def _leaves(condition: Condition, path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Test]]:
    if isinstance(condition, Test):
        yield path, condition
    else:
        for number, part in enumerate(condition.parts):
            yield from _leaves(part, (*path, number))


def _replaced(condition: Condition, path: tuple[int, ...], by: Condition) -> Condition:
    if not path:
        return by
    assert not isinstance(condition, Test)
    parts = [_replaced(p, path[1:], by) if n == path[0] else p for n, p in enumerate(condition.parts)]
    return AllOf(tuple(parts)) if isinstance(condition, AllOf) else AnyOf(tuple(parts))


class ShadowedRule(Check):
    """A rule beside which another one always says at least as much.

    What: wherever the rule holds, another one holds too, and does the same or more: the same or a stronger stop, the
    same ask or limit, or all of its exercises.

    Avoid: two rules of which one is only a part of the other.

    Prefer: one rule; or accept it in the rule, if its reason or its source is worth saying on its own.

    Why: a rule that decides nothing hides which one does.
    """

    id = "shadowed-rule"
    level = "warning"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every rule with the first one that shadows it."""
        rules = review.knowledge.rules
        for compiled in rules:
            for other in rules:
                if other is compiled or not _says_as_much(other, compiled, review.knowledge):
                    continue
                if not review.solver.implies(compiled.condition, other.condition):
                    continue
                both = _says_as_much(compiled, other, review.knowledge)
                if both and review.solver.implies(other.condition, compiled.condition):
                    continue  # two rules with one meaning: another check
                found = f"wherever it holds, {other.id} holds too and says at least as much."
                yield self.about_rule(compiled, found, "End it, narrow the other one, or accept it with a reason.")
                break


class SameMeaning(Check):
    """Two rules with the same meaning.

    What: two rules that hold for the same people and do the same.

    Avoid: the same rule under two ids, perhaps with other words.

    Prefer: one rule that cites both sources.

    Why: one day only one of the two is changed.
    """

    id = "same-meaning"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every second rule of such a pair."""
        for one, other in combinations(review.knowledge.rules, 2):
            if not (_says_as_much(one, other, review.knowledge) and _says_as_much(other, one, review.knowledge)):
                continue
            if review.solver.same(one.condition, other.condition):
                found = f"it means the same as {one.id} ({one.file}:{one.line})."
                yield self.about_rule(other, found, "Make one rule of both, with all sources.")


def _says_as_much(strong: CompiledRule, weak: CompiledRule, knowledge: Knowledge) -> bool:
    """Whether, where both hold, the first one does at least what the second one does."""
    do, done = strong.rule.then, weak.rule.then
    excluding = ("avoid", "allow_only")
    if weak.effect in excluding:
        return strong.effect in excluding and bool(weak.excludes) and not weak.excludes & ~strong.excludes
    if strong.effect != weak.effect:
        return False
    if weak.effect == "stop":
        order = knowledge.outcomes.strength.index
        strength, needed = order(do.stop or "routine"), order(done.stop or "routine")
        if strength != needed:
            return strength < needed
        return (done.whom, done.how_soon) in ((None, None), (do.whom, do.how_soon))
    if weak.effect == "ask":  # an ask for everyone does not mark the routine "show it first"
        return do.ask == done.ask and strong.always == weak.always
    if weak.effect == "limit":
        return do.limit == done.limit
    if weak.effect == "advise":
        return do == done and strong.rule.say == weak.rule.say
    return do.rank == done.rank and strong.scores == weak.scores
