"""People who together show every combination of any three answers.

A factor is a question, or one word of a set; its values are its answers, numbers folded into bands.
Rows are made greedily: each begins with three values that no row has shown together yet, and takes
for every other factor the value that adds the most that is new.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from recommender.decision.decide import decide
from recommender.knowledge.compile import RELAXING
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.facts import ABSENT
from recommender.logic.questions import Question
from recommender.review.people import asking, complete_answers

__all__ = ["Factor", "covering_people", "covering_rows", "factors_of", "people_of"]

SEED = 7  # the same rows on every run
Triples = dict[tuple[int, int], int]  # a pair of values, and a mask of the third ones that no row shows with it


@dataclass(frozen=True, slots=True)
class Factor:
    """A question (`word` is empty) or a word of a set, with its values.

    It is not asked if the factor of `parent` (and of `parent_word` in it) has the value `unless`.
    """

    field: str
    word: str
    values: tuple[Any, ...]
    parent: str = ""
    unless: Any = None
    parent_word: str = ""


def covering_people(knowledge: Knowledge, bands: Mapping[int, Sequence[int]]) -> Iterator[dict[str, Any]]:
    """Complete answers that show any three answers together.

    Three times: with all answers; without those that send to someone whatever else is said; and
    without those that leave rest positions only. So no outcome hides what belongs to a weaker one.
    """
    factors = factors_of(knowledge, bands)
    strength = knowledge.outcomes.strength
    for weakest in ("emergency", "relief_only", "routine"):
        kept = _kept(factors, knowledge, strength.index(weakest))
        yield from people_of(covering_rows(kept), kept, knowledge)


def factors_of(knowledge: Knowledge, bands: Mapping[int, Sequence[int]]) -> list[Factor]:
    """Every question and every word of a set, with one answer for each band."""
    found: list[Factor] = []
    for name, question in knowledge.table.questions.items():
        above = question.parent
        parent: tuple[str, Any, str] = ("", None, "")
        if above is not None:
            parent = (above.field, False, above.named) if above.named else (above.field, above.unless, "")
        if question.kind == "set":
            found.extend(Factor(name, word, (False, True), *parent) for word in question.words)
        else:
            values = question.words or tuple(_numbers(question, knowledge, bands))
            found.append(Factor(name, "", tuple(values), *parent))
    return found


def _numbers(question: Question, knowledge: Knowledge, bands: Mapping[int, Sequence[int]]) -> Iterator[Any]:
    variable = knowledge.table.by_name[question.field]
    words = (variable.codes[code] for code in bands[variable.index])
    found: set[int | str] = {int(word) if word.isdigit() else word for word in words if word != ABSENT}
    if question.field == "minutes":
        found.update(min(count.up_to_minutes, question.highest) for count in knowledge.session.steps)
    yield from sorted(found, key=lambda value: (isinstance(value, str), value))


def _kept(factors: Iterable[Factor], knowledge: Knowledge, weakest: int) -> list[Factor]:
    """The factors without the values that force a stronger outcome than this, whatever relaxes it.

    Where anything is left out, everyone is cleared: who is not is seen among all.
    """
    kept = []
    for factor in factors:
        question = knowledge.table.questions[factor.field]
        values = tuple(v for v in factor.values if not weakest or _outcome(factor, v, knowledge) >= weakest)
        if weakest and factor.field in RELAXING and isinstance(question.risk, tuple):
            values = question.risk[0]
        kept.append(replace(factor, values=values))
    return [factor for factor in kept if factor.values]


def _outcome(factor: Factor, value: Any, knowledge: Knowledge) -> int:
    """The outcome that this value forces by itself, for someone to whom all is given that relaxes a rule."""
    questions, strength = knowledge.table.questions, knowledge.outcomes.strength
    change: dict[str, Any] = {
        name: question.risk[0][0] if isinstance(question.risk, tuple) else question.words
        for name, question in questions.items()
        if name in RELAXING
    }
    parent = questions[factor.field].parent
    if parent is not None:
        change[parent.field] = asking(parent, questions)
    change[factor.field] = ((factor.word,) if value else ()) if factor.word else value
    facts = knowledge.table.encode(complete_answers(change, knowledge))
    return strength.index(decide(knowledge.fired(facts), knowledge).outcome)


def people_of(
    rows: Iterable[Sequence[int]], factors: Sequence[Factor], knowledge: Knowledge
) -> Iterator[dict[str, Any]]:
    """The complete answers of each row."""
    meaning = [(factor, value) for factor in factors for value in factor.values]
    for row in rows:
        change: dict[str, Any] = {}
        for factor, value in (meaning[number] for number in row):
            if not factor.word:
                change[factor.field] = value
            else:
                change.setdefault(factor.field, ())
                change[factor.field] += (factor.word,) if value else ()
        yield complete_answers(change, knowledge)


# --- rows --------------------------------------------------------------------------------------


class _Values:
    """The values of all factors by number, and which of them one person can have together."""

    def __init__(self, factors: Sequence[Factor]) -> None:
        self.of: list[list[int]] = []
        self.factor: list[int] = []
        for place, factor in enumerate(factors):
            self.of.append(list(range(len(self.factor), len(self.factor) + len(factor.values))))
            self.factor.extend([place] * len(factor.values))
        places = {(factor.field, factor.word): place for place, factor in enumerate(factors)}
        self.parent = [places.get((factor.parent, factor.parent_word)) for factor in factors]
        self.barring = [self._number(factors, place) for place in range(len(factors))]
        everything = (1 << len(self.factor)) - 1
        self.fits = [everything & ~self._mask(place) for place in self.factor]
        for place, barring in enumerate(self.barring):
            for value in self.of[place] if barring is not None else ():
                self.fits[value] &= ~(1 << (barring or 0))
                self.fits[barring or 0] &= ~(1 << value)

    def _mask(self, place: int) -> int:
        return sum(1 << value for value in self.of[place])

    def _number(self, factors: Sequence[Factor], place: int) -> int | None:
        """The value of the parent with which a factor is not asked."""
        parent, unless = self.parent[place], factors[place].unless
        if parent is None or unless not in factors[parent].values:
            return None
        return self.of[parent][factors[parent].values.index(unless)]


def covering_rows(factors: Sequence[Factor], report: Callable[[int], None] | None = None) -> list[list[int]]:
    """Rows of values, by their numbers, that show any three values together that one person can have."""
    values = _Values(factors)
    chance = random.Random(SEED)  # noqa: S311 - it only makes the rows differ from each other
    missing: Triples = {
        (one, other): mask
        for one, other in combinations(range(len(values.factor)), 2)
        if values.fits[one] >> other & 1 and (mask := values.fits[one] & values.fits[other])
    }
    rows: list[list[int]] = []
    while missing:
        (one, other), mask = next(iter(missing.items()))
        row = _filled([one, other, (mask & -mask).bit_length() - 1], values, missing, chance)
        rows.append(row)
        shown = sum(1 << value for value in row)
        for pair in combinations(row, 2):
            if pair in missing:
                missing[pair] &= ~shown
                if not missing[pair]:
                    del missing[pair]
        if report is not None:
            report(len(missing))
    return rows


def _filled(seed: Sequence[int], values: _Values, missing: Triples, chance: random.Random) -> list[int]:
    """A whole row with these values, and for every other factor the value that shows the most that is new."""
    row = sorted(seed)
    mask = sum(1 << value for value in row)
    order = [place for place in range(len(values.of)) if not any(values.factor[value] == place for value in seed)]
    chance.shuffle(order)
    order.sort(key=lambda place: values.parent[place] is not None)  # parents before their children
    for place in order:
        possible = [value for value in values.of[place] if values.fits[value] & mask == mask]
        if not possible:
            continue  # it is not asked
        gains = [_gain(value, row, mask, missing) for value in possible]
        top = max(gains)
        best = chance.choice([value for value, gain in zip(possible, gains, strict=True) if gain == top])
        row.append(best)
        mask |= 1 << best
    return sorted(row)


def _gain(value: int, row: Sequence[int], mask: int, missing: Triples) -> int:
    """Twice the number of triples that the value would show for the first time."""
    pairs = ((one, value) if one < value else (value, one) for one in row)
    return sum((missing.get(pair, 0) & mask).bit_count() for pair in pairs)
