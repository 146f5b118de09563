"""Checking answers: every fault at once, each with its field, what was found, and what is accepted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from recommender import Knowledge, Profile, recommend
from recommender.errors import ProfileError, ProfileFault
from recommender.logic.answers import clean, complete, flatten, plain
from recommender.profile.checking import check
from tests.conftest import person
from tests.strategies import KNOWLEDGE, QUESTIONS, profiles


def faults(data: Any, knowledge: Knowledge) -> list[ProfileFault]:
    with pytest.raises(ProfileError) as caught:
        check(data, knowledge)
    return list(caught.value.faults)


def only_fault(data: Any, knowledge: Knowledge) -> ProfileFault:
    found = faults(data, knowledge)
    assert len(found) == 1, [str(fault) for fault in found]
    return found[0]


def safety_fields(knowledge: Knowledge) -> set[str]:
    return {name for name, q in knowledge.table.questions.items() if q.safety and q.parent is None}


def test_valid_profile_has_no_fault(knowledge: Knowledge) -> None:
    """A complete profile passes, and sets come out in the order of the questionnaire."""
    answers = check(person(conditions=["rheumatism", "pinched_nerve", "rheumatism"]), knowledge)
    assert answers["conditions"] == ("pinched_nerve", "rheumatism")


def test_all_faults_come_at_once(knowledge: Knowledge) -> None:
    """Wrong, unknown, missing and contradictory answers stand in one error."""
    data = person(hernia="maybe", age=-1, conditions=["sciatica"], pregnancy_week=20, colour="blue", minutes="15")
    del data["acute_pain"], data["pain_position"]["lying"]
    found = faults(data, knowledge)
    assert {fault.field for fault in found} == {
        "hernia", "age", "conditions", "pregnancy_week", "colour", "minutes", "acute_pain", "pain_position.lying",
    }  # fmt: skip
    assert {fault.field for fault in found if fault.missing} == {"acute_pain", "pain_position.lying"}


def test_wrong_answer_is_not_called_missing_too(knowledge: Knowledge) -> None:
    """One fault an answer is enough."""
    assert not only_fault(person(hernia="maybe"), knowledge).missing


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("hernia", "maybe", '"maybe"'),
        ("hernia", "Yes", '"Yes"'),
        ("hernia", "", '""'),
        ("hernia", True, "true (write yes or no as a word)"),
        ("cleared_by_clinician", "unsure", '"unsure"'),
        ("pregnant", 1, "1"),
        ("pregnant", None, "an empty answer"),
        ("acute_pain", ["yes"], "a list"),
        ("goal", "sleep", '"sleep"'),
        ("goal", {"x": 1}, "a mapping"),
        ("pain_now", 4.0, "4.0"),
        ("pain_now", "4", '"4"'),
        ("pain_now", True, "true"),
        ("pain_now", False, "false"),
        ("pain_now", 11, "11"),
        ("pain_now", -1, "-1"),
        ("pain_now", None, "an empty answer"),
        ("pain_now", float("nan"), "nan"),
        ("age", 121, "121"),
        ("age", "unknown", '"unknown"'),
        ("minutes", 4, "4"),
        ("minutes", 61, "61"),
        ("conditions", "osteoporosis", '"osteoporosis"'),
        ("conditions", "", '""'),
        ("conditions", None, "an empty answer"),
        ("conditions", {"osteoporosis": True}, "a mapping"),
        ("conditions", ["lumbago"], '"lumbago"'),
        ("conditions", [None], "an empty answer"),
        ("conditions", [["osteoporosis"]], "a list"),
        ("conditions", [True], "true"),
        ("equipment", "mat", '"mat"'),
        ("cannot", ["fly"], '"fly"'),
        ("pain_position.lying", "bad", '"bad"'),
        ("pain_position.lying", None, "an empty answer"),
    ],
)
def test_bad_answer_is_named_with_what_is_accepted(field: str, value: Any, shown: str, knowledge: Knowledge) -> None:
    """The fault names the field and the value, and lists what is accepted."""
    found = only_fault(person({field: value}), knowledge)
    assert found.field == field
    assert shown in found.found
    assert found.accepted == knowledge.table.questions[field].accepts(knowledge.say)


@pytest.mark.parametrize(
    ("changes", "field", "shown"),
    [
        ({"pregnant": "yes", "pregnancy_week": 60}, "pregnancy_week", "60"),
        ({"pregnant": "yes", "pregnancy_week": 0}, "pregnancy_week", "0"),
        ({"pregnant": "yes", "pregnancy_week": "late"}, "pregnancy_week", '"late"'),
        ({"pregnant": "no", "pregnancy_week": 20}, "pregnancy_week", "20"),
        ({"pregnant": "no", "pregnancy_week": "unknown"}, "pregnancy_week", "unknown"),
        ({"pregnant": "no", "pregnancy_warnings": ["bleeding"]}, "pregnancy_warnings", "bleeding"),
        ({"recent_injury": "no", "weeks_since_injury": 3}, "weeks_since_injury", "3"),
        ({"recent_injury": "no", "weeks_since_injury": 0}, "weeks_since_injury", "0"),
        ({"recent_injury": "yes", "weeks_since_injury": 53}, "weeks_since_injury", "53"),
        ({"recent_injury": "no", "injury_kind": "fracture"}, "injury_kind", "fracture"),
        ({"recent_injury": "yes", "injury_kind": "none"}, "injury_kind", '"none"'),
        ({"conditions": [], "weeks_since_surgery": 10}, "weeks_since_surgery", "10"),
        ({"conditions": ["unsure"], "weeks_since_surgery": 104}, "weeks_since_surgery", "104"),
        ({"conditions": ["back_surgery"], "weeks_since_surgery": 105}, "weeks_since_surgery", "105"),
        ({"pain_course": "steady"}, "pain_course", '"steady"'),
        ({"onset": "unsure"}, "onset", '"unsure"'),
    ],
)
def test_contradictions_and_nonsense_are_named(
    changes: dict[str, Any], field: str, shown: str, knowledge: Knowledge
) -> None:
    """A week without a pregnancy, weeks since a denied injury and impossible weeks are faults."""
    found = only_fault(person(changes), knowledge)
    assert found.field == field
    assert shown in found.found


@pytest.mark.parametrize(
    "nothing",
    [
        {},
        {"pregnancy_week": None, "pregnancy_warnings": None},
        {"weeks_since_injury": None, "injury_kind": None, "weeks_since_surgery": None},
    ],
)
def test_details_of_what_is_denied_may_be_left_out(nothing: dict[str, Any], knowledge: Knowledge) -> None:
    """With the parent denied, its details may be absent, null or empty, and mean the same."""
    plain = check(person(), knowledge)
    assert check(person(nothing), knowledge) == plain
    assert check(person(pregnancy_warnings=[]), knowledge) == plain


@pytest.mark.parametrize("parent", ["yes", "unsure"])
@pytest.mark.parametrize("way", ["absent", "null"])
def test_details_of_what_is_not_denied_are_needed(parent: str, way: str, knowledge: Knowledge) -> None:
    """With the parent yes or unsure, every detail must be given."""
    data = person(pregnant=parent, recent_injury=parent, conditions=["back_surgery"])
    details = ("pregnancy_week", "pregnancy_warnings", "weeks_since_injury", "injury_kind", "weeks_since_surgery")
    for name in details:
        if way == "null":
            data[name] = None
        else:
            del data[name]
    found = faults(data, knowledge)
    assert {fault.field for fault in found} == set(details)
    assert all(fault.missing for fault in found)


def test_unknown_field_gets_the_nearest_name(knowledge: Knowledge) -> None:
    """A mistyped field is named with the field that was meant, at the top and inside the positions."""
    found = only_fault(person(helevel="regular"), knowledge)
    assert found.field == "helevel"
    assert '"level"' in found.found
    data = person()
    data["pain_position"]["lyng"] = data["pain_position"].pop("lying")
    both = faults(data, knowledge)
    assert {fault.field for fault in both} == {"pain_position.lyng", "pain_position.lying"}
    assert '"pain_position.lying"' in str(both[0])


def test_bad_word_gets_the_nearest_word(knowledge: Knowledge) -> None:
    """A mistyped answer is named with the answer that was meant."""
    assert '"osteoporosis"' in only_fault(person(conditions=["osteoporsis"]), knowledge).found
    assert '"unsure"' in only_fault(person(hernia="unsur"), knowledge).found


@pytest.mark.parametrize("data", [{}, {"goal": "relax"}])
def test_every_missing_answer_is_named_at_once(data: dict[str, Any], knowledge: Knowledge) -> None:
    """None of the answers that decide safety has a default, and all missing ones stand in one error."""
    found = faults(data, knowledge)
    assert all(fault.missing for fault in found)
    assert {fault.field for fault in found} == safety_fields(knowledge) == {
        "age", "pain_position.lying", "pain_position.standing", "pain_position.sitting", "pain_now", "acute_pain",
        "pain_course", "onset", "leg_symptoms", "pregnant", "recent_injury", "hernia", "conditions", "emergency_signs",
        "medical_signs", "cleared_by_clinician",
    }  # fmt: skip


def test_each_safety_answer_is_needed(knowledge: Knowledge) -> None:
    """Leaving out any one of them is a fault that names it, whatever the others are."""
    for field in safety_fields(knowledge):
        data = person()
        top, _, part = field.partition(".")
        if part:
            del data[top][part]
        else:
            del data[top]
        found = only_fault(data, knowledge)
        assert (found.field, found.missing) == (field, True)


def test_wishes_have_the_defaults_of_the_domain(knowledge: Knowledge) -> None:
    """What does not decide safety may be left out or null."""
    wishes = {
        "goal": "relieve", "level": "beginner", "minutes": 15,
        "equipment": ("mat", "pillow", "towel", "chair", "wall"), "cannot": (),
    }  # fmt: skip
    data = person()
    for name in wishes:
        del data[name]
    for profile in (data, {**data, **dict.fromkeys(wishes)}):
        answers = check(profile, knowledge)
        assert {name: answers[name] for name in wishes} == wishes


@pytest.mark.parametrize("data", [[], ["age"], None, "age: 40", 3, ()])
def test_profile_must_be_a_mapping(data: Any, knowledge: Knowledge) -> None:
    """A list, a text or nothing is refused with what is expected."""
    found = only_fault(data, knowledge)
    assert "mapping" in found.found
    assert "age" in found.accepted


def test_forced_stop_is_said_first(knowledge: Knowledge) -> None:
    """If the given answers already force a stop, the error says so before it names what is missing."""
    for data, first in (
        ({"emergency_signs": ["leg_weakness"]}, knowledge.outcomes.outcomes["emergency"].title),
        ({"emergency_signs": ["unsure"], "hernia": "maybe"}, knowledge.outcomes.outcomes["emergency"].title),
        ({"age": 12}, knowledge.outcomes.outcomes["see_clinician"].title),
        ({"age": 12, "emergency_signs": ["chest_pain"]}, knowledge.outcomes.outcomes["emergency"].title),
    ):
        with pytest.raises(ProfileError) as caught:
            check(data, knowledge)
        assert caught.value.forced[0].startswith(first)
        assert str(caught.value).startswith(caught.value.forced[0])
        assert "no answer" in str(caught.value)


def test_nothing_is_forced_by_harmless_or_open_answers(knowledge: Knowledge) -> None:
    """What a missing answer could still lift is not said, nor what only leads to rest."""
    for data in ({}, {"medical_signs": ["cancer_history"]}, {"acute_pain": "yes"}, {"conditions": ["back_surgery"]}):
        with pytest.raises(ProfileError) as caught:
            check(data, knowledge)
        assert caught.value.forced == ()


def test_stop_is_forced_once_nothing_can_lift_it(knowledge: Knowledge) -> None:
    """With the clearance denied, a sign that it could have lifted is said first."""
    with pytest.raises(ProfileError) as caught:
        check({"medical_signs": ["cancer_history"], "cleared_by_clinician": "no"}, knowledge)
    assert knowledge.rules_by_id["sign-cancer-history"].rule.say in caught.value.forced


def test_profile_and_dict_go_the_same_way(knowledge: Knowledge) -> None:
    """The model finds the same faults as the function, as data, and what the answers demand stands first."""
    for data in (person(hernia="maybe"), {"age": 12, "hernia": "maybe", "x": 1, "emergency_signs": ["chest_pain"]}):
        with pytest.raises(ProfileError, match="hernia") as raised:
            recommend(data)
        error = raised.value
        for use in (Profile.model_validate, lambda d: Profile(**d), TypeAdapter(Profile).validate_python):
            with pytest.raises(ValidationError, match="hernia") as caught:
                use(data)
            told = caught.value.errors()
            first, rest = told[: len(error.forced)], told[len(error.forced) :]
            assert [(part["type"], part["msg"]) for part in first] == [("demanded", text) for text in error.forced]
            assert [part["msg"] for part in rest] == [str(fault) for fault in error.faults]
            assert [part["ctx"]["field"] for part in rest] == [fault.field for fault in error.faults]
            assert [part["ctx"]["accepted"] for part in rest] == [fault.accepted for fault in error.faults]
            assert {part["type"] for part in rest} <= {"wrong_answer", "missing_answer"}


def test_unprintable_and_long_values_are_shown_safely(knowledge: Knowledge) -> None:
    """What a person typed does not reach the terminal unchecked."""
    found = str(only_fault(person(hernia="\x1b[31m" + "x" * 500), knowledge))
    assert "\x1b" not in found
    assert "x" * 100 not in found


# --- the quick way ----------------------------------------------------------------------------


@given(st.data())
def test_the_quick_way_gives_what_the_full_check_gives(data: st.DataObject) -> None:
    """For valid profiles and for profiles with one thing changed, removed or added: the same answers, or none."""
    knowledge = Knowledge.shipped()
    profile = data.draw(profiles())
    if data.draw(st.booleans()):
        odd = st.sampled_from(
            [None, "", "maybe", "yes", True, 3, -1, 3.0, 10**30, [], ["unsure"], (), {}, {"lying": 1}]
        )
        place = data.draw(st.sampled_from([*profile, "pain_position.lying", "nonsense", "pregnancy_week"]))
        if data.draw(st.booleans()) and place in profile:
            del profile[place]
        else:
            profile[place] = data.draw(odd)
    quick = knowledge.form.answers(profile)
    flat = flatten(plain(profile, QUESTIONS, knowledge.say), QUESTIONS)
    answers, faults = clean(flat, QUESTIONS, knowledge.say)
    faults += list(complete(answers, QUESTIONS, knowledge.say))
    if quick is not None:
        assert not faults
        assert quick == answers


@given(profiles())
def test_a_valid_profile_is_read_the_quick_way(profile: dict[str, Any]) -> None:
    """What has no fault does not need the full check."""
    assert Knowledge.shipped().form.answers(profile) is not None


def test_same_answer_given_twice_is_a_fault() -> None:
    """Dotted and nested answers to one field that contradict each other are refused, not the last one taken."""
    data = {**person({"pain_position.lying": "worse"}), "pain_position.lying": "eased"}
    with pytest.raises(ProfileError):
        check(data, KNOWLEDGE)


@pytest.mark.parametrize("value", ["worse", None, ["worse"]])
def test_pain_position_that_is_no_mapping(value: object) -> None:
    """The message must not say that pain_position is no field and suggest pain_position."""
    with pytest.raises(ProfileError) as caught:
        check({**person(), "pain_position": value}, KNOWLEDGE)
    assert 'Did you mean "pain_position"' not in str(caught.value)


def test_huge_number_is_a_profile_fault() -> None:
    """A number with more digits than Python shows is a fault of the profile, not a ValueError."""
    with pytest.raises(ProfileError):
        recommend({**person(), "pain_now": 10**5000})
