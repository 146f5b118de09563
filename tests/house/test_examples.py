"""The scripts of examples/ and the code of README and docs/ run as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from recommender import Knowledge, PainPosition, Profile, recommend
from recommender.knowledge.door import checked
from recommender.knowledge.rules import Rule
from recommender.yaml_reader import read_text
from tests.command_line import ROOT


@pytest.mark.parametrize("script", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_example_script_runs(script: Path) -> None:
    """Each script ends well without a warning and prints something."""
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_code_of_the_page_on_python_runs() -> None:
    """The Python code of docs/python.md runs, and its result is a routine."""
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    space: dict[str, object] = {}
    exec(code, space)
    assert getattr(space["result"], "outcome", None) == "routine"


def test_readme_routine_is_real() -> None:
    """Every line of the routine that the README shows stands in what the program prints today."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL)
    command = [sys.executable, "-m", "recommender", "recommend", "examples/standing-hurts.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env={"COLUMNS": "80"})
    printed = set(done.stdout.splitlines())
    assert [line for line in shown.splitlines() if line not in printed | {"", "[...]"}] == []


def test_positions_may_be_given_as_a_model_or_a_dict() -> None:
    """A PainPosition and a dict with the same answers make the same profile."""
    answers = {
        "age": 40, "pain_now": 0, "acute_pain": "no", "leg_symptoms": "none", "pregnant": "no", "recent_injury": "no",
        "hernia": "no", "conditions": [], "emergency_signs": [], "medical_signs": [], "cleared_by_clinician": "no",
        "pain_course": "easing", "onset": "gradual",
    }  # fmt: skip
    felt = {"lying": "same", "standing": "same", "sitting": "worse"}
    one = Profile.model_validate({**answers, "pain_position": felt})
    other = Profile.model_validate({**answers, "pain_position": PainPosition.model_validate(felt)})
    assert one == other
    assert recommend(one) is recommend(other)


def test_rule_of_the_readme_is_the_real_one(knowledge: Knowledge) -> None:
    """The whole rule that rules/README.md explains is the rule as its file states it."""
    text = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    (raw,) = read_text(shown, "README.md").data
    compiled = knowledge.rule(raw["id"])
    assert compiled is not None
    assert checked(Rule, raw) == compiled.rule
