"""The limits for words that people in pain read."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from recommender.knowledge.base import Frozen, Identifier, Text

__all__ = ["Tone", "Wording"]


class Tone(Frozen):
    """One tone that is kept out, and the phrases that give it away."""

    kind: Text
    """What the phrases do to the reader, in one word, as findings name it."""
    phrases: tuple[Text, ...] = Field(min_length=1)
    """The phrases. They are found as whole words, in small letters or capitals."""
    because: Text
    """Why this tone is kept out."""
    prefer: Text
    """What to write instead."""


class Wording(Frozen):
    """What `recommender rules check` holds the wording to."""

    topic: Text
    """What this file is about, in a few words."""
    longest_sentence: int = Field(ge=5)
    """The most words of a sentence."""
    sentence_because: Text
    """Why that many."""
    highest_grade: float = Field(ge=1)
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
    tones: tuple[Tone, ...] = ()
    """The tones that are kept out."""
    accepted: Mapping[Identifier, Text] = {}
    """Findings in outcomes, session, vocabulary and notes that are right as they are: the name of the check, and why.

    Rules, exercises and questions have an `accepted` of their own.
    """
