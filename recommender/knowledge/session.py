"""The shape of a session and the words of the outcomes, as their files state them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from recommender.values import (
    Amount,
    Constraints,
    Frozen,
    Locator,
    Reading,
    ReadingWord,
    Ref,
    RuleId,
    Selector,
    Text,
    empty,
)

__all__ = [
    "Change",
    "ChangeKind",
    "LeftReason",
    "Outcome",
    "OutcomeName",
    "Outcomes",
    "Phase",
    "Said",
    "Schedule",
    "ScheduleWords",
    "Seconds",
    "Session",
    "Slot",
    "StepCount",
    "TimesADay",
    "Urgency",
    "Weekday",
]

Point = Literal["lowest", "middle", "highest"]
LeftReason = Literal[
    "ranked_lower", "same_family", "no_time", "enough_exercises", "not_needed", "only_rest", "wished_away"
]
ChangeKind = Literal["direct", "through", "free"]
Urgency = Literal["now", "today", "urgent", "soon"]
Small = Annotated[int, Constraints(ge=0, le=3600)]
Share = Annotated[int, Constraints(ge=0, le=100)]
Position = Annotated[str, Ref("word-start_position")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ClockTime = Annotated[str, Constraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Phase(Frozen):
    """One part of a session, and the purposes that belong to it."""

    id: str
    """Its name in this file."""
    title: Text
    """Its heading in the routine."""
    purposes: Annotated[tuple[Annotated[str, Ref("word-purpose")], ...], Constraints(min_length=1)]
    """The purposes whose exercises belong here."""


class Slot(Frozen):
    """A kind of exercise that a session should hold."""

    id: str
    """Its name in this file."""
    title: Text
    """What is missing when it stays empty; it follows "no room for"."""
    select: Selector
    """The exercises that fill it."""


class StepCount(Frozen):
    """How many exercises a session of up to so many minutes holds."""

    up_to_minutes: Small
    """It holds for sessions of up to so many minutes."""
    at_least: Small
    """The smallest number of exercises."""
    at_most: Small
    """The largest number of exercises."""


class Seconds(Frozen):
    """How long things take that are no exercise, in seconds."""

    between_exercises: Small
    """To get ready for the next exercise in the same position."""
    between_sides: Small
    """To change sides."""
    longest_step: Small
    """An exercise that takes longer loses sets, then goes to the low end of its dose, or is not given."""
    low_end_hold: Small
    """The longest hold against gravity where the dose is kept at its low end."""
    longest_rest: Small
    """The longest time in a rest position."""
    worth_saying: Small
    """Time that is left over is mentioned from here on."""
    hold_steps: Small
    """Holds above this are rounded down to a multiple of it."""


class Change(Frozen):
    """Two neighbouring positions and the seconds that a calm change between them takes."""

    between: tuple[Position, Position]
    """Two positions that lie next to each other."""
    seconds: Annotated[int, Constraints(gt=0, le=3600)]
    """How long a calm change between them takes."""


class Far(Frozen):
    """When a change of position is long, before which rank that counts, and until when it may fill time (percent)."""

    seconds: Small
    """A change that takes longer than this is far."""
    before_rank: Annotated[str, Ref("rank")]
    """Exercises that are alike in all ranks before this one are compared: what is not far comes first."""
    fill_share: Share
    """A far exercise fills time only while less than this is used, in percent of the session."""


class TimesADay(Frozen):
    """How many times a day one text has its exercises done."""

    source: Locator
    """The place that gives this number."""
    times: Amount
    """How many times a day."""


class ScheduleWords(Frozen):
    """What a calendar says. Others may see it, so nothing here names a part of the body, an illness or pain."""

    title: Text
    """The heading of every session."""
    category: Text
    """The kind of entry, by which calendars sort and colour."""
    look_again: Text
    """The heading of the last entry, when the routine should be looked at again."""
    look_again_how: Text
    """What to do then."""
    until: Text
    """Said in every session; {date} is the day of the last entry."""
    nothing_to_plan: Text
    """Said where only rest positions are advised, so that there is nothing to plan."""
    no_calendar: Text
    """Said where there is no exercise, and so no calendar."""
    older: Text
    """What becomes of sessions that stand in a calendar already, where there are to be none now."""
    outrun: Text
    """Said where the plan would begin on a day from which something else suits the person."""
    ends_early: Text
    """Said where the plan ends before such a day; {date} is that day."""


class Schedule(Frozen):
    """How often a routine is done, as data for a calendar. The advice says the same in words."""

    language: Text
    """The language of the texts, as a tag such as "en"."""
    times_a_day: Annotated[tuple[TimesADay, ...], Constraints(min_length=1)]
    """The numbers of the texts. The lowest is what is planned, and the lowest maximum is the most."""
    times_rule: RuleId
    """The rule that says so to the person."""
    days: Annotated[tuple[Weekday, ...], Constraints(min_length=1)]
    """The days of the week on which a routine is done unless someone chooses fewer.

    monday: On Mondays.
    tuesday: On Tuesdays.
    wednesday: On Wednesdays.
    thursday: On Thursdays.
    friday: On Fridays.
    saturday: On Saturdays.
    sunday: On Sundays.
    """
    days_rule: RuleId
    """The rule that says so to the person."""
    weeks: Amount
    """After how many weeks the routine is looked at again, and after how many at the latest."""
    weeks_rule: RuleId
    """The rule from which the lower number comes."""
    at: tuple[ClockTime, ...]
    """The times of the day unless someone chooses others."""
    because: Text
    """Why these numbers."""
    sources: Annotated[tuple[Locator, ...], Constraints(min_length=1)]
    """Where the days, the weeks and the time of the day come from."""
    stops: Annotated[tuple[RuleId, ...], Constraints(min_length=1)]
    """The rules whose advice on when to stop stands in every session."""
    words: ScheduleWords
    """What a calendar says."""

    @property
    def usual_times(self) -> int:
        """How many times a day a routine is done unless someone chooses more."""
        return min(text.times.low for text in self.times_a_day)

    @property
    def most_times(self) -> int:
        """How many times a day a routine is done at most."""
        return min(text.times.high for text in self.times_a_day)

    @property
    def locators(self) -> tuple[str, ...]:
        """The places that are cited here."""
        return (*(text.source for text in self.times_a_day), *self.sources)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that are named here."""
        return (self.times_rule, self.days_rule, self.weeks_rule, *self.stops)

    def __post_init__(self) -> None:
        if self.usual_times < 1:
            raise ValueError("`times_a_day` starts at 1")
        if len(set(self.at)) != self.usual_times:
            raise ValueError(f"`at` names as many times as are planned: {self.usual_times}")
        if len(set(self.days)) != len(self.days) or self.weeks.low < 1:
            raise ValueError("`days` names each day once, and `weeks` starts at 1")
        if "{date}" not in self.words.until:
            raise ValueError("`until` needs {date}")


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
    relief: Selector
    """The exercises that are left when only rest is advised."""
    against_gravity: dict[str, Any]
    """The exercises whose hold is held against gravity; `low_end_hold` is for these."""
    fill_share: Annotated[int, Constraints(ge=1, le=100)]
    """How much of the minutes a session takes up at most, in percent, so that a step up has room."""
    fill_share_because: Text
    """Why so much."""
    relief_steps: Annotated[int, Constraints(ge=1, le=20)]
    """How many rest positions are offered."""
    filling: Mapping[Annotated[str, Ref("answer-goal")], tuple[Annotated[str, Ref("phase")], ...]]
    """For each goal, the phases that get more exercises while time is left, in turn."""
    filling_because: Text
    """Why the time is filled like this."""
    ranks: tuple[str, ...]
    """What is compared when exercises are ordered, the weightiest first."""
    ranks_because: Text
    """Why in this order."""
    dose_by_level: Mapping[Annotated[str, Ref("answer-level")], Point]
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
    starts_from: Position
    """The position in which a session starts."""
    changes: tuple[Change, ...]
    """Which positions lie next to each other. Any other change goes through these."""
    pass_through: tuple[Position, ...]
    """The positions through which a longer change may lead."""
    kept_apart: tuple[tuple[tuple[Position, ...], tuple[Position, ...]], ...]
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
    only_rest: It is a rest position, and no exercise is left beside it.
    wished_away: The person asked to leave it out.
    """
    chosen_for_slot: Text
    """The sentence for an exercise that fills a slot; {slot} names it."""
    chosen_to_fill: Text
    """The sentence for an exercise that fills time; {phase} names the phase."""
    schedule: Schedule | None = None
    """How often a routine is done. Rules from before calendars were made do without."""

    def __post_init__(self) -> None:
        if set(self.not_chosen) != set(get_args(LeftReason)) or set(self.change_words) != set(get_args(ChangeKind)):
            raise ValueError("`not_chosen` and `change_words` need all their words")
        if self.far.before_rank not in self.ranks:
            raise ValueError(f"`before_rank` is one of the ranks: {', '.join(self.ranks)}")


class Said(Frozen):
    """A sentence that an outcome always says, with its source."""

    say: Text
    """What the person reads. At most 20 words a sentence."""
    sources: Annotated[tuple[Locator, ...], Constraints(min_length=1)]
    """Where it comes from."""
    reading: Reading
    """How sure that reading is."""
    with_positions: bool = False
    """true when it speaks of the rest positions, and is left out where none is given."""


class Outcome(Frozen):
    """What one outcome tells a person; what to do now comes first."""

    title: Text
    """The heading of the result."""
    whom: str | None = None
    """Who should be seen where a rule names nobody."""
    how_soon: Urgency | None = None
    """How soon they should be seen where a rule does not say it.

    now: At once.
    today: The same day.
    urgent: Today or tomorrow.
    soon: In the next days.
    """
    first: Mapping[Urgency, Text] = empty()
    """The first sentence, by how soon someone should be seen; {whom} names who. It wins over that for all outcomes.

    now: At once.
    today: The same day.
    urgent: Today or tomorrow.
    soon: In the next days.
    """
    now: tuple[Text, ...]
    """What to do now. It stands right after the sentence that says whom to see and how soon."""
    statements: tuple[Said, ...]
    """What is always said with this outcome."""
    advice: tuple[Annotated[str, Ref("advice")], ...]
    """The headings of the advice that this outcome shows."""


class About(Frozen):
    """What a saved result says of itself in its first line."""

    with_answers: Text
    """Said where it holds the answers of the person."""
    without_answers: Text
    """Said where they were left out."""


class NoReliefLeft(Frozen):
    """What is said when only rest is advised, and the rules leave no rest position."""

    title: Text
    """The heading."""
    say: Text
    """What is said."""


OutcomeName = Literal["emergency", "see_clinician", "relief_only", "nothing_fits", "routine"]


class Outcomes(Frozen):
    """The outcomes, and the words that results use."""

    topic: Text
    """What this file is about, in a few words."""
    outcomes: Mapping[OutcomeName, Outcome]
    """What each outcome tells a person.

    emergency: Emergency care at once. No exercise.
    see_clinician: Someone must look at it first. No exercise.
    relief_only: Rest positions only.
    nothing_fits: No stop, and no exercise that fits this person.
    routine: A routine of exercises.
    """
    strength: tuple[OutcomeName, ...]
    """The outcomes, the strongest first. The strongest that a rule asks for counts.

    emergency: Emergency care at once. No exercise.
    see_clinician: Someone must look at it first. No exercise.
    relief_only: Rest positions only.
    nothing_fits: No stop, and no exercise that fits this person.
    routine: A routine of exercises.
    """
    about: About
    """What a saved result says of itself in its first line."""
    first: Mapping[Urgency, Text]
    """The first sentence of a result, by how soon someone should be seen; {whom} names who.

    now: At once.
    today: The same day.
    urgent: Today or tomorrow.
    soon: In the next days.
    """
    spelled_out: Annotated[int, Constraints(ge=1, le=20)]
    """How many stops are spelled out at most, the most urgent first."""
    further: Text
    """The line that names the stops beyond these; {named} is what each is about."""
    may_be_sooner: Text
    """Said with a stop that is certain although answers are missing."""
    show_first: Text
    """Said where a rule asks to show the routine to someone first."""
    rest_fits: Text
    """Said where no exercise fits and some rest positions do; {positions} names them."""
    no_relief_left: NoReliefLeft
    """Said where the rules leave no rest position."""
    not_filled: Text
    """Said where the answers leave a slot empty; {slots} names it."""
    no_time: Text
    """Said where the time leaves a slot empty; {slots} names it."""
    full: Text
    """Said where much time is left over."""
    whom: Mapping[str, Text]
    """The words for whom to see. Of several who are to be seen equally soon, the one who stands first counts."""
    how_soon: Mapping[str, Text]
    """The words for how soon, the soonest first.

    now: At once.
    today: The same day.
    urgent: Today or tomorrow.
    soon: In the next days.
    """
    advice: Mapping[str, Text]
    """The headings of the advice, in their order."""
    urgent_advice: tuple[Annotated[str, Ref("advice")], ...]
    """The headings that stand right below the routine."""
    readings: Mapping[ReadingWord, Text]
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

    def __post_init__(self) -> None:
        if set(self.strength) != set(self.outcomes) or set(self.outcomes) != set(get_args(OutcomeName)):
            raise ValueError("`outcomes` and `strength` name the five outcomes, each once")
        if tuple(self.how_soon) != get_args(Urgency) or set(self.first) != set(self.how_soon):
            raise ValueError("`how_soon` and `first` name now, today, urgent and soon, in this order")
        if self.strength[-2:] != ("nothing_fits", "routine"):
            raise ValueError("`strength` ends with nothing_fits and routine, for which no rule asks")
        for name, outcome in self.outcomes.items():
            if name != "routine" and (outcome.how_soon is None or outcome.whom is None):
                raise ValueError(f"{name} needs `whom` and `how_soon` for rules that do not say it")
            if outcome.whom is not None and outcome.whom not in self.whom:
                raise ValueError(f'{name} sends to "{outcome.whom}", which is no word of `whom`')
