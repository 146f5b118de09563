"""What a rule file says, as it stands there. Conditions and selectors are compiled elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from recommender.knowledge.session import Urgency
from recommender.values import (
    Constraints,
    ExerciseId,
    Frozen,
    Identifier,
    Locator,
    Person,
    Reading,
    Ref,
    Selector,
    Text,
    VisibleText,
    empty,
)

__all__ = ["EFFECTS", "Contents", "Limit", "Rule", "RuleFile", "Then", "Unless"]

Outcome = Literal["emergency", "see_clinician", "relief_only"]
EFFECTS = ("stop", "ask", "avoid", "allow_only", "limit", "prefer", "defer", "advise")


class Limit(Frozen):
    """A limit of the dose."""

    dose: Literal["low_end"]
    """How the dose is limited.

    low_end: The smallest numbers that the texts give.
    """


class Then(Frozen):
    """What a rule does: exactly one effect, and what belongs to it.

    Advice can be narrowed: to routines that hold certain exercises (`with_exercise`, by id, or
    `if_routine_has`, by a selector), or to the steps that it is about (`on_steps`: it is then said
    there and not among the advice).
    """

    stop: Outcome | None = None
    """No exercise now. The strongest outcome that a rule asks for is the one that counts.

    emergency: Emergency care at once. No exercise.
    see_clinician: Someone must look at it first. No exercise.
    relief_only: Rest positions only.
    """
    whom: Annotated[str, Ref("whom")] | None = None
    """Who should be seen. Goes with `stop`; the outcome's own unless given."""
    how_soon: Annotated[Urgency, Ref("how_soon")] | None = None
    """How soon they should be seen. Goes with `stop`, the outcome's own unless given, and with `ask`.

    now: At once.
    today: The same day.
    urgent: Today or tomorrow.
    soon: In the next days.
    """
    ask: Annotated[str, Ref("whom")] | None = None
    """There is a routine, and the person is told to show it to someone first."""
    avoid: Selector | None = None
    """Leaves out every exercise that this describes."""
    allow_only: Selector | None = None
    """Leaves out every exercise that this does not describe."""
    limit: Limit | None = None
    """Keeps the dose low."""
    prefer: tuple[Selector, ...] | None = None
    """Chooses these first, the first description before the second. It never lets in what another rule leaves out."""
    defer: tuple[Selector, ...] | None = None
    """Chooses these last, the first description before the second."""
    rank: Annotated[str, Ref("rank")] | None = None
    """How much this wish weighs against others. Goes with `prefer` and `defer`."""
    advise: Annotated[str, Ref("advice")] | None = None
    """Says the sentence under this heading, besides the routine."""
    with_exercise: tuple[ExerciseId, ...] = ()
    """Says it only when the routine has one of these exercises. Goes with `advise`."""
    if_routine_has: Selector | None = None
    """Says it only when the routine has an exercise like this. Goes with `advise`."""
    on_steps: Selector | None = None
    """Says it at the exercises like this, and not among the advice. Goes with `advise`."""
    not_when_limited: Literal["low_end"] | None = None
    """Says nothing to a person whose dose is limited in this way. Goes with `advise`.

    low_end: The dose is kept at its low end.
    """

    def __post_init__(self) -> None:
        present = [name for name in EFFECTS if getattr(self, name) is not None]
        if len(present) != 1:
            raise ValueError(
                f"exactly one effect is needed, found {', '.join(present) or 'none'}; effects: {', '.join(EFFECTS)}"
            )
        if (self.rank is not None) != (present[0] in ("prefer", "defer")):
            raise ValueError("`rank` belongs to `prefer` and `defer`, and only to them")
        if (self.whom and self.stop is None) or (self.how_soon and self.stop is None and self.ask is None):
            raise ValueError("`whom` belongs to `stop`, and `how_soon` to `stop` and `ask`")
        narrowed = self.with_exercise or self.not_when_limited or self.if_routine_has or self.on_steps
        if self.if_routine_has and self.on_steps:
            raise ValueError("choose one of `if_routine_has` and `on_steps`")
        if self.advise is None and narrowed:
            raise ValueError("`with_exercise`, `if_routine_has`, `on_steps` and `not_when_limited` belong to `advise`")

    @property
    def effect(self) -> str:
        """The name of the effect."""
        return next(name for name in EFFECTS if getattr(self, name) is not None)


class Unless(Frozen):
    """What relaxes a rule. It may read only the clearance and the equipment that is there."""

    when: Annotated[dict[str, Any], Ref("relaxing")]
    """What relaxes the rule: a clinician's clearance, or kit that is there. Nothing else may."""
    because: VisibleText
    """Why the rule may be relaxed then."""
    sources: Annotated[tuple[Locator, ...], Constraints(min_length=1)]
    """Where that comes from."""


class Rule(Frozen):
    """One rule, as its file states it."""

    id: Identifier
    """Its lasting name. It never changes, and is never used again for something else."""
    title: Text
    """The rule in one sentence."""
    short: Text | None = None
    """For a stop: what it is about in a few words, as they stand in a list of further things to say."""
    when: Annotated[dict[str, Any] | Literal["always"], Ref("ordering")]
    """Whom it concerns: `always`, one pair `field: test`, or `all:` / `any:` with a list."""
    unless: Unless | None = None
    """What relaxes this rule. Only for rules that protect."""
    then: Then
    """What it does: exactly one effect, and what belongs to it."""
    say: Text
    """What the person reads. Everyday words; at most 20 words a sentence."""
    because: Text
    """Why, for reviewers."""
    sources: tuple[Locator, ...] = ()
    """Where it comes from. Needed unless `reading` is practical or project."""
    reading: Reading
    """How sure that reading is."""
    fires_for: tuple[Person, ...] = ()
    """People for whom it must hold: a healthy person with these answers."""
    silent_for: tuple[Person, ...] = ()
    """People for whom it must not hold: a healthy person with these answers."""
    hits: tuple[ExerciseId, ...] = ()
    """Exercises that it must mean."""
    spares: tuple[ExerciseId, ...] = ()
    """Exercises that it must not mean."""
    fixed: bool = False
    """true when no clinic may relax it."""
    accepted: Mapping[Identifier, Text] = empty()
    """Findings of the check that are right as they are: the name of the check, and why."""

    def __post_init__(self) -> None:
        if not self.sources and self.reading not in ("practical", "project"):
            raise ValueError("a rule without `sources` must be read as `practical` or `project`")
        if self.when != "always" and not (self.fires_for and self.silent_for):
            raise ValueError("a rule needs at least one example in `fires_for` and one in `silent_for`")
        if (self.short is not None) != (self.then.stop is not None):
            raise ValueError("a stop needs `short`, and only a stop has it")
        if self.unless is not None and self.then.effect in ("prefer", "defer", "advise"):
            raise ValueError("`unless` relaxes safety rules only")

    @property
    def safety(self) -> bool:
        """Whether the rule only ever subtracts: stop, ask, avoid, allow_only or limit."""
        return self.then.effect in ("stop", "ask", "avoid", "allow_only", "limit")

    @property
    def kind(self) -> Literal["safety", "practical", "selection"]:
        """`practical` for kit and positions, `safety` for all else that subtracts, `selection` for the rest."""
        if not self.safety:
            return "selection"
        return "practical" if self.reading == "practical" else "safety"


class RuleFile(Frozen):
    """One file of rules on one topic."""

    topic: Text
    """What this file is about, in a few words."""
    rules: Annotated[tuple[Rule, ...], Constraints(min_length=1)]
    """The rules of this file."""


class Contents(Frozen):
    """The table of contents: every rule id by its file, named from the folder of the rules."""

    topic: Text
    """What this file is about, in a few words."""
    rules: dict[str, tuple[Identifier, ...]]
    """Every rule by its file, named from the folder of the rules."""
