"""What can still be read of answers with a fault, so that a warning sign beside a slip of the pen counts.

Nothing here makes an answer right: the fault is named all the same, and there is no routine. What is
read serves one question alone, whether the person must see someone now (see `screening.py`). So the
doubtful is read as named: a set that is given as one word, as a mapping or in lists inside lists, a
word with another spelling, a set under a name with a slip in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from recommender.logic.answers import YES_OR_NO, Foreign

if TYPE_CHECKING:
    from recommender.logic.questions import Question

__all__ = ["readable"]

MOST = 1000  # words of one answer
LONGEST = 2000  # characters of one text
DEPTH = 6
CLEAR_FIELD, CLEAR_WORD = 0.75, 0.85  # how alike two spellings must be
DENIED = {"", "no", "false", "n", "off", "none", "never", "0"}
_DENYING = re.compile(r"(no|not|without|never)_")


def readable(flat: Mapping[Any, Any], answers: Mapping[str, Any], questions: Mapping[str, Question]) -> dict[str, Any]:
    """By field, what can be read of the answers in `flat` that are not among the usable `answers`."""
    found: dict[str, Any] = {}
    for key, value in flat.items():
        field = _meant(key, questions)
        if field is None or (field == key and field in answers):
            continue
        question = questions[field]
        if question.kind == "set" and question.risk == "growing":
            named = set(_named(question, value))
            named |= {*found.get(field, ()), *answers.get(field, ())}
            if named:
                found[field] = tuple(word for word in question.words if word in named)
        elif field == key and (single := _single(question, value)) is not None:
            found[field] = single
    return found


def _meant(key: Any, questions: Mapping[str, Question]) -> str | None:
    """The field of this name, or the one that it clearly stands for."""
    if not isinstance(key, str):
        return None
    if key in questions:
        return key
    return _clear(_spelled(key), questions, CLEAR_FIELD)


def _clear(text: str, known: Iterable[str], alike: float) -> str | None:
    if len(text) > max(map(len, known), default=0) * 2:
        return None
    from difflib import get_close_matches  # noqa: PLC0415  # only where there is a fault

    found = get_close_matches(text, list(known), n=1, cutoff=alike)
    return found[0] if found else None


def _spelled(text: str) -> str:
    """A word as the questionnaire spells its words."""
    return re.sub(r"[\s_-]+", "_", text.strip(" \t\n[](){}'\"").lower())


def _named(question: Question, value: Any) -> Iterator[str]:
    """The words of a set that stand anywhere in this value."""
    for text in islice(_texts(value, 0), MOST):
        for piece in re.split(r"[,;\n]", text[:LONGEST]):
            word = _spelled(piece)
            if word in question.answers:
                yield word
            elif not _DENYING.match(word):
                inside = [one for one in map(_spelled, piece.split()) if one in question.answers]
                near = None if inside else _clear(word, question.words, CLEAR_WORD)
                yield from inside or ([near] if near else [])


def _texts(value: Any, depth: int) -> Iterator[str]:
    """Every text in a value: itself, in its lists, and the keys of its mappings that are not denied."""
    kind = type(value)
    if depth > DEPTH:
        return
    if issubclass(kind, str):
        yield str.__str__(value)
    elif issubclass(kind, Foreign):
        yield from _texts(value.held, depth)
    elif issubclass(kind, dict):
        for key, inner in dict.items(value):
            if not _denied(inner):
                yield from _texts(key, depth + 1)
                yield from _texts(inner, depth + 1)
    else:
        for listed in (list, tuple, set, frozenset):
            if issubclass(kind, listed):
                for inner in listed.__iter__(value):
                    yield from _texts(inner, depth + 1)


def _denied(value: Any) -> bool:
    """Whether the value beside a word in a mapping says that it does not apply."""
    if isinstance(value, str):
        return _spelled(str.__str__(value)) in DENIED
    return value is None or (type(value) in (bool, int, float) and value == 0)


def _single(question: Question, value: Any) -> Any:
    """The one word or number that this value can only mean; None if there is none."""
    if isinstance(value, bool):
        value = str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str):
        inside = question.kind == "number" and isinstance(value, int) and question.lowest <= value <= question.highest
        return value if inside else None
    word = _spelled(value)
    if question.kind == "number":
        right = word.isascii() and word.isdigit() and len(word) < 4 and question.lowest <= int(word) <= question.highest
        return int(word) if right else None
    word = YES_OR_NO.get(word, word)
    return word if word in question.answers else None
