"""What becomes of a plan by its outcome, what is told of the exercises that are left over, and what a plan promises."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from recommender import PlanError
from recommender.decision.pipeline import Recommender
from recommender.decision.plan import Plan, Planner
from tests.plainly import selected
from tests.small import MOBILISE, REST, SLOTS, STRENGTHEN, Words, decided, first, left, names, planned, small
from tests.strategies import KNOWLEDGE, profiles

LYING: Words = {"start_position": "lying"}


# --- outcomes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["emergency", "see_clinician"])
def test_a_stop_gives_no_session(outcome: str) -> None:
    """There is no exercise, and nothing is told of any, since the rules leave all of them out."""
    plan = planned(small({"a": {}}, {"one": {"then": {"stop": outcome}}}), "one")
    assert plan == Plan((), {})


def test_rest_positions_stand_in_the_order_of_their_ranking() -> None:
    """They are a choice and no sequence: the most suitable one stands first, however far it is."""
    exercises = {"a": {**REST, "start_position": "chair"}, "b": {**REST, **LYING}, "c": MOBILISE}
    rules: dict[str, Words] = {"one": {"then": {"stop": "relief_only"}}, "two": {"then": first("b")}}
    knowledge = small(exercises, rules)
    assert names(planned(knowledge, "one", "two"), knowledge) == ["b", "a"]


def test_rest_positions_may_be_of_one_family_and_are_no_more_than_offered() -> None:
    """They are alternatives, so two of a kind are welcome; a third one is told to be more than enough."""
    exercises = {**{id: {**REST, "family": "kin"} for id in "ab"}, "c": REST}
    knowledge = small(exercises, {"one": {"then": {"stop": "relief_only"}}})
    plan = planned(knowledge, "one")
    assert names(plan, knowledge) == ["a", "b"]
    assert left(plan, knowledge) == {"c": "enough_exercises"}


def test_where_nothing_fits_rest_positions_are_told_apart() -> None:
    """No exercise is left beside them, so there is no session, and each says that it is for rest."""
    knowledge = small({"a": REST, "b": MOBILISE}, {"one": {"then": {"avoid": {"purpose": "mobilise"}}}})
    plan = planned(knowledge, "one")
    assert (plan.steps, left(plan, knowledge)) == ((), {"a": "only_rest"})


def test_an_exercise_comes_before_the_rest_where_there_is_time_for_one_alone() -> None:
    """Someone who came for exercises gets one, and the rest position is told to have had no time."""
    knowledge = small(
        {"a": REST, "b": MOBILISE}, {"one": {"then": first("a", rank="body")}},
        session={"slots": [{"id": "any", "title": "any", "select": {"purpose": ["mobilise", "relief"]}}]},
    )  # fmt: skip
    plan = planned(knowledge, "one", minutes=1)
    assert (names(plan, knowledge), left(plan, knowledge)) == (["b"], {"a": "no_time"})


# --- what is told of those left over ------------------------------------------------------------


def test_each_exercise_that_is_left_over_is_told_its_own_reason() -> None:
    """Too long, one of its family, no more wanted of its kind, and others of its kind came first."""
    exercises: dict[str, Words] = {
        "a": {"family": "kin"}, "alike": {"family": "kin"}, "long": {"dose": {"reps": 200}}, "other": STRENGTHEN,
    }  # fmt: skip
    knowledge = small(exercises, session={"slots": SLOTS[:1]})
    assert left(planned(knowledge), knowledge) == {"alike": "same_family", "long": "no_time", "other": "not_needed"}


def test_what_the_number_ends_is_told_apart_from_what_the_time_ends() -> None:
    """With time left the session has enough exercises; without, there was no time."""
    steps = [{"up_to_minutes": 60, "at_least": 1, "at_most": 1}]
    knowledge = small(dict.fromkeys("ab", MOBILISE), session={"steps": steps})
    assert left(planned(knowledge, minutes=2), knowledge) == {"b": "enough_exercises"}
    assert left(planned(knowledge, minutes=1), knowledge) == {"b": "no_time"}


def test_an_exercise_that_could_follow_but_came_later_is_ranked_lower() -> None:
    """One that is far is not taken to fill time: others of its phase came first."""
    exercises = {"a": {**LYING, "dose": {"reps": 150}}, "b": {}}
    knowledge = small(exercises, {"one": {"then": first("a", rank="body")}})
    plan = planned(knowledge, "one", minutes=5)
    assert (names(plan, knowledge), left(plan, knowledge)) == (["a"], {"b": "ranked_lower"})


def test_a_session_that_ends_by_its_number_says_so_where_much_time_is_left() -> None:
    """From 300 seconds left over on, a full session is told, and not where exercises ran out."""
    steps = [{"up_to_minutes": 60, "at_least": 1, "at_most": 1}]
    knowledge = small(dict.fromkeys("ab", MOBILISE), session={"steps": steps})
    assert [planned(knowledge, minutes=minutes).full for minutes in (5, 6)] == [False, True]
    assert planned(small({"a": MOBILISE}), minutes=60).full is False


def test_every_allowed_exercise_is_in_the_session_or_left_over() -> None:
    """None is lost, whatever the minutes are."""
    exercises = {"a": LYING, "b": LYING, "c": LYING, "d": {"family": "a"}, "e": STRENGTHEN, "f": REST}
    knowledge = small(exercises, {"one": {"then": {"avoid": {"exercise": "b"}}}}, session={"slots": SLOTS})
    for minutes in (1, 2, 3, 5, 60):
        plan = planned(knowledge, "one", minutes=minutes)
        assert sorted([*names(plan, knowledge), *left(plan, knowledge)]) == ["a", "c", "d", "e", "f"]


# --- promises -----------------------------------------------------------------------------------


def test_a_session_with_an_excluded_exercise_is_an_error() -> None:
    """Where the decision contradicts itself, there is no routine."""
    knowledge = small({"a": {}, "b": {}}, {"one": {"then": {"avoid": {"exercise": "b"}}}})
    torn = replace(decided(knowledge, "one"), allowed=0b11)
    with pytest.raises(PlanError, match="rules exclude"):
        Planner(knowledge).plan(torn, {"goal": "move", "level": "beginner", "minutes": 10})


def _twice(plan: Plan) -> Plan:
    return replace(plan, steps=(*plan.steps, plan.steps[-1]))


def _also_left(plan: Plan) -> Plan:
    return replace(plan, left={**plan.left, plan.steps[0].chosen.number: "no_time"})


def _backwards(plan: Plan) -> Plan:
    return replace(plan, steps=plan.steps[::-1])


def _longer(plan: Plan) -> Plan:
    return replace(plan, steps=(replace(plan.steps[0], change_seconds=10_000), *plan.steps[1:]))


@pytest.mark.parametrize(
    ("damage", "said"),
    [(_twice, "twice"), (_also_left, "twice"), (_backwards, "out of order"), (_longer, "longer than the time")],
)
def test_a_session_that_breaks_a_promise_is_an_error(monkeypatch: pytest.MonkeyPatch, damage: Any, said: str) -> None:
    """An exercise twice, or in the session and left over, phases out of order, too long: there is no routine."""
    knowledge = small({"a": MOBILISE, "b": STRENGTHEN}, session={"slots": SLOTS})
    made = Planner._session
    monkeypatch.setattr(Planner, "_session", lambda *given: damage(made(*given)))
    with pytest.raises(PlanError, match=said):
        planned(knowledge)


@given(profiles())
def test_what_a_routine_lacks_is_said(profile: dict[str, object]) -> None:
    """For each kind of exercise that a session should hold there is a step or a note, unless nothing is left."""
    result = Recommender(KNOWLEDGE).recommend(profile)
    if result.outcome != "routine" or not result.routine:
        assert not result.messages_of("note")
        return
    notes = " ".join(message.text for message in result.messages_of("note"))
    steps = [KNOWLEDGE.exercise(step.exercise) for step in result.routine]
    for slot in KNOWLEDGE.session.slots:
        there = any(step is not None and selected(slot.select, step, KNOWLEDGE) for step in steps)
        assert there or slot.title in notes, slot.id
