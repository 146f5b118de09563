"""What a condition means, and that all its forms mean the same."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import Knowledge
from recommender.logic.conditions import (
    ALWAYS,
    MOST,
    AllOf,
    AnyOf,
    Condition,
    ConditionFault,
    TooManyAlternatives,
    bounds,
    conjunctions,
    decide_partly,
    evaluate,
    falling_tests,
    intervals,
    negate,
    parse,
    size,
    source,
    witnesses,
    words,
)
from recommender.logic.conditions import Test as Leaf
from recommender.logic.conditions import tests_of as leaves
from recommender.logic.facts import Variable
from recommender.logic.truth_table import rows, table_length, value_table
from recommender.profile.checking import check
from tests.conftest import examples, person
from tests.strategies import QUESTIONS, TABLE, conditions, facts, raw_conditions

Raw = dict[str, Any]


def holds(raw: Any, knowledge: Knowledge, *, unsure_counts: bool = True, **answers: Any) -> bool:
    """Whether a condition as written holds for a healthy person with these answers."""
    given_facts = TABLE.encode(check(person(answers), knowledge))
    return evaluate(parse(raw, TABLE, unsure_counts=unsure_counts), given_facts)


def fault(raw: Any) -> ConditionFault:
    with pytest.raises(ConditionFault) as caught:
        parse(raw, TABLE, unsure_counts=True)
    return caught.value


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "true", "false"),
    [
        ("under 4", [0, 3], [4, 10]),
        ("at least 4", [4, 10], [0, 3]),
        ("above 4", [5, 10], [0, 4]),
        ("up to 4", [0, 4], [5, 10]),
        ("4 to 6", [4, 5, 6], [3, 7]),
        (4, [4], [3, 5]),
    ],
)
def test_tests_of_numbers(text: Any, true: list[int], false: list[int], knowledge: Knowledge) -> None:
    """Each way to write a bound is true on one side of it and false on the other."""
    assert all(holds({"pain_now": text}, knowledge, pain_now=n) for n in true)
    assert not any(holds({"pain_now": text}, knowledge, pain_now=n) for n in false)


def test_unknown_week_is_no_number(knowledge: Knowledge) -> None:
    """No bound holds for an unknown week; `unknown` holds for it and for nothing else."""
    week = {"recent_injury": "yes", "weeks_since_injury": "unknown"}
    for text in ("under 53", "at least 0", "up to 52", "0 to 52"):
        assert not holds({"weeks_since_injury": text}, knowledge, **week)
    assert holds({"weeks_since_injury": "unknown"}, knowledge, **week)
    assert not holds({"weeks_since_injury": "unknown"}, knowledge, recent_injury="yes", weeks_since_injury=0)


def test_absent_week_satisfies_nothing(knowledge: Knowledge) -> None:
    """Where the parent is denied, every test of the child is false."""
    for text in ("at least 1", "up to 42", "unknown"):
        assert not holds({"pregnancy_week": text}, knowledge, pregnant="no")


def test_tests_of_choices(knowledge: Knowledge) -> None:
    """A word holds for itself; a list of words for each of them."""
    assert holds({"goal": "relax"}, knowledge, goal="relax")
    assert not holds({"goal": "relax"}, knowledge, goal="waist")
    assert holds({"goal": ["relax", "waist"]}, knowledge, goal="waist")
    assert not holds({"goal": ["relax", "waist"]}, knowledge, goal="general")


def test_tests_of_sets(knowledge: Knowledge) -> None:
    """A set is asked for one word, for one of several, for a word by name, or for any."""
    two = {"conditions": ["osteoporosis", "rheumatism"]}
    assert holds({"conditions": "rheumatism"}, knowledge, **two)
    assert not holds({"conditions": "back_surgery"}, knowledge, **two)
    assert holds({"conditions": ["back_surgery", "osteoporosis"]}, knowledge, **two)
    assert holds({"conditions": "named osteoporosis"}, knowledge, **two)
    assert holds({"conditions": "any"}, knowledge, **two)
    assert not holds({"conditions": "any"}, knowledge)


def test_tests_of_equipment(knowledge: Knowledge) -> None:
    """Equipment is asked for as there or as `without`."""
    assert holds({"equipment": "roller"}, knowledge, equipment=["roller"])
    assert not holds({"equipment": "roller"}, knowledge, equipment=[])
    assert holds({"equipment": "without roller"}, knowledge, equipment=["mat"])
    assert not holds({"equipment": "without roller"}, knowledge, equipment=["roller"])


def test_all_any_and_always(knowledge: Knowledge) -> None:
    """`all` needs every part, `any` one of them, `always` nothing."""
    parts = [{"hernia": "yes"}, {"pain_now": "at least 4"}]
    assert not holds({"all": parts}, knowledge, hernia="yes")
    assert holds({"all": parts}, knowledge, hernia="yes", pain_now=4)
    assert holds({"any": parts}, knowledge, pain_now=4)
    assert not holds({"any": parts}, knowledge)
    assert parse("always", TABLE, unsure_counts=True) == ALWAYS
    assert holds("always", knowledge)


# --- unsure ---------------------------------------------------------------------------------------

IN_DOUBT = [
    ({"hernia": "yes"}, {"hernia": "unsure"}),
    ({"pregnant": "yes"}, {"pregnant": "unsure"}),
    ({"acute_pain": "yes"}, {"acute_pain": "unsure"}),
    ({"recent_injury": "yes"}, {"recent_injury": "unsure"}),
    ({"leg_symptoms": "pain"}, {"leg_symptoms": "unsure"}),
    ({"leg_symptoms": "spreading"}, {"leg_symptoms": "unsure"}),
    ({"pain_position.standing": "worse"}, {"pain_position.standing": "unsure"}),
    ({"conditions": "osteoporosis"}, {"conditions": ["unsure"]}),
    ({"emergency_signs": "leg_weakness"}, {"emergency_signs": ["unsure"]}),
    ({"medical_signs": "fainting"}, {"medical_signs": ["unsure"]}),
    ({"pregnancy_warnings": "bleeding"}, {"pregnant": "yes", "pregnancy_warnings": ["unsure"]}),
]


@pytest.mark.parametrize(("raw", "answers"), IN_DOUBT)
def test_unsure_counts_as_yes_in_safety_and_not_in_prefer(raw: Raw, answers: Raw, knowledge: Knowledge) -> None:
    """In stop, ask, avoid and limit `unsure` counts as the risky answer; prefer takes it as not established."""
    assert holds(raw, knowledge, unsure_counts=True, **answers)
    assert not holds(raw, knowledge, unsure_counts=False, **answers)
    assert not holds(raw, knowledge)


@pytest.mark.parametrize("unsure_counts", [True, False])
def test_unsure_is_never_the_harmless_answer(unsure_counts: bool, knowledge: Knowledge) -> None:
    """`unsure` is never read as no, none or eased."""
    for raw, answers in (
        ({"hernia": "no"}, {"hernia": "unsure"}),
        ({"leg_symptoms": "none"}, {"leg_symptoms": "unsure"}),
        ({"pain_position.lying": "eased"}, {"pain_position.lying": "unsure"}),
    ):
        assert not holds(raw, knowledge, unsure_counts=unsure_counts, **answers)


@pytest.mark.parametrize("unsure_counts", [True, False])
def test_named_and_any_do_not_depend_on_doubt(unsure_counts: bool, knowledge: Knowledge) -> None:
    """`named` wants the word itself; `any` and the word `unsure` hold for a doubt in each effect."""
    doubt = {"conditions": ["unsure"]}
    assert not holds({"conditions": "named osteoporosis"}, knowledge, unsure_counts=unsure_counts, **doubt)
    assert holds({"conditions": "named unsure"}, knowledge, unsure_counts=unsure_counts, **doubt)
    assert holds({"conditions": "unsure"}, knowledge, unsure_counts=unsure_counts, **doubt)
    assert holds({"conditions": "any"}, knowledge, unsure_counts=unsure_counts, **doubt)


def test_shipped_safety_rules_count_doubt_and_shipped_prefer_rules_do_not(knowledge: Knowledge) -> None:
    """Each rule is compiled with the meaning of `unsure` that its effect demands."""
    for compiled in knowledge.rules:
        if not compiled.always:
            unsure = compiled.effect not in ("prefer", "defer")
            assert compiled.when == parse(compiled.rule.when, TABLE, unsure_counts=unsure), compiled.id


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "where", "hint"),
    [
        ({"herna": "yes"}, ("herna",), '"hernia"'),
        ({"all": [{"hernia": "yes"}, {"herna": "yes"}]}, ("all", 1, "herna"), '"hernia"'),
        ({"any": [{"all": [{"hernia": "yess"}]}]}, ("any", 0, "all", 0, "hernia"), '"yes"'),
        ({"conditions": "osteoporsis"}, ("conditions",), '"osteoporosis"'),
        ({"conditions": ["rheumatism", "named osteoporsis"]}, ("conditions",), '"osteoporosis"'),
        ({"equipment": "without rolller"}, ("equipment",), '"roller"'),
        ({"goal": ["relax", "wast"]}, ("goal",), '"waist"'),
        ({"an": [{"hernia": "yes"}]}, ("an",), '"any"'),
        ({"pain_now": "atleast 4"}, ("pain_now",), "at least 9"),
        ({"pain_now": "at least four"}, ("pain_now",), "at least 9"),
        ({"weeks_since_injury": "unkown"}, ("weeks_since_injury",), "unknown"),
    ],
)
def test_faults_name_the_place_and_the_nearest_word(raw: Any, where: tuple[Any, ...], hint: str) -> None:
    """A typo leads to its place inside the condition and to the word that was meant."""
    found = fault(raw)
    assert found.where == where
    assert hint in found.do


@pytest.mark.parametrize(
    "raw",
    [
        None, "", "never", [], {}, 4, {"hernia": "yes", "age": 4}, {"all": []}, {"any": {}}, {"all": "always"},
        {"all": ["always"]}, {"hernia": []}, {"hernia": None}, {"hernia": True}, {"hernia": {}},
        {"hernia": "named yes"},
        {"conditions": "without osteoporosis"}, {"conditions": "any osteoporosis"}, {"conditions": "named any"},
        {"conditions": ""}, {"equipment": "any"}, {"equipment": "named mat"}, {"pain_now": True}, {"pain_now": 4.5},
        {"pain_now": "unknown"}, {"pain_now": "at least -1"}, {"pain_now": 11}, {"pain_now": "above 10"},
        {"pain_now": "6 to 4"}, {"pain_now": "under 0"}, {"pain_now": "at least 4 "}, {"pain_position": "worse"},
    ],
)  # fmt: skip
def test_what_means_nothing_is_a_fault(raw: Any) -> None:
    """A condition that cannot be read, or that can never hold, is refused."""
    assert fault(raw).found


# --- saying it ------------------------------------------------------------------------------------


def test_words_say_the_condition() -> None:
    """A condition is said in one line, with brackets where `and` and `or` meet."""
    raw = {"all": [{"recent_injury": "yes"}, {"any": [{"weeks_since_injury": "under 9"}, {"age": "at least 65"}]}]}
    assert words(parse(raw, TABLE, unsure_counts=True)) == (
        "recent injury: yes and (weeks since injury: under 9 or age: at least 65)"
    )
    assert words(parse({"pain_position.lying": ["worse", "same"]}, TABLE, unsure_counts=True)) == (
        "pain position lying: worse or same"
    )
    assert words(ALWAYS) == "for everyone"


@given(raw_conditions())
def test_words_hold_every_test(raw: Any) -> None:
    """Nothing that a condition tests is left unsaid."""
    condition = parse(raw, TABLE, unsure_counts=True)
    assert all(test.said in words(condition) for test in leaves(condition))


def test_bounds_are_the_numbers_on_both_sides() -> None:
    """A bound is shown by the last number inside and the first outside."""
    for text, numbers in (("at least 4", (3, 4)), ("under 4", (3, 4)), ("4 to 6", (3, 4, 6, 7)), ("up to 10", ())):
        condition = parse({"pain_now": text}, TABLE, unsure_counts=True)
        assert isinstance(condition, Leaf)
        assert bounds(condition) == numbers


# --- all forms mean the same ----------------------------------------------------------------------


def by_masks(condition: Condition, codes: tuple[int, ...]) -> bool:
    return any(all(mask >> codes[index] & 1 for index, mask in demand.items()) for demand in conjunctions(condition))


def by_source(condition: Condition, codes: tuple[int, ...]) -> bool:
    return bool(eval(source(condition, lambda variable: f"f[{variable.index}]"), {"f": codes}))


@examples(300)
@given(conditions(), facts())
def test_evaluation_conjunctions_and_source_agree(condition: Condition, rest: tuple[int, ...]) -> None:
    """The plain evaluation, the flat alternatives and the generated source agree on the whole value table."""
    for values in [{}, *value_table(leaves(condition))][:400]:
        codes = list(rest)
        for index, code in values.items():
            codes[index] = code
        expected = evaluate(condition, codes)
        assert by_masks(condition, tuple(codes)) == expected
        assert by_source(condition, tuple(codes)) == expected
        assert evaluate(negate(condition), codes) != expected
        assert decide_partly(condition, codes) == expected


@given(conditions(), facts())
def test_value_table_holds_every_case(condition: Condition, codes: tuple[int, ...]) -> None:
    """For any facts, the table has a row that no test of the condition tells apart from them."""
    tests = list(leaves(condition))
    seen = tuple(test.holds(codes[test.variable.index]) for test in tests)
    assert any(
        tuple(test.holds(values[test.variable.index]) for test in tests) == seen for values in value_table(tests)
    )


@given(conditions(), facts())
def test_conjunctions_are_short(condition: Condition, codes: tuple[int, ...]) -> None:
    """No alternative is impossible, and none is covered by another one."""
    found = conjunctions(condition)
    for number, demand in enumerate(found):
        assert all(demand.values())
        for other in found[:number] + found[number + 1 :]:
            assert not all(index in demand and demand[index] & ~mask == 0 for index, mask in other.items())


@examples(300)
@given(conditions(), facts(), st.data())
def test_deciding_partly_agrees_with_every_completion(
    condition: Condition, codes: tuple[int, ...], data: st.DataObject
) -> None:
    """What is decided from some answers stays decided, whatever the others will be."""
    read = sorted({test.variable.index for test in leaves(condition)})
    hidden = set(data.draw(st.lists(st.sampled_from(read), unique=True))) if read else set()
    partly = [None if index in hidden else code for index, code in enumerate(codes)]
    decided = decide_partly(condition, partly)
    if not hidden:
        assert decided == evaluate(condition, codes)
    if decided is None:
        return
    for values in list(value_table(test for test in leaves(condition) if test.variable.index in hidden))[:400]:
        complete = tuple(values.get(index, code) for index, code in enumerate(codes))
        assert evaluate(condition, complete) == decided


@given(conditions(), facts())
def test_witnesses_alone_make_the_condition_hold(condition: Condition, codes: tuple[int, ...]) -> None:
    """The named tests are true, and with them known alone a condition that holds is decided."""
    found = witnesses(condition, codes)
    if evaluate(condition, codes):
        assert all(test.holds(codes[test.variable.index]) for test in found)
        known = {test.variable.index for test in found}
        assert decide_partly(condition, [c if i in known else None for i, c in enumerate(codes)]) is True


# --- monotony -------------------------------------------------------------------------------------


def falls(condition: Condition) -> bool:
    """By trial: whether a riskier code of one variable can switch the condition off."""
    tests = list(leaves(condition))
    read = {test.variable.index: test.variable for test in tests}
    base = [0] * len(TABLE.variables)
    for choice in product(*(range(len(variable.codes)) for variable in read.values())):
        codes = list(base)
        for index, code in zip(read, choice, strict=True):
            codes[index] = code
        if not evaluate(condition, codes):
            continue
        for index, variable in read.items():
            if variable.levels is None:
                continue
            for code, level in enumerate(variable.levels):
                if level >= variable.levels[codes[index]]:
                    after = [*codes[:index], code, *codes[index + 1 :]]
                    if not evaluate(condition, after):
                        return True
    return False


def masks_of(count: int) -> list[int]:
    """Every set of so many codes; of many codes, each single one, each run from the start and each run to the end."""
    if count <= 8:
        return list(range(1 << count))
    full = (1 << count) - 1
    ones = [1 << code for code in range(count)]
    return [
        0,
        full,
        *ones,
        *(one - 1 for one in ones),
        *(full & ~(one - 1) for one in ones),
        *(full & ~one for one in ones),
    ]


def test_each_single_falling_test_is_found() -> None:
    """For each variable, each set of codes that is not closed towards more risk is found, and no other."""
    for variable in TABLE.variables:
        for mask in masks_of(len(variable.codes)):
            test = Leaf(variable, mask, variable.field, "")
            assert bool(list(falling_tests(test))) == falls(test), (variable.name, mask)


SMALL = [variable for variable in TABLE.variables if len(variable.codes) <= 4]


@st.composite
def small_conditions(draw: st.DrawFn) -> Condition:
    """Trees over variables with few codes, so that each of their cases can be tried."""
    some = draw(st.lists(st.sampled_from(SMALL), min_size=1, max_size=3))
    tests = st.sampled_from(some).flatmap(
        lambda v: st.integers(0, v.all_codes).map(lambda mask: Leaf(v, mask, v.field, ""))
    )
    return draw(
        st.recursive(
            tests,
            lambda inner: st.builds(
                lambda kind, parts: kind(tuple(parts)), st.sampled_from([AllOf, AnyOf]), st.lists(inner, max_size=3)
            ),
            max_leaves=6,
        )
    )


@examples(300)
@given(small_conditions())
def test_condition_without_falling_tests_is_monotone(condition: Condition) -> None:
    """What the check lets pass, no riskier answer can switch off."""
    if not list(falling_tests(condition)):
        assert not falls(condition)


@pytest.mark.parametrize(
    "raw",
    [
        {"weeks_since_injury": "under 9"},
        {"weeks_since_injury": "at least 9"},
        {"pain_now": "under 6"},
        {"pain_now": "4 to 6"},
        {"pregnancy_week": "at least 16"},
        {"hernia": "no"},
        {"leg_symptoms": ["none", "spreading"]},
        {"leg_symptoms": "pain"},
        {"pain_position.lying": "eased"},
        {"cleared_by_clinician": "yes"},
        {"equipment": "roller"},
        {"all": [{"hernia": "yes"}, {"any": [{"age": 4}, {"pain_now": "up to 3"}]}]},
    ],
)
def test_falling_tests_of_rule_texts_are_found(raw: Raw) -> None:
    """A bound that lets go of a riskier answer, or that forgets `unknown`, is found."""
    assert list(falling_tests(parse(raw, TABLE, unsure_counts=True)))


@pytest.mark.parametrize(
    "raw",
    [
        {"any": [{"weeks_since_injury": "under 9"}, {"weeks_since_injury": "unknown"}]},
        {"any": [{"pregnancy_week": "at least 16"}, {"pregnancy_week": "unknown"}]},
        {"pain_now": "at least 6"},
        {"hernia": "yes"},
        {"leg_symptoms": ["pain", "spreading"]},
        {"conditions": "any"},
        {"conditions": "named unsure"},
        {"cleared_by_clinician": "no"},
        {"equipment": "without roller"},
        {"age": "under 18"},
        {"level": "beginner"},
    ],
)
def test_rising_tests_are_let_pass(raw: Raw) -> None:
    """A bound that holds for every riskier answer too is fine, and so is a field outside the order of risk."""
    assert not list(falling_tests(parse(raw, TABLE, unsure_counts=True)))


def test_no_shipped_safety_rule_falls(knowledge: Knowledge) -> None:
    """No stop, ask, avoid or limit of the shipped rules can be switched off by a riskier answer."""
    safety = [compiled for compiled in knowledge.rules if compiled.rule.safety]
    assert len(safety) > 50
    for compiled in safety:
        assert not list(falling_tests(compiled.condition)), compiled.id


def test_every_question_is_tested() -> None:
    """The random conditions of this file range over the whole questionnaire."""
    assert {variable.field for variable in TABLE.variables} == set(QUESTIONS)


# --- sizes ----------------------------------------------------------------------------------------


def yes(number: int) -> Leaf:
    """A test of a variable of yes and no."""
    return Leaf(Variable(number, f"v{number}", "v", ("no", "yes"), (0, 1)), 0b10, "v", "yes")


def product_of(parts: int, each: int) -> Condition:
    """So many `any`s of so many tests, which all must hold."""
    return AllOf(tuple(AnyOf(tuple(yes(part * each + n) for n in range(each))) for part in range(parts)))


@examples(60)
@given(conditions())
def test_size_is_never_less_than_the_alternatives(condition: Condition) -> None:
    """The size, counted without making an alternative, bounds how many there are, and `ranges` the runs in them."""
    if size(condition, ranges=True) > MOST:
        return
    found = conjunctions(condition)
    assert len(found) <= size(condition)
    assert sum(prod(len(list(intervals(m))) for m in term.values()) for term in found) <= size(condition, ranges=True)


def test_size_of_a_product_is_exact() -> None:
    """Three `any`s of four tests are 64 alternatives; what is beyond counting is one number, at once."""
    assert size(product_of(3, 4)) == len(conjunctions(product_of(3, 4))) == 64
    assert size(product_of(500, 10)) == size(product_of(900, 10)) > 10**14
    assert size(AllOf(())) == 1
    assert size(AnyOf(())) == 0


def test_alternatives_are_refused_before_they_are_made() -> None:
    """A condition with more alternatives than can be gone through says how many there would be."""
    assert len(conjunctions(product_of(6, 4))) == 4096
    with pytest.raises(TooManyAlternatives, match="It has 16,384 alternatives, and up to 4,096 can be held"):
        conjunctions(product_of(7, 4))
    with pytest.raises(TooManyAlternatives, match="over 1,000,000,000,000,000 alternatives"):
        conjunctions(product_of(60, 10))


@examples(60)
@given(conditions(), facts())
def test_rows_of_a_long_table_tell_the_condition_apart(condition: Condition, codes: tuple[int, ...]) -> None:
    """Also a table that is too long to be gone through whole has a row that holds, where the condition can hold."""
    if size(condition) > MOST:
        return
    for longest in (1, 4, 1000):
        found = [
            evaluate(condition, [row.get(index, code) for index, code in enumerate(codes)])
            for row in rows(condition, TABLE.variables, longest)
        ]
        assert any(found) == bool(conjunctions(condition))


def test_a_long_table_is_gone_through_in_parts() -> None:
    """Twelve tests in three `any`s have 4,096 rows; the tables of their 64 alternatives have 8 each."""
    variables = [yes(number).variable for number in range(40)]
    long = product_of(3, 4)
    assert table_length(long) == len(list(rows(long, variables, 4096))) == 4096
    assert len(list(rows(long, variables, 100))) == 64 * 8
    assert len(list(rows(AllOf(tuple(yes(n) for n in range(40))), variables, 100))) == 1 + 40 + 40 * 39 / 2
