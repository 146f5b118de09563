"""A small sample of damages to the rules, each of which someone must notice."""

from __future__ import annotations

import pytest
from mutation.damage import Files, Mutant
from mutation.judge import JUDGES, Judge
from mutation.kinds import KINDS, all_mutants, sample
from mutation.report import accepted, survivors, table, told

COUNT, SEED = 30, 7


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Give one judge for all mutants."""
    return Judge(Files())


@pytest.fixture(scope="module")
def mutants(judge: Judge) -> list[Mutant]:
    """Give every possible damage."""
    return all_mutants(judge.files)


def test_no_damage_of_a_sample_goes_unnoticed(judge: Judge, mutants: list[Mutant]) -> None:
    """Whatever is damaged, loading, an example, a check, a case, coverage or the proof finds it, or it is listed."""
    verdicts = [judge.judge(mutant) for mutant in sample(mutants, COUNT, SEED)]
    assert [told(verdict, "") for verdict in survivors(verdicts, accepted())] == []
    assert {verdict.result for verdict in verdicts} <= {*JUDGES, "equivalent", "survived"}
    lines = list(table(verdicts, accepted()))
    assert lines[-1].split()[:2] == ["all", str(COUNT)]


def test_what_is_listed_is_a_damage_that_can_be_made(mutants: list[Mutant]) -> None:
    """Each entry of the list of harmless damages names one that exists, and gives a reason."""
    known = {mutant.id for mutant in mutants}
    assert sorted(set(accepted()) - known) == []
    assert all(len(because) > 20 for because in accepted().values())


def test_what_is_listed_still_goes_unnoticed(judge: Judge, mutants: list[Mutant]) -> None:
    """An entry that someone notices by now has no place in the list; a part of it is looked at here."""
    listed = [mutant for mutant in mutants if mutant.id in accepted()]
    for mutant in sample(listed, 4, SEED):
        assert judge.judge(mutant).result == "survived", mutant.id


def test_damages_have_names_that_last(mutants: list[Mutant]) -> None:
    """Every kind makes some, no two have one name, each has a line, and the same seed draws the same ones."""
    assert {mutant.kind for mutant in mutants} == set(KINDS)
    assert len({mutant.id for mutant in mutants}) == len(mutants) > 2000
    assert all(mutant.line for mutant in mutants)
    assert sample(mutants, 40, 3) == sample(mutants, 40, 3) != sample(mutants, 40, 4)


def test_an_unnoticed_damage_comes_with_a_person(judge: Judge, mutants: list[Mutant]) -> None:
    """For a damage that changes a result, someone is found whose result changes, and how."""
    (mutant,) = [m for m in mutants if m.kind == "retag" and m.id == "retag: cobra: arching: strong -> mild"]
    whom = judge.for_whom(mutant)
    assert "no longer left out cobra" in whom
    assert whom.startswith("{")
