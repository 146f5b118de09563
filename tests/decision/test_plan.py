"""How a session is made of what is allowed: which exercises, how much of each, and what becomes of the others.

Unless a test says otherwise, each exercise takes 30 seconds standing, getting ready for it takes 10 more, and the
whole of the minutes may be used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from recommender.decision.plan import Chosen, Planner
from tests.small import MOBILISE, REST, SLOTS, STRENGTHEN, Words, decided, first, left, names, planned, small


def picked(exercises: Mapping[str, Words], rules: Mapping[str, Words] | None = None, **more: Any) -> list[str]:
    """The exercises that are picked out of these, where all of these rules fire; `session` changes the session."""
    knowledge = small(exercises, rules, session=more.pop("session", None))
    return names(planned(knowledge, *(rules or ()), **more), knowledge)


def ranked(rules: Mapping[str, Words], *exercises: str) -> list[str]:
    """These exercises, the best first, where all of these rules fire."""
    knowledge = small(dict.fromkeys(exercises, MOBILISE), {id: {"then": then} for id, then in rules.items()})
    numbers = Planner(knowledge).ranking(decided(knowledge, *rules))
    return [knowledge.exercises[number].id for number in numbers]


# --- the ranking --------------------------------------------------------------------------------


def test_what_is_alike_stands_in_the_order_of_the_ids() -> None:
    """The same answers always give the same session, however the catalogue is sorted."""
    assert ranked({}, "c", "a", "b") == ["a", "b", "c"]


def test_what_is_preferred_comes_first_in_the_order_of_the_descriptions() -> None:
    """The first description of a rule stands before the second, and both before all else."""
    assert ranked({"one": first("c", "b")}, "a", "b", "c") == ["c", "b", "a"]


def test_what_is_deferred_comes_last_in_the_order_of_the_descriptions() -> None:
    """The second description of a rule comes after the first, and both after all else."""
    assert ranked({"one": first("b", "a", effect="defer")}, "a", "b", "c") == ["c", "b", "a"]


def test_a_stronger_rank_decides_before_all_weaker_ones() -> None:
    """What two rules of weaker ranks want does not weigh up what one of the strongest wants."""
    rules = {"one": first("b", rank="body"), "two": first("a", rank="wish"), "three": first("a", rank="last")}
    assert ranked(rules, "a", "b") == ["b", "a"]


def test_a_weaker_rank_decides_among_those_that_a_stronger_one_puts_alike() -> None:
    """The strongest rank puts one last; between the other two the next rank decides."""
    rules = {"one": first("a", rank="body", effect="defer"), "two": first("c", rank="wish")}
    assert ranked(rules, "a", "b", "c") == ["c", "b", "a"]


def test_places_of_one_rank_add_up() -> None:
    """Of three rules of one rank, two outweigh the third."""
    rules = {"one": first("b"), "two": first("b"), "three": first("a")}
    assert ranked(rules, "a", "b") == ["b", "a"]


def test_what_is_excluded_is_not_ranked() -> None:
    """A rule that prefers never lets in what another one leaves out."""
    rules = {"one": first("b"), "two": {"avoid": {"exercise": "b"}}}
    assert ranked(rules, "a", "b") == ["a"]


# --- slots --------------------------------------------------------------------------------------


def test_each_slot_gets_the_best_exercise_of_its_kind() -> None:
    """The best one by the ranking is taken for each, and told from what only fills time."""
    exercises = {"a": MOBILISE, "b": STRENGTHEN, "c": STRENGTHEN}
    knowledge = small(exercises, {"one": {"then": first("c")}}, session={"slots": SLOTS})
    plan = planned(knowledge, "one", goal="rest")
    assert [(step.chosen.slot, step.chosen.number) for step in plan.steps] == [("first", 0), ("second", 2)]


def test_slots_are_filled_in_their_order_while_there_is_time() -> None:
    """Where the time is for one exercise alone, the first slot gets it, and the other is said to lack the time."""
    exercises = {"a": STRENGTHEN, "b": MOBILISE}
    knowledge = small(exercises, session={"slots": SLOTS})
    plan = planned(knowledge, minutes=1)
    assert (names(plan, knowledge), plan.no_time, plan.not_filled) == (["b"], ("a strengthener",), ())


def test_a_slot_for_which_nothing_is_left_is_not_filled() -> None:
    """That is another reason than the time."""
    plan = planned(small({"a": MOBILISE}, session={"slots": SLOTS}))
    assert (plan.no_time, plan.not_filled) == ((), ("a strengthener",))


def test_a_slot_takes_the_next_best_where_the_best_does_not_fit() -> None:
    """A shorter exercise fills the slot rather than none."""
    exercises = {"a": {**MOBILISE, "dose": {"reps": 60}}, "b": MOBILISE}
    plan = planned(small(exercises, session={"slots": SLOTS[:1]}), minutes=1)
    assert [(step.chosen.slot, step.chosen.number) for step in plan.steps] == [("first", 1)]


def test_slots_are_filled_before_any_dose_is_raised() -> None:
    """The second slot finds its time although the first exercise could use all of it; then doses are raised."""
    long = {"dose": {"reps": "30 to 100"}}
    exercises = {"a": {**MOBILISE, **long}, "b": {**STRENGTHEN, **long}}
    plan = planned(small(exercises, session={"slots": SLOTS}), minutes=2, level="trained")
    assert [step.chosen.dose.reps for step in plan.steps] == [70, 30]


def test_no_slot_is_filled_beyond_the_number_of_exercises() -> None:
    """A session holds no more than it should, though time and slots are left."""
    steps = [{"up_to_minutes": 60, "at_least": 1, "at_most": 1}]
    knowledge = small({"a": MOBILISE, "b": STRENGTHEN}, session={"slots": SLOTS, "steps": steps})
    assert names(planned(knowledge), knowledge) == ["a"]


def test_there_is_one_exercise_of_a_family() -> None:
    """A slot takes the next best of another family; what only fills time does so too."""
    exercises = {"a": {"family": "kin"}, "b": {"family": "kin"}, "c": {}}
    slots = [SLOTS[0], {**SLOTS[0], "id": "again"}]
    assert picked(exercises, session={"slots": slots}) == ["a", "c"]
    assert picked(exercises) == ["a", "c"]


def test_a_slot_stays_empty_where_only_the_same_family_is_left() -> None:
    """It counts as left empty by the answers and not by the time."""
    slots = [SLOTS[0], {**SLOTS[0], "id": "again", "title": "another"}]
    plan = planned(small({"a": {"family": "kin"}, "b": {"family": "kin"}}, session={"slots": slots}))
    assert (plan.no_time, plan.not_filled) == ((), ("another",))


# --- filling up ---------------------------------------------------------------------------------


def test_time_is_filled_from_the_phases_of_the_goal_in_turn() -> None:
    """Two that strengthen come for each that mobilises where the goal says so."""
    exercises = {**dict.fromkeys("abc", MOBILISE), **dict.fromkeys("xyz", STRENGTHEN)}
    steps = [{"up_to_minutes": 60, "at_least": 1, "at_most": 4}]
    assert picked(exercises, goal="build", session={"steps": steps}) == ["a", "x", "y", "z"]
    steps = [{"up_to_minutes": 60, "at_least": 1, "at_most": 3}]
    assert picked(exercises, goal="build", session={"steps": steps}) == ["a", "x", "y"]


def test_time_is_not_filled_from_phases_that_the_goal_does_not_name() -> None:
    """Someone who only wants to move gets nothing that strengthens, however much time is left."""
    assert picked({"a": MOBILISE, "x": STRENGTHEN}) == ["a"]


def test_a_session_holds_no_more_than_its_number_of_exercises() -> None:
    """The number goes by the minutes: the first row that is long enough counts, its last minute too."""
    steps = [
        {"up_to_minutes": 9, "at_least": 1, "at_most": 2},
        {"up_to_minutes": 60, "at_least": 1, "at_most": 3},
    ]
    exercises = dict.fromkeys("abcde", MOBILISE)
    found = [picked(exercises, minutes=minutes, session={"steps": steps}) for minutes in (9, 10)]
    assert found == [["a", "b"], ["a", "b", "c"]]


def test_a_session_that_is_too_small_takes_from_any_phase_at_the_lowest_dose() -> None:
    """Where the goal's phases have too few exercises, others come in at the low end, and no more than are needed."""
    steps = [{"up_to_minutes": 60, "at_least": 2, "at_most": 9}]
    strong = {**STRENGTHEN, "dose": {"reps": "30 to 50"}}
    knowledge = small({"a": MOBILISE, "x": strong, "y": strong}, session={"steps": steps})
    plan = planned(knowledge, level="trained")
    assert names(plan, knowledge) == ["a", "x"]
    assert plan.steps[1].chosen.dose.reps == 30


@pytest.mark.parametrize(("share", "count"), [(100, 3), (99, 2), (67, 2), (66, 1)])
def test_only_a_share_of_the_minutes_is_used(share: int, count: int) -> None:
    """Of two minutes, a session takes up no more than this percentage, down to the second."""
    exercises = dict.fromkeys("abcde", MOBILISE)
    assert len(picked(exercises, minutes=2, session={"fill_share": share})) == count


def test_a_smaller_dose_fills_what_time_is_left() -> None:
    """The last exercise gets as much of its dose as there is time for, at least its lowest."""
    exercises = {"a": MOBILISE, "b": {**MOBILISE, "dose": {"reps": "5 to 60"}}}
    plan = planned(small(exercises), minutes=1, level="trained")
    assert [step.chosen.dose.reps for step in plan.steps] == [30, 10]


def test_a_favourite_comes_first_and_what_is_wished_away_is_left_out() -> None:
    """A wish goes before every rank, and what is wished away is told by its own reason."""
    rules = {"one": {"then": first("a", "b", rank="body")}}
    steps = [{"up_to_minutes": 60, "at_least": 1, "at_most": 2}]
    knowledge = small(dict.fromkeys("abcd", MOBILISE), rules, session={"steps": steps})
    plan = planned(knowledge, "one", favourites=("d",), leave_out=("a",))
    assert names(plan, knowledge) == ["b", "d"]
    assert left(plan, knowledge) == {"c": "enough_exercises", "a": "wished_away"}
    assert names(planned(knowledge, "one", minutes=1, favourites=("d",)), knowledge) == ["d"]


def test_a_favourite_that_is_excluded_stays_out() -> None:
    """A wish chooses only among what the rules allow, and of what they leave out the plan tells nothing."""
    knowledge = small(dict.fromkeys("ab", MOBILISE), {"one": {"then": {"avoid": {"exercise": "b"}}}})
    plan = planned(knowledge, "one", favourites=("b",), leave_out=("b",))
    assert (names(plan, knowledge), left(plan, knowledge)) == (["a"], {})


# --- how much of each ---------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "reps"), [("beginner", 10), ("regular", 15), ("trained", 20)])
def test_the_level_says_how_high_the_dose_is(level: str, reps: int) -> None:
    """A beginner gets the lowest dose of the texts, others its middle or its end."""
    plan = planned(small({"a": {"dose": {"reps": "10 to 20"}}}), level=level)
    assert plan.steps[0].chosen.dose.reps == reps


def test_a_limit_keeps_the_dose_at_its_low_end() -> None:
    """It counts for a trained person too."""
    knowledge = small({"a": {"dose": {"reps": "10 to 20"}}}, {"one": {"then": {"limit": {"dose": "low_end"}}}})
    assert planned(knowledge, "one", level="trained").steps[0].chosen.dose.reps == 10


@pytest.mark.parametrize("slots", [[], SLOTS[:1]])
def test_an_exercise_takes_no_longer_than_one_should(slots: list[Words]) -> None:
    """A longer dose is cut to three minutes though there is time for more, whether it fills a slot or time."""
    plan = planned(small({"a": {"dose": {"reps": "10 to 400"}}}, session={"slots": slots}), level="trained")
    assert plan.steps[0].chosen.dose.seconds == 180


def test_a_rest_position_may_take_longer() -> None:
    """It is held for up to five minutes."""
    knowledge = small({"a": {**REST, "dose": {"reps": "10 to 400"}}, "b": MOBILISE}, session={"slots": SLOTS[:1]})
    plan = planned(knowledge, level="trained", goal="rest")
    assert [step.chosen.dose.seconds for step in plan.steps] == [30, 300]


def test_what_is_too_long_even_at_its_lowest_is_not_given() -> None:
    """It is told to be too long, although there is time enough."""
    knowledge = small({"a": {"dose": {"reps": 181}}, "b": {"dose": {"reps": 180}}}, session={"slots": SLOTS})
    plan = planned(knowledge)
    assert (names(plan, knowledge), left(plan, knowledge)) == (["b"], {"a": "no_time"})


def test_doses_are_raised_in_the_order_in_which_exercises_were_picked() -> None:
    """The first slot's exercise gets the time that is left, though it stands later in the session."""
    long = {"dose": {"reps": "10 to 60"}}
    exercises = {"a": {**MOBILISE, **long}, "x": {**STRENGTHEN, **long}}
    plan = planned(small(exercises, session={"slots": SLOTS[::-1]}), minutes=1, level="trained")
    assert [(step.chosen.slot, step.chosen.dose.reps) for step in plan.steps] == [("first", 10), ("second", 30)]


# --- positions ----------------------------------------------------------------------------------

LYING: Words = {"start_position": "lying"}


def test_a_change_takes_its_way_and_the_time_to_get_ready() -> None:
    """From standing to lying are 31 seconds and to get ready ten, and the step says what lies between."""
    plan = planned(small({"a": LYING}))
    step = plan.steps[0]
    assert (step.change_seconds, step.through, step.reachable) == (41, ("kneeling", "side"), True)
    assert (step.seconds, plan.seconds) == (41 + 30, 71)


def test_where_no_calm_way_is_known_the_longest_change_is_counted() -> None:
    """Someone who cannot kneel gets there somehow: the time of the longest change is kept for it."""
    knowledge = small({"a": LYING}, {"one": {"then": {"avoid": {"needs": "kneel"}}}})
    step = planned(knowledge, "one").steps[0]
    assert (step.change_seconds, step.through, step.reachable) == (10 + 20, (), False)


def test_a_session_goes_through_its_phases_in_order() -> None:
    """What was picked first stands last where its phase is the last."""
    exercises = {"a": STRENGTHEN, "x": MOBILISE}
    assert picked(exercises, session={"slots": SLOTS[::-1]}) == ["x", "a"]


def test_what_is_near_is_picked_before_its_equals_that_are_far() -> None:
    """After an exercise on the floor, the next one there is picked before one that stands, though its id is later."""
    exercises = {"a": {**LYING, **STRENGTHEN}, "b": {}, "c": LYING}
    slots = SLOTS[::-1]
    assert picked(exercises, session={"slots": slots}, minutes=4, goal="rest") == ["c", "a"]


def test_a_rank_before_nearness_outweighs_it_and_one_after_it_does_not() -> None:
    """What the body needs sends people up from the floor, a wish does not."""
    exercises = {"a": {**LYING, **STRENGTHEN}, "b": {}, "c": LYING}
    for rank, expected in (("body", ["b", "a"]), ("wish", ["c", "a"])):
        rules = {"one": {"then": first("b", rank=rank)}}
        assert picked(exercises, rules, session={"slots": SLOTS[::-1]}, minutes=4, goal="rest") == expected


@pytest.mark.parametrize(("minutes", "expected"), [(6, ["a", "c"]), (7, ["b", "a", "c"])])
def test_what_is_far_fills_time_only_while_half_of_it_is_unused(minutes: int, expected: list[str]) -> None:
    """Nobody gets up from the floor and down again just to fill the last minutes."""
    exercises = {"a": {**LYING, "dose": {"reps": 100}}, "b": {}, "c": LYING}  # a and c take 181 seconds, b 71 more
    rules = {"one": {"then": first("a", rank="body")}}
    assert picked(exercises, rules, minutes=minutes, session={"slots": SLOTS[:1]}) == expected


def test_time_is_kept_for_the_change_from_the_nearest_exercise() -> None:
    """On the way the change counts from the nearest exercise that was picked, and not from where the session starts."""
    exercises = {"a": LYING, "b": LYING}
    assert picked(exercises, minutes=2) == ["a", "b"]
    assert picked(exercises, minutes=1) == []


THIRD: Words = {"id": "third", "title": "a rest", "select": {"purpose": "relief"}}
UP_BETWEEN = {"a": {**MOBILISE, **LYING}, "b": STRENGTHEN, "c": {**REST, **LYING}}  # one gets up for b, and down again


def test_what_does_not_fit_with_the_real_changes_gets_smaller_first() -> None:
    """Someone gets down twice, which picking did not count: the exercise picked last loses repetitions, no other."""
    exercises = {
        "a": UP_BETWEEN["a"],
        "b": {**UP_BETWEEN["b"], "dose": {"reps": "10 to 60"}},
        "c": {**UP_BETWEEN["c"], "dose": {"reps": "30 to 40"}},
    }
    plan = planned(small(exercises, session={"slots": [SLOTS[0], THIRD, SLOTS[1]]}), minutes=4, level="trained")
    assert [step.chosen.dose.reps for step in plan.steps] == [30, 60 - 13, 40]
    assert plan.seconds == 240


def test_what_was_picked_last_gives_way_where_no_dose_can_get_smaller() -> None:
    """It leaves the session, and its slot is said to have had no time."""
    slots = [SLOTS[0], THIRD, SLOTS[1]]
    knowledge = small(UP_BETWEEN, session={"slots": slots, "fill_share": 80})  # 192 seconds; 182 were counted, of 213
    plan = planned(knowledge, minutes=4)
    assert (names(plan, knowledge), plan.no_time) == (["a", "c"], ("a strengthener",))
    assert left(plan, knowledge) == {"b": "no_time"}


def test_exercises_of_another_day_are_arranged_with_their_doses() -> None:
    """Given exercises are put in the order of a session, with the changes between them, and nothing gives way."""
    knowledge = small({"a": STRENGTHEN, "b": LYING})
    lowest = [doses["lowest"] for doses in knowledge.doses]
    chosen = [Chosen(0, lowest[0], None, "strengthening"), Chosen(1, lowest[1], None, "warm_up")]
    steps = Planner(knowledge).arranged(chosen, decided(knowledge))
    assert [(step.chosen.number, step.change_seconds) for step in steps] == [(1, 41), (0, 41)]
