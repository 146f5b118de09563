"""The fresh session as a row of ladders, and the session for any places on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recommender.decision.decide import Decision
from recommender.decision.plan import Chosen, Placed, Plan, Planner
from recommender.knowledge.catalogue import Exercise
from recommender.knowledge.knowledge import Knowledge
from recommender.progression.ladder import Ladder, Rung, ladder_of

__all__ = ["Draft"]


class Draft:
    """A planned session whose steps can move on their ladders."""

    def __init__(self, knowledge: Knowledge, planner: Planner, plan: Plan, decision: Decision) -> None:
        self.knowledge, self.planner, self.fresh, self.decision = knowledge, planner, plan, decision
        self._taken = {step.chosen.number for step in plan.steps}
        self._changes: dict[tuple[int, ...], int] = {}
        self.ladders: list[Ladder] = []
        for step in plan.steps if decision.outcome == "routine" else ():
            self.ladders.append(self._ladder(step.chosen))

    def _ladder(self, chosen: Chosen) -> Ladder:
        progress = self.knowledge.progress
        assert progress is not None
        exercises, family = self.knowledge.exercises, self.knowledge.exercises[chosen.number].family
        limits = {compiled.id for compiled in self.decision.of("limit")}
        others = {exercises[number].family for number in self._taken} - {family}

        def harder(number: int) -> int | None:
            """The first harder exercise that the rules allow and that the session has room for."""
            for id in exercises[number].harder:
                other = self.knowledge.numbers[id]
                allowed = self.decision.allowed >> other & 1 and progress.grows >> other & 1
                calm = self._no_stronger(exercises[other], exercises[chosen.number])
                alike = self.planner.phase_of(other) == chosen.phase and exercises[other].family not in others
                wanted = self.fresh.left.get(other) != "wished_away"
                if allowed and calm and alike and wanted and other not in self._taken:
                    self._taken.add(other)
                    return other
            return None

        return ladder_of(
            Rung(chosen.number, chosen.dose, None),
            self.knowledge,
            progress,
            harder=harder,
            low_end=self.decision.low_end,
            kept_low=bool(limits - set(progress.steps.low_end.may_grow)),
        )

    def _no_stronger(self, other: Exercise, before: Exercise) -> bool:
        """Whether an exercise asks the spine for no stronger movement than the one before."""
        assert self.knowledge.progress is not None
        degrees = self.knowledge.vocabulary.words
        return all(
            list(degrees(aspect)).index(getattr(other.spine, aspect))
            <= list(degrees(aspect)).index(getattr(before.spine, aspect))
            for aspect in self.knowledge.progress.steps.no_stronger
        )

    def _chosen(self, places: Sequence[int]) -> list[Chosen]:
        rungs = [ladder.rungs[place] for ladder, place in zip(self.ladders, places, strict=True)]
        return [
            replace(step.chosen, number=rung.number, dose=rung.dose)
            for step, rung in zip(self.fresh.steps, rungs, strict=True)
        ]

    def _placed(self, places: Sequence[int]) -> tuple[Placed, ...]:
        return self.planner.arranged(self._chosen(places), self.decision)

    def fits(self, places: Sequence[int]) -> bool:
        """Whether the session with these places keeps within the time."""
        chosen = self._chosen(places)
        key = tuple(one.number for one in chosen)
        if key not in self._changes:
            self._changes[key] = sum(step.change_seconds for step in self._placed(places))
        return self._changes[key] + sum(one.dose.seconds for one in chosen) <= self.fresh.minutes * 60

    def plan(self, places: Sequence[int]) -> Plan:
        """The session with these places."""
        steps = self._placed(places)
        before = {step.chosen.number for step in self.fresh.steps}
        now = {step.chosen.number for step in steps}
        left = {number: why for number, why in self.fresh.left.items() if number not in now}
        left |= dict.fromkeys(before - now, "ranked_lower")
        return replace(self.fresh, steps=steps, left=left)
