"""A small sample of damages to the rules, each of which someone must notice."""

from __future__ import annotations

import pytest

from tests.conftest import TIMES
from tests.mutation.damage import Files, Mutant
from tests.mutation.judge import JUDGES, Judge
from tests.mutation.kinds import KINDS, all_mutants, sample
from tests.mutation.report import accepted, noticed_by_now, spread, survivors, table, told

COUNT, SEED = 30, 7
# Everyone has to be asked about a damage that nobody notices, so these take minutes: RECOMMENDER_EXAMPLES=2 runs them.
LISTED = 10_000
pytestmark = pytest.mark.skipif(TIMES == 1, reason="takes minutes: RECOMMENDER_EXAMPLES=2, or python -m tests.mutation")


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
    """An entry that someone notices by now has no place in the list; some from every group are looked at here."""
    listed = accepted()
    looked_at = spread(mutants, listed, LISTED, SEED)
    assert len({listed[mutant.id] for mutant in looked_at}) == min(LISTED, len(set(listed.values())))
    stale = noticed_by_now([judge.judge(mutant) for mutant in looked_at], listed)
    assert [f"{verdict.mutant.id} ({verdict.result})" for verdict in stale] == []


def test_what_no_one_may_ever_do_is_ordered_by_nothing(judge: Judge, mutants: list[Mutant]) -> None:
    """Words that only order and choose make no difference to an exercise that is left out for everyone."""
    wanted = ("retag: scissors: programmes loses flexibility", "retag: bird-dog: programmes loses slimming")
    found = {mutant.id: judge.judge(mutant).result for mutant in mutants if mutant.id in wanted}
    assert found == dict(zip(wanted, ("equivalent", "survived"), strict=True))


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
