"""A rule-based exercise recommender for the lower back that gives all its reasons.

    from recommender import Profile, recommend

    result = recommend(Profile(...))       # or a dict
    result.outcome, result.routine, result.excluded, result.not_chosen, result.messages

It does not replace a clinician, and its rules are still waiting for clinical review.
Names are imported when they are first used, so that `import recommender` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from recommender._version import __version__

if TYPE_CHECKING:
    from recommender.decision.many import recommend_many
    from recommender.decision.pipeline import recommend
    from recommender.decision.recommendation import Recommendation
    from recommender.errors import (
        EngineError,
        KnowledgeError,
        PlanError,
        ProfileError,
        RecommenderError,
    )
    from recommender.knowledge.knowledge import Knowledge
    from recommender.profile.profile import PainPosition, Profile

__all__ = [
    "EngineError",
    "Knowledge",
    "KnowledgeError",
    "PainPosition",
    "PlanError",
    "Profile",
    "ProfileError",
    "Recommendation",
    "RecommenderError",
    "__version__",
    "recommend",
    "recommend_many",
]

_HOMES = {
    "EngineError": "recommender.errors",
    "Knowledge": "recommender.knowledge.knowledge",
    "KnowledgeError": "recommender.errors",
    "PainPosition": "recommender.profile.profile",
    "PlanError": "recommender.errors",
    "Profile": "recommender.profile.profile",
    "ProfileError": "recommender.errors",
    "Recommendation": "recommender.decision.recommendation",
    "RecommenderError": "recommender.errors",
    "recommend": "recommender.decision.pipeline",
    "recommend_many": "recommender.decision.many",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'recommender' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
