"""What the weeks since the answers change of a result that was kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from recommender.decision.pipeline import machine
from recommender.decision.recommendation import Recommendation
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.answer_days import ANSWERED_ON, counted_on
from recommender.logic.answers import flatten
from recommender.profile.saved_answers import current

__all__ = ["answers_on", "changes_on", "weeks_in"]


def changes_on(
    result: Recommendation, knowledge: Knowledge, first: date, last: date, today: date | None = None
) -> date | None:
    """The first day from `first` to `last` on which the weeks that count on give this person something else.

    Weeks without a day are those of `today`, which is `first` unless given.
    """
    if result.profile is None:
        return None
    answers = flatten(result.profile, knowledge.table.questions)
    days = dict.fromkeys(weeks_in(answers, knowledge), today or first)
    days |= {name: date.fromisoformat(text) for name, text in result.answered_on.items()}
    shown = None
    seen: set[tuple[Any, ...]] = {()}  # the weeks that are known to change nothing
    for passed in range((last - first).days + 1):
        day = first + timedelta(days=passed)
        counted = counted_on(answers, days, day, knowledge.questionnaire)
        if counted.ended:
            return day
        if counted.changed not in seen:
            way = machine(knowledge)
            shown = shown or _shown(way.of_answers(answers))
            if _shown(way.of_answers(dict(counted.answers))) != shown:
                return day
            seen.add(counted.changed)
    return None


def answers_on(result: Recommendation, knowledge: Knowledge, today: date) -> dict[str, Any]:
    """The answers in a result as they are on this day, as `recommend` takes them. Raises ProfileError."""
    given = {**(result.profile or {}), ANSWERED_ON: result.answered_on}
    profile: dict[str, Any] = current(given, knowledge, today, latest=date.max).profile
    return profile


def weeks_in(answers: Mapping[str, Any], knowledge: Knowledge) -> list[str]:
    """The answers that are numbers of weeks, which count on."""
    questions = knowledge.questionnaire.questions
    return [q.field for q in questions if q.counts_on is not None and type(answers.get(q.field)) is int]


def _shown(result: Recommendation) -> Any:
    """Everything that a person gets, without the answers by which it is explained."""
    return (
        *(result.outcome, result.urgency, result.whom, result.routine),
        tuple((entry.exercise, tuple(reason.rule for reason in entry.reasons)) for entry in result.excluded),
        tuple(entry.exercise for entry in result.not_chosen),
        tuple((message.kind, message.rule, message.text) for message in result.messages),
    )
