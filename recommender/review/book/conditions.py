"""The condition of a rule as a nested list, each clause with what has been seen of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from recommender.logic.conditions import AllOf, Condition, Test
from recommender.review.book.words import QUESTIONS, Questions, Said, say_test
from recommender.review.coverage import Clause as Measured
from recommender.review.coverage import RuleCoverage

__all__ = ["SEEN", "Branch", "Clause", "clauses_of", "tree"]

# What an example or a case has shown of a clause: the mark, and what it means.
SEEN = {
    "both": "Seen to decide both ways",
    "one": "Seen to decide the one way it can",
    "true": "Seen to decide only when true",
    "false": "Seen to decide only when false",
    "never": "Never seen to decide",
    "none": "Nobody can show it deciding",
    "unknown": "Not measured",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One test of a condition, in words, with what has been seen of it."""

    said: Said
    seen: str

    @property
    def seen_words(self) -> str:
        """What the mark means."""
        return SEEN[self.seen]


@dataclass(frozen=True, slots=True)
class Branch:
    """Parts that must hold together (`all`), or of which one is enough."""

    all: bool
    parts: tuple[Branch | Clause, ...]


def tree(
    condition: Condition, questions: Questions, seen: RuleCoverage | None, page: str = QUESTIONS
) -> Branch | Clause:
    """The condition with the marks of its clauses; a branch with a single part is that part.

    `page` is the one on which the questions stand.
    """
    measured = {clause.path: clause for clause in seen.clauses} if seen else {}

    def node(condition: Condition, path: tuple[int, ...]) -> Branch | Clause:
        if isinstance(condition, Test):
            return Clause(replace(say_test(condition, questions), page=page), _mark(measured.get(path)))
        parts = [node(part, (*path, number)) for number, part in enumerate(condition.parts)]
        if len(parts) == 1:
            return parts[0]
        together = isinstance(condition, AllOf)
        flat: list[Branch | Clause] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, Branch) and part.all == together and part.parts else [part])
        return Branch(together, tuple(flat))

    return node(condition, ())


def _mark(clause: Measured | None) -> str:
    """The mark of a clause: the ways in which it was seen to decide, of those in which it can."""
    if clause is None:
        return "unknown"
    possible = [way for way in (True, False) if clause.possible(way)]
    ways = [way for way in possible if clause.decides(way)]
    if ways == possible:
        return "both" if len(ways) == 2 else "one" if ways else "none"
    return ("true" if ways[0] else "false") if ways else "never"


def clauses_of(part: Branch | Clause) -> Iterator[Clause]:
    """Every clause, from top to bottom."""
    if isinstance(part, Clause):
        yield part
    else:
        for inner in part.parts:
            yield from clauses_of(inner)
