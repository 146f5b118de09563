"""Finds the person closest to the healthy one for whom a condition holds, or that there is no such person.

A condition is taken apart into demands on single variables of the facts. Whether one person can meet
such demands is then decided field by field: the words of one set and a question with its
follow-ups belong together, all else is free.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from recommender.answers import nest
from recommender.conditions import All, Condition, Test, evaluate
from recommender.conditions import Any as OneOf
from recommender.facts import ABSENT, ANY, UNKNOWN
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.questions import Question
from recommender.review.examples import baseline, example_answers

__all__ = ["smallest_example"]

UNSURE = "unsure"
Demands = Mapping[int, int]  # the accepted codes of a variable as a bit mask, by its index


def smallest_example(condition: Condition, knowledge: Knowledge) -> dict[str, Any] | None:
    """The fewest answers that must differ from the healthy person's, in the form of an example of a rule.

    None: the condition holds for no person at all.
    """
    search = _Search(knowledge)
    search.run((condition,), {})
    if search.best is None:
        return None
    return nest({field: list(v) if isinstance(v, tuple) else v for field, v in search.best.items()})


class _Search:
    """Branches where one of several parts must hold, nearest to the healthy person first."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.people = _People(knowledge)
        self.healthy = knowledge.table.encode(example_answers({}, knowledge))
        self.best: dict[str, Any] | None = None

    def run(self, todo: tuple[Condition, ...], demands: Demands) -> None:
        """Keep the best person who meets the demands and for whom all of these conditions hold."""
        if self.best is not None and self._changed(demands) >= len(self.best):
            return
        if not todo:
            found = self.people.closest(demands)
            if found is not None and (self.best is None or len(found) < len(self.best)):
                self.best = found
            return
        first = next((part for part in todo if not isinstance(part, OneOf)), todo[0])
        rest = tuple(part for part in todo if part is not first)
        if isinstance(first, Test):
            index = first.variable.index
            mask = demands.get(index, first.variable.all_codes) & first.mask
            if mask:
                self.run(rest, {**demands, index: mask})
        elif isinstance(first, All):
            self.run((*first.parts, *rest), demands)
        else:
            for part in sorted(first.parts, key=lambda part: not evaluate(part, self.healthy)):
                self.run((part, *rest), demands)

    def _changed(self, demands: Demands) -> int:
        """How many answers these demands change at least; a follow-up may come with its question."""
        table = self.knowledge.table
        fields = {table.variables[i].field for i, mask in demands.items() if not mask >> self.healthy[i] & 1}
        return len({parent.field if (parent := table.questions[field].parent) else field for field in fields})


class _People:
    """The valid people, field by field."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.table = knowledge.table
        questions = self.table.questions
        self.first = [questions[field] for field in baseline(knowledge)]
        self.after: dict[str, list[Question]] = {field: [] for field in questions}
        for question in questions.values():
            if question.parent is not None:
                self.after[question.parent.field].append(question)

    def closest(self, demands: Demands) -> dict[str, Any] | None:
        """What must differ from the healthy person's answers to meet the demands; None where nobody meets them."""
        changes: dict[str, Any] = {}
        for question in self.first:
            found = self._changes(question, demands)
            if found is None:
                return None
            changes |= found
        return changes

    def _changes(self, question: Question, demands: Demands) -> dict[str, Any] | None:
        """The changes of one question and its follow-ups."""
        found = []
        children = self.after[question.field]
        for answer in self._answers_for(question, children, demands):
            changes = {} if answer == question.baseline else {question.field: answer}
            for child in children:
                assert child.parent is not None
                if child.parent.asks(answer):
                    below = self._changes(child, demands)
                else:
                    below = {} if self._may_be_absent(child, demands) else None
                if below is None:
                    break
                changes |= below
            else:
                found.append(changes)
        return min(found, key=len, default=None)

    def _answers_for(self, question: Question, children: list[Question], demands: Demands) -> Iterator[Any]:
        """The accepted answers of a question; of sets also those with which a child is asked."""
        yield from self._answers(question, demands)
        for child in children if question.kind == "set" else ():
            variable, mask = self.table.asked[child.field]
            wanted = demands.get(variable.index, variable.all_codes) & mask
            if wanted:
                yield from self._answers(question, {**demands, variable.index: wanted})

    def _may_be_absent(self, question: Question, demands: Demands) -> bool:
        return all(
            demands.get(variable.index, variable.all_codes) >> variable.codes.index(ABSENT) & 1
            for variable in self.table.variables
            if variable.field == question.field
        )

    def _answers(self, question: Question, demands: Demands) -> Iterator[Any]:
        """The accepted answers of one question, the one closest to the healthy person's first."""
        if question.kind == "set":
            yield from self._sets(question, demands)
            return
        variable = self.table.by_name[question.field]
        mask = demands.get(variable.index, variable.all_codes)
        codes = {word: code for code, word in enumerate(variable.codes) if mask >> code & 1 and word != ABSENT}
        if question.kind == "number":
            usual = int(str(question.baseline))
            numbers = sorted((int(word) for word in codes if word != UNKNOWN), key=lambda n: (abs(n - usual), n))
            yield from [*numbers, *(word for word in codes if word == UNKNOWN)]
            return
        levels = variable.levels or (0,) * len(variable.codes)
        healthy = str(question.baseline)
        level = levels[variable.codes.index(healthy)]
        yield from sorted(codes, key=lambda word: (word != healthy, word == UNSURE, abs(levels[codes[word]] - level)))

    def _sets(self, question: Question, demands: Demands) -> Iterator[tuple[str, ...]]:
        for doubt in (False, True) if UNSURE in question.words else (False,):
            found = self._set(question, demands, doubt)
            if found is not None:
                yield found

    def _set(self, question: Question, demands: Demands, doubt: bool) -> tuple[str, ...] | None:
        """The accepted set that is closest to the usual one, with or without the word of doubt."""
        some = self.table.by_name.get(f"{question.field}:{ANY}")
        wanted = 0b11 if some is None else demands.get(some.index, 0b11)
        usual = question.baseline if wanted & 0b10 and isinstance(question.baseline, tuple) else ()
        chosen: list[str] = []
        spare: list[str] = []
        for word in question.words:
            inside, outside = self._accepts(question, word, demands, doubt)
            if word == UNSURE:
                inside, outside = inside and doubt, outside and not doubt
            if not (inside or outside):
                return None
            if inside and (word in usual or not outside):
                chosen.append(word)
            elif inside:
                spare.append(word)
        if not chosen and not wanted & 0b01:
            chosen = spare[:1]
        if not wanted & (0b10 if chosen else 0b01):
            return None
        return tuple(chosen)

    def _accepts(self, question: Question, word: str, demands: Demands, doubt: bool) -> tuple[bool, bool]:
        """Whether the demands accept the word in the set, and whether they accept the set without it."""
        variable = self.table.by_name[f"{question.field}:{word}"]
        mask = demands.get(variable.index, variable.all_codes)
        top = len(variable.codes) - 1
        if question.risk == "shrinking":
            return bool(mask & 0b01), bool(mask & 0b10)
        without = 1 if doubt and top == 2 else 0
        return bool(mask >> top & 1), bool(mask >> without & 1)
