"""Whole people, written as YAML in tests/cases/, and what must come out for them."""

from __future__ import annotations

import ast
import inspect
from itertools import chain, pairwise
from pathlib import Path

import pytest
from conftest import person

from recommender import Knowledge, KnowledgeError, recommend
from recommender.pipeline import Recommender
from recommender.profile import check
from recommender.review.cases import Case, cases_of, read_cases

ROOT = Path(__file__).parents[1]
CASES = cases_of(ROOT)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_whole_person_gets_what_the_case_says(case: Case, knowledge: Knowledge) -> None:
    """Each case states what must come out for one person."""
    profile = person(case.profile)
    result = recommend(profile)
    _, decision = Recommender(knowledge).decided(check(profile, knowledge))
    fired = {compiled.id for compiled in decision.fired}
    assert result.outcome == case.outcome
    assert set(case.fires) <= fired
    assert not set(case.silent) & fired
    reasons = {entry.exercise: [reason.rule for reason in entry.reasons] for entry in result.excluded}
    for exercise, rules in case.excluded.items():
        assert set(rules) <= set(reasons.get(exercise, [])), exercise
    for exercise, rules in case.excluded_exactly.items():
        assert sorted(rules) == sorted(reasons.get(exercise, [])), exercise
    for exercise in case.allowed:
        assert exercise not in reasons, f"{exercise} is excluded by {reasons.get(exercise)}"
    steps = [step.exercise for step in result.routine]
    assert set(case.routine_has) <= set(steps)
    assert not set(case.routine_lacks) & set(steps)
    if case.empty_routine is not None:
        assert (not steps) == (case.empty_routine == "yes")
    if case.show_first is not None:
        assert result.show_to_clinician_first == (case.show_first == "yes")
    if case.phases is not None:
        assert sorted({step.phase for step in result.routine}) == sorted(case.phases)
    if case.max_seconds is not None:
        assert result.seconds <= case.max_seconds
    if case.low_end is not None:
        assert all(step.dose.low_end == (case.low_end == "yes") for step in result.routine)
    said = " ".join([*result.now, *(message.text for message in result.messages)]).lower()
    for words in case.says:
        assert words.lower() in said, words


def test_cases_name_rules_and_exercises_that_exist(knowledge: Knowledge) -> None:
    """A rule that must stay silent, or an exercise that is allowed, is no word that nothing bears."""
    for case in CASES:
        rules = {*chain(case.fires, case.silent, *case.excluded.values(), *case.excluded_exactly.values())}
        assert rules <= set(knowledge.rules_by_id), case.name
        exercises = {*case.excluded, *case.excluded_exactly, *case.allowed, *case.routine_has, *case.routine_lacks}
        assert exercises <= set(knowledge.numbers), case.name


def test_cases_are_looked_for_in_two_places(tmp_path: Path) -> None:
    """`cases/` comes before `tests/cases/`, and a folder without either has no cases."""
    assert cases_of(tmp_path) == ()
    for place in ("tests/cases", "cases"):
        folder = tmp_path / place
        folder.mkdir(parents=True)
        (folder / "some.yaml").write_text(f"cases:\n  - {{name: In {place}, profile: {{}}, outcome: routine}}\n")
        assert [case.name for case in cases_of(tmp_path)] == [f"In {place}"]


def test_faults_of_all_case_files_come_with_file_and_line() -> None:
    """An unknown key, a wrong outcome, a missing name and broken YAML are all named, each where it stands."""
    texts = {
        "a.yaml": b"cases:\n  - name: One\n    profile: {}\n    outcome: routine\n    fire: [x]\n",
        "b.yaml": b"cases:\n  - profile: {}\n    outcome: fine\n",
        "c.yaml": b"cases:\n  - name: [\n",
    }
    with pytest.raises(KnowledgeError) as raised:
        read_cases(texts)
    places = {(fault.file, fault.line) for fault in raised.value.faults}
    assert {("a.yaml", 5), ("b.yaml", 2), ("b.yaml", 3)} <= places
    assert any(fault.file == "c.yaml" for fault in raised.value.faults)
    assert 'Did you mean "fires"?' in str(raised.value)


def test_every_key_of_a_case_is_described() -> None:
    """Each key of a case says what it means, right below it, so that its schema can be read."""
    (made,) = ast.parse(inspect.getsource(Case)).body
    assert isinstance(made, ast.ClassDef)
    described = {
        key.target.id
        for key, below in pairwise(made.body)
        if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
    }
    assert described == set(Case.model_fields)
