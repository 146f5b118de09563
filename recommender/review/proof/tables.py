"""The rules as the real engine decides them: the exact truth table of each, in front of several backgrounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from recommender.errors import EngineError
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.conditions import evaluate
from recommender.logic.truth_table import rows, table_length
from recommender.review.examples import baseline

__all__ = ["Disagreement", "Tables", "truth_tables"]

LONGEST = 1 << 13  # rows of one table; a longer one is gone through part by part
Report = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A rule about which the engine says something else than its condition, with the codes of the facts."""

    rule: str
    background: str
    facts: tuple[int, ...]
    found: str


@dataclass(frozen=True, slots=True)
class Tables:
    """What was compared: so many rules, so many rows in all, before these backgrounds; `split` tables were too long."""

    rules: int
    rows: int
    backgrounds: tuple[str, ...]
    split: tuple[str, ...]
    wrong: tuple[Disagreement, ...]


def truth_tables(knowledge: Knowledge, report: Report | None = None) -> Tables:
    """Compare every rule with the real engine, for every combination of the bands of the answers that it reads.

    All other answers rest, are a healthy person's, are the riskiest, or are in the middle, so that
    few, many and nearly all other rules fire beside it.
    """
    rules = [rule for rule in knowledge.rules if not rule.always]
    behind = _backgrounds(knowledge)
    wrong: list[Disagreement] = []
    count, split = 0, []
    for rule in rules:
        if table_length(rule.condition) > LONGEST:
            split.append(rule.id)
        for name, rest in behind.items():
            for values in rows(rule.condition, knowledge.table.variables, LONGEST):
                count += 1
                facts = tuple(values.get(index, code) for index, code in enumerate(rest))
                wrong.extend(_compared(rule, name, facts, knowledge))
        if report is not None:
            report()
    return Tables(len(rules), count, tuple(behind), tuple(split), tuple(wrong))


def _compared(
    rule: CompiledRule, background: str, facts: tuple[int, ...], knowledge: Knowledge
) -> Iterator[Disagreement]:
    expected = evaluate(rule.condition, facts)
    try:
        fired = rule.id in knowledge.engine.fired(facts)
    except EngineError as error:
        yield Disagreement(rule.id, background, facts, str(error))
        return
    if fired != expected:
        found = "the engine fires it, and its condition does not hold" if fired else "its condition holds in vain"
        yield Disagreement(rule.id, background, facts, found)


def _backgrounds(knowledge: Knowledge) -> Mapping[str, tuple[int, ...]]:
    tops = [len(variable.codes) - 1 for variable in knowledge.table.variables]
    return {
        "at rest": tuple(0 for _ in tops),
        "a healthy person": knowledge.table.encode(baseline(knowledge)),
        "the riskiest answers": tuple(tops),
        "answers in the middle": tuple((top + 1) // 2 for top in tops),
    }
