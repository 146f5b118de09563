"""Checks that the rules can be tried on plausible people."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.errors import KnowledgeError
from recommender.review.checks.base import Check, Review
from recommender.review.finding import Finding
from recommender.review.population import population_of

__all__ = ["OddPopulation"]


class OddPopulation(Check):
    """A population from which nobody can be drawn.

    What: rules/population.yaml does not fit the questions: a field, a word or a source that nobody knows, shares that
    do not add up, or an answer about which it says nothing. A folder without that file has no need of it.

    Avoid: a new answer in the questionnaire, and nothing about it in the population.

    Prefer: saying there how many people give it, and on what ground, even if it is an estimate.

    Why: without it nobody sees how many people a change sends away.
    """

    id = "odd-population"
    level = "warning"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every fault of the file."""
        try:
            population_of(review.knowledge)
        except KnowledgeError as error:
            for fault in error.faults:
                yield Finding(self.id, self.level, fault.file, fault.line, fault.found, fault.do or "Correct it.")
