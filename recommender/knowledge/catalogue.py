"""What a catalogue file says: the words that describe exercises, and the exercises themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from recommender.knowledge.base import AmountField, Frozen, Identifier, Locator, Reading, Text
from recommender.knowledge.derived import ExerciseParts, VocabularyParts

__all__ = [
    "Dose",
    "Equipment",
    "ExactlyOne",
    "Exercise",
    "ExerciseFile",
    "ExerciseSource",
    "PostureGroup",
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
    stand beside this one, `both` that it applies exactly where the spine does all of these. `fits` and
    `unlike` are selectors: what a word promises that lets an exercise in.
    """

    title: Text
    """The word in everyday words, as people read it."""
    means: str = ""
    """When the word applies, so exactly that two readers choose alike."""
    needs: tuple[str, ...] = ()
    """What the position asks of the body. Only for start positions."""
    implies: tuple[str, ...] = ()
    """Words of the same group that must stand beside this one."""
    both: tuple[str, ...] = ()
    """The word stands exactly where the spine does all of these to any degree."""
    fits: dict[str, Any] | None = None
    """What the word promises: every exercise that bears it is like this, a clinic's own too."""
    unlike: dict[str, Any] | None = None
    """What no exercise that bears the word may be like."""


class ExactlyOne(Frozen):
    """Words that stand for a choice: the exercises that `where` means bear exactly one of them, all others none."""

    where: Mapping[str, Any]
    """Which exercises have to say which of the words applies."""
    of: tuple[str, ...] = Field(min_length=2)
    """The words to choose from, all of this group."""


class WordGroup(Frozen):
    """The words for one aspect of an exercise."""

    means: Text
    """Which aspect of an exercise these words describe."""
    words: Mapping[str, Word]
    """Each word, with its title and what it means."""


class PostureGroup(WordGroup):
    """The words for how the body is held."""

    means: Text
    """Which aspect of an exercise these words describe."""
    words: Mapping[str, Word]
    """Each word, with its title and what it means."""
    exactly_one: tuple[ExactlyOne, ...] = ()
    """Words of which exactly one stands on some exercises, because selectors have no "not"."""


class Vocabulary(VocabularyParts, Frozen):
    """Every word by which a rule may select exercises."""

    topic: Text
    """What this file is about, in a few words."""
    start_position: WordGroup
    """Positions in which an exercise begins."""
    needs: WordGroup
    """What the body must be able to do."""
    bending: WordGroup
    """How far the lower back is rounded forward."""
    arching: WordGroup
    """How far the lower back is hollowed backward."""
    twisting: WordGroup
    """How far pelvis and shoulders are turned against each other."""
    side_bending: WordGroup
    """How far the trunk is bent to one side."""
    combined: WordGroup
    """Movements of the spine that happen at the same moment."""
    under_load: WordGroup
    """What the spine does while it carries more than the body."""
    posture: PostureGroup
    """How the body is held, where a rule must tell it apart."""
    patterns: WordGroup
    """Kinds of movement."""
    intensity: WordGroup
    """How much an exercise asks of the person."""
    demanding_for: WordGroup
    """Criteria that make an exercise demanding."""
    purpose: WordGroup
    """What an exercise is for."""
    works: WordGroup
    """Parts of the body."""
    requires: WordGroup
    """Kit without which an exercise cannot be done."""
    optional_kit: WordGroup
    """Kit that makes an exercise more comfortable."""
    programme: WordGroup
    """Sets of the texts."""
    family: WordGroup
    """Exercises that are alike, so that one of them is enough in a session."""


class Spine(Frozen):
    """What an exercise asks of the spine."""

    bending: Level
    """How far the lower back is rounded forward. Between two words, take the riskier one."""
    arching: Level
    """How far the lower back is hollowed backward. Between two words, take the riskier one."""
    twisting: Level
    """How far pelvis and shoulders are turned against each other. Between two words, take the riskier one."""
    side_bending: Level
    """How far the trunk is bent to one side. Between two words, take the riskier one."""


class Equipment(Frozen):
    """Kit without which it cannot be done, and kit that makes it more comfortable."""

    required: tuple[str, ...] = ()
    """Kit without which it cannot be done."""
    optional: tuple[str, ...] = ()
    """Kit that makes it more comfortable."""


class Dose(Frozen):
    """The dose as one source gives it. `hold` and `rest` are in seconds; `rest` is between sets."""

    source: Locator
    """The place that gives this dose. It also stands in `sources`."""
    sets: AmountField
    """How many sets."""
    reps: AmountField
    """How many repetitions in a set; on each side, if the exercise is done on each side."""
    hold: AmountField
    """How many seconds each repetition is held; 0 for no hold."""
    rest: AmountField
    """How many seconds of rest between two sets."""
    inferred: tuple[Inferred, ...] = ()
    """Which numbers the text does not give, so that they were added.

    sets: The number of sets was added.
    reps: The number of repetitions was added.
    hold: The hold was added.
    rest: The rest was added.
    sets_low: The lower number of sets was added.
    reps_low: The lower number of repetitions was added.
    hold_low: The shorter hold was added.
    rest_low: The shorter rest was added.
    """
    note: str = ""
    """What else is to be known about this dose."""

    @model_validator(mode="after")
    def _at_least_once(self) -> Dose:
        if self.sets.low < 1 or self.reps.low < 1:
            raise ValueError("sets and reps start at 1")
        return self


class ExerciseSource(Frozen):
    """Where an exercise stands, and how that place was read."""

    at: Locator
    """The place in a text or in the guidance."""
    reading: Reading
    """How sure that reading is."""
    note: str = ""
    """What this place adds, or how it differs from the others."""


class Exercise(ExerciseParts, Frozen):
    """One exercise: its safety words, its dose in every text, and how it is done."""

    id: Identifier
    """Its lasting name. It never changes, and is never used again for something else."""
    name: Text
    """What people call it."""
    other_names: tuple[Text, ...] = ()
    """Other names, for those who search."""
    family: str
    """The group of exercises that are alike. A routine holds one of a family."""
    start_position: str
    """The position in which it begins, and in which most of it is done."""
    needs: tuple[str, ...] = ()
    """What the body must be able to do, besides what the start position asks for."""
    on_bed: bool = False
    """true where it may be taken on a bed as well as on the floor. Only for the purpose relief."""
    spine: Spine
    """What it asks of the lower back, in four directions. Rules select by this."""
    combined: tuple[str, ...] = ()
    """Movements of the spine that happen at the same moment."""
    under_load: tuple[str, ...] = ()
    """What the spine does while it carries more than the body."""
    postures: tuple[str, ...] = ()
    """How the body is held at any moment, where a rule must tell it apart; there may be several."""
    patterns: tuple[str, ...] = ()
    """What kind of movement it is; there may be several."""
    intensity: Literal["gentle", "moderate", "demanding"]
    """How much it asks of the person."""
    demanding_for: tuple[str, ...] = ()
    """The criterion that makes it demanding. Needed exactly when `intensity` is demanding."""
    tags_because: Text
    """Why these safety words were chosen, for reviewers."""
    purpose: str
    """What it is for. The purpose decides the phase of the session."""
    works: tuple[str, ...] = Field(min_length=1)
    """The parts of the body that it is mainly for."""
    equipment: Equipment
    """The kit that it needs, and the kit that helps."""
    programmes: tuple[str, ...] = ()
    """The sets to which the texts count it."""
    per_side: bool
    """true when it is done once on each side."""
    doses: tuple[Dose, ...] = Field(min_length=1)
    """The dose as each text gives it. They are never mixed."""
    rep_seconds: int = Field(ge=1, le=60)
    """How many seconds one repetition takes, without the hold."""
    steps: tuple[Text, ...] = Field(min_length=3, max_length=6)
    """How it is done, three to six steps. Speak to the person; at most 20 words a sentence."""
    breathing: str = ""
    """When to breathe in and out."""
    feel: Text
    """What the person should feel, and where."""
    stop_when: Text
    """When to stop at once."""
    easier: tuple[str, ...] = ()
    """Exercises that are an easier form of this one."""
    harder: tuple[str, ...] = ()
    """Exercises that are a harder form of this one."""
    replacement: tuple[str, ...] = ()
    """Exercises to take instead where this one is left out."""
    notes: tuple[Text, ...] = ()
    """What was decided when the texts were read, for reviewers."""
    sources: tuple[ExerciseSource, ...] = Field(min_length=1)
    """Every place where this exercise stands."""
    accepted: Mapping[Identifier, Text] = {}
    """Findings of the check that are right as they are: the name of the check, and why."""

    @model_validator(mode="after")
    def _words_agree(self) -> Exercise:
        if (self.intensity == "demanding") != bool(self.demanding_for):
            raise ValueError("`demanding_for` names a criterion exactly when the intensity is demanding")
        if self.on_bed and self.purpose != "relief":
            raise ValueError("`on_bed` is for rest positions: the purpose must be relief")
        places = {source.at for source in self.sources}
        if missing := [dose.source for dose in self.doses if dose.source not in places]:
            raise ValueError(f"the dose of {missing[0]} needs an entry in `sources`")
        return self


class ExerciseFile(Frozen):
    """One file of the catalogue."""

    topic: Text
    """What this file is about, in a few words."""
    exercises: tuple[Exercise, ...] = Field(min_length=1)
    """The exercises of this file."""
