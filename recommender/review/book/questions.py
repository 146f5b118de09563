"""The values of the pages about the questions, the session and the outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.logic.questions import Question
from recommender.review.book.places import Link, locator
from recommender.review.book.rules import RuleView
from recommender.review.book.words import label_of, say_selector

__all__ = ["QuestionView", "SessionView", "Stage", "question_views", "session_view"]

# The order of risk where it is not a list of answers.
RISKS = {
    "none": "The answer stands outside the order of risk.",
    "upwards": "The higher the number, the more care.",
    "downwards": "The lower the number, the more care.",
    "growing": "Each answer that is named asks for more care.",
    "shrinking": "Each thing that is missing asks for more care.",
}


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question, and the rules that read its answer."""

    question: Question
    levels: tuple[tuple[str, ...], ...]
    risk: str
    asked_if: str
    default: str
    sources: tuple[Link, ...]
    rules: tuple[RuleView, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Questions that are asked one after the other under one heading."""

    title: str
    questions: tuple[QuestionView, ...]


def question_views(knowledge: Knowledge, rules: Mapping[str, RuleView]) -> tuple[Stage, ...]:
    """Every question in the order in which they are asked."""
    grouped = groupby(knowledge.questionnaire.questions, key=lambda question: question.stage)
    return tuple(
        Stage(title, tuple(_question(question, knowledge, rules) for question in questions))
        for title, questions in grouped
    )


def _question(question: Question, knowledge: Knowledge, rules: Mapping[str, RuleView]) -> QuestionView:
    levels: tuple[tuple[str, ...], ...] = ()
    risk = ""
    if isinstance(question.risk, str):
        risk = RISKS[question.risk]
        if question.kind == "number" and question.unknown:
            risk += " Not knowing it counts as the case that needs most care."
    else:
        levels = tuple(tuple(label_of(question, word) for word in level) for level in question.risk)
    parent = question.parent
    asked_if = ""
    if parent is not None:
        above = knowledge.table.questions[parent.field]
        asked_if = f"“{above.short}” is answered with anything but “{label_of(above, parent.unless)}”"
        if parent.named:
            asked_if = f"“{above.short}” names “{label_of(above, parent.named)}”"
    return QuestionView(
        question,
        levels,
        risk,
        asked_if,
        "" if question.default is None else str(question.label(question.default, knowledge.say)),
        tuple(locator(at) for at in question.sources),
        tuple(rules[compiled.id] for compiled in knowledge.rules if question.field in compiled.fields),
    )


# --- session and outcomes --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionView:
    """The shape of a session in words."""

    phases: tuple[tuple[str, str], ...]
    slots: tuple[tuple[str, str], ...]
    ranks: tuple[tuple[str, tuple[RuleView, ...]], ...]
    filling: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str, int], ...]
    starts_from: str
    advice: tuple[tuple[str, tuple[RuleView, ...]], ...]


def session_view(knowledge: Knowledge, rules: Mapping[str, RuleView]) -> SessionView:
    """The session as its file states it."""
    session, title, questions = knowledge.session, knowledge.vocabulary.title, knowledge.table.questions
    phases = {phase.id: phase.title for phase in session.phases}

    def with_rules(key: str, word: str) -> tuple[RuleView, ...]:
        return tuple(rules[c.id] for c in knowledge.rules if getattr(c.rule.then, key) == word)

    def answers(field: str, given: Mapping[str, Any]) -> list[tuple[str, Any]]:
        return [(label_of(questions[field], word), value) for word, value in given.items()]

    return SessionView(
        phases=tuple(
            (phase.title, ", ".join(title("purpose", word) for word in phase.purposes)) for phase in session.phases
        ),
        slots=tuple((slot.title, f"exercises {say_selector(slot.select, knowledge)}") for slot in session.slots),
        ranks=tuple((rank.replace("_", " "), with_rules("rank", rank)) for rank in session.ranks),
        filling=tuple(
            (label, ", then ".join(phases[id] for id in order)) for label, order in answers("goal", session.filling)
        ),
        levels=tuple(answers("level", session.dose_by_level)),
        changes=tuple(
            (title("start_position", c.between[0]), title("start_position", c.between[1]), c.seconds)
            for c in session.changes
        ),
        starts_from=title("start_position", session.starts_from),
        advice=tuple((heading, with_rules("advise", id)) for id, heading in knowledge.outcomes.advice.items()),
    )
