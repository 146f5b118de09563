"""What people really get: whole results, each held against every guarantee."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from recommender.decision.decide import Decision, decide, numbers_in
from recommender.decision.pipeline import Recommender
from recommender.decision.recommendation import Recommendation
from recommender.knowledge.guarantees import CompiledGuarantee
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.answers import nest
from recommender.logic.conditions import evaluate
from recommender.logic.facts import Facts
from recommender.review.proof.claims import stops_enough

__all__ = ["Looked", "Looker"]


@dataclass(frozen=True, slots=True)
class Looked:
    """One person with what they get."""

    answers: Mapping[str, Any]
    facts: Facts
    decision: Decision
    result: Recommendation


class Looker:
    """Sends people through the whole of `recommend()` with one knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._recommender = Recommender(knowledge)

    def look(self, answers: Mapping[str, Any]) -> Looked:
        """What this person gets."""
        facts = self.knowledge.table.encode(answers)
        listed = {name: list(value) if isinstance(value, tuple) else value for name, value in answers.items()}
        decision = decide(self.knowledge.fired(facts), self.knowledge)
        return Looked(answers, facts, decision, self._recommender.recommend(nest(listed)))

    def wrong(self, compiled: CompiledGuarantee, looked: Looked) -> str:
        """What speaks against the guarantee in this result; nothing where it holds, or does not concern the person."""
        guarantee = compiled.guarantee
        if guarantee.mechanism is not None:
            return next(_MECHANISMS[guarantee.mechanism](looked, self.knowledge), "")
        if not evaluate(compiled.when, looked.facts):
            return ""
        return next(_broken(compiled, looked, self.knowledge), "")


def _broken(compiled: CompiledGuarantee, looked: Looked, knowledge: Knowledge) -> Iterator[str]:
    guarantee, result = compiled.guarantee, looked.result
    left_out = {entry.exercise for entry in result.excluded}
    for number in numbers_in(compiled.mask):
        if knowledge.exercises[number].id not in left_out:
            yield f"{knowledge.exercises[number].id} is not left out"
    if guarantee.outcome_at_least is not None:
        strength = knowledge.outcomes.strength
        if strength.index(result.outcome) > strength.index(guarantee.outcome_at_least):
            yield f"the outcome is {result.outcome}"
        said = {message.rule for message in result.messages_of("stop")}
        if not any(stops_enough(rule, compiled, knowledge) for rule in looked.decision.fired if rule.id in said):
            yield "no message says so"
    if guarantee.dose is not None and any(not step.dose.low_end for step in result.routine):
        yield "the dose of a step is not at its low end"
    if guarantee.show_first and result.outcome == "routine" and result.routine and not result.show_to_clinician_first:
        yield "the routine is not shown to anyone first"


# --- mechanisms, as one result shows them --------------------------------------------------------


def _reasons(looked: Looked, knowledge: Knowledge) -> Iterator[str]:
    hits: dict[str, set[str]] = {}
    for rule in looked.decision.fired:
        for number in numbers_in(rule.excludes):
            hits.setdefault(knowledge.exercises[number].id, set()).add(rule.id)
    shown = {entry.exercise: entry.reasons for entry in looked.result.excluded}
    if shown.keys() != hits.keys():
        yield f"left out with no reason, or not left out: {', '.join(sorted(shown.keys() ^ hits.keys()))}"
    for id, reasons in shown.items():
        if {reason.rule for reason in reasons} != hits.get(id, set()):
            yield f"{id} does not have all its reasons"
        if not all(reason.sources and reason.text for reason in reasons):
            yield f"a reason of {id} has no source or no words"


def _places(looked: Looked, knowledge: Knowledge) -> Iterator[str]:
    result = looked.result
    places = [entry.exercise for part in (result.routine, result.excluded, result.not_chosen) for entry in part]
    if sorted(places) != sorted(knowledge.numbers):
        yield "an exercise stands in no place or in two"


def _steps(looked: Looked, knowledge: Knowledge) -> Iterator[str]:
    for step in looked.result.routine:
        if looked.decision.excluded >> knowledge.numbers[step.exercise] & 1:
            yield f"{step.exercise} is a step, and left out"


def _relief(looked: Looked, knowledge: Knowledge) -> Iterator[str]:
    for step in looked.result.routine if looked.result.outcome == "relief_only" else ():
        if not knowledge.relief >> knowledge.numbers[step.exercise] & 1:
            yield f"{step.exercise} is a step, and no rest position"


def _stopped(looked: Looked, knowledge: Knowledge) -> Iterator[str]:  # noqa: ARG001
    if looked.result.outcome in ("emergency", "see_clinician", "nothing_fits") and looked.result.routine:
        yield "there are steps"


def _strongest(looked: Looked, knowledge: Knowledge) -> Iterator[str]:
    strength = knowledge.outcomes.strength
    asked = [strength.index(rule.rule.then.stop) for rule in looked.decision.fired if rule.rule.then.stop]
    wanted = strength[min(asked, default=len(strength) - 1)]
    if looked.result.outcome != wanted and (looked.result.outcome, wanted) != ("nothing_fits", "routine"):
        yield f"the outcome is {looked.result.outcome}"


def _soonest(looked: Looked, knowledge: Knowledge) -> Iterator[str]:
    result = looked.result
    calls = [knowledge.calls[rule.id] for rule in looked.decision.fired if rule.effect == "stop"]
    first = min(calls, key=lambda call: call.rank, default=None)
    if first is not None and (result.urgency, result.whom) != (first.how_soon, first.whom):
        yield f"it is told as {result.urgency}, {result.whom}"
    if (result.urgency == "none") != (result.whom is None):
        yield "how soon and whom do not go together"


def _order(looked: Looked, knowledge: Knowledge) -> Iterator[str]:
    turned = decide(tuple(reversed(looked.decision.fired)), knowledge)
    if (turned.outcome, turned.excluded, turned.low_end) != (
        looked.decision.outcome,
        looked.decision.excluded,
        looked.decision.low_end,
    ):
        yield "the rules backwards decide something else"


def _time(looked: Looked, knowledge: Knowledge) -> Iterator[str]:
    result, share = looked.result, knowledge.session.fill_share
    if 100 * result.seconds > share * 60 * result.minutes or sum(s.seconds for s in result.routine) != result.seconds:
        yield f"{result.seconds} seconds do not fit {result.minutes} minutes"


def _nothing(looked: Looked, knowledge: Knowledge) -> Iterator[str]:  # noqa: ARG001
    """What is proved from the rules alone."""
    yield from ()


_MECHANISMS = {
    "every_exclusion_has_a_sourced_reason": _reasons,
    "more_risk_never_allows_more": _nothing,
    "each_exercise_in_one_place": _places,
    "no_step_is_excluded": _steps,
    "relief_only_gives_only_relief": _relief,
    "a_stop_leaves_no_exercise": _stopped,
    "the_strongest_stop_counts": _strongest,
    "the_soonest_stop_counts": _soonest,
    "the_order_of_rules_does_not_matter": _order,
    "wishes_leave_nothing_out": _nothing,
    "safety_does_not_read_wishes": _nothing,
    "only_clearance_and_kit_relax": _nothing,
    "a_session_keeps_its_time": _time,
}
