"""Counts people exactly: the share of all possible answers for which a condition holds.

The questions are gone through one by one. After each answer what is left of the condition is made
smaller, and equal rests are counted once, so that even conditions over many questions are quick.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from recommender.conditions import All, Condition, Test
from recommender.facts import FactTable, Variable
from recommender.knowledge.questions import Question

__all__ = ["Counter"]

# What is left of a condition: True, False, a test (variable index, mask), or ("all" or "any", its parts).
Rest = Any


def rest_of(condition: Condition) -> Rest:
    """The condition in a form that can be compared quickly."""
    if isinstance(condition, Test):
        return (condition.variable.index, condition.mask)
    word = "all" if isinstance(condition, All) else "any"
    return _joined(word, (rest_of(part) for part in condition.parts))


def _joined(word: str, parts: Any) -> Rest:
    ends = word == "any"  # one true part decides an `any`, one false part an `all`
    kept = set()
    for part in parts:
        if part is ends:
            return ends
        if isinstance(part, bool):
            continue
        if part[0] == word:
            kept |= part[1]
        else:
            kept.add(part)
    if not kept:
        return not ends
    return next(iter(kept)) if len(kept) == 1 else (word, frozenset(kept))


def _given(rest: Rest, index: int, code: int) -> Rest:
    """What is left when this variable has this code."""
    if isinstance(rest, bool):
        return rest
    if isinstance(rest[0], int):
        return bool(rest[1] >> code & 1) if rest[0] == index else rest
    return _joined(rest[0], (_given(part, index, code) for part in rest[1]))


def _masks(rest: Rest) -> Iterator[tuple[int, int]]:
    if isinstance(rest, bool):
        return
    if isinstance(rest[0], int):
        yield rest
    else:
        for part in rest[1]:
            yield from _masks(part)


class Counter:
    """Counts over one questionnaire; remembers what it has counted.

    `counted` names, for some variables, the codes that stand for all others: only these are counted.
    """

    def __init__(self, table: FactTable, counted: Mapping[int, Collection[int]] | None = None) -> None:
        self._counted = counted or {}
        self._variables: dict[str, list[Variable]] = {}
        for variable in table.variables:
            self._variables.setdefault(variable.field, []).append(variable)
        self._tops = [q for q in table.questions.values() if q.parent is None]
        self._children = {
            top.field: [q for q in table.questions.values() if q.parent is not None and q.parent.field == top.field]
            for top in self._tops
        }
        self._known: dict[Any, Fraction] = {}
        self._questions = table.questions
        self._encoders = table.encoders

    def share(self, condition: Condition) -> Fraction:
        """The share of all people, as an exact fraction."""
        return self._share(rest_of(condition), 0)

    def person(self, condition: Condition) -> dict[str, Any] | None:
        """The answers of a mild person who satisfies the condition, found without spelling out its alternatives.

        None: there is nobody, or only someone with more than two words in one set that starts empty.
        """
        rest, answers = rest_of(condition), dict[str, Any]()
        for place, top in enumerate(self._tops):
            for family in self._families(top):
                left = rest
                for name, answer in family.items():
                    left = self._answered(left, self._questions[name], answer)
                if self._share(left, place + 1):
                    rest, answers = left, {**answers, **{k: v for k, v in family.items() if v is not None}}
                    break
            else:
                return None
        return answers

    def _families(self, top: Question) -> Iterator[dict[str, Any]]:
        """Answers to a question and its children, the healthy person's first. None: not asked."""
        for answer in _candidates(top):
            asked = [child for child in self._children[top.field] if child.parent and child.parent.asks(answer)]
            absent = {child.field: None for child in self._children[top.field] if child not in asked}
            for choice in product(*(_candidates(child) for child in asked)):
                given = dict(zip((child.field for child in asked), choice, strict=True))
                yield {top.field: answer, **absent, **given}

    def _answered(self, rest: Rest, question: Question, answer: Any) -> Rest:
        codes: list[int] = []
        if answer is None:
            codes = [0] * len(self._variables[question.field])
        else:
            self._encoders[question.field].add(answer, codes)
        for variable, code in zip(self._variables[question.field], codes, strict=True):
            rest = _given(rest, variable.index, code)
        return rest

    def _share(self, rest: Rest, place: int) -> Fraction:
        if isinstance(rest, bool):
            return Fraction(int(rest))
        key = (rest, place)
        if key not in self._known:
            total = Fraction(0)
            for left, weight in self._family(rest, self._tops[place]).items():
                total += weight * self._share(left, place + 1)
            self._known[key] = total
        return self._known[key]

    def _family(self, rest: Rest, top: Question) -> dict[Rest, Fraction]:
        """What is left after a question and its children, each with its share."""
        children = self._children[top.field]
        found: Tally[Rest] = Tally()
        for answer, left, weight in self._answers(rest, top, children):
            branches: dict[Rest, Fraction] = {left: weight}
            for child in children:
                grown: Tally[Rest] = Tally()
                absent = child.parent is not None and not child.parent.asks(answer)
                for part, share in branches.items():
                    for _, inner, weight_here in self._none(part, child) if absent else self._answers(part, child):
                        grown[inner] += share * weight_here  # type: ignore[assignment]
                branches = grown  # type: ignore[assignment]
            for part, share in branches.items():
                found[part] += share  # type: ignore[assignment]
        return found  # type: ignore[return-value]

    def _none(self, rest: Rest, question: Question) -> Iterator[tuple[str, Rest, Fraction]]:
        """The one way not to be asked: every variable at its first code."""
        for variable in self._variables[question.field]:
            rest = _given(rest, variable.index, 0)
        yield "", rest, Fraction(1)

    def _answers(
        self, rest: Rest, question: Question, children: Collection[Question] = ()
    ) -> Iterator[tuple[Any, Rest, Fraction]]:
        """Each answer with what it leaves and its share; those that leave the same may come as one.

        Of sets only the words on which a child hangs are told apart.
        """
        variables = self._variables[question.field]
        read = {index for index, _ in _masks(rest)}
        if not any(variable.index in read for variable in variables) and not children:
            yield "", rest, Fraction(1)
        elif question.kind != "set":
            yield from self._single(rest, variables[0])
        else:
            hanging = list(dict.fromkeys(child.parent.named for child in children if child.parent))
            for present in product((False, True), repeat=len(hanging)):
                fixed = dict(zip(hanging, present, strict=True))
                named = tuple(word for word, there in fixed.items() if there)
                share = Fraction(1, 2 ** len(hanging))
                for left, weight in self._set(rest, question, variables, fixed).items():
                    yield named, left, weight * share

    def _single(self, rest: Rest, variable: Variable) -> Iterator[tuple[str, Rest, Fraction]]:
        kept = self._counted.get(variable.index, range(len(variable.codes)))
        words = [(code, word) for code, word in enumerate(variable.codes) if word != "absent" and code in kept]
        masks = sorted({mask for index, mask in _masks(rest) if index == variable.index})
        groups: dict[Any, list[tuple[int, str]]] = {}
        few = len(words) < 10  # words of a choice stay apart: a child may hang on one of them
        for code, word in words:
            sign = tuple(mask >> code & 1 for mask in masks)
            groups.setdefault((sign, word if few else ""), []).append((code, word))
        for group in groups.values():
            code, word = group[0]
            yield word, _given(rest, variable.index, code), Fraction(len(group), len(words))

    def _set(
        self, rest: Rest, question: Question, variables: list[Variable], fixed: Mapping[str, bool]
    ) -> dict[Rest, Fraction]:
        """Word by word: each is named by one half, or as it is `fixed`; whether any is named counts at the end."""
        if question.risk == "shrinking":
            left: dict[Rest, Fraction] = {rest: Fraction(1)}
            for variable in variables:
                left = _halved(left, variable.index, (0, 1))
            return left
        *single, some = variables
        total: Tally[Rest] = Tally()
        for unsure in (False, True) if "unsure" in question.words else (None,):
            states = {(rest, bool(unsure)): Fraction(1 if unsure is None else Fraction(1, 2))}
            for word, variable in zip(question.words, single, strict=True):
                states = _named(states, word, variable, unsure, fixed.get(word))
            for (left_here, chosen), share in states.items():
                total[_given(left_here, some.index, int(chosen))] += share  # type: ignore[assignment]
        return total  # type: ignore[return-value]


def _candidates(question: Question) -> Iterator[Any]:
    """Answers to try: the healthy person's, then every other one; of sets, up to two words more or less."""
    yield question.baseline
    if question.kind == "choice":
        yield from (word for word in question.words if word != question.baseline)
    elif question.kind == "number":
        yield from (n for n in range(question.lowest, question.highest + 1) if n != question.baseline)
        yield from ("unknown",) if question.unknown else ()
    else:
        usual = set(question.baseline) if isinstance(question.baseline, tuple) else set()
        for size in (1, 2):
            for words in combinations(question.words, size):
                yield tuple(word for word in question.words if (word in usual) != (word in words))
        yield question.words if question.risk == "shrinking" else ()


def _halved(states: dict[Rest, Fraction], index: int, codes: tuple[int, int]) -> dict[Rest, Fraction]:
    found: dict[Rest, Fraction] = {}
    for rest, share in states.items():
        for code in codes:
            left = _given(rest, index, code)
            found[left] = found.get(left, Fraction(0)) + share / 2
    return found


def _named(
    states: dict[tuple[Rest, bool], Fraction], word: str, variable: Variable, unsure: bool | None, fixed: bool | None
) -> dict[tuple[Rest, bool], Fraction]:
    top = len(variable.codes) - 1
    if word == "unsure":
        codes = [(top, False)] if unsure else [(0, False)]
    else:
        codes = [(1 if unsure else 0, False), (top, True)]
        if fixed is not None:
            codes = codes[1:] if fixed else codes[:1]
    found: dict[tuple[Rest, bool], Fraction] = {}
    for (rest, chosen), share in states.items():
        for code, names in codes:
            key = (_given(rest, variable.index, code), chosen or names)
            found[key] = found.get(key, Fraction(0)) + share / len(codes)
    return found
