"""What holds for every person, tried on random profiles over the whole questionnaire."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from recommender import Profile, Recommendation, recommend
from recommender.decision.pipeline import Recommender
from recommender.knowledge.catalogue import Exercise
from recommender.knowledge.rules import Rule
from recommender.logic.answers import flatten
from recommender.logic.conditions import evaluate
from recommender.profile.checking import check
from tests.command_line import ROOT
from tests.conftest import examples, person
from tests.plainly import rules_that_exclude, selected
from tests.strategies import KNOWLEDGE, QUESTIONS, pairs_by_risk, profiles

RECOMMENDER = Recommender(KNOWLEDGE)
STRENGTH = ("emergency", "see_clinician", "relief_only", "nothing_fits", "routine")
SOONEST = ("now", "today", "urgent", "soon", "none")
WHOM = ("emergency services", "maternity unit", "surgeon", "doctor", "physiotherapist")
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


@examples(300)
@given(pairs_by_risk())
def test_riskier_answers_never_make_it_later(pair: tuple[Data, Data]) -> None:
    """One riskier answer never gives a later urgency."""
    before, after = (result_of(profile) for profile in pair)
    event(f"{before.urgency} to {after.urgency}")
    assert SOONEST.index(after.urgency) <= SOONEST.index(before.urgency)


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
    script = "from tests.decision.test_properties import fingerprint; print(fingerprint())"
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PATH": ""},
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
    """The whole time is the sum of the steps, and at most 85 % of what was asked for; no step is free."""
    result = result_of(profile)
    assert result.seconds == sum(step.seconds for step in result.routine)
    assert result.seconds <= 0.85 * 60 * profile["minutes"] == 0.85 * 60 * result.minutes
    assert all(step.seconds > step.change_seconds > 0 for step in result.routine)


@given(profiles())
def test_no_step_is_long(profile: Data) -> None:
    """No dose takes more than 180 s, rest positions excepted."""
    for step in result_of(profile).routine:
        assert step.exercise in RELIEF or step.seconds - step.change_seconds <= 180, step.exercise


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
    """No dose goes above the highest or below the lowest number of its sources.

    Two things may fall below: sets, to one, and what is held against gravity, to 10 s.
    """
    low_end = "limit" in {message.kind for message in result_of(profile).messages}
    for step in result_of(profile).routine:
        exercise = KNOWLEDGE.exercise(step.exercise)
        assert exercise is not None
        for part in ("reps", "hold", "sets"):
            amounts = [getattr(dose, part) for dose in exercise.doses]
            given_amount = getattr(step.dose, part)
            least = 1 if part == "sets" else min(amount.low for amount in amounts)
            if part == "hold" and against_gravity(exercise):
                least = min(least, 10)
            assert least <= given_amount <= max(amount.high for amount in amounts), (step.exercise, part)
            if low_end:
                assert step.dose.low_end
        assert step.dose.per_side == exercise.per_side


def against_gravity(exercise: Exercise) -> bool:
    return selected(KNOWLEDGE.session.against_gravity, exercise, KNOWLEDGE)


def test_the_low_end_of_what_is_held_against_gravity_is_short() -> None:
    """No exercise that is held against gravity is held longer than 10 s at its low end."""
    held = [n for n, exercise in enumerate(KNOWLEDGE.exercises) if against_gravity(exercise)]
    assert held
    assert {KNOWLEDGE.exercises[n].id for n in held if KNOWLEDGE.doses[n]["lowest"].hold > 10} == set()
    assert {n for n in held if KNOWLEDGE.doses[n]["highest"].hold > 10}, "the rule shortens no hold"


@given(profiles())
def test_the_low_end_holds_short(profile: Data) -> None:
    """Whoever is kept at the low end holds nothing against gravity for more than 10 s."""
    for step in result_of(profile).routine:
        exercise = KNOWLEDGE.exercise(step.exercise)
        assert exercise is not None
        assert not (step.dose.low_end and against_gravity(exercise) and step.dose.hold > 10), step.exercise


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


def test_with_a_hernia_nothing_is_done_on_the_front_but_over_a_roller() -> None:
    """Of what lies on the front only what requires the roller is allowed, and with one it can come into the routine."""
    front = {e.id: "roller" in e.equipment.required for e in KNOWLEDGE.exercises if e.start_position == "prone"}
    assert set(front.values()) == {True, False}
    chosen = set()
    for goal in QUESTIONS["goal"].words:
        for kit in (QUESTIONS["equipment"].words, ["mat", "pillow", "towel", "chair", "wall"]):
            result = RECOMMENDER.recommend(person(hernia="yes", goal=goal, minutes=60, equipment=list(kit)))
            left = {entry.exercise for part in (result.routine, result.not_chosen) for entry in part} & set(front)
            assert all(front[exercise] for exercise in left)
            assert bool(left) == ("roller" in kit)
            chosen |= left & {step.exercise for step in result.routine}
    assert chosen


@examples(150)
@given(profiles())
def test_a_session_holds_as_many_exercises_as_its_time_should(profile: Data) -> None:
    """Never more than the session file says, and fewer only where time or another kind of exercise is lacking."""
    result = result_of(profile)
    if result.outcome != "routine":
        return
    count = next(count for count in KNOWLEDGE.session.steps if result.minutes <= count.up_to_minutes)
    assert len(result.routine) <= count.at_most
    assert {step.exercise for step in result.routine} - RELIEF  # else nothing fits
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
    assert result.outcome not in ("routine", "nothing_fits")
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
    """A wish never changes a stop. Without one, nothing may fit where the time or the level leaves nothing."""
    results = [
        result_of({**profile, "goal": goal, "minutes": minutes, "level": level})
        for goal, minutes, level in (("relieve", 5, "beginner"), ("waist", 60, "trained"), ("relax", 15, "regular"))
    ]
    stopped = {result.outcome for result in results} & {"emergency", "see_clinician", "relief_only"}
    assert len({(result.outcome, result.urgency, result.whom) for result in results}) == 1 or not stopped


@examples(150)
@given(profiles())
def test_who_and_how_soon_is_the_most_urgent_of_all_that_calls(profile: Data) -> None:
    """Read off the rules one by one: the soonest, and of equals the first in the order of persons."""
    result = result_of(profile)
    calls = []
    for rule in fired_for(profile):
        then = rule.then
        if then.stop is not None:
            usual = ("now", "emergency services") if then.stop == "emergency" else ("soon", "doctor")
            calls.append((SOONEST.index(then.how_soon or usual[0]), WHOM.index(then.whom or usual[1])))
        elif then.how_soon is not None and result.outcome in ("routine", "nothing_fits"):
            calls.append((SOONEST.index(then.how_soon), WHOM.index(then.ask or "doctor")))
    if result.outcome == "nothing_fits":
        calls.append((SOONEST.index("soon"), WHOM.index("physiotherapist")))
    first = min(calls, default=None)
    expected = ("none", None) if first is None else (SOONEST[first[0]], WHOM[first[1]])
    assert (result.urgency, result.whom) == expected
    if result.whom is not None:
        assert KNOWLEDGE.outcomes.whom[result.whom] in result.now[0]
    stops = [message.rule for message in result.messages_of("stop") if message.rule]
    ranks = [KNOWLEDGE.calls[rule].rank for rule in stops]
    assert ranks == sorted(ranks)
    assert len(stops) <= 3
    assert {KNOWLEDGE.rules_by_id[rule].rule.then.stop for rule in stops} <= {result.outcome}
    all_stops = [rule for rule in fired_for(profile) if rule.then.stop == result.outcome]
    further = [message.text for message in result.messages_of("stop") if not message.rule]
    assert len(further) == (len(all_stops) > 3)
    for rule in all_stops:
        assert (rule.id in stops) != any(str(rule.short) in line for line in further)


@given(profiles())
def test_where_nothing_fits_rest_is_named(profile: Data) -> None:
    """Nothing is done; what is allowed are rest positions, or exercises for which the time is too short."""
    result = result_of({**profile, "cannot": [word for word in QUESTIONS["cannot"].words if word != "lie_on_side"]})
    if result.outcome != "nothing_fits":
        return
    assert (result.routine, result.urgency == "none") == ((), False)
    for entry in result.not_chosen:
        assert entry.reason == ("only_rest" if entry.exercise in RELIEF else "no_time")
        assert (entry.name in " ".join(result.now)) == (entry.exercise in RELIEF)


def test_random_profiles_reach_every_answer() -> None:
    """The strategies of this file know every question."""
    everyone = person(pregnant="yes", recent_injury="yes", conditions=["back_surgery"])
    assert set(flatten(everyone, QUESTIONS)) == set(QUESTIONS)
