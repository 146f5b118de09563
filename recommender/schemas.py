"""The JSON Schemas of the two public values: what goes in and what comes out."""

from __future__ import annotations

from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.profile import Profile
from recommender.recommendation import Recommendation
from recommender.served import adapter

__all__ = ["profile_schema", "recommendation_schema"]


def profile_schema(knowledge: Knowledge) -> dict[str, Any]:
    """The JSON Schema of a profile, with the bounds, defaults and wording of the questionnaire."""
    schema = Profile.model_json_schema(mode="validation")
    for name, question in knowledge.table.questions.items():
        field, _, part = name.partition(".")
        place = schema["$defs"]["PainPosition"]["properties"][part] if part else schema["properties"][field]
        place["description"] = question.ask
        place.pop("default", None)
        if question.kind == "number":
            whole = next((option for option in place.get("anyOf", []) if option.get("type") == "integer"), place)
            whole["minimum"], whole["maximum"] = question.lowest, question.highest
        if question.default is not None:
            place["default"] = list(question.default) if isinstance(question.default, tuple) else question.default
    return schema


def recommendation_schema() -> dict[str, Any]:
    """The JSON Schema of a recommendation, as `recommender recommend --format json` writes it."""
    return adapter(Recommendation).json_schema(mode="serialization")
