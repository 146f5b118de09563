"""Terms: what several rules mean by one word, said once; what cannot be read is a fault with file and line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import KnowledgeError
from recommender.decision.decide import numbers_in
from recommender.errors import KnowledgeFault
from recommender.knowledge.selectors import SelectorFault
from recommender.logic.conditions import ConditionFault, evaluate, falling_tests, negate, parse, words
from tests.altered import altered, altered_texts
from tests.plainly import selected
from tests.strategies import KNOWLEDGE, TABLE, facts

TERMS = "rules/terms.yaml"
TURNING = "rules/safety/turning.yaml"
BONES = "rules/safety/osteoporosis.yaml"
ACUTE = "rules/safety/acute-pain.yaml"


def only_fault(file: str, old: str, new: str, *, nth: int = 0) -> tuple[KnowledgeFault, int]:
    """The one fault that a changed text leads to, and the line on which the change stands."""
    text = altered_texts()[file].decode()
    at = -1
    for _ in range(nth + 1):
        at = text.index(old, at + 1)
    changed = text[:at] + new + text[at + len(old) :]
    with pytest.raises(KnowledgeError) as raised:
        altered({file: [(text, changed)]})
    [fault] = raised.value.faults
    return fault, text.count("\n", 0, at) + 1


# --- what a term stands for -------------------------------------------------------------------------


@given(st.sampled_from(sorted(TABLE.terms)), facts(), st.booleans())
def test_a_term_holds_for_whom_its_condition_holds(name: str, found: tuple[int, ...], unsure: bool) -> None:
    """A term is its condition, read in the same way: where `unsure` counts as yes it does so inside as well."""
    term = parse({"term": name}, TABLE, unsure_counts=unsure)
    meant = parse(TABLE.terms[name].when, TABLE, unsure_counts=unsure)
    assert evaluate(term, found) == evaluate(meant, found)


@pytest.mark.parametrize("name", sorted(KNOWLEDGE.selectors.terms))
def test_a_term_selects_what_its_selector_selects(name: str) -> None:
    """A term of the catalogue selects what a plain reading of its selector finds."""
    meant = KNOWLEDGE.selectors.terms[name]
    found = {KNOWLEDGE.exercises[number].id for number in numbers_in(KNOWLEDGE.selectors.compile({"term": name}))}
    assert found == {exercise.id for exercise in KNOWLEDGE.exercises if selected(meant, exercise, KNOWLEDGE)}
    assert found


@pytest.mark.parametrize("name", sorted(KNOWLEDGE.selectors.terms))
def test_a_selector_without_its_terms_means_the_same(name: str) -> None:
    """Spelled out, no term is left in a selector, and it selects the same, beside other keys as well."""
    for raw in ({"term": name}, {"term": [name, "turned"], "intensity": "gentle"}, {"any_of": [{"term": name}]}):
        spelled = KNOWLEDGE.selectors.spelled(raw)
        assert "term" not in str(spelled)
        assert KNOWLEDGE.selectors.compile(spelled) == KNOWLEDGE.selectors.compile(raw)


def test_a_term_may_use_the_terms_above_it() -> None:
    """The shipped terms do so, for people and for exercises."""
    assert "term" in str(TABLE.terms["severe"].when)
    assert "term" in str(KNOWLEDGE.selectors.terms["hard_on_weak_bones"])


def test_a_term_is_said_by_its_title() -> None:
    """A rule in words names the term and not all that it stands for."""
    assert words(parse({"term": "weak_bones"}, TABLE, unsure_counts=True)) == TABLE.terms["weak_bones"].title


def test_no_term_stops_holding_when_an_answer_gets_riskier() -> None:
    """Every shipped term for people is monotone, so that safety rules may use it."""
    for name in TABLE.terms:
        assert not list(falling_tests(parse({"term": name}, TABLE, unsure_counts=True))), name


# --- what cannot be read ----------------------------------------------------------------------------

UNKNOWN = {
    "a term in a condition": (BONES, "{term: weak_bones}", "{term: weak_bone}", '"weak_bones"'),
    "a term in a selector": (TURNING, "{term: turned}", "{term: turnd}", '"turned"'),
    "a term of exercises in a condition": (BONES, "{term: weak_bones}", "{term: turned}", "weak_bones"),
    "a term of people in a selector": (TURNING, "{term: turned}", "{term: severe}", "turned"),
    "a term of a term": (TERMS, "- term: newly_severe", "- term: newly_sever", '"newly_severe"'),
    "a selector's term of a term": (TERMS, "- term: curls", "- term: curlz", '"curls"'),
    "no word at all": (BONES, "{term: weak_bones}", "{term: [weak_bones]}", "weak_bones"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_term_is_a_fault_with_its_line(name: str) -> None:
    """The fault names file and line, and the nearest term or all of them."""
    file, old, new, hint = UNKNOWN[name]
    fault, line = only_fault(file, old, new)
    assert (fault.file, fault.line) == (file, line)
    assert "is no term" in fault.found
    assert hint in fault.do


FORWARD = {
    "of people": (
        "  severe:\n",
        "  earlier:\n    title: a\n    means: b\n    when: {any: [{term: severe}, {hernia: yes}]}\n\n  severe:\n",
    ),
    "of itself": ("        - pain_now: at least 8\n", "        - term: severe\n"),
    "of exercises": (
        "  turned:\n",
        "  earlier:\n    title: a\n    means: b\n    select: {term: turned}\n\n  turned:\n",
    ),
}


@pytest.mark.parametrize("name", FORWARD)
def test_a_term_uses_only_terms_above_it(name: str) -> None:
    """A term below or itself is not known yet, so that no term can go round in a circle."""
    old, new = FORWARD[name]
    fault, line = only_fault(TERMS, old, new)
    assert fault.file == TERMS
    assert fault.line is not None
    assert line <= fault.line <= line + new.count("\n")
    assert "is no term" in fault.found


def test_a_typing_error_inside_a_term_is_found_there() -> None:
    """A wrong word in a term is one fault at its own place, and not one for each rule that uses it."""
    for old, new, found in (
        ("        - pain_now: at least 8", "        - pain_noww: at least 8", "pain_noww"),
        ("        - bending: strong\n        - arching", "        - bending: stron\n        - arching", "stron"),
    ):
        fault, line = only_fault(TERMS, old, new)
        assert (fault.file, fault.line) == (TERMS, line)
        assert found in fault.found


def test_a_selector_takes_a_term_or_a_list_of_selectors() -> None:
    """Both at once would leave open whether both count; the list may hold the term."""
    with pytest.raises(SelectorFault, match="one of `any_of` and `term`"):
        KNOWLEDGE.selectors.compile({"term": "turned", "any_of": [{"intensity": "gentle"}]})


# --- not --------------------------------------------------------------------------------------------

SPARED = "{not: {conditions: osteoporosis}}"
REFUSED = {
    "a stop": (ACUTE, "    when: {acute_pain: yes}\n", f"    when: {SPARED}\n"),
    "an avoid": (BONES, "    when: {term: weak_bones}\n", f"    when: {SPARED}\n"),
    "a limit": ("rules/dose/low-end.yaml", "    when: {term: any_condition}\n", f"    when: {SPARED}\n"),
    "advice": ("rules/advice/pain-during-session.yaml", "    when: {term: weak_bones}\n", f"    when: {SPARED}\n"),
    "a term": (TERMS, "        - term: newly_severe\n", f"        - {SPARED}\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_not_is_refused_where_it_could_free_someone(name: str) -> None:
    """Safety and advice say whom they concern and never whom they spare: the fault names file and line."""
    file, old, new = REFUSED[name]
    fault, line = only_fault(file, old, new)
    assert (fault.file, fault.line) == (file, line)
    assert "prefer, defer" in fault.found


def test_not_turns_a_condition_round_where_it_only_orders() -> None:
    """In rules that order, `not` holds just where its condition, with doubts counted as yes, does not."""
    raw: Any = {"any": [{"hernia": "yes"}, {"term": "weak_bones"}]}
    turned = parse({"not": raw}, TABLE, unsure_counts=False)
    assert turned == negate(parse(raw, TABLE, unsure_counts=True))
    with pytest.raises(ConditionFault):
        parse({"all": [{"not": raw}]}, TABLE, unsure_counts=True)
