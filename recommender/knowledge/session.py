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
    title: Text
    purposes: tuple[str, ...] = Field(min_length=1)


class Slot(Frozen):
    """A kind of exercise that a session should hold."""

    id: str
    title: Text
    select: dict[str, Any]


class StepCount(Frozen):
    """How many exercises a session of up to so many minutes holds."""

    up_to_minutes: int
    at_least: int
    at_most: int


class Seconds(Frozen):
    """How long things take that are no exercise, in seconds; `longest_share` is in percent of the session."""

    between_exercises: int
    between_sides: int
    longest_step: int
    longest_share: int
    longest_rest: int
    worth_saying: int
    hold_steps: int


class Change(Frozen):
    """Two neighbouring positions and the seconds that a calm change between them takes."""

    between: tuple[str, str]
    seconds: int = Field(gt=0)


class Far(Frozen):
    """When a change of position is long, before which rank that counts, and until when it may fill time (percent)."""

    seconds: int
    before_rank: str
    fill_share: int


class Session(Frozen):
    """The shape of a session."""

    topic: Text
    phases: tuple[Phase, ...]
    phases_because: Text
    phases_sources: tuple[Locator, ...]
    slots: tuple[Slot, ...]
    slots_because: Text
    slots_sources: tuple[Locator, ...]
    steps: tuple[StepCount, ...]
    steps_because: Text
    relief: dict[str, Any]
    relief_steps: int = Field(ge=1)
    filling: Mapping[str, tuple[str, ...]]
    filling_because: Text
    ranks: tuple[str, ...]
    ranks_because: Text
    dose_by_level: Mapping[str, Point]
    dose_because: Text
    seconds: Seconds
    seconds_because: Text
    starts_from: str
    changes: tuple[Change, ...]
    pass_through: tuple[str, ...]
    kept_apart: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    changes_because: Text
    changes_sources: tuple[Locator, ...]
    far: Far
    far_because: Text
    change_words: Mapping[ChangeKind, Text]
    not_chosen: Mapping[LeftReason, Text]
    chosen_for_slot: Text
    chosen_to_fill: Text

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
    sources: tuple[Locator, ...] = Field(min_length=1)
    reading: Reading


class Outcome(Frozen):
    """What one outcome tells a person; what to do now comes first."""

    title: Text
    now: tuple[Text, ...]
    statements: tuple[Said, ...]
    advice: tuple[str, ...]


class NothingLeft(Frozen):
    """What is said when the rules leave no exercise."""

    title: Text
    say: Text


OutcomeName = Literal["emergency", "see_clinician", "relief_only", "routine"]


class Outcomes(Frozen):
    """The outcomes, and the words that results use."""

    topic: Text
    outcomes: Mapping[OutcomeName, Outcome]
    strength: tuple[OutcomeName, ...]
    show_first: Text
    nothing_left: NothingLeft
    no_relief_left: Text
    not_filled: Text
    no_time: Text
    full: Text
    whom: Mapping[str, Text]
    how_soon: Mapping[str, Text]
    advice: Mapping[str, Text]
    urgent_advice: tuple[str, ...]
    readings: Mapping[Reading, Text]
    disclaimer: Text

    @model_validator(mode="after")
    def _complete(self) -> Outcomes:
        if set(self.strength) != set(self.outcomes) or len(self.outcomes) != 4:
            raise ValueError("`outcomes` and `strength` name the four outcomes, each once")
        return self
