"""Compiles rules: conditions into tests, selectors into bit masks. Keeps every fault it meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recommender.errors import KnowledgeFault
from recommender.knowledge.data import CompiledRule
from recommender.knowledge.overlay import Change
from recommender.knowledge.rules import Rule
from recommender.knowledge.selectors import SelectorFault, Selectors
from recommender.logic.conditions import (
    ALWAYS,
    MOST,
    AllOf,
    AnyOf,
    Condition,
    ConditionFault,
    conjunctions,
    falling_tests,
    negate,
    parse,
    size,
    tests_of,
)
from recommender.logic.facts import FactTable
from recommender.yaml_reader import Document, Where

__all__ = ["RELAXING", "Compiler", "PlacedChange"]

RELAXING = ("cleared_by_clinician", "equipment")  # all that an `unless` may read


@dataclass(frozen=True, slots=True)
class PlacedChange:
    """What a clinic changes in a rule, and where that stands."""

    change: Change
    document: Document
    at: Where


class Compiler:
    """Compiles rules one by one and keeps every fault."""

    def __init__(self, table: FactTable, selectors: Selectors, relief: int) -> None:
        self.table, self.selectors, self.relief = table, selectors, relief
        self.faults: list[KnowledgeFault] = []

    def compile(
        self, rule: Rule, document: Document, number: int, change: PlacedChange | None = None
    ) -> CompiledRule | None:
        """The compiled rule, or None where a fault was found; `number` is its place in the document."""
        at = ("rules", number)
        before = len(self.faults)
        when = self._condition(
            rule.when, document, (*at, "when"), unsure_counts=rule.then.effect not in ("prefer", "defer")
        )
        unless = (
            ALWAYS
            if rule.unless is None
            else self._condition(rule.unless.when, document, (*at, "unless", "when"), unsure_counts=False)
        )
        condition = when if rule.unless is None else AllOf((when, negate(unless)))
        if rule.safety:
            self._check_monotone(condition, document, (*at, "when"))
        if rule.unless is not None:
            self._check_unless(unless, document, (*at, "unless"))
        selects, scores = self._selected(rule, document, (*at, "then"))
        also = 0
        if change is not None:
            condition, also = self._changed(rule, condition, change)
        if len(self.faults) > before:
            return None
        everything = self.selectors.all
        excludes = {
            "avoid": selects,
            "allow_only": everything & ~selects,
            "stop": everything & ~(self.relief if rule.then.stop == "relief_only" else 0),
        }.get(rule.then.effect, 0)
        excludes |= also
        blocks = {rule.then.avoid["needs"]} if rule.then.avoid and set(rule.then.avoid) == {"needs"} else set()
        return CompiledRule(
            rule=rule,
            file=document.name,
            line=document.line(at),
            when=when,
            condition=condition,
            excludes=excludes,
            selects=selects,
            scores=scores,
            blocks=frozenset(blocks),
            fields=frozenset(test.field for test in tests_of(condition)),
            change=None if change is None else change.change,
        )

    def _changed(self, rule: Rule, condition: Condition, placed: PlacedChange) -> tuple[Condition, int]:
        """The rule as a clinic changes it: its condition, and the exercises it leaves out besides.

        What relaxes comes first and what tightens afterwards, so that a clinic's own `unless` never
        frees the people whom its `also_when` adds.
        """
        change, document, at = placed.change, placed.document, placed.at
        also = 0
        if not rule.safety:
            found = f"{rule.id} leaves nothing out, so that it cannot be made stricter."
            self.faults.append(document.fault(at, found, "Add a rule of your own."))
        if change.unless is not None:
            if rule.fixed or rule.then.stop == "emergency":
                self.faults.append(document.fault((*at, "unless"), f"{rule.id} is fixed: nothing may relax it."))
            unless = self._condition(change.unless.when, document, (*at, "unless", "when"), unsure_counts=False)
            self._check_unless(unless, document, (*at, "unless"))
            self._check_relaxing(unless, document, (*at, "unless", "when"))
            condition = AllOf((condition, negate(unless))) if condition != ALWAYS else negate(unless)
        if change.also_when is not None:
            if condition == ALWAYS:
                found = f"{rule.id} holds for everyone, so that `also_when` adds nobody."
                self.faults.append(document.fault((*at, "also_when"), found, "Leave it out."))
            more = self._condition(change.also_when, document, (*at, "also_when"), unsure_counts=True)
            self._check_monotone(more, document, (*at, "also_when"))
            condition = AnyOf((condition, more)) if condition != ALWAYS else ALWAYS
        if change.also_avoid is not None:
            if rule.then.effect not in ("avoid", "allow_only"):
                found = f"{rule.id} does not choose exercises, so that `also_avoid` means nothing here."
                self.faults.append(document.fault((*at, "also_avoid"), found))
            also = self._mask(change.also_avoid, document, (*at, "also_avoid"))
        return condition, also

    def _condition(self, raw: Any, document: Document, at: Where, *, unsure_counts: bool) -> Condition:
        try:
            return parse(raw, self.table, unsure_counts=unsure_counts)
        except ConditionFault as fault:
            self.faults.append(document.fault((*at, *fault.where), fault.found, fault.do, "unknown-word"))
            return ALWAYS

    def _check_monotone(self, condition: Condition, document: Document, at: Where) -> None:
        for test in falling_tests(condition):
            found = f"`{test.field}: {test.said}` stops holding when the answer gets riskier."
            do = "Widen the test to the riskier side; where a week can be unknown, add `unknown`."
            self.faults.append(document.fault(at, found, do, "riskier-answer-frees"))

    def _check_unless(self, unless: Condition, document: Document, at: Where) -> None:
        for test in tests_of(unless):
            if test.field not in RELAXING:
                found = f"`unless` may not read {test.field}."
                do = "It may read only cleared_by_clinician and equipment that is there."
                self.faults.append(document.fault(at, found, do, "unless-reads-too-much"))

        # One that is too large to be gone through is refused by the engine, as a part of its rule.
        if size(negate(unless)) <= MOST and not conjunctions(negate(unless)):
            found = "`unless` holds for everyone, so that nobody would be left for the rule."
            do = "Name the one answer that relaxes the rule."
            self.faults.append(document.fault((*at, "when"), found, do, "unless-reads-too-much"))

    def _check_relaxing(self, unless: Condition, document: Document, at: Where) -> None:
        for test in (test for test in falling_tests(negate(unless)) if test.field in RELAXING):
            said = test.said.removeprefix("not ")
            found = f"`{test.field}: {said}` relaxes the rule when the answer gets riskier."
            do = "Only a clinician's clearance and kit that is there may relax a rule."
            self.faults.append(document.fault(at, found, do, "riskier-answer-frees"))

    def _selected(self, rule: Rule, document: Document, at: Where) -> tuple[int, tuple[int, ...]]:
        effect, then = rule.then.effect, rule.then
        value = getattr(then, effect)
        if effect in ("avoid", "allow_only"):
            return self._mask(value, document, (*at, effect)), ()
        if effect == "advise":
            narrowed = [key for key in ("if_routine_has", "on_steps") if getattr(then, key) is not None]
            masks = [self._mask(getattr(then, key), document, (*at, key)) for key in narrowed]
            return (masks[0] if masks else 0), ()
        if effect not in ("prefer", "defer"):
            return 0, ()
        masks = [self._mask(part, document, (*at, effect, n)) for n, part in enumerate(value)]
        union = 0
        for mask in masks:
            union |= mask
        count = self.selectors.all.bit_length()
        if effect == "prefer":
            places = [next((n for n, m in enumerate(masks) if m >> e & 1), len(masks)) for e in range(count)]
        else:
            places = [next((n + 1 for n, m in enumerate(masks) if m >> e & 1), 0) for e in range(count)]
        return union, tuple(places)

    def _mask(self, raw: Any, document: Document, at: Where) -> int:
        try:
            return self.selectors.compile(raw)
        except SelectorFault as fault:
            self.faults.append(document.fault((*at, *fault.where), fault.found, fault.do, "unknown-word"))
            return 0
