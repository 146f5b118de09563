"""What the checks find in copies of the real rules: a bound, a clause, an example or a locator that was changed."""

from __future__ import annotations

import pytest

from recommender import Knowledge
from recommender.review.checker import run
from recommender.review.checks.base import Review
from recommender.review.finding import Finding
from tests.altered import FILES, altered, seeded, swapped


def found_in(knowledge: Knowledge, *checks: str) -> list[Finding]:
    return list(run(Review(knowledge), checks).findings)


# --- a weakened bound ------------------------------------------------------------------------

BOUNDS = [
    ("injury-under-two-months", "under 9", "under 8"),
    ("under-18", "under 18", "under 17"),
    ("low-end-pain", "at least 4", "at least 5"),
    ("pregnancy-flat-on-the-back", "at least 16", "at least 17"),
    (
        "healing-spine",
        "up to 13\n                - weeks_since_injury",
        "up to 12\n                - weeks_since_injury",
    ),
    (
        "healing-spine",
        "up to 13\n                - weeks_since_surgery",
        "up to 12\n                - weeks_since_surgery",
    ),
]


@pytest.mark.parametrize(("id", "old", "new"), BOUNDS)
def test_weakened_bound_makes_an_example_untrue(id: str, old: str, new: str) -> None:
    """Check finds it: an example beside the bound no longer comes true."""
    found = found_in(altered(seeded(id, f": {old}", f": {new}")), "untrue-example")
    assert found
    assert {finding.subject for finding in found} == {id}


# --- `any` and `all` -------------------------------------------------------------------------

ALL_FOR_ANY = ["healing-spine", "swings", "low-end-injury", "relief-for-acute-pain"]
ANY_FOR_ALL = ["injury-under-two-months", "pregnancy-flat-on-the-back", "pregnancy-warning", "without-roller-or-pillow"]


def all_for_any(id: str) -> Knowledge:
    return altered(seeded(id, "\n      any:\n", "\n      all:\n"))


def any_for_all(id: str) -> Knowledge:
    return altered(seeded(id, "\n      all:\n", "\n      any:\n"))


@pytest.mark.parametrize("id", ALL_FOR_ANY)
def test_all_for_any_makes_examples_untrue(id: str) -> None:
    """Check finds it: people for whom the rule must hold are passed over."""
    found = found_in(all_for_any(id), "untrue-example")
    assert {finding.subject for finding in found} == {id}
    assert all("`fires_for`" in finding.found for finding in found)


def test_all_for_any_in_a_term_makes_examples_of_every_rule_with_it_untrue() -> None:
    """Check finds it in the rules: people whom the term meant are passed over by each rule that uses it."""
    name = "rules/terms.yaml"
    start = FILES[name].index("  weak_bones:\n")
    term = FILES[name][start : FILES[name].index("\nexercises:\n")]
    found = found_in(altered({name: [(term, term.replace("      any:\n", "      all:\n"))]}), "untrue-example")
    using = {compiled.id for compiled in Knowledge.shipped().rules if "'term': 'weak_bones'" in str(compiled.rule.when)}
    assert (
        {"osteoporosis-bending", "prefer-extension-for-weak-bones"} <= {finding.subject for finding in found} <= using
    )


@pytest.mark.parametrize("id", ANY_FOR_ALL)
def test_any_for_all_makes_examples_untrue(id: str) -> None:
    """Check finds it: people for whom the rule must be silent are met."""
    found = found_in(any_for_all(id), "untrue-example")
    assert {finding.subject for finding in found} == {id}
    assert all("`silent_for`" in finding.found for finding in found)


# --- a removed example -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "example"), [("low-end-pain", "{pain_now: 3}"), ("under-18", "{age: 18}"), ("ask-age-65", "{age: 65}")]
)
def test_example_removed_from_a_bound_is_missed(id: str, example: str) -> None:
    """Check finds it: one side of the bound is no longer shown."""
    found = found_in(altered(seeded(id, f"      - {example}\n", "")), "bound-without-example")
    assert [finding.subject for finding in found] == [id]


# --- two swapped locators --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "one", "other", "first", "second"),
    [
        ("source-not-in-ledger", "beginner-demanding", "swings", "ilive-2025/strengthen", "ilive-2025/bubnovsky"),
        (
            "source-not-in-ledger", "both-legs-raised", "arms-and-legs-raised",
            "ilive-2025/harmful#1", "ilive-2025/harmful#2",
        ),
        ("source-not-in-ledger", "ask-injury", "ask-pregnancy", "ilive-2025/muscles#2", "ilive-2025/muscles#1"),
        ("citation-not-in-ledger", "wall-squat", "pelvic-tilt-flat", "relief-tips/points#4", "relief-tips/points#8"),
        (
            "citation-not-in-ledger", "pelvic-tilt-flat", "glute-bridge",
            "volgograd-2022/exercises#1", "volgograd-2022/exercises#2",
        ),
    ],
)  # fmt: skip
def test_swapped_sources_of_two_are_found(check: str, one: str, other: str, first: str, second: str) -> None:
    """Check finds both rules, or both exercises: no statement at the new place names them."""
    found = found_in(altered(swapped(one, other, first, second)), check)
    assert sorted(finding.subject for finding in found) == sorted([one, other])


def test_swapped_items_of_a_ledger_are_found() -> None:
    """Check finds it from the other side: rules cite items at which other statements stand now."""
    text = FILES["rules/sources/ilive-2025.yaml"]
    start = text.index("  - id: harmful\n")
    end = text.index("\n  - id: ", start + 1)
    section = text[start:end]
    turned = (
        section.replace("item: 1\n", "item: 0\n").replace("item: 2\n", "item: 1\n").replace("item: 0\n", "item: 2\n")
    )
    assert turned != section
    found = found_in(altered({"rules/sources/ilive-2025.yaml": [(section, turned)]}), "source-not-in-ledger")
    assert {"both-legs-raised", "arms-and-legs-raised"} <= {finding.subject for finding in found}
