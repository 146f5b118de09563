"""The one way from a profile to a recommendation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from recommender.compose import Composer
from recommender.decide import Decision, decide
from recommender.facts import Facts
from recommender.knowledge.knowledge import Knowledge
from recommender.plan import Planner
from recommender.profile import Profile, check
from recommender.recommendation import Recommendation

__all__ = ["Recommender", "recommend"]

REMEMBERED = 1024


def recommend(profile: Profile | Mapping[str, Any], *, knowledge: Knowledge | None = None) -> Recommendation:
    """The routine for this person, with the reasons for everything that was left out.

    `profile` is a Profile or a mapping with its fields; `knowledge` is the shipped one unless given.
    Raises ProfileError for answers that cannot be used, KnowledgeError for rules that cannot be
    read, EngineError and PlanError where the result could not be trusted, TypeError for a knowledge
    that is none. An error means: no routine.
    """
    if knowledge is None:
        knowledge = Knowledge.shipped()
    elif not isinstance(knowledge, Knowledge):
        raise TypeError(f"knowledge is a {type(knowledge).__name__}; give a Knowledge, such as Knowledge.load(folder)")
    return _recommender(knowledge).recommend(profile)


@lru_cache(maxsize=8)
def _recommender(knowledge: Knowledge) -> Recommender:
    return Recommender(knowledge)


class Recommender:
    """Recommends with one knowledge, and remembers the latest results. Safe to share between threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.planner = Planner(knowledge)
        self._composer = Composer(knowledge, self.planner)
        self._memory: dict[Any, Recommendation] = {}

    def recommend(self, profile: Profile | Mapping[str, Any]) -> Recommendation:
        """See `recommend`."""
        key = _key(profile)
        if key is not None and (known := self._memory.get(key)) is not None:
            return known
        result = self.of_answers(check(profile, self.knowledge))
        if key is not None:
            if len(self._memory) >= REMEMBERED:
                self._memory = {}  # replaced in one step, so that no lock is needed
            self._memory[key] = result
        return result

    def decided(self, answers: Mapping[str, Any]) -> tuple[Facts, Decision]:
        """The facts of complete answers, and what the rules decide about them."""
        facts = self.knowledge.table.encode(answers)
        return facts, decide(self.knowledge.fired(facts), self.knowledge)

    def of_answers(self, answers: Mapping[str, Any]) -> Recommendation:
        """The recommendation for complete answers (see `recommender.profile.check`)."""
        facts, decision = self.decided(answers)
        plan = self.planner.plan(decision, answers)
        return self._composer.compose(facts, answers, decision, plan)


def _key(profile: Profile | Mapping[str, Any]) -> Any:
    """What a profile is remembered by: its answers as they are; None if they cannot be hashed.

    Types count too, since 1 and True, or "1" and 1, are different answers.
    """
    try:
        if isinstance(profile, Profile):
            hash(profile)
            return profile
        key = tuple([(name, _frozen(value)) for name, value in profile.items()])
        hash(key)
    except (TypeError, AttributeError, RecursionError):
        return None
    return key


def _frozen(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ("list", *[item if isinstance(item, str) else (type(item), item) for item in value])
    if isinstance(value, Mapping):
        return ("map", *[(name, _frozen(inner)) for name, inner in value.items()])
    return (type(value), value)
