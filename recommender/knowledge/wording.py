"""The limits for words that people in pain read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from recommender.values import Constraints, Frozen, Identifier, Text, empty

__all__ = ["Tone", "Wording"]


class Tone(Frozen):
    """One tone that is kept out, and the phrases that give it away."""

    kind: Text
    """What the phrases do to the reader, in one word, as findings name it."""
    phrases: Annotated[tuple[Text, ...], Constraints(min_length=1)]
    """The phrases. They are found as whole words, in small letters or capitals."""
    because: Text
    """Why this tone is kept out."""
    prefer: Text
    """What to write instead."""


CharacterRange = Annotated[str, Constraints(pattern=r"^U\+[0-9A-F]{4,5}( to U\+[0-9A-F]{4,5})?$")]


class Wording(Frozen):
    """What `recommender rules check` holds the wording to."""

    topic: Text
    """What this file is about, in a few words."""
    longest_sentence: Annotated[int, Constraints(ge=5)]
    """The most words of a sentence."""
    sentence_because: Text
    """Why that many."""
    highest_grade: Annotated[float, Constraints(ge=1)]
    """The highest school year that a text may ask for, by the formula of Flesch and Kincaid."""
    grade_because: Text
    """Why that school year."""
    known_words: tuple[Text, ...] = ()
    """Long words that these readers know. Each counts two syllables at most, and so does its plural in -s."""
    known_because: Text
    """Why these words."""
    capitals: tuple[Text, ...] = ()
    """Words of two and more letters that may stand in capitals. All others shout."""
    capitals_because: Text
    """Why capitals are kept out, and why these words are let be."""
    characters: tuple[CharacterRange, ...] = ()
    """The characters that may stand in texts, as ranges of code points. Paper has a shape for each of them."""
    characters_because: str = ""
    """Why these."""
    tones: tuple[Tone, ...] = ()
    """The tones that are kept out."""
    accepted: Mapping[Identifier, Text] = empty()
    """Findings in outcomes, session, vocabulary and notes that are right as they are: the name of the check, and why.

    Rules, exercises and questions have an `accepted` of their own.
    """

    def unknown_character(self, text: str) -> str:
        """The first character that is in none of the `characters`; empty where all are, or none are named."""
        if not self.characters or text.isascii():
            return ""
        spans = [[int(end[2:], 16) for end in span.split(" to ")] for span in self.characters]
        return next((c for c in text if c != "\n" and not any(s[0] <= ord(c) <= s[-1] for s in spans)), "")
