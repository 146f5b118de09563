"""The Profile: a value that can be written, read and copied, and is checked before anything is decided by it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from recommender import Knowledge, Profile, ProfileError, recommend
from tests.conftest import person
from tests.strategies import KNOWLEDGE


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
