"""Hypothesis strategies: profiles, riskier profiles, facts and conditions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from recommender import Knowledge
from recommender.logic.answers import nest
from recommender.logic.conditions import AllOf, AnyOf, Condition, parse
from recommender.logic.conditions import Test as Leaf
from recommender.logic.questions import Question
from recommender.review.examples import baseline

KNOWLEDGE = Knowledge.shipped()
TABLE = KNOWLEDGE.table
QUESTIONS = TABLE.questions
WISHES = ("goal", "level", "minutes", "equipment")
Answers = dict[str, Any]


# --- profiles ---------------------------------------------------------------------------------


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    """Every answer that the question accepts."""
    if question.kind == "choice":
        return st.sampled_from(question.words)
    if question.kind == "set":
        few = st.lists(st.sampled_from(question.words), unique=True, max_size=2)
        return few | st.lists(st.sampled_from(question.words), unique=True)
    bounds = st.sampled_from([question.lowest, question.highest])
    numbers = st.integers(question.lowest, question.highest) | bounds
    return numbers | st.just("unknown") if question.unknown else numbers


@st.composite
def flat_profiles(draw: st.DrawFn) -> Answers:
    """Complete, valid answers keyed by field: a healthy person with some answers of all changed."""
    answers = {name: list(v) if isinstance(v, tuple) else v for name, v in baseline(KNOWLEDGE).items()}
    top = list(answers)
    everything = draw(st.sampled_from([False, False, False, True]))
    changed = top if everything else draw(st.lists(st.sampled_from(top), unique=True, max_size=5))
    for name in dict.fromkeys([*changed, *WISHES]):
        answers[name] = draw(answers_to(QUESTIONS[name]))
    for name, question in QUESTIONS.items():
        parent = question.parent
        if parent is not None and parent.asks(answers[parent.field]):
            answers[name] = draw(answers_to(question))
    return answers


def profiles() -> st.SearchStrategy[Answers]:
    """Valid profiles as `recommend` takes them."""
    return flat_profiles().map(nest)


# --- riskier, in the order of the domain, written down here a second time ------------------------

GROWING = ("emergency_signs", "medical_signs", "conditions", "pregnancy_warnings", "cannot")
YES_NO = {"no": ("yes", "unsure")}
FELT = {"eased": ("same", "worse", "unsure"), "same": ("worse", "unsure")}
COURSE = ("easing", "usual", "new", "lasting", "worse")  # worse and unsure count alike
STEPS = {
    "acute_pain": YES_NO,
    "pain_course": {word: (*COURSE[place + 1 :], "unsure") for place, word in enumerate(COURSE[:-1])},
    "onset": {"gradual": ("strain", "fall"), "strain": ("fall",)},
    "injury_kind": {"other": ("fracture", "unsure")},
    "pregnant": YES_NO,
    "recent_injury": YES_NO,
    "hernia": YES_NO,
    "pain_position.lying": FELT,
    "pain_position.standing": FELT,
    "pain_position.sitting": FELT,
    "leg_symptoms": {"none": ("pain", "spreading", "unsure"), "pain": ("spreading", "unsure")},
    "cleared_by_clinician": {"yes": ("no",)},
}


def riskier_answers(name: str, value: Any) -> list[Any]:
    """The answers to a field that are riskier than this one."""
    if name in GROWING:
        return [[*value, word] for word in QUESTIONS[name].words if word not in value]
    if name == "equipment":
        return [[word for word in value if word != gone] for gone in value]
    if name == "pain_now":
        return list(range(value + 1, 11))
    if value == "unknown":
        return []
    if name == "pregnancy_week":
        return [*range(value + 1, 43), "unknown"]
    if name in ("weeks_since_injury", "weeks_since_surgery"):
        return [*range(value), "unknown"]
    return list(STEPS.get(name, {}).get(value, ()))


@st.composite
def pairs_by_risk(draw: st.DrawFn) -> tuple[Answers, Answers]:
    """A valid profile, and one that is riskier in one answer."""
    before = draw(flat_profiles())
    ways = {name: found for name, value in before.items() if (found := riskier_answers(name, value))}
    if not ways:
        return nest(before), nest(before)
    name = draw(st.sampled_from(sorted(ways)))
    after = {**before, name: draw(st.sampled_from(ways[name]))}
    for child, question in QUESTIONS.items():
        parent = question.parent
        if parent is not None and parent.field == name and child not in after and parent.asks(after[name]):
            after[child] = draw(answers_to(question))
    return nest(before), nest(after)


# --- facts and conditions -------------------------------------------------------------------------


def facts() -> st.SearchStrategy[tuple[int, ...]]:
    """Any code for each variable, whether or not a person could have them together."""
    return st.tuples(*(st.integers(0, len(variable.codes) - 1) for variable in TABLE.variables))


def leaf_texts(question: Question) -> st.SearchStrategy[Any]:
    """A test of the question as a rule file writes it."""
    if question.kind == "choice":
        return st.sampled_from(question.words) | st.lists(st.sampled_from(question.words), min_size=1, max_size=3)
    if question.kind == "set":
        kinds = ["{}", "without {}"] if question.risk == "shrinking" else ["{}", "named {}", "any"]
        one = st.builds(str.format, st.sampled_from(kinds), st.sampled_from(question.words))
        return one | st.lists(one, min_size=1, max_size=3)
    inner = st.integers(question.lowest + 1, question.highest - 1)
    bound = st.builds("{} {}".format, st.sampled_from(["under", "at least", "above", "up to"]), inner)
    span = st.tuples(inner, inner).map(lambda pair: f"{min(pair)} to {max(pair)}")
    one = bound | span | inner
    return one | st.just("unknown") if question.unknown else one


def raw_tests() -> st.SearchStrategy[Any]:
    """One pair `field: test` over the whole questionnaire."""
    return st.sampled_from(sorted(QUESTIONS)).flatmap(
        lambda name: leaf_texts(QUESTIONS[name]).map(lambda text: {name: text})
    )


def raw_conditions() -> st.SearchStrategy[Any]:
    """A tree of `all` and `any` as a rule file writes it."""
    return st.recursive(
        raw_tests(),
        lambda inner: st.builds(
            lambda key, parts: {key: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)
        ),
        max_leaves=6,
    )


def masked_tests() -> st.SearchStrategy[Leaf]:
    """A test that any set of codes satisfies, with gaps, empty or full."""
    return st.sampled_from(TABLE.variables).flatmap(
        lambda v: st.integers(0, v.all_codes).map(lambda mask: Leaf(v, mask, v.field, "odd"))
    )


def conditions() -> st.SearchStrategy[Condition]:
    """Conditions read from texts, and conditions that no text could write."""
    read = st.builds(lambda raw, unsure: parse(raw, TABLE, unsure_counts=unsure), raw_conditions(), st.booleans())
    built = st.recursive(
        masked_tests(),
        lambda inner: st.builds(
            lambda kind, parts: kind(tuple(parts)), st.sampled_from([AllOf, AnyOf]), st.lists(inner, max_size=3)
        ),
        max_leaves=5,
    )
    return read | built
