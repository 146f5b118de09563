"""What a rule file says, as it stands there. Conditions and selectors are compiled elsewhere."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from recommender.knowledge.base import Frozen, Identifier, Locator, Reading, Text

__all__ = ["EFFECTS", "Contents", "Limit", "Rule", "RuleFile", "Then", "Unless"]

Outcome = Literal["emergency", "see_clinician", "relief_only"]
EFFECTS = ("stop", "ask", "avoid", "allow_only", "limit", "prefer", "defer", "advise")


class Limit(Frozen):
    """A limit of the dose."""

    dose: Literal["low_end"]


class Then(Frozen):
    """What a rule does: exactly one effect, and what belongs to it.

    Advice can be narrowed: to routines that hold certain exercises (`with_exercise`, by id, or
    `if_routine_has`, by a selector), or to the steps that it is about (`on_steps`: it is then said
    there and not among the advice).
    """

    stop: Outcome | None = None
    whom: str | None = None
    how_soon: str | None = None
    ask: str | None = None
    avoid: dict[str, Any] | None = None
    allow_only: dict[str, Any] | None = None
    limit: Limit | None = None
    prefer: tuple[dict[str, Any], ...] | None = None
    defer: tuple[dict[str, Any], ...] | None = None
    rank: str | None = None
    advise: str | None = None
    with_exercise: tuple[str, ...] = ()
    if_routine_has: dict[str, Any] | None = None
    on_steps: dict[str, Any] | None = None
    not_when_limited: Literal["low_end"] | None = None

    @model_validator(mode="after")
    def _one_effect(self) -> Then:
        present = [name for name in EFFECTS if getattr(self, name) is not None]
        if len(present) != 1:
            raise ValueError(
                f"exactly one effect is needed, found {', '.join(present) or 'none'}; effects: {', '.join(EFFECTS)}"
            )
        if (self.rank is not None) != (present[0] in ("prefer", "defer")):
            raise ValueError("`rank` belongs to `prefer` and `defer`, and only to them")
        if (self.whom or self.how_soon) and self.stop is None:
            raise ValueError("`whom` and `how_soon` belong to `stop`")
        narrowed = self.with_exercise or self.not_when_limited or self.if_routine_has or self.on_steps
        if self.if_routine_has and self.on_steps:
            raise ValueError("choose one of `if_routine_has` and `on_steps`")
        if self.advise is None and narrowed:
            raise ValueError("`with_exercise`, `if_routine_has`, `on_steps` and `not_when_limited` belong to `advise`")
        return self

    @property
    def effect(self) -> str:
        """The name of the effect."""
        return next(name for name in EFFECTS if getattr(self, name) is not None)


class Unless(Frozen):
    """What relaxes a rule. It may read only the clearance and the equipment that is there."""

    when: dict[str, Any]
    because: Text
    sources: tuple[Locator, ...] = Field(min_length=1)


class Rule(Frozen):
    """One rule, as its file states it."""

    id: Identifier
    title: Text
    when: dict[str, Any] | Literal["always"]
    unless: Unless | None = None
    then: Then
    say: Text
    because: Text
    sources: tuple[Locator, ...] = ()
    reading: Reading
    fires_for: tuple[dict[str, Any], ...] = ()
    silent_for: tuple[dict[str, Any], ...] = ()
    hits: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_grounded(self) -> Rule:
        if not self.sources and self.reading not in ("practical", "project"):
            raise ValueError("a rule without `sources` must be read as `practical` or `project`")
        if self.when != "always" and not (self.fires_for and self.silent_for):
            raise ValueError("a rule needs at least one example in `fires_for` and one in `silent_for`")
        if self.unless is not None and self.then.effect in ("prefer", "defer", "advise"):
            raise ValueError("`unless` relaxes safety rules only")
        return self

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
    rules: tuple[Rule, ...] = Field(min_length=1)


class Contents(Frozen):
    """The table of contents: every rule id by its file, named from the folder of the rules."""

    topic: Text
    rules: dict[str, tuple[Identifier, ...]]
