"""Faults put into copies of the real rules: each is found while loading, by a check, by coverage or by diff."""

from __future__ import annotations

import re

import pytest

from recommender import Knowledge
from recommender.errors import KnowledgeError
from recommender.review.cases import Case, cases_of
from recommender.review.checker import run
from recommender.review.checks.base import Review
from recommender.review.coverage import Coverage, coverage
from recommender.review.diff import Diff, diff
from recommender.review.finding import Finding
from recommender.review.revisions import Revision
from tests.altered import altered
from tests.knowledge_texts import shipped_texts

Pairs = dict[str, list[tuple[str, str]]]
FILES = {name: raw.decode() for name, raw in shipped_texts().items()}


def block(id: str) -> tuple[str, str]:
    """Give the file of a rule or an exercise, and its whole text there."""
    for name, text in FILES.items():
        start = text.find(f"  - id: {id}\n")
        if start >= 0 and name.startswith(("rules/", "catalog/exercises/")) and name != "rules/guarantees.yaml":
            end = text.find("\n  - id: ", start + 1)
            return name, text[start:] if end < 0 else text[start : end + 1]
    raise KeyError(id)


def seeded(id: str, old: str, new: str, times: int = 1) -> Pairs:
    """Give the change that replaces a text in one rule or exercise, where it stands so many times."""
    name, text = block(id)
    assert text.count(old) == times, f"{id} has this text {text.count(old)} times: {old!r}"
    return {name: [(text, text.replace(old, new))]}


def both(*changes: Pairs) -> Pairs:
    """Give several changes as one."""
    joined: Pairs = {}
    for change in changes:
        for name, pairs in change.items():
            joined.setdefault(name, []).extend(pairs)
    return joined


def found_in(knowledge: Knowledge, *checks: str) -> list[Finding]:
    return list(run(Review(knowledge), checks).findings)


def compared(knowledge: Knowledge, cases: tuple[Case, ...]) -> Diff:
    return diff(Revision("shipped", Knowledge.shipped(), cases), Revision("seeded", knowledge, ()))


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    """Give the whole people of the shipped knowledge."""
    return cases_of(Knowledge.shipped().folder)


@pytest.fixture(scope="module")
def shown() -> Coverage:
    """Give what the examples have seen of the shipped rules."""
    return coverage(Knowledge.shipped())


# --- a deleted rule --------------------------------------------------------------------------

DELETED = ["hernia-arching", "pregnancy-flat-on-the-back", "leg-symptoms-spreading", "without-towel", "goal-waist"]
LEDGERS = ("rules/contents.yaml", "rules/sources/", "rules/conflicts.yaml")


def deleted(id: str, *elsewhere: str) -> Pairs:
    """Give the change that takes a rule out of its file, and its name out of the files that begin like this."""
    name, text = block(id)
    changes: Pairs = {name: [(text, "")]}
    for other, whole in FILES.items():
        if other.startswith(elsewhere or ("nowhere",)):
            left = re.sub(rf"(?m)^ *- {id}\n", "", whole)
            left = re.sub(rf"(?<![\w#/-]){id}(?![\w-]),?\s*", "", left)
            if left != whole:
                changes[other] = [(whole, left)]
    return changes


@pytest.mark.parametrize("id", DELETED)
def test_rule_deleted_from_its_file_is_lost(id: str) -> None:
    """Loading finds it: the rule still stands in the table of contents."""
    with pytest.raises(KnowledgeError) as refused:
        altered(deleted(id))
    lost = [fault for fault in refused.value.faults if fault.check == "lost-rule"]
    assert [fault.found for fault in lost] == [f'The rule "{id}" is missing from {block(id)[0]}.']


@pytest.mark.parametrize("id", ["hernia-arching", "low-end-beginner", "beginner-demanding"])
def test_rule_deleted_from_the_contents_too_is_missed_by_the_ledgers(id: str) -> None:
    """Loading finds it: statements of the texts still name the rule that carries them."""
    with pytest.raises(KnowledgeError) as refused:
        altered(deleted(id, "rules/contents.yaml"))
    assert {fault.check for fault in refused.value.faults} == {"unknown-word"}
    assert all(f'"{id}" is no' in fault.found for fault in refused.value.faults)


def test_statement_loses_its_only_rule() -> None:
    """Loading finds it: with the rule gone from the ledger too, a statement of the text is carried by nothing."""
    with pytest.raises(KnowledgeError) as refused:
        altered(deleted("hernia-arching", *LEDGERS))
    assert {fault.check for fault in refused.value.faults} == {"no-outcome"}


@pytest.mark.parametrize("id", ["pregnancy-flat-on-the-back", "leg-symptoms-spreading"])
def test_rule_deleted_everywhere_is_less_strict(id: str, cases: tuple[Case, ...]) -> None:
    """Diff finds it: the rule has ended, and people whom it protected are protected by less."""
    found = compared(altered(deleted(id, *LEDGERS), remove=["rules/guarantees.yaml"]), cases)
    assert found.rules_ended == (id,)
    assert found.less_strict
    assert not found.stricter
    assert all(id in rules for change in found.less_strict for rules in change.lost.values())


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


@pytest.mark.parametrize(("id", "old", "new"), BOUNDS[:2])
def test_weakened_bound_is_less_strict(id: str, old: str, new: str, cases: tuple[Case, ...]) -> None:
    """Diff finds it: people just beyond the bound are protected by less, and the rule is named."""
    found = compared(altered(seeded(id, f": {old}", f": {new}")), cases)
    assert found.rules_changed == (id,)
    assert found.less_strict
    assert not found.stricter


# --- a typo ----------------------------------------------------------------------------------

TYPOS = {
    "a field": ("hernia-arching", "when: {hernia:", "when: {herna:"),
    "an answer": ("bending-with-pinched-nerve", "conditions: [pinched_nerve,", "conditions: [pinched_nevre,"),
    "a group of words": ("hernia-arching", "{arching: strong}", "{arcing: strong}"),
    "a word": ("hernia-arching", "{arching: strong}", "{arching: stong}"),
    "an effect": ("hernia-arching", "{avoid: ", "{aviod: "),
    "whom to see": ("under-18", "whom: doctor", "whom: docter"),
    "an exercise": ("hernia-arching", "cobra,", "cobar,"),
    "a key": ("hernia-arching", "    say:", "    sey:"),
    "a test of a number": ("under-18", "{age: under 18}", "{age: undr 18}"),
    "a word of an exercise": ("bird-dog", "patterns: [opposite_arm_and_leg]", "patterns: [oposite_arm_and_leg]"),
}


@pytest.mark.parametrize("where", TYPOS)
def test_typo_is_refused(where: str) -> None:
    """Loading finds it: the word is named with file and line, and most often the one that was meant."""
    id, old, new = TYPOS[where]
    with pytest.raises(KnowledgeError) as refused:
        altered(seeded(id, old, new))
    faults = [fault for fault in refused.value.faults if fault.check == "unknown-word"]
    assert faults
    assert faults[0].file == block(id)[0]
    assert faults[0].line is not None
    assert faults[0].do


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


@pytest.mark.parametrize("id", ALL_FOR_ANY[:2])
def test_all_for_any_is_less_strict(id: str, cases: tuple[Case, ...]) -> None:
    """Diff finds it: who meets only one of the clauses is protected by less."""
    found = compared(all_for_any(id), cases)
    assert found.rules_changed == (id,)
    assert found.less_strict
    assert not found.stricter


@pytest.mark.parametrize("id", ANY_FOR_ALL[:1])
def test_any_for_all_is_stricter(id: str, cases: tuple[Case, ...]) -> None:
    """Diff finds it: who meets only one of the clauses loses what they were given."""
    found = compared(any_for_all(id), cases)
    assert found.rules_changed == (id,)
    assert found.stricter
    assert not found.less_strict


# --- a removed example -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "example"), [("low-end-pain", "{pain_now: 3}"), ("under-18", "{age: 18}"), ("ask-age-65", "{age: 65}")]
)
def test_example_removed_from_a_bound_is_missed(id: str, example: str) -> None:
    """Check finds it: one side of the bound is no longer shown."""
    found = found_in(altered(seeded(id, f"      - {example}\n", "")), "bound-without-example")
    assert [finding.subject for finding in found] == [id]


@pytest.mark.parametrize(
    ("id", "example"),
    [
        ("ask-pinched-nerve", "{conditions: [pinched_nerve_flare]}"),
        ("relief-for-acute-pain", "{pain_now: 8}"),
        ("prefer-extension", "pain_position: {lying: eased, sitting: eased, standing: same}"),
    ],
)
def test_example_that_alone_shows_a_clause_is_missed(id: str, example: str, shown: Coverage) -> None:
    """Coverage of the examples finds it: none shows the clause any more, and the rule is no longer fully covered."""
    found = coverage(altered(seeded(id, f"      - {example}\n", "")))
    assert shown.rules[id].full
    assert not found.rules[id].full
    assert found.all[0] < shown.all[0]
    assert found.people == shown.people - 1


def test_last_example_is_refused() -> None:
    """Loading finds it: a rule without a person for whom it is silent is not read."""
    with pytest.raises(KnowledgeError) as refused:
        altered(seeded("hernia-arching", "    silent_for:\n      - {hernia: no}\n", ""))
    (fault,) = refused.value.faults
    assert "at least one example in `fires_for` and one in `silent_for`" in fault.found


def test_any_removed_example_is_named(cases: tuple[Case, ...]) -> None:
    """Diff finds it even where others show the same: the rule is named among those with other words or examples."""
    knowledge = altered(seeded("ask-pregnancy", "      - {pregnant: yes, cleared_by_clinician: yes}\n", ""))
    found = compared(knowledge, cases)
    assert found.rules_reworded == ("ask-pregnancy",)
    assert found.changed == ()


# --- two swapped locators --------------------------------------------------------------------


def swapped(one: str, other: str, first: str, second: str) -> Pairs:
    """Give the change that swaps the first locator in one rule or exercise with the second one in another."""
    return both(
        seeded(one, first, second, block(one)[1].count(first)),
        seeded(other, second, first, block(other)[1].count(second)),
    )


@pytest.mark.parametrize(
    ("one", "other", "first", "second"),
    [
        ("beginner-demanding", "swings", "ilive-2025/strengthen", "ilive-2025/bubnovsky"),
        ("both-legs-raised", "arms-and-legs-raised", "ilive-2025/harmful#1", "ilive-2025/harmful#2"),
        ("ask-injury", "ask-pregnancy", "ilive-2025/muscles#2", "ilive-2025/muscles#1"),
    ],
)
def test_swapped_sources_of_two_rules_are_found(one: str, other: str, first: str, second: str) -> None:
    """Check finds both: no statement at the new place names the rule."""
    found = found_in(altered(swapped(one, other, first, second)), "source-not-in-ledger")
    assert sorted(finding.subject for finding in found) == sorted([one, other])


@pytest.mark.parametrize(
    ("one", "other", "first", "second"),
    [
        ("wall-squat", "pelvic-tilt-flat", "relief-tips/points#4", "relief-tips/points#8"),
        ("pelvic-tilt-flat", "glute-bridge", "volgograd-2022/exercises#1", "volgograd-2022/exercises#2"),
    ],
)
def test_swapped_sources_of_two_exercises_are_found(one: str, other: str, first: str, second: str) -> None:
    """Check finds both: no statement of the new item names the exercise."""
    found = found_in(altered(swapped(one, other, first, second)), "citation-not-in-ledger")
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


def test_swapped_guidance_is_named(cases: tuple[Case, ...]) -> None:
    """Diff finds it: guidance has no ledger, but a rule with another source means something else."""
    change = swapped("under-18", "low-end-pain", "guideline/nice-ng59", "guideline/pain-monitoring")
    assert set(compared(altered(change), cases).rules_changed) == {"under-18", "low-end-pain"}
