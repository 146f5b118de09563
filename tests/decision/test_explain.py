"""`why`, `what-if` and `rules`: explanations name everything, and never suggest to change a safety answer."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st

from recommender import Knowledge, Recommendation, recommend
from recommender.decision.decide import numbers_in
from recommender.decision.explain import difference, explain, find_exercise
from recommender.knowledge.data import CompiledRule
from recommender.output.what_if import render_difference
from recommender.output.why import render_why
from recommender.review.show.rules import render_rule, selector_in_words
from tests.command_line import EXAMPLES, ROOT, example, one_line, recommender
from tests.conftest import examples, person
from tests.strategies import KNOWLEDGE, QUESTIONS, profiles

DESK = EXAMPLES / "desk-worker.yaml"
HEALTH = (
    "age", "pain_position", "pain_now", "acute_pain", "pain_course", "onset", "leg_symptoms", "pregnant",
    "pregnancy_week", "pregnancy_warnings", "recent_injury", "weeks_since_injury", "injury_kind", "hernia",
    "conditions", "weeks_since_surgery", "emergency_signs", "medical_signs", "cleared_by_clinician",
)  # fmt: skip
WISHES = ("goal", "level", "minutes", "equipment", "cannot")
FOLLOWS = "It follows from what you said about: "


def why(exercise: str, **changes: Any) -> str:
    """The explanation of one exercise for a healthy person with these changes, on one line."""
    found = find_exercise(exercise, KNOWLEDGE)
    return one_line(render_why(explain(found, person(changes), KNOWLEDGE), KNOWLEDGE, colour=False))


def would_differ(text: str) -> str:
    """The part that says what would have to differ."""
    return re.split(r"INSTEAD|ABOUT THE EXERCISE", text.partition("WHAT WOULD HAVE TO DIFFER")[2])[0]


def with_change(profile: dict[str, Any], change: str) -> dict[str, Any]:
    """The profile with a change as the explanation words it."""
    if ": " in change:
        field, _, word = change.partition(": ")
        return profile | {field: word}
    field, kind, word = change.split()
    given = [each for each in profile[field] if each != word]
    return profile | {field: [*given, word] if kind == "with" else given}


# --- why --------------------------------------------------------------------------------------


def test_why_names_every_reason() -> None:
    """Each rule that leaves the exercise out is given with its words, the answers, the source and its id."""
    profile = person(hernia="yes", pain_now=4, level="beginner", equipment=["mat"])
    entry = next(e for e in recommend(profile).excluded if e.exercise == "barbell-deadlift")
    text = why("barbell-deadlift", hernia="yes", pain_now=4, level="beginner", equipment=["mat"])
    assert len(entry.reasons) >= 4
    assert f"is left out, for {len(entry.reasons)} reasons." in text
    for reason in entry.reasons:
        assert f"{reason.title}. {reason.text}" in text
        assert one_line(reason.because) in text
        assert f"Rule: {reason.rule}" in text
        assert ", ".join(reason.sources) in text
    assert f"Your answer: {QUESTIONS['hernia'].short}: yes." in text


def test_why_says_when_a_doubt_counted_as_yes() -> None:
    """An answer of unsure that leaves an exercise out is named as a doubt."""
    assert KNOWLEDGE.questionnaire.unsure_note in why("cobra", hernia="unsure")


def test_why_says_that_no_answer_changes_what_is_for_everyone() -> None:
    """An exercise that is left out for everyone has no way out, whatever else leaves it out."""
    text = why("boat", level="beginner")
    assert "Rule: beginner-demanding" in text
    assert would_differ(text).strip() == "No answer changes it: it is left out for everyone."


def test_why_offers_kit_and_wishes_only() -> None:
    """A missing roller and the level may be named as a change; the pain is a fact."""
    text = would_differ(why("prone-leg-raise-roller", pain_now=6, pain_course="usual", level="beginner"))
    assert "it would not apply with equipment with roller." in text
    assert f"{FOLLOWS}pain now." in text
    text = would_differ(why("cobra", level="beginner"))
    assert "it would not apply with level: regular; or level: trained." in text
    assert FOLLOWS not in text


def test_why_of_a_chosen_exercise_says_its_number_and_dose() -> None:
    """A step of the routine is given with its number, its reasons and its dose."""
    step = recommend(person()).routine[0]
    text = why(step.exercise)
    assert text.startswith(f"{step.name} is number 1 of the routine. No rule leaves it out, and:")
    assert all(reason in text for reason in step.reasons)
    assert f"The dose: {step.dose.text}." in text


def test_why_of_what_was_not_chosen_says_what_came_before() -> None:
    """An allowed exercise is given with its reason and with exercises of the routine that came first."""
    profile = person(level="beginner", goal="strengthen", minutes=8)
    result = recommend(profile)
    steps = {step.exercise for step in result.routine}
    lower = [entry for entry in result.not_chosen if entry.reason == "ranked_lower"]
    assert lower
    for entry in lower:
        found = explain(find_exercise(entry.exercise, KNOWLEDGE), profile, KNOWLEDGE)
        assert {rival.exercise.id for rival in found.rivals} <= steps
        text = one_line(render_why(found, KNOWLEDGE, colour=False))
        assert text.startswith(f"{entry.name} is allowed, but not in the routine. {one_line(entry.text)}")
        assert all(f"{rival.exercise.name} came first: " in text for rival in found.rivals)
    assert any(explain(find_exercise(e.exercise, KNOWLEDGE), profile, KNOWLEDGE).rivals for e in lower)


@examples(300)
@given(profiles(), st.sampled_from(KNOWLEDGE.exercises))
def test_no_explanation_suggests_to_change_a_safety_answer(profile: dict[str, Any], exercise: Any) -> None:
    """What would have to differ names only kit, abilities and wishes; health is named only as a fact."""
    found = explain(exercise, profile, KNOWLEDGE)
    text = one_line(render_why(found, KNOWLEDGE, colour=False))
    assert exercise.name in text
    for changes in found.changes.values():
        assert all(change.startswith(WISHES) for change in changes)
    offers = [part.partition(".")[0] for part in would_differ(text).split("it would not apply with ")[1:]]
    event(f"offers: {len(offers)}")
    words = {word.strip(":;.,") for offer in offers for word in offer.split()}
    assert not set(HEALTH) & words
    assert {name for names in found.facts.values() for name in names} <= {
        name for name in KNOWLEDGE.table.questions if name.split(".")[0] in HEALTH
    }


@examples(150)
@given(profiles(), st.sampled_from(KNOWLEDGE.exercises))
def test_an_offered_change_lifts_its_rule(profile: dict[str, Any], exercise: Any) -> None:
    """With each change that an explanation offers, the rule no longer leaves the exercise out."""
    for rule, changes in explain(exercise, profile, KNOWLEDGE).changes.items():
        for change in changes:
            after = recommend(with_change(profile, change))
            reasons = [r.rule for e in after.excluded if e.exercise == exercise.id for r in e.reasons]
            assert rule not in reasons, change


@examples(150)
@given(profiles(), st.sampled_from(KNOWLEDGE.exercises))
def test_an_explanation_has_every_reason_of_the_result(profile: dict[str, Any], exercise: Any) -> None:
    """Each reason of the result is for everyone, or comes with what it follows from or what would lift it."""
    found = explain(exercise, profile, KNOWLEDGE)
    reasons = {r.rule for e in found.result.excluded if e.exercise == exercise.id for r in e.reasons}
    assert reasons == {*found.for_everyone, *found.changes}
    for rule in found.changes:
        assert found.changes[rule] or found.facts[rule]


def test_why_on_the_command_line_takes_names_and_ids() -> None:
    """An id and a name in any case give the same page, within 80 columns, and exit code 0 even after a stop."""
    done = recommender("why", "boat", DESK)
    assert (done.code, done.err) == (0, "")
    assert "Boat is left out, for 3 reasons." in done.out
    assert [line for line in done.out.splitlines() if len(line) > 80] == []
    assert "\x1b" not in done.out
    assert recommender("why", "BOAT", DESK) == done
    assert recommender("why", "boat", EXAMPLES / "emergency.yaml").code == 0


# --- what-if ----------------------------------------------------------------------------------


def test_what_if_shows_what_changes_and_leaves_the_file_alone(tmp_path: Path) -> None:
    """Outcome, rules, exercises and steps that change are shown; the file stays as it was, byte for byte."""
    file = tmp_path / "me.yaml"
    shutil.copy(DESK, file)
    done = recommender("what-if", file, "hernia=yes", "equipment=mat,roller")
    assert (done.code, done.err) == (0, "")
    assert file.read_bytes() == DESK.read_bytes()
    assert list(tmp_path.iterdir()) == [file]
    text = one_line(done.out)
    assert text.startswith("The outcome stays: Your routine.")
    data = yaml.load(DESK.read_text(), Loader=yaml.BaseLoader) | {"age": 38, "pain_now": 3, "minutes": 15}
    before = Recommendation.model_validate_json(example("desk-worker", "json").out)
    after = recommend(data | {"hernia": "yes", "equipment": ["mat", "roller"]})
    old, new = ({entry.exercise: entry.name for entry in result.excluded} for result in (before, after))
    left_out = text.partition("WOULD BE LEFT OUT")[2].partition("WOULD BE ALLOWED")[0]
    allowed = text.partition("WOULD BE ALLOWED")[2].partition("THE ROUTINE")[0]
    assert new.keys() - old.keys()
    assert all(new[id] in left_out for id in new.keys() - old.keys())
    assert old.keys() - new.keys()
    assert all(old[id] in allowed for id in old.keys() - new.keys())
    was, becomes = ([step.name for step in result.routine] for result in (before, after))
    assert all(f"+ {name}" in text for name in becomes if name not in was)
    assert all(f"- {name}" in text for name in was if name not in becomes)


def test_what_if_shows_a_new_outcome() -> None:
    """A change that stops everything says so first, with what to do."""
    done = recommender("what-if", DESK, "emergency_signs=chest_pain")
    assert done.code == 0
    text = one_line(done.out)
    assert text.startswith("The outcome would change: Your routine -> Get emergency care now.")
    assert one_line(" ".join(KNOWLEDGE.outcomes.outcomes["emergency"].now)) in text


def test_what_if_takes_positions_children_and_empty_sets() -> None:
    """A position with a dot, an empty set, and a child that its parent takes along."""
    done = recommender("what-if", DESK, "pain_position.sitting=eased", "equipment=")
    assert (done.code, done.err) == (0, "")
    gone = one_line(done.out).partition("RULES THAT WOULD NO LONGER APPLY")[2].partition("WOULD BE LEFT OUT")[0]
    assert one_line(KNOWLEDGE.rules_by_id["sitting-hurts-bending"].rule.title) in gone
    done = recommender("what-if", EXAMPLES / "pregnancy.yaml", "pregnant=no")
    assert (done.code, done.err) == (0, "")
    assert "WOULD BE ALLOWED" in done.out


def test_what_if_without_a_difference_says_so() -> None:
    """The same answer again changes nothing."""
    text = one_line(render_difference(difference(person(), person(), KNOWLEDGE), KNOWLEDGE, colour=False))
    assert "The outcome stays" in text
    assert "THE ROUTINE It stays the same." in text
    assert "WOULD" not in text


@examples(100)
@given(profiles(), profiles())
def test_a_difference_is_the_difference_of_two_results(before: dict[str, Any], after: dict[str, Any]) -> None:
    """What would be left out and what would be allowed is exactly what changes between the two results."""
    found = difference(before, after, KNOWLEDGE)
    assert (found.before, found.after) == (recommend(before), recommend(after))
    old, new = ({entry.exercise for entry in result.excluded} for result in (found.before, found.after))
    assert (set(found.now_excluded), set(found.now_allowed)) == (new - old, old - new)
    assert render_difference(found, KNOWLEDGE, colour=False)


# --- rules ------------------------------------------------------------------------------------


def line_of(compiled: CompiledRule) -> str:
    """How a list of rules begins the line of this rule."""
    return f"- {compiled.id} ({compiled.effect}, {compiled.rule.reading}): "


def searched(compiled: CompiledRule) -> str:
    """Everything in which a list of rules looks for a text."""
    rule = compiled.rule
    words = [rule.id, rule.title, rule.say, rule.because, rule.reading, compiled.effect, compiled.file, *rule.sources]
    return " ".join(words).lower()


@pytest.mark.parametrize("text", ["allow_only", "PROJECT", "relief-tips/points#1", "rules/advice/"])
def test_rules_list_searches_reading_effect_and_sources(text: str, knowledge: Knowledge) -> None:
    """A text is looked for in the effect, the reading, the sources and the file as well, in any case."""
    done = recommender("rules", "list", text)
    assert (done.code, done.err) == (0, "")
    listed = one_line(done.out)
    found = [compiled for compiled in knowledge.rules if text.lower() in searched(compiled)]
    assert 0 < len(found) < len(knowledge.rules)
    assert [compiled.id for compiled in knowledge.rules if line_of(compiled) in listed] == [c.id for c in found]


def test_rules_list_says_when_nothing_fits() -> None:
    """A text that no rule holds is answered in words, not with an empty page."""
    done = recommender("rules", "list", "xyzzy")
    assert (done.code, done.out) == (0, "No rule holds these words.\n")


def test_rules_list_names_every_rule(knowledge: Knowledge) -> None:
    """All rules are listed by file with effect and reading; with a word only those that hold it."""
    done = recommender("rules", "list")
    assert (done.code, done.err) == (0, "")
    text = one_line(done.out)
    assert all(line_of(compiled) in text for compiled in knowledge.rules)
    assert f"{len(knowledge.rules)} rules." in text
    few = recommender("rules", "list", "OSTEOPOROSIS").out
    assert "osteoporosis" in few.lower()
    assert "hernia-arching" not in few


def test_rules_show_gives_the_whole_rule(knowledge: Knowledge) -> None:
    """One rule is shown with its place, its condition, its words, the exercises, the sources and the examples."""
    done = recommender("rules", "show", "hernia-arching")
    compiled = knowledge.rules_by_id["hernia-arching"]
    text = one_line(done.out)
    assert (done.code, done.err) == (0, "")
    assert f"hernia-arching, {compiled.file}:{compiled.line}" in text
    assert "When: hernia: yes." in text
    assert "Then: leaves out what has arching: strong." in text
    assert one_line(compiled.rule.say) in text
    assert one_line(compiled.rule.because) in text
    names = [knowledge.exercises[number].name for number in numbers_in(compiled.excludes)]
    assert f"{len(names)} EXERCISES {', '.join(names)}." in text
    assert all(source in text for source in compiled.rule.sources)
    assert "HOLDS FOR - hernia: yes" in text


def test_rules_show_lists_what_only_is_left(knowledge: Knowledge) -> None:
    """A rule that allows only some exercises is shown with those that are left and those that are left out."""
    rules = [compiled for compiled in knowledge.rules if compiled.effect == "allow_only"]
    assert rules
    for compiled in rules:
        text = one_line(render_rule(compiled, knowledge, colour=False))
        left, out = (
            [knowledge.exercises[number].name for number in numbers_in(mask)]
            for mask in (compiled.selects, compiled.excludes)
        )
        assert f"Then: leaves only what has {selector_in_words(compiled.rule.then.allow_only)}." in text
        assert f"EXERCISES THAT ARE LEFT {'; '.join(left)}." in text
        assert f"{len(out)} EXERCISES THAT ARE LEFT OUT {', '.join(out)}." in text


def test_a_selector_is_said_in_words() -> None:
    """All parts of a selector are named: what must come together with "and", what is a choice with "or"."""
    selector = {"any_of": [{"bending": ["mild", "strong"]}, {"start_position": "prone"}], "purpose": "stretch"}
    text = "bending: mild or strong or start position: prone and purpose: stretch"
    assert selector_in_words(selector) == text


def test_rules_show_names_the_conflict(knowledge: Knowledge) -> None:
    """A rule that a conflict of the register speaks of is shown with its decision and who confirms it; no other is."""
    heading = "THE TEXTS DISAGREE HERE"
    for compiled in knowledge.rules:
        text = one_line(render_rule(compiled, knowledge, colour=False))
        conflicts = [conflict for conflict in knowledge.conflicts if compiled.id in conflict.rules]
        assert text.count(heading) == len(conflicts)
        for conflict in conflicts:
            place = f"(rules/conflicts.yaml, {conflict.id}; to be confirmed by: {conflict.confirm_by})"
            assert f"{heading} {one_line(conflict.decision)} {place}" in text
    assert any(conflict.rules for conflict in knowledge.conflicts)


def test_rules_check_finds_nothing_in_the_shipped_knowledge(knowledge: Knowledge) -> None:
    """The shipped rules, catalogue and records have no finding that is not accepted with a reason."""
    done = recommender("rules", "check")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{len(knowledge.rules)} rules, {len(knowledge.exercises)} exercises, ")
    assert re.search(r": 0 findings, \d+ accepted\.\n\Z", done.out)


def test_rules_check_finds_an_example_that_fails(tmp_path: Path) -> None:
    """An example that does not come true is one finding with file and line, and exit code 1."""
    for part in ("rules", "catalog"):
        shutil.copytree(ROOT / part, tmp_path / part)
    file = tmp_path / "rules/safety/age.yaml"
    text = file.read_text()
    old = "    silent_for:\n      - {age: 18}\n"
    assert text.count(old) == 1
    file.write_text(text.replace(old, old + "      - {age: 12}\n"))
    done = recommender("rules", "check", "--knowledge", tmp_path)
    assert (done.code, done.err) == (1, "")
    finding, total = done.out.splitlines()
    assert re.match(r"rules/safety/age.yaml:\d+: error: under-18: an example under `silent_for`", finding)
    assert "For example: {age: 12}." in finding
    assert re.search(r": 1 finding \(1 error, 0 warnings\), \d+ accepted\.\Z", total)
