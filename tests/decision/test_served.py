"""A profile and a result as models that a web framework can serve: faults as data, full schemas, JSON in and out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from pydantic import BaseModel, TypeAdapter, ValidationError

from recommender import Profile, Recommendation, recommend
from recommender.cli.files import read_profile
from recommender.decision.recommendation import Excluded, Message, Reason
from recommender.decision.schemas import profile_schema, recommendation_schema
from recommender.frozen import FrozenDict
from recommender.kept.json_form import without_answers
from recommender.progression.result import Adapted
from tests.command_line import EXAMPLES, recommender
from tests.conftest import examples, person
from tests.saved_kinds import KNOWLEDGE, course, kind, names
from tests.strategies import profiles

PEOPLE = {path.stem: read_profile(str(path)) for path in sorted(EXAMPLES.glob("*.yaml"))}
RESULTS = TypeAdapter(Recommendation)
LIMIT = 43_000  # bytes of one person's result; of most it is below 40,000


class Both(BaseModel):
    """As a service could put them together."""

    profile: Profile
    result: Recommendation
    more: list[Recommendation]
    adapted: Adapted


def undescribed(schema: dict[str, Any], whole: dict[str, Any], place: str = "") -> Iterator[str]:
    """The fields in a schema that nothing is said of."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    for name, part in schema.get("properties", {}).items():
        if not part.get("description"):
            yield f"{place}{name}"
        for inner in (part, part.get("items"), part.get("additionalProperties")):
            if isinstance(inner, dict):
                yield from undescribed(inner, whole, f"{place}{name}.")


@pytest.mark.parametrize("name", PEOPLE)
def test_the_json_of_one_person_is_small(name: str) -> None:
    """Compact, and as the command writes it. Only one of the examples is above 40,000 bytes."""
    result = recommend(PEOPLE[name])
    sizes = [len(result.model_dump_json(indent=indent).encode()) for indent in (None, 2)]
    assert max(sizes) < (LIMIT if name == "hernia" else 40_000)
    shown = recommender("recommend", EXAMPLES / f"{name}.yaml", "--format", "json").out
    assert len(shown.encode()) < (LIMIT if name == "hernia" else 40_000)


@examples(60)
@given(profiles())
def test_the_words_of_a_rule_stand_once(profile: dict[str, Any]) -> None:
    """Under `rules` by its id; what is said of a person names the rule, and all reads back to an equal result."""
    result = recommend(profile)
    text = result.model_dump_json()
    data = json.loads(text)
    assert Recommendation.model_validate_json(text) == RESULTS.validate_json(text) == result
    assert all(set(reason) == {"rule", "answers", "unsure"} for reason in data["reasons"])
    assert len({reason["rule"] for reason in data["reasons"]}) == len(data["reasons"])
    for message in data["messages"]:
        assert "rule" not in message or set(message) <= {"kind", "topic", "rule", "answers", "unsure"}
    for id, words in data["rules"].items():
        rule = KNOWLEDGE.rules_by_id[id].rule
        assert not words or words["text"] == rule.say
    assert len(data["sources"]) == len(set(data["sources"]))
    assert set(data["rules"]) >= set(result.review.drafts)


@pytest.mark.parametrize("name", names)
def test_every_kind_is_written_alike_in_each_way(name: str) -> None:
    """`model_dump`, `model_dump_json`, a TypeAdapter and the schema agree, and each form is read back."""
    result = kind(name).result
    data = result.model_dump(mode="json")
    assert data == json.loads(result.model_dump_json()) == json.loads(result.model_dump_json(indent=2))
    assert data == RESULTS.dump_python(result, mode="json") == json.loads(RESULTS.dump_json(result))
    assert RESULTS.dump_python(result) == result.model_dump()
    assert RESULTS.validate_python(result) is result
    for form in (data, result.model_dump()):
        assert Recommendation.model_validate(form) == result
    assert set(data) == set(recommendation_schema()["properties"])


def test_a_value_that_no_rules_gave_reads_back_too() -> None:
    """Where two reasons of a rule say different things, or nothing says which are drafts, no word is lost."""
    result = kind("routine").result
    first, *rest = result.excluded
    other = replace(first.reasons[0], text="Another.", answers=FrozenDict({"age": 3}), signed=True)
    message = next(message for message in result.messages if message.rule)
    changed = [
        replace(result, excluded=(Excluded(**{**vars(first), "reasons": (other, *first.reasons)}), *rest)),
        replace(result, messages=(replace(message, text="", sources=()), message, Message(kind="note", text="x"))),
        replace(result, review=replace(result.review, drafts=result.review.drafts[::-1])),
        replace(result, review=replace(result.review, drafts=())),
        without_answers(result, KNOWLEDGE),
    ]
    for value in changed:
        assert value != result
        assert Recommendation.model_validate_json(value.model_dump_json()) == value


def test_an_adapted_result_reads_back() -> None:
    """With the result in it in the same form."""
    *_, adapted = course(person(pain_now=1, level="regular", minutes=60), 9)
    assert "rules" in json.loads(adapted.model_dump_json())["recommendation"]
    assert Adapted.model_validate_json(adapted.model_dump_json()) == adapted
    assert Adapted.model_validate(adapted.model_dump()) == adapted


@pytest.mark.parametrize(
    "change",
    [
        {"rules": {}}, {"reasons": []}, {"sources": []}, {"why_not": None}, {"excluded": []}, {"messages": [1]},
        {"excluded": {"x": {"name": "", "sources": [], "reasons": [-1]}}}, {"outcome": "fine"}, {"more": 1},
        {"excluded": {"x": {"name": "", "sources": [], "reasons": [True]}}}, {"answered_on": {"age": "soon"}},
        {"adapted_on": "2026-13-01"}, {"routine": [{}]},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_result_is_a_validation_error(change: dict[str, Any]) -> None:
    """References to what is not there, other words and other kinds never end in another error."""
    data = kind("routine").fresh()
    with pytest.raises(ValidationError):
        Recommendation.model_validate({**data, **change})


def test_an_exercise_in_two_places_is_no_result() -> None:
    """Neither in Python nor from outside."""
    result = kind("routine").result
    twice = {"routine": (*result.routine, result.routine[0])}
    with pytest.raises(ValueError, match="two places"):
        replace(result, **twice)
    with pytest.raises(ValidationError, match="two places"):
        Recommendation.model_validate({**result.model_dump(), **twice})


def test_the_schemas_are_those_of_the_command() -> None:
    """In both modes, and wherever the models stand."""
    for value, kind_of, schema in (
        ("profile", Profile, profile_schema(KNOWLEDGE)),
        ("recommendation", Recommendation, recommendation_schema()),
    ):
        assert json.loads(recommender("schema", value).out) == schema
        for mode in ("validation", "serialization"):
            assert TypeAdapter(kind_of).json_schema(mode=mode) == schema  # type: ignore[arg-type]
            inside = TypeAdapter(Both).json_schema(mode=mode)["$defs"][kind_of.__name__]  # type: ignore[arg-type]
            assert inside == {key: part for key, part in schema.items() if key != "$defs"}


def test_every_field_is_described() -> None:
    """In the schemas of what goes in and of what comes out, and of the next time."""
    for schema in (profile_schema(KNOWLEDGE), recommendation_schema(), Adapted.model_json_schema()):
        assert list(undescribed(schema, schema)) == []
        assert len(schema["properties"]) > 7
    for value in (Reason, Message, Excluded):
        schema = TypeAdapter(value).json_schema()
        assert list(undescribed(schema, schema)) == []


def test_the_schema_of_a_profile_says_what_the_questionnaire_says() -> None:
    """Bounds, words and defaults of every question."""
    schema = Profile.model_json_schema()
    for field, question in KNOWLEDGE.table.questions.items():
        group, _, part = field.rpartition(".")
        place = (schema["$defs"]["PainPosition"] if group else schema)["properties"][part if group else field]
        assert place["description"] == question.ask
        options = {option["type"]: option for option in place.get("anyOf", [place])}
        if question.kind == "number":
            bounds = (options["integer"]["minimum"], options["integer"]["maximum"])
            assert bounds == (question.lowest, question.highest)
        else:
            words = options["array"]["items"] if question.kind == "set" else options["string"]
            assert tuple(words["enum"]) == question.words
        shown = place.get("default")
        assert (tuple(shown) if isinstance(shown, list) else shown) == question.default


def test_faults_of_a_profile_in_a_larger_value_keep_their_place() -> None:
    """As a framework puts them: where the profile stands, then the field, with what was found and is accepted."""
    given = [PEOPLE["trained"], person(hernia="maybe", pain_position={"lying": "hm"}), {"emergency_signs": ["unsure"]}]
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(list[Profile]).validate_json(json.dumps(given))
    errors = caught.value.errors()
    assert {error["loc"][0] for error in errors} == {1, 2}
    found = {error["loc"][1:]: error["ctx"] for error in errors if error["loc"][0] == 1}
    assert found["hernia",] == {
        "field": "hernia", "found": '"maybe" is no answer here.', "accepted": "no, yes or unsure",
    }  # fmt: skip
    assert found["pain_position", "lying"]["field"] == "pain_position.lying"
    first = next(error for error in errors if error["loc"][0] == 2)
    assert (first["type"], first["loc"]) == ("demanded", (2,))
    assert json.loads(caught.value.json())


def test_a_web_framework_serves_both() -> None:
    """FastAPI, where it is installed: a result for a profile, and a fault as its usual error with all data."""
    fastapi = pytest.importorskip("fastapi")
    testclient = pytest.importorskip("fastapi.testclient")
    app = fastapi.FastAPI()

    def made(profile: Profile) -> Recommendation:
        return recommend(profile)

    made.__annotations__ = {"profile": Profile, "return": Recommendation}
    app.post("/recommend")(made)
    client = testclient.TestClient(app)
    answer = client.post("/recommend", json=PEOPLE["hernia"])
    assert (answer.status_code, answer.text) == (200, recommend(PEOPLE["hernia"]).model_dump_json())
    wrong = client.post("/recommend", json={"emergency_signs": ["chest_pain"]})
    assert wrong.status_code == 422
    assert wrong.json()["detail"][0]["type"] == "demanded"
    assert {part["loc"][0] for part in wrong.json()["detail"]} == {"body"}
    named = client.get("/openapi.json").json()["components"]["schemas"]
    assert named["Recommendation"]["properties"].keys() == recommendation_schema()["properties"].keys()
    assert named["Profile"]["properties"] == profile_schema(KNOWLEDGE)["properties"] | {
        "pain_position": named["Profile"]["properties"]["pain_position"]
    }
