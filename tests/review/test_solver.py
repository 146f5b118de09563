"""All people at once: satisfying conditions, implications and exact shares."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import Knowledge
from recommender.knowledge.door import checked
from recommender.logic.answers import nest
from recommender.logic.conditions import MOST, AllOf, AnyOf, Condition, evaluate, negate, parse, size
from recommender.logic.conditions import Test as Leaf
from recommender.logic.facts import Facts, FactTable, Variable
from recommender.logic.questions import Questionnaire
from recommender.profile.checking import check
from recommender.review.proof.sat import Clauses, People, Sat
from recommender.review.solver import Solver
from tests.conftest import examples
from tests.strategies import QUESTIONS, TABLE, conditions, flat_profiles

SOLVER = Solver(TABLE)


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
    assert Solver(table).share(wanted) == counted


@pytest.mark.parametrize("raw", SMALL, ids=str)
def test_someone_is_found_exactly_if_there_is_someone(raw: Any) -> None:
    """A witness satisfies the condition; none is given only where nobody in the whole small world does."""
    table = small_table()
    wanted = parse(raw, table, unsure_counts=True)
    some = any(evaluate(wanted, table.encode(answers)) for answers in everyone(table))
    for solver in (Solver(table), Solver(table, mildest=True)):
        assert solver.holds(wanted) == some
        found = solver.person(wanted)
        assert (found is not None) == some
        assert found is None or evaluate(wanted, table.encode(found))


@given(conditions())
def test_a_witness_is_a_valid_profile(wanted: Any) -> None:
    """Whoever is found for a condition over the real questionnaire is a profile that the program accepts."""
    found = SOLVER.person(wanted)
    if found is not None:
        knowledge = Knowledge.shipped()
        assert evaluate(wanted, TABLE.encode(check(nest(found), knowledge)))


@given(conditions(), flat_profiles())
def test_nobody_is_passed_over(wanted: Any, profile: dict[str, Any]) -> None:
    """Where some profile satisfies a condition, a witness is found, and the share is above nothing."""
    answers = check(nest(profile), Knowledge.shipped())
    if evaluate(wanted, TABLE.encode(answers)):
        assert SOLVER.person(wanted) is not None
        assert SOLVER.share(wanted) > 0


@given(conditions(), conditions())
def test_an_implication_is_told_from_its_exceptions(one: Any, other: Any) -> None:
    """An exception satisfies the first and not the second; both together imply each of them."""
    found = SOLVER.person(one, none=[other])
    assert SOLVER.implies(one, other) == (found is None)
    if found is not None:
        facts = TABLE.encode(found)
        assert evaluate(one, facts)
        assert not evaluate(other, facts)
    assert SOLVER.implies(AllOf((one, other)), one)
    assert SOLVER.implies(one, AnyOf((one, other)))


def test_the_closest_person_has_nothing_that_is_not_asked_for() -> None:
    """A witness differs from the healthy person in no more than the condition needs."""
    found = SOLVER.person(condition({"hernia": "yes"}))
    assert found is not None
    usual = {name: q.baseline for name, q in QUESTIONS.items() if q.parent is None}
    assert {name for name, value in found.items() if value != usual.get(name, value)} == {"hernia"}


def test_with_full_kit_nothing_is_missing() -> None:
    """The well-equipped people have all kit but what a condition takes away."""
    found = Solver(TABLE, mildest=True).person(condition({"equipment": "without roller"}))
    assert found is not None
    assert set(QUESTIONS["equipment"].words) - set(found["equipment"]) == {"roller"}


def test_large_rules_are_compared() -> None:
    """Whether a rule implies another is found, also where the contrary cannot be written out."""
    words = [word for word in QUESTIONS["conditions"].words if word != "unsure"][:9]
    least = [{"all": [{"conditions": word}, {"age": f"at least {50 + n}"}, {"pain_now": f"at least {n}"}]}
             for n, word in enumerate(words, 1)]  # fmt: skip
    wide = condition({"any": [*least, {"hernia": "yes"}, {"acute_pain": "yes"}]})
    narrow = condition({"any": [{"all": [part, {"goal": "stretch"}]} for part in least]})
    assert size(negate(wide)) > MOST
    assert SOLVER.implies(narrow, wide)
    found = SOLVER.person(wide, none=[narrow])
    assert found is not None
    assert not evaluate(narrow, TABLE.encode(found))
    assert not SOLVER.same(narrow, wide)


# --- against everyone of the small questionnaire ------------------------------------------------

SMALL_TABLE = small_table()
EVERYONE = [(answers, SMALL_TABLE.encode(answers)) for answers in everyone(SMALL_TABLE)]
SMALL_ONE, SMALL_MILD = Solver(SMALL_TABLE), Solver(SMALL_TABLE, mildest=True)


def small_conditions() -> st.SearchStrategy[Condition]:
    """Trees of tests of the small questionnaire with any codes, also with none and with all of them."""

    def tests(variable: Variable) -> st.SearchStrategy[Condition]:
        return st.builds(lambda mask: Leaf(variable, mask, variable.field, ""), st.integers(0, variable.all_codes))

    return st.recursive(
        st.sampled_from(SMALL_TABLE.variables).flatmap(tests),
        lambda inner: st.builds(
            lambda kind, parts: kind(tuple(parts)), st.sampled_from([AllOf, AnyOf]), st.lists(inner, max_size=4)
        ),
        max_leaves=12,
    )


def distance(answers: dict[str, Any], *, mild: bool) -> tuple[int, int, int]:
    """How far someone is from the healthy person: changed answers, doubtful words, and the rest; said once more."""
    changed = doubtful = far = 0
    for name, answer in answers.items():
        question = SMALL_TABLE.questions[name]
        usual: Any = ("mat", "ball") if mild and name == "kit" else question.baseline
        if question.kind == "set":
            other = set(answer) ^ set(usual)
            changed += bool(other)
            doubtful += "unsure" in other
            far += len(other - {"unsure"})
        elif answer != usual:
            changed += 1
            if mild:
                far += SMALL_TABLE.by_name[name].codes.index(str(answer))
            elif answer in ("unsure", "unknown"):
                doubtful += 1
            else:
                far += abs(answer - usual) if question.kind == "number" else 1
    return changed, doubtful, far


@examples(150)
@given(small_conditions(), st.lists(small_conditions(), max_size=3))
def test_people_are_counted_as_by_going_through_everyone(wanted: Condition, none: list[Condition]) -> None:
    """The exact count and the exact share equal those over every single profile, with contraries or without."""

    def counts(facts: Facts) -> bool:
        return evaluate(wanted, facts) and not any(evaluate(other, facts) for other in none)

    number = sum(counts(facts) for _, facts in EVERYONE)
    assert SMALL_ONE.people(wanted, none) == number
    assert SMALL_ONE.holds(wanted, none) == Solver(SMALL_TABLE).holds(wanted, none) == (number > 0)
    share = sum(share_of(answers) for answers, facts in EVERYONE if evaluate(wanted, facts))
    assert SMALL_ONE.share(wanted) == share


@examples(150)
@given(small_conditions(), st.lists(small_conditions(), max_size=2), st.booleans())
def test_the_closest_person_is_really_the_closest(wanted: Condition, none: list[Condition], mild: bool) -> None:
    """Nobody of the small world who satisfies the condition is closer to the healthy person than who is found."""
    found = (SMALL_MILD if mild else SMALL_ONE).person(wanted, none)
    there = [
        distance(answers, mild=mild)
        for answers, facts in EVERYONE
        if evaluate(wanted, facts) and not any(evaluate(other, facts) for other in none)
    ]
    assert (found is None) == (not there)
    if found is not None:
        facts = SMALL_TABLE.encode(found)
        assert facts in {facts for _, facts in EVERYONE}
        assert evaluate(wanted, facts)
        assert not any(evaluate(other, facts) for other in none)
        assert distance(found, mild=mild) == min(there)


@examples(100)
@given(small_conditions())
def test_codes_that_stand_for_others_are_counted_alone(wanted: Condition) -> None:
    """With `counted`, only people with one of these codes count, or who are not asked."""
    weeks, healing = SMALL_TABLE.by_name["weeks"], SMALL_TABLE.by_name["healing"]
    counted = {weeks.index: (1, 3), healing.index: (2,)}
    number = sum(
        evaluate(wanted, facts) and all(facts[index] in (0, *codes) for index, codes in counted.items())
        for _, facts in EVERYONE
    )
    assert Solver(SMALL_TABLE, counted=counted).people(wanted) == number


@examples(100)
@given(small_conditions())
def test_a_person_hangs_on_nothing_that_was_asked_before(wanted: Condition) -> None:
    """A solver that has answered much finds the same person as a new one."""
    assert SMALL_ONE.person(wanted) == Solver(SMALL_TABLE).person(wanted)


@examples(100)
@given(small_conditions())
def test_satisfiability_agrees_about_whether_there_is_somebody(wanted: Condition) -> None:
    """The second prover, which knows by itself what answers there are, finds somebody just where the search does."""
    solvers = pytest.importorskip("pysat.solvers")
    clauses = Clauses()
    bands = {v.index: tuple((code,) for code in range(len(v.codes))) for v in SMALL_TABLE.variables}
    literal = People(clauses, SMALL_TABLE, bands).holds(wanted)
    with solvers.Solver(name="cadical153", bootstrap_with=clauses.all) as solver:
        assert solver.solve(assumptions=[literal]) == SMALL_ONE.holds(wanted)


def test_satisfiability_agrees_about_which_rules_hold_alone() -> None:
    """For each rule and every seventh other one, both provers tell alike whether it can hold without the other."""
    pytest.importorskip("pysat.solvers")
    knowledge = Knowledge.shipped()
    sat = Sat(knowledge)
    rules = [rule for rule in knowledge.rules if not rule.always]
    for number, one in enumerate(rules):
        for other in rules[number % 7 :: 7]:
            model = sat.solve([sat.fires[one.id], -sat.fires[other.id]])
            assert (model is not None) == SOLVER.holds(one.condition, none=[other.condition])
    sat.close()


def test_everyone_is_found_in_a_very_long_list_of_words() -> None:
    """However many words a question has, people who name them all are counted and found."""
    words = {f"word_{number}": "w" for number in range(500)}
    common = {"short": "s", "stage": "s", "ask": "a", "why": "w", "sources": ()}
    question = {**common, "field": "signs", "kind": "set", "baseline": (), "risk": "growing", "answers": words}
    heads = {"topic": "t", "intro": "i", "unsure_note": "u", "unknown_note": "k"}
    table = FactTable(checked(Questionnaire, {**heads, "questions": (question,)}))
    every = parse({"all": [{"signs": word} for word in words]}, table, unsure_counts=True)
    some = parse({"any": [{"signs": word} for word in words]}, table, unsure_counts=True)
    solver = Solver(table)
    assert solver.person(every) == {"signs": tuple(words)}
    assert solver.person(some, none=[every]) is not None
    assert (solver.people(every), solver.people(some)) == (1, 2**500 - 1)
