"""What holds for every person, tried on random profiles over the whole questionnaire."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from conftest import examples, person
from hypothesis import event, given
from hypothesis import strategies as st
from plainly import rules_that_exclude, selected
from strategies import KNOWLEDGE, QUESTIONS, pairs_by_risk, profiles

from recommender import Profile, Recommendation, recommend
from recommender.answers import flatten
from recommender.conditions import evaluate
from recommender.knowledge.rules import Rule
from recommender.pipeline import Recommender
from recommender.profile import check

RECOMMENDER = Recommender(KNOWLEDGE)
STRENGTH = ("emergency", "see_clinician", "relief_only", "routine")
PHASES = ("warm_up", "strengthening", "stretching", "relaxation")
RELIEF = {exercise.id for exercise in KNOWLEDGE.exercises if exercise.purpose == "relief"}
IDS = {exercise.id for exercise in KNOWLEDGE.exercises}
Data = dict[str, Any]


def result_of(profile: Data) -> Recommendation:
    result = RECOMMENDER.recommend(profile)
    event(result.outcome)
    return result


def reasons(result: Recommendation) -> dict[str, set[str]]:
    return {entry.exercise: {reason.rule for reason in entry.reasons} for entry in result.excluded}


# --- places and reasons ---------------------------------------------------------------------------


@examples(150)
@given(profiles())
def test_each_exercise_stands_in_exactly_one_place(profile: Data) -> None:
    """Routine, excluded and not chosen together hold each exercise of the catalogue once."""
    result = result_of(profile)
    places = [entry.exercise for part in (result.routine, result.excluded, result.not_chosen) for entry in part]
    assert len(places) == len(set(places))
    assert set(places) == IDS


@examples(120)
@given(profiles())
def test_exactly_the_rules_that_hit_are_given_as_reasons(profile: Data) -> None:
    """An exercise is excluded if and only if a rule hits it, with every rule that does, and no step is excluded."""
    result = result_of(profile)
    expected = {id: rules for id, rules in rules_that_exclude(profile, KNOWLEDGE).items() if rules}
    assert reasons(result) == expected
    assert all(len(entry.reasons) == len(reasons(result)[entry.exercise]) for entry in result.excluded)
    assert not {step.exercise for step in result.routine} & set(expected)
    assert not {entry.exercise for entry in result.not_chosen} & set(expected)


@given(profiles())
def test_every_reason_is_grounded(profile: Data) -> None:
    """A reason has words, and sources unless it is practical or the project's own; sources are known locators."""
    known = KNOWLEDGE.locators()
    for entry in result_of(profile).excluded:
        for reason in entry.reasons:
            assert reason.text
            assert reason.because
            assert reason.sources or reason.reading in ("practical", "project")
            assert reason.kind == ("practical" if reason.reading == "practical" else "safety")
            assert set(reason.sources) <= known
        assert entry.sources
        assert set(entry.sources) <= known


@given(profiles())
def test_reasons_name_the_answers_that_caused_them(profile: Data) -> None:
    """Each reason of a rule with a condition names answers as they were given; a doubt is said to count as yes."""
    given_answers = check(profile, KNOWLEDGE)
    for entry in result_of(profile).excluded:
        for reason in entry.reasons:
            compiled = KNOWLEDGE.rules_by_id[reason.rule]
            assert bool(reason.answers) != compiled.always
            for field, value in reason.answers.items():
                assert value == given_answers.get(field)
            doubts = [v for v in reason.answers.values() if v == "unsure" or v == ("unsure",)]
            if doubts:
                assert reason.unsure == KNOWLEDGE.questionnaire.unsure_note


@given(profiles())
def test_replacements_are_allowed_exercises(profile: Data) -> None:
    """What is offered instead of an excluded exercise is not excluded itself."""
    result = result_of(profile)
    for entry in result.excluded:
        assert not set(entry.instead) & set(reasons(result))


# --- monotony -------------------------------------------------------------------------------------


@examples(300)
@given(pairs_by_risk())
def test_riskier_answers_never_allow_more(pair: tuple[Data, Data]) -> None:
    """One riskier answer never allows an excluded exercise, takes no reason away and weakens no outcome."""
    before, after = (result_of(profile) for profile in pair)
    assert STRENGTH.index(after.outcome) <= STRENGTH.index(before.outcome)
    old, new = reasons(before), reasons(after)
    for exercise, rules in old.items():
        assert rules <= new.get(exercise, set()), exercise


@given(pairs_by_risk())
def test_riskier_answers_silence_no_safety_rule(pair: tuple[Data, Data]) -> None:
    """Stops, asks and limits hold on when an answer gets riskier, like exclusions."""
    fired = []
    for profile in pair:
        _, decision = RECOMMENDER.decided(check(profile, KNOWLEDGE))
        fired.append({compiled.id for compiled in decision.fired if compiled.rule.safety})
    assert fired[0] <= fired[1]


# --- the same every time --------------------------------------------------------------------------


def shuffled(data: Mapping[str, Any], chance: random.Random) -> Data:
    """The same answers in another order: of the fields, of the positions, and inside the sets."""
    items = list(data.items())
    chance.shuffle(items)
    return {
        key: shuffled(value, chance)
        if isinstance(value, Mapping)
        else (chance.sample(value, len(value)) if isinstance(value, list) else value)
        for key, value in items
    }


@given(profiles(), st.integers(0, 1000))
def test_same_answers_give_the_same_bytes(profile: Data, seed: int) -> None:
    """Neither the order of the answers, nor memory, nor the way in changes one byte."""
    expected = result_of(profile).model_dump_json()
    other = shuffled(profile, random.Random(seed))
    assert Recommender(KNOWLEDGE).recommend(other).model_dump_json() == expected
    assert RECOMMENDER.recommend(other).model_dump_json() == expected
    assert recommend(profile).model_dump_json() == expected
    assert recommend(Profile.model_validate(profile)).model_dump_json() == expected
    assert recommend({**profile, "conditions": set(profile["conditions"])}).model_dump_json() == expected


@given(profiles(), profiles())
def test_memory_mixes_no_two_people(one: Data, other: Data) -> None:
    """What was recommended to one person is not given to another one."""
    shared = Recommender(KNOWLEDGE)
    for profile in (one, other, one):
        assert shared.recommend(profile) == Recommender(KNOWLEDGE).recommend(profile)


def test_other_processes_give_the_same_bytes() -> None:
    """Python's random hashing has no influence: two processes with other seeds give the same results."""
    script = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_properties import fingerprint; print(fingerprint())"
    )
    folder = Path(__file__).parent
    found = {
        subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder.parent,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(folder.parent), "PATH": ""},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {fingerprint()}


def fingerprint() -> str:
    """A hash over the results of some people."""
    digest = hashlib.sha256()
    for goal in QUESTIONS["goal"].words:
        for change in ({}, {"hernia": "yes", "conditions": ["rheumatism", "osteoporosis"]}, {"acute_pain": "unsure"}):
            digest.update(Recommender(KNOWLEDGE).recommend(person(change, goal=goal)).model_dump_json().encode())
    return digest.hexdigest()


@given(profiles())
def test_result_survives_json(profile: Data) -> None:
    """Written as JSON and read again, the result is the same value and the same bytes."""
    result = result_of(profile)
    text = result.model_dump_json()
    again = Recommendation.model_validate_json(text)
    assert again == result
    assert again.model_dump_json() == text


# --- the routine ----------------------------------------------------------------------------------


@given(profiles())
def test_time_is_kept_and_counted(profile: Data) -> None:
    """The whole time is the sum of the steps, and no more than was asked for; no step is free."""
    result = result_of(profile)
    assert result.seconds == sum(step.seconds for step in result.routine)
    assert result.seconds <= 60 * profile["minutes"] == 60 * result.minutes
    assert all(step.seconds > step.change_seconds > 0 for step in result.routine)


@given(profiles())
def test_phases_and_positions_are_in_order(profile: Data) -> None:
    """Phases come in their order, and inside a phase each start position comes once."""
    steps = result_of(profile).routine
    assert [step.order for step in steps] == list(range(1, len(steps) + 1))
    places = [PHASES.index(step.phase) for step in steps]
    assert places == sorted(places)
    for _, phase in groupby(steps, key=lambda step: step.phase):
        runs = [position for position, _ in groupby(phase, key=lambda step: step.position)]
        assert len(runs) == len(set(runs))


@given(profiles())
def test_dose_stays_within_the_texts(profile: Data) -> None:
    """No dose goes above the highest or below the lowest number of its sources, except for sets that fall to one."""
    low_end = "limit" in {message.kind for message in result_of(profile).messages}
    for step in result_of(profile).routine:
        exercise = KNOWLEDGE.exercise(step.exercise)
        assert exercise is not None
        for part in ("reps", "hold", "sets"):
            amounts = [getattr(dose, part) for dose in exercise.doses]
            given_amount = getattr(step.dose, part)
            least = 1 if part == "sets" else min(amount.low for amount in amounts)
            assert least <= given_amount <= max(amount.high for amount in amounts), (step.exercise, part)
            if low_end:
                assert step.dose.low_end
        assert step.dose.per_side == exercise.per_side


@examples(150)
@given(profiles())
def test_notes_of_a_step_are_the_advice_about_it(profile: Data) -> None:
    """A step carries each piece of advice that holds and is about it, and none else; it is not said twice."""
    result, fired = result_of(profile), fired_for(profile)
    about = [rule for rule in fired if rule.then.on_steps is not None]
    for step in result.routine:
        exercise = KNOWLEDGE.exercise(step.exercise)
        assert exercise is not None
        expected = [rule.say for rule in about if selected(rule.then.on_steps or {}, exercise, KNOWLEDGE)]
        assert list(step.notes) == expected
        event(f"notes: {len(step.notes)}")
    assert not {rule.id for rule in about} & {message.rule for message in result.messages}


@examples(150)
@given(profiles())
def test_advice_about_a_kind_of_exercise_needs_such_a_step(profile: Data) -> None:
    """Advice that is for routines with certain exercises is given if and only if a step is one of them."""
    result = result_of(profile)
    steps = [exercise for step in result.routine if (exercise := KNOWLEDGE.exercise(step.exercise)) is not None]
    given_rules = {message.rule for message in result.messages_of("advice")}
    topics = KNOWLEDGE.outcomes.outcomes[result.outcome].advice
    limited = bool(result.messages_of("limit"))
    for rule in fired_for(profile):
        if rule.then.if_routine_has is None or (rule.then.not_when_limited and limited):
            continue
        matches = any(selected(rule.then.if_routine_has, step, KNOWLEDGE) for step in steps)
        assert (rule.id in given_rules) == (matches and rule.then.advise in topics), rule.id


def fired_for(profile: Data) -> list[Rule]:
    """The rules that hold for this person, in the order of the knowledge, read off one by one."""
    facts = KNOWLEDGE.table.encode(check(profile, KNOWLEDGE))
    return [compiled.rule for compiled in KNOWLEDGE.rules if evaluate(compiled.condition, facts)]


def test_roller_is_named_at_steps_on_the_front() -> None:
    """With a hernia and a roller each step on the front says how to lie, other steps do not, nor does one without."""
    rule = KNOWLEDGE.rules_by_id["hernia-roller-under-the-belly"].rule
    on_front = 0
    for goal in QUESTIONS["goal"].words:
        for hernia in ("yes", "no"):
            profile = person(hernia=hernia, goal=goal, minutes=60, equipment=QUESTIONS["equipment"].words)
            for step in RECOMMENDER.recommend(profile).routine:
                exercise = KNOWLEDGE.exercise(step.exercise)
                assert exercise is not None
                front = hernia == "yes" and selected(rule.then.on_steps or {}, exercise, KNOWLEDGE)
                assert (rule.say in step.notes) == front
                on_front += front
    assert on_front


@examples(150)
@given(profiles())
def test_a_session_holds_as_many_exercises_as_its_time_should(profile: Data) -> None:
    """Never more than the session file says, and fewer only where time or another kind of exercise is lacking."""
    result = result_of(profile)
    if result.outcome != "routine":
        return
    count = next(count for count in KNOWLEDGE.session.steps if result.minutes <= count.up_to_minutes)
    assert len(result.routine) <= count.at_most
    if len(result.routine) < count.at_least:
        event("fewer than the session file says")
        assert {entry.reason for entry in result.not_chosen} <= {"same_family", "no_time"}


# --- outcomes -------------------------------------------------------------------------------------


@given(profiles())
def test_stops_leave_no_exercise(profile: Data) -> None:
    """With emergency and see_clinician there is no routine, and every exercise is excluded by a stop first."""
    result = result_of(profile)
    if result.outcome not in ("emergency", "see_clinician"):
        return
    assert not result.routine
    assert not result.not_chosen
    assert {entry.exercise for entry in result.excluded} == IDS
    assert all(entry.reasons[0].effect == "stop" for entry in result.excluded)
    assert result.messages[0].kind == "stop"
    assert result.now


@given(profiles())
def test_relief_only_leaves_only_relief_positions(profile: Data) -> None:
    """With relief_only nothing but relief positions is done or allowed."""
    result = result_of({**profile, "acute_pain": "unsure"})
    assert result.outcome != "routine"
    if result.outcome == "relief_only":
        assert {step.exercise for step in result.routine} <= RELIEF
        assert set(reasons(result)) >= IDS - RELIEF


@examples(150)
@given(profiles())
def test_relief_positions_are_left_out_only_for_kit_body_pregnancy_or_a_stop(profile: Data) -> None:
    """No rule about an illness or a level takes a relief position away."""
    files = ("rules/practical/kit.yaml", "rules/practical/cannot.yaml", "rules/safety/pregnancy.yaml")
    for entry in result_of(profile).excluded:
        if entry.exercise in RELIEF:
            for reason in entry.reasons:
                stops = KNOWLEDGE.rules_by_id[reason.rule].rule.then.stop in ("emergency", "see_clinician")
                assert stops or KNOWLEDGE.rules_by_id[reason.rule].file in files, reason.rule


@given(profiles())
def test_minutes_level_and_goal_move_no_stop(profile: Data) -> None:
    """A wish never changes the outcome."""
    outcomes = {
        result_of({**profile, "goal": goal, "minutes": minutes, "level": level}).outcome
        for goal, minutes, level in (("relieve", 5, "beginner"), ("waist", 60, "trained"), ("relax", 15, "regular"))
    }
    assert len(outcomes) == 1


def test_random_profiles_reach_every_answer() -> None:
    """The strategies of this file know every question."""
    assert set(flatten(person(pregnant="yes", recent_injury="yes"), QUESTIONS)) == set(QUESTIONS)
