"""What holds for every log and every profile: safety first, within the limits, and never more after worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tests.strategies as own
from recommender import Knowledge, recommend
from recommender.decision.pipeline import Recommender
from recommender.profile.checking import check as checked
from recommender.progression.adapt import adapt, demanded
from recommender.progression.draft import Draft
from recommender.progression.limits import Most, within
from recommender.progression.log import Done, Entry, Session
from recommender.progression.result import Adapted
from tests.conftest import examples, person
from tests.progression.test_log import MORNING, next_day, session

KNOWLEDGE = Knowledge.shipped()
SIGNS = st.integers(0, 19).map(lambda number: {18: ("unsure",), 19: ("saddle_numbness",)}.get(number, ()))
LEGS = st.sampled_from(["none", "none", "none", "as_before", "new", "unsure"])
BACK = st.sampled_from(["better", "same", "same", "worse", "unsure"])
DAYS = st.lists(st.integers(0, 40), min_size=1, max_size=8).map(sorted)


def later(log: Sequence[Entry]) -> date:
    """A day soon after the last entry, when no day off lasts any more."""
    return (log[-1].at + timedelta(days=2)).date() if log else MORNING.date()


@st.composite
def logs(draw: st.DrawFn, profile: dict[str, Any], *, well: bool = False) -> list[Entry]:
    """Logs of any kind; `well`: mostly sessions that go well, with what `adapt` gave each time."""
    entries: list[Entry] = []
    for number, day in enumerate(draw(DAYS)):
        at = MORNING + timedelta(days=day, minutes=number * 3)
        given_now = adapt(entries, profile, knowledge=KNOWLEDGE, today=later(entries)).recommendation
        steps = given_now.routine if given_now else ()
        done = [
            Done(
                exercise=step.exercise,
                sets=step.dose.sets,
                reps=step.dose.reps if well else draw(st.integers(0, 40)),
                hold=step.dose.hold,
                finished="all" if well else draw(st.sampled_from(["all", "all", "part", "skipped", "pain"])),
            )
            for step in steps
        ]
        if not well and draw(st.booleans()):
            exercise = draw(st.sampled_from(sorted(KNOWLEDGE.numbers)))
            done.append(Done(exercise=exercise, sets=9, reps=99, hold=99, finished="all"))
        pain = 2 if well else draw(st.integers(0, 7))
        entries.append(
            session(
                at=at,
                pain_after=pain,
                pain_lasted_minutes=draw(st.none() | st.integers(0, 40)),
                leg_symptoms="none" if well else draw(LEGS),
                signs=() if well else draw(SIGNS),
                stopped=False if well else draw(st.booleans()),
                done=tuple(done),
            )
        )
        if draw(st.booleans()) or well:
            word = "same" if well else draw(BACK)
            entries.append(next_day(at=at + timedelta(days=1, minutes=1), back=word))
    return sorted(entries, key=lambda entry: entry.at)


def doses(result: Adapted) -> dict[str, tuple[int, int, int]]:
    """Sets, repetitions and hold of every step."""
    steps = result.recommendation.routine if result.recommendation else ()
    return {step.exercise: (step.dose.sets, step.dose.reps, step.dose.hold) for step in steps}


def check(profile: dict[str, Any], log: Sequence[Entry]) -> Adapted:
    """Adapt, and check what must hold for everyone."""
    fresh = recommend(profile, knowledge=KNOWLEDGE)
    result = adapt(log, profile, knowledge=KNOWLEDGE, today=later(log))
    assert result == adapt(log, profile, knowledge=KNOWLEDGE, today=later(log))
    assert Adapted.model_validate_json(result.model_dump_json()) == result
    routine = result.recommendation
    if routine is None:
        assert result.verdict != "routine"
        assert result.messages
        return result
    excluded = {entry.exercise for entry in fresh.excluded}
    assert excluded.isdisjoint(step.exercise for step in routine.routine)
    assert routine.excluded == fresh.excluded
    assert routine.outcome == fresh.outcome
    assert routine.seconds == sum(step.seconds for step in routine.routine)
    assert routine.seconds <= routine.minutes * 60
    assert len(routine.routine) == len(fresh.routine)
    families = set()
    for step in routine.routine:
        exercise = KNOWLEDGE.exercises[KNOWLEDGE.numbers[step.exercise]]
        given_dose = Most(step.dose.sets, step.dose.reps, step.dose.hold)
        assert within(given_dose, exercise, KNOWLEDGE, low_end=step.dose.low_end)
        families.add(exercise.family)
    assert fresh.outcome == "relief_only" or len(families) == len(routine.routine)
    return result


@examples(60)
@given(st.data())
def test_any_log_and_any_profile_give_a_safe_routine_or_none(data: st.DataObject) -> None:
    """Nothing that is left out comes back, no dose leaves its limits, the time holds, and it is always the same."""
    profile = data.draw(own.profiles())
    check(profile, data.draw(logs(profile)))


@examples(40)
@given(st.data())
def test_a_log_that_goes_well_stays_within_the_limits(data: st.DataObject) -> None:
    """The same for people whose doses grow."""
    profile = data.draw(own.profiles())
    assume(recommend(profile, knowledge=KNOWLEDGE).outcome == "routine")
    check(profile, data.draw(logs(profile, well=True)))


@st.composite
def worse_entries(draw: st.DrawFn, log: Sequence[Entry], profile: dict[str, Any]) -> list[Entry]:
    """A session that went badly, or a bad day after the last one."""
    at = log[-1].at + timedelta(days=1)
    if draw(st.booleans()):
        return [next_day(at=at, back=draw(st.sampled_from(["worse", "unsure"])), leg_symptoms=draw(LEGS))]
    given_now = adapt(log, profile, knowledge=KNOWLEDGE, today=later(log)).recommendation
    steps = given_now.routine if given_now else ()
    done = tuple(
        Done(exercise=step.exercise, sets=9, reps=99, hold=999, finished=draw(st.sampled_from(["all", "pain"])))
        for step in steps
    )
    pain = draw(st.integers(4, 10))
    return [session(at=at, pain_after=pain, stopped=draw(st.booleans()), leg_symptoms=draw(LEGS), done=done)]


@examples(60)
@given(st.data())
def test_a_worse_entry_never_raises_a_dose(data: st.DataObject) -> None:
    """One more entry that is bad: no exercise becomes harder, no number grows."""
    profile = data.draw(own.profiles())
    assume(recommend(profile, knowledge=KNOWLEDGE).outcome == "routine")
    log = data.draw(logs(profile, well=data.draw(st.booleans())))
    before = adapt(log, profile, knowledge=KNOWLEDGE, today=later(log))
    after = check(profile, [*log, *data.draw(worse_entries(log, profile))])
    assume(before.recommendation is not None)
    was, now = doses(before), doses(after)
    for exercise, dose in now.items():
        if exercise in was:
            assert all(new <= old for new, old in zip(dose, was[exercise], strict=True))
        else:  # back from a harder one
            harder = KNOWLEDGE.exercises[KNOWLEDGE.numbers[exercise]].harder
            assert set(harder) & set(was)


@examples(60)
@given(own.profiles())
def test_no_ladder_leads_to_an_exercise_that_is_left_out(profile: dict[str, Any]) -> None:
    """However far a dose may grow: no rung of any ladder is left out by a rule, and no exercise comes twice."""
    recommender = Recommender(KNOWLEDGE, remembered=0)
    answers = checked(profile, KNOWLEDGE)
    _, decision = recommender.decided(answers)
    draft = Draft(KNOWLEDGE, recommender.planner, recommender.planner.plan(decision, answers), decision)
    seen: list[int] = []
    for ladder in draft.ladders:
        numbers = list(dict.fromkeys(rung.number for rung in ladder.rungs))
        assert not any(decision.excluded >> number & 1 for number in numbers)
        seen += numbers
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("goal", ["relieve", "flexibility", "stretch"])
def test_a_harder_exercise_that_is_left_out_is_no_rung(goal: str) -> None:
    """When sitting hurts, both knees to the chest are left out, although they are the harder form of a step."""
    position = {"lying": "same", "standing": "same", "sitting": "worse"}
    answers = checked(person(level="regular", goal=goal, minutes=60, pain_position=position), KNOWLEDGE)
    recommender = Recommender(KNOWLEDGE, remembered=0)
    _, decision = recommender.decided(answers)
    plan = recommender.planner.plan(decision, answers)
    harder = {id for step in plan.steps for id in KNOWLEDGE.exercises[step.chosen.number].harder}
    left_out = {id for id in harder if decision.excluded >> KNOWLEDGE.numbers[id] & 1}
    assert "both-knees-to-chest" in left_out
    rungs = [rung for ladder in Draft(KNOWLEDGE, recommender.planner, plan, decision).ladders for rung in ladder.rungs]
    assert left_out.isdisjoint(KNOWLEDGE.exercises[rung.number].id for rung in rungs)


def test_no_exercise_stands_on_two_ladders() -> None:
    """Two exercises with the same harder form do not both lead to it."""
    twice = 0
    for goal in ("relieve", "strengthen", "flexibility", "stretch", "waist", "general"):
        answers = checked(person(level="trained", goal=goal, minutes=60), KNOWLEDGE)
        recommender = Recommender(KNOWLEDGE, remembered=0)
        _, decision = recommender.decided(answers)
        plan = recommender.planner.plan(decision, answers)
        ladders = Draft(KNOWLEDGE, recommender.planner, plan, decision).ladders
        numbers = [number for ladder in ladders for number in {rung.number for rung in ladder.rungs}]
        assert len(set(numbers)) == len(numbers)
        harder = [id for step in plan.steps for id in KNOWLEDGE.exercises[step.chosen.number].harder]
        twice += len(harder) - len(set(harder) - {KNOWLEDGE.exercises[step.chosen.number].id for step in plan.steps})
    assert twice


@examples(60)
@given(st.data())
def test_a_sign_that_cannot_wait_never_leads_to_a_routine(data: st.DataObject) -> None:
    """Wherever in the log it stands, named or unsure, whatever came after it, and however long ago."""
    profile = data.draw(own.profiles())
    log = data.draw(logs(profile, well=data.draw(st.booleans())))
    numbers = [number for number, entry in enumerate(log) if isinstance(entry, Session)]
    number = data.draw(st.sampled_from(numbers))
    signs = data.draw(st.sampled_from([("unsure",), ("leg_weakness",), ("unsure", "chest_pain"), ("a_new_word",)]))
    log[number] = replace(log[number], signs=signs)
    today = later(log) + timedelta(days=data.draw(st.integers(0, 200)))
    result = adapt(log, profile, knowledge=KNOWLEDGE, today=today)
    if result.recommendation is None:
        assert (result.verdict, result.title) == ("stop", KNOWLEDGE.outcomes.outcomes["emergency"].title)
        assert result.messages[0].rule == "log-emergency-signs"
    else:
        assert result.recommendation.outcome == "emergency"
    without = demanded(log, knowledge=KNOWLEDGE, today=today)
    assert without is not None
    assert without.verdict == "stop"


@examples(40)
@given(st.data(), st.integers(15, 90))
def test_after_a_break_no_dose_is_above_a_fresh_one(data: st.DataObject, days: int) -> None:
    """Whatever had grown before: more than two weeks later no number and no level is higher than at the beginning."""
    profile = data.draw(own.profiles())
    fresh = recommend(profile, knowledge=KNOWLEDGE)
    assume(fresh.outcome == "routine")
    log = data.draw(logs(profile, well=True))
    last = max(entry.at for entry in log if isinstance(entry, Session)).date()
    result = adapt(log, profile, knowledge=KNOWLEDGE, today=last + timedelta(days=days))
    assume(result.recommendation is not None)
    base = {step.exercise: (step.dose.sets, step.dose.reps, step.dose.hold) for step in fresh.routine}
    now = doses(result)
    assert list(now) == list(base)
    assert all(new <= old for id in now for new, old in zip(now[id], base[id], strict=True))
    assert not any(change.new and change.reason.rule == "log-two-good-sessions" for change in result.changes)
