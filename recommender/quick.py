"""Reads a profile without a fault in one pass. Whatever is not plainly right is left to the full check.

The full check in `answers.py` finds every fault and words it; it costs twice as much. Both give the
same answers wherever this one gives any, which a test holds them to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.knowledge.questions import Question

__all__ = ["Form"]

_WORD = {str}
_ODD = object()  # an answer that is not plainly right, or none at all


class Form:
    """The questions as they are asked of a plain dict."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._lines = [
            (
                question.field,
                *_place(question.field),
                _READERS[question.kind](question),
                question.default,
                (question.parent.field, question.parent.asks) if question.parent else None,
            )
            for question in questions.values()
        ]
        self._groups = {group for _, group, *_ in self._lines if group}

    def answers(self, data: Any) -> dict[str, Any] | None:
        """The answers by field; None where something is missing, unknown, odd or of another kind."""
        if type(data) is not dict or any(type(data.get(group)) is not dict for group in self._groups):
            return None
        if any(set(map(type, part)) != _WORD for part in (data, *map(data.__getitem__, self._groups))):
            return None  # a name of another kind may be equal to whatever it likes
        unread = len(data) - len(self._groups) + sum([len(data[group]) for group in self._groups])
        found: dict[str, Any] = {}
        for field, group, name, read, default, parent in self._lines:
            value = (data[group] if group else data).get(name, _ODD)
            unread -= value is not _ODD
            if parent is not None and not parent[1](found[parent[0]]):
                if value is not _ODD and value is not None:
                    return None
                continue
            answer = read(value) if value is not _ODD or default is None else default
            if answer is _ODD:
                return None
            found[field] = answer
        return None if unread else found


def _place(field: str) -> tuple[str, str]:
    """The mapping inside the profile that holds the answer, if any, and its name there."""
    group, _, part = field.rpartition(".")
    return group, part


def _choice(question: Question) -> Callable[[Any], Any]:
    known = frozenset(question.words)
    return lambda value: value if type(value) is str and value in known else _ODD


def _number(question: Question) -> Callable[[Any], Any]:
    numbers = range(question.lowest, question.highest + 1)
    words = ("unknown",) if question.unknown else ()

    def read(value: Any) -> Any:
        right = value in numbers if type(value) is int else type(value) is str and value in words
        return value if right else _ODD

    return read


def _set(question: Question) -> Callable[[Any], Any]:
    words, known = question.words, frozenset(question.words)

    def read(value: Any) -> Any:
        if type(value) is not list and type(value) is not tuple:
            return _ODD
        value = tuple(value)  # once: what is looked through is what counts
        if not value:
            return ()
        for word in value:
            if type(word) is not str or word not in known:
                return _ODD
        return tuple([word for word in words if word in value])

    return read


_READERS: Mapping[str, Callable[[Question], Callable[[Any], Any]]] = {
    "choice": _choice,
    "number": _number,
    "set": _set,
}
