"""The people over whom changes and gaps are looked for.

Everyone is a healthy person with one or two answers changed: each answer and each side of each
bound alone, and any two of them together. So whatever one answer, or two of them together, can
do to a result is seen, with nothing else in the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.logic.conditions import Test, bounds, tests_of
from recommender.logic.questions import Parent, Question
from recommender.review.examples import baseline

__all__ = ["Change", "boundary_people", "changed", "complete_answers", "pairwise_people", "single_changes"]

Change = Mapping[str, Any]


def boundary_people(knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    """The complete answers of everyone with one answer changed, and of the healthy person."""
    yield complete_answers({}, knowledge)
    for change in single_changes(knowledge):
        yield complete_answers(change, knowledge)


def pairwise_people(knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    """The complete answers of everyone with two answers changed."""
    for one, other in combinations(single_changes(knowledge), 2):
        both = changed(one, other, knowledge)
        if both is not None:
            yield complete_answers(both, knowledge)


def complete_answers(change: Change, knowledge: Knowledge) -> dict[str, Any]:
    """The healthy person with these answers, and what those ask for besides."""
    questions = knowledge.table.questions
    answers = {**baseline(knowledge), **change}
    for name, question in questions.items():
        parent = question.parent
        if parent is None:
            continue
        if not parent.asks(answers.get(parent.field)):
            answers.pop(name, None)
        else:
            answers.setdefault(name, question.baseline)
    return {name: answers[name] for name in questions if name in answers}


def changed(one: Change, other: Change, knowledge: Knowledge) -> dict[str, Any] | None:
    """Both changes together, or None where they are two answers to one question."""
    found = dict(one)
    for name, value in other.items():
        if name not in found or found[name] == value:
            found[name] = value
            continue
        question = knowledge.table.questions[name]
        if question.kind != "set":
            return None
        join = set.intersection if question.risk == "shrinking" else set.union
        both = join(set(found[name]), set(value))
        found[name] = tuple(word for word in question.words if word in both)
    return found


def single_changes(knowledge: Knowledge) -> list[Change]:
    """Every answer that is not the healthy person's, alone."""
    edges = _edges(knowledge)
    found: list[Change] = []
    for question in knowledge.table.questions.values():
        parent = question.parent
        way = {} if parent is None else {parent.field: asking(parent, knowledge.table.questions)}
        found.extend({**way, question.field: value} for value in _values(question, edges))
    return found


def asking(parent: Parent, questions: Mapping[str, Question]) -> Any:
    """An answer to the parent with which its child is asked."""
    return (parent.named,) if parent.named else next(w for w in questions[parent.field].words if w != parent.unless)


def _values(question: Question, edges: Mapping[str, Iterable[int]]) -> Iterator[Any]:
    if question.kind == "choice":
        yield from (word for word in question.words if word != question.baseline)
    elif question.kind == "number":
        numbers = {question.lowest, question.highest, *edges.get(question.field, ())}
        yield from sorted(numbers - {question.baseline})
        if question.unknown:
            yield "unknown"
    elif question.risk == "shrinking":
        usual = tuple(question.baseline) if isinstance(question.baseline, tuple) else ()
        yield from (tuple(w for w in usual if w != word) for word in usual)
        yield from (
            tuple(w for w in question.words if w in usual or w == word) for word in set(question.words) - set(usual)
        )
        yield ()
        yield question.words
    else:
        yield from ((word,) for word in question.words)


def _edges(knowledge: Knowledge) -> dict[str, set[int]]:
    """For each number the values on both sides of every bound that anything draws."""
    found: dict[str, set[int]] = {}
    for compiled in knowledge.rules:
        for test in tests_of(compiled.condition):
            if isinstance(test, Test):
                found.setdefault(test.field, set()).update(bounds(test))
    minutes = knowledge.table.questions["minutes"]
    for count in knowledge.session.steps:
        sides = {count.up_to_minutes, count.up_to_minutes + 1}
        found.setdefault("minutes", set()).update(n for n in sides if minutes.lowest <= n <= minutes.highest)
    return found
