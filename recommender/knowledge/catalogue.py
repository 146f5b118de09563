"""What a catalogue file says: the words that describe exercises, and the exercises themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from recommender.values import (
    Amount,
    Constraints,
    ExerciseId,
    Frozen,
    Identifier,
    Locator,
    Reading,
    Ref,
    Selector,
    Text,
    empty,
)

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
    needs: tuple[Annotated[str, Ref("word-needs")], ...] = ()
    """What the position asks of the body. Only for start positions."""
    implies: tuple[Annotated[str, Ref("word-patterns")], ...] = ()
    """Words of the same group that must stand beside this one."""
    both: tuple[Annotated[str, Ref("spine")], ...] = ()
    """The word stands exactly where the spine does all of these to any degree."""
    fits: Selector | None = None
    """What the word promises: every exercise that bears it is like this, a clinic's own too."""
    unlike: Selector | None = None
    """What no exercise that bears the word may be like."""


class ExactlyOne(Frozen):
    """Words that stand for a choice: the exercises that `where` means bear exactly one of them, all others none."""

    where: Selector
    """Which exercises have to say which of the words applies."""
    of: Annotated[tuple[Annotated[str, Ref("word-posture")], ...], Constraints(min_length=2)]
    """The words to choose from, all of this group."""


class WordGroup(Frozen):
    """The words for one aspect of an exercise."""

    means: Text
    """Which aspect of an exercise these words describe."""
    words: Mapping[str, Word]
    """Each word, with its title and what it means."""


class PostureGroup(WordGroup):
    """The words for how the body is held."""

    exactly_one: tuple[ExactlyOne, ...] = ()
    """Words of which exactly one stands on some exercises, because selectors have no "not"."""


class Vocabulary(Frozen):
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

    def words(self, group: str) -> Mapping[str, Word]:
        """The words of a group."""
        found: WordGroup = getattr(self, group)
        return found.words

    def title(self, group: str, word: str) -> str:
        """A word of a group in everyday words."""
        return self.words(group)[word].title


class Spine(Frozen):
    """What an exercise asks of the spine."""

    bending: Annotated[Level, Ref("word-bending")]
    """How far the lower back is rounded forward. Between two words, take the riskier one."""
    arching: Annotated[Level, Ref("word-arching")]
    """How far the lower back is hollowed backward. Between two words, take the riskier one."""
    twisting: Annotated[Level, Ref("word-twisting")]
    """How far pelvis and shoulders are turned against each other. Between two words, take the riskier one."""
    side_bending: Annotated[Level, Ref("word-side_bending")]
    """How far the trunk is bent to one side. Between two words, take the riskier one."""


class Equipment(Frozen):
    """Kit without which it cannot be done, and kit that makes it more comfortable."""

    required: tuple[Annotated[str, Ref("word-requires")], ...] = ()
    """Kit without which it cannot be done."""
    optional: tuple[Annotated[str, Ref("word-optional_kit")], ...] = ()
    """Kit that makes it more comfortable."""


class Dose(Frozen):
    """The dose as one source gives it. `hold` and `rest` are in seconds; `rest` is between sets."""

    source: Locator
    """The place that gives this dose. It also stands in `sources`."""
    sets: Amount
    """How many sets."""
    reps: Amount
    """How many repetitions in a set; on each side, if the exercise is done on each side."""
    hold: Amount
    """How many seconds each repetition is held; 0 for no hold."""
    rest: Amount
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

    def __post_init__(self) -> None:
        if self.sets.low < 1 or self.reps.low < 1:
            raise ValueError("sets and reps start at 1")


class ExerciseSource(Frozen):
    """Where an exercise stands, and how that place was read."""

    at: Locator
    """The place in a text or in the guidance."""
    reading: Reading
    """How sure that reading is."""
    note: str = ""
    """What this place adds, or how it differs from the others."""


class Exercise(Frozen):
    """One exercise: its safety words, its dose in every text, and how it is done."""

    id: Identifier
    """Its lasting name. It never changes, and is never used again for something else."""
    name: Text
    """What people call it."""
    other_names: tuple[Text, ...] = ()
    """Other names, for those who search."""
    family: Annotated[str, Ref("word-family")]
    """The group of exercises that are alike. A routine holds one of a family."""
    start_position: Annotated[str, Ref("word-start_position")]
    """The position in which it begins, and in which most of it is done."""
    needs: tuple[Annotated[str, Ref("word-needs")], ...] = ()
    """What the body must be able to do, besides what the start position asks for."""
    on_bed: bool = False
    """true where it may be taken on a bed as well as on the floor. Only for the purpose relief."""
    spine: Spine
    """What it asks of the lower back, in four directions. Rules select by this."""
    combined: tuple[Annotated[str, Ref("word-combined")], ...] = ()
    """Movements of the spine that happen at the same moment."""
    under_load: tuple[Annotated[str, Ref("word-under_load")], ...] = ()
    """What the spine does while it carries more than the body."""
    postures: tuple[Annotated[str, Ref("word-posture")], ...] = ()
    """How the body is held at any moment, where a rule must tell it apart; there may be several."""
    patterns: tuple[Annotated[str, Ref("word-patterns")], ...] = ()
    """What kind of movement it is; there may be several."""
    intensity: Annotated[Literal["gentle", "moderate", "demanding"], Ref("word-intensity")]
    """How much it asks of the person."""
    demanding_for: tuple[Annotated[str, Ref("word-demanding_for")], ...] = ()
    """The criterion that makes it demanding. Needed exactly when `intensity` is demanding."""
    tags_because: Text
    """Why these safety words were chosen, for reviewers."""
    purpose: Annotated[str, Ref("word-purpose")]
    """What it is for. The purpose decides the phase of the session."""
    works: Annotated[tuple[Annotated[str, Ref("word-works")], ...], Constraints(min_length=1)]
    """The parts of the body that it is mainly for."""
    equipment: Equipment
    """The kit that it needs, and the kit that helps."""
    programmes: tuple[Annotated[str, Ref("word-programme")], ...] = ()
    """The sets to which the texts count it."""
    per_side: bool
    """true when it is done once on each side."""
    doses: Annotated[tuple[Dose, ...], Constraints(min_length=1)]
    """The dose as each text gives it. They are never mixed."""
    rep_seconds: Annotated[int, Constraints(ge=1, le=60)]
    """How many seconds one repetition takes, without the hold."""
    steps: Annotated[tuple[Text, ...], Constraints(min_length=3, max_length=6)]
    """How it is done, three to six steps. Speak to the person; at most 20 words a sentence."""
    breathing: str = ""
    """When to breathe in and out."""
    feel: Text
    """What the person should feel, and where."""
    stop_when: Text
    """When to stop at once."""
    easier: tuple[ExerciseId, ...] = ()
    """Exercises that are an easier form of this one."""
    harder: tuple[ExerciseId, ...] = ()
    """Exercises that are a harder form of this one."""
    replacement: tuple[ExerciseId, ...] = ()
    """Exercises to take instead where this one is left out."""
    notes: tuple[Text, ...] = ()
    """What was decided when the texts were read, for reviewers."""
    sources: Annotated[tuple[ExerciseSource, ...], Constraints(min_length=1)]
    """Every place where this exercise stands."""
    accepted: Mapping[Identifier, Text] = empty()
    """Findings of the check that are right as they are: the name of the check, and why."""

    def __post_init__(self) -> None:
        if (self.intensity == "demanding") != bool(self.demanding_for):
            raise ValueError("`demanding_for` names a criterion exactly when the intensity is demanding")
        if self.on_bed and self.purpose != "relief":
            raise ValueError("`on_bed` is for rest positions: the purpose must be relief")
        places = {source.at for source in self.sources}
        if missing := [dose.source for dose in self.doses if dose.source not in places]:
            raise ValueError(f"the dose of {missing[0]} needs an entry in `sources`")

    @property
    def locators(self) -> tuple[str, ...]:
        """The places of the texts and guidance in which the exercise stands."""
        return tuple(source.at for source in self.sources)


class ExerciseFile(Frozen):
    """One file of the catalogue."""

    topic: Text
    """What this file is about, in a few words."""
    exercises: Annotated[tuple[Exercise, ...], Constraints(min_length=1)]
    """The exercises of this file."""
