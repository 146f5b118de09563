"""What the examples and cases have seen of the rules and texts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge
from recommender.errors import ProfileError
from recommender.knowledge.data import CompiledRule
from recommender.logic import conditions
from recommender.logic.answers import flatten
from recommender.logic.conditions import AllOf, Condition, evaluate
from recommender.logic.conditions import Test as Leaf
from recommender.logic.facts import Facts
from recommender.review.cases import Case, cases_of
from recommender.review.coverage import Clause, Coverage, RuleCoverage, coverage, missing_example, percent
from recommender.review.examples import example_answers
from recommender.values import variant
from recommender.yaml_reader import read_text
from tests.altered import altered, seeded
from tests.command_line import ROOT, one_line, recommender

Example = Mapping[str, Any]
RULE, FILE = "barbell", "rules/safety/barbell.yaml"
LINE = "      - {level: trained, hernia: yes}\n      - {level: trained, hernia: unsure}\n"


def with_examples(knowledge: Knowledge, rule: str, **examples: tuple[Example, ...]) -> Knowledge:
    """Give the knowledge with other examples in one rule."""
    old = knowledge.rules_by_id[rule]
    new = replace(old, rule=variant(old.rule, **examples))
    return replace(knowledge, rules=tuple(new if compiled is old else compiled for compiled in knowledge.rules))


def without(knowledge: Knowledge, rule: str, *fields: str) -> Knowledge:
    """Give the knowledge without those examples of a rule that answer one of these questions."""
    kept = {
        name: tuple(e for e in getattr(knowledge.rules_by_id[rule].rule, name) if not set(fields) & set(e))
        for name in ("fires_for", "silent_for")
    }
    return with_examples(knowledge, rule, **kept)


def ways(found: RuleCoverage) -> list[tuple[str, bool]]:
    return [(clause.test.field, way) for clause, way in found.missing]


def of_people(knowledge: Knowledge) -> list[RuleCoverage]:
    """Give what is seen of the rules that read answers; those that read the log have their own tests."""
    return [found for id, found in coverage(knowledge).rules.items() if id in knowledge.rules_by_id]


def facts_of(example: Example, knowledge: Knowledge) -> Facts:
    return knowledge.table.encode(example_answers(example, knowledge))


def with_leaf(condition: Condition, path: tuple[int, ...], facts: Facts, *, value: bool) -> bool:
    """Evaluate the condition with the test at the path set to a value, all else as it is."""
    if isinstance(condition, Leaf):
        return value
    place, *rest = path
    parts = [
        with_leaf(part, tuple(rest), facts, value=value) if n == place else evaluate(part, facts)
        for n, part in enumerate(condition.parts)
    ]
    return all(parts) if isinstance(condition, AllOf) else any(parts)


def decides(compiled: CompiledRule, clause: Clause, way: bool, facts: Facts) -> bool:
    """Whether the clause has this truth value, and the rule turns over with it alone."""
    flipped = with_leaf(compiled.condition, clause.path, facts, value=not way)
    holds = clause.test.holds(facts[clause.test.variable.index])
    return holds == way and flipped != evaluate(compiled.condition, facts)


def people(compiled: CompiledRule, knowledge: Knowledge) -> Iterator[Facts]:
    """Give everyone whom the rule's questions and those above them can tell apart, with sets of up to one word.

    Of answers that every test of the rule takes alike, one stands for all.
    """
    questions = knowledge.table.questions
    above = [parent for f in compiled.fields if (parent := questions[f].parent)]
    answers = []
    for field in sorted({parent.field for parent in above} | compiled.fields):
        question = questions[field]
        given: list[Any] = list(question.words)
        if question.kind == "set":
            given = [[], *([word] for word in question.words)]
        elif question.kind == "number":
            given = [*range(question.lowest, question.highest + 1), *(["unknown"] if question.unknown else [])]
        tests = [test for test in conditions.tests_of(compiled.condition) if test.field == field]
        first = min(variable.index for variable in knowledge.table.variables if variable.field == field)
        told_apart: dict[Any, Any] = {}
        for answer in given:
            codes: list[int] = []
            knowledge.table.encoders[field].add(tuple(answer) if isinstance(answer, list) else answer, codes)
            held = tuple(test.holds(codes[test.variable.index - first]) for test in tests)
            asks = tuple(parent.asks(answer) for parent in above if parent.field == field)
            told_apart.setdefault((held, asks), answer)
        answers.append([(field, answer) for answer in [*told_apart.values(), None]])
    for combination in product(*answers):
        try:
            yield facts_of({field: answer for field, answer in combination if answer is not None}, knowledge)
        except ProfileError:
            continue


# --- clauses ---------------------------------------------------------------------------------


def test_a_part_of_an_any_that_never_decides_is_named(knowledge: Knowledge) -> None:
    """Without the examples that show one part of an `any` deciding while it holds, exactly that is missing."""
    found = coverage(without(knowledge, RULE, "hernia")).rules[RULE]
    assert ways(found) == [("hernia", True)]
    assert not found.full
    assert (found.covered, found.of) == (21, 22)


def test_a_person_with_two_reasons_shows_neither_deciding(knowledge: Knowledge) -> None:
    """Where two parts of an `any` hold at once, neither of them decides."""
    both = ({"level": "trained", "hernia": "yes", "pain_now": 3},)
    found = coverage(with_examples(knowledge, RULE, fires_for=both)).rules[RULE]
    assert ("hernia", True) in ways(found)
    assert ("pain_now", True) in ways(found)


@pytest.mark.parametrize("rule", ["osteoporosis-bending", "injury-without-consultation", "severe-pain-now"])
def test_every_needed_example_is_missed(rule: str, knowledge: Knowledge) -> None:
    """Whatever single way of deciding only one example shows is missing once that example is gone."""
    shipped = knowledge.rules_by_id[rule]
    clauses = coverage(knowledge).rules[rule].clauses
    for name, way in (("fires_for", True), ("silent_for", False)):
        examples = getattr(shipped.rule, name)
        for gone in examples:
            kept = tuple(example for example in examples if example is not gone)
            rest = [facts_of(example, knowledge) for example in kept]
            lost = [c.path for c in clauses if c.possible(way) and not any(decides(shipped, c, way, f) for f in rest)]
            found = coverage(with_examples(knowledge, rule, **{name: kept})).rules[rule]
            assert [clause.path for clause, _ in found.missing] == lost


def test_the_shipped_safety_rules_are_seen_in_full(knowledge: Knowledge) -> None:
    """Every clause of every safety rule has been seen deciding both ways, by the rule's own examples."""
    found = coverage(knowledge)
    assert [one.rule.id for one in found.rules.values() if one.rule.rule.safety and not one.full] == []
    assert found.safety[0] == found.safety[1] > 0
    assert percent(found.safety) == 100
    assert found.wrong == 0


def test_all_shipped_rules_are_seen_in_full(knowledge: Knowledge) -> None:
    """The rules that only order and advise are seen in full too."""
    assert [one.rule.id for one in coverage(knowledge).rules.values() if not one.full] == []


def test_a_rule_for_everyone_has_nothing_to_decide(knowledge: Knowledge) -> None:
    """A rule that always holds has no clauses and is full."""
    found = coverage(knowledge).rules
    always = [one for one in found.values() if one.rule.always]
    assert always
    assert all((one.covered, one.of, one.full, one.clauses) == (0, 0, True, ()) for one in always)


def test_an_example_that_does_not_come_true_shows_nothing(knowledge: Knowledge) -> None:
    """An example on the wrong side, and one that is no profile, are counted as wrong and show nothing."""
    wrong = ({"level": "trained"}, {"no_such_field": "yes"})
    found = coverage(with_examples(knowledge, RULE, fires_for=wrong))
    assert found.wrong == 2
    assert not found.rules[RULE].seen_to_hold
    assert not found.rules[RULE].full


# --- the example to add ----------------------------------------------------------------------


def test_the_proposed_example_is_true(knowledge: Knowledge) -> None:
    """For each clause of each rule and each way, the proposed example is valid and shows the clause deciding."""
    for found in of_people(knowledge):
        for clause in found.clauses:
            for way in (True, False):
                example = missing_example(found.rule, clause, way, knowledge)
                assert (example is not None) == clause.possible(way)
                if example is not None:
                    assert decides(found.rule, clause, way, facts_of(example, knowledge)), (found.rule.id, example)


def test_the_proposed_example_is_the_smallest(knowledge: Knowledge) -> None:
    """No example that changes fewer answers of the healthy person shows the same."""
    singles = [{}, *_single_changes(knowledge)]
    shown = [(example, facts_of(example, knowledge)) for example in singles]
    for found in of_people(knowledge):
        for clause in found.clauses:
            for way in (True, False):
                example = missing_example(found.rule, clause, way, knowledge)
                size = 2 if example is None else len(flatten(example, knowledge.table.questions))
                fewer = [
                    other for other, facts in shown if len(other) < size and decides(found.rule, clause, way, facts)
                ]
                assert fewer == [], (found.rule.id, clause.test.said, example)


def _single_changes(knowledge: Knowledge) -> Iterator[Example]:
    for question in knowledge.table.questions.values():
        if question.parent is not None:
            continue
        if question.kind == "number":
            yield from ({question.field: n} for n in range(question.lowest, question.highest + 1))
        elif question.kind == "choice":
            yield from ({question.field: word} for word in question.words)
        else:
            yield from ({question.field: [word]} for word in question.words)


def test_the_proposed_example_is_sensible(knowledge: Knowledge) -> None:
    """A sure answer comes before `unsure`, and a number stands right at its bound."""
    found = coverage(with_examples(knowledge, RULE, fires_for=())).rules[RULE]
    shown = [missing_example(found.rule, *way, knowledge) for way in found.missing]
    assert {"level": "trained", "hernia": "yes"} in shown
    assert {"level": "trained", "age": 65} in shown
    assert {"level": "trained", "pain_now": 1} in shown
    assert {"level": "trained", "pain_position": {"standing": "worse"}} in shown


def test_what_no_person_can_show_is_not_asked_for(knowledge: Knowledge) -> None:
    """A clause counts as impossible only if nobody shows it: a follow-up question holds only beside its own."""
    found = [one for one in coverage(knowledge).rules.values() if one.impossible]
    assert found
    for one in found:
        for facts in people(one.rule, knowledge):
            assert not any(decides(one.rule, clause, way, facts) for clause, way in one.impossible)


# --- cases -----------------------------------------------------------------------------------


def test_a_case_counts_where_it_says_what_must_become_of_the_rule(knowledge: Knowledge) -> None:
    """A case shows a clause deciding if it names the rule, or an exercise that the rule leaves out, and not else."""
    lacking = without(knowledge, RULE, "hernia")
    lifted = knowledge.exercises[(knowledge.rules_by_id[RULE].excludes).bit_length() - 1].id
    profile = {"level": "trained", "hernia": "yes", "equipment": ["barbell"]}
    silent = Case(name="Says nothing", profile=profile, outcome="routine")
    for extra, full in (
        ({}, False),
        ({"fires": (RULE,)}, True),
        ({"excluded": {lifted: (RULE,)}}, True),
        ({"excluded_exactly": {lifted: (RULE,)}}, True),
        ({"silent": (RULE,)}, False),  # it is wrong, and so shows nothing
        ({"allowed": (lifted,)}, False),
    ):
        assert coverage(lacking, [replace(silent, **extra)]).rules[RULE].full == full, extra


def test_the_shipped_cases_are_counted(knowledge: Knowledge) -> None:
    """The whole people of tests/cases/ add to the people who were seen."""
    cases = cases_of(ROOT)
    assert len(cases) > 150
    assert coverage(knowledge, cases).people == coverage(knowledge).people + len(cases)


# --- figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pair", "expected"),
    [((1028, 1029), 99), ((1029, 1029), 100), ((999_999, 1_000_000), 99), ((0, 5), 0), ((0, 0), 100)],
)
def test_a_percentage_is_never_rounded_up(pair: tuple[int, int], expected: int) -> None:
    """100 % means that nothing at all is missing."""
    assert percent(pair) == expected


def test_each_statement_of_a_text_is_counted_once(knowledge: Knowledge) -> None:
    """Encoded, left out and in conflict add up to all statements of the text, and none is undecided."""
    for text, ledger in zip(coverage(knowledge).texts, knowledge.ledgers, strict=True):
        assert text.encoded + text.left_out + text.conflict == sum(len(s.statements) for s in ledger.sections)
        assert text.undecided == ()


def test_waiting_ends_when_the_conflict_is_confirmed(knowledge: Knowledge) -> None:
    """A statement waits as long as the entry of the register that it names does."""
    assert sum(text.waiting for text in coverage(knowledge).texts) > 0
    confirmed = tuple(replace(conflict, status="confirmed") for conflict in knowledge.conflicts)
    assert sum(text.waiting for text in coverage(replace(knowledge, conflicts=confirmed)).texts) == 0


def test_a_place_without_a_statement_is_undecided(knowledge: Knowledge) -> None:
    """A section without statements, and an item that no statement is about, are named by their place."""
    any_one = knowledge.ledgers[0].sections[0]
    empty = variant(any_one, id="empty", about="-", items=0, statements=())
    short = variant(any_one, id="short", about="-", items=2, statements=())
    ledger = replace(knowledge.ledgers[0], sections=(empty, short))
    (text,) = coverage(replace(knowledge, ledgers=(ledger,))).texts
    at = ledger.document
    assert text.undecided == (f"{at}/empty", f"{at}/short", f"{at}/short#1", f"{at}/short#2")


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of the shipped knowledge, without the cases, in which one rule lacks the examples of a hernia."""
    for part in ("rules", "catalog"):
        shutil.copytree(ROOT / part, tmp_path / part)
    text = (tmp_path / FILE).read_text()
    assert LINE in text
    (tmp_path / FILE).write_text(text.replace(LINE, ""))
    return tmp_path


def test_the_shipped_rules_pass() -> None:
    """The command ends with 0 for the shipped rules and gives the exact figures, then the texts."""
    done = recommender("rules", "coverage")
    assert done.code == 0, done.out + done.err
    assert done.err == ""
    assert "Safety rules: 100 %" in done.out.splitlines()[0]
    assert "MISSING" not in done.out
    assert "no person can show this clause deciding" in one_line(done.out)


def test_a_lost_example_is_noticed_and_the_line_to_add_heals_it(copy: Path) -> None:
    """Without its example the rule is named with a line; once that stands in the file, nothing is missing."""
    done = recommender("rules", "coverage", "--knowledge", copy)
    assert done.code == 1
    assert "Safety rules: 99 % (" in done.out
    assert f"{FILE}:" in done.out
    assert "Add under `fires_for`" in one_line(done.out)
    line = "      - {hernia: yes, level: trained}"
    assert line in done.out.splitlines()
    text = (copy / FILE).read_text()
    (copy / FILE).write_text(text.replace("    fires_for:\n", f"    fires_for:\n{line}\n", 1))
    again = recommender("rules", "coverage", "--knowledge", copy)
    assert (again.code, "MISSING" in again.out) == (0, False)


def test_one_rule_is_shown_with_its_clauses(copy: Path) -> None:
    """With an id each clause is marked, and the exit code is about this rule alone."""
    lacking = recommender("rules", "coverage", RULE, "--knowledge", copy)
    assert lacking.code == 1
    assert "- hernia: yes (MISSING, seen)" in lacking.out
    assert "- pain now: above 0 (seen, seen)" in lacking.out
    other = recommender("rules", "coverage", "ask-hernia", "--knowledge", copy)
    assert other.code == 0


def test_json_says_the_same(copy: Path) -> None:
    """The JSON form holds the pairs, every rule and the missing example as a value."""
    done = recommender("rules", "coverage", "--format", "json", "--knowledge", copy)
    found = json.loads(done.out)
    assert done.code == 1
    assert found["safety"]["of"] == found["safety"]["covered"] + 1
    assert found["safety"]["percent"] == 99
    (lacking,) = [rule for rule in found["rules"] if not rule["full"]]
    assert [entry["example"] for entry in lacking["missing"]] == [{"level": "trained", "hernia": "yes"}]
    one = json.loads(recommender("rules", "coverage", RULE, "--format", "json", "--knowledge", copy).out)
    assert one == lacking


def test_markdown_holds_the_line_and_a_table(copy: Path) -> None:
    """The Markdown form has the line to add as YAML that reads as the example, and a row for each text."""
    done = recommender("rules", "coverage", "--format", "markdown", "--knowledge", copy)
    block = done.out.split("```yaml\n")[1].split("```")[0]
    assert read_text(block, "block").data == [{"level": "trained", "hernia": "yes"}]
    assert "| ilive-2025 |" in done.out
    one = recommender("rules", "coverage", RULE, "--format", "markdown", "--knowledge", copy)
    assert "| hernia: yes | MISSING | seen |" in one.out


def test_wrong_calls_and_unreadable_files_end_with_2(copy: Path) -> None:
    """An unknown rule, a wrong format, a missing folder and a broken case file: 2 and a clear message."""
    assert recommender("rules", "coverage", "--format", "pdf").code == 2
    unknown = recommender("rules", "coverage", "barbel")
    assert (unknown.code, unknown.out) == (2, "")
    assert 'Did you mean "barbell"?' in unknown.err
    missing = recommender("rules", "coverage", "--knowledge", "nowhere")
    assert (missing.code, missing.out) == (2, "")
    assert "nowhere" in missing.err
    (copy / "cases").mkdir()
    (copy / "cases" / "some.yaml").write_text("cases:\n  - name: One\n    profile: {}\n    outcome: fine\n")
    broken = recommender("rules", "coverage", "--knowledge", copy)
    assert (broken.code, broken.out) == (2, "")
    assert broken.err.startswith("cases/some.yaml:4: ")
    assert len(broken.err.splitlines()) == 1


@pytest.fixture(scope="module")
def shown() -> Coverage:
    """Give what the examples have seen of the shipped rules."""
    return coverage(Knowledge.shipped())


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
