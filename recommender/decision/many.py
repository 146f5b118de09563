"""`recommend_many`: a result or an error for each of many profiles, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from recommender.decision.pipeline import Recommender, key_of
from recommender.decision.recommendation import Recommendation
from recommender.errors import EngineError, PlanError, ProfileError
from recommender.knowledge.knowledge import Knowledge

if TYPE_CHECKING:
    from recommender.profile.profile import Profile

__all__ = ["recommend_many"]

REMEMBERED = 4096

Answer = Recommendation | ProfileError | EngineError | PlanError


def recommend_many(
    profiles: Iterable[Profile | Mapping[str, Any]], *, knowledge: Knowledge | None = None
) -> Iterator[Answer]:
    """For each profile, in their order, its recommendation, or the error that says why there is none.

    Nothing is read ahead and nothing is kept but the latest distinct profiles; equal ones among these are
    decided once. For files see `recommender batch`.

    Args:
        profiles: Any iterable of what `recommend` takes, an endless one too.
        knowledge: The rules and exercises to decide with; the shipped ones unless given.

    Yields:
        For each profile its Recommendation, or the ProfileError, EngineError or PlanError that says why there is none.

    Raises:
        KnowledgeError: The shipped rules cannot be read. It is raised before the first profile is read.
        TypeError: `knowledge` is none.
    """
    if knowledge is None:
        knowledge = Knowledge.shipped()
    elif not isinstance(knowledge, Knowledge):
        raise TypeError(f"knowledge is a {type(knowledge).__name__}; give a Knowledge, such as Knowledge.load(folder)")
    return _answers(profiles, Recommender(knowledge))


def _answers(profiles: Iterable[Profile | Mapping[str, Any]], recommender: Recommender) -> Iterator[Answer]:
    latest: dict[Any, Answer] = {}
    for profile in profiles:
        key = key_of(profile)
        answer = latest.pop(key, None) if key is not None else None
        if answer is None or recommender.knowledge.engine.shut is not None:
            answer = _answer(profile, recommender)
        if key is not None:
            latest[key] = answer  # at the end again: the one that was needed longest ago goes first
            if len(latest) > REMEMBERED:
                del latest[next(iter(latest))]
        yield answer


def _answer(profile: Profile | Mapping[str, Any], recommender: Recommender) -> Answer:
    try:
        return recommender.recommend(profile)
    except (ProfileError, EngineError, PlanError) as error:
        return error.with_traceback(None)
