"""Whole people, written as YAML in tests/cases/, and what must come out for them."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from recommender import Knowledge, KnowledgeError
from recommender.decision.pipeline import Recommender
from recommender.review.cases import Case, cases_of, read_cases
from recommender.review.judging import answers_of, failures, unknown_names
from recommender.values import hints
from tests.command_line import ROOT

CASES = cases_of(ROOT)


@pytest.fixture(scope="module")
def recommender(knowledge: Knowledge) -> Recommender:
    """Give one recommender for all people."""
    return Recommender(knowledge)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_whole_person_gets_what_the_case_says(case: Case, recommender: Recommender) -> None:
    """Each case states what must come out for one person."""
    assert list(failures(case, recommender)) == []


def test_cases_name_rules_and_exercises_that_exist(knowledge: Knowledge) -> None:
    """A rule that must stay silent, or an exercise that is allowed, is no word that nothing bears."""
    for case in CASES:
        assert list(unknown_names(case, knowledge)) == [], case.name


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
    assert described == set(hints(Case))


def test_everything_that_a_case_says_is_held_against_the_result(recommender: Recommender) -> None:
    """A case that is wrong in every way is told so about each of its keys, in words."""
    (case,) = read_cases(
        {
            "wrong.yaml": b"""
cases:
  - name: Somebody
    profile: {}
    outcome: emergency
    urgency: now
    whom: doctor
    fires: [hernia-arching]
    silent: [both-legs-raised]
    excluded: {boat: [hernia-arching], bird-dog: []}
    excluded_exactly: {scissors: [mill]}
    allowed: [scissors]
    never: [{term: curls}, {patterns: bicycle}, {exercise: boat}]
    routine_has: [boat]
    routine_lacks: [cat-round-only]
    empty_routine: "yes"
    min_steps: 50
    show_first: "yes"
    phases: [relaxation]
    max_seconds: 1
    low_end: "yes"
    says: [goose]
"""
        }
    )
    steps = recommender.of_answers(answers_of(case, recommender.knowledge)).routine
    has = steps[0].exercise
    case = replace(case, routine_lacks=(has,))
    found = list(failures(case, recommender))
    assert found[:9] == [
        "the outcome is routine and not emergency",
        "the urgency is none and not now",
        "who is to be seen is nobody and not doctor",
        "hernia-arching does not hold",
        "both-legs-raised holds",
        "boat is not left out by hernia-arching",
        "bird-dog is not left out by any rule",
        "scissors is left out by both-legs-raised, and should be by mill",
        "scissors is left out by both-legs-raised",
    ]
    assert "partial-curl" in found[9]
    assert found[9].endswith(": not left out, though like {'term': 'curls'}")
    assert found[10:15] == [
        "the routine lacks boat",
        f"the routine has {has}",
        "the routine is not empty",
        f"the routine has {len(steps)} exercises, fewer than 50",
        "the routine need not be shown first",
    ]
    assert found[15].startswith("the phases are ")
    assert found[16].startswith("it takes ")
    assert found[17:] == ["a dose is not at its low end", 'nothing says "goose"']


def test_a_case_that_names_what_nobody_knows_is_told_so(knowledge: Knowledge) -> None:
    """A kind of which there is no exercise, or a word that is none, would make a case say nothing."""
    (case,) = read_cases(
        {
            "odd.yaml": b"""
cases:
  - name: Somebody
    profile: {}
    outcome: routine
    fires: [no-such-rule]
    allowed: [no-such-exercise]
    never: [{patterns: bicycle}, {patterns: unicycle}, {bending: strong}]
"""
        }
    )
    assert list(unknown_names(case, knowledge)) == [
        "no-such-rule is no rule",
        "no-such-exercise is no exercise",
        "no exercise is like {'patterns': 'bicycle'}",
        '"unicycle" is no word of patterns in the vocabulary.',
    ]
