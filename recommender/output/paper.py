"""What paper asks for: its sizes, and the document without what would only fill it."""

from __future__ import annotations

from collections.abc import Mapping

from recommender.decision.recommendation import Recommendation
from recommender.errors import UsageError, nearest
from recommender.knowledge.knowledge import Knowledge
from recommender.output.content import document_of
from recommender.output.document import SHORT, Document

__all__ = ["PAPERS", "on_paper", "paper_named"]

# The name that the caller gives, with the names that CSS and typst have for the size.
PAPERS: Mapping[str, tuple[str, str]] = {"a4": ("A4", "a4"), "letter": ("letter", "us-letter")}


def on_paper(result: Recommendation, knowledge: Knowledge) -> Document:
    """The document of a result; where one sentence says that all else waits, without the reasons for it."""
    document = document_of(result, knowledge)
    return document.without(*SHORT) if document.waits else document


def paper_named(name: str) -> tuple[str, str]:
    """What CSS and typst call this size. Raises UsageError for a size that there is not."""
    found = PAPERS.get(name.lower())
    if found is None:
        known = " and ".join(PAPERS)
        raise UsageError(f'There is no paper "{name}". Known are {known}. {nearest(name.lower(), PAPERS)}'.rstrip())
    return found
