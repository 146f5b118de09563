"""The sessions that stand as examples in the rules of progress: sessions that went well, but for what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from recommender.conditions import Condition, conjunctions
from recommender.facts import UNKNOWN, Facts, FactTable, Variable
from recommender.knowledge.progress import CompiledStep

__all__ = ["session_examples", "session_facts", "smallest_session"]

UNSURE = "unsure"


def session_facts(example: Mapping[str, Any], table: FactTable) -> Facts:
    """The facts of a session that went well, but for what the example says."""
    usual = {name: question.baseline for name, question in table.questions.items()}
    return table.encode({**usual, **example})


def session_examples(compiled: CompiledStep, table: FactTable) -> Iterator[tuple[str, Facts]]:
    """The facts of every example of a rule, with the word under which it stands. Loading has seen them come true."""
    yield from (("fires_for", session_facts(example, table)) for example in compiled.rule.fires_for)
    yield from (("silent_for", session_facts(example, table)) for example in compiled.rule.silent_for)


def smallest_session(condition: Condition, table: FactTable) -> dict[str, Any] | None:
    """The fewest facts that must differ from a session that went well, as an example of a rule writes them.

    None: the condition holds for no session at all.
    """
    usual = session_facts({}, table)
    found = []
    for demands in conjunctions(condition):
        changed = {index: mask for index, mask in demands.items() if not mask >> usual[index] & 1}
        found.append({index: _nearest(table.variables[index], mask, usual[index]) for index, mask in changed.items()})
    best = min(found, key=len, default=None)
    if best is None:
        return None
    return {table.variables[index].field: _value(word) for index, word in sorted(best.items())}


def _nearest(variable: Variable, mask: int, usual: int) -> str:
    """The accepted word nearest to the usual one. Doubt and what is not known come last."""
    codes = [code for code in range(len(variable.codes)) if mask >> code & 1]
    best = min(codes, key=lambda code: (variable.codes[code] in (UNSURE, UNKNOWN), abs(code - usual)))
    return variable.codes[best]


def _value(word: str) -> str | int:
    return int(word) if word.isdigit() else word
