"""All people at once: satisfying conditions, implications and exact shares."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, combinations, product
from typing import Any

import pytest
from conftest import examples
from hypothesis import given
from strategies import QUESTIONS, TABLE, conditions, flat_profiles

from recommender import Knowledge
from recommender.answers import nest
from recommender.checking import check
from recommender.conditions import MOST, All, Condition, conjunctions, evaluate, negate, parse, size
from recommender.conditions import Any as AnyOf
from recommender.facts import FactTable
from recommender.knowledge.door import checked
from recommender.knowledge.questions import Questionnaire
from recommender.review.space import Space, _met

SPACE = Space(TABLE)


def condition(raw: Any) -> Any:
    return parse(raw, TABLE, unsure_counts=True)


def small_table() -> FactTable:
    """A questionnaire so small that everyone can be gone through."""
    words = {"topic": "t", "intro": "i", "unsure_note": "u", "unknown_note": "k"}
    common = {"short": "s", "stage": "s", "ask": "a", "why": "w", "sources": ()}
    questions = (
        {**common, "field": "signs", "kind": "set", "baseline": (), "risk": "growing",
         "answers": {"red": "r", "blue": "b", "unsure": "u"}},
        {**common, "field": "healing", "kind": "number", "baseline": 1, "lowest": 0, "highest": 2, "unknown": True,
         "risk": "downwards", "parent": {"field": "signs", "named": "red"}},
        {**common, "field": "ill", "kind": "choice", "baseline": "no", "risk": (("no",), ("yes", "unsure")),
         "answers": {"no": "n", "yes": "y", "unsure": "u"}},
        {**common, "field": "weeks", "kind": "number", "baseline": 3, "lowest": 0, "highest": 4, "unknown": True,
         "risk": "downwards", "parent": {"field": "ill", "unless": "no"}},
        {**common, "field": "warnings", "kind": "set", "baseline": (), "risk": "growing",
         "answers": {"hot": "h", "cold": "c"}, "parent": {"field": "ill", "unless": "no"}},
        {**common, "field": "kit", "kind": "set", "baseline": ("mat",), "risk": "shrinking",
         "answers": {"mat": "m", "ball": "b"}},
    )  # fmt: skip
    return FactTable(checked(Questionnaire, {**words, "questions": questions}))


def everyone(table: FactTable) -> Iterator[dict[str, Any]]:
    """Every profile of the small questionnaire."""

    def sets(name: str) -> list[tuple[str, ...]]:
        words = table.questions[name].words
        return list(chain.from_iterable(combinations(words, size) for size in range(len(words) + 1)))

    for signs, ill, kit in product(sets("signs"), table.questions["ill"].words, sets("kit")):
        for healing in [0, 1, 2, "unknown"] if "red" in signs else [None]:
            base = {"signs": signs, "ill": ill, "kit": kit, **({} if healing is None else {"healing": healing})}
            if ill == "no":
                yield base
            else:
                for weeks, warnings in product([0, 1, 2, 3, 4, "unknown"], sets("warnings")):
                    yield {**base, "weeks": weeks, "warnings": warnings}


def share_of(answers: dict[str, Any]) -> Fraction:
    """The share of one profile: every set of signs and of kit and every answer counts alike, so do those below them."""
    share = Fraction(1, 8 * 3 * 4)
    share /= 4 if "red" in answers["signs"] else 1
    return share / (1 if answers["ill"] == "no" else 6 * 4)


SMALL = [
    {"signs": "red"},
    {"signs": "any"},
    {"all": [{"signs": "named red"}, {"signs": "named blue"}]},
    {"any": [{"signs": "red"}, {"weeks": "under 3"}, {"kit": "without ball"}]},
    {"all": [{"ill": "yes"}, {"any": [{"weeks": "under 2"}, {"weeks": "unknown"}]}, {"warnings": "hot"}]},
    {"all": [{"signs": "unsure"}, {"kit": "ball"}, {"kit": "without mat"}]},
    {"any": [{"all": [{"ill": "no"}, {"signs": "any"}]}, {"all": [{"warnings": "any"}, {"weeks": "at least 4"}]}]},
    {"all": [{"ill": "no"}, {"warnings": "hot"}]},
    {"healing": "under 2"},
    {"any": [{"healing": "unknown"}, {"all": [{"signs": "named blue"}, {"weeks": "under 2"}]}]},
    {"all": [{"signs": "unsure"}, {"healing": "at least 1"}, {"ill": "yes"}]},
    {"all": [{"signs": "named blue"}, {"any": [{"healing": "up to 1"}, {"healing": "unknown"}, {"weeks": "unknown"}]}]},
]


def test_all_of_the_small_questionnaire_are_there_once() -> None:
    """The profiles that are counted against are every one that the questionnaire accepts, and their shares make one."""
    table = small_table()
    people = list(everyone(table))
    assert len({table.encode(answers) for answers in people}) == len(people) == (4 + 4 * 4) * 4 * (1 + 2 * 6 * 4)
    assert sum(map(share_of, people)) == 1


@pytest.mark.parametrize("raw", SMALL, ids=str)
@pytest.mark.parametrize("turned", [False, True])
def test_a_share_is_what_counting_everyone_gives(raw: Any, turned: bool) -> None:
    """The exact share equals the weighted count over every single profile, for a condition and for its contrary."""
    table = small_table()
    wanted = parse(raw, table, unsure_counts=True)
    wanted = negate(wanted) if turned else wanted
    counted = sum(share_of(answers) for answers in everyone(table) if evaluate(wanted, table.encode(answers)))
    assert Space(table).share(wanted) == counted


@pytest.mark.parametrize("raw", SMALL, ids=str)
def test_someone_is_found_exactly_if_there_is_someone(raw: Any) -> None:
    """A witness satisfies the condition; none is given only where nobody in the whole small world does."""
    table = small_table()
    wanted = parse(raw, table, unsure_counts=True)
    some = any(evaluate(wanted, table.encode(answers)) for answers in everyone(table))
    for find in (Space(table).witness, Space(table).person):
        found = find(wanted)
        assert (found is not None) == some
        assert found is None or evaluate(wanted, table.encode(found))


@given(conditions())
def test_a_witness_is_a_valid_profile(wanted: Any) -> None:
    """Whoever is found for a condition over the real questionnaire is a profile that the program accepts."""
    found = SPACE.witness(wanted)
    if found is not None:
        knowledge = Knowledge.shipped()
        assert evaluate(wanted, TABLE.encode(check(nest(found), knowledge)))


@given(conditions(), flat_profiles())
def test_nobody_is_passed_over(wanted: Any, profile: dict[str, Any]) -> None:
    """Where some profile satisfies a condition, a witness is found, and the share is above nothing."""
    answers = check(nest(profile), Knowledge.shipped())
    if evaluate(wanted, TABLE.encode(answers)):
        assert SPACE.witness(wanted) is not None
        assert SPACE.share(wanted) > 0


@given(conditions(), conditions())
def test_an_implication_is_told_from_its_exceptions(one: Any, other: Any) -> None:
    """An exception satisfies the first and not the second; both together imply each of them."""
    found = SPACE.exception(one, other)
    if found is not None:
        facts = TABLE.encode(found)
        assert evaluate(one, facts)
        assert not evaluate(other, facts)
    assert SPACE.exception(All((one, other)), one) is None
    assert SPACE.exception(one, AnyOf((one, other))) is None


def test_the_mildest_person_has_nothing_that_is_not_asked_for() -> None:
    """A witness differs from the healthy person in no more than the condition needs."""
    found = SPACE.witness(condition({"hernia": "yes"}))
    assert found is not None
    usual = {name: q.baseline for name, q in QUESTIONS.items() if q.parent is None}
    assert {name for name, value in found.items() if value != usual.get(name, value)} == {"hernia"}


def test_with_full_kit_nothing_is_missing() -> None:
    """The well-equipped people have all kit but what a condition takes away."""
    found = Space(TABLE, full_kit=True).witness(condition({"equipment": "without roller"}))
    assert found is not None
    assert set(QUESTIONS["equipment"].words) - set(found["equipment"]) == {"roller"}


@examples(60)
@given(conditions())
def test_ways_to_meet_a_condition_are_found_without_all_its_alternatives(condition: Condition) -> None:
    """Gone through one after another, there is a way to meet a condition just where it has an alternative."""
    ways = list(_met({}, [condition]))
    assert bool(ways) == bool(conjunctions(condition))
    for way in ways:
        lowest = {index: (mask & -mask).bit_length() - 1 for index, mask in way.items()}
        assert evaluate(condition, [lowest.get(variable.index, 0) for variable in TABLE.variables])


def test_large_rules_are_compared() -> None:
    """Whether a rule implies another is found, also where the contrary cannot be written out."""
    words = [word for word in QUESTIONS["conditions"].words if word != "unsure"][:9]
    least = [{"all": [{"conditions": word}, {"age": f"at least {50 + n}"}, {"pain_now": f"at least {n}"}]}
             for n, word in enumerate(words, 1)]  # fmt: skip
    wide = condition({"any": [*least, {"hernia": "yes"}, {"acute_pain": "yes"}]})
    narrow = condition({"any": [{"all": [part, {"goal": "stretch"}]} for part in least]})
    assert size(negate(wide)) > MOST
    assert SPACE.exception(narrow, wide) is None
    found = SPACE.exception(wide, narrow)
    assert found is not None
    assert not SPACE.same(narrow, wide)
