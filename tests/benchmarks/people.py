"""People for the benchmarks: random answers, drawn so that most are healthy in most respects."""

from __future__ import annotations

import random
from typing import Any

from recommender import Knowledge
from recommender.logic.answers import nest
from recommender.logic.questions import Question

__all__ = ["people"]

RISK = 0.12  # the chance that an answer differs from that of a healthy person


def people(count: int, knowledge: Knowledge, seed: int = 1, risk: float = RISK) -> list[dict[str, Any]]:
    """Distinct complete profiles as dicts. The same seed gives the same people."""
    chance = random.Random(seed)
    found: dict[str, dict[str, Any]] = {}
    while len(found) < count:
        answers: dict[str, Any] = {}
        for name, question in knowledge.table.questions.items():
            parent = question.parent
            if parent is not None and not parent.asks(answers[parent.field]):
                continue
            answers[name] = _answer(question, chance, risk)
        found.setdefault(repr(answers), nest(answers))
    return list(found.values())


def _answer(question: Question, chance: random.Random, risk: float) -> Any:
    if question.field == "age":
        return chance.randint(18, 90)
    if question.field == "pain_now":
        return min(10, int(chance.expovariate(0.5)))
    if not question.safety and question.kind != "set":
        return chance.choice(question.words) if question.kind == "choice" else chance.randint(5, 60)
    if question.kind == "set":
        base = list(question.baseline) if isinstance(question.baseline, tuple) else []
        return [word for word in question.words if (word in base) != (chance.random() < risk / 4)]
    if chance.random() > risk:
        return question.baseline
    if question.kind == "number":
        return chance.randint(question.lowest, question.highest)
    return chance.choice(question.words)
