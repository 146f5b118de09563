"""What the answers given so far already decide, whatever the missing ones will be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.conditions import AllOf, Condition, Test, decide_partly
from recommender.logic.facts import Begun, Partly, Variable
from recommender.profile.urgent import by_urgency, most_urgent, spelled_out, whom_and_how_soon

if TYPE_CHECKING:
    from recommender.knowledge.session import OutcomeName

__all__ = ["Forced", "forced", "forced_messages", "forced_stops", "open_fields", "open_variables", "sooner_than"]

STOPPED = ("emergency", "see_clinician")


@dataclass(frozen=True, slots=True)
class Forced:
    """A stop that is certain: its outcome, and in words what to do now and why. `soon` is 0 for at once.

    `stops` are the rules that ask for this outcome, the most urgent first.
    """

    outcome: OutcomeName
    title: str
    now: tuple[str, ...]
    why: tuple[str, ...]
    soon: int
    stops: tuple[CompiledRule, ...]


def forced(answers: Mapping[str, Any], knowledge: Knowledge) -> Forced | None:
    """What stops for sure with emergency or see_clinician, or None. An answer may be `Begun`.

    Who should be seen and how soon is that of the most urgent of all stops that are certain.
    """
    sure = _sure_stops(answers, knowledge)
    outcome = _strongest(sure, knowledge)
    if outcome not in STOPPED:
        return None
    outcomes = knowledge.outcomes
    call = most_urgent(knowledge.calls[compiled.id] for compiled in sure)
    assert call is not None
    stops = by_urgency([compiled for compiled in sure if compiled.rule.then.stop == outcome], knowledge)
    in_full, further = spelled_out(stops, knowledge)
    return Forced(
        outcome=outcome,
        title=outcomes.outcomes[outcome].title,
        now=(*whom_and_how_soon(outcome, call.how_soon, call.whom, outcomes), *outcomes.outcomes[outcome].now),
        why=(*(compiled.rule.say for compiled in in_full), *([further] if further else [])),
        soon=call.rank[0],
        stops=tuple(stops),
    )


def _sure_stops(answers: Mapping[str, Any], knowledge: Knowledge) -> list[CompiledRule]:
    facts = knowledge.table.encode_partly(answers)
    return [c for c in knowledge.rules if c.effect == "stop" and decide_partly(c.condition, facts)]


def _strongest(stops: Iterable[CompiledRule], knowledge: Knowledge) -> OutcomeName:
    strength = knowledge.outcomes.strength
    return min((compiled.rule.then.stop or "routine" for compiled in stops), key=strength.index, default="routine")


def forced_stops(answers: Mapping[str, Any], knowledge: Knowledge) -> list[CompiledRule]:
    """The rules that stop for sure with emergency or see_clinician, the strongest and most urgent first."""
    strength = knowledge.outcomes.strength
    sure = [compiled for compiled in _sure_stops(answers, knowledge) if compiled.rule.then.stop in STOPPED]
    return sorted(
        by_urgency(sure, knowledge), key=lambda compiled: strength.index(compiled.rule.then.stop or "routine")
    )


def forced_messages(answers: Mapping[str, Any], knowledge: Knowledge) -> list[str]:
    """What the given answers already demand, in words; empty if nothing is certain yet.

    Whom to see and how soon stands first. What may turn out to be sooner once all is answered says so.
    """
    found = forced(answers, knowledge)
    if found is None:
        return []
    more = [] if found.outcome == "emergency" else [knowledge.outcomes.may_be_sooner]
    return [knowledge.say("ask.stopped", title=found.title, now=" ".join(found.now)), *more, *found.why]


# --- what is still open ----------------------------------------------------------------------


def open_fields(answers: Mapping[str, Any], knowledge: Knowledge) -> set[str]:
    """The fields without an answer on which some rule still hangs."""
    return {variable.field for variable in open_variables(answers, knowledge.rules, knowledge)}


def sooner_than(found: Forced, knowledge: Knowledge) -> list[CompiledRule]:
    """The rules that would make this stop stronger or sooner."""
    strength = knowledge.outcomes.strength
    return [
        compiled
        for compiled in knowledge.rules
        if compiled.rule.then.stop is not None
        and (
            strength.index(compiled.rule.then.stop) < strength.index(found.outcome)
            or knowledge.calls[compiled.id].rank[0] < found.soon
        )
    ]


def open_variables(answers: Mapping[str, Any], rules: Iterable[CompiledRule], knowledge: Knowledge) -> set[Variable]:
    """The variables not known yet on which one of these rules still hangs. An answer may be `Begun`."""
    facts = knowledge.table.encode_partly(answers)
    doubtful = _doubtful(answers)
    found: set[Variable] = set()
    for compiled in rules:
        left = _left(compiled.condition, facts, doubtful)
        if not isinstance(left, bool):
            found |= {test.variable for test in left}
    return found


def _left(condition: Condition, facts: Partly, doubtful: Collection[str]) -> bool | list[Test]:
    """What the condition comes to, or the tests that decide it where that is open. What is decided is taken away."""
    if isinstance(condition, Test):
        code = facts[condition.variable.index]
        if code is None and (condition.variable.name not in doubtful or condition.holds(0) != condition.holds(1)):
            return [condition]
        return condition.holds(code or 0)
    parts = [_left(part, facts, doubtful) for part in condition.parts]
    deciding = not isinstance(condition, AllOf)
    if any(part is deciding for part in parts):
        return deciding
    tests = [test for part in parts if not isinstance(part, bool) for test in part]
    return tests or not deciding


def _doubtful(answers: Mapping[str, Any]) -> set[str]:
    """The words that were asked for and not named: a later `unsure` about the others is all that can touch them."""
    return {
        f"{field}:{word}"
        for field, answer in answers.items()
        if isinstance(answer, Begun)
        for word in answer.asked - answer.named
    }
