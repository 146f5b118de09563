"""Puts the result together from what was decided and planned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from recommender.decision.decide import NOTHING, Decision, numbers_in, reason_head, reason_of
from recommender.decision.plan import Placed, Plan, Planner
from recommender.decision.recommendation import (
    FORMAT,
    DoseGiven,
    Excluded,
    KnowledgeStamp,
    Message,
    MessageKind,
    NotChosen,
    Reason,
    Recommendation,
    Relaxed,
    SignedShare,
    Step,
)
from recommender.errors import PlanError
from recommender.frozen import FrozenDict, frozen
from recommender.knowledge.dose import in_words
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.facts import Facts
from recommender.logic.nested import nest
from recommender.profile.urgent import spelled_out, whom_and_how_soon
from recommender.profile.wishes import WISHES

if TYPE_CHECKING:
    from recommender.knowledge.session import ChangeKind

__all__ = ["Composer"]

REASONS_KEPT = 20_000


class Composer:
    """Composes results with one knowledge. Holds what is the same for everyone; safe to share."""

    def __init__(self, knowledge: Knowledge, planner: Planner) -> None:
        self.knowledge, self.planner = knowledge, planner
        self._stamp = KnowledgeStamp(
            version=knowledge.version,
            hash=knowledge.hash,
            overlay=knowledge.overlay,
            relaxed=tuple(Relaxed(**asdict(relaxed)) for relaxed in knowledge.relaxed),
        )
        self._signed = {id for id, sign_off in knowledge.sign_offs.items() if sign_off.state == "signed"}
        self._heads: list[dict[str, Any]] = [
            {"exercise": exercise.id, "name": exercise.name, "sources": exercise.locators}
            for exercise in knowledge.exercises
        ]
        self._fixed = [
            {
                **head,
                "position": exercise.start_position,
                "how": exercise.steps,
                "breathing": exercise.breathing,
                "feel": exercise.feel,
                "stop_when": exercise.stop_when,
                "equipment": exercise.equipment.required,
            }
            for head, exercise in zip(self._heads, knowledge.exercises, strict=True)
        ]
        self._asked = (*knowledge.table.questions, *WISHES)
        self._families = [exercise.family for exercise in knowledge.exercises]
        session = knowledge.session
        filled = {phase.id: session.chosen_to_fill.format(phase=phase.title) for phase in session.phases}
        self._why: dict[tuple[str | None, str], str] = {(None, phase): text for phase, text in filled.items()}
        for slot in session.slots:
            text = session.chosen_for_slot.format(slot=slot.title)
            self._why |= {(slot.id, phase): text for phase in filled}
        self._hits = {compiled.id: tuple(numbers_in(compiled.excludes)) for compiled in knowledge.rules}
        self._instead = [
            tuple((id, knowledge.numbers[id]) for id in exercise.replacement) for exercise in knowledge.exercises
        ]
        ranks = knowledge.session.ranks
        self._ranks = {c.id: ranks.index(c.rule.then.rank) for c in knowledge.rules if c.rule.then.rank is not None}
        self._places = {id: _places_of(compiled) for compiled in knowledge.rules if (id := compiled.id) in self._ranks}
        # Each with whether it speaks of the rest positions.
        self._always_said: dict[str, tuple[tuple[Message, bool], ...]] = {
            name: tuple(
                (
                    self._message("advice", said.say, topic=name, sources=said.sources, reading=said.reading),
                    said.with_positions,
                )
                for said in outcome.statements
            )
            for name, outcome in knowledge.outcomes.outcomes.items()
        }
        self._reasons: dict[tuple[str, tuple[Any, ...]], Reason] = {}
        self._said = {rule.id: reason_head(rule, knowledge) for rule in knowledge.rules}
        self._constant: dict[str, Reason] = {
            rule.id: Reason.made(dict(self._said[rule.id])) for rule in knowledge.rules if rule.always
        }
        self._said_to_all = {
            rule.id: self._message_of(_MESSAGES[rule.effect], rule, self._constant)
            for rule in knowledge.rules
            if rule.always and rule.effect in _MESSAGES
        }
        strength = knowledge.outcomes.strength
        # Stops first, the strongest and then the most urgent before the others; then safety; then kit and positions.
        self._weight: dict[str, tuple[int, ...]] = {
            compiled.id: (strength.index(compiled.rule.then.stop), *knowledge.calls[compiled.id].rank)
            if compiled.rule.then.stop
            else (len(strength), compiled.rule.reading == "practical")
            for compiled in knowledge.rules
        }

    def compose(
        self,
        facts: Facts,
        answers: Mapping[str, Any],
        decision: Decision,
        plan: Plan,
        *,
        answered_on: Mapping[str, str] = NOTHING,
        adapted_on: str | None = None,
    ) -> Recommendation:
        """The whole result.

        `answered_on` holds the days of answers by field, `adapted_on` the day for which a routine was
        adapted to a log.

        Raises PlanError if an exercise stands in no place or in two.
        """
        reasons = {compiled.id: self._reason(compiled, facts, answers) for compiled in decision.fired}
        result = Recommendation.made(
            {
                "about": self.knowledge.outcomes.about.with_answers,
                "format": FORMAT,
                "outcome": decision.outcome,
                "urgency": decision.urgency,
                "whom": decision.whom,
                "title": self.title(decision, plan),
                "now": self.now(decision, plan),
                "show_to_clinician_first": decision.outcome == "routine"
                and bool(plan.steps)
                and any(not compiled.always for compiled in decision.of("ask")),
                "minutes": answers["minutes"],
                "seconds": plan.seconds,
                "routine": tuple(self._steps(plan, decision)),
                "excluded": tuple(self._excluded(decision, reasons)),
                "not_chosen": tuple(self._not_chosen(plan)),
                "messages": tuple(self._messages(decision, plan, reasons)),
                "disclaimer": self.knowledge.outcomes.disclaimer,
                "review": self._review(decision),
                "knowledge": self._stamp,
                "profile": _profile({name: answers[name] for name in self._asked if name in answers}),
                "answered_on": answered_on if type(answered_on) is FrozenDict else frozen(answered_on),
                "adapted_on": adapted_on,
            },
        )
        places = [place.exercise for part in (result.routine, result.excluded, result.not_chosen) for place in part]
        if not len(places) == len(set(places)) == len(self.knowledge.exercises):
            raise PlanError("An exercise stood in no place or in two. No routine is given.")
        return result

    def _review(self, decision: Decision) -> SignedShare:
        """How much of what decided is signed."""
        drafts = tuple(compiled.id for compiled in decision.fired if compiled.id not in self._signed)
        count = len(decision.fired)
        return SignedShare.made({"rules": count, "signed": count - len(drafts), "drafts": drafts})

    def title(self, decision: Decision, plan: Plan) -> str:
        """The heading of the result."""
        outcomes = self.knowledge.outcomes
        alone = decision.outcome == "relief_only" and not plan.steps
        return outcomes.no_relief_left.title if alone else outcomes.outcomes[decision.outcome].title

    def now(self, decision: Decision, plan: Plan) -> tuple[str, ...]:
        """What to do now: whom to see and how soon before all else."""
        outcomes = self.knowledge.outcomes
        outcome = outcomes.outcomes[decision.outcome]
        first = whom_and_how_soon(decision.outcome, decision.urgency, decision.whom, outcomes)
        if decision.outcome == "relief_only" and not plan.steps:
            return (*first, outcomes.no_relief_left.say)
        rest = [self._heads[number]["name"] for number, why in sorted(plan.left.items()) if why == "only_rest"]
        named = self.knowledge.say.listed(rest, last="list.or")
        return (*first, *outcome.now, *([outcomes.rest_fits.format(positions=named)] if rest else []))

    def _reason(self, compiled: CompiledRule, facts: Facts, answers: Mapping[str, Any]) -> Reason:
        """Why the rule holds. Equal answers to what it reads give the same reason, so it is made once for them."""
        constant = self._constant.get(compiled.id)
        if constant is not None:
            return constant
        key = (compiled.id, tuple([answers.get(field) for field in compiled.asks]))
        reason = self._reasons.get(key)
        if reason is None:
            reason = reason_of(compiled, self._said[compiled.id], facts, answers, self.knowledge)
            if len(self._reasons) >= REASONS_KEPT:
                self._reasons = {}  # replaced in one step, so that no lock is needed
            self._reasons[key] = reason
        return reason

    def _excluded(self, decision: Decision, reasons: Mapping[str, Reason]) -> Iterator[Excluded]:
        hit: list[list[Reason]] = [[] for _ in self._heads]
        for compiled in sorted(decision.excluding, key=lambda compiled: self._weight[compiled.id]):
            reason = reasons[compiled.id]
            for number in self._hits[compiled.id]:
                hit[number].append(reason)
        allowed = decision.allowed
        for head, instead, found in zip(self._heads, self._instead, hit, strict=True):
            if found:
                others = tuple([id for id, number in instead if allowed >> number & 1]) if instead else ()
                values = head.copy()
                values["reasons"], values["instead"] = tuple(found), others
                yield Excluded.made(values)

    def _not_chosen(self, plan: Plan) -> Iterator[NotChosen]:
        words, phase_of = self.knowledge.session.not_chosen, self.planner.phase_of
        texts: dict[tuple[str, str], str] = {}
        for number, why in sorted(plan.left.items()):
            alike = why == "same_family"
            kin = self._families[number] if alike else phase_of(number)
            text = texts.get((why, kin))
            if text is None:
                others = [
                    self._heads[step.chosen.number]["name"]
                    for step in plan.steps
                    if kin == (self._families[step.chosen.number] if alike else step.chosen.phase)
                ]
                text = texts[why, kin] = words[why].format(others=self.knowledge.say.listed(others))
            values = self._heads[number].copy()
            values["reason"], values["text"] = why, text
            yield NotChosen.made(values)

    def _steps(self, plan: Plan, decision: Decision) -> Iterator[Step]:
        beside = [compiled for compiled in decision.of("advise") if compiled.rule.then.on_steps is not None]
        first = [(compiled.rule, compiled.scores) for compiled in decision.of("prefer") if 0 in compiled.scores]
        here, say = self.knowledge.session.starts_from, self.knowledge.say
        for order, placed in enumerate(plan.steps, start=1):
            chosen, dose = placed.chosen, placed.chosen.dose
            number = chosen.number
            fixed = self._fixed[number]
            given = {
                "sets": dose.sets,
                "reps": dose.reps,
                "hold": dose.hold,
                "rest": dose.rest if dose.sets > 1 else 0,
                "per_side": dose.sides == 2,
                "low_end": decision.low_end,
                "text": in_words(dose, say),
            }
            why = [self._why[chosen.slot, chosen.phase]] if chosen.slot or decision.outcome == "routine" else []
            why += [say("result.title", title=rule.title) for rule, scores in first if scores[number] == 0]
            # In the order of the fields, which is the order in JSON.
            yield Step.made(
                {
                    "order": order,
                    "exercise": fixed["exercise"],
                    "name": fixed["name"],
                    "phase": chosen.phase,
                    "position": fixed["position"],
                    "change": self._change(placed, here),
                    "change_seconds": placed.change_seconds,
                    "dose": DoseGiven.made(given),
                    "seconds": placed.seconds,
                    "how": fixed["how"],
                    "breathing": fixed["breathing"],
                    "feel": fixed["feel"],
                    "stop_when": fixed["stop_when"],
                    "notes": tuple([compiled.rule.say for compiled in beside if compiled.selects >> number & 1]),
                    "equipment": fixed["equipment"],
                    "sources": fixed["sources"],
                    "reasons": tuple(why),
                },
            )
            here = fixed["position"]

    def _change(self, placed: Placed, here: str) -> str:
        session, vocabulary = self.knowledge.session, self.knowledge.vocabulary
        place = self._fixed[placed.chosen.number]["position"]
        if here == place:
            return ""
        kind: ChangeKind = "through" if placed.through else ("direct" if placed.reachable else "free")
        through = self.knowledge.say.listed(
            [vocabulary.title("start_position", name) for name in placed.through], "list.then"
        )
        return session.change_words[kind].format(to=vocabulary.title("start_position", place), through=through)

    def _by_rank(self, decision: Decision) -> list[CompiledRule]:
        """The rules that ordered the allowed exercises, the strongest rank first; none that puts all of them alike."""
        allowed = decision.allowed
        ordering = [
            c for c in decision.of("prefer", "defer") if len([m for m in self._places[c.id] if m & allowed]) > 1
        ]
        return sorted(ordering, key=lambda compiled: self._ranks[compiled.id])

    def _messages(self, decision: Decision, plan: Plan, reasons: Mapping[str, Reason]) -> Iterator[Message]:
        """Everything that is said besides the routine, in the order in which it is read."""
        outcomes = self.knowledge.outcomes
        outcome = outcomes.outcomes[decision.outcome]
        yield from self._stops(decision, reasons)
        alone = not plan.steps
        yield from (said for said, positions in self._always_said[decision.outcome] if not (positions and alone))
        yield from self.notes(plan)
        if decision.outcome == "nothing_fits":
            return
        spoken: list[CompiledRule] = []
        if decision.outcome == "routine":
            spoken = [*decision.of("ask", "limit"), *self._by_rank(decision)]
        spoken += self._advice(outcome.advice, decision, plan)
        for compiled in spoken:
            yield self._said_to_all.get(compiled.id) or self._message_of(_MESSAGES[compiled.effect], compiled, reasons)

    def _stops(self, decision: Decision, reasons: Mapping[str, Reason]) -> Iterator[Message]:
        """The most urgent stops in full, and further ones in one line. What asks for less is not said."""
        in_full, further = spelled_out(decision.stops, self.knowledge)
        for compiled in in_full:
            yield self._message_of("stop", compiled, reasons)
        if further:
            yield self._message("stop", further, topic=decision.outcome)

    def notes(self, plan: Plan) -> Iterator[Message]:
        """What the session lacks, and why."""
        outcomes, say = self.knowledge.outcomes, self.knowledge.say
        if not plan.steps:
            return
        if plan.not_filled:
            yield self._message("note", outcomes.not_filled.format(slots=say.listed(plan.not_filled, last="list.or")))
        if plan.no_time:
            yield self._message("note", outcomes.no_time.format(slots=say.listed(plan.no_time, last="list.or")))
        if plan.full:
            text = outcomes.full.format(minutes=plan.minutes, taken=round(plan.seconds / 60), count=len(plan.steps))
            yield self._message("note", text)

    def _advice(self, topics: Sequence[str], decision: Decision, plan: Plan) -> Iterator[CompiledRule]:
        """The advice of these topics that fits the routine, topic by topic."""
        steps = {self.knowledge.exercises[step.chosen.number].id for step in plan.steps}
        mask = sum(1 << step.chosen.number for step in plan.steps)
        found: dict[str, list[CompiledRule]] = {topic: [] for topic in topics}
        for compiled in decision.of("advise"):
            then = compiled.rule.then
            if then.advise not in found or then.on_steps is not None or (then.not_when_limited and decision.low_end):
                continue
            if then.with_exercise and steps.isdisjoint(then.with_exercise):
                continue
            if then.if_routine_has is None or mask & compiled.selects:
                found[then.advise].append(compiled)
        for advice in found.values():
            yield from advice

    def _message_of(self, kind: MessageKind, compiled: CompiledRule, reasons: Mapping[str, Reason]) -> Message:
        """The message of a rule."""
        reason, then = reasons[compiled.id], compiled.rule.then
        return Message.made(
            {
                "kind": kind,
                "topic": then.stop or then.ask or then.rank or then.advise or "",
                "text": reason.text,
                "rule": reason.rule,
                "answers": reason.answers,
                "unsure": reason.unsure,
                "sources": reason.sources,
                "reading": reason.reading,
                "signed": reason.signed,
            },
        )

    def _message(self, kind: MessageKind, text: str, **more: Any) -> Message:
        """A message of no rule; what is not given is empty."""
        return Message.made({**_NO_RULE, "kind": kind, "text": text, **more})


def _profile(answers: Mapping[str, Any]) -> FrozenDict:
    """Complete answers as a profile. Most are words, numbers and tuples, which need no freezing."""
    profile = nest(answers)
    for name, value in profile.items():
        if type(value) is dict or type(value) is list:
            profile[name] = frozen(value)
    return FrozenDict(profile)


# In the order of the fields, which is the order in JSON.
_NO_RULE: dict[str, Any] = {
    "kind": "note", "topic": "", "text": "", "rule": "", "answers": NOTHING, "unsure": "", "sources": (), "reading": "",
    "signed": False,
}  # fmt: skip


def _places_of(compiled: CompiledRule) -> tuple[int, ...]:
    """For each place that a rule gives to exercises, those that it puts there, as a mask."""
    masks: dict[int, int] = {}
    for number, place in enumerate(compiled.scores):
        masks[place] = masks.get(place, 0) | 1 << number
    return tuple(masks.values())


_MESSAGES: dict[str, MessageKind] = {
    "stop": "stop",
    "ask": "ask",
    "limit": "limit",
    "prefer": "prefer",
    "defer": "prefer",
    "advise": "advice",
}
