"""Signatures: what they hold for, when they lapse, and what every result says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import Knowledge, KnowledgeError, recommend
from recommender.knowledge.knowledge import CompiledRule
from recommender.knowledge.reviews import meaning_of
from recommender.review.checker import run
from recommender.review.checks.base import Review
from recommender.review.signing import new_review, with_review
from recommender.values import plain
from recommender.visible import hidden
from recommender.yaml_reader import read_text
from tests.command_line import in_terminal, recommender
from tests.conftest import person
from tests.knowledge_texts import changed_texts, shipped_texts, with_changes, write_folder

DISC = "rules/safety/disc-and-leg.yaml"
REVIEWS = "rules/reviews.yaml"
WHO = {"reviewer": "A. Example, physiotherapist", "on": date(2026, 1, 1), "next_look": None, "note": ""}


def signed(changes: dict[str, tuple[str, str]] | None = None, **words: Any) -> Knowledge:
    """The knowledge with these changes, in which the hernia rule had been signed before."""
    knowledge = Knowledge.shipped()
    compiled = knowledge.rules_by_id["hernia-arching"]
    texts = changed_texts(changes or {})
    review = new_review(compiled, knowledge, **{**WHO, **words})
    texts[REVIEWS] = with_review(texts[REVIEWS].decode(), review, REVIEWS).encode()
    return Knowledge.of_texts(texts, knowledge.folder)


def meaning(compiled: CompiledRule, knowledge: Knowledge) -> str:
    """The fingerprint of a rule of this knowledge."""
    return meaning_of(compiled, knowledge.table.variables, knowledge.selectors)


def turned(old: str, new: str) -> dict[str, tuple[str, str]]:
    """A change inside the signed rule: the words around make it stand there once."""
    text = shipped_texts()[DISC].decode()
    start = text.index("  - id: hernia-arching")
    end = text.find("\n  - id: ", start)
    rule = text[start : end if end > 0 else None]
    assert old in rule
    return {DISC: (rule, rule.replace(old, new, 1))}


def test_nothing_is_signed_until_someone_signs(knowledge: Knowledge) -> None:
    """The shipped rules are drafts, and a result counts them so."""
    result = recommend(person(hernia="yes"))
    assert {knowledge.sign_off(compiled.id).state for compiled in knowledge.rules} == {"draft"}
    assert result.review.signed == 0
    assert result.review.rules == len(result.review.drafts) > 0


def test_a_signature_holds_for_what_was_signed() -> None:
    """The rule counts as signed, with reviewer, day and next look a year later."""
    sign_off = signed().sign_off("hernia-arching")
    assert (sign_off.state, sign_off.reviewer, sign_off.on, sign_off.next_look) == (
        "signed", WHO["reviewer"], "2026-01-01", "2027-01-01",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: With a disc hernia the lower back is not hollowed far", "title: No deep hollow with a hernia"),
        ("say: Hollowing your back", "say: Arching your back"),
        ("- {hernia: unsure}", "- {hernia: unsure, age: 50}"),
    ],
)
def test_other_words_and_examples_leave_it_signed(old: str, new: str) -> None:
    """The fingerprint is of the meaning, not of title, sentence or examples."""
    assert signed(turned(old, new)).sign_off("hernia-arching").state == "signed"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("when: {hernia: yes}", "when: {any: [{hernia: yes}, {age: above 90}]}"),
        ("{arching: strong}", "{arching: [strong, mild]}"),
        ("then: {avoid: {arching: strong}}", "then: {avoid: {bending: strong}}"),
        ("sources: [ilive-2025/hernia]", "sources: [ilive-2025/hernia, guideline/sinaki-1989]"),
        ("reading: inferred", "reading: direct"),
        ("reading: inferred", "reading: inferred\n    fixed: true"),
    ],
)
def test_a_changed_meaning_falls_back_to_draft(old: str, new: str) -> None:
    """People, effect, sources and reading are what was signed; a change of one of them ends the signature."""
    texts = turned(old, new)
    assert signed(texts).sign_off("hernia-arching").state == "changed"


def test_the_fingerprint_does_not_hang_on_the_order_of_writing(knowledge: Knowledge) -> None:
    """The same people written another way round have the same fingerprint."""
    changed = Knowledge.of_texts(
        changed_texts(turned("when: {hernia: yes}", "when: {any: [{hernia: yes}]}")), knowledge.folder
    )
    one, other = (k.rules_by_id["hernia-arching"] for k in (knowledge, changed))
    assert meaning(one, knowledge) == meaning(other, changed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        - pain_now: at least 8", "        - pain_now: at least 9"),
        ("      patterns: [curl, full_sit_up]", "      patterns: [full_sit_up]"),
    ],
)
def test_a_changed_term_changes_the_meaning_of_the_rules_that_use_it(old: str, new: str, knowledge: Knowledge) -> None:
    """A term counts as what it stands for: its change ends the signatures of the rules with it, and of no other."""
    changed = with_changes({"rules/terms.yaml": (old, new)})
    touched = {
        compiled.id
        for compiled in knowledge.rules
        if meaning(compiled, knowledge) != meaning(changed.rules_by_id[compiled.id], changed)
    }
    raw = {
        compiled.id: str([plain(part) for part in (compiled.rule.when, compiled.rule.then, compiled.rule.unless)])
        for compiled in knowledge.rules
    }
    word = "severe" if "pain_now" in old else "curls"
    direct = {id for id, text in raw.items() if f"'{word}'" in text}
    assert direct
    assert direct <= touched
    assert all("term" in raw[id] for id in touched)


def test_all_rules_have_different_fingerprints(knowledge: Knowledge) -> None:
    """No two shipped rules mean the same."""
    found = [meaning(compiled, knowledge) for compiled in knowledge.rules]
    assert len(set(found)) == len(found)


def test_an_unsigned_rule_applies_all_the_same() -> None:
    """Signing changes no decision: the same exercises are out for the same reasons, but for the mark."""
    profile = person(hernia="yes")
    before, after = recommend(profile), recommend(profile, knowledge=signed())

    def reasons(result: Any) -> Any:
        return [(e.exercise, [r.rule for r in e.reasons]) for e in result.excluded]

    assert reasons(before) == reasons(after)
    marks = {reason.rule: reason.signed for entry in after.excluded for reason in entry.reasons}
    assert marks.pop("hernia-arching")
    assert not any(marks.values())
    assert after.review.signed == 1
    assert "hernia-arching" not in after.review.drafts


def test_an_overdue_look_is_warned_of() -> None:
    """After the day of the next look `rules check` warns, and not before."""
    knowledge = signed(next_look=date(2026, 6, 1))
    for day, expected in ((date(2026, 6, 1), 0), (date(2026, 6, 2), 1)):
        found = run(Review(knowledge, day), ["overdue-look"]).findings
        assert [finding.level for finding in found] == ["warning"] * expected


def test_the_words_of_a_stop_are_signed_too(knowledge: Knowledge) -> None:
    """What a stop says is what it does: other words end the signature."""
    compiled = knowledge.rules_by_id["under-18"]
    softer = replace(compiled, rule=replace(compiled.rule, say="This can wait."))
    assert meaning(compiled, knowledge) != meaning(softer, knowledge)


def test_a_signature_of_a_day_to_come_is_refused(folder: Path) -> None:
    """It would stand before every later one."""
    words = ("hernia-arching", "--reviewer", "A", "--yes", "--on", "2999-01-01", "--knowledge", folder)
    done = recommender("rules", "sign", *words)
    assert (done.code, "a day to come" in done.err) == (2, True)


def test_a_signature_leaves_the_file_readable_for_others(folder: Path) -> None:
    """Colleagues who could read the signatures still can."""
    words = ("hernia-arching", "--reviewer", "A", "--yes", "--knowledge", folder)
    (folder / REVIEWS).chmod(0o644)
    assert recommender("rules", "sign", *words).code == 0
    assert (folder / REVIEWS).stat().st_mode & 0o777 == 0o644


def test_the_latest_signature_counts() -> None:
    """A new signature after a change makes the rule signed again; the old entry stays."""
    texts = changed_texts(turned("{arching: strong}", "{arching: [strong, mild]}"))
    changed = Knowledge.of_texts(texts, Knowledge.shipped().folder)
    text = with_review(texts[REVIEWS].decode(), _review(Knowledge.shipped()), REVIEWS)
    text = with_review(text, _review(changed, on=date(2026, 2, 1)), REVIEWS)
    texts[REVIEWS] = text.encode()
    again = Knowledge.of_texts(texts, changed.folder)
    assert again.sign_off("hernia-arching").state == "signed"
    assert text.count("rule: hernia-arching") == 2


def _review(knowledge: Knowledge, **words: Any) -> Any:
    return new_review(knowledge.rules_by_id["hernia-arching"], knowledge, **{**WHO, **words})


SEEN = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]).filter(lambda char: not hidden(char))


@given(st.text(SEEN, min_size=1, max_size=40).filter(lambda text: text.strip()), st.text(SEEN, max_size=40))
def test_whatever_a_reviewer_is_called_is_kept(name: str, note: str) -> None:
    """Names and notes with quotes, colons or other scripts come back as they were given."""
    review = _review(Knowledge.shipped(), reviewer=name, note=note)
    text = with_review("", review, REVIEWS)
    [entry] = read_text(text, REVIEWS).data["reviews"]
    assert entry["reviewer"] == review.reviewer
    assert entry.get("note", "") == note


def test_a_signature_for_a_rule_that_is_gone_is_refused() -> None:
    """A review that names no rule stops the load, with file and line."""
    texts = shipped_texts()
    text = with_review(texts[REVIEWS].decode(), _review(Knowledge.shipped()), REVIEWS)
    texts[REVIEWS] = text.replace("rule: hernia-arching", "rule: hernia-archin").encode()
    with pytest.raises(KnowledgeError, match=r"rules/reviews.yaml:\d+: .*hernia-arching"):
        Knowledge.of_texts(texts, Knowledge.shipped().folder)


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "own")


def test_signing_writes_the_file_and_says_so(folder: Path) -> None:
    """With --yes the rule is shown, the file gets one entry at its end, and its comments stay."""
    done = recommender(
        "rules", "sign", "hernia-arching", "--knowledge", folder, "--reviewer", 'A. "X" Example: physio', "--yes"
    )
    assert done.code == 0, done.err
    assert "With a disc hernia the lower back is not hollowed far" in done.out
    text = (folder / REVIEWS).read_text()
    assert text.startswith(shipped_texts()[REVIEWS].decode().split("reviews: []")[0])
    assert Knowledge.load(folder).sign_off("hernia-arching").reviewer == 'A. "X" Example: physio'
    shown = recommender("rules", "sign", "--knowledge", folder)
    assert f"1 of {len(Knowledge.shipped().rules)} rules are signed" in " ".join(shown.out.split())


def test_in_a_terminal_the_reviewer_is_asked(folder: Path) -> None:
    """A plain return does not sign; y does."""
    words = ("rules", "sign", "hernia-arching", "--knowledge", folder, "--reviewer", "A. Example")
    for answer, code in (("", 1), ("y", 0)):
        child = in_terminal(*words)
        child.expect("Do you sign this rule")
        child.sendline(answer)
        child.expect_exact("Nothing was signed" if code else "Signed by A. Example")
        child.wait()
        assert child.exitstatus == code


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("hernia-archin",), 'Did you mean "hernia-arching"'),
        (("hernia-arching",), "Who signs?"),
        (("hernia-arching", "--reviewer", " "), "Who signs?"),
        (("hernia-arching", "--reviewer", "A", "--on", "yesterday"), "year-month-day"),
        (("hernia-arching", "--reviewer", "A", "--yes", "--on", "2026-01-01", "--next-look", "2025-01-01"), "after"),
        (("hernia-arching", "--reviewer", "A"), "Add --yes"),
    ],
)
def test_what_cannot_be_signed_leaves_the_file_alone(folder: Path, words: tuple[str, ...], says: str) -> None:
    """One clear line, exit code 2, and not a byte changed."""
    before = (folder / REVIEWS).read_bytes()
    done = recommender("rules", "sign", *words, "--knowledge", folder)
    assert done.code == 2
    assert says in done.err
    assert (folder / REVIEWS).read_bytes() == before
