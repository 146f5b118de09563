"""Kept knowledge: the same values, the same results, and nothing that needs pydantic."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge
from recommender.decision.pipeline import Recommender
from recommender.knowledge import cache
from recommender.knowledge.knowledge import APART, MADE_ANEW, RECORDS
from recommender.output.markdown import render_markdown
from recommender.output.text import render_text
from recommender.yaml_reader import read_file
from tests.benchmarks.people import people
from tests.command_line import EXAMPLES
from tests.conftest import person

PROFILES = sorted(EXAMPLES.glob("*.yaml"))
ATOMS = (str, int, float, type(None))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place where the shipped knowledge is kept."""
    place = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RECOMMENDER_CACHE", raising=False)
        patch.setenv("XDG_CACHE_HOME", str(place))
        Knowledge.load(kept=True)
        yield place


@pytest.fixture(scope="module")
def lit(home: Path) -> Knowledge:
    """The shipped knowledge as it was kept."""
    made: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Knowledge, "of_texts", made.append)
        found = Knowledge.load(kept=True)
    assert made == []
    return found


@pytest.fixture(scope="module")
def persons(knowledge: Knowledge) -> list[dict[str, Any]]:
    more = [person(emergency_signs=["leg_weakness"]), person(acute_pain="yes"), person(hernia="unsure", equipment=[])]
    return [*people(150, knowledge, seed=7), *more, *(read_file(path, path.name).data for path in PROFILES)]


def parts(value: Any) -> Any:
    """A value as it is inside: words and numbers with their kind, and every field of every object by its name."""
    if isinstance(value, ATOMS):
        return type(value).__name__, value
    if isinstance(value, Mapping):
        return [(parts(key), parts(inner)) for key, inner in value.items()]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return type(value).__name__, [parts(inner) for inner in value]
    slots = [name for kind in type(value).__mro__ for name in kind.__dict__.get("__slots__", ())]
    fields = vars(value) if hasattr(value, "__dict__") else {name: getattr(value, name) for name in slots}
    return type(value).__name__.lstrip("_"), {name: parts(inner) for name, inner in fields.items()}


@pytest.mark.parametrize("name", [part.name for part in fields(Knowledge) if part.name not in (*MADE_ANEW, "form")])
def test_kept_knowledge_holds_the_same_values(name: str, knowledge: Knowledge, lit: Knowledge) -> None:
    """Every field of every rule, exercise, question and record is there, and equal."""
    assert parts(getattr(lit, name)) == parts(getattr(knowledge, name))
    if name not in ("selectors", "table", "progress", "say"):  # these, or a part of them, have no equality of their own
        assert getattr(lit, name) == getattr(knowledge, name)


def test_results_of_kept_knowledge_are_the_same(
    knowledge: Knowledge, lit: Knowledge, persons: list[dict[str, Any]]
) -> None:
    """They are equal, and byte for byte the same as JSON, text and Markdown."""
    read, kept = Recommender(knowledge, remembered=0), Recommender(lit, remembered=0)
    outcomes = set()
    for profile in persons:
        one, other = read.recommend(profile), kept.recommend(profile)
        outcomes.add(one.outcome)
        assert one == other
        assert one.model_dump_json(indent=2) == other.model_dump_json(indent=2)
        assert render_text(one, knowledge, everything=True) == render_text(other, lit, everything=True)
        assert render_markdown(one, knowledge) == render_markdown(other, lit)
    assert outcomes == {"emergency", "see_clinician", "relief_only", "routine"}


def test_the_engine_of_light_knowledge_is_the_same(knowledge: Knowledge, lit: Knowledge) -> None:
    """It was given the same rules to the last bound."""
    assert lit.engine.read_back() == knowledge.engine.read_back()


def test_records_of_reviewers_are_read_when_they_are_asked_for(home: Path) -> None:
    """What deciding does without costs no time at the start. What there is not is an error, and never empty."""
    kept = Knowledge.load(kept=True)
    assert not set(RECORDS) & set(vars(kept))
    assert kept.ledgers
    assert set(RECORDS) <= set(vars(kept))
    with pytest.raises(AttributeError):
        kept.no_such_record  # type: ignore[attr-defined]  # noqa: B018


def test_kept_values_are_frozen(lit: Knowledge) -> None:
    """Nobody can change a rule or a result by accident, and a field that is none is an error."""
    result = Recommender(lit).recommend(person())
    for value in (result, result.routine[0], lit.rules[0].rule, lit.exercises[0], lit.questionnaire):
        with pytest.raises(AttributeError):
            value.title = "another"  # type: ignore[misc, union-attr]
        with pytest.raises(AttributeError):
            value.no_such_field  # type: ignore[union-attr]  # noqa: B018


def test_what_is_kept_is_made_of_our_own_values(home: Path) -> None:
    """A kept entry names no class but those of this package and of the standard library, so pydantic is not needed."""

    class Watching(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            seen.add(module.partition(".")[0])
            return super().find_class(module, name)

    seen: set[str] = set()
    [path] = (home / "recommender").iterdir()
    whole = Watching(io.BytesIO(path.read_bytes()[len(cache._MARK) + cache._DIGEST :])).load()
    Watching(io.BytesIO(whole[APART])).load()
    assert seen <= {"recommender", "builtins", "collections"}


def test_a_damaged_entry_is_not_used(home: Path) -> None:
    """One bit turned anywhere, or a file that others may write: nothing is taken from it."""
    [path] = (home / "recommender").iterdir()
    whole, mark = path.read_bytes(), Knowledge.load(kept=True).hash
    try:
        for place in (0, 30, 100, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert cache.fetch(mark) is None
        path.write_bytes(whole)
        path.chmod(0o622)
        assert cache.fetch(mark) is None
    finally:
        path.write_bytes(whole)
        path.chmod(0o600)
    assert cache.fetch(mark) is not None
