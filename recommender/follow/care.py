"""What the rules say about pain in a session. The bounds stand in the rules, and are asked for here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recommender.conditions import decide_partly
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.session import Outcome
from recommender.recommendation import Message, Recommendation
from recommender.screening import forced_stops

__all__ = ["Told", "advice_in_pain", "calm", "highest_calm", "may_go_on", "not_in", "outcome_of_pain", "told_by"]

PAIN, TOPIC = "pain_now", "during_pain"


@dataclass(frozen=True, slots=True)
class Told:
    """What some answers demand whatever the others are: the outcome, its title, what to do now, and why."""

    outcome: str
    title: str
    now: tuple[str, ...]
    why: tuple[str, ...]


def told_by(answers: Mapping[str, Any], knowledge: Knowledge) -> Told | None:
    """The strongest of the stops that these answers force, or None."""
    stops = forced_stops(answers, knowledge)
    if not stops:
        return None
    name = stops[0].rule.then.stop or "emergency"
    outcome = knowledge.outcomes.outcomes[name]
    why = tuple(compiled.rule.say for compiled in stops if compiled.rule.then.stop == name)
    return Told(name, outcome.title, outcome.now, why)


def _by_pain_alone(pain: int, knowledge: Knowledge) -> list[CompiledRule]:
    """The stops and limits that a pain of so much forces by itself."""
    facts = knowledge.table.encode_partly({PAIN: pain})
    return [
        compiled
        for compiled in knowledge.rules
        if compiled.effect in ("stop", "limit") and not compiled.always and decide_partly(compiled.condition, facts)
    ]


def not_in(result: Recommendation, pain: int, knowledge: Knowledge) -> list[CompiledRule]:
    """The stops and limits that this pain forces by itself, and that the result does not know."""
    known = {message.rule for message in result.messages}
    return [compiled for compiled in _by_pain_alone(pain, knowledge) if compiled.id not in known]


def calm(pain: int, knowledge: Knowledge) -> bool:
    """Whether the rules neither stop nor limit anything for this pain alone."""
    return not _by_pain_alone(pain, knowledge)


def highest_calm(knowledge: Knowledge) -> int:
    """The strongest pain that is calm, and so are all below it; one under the lowest where none is."""
    question = knowledge.table.questions[PAIN]
    found = question.lowest - 1
    while found < question.highest and calm(found + 1, knowledge):
        found += 1
    return found


def outcome_of_pain(pain: int, knowledge: Knowledge) -> Outcome | None:
    """The words of the strongest outcome that this pain forces by itself, or None."""
    strength = knowledge.outcomes.strength
    stops = [rule.rule.then.stop for rule in _by_pain_alone(pain, knowledge) if rule.rule.then.stop]
    name = min(stops, key=strength.index, default=None)
    return None if name is None else knowledge.outcomes.outcomes[name]


def advice_in_pain(result: Recommendation) -> tuple[Message, ...]:
    """What this person was told for pain in a session; without a routine, what goes with the outcome."""
    advice = result.messages_of("advice")
    return tuple(message for message in advice if message.topic == TOPIC) or tuple(
        message for message in advice if message.topic == result.outcome
    )


def may_go_on(result: Recommendation, pain: int, knowledge: Knowledge) -> bool:
    """Whether the advice leaves room to go on without the exercise that hurt, if the pain does not rise."""
    advised = any(message.topic == TOPIC for message in result.messages_of("advice"))
    return advised and calm(pain, knowledge)
