"""The rules that read the log under review: checks, coverage and signatures hold for them as for all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge
from recommender.knowledge.files import shipped_folder
from recommender.knowledge.progression import CompiledStep, Progress
from recommender.knowledge.reviews import meaning_of_step
from recommender.logic.conditions import evaluate
from recommender.progression.adapt import adapt
from recommender.progression.result import Adapted
from recommender.review.checker import run
from recommender.review.checks.base import Review
from recommender.review.coverage import coverage, missing_example
from recommender.review.finding import Finding
from recommender.review.sessions import session_facts
from recommender.review.signing import new_review, with_review
from tests.altered import altered, altered_texts
from tests.command_line import recommender
from tests.conftest import person
from tests.knowledge_texts import write_folder
from tests.progression.test_log import MORNING, next_day, session

STEPS = "rules/progress/steps.yaml"
STOPS = "rules/progress/stop-and-rest.yaml"
DOSE = "rules/progress/less-and-more.yaml"
REVIEWS = "rules/reviews.yaml"
SEVERE = "log-severe-pain"
WHO: dict[str, Any] = {"reviewer": "A. Example", "on": date(2026, 1, 1), "next_look": None, "note": ""}


@pytest.fixture(scope="module")
def progress(knowledge: Knowledge) -> Progress:
    """Give the rules that read the log."""
    assert knowledge.progress is not None
    return knowledge.progress


def found(check: str, file: str, old: str, new: str) -> list[Finding]:
    """Give what a check finds in the files of progress after one change, by file."""
    findings = run(Review(altered({file: [(old, new)]})), [check]).findings
    return [finding for finding in findings if finding.file.startswith("rules/progress/")]


# --- checks ----------------------------------------------------------------------------------

FAULTS = {
    "a long sentence of a rule": (
        "long-sentence",
        DOSE,
        "say: Your pain was 4 or more after the last session. So all that you did goes down a step.",
        "say: Your pain was 4 or more after the last session, and so all of the things that you did then go down a "
        "step now.",
        "log-amber-pain",
    ),
    "hard words in a rule": (
        "hard-to-read",
        DOSE,
        "say: Your pain was 4 or more after the last session. So all that you did goes down a step.",
        "say: Considerable discomfort necessitates immediate reduction of individual repetitions.",
        "log-amber-pain",
    ),
    "blame in a rule": ("tone", DOSE, "That was right.", "You should have stopped before.", "session-ended-by-pain"),
    "a promise in the sentence about low doses": (
        "tone",
        STEPS,
        "Ask your clinician before you add more.",
        "It will heal.",
        "will heal",
    ),
    "shouting in a heading": ("tone", STEPS, "stop: No exercise for now", "stop: No exercise NOW", '"NOW" in capitals'),
    "shouting in a sentence with gaps": ("tone", STEPS, "Leave out what hurts.", "Leave out what hurts!", '"!"'),
    "a source of a rule that leads elsewhere": (
        "source-not-in-ledger",
        DOSE,
        "sources: [guideline/pain-monitoring, relief-tips/safety]",
        "sources: [guideline/pain-monitoring, relief-tips/points#2]",
        "log-worse-next-day: it cites relief-tips/points#2",
    ),
    "a source of the steps that leads elsewhere": (
        "source-not-in-ledger",
        STEPS,
        "steps_sources: [pain-by-position/intro]",
        "steps_sources: [relief-tips/points#2]",
        "`steps_sources` cites relief-tips/points#2",
    ),
    "a source of an exception that leads elsewhere": (
        "source-not-in-ledger",
        STEPS,
        "sources: [basic-four/exercises#3]",
        "sources: [basic-four/exercises#2]",
        "`beyond` cites basic-four/exercises#2",
    ),
    "a bound without an example beside it": (
        "bound-without-example",
        STOPS,
        "      - {pain_after: 6}\n",
        "",
        "no example has pain_after at 6",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_check_finds_it_with_file_and_line(name: str) -> None:
    """What the checks hold other rules to, they hold these to, and they say where it stands."""
    check, file, old, new, words = FAULTS[name]
    (finding,) = found(check, file, old, new)
    assert finding.file == file
    assert words in str(finding)
    text = altered_texts({file: [(old, new)]})[file].decode().splitlines()
    assert finding.line is not None
    near = "\n".join(text[finding.line - 1 : finding.line + 28])
    assert (new or "log-severe-pain").strip().splitlines()[0] in near


def test_what_is_to_be_typed_does_not_shout() -> None:
    """Capitals inside a command count as no shouting; the same words outside do."""
    command = "`recommender follow ANSWERS --log NEW-LOG`"
    assert command in altered_texts()[STEPS].decode()
    assert found("tone", STEPS, command, command.lower()) == []
    assert len(found("tone", STEPS, command, "ANSWERS")) == 1


def test_the_shipped_rules_have_no_finding(knowledge: Knowledge) -> None:
    """Wording, citations and examples of the shipped rules of progress are as the checks want them."""
    checks = ["long-sentence", "hard-to-read", "tone", "source-not-in-ledger", "bound-without-example"]
    assert [str(finding) for finding in run(Review(knowledge), checks).findings] == []


# --- coverage --------------------------------------------------------------------------------


def _sessions(progress: Progress) -> Iterator[dict[str, Any]]:
    """A session that went well, and those that differ from it in one fact."""
    yield {}
    for field, question in progress.table.questions.items():
        values = question.words or range(question.lowest, question.highest + 1)
        yield from ({field: value} for value in values)


def test_every_clause_is_seen_deciding_both_ways(knowledge: Knowledge, progress: Progress) -> None:
    """The examples of each rule show each of its tests making it hold, and keeping it from holding."""
    seen = coverage(replace(knowledge, rules=())).rules
    assert sorted(seen) == sorted(compiled.id for compiled in progress.rules)
    for one in seen.values():
        assert one.full, one.rule.id
        assert one.of == 2 * len(one.clauses) > 0


def test_a_missing_example_is_proposed(knowledge: Knowledge) -> None:
    """Without the examples of one test its clause is named, and the example to add shows it deciding."""
    bare = altered({DOSE: [("      - {minutes_above_mild: 16}\n      - {minutes_above_mild: unknown}\n", "")]})
    one = coverage(replace(bare, rules=())).rules["log-two-good-sessions"]
    ((clause, way),) = one.missing
    assert (clause.test.field, way) == ("minutes_above_mild", False)
    assert missing_example(one.rule, clause, way, knowledge) == {"minutes_above_mild": 16}


def test_the_proposed_example_is_the_smallest(knowledge: Knowledge, progress: Progress) -> None:
    """For each clause and way there is an example that shows it; where more than one fact differs, none fewer does."""
    for one in coverage(replace(knowledge, rules=())).rules.values():
        for clause in one.clauses:
            for way in (True, False):
                example = missing_example(one.rule, clause, way, knowledge)
                assert example is not None
                facts = session_facts(example, progress.table)
                assert evaluate(one.rule.condition, facts) is way
                assert clause.test.holds(facts[clause.test.variable.index]) is way
                if len(example) > 1:
                    assert not any(
                        evaluate(one.rule.condition, session_facts(other, progress.table)) is way
                        and clause.test.holds(session_facts(other, progress.table)[clause.test.variable.index]) is way
                        for other in _sessions(progress)
                    )


def test_coverage_shows_one_rule_and_counts_its_examples() -> None:
    """`rules coverage ID` knows these rules; `rules impact` and others that mean people do not."""
    done = recommender("rules", "coverage", "log-two-worse-days")
    assert (done.code, done.err) == (0, "")
    assert "next day: worse (seen, seen)" in done.out
    assert recommender("rules", "impact", "log-two-worse-days").code == 2


# --- signatures ------------------------------------------------------------------------------


def signed(changes: Mapping[str, list[tuple[str, str]]] | None = None, id: str = SEVERE) -> Knowledge:
    """Give the knowledge with these changes, in which one rule had been signed before."""
    knowledge = Knowledge.shipped()
    review = new_review(_step(knowledge, id), knowledge, **WHO)
    texts = altered_texts(changes)
    texts[REVIEWS] = with_review(texts[REVIEWS].decode(), review, REVIEWS).encode()
    return Knowledge.of_texts(texts, shipped_folder())


def _step(knowledge: Knowledge, id: str) -> CompiledStep:
    compiled = knowledge.progress_rule(id)
    assert compiled is not None
    return compiled


def test_a_signature_holds_for_the_meaning() -> None:
    """Another title, another reason and another example leave the rule signed."""
    changes = {
        STOPS: [
            ("title: Pain of 6 or more after a session stops the routine", "title: Six or more means stop"),
            ("In the traffic light for pain, six and over mean stop.", "Six and over mean stop."),
            ("      - {pain_after: 10}\n", "      - {pain_after: 9}\n"),
        ]
    }
    assert signed().sign_off(SEVERE).state == "signed"
    assert signed(changes).sign_off(SEVERE).state == "signed"


LAPSES = {
    "when": (
        SEVERE,
        STOPS,
        "when: {pain_after: at least 6}",
        "when: {any: [{pain_after: at least 6}, {stopped: yes}]}",
    ),
    "what it says": (SEVERE, STOPS, "Do no exercises now, and move about gently.", "Do less now."),
    "reading": (
        "log-and-profile-disagree",
        STOPS,
        "In doubt there is no routine.\n    reading: project\n",
        "In doubt there is no routine.\n    sources: [guideline/nhs-back]\n    reading: guideline\n",
    ),
    "days in a row": ("log-two-good-sessions", DOSE, "in_a_row: 2", "in_a_row: 3"),
    "days off": (
        "log-pain-not-settling",
        STOPS,
        "        - minutes_above_mild: unknown\n    then: {do: day_off, days: 1}",
        "        - minutes_above_mild: unknown\n    then: {do: day_off, days: 2}",
    ),
    "how large a step is": ("log-two-good-sessions", STEPS, "size: {reps: 2,", "size: {reps: 3,"),
    "how many at once": ("log-two-good-sessions", STEPS, "at_once: 1", "at_once: 2"),
    "what is mild": ("log-pain-not-settling", STEPS, "mild: 3", "mild: 4"),
}


@pytest.mark.parametrize("name", LAPSES)
def test_a_signature_lapses_when_the_meaning_changes(name: str) -> None:
    """When it holds, on how many days, what it does or says, how large a step is: each makes it a draft again."""
    id, file, old, new = LAPSES[name]
    knowledge = signed({file: [(old, new)]}, id)
    assert knowledge.sign_off(id).state == "changed"
    findings = run(Review(knowledge, date(2026, 2, 1)), ["changed-since-signed"]).findings
    assert [(finding.subject, finding.level) for finding in findings] == [(id, "warning")]


def test_an_overdue_look_is_a_warning() -> None:
    """When the day of the next look has passed, the check says so at the rule."""
    (finding,) = run(Review(signed(), date(2027, 2, 1)), ["overdue-look"]).findings
    assert (finding.file, finding.subject) == (STOPS, SEVERE)


def test_every_rule_has_a_fingerprint_of_its_own(progress: Progress) -> None:
    """No two rules mean the same, and the same rule gives the same fingerprint."""
    marks = [meaning_of_step(compiled, progress) for compiled in progress.rules]
    assert len(set(marks)) == len(marks)
    assert marks == [meaning_of_step(compiled, progress) for compiled in progress.rules]


def _after(knowledge: Knowledge, pain: int) -> Adapted:
    day = MORNING.date() + timedelta(days=2)
    return adapt([session(0, pain_after=pain), next_day(1)], person({}), knowledge=knowledge, today=day)


def test_the_result_says_which_rules_are_drafts(knowledge: Knowledge) -> None:
    """Of the rules that decided about the next time the result names the drafts, and each reason says it too."""
    before, after = _after(knowledge, 6), _after(signed(), 6)
    assert before.review.signed == 0
    assert SEVERE in before.review.drafts
    assert SEVERE not in after.review.drafts
    assert (after.review.rules, after.review.signed) == (before.review.rules, 1)
    assert {said.rule: said.signed for said in after.messages}[SEVERE]
    assert not any(said.signed for said in before.messages)


def test_a_result_without_a_rule_names_no_draft(knowledge: Knowledge) -> None:
    """Where the log is empty, no rule of progress has decided."""
    review = adapt([], person({}), knowledge=knowledge, today=MORNING.date()).review
    assert (review.rules, review.signed, review.drafts) == (0, 0, ())


def test_a_rule_is_signed_on_the_command_line(tmp_path: Path) -> None:
    """`rules sign ID` shows the rule, writes the signature, and counts it; `rules show` tells who signed."""
    folder = write_folder(tmp_path)
    done = recommender("rules", "sign", SEVERE, "--reviewer", "B. Example", "--yes", "--knowledge", folder)
    assert (done.code, done.err) == (0, "")
    assert "Pain of 6 or more after a session" in done.out
    assert Knowledge.load(folder).sign_off(SEVERE).reviewer == "B. Example"
    listed = " ".join(recommender("rules", "sign", "--knowledge", folder).out.split())
    assert f"0 of {len(Knowledge.shipped().rules)} rules are signed" in listed
    assert "rules that read the log, 1." in listed
    assert "Signed by B. Example" in recommender("rules", "show", SEVERE, "--knowledge", folder).out


def test_a_wrong_id_gets_the_nearest_one(tmp_path: Path) -> None:
    """A slip in the id of such a rule ends with one line that names the right one."""
    done = recommender("rules", "sign", "log-severe-pian", "--reviewer", "B. Example", "--knowledge", tmp_path)
    assert done.code == 2
    done = recommender("rules", "sign", "log-severe-pian", "--reviewer", "B. Example")
    assert done.code == 2
    assert SEVERE in done.err
