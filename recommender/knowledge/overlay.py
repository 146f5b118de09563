"""A clinic's own rules on top of others: what it adds, what it makes stricter, what it relaxes and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from recommender.knowledge.files import OVERLAY
from recommender.knowledge.records import Guideline
from recommender.knowledge.rules import Unless
from recommender.values import Frozen, Identifier, Locator, Person, Ref, RuleId, Selector, Text, VisibleText, empty

__all__ = ["OVERLAY", "SHIPPED", "Change", "Overlay"]

SHIPPED = "shipped"


class Change(Frozen):
    """What a clinic changes in one rule. Everything but `unless` can only make it stricter."""

    rule: RuleId
    """The rule that is changed."""
    because: Text
    """Why the clinic changes it."""
    also_when: Annotated[dict[str, Any], Ref("condition")] | None = None
    """The rule then holds for these people too."""
    also_avoid: Selector | None = None
    """The rule then leaves out these exercises too."""
    unless: Unless | None = None
    """What relaxes the rule here, with a source of its own. Every result says so."""
    sources: tuple[Locator, ...] = ()
    """Where the stricter reading comes from, if anywhere."""
    fires_for: tuple[Person, ...] = ()
    """People for whom the changed rule must hold."""
    silent_for: tuple[Person, ...] = ()
    """People for whom the changed rule must not hold."""

    def __post_init__(self) -> None:
        if self.also_when is None and self.also_avoid is None and self.unless is None:
            raise ValueError("a change needs `also_when`, `also_avoid` or `unless`")
        if self.also_when is not None and not self.fires_for:
            raise ValueError("`also_when` needs an example in `fires_for`")
        if self.unless is not None and not self.silent_for:
            raise ValueError("`unless` needs an example in `silent_for`")


class Overlay(Frozen):
    """The file that makes a folder a clinic's own rules."""

    topic: Text
    """What this file is about."""
    name: VisibleText
    """The clinic, as results name it."""
    base: Text = SHIPPED
    """The rules below: `shipped`, or a folder named from this one."""
    rules: Mapping[str, tuple[Identifier, ...]] = empty()
    """Every rule that is added, by its file, named from the folder of the rules."""
    guidelines: tuple[Guideline, ...] = ()
    """Sources of the clinic's own."""
    changes: tuple[Change, ...] = ()
    """What is changed in the rules below."""

    def __post_init__(self) -> None:
        names = [change.rule for change in self.changes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two changes of one rule: {', '.join(twice)}; write them as one")
