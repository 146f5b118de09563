"""Holds what comes out for a whole person against what the case says must come out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from recommender.decision.decide import numbers_in
from recommender.decision.pipeline import Recommender
from recommender.decision.recommendation import Recommendation
from recommender.errors import ProfileError
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.selectors import SelectorFault
from recommender.logic.answers import nest
from recommender.profile.checking import check
from recommender.review.cases import Case
from recommender.review.examples import example_answers

__all__ = ["answers_of", "failures", "unknown_names", "what_it_does"]


def answers_of(case: Case, knowledge: Knowledge) -> dict[str, Any]:
    """The complete answers of the person. Raises ProfileError."""
    answers = example_answers(case.profile, knowledge)
    if not case.unanswered:
        return answers
    return check(nest({name: value for name, value in answers.items() if name not in case.unanswered}), knowledge)


def what_it_does(compiled: CompiledRule) -> str:
    """What a rule does, in short: its effect and the words that go with it."""
    then = compiled.rule.then
    words = [then.stop, then.whom, then.how_soon, then.ask, then.limit and then.limit.dose, then.rank, then.advise]
    said = ", ".join(word for word in (*words, "fixed" if compiled.rule.fixed else None) if word)
    return f"{compiled.effect} {said}".strip()


def failures(case: Case, recommender: Recommender) -> Iterator[str]:
    """Everything that the case says and that does not come out. Raises ProfileError for answers that are none."""
    if case.refused:
        yield from _answered_for(case, recommender.knowledge)
        return
    answers = answers_of(case, recommender.knowledge)
    _, decision = recommender.decided(answers)
    result = recommender.of_answers(answers)
    fired = {compiled.id for compiled in decision.fired}
    if result.outcome != case.outcome:
        yield f"the outcome is {result.outcome} and not {case.outcome}"
    if case.urgency not in (None, result.urgency):
        yield f"the urgency is {result.urgency} and not {case.urgency}"
    if result.whom != case.whom and (case.whom or case.urgency == "none"):
        yield f"who is to be seen is {result.whom or 'nobody'} and not {case.whom or 'nobody'}"
    yield from (f"{id} does not hold" for id in case.fires if id not in fired)
    yield from (f"{id} holds" for id in case.silent if id in fired)
    done = {compiled.id: what_it_does(compiled) for compiled in decision.fired}
    for id, wanted in case.does.items():
        if done.get(id) != wanted:
            yield f"{id} does this: {done.get(id, 'nothing')}, and should do this: {wanted}"
    yield from _of_exercises(case, result)
    yield from _of_kinds(case, result, recommender.knowledge)
    yield from _of_routine(case, result)
    said = " ".join([*result.now, *(message.text for message in result.messages)]).lower()
    yield from (f'nothing says "{words}"' for words in case.says if words.lower() not in said)
    yield from (f'something says "{words}"' for words in case.says_not if words.lower() in said)


def _answered_for(case: Case, knowledge: Knowledge) -> Iterator[str]:
    """The questions that this person must answer and that have an answer taken for granted."""
    try:
        answers_of(case, knowledge)
    except ProfileError as error:
        missing = {fault.field for fault in error.faults}
    else:
        missing = set()
    yield from (f"{field} need not be answered" for field in case.refused if field not in missing)


def _of_exercises(case: Case, result: Recommendation) -> Iterator[str]:
    """What the rules leave out and what they must not."""
    reasons = {entry.exercise: [reason.rule for reason in entry.reasons] for entry in result.excluded}
    for exercise, rules in case.excluded.items():
        lost = [id for id in rules if id not in reasons.get(exercise, ())]
        if lost or exercise not in reasons:
            yield f"{exercise} is not left out by {', '.join(lost) or 'any rule'}"
    for exercise, rules in case.excluded_exactly.items():
        found = sorted(reasons.get(exercise, ()))
        if sorted(rules) != found or not found:
            yield f"{exercise} is left out by {', '.join(found) or 'no rule'}, and should be by {', '.join(rules)}"
    yield from (
        f"{exercise} is left out by {', '.join(reasons[exercise])}" for exercise in case.allowed if exercise in reasons
    )


def _of_kinds(case: Case, result: Recommendation, knowledge: Knowledge) -> Iterator[str]:
    """The exercises of kinds that must never be left in, which no rule leaves out."""
    left_out = {entry.exercise for entry in result.excluded}
    for selector in case.never:
        kept = [knowledge.exercises[number].id for number in numbers_in(knowledge.selectors.compile(selector))]
        if kept := [exercise for exercise in kept if exercise not in left_out]:
            yield f"{', '.join(kept)}: not left out, though like {selector}"


def _of_routine(case: Case, result: Recommendation) -> Iterator[str]:
    """What the routine is like."""
    steps = [step.exercise for step in result.routine]
    yield from (f"the routine lacks {exercise}" for exercise in case.routine_has if exercise not in steps)
    yield from (f"the routine has {exercise}" for exercise in case.routine_lacks if exercise in steps)
    if case.routine_is is not None and list(case.routine_is) != steps:
        yield f"the routine is {', '.join(steps)}"
    given = {step.exercise: step.dose.text for step in result.routine}
    for exercise, dose in case.doses.items():
        if given.get(exercise) != dose:
            yield f"the dose of {exercise} is {given.get(exercise, 'nothing')}, and should be {dose}"
    if case.empty_routine is not None and (not steps) != (case.empty_routine == "yes"):
        yield "the routine is empty" if not steps else "the routine is not empty"
    if case.min_steps is not None and len(steps) < case.min_steps:
        yield f"the routine has {len(steps)} exercises, fewer than {case.min_steps}"
    if case.show_first is not None and result.show_to_clinician_first != (case.show_first == "yes"):
        yield "the routine need not be shown first" if case.show_first == "yes" else "the routine is to be shown first"
    phases = sorted({step.phase for step in result.routine})
    if case.phases is not None and phases != sorted(case.phases):
        yield f"the phases are {', '.join(phases)}"
    if case.max_seconds is not None and result.seconds > case.max_seconds:
        yield f"it takes {result.seconds} seconds"
    if case.low_end is not None and any(step.dose.low_end != (case.low_end == "yes") for step in result.routine):
        yield "a dose is not at its low end" if case.low_end == "yes" else "a dose is at its low end"


def unknown_names(case: Case, knowledge: Knowledge) -> Iterator[str]:
    """The rules and exercises that the case names and nobody knows, and the kinds of which there is no exercise."""
    rules = chain(case.fires, case.silent, case.does, *case.excluded.values(), *case.excluded_exactly.values())
    exercises = chain(
        *(case.excluded, case.excluded_exactly, case.allowed, case.routine_has, case.routine_lacks),
        *(case.routine_is or (), case.doses),
    )
    yield from (f"{id} is no rule" for id in dict.fromkeys(rules) if id not in knowledge.rules_by_id)
    yield from (f"{id} is no exercise" for id in dict.fromkeys(exercises) if id not in knowledge.numbers)
    for selector in case.never:
        try:
            described = knowledge.selectors.compile(selector)
        except SelectorFault as fault:
            yield fault.found
            continue
        if not described:
            yield f"no exercise is like {selector}"
