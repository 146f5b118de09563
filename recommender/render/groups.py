"""What was left out, grouped by reason; shared by all renderers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge
    from recommender.knowledge.questions import Question
    from recommender.recommendation import Reason, Recommendation
    from recommender.sentences import Say

__all__ = [
    "Group",
    "answers_in_words",
    "excluded_by_reason",
    "left_by_reason",
    "relaxed_in_words",
    "review_in_words",
    "sources_in_words",
]


@dataclass(slots=True)
class Group:
    """One reason and the names of the exercises that it leaves out."""

    reason: Reason
    names: list[str] = field(default_factory=list)


def excluded_by_reason(result: Recommendation) -> list[Group]:
    """One group a rule, the personal ones first, then those for everyone, then kit and positions.

    An exercise with several reasons stands in each of their groups.
    """
    groups: dict[str, Group] = {}
    for entry in result.excluded:
        for reason in entry.reasons:
            groups.setdefault(reason.rule, Group(reason)).names.append(entry.name)

    def place(group: Group) -> int:
        if group.reason.effect == "stop":
            return 0
        if group.reason.kind == "practical":
            return 3
        return 1 if group.reason.answers else 2

    return sorted(groups.values(), key=place)


def left_by_reason(result: Recommendation) -> dict[str, list[str]]:
    """What is allowed but not chosen: each explanation with the names it is given for."""
    groups: dict[str, list[str]] = {}
    for entry in result.not_chosen:
        groups.setdefault(entry.text, []).append(entry.name)
    return groups


def answers_in_words(reason: Reason, knowledge: Knowledge) -> str:
    """The answers behind a reason, in the questionnaire's words."""
    questions = knowledge.table.questions
    return "; ".join(
        f"{questions[name].short}: {_given(questions[name], value, knowledge.say)}"
        for name, value in reason.answers.items()
        if name in questions and value is not None
    )


def _given(question: Question, value: Any, say: Say) -> str:
    """An answer in the questionnaire's words, begun with a small letter where it is a sentence."""
    text = question.label(value, say)
    return text if text.startswith("I ") else text[:1].lower() + text[1:]


def sources_in_words(sources: tuple[str, ...], reading: str, knowledge: Knowledge, *, draft: bool = False) -> str:
    """Where something comes from, how that place was read, and whether it is a draft."""
    meaning = next((words for name, words in knowledge.outcomes.readings.items() if name == reading), "")
    text = ", ".join(sources) + (f" ({meaning})" if meaning and sources else meaning)
    return "; ".join(part for part in (text, knowledge.outcomes.draft if draft else "") if part)


def review_in_words(result: Recommendation, knowledge: Knowledge) -> list[str]:
    """How much of what decided is signed, and what a clinic has relaxed."""
    words, review = knowledge.outcomes, result.review
    signed = words.signed_share.format(rules=review.rules, signed=review.signed) if review.signed else words.none_signed
    stopped = result.outcome in ("emergency", "see_clinician")  # nothing casts doubt on going to see someone
    return [*([signed] if signed and not stopped else []), *relaxed_in_words(result, knowledge)]


def relaxed_in_words(result: Recommendation, knowledge: Knowledge) -> list[str]:
    """What a clinic has relaxed, one line a rule."""
    words, lines = knowledge.outcomes, []
    for relaxed in result.knowledge.relaxed:
        compiled = knowledge.rule(relaxed.rule)
        title = f'"{compiled.rule.title}" ({relaxed.rule})' if compiled else relaxed.rule
        text = words.relaxed.format(by=relaxed.by, rule=title, when=relaxed.when, because=relaxed.because)
        lines.append(f"{text} [{', '.join(relaxed.sources)}]")
    return lines
