"""The sizes of paper that a sheet can have."""

from __future__ import annotations

from collections.abc import Mapping

from recommender.errors import UsageError, nearest

__all__ = ["PAPERS", "paper_named"]

# The name that the caller gives, with the names that CSS and typst have for the size.
PAPERS: Mapping[str, tuple[str, str]] = {"a4": ("A4", "a4"), "letter": ("letter", "us-letter")}


def paper_named(name: str) -> tuple[str, str]:
    """What CSS and typst call this size. Raises UsageError for a size that there is not."""
    found = PAPERS.get(name.lower())
    if found is None:
        known = " and ".join(PAPERS)
        raise UsageError(f'There is no paper "{name}". Known are {known}. {nearest(name.lower(), PAPERS)}'.rstrip())
    return found
