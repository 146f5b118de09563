"""Runs the examples that stand in the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from recommender.answers import flatten
from recommender.conditions import Test, bounds, evaluate, tests_of
from recommender.errors import KnowledgeFault as Finding
from recommender.errors import ProfileError
from recommender.facts import Facts
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.profile import check

__all__ = ["baseline", "check_examples", "count_examples", "example_answers"]


def baseline(knowledge: Knowledge) -> dict[str, Any]:
    """The answers of a healthy person without pain, keyed by field."""
    return {name: question.baseline for name, question in knowledge.table.questions.items() if question.parent is None}


def example_answers(example: Mapping[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """Complete answers of an example: the baseline with what the example says. Raises ProfileError."""
    questions = knowledge.table.questions
    answers = {**baseline(knowledge), **flatten(example, questions)}
    for name, question in questions.items():
        parent = question.parent
        if parent is not None and name not in answers and answers.get(parent.field) != parent.unless:
            answers[name] = question.baseline
    return check(answers, knowledge)


def count_examples(knowledge: Knowledge) -> int:
    """How many examples stand in the rules."""
    return sum(
        len(rule.fires_for) + len(rule.silent_for) + len(rule.hits) + len(rule.spares)
        for rule in (compiled.rule for compiled in knowledge.rules)
    )


def check_examples(knowledge: Knowledge) -> Iterator[Finding]:
    """Every example that does not come true, and every bound that has no example on it and beside it."""
    for compiled in knowledge.rules:
        shown: list[Facts] = []
        for expected, examples in ((True, compiled.rule.fires_for), (False, compiled.rule.silent_for)):
            for example in examples:
                facts = _facts(compiled, example, knowledge)
                if isinstance(facts, Finding):
                    yield facts
                    continue
                shown.append(facts)
                if evaluate(compiled.condition, facts) != expected:
                    word = "fires_for" if expected else "silent_for"
                    yield _finding(compiled, f"the example {_shown(example)} under `{word}` does not come true")
        yield from _selected(compiled, knowledge)
        yield from _bounds(compiled, shown)


def _facts(compiled: CompiledRule, example: Mapping[str, Any], knowledge: Knowledge) -> Facts | Finding:
    try:
        return knowledge.table.encode(example_answers(example, knowledge))
    except ProfileError as error:
        return _finding(compiled, f"the example {_shown(example)} is no profile: {error.faults[0]}")


def _selected(compiled: CompiledRule, knowledge: Knowledge) -> Iterator[Finding]:
    mask = compiled.selects
    if compiled.effect == "allow_only":
        mask = compiled.excludes
    for expected, ids in ((True, compiled.rule.hits), (False, compiled.rule.spares)):
        for id in ids:
            if bool(mask >> knowledge.numbers[id] & 1) != expected:
                word = "hits" if expected else "spares"
                yield _finding(compiled, f"{id} stands under `{word}`, but the selector says otherwise")


def _bounds(compiled: CompiledRule, shown: list[Facts]) -> Iterator[Finding]:
    if compiled.always:
        return
    for test in tests_of(compiled.condition):
        if not isinstance(test, Test) or not bounds(test):
            continue
        codes = test.variable.codes
        given = {codes[facts[test.variable.index]] for facts in shown}
        missing = [number for number in bounds(test) if str(number) not in given]
        if missing:
            numbers = ", ".join(str(number) for number in missing)
            yield _finding(
                compiled,
                f"no example has {test.field} at {numbers}, on or beside the bound of `{test.said}`",
                "Add one to `fires_for` or `silent_for`.",
            )


def _finding(compiled: CompiledRule, found: str, do: str = "Correct the example or the rule.") -> Finding:
    return Finding(compiled.file, compiled.line, f"rule {compiled.id}: {found}.", do)


def _shown(example: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in example.items()) + "}"
