"""The one way from a profile to a recommendation."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from recommender.decide import Decision, decide, numbers_in, reason_of
from recommender.dose import in_words
from recommender.errors import PlanError
from recommender.facts import Facts
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.session import ChangeKind
from recommender.plan import Placed, Plan, Planner
from recommender.profile import Profile, check
from recommender.recommendation import (
    DoseGiven,
    Excluded,
    KnowledgeStamp,
    Message,
    NotChosen,
    Reason,
    Recommendation,
    Step,
    made,
)

__all__ = ["Recommender", "recommend"]

REMEMBERED = 1024


def recommend(profile: Profile | Mapping[str, Any], *, knowledge: Knowledge | None = None) -> Recommendation:
    """The routine for this person, with the reasons for everything that was left out.

    `profile` is a Profile or a mapping with its fields; `knowledge` is the shipped one unless given.
    Raises ProfileError for answers that cannot be used, KnowledgeError for rules that cannot be
    read, EngineError and PlanError where the result could not be trusted. An error means: no routine.
    """
    return _recommender(knowledge or Knowledge.shipped()).recommend(profile)


@lru_cache(maxsize=8)
def _recommender(knowledge: Knowledge) -> Recommender:
    return Recommender(knowledge)


class Recommender:
    """Recommends with one knowledge, and remembers the latest results. Safe to share between threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.planner = Planner(knowledge)
        self._stamp = KnowledgeStamp(version=knowledge.version, hash=knowledge.hash)
        self._constant = {rule.id: reason_of(rule, (), {}, knowledge) for rule in knowledge.rules if rule.always}
        self._locators = [exercise.locators for exercise in knowledge.exercises]
        self._memory: OrderedDict[Any, Recommendation] = OrderedDict()
        self._lock = threading.Lock()

    def recommend(self, profile: Profile | Mapping[str, Any]) -> Recommendation:
        """See `recommender.recommend`."""
        key = _key(profile)
        if key is not None and (known := self._memory.get(key)) is not None:
            return known
        answers = profile.answers(self.knowledge) if isinstance(profile, Profile) else check(profile, self.knowledge)
        result = self.of_answers(answers)
        if key is not None:
            with self._lock:
                self._memory[key] = result
                while len(self._memory) > REMEMBERED:
                    self._memory.popitem(last=False)
        return result

    def decided(self, answers: Mapping[str, Any]) -> tuple[Facts, Decision]:
        """The facts of complete answers, and what the rules decide about them."""
        facts = self.knowledge.table.encode(answers)
        return facts, decide(self.knowledge.fired(facts), self.knowledge)

    def of_answers(self, answers: Mapping[str, Any]) -> Recommendation:
        """The recommendation for complete answers (see `recommender.profile.check`)."""
        facts, decision = self.decided(answers)
        plan = self.planner.plan(decision, answers)
        reasons = {
            compiled.id: self._constant.get(compiled.id) or reason_of(compiled, facts, answers, self.knowledge)
            for compiled in decision.fired
        }
        outcome = self.knowledge.outcomes.outcomes[decision.outcome]
        empty = decision.outcome == "routine" and not plan.steps
        result = made(
            Recommendation,
            {
                "outcome": decision.outcome,
                "title": self.knowledge.outcomes.nothing_left.title if empty else outcome.title,
                "now": (self.knowledge.outcomes.nothing_left.say,) if empty else outcome.now,
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
                "knowledge": self._stamp,
            },
        )
        if len(result.routine) + len(result.excluded) + len(result.not_chosen) != len(self.knowledge.exercises):
            raise PlanError("An exercise stood in no place or in two. No routine is given.")
        return result

    # --- the parts of the result -------------------------------------------------------------

    def _excluded(self, decision: Decision, reasons: Mapping[str, Reason]) -> Iterator[Excluded]:
        strength = self.knowledge.outcomes.strength

        def weight(compiled: CompiledRule) -> int:
            """Stops first, the strongest before the others; then safety; then kit and positions."""
            stop = compiled.rule.then.stop
            return strength.index(stop) if stop else len(strength) + (compiled.rule.reading == "practical")

        hit: dict[int, list[Reason]] = {number: [] for number in numbers_in(decision.excluded)}
        for compiled in sorted(decision.excluding, key=weight):
            reason = reasons[compiled.id]
            for number in numbers_in(compiled.excludes):
                hit[number].append(reason)
        numbers = self.knowledge.numbers
        for number, found in hit.items():
            exercise = self.knowledge.exercises[number]
            yield made(
                Excluded,
                {
                    "exercise": exercise.id,
                    "name": exercise.name,
                    "sources": self._locators[number],
                    "reasons": tuple(found),
                    "instead": tuple(id for id in exercise.replacement if decision.allowed >> numbers[id] & 1),
                },
            )

    def _not_chosen(self, plan: Plan) -> Iterator[NotChosen]:
        exercises, words = self.knowledge.exercises, self.knowledge.session.not_chosen
        for number, why in sorted(plan.left.items()):
            exercise = exercises[number]
            rivals = [exercises[step.chosen.number] for step in plan.steps]
            if why == "same_family":
                rivals = [rival for rival in rivals if rival.family == exercise.family]
            else:
                phase = self.planner.phase_of(number)
                rivals = [exercises[step.chosen.number] for step in plan.steps if step.chosen.phase == phase]
            yield made(
                NotChosen,
                {
                    "exercise": exercise.id,
                    "name": exercise.name,
                    "sources": self._locators[number],
                    "reason": why,
                    "text": words[why].format(others=", ".join(rival.name for rival in rivals)),
                },
            )

    def _steps(self, plan: Plan, decision: Decision) -> Iterator[Step]:
        for order, placed in enumerate(plan.steps, start=1):
            chosen = placed.chosen
            exercise = self.knowledge.exercises[chosen.number]
            dose = chosen.dose
            yield Step.model_construct(
                order=order,
                exercise=exercise.id,
                name=exercise.name,
                phase=chosen.phase,
                position=exercise.start_position,
                change=self._change(placed, plan, order),
                change_seconds=placed.change_seconds,
                dose=made(
                    DoseGiven,
                    {
                        "sets": dose.sets,
                        "reps": dose.reps,
                        "hold": dose.hold,
                        "rest": dose.rest if dose.sets > 1 else 0,
                        "per_side": dose.sides == 2,
                        "low_end": decision.low_end,
                        "text": in_words(dose),
                    },
                ),
                seconds=placed.seconds,
                how=exercise.steps,
                breathing=exercise.breathing,
                feel=exercise.feel,
                stop_when=exercise.stop_when,
                equipment=exercise.equipment.required,
                sources=self._locators[chosen.number],
                reasons=tuple(self._why_chosen(placed, decision)),
            )

    def _change(self, placed: Placed, plan: Plan, order: int) -> str:
        session, vocabulary = self.knowledge.session, self.knowledge.vocabulary
        exercises = self.knowledge.exercises
        here = session.starts_from if order == 1 else exercises[plan.steps[order - 2].chosen.number].start_position
        place = exercises[placed.chosen.number].start_position
        if here == place:
            return ""
        kind: ChangeKind = "through" if placed.through else ("direct" if placed.reachable else "free")
        through = ", then ".join(vocabulary.title("start_position", name) for name in placed.through)
        return session.change_words[kind].format(to=vocabulary.title("start_position", place), through=through)

    def _by_rank(self, decision: Decision) -> list[CompiledRule]:
        """The rules that ordered the allowed exercises, the strongest rank first."""
        ranks = self.knowledge.session.ranks
        return sorted(decision.of("prefer", "defer"), key=lambda compiled: ranks.index(compiled.rule.then.rank or ""))

    def _why_chosen(self, placed: Placed, decision: Decision) -> Iterator[str]:
        session, chosen = self.knowledge.session, placed.chosen
        slot = next((slot for slot in session.slots if slot.id == chosen.slot), None)
        phase = next(phase for phase in session.phases if phase.id == chosen.phase)
        if slot is not None:
            yield session.chosen_for_slot.format(slot=slot.title)
        elif decision.outcome == "routine":
            yield session.chosen_to_fill.format(phase=phase.title)
        for compiled in self.planner.rules_for(chosen.number, decision):
            yield compiled.rule.title + "."

    def _messages(self, decision: Decision, plan: Plan, reasons: Mapping[str, Reason]) -> Iterator[Message]:
        outcomes = self.knowledge.outcomes
        outcome = outcomes.outcomes[decision.outcome]
        stops = sorted(
            decision.of("stop"), key=lambda compiled: outcomes.strength.index(compiled.rule.then.stop or "routine")
        )
        for compiled in stops:
            yield _message("stop", compiled, reasons, compiled.rule.then.stop or "")
        for said in outcome.statements:
            yield Message(
                kind="advice", topic=decision.outcome, text=said.say, sources=said.sources, reading=said.reading
            )
        if decision.outcome == "relief_only" and not plan.steps:
            yield Message(kind="note", text=outcomes.no_relief_left)
        for title in plan.not_filled:
            yield Message(kind="note", text=outcomes.not_filled.format(slot=title))
        for title in plan.no_time:
            yield Message(kind="note", text=outcomes.no_time.format(slot=title))
        if decision.outcome in ("emergency", "see_clinician"):
            return
        if decision.outcome == "routine":
            for compiled in decision.of("ask"):
                yield _message("ask", compiled, reasons, compiled.rule.then.ask or "")
            for compiled in decision.of("limit"):
                yield _message("limit", compiled, reasons, "dose")
            for compiled in self._by_rank(decision):
                yield _message("prefer", compiled, reasons, compiled.rule.then.rank or "")
        steps = {self.knowledge.exercises[step.chosen.number].id for step in plan.steps}
        for topic in outcome.advice:
            for compiled in decision.of("advise"):
                then = compiled.rule.then
                fits = not then.with_exercise or steps & set(then.with_exercise)
                if then.advise == topic and fits and not (then.not_when_limited and decision.low_end):
                    yield _message("advice", compiled, reasons, topic)


def _message(kind: str, compiled: CompiledRule, reasons: Mapping[str, Reason], topic: str) -> Message:
    reason = reasons[compiled.id]
    return made(
        Message,
        {
            "kind": kind,
            "topic": topic,
            "text": reason.text,
            "rule": reason.rule,
            "answers": reason.answers,
            "unsure": reason.unsure,
            "sources": reason.sources,
            "reading": reason.reading,
        },
    )


def _key(profile: Profile | Mapping[str, Any]) -> Any:
    """What a profile is remembered by: its answers as they are; None if they cannot be hashed.

    Types count too, since 1 and True, or "1" and 1, are different answers.
    """
    if isinstance(profile, Profile):
        return profile
    try:
        key = tuple([(name, _frozen(value)) for name, value in profile.items()])
        hash(key)
    except (TypeError, AttributeError, RecursionError):
        return None
    return key


def _frozen(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ("list", *[item if isinstance(item, str) else (type(item), item) for item in value])
    if isinstance(value, Mapping):
        return ("map", *[(name, _frozen(inner)) for name, inner in value.items()])
    return (type(value), value)
