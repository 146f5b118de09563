"""What a catalogue file says: the words that describe exercises, and the exercises themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from recommender.knowledge.base import AmountField, Frozen, Identifier, Locator, Reading, Text

__all__ = [
    "Dose",
    "Equipment",
    "Exercise",
    "ExerciseFile",
    "ExerciseSource",
    "Spine",
    "Vocabulary",
    "Word",
    "WordGroup",
]

Level = Literal["none", "mild", "strong"]
Inferred = Literal["sets", "reps", "hold", "rest", "sets_low", "reps_low", "hold_low", "rest_low"]


class Word(Frozen):
    """One word of the vocabulary: what it is called and when it applies.

    `needs` says what a start position asks of the body, `implies` which words of the group must
    stand beside this one, `both` that it applies exactly where the spine does all of these.
    """

    title: Text
    means: str = ""
    needs: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    both: tuple[str, ...] = ()


class WordGroup(Frozen):
    """The words for one aspect of an exercise."""

    means: Text
    words: Mapping[str, Word]


class Vocabulary(Frozen):
    """Every word by which a rule may select exercises."""

    topic: Text
    start_position: WordGroup
    needs: WordGroup
    bending: WordGroup
    arching: WordGroup
    twisting: WordGroup
    side_bending: WordGroup
    combined: WordGroup
    under_load: WordGroup
    patterns: WordGroup
    intensity: WordGroup
    demanding_for: WordGroup
    purpose: WordGroup
    works: WordGroup
    requires: WordGroup
    optional_kit: WordGroup
    programme: WordGroup
    family: WordGroup

    def words(self, group: str) -> Mapping[str, Word]:
        """The words of a group."""
        found: WordGroup = getattr(self, group)
        return found.words

    def title(self, group: str, word: str) -> str:
        """A word of a group in everyday words."""
        return self.words(group)[word].title


class Spine(Frozen):
    """What an exercise asks of the spine."""

    bending: Level
    arching: Level
    twisting: Level
    side_bending: Level


class Equipment(Frozen):
    """Kit without which it cannot be done, and kit that makes it more comfortable."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


class Dose(Frozen):
    """The dose as one source gives it. `hold` and `rest` are in seconds; `rest` is between sets."""

    source: Locator
    sets: AmountField
    reps: AmountField
    hold: AmountField
    rest: AmountField
    inferred: tuple[Inferred, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _at_least_once(self) -> Dose:
        if self.sets.low < 1 or self.reps.low < 1:
            raise ValueError("sets and reps start at 1")
        return self


class ExerciseSource(Frozen):
    """Where an exercise stands, and how that place was read."""

    at: Locator
    reading: Reading
    note: str = ""


class Exercise(Frozen):
    """One exercise: its safety words, its dose in every text, and how it is done."""

    id: Identifier
    name: Text
    other_names: tuple[Text, ...] = ()
    family: str
    start_position: str
    needs: tuple[str, ...] = ()
    spine: Spine
    combined: tuple[str, ...] = ()
    under_load: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    intensity: Literal["gentle", "moderate", "demanding"]
    demanding_for: tuple[str, ...] = ()
    tags_because: Text
    purpose: str
    works: tuple[str, ...] = Field(min_length=1)
    equipment: Equipment
    programmes: tuple[str, ...] = ()
    per_side: bool
    doses: tuple[Dose, ...] = Field(min_length=1)
    rep_seconds: int = Field(ge=1, le=60)
    steps: tuple[Text, ...] = Field(min_length=3, max_length=6)
    breathing: str = ""
    feel: Text
    stop_when: Text
    easier: tuple[str, ...] = ()
    harder: tuple[str, ...] = ()
    replacement: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    sources: tuple[ExerciseSource, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _words_agree(self) -> Exercise:
        if (self.intensity == "demanding") != bool(self.demanding_for):
            raise ValueError("`demanding_for` names a criterion exactly when the intensity is demanding")
        places = {source.at for source in self.sources}
        if missing := [dose.source for dose in self.doses if dose.source not in places]:
            raise ValueError(f"the dose of {missing[0]} needs an entry in `sources`")
        return self

    @property
    def locators(self) -> tuple[str, ...]:
        """The places of the texts and guidance in which the exercise stands."""
        return tuple(source.at for source in self.sources)


class ExerciseFile(Frozen):
    """One file of the catalogue."""

    topic: Text
    exercises: tuple[Exercise, ...] = Field(min_length=1)
