"""A person's wishes about single exercises: what to leave out, and what to do first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import Knowledge, ProfileError, recommend
from tests.conftest import person
from tests.strategies import profiles

KNOWLEDGE = Knowledge.shipped()
IDS = sorted(KNOWLEDGE.numbers)


def test_what_is_left_out_is_not_chosen_and_says_so() -> None:
    """An exercise that the person wants left out stands under not chosen, with that reason, and nowhere else."""
    first = recommend(person()).routine[0].exercise
    result = recommend(person(leave_out=[first]))
    assert first not in [step.exercise for step in result.routine]
    [entry] = [entry for entry in result.not_chosen if entry.exercise == first]
    assert (entry.reason, entry.text) == ("wished_away", KNOWLEDGE.session.not_chosen["wished_away"])


def test_a_favourite_comes_in_where_the_rules_allow_it() -> None:
    """A favourite is chosen before its equals; one that a rule leaves out stays out with its reasons."""
    result = recommend(person(favourites=["glute-bridge", "boat"]))
    assert "glute-bridge" in [step.exercise for step in result.routine]
    assert "boat" in [entry.exercise for entry in result.excluded]


@given(profiles(), st.lists(st.sampled_from(IDS), unique=True, max_size=8))
def test_wishes_change_no_stop_and_no_reason(profile: dict[str, object], wished: list[str]) -> None:
    """Whatever is wished, the stops, what is left out and why, and how soon someone is seen stay the same."""
    plain, other = recommend(profile), recommend({**profile, "leave_out": wished[:4], "favourites": wished[4:]})
    assert other.excluded == plain.excluded
    if other.outcome != "nothing_fits":  # everything that was left may have been wished away
        assert (other.outcome, other.urgency, other.whom) == (plain.outcome, plain.urgency, plain.whom)
    assert other.messages_of("stop") == plain.messages_of("stop")


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"leave_out": ["glute-brige"]}, 'Did you mean "glute-bridge"?'),
        ({"leave_out": "glute-bridge"}, "this is no list"),
        ({"favourites": [3]}, "is no exercise"),
        ({"leave_out": ["bird-dog"], "favourites": ["bird-dog"]}, "to be left out, too"),
    ],
)
def test_a_wish_that_cannot_be_read_is_an_error(wish: dict[str, object], found: str) -> None:
    """An unknown exercise, a word in the place of a list, and one exercise in both lists are errors."""
    with pytest.raises(ProfileError, match=found.replace("?", r"\?")):
        recommend({**person(), **wish})


def test_empty_wishes_are_no_wishes() -> None:
    """Empty lists give the same result as none."""
    assert recommend(person(leave_out=[], favourites=[])) == recommend(person())
