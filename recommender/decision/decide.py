"""From the rules that fired to what is allowed. Set algebra: effects add up, whatever their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from recommender.decision.recommendation import Reason
from recommender.frozen import FrozenDict
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.conditions import witnesses
from recommender.logic.facts import UNKNOWN, Facts
from recommender.profile.urgent import by_urgency, most_urgent

if TYPE_CHECKING:
    from recommender.decision.recommendation import Outcome, Urgency, Whom

__all__ = ["Decision", "decide", "nothing_fits", "numbers_in", "reason_head", "reason_of"]


NOTHING = FrozenDict()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules decided, before anything is planned.

    `allowed` and `excluded` are bit masks over the exercises that together hold each exactly once.
    `urgency` and `whom` tell how soon someone should be seen and who, `stops` the rules that ask for
    the outcome itself, the most urgent first.
    """

    outcome: Outcome
    urgency: Urgency
    whom: Whom | None
    stops: Sequence[CompiledRule]
    fired: Sequence[CompiledRule]
    by_effect: Mapping[str, Sequence[CompiledRule]]
    allowed: int
    excluded: int
    excluding: Sequence[CompiledRule]
    low_end: bool
    blocked_needs: frozenset[str]

    def of(self, *effects: str) -> Iterator[CompiledRule]:
        """The fired rules with these effects: effect by effect, each in the rules' fixed order."""
        return (compiled for effect in effects for compiled in self.by_effect.get(effect, ()))


def decide(fired: Sequence[CompiledRule], knowledge: Knowledge) -> Decision:
    """Add up the effects of the fired rules. The strongest stop decides the outcome."""
    strength = knowledge.outcomes.strength
    strongest = len(strength) - 1
    excluded = 0
    low_end = False
    excluding: list[CompiledRule] = []
    blocked: frozenset[str] = frozenset()
    by_effect: dict[str, list[CompiledRule]] = {}
    for compiled in fired:
        by_effect.setdefault(compiled.effect, []).append(compiled)
        if compiled.excludes:
            excluded |= compiled.excludes
            excluding.append(compiled)
        blocked |= compiled.blocks
        if compiled.effect == "stop":
            strongest = min(strongest, strength.index(compiled.rule.then.stop or "routine"))
        elif compiled.effect == "limit":
            low_end = True
    outcome = strength[strongest]
    if outcome == "routine" and not knowledge.selectors.all & ~excluded & ~knowledge.relief:
        outcome = "nothing_fits"
    urgency, whom = _seen(outcome, by_effect, knowledge)
    stops = [compiled for compiled in by_effect.get("stop", ()) if compiled.rule.then.stop == outcome]
    return Decision(
        outcome=outcome,
        urgency=urgency,
        whom=whom,
        stops=by_urgency(stops, knowledge),
        fired=fired,
        by_effect=by_effect,
        allowed=knowledge.selectors.all & ~excluded,
        excluded=excluded,
        excluding=excluding,
        low_end=low_end,
        blocked_needs=blocked,
    )


def nothing_fits(decision: Decision, knowledge: Knowledge) -> Decision:
    """The decision where no exercise is left that could be given, such as for lack of time."""
    urgency, whom = _seen("nothing_fits", decision.by_effect, knowledge)
    return replace(decision, outcome="nothing_fits", urgency=urgency, whom=whom)


def _seen(
    outcome: Outcome, by_effect: Mapping[str, Sequence[CompiledRule]], knowledge: Knowledge
) -> tuple[Urgency, Whom | None]:
    """How soon someone should be seen, and who: the most urgent of all stops, and of the asks where there is none."""
    calls = [knowledge.calls[compiled.id] for compiled in by_effect.get("stop", ())]
    if outcome in ("routine", "nothing_fits"):
        calls += [knowledge.calls[c.id] for c in by_effect.get("ask", ()) if c.id in knowledge.calls]
    if outcome == "nothing_fits":
        calls.append(knowledge.call_of_nothing)
    first = most_urgent(calls)
    return ("none", None) if first is None else (first.how_soon, first.whom)


def reason_head(compiled: CompiledRule, knowledge: Knowledge) -> dict[str, Any]:
    """What a reason of this rule says to everyone, with room for the answers, in the order of its fields."""
    rule, change = compiled.rule, compiled.change
    return {
        "rule": rule.id,
        "kind": compiled.kind,
        "effect": compiled.effect,
        "title": rule.title,
        "text": rule.say,
        "because": rule.because if change is None else f"{rule.because} {knowledge.overlay}: {change.because}",
        "answers": NOTHING,
        "unsure": "",
        "sources": rule.sources if change is None else tuple(dict.fromkeys((*rule.sources, *change.sources))),
        "reading": rule.reading,
        "signed": knowledge.sign_off(rule.id).state == "signed",
    }


def reason_of(
    compiled: CompiledRule,
    head: Mapping[str, Any],
    facts: Facts,
    answers: Mapping[str, Any],
    knowledge: Knowledge,
) -> Reason:
    """Why this rule holds: its words (see `reason_head`), and the answers that made it hold."""
    tests = witnesses(compiled.condition, facts)
    values = dict(head)
    values["answers"] = FrozenDict({test.field: answers.get(test.field) for test in tests})
    if compiled.safety:
        words = {test.variable.codes[facts[test.variable.index]] for test in tests}
        if "unsure" in words or any(test.said.endswith("unsure") for test in tests):
            values["unsure"] = knowledge.questionnaire.unsure_note
        elif UNKNOWN in words:
            values["unsure"] = knowledge.questionnaire.unknown_note
    return Reason.made(values)


def numbers_in(mask: int) -> Iterator[int]:
    """The numbers of the exercises in a mask, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
