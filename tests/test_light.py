"""Kept knowledge: the same values, the same results, and nothing that needs pydantic."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from benchmarks.people import people
from conftest import person

from recommender import Knowledge
from recommender.knowledge import cache
from recommender.knowledge.knowledge import APART, MADE_ANEW, RECORDS
from recommender.pipeline import Recommender
from recommender.plain import plainly_made
from recommender.render.markdown import render_markdown
from recommender.render.text import render_text
from recommender.way import Way
from recommender.yaml_reader import read_file

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.yaml"))
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
    return [*people(150, knowledge, seed=7), *more, *(read_file(path, path.name).data for path in EXAMPLES)]


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
    if name not in ("selectors", "table", "progress"):  # these, or a part of them, have no equality of their own
        assert getattr(lit, name) == getattr(knowledge, name)


def test_light_results_are_the_same(knowledge: Knowledge, lit: Knowledge, persons: list[dict[str, Any]]) -> None:
    """As JSON, text and Markdown they are byte for byte those of the models, and so are their fields."""
    whole, plain = Recommender(knowledge, remembered=0), Way(lit, plainly_made)
    outcomes = set()
    for profile in persons:
        answers = lit.form.answers(profile)
        assert answers is not None
        one, other = whole.recommend(profile), plain.of_answers(answers)
        outcomes.add(one.outcome)
        assert one.model_dump_json(indent=2) == other.model_dump_json(indent=2)
        assert render_text(one, knowledge, everything=True) == render_text(other, lit, everything=True)
        assert render_markdown(one, knowledge) == render_markdown(other, lit)
        for name in type(one).model_fields:
            if name not in ("routine", "excluded", "not_chosen", "messages", "review", "knowledge"):
                assert getattr(one, name) == getattr(other, name)
        for name in ("routine", "excluded", "not_chosen", "messages"):
            for model, value in zip(getattr(one, name), getattr(other, name), strict=True):
                assert list(vars(value)) == list(type(model).model_fields)
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


def test_plain_values_are_frozen(lit: Knowledge) -> None:
    """Nobody can change a rule or a result by accident, and a field that is none is an error."""
    answers = lit.form.answers(person())
    assert answers is not None
    result = Way(lit, plainly_made).of_answers(answers)
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


SHIPPED = """
import sys
from recommender.knowledge.knowledge import Knowledge
knowledge = Knowledge.shipped()
print(len(knowledge.exercises), len(knowledge.ledgers), "pydantic" in sys.modules)
"""
SCRIPT = """
import sys
from recommender.cli import main
try:
    main()
finally:
    print("pydantic" in sys.modules, file=sys.stderr)
"""


def run(home: Path, *arguments: str, script: str = SCRIPT, **more: str) -> tuple[str, str]:
    env = {**os.environ, "RECOMMENDER_CACHE": "", "XDG_CACHE_HOME": str(home), **more}
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    return done.stdout, done.stderr


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_the_command_does_without_pydantic(form: str, home: Path) -> None:
    """Where knowledge is kept and the profile has no fault, pydantic is not imported, and the output is the same."""
    example = str(EXAMPLES[0])
    shown, told = run(home, "recommend", example, "--format", form)
    whole, told_whole = run(home, "recommend", example, "--format", form, RECOMMENDER_CACHE="off")
    assert (told.split(), told_whole.split()) == (["False"], ["True"])
    assert shown == whole != ""


def test_a_faulty_profile_goes_the_whole_way(home: Path, tmp_path: Path) -> None:
    """All faults are said, as ever."""
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(EXAMPLES[0].read_text(encoding="utf-8").replace("pain_now:", "pain_then:"), encoding="utf-8")
    shown, told = run(home, "recommend", str(faulty))
    assert shown == ""
    assert "pain_now: no answer" in told
    assert "pain_then" in told


def test_kept_knowledge_is_read_without_pydantic(home: Path, knowledge: Knowledge) -> None:
    """From what was kept, the whole shipped knowledge with its records comes without pydantic."""
    shown, told = run(home, script=SHIPPED)
    assert (shown.split(), told) == ([str(len(knowledge.exercises)), str(len(knowledge.ledgers)), "False"], "")


@pytest.mark.parametrize("arguments", [(), ("--format", "json")])
def test_exercises_are_shown_without_pydantic(arguments: tuple[str, ...], home: Path) -> None:
    """The list of exercises, as text or JSON, comes from what was kept, and is the same."""
    shown, told = run(home, "exercises", *arguments)
    whole, told_whole = run(home, "exercises", *arguments, RECOMMENDER_CACHE="off")
    assert (told.split()[-1], told_whole.split()[-1]) == ("False", "True")
    assert shown == whole
