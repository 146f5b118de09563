"""The sessions that stand as examples in the rules of progress: sessions that went well, but for what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from recommender.knowledge.progression import CompiledStep
from recommender.logic.facts import Facts, FactTable

__all__ = ["session_examples", "session_facts", "short_session"]


def session_facts(example: Mapping[str, Any], table: FactTable) -> Facts:
    """The facts of a session that went well, but for what the example says."""
    usual = {name: question.baseline for name, question in table.questions.items()}
    return table.encode({**usual, **example})


def session_examples(compiled: CompiledStep, table: FactTable) -> Iterator[tuple[str, Facts]]:
    """The facts of every example of a rule, with the word under which it stands. Loading has seen them come true."""
    yield from (("fires_for", session_facts(example, table)) for example in compiled.rule.fires_for)
    yield from (("silent_for", session_facts(example, table)) for example in compiled.rule.silent_for)


def short_session(facts: Mapping[str, Any], table: FactTable) -> dict[str, Any]:
    """What sets a session apart from one that went well, as an example of a rule writes it."""
    return {name: answer for name, answer in facts.items() if answer != table.questions[name].baseline}
