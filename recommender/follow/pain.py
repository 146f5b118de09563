"""What the rules say about pain in a session. The bounds stand in the rules, and are asked for here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recommender.decision.recommendation import Recommendation
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.progression import InSession
from recommender.logic.conditions import decide_partly
from recommender.profile.screening import forced

__all__ = [
    "PAIN",
    "Referral",
    "advice_in_pain",
    "ends_again",
    "ends_unsettled",
    "highest_calm",
    "is_calm",
    "may_go_on",
    "not_in",
    "referral_of",
]

PAIN, COURSE, TOPIC = "pain_now", "pain_course", "during_pain"


@dataclass(frozen=True, slots=True)
class Referral:
    """What some answers demand whatever the others are: the outcome, its title, what to do now, and why."""

    outcome: str
    title: str
    now: tuple[str, ...]
    why: tuple[str, ...]


def referral_of(answers: Mapping[str, Any], knowledge: Knowledge) -> Referral | None:
    """The strongest of the stops that these answers force, or None."""
    found = forced(answers, knowledge)
    return None if found is None else Referral(found.outcome, found.title, found.now, found.why)


def _by_pain_alone(pain: int, knowledge: Knowledge) -> list[CompiledRule]:
    """The stops and limits that a pain of so much, which came up in a session, forces by itself."""
    named = _named(knowledge)
    how = {} if named is None else {COURSE: named.pain_course}
    without, facts = knowledge.table.encode_partly(how), knowledge.table.encode_partly({PAIN: pain, **how})
    return [
        compiled
        for compiled in knowledge.rules
        if compiled.effect in ("stop", "limit")
        and not compiled.always
        and decide_partly(compiled.condition, facts)
        and not decide_partly(compiled.condition, without)
    ]


def not_in(result: Recommendation, pain: int, knowledge: Knowledge) -> list[CompiledRule]:
    """The stops and limits that this pain forces by itself, and that the result does not know."""
    known = {message.rule for message in result.messages}
    return [compiled for compiled in _by_pain_alone(pain, knowledge) if compiled.id not in known]


def is_calm(pain: int, knowledge: Knowledge) -> bool:
    """Whether the rules neither stop nor limit anything for this pain alone."""
    return not _by_pain_alone(pain, knowledge)


def highest_calm(knowledge: Knowledge) -> int:
    """The strongest pain that is calm, and so are all below it; one under the lowest where none is."""
    question = knowledge.table.questions[PAIN]
    found = question.lowest - 1
    while found < question.highest and is_calm(found + 1, knowledge):
        found += 1
    return found


def advice_in_pain(result: Recommendation, knowledge: Knowledge) -> tuple[list[str], list[str]]:
    """What this person was told for pain in a session: what to do at once, and the rest.

    Without a routine, what goes with the outcome.
    """
    advice = result.messages_of("advice")
    chosen = [message for message in advice if message.topic == TOPIC]
    chosen = chosen or [message for message in advice if message.topic == result.outcome]
    named = _named(knowledge)
    at_once = named.at_once if named else ""
    first = [message.text for message in chosen if message.rule == at_once]
    return first, [message.text for message in chosen if message.rule != at_once]


def may_go_on(result: Recommendation, pain: int, knowledge: Knowledge) -> bool:
    """Whether the advice leaves room to go on without the exercise that hurt, once the pain has settled."""
    advised = any(message.topic == TOPIC for message in result.messages_of("advice"))
    return advised and not any(rule.effect == "stop" for rule in _by_pain_alone(pain, knowledge))


def ends_again(result: Recommendation, knowledge: Knowledge) -> str:
    """What the rules said to a second exercise that hurts, where that ends the session; else nothing."""
    named = _named(knowledge)
    return _said(result, named.second) if named else ""


def ends_unsettled(result: Recommendation, knowledge: Knowledge) -> str:
    """What the rules said to pain that does not settle, which ends the session; else nothing."""
    named = _named(knowledge)
    return _said(result, named.unsettled) if named else ""


def _named(knowledge: Knowledge) -> InSession | None:
    """The advice that is looked for by its rule."""
    return None if knowledge.progress is None else knowledge.progress.steps.in_session


def _said(result: Recommendation, rule: str) -> str:
    return next((message.text for message in result.messages_of("advice") if message.rule == rule), "")
