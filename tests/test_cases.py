"""Whole people, written as YAML in tests/cases/, and what must come out for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import person

from recommender import Knowledge, recommend
from recommender.profile import check
from recommender.recommend import Recommender
from recommender.yaml_reader import read_text

FOLDER = Path(__file__).parent / "cases"
KEYS = {
    "name", "profile", "outcome", "fires", "silent", "excluded", "excluded_exactly", "allowed", "routine_has",
    "routine_lacks", "empty_routine", "show_first", "says", "phases", "max_seconds", "low_end",
}  # fmt: skip


def _cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for case in read_text(path.read_bytes(), path.name).data["cases"]:
            found.append(pytest.param(case, id=f"{path.stem}: {case['name']}"))
    return found


@pytest.mark.parametrize("case", _cases())
def test_a_whole_person_gets_what_the_case_says(case: dict[str, Any], knowledge: Knowledge) -> None:
    """Each case states what must come out for one person."""
    assert set(case) <= KEYS, f"unknown keys: {set(case) - KEYS}"
    profile = person(case["profile"])
    result = recommend(profile)
    _, decision = Recommender(knowledge).decided(check(profile, knowledge))
    fired = {compiled.id for compiled in decision.fired}
    assert result.outcome == case["outcome"]
    assert set(case.get("fires", [])) <= fired
    assert not set(case.get("silent", [])) & fired
    reasons = {entry.exercise: [reason.rule for reason in entry.reasons] for entry in result.excluded}
    for exercise, rules in case.get("excluded", {}).items():
        assert set(rules) <= set(reasons.get(exercise, [])), exercise
    for exercise, rules in case.get("excluded_exactly", {}).items():
        assert sorted(rules) == sorted(reasons.get(exercise, [])), exercise
    for exercise in case.get("allowed", []):
        assert exercise not in reasons, f"{exercise} is excluded by {reasons.get(exercise)}"
    steps = [step.exercise for step in result.routine]
    assert set(case.get("routine_has", [])) <= set(steps)
    assert not set(case.get("routine_lacks", [])) & set(steps)
    if "empty_routine" in case:
        assert (not steps) == (case["empty_routine"] == "yes")
    if "show_first" in case:
        assert result.show_to_clinician_first == (case["show_first"] == "yes")
    if "phases" in case:
        assert sorted({step.phase for step in result.routine}) == sorted(case["phases"])
    if "max_seconds" in case:
        assert result.seconds <= case["max_seconds"]
    if "low_end" in case:
        assert all(step.dose.low_end == (case["low_end"] == "yes") for step in result.routine)
    said = " ".join([*result.now, *(message.text for message in result.messages)]).lower()
    for words in case.get("says", []):
        assert words.lower() in said, words
