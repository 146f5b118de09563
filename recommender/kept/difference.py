"""Where two results as JSON differ first, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.sentences import Say
from recommender.visible import visible

__all__ = ["first_difference", "said"]

LONGEST = 40


def first_difference(saved: Any, made: Any, say: Say, place: str = "") -> str:
    """The first place where both differ, with what stands there and what should; empty where they are the same."""
    if isinstance(saved, Mapping) and isinstance(made, Mapping):
        for key, inner in made.items():
            at = f"{place}.{key}" if place else str(key)
            if key not in saved:
                return say("saved.missing", place=at)
            if found := first_difference(saved[key], inner, say, at):
                return found
        more = next((key for key in saved if key not in made), None)
        return "" if more is None else say("saved.no_part", place=f"{f'{place}.' if place else ''}{said(more)}")
    if isinstance(saved, list) and isinstance(made, list):
        for number, (one, other) in enumerate(zip(saved, made, strict=False)):
            if found := first_difference(one, other, say, f"{place}.{number}"):
                return found
        if len(saved) != len(made):
            return say("saved.entries", place=place, n=len(saved), made=len(made))
        return ""
    if saved == made:
        return ""
    same = 0
    if isinstance(saved, str) and isinstance(made, str):  # long texts are shown from where they part
        same = next((n for n, (one, other) in enumerate(zip(saved, made, strict=False)) if one != other), 0)
    return say("saved.value", place=place, saved=_value(saved, say, same), made=_value(made, say, same))


def _value(value: Any, say: Say, same: int = 0) -> str:
    """A value in a few words; of a text, not so many letters that are the `same`."""
    if value is None:
        return say("saved.nothing")
    if isinstance(value, bool):
        return say("saved.yes" if value else "saved.no")
    if isinstance(value, Mapping | list):
        return say("answers.a_mapping" if isinstance(value, Mapping) else "answers.a_list")
    if not isinstance(value, str):
        return said(value)
    left = max(0, same - LONGEST // 2)
    return f'"{"…" if left else ""}{said(value[left:])}"'


def said(value: Any) -> str:
    """A word or number from a file as a message may repeat it: short, and with every character to be seen."""
    text = str(value)
    return visible(" ".join(text.split()) if len(text) <= LONGEST else f"{' '.join(text[:LONGEST].split())}…")
