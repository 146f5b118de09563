"""The way from complete answers to a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from recommender.compose import Composer
from recommender.decide import NOTHING, Decision, decide, nothing_fits
from recommender.facts import Facts
from recommender.knowledge.knowledge import Knowledge
from recommender.plan import Plan, Planner

if TYPE_CHECKING:
    from recommender.plain import Make
    from recommender.recommendation import Recommendation

__all__ = ["Way"]


class Way:
    """Decides, plans and composes with one knowledge. `made` makes the values of the results (see `Composer`)."""

    def __init__(self, knowledge: Knowledge, made: Make | None = None) -> None:
        self.knowledge = knowledge
        self.planner = Planner(knowledge)
        self.composer = Composer(knowledge, self.planner, made)

    def decided(self, answers: Mapping[str, Any]) -> tuple[Facts, Decision]:
        """The facts of complete answers, and what the rules decide about them."""
        facts = self.knowledge.table.encode(answers)
        return facts, decide(self.knowledge.fired(facts), self.knowledge)

    def planned(self, answers: Mapping[str, Any]) -> tuple[Facts, Decision, Plan]:
        """What is decided about complete answers, and the plan for it; where no exercise fits in, nothing fits."""
        facts, decision = self.decided(answers)
        plan = self.planner.plan(decision, answers)
        relief = self.knowledge.relief
        if decision.outcome == "routine" and all(relief >> step.chosen.number & 1 for step in plan.steps):
            decision = nothing_fits(decision, self.knowledge)
            plan = self.planner.plan(decision, answers)
        return facts, decision, plan

    def of_answers(self, answers: Mapping[str, Any], answered_on: Mapping[str, str] = NOTHING) -> Recommendation:
        """The recommendation for complete answers (see `recommender.profile.check`), with the days of some."""
        facts, decision, plan = self.planned(answers)
        return self.composer.compose(facts, answers, decision, plan, answered_on=answered_on)
