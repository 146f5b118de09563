"""What was left out, grouped by reason, and the words that stand around reasons; shared by all that tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from recommender.output.document import Cited

if TYPE_CHECKING:
    from recommender.decision.recommendation import Reason, Recommendation, Relaxed
    from recommender.knowledge.knowledge import Knowledge
    from recommender.logic.questions import Question
    from recommender.sentences import Say, Sentences

__all__ = [
    "Group",
    "answers_in_words",
    "answers_of",
    "cited_in_words",
    "cited_of",
    "excluded_by_reason",
    "left_by_reason",
    "relaxed_in_words",
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


def answers_of(reason: Reason, knowledge: Knowledge) -> tuple[str, ...]:
    """The answers behind a reason, one by one, in the questionnaire's words."""
    questions, say = knowledge.table.questions, knowledge.say
    return tuple(
        say("result.given", question=questions[name].short, answer=_given(questions[name], value, say))
        for name, value in reason.answers.items()
        if name in questions and value is not None
    )


def answers_in_words(reason: Reason, knowledge: Knowledge) -> str:
    """The answers behind a reason as a sentence; empty where there are none."""
    given = answers_of(reason, knowledge)
    return knowledge.say("result.answers", answers=knowledge.say.listed(given, "list.apart")) if given else ""


def _given(question: Question, value: Any, say: Say) -> str:
    """An answer in the questionnaire's words, begun with a small letter where it is a sentence."""
    text = question.label(value, say)
    return text if text.startswith("I ") else text[:1].lower() + text[1:]


def cited_of(sources: Sequence[str], reading: str, knowledge: Knowledge, *, draft: bool = False) -> Cited:
    """Where something comes from, with the words for how it was read."""
    words = knowledge.outcomes
    how = next((text for name, text in words.readings.items() if name == reading), "")
    return Cited(tuple(sources), reading, how, words.draft if draft else "")


def cited_in_words(cited: Cited, say: Sentences) -> str:
    """Where something comes from, how that place was read, and whether it is a draft."""
    text = ", ".join(cited.sources) or cited.how
    if cited.sources and cited.how:
        text = say("sources.read", places=text, how=cited.how)
    return say("sources.draft", places=text, draft=cited.draft) if text and cited.draft else text or cited.draft


def relaxed_in_words(relaxed: Relaxed, knowledge: Knowledge) -> str:
    """One rule that a clinic has relaxed, with the ground on which it did so."""
    compiled, say = knowledge.rule(relaxed.rule), knowledge.say
    rule = say("result.rule", title=compiled.rule.title, id=relaxed.rule) if compiled else relaxed.rule
    text = knowledge.outcomes.relaxed.format(by=relaxed.by, rule=rule, when=relaxed.when, because=relaxed.because)
    return say("sources.behind", text=text, places=", ".join(relaxed.sources))
