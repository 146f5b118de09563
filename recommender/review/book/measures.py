"""What the review has measured about each rule: coverage, impact and signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from recommender.knowledge.data import DRAFT, SignOff
from recommender.knowledge.knowledge import Knowledge
from recommender.review.cases import cases_of
from recommender.review.coverage import RuleCoverage, coverage
from recommender.review.impact import Impact, Impacts

__all__ = ["Measures", "Report", "measure"]

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything measured, by rule id. A rule that is missing was not measured."""

    coverage: Mapping[str, RuleCoverage] = field(default_factory=dict)
    impacts: Mapping[str, Impact] = field(default_factory=dict)
    signed: Mapping[str, SignOff] = field(default_factory=dict)

    def sign_off(self, id: str) -> SignOff:
        """The signature of a rule."""
        return self.signed.get(id, DRAFT)


def _silent(done: int, of: int) -> None:
    """Report nothing."""


def measure(knowledge: Knowledge, report: Report = _silent) -> Measures:
    """Measure every rule; `report` is told how many are done."""
    total = len(knowledge.rules)
    report(0, total)
    seen = coverage(knowledge, cases_of(knowledge.folder))
    impacts, found = Impacts(knowledge), {}
    for number, compiled in enumerate(knowledge.rules, start=1):
        found[compiled.id] = impacts.of(compiled)
        report(number, total)
    steps = knowledge.progress.rules if knowledge.progress else ()
    ids = [*(compiled.id for compiled in knowledge.rules), *(compiled.id for compiled in steps)]
    return Measures(seen.rules, found, {id: knowledge.sign_off(id) for id in ids})
