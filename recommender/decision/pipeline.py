"""The one way from a profile to a recommendation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from recommender.decision.compose import Composer
from recommender.decision.decide import NOTHING, Decision, decide, nothing_fits
from recommender.decision.plan import Plan, Planner
from recommender.decision.recommendation import Recommendation
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.answers import own_model
from recommender.logic.facts import Facts
from recommender.profile.checking import check

if TYPE_CHECKING:
    from recommender.profile.profile import Profile

__all__ = ["Recommender", "key_of", "machine", "recommend"]

REMEMBERED = 128  # each result holds thousands of values, which the garbage collector has to go through


def recommend(profile: Profile | Mapping[str, Any], *, knowledge: Knowledge | None = None) -> Recommendation:
    """The routine for this person, with the reasons for everything that was left out.

    An error means: no routine. It can be called from several threads at once.

    Args:
        profile: A Profile, or a mapping with its fields, which is checked as a Profile is.
        knowledge: The rules and exercises to decide with; the shipped ones unless given.

    Returns:
        The recommendation. The same answers and the same knowledge give the same one, byte for byte.

    Raises:
        ProfileError: The answers cannot be used. It names all faults, and first what the given ones demand.
        KnowledgeError: The shipped rules cannot be read.
        EngineError: The engine failed, or disagreed with the plain evaluation of the same rules.
        PlanError: The finished routine broke a promise.
        TypeError: `knowledge` is none.
    """
    if knowledge is None:
        knowledge = Knowledge.shipped()
    elif not isinstance(knowledge, Knowledge):
        raise TypeError(f"knowledge is a {type(knowledge).__name__}; give a Knowledge, such as Knowledge.load(folder)")
    return machine(knowledge).recommend(profile)


@lru_cache(maxsize=8)
def machine(knowledge: Knowledge) -> Recommender:
    """The recommender of this knowledge, made once."""
    return Recommender(knowledge)


class Recommender:
    """Decides, plans and composes with one knowledge, and remembers the latest results. Threads can share it."""

    def __init__(self, knowledge: Knowledge, *, remembered: int = REMEMBERED) -> None:
        self.knowledge = knowledge
        self.planner = Planner(knowledge)
        self.composer = Composer(knowledge, self.planner)
        self.remembered = remembered
        self._memory: dict[Any, Recommendation] = {}

    def recommend(self, profile: Profile | Mapping[str, Any]) -> Recommendation:
        """See `recommend`."""
        key = key_of(profile) if self.remembered else None
        if key is not None:
            known = self._memory.get(key)
            if known is not None and self.knowledge.engine.shut is None:
                return known
            profile = _thawed(key)  # what is remembered is what is checked, whoever changes the profile meanwhile
        result = self.of_answers(check(profile, self.knowledge))
        if key is not None:
            if len(self._memory) >= self.remembered:
                self._memory = {}  # replaced in one step, so that no lock is needed
            self._memory[key] = result
        return result

    def decided(self, answers: Mapping[str, Any]) -> tuple[Facts, Decision]:
        """The facts of complete answers, and what the rules decide about them."""
        facts = self.knowledge.table.encode(answers)
        return facts, decide(self.knowledge.fired(facts), self.knowledge)

    def planned(self, answers: Mapping[str, Any]) -> tuple[Facts, Decision, Plan]:
        """What is decided about complete answers, and the plan for it; where no exercise fits in, nothing fits."""
        facts, decision = self.decided(answers)
        plan = self.planner.plan(decision, answers)
        relief = self.knowledge.relief
        if decision.outcome == "routine" and all(relief >> step.chosen.number & 1 for step in plan.steps):
            decision = nothing_fits(decision, self.knowledge)
            plan = self.planner.plan(decision, answers)
        return facts, decision, plan

    def of_answers(self, answers: Mapping[str, Any], answered_on: Mapping[str, str] = NOTHING) -> Recommendation:
        """The recommendation for complete answers, as `checking.check` gives them; `answered_on` holds their days."""
        facts, decision, plan = self.planned(answers)
        return self.composer.compose(facts, answers, decision, plan, answered_on=answered_on)


_WORD = {str}
_NESTED = object()  # begins what stands for a mapping, so that it is no list of words


def key_of(profile: Any) -> Any:
    """What a profile is remembered by: its fields and answers as they are; None if it is not remembered.

    Only plain words, whole numbers and lists of words count, by their exact type: 1 and True are
    equal to Python and different answers, and other kinds may be equal to whatever they like.
    """
    kind = type(profile)
    try:
        if kind is dict:
            return _frozen(profile)
        if kind is own_model("Profile"):
            return _frozen(vars(profile))
    except (TypeError, RuntimeError):  # RuntimeError: another thread changed it meanwhile, or it is too deep
        return None
    return None


def _frozen(value: Any) -> Any:
    """An answer or several as a part of a key. Raises TypeError for what is not remembered."""
    kind = type(value)
    if kind is list or kind is tuple:
        words = tuple(value)
        for word in words:
            if type(word) is not str:
                raise TypeError
        return words
    fields = value if kind is dict or kind is not own_model("PainPosition") else vars(value)
    names = tuple(fields) if type(fields) is dict else ()
    if set(map(type, names)) != _WORD:
        raise TypeError
    # Words, numbers and empty lists are looked at here, since most answers are one of them.
    answers = [
        inner
        if (kind := type(inner)) is str or kind is int or inner is None
        else ()
        if (kind is list or kind is tuple) and not inner
        else _frozen(inner)
        for inner in fields.values()
    ]
    return (_NESTED, names, *answers)


def _thawed(part: Any) -> Any:
    """The answers that a key stands for."""
    if type(part) is tuple and part and part[0] is _NESTED:
        return dict(zip(part[1], map(_thawed, part[2:]), strict=True))
    return part
