"""The questionnaire file: which answers exist, in what order of risk, and how they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import model_validator

from recommender.knowledge.base import Frozen

__all__ = ["Parent", "Question", "Questionnaire"]


class Parent(Frozen):
    """The question that decides whether this one is asked: not when it is answered with `unless`."""

    field: str
    unless: str


class Question(Frozen):
    """One question: its field, its possible answers, their order of risk, and its wording."""

    field: str
    short: str
    stage: str
    kind: Literal["choice", "set", "number"]
    ask: str
    why: str
    sources: tuple[str, ...]
    baseline: str | int | tuple[str, ...]
    default: str | int | tuple[str, ...] | None = None
    answers: Mapping[str, str] = {}
    lowest: int = 0
    highest: int = 0
    unknown: bool = False
    risk: Literal["none", "upwards", "downwards", "growing", "shrinking"] | tuple[tuple[str, ...], ...]
    parent: Parent | None = None
    skip_after: tuple[str, ...] = ()
    today: bool = False

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Question:
        if self.kind == "number" and self.lowest >= self.highest:
            raise ValueError("a number needs `lowest` below `highest`")
        if self.kind != "number" and not self.answers:
            raise ValueError("a choice or a set needs `answers`")
        if self.kind == "choice" and isinstance(self.risk, tuple):
            listed = [word for level in self.risk for word in level]
            if sorted(listed) != sorted(self.answers):
                raise ValueError("`risk` must name every answer exactly once")
        return self

    @property
    def words(self) -> tuple[str, ...]:
        """The words that may be answered; empty for a number."""
        return tuple(self.answers)

    @property
    def safety(self) -> bool:
        """Whether the answer has no default and so must be given."""
        return self.default is None

    def accepted(self) -> str:
        """What is accepted, in words for an error message."""
        if self.kind == "number":
            text = f"a whole number from {self.lowest} to {self.highest}"
            return f'{text}, or "unknown"' if self.unknown else text
        if self.kind == "choice":
            return ", ".join(self.words[:-1]) + f" or {self.words[-1]}"
        return "a list (it may be empty) of " + ", ".join(self.words)

    def label(self, value: Any) -> str:
        """The given answer in the questionnaire's words."""
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(self.answers.get(word, word) for word in value) or "none of them"
        return self.answers.get(str(value), str(value))


class Questionnaire(Frozen):
    """All questions in the order in which they are asked."""

    topic: str
    intro: str
    unsure_note: str
    unknown_note: str
    questions: tuple[Question, ...]

    def by_field(self) -> dict[str, Question]:
        """Each field with its question."""
        return {question.field: question for question in self.questions}
