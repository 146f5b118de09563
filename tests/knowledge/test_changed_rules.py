"""A rule that was deleted, mistyped or left without an example is found while loading."""

from __future__ import annotations

import pytest

from recommender.errors import KnowledgeError
from tests.altered import LEDGERS, altered, block, deleted, seeded

DELETED = ["hernia-arching", "pregnancy-flat-on-the-back", "leg-symptoms-spreading", "without-towel", "goal-waist"]


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


def test_last_example_is_refused() -> None:
    """Loading finds it: a rule without a person for whom it is silent is not read."""
    with pytest.raises(KnowledgeError) as refused:
        altered(seeded("hernia-arching", "    silent_for:\n      - {hernia: no}\n", ""))
    (fault,) = refused.value.faults
    assert "at least one example in `fires_for` and one in `silent_for`" in fault.found
