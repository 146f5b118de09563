"""The JSON Schemas of the two public values: what goes in and what comes out."""

from __future__ import annotations

from typing import Any

from recommender.decision.recommendation import Recommendation
from recommender.knowledge.knowledge import Knowledge
from recommender.profile.profile import Profile, describe

__all__ = ["profile_schema", "recommendation_schema"]


def profile_schema(knowledge: Knowledge) -> dict[str, Any]:
    """The JSON Schema of a profile, with the bounds, defaults and wording of the questionnaire."""
    schema = Profile.model_json_schema()
    describe(schema["properties"], knowledge)
    describe(schema["$defs"]["PainPosition"]["properties"], knowledge, "pain_position.")
    return schema


def recommendation_schema() -> dict[str, Any]:
    """The JSON Schema of a recommendation, as `recommender recommend --format json` writes it."""
    return Recommendation.model_json_schema()
