"""The shape of a session and the words of the outcomes, as their files state them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import Field, model_validator

from recommender.knowledge.base import Frozen, Locator, Reading, Text

__all__ = [
    "Change",
    "ChangeKind",
    "LeftReason",
    "Outcome",
    "Outcomes",
    "Phase",
    "Said",
    "Seconds",
    "Session",
    "Slot",
    "StepCount",
]

Point = Literal["lowest", "middle", "highest"]
LeftReason = Literal["ranked_lower", "same_family", "no_time", "enough_exercises", "not_needed"]
ChangeKind = Literal["direct", "through", "free"]


class Phase(Frozen):
    """One part of a session, and the purposes that belong to it."""

    id: str
    """Its name in this file."""
    title: Text
    """Its heading in the routine."""
    purposes: tuple[str, ...] = Field(min_length=1)
    """The purposes whose exercises belong here."""


class Slot(Frozen):
    """A kind of exercise that a session should hold."""

    id: str
    """Its name in this file."""
    title: Text
    """What is missing when it stays empty; it follows "no room for"."""
    select: dict[str, Any]
    """The exercises that fill it."""


class StepCount(Frozen):
    """How many exercises a session of up to so many minutes holds."""

    up_to_minutes: int
    """It holds for sessions of up to so many minutes."""
    at_least: int
    """The smallest number of exercises."""
    at_most: int
    """The largest number of exercises."""


class Seconds(Frozen):
    """How long things take that are no exercise, in seconds; `longest_share` is in percent of the session."""

    between_exercises: int
    """To get ready for the next exercise in the same position."""
    between_sides: int
    """To change sides."""
    longest_step: int
    """An exercise that takes longer loses sets, then goes to the low end of its dose."""
    longest_share: int
    """The largest share of the session that one long exercise may take, in percent."""
    longest_rest: int
    """The longest time in a rest position."""
    worth_saying: int
    """Time that is left over is mentioned from here on."""
    hold_steps: int
    """Holds above this are rounded down to a multiple of it."""


class Change(Frozen):
    """Two neighbouring positions and the seconds that a calm change between them takes."""

    between: tuple[str, str]
    """Two positions that lie next to each other."""
    seconds: int = Field(gt=0)
    """How long a calm change between them takes."""


class Far(Frozen):
    """When a change of position is long, before which rank that counts, and until when it may fill time (percent)."""

    seconds: int
    """A change that takes longer than this is far."""
    before_rank: str
    """Exercises that are alike in all ranks before this one are compared: what is not far comes first."""
    fill_share: int
    """A far exercise fills time only while less than this is used, in percent of the session."""


class Session(Frozen):
    """The shape of a session."""

    topic: Text
    """What this file is about, in a few words."""
    phases: tuple[Phase, ...]
    """The parts of a session, in their order."""
    phases_because: Text
    """Why these phases, in this order."""
    phases_sources: tuple[Locator, ...]
    """Where the phases come from."""
    slots: tuple[Slot, ...]
    """What a session should hold. They are filled in this order."""
    slots_because: Text
    """Why these slots."""
    slots_sources: tuple[Locator, ...]
    """Where the slots come from."""
    steps: tuple[StepCount, ...]
    """How many exercises fit a session of so many minutes."""
    steps_because: Text
    """Why these numbers."""
    relief: dict[str, Any]
    """The exercises that are left when only rest is advised."""
    relief_steps: int = Field(ge=1)
    """How many rest positions are offered."""
    filling: Mapping[str, tuple[str, ...]]
    """For each goal, the phases that get more exercises while time is left, in turn."""
    filling_because: Text
    """Why the time is filled like this."""
    ranks: tuple[str, ...]
    """What is compared when exercises are ordered, the weightiest first."""
    ranks_because: Text
    """Why in this order."""
    dose_by_level: Mapping[str, Point]
    """Where in the range of the texts the dose lies, for each level of training.

    lowest: The smallest number.
    middle: The middle of the range.
    highest: The largest number.
    """
    dose_because: Text
    """Why these doses."""
    seconds: Seconds
    """How long things take that are no exercise."""
    seconds_because: Text
    """Why these times."""
    starts_from: str
    """The position in which a session starts."""
    changes: tuple[Change, ...]
    """Which positions lie next to each other. Any other change goes through these."""
    pass_through: tuple[str, ...]
    """The positions through which a longer change may lead."""
    kept_apart: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """Pairs of groups of positions that must not be neighbours."""
    changes_because: Text
    """Why positions change like this."""
    changes_sources: tuple[Locator, ...]
    """Where that comes from."""
    far: Far
    """When a change of position is a long one, and what that means."""
    far_because: Text
    """Why."""
    change_words: Mapping[ChangeKind, Text]
    """The sentence that is said before a change of position.

    direct: From one position straight to the next; {to} is the next one.
    through: By way of others; {through} names them.
    free: In any way that suits the person.
    """
    not_chosen: Mapping[LeftReason, Text]
    """The sentence that is said of an exercise that is allowed but was not chosen.

    ranked_lower: Others of its kind came first; {others} names them.
    same_family: Another one of its family is in the routine; {others} names it.
    no_time: It did not fit into the time.
    enough_exercises: The routine holds as many exercises as it should.
    not_needed: The goal did not ask for more of its kind.
    """
    chosen_for_slot: Text
    """The sentence for an exercise that fills a slot; {slot} names it."""
    chosen_to_fill: Text
    """The sentence for an exercise that fills time; {phase} names the phase."""

    @model_validator(mode="after")
    def _all_words(self) -> Session:
        if set(self.not_chosen) != set(get_args(LeftReason)) or set(self.change_words) != set(get_args(ChangeKind)):
            raise ValueError("`not_chosen` and `change_words` need all their words")
        if self.far.before_rank not in self.ranks:
            raise ValueError(f"`before_rank` is one of the ranks: {', '.join(self.ranks)}")
        return self


class Said(Frozen):
    """A sentence that an outcome always says, with its source."""

    say: Text
    """What the person reads. At most 20 words a sentence."""
    sources: tuple[Locator, ...] = Field(min_length=1)
    """Where it comes from."""
    reading: Reading
    """How sure that reading is."""


class Outcome(Frozen):
    """What one outcome tells a person; what to do now comes first."""

    title: Text
    """The heading of the result."""
    now: tuple[Text, ...]
    """What to do now. It stands first."""
    statements: tuple[Said, ...]
    """What is always said with this outcome."""
    advice: tuple[str, ...]
    """The headings of the advice that this outcome shows."""


class NothingLeft(Frozen):
    """What is said when the rules leave no exercise."""

    title: Text
    """The heading."""
    say: Text
    """What is said."""


OutcomeName = Literal["emergency", "see_clinician", "relief_only", "routine"]


class Outcomes(Frozen):
    """The outcomes, and the words that results use."""

    topic: Text
    """What this file is about, in a few words."""
    outcomes: Mapping[OutcomeName, Outcome]
    """What each outcome tells a person.

    emergency: Emergency care at once. No exercise.
    see_clinician: Someone must look at it first. No exercise.
    relief_only: Rest positions only.
    routine: A routine of exercises.
    """
    strength: tuple[OutcomeName, ...]
    """The outcomes, the strongest first. The strongest that a rule asks for counts.

    emergency: Emergency care at once. No exercise.
    see_clinician: Someone must look at it first. No exercise.
    relief_only: Rest positions only.
    routine: A routine of exercises.
    """
    show_first: Text
    """Said where a rule asks to show the routine to someone first."""
    nothing_left: NothingLeft
    """Said where the rules leave no exercise."""
    no_relief_left: Text
    """Said where the rules leave no rest position."""
    not_filled: Text
    """Said where the answers leave a slot empty; {slots} names it."""
    no_time: Text
    """Said where the time leaves a slot empty; {slots} names it."""
    full: Text
    """Said where much time is left over."""
    whom: Mapping[str, Text]
    """The words for whom to see."""
    how_soon: Mapping[str, Text]
    """The words for how soon."""
    advice: Mapping[str, Text]
    """The headings of the advice, in their order."""
    urgent_advice: tuple[str, ...]
    """The headings that stand right below the routine."""
    readings: Mapping[Reading, Text]
    """How sure a reading is, in everyday words.

    direct: The text says so.
    cautious: The safer of two readings.
    inferred: It follows from the text.
    guideline: Published guidance says so.
    unconfirmed: Published guidance that was not read at the source.
    practical: It follows from kit, position or time.
    project: A decision of this project, to be confirmed by a clinician.
    """
    draft: str = ""
    """What marks a rule that no clinician has signed."""
    none_signed: str = ""
    """Said where no rule behind the result is signed."""
    signed_share: str = ""
    """How much of what decided is signed, with {signed} and {rules} for the numbers."""
    relaxed: str = ""
    """What a clinic has relaxed, with {by}, {rule}, {when} and {because}."""
    disclaimer: Text
    """Said in every result."""

    @model_validator(mode="after")
    def _complete(self) -> Outcomes:
        if set(self.strength) != set(self.outcomes) or len(self.outcomes) != 4:
            raise ValueError("`outcomes` and `strength` name the four outcomes, each once")
        return self
