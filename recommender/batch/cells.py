"""What a cell of a table answers. Tables have weaker types than profiles: numbers come as text, sets as words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from math import isnan
from typing import Any

from recommender.errors import BatchError
from recommender.logic.questions import Question

__all__ = ["EMPTY_SET", "MISSING", "ODD", "Missing", "check_names", "given", "looks_like"]

MISSING = ...  # stands for an answer that was not given; a cell without a value is none
Missing = type(MISSING)
EMPTY_SET = "none"  # the cell of a set without words; an empty cell is no answer
ODD = ""  # the field under which rows say that they cannot be read, or hold what belongs to no column

_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0+)?\Z")
_SEPARATORS = re.compile(r"[;\s]+")


def given(value: Any, question: Question) -> Any:
    """The answer in a cell, as a profile has it; what cannot be an answer comes back as it is."""
    if value is None or (isinstance(value, float) and isnan(value)):  # how some tables write that there is no number
        return MISSING
    if isinstance(value, str):
        return _of_text(value.strip(), question)
    if question.kind == "number" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _of_text(text: str, question: Question) -> Any:
    if not text:
        return MISSING
    if question.kind == "number" and _WHOLE.match(text):
        return int(text.partition(".")[0])
    if question.kind == "set":
        return [] if text == EMPTY_SET else [word for word in _SEPARATORS.split(text) if word]
    return text


def check_names(
    names: Iterable[str], added: Iterable[str], questions: Mapping[str, Question], own: Iterable[str]
) -> None:
    """Raise BatchError if a field that must be answered is no column, or a column looks like a field that is none.

    `added` are the columns of the results, `own` those that are the user's own whatever they look like.
    """
    there = list(names)
    if twice := {name for name in there if there.count(name) > 1}:
        raise BatchError(f"Two columns are called {_listed(sorted(twice))}. Give each column a name of its own.")
    if taken := [name for name in added if name in there]:
        raise BatchError(f"The input has a column {_listed(taken)} already. Choose another name with --prefix.")
    absent = [field for field in questions if field not in there]
    strange = [name for name in there if name not in questions and name not in set(own)]
    found = {field: name for name in strange if (field := looks_like(name, absent))}
    lacking = [field for field in absent if questions[field].safety and questions[field].parent is None]
    lines = [f'There is no column "{field}". Is it "{name}"?' for field, name in found.items()]
    rest = [field for field in lacking if field not in found]
    if rest:
        lines.append(f"There is no column {_listed(rest)}. These answers decide safety and have no default.")
    if found:
        lines.append("Rename the column; or name it with --carry if it is one of your own.")
    if lines:
        raise BatchError("\n".join(lines))


def looks_like(name: str, fields: Iterable[str]) -> str:
    """The field that this name most likely means, misspelled; or an empty string."""
    plain = {_plain(field): field for field in fields}
    return next((plain[key] for key in get_close_matches(_plain(name), plain, n=1, cutoff=0.8)), "")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
