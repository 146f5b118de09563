"""The population file: a made-up crowd of people with back pain, in shares that clinicians can read and correct."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from recommender.knowledge.session import OutcomeName
from recommender.values import Constraints, Frozen, Identifier, Ref, Tag, Text

__all__ = ["Beside", "Draw", "Group", "Paper", "Part", "PopulationFile"]

Share = Annotated[float, Constraints(ge=0, le=100)]


class Paper(Frozen):
    """A publication that shares are taken from."""

    id: Identifier
    """Its name in `source`."""
    reference: Text
    """Who, where and when, with the DOI."""
    says: Text
    """What it found, in own words."""
    checked: Literal["seen", "unconfirmed"]
    """Whether it was read.

    seen: The paper itself, or its abstract, was read.
    unconfirmed: Not read. Check it before relying on it.
    """


class Part(Frozen):
    """How often an answer is given, and among whom."""

    given: Annotated[dict[str, Any], Ref("given")] | None = None
    """Whom this is about, in the language of the rules. It reads only what is drawn above; `unsure` is no yes here."""
    share: Share | None = None
    """For a word of a field that takes several: how many of 100 name it."""
    shares: Annotated[dict[str, Share], Constraints(min_length=1)] | None = None
    """For a field that takes one answer: how many of 100 give each. Numbers may stand as spans: `18 to 29`."""
    source: Text | None = None
    """The paper or the guidance (guideline/ID) that the numbers come from, or the word estimate."""
    note: Text | None = None
    """How the numbers came about, and what they leave out."""


class Draw(Part):
    """One field, or one word of a field that takes several, and how often it is answered."""

    field: Text
    """The field. `hidden` is not asked for; its words may stand in `given`."""
    word: Tag | None = None
    """The word, for a field that takes several."""
    by: tuple[Part, ...] = ()
    """Different shares for different people. The first that fits counts; the last one is for everyone else."""

    def __post_init__(self) -> None:
        wanted = "shares" if self.word is None else "share"
        for part in self.by or (self,):
            if getattr(part, wanted) is None or (part.share is not None and part.shares is not None):
                what = "a word has a `share`" if self.word else "a field has `shares`, or a `word` and its `share`"
                raise ValueError(what)
        if self.given is not None or (self.by and (self.share is not None or self.shares is not None)):
            raise ValueError("`given` and different shares stand below `by`")
        if any((part.given is None) != (part is self.by[-1]) for part in self.by):
            raise ValueError("in `by` every part but the last has a `given`")
        if self.source is None:
            raise ValueError('`source` is missing; without one write "estimate"')


class Group(Frozen):
    """Some of the people, who are counted for themselves too."""

    id: Identifier
    """Its lasting name, and the heading of its column."""
    title: Text
    """Who they are, in a few words."""
    means: Text
    """What exactly is meant."""
    who: Annotated[dict[str, Any], Ref("given")]
    """Who they are, in the language of the rules."""


class Beside(Frozen):
    """Figures of someone else, to hold the outcome against."""

    whose: Text
    """Whose figures these are."""
    means: Text
    """Whom they are about."""
    group: Identifier | None = None
    """The group that they are about; without one it is everyone."""
    outcomes: Mapping[Annotated[OutcomeName, Ref("outcome")], Share]
    """How many of 100 get each outcome. What is not named is not known."""


class PopulationFile(Frozen):
    """A plausible population. It decides nothing: it shows what the rules would do to people."""

    topic: Text
    """What this file is about, in a few words."""
    people: Annotated[int, Constraints(ge=1, le=100_000)]
    """How many people are drawn."""
    seed: Annotated[int, Constraints(ge=0)]
    """With the same seed the same people come out."""
    about: Text
    """Who they are, in a few sentences."""
    papers: tuple[Paper, ...] = ()
    """What was published about such people."""
    groups: tuple[Group, ...] = ()
    """Groups that are counted for themselves too."""
    beside: tuple[Beside, ...] = ()
    """Figures of others to hold the outcome against."""
    draws: Annotated[tuple[Draw, ...], Constraints(min_length=1)]
    """Every field and word, in the order in which they are drawn."""
