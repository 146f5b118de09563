"""A warning sign counts however it was written: what the answers demand stands before what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recommender import Knowledge, ProfileError, RecommenderError
from recommender.logic.answers import flatten, plain
from recommender.profile.checking import check
from recommender.profile.readable import readable
from tests.command_line import recommender
from tests.conftest import person
from tests.strategies import KNOWLEDGE

SIGN = "saddle_numbness"
WRITTEN: dict[str, Any] = {
    "a word": SIGN,
    "words with commas": f"fever, {SIGN}",
    "words with blanks": f"none but {SIGN}",
    "a word in brackets": f"[{SIGN}]",
    "another case": "Saddle_Numbness",
    "with a blank": "saddle numbness",
    "with a hyphen": "saddle-numbness",
    "a slip of the pen": ["sadle_numbness"],
    "a mapping": {SIGN: "yes"},
    "a mapping to true": {SIGN: True, "chest_pain": False},
    "a mapping to unsure": {SIGN: "unsure"},
    "a mapping inside": {"new": {SIGN: "yes"}},
    "a mapping to the word": {"sign": SIGN},
    "a list in a mapping": {"new": [SIGN]},
    "beside a wrong word": [SIGN, "lumbago"],
    "beside nothing": [None, SIGN],
    "beside a number": [3, SIGN],
    "lists inside lists": [[[SIGN]]],
    "mappings in a list": [{SIGN: "yes"}],
    "several in one word": [f"{SIGN}, chest_pain"],
    "a set with a fault": {SIGN, 3},
    "a tuple in a list": [(SIGN,)],
}
NOT_NAMED: dict[str, Any] = {
    "nothing": None,
    "an empty word": "",
    "none": "none",
    "no": "no",
    "another word": "lumbago",
    "a mapping to no": {SIGN: "no", "chest_pain": False, "both_legs": None, "leg_weakness": 0},
    "a denial": ["no saddle numbness"],
    "a denial as a word": "not_chest_pain",
    "a mapping in a list to no": [{SIGN: "No"}],
    "a number": 3,
    "true": True,
}


def forced(data: Any, knowledge: Knowledge) -> tuple[str, ...]:
    with pytest.raises(ProfileError) as caught:
        check(data, knowledge)
    error = caught.value
    assert str(error).startswith((*error.forced, str(error.faults[0]))[0])
    return error.forced


@pytest.mark.parametrize("how", WRITTEN)
@pytest.mark.parametrize("rest", ["whole", "alone", "with other faults"])
def test_a_sign_counts_however_it_is_written(how: str, rest: str, knowledge: Knowledge) -> None:
    """The error begins with the emergency, and still names the fault."""
    others = {"whole": person(), "alone": {}, "with other faults": {**person(), "hernia": "maybe", "colour": 1}}[rest]
    data = {**others, "emergency_signs": WRITTEN[how]}
    said = forced(data, knowledge)
    assert said[0].startswith(knowledge.outcomes.outcomes["emergency"].title)
    assert knowledge.rules_by_id["sign-saddle-numbness"].rule.say in "\n".join(said)


@pytest.mark.parametrize("how", NOT_NAMED)
def test_what_is_not_named_forces_nothing(how: str, knowledge: Knowledge) -> None:
    """No alarm where the words say that the sign is not there, or say nothing."""
    assert forced({**person(), "emergency_signs": NOT_NAMED[how]}, knowledge) == ()


@pytest.mark.parametrize(
    "name",
    ["emergency_sign", "Emergency_Signs", "emergency-signs", "emergency signs", "emergencysigns", "emergncy_signs"],
)
@pytest.mark.parametrize("kept", [True, False])
def test_a_sign_counts_under_a_name_with_a_slip(name: str, kept: bool, knowledge: Knowledge) -> None:
    """A field whose name is clearly meant counts for the screening, beside the right one or in its place."""
    data = {**person(), name: [SIGN]}
    if not kept:
        del data["emergency_signs"]
    assert forced(data, knowledge)[0].startswith(knowledge.outcomes.outcomes["emergency"].title)
    with pytest.raises(ProfileError, match="emergency_signs"):
        check(data, knowledge)


@pytest.mark.parametrize("name", ["signs", "colour", "emergency_room_visits_of_the_last_years", 3, None])
def test_a_name_that_could_be_anything_counts_as_none(name: Any, knowledge: Knowledge) -> None:
    """Only where the field is clear does its content count."""
    assert forced({**person(), name: [SIGN]}, knowledge) == ()


@pytest.mark.parametrize(
    ("field", "value", "is_forced"),
    [
        ("age", "12", True),
        ("age", 12.0, True),
        ("age", "40", False),
        ("age", "1200", False),
        ("medical_sign", "supervised_only", True),
        ("pregnancy_warnings", {"bleeding": True}, True),
    ],
)
def test_other_answers_are_read_too(field: str, value: Any, *, is_forced: bool, knowledge: Knowledge) -> None:
    """A number in quotation marks and the other sets count in the same way."""
    data = {**person(pregnant="yes", cleared_by_clinician="no"), field: value}
    assert bool(forced(data, knowledge)) == is_forced


def test_a_clearance_with_a_fault_is_read_as_it_is_meant(knowledge: Knowledge) -> None:
    """`No` denies the clearance, so what it could have lifted is said first; `YES` lifts it."""
    data = person(medical_signs=["cancer_history"])
    assert forced({**data, "cleared_by_clinician": "No"}, knowledge)
    assert forced({**data, "cleared_by_clinician": False}, knowledge)
    assert forced({**data, "cleared_by_clinician": "YES"}, knowledge) == ()


DEEP: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from([SIGN, "unsure"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=15) | st.just(SIGN), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(DEEP, st.sampled_from(["emergency_signs", "conditions", "age", "hernia", "emergency_sign", "pain_position"]))
def test_whatever_stands_there_only_known_words_come_out(value: Any, field: str) -> None:
    """Nothing that is read is outside the questionnaire, and no value breaks the reading."""
    knowledge = Knowledge.shipped()
    questions = knowledge.table.questions
    flat = flatten(plain({field: value}, questions, knowledge.say), questions)
    for name, found in readable(flat, {}, questions).items():
        question = questions[name]
        if question.kind == "number":
            assert found == "unknown" or question.lowest <= found <= question.highest
        else:
            assert set(found if question.kind == "set" else [found]) <= set(question.words)


def test_what_cannot_be_read_to_its_end_is_left(knowledge: Knowledge) -> None:
    """Endless nesting, a list that holds itself, and a text without end are left where they are."""
    endless: list[Any] = [SIGN]
    endless.append(endless)
    assert forced({**person(), "emergency_signs": endless}, knowledge)
    deep: Any = SIGN
    for _ in range(500):
        deep = [deep]
    assert forced({**person(), "emergency_signs": deep}, knowledge) == ()
    assert forced({**person(), "emergency_signs": "x" * 1_000_000}, knowledge) == ()


class Evil(int):
    """Equal to whatever it likes, and not to be asked."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = int.__hash__


class Word(str):
    """A word that spells itself in its own way."""

    __slots__ = ()

    def strip(self, chars: str | None = None) -> str:
        raise RuntimeError


def test_values_with_a_mind_of_their_own_break_nothing(knowledge: Knowledge) -> None:
    """Objects that raise when they are compared or trimmed are read as plain words and numbers."""
    for value in ([{SIGN: Evil(1)}], [{SIGN: Word("yes")}], [[Word(SIGN)]], {SIGN: Evil(1)}):
        assert forced({**person(), "emergency_signs": value}, knowledge)


# --- the hints -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("n", "no"), ("No", "no"), ("NO", "no"), ("N", "no"), ("False", "no"), ("FALSE", "no"), ("off", "no"),
        ("y", "yes"), ("Y", "yes"), ("Yes", "yes"), ("YES", "yes"), ("True", "yes"), ("TRUE", "yes"), ("On", "yes"),
        ("UNSURE", "unsure"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["hernia", "acute_pain", "pregnant"])
def test_yes_and_no_get_a_hint_in_any_form(field: str, value: str, meant: str, knowledge: Knowledge) -> None:
    """All ways to write yes and no get the same "did you mean"."""
    with pytest.raises(ProfileError) as caught:
        check({**person(), field: value}, knowledge)
    said = str(caught.value)
    assert f'{field}: "{value}" is no answer here. Did you mean "{meant}"?' in said


def test_words_in_capitals_get_a_hint(knowledge: Knowledge) -> None:
    """The nearest word and field do not hang on capital letters."""
    with pytest.raises(ProfileError) as caught:
        check({**person(leg_symptoms="SPREADING", conditions=["OSTEOPOROSIS"]), "AGE": 3}, knowledge)
    said = str(caught.value)
    for word in ("spreading", "osteoporosis", "age"):
        assert f'Did you mean "{word}"?' in said


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("osteoporosis", "Write [osteoporosis]."),
        ("osteoporosis, rheumatism", "Write [rheumatism, osteoporosis]."),
        ("none", "For none of them write []."),
        ("no", "For none of them write []."),
        (None, "For none of them write []."),
        ("lumbago", 'conditions: "lumbago" is no list. Accepted'),
    ],
)
def test_a_set_that_is_no_list_gets_a_hint(value: Any, hint: str, knowledge: Knowledge) -> None:
    """The error shows how the list is written."""
    with pytest.raises(ProfileError) as caught:
        check({**person(), "conditions": value}, knowledge)
    assert hint in str(caught.value)


# --- on the command line -------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("recommend",), ("why", "boat"), ("what-if",), ("follow",), ("next", "log")])
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_every_command_says_the_emergency_first(command: tuple[str, ...], form: str, tmp_path: Path) -> None:
    """However the sign is written, each command that reads a profile begins with what to do now."""
    data = {**person(), "emergency_sign": SIGN, "hernia": "No"}
    del data["onset"], data["pain_course"]
    (tmp_path / "me").write_text(json.dumps(data) if form == "json" else yaml.safe_dump(data), encoding="utf-8")
    done = recommender(*command, "me", *(["age=50"] if command[0] == "what-if" else []), folder=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Get emergency care now.")
    for words in ("emergency_sign: ", 'Did you mean "no"?', "onset: no answer.", "pain_course: no answer."):
        assert words in done.err
    assert done.err.endswith(
        "Mend the others in the file. Then this asks only for what is missing or too old: recommender ask me\n"
    )


@pytest.mark.parametrize("command", [("recommend",), ("why", "boat"), ("what-if",), ("follow",), ("next", "log")])
def test_old_answers_without_the_new_questions_name_them_all(command: tuple[str, ...], tmp_path: Path) -> None:
    """Answers of an earlier version: every new field is named, and how to answer only these."""
    old = person(recent_injury="yes", conditions=["back_surgery"])
    new = ("pain_course", "onset", "injury_kind", "weeks_since_surgery")
    for name in new:
        del old[name]
    (tmp_path / "old.yaml").write_text(yaml.safe_dump({**old, "weeks_since_injury": 30}), encoding="utf-8")
    done = recommender(*command, "old.yaml", *(["age=50"] if command[0] == "what-if" else []), folder=tmp_path)
    assert (done.code, done.out) == (1, "")
    lines = [line for line in done.err.splitlines() if ": no answer." in line]
    assert {line.partition(":")[0] for line in lines} == set(new)
    assert done.err.endswith("To answer only these: recommender ask old.yaml\n")


def test_forced_stop_survives_a_typo_beside_it() -> None:
    """A named emergency sign is said first also if another word of the same list is mistyped."""
    with pytest.raises(RecommenderError) as caught:
        check({**person(), "emergency_signs": ["leg_weakness", "chest_pian"]}, KNOWLEDGE)
    assert str(caught.value).startswith(KNOWLEDGE.outcomes.outcomes["emergency"].title)
