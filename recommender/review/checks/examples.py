"""Checks of the examples that stand in the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from recommender.errors import ProfileError
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.progression import CompiledStep
from recommender.logic.conditions import Test, bounds, evaluate, tests_of
from recommender.logic.facts import Facts
from recommender.review.checks.base import Check, Review
from recommender.review.examples import example_answers, examples_of
from recommender.review.finding import Finding, in_short
from recommender.review.sessions import session_examples

__all__ = ["BoundWithoutExample", "UntrueExample", "UntrueSelection"]


class UntrueExample(Check):
    """An example that does not come true.

    What: a person under `fires_for` for whom the rule does not hold, one under `silent_for` for whom it does, or one
    that is no valid profile.

    Avoid: changing a rule and leaving its examples behind.

    Prefer: correcting whichever of the two is wrong, and asking which one is.

    Why: examples are what a reviewer reads first; they say what the rule was meant to do.
    """

    id = "untrue-example"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every example that does not come true."""
        for compiled in review.knowledge.rules:
            for word, example in examples_of(compiled):
                try:
                    facts = review.knowledge.table.encode(example_answers(example, review.knowledge))
                except ProfileError as error:
                    found = f"the example {in_short(example)} is no profile: {error.faults[0]}"
                    yield self.about_rule(compiled, found, "Correct the example.")
                    continue
                if evaluate(compiled.condition, facts) != (word == "fires_for") and not _changed(
                    compiled, word, example
                ):
                    found = f"an example under `{word}` does not come true."
                    yield self.about_rule(compiled, found, "Correct the example or the rule.", example)


def _changed(compiled: CompiledRule, word: str, example: Mapping[str, Any]) -> bool:
    """Whether a clinic's change is meant to turn this example of the rule below it round."""
    change = compiled.change
    if change is None or example in getattr(change, word):
        return False
    return change.unless is not None if word == "fires_for" else change.also_when is not None


class UntrueSelection(Check):
    """An exercise that a rule does not select as it says.

    What: an exercise under `hits` that the rule does not leave out or prefer, or one under `spares` that it does.

    Avoid: new words for an exercise without a look at the rules that they touch.

    Prefer: correcting whichever is wrong: the words of the exercise, the selector, or the list.

    Why: `hits` and `spares` pin what the words of the vocabulary must come to.
    """

    id = "untrue-selection"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every exercise that stands in the wrong list."""
        for compiled in review.knowledge.rules:
            mask = compiled.excludes if compiled.effect == "allow_only" else compiled.selects
            for word, ids in (("hits", compiled.rule.hits), ("spares", compiled.rule.spares)):
                for id in ids:
                    if bool(mask >> review.knowledge.numbers[id] & 1) != (word == "hits"):
                        found = f"{id} stands under `{word}`, but the selector says otherwise."
                        yield self.about_rule(compiled, found, "Correct the list, the selector or the exercise.")


class BoundWithoutExample(Check):
    """A bound without an example on it and one beside it.

    What: a number in a condition for which the examples do not have both values next to the bound.

    Avoid: `under 9` with examples at 4 and 20.

    Prefer: `under 9` with examples at 8 and 9.

    Why: bounds are where mistakes are made, and where people are that a mistake meets.
    """

    id = "bound-without-example"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every bound that the examples leave open."""
        knowledge = review.knowledge
        for compiled in knowledge.rules:
            yield from self._of_rule(compiled, list(_facts(compiled, knowledge)))
        if knowledge.progress is not None:
            for step in knowledge.progress.rules:
                sessions = session_examples(step, knowledge.progress.table)
                yield from self._of_rule(step, [facts for _, facts in sessions])

    def _of_rule(self, compiled: CompiledRule | CompiledStep, shown: Sequence[Facts]) -> Iterator[Finding]:
        for test in tests_of(compiled.condition):
            given = {test.variable.codes[facts[test.variable.index]] for facts in shown}
            missing = [str(number) for number in bounds(test) if str(number) not in given]
            if missing and isinstance(test, Test):
                found = f"no example has {test.field} at {', '.join(missing)}, beside the bound of `{test.said}`."
                yield self.about_rule(compiled, found, "Add one to `fires_for` or `silent_for`.")


def _facts(compiled: CompiledRule, knowledge: Knowledge) -> Iterator[Facts]:
    for _, example in examples_of(compiled):
        try:
            yield knowledge.table.encode(example_answers(example, knowledge))
        except ProfileError:
            continue  # named by another check
