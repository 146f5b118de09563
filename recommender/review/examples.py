"""The people that stand as examples in the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.answers import flatten, nest
from recommender.profile.checking import check

__all__ = ["baseline", "count_examples", "example_answers", "examples_of", "short_form"]


def baseline(knowledge: Knowledge) -> dict[str, Any]:
    """The answers of a healthy person without pain, keyed by field."""
    return {name: question.baseline for name, question in knowledge.table.questions.items() if question.parent is None}


def example_answers(example: Mapping[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """Complete answers of an example: the baseline with what the example says. Raises ProfileError."""
    questions = knowledge.table.questions
    answers = {**baseline(knowledge), **flatten(example, questions)}
    for name, question in questions.items():
        parent = question.parent
        if parent is not None and name not in answers and parent.asks(answers.get(parent.field)):
            answers[name] = question.baseline
    return check(answers, knowledge)


def examples_of(compiled: CompiledRule) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every example of a rule with the word under which it stands; those of a clinic's change too."""
    for source in (compiled.rule, compiled.change):
        if source is not None:
            yield from (("fires_for", example) for example in source.fires_for)
            yield from (("silent_for", example) for example in source.silent_for)


def count_examples(knowledge: Knowledge) -> int:
    """How many examples stand in the rules."""
    steps = knowledge.progress.rules if knowledge.progress is not None else ()
    return sum(
        len(list(examples_of(compiled))) + len(compiled.rule.hits) + len(compiled.rule.spares)
        for compiled in knowledge.rules
    ) + sum(len(step.rule.fires_for) + len(step.rule.silent_for) for step in steps)


def short_form(answers: Mapping[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """What sets a person apart from the healthy one, as an example of a rule file writes it."""
    usual = baseline(knowledge)
    questions = knowledge.table.questions
    for name, question in questions.items():
        if question.parent is not None:
            usual[name] = question.baseline
    listed = {name: list(value) if isinstance(value, tuple) else value for name, value in answers.items()}
    odd = {name: value for name, value in listed.items() if _plain(value) != _plain(usual.get(name))}
    return nest(odd)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
