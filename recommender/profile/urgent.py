"""What is said first: whom to see and how soon, and the stops behind it, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from recommender.knowledge.knowledge import CompiledRule, Knowledge

if TYPE_CHECKING:
    from recommender.knowledge.data import Call
    from recommender.knowledge.session import OutcomeName, Outcomes, Urgency

__all__ = ["by_urgency", "most_urgent", "spelled_out", "whom_and_how_soon"]


def whom_and_how_soon(
    outcome: OutcomeName, urgency: Urgency | Literal["none"], whom: str | None, outcomes: Outcomes
) -> tuple[str, ...]:
    """The sentence that says whom to see and how soon; nothing where nobody has to be seen."""
    if urgency == "none" or whom is None:
        return ()
    sentence = outcomes.outcomes[outcome].first.get(urgency) or outcomes.first[urgency]
    return (sentence.format(whom=outcomes.whom[whom]),)


def by_urgency(stops: Sequence[CompiledRule], knowledge: Knowledge) -> Sequence[CompiledRule]:
    """The stops, the most urgent first; in their own order where they are alike."""
    return sorted(stops, key=lambda compiled: knowledge.calls[compiled.id].rank) if len(stops) > 1 else stops


def most_urgent(calls: Iterable[Call]) -> Call | None:
    """The most urgent of these calls, if there is any."""
    return min(calls, key=lambda call: call.rank, default=None)


def spelled_out(stops: Sequence[CompiledRule], knowledge: Knowledge) -> tuple[Sequence[CompiledRule], str]:
    """The stops that are said in full, and the line that names the further ones; empty where there are none."""
    outcomes = knowledge.outcomes
    further = [compiled.rule.short or "" for compiled in stops[outcomes.spelled_out :]]
    named = knowledge.say.listed(further, "list.apart")
    return stops[: outcomes.spelled_out], outcomes.further.format(named=named) if further else ""
