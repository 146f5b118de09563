"""Answers that are no plain values: objects that lie, raise or have no end count as what they hold, or are refused."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from recommender import Knowledge, PainPosition, Profile, ProfileError
from recommender.decision.pipeline import Recommender
from tests.conftest import person
from tests.fuzz.common import time_limit
from tests.fuzz.profiles import Broken, EndlessFields, Evil, Fields, Number, Says, Word, Words

FIELDS = 200_000


@pytest.fixture
def service(knowledge: Knowledge) -> Recommender:
    """Give a recommender that remembers the routine of a healthy person."""
    made = Recommender(knowledge)
    assert made.recommend(person()).routine
    assert made.recommend(Profile(**person())).routine
    return made


def refused(service: Recommender, profile: Any) -> str:
    """What the refusal says."""
    with pytest.raises(ProfileError) as caught:
        service.recommend(profile)
    assert str(caught.value)
    return str(caught.value)


def test_a_field_that_is_a_huge_number_is_refused(service: Recommender) -> None:
    """A number too long to be written out is no field; it was a ValueError."""
    assert "very large number: this is no field" in refused(service, {**person(), 10**5000: 1})


def test_very_many_fields_are_refused_at_once(service: Recommender) -> None:
    """Each unknown field was compared with all known ones, which took minutes for a large file."""
    with time_limit(10):
        assert "more than 1,000 fields" in refused(service, {f"f{n}": n for n in range(FIELDS)})
        assert "more than 1,000 fields" in refused(service, {"pain_position": {f"f{n}": n for n in range(FIELDS)}})


@pytest.mark.parametrize("values", [{"age": 40.0}, {"pain_now": False}, {"minutes": 15.0}, {"pain_now": 0.0}], ids=str)
def test_an_equal_answer_of_another_kind_is_not_remembered(values: dict[str, Any], service: Recommender) -> None:
    """40.0 equals 40 and False equals 0: a Profile that nobody checked got the routine of the checked one."""
    profile = Profile(**person()).model_copy(update=values)
    assert "is no whole number" in refused(service, profile)


def test_an_answer_that_equals_everything_is_taken_as_what_it_holds(service: Recommender) -> None:
    """A word that says it equals "no" got the routine that was remembered for "no"."""
    assert service.recommend(person(hernia="no")).routine
    found = service.recommend({**person(), "hernia": Word("yes")})
    assert found.model_dump_json() == service.recommend(person(hernia="yes")).model_dump_json()
    assert "no answer here" in refused(service, {**person(), "hernia": Word("maybe")})


def test_a_number_that_is_within_all_bounds_is_refused(service: Recommender) -> None:
    """A number that compares as it likes counts as what it holds."""
    assert "out of range" in refused(service, {**person(), "age": Number(400)})


def test_a_list_that_hides_its_words_is_read(service: Recommender) -> None:
    """A list that shows nothing lost an emergency sign; what it holds counts."""
    found = service.recommend({**person(), "emergency_signs": Words(["leg_weakness"])})
    assert found.outcome == "emergency"


def test_a_dict_that_shows_other_fields_is_read(service: Recommender) -> None:
    """A dict whose methods show something else counts as what it holds."""
    found = service.recommend(Fields(person(emergency_signs=["leg_weakness"])))
    assert found.outcome == "emergency"


class Turning(Mapping[str, Any]):
    """Gives a healthy person's answers to the first who looks, and another's to the next."""

    def __init__(self) -> None:
        self.looks = 0

    def __getitem__(self, key: str) -> Any:
        return person(hernia="yes")[key]

    def __iter__(self) -> Iterator[str]:
        return iter(person())

    def __len__(self) -> int:
        return len(person())

    def items(self) -> Any:
        return person().items()


def test_a_mapping_that_turns_does_not_change_what_is_remembered(service: Recommender) -> None:
    """The result for one look was remembered under the answers of another."""
    turned = service.recommend(Turning())
    assert turned.model_dump_json() == service.recommend(person(hernia="yes")).model_dump_json()
    assert service.recommend(person()).model_dump_json() != turned.model_dump_json()


@pytest.mark.parametrize("profile", [Broken(), EndlessFields()], ids=["raises", "has no end"])
def test_a_mapping_that_cannot_be_read_is_refused(profile: Any, service: Recommender) -> None:
    """Its own error came through, or it never ended."""
    with time_limit(10):
        assert "The profile cannot be read" in refused(service, profile)


@pytest.mark.parametrize("field", ["age", "hernia", "conditions", "pain_position", "pregnancy_week"])
def test_an_object_that_raises_whatever_is_done_is_refused(field: str, service: Recommender) -> None:
    """Its errors came through; it also claims to be a text."""
    assert f"{field}: " in refused(service, {**person(), field: Evil()})
    assert refused(service, Evil())


def test_a_text_that_reads_like_a_field_is_no_field(service: Recommender) -> None:
    """An object whose text is "lying" counted as the field of that name."""
    position = {Says("lying"): "same", "sitting": "same", "standing": "same"}
    assert "pain_position.lying: no answer" in refused(service, {**person(), "pain_position": position})


def test_two_names_of_one_content_are_an_answer_given_twice(service: Recommender) -> None:
    """A field that stands there twice, in two classes of text, is not answered."""

    class Other(str):
        __slots__ = ()

        def __hash__(self) -> int:
            return 7

    assert "given in two places" in refused(service, {**person(), Other("hernia"): "yes"})


def test_a_profile_without_answers_is_refused(service: Recommender) -> None:
    """A Profile that was made without checking lacks answers; it was an AttributeError."""
    assert "hernia: no answer" in refused(service, Profile.model_construct(age=40))
    position = PainPosition.model_construct(lying="same")
    profile = Profile(**person()).model_copy(update={"pain_position": position})
    assert "pain_position.sitting: no answer" in refused(service, profile)


def test_the_alarm_of_these_tests_is_off_again() -> None:
    """The time limit leaves no alarm behind."""
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
