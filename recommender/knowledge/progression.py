"""How a routine changes from session to session: what the files of rules/progress/ say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from recommender.logic.conditions import Condition
from recommender.logic.facts import FactTable
from recommender.logic.questions import Question
from recommender.values import (
    Constraints,
    ExerciseId,
    Frozen,
    Identifier,
    Locator,
    Reading,
    Ref,
    RuleId,
    Selector,
    Tag,
    Text,
    empty,
)

__all__ = ["STEPS", "CompiledStep", "Effect", "Progress", "ProgressFile", "ProgressRule", "Steps", "Variable"]

STEPS = "rules/progress/steps.yaml"
Effect = Literal["stop", "day_off", "start_again", "step_down", "keep", "step_up"]
Aspect = Literal["bending", "arching", "twisting", "side_bending"]
Variable = Literal["reps", "hold", "level", "sets"]
# What a log tells. Each is worked out in `recommender.progression.log_facts`.
FACTS = (
    "emergency_signs",
    "pain_after",
    "pain_rise",
    "minutes_above_mild",
    "leg_symptoms",
    "stopped",
    "next_day",
    "days_without",
    "dose_done",
)
OF_ONE_EXERCISE = "dose_done"


class Fact(Frozen):
    """One thing that a log tells of a session, its possible values and their order of risk."""

    field: Text
    """Its lasting name, by which the rules name it."""
    means: Text
    """What it is, for reviewers."""
    kind: Literal["choice", "number"]
    """What kind of value it has.

    choice: One word.
    number: A whole number.
    """
    baseline: str | int
    """What an example means where it says nothing: a session that went well."""
    answers: Mapping[str, Text] = empty()
    """Each word, and what it means."""
    lowest: int = 0
    """The smallest number."""
    highest: int = 0
    """The largest number. Larger ones count as this."""
    unknown: bool = False
    """true when the log may not tell the number."""
    risk: Literal["upwards"] | tuple[tuple[str, ...], ...]
    """The order of risk. For a choice, lists of words from the least to the most risky.

    upwards: A larger number is riskier.
    """

    def question(self) -> Question:
        """The same in the form in which conditions are read."""
        own = {name: value for name, value in vars(self).items() if name != "means"}
        return Question(short=self.means, stage="", ask=self.means, why="", sources=(), **own)


class Size(Frozen):
    """How large one step of each variable is. A step of the level is one harder exercise."""

    reps: Annotated[int, Constraints(ge=1)]
    """Repetitions."""
    hold: Annotated[int, Constraints(ge=1)]
    """Seconds of a hold."""
    sets: Annotated[int, Constraints(ge=1)]
    """Sets."""


class Beyond(Frozen):
    """An exercise that may grow beyond the dose of the texts, because a text says so."""

    exercise: ExerciseId
    """The exercise."""
    reps: Annotated[int, Constraints(ge=1)]
    """So many repetitions at most."""
    not_when_limited: Literal["low_end"] | None = None
    """Not for a person whose dose is limited in this way.

    low_end: The dose is kept at its low end.
    """
    because: Text
    """Why, for reviewers."""
    sources: Annotated[tuple[Locator, ...], Constraints(min_length=1)]
    """Where it comes from."""
    reading: Reading
    """How sure that reading is."""


class LowEnd(Frozen):
    """Whose dose may grow although it is kept at its low end."""

    may_grow: tuple[Annotated[str, Ref("limit")], ...]
    """The rules for a low dose that let it grow. Whoever has another one stays at the low end."""
    say: Text
    """What the person reads whose dose stays low."""
    because: Text
    """Why, for reviewers."""
    sources: Annotated[tuple[Locator, ...], Constraints(min_length=1)]
    """Where it comes from."""
    reading: Reading
    """How sure that reading is."""


class Words(Frozen):
    """The sentences of an adapted routine, with gaps in curly brackets."""

    routine: Text
    """The heading where something changes."""
    nothing: Text
    """The heading where nothing changes."""
    leaves_out: Text
    """The heading where no dose changes, and the answers leave out exercises of the last session."""
    others: Text
    """The heading where no dose changes, and the answers give other exercises than in the last session."""
    empty: Text
    """Said where the log holds no session yet."""
    day_off: Text
    """The heading of a day off."""
    stop: Text
    """The heading where no routine is given."""
    afresh: Text
    """Said where no routine is given: how to go on later."""
    change: Mapping[Variable, Text]
    """What changes, with {before} and {after}.

    reps: Repetitions.
    hold: The hold, in seconds.
    level: Another exercise.
    sets: Sets.
    """
    no_room: Text
    """Said where a step up does not fit into the time; {exercises} names the exercises."""
    at_top: Text
    """Said where the dose is as high as the texts go; {exercises} names the exercises."""
    at_bottom: Text
    """Said where the dose is as low as the texts go; {exercises} names the exercises."""
    gone: Text
    """Said of exercises that the catalogue no longer holds; {exercises} names them."""
    left_out: Text
    """Said of exercises that are left out for this person now; {exercises} names them."""
    earlier: Text
    """The heading of what was changed after earlier sessions."""
    from_before: Text
    """Said of what was changed after earlier sessions; {day} is the date."""


class InSession(Frozen):
    """The advice on pain that a session looks for, by the names of its rules."""

    at_once: RuleId
    """What stops everything at once. It is said first."""
    second: RuleId
    """Whoever was told this ends the session when a second exercise hurts."""
    unsettled: RuleId
    """What is said where pain that does not settle ends the session."""
    pain_course: Tag
    """How pain that came up in a session counts for the rules: an answer of the question of that name."""


class Steps(Frozen):
    """What a step is, in which order, how far, and for whom."""

    topic: Text
    """What this file is about, in a few words."""
    facts: tuple[Fact, ...]
    """What a log tells of a session."""
    mild: Annotated[int, Constraints(ge=0, le=10)]
    """Pain up to this is mild. Above it, a log that does not tell how long it lasted leaves that unknown."""
    strength: tuple[Effect, ...]
    """The effects, the strongest first. The strongest that a rule asks for counts.

    stop: No routine. Someone has to look at it.
    day_off: No routine for some days.
    start_again: Every exercise goes back to the dose of a fresh routine, or stays below it.
    step_down: Every exercise that was done goes down a step.
    keep: The dose stays.
    step_up: An exercise goes up a step.
    """
    order: tuple[Variable, ...]
    """What goes up first. What went up last goes down first.

    reps: Repetitions.
    hold: The hold.
    level: A harder exercise.
    sets: Sets.
    """
    size: Size
    """How large one step is."""
    no_stronger: tuple[Aspect, ...]
    """Movements of the spine that a harder exercise may not ask for more strongly than the one before.

    bending: Rounding.
    arching: Hollowing.
    twisting: Turning.
    side_bending: Bending to the side.
    """
    no_stronger_because: Text
    """Why not."""
    at_once: Annotated[int, Constraints(ge=1)]
    """How many exercises may go up after one session. Who has waited longest comes first."""
    grows: Selector
    """The exercises whose dose changes. Others stay as they are."""
    steps_because: Text
    """Why in this order, and by so much."""
    steps_sources: tuple[Locator, ...]
    """Where that comes from."""
    steps_reading: Reading
    """How sure that reading is."""
    beyond: tuple[Beyond, ...] = ()
    """Exercises that may grow beyond the dose of the texts."""
    low_end: LowEnd
    """Whose dose may grow although it is kept low."""
    in_session: InSession
    """The advice on pain that a session looks for."""
    words: Words
    """The sentences of an adapted routine."""

    def __post_init__(self) -> None:
        if sorted(fact.field for fact in self.facts) != sorted(FACTS):
            raise ValueError(f"`facts` names each of these once: {', '.join(FACTS)}")
        if sorted(self.strength) != sorted(get_args(Effect)) or self.strength[0] != "stop":
            raise ValueError(f"`strength` begins with stop and names each of these once: {', '.join(get_args(Effect))}")
        if sorted(set(self.order)) != sorted(self.order) or set(self.words.change) != set(get_args(Variable)):
            raise ValueError("`order` names a variable once at most, and `change` has words for each")


class ProgressThen(Frozen):
    """What a rule of progress does."""

    do: Effect
    """The effect. The strongest of all rules counts.

    stop: No routine. Someone has to look at it.
    day_off: No routine for some days.
    start_again: Every exercise goes back to the dose of a fresh routine, or stays below it.
    step_down: Every exercise that was done goes down a step.
    keep: The dose stays.
    step_up: An exercise goes up a step.
    """
    days: Annotated[int, Constraints(ge=1, le=28)] | None = None
    """How many days after the last entry the day off lasts. Goes with `day_off`."""
    outcome: Literal["emergency"] | None = None
    """The outcome whose heading stands above it. It then comes before all else. Goes with `stop`.

    emergency: Someone has to be called now.
    """

    def __post_init__(self) -> None:
        if (self.days is not None) != (self.do == "day_off"):
            raise ValueError("`days` belongs to `day_off`, and only to it")
        if self.outcome is not None and self.do != "stop":
            raise ValueError("`outcome` belongs to `stop`")


class ProgressRule(Frozen):
    """One rule of progress: when it holds for a session, and what it does to the next one."""

    id: Identifier
    """Its lasting name. It never changes, and is never used again for something else."""
    title: Text
    """The rule in one sentence."""
    when: dict[str, Any]
    """When it holds for a session: one pair `fact: test`, or `all:` / `any:` with a list."""
    in_a_row: Annotated[int, Constraints(ge=1, le=30)] = 1
    """On how many days in a row it must hold before it does something."""
    then: ProgressThen
    """What it does."""
    say: Text
    """What the person reads. Everyday words; at most 20 words a sentence."""
    because: Text
    """Why, for reviewers."""
    sources: tuple[Locator, ...] = ()
    """Where it comes from. Needed unless `reading` is project."""
    reading: Reading
    """How sure that reading is."""
    fires_for: Annotated[tuple[dict[str, Any], ...], Constraints(min_length=1)]
    """Sessions for which it must hold: one that went well, with these facts."""
    silent_for: Annotated[tuple[dict[str, Any], ...], Constraints(min_length=1)]
    """Sessions for which it must not hold: one that went well, with these facts."""

    @property
    def safety(self) -> bool:
        """Whether it protects. Each does: those that raise a dose say what must be well before."""
        return True

    def __post_init__(self) -> None:
        if not self.sources and self.reading != "project":
            raise ValueError("a rule without `sources` must be read as `project`")


class ProgressFile(Frozen):
    """One file of rules of progress on one topic."""

    topic: Text
    """What this file is about, in a few words."""
    rules: Annotated[tuple[ProgressRule, ...], Constraints(min_length=1)]
    """The rules of this file."""


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A rule of progress with its condition. `of_exercise`: it reads how one exercise went."""

    rule: ProgressRule
    file: str
    line: int | None
    condition: Condition
    of_exercise: bool

    @property
    def id(self) -> str:
        """The lasting name of the rule."""
        return self.rule.id

    @property
    def always(self) -> bool:
        """Whether it holds for every session: never, since each reads the log."""
        return False


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything that decides how a routine changes. `grows` is a mask over the exercises."""

    steps: Steps
    rules: tuple[CompiledStep, ...]
    table: FactTable
    grows: int

    def strongest(self, rules: tuple[CompiledStep, ...]) -> Effect:
        """The strongest effect of some rules; without any, the dose stays."""
        strength = self.steps.strength
        return min((compiled.rule.then.do for compiled in rules), key=strength.index, default="keep")
