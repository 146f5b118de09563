"""How much is done of an exercise: what the texts give, what goes first where time is short, and how long it takes."""

from __future__ import annotations

from typing import Any

import pytest

from recommender.knowledge.dose import DosePlan, DoseSteps, in_words
from recommender.knowledge.sentences import shipped_sentences
from tests.small import small

USUAL = {"sets": 1, "reps": 1, "hold": 0, "rest": 0, "sides": 1, "rep_seconds": 2, "side_seconds": 4}


def dose(**said: int) -> DosePlan:
    """A dose of one repetition of two seconds, with these changes."""
    return DosePlan(**{**USUAL, **said})


def points(**said: Any) -> dict[str, DosePlan]:
    """The dose of an exercise at each point, where its file says this."""
    return dict(small({"one": said}).doses[0])


def rungs(wanted: DosePlan, lowest: DosePlan, hold_step: int = 5) -> list[tuple[int, int, int]]:
    """The sets, repetitions and hold of each dose that is tried."""
    return [(each.sets, each.reps, each.hold) for each in DoseSteps(wanted, lowest, hold_step).rungs]


# --- how long it takes --------------------------------------------------------------------------


def test_each_repetition_takes_its_own_time_and_its_hold() -> None:
    """Ten repetitions of two seconds, each held for five, take seventy seconds."""
    assert dose(reps=10, hold=5).seconds == 70


def test_both_sides_and_the_change_between_them_take_time() -> None:
    """An exercise on each side takes twice as long, and the change of sides once."""
    assert dose(reps=10, sides=2).seconds == 10 * 2 * 2 + 4


def test_there_is_a_rest_between_sets_and_none_after_the_last() -> None:
    """Three sets have two rests."""
    assert dose(sets=3, reps=5, rest=30).seconds == 3 * 10 + 2 * 30


def test_every_set_is_done_on_both_sides() -> None:
    """Each set has its own change of sides, and the rest stands between whole sets."""
    assert dose(sets=2, reps=5, rest=30, sides=2).seconds == 2 * (2 * 10 + 4) + 30


# --- what goes first where time is short --------------------------------------------------------


def test_sets_go_first_then_repetitions_then_the_hold() -> None:
    """A dose gets smaller in this order, one set and one repetition at a time."""
    found = rungs(dose(sets=3, reps=3, hold=10), dose(reps=2, hold=5))
    assert found == [(3, 3, 10), (2, 3, 10), (1, 3, 10), (1, 2, 10), (1, 2, 5)]


def test_repetitions_go_no_further_than_the_lowest_dose() -> None:
    """The smallest number of the texts is the end, although fewer repetitions would take less time."""
    assert rungs(dose(reps=6), dose(reps=4))[-1] == (1, 4, 0)


def test_a_hold_goes_in_steps_and_ends_at_the_lowest() -> None:
    """A hold loses five seconds at a time and stops at the lowest, where a whole step would lead below it."""
    assert [hold for _, _, hold in rungs(dose(hold=20), dose(hold=8))] == [20, 15, 10, 8]


def test_a_short_hold_goes_second_by_second() -> None:
    """A hold of no more than one step would be lost whole, so it loses a second at a time."""
    assert [hold for _, _, hold in rungs(dose(hold=5), dose(hold=3))] == [5, 4, 3]


def test_the_largest_dose_that_fits_is_taken() -> None:
    """A dose that takes exactly the time fits; with a second less it is the next smaller one."""
    ladder = DoseSteps(dose(reps=10), dose(reps=5), 5)
    assert [ladder.fit(seconds) for seconds in (99, 20, 19, 10)] == [dose(reps=reps) for reps in (10, 10, 9, 5)]


def test_nothing_is_given_where_even_the_lowest_dose_does_not_fit() -> None:
    """Less than the texts give is no dose."""
    assert DoseSteps(dose(reps=10), dose(reps=5), 5).fit(9) is None


# --- what the texts give ------------------------------------------------------------------------


def test_the_lowest_dose_takes_the_smallest_number_of_any_text() -> None:
    """Each number is the smallest one that some text gives, also where another text gives the others."""
    lowest = points(doses=[{"reps": "8 to 12", "hold": 5}, {"reps": 10, "hold": 3}])["lowest"]
    assert (lowest.reps, lowest.hold) == (8, 3)


def test_the_middle_and_the_highest_dose_stay_with_the_first_text() -> None:
    """Doses of two texts are never mixed on the way up."""
    found = points(doses=[{"reps": "8 to 12"}, {"reps": 30}])
    assert (found["middle"].reps, found["highest"].reps) == (10, 12)


def test_a_number_that_no_text_states_counts_only_where_no_text_does() -> None:
    """What was added to a text is passed over for the lowest dose, however small, unless all of it was added."""
    added = {"reps": 2, "inferred": ["reps"]}
    assert points(doses=[{"reps": 10}, added])["lowest"].reps == 10
    assert points(doses=[{"reps": 10, "inferred": ["reps"]}, added])["lowest"].reps == 2


def test_a_fixed_number_of_sets_may_fall_to_one() -> None:
    """Where the text gives one number of sets, the lowest dose has one set; a range keeps its lower end."""
    assert [points(dose={"sets": sets})["lowest"].sets for sets in (3, "2 to 4")] == [1, 2]


def test_the_middle_is_rounded_down() -> None:
    """Between seven and ten lies eight."""
    found = points(dose={"sets": "1 to 4", "reps": "7 to 10"})["middle"]
    assert (found.sets, found.reps) == (2, 8)


@pytest.mark.parametrize(
    ("given", "held"),
    [("20 to 35", 25), ("4 to 8", 5), ("2 to 5", 3), ("26 to 29", 26)],
)
def test_the_middle_of_a_long_hold_is_easy_to_count(given: str, held: int) -> None:
    """It is rounded down to a multiple of five, no short one is, and never below what the text gives."""
    assert points(dose={"hold": given})["middle"].hold == held


def test_the_highest_dose_is_the_largest_of_the_text() -> None:
    """Nothing goes above the text, and an open number counts as the number that stands there."""
    found = points(dose={"sets": "1 to 3", "reps": "at least 12", "hold": "5 to 17"})["highest"]
    assert (found.sets, found.reps, found.hold) == (3, 12, 17)


def test_a_hold_against_gravity_is_short_at_the_lowest_point() -> None:
    """Such a hold is cut to ten seconds at the low end, and stays as the text has it further up."""
    found = points(patterns=["lifted"], dose={"hold": "15 to 35"})
    assert [found[point].hold for point in ("lowest", "middle", "highest")] == [10, 25, 35]


def test_a_shorter_hold_against_gravity_is_not_made_longer() -> None:
    """Ten seconds are a limit and no aim."""
    assert points(patterns=["lifted"], dose={"hold": "6 to 20"})["lowest"].hold == 6


def test_a_hold_that_the_floor_carries_stays_as_long_as_the_text_says() -> None:
    """Only what is held against gravity is cut."""
    assert points(dose={"hold": "15 to 35"})["lowest"].hold == 15


def test_an_exercise_on_each_side_is_dosed_for_both() -> None:
    """Its dose has two sides, with the time that the session gives to change them."""
    found = points(per_side=True, rep_seconds=3)["lowest"]
    assert (found.sides, found.seconds) == (2, 2 * 30 * 3 + 4)


# --- in words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({}, "once"),
        ({"hold": 90}, "hold 1 min 30 s"),
        ({"hold": 120}, "hold 2 min"),
        ({"reps": 8}, "8 times"),
        ({"reps": 8, "hold": 5}, "8 times, hold 5 s each"),
        ({"reps": 8, "sides": 2}, "8 times, each side"),
        ({"reps": 8, "sets": 3, "rest": 30}, "3 sets of: 8 times, 30 s rest between"),
        ({"reps": 8, "sets": 3}, "3 sets of: 8 times"),
        ({"reps": 8, "rest": 30}, "8 times"),
    ],
)
def test_a_dose_is_said_in_few_words(said: dict[str, int], text: str) -> None:
    """Only what is to be done is said: no hold, side, set or rest where there is none."""
    assert in_words(dose(**said), shipped_sentences()) == text
