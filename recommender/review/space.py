"""All people at once: whether any of them satisfies a condition, who is the mildest, and what share does.

Answers to different questions are independent but for a question and its parent. So a conjunction
of tests can be met if each question has an answer that meets its part, and shares multiply.
Everything here is exact; nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from recommender.conditions import All, Condition, Test, TooManyAlternatives, conjunctions, evaluate, negate
from recommender.facts import FactTable, Variable
from recommender.knowledge.questions import Question
from recommender.review.counting import Counter

__all__ = ["Space"]

Term = Mapping[int, int]


class Space:
    """Every valid profile of one questionnaire. With `full_kit` its people have all kit unless told otherwise."""

    def __init__(self, table: FactTable, *, full_kit: bool = False) -> None:
        self.table, self.full_kit = table, full_kit
        self._counter = Counter(table)
        self._of_field: dict[str, list[Variable]] = {}
        for variable in table.variables:
            self._of_field.setdefault(variable.field, []).append(variable)
        self._children = {
            name: [q for q in table.questions.values() if q.parent is not None and q.parent.field == name]
            for name in table.questions
        }

    # --- whether, and who ----------------------------------------------------------------------

    def witness(self, condition: Condition) -> dict[str, Any] | None:
        """The answers of a mild person who satisfies the condition; None: nobody can."""
        return next(self.witnesses(condition), None)

    def witnesses(self, condition: Condition) -> Iterator[dict[str, Any]]:
        """One mild person for each alternative of the condition that someone can satisfy."""
        for term in _terms(condition):
            answers = self._answers(term)
            if answers is not None:
                assert evaluate(condition, self.table.encode(answers))
                yield answers

    def exception(self, narrow: Condition, wide: Condition) -> dict[str, Any] | None:
        """Someone for whom `narrow` holds and `wide` does not; None: `narrow` implies `wide`."""
        return self.witness(All((narrow, negate(wide))))

    def same(self, one: Condition, other: Condition) -> bool:
        """Whether both hold for the same people."""
        return self.exception(one, other) is None and self.exception(other, one) is None

    def _answers(self, term: Term) -> dict[str, Any] | None:
        """The mildest answers that meet every demand of the term."""
        answers: dict[str, Any] = {}
        for question in self.table.questions.values():
            if question.parent is not None:
                continue
            for found in self._family(question, term):
                answers |= found
                break
            else:
                return None
        return answers

    def _family(self, question: Question, term: Term) -> Iterator[dict[str, Any]]:
        """Answers to a question and its children that meet the term, the mildest first."""
        children = self._children[question.field]
        for answer in self._choices_for(question, children, term):
            family = {question.field: answer}
            for child in children:
                absent = child.parent is not None and not child.parent.asks(answer)
                for choice in self._choices(child, term, absent=absent):
                    if not absent:
                        family[child.field] = choice
                    break
                else:
                    break
            else:
                yield family

    def _choices_for(self, question: Question, children: list[Question], term: Term) -> Iterator[Any]:
        """Answers to a question that meet the term; of sets also those with which a child is asked."""
        yield from self._choices(question, term, absent=False)
        for child in children if question.kind == "set" else ():
            variable, mask = self.table.asked[child.field]
            yield from self._choices(
                question, {**term, variable.index: term.get(variable.index, -1) & mask}, absent=False
            )

    def _choices(self, question: Question, term: Term, *, absent: bool) -> Iterator[Any]:
        variables = self._of_field[question.field]
        if absent:
            if all(term.get(variable.index, 1) & 1 for variable in variables):
                yield None
            return
        if question.kind != "set":
            yield from self._singles(question, variables[0], term)
        elif question.risk == "shrinking":
            usual = question.words if self.full_kit else _words(question.baseline)
            there = {word: _allows(term, variable, 0) for word, variable in zip(question.words, variables, strict=True)}
            gone = {word: _allows(term, variable, 1) for word, variable in zip(question.words, variables, strict=True)}
            if all(there[word] or gone[word] for word in question.words):
                yield tuple(word for word in question.words if there[word] and (word in usual or not gone[word]))
        else:
            yield from self._sets(question, variables, term)

    def _singles(self, question: Question, variable: Variable, term: Term) -> Iterator[Any]:
        words = [word for word in variable.codes if word != "absent"]
        words.sort(key=lambda word: word != str(question.baseline))
        for word in words:
            if _allows(term, variable, variable.codes.index(word)):
                yield int(word) if question.kind == "number" and word.isdigit() else word

    def _sets(self, question: Question, variables: list[Variable], term: Term) -> Iterator[tuple[str, ...]]:
        *single, some = variables
        for unsure in (False, True) if "unsure" in question.words else (False,):
            chosen, possible = [], []
            for word, variable in zip(question.words, single, strict=True):
                top = len(variable.codes) - 1
                if word == "unsure":
                    resting, named = (top, top) if unsure else (0, 0)
                else:
                    resting, named = (1 if unsure else 0), top
                if word == "unsure" and unsure and _allows(term, variable, top):
                    chosen.append(word)
                elif not _allows(term, variable, resting):
                    chosen.append(word if _allows(term, variable, named) and named != resting else "")
                elif _allows(term, variable, named) and named != resting:
                    possible.append(word)
            if "" in chosen or (unsure and "unsure" not in chosen):
                continue
            if not chosen and not _allows(term, some, 0):
                chosen = possible[:1]
            if _allows(term, some, 1 if chosen else 0):
                yield tuple(word for word in question.words if word in chosen)

    def person(self, condition: Condition) -> dict[str, Any] | None:
        """Like `witness`, for long conditions: it may miss people with three words in one set."""
        return self._counter.person(condition)

    # --- how many ------------------------------------------------------------------------------

    def share(self, condition: Condition) -> Fraction:
        """The share of all possible answers for which the condition holds.

        Every answer to a question counts alike, and so does every set of words.
        """
        return self._counter.share(condition)


def _words(answer: Any) -> tuple[str, ...]:
    return tuple(answer) if isinstance(answer, tuple | list) else ()


def _allows(term: Term, variable: Variable, code: int) -> bool:
    return bool(term.get(variable.index, -1) >> code & 1)


def _terms(condition: Condition) -> Iterator[Term]:
    """The alternatives of the condition; of one that has too many, those that can be met, one after another."""
    try:
        yield from conjunctions(condition)
    except TooManyAlternatives:
        yield from _met({}, [condition])


def _met(demand: Term, parts: Sequence[Condition]) -> Iterator[Term]:
    """Every way to meet all parts beside the demand. What needs no choice comes first, and leaves fewer choices."""
    tests = [part for part in parts if isinstance(part, Test)]
    if tests:
        joined = dict(demand)
        for test in tests:
            joined[test.variable.index] = joined.get(test.variable.index, -1) & test.mask
        if all(joined.values()):
            yield from _met(joined, [part for part in parts if not isinstance(part, Test)])
    elif parts:
        first, *rest = parts
        if isinstance(first, All):
            yield from _met(demand, [*first.parts, *rest])
        elif not isinstance(first, Test):
            given = any(isinstance(part, Test) and _is_given(part, demand) for part in first.parts)
            for part in (All(()),) if given else first.parts:
                yield from _met(demand, [part, *rest])
    else:
        yield demand


def _is_given(test: Test, demand: Term) -> bool:
    return demand.get(test.variable.index, -1) & ~test.mask == 0
