"""Checks of what people get: gaps, exercises that nobody gets, preferences that never count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product
from typing import Any

from recommender.decision.decide import Decision, decide, numbers_in
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.review.checks.base import Check, Review
from recommender.review.finding import Finding
from recommender.review.people import changed, complete_answers, single_changes

__all__ = ["Gap", "OverruledPreference", "UnreachableExercise"]


class Gap(Check):
    """People without a stop and without a usable routine.

    What: a person who is not sent to anyone and for whom no exercise, or fewer than the session asks for, is left.
    Looked for over everyone with up to two answers changed.

    Avoid: rules that together leave nothing, so that the person learns nothing but that.

    Prefer: an exercise that fits these people; or accept it in the rule that leaves out most, and say why.

    Why: someone in pain who gets an empty page does not come back.
    """

    id = "gap"

    def find(self, review: Review) -> Iterator[Finding]:
        """One finding for each rule that leaves out most, with the first such person and their number."""
        people: dict[str, list[Mapping[str, Any]]] = {}
        for person in review.results:
            if person.steps < person.wanted:
                people.setdefault(_blamed(person.decision), []).append(person.answers)
        for id, found in people.items():
            number = f"{len(found)} of the {len(review.results)} people looked at"
            compiled = review.knowledge.rules_by_id[id]
            text = f"no usable routine is left for {number}; this rule leaves out most."
            yield self.about_rule(compiled, text, "Add an exercise that fits them.", review.short(found[0]))


def _blamed(decision: Decision) -> str:
    """The rule, other than a stop or one for everyone, that leaves out the most."""
    rules = [c for c in decision.excluding if c.effect != "stop" and not c.always] or list(decision.excluding)
    return max(rules, key=lambda compiled: compiled.excludes.bit_count()).id


class UnreachableExercise(Check):
    """An exercise that is allowed and that nobody gets.

    What: no routine of the people looked at has it, though no rule leaves it out for everyone. Looked for over
    everyone with up to two answers changed, all goals and long sessions with all kit, and people who can do little
    else.

    Avoid: an exercise that always ranks behind another one of its family.

    Prefer: a preference that brings it to whom it suits; or accept it in the exercise, and say why it is kept.

    Why: it has been reviewed, and helps nobody.
    """

    id = "unreachable-exercise"
    level = "warning"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every exercise that the search did not meet."""
        knowledge = review.knowledge
        everyone = 0
        for compiled in knowledge.rules:
            everyone |= compiled.excludes if compiled.always else 0
        met = {number for person in review.results for number in person.chosen}
        wanted = {n for n in numbers_in(knowledge.selectors.all & ~everyone) if n not in met}
        for answers in self._more_people(review, wanted):
            if not wanted:
                break
            wanted -= set(review.look_at(answers, wanted).chosen)
        for number in sorted(wanted):
            found = "nobody of the people looked at gets it."
            do = "Prefer it for whom it suits, or accept it with the reason why it is kept."
            yield self.about_exercise(knowledge.exercises[number].id, knowledge, found, do)

    def _more_people(self, review: Review, wanted: set[int]) -> Iterator[dict[str, Any]]:
        """Long sessions with all kit, then people for whom one of the wanted is nearly all they can do."""
        knowledge, words = review.knowledge, _wishes(review.knowledge)
        changes = [{}, *single_changes(knowledge)]
        for level, minutes in product(reversed(words["level"]), reversed(words["minutes"])):
            for goal, change in product(words["goal"], changes):
                wishes = {"goal": goal, "level": level, "minutes": minutes, "equipment": words["equipment"]}
                both = changed(wishes, change, knowledge)
                if both is not None:
                    yield complete_answers(both, knowledge)
        for number in sorted(wanted):
            for cannot in _little_else(number, knowledge, words["cannot"]):
                kits = (knowledge.exercises[number].equipment.required, words["equipment"])
                for goal, kit in product(words["goal"], kits):
                    wishes = {"cannot": cannot, "goal": goal, "equipment": kit}
                    yield complete_answers(
                        {**wishes, "level": words["level"][-1], "minutes": words["minutes"][-1]}, knowledge
                    )


def _wishes(knowledge: Knowledge) -> dict[str, Any]:
    found: dict[str, Any] = {name: question.words for name, question in knowledge.table.questions.items()}
    longest = knowledge.table.questions["minutes"].highest
    return {**found, "minutes": (longest // 2, longest)}


def _little_else(number: int, knowledge: Knowledge, words: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Everything that someone who does this exercise may be unable to do, or all of it but one."""
    needed = {need for c in knowledge.rules if c.excludes >> number & 1 for need in c.blocks}
    free = [word for word in words if word not in needed]
    yield tuple(free)
    yield from combinations(free, len(free) - 1)


class OverruledPreference(Check):
    """A preference that never counts.

    What: a `prefer` or `defer` without which the order of the allowed exercises is the same for everyone for whom it
    holds, whatever their goal and level.

    Avoid: a preference for exercises that a safety rule leaves out for the same people.

    Prefer: a rank that lets it count, or other exercises; or no preference.

    Why: its sentence promises a choice that is never made.
    """

    id = "overruled-preference"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every preference that changes no order."""
        for compiled in review.knowledge.rules:
            if compiled.effect in ("prefer", "defer") and not any(_counts(compiled, review)):
                found = "it changes the order for nobody."
                yield self.about_rule(compiled, found, "Give it a stronger rank, or end it.")


def _counts(compiled: CompiledRule, review: Review) -> Iterator[bool]:
    knowledge, planner = review.knowledge, review.recommender.planner
    words = _wishes(knowledge)
    for answers in review.mildest.person_of_each(compiled.condition):
        for goal, level in product(words["goal"], words["level"]):
            wishes = {"goal": goal, "level": level}
            facts = knowledge.table.encode(
                {**answers, **{k: answers[k] if k in compiled.fields else v for k, v in wishes.items()}}
            )
            fired = knowledge.fired(facts)
            with_it = planner.ranking(decide(fired, knowledge))
            without = planner.ranking(decide([c for c in fired if c is not compiled], knowledge))
            yield compiled in fired and with_it != without
