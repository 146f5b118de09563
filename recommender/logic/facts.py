"""The flat, numeric form of the answers on which rules are decided.

Each answer becomes one small number, its code. Where answers have an order of risk, codes grow
with the risk, so that a test that a riskier answer could switch off shows as a gap in a range.
A set of answers becomes one variable for each of its words and one for "any of them".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.logic.questions import Question, Questionnaire

__all__ = ["ABSENT", "ANY", "Begun", "FactTable", "Facts", "Partly", "Term", "Variable"]

ABSENT = "absent"
ANY = "any"
UNKNOWN = "unknown"

Facts = tuple[int, ...]
Partly = tuple[int | None, ...]  # None stands for what is not known yet


@dataclass(frozen=True)
class Variable:
    """One number of the facts: its name, its field, what each code means and how risky it is.

    `levels[code]` is the risk of the code; it is None for all codes where the field stands
    outside the order of risk.
    """

    index: int
    name: str
    field: str
    codes: tuple[str, ...]
    levels: tuple[int, ...] | None

    @property
    def all_codes(self) -> int:
        """The bit mask of every code."""
        return (1 << len(self.codes)) - 1


@dataclass(frozen=True)
class Term:
    """A word that stands for a condition: how it is said, and the condition as its file writes it."""

    title: str
    when: Any


@dataclass(frozen=True, slots=True)
class Begun:
    """The answer to a question of several words that was put in part: the words asked for, and those named."""

    asked: frozenset[str]
    named: frozenset[str]


class FactTable:
    """Turns answers into facts. Built once from the questionnaire.

    `terms` are the words that conditions may use for other conditions. `asked` tells for each question
    with a parent when it is asked: the variable of the parent, and the mask of the codes with which it is.
    """

    def __init__(self, questionnaire: Questionnaire, terms: Mapping[str, Term] | None = None) -> None:
        self.terms = dict(terms or {})
        self.questions: dict[str, Question] = questionnaire.by_field()
        self.variables: list[Variable] = []
        self.by_name: dict[str, Variable] = {}
        for question in questionnaire.questions:
            for name, codes, levels in _variables_of(question):
                variable = Variable(len(self.variables), name, question.field, codes, levels)
                self.variables.append(variable)
                self.by_name[name] = variable
        self.asked = {q.field: _asked(q, self.by_name) for q in questionnaire.questions if q.parent is not None}
        self.encoders = {q.field: _Encoder(q, self.by_name) for q in questionnaire.questions}
        self._encoders = list(self.encoders.values())

    def encode(self, answers: Mapping[str, Any]) -> Facts:
        """The facts of clean answers (see `recommender.logic.answers.clean`). Raises KeyError on a gap."""
        codes: list[int] = []
        for encoder in self._encoders:
            encoder.add(answers.get(encoder.field), codes)
        return tuple(codes)

    def encode_partly(self, answers: Mapping[str, Any]) -> Partly:
        """The facts of the answers so far. An answer may be `Begun`."""
        codes: list[int | None] = []
        for encoder in self._encoders:
            parent = encoder.question.parent
            if encoder.field not in answers and (
                parent is None or parent.field not in answers or parent.asks(answers[parent.field])
            ):
                codes.extend([None] * encoder.width)
                continue
            if isinstance(begun := answers.get(encoder.field), Begun):
                codes.extend(encoder.known(begun))
                continue
            known: list[int] = []
            encoder.add(answers.get(encoder.field), known)
            codes.extend(known)
        return tuple(codes)


def _variables_of(question: Question) -> Iterable[tuple[str, tuple[str, ...], tuple[int, ...] | None]]:
    name, risk = question.field, question.risk
    if question.kind == "number":
        span = [str(number) for number in range(question.lowest, question.highest + 1)]
        if risk == "downwards":
            span.reverse()
        codes = (*([ABSENT] if question.parent else []), *span, *([UNKNOWN] if question.unknown else []))
        yield name, codes, None if risk == "none" else tuple(range(len(codes)))
    elif question.kind == "choice":
        absent = [ABSENT] if question.parent else []
        if isinstance(risk, tuple):
            pairs = [(word, level) for level, words in enumerate((absent, *risk) if absent else risk) for word in words]
            yield name, tuple(word for word, _ in pairs), tuple(level for _, level in pairs)
        else:
            yield name, (*absent, *question.words), None
    elif risk == "shrinking":
        for word in question.words:
            yield f"{name}:{word}", ("there", "missing"), (0, 1)
    else:
        levels: tuple[int, ...] | None = (0, 1) if risk == "growing" else None
        for word in question.words:
            if "unsure" in question.words and word != "unsure":
                yield f"{name}:{word}", (ABSENT, "unsure", "named"), (0, 1, 2) if levels else None
            else:
                yield f"{name}:{word}", (ABSENT, "named"), levels
        yield f"{name}:{ANY}", (ABSENT, "some"), levels


def _asked(question: Question, by_name: Mapping[str, Variable]) -> tuple[Variable, int]:
    """When a question with a parent is asked: a variable, and the mask of its codes."""
    parent = question.parent
    assert parent is not None
    if parent.named:
        variable = by_name[f"{parent.field}:{parent.named}"]
        return variable, 1 << len(variable.codes) - 1
    variable = by_name[parent.field]
    return variable, variable.all_codes & ~(1 << variable.codes.index(parent.unless))


class _Encoder:
    """Adds the codes of one answer to the facts."""

    def __init__(self, question: Question, by_name: Mapping[str, Variable]) -> None:
        self.question = question
        self.field = question.field
        self.words = question.words
        self.single: dict[Any, int] | None = None
        self.unsure = "unsure" in question.words
        self.width = 1
        if question.kind == "set":
            self.width = len(self.words) + (0 if question.risk == "shrinking" else 1)
        else:
            codes = by_name[question.field].codes
            self.single = {word: code for code, word in enumerate(codes)}
            if question.kind == "number":
                self.single |= {int(word): code for word, code in self.single.items() if word.isdigit()}
            if question.parent is not None:
                self.single[None] = self.single[ABSENT]

    def known(self, begun: Begun) -> Iterator[int | None]:
        """The codes of a set that was asked for in part: what is named stays named, whatever comes."""
        doubt = 1 if "unsure" in begun.named else None
        for word in self.words:
            if word in begun.named:
                yield 1 if word == "unsure" or not self.unsure else 2
            else:
                yield doubt if word in begun.asked else None
        yield 1 if begun.named else None

    def add(self, answer: Any, codes: list[int]) -> None:
        if self.single is not None:
            codes.append(self.single[answer])
        elif answer is None and self.question.parent is None:
            raise KeyError(self.field)
        elif self.question.risk == "shrinking":
            codes.extend(0 if word in answer else 1 for word in self.words)
        elif not answer:
            codes.extend([0] * self.width)
        else:
            doubt = 1 if self.unsure and "unsure" in answer else 0
            named = 2 if self.unsure else 1
            for word in self.words:
                codes.append((1 if word == "unsure" else named) if word in answer else doubt)
            codes.append(1)
