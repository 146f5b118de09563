"""What a person without exercises is told first, in few words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from recommender.output.page import Page

if TYPE_CHECKING:
    from recommender.recommendation import Recommendation

__all__ = ["first_words", "paragraphs"]


def first_words(result: Recommendation) -> list[str]:
    """The heading, what to do now, and why, as paragraphs."""
    stops = [f"{said.text} {said.unsure}".rstrip() for said in result.messages_of("stop")]
    return [f"{result.title}.", *result.now, *stops]


def paragraphs(texts: Iterable[str]) -> str:
    """Paragraphs with an empty line after each, wrapped as for a terminal; what has lines already keeps them."""
    page = Page(colour=False)
    for text in texts:
        if "\n" in text:
            page.line(text)
        else:
            page.text(text)
        page.blank()
    return f"{page}\n"
