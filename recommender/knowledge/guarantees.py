"""The guarantees file: what must never and what must always be, whatever the rules say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from recommender.errors import KnowledgeError, KnowledgeFault
from recommender.knowledge.rules import Outcome
from recommender.knowledge.selectors import SelectorFault, Selectors
from recommender.knowledge.session import Urgency
from recommender.logic.conditions import Condition, ConditionFault, parse
from recommender.logic.facts import FactTable
from recommender.values import Constraints, Frozen, Identifier, Locator, Reading, Ref, RuleId, Selector, Text
from recommender.yaml_reader import Document

__all__ = ["CLAIMS", "GUARANTEES", "CompiledGuarantee", "Guarantee", "GuaranteeFile", "compile_guarantees"]

GUARANTEES = ("rules/guarantees.yaml", "guarantees.yaml")  # the shipped ones, and a clinic's own
CLAIMS = ("never", "only", "outcome_at_least", "dose", "show_first", "mechanism")

Mechanism = Literal[
    "every_exclusion_has_a_sourced_reason",
    "more_risk_never_allows_more",
    "each_exercise_in_one_place",
    "no_step_is_excluded",
    "relief_only_gives_only_relief",
    "a_stop_leaves_no_exercise",
    "the_strongest_stop_counts",
    "the_soonest_stop_counts",
    "the_order_of_rules_does_not_matter",
    "wishes_leave_nothing_out",
    "safety_does_not_read_wishes",
    "only_clearance_and_kit_relax",
    "a_session_keeps_its_time",
]


class Guarantee(Frozen):
    """One thing that must never or must always be. It is stated apart from the rules, and proved against them."""

    id: Identifier
    """Its lasting name. It never changes, and is never used again for something else."""
    sentence: Text
    """What is guaranteed, in one sentence."""
    when: Annotated[dict[str, Any] | Literal["always"], Ref("when")] = "always"
    """For whom, in the language of the rules; everyone unless it is said. `unsure` counts as yes here too."""
    never: Selector | None = None
    """Every exercise that this describes is left out for all of them."""
    new_ones_too: bool = False
    """true when any new exercise like this would be left out too, for that reason alone. Goes with `never`."""
    only: Selector | None = None
    """Every exercise that this does not describe is left out for all of them."""
    outcome_at_least: Outcome | None = None
    """The outcome is this one or a stronger one, for all of them.

    emergency: Emergency care at once. No exercise.
    see_clinician: Someone must look at it first. No exercise.
    relief_only: Rest positions only.
    """
    how_soon: Annotated[Urgency, Ref("how_soon")] | None = None
    """They are told to be seen at least as soon as this. Goes with `outcome_at_least`.

    now: At once.
    today: The same day.
    urgent: Today or tomorrow.
    soon: In the next days.
    """
    dose: Literal["low_end"] | None = None
    """How the dose is kept for all of them.

    low_end: The smallest numbers that the texts give.
    """
    show_first: bool = False
    """true when all of them are told to show their routine to a clinician before they start."""
    mechanism: Mechanism | None = None
    """How the program itself works, for every person.

    every_exclusion_has_a_sourced_reason: Whatever is left out has all its reasons, and each names its source.
    more_risk_never_allows_more: A riskier answer never frees an exercise, and never takes a reason away.
    each_exercise_in_one_place: Each exercise is in the routine, left out, or not chosen, and never in two of them.
    no_step_is_excluded: No step of a routine is left out by any rule.
    relief_only_gives_only_relief: With "rest positions only", every step is a rest position.
    a_stop_leaves_no_exercise: Whoever is sent to someone first gets no exercise.
    the_strongest_stop_counts: Of several outcomes that rules ask for, the strongest counts.
    the_soonest_stop_counts: Of several stops, the most urgent says how soon someone is seen, and who.
    the_order_of_rules_does_not_matter: The same rules in any other order decide the same.
    wishes_leave_nothing_out: What only orders or advises leaves nothing out and lets nothing in.
    safety_does_not_read_wishes: No rule that protects reads what the person wants or how long they have.
    only_clearance_and_kit_relax: What relaxes a rule is a clinician's clearance or kit that is there, with a source.
    a_session_keeps_its_time: No routine takes longer than the minutes that were given.
    """
    should: tuple[RuleId, ...] = ()
    """The rules that keep it today. They are named when it does not hold."""
    sources: tuple[Locator, ...] = ()
    """Where it comes from. Needed unless `reading` is practical or project."""
    reading: Reading
    """How sure that reading is."""
    because: Text
    """Why, for reviewers."""

    def __post_init__(self) -> None:
        if len(found := self.claims) != 1:
            raise ValueError(
                f"exactly one claim is needed, found {', '.join(found) or 'none'}; claims: {', '.join(CLAIMS)}"
            )
        if self.how_soon is not None and self.outcome_at_least is None:
            raise ValueError("`how_soon` belongs to `outcome_at_least`")
        if self.new_ones_too and (self.never is None or "exercise" in self.never):
            raise ValueError("`new_ones_too` belongs to `never`, and not where it names exercises")
        if self.mechanism is not None and self.when != "always":
            raise ValueError("a `mechanism` concerns everyone, so that `when` is left out")
        if not self.sources and self.reading not in ("practical", "project"):
            raise ValueError("a guarantee without `sources` must be read as `practical` or `project`")

    @property
    def claims(self) -> tuple[str, ...]:
        """The names of what it claims."""
        return tuple(name for name in CLAIMS if getattr(self, name) not in (None, False))


class GuaranteeFile(Frozen):
    """What must never and what must always be. `recommender rules prove` proves each for all people."""

    topic: Text
    """What this file is about, in a few words."""
    guarantees: Annotated[tuple[Guarantee, ...], Constraints(min_length=1)]
    """The guarantees."""


@dataclass(frozen=True, slots=True)
class CompiledGuarantee:
    """A guarantee with its condition, and the exercises that must be left out as a bit mask."""

    guarantee: Guarantee
    file: str
    line: int | None
    when: Condition
    mask: int

    @property
    def id(self) -> str:
        """Its lasting name."""
        return self.guarantee.id


def compile_guarantees(
    models: Mapping[str, Any], documents: Mapping[str, Document], table: FactTable, selectors: Selectors
) -> tuple[CompiledGuarantee, ...]:
    """Every guarantee, the shipped ones before a clinic's own. Raises KnowledgeError with all faults."""
    faults: list[KnowledgeFault] = []
    found: list[CompiledGuarantee] = []
    for name in GUARANTEES:
        model = models.get(name)
        for number, guarantee in enumerate(model.guarantees if isinstance(model, GuaranteeFile) else ()):
            document, at = documents[name], ("guarantees", number)
            try:
                when = parse(guarantee.when, table, unsure_counts=True)
                mask = _mask(guarantee, selectors)
            except (ConditionFault, SelectorFault) as fault:
                key = "when" if isinstance(fault, ConditionFault) else guarantee.claims[0]
                faults.append(document.fault((*at, key, *fault.where), fault.found, fault.do, "unknown-word"))
                continue
            found.append(CompiledGuarantee(guarantee, name, document.line(at), when, mask))
            if any(other.id == guarantee.id for other in found[:-1]):
                twice = f'The id "{guarantee.id}" stands among the guarantees already.'
                faults.append(document.fault(at, twice, "Choose another one."))
    if faults:
        raise KnowledgeError(faults)
    return tuple(found)


def _mask(guarantee: Guarantee, selectors: Selectors) -> int:
    if guarantee.never is not None:
        return selectors.compile(guarantee.never)
    return 0 if guarantee.only is None else selectors.all & ~selectors.compile(guarantee.only)
