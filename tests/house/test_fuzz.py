"""A small part of the fuzzing, the same each time. `python -m tests.fuzz` looks much further: tests/fuzz/README.md."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from recommender.logic.answers import nest
from tests.command_line import ROOT, environment
from tests.conftest import examples
from tests.fuzz import profiles, texts, validator
from tests.fuzz.common import run
from tests.strategies import KNOWLEDGE, flat_profiles


def test_the_validator_knows_the_questionnaire() -> None:
    """The fields, words and bounds that the fuzzing goes by are those of the questionnaire."""
    questions = KNOWLEDGE.table.questions
    assert set(validator.FIELDS) == set(questions)
    for field, words in {**validator.CHOICES, **validator.SETS}.items():
        assert set(words) == set(questions[field].words), field
    for field, (lowest, highest, unknown) in validator.NUMBERS.items():
        question = questions[field]
        assert (lowest, highest, unknown) == (question.lowest, question.highest, question.unknown)
    assert {f: q.parent.field for f, q in questions.items() if q.parent is not None} == validator.PARENTS
    assert {f for f, q in questions.items() if q.default is not None} == validator.OPTIONAL


@given(flat_profiles())
def test_the_validator_accepts_every_valid_profile(answers: dict[str, Any]) -> None:
    """Complete answers are accepted, nested or with dots; without one of them they are not."""
    assert validator.accepts(answers)
    assert validator.accepts(nest(answers))
    assert not validator.accepts({name: value for name, value in answers.items() if name != "hernia"})


@pytest.mark.parametrize(
    ("name", "one", "inputs"),
    [("profiles", profiles.one, 800), ("yaml", texts.one, 1500), ("loader", texts.loader, 250)],
)
def test_nothing_is_found(name: str, one: Callable[..., str], inputs: int) -> None:
    """No traceback, no hang, and no routine from a bad profile, among the first inputs of seed 0."""
    tally = run(name, one, seed=0, inputs=inputs, seconds=None)
    assert tally.findings == {}
    assert tally.inputs == inputs
    assert len(tally.ends) > 1


@examples(150)
@given(profiles.any_profiles())
def test_any_profile_is_answered_or_refused(profile: Any) -> None:
    """Whatever stands in a profile: a result if the validator accepts it, and a ProfileError with reasons if not."""
    profiles.judge(profile)


def test_no_command_line_is_found() -> None:
    """Random command lines end with a known exit code, without a traceback, and write nothing outside their folder."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--inputs", "150", "--seed", "0", "cli"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(PYTHONWARNINGS="ignore"),
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 findings" in done.stdout
