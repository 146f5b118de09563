"""Whether a damaged knowledge does the same to everyone, and if not, for whom it does something else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from recommender.decision.pipeline import Recommender
from recommender.knowledge.catalogue import Exercise
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.conditions import ALWAYS
from recommender.review.cases import Case
from recommender.review.diff import diff
from recommender.review.examples import short_form
from recommender.review.judging import answers_of
from recommender.review.people import boundary_people
from recommender.review.revisions import Revision
from recommender.review.solver import Solver

__all__ = ["for_whom", "same_for_everyone"]

# Rules read these words of an exercise only through the exercises that they mean, which are compared.
READ_BY_RULES = ("spine", "combined", "under_load", "patterns", "intensity", "demanding_for", "works", "programmes")
SELECTING = ("avoid", "allow_only", "prefer", "defer", "if_routine_has", "on_steps")


def same_for_everyone(one: Knowledge, other: Knowledge) -> bool:
    """Whether both give every person the very same: proved from the rules, not tried on people."""
    if (one.questionnaire, one.outcomes) != (other.questionnaire, other.outcomes):
        return False
    if [rule.id for rule in one.rules] != [rule.id for rule in other.rules]:
        return False
    if one.session != other.session and not _same_session(one, other):
        return False
    exercises = zip(one.exercises, other.exercises, strict=True)
    if any(before != after and _rest(before) != _rest(after) for before, after in exercises):
        return False
    gone = _left_out_for_everyone(one)
    if gone != _left_out_for_everyone(other):
        return False
    slots = [[k.selectors.compile(slot.select) & ~gone for slot in k.session.slots] for k in (one, other)]
    if slots[0] != slots[1] or one.relief & ~gone != other.relief & ~gone:
        return False
    if not _same_progress(one, other) or one.doses != other.doses:
        return False
    solver = Solver(one.table)
    return all(_same_rule(*pair, solver, gone) for pair in zip(one.rules, other.rules, strict=True))


def _left_out_for_everyone(knowledge: Knowledge) -> int:
    """The exercises that some rule leaves out always: no choice, order or advice can ever meet them."""
    gone = 0
    for compiled in knowledge.rules:
        if compiled.condition == ALWAYS:
            gone |= compiled.excludes
    return gone


def _same_progress(one: Knowledge, other: Knowledge) -> bool:
    """Whether the rules that read the log, and the steps, are the same but for their places in the files."""
    if one.progress is None or other.progress is None:
        return one.progress is other.progress
    rules = [[(step.rule, step.condition) for step in side.progress.rules] for side in (one, other) if side.progress]
    return one.progress.steps == other.progress.steps and rules[0] == rules[1]


def _same_session(one: Knowledge, other: Knowledge) -> bool:
    """Whether the sessions differ in nothing but how they name the same exercises."""
    left = {"slots", "relief"}
    if _without(one.session, left) != _without(other.session, left):
        return False
    return [slot.id for slot in one.session.slots] == [slot.id for slot in other.session.slots]


def _without(value: Any, left: set[str]) -> dict[str, Any]:
    """The fields of a value but these."""
    return {name: inner for name, inner in vars(value).items() if name not in left}


def _rest(exercise: Exercise) -> Any:
    return _without(exercise, {*READ_BY_RULES, "needs"})


def _same_rule(one: CompiledRule, other: CompiledRule, solver: Solver, gone: int) -> bool:
    if (one.excludes, one.selects & ~gone, one.blocks) != (other.excludes, other.selects & ~gone, other.blocks):
        return False
    if [score for n, score in enumerate(one.scores) if not gone >> n & 1] != [
        score for n, score in enumerate(other.scores) if not gone >> n & 1
    ]:
        return False
    if one.fields != other.fields or (one.rule != other.rule and _said(one) != _said(other)):
        return False
    return one.condition == other.condition or solver.same(one.condition, other.condition)


def _said(compiled: CompiledRule) -> Any:
    """What the rule says and does beside whom and which exercises it means."""
    rule = _without(compiled.rule, {"when", "then", "unless", "hits", "spares", "fires_for", "silent_for"})
    then = vars(compiled.rule.then)
    unless = compiled.rule.unless
    kept = {key: (value is not None) if key in SELECTING else value for key, value in then.items()}
    return rule, kept, None if unless is None else (unless.because, unless.sources)


# --- for whom ----------------------------------------------------------------------------------


def for_whom(one: Knowledge, other: Knowledge, cases: Sequence[Case]) -> str:
    """Someone for whom the result differs and how, in short; nothing if nobody was found."""
    found = diff(Revision("before", one, tuple(cases)), Revision("after", other, ()))
    changed = next(iter(found.less_strict or found.stricter or found.outcomes or found.changed), None)
    if changed is not None:
        marks = [f"no longer {mark.kind} {mark.what} ({', '.join(by)})" for mark, by in changed.lost.items()]
        marks += [f"now {mark.kind} {mark.what} ({', '.join(by)})" for mark, by in changed.gained.items()]
        marks += [f"no longer {exercise} because of {rule}" for exercise, rule in changed.reasons_lost]
        marks += [f"{id} comes in" for id in changed.appears] + [f"{id} goes" for id in changed.disappears]
        marks += [f"{id}: {old} -> {new}" for id, old, new in changed.doses]
        return f"{_short(changed.person.answers, one)}: {'; '.join(marks[:4])}"
    sides = Recommender(one), Recommender(other)
    for answers in _people(one, other, cases):
        try:
            results = [side.of_answers(answers) for side in sides]
        except KeyError:
            continue
        before, after = (result.model_dump() for result in results)
        for key in before:
            if key not in ("knowledge", "review") and before[key] != after[key]:
                return f"{_short(answers, one)}: {key} differs: {_first(before[key], after[key])}"
    return ""


def _short(answers: Any, knowledge: Knowledge) -> str:
    return json.dumps(short_form(answers, knowledge), ensure_ascii=False)


def _first(before: Any, after: Any) -> str:
    """The first thing that differs in two values."""
    if isinstance(before, list) and isinstance(after, list):
        for old, new in zip(before, after, strict=False):
            if old != new:
                return _first(old, new)
        more = (before if len(before) > len(after) else after)[min(len(before), len(after)) :]
        return f"{'lost' if len(before) > len(after) else 'more'}: {json.dumps(more[0])[:120]}"
    if isinstance(before, dict) and isinstance(after, dict):
        key = next(key for key in before if before[key] != after.get(key))
        return f"{key}: {_first(before[key], after.get(key))}"
    return f"{before} -> {after}"


def _people(one: Knowledge, other: Knowledge, cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    """People for whom a rule holds on one side only, or that means something else; then everyone simple."""
    solver = Solver(one.table, mildest=True)
    for compiled in one.rules:
        twin = other.rule(compiled.id)
        if twin is not None and (twin.condition, twin.rule) == (compiled.condition, compiled.rule):
            continue
        apart = [] if twin is None else [(compiled.condition, twin.condition), (twin.condition, compiled.condition)]
        for condition, *none in (*apart, (compiled.condition,)):
            person = solver.person(condition, none)
            if person is not None:
                yield person
    yield from (answers_of(case, one) for case in cases if not case.refused)
    yield from boundary_people(one)
