"""What was read and decided: the ledgers of the texts, the guidance, the conflict register."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from recommender.knowledge.base import Frozen, Identifier, Locator, Reading, Text

__all__ = ["Conflict", "ConflictFile", "Guideline", "GuidelineFile", "Ledger", "Section", "Side", "Statement"]


class Statement(Frozen):
    """One item or prose statement of a text, and what became of it."""

    item: int | None = None
    says: Text
    outcome: Literal["encoded", "left_out", "conflict"]
    by: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    because: str = ""
    reading: Reading | None = None

    @model_validator(mode="after")
    def _is_accounted_for(self) -> Statement:
        if self.outcome == "encoded" and not self.by:
            raise ValueError("an encoded statement names in `by` what carries it")
        if self.outcome == "conflict" and not self.conflicts:
            raise ValueError("a statement in conflict names the entry of the register in `conflicts`")
        if self.outcome != "encoded" and not self.because:
            raise ValueError(f"a statement with outcome {self.outcome} says `because`")
        return self


class Section(Frozen):
    """One section of a text."""

    id: Identifier
    about: Text
    items: int = Field(ge=0)
    statements: tuple[Statement, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _every_item(self) -> Section:
        listed = {statement.item for statement in self.statements} - {None}
        wanted = set(range(1, self.items + 1))
        if listed != wanted:
            odd = sorted(item for item in listed ^ wanted if item is not None)
            raise ValueError(f"the section has {self.items} items; missing or unknown: {', '.join(map(str, odd))}")
        return self


class Ledger(Frozen):
    """Everything that one text says and that bears on a decision."""

    document: Identifier
    title: Text
    publisher: Text
    sections: tuple[Section, ...] = Field(min_length=1)


class Guideline(Frozen):
    """One published source outside the five texts; `organisation` or `authors` names who wrote it."""

    id: Identifier
    organisation: str = ""
    authors: str = ""
    title: Text
    year: str | int
    reference: Text
    checked: Literal["seen", "unconfirmed"]
    facts: tuple[Text, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_an_author(self) -> Guideline:
        if bool(self.organisation) == bool(self.authors):
            raise ValueError("name either `organisation` or `authors`")
        return self


class GuidelineFile(Frozen):
    """All guidance that may be cited."""

    topic: Text
    guidelines: tuple[Guideline, ...]


class Side(Frozen):
    """What one side of a conflict says, and where."""

    says: Text
    sources: tuple[Locator, ...] = Field(min_length=1)


class Conflict(Frozen):
    """A place where the texts disagree: both sides, the decision, why, and who must confirm it."""

    id: Identifier
    title: Text
    sides: tuple[Side, ...] = Field(min_length=1)
    decision: Text
    because: Text
    rules: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    confirm_by: Text
    status: Literal["waiting", "confirmed"]


class ConflictFile(Frozen):
    """The conflict register."""

    topic: Text
    conflicts: tuple[Conflict, ...]
