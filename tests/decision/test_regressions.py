"""Faults that were found once and must not come back."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import given

from recommender import Knowledge, KnowledgeError, Profile, ProfileError, RecommenderError, recommend
from recommender.decision.pipeline import Recommender
from recommender.profile.checking import check
from recommender.yaml_reader import YamlFault, read_text
from tests.conftest import person
from tests.plainly import selected
from tests.strategies import KNOWLEDGE, profiles


def test_profile_read_from_json_can_be_recommended() -> None:
    """A Profile written as JSON and read again is the same value, and a recommendation can be made for it."""
    model = Profile.model_validate(person())
    again = Profile.model_validate_json(model.model_dump_json())
    assert recommend(again) == recommend(model)  # TypeError: unhashable type: 'list' (sets come back as lists)


def test_profile_read_from_json_is_equal() -> None:
    """The round trip gives an equal, hashable value."""
    model = Profile.model_validate(person())
    again = Profile.model_validate_json(model.model_dump_json())
    assert again == model
    assert hash(again) == hash(model)


@pytest.mark.parametrize(
    "update",
    [
        {"pregnant": "yes"},  # week and warnings missing: read as no warning, early week
        {"recent_injury": "yes", "cleared_by_clinician": "yes"},  # weeks missing: read as long ago
        {"conditions": None},
        {"emergency_signs": None},
        {"conditions": ("osteoporsis",)},
        {"hernia": "maybe"},  # KeyError instead of ProfileError
        {"minutes": 500},  # KeyError
    ],
)
def test_copied_profile_is_checked(update: dict[str, object]) -> None:
    """A Profile whose answers were changed without pydantic's checks gives no routine from missing answers."""
    with pytest.raises(ProfileError):
        recommend(Profile.model_validate(person()).model_copy(update=update))


def test_profile_is_checked_against_the_knowledge_in_use(tmp_path: Path) -> None:
    """A Profile that lacks a safety answer of a clinic's own questionnaire is refused like a dict that does."""
    for part in ("rules", "catalog"):
        shutil.copytree(KNOWLEDGE.folder / part, tmp_path / part)
    path = tmp_path / "rules/questionnaire.yaml"
    new = """
  - field: clinic_signs
    short: Clinic signs
    stage: Clinic
    kind: set
    risk: growing
    baseline: []
    ask: Any?
    why: Because.
    answers: {one: One, unsure: I am not sure}
    sources: []
"""
    path.write_text(path.read_text() + new)
    other = Knowledge.load(tmp_path)
    with pytest.raises(ProfileError):
        recommend(person(), knowledge=other)
    with pytest.raises(ProfileError):
        recommend(Profile.model_validate(person()), knowledge=other)


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


def test_control_character_is_named_with_its_line() -> None:
    """Like every other fault of a YAML text."""
    with pytest.raises(YamlFault) as caught:
        read_text("a: 1\nb: x\x01y\n", "t")
    assert caught.value.line == 2


def test_missing_age_file_does_not_load(tmp_path: Path) -> None:
    """Deleting rules/safety/age.yaml (the stop under 18) must not go unnoticed; every other rule file is missed."""
    for part in ("rules", "catalog"):
        shutil.copytree(KNOWLEDGE.folder / part, tmp_path / part)
    (tmp_path / "rules/safety/age.yaml").unlink()
    with pytest.raises(KnowledgeError):
        Knowledge.load(tmp_path)


def test_fork_while_another_thread_is_in_the_engine() -> None:
    """A child forked while another thread holds the engine's lock must not wait for ever."""
    KNOWLEDGE.engine.fired((0,) * len(KNOWLEDGE.table.variables))
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with KNOWLEDGE.engine._lock:
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(5)
        KNOWLEDGE.engine.fired((0,) * len(KNOWLEDGE.table.variables))
        os._exit(0)
    done.set()
    thread.join()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_forced_stop_survives_a_typo_beside_it() -> None:
    """A named emergency sign is said first also if another word of the same list is mistyped."""
    with pytest.raises(RecommenderError) as caught:
        check({**person(), "emergency_signs": ["leg_weakness", "chest_pian"]}, KNOWLEDGE)
    assert str(caught.value).startswith(KNOWLEDGE.outcomes.outcomes["emergency"].title)
