"""What was read and decided: the ledgers of the texts, the guidance, the conflict register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from recommender.values import Constraints, ExerciseId, Frozen, Identifier, Locator, Reading, Ref, Tag, Text, empty

__all__ = ["Conflict", "ConflictFile", "Guideline", "GuidelineFile", "Ledger", "Section", "Side", "Statement"]


class Statement(Frozen):
    """One item or prose statement of a text, and what became of it."""

    item: int | None = None
    """The number of the item; without one it is the section's prose."""
    says: Text
    """What the text says there, in own words."""
    outcome: Literal["encoded", "left_out", "conflict"]
    """What became of it.

    encoded: A rule, an exercise, the session, the outcomes or the questionnaire carries it; `by` names them.
    left_out: Nothing carries it; `because` says why.
    conflict: Texts disagree; `conflicts` names the entry of the register.
    """
    by: tuple[Annotated[str, Ref("carrier")], ...] = ()
    """What carries it: rules, exercises, or one of the files of the whole."""
    conflicts: tuple[Annotated[str, Ref("conflict")], ...] = ()
    """The entries of the conflict register that decide it."""
    because: str = ""
    """Why it was left out, or read in this way."""
    reading: Reading | None = None
    """How sure that reading is."""

    def __post_init__(self) -> None:
        if self.outcome == "encoded" and not self.by:
            raise ValueError("an encoded statement names in `by` what carries it")
        if self.outcome == "conflict" and not self.conflicts:
            raise ValueError("a statement in conflict names the entry of the register in `conflicts`")
        if self.outcome != "encoded" and not self.because:
            raise ValueError(f"a statement with outcome {self.outcome} says `because`")


class Section(Frozen):
    """One section of a text."""

    id: Identifier
    """The section's name in locators: document/section."""
    about: Text
    """What the section is about."""
    items: Annotated[int, Constraints(ge=0)]
    """How many numbered items it has. Each of them needs a statement."""
    statements: Annotated[tuple[Statement, ...], Constraints(min_length=1)]
    """Everything in it that bears on a decision."""

    def __post_init__(self) -> None:
        listed = {statement.item for statement in self.statements} - {None}
        wanted = set(range(1, self.items + 1))
        if listed != wanted:
            odd = sorted(item for item in listed ^ wanted if item is not None)
            raise ValueError(f"the section has {self.items} items; missing or unknown: {', '.join(map(str, odd))}")


class Ledger(Frozen):
    """Everything that one text says and that bears on a decision."""

    document: Identifier
    """The text's name in locators; it is the name of this file too."""
    title: Text
    """The title of the text."""
    publisher: Text
    """Who published it, and when."""
    sections: Annotated[tuple[Section, ...], Constraints(min_length=1)]
    """The sections of the text."""


class Guideline(Frozen):
    """One published source outside the five texts; `organisation` or `authors` names who wrote it."""

    id: Identifier
    """Its name in locators: guideline/id."""
    organisation: str = ""
    """The organisation that wrote it. Either this or `authors`."""
    authors: str = ""
    """The people who wrote it. Either this or `organisation`."""
    title: Text
    """Its title."""
    year: str | int
    """The year, or years, in which it appeared."""
    reference: Text
    """Where to find it: journal and page, or an address."""
    checked: Literal["seen", "unconfirmed"]
    """Whether it was read.

    seen: The source itself, its abstract or a copy was read.
    unconfirmed: Not read. Check it before relying on it.
    """
    facts: Annotated[tuple[Text, ...], Constraints(min_length=1)]
    """What it says, in own words."""
    symptoms: Mapping[Annotated[str, Ref("answer")], tuple[Tag, ...]] = empty()
    """The symptoms that it names, each by a tag, under the answer that asks for them: `field.word`."""

    def __post_init__(self) -> None:
        if bool(self.organisation) == bool(self.authors):
            raise ValueError("name either `organisation` or `authors`")


class GuidelineFile(Frozen):
    """All guidance that may be cited."""

    topic: Text
    """What this file is about, in a few words."""
    guidelines: tuple[Guideline, ...]
    """The published guidance that may be cited."""


class Side(Frozen):
    """What one side of a conflict says, and where."""

    says: Text
    """What this side says, in own words."""
    sources: Annotated[tuple[Locator, ...], Constraints(min_length=1)]
    """Where it says so."""


class Conflict(Frozen):
    """A place where the texts disagree: both sides, the decision, why, and who must confirm it."""

    id: Identifier
    """Its lasting name, by which ledgers name it."""
    title: Text
    """The decision in one sentence."""
    sides: Annotated[tuple[Side, ...], Constraints(min_length=1)]
    """What each side says, and where."""
    decision: Text
    """What was decided."""
    because: Text
    """Why, for reviewers."""
    rules: tuple[Annotated[str, Ref("rule_or_whole")], ...] = ()
    """The rules that carry the decision."""
    exercises: tuple[ExerciseId, ...] = ()
    """The exercises that it is about."""
    confirm_by: Text
    """Who should confirm it."""
    status: Literal["waiting", "confirmed"]
    """Whether a clinician has confirmed it.

    waiting: Nobody has confirmed it yet.
    confirmed: A clinician has confirmed it.
    """


class ConflictFile(Frozen):
    """The conflict register."""

    topic: Text
    """What this file is about, in a few words."""
    conflicts: tuple[Conflict, ...]
    """The places where the texts disagree."""
