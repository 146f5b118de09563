"""Which answers no rule and no plan tells apart, so that a decision for one of them holds for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.batch.cells import MISSING, ODD
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.answers import clean
from recommender.logic.conditions import tests_of
from recommender.logic.questions import Question

__all__ = ["MOST", "AnswerClasses", "Full"]

MOST = 1 << 16  # classes of one field, so that two bytes hold each
_PLANNED = frozenset({"goal", "level", "minutes"})  # the answers that the plan reads besides the rules


class Full(Exception):
    """A field has had more different answers than are kept at once."""


class AnswerClasses:
    """A small number for the class of each answer to each field.

    With `exact` each answer that means something else has a class of its own. Without, answers to which
    every test of every rule says the same have one, as long as nothing else reads them: not those on which
    another answer hangs, and none with a fault, since the error repeats it.
    """

    def __init__(self, knowledge: Knowledge, *, exact: bool) -> None:
        self.fields = (ODD, *knowledge.table.questions)
        self._questions = knowledge.table.questions
        parents = {q.parent.field for q in self._questions.values() if q.parent is not None}
        kept = {f for f, q in self._questions.items() if q.parent is not None} | parents | _PLANNED
        self._merged = frozenset() if exact else frozenset(self._questions) - kept
        self._say = knowledge.say
        self._encoders = knowledge.table.encoders
        self._kinds = _kinds(knowledge)
        self.forget()

    def forget(self) -> None:
        """Begin anew: numbers given before mean nothing any more."""
        self._known: dict[str, dict[str, int]] = {field: {} for field in self.fields}
        self._numbers: dict[str, dict[Any, int]] = {field: {} for field in self.fields}

    def number(self, field: str, value: Any) -> int:
        """The class of an answer. Raises Full."""
        written = repr(sorted(set(value)) if _is_words(value) else value)
        known = self._known[field]
        number = known.get(written)
        if number is None:
            numbers = self._numbers[field]
            number = numbers.setdefault(self._class(field, value, written), len(numbers))
            if number >= MOST or len(known) >= 2 * MOST:
                raise Full
            known[written] = number
        return number

    def _class(self, field: str, value: Any, written: str) -> Any:
        """What stands for the class: the answer as it is written, or what every test says about it."""
        if value is MISSING or field not in self._merged:
            return written
        question: Question = self._questions[field]
        answers, faults = clean({field: value}, {field: question}, self._say)
        if faults or field not in answers:
            return written
        codes: list[int] = []
        self._encoders[field].add(answers[field], codes)
        return tuple(kinds[code] for kinds, code in zip(self._kinds[field], codes, strict=True))


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _kinds(knowledge: Knowledge) -> Mapping[str, list[list[int]]]:
    """For each variable of each field the kind of each code: equal where every test of every rule agrees."""
    masks: dict[str, set[int]] = {variable.name: set() for variable in knowledge.table.variables}
    for compiled in knowledge.rules:
        for test in tests_of(compiled.condition):
            masks[test.variable.name].add(test.mask)
    found: dict[str, list[list[int]]] = {}
    for variable in knowledge.table.variables:
        tests = sorted(masks[variable.name])
        kinds: dict[tuple[int, ...], int] = {}
        says = [tuple(mask >> code & 1 for mask in tests) for code in range(len(variable.codes))]
        found.setdefault(variable.field, []).append([kinds.setdefault(said, len(kinds)) for said in says])
    return found
