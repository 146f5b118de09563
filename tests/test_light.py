"""Kept knowledge without pydantic: the same values, the same results, and nothing that pydantic would have to make."""

from __future__ import annotations

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
from pydantic import BaseModel

from recommender import Knowledge
from recommender.knowledge import cache, catalogue, light, questions
from recommender.knowledge.knowledge import MADE_ANEW, RECORDS
from recommender.output.markdown import render_markdown
from recommender.output.text import render_text
from recommender.pipeline import Recommender
from recommender.plain import plainly_made
from recommender.way import Way
from recommender.yaml_reader import read_file

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.yaml"))
CLINIC = Path(__file__).parents[1] / "examples" / "clinic"
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
    found = Knowledge.light()
    assert found is not None
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


@pytest.mark.parametrize(
    "name", [part.name for part in fields(Knowledge) if part.name not in (*MADE_ANEW, *RECORDS, "form")]
)
def test_light_knowledge_holds_the_same_values(name: str, knowledge: Knowledge, lit: Knowledge) -> None:
    """Every field of every rule, exercise and question is there, and equal."""
    assert parts(getattr(lit, name)) == parts(getattr(knowledge, name))


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


@pytest.mark.parametrize("name", [*RECORDS, "documents"])
def test_what_light_knowledge_does_not_hold_is_an_error(name: str, lit: Knowledge) -> None:
    """Records for reviewers are missing, and never empty."""
    with pytest.raises(AttributeError):
        getattr(lit, name)


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


def test_models_and_plain_values_share_what_they_work_out() -> None:
    """What follows from fields stands in one place: the parents of the plain values are those of the models."""
    homes: list[Any] = [catalogue, questions]
    for name, parents in light.PARTS.items():
        [model] = [getattr(home, name) for home in homes if hasattr(home, name)]
        assert issubclass(model, parents)


def test_nothing_else_becomes_plain(home: Path) -> None:
    """What is made plain is a model each time; values of other kinds stay as they are."""

    class Watching(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            found = super().find_class(module, name)
            is_model = isinstance(found, type) and issubclass(found, BaseModel)
            seen.append((module in light._MODELS, is_model, f"{module}.{name}"))
            return found

    seen: list[tuple[bool, bool, str]] = []
    [path] = (home / "recommender").iterdir()
    with path.open("rb") as stream:
        stream.seek(len(cache._MARK) + cache._DIGEST)
        Watching(stream).load()
    assert [name for plain, model, name in seen if plain != model] == []


def test_a_damaged_entry_is_not_used(home: Path) -> None:
    """One bit turned anywhere: nothing is taken from it, in this way neither."""
    [path] = (home / "recommender").iterdir()
    whole = path.read_bytes()
    try:
        for place in (0, 30, 100, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert Knowledge.light() is None
        path.write_bytes(whole)
        path.chmod(0o622)
        assert Knowledge.light() is None
    finally:
        path.write_bytes(whole)
        path.chmod(0o600)
    assert Knowledge.light() is not None


def test_a_clinics_own_rules_are_never_light(home: Path) -> None:
    """They rest on two folders, so they are read and checked as a whole each time."""
    assert Knowledge.light(CLINIC) is None


SCRIPT = """
import sys
from recommender.cli import main
try:
    main()
finally:
    print("pydantic" in sys.modules, file=sys.stderr)
"""


def run(home: Path, *arguments: str, **more: str) -> tuple[str, str]:
    env = {**os.environ, "RECOMMENDER_CACHE": "", "XDG_CACHE_HOME": str(home), **more}
    command = [sys.executable, "-W", "error", "-c", SCRIPT, *arguments]
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
