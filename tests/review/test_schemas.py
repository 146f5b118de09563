"""The JSON Schemas by which editors complete and check the YAML files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator

from recommender import Knowledge
from recommender.knowledge.files import POPULATION, files_of
from recommender.knowledge.references import KINDS as LISTS
from recommender.knowledge.references import SHAPES, vocabulary_lists, word_lists
from recommender.review.editor_keys import model_schema
from recommender.review.editor_schemas import KINDS, first_line, schema_folder, schema_texts, stale_schemas
from recommender.values import Ref, all_kinds_in, hints
from recommender.yaml_reader import read_text
from tests.command_line import ROOT, recommender

DISC = "rules/safety/disc-and-leg.yaml"
TILTS = "catalog/exercises/pelvic-tilts.yaml"
YAML = sorted([*files_of(ROOT), POPULATION]) + sorted(
    path.relative_to(ROOT).as_posix()
    for place in ("examples", "tests/cases", "catalog/figures")
    for path in (ROOT / place).glob("*.yaml")
)


@pytest.fixture(scope="module")
def schemas(knowledge: Knowledge) -> dict[str, Draft7Validator]:
    """Give a validator for each schema, by its file name."""
    return {name: Draft7Validator(json.loads(text)) for name, text in schema_texts(knowledge).items()}


@pytest.fixture
def copy(tmp_path: Path, knowledge: Knowledge) -> Path:
    """Give a copy of the shipped knowledge with fresh schemas."""
    for part in ("rules", "catalog"):
        shutil.copytree(knowledge.folder / part, tmp_path / part)
    assert recommender("rules", "schema", "--knowledge", tmp_path).code == 0
    return tmp_path


def _complaints(name: str, text: str, schemas: dict[str, Draft7Validator]) -> list[str]:
    schema = schemas[first_line(name, ROOT).rpartition("/")[2]]
    return [f"{list(e.absolute_path)}: {e.message}" for e in schema.iter_errors(read_text(text, name).data)]


def test_schemas_are_schemas(schemas: dict[str, Draft7Validator]) -> None:
    """Each written schema is valid by the standard that it names, and has one for every kind of file."""
    for name, schema in schemas.items():
        Draft7Validator.check_schema(schema.schema)
        assert schema.schema["$schema"] == Draft7Validator.META_SCHEMA["$schema"], name
    assert set(schemas) == {f"{kind}.json" for kind in (*KINDS, "profile")}


@pytest.mark.parametrize("name", YAML)
def test_shipped_file_fits_its_schema(name: str, schemas: dict[str, Draft7Validator]) -> None:
    """An editor complains about no file that the program accepts."""
    assert _complaints(name, (ROOT / name).read_text(encoding="utf-8"), schemas) == []


@pytest.mark.parametrize("name", YAML)
def test_shipped_file_names_its_schema(name: str) -> None:
    """The first line of each YAML file leads editors to a schema that is there."""
    line = (ROOT / name).read_text(encoding="utf-8").split("\n", 1)[0]
    assert line == first_line(name, ROOT)
    assert (ROOT / name).parent.joinpath(line.partition("$schema=")[2]).is_file()


# What is seeded: name -> file, old text, new text
SEEDED = {
    "a field of a condition": (DISC, "when: {hernia: yes}", "when: {herna: yes}"),
    "an answer in a condition": (DISC, "when: {hernia: yes}", "when: {hernia: yess}"),
    "a word of a set in a condition": (
        "rules/safety/acute-pain.yaml",
        "named pinched_nerve_flare",
        "named pinched_nerv",
    ),
    "a bound": ("rules/safety/acute-pain.yaml", "pain_now: at least 6", "pain_now: atleast 6"),
    "a field that may not relax": (
        "rules/safety/injury-and-surgery.yaml",
        "      when: {cleared_by_clinician: yes}",
        "      when: {pain_now: 0}",
    ),
    "a term in a condition": ("rules/safety/osteoporosis.yaml", "{term: weak_bones}", "{term: weak_bone}"),
    "a term in a selector": ("rules/safety/turning.yaml", "{term: turned}", "{term: turnd}"),
    "a term of exercises in a condition": ("rules/safety/osteoporosis.yaml", "{term: weak_bones}", "{term: turned}"),
    "whom a rule that protects spares": (
        "rules/safety/osteoporosis.yaml",
        "when: {term: weak_bones}",
        "when: {not: {term: weak_bones}}",
    ),
    "how soon without anyone to see": (
        DISC,
        "    then: {avoid: {arching: strong}}",
        "    then: {avoid: {arching: strong}, how_soon: soon}",
    ),
    "a time that there is not": ("rules/safety/age.yaml", "how_soon: soon", "how_soon: same_day"),
    "a stop without its few words": ("rules/safety/age.yaml", "    short: ", "    shorts: "),
    "few words for what is no stop": (
        DISC,
        "  - id: hernia-arching\n",
        "  - id: hernia-arching\n    short: a hernia\n",
    ),
    "a key of a selector": (DISC, "{bending: strong}", "{bendin: strong}"),
    "a word of a selector": (DISC, "{bending: strong}", "{bending: stron}"),
    "a key of a rule": (DISC, "because:", "becaus:"),
    "a reading": (DISC, "reading: inferred", "reading: infered"),
    "a place": (DISC, "[ilive-2025/hernia]", "[ilive-2025/herni]"),
    "an exercise": (DISC, "both-knees-to-chest", "both-knee-to-chest"),
    "an answer of an example": (DISC, "{hernia: unsure}", "{hernia: unsur}"),
    "two effects": (DISC, "      avoid:", "      ask: doctor\n      avoid:"),
    "an effect without its rank": ("rules/selection/agreement.yaml", "rank: agreement", "advise: kit"),
    "a word of an exercise": (TILTS, "family: pelvic_tilt", "family: pelvic_tlit"),
    "a key of an exercise": (TILTS, "feel:", "feels:"),
    "a dose": (TILTS, "sets: 1", "sets: some"),
    "an id": (TILTS, "id: pelvic-tilt-flat", "id: Pelvic Tilt"),
    "a position between two": ("rules/session.yaml", "between: [side_lying, prone]", "between: [side_lyin, prone]"),
    "a carrier": ("rules/sources/volgograd-2022.yaml", "by: [firm-mat]", "by: [firm-mats]"),
    "an answer of a profile": ("examples/hernia.yaml", "pain_now: 2", "pain_now: 11"),
    "a missing answer of a profile": ("examples/hernia.yaml", "hernia: yes\n", ""),
    "a missing detail of a profile": ("examples/hernia.yaml", "pregnant: no", "pregnant: yes"),
    "a field in the population": ("rules/population.yaml", "field: pain_course", "feld: pain_course"),
    "a condition in the population": ("rules/population.yaml", "given: {pain_course: easing}", "given: {pain: a}"),
    "a rule of a case": ("tests/cases/hernia-and-leg.yaml", "fires: [ask-hernia", "fires: [ask-herna"),
}


@pytest.mark.parametrize("name", SEEDED)
def test_typing_error_is_complained_about(name: str, schemas: dict[str, Draft7Validator]) -> None:
    """An editor marks a wrong word, key, field, number or reference while it is typed."""
    file, old, new = SEEDED[name]
    text = (ROOT / file).read_text(encoding="utf-8")
    assert old in text
    assert _complaints(file, text.replace(old, new, 1), schemas)


FORMS = (
    "{age: 40}", "{age: at least 65}", "{age: 18 to 64}", "{pregnancy_week: unknown}", "{hernia: [yes, unsure]}",
    "{conditions: any}", "{conditions: [osteoporosis, named pinched_nerve]}", "{equipment: without mat}",
    "{any: [{all: [{age: under 18}, {hernia: yes}]}, {pain_position.lying: worse}]}", "always",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_condition_is_known(form: str, schemas: dict[str, Draft7Validator]) -> None:
    """An editor accepts each form of a condition that the rules may use."""
    text = (ROOT / DISC).read_text(encoding="utf-8").replace("when: {hernia: yes}", f"when: {form}", 1)
    assert _complaints(DISC, text, schemas) == []


def test_every_key_has_a_docstring(knowledge: Knowledge) -> None:
    """No field of any kind of value in a file is without a docstring, from which its description comes."""
    words, lacking, seen = word_lists(knowledge), set(), set()
    for kind in KINDS.values():
        schema = model_schema(kind, words)
        for name, part in {kind.__name__: schema, **schema["definitions"]}.items():
            seen |= {(name, key) for key in part["properties"]}
            lacking |= {(name, key) for key, inner in part["properties"].items() if not inner["description"]}
    assert lacking == set()
    assert seen == {(p.__name__, name) for kind in KINDS.values() for p in all_kinds_in(kind) for name in hints(p)}


def test_every_reference_leads_somewhere(knowledge: Knowledge) -> None:
    """What a field refers to is a list of words or a shape that there is; a plain word is checked at loading."""
    known, checked = {*word_lists(knowledge), *SHAPES}, {*LISTS, *vocabulary_lists(knowledge.vocabulary)}
    found = [
        (f"{kind.__name__}.{name}", *reference)
        for kind in {part for top in KINDS.values() for part in all_kinds_in(top)}
        for name, hint in hints(kind).items()
        for reference in _references(hint)
    ]
    assert len(found) > 100
    assert [place for place, _, ref in found if ref not in known] == []
    unchecked = [place for place, on, ref in found if on is str and ref not in checked]
    assert sorted(unchecked) == ["Session.dose_by_level", "Session.filling"]  # held to all answers, each once


def _references(hint: Any) -> Iterator[tuple[Any, str]]:
    """Each reference in a type: what it stands on, and its name."""
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, Ref):
            yield get_args(hint)[0], mark.name
    for part in get_args(hint):
        yield from _references(part)


def test_every_key_and_every_word_is_described(schemas: dict[str, Draft7Validator]) -> None:
    """Wherever an editor offers a key or a word, it can say what it means."""
    lacking = [place for name, schema in schemas.items() for place in _undescribed(schema.schema, name)]
    assert lacking == []


def _undescribed(part: Any, place: str) -> Iterator[str]:
    if isinstance(part, dict):
        if "enum" in part:
            yield f"{place}: a bare list of words"
        if isinstance(part.get("properties"), dict) and part.get("type") == "object":
            yield from (f"{place}.{key}" for key, p in part["properties"].items() if not p.get("description"))
        yield from (f"{place}={w['const']}" for w in part.get("oneOf", ()) if "const" in w and not w.get("description"))
        for key, inner in part.items():
            yield from _undescribed(inner, f"{place}.{key}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from _undescribed(inner, f"{place}.{number}")


def test_every_place_can_be_completed(knowledge: Knowledge) -> None:
    """The places that an editor offers are exactly those that may be cited."""
    assert set(word_lists(knowledge)["locator"]) == knowledge.locators()


def test_shipped_schemas_are_fresh(knowledge: Knowledge) -> None:
    """The committed schemas are those of the committed rules."""
    assert list(stale_schemas(knowledge)) == []
    assert schema_texts(knowledge) == schema_texts(Knowledge.load(knowledge.folder))


def test_stale_schema_is_noticed(copy: Path) -> None:
    """After a change of a title, `--check` names the schemas that show it, changes nothing, and ends with 1."""
    assert recommender("rules", "schema", "--check", "--knowledge", copy).code == 0
    path = copy / DISC
    path.write_text(path.read_text().replace("title: With", "title: In people with", 1))
    before = (copy / "rules/schemas/cases.json").read_bytes()
    done = recommender("rules", "schema", "--check", "--knowledge", copy)
    assert done.code == 1
    assert "rules/schemas/cases.json: This schema is not up to date." in done.out
    assert (copy / "rules/schemas/cases.json").read_bytes() == before
    assert recommender("rules", "schema", "--knowledge", copy).code == 0
    assert recommender("rules", "schema", "--check", "--knowledge", copy).code == 0


def test_missing_left_over_and_unnamed_files_are_noticed(copy: Path) -> None:
    """A schema that is gone or belongs to nothing, and a file that names none, are each told by name."""
    (copy / "rules/schemas/rules.json").unlink()
    (copy / "rules/schemas/old.json").write_text("{}")
    path = copy / DISC
    path.write_text(path.read_text().split("\n", 1)[1])
    found = list(stale_schemas(Knowledge.load(copy)))
    assert found == ["rules/schemas/rules.json", "rules/schemas/old.json", DISC]


def test_schemas_are_no_part_of_the_knowledge(copy: Path, knowledge: Knowledge) -> None:
    """The schemas beside the rules change neither what is loaded nor its hash."""
    shutil.rmtree(schema_folder(copy))
    assert Knowledge.load(copy).hash == knowledge.hash


@pytest.mark.parametrize(
    "arguments", [("--knowledge", "nowhere"), ("-o", "nowhere/schemas"), ("--check", "-o", "nowhere")]
)
def test_missing_folder_is_one_clear_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """A folder that is not there is named in one line, with exit code 2, and nothing is written."""
    done = recommender("rules", "schema", *arguments, folder=tmp_path)
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert "There is no folder" in done.err
    assert "nowhere" in done.err
    assert list(tmp_path.iterdir()) == []


def test_schemas_can_be_written_elsewhere(tmp_path: Path, knowledge: Knowledge) -> None:
    """`-o` writes every schema into another folder, and leaves nothing half-written beside them."""
    target = tmp_path / "schemas"
    done = recommender("rules", "schema", "-o", target)
    assert done.code == 0
    assert sorted(path.name for path in target.iterdir()) == sorted(schema_texts(knowledge))
    assert all(name in done.out for name in schema_texts(knowledge))
    assert recommender("rules", "schema", "--check", "-o", target).code == 0
