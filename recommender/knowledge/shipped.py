"""The sentences of this installation, for what is said before any knowledge is there."""

from __future__ import annotations

from typing import Any

__all__ = ["as_shipped"]


def as_shipped(name: str, /, **places: Any) -> str:
    """A sentence as it is shipped. The file is read when the first one is said, which mostly is never."""
    from recommender.knowledge.sentences import shipped_sentences  # noqa: PLC0415  # pydantic

    return shipped_sentences()(name, **places)
