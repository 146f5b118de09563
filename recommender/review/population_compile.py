"""Checks a population file against the questions, and prepares it for drawing. All faults at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from recommender.errors import KnowledgeError, KnowledgeFault, nearest
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.conditions import Condition, ConditionFault, parse, tests_of
from recommender.logic.facts import ANY, UNKNOWN, FactTable
from recommender.logic.questions import Question
from recommender.review.population_file import Draw, Part, PopulationFile
from recommender.values import variant
from recommender.yaml_reader import Document, Where

__all__ = ["ESTIMATE", "HIDDEN", "Compiled", "Option", "Target", "compile_population"]

HIDDEN, ESTIMATE = "hidden", "estimate"
_SPAN = re.compile(r"(\d+)(?: to (\d+))?\Z")


@dataclass(frozen=True, slots=True)
class Option:
    """Shares for some people. `ends` are the shares added up, in the order of `answers`: words, or spans of numbers."""

    given: Condition | None
    share: float
    answers: tuple[str | tuple[int, int], ...]
    ends: tuple[float, ...]
    part: Part
    source: str


@dataclass(frozen=True, slots=True)
class Target:
    """A field, or a word of one, with its shares. `start` is the place of the field in the facts."""

    name: str
    field: str
    word: str | None
    start: int
    options: tuple[Option, ...]
    draw: Draw


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the file means for this knowledge."""

    targets: tuple[Target, ...]
    groups: dict[str, Condition]
    table: FactTable


def compile_population(file: PopulationFile, document: Document, knowledge: Knowledge) -> Compiled:
    """The file, ready for drawing. Raises KnowledgeError with every fault, each with its line."""
    compiler = _Compiler(file, document, knowledge)
    targets = tuple(filter(None, (compiler.target(n, draw) for n, draw in enumerate(file.draws))))
    compiler.faults += _missing(file, document, compiler.table)
    groups = dict(compiler.groups())
    for n, beside in enumerate(file.beside):
        if beside.group is not None and beside.group not in {group.id for group in file.groups}:
            compiler.fault(("beside", n, "group"), f'"{beside.group}" is no group.', nearest(beside.group, groups))
    if compiler.faults:
        raise KnowledgeError(sorted(compiler.faults, key=lambda fault: fault.line or 0))
    return Compiled(targets, groups, compiler.table)


def _missing(file: PopulationFile, document: Document, table: FactTable) -> Iterator[KnowledgeFault]:
    """Every answer about which the file says nothing."""
    drawn = {(draw.field, draw.word) for draw in file.draws}
    fields = {draw.field for draw in file.draws}
    for name, question in table.questions.items():
        if question.default is not None and name not in fields:
            continue
        words = question.words if question.kind == "set" else (None,)
        for word in words:
            if (name, word) not in drawn:
                shown = name if word is None else f"{name}, {word}"
                yield document.fault(("draws",), f"Nothing says how often {shown} is answered.", "Add it.")


@dataclass(slots=True)
class _Compiler:
    """Compiles one entry after the other, and keeps what is drawn so far and every fault."""

    file: PopulationFile
    document: Document
    knowledge: Knowledge
    faults: list[KnowledgeFault] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    table: FactTable = field(init=False)
    sources: set[str] = field(init=False)

    def __post_init__(self) -> None:
        questionnaire = self.knowledge.questionnaire
        hidden = next((draw for draw in self.file.draws if draw.field == HIDDEN and draw.shares), None)
        asked = (*questionnaire.questions, *([_hidden(hidden)] if hidden else []))
        self.table = FactTable(variant(questionnaire, questions=asked), self.knowledge.table.terms)
        papers = {paper.id for paper in self.file.papers}
        self.sources = {ESTIMATE, *papers, *(f"guideline/{one.id}" for one in self.knowledge.guidelines)}

    def fault(self, where: Where, found: str, do: str = "") -> None:
        """Keep a fault, once."""
        fault = self.document.fault(where, found, do, "unknown-word")
        if fault not in self.faults:
            self.faults.append(fault)

    def target(self, number: int, draw: Draw) -> Target | None:
        """One entry; None where it has no place. Faults inside it are kept too."""
        at: Where = ("draws", number)
        question = self.table.questions.get(draw.field)
        if question is None:
            self.fault((*at, "field"), f'"{draw.field}" is no field.', nearest(draw.field, self.table.questions))
            return None
        if (question.kind == "set") != (draw.word is not None):
            wrong = (
                "takes several words: name one in `word`" if draw.word is None else "takes one answer, and no `word`"
            )
            self.fault((*at, "field"), f"{draw.field} {wrong}.")
            return None
        if draw.word is not None and draw.word not in question.words:
            do = nearest(draw.word, question.words)
            self.fault((*at, "word"), f'"{draw.word}" is no answer of {draw.field}.', do)
            return None
        name = draw.field if draw.word is None else f"{draw.field}:{draw.word}"
        if name in self.known:
            self.fault((*at, "field"), f"{name.replace(':', ', ')} stands twice.", "Keep one of them.")
        if question.parent is not None and question.parent.field not in {v.split(":")[0] for v in self.known}:
            self.fault((*at, "field"), f"{draw.field} hangs on {question.parent.field}.", "Put that above it.")
        parts = [((*at, "by", n), part) for n, part in enumerate(draw.by)] or [(at, draw)]
        options = tuple(self._option(where, part, draw, question) for where, part in parts)
        self.known.add(name)
        if question.kind == "set" and all(f"{draw.field}:{word}" in self.known for word in question.words):
            self.known.add(f"{draw.field}:{ANY}")
        start = self.table.by_name[draw.field if draw.word is None else f"{draw.field}:{question.words[0]}"].index
        return Target(name.replace(":", "."), draw.field, draw.word, start, options, draw)

    def _option(self, where: Where, part: Part, draw: Draw, question: Question) -> Option:
        source = part.source or draw.source or ""
        if source not in self.sources:
            do = nearest(source, self.sources) or 'Name a paper of this file, guideline/ID, or "estimate".'
            place = where if part.source else where[:2]
            self.fault((*place, "source"), f'"{source}" is no source.', do)
        given = None if part.given is None else self._given((*where, "given"), part.given)
        shares = part.shares or {}
        answers = tuple(self._answer((*where, "shares", key), key, question) for key in shares)
        ends = tuple(accumulate(shares.values()))
        if ends and abs(ends[-1] - 100) > 1e-6:
            self.fault((*where, "shares"), f"The shares add up to {ends[-1]:g} and not to 100.")
        return Option(given, part.share or 0.0, answers, ends, part, source)

    def _answer(self, where: Where, key: str, question: Question) -> str | tuple[int, int]:
        """An answer as it is drawn: a word, or a span of numbers."""
        if question.kind != "number" or (key == UNKNOWN and question.unknown):
            if key not in question.words and key != UNKNOWN:
                self.fault(where, f'"{key}" is no answer of {question.field}.', nearest(key, question.words))
            return key
        found = _SPAN.match(key)
        low, high = (int(found[1]), int(found[2] or found[1])) if found else (0, -1)
        if not question.lowest <= low <= high <= question.highest:
            accepted = f"Write a number or a span such as {question.lowest} to {question.highest}."
            self.fault(where, f'"{key}" is no answer of {question.field}.', accepted)
        return low, high

    def _given(self, where: Where, raw: Any) -> Condition | None:
        """A condition that reads only what is drawn above it."""
        try:
            condition = parse(raw, self.table, unsure_counts=False)
        except ConditionFault as fault:
            self.fault((*where, *fault.where), fault.found, fault.do)
            return None
        for name in dict.fromkeys(test.variable.name for test in tests_of(condition)):
            if name not in self.known:
                self.fault(where, f"{name.replace(':', ', ')} is not drawn yet.", "Put it above this one.")
        return condition

    def groups(self) -> Iterator[tuple[str, Condition]]:
        """The groups by their ids."""
        seen: set[str] = set()
        for n, group in enumerate(self.file.groups):
            if group.id in seen:
                self.fault(("groups", n, "id"), f'"{group.id}" stands twice.', "Give it a name of its own.")
            seen.add(group.id)
            condition = self._given(("groups", n, "who"), group.who)
            if condition is not None:
                yield group.id, condition


def _hidden(draw: Draw) -> Question:
    """A question that is not asked, with the words of this entry."""
    words = dict.fromkeys(draw.shares or {}, "")
    return Question(
        field=HIDDEN, short=HIDDEN, stage="", kind="choice", ask="", why="", sources=(), baseline="", answers=words,
        risk="none",
    )  # fmt: skip
