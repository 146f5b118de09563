"""A clinic's own rules on top of others: what they may do, what they may not, and that nothing is passed over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tests.strategies as own
from recommender import Knowledge, KnowledgeError, Recommendation, recommend
from recommender.knowledge.files import in_overlay
from recommender.logic.conditions import evaluate, falling_tests, parse
from recommender.output.markdown import render_markdown
from recommender.output.text import render_text
from recommender.profile.checking import check
from recommender.review.diff import Mark, diff
from recommender.review.revisions import Revision
from recommender.review.show.diff import markdown_diff, render_diff
from recommender.review.show.rules import render_rule
from recommender.yaml_reader import read_file
from tests.command_line import EXAMPLES, ROOT, one_line, recommender
from tests.conftest import examples, person
from tests.knowledge_texts import write_folder

CLINIC = EXAMPLES / "clinic"
PROFILES = sorted(EXAMPLES.glob("*.yaml"))
HEAD = "topic: Own rules\nname: Test Clinic\n"
BECAUSE = "because: A test.\n"
RULE = """topic: One rule
rules:
  - id: own-rule
    title: With rheumatism nobody lifts the pelvis
    when: {conditions: rheumatism}
    then: {avoid: {patterns: straight_bridge}}
    say: We leave out bridges.
    because: A test.
    sources: [relief-tips/intro]
    reading: inferred
    fires_for: [{conditions: [rheumatism]}]
    silent_for: [{conditions: []}]
"""
LISTED = HEAD + "rules:\n  clinic/own.yaml: [own-rule]\n"
ADDED = (CLINIC / "catalog/exercises/riverside.yaml").read_text()
EXERCISE = ADDED.replace("guideline/riverside-handbook", "relief-tips/intro")
LEDGER = """document: NAME
title: A text
publisher: The clinic, 2026
sections:
  - id: intro
    about: Everything
    items: 0
    statements: [{says: It says something., outcome: left_out, because: A test.}]
"""


class Clinic:
    """A clinic's own folder, made of some files."""

    def __init__(self, folder: Path, overlay: str) -> None:
        self.folder = folder
        self.write("overlay.yaml", overlay)

    def write(self, name: str, text: str = "") -> Clinic:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return self

    def load(self) -> Knowledge:
        return Knowledge.load(self.folder)

    def faults(self) -> list[str]:
        with pytest.raises(KnowledgeError) as caught:
            self.load()
        return [str(fault) for fault in caught.value.faults]

    def only_fault(self) -> str:
        faults = self.faults()
        assert len(faults) == 1, "\n".join(faults)
        return faults[0]


Make = Callable[[str], Clinic]


@pytest.fixture
def clinic(tmp_path: Path) -> Make:
    return lambda overlay: Clinic(tmp_path / "clinic", overlay)


def change(rule: str, *lines: str, head: str = HEAD) -> str:
    """Write an overlay.yaml with one change; a line that belongs deeper brings its own spaces."""
    return head + "changes:\n" + f"  - rule: {rule}\n    {BECAUSE}" + "".join(f"    {line}\n" for line in lines)


def relaxed(rule: str, when: str = "{cleared_by_clinician: yes}", **more: str) -> str:
    return change(
        rule,
        f"unless: {{when: {when}, because: A test., sources: [relief-tips/intro]}}",
        "silent_for: [{cleared_by_clinician: yes}]",
        **more,
    )


def excluded(profile: Any, knowledge: Knowledge) -> dict[str, set[str]]:
    """Everything that is left out, with all rules that are the reasons."""
    result = recommend(profile, knowledge=knowledge)
    return {entry.exercise: {reason.rule for reason in entry.reasons} for entry in result.excluded}


def fired(profile: Any, knowledge: Knowledge) -> set[str]:
    """The rules that hold and protect."""
    facts = knowledge.table.encode(check(profile, knowledge))
    return {compiled.id for compiled in knowledge.fired(facts) if compiled.rule.safety}


def not_weaker(profile: Any, base: Knowledge, over: Knowledge) -> None:
    """For this person, nothing that protects below is missing above."""
    before, after = excluded(profile, base), excluded(profile, over)
    assert {id: rules - after.get(id, set()) for id, rules in before.items() if rules - after.get(id, set())} == {}
    assert fired(profile, base) <= fired(profile, over)
    order = base.outcomes.strength.index
    one, other = (recommend(profile, knowledge=knowledge) for knowledge in (base, over))
    assert order(other.outcome) <= order(one.outcome)


# --- the example ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example() -> Knowledge:
    return Knowledge.load(CLINIC)


def test_example_adds_and_changes(example: Knowledge, knowledge: Knowledge) -> None:
    """The example folder adds a rule and an exercise, tightens two rules, relaxes one, and loses nothing."""
    assert {c.id for c in example.rules} - {c.id for c in knowledge.rules} == {"riverside-rheumatism-demanding"}
    assert set(example.numbers) - set(knowledge.numbers) == {"riverside-knee-opening"}
    assert {c.id for c in knowledge.rules} <= {c.id for c in example.rules}
    assert set(knowledge.numbers) <= set(example.numbers)
    assert [c.id for c in example.rules if c.change] == [
        "severe-pain-now",
        "bending-with-hernia",
        "strap-stretch-with-leg-pain",
    ]
    assert example.overlay == "Riverside Back Clinic (example)"
    assert [r.rule for r in example.relaxed] == ["strap-stretch-with-leg-pain"]


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_example_gives_a_result_for_every_example(path: Path, example: Knowledge, knowledge: Knowledge) -> None:
    """Every example profile has the same outcome as without the clinic, and keeps every reason."""
    profile = read_file(path, path.name).data
    outcomes = [recommend(profile, knowledge=each).outcome for each in (knowledge, example)]
    assert outcomes[0] == outcomes[1]
    not_weaker(profile, knowledge, example)


def test_example_passes_the_check() -> None:
    """`rules check` finds nothing in the example, not even a warning."""
    done = recommender("rules", "check", "--strict", "--knowledge", CLINIC)
    assert (done.code, done.err) == (0, ""), done.out


def test_example_rule_and_exercise_are_used(example: Knowledge) -> None:
    """The added rule leaves out demanding exercises, and the added exercise comes into routines."""
    profile = person(conditions=["rheumatism"], level="trained")
    assert "riverside-rheumatism-demanding" in excluded(profile, example)["back-lift-held"]
    cannot = ["lie_on_back", "lie_on_front", "kneel", "stand"]
    most = person(minutes=60, goal="strengthen", level="trained", cannot=cannot)
    assert "riverside-knee-opening" in {step.exercise for step in recommend(most, knowledge=example).routine}


def test_hash_differs_from_the_base(example: Knowledge, knowledge: Knowledge, clinic: Make) -> None:
    """A clinic's rules have a hash of their own, and any change of its files changes it."""
    one = clinic(HEAD).load()
    other = clinic(HEAD.replace("Test", "Best")).load()
    assert len({knowledge.hash, example.hash, one.hash, other.hash}) == 4


# --- stricter only ----------------------------------------------------------------------------------

SEVERAL = """
changes:
  - rule: severe-pain-now
    because: A test.
    also_when: {any: [{pain_now: at least 3}, {leg_symptoms: [pain, spreading]}]}
    fires_for: [{pain_now: 3}]
  - rule: hernia-on-the-front
    because: A test.
    also_when: {conditions: osteochondrosis}
    also_avoid: {start_position: hands_and_knees}
    fires_for: [{conditions: [osteochondrosis]}]
  - rule: both-legs-raised
    because: A test.
    also_avoid: {patterns: single_leg_raise}
  - rule: pregnancy-set-only
    because: A test.
    also_avoid: {needs: stand}
  - rule: injury-without-consultation
    because: A test.
    also_when: {conditions: named back_surgery}
    fires_for: [{conditions: [back_surgery]}]
  - rule: low-end-pain
    because: A test.
    also_when: {age: at least 50}
    fires_for: [{age: 50}]
  - rule: ask-age-65
    because: A test.
    also_when: {age: 55 to 64}
    fires_for: [{age: 55}]
"""


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    folder = tmp_path_factory.mktemp("tight")
    text = LISTED + SEVERAL
    return (
        Clinic(folder, text).write("rules/clinic/own.yaml", RULE).write("catalog/exercises/own.yaml", EXERCISE).load()
    )


@given(own.profiles())
@examples(300)
def test_tightening_only_excludes_more(tight: Knowledge, knowledge: Knowledge, profile: own.Answers) -> None:
    """Whatever is left out below is left out above for every reason that it had; no stop, ask or limit is lost."""
    not_weaker(profile, knowledge, tight)


def monotone(raw: Any) -> bool:
    return not list(falling_tests(parse(raw, own.TABLE, unsure_counts=True)))


@given(
    rule=st.sampled_from([c.id for c in own.KNOWLEDGE.rules if c.rule.safety and not c.always]),
    also_when=own.raw_conditions().filter(monotone),
    pattern=st.sampled_from(sorted(own.KNOWLEDGE.vocabulary.words("patterns"))),
    people=st.lists(own.profiles(), min_size=8, max_size=8),
)
@examples(25)
def test_any_accepted_change_only_excludes_more(
    tmp_path_factory: pytest.TempPathFactory,
    knowledge: Knowledge,
    rule: str,
    also_when: Any,
    pattern: str,
    people: list[own.Answers],
) -> None:
    """A random `also_when` and `also_avoid` of a random rule, if they load, take away no reason from anyone."""
    lines = [f"also_when: {json.dumps(also_when)}", "fires_for: [{age: 40}]"]
    if knowledge.rules_by_id[rule].effect in ("avoid", "allow_only"):
        lines.append(f"also_avoid: {{patterns: {pattern}}}")
    folder = tmp_path_factory.mktemp("random")
    try:
        over = Clinic(folder, change(rule, *lines)).load()
    except KnowledgeError:
        assume(False)
    for profile in people:
        not_weaker(profile, knowledge, over)
        if evaluate(parse(also_when, own.TABLE, unsure_counts=True), own.TABLE.encode(check(profile, knowledge))):
            assert rule in fired(profile, over)


def test_also_when_and_also_avoid_do_what_they_say(tight: Knowledge, knowledge: Knowledge) -> None:
    """The rule holds for the further people, and leaves out the further exercises."""
    assert recommend(person(pain_now=3), knowledge=tight).outcome == "relief_only"
    assert recommend(person(pain_now=2), knowledge=tight).outcome == "routine"
    assert "both-legs-raised" in excluded(person(), tight)["straight-leg-raise"]
    assert "straight-leg-raise" not in excluded(person(), knowledge)
    assert "hernia-on-the-front" in excluded(person(conditions=["osteochondrosis"]), tight)["bird-dog"]


def test_also_when_counts_doubt_as_risk(tight: Knowledge) -> None:
    """`unsure` counts as yes in a clinic's `also_when` too."""
    assert "low-end-pain" in fired(person(age=50), tight)
    assert "severe-pain-now" in fired(person(leg_symptoms="unsure"), tight)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("also_when: {pain_now: up to 3}", "riskier"),
        ("also_when: {cleared_by_clinician: yes}", "riskier"),
        ("also_when: {any: []}", "at least one"),
        ("also_when: always", "also_when"),
    ],
)
def test_also_when_is_held_to_the_order_of_risk(clinic: Make, text: str, said: str) -> None:
    """A riskier answer may not switch a clinic's addition off either."""
    assert said in clinic(change("acute-pain", text, "fires_for: [{pain_now: 3}]")).only_fault()


def test_also_when_needs_people_to_add(clinic: Make) -> None:
    """A rule that holds for everyone cannot be widened: the clinic has meant another one."""
    fault = clinic(change("sit-ups", "also_when: {pain_now: at least 3}", "fires_for: [{pain_now: 3}]")).only_fault()
    assert fault.startswith("overlay.yaml:6: sit-ups holds for everyone")


@pytest.mark.parametrize("rule", ["goal-relieve", "in-doubt-ask-physiotherapist"])
def test_only_what_protects_is_made_stricter(clinic: Make, rule: str) -> None:
    """Preferences and advice leave nothing out, so that a change of them is refused."""
    faults = clinic(change(rule, "also_avoid: {intensity: demanding}")).faults()
    assert any("cannot be made stricter" in fault and fault.startswith("overlay.yaml:4:") for fault in faults)


def test_also_avoid_needs_a_rule_that_chooses_exercises(clinic: Make) -> None:
    """A stop leaves out everything already; `also_avoid` there is refused."""
    assert "means nothing here" in clinic(change("acute-pain", "also_avoid: {intensity: demanding}")).only_fault()


@pytest.mark.parametrize("empty", ["{}", "[]", "demanding"])
def test_also_avoid_must_be_a_selector(clinic: Make, empty: str) -> None:
    """What selects nothing by mistake is no addition."""
    assert clinic(change("sit-ups", f"also_avoid: {empty}")).only_fault().startswith("overlay.yaml:6: ")


# --- relaxing ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def loose(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """Relaxes a stop that some have anyway, and adds people to it in the same change."""
    text = relaxed("demanding-with-pain") + "    also_when: {hernia: yes}\n    fires_for: [{hernia: yes}]\n"
    return Clinic(tmp_path_factory.mktemp("loose"), text).load()


@given(own.profiles())
@examples(300)
def test_unless_relaxes_only_where_it_holds(loose: Knowledge, knowledge: Knowledge, profile: own.Answers) -> None:
    """Only the relaxed rule is lost as a reason, and only for people for whom `unless` holds."""
    before, after = excluded(profile, knowledge), excluded(profile, loose)
    lost = {rule for id, rules in before.items() for rule in rules - after.get(id, set())}
    assert lost <= {"demanding-with-pain"}
    assert fired(profile, knowledge) - fired(profile, loose) <= {"demanding-with-pain"}
    if profile["cleared_by_clinician"] == "no":
        assert not lost
        assert fired(profile, knowledge) <= fired(profile, loose)


@given(own.profiles())
@examples(200)
def test_unless_never_lifts_what_also_when_adds(loose: Knowledge, profile: own.Answers) -> None:
    """Whom the clinic itself adds to a rule, its own `unless` does not let go, cleared or not."""
    if profile["hernia"] != "no":
        assert "demanding-with-pain" in fired(profile, loose)


def test_unless_relaxes(loose: Knowledge, knowledge: Knowledge) -> None:
    """A cleared person with pain of 4 is no longer under the relaxed rule; one who is not cleared still is."""
    cleared, other = (person(pain_now=4, cleared_by_clinician=word) for word in ("yes", "no"))
    assert "demanding-with-pain" in fired(cleared, knowledge)
    assert "demanding-with-pain" not in fired(cleared, loose)
    assert "demanding-with-pain" in fired(other, loose)


@pytest.mark.parametrize(
    "rule", [c.id for c in Knowledge.shipped().rules if c.rule.fixed or c.rule.then.stop == "emergency"]
)
def test_fixed_and_emergency_rules_cannot_be_relaxed(clinic: Make, rule: str) -> None:
    """Nothing relaxes what is fixed or what sends to emergency care; the fault names file and line."""
    assert clinic(relaxed(rule)).only_fault() == f"overlay.yaml:6: {rule} is fixed: nothing may relax it."


def test_fixed_rules_may_be_made_stricter(clinic: Make) -> None:
    """A fixed rule can still be widened."""
    text = change("sign-saddle-numbness", "also_when: {medical_signs: flank_pain}", "fires_for: [{pain_now: 3}]")
    over = clinic(text).load()
    assert recommend(person(medical_signs=["flank_pain"]), knowledge=over).outcome == "emergency"


@pytest.mark.parametrize(
    "when",
    [
        "{pain_now: at least 9}",
        "{age: under 65}",
        "{hernia: no}",
        "{all: [{cleared_by_clinician: yes}, {level: trained}]}",
        "{any: [{equipment: roller}, {goal: relax}]}",
    ],
)
def test_unless_may_read_only_clearance_and_kit(clinic: Make, when: str) -> None:
    """No other answer may relax a rule."""
    fault = clinic(relaxed("demanding-with-pain", when)).only_fault()
    assert fault.startswith("overlay.yaml:6: `unless` may not read ")


@pytest.mark.parametrize(
    "when",
    [
        "{cleared_by_clinician: no}",
        "{equipment: without roller}",
        "{all: [{cleared_by_clinician: yes}, {equipment: without mat}]}",
    ],
)
def test_unless_never_holds_for_the_riskier_answer(clinic: Make, when: str) -> None:
    """Being not cleared, or kit that is missing, relaxes nothing."""
    faults = clinic(relaxed("demanding-with-pain", when)).faults()
    assert any("relaxes the rule when the answer gets riskier" in fault for fault in faults)
    assert all(fault.startswith("overlay.yaml:6: ") for fault in faults)


@pytest.mark.parametrize(
    "when", ["{cleared_by_clinician: [yes, no]}", "{any: [{equipment: mat}, {equipment: without mat}]}"]
)
def test_unless_must_leave_someone_under_the_rule(clinic: Make, when: str) -> None:
    """An `unless` that holds for everyone would end the rule, and is refused."""
    assert any("holds for everyone" in fault for fault in clinic(relaxed("demanding-with-pain", when)).faults())


@pytest.mark.parametrize("missing", ["because: A test., ", ", sources: [relief-tips/intro]"])
def test_unless_needs_a_reason_and_a_source_of_its_own(clinic: Make, missing: str) -> None:
    """Without either it is refused, with file and line."""
    fault = clinic(relaxed("demanding-with-pain").replace(missing, "", 1)).only_fault()
    assert fault.startswith("overlay.yaml:6: ")


def test_unless_needs_an_example(clinic: Make) -> None:
    """A relaxation shows a person for whom the rule no longer holds."""
    text = "\n".join(relaxed("demanding-with-pain").splitlines()[:-1])
    assert "`silent_for`" in clinic(text).only_fault()


def test_relaxing_is_less_strict_in_the_diff(example: Knowledge, knowledge: Knowledge) -> None:
    """The comparison names the relaxed rule with its reason, and the people who are protected by less."""
    found = diff(Revision("shipped", knowledge, ()), Revision("clinic", example, ()))
    assert [(r.rule, r.by) for r in found.relaxed] == [("strap-stretch-with-leg-pain", example.overlay)]
    lost = {mark for changed in found.less_strict for mark in changed.lost}
    assert lost == {Mark("left out", "hamstring-stretch-towel")}
    assert all(changed.person.answers["cleared_by_clinician"] == "yes" for changed in found.less_strict)
    for text in (render_diff(found, example), markdown_diff(found, example)):
        for words in ("strap-stretch-with-leg-pain", "test the nerve of the leg", "guideline/riverside-handbook"):
            assert words in one_line(text)


def test_shown_rule_is_the_changed_one(example: Knowledge) -> None:
    """`rules show` tells what the clinic changes, and no example that the change has turned round."""
    stop, strap = (
        one_line(render_rule(example.rules_by_id[id], example, colour=False))
        for id in ("severe-pain-now", "strap-stretch-with-leg-pain")
    )
    assert "Riverside Back Clinic (example) changes this rule." in stop
    assert "Also when: pain now: at least 5. " in stop
    six = [f"pain_now: 6, pain_course: {word}" for word in ("new", "lasting", "worse", "unsure")]
    eight = [f"pain_now: 8, pain_course: {word}" for word in ("usual", "easing")]
    held = [*six, *eight, "pain_now: 6, pain_course: new, cleared_by_clinician: yes", "pain_now: 5 "]
    assert f"HOLDS FOR - {' - '.join(held)}" in stop
    assert "DOES NOT HOLD FOR - pain_now: 0 - pain_now: 4" in stop
    assert "Relaxed for: cleared by clinician: yes. Our physiotherapists test" in strap
    assert strap.endswith("leg_symptoms: pain, cleared_by_clinician: yes")


# --- every result says so -----------------------------------------------------------------------------


def shown(result: Recommendation, knowledge: Knowledge) -> list[str]:
    """The result in every form in which people read it."""
    texts = [render_text(result, knowledge, colour=False, everything=e, brief=b) for e in (0, 1) for b in (0, 1)]
    return [one_line(text) for text in (*texts, render_markdown(result, knowledge))]


def says_so(result: Recommendation, knowledge: Knowledge) -> None:
    (relaxed,) = result.knowledge.relaxed
    assert result.knowledge.overlay == relaxed.by == "Riverside Back Clinic (example)"
    assert relaxed.rule == "strap-stretch-with-leg-pain"
    assert relaxed.sources == ("guideline/riverside-handbook",)
    again = Recommendation.model_validate_json(result.model_dump_json())
    assert again == result
    assert json.loads(result.model_dump_json())["knowledge"]["relaxed"][0]["because"] == relaxed.because
    for text in shown(result, knowledge):
        for words in (relaxed.by, relaxed.rule, relaxed.when, relaxed.because, *relaxed.sources):
            assert words in text


@given(own.profiles())
@examples(60)
def test_every_result_says_what_is_relaxed(example: Knowledge, profile: own.Answers) -> None:
    """Whoever asks and whatever comes out, value, JSON, text and Markdown name the relaxation with its source."""
    says_so(recommend(profile, knowledge=example), example)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "routine"),
        ({"pain_now": 8}, "relief_only"),
        ({"medical_signs": ["night_pain"]}, "see_clinician"),
        ({"emergency_signs": ["saddle_numbness"]}, "emergency"),
        ({"cannot": list(own.QUESTIONS["cannot"].words)}, "nothing_fits"),
    ],
)
def test_every_outcome_says_what_is_relaxed(example: Knowledge, changes: dict[str, Any], outcome: str) -> None:
    """Each outcome says it."""
    result = recommend(person(changes), knowledge=example)
    assert result.outcome == outcome
    says_so(result, example)


@given(own.profiles())
@examples(30)
def test_shipped_results_relax_nothing(knowledge: Knowledge, profile: own.Answers) -> None:
    """Without a clinic's rules nothing is said about any."""
    result = recommend(profile, knowledge=knowledge)
    assert (result.knowledge.overlay, result.knowledge.relaxed) == ("", ())
    assert all("has relaxed" not in text for text in shown(result, knowledge))


def test_stricter_rules_relax_nothing(tight: Knowledge) -> None:
    """A clinic that only tightens is named, and nothing is called relaxed."""
    result = recommend(person(), knowledge=tight)
    assert (result.knowledge.overlay, result.knowledge.relaxed) == ("Test Clinic", ())
    assert all("has relaxed" not in text for text in shown(result, tight))


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
@pytest.mark.parametrize("name", ["trained", "emergency"])
def test_command_says_what_is_relaxed(form: str, name: str) -> None:
    """The command line says it in every format."""
    done = recommender("recommend", EXAMPLES / f"{name}.yaml", "--knowledge", CLINIC, "--format", form)
    assert "strap-stretch-with-leg-pain" in done.out


def test_relaxing_needs_a_base_that_can_say_so(clinic: Make, tmp_path: Path) -> None:
    """Upon a base without the sentence that names relaxations, nothing can be relaxed."""
    base = write_folder(tmp_path / "base")
    path = base / "rules/outcomes.yaml"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith("relaxed:")))
    tightening = change("demanding-with-pain", "also_when: {hernia: yes}", "fires_for: [{hernia: yes}]")
    assert clinic(tightening + "base: ../base\n").load().overlay == "Test Clinic"
    fault = clinic(relaxed("demanding-with-pain") + "base: ../base\n").only_fault()
    assert fault.startswith("overlay.yaml:3: No result would say what is relaxed")


def test_relaxations_are_said_without_the_share_of_signed_rules(clinic: Make, tmp_path: Path) -> None:
    """A base that does not say how much is signed still says everything that is relaxed, in brief text too."""
    base = write_folder(tmp_path / "base")
    path = base / "rules/outcomes.yaml"
    text = path.read_text()
    start, end = text.index("signed_share:"), text.index("relaxed:")
    path.write_text(text[:start] + text[end:])
    over = clinic(relaxed("demanding-with-pain") + "base: ../base\n").load()
    assert all("(demanding-with-pain)" in text for text in shown(recommend(person(), knowledge=over), over))


# --- wrong words in overlay.yaml ---------------------------------------------------------------------

CITED = "sources: [guideline/nobody]"
WRONG = {
    "an unknown rule": (change("hernia-archin", "also_avoid: {arching: mild}"), 4, '"hernia-archin" is no rule'),
    "an unknown key": (change("hernia-arching", "also_avoids: {arching: mild}"), 6, '"also_avoids" is no key'),
    "an unknown key at the top": (HEAD + "rule: {}\n", 3, '"rule" is no key'),
    "an unknown word in also_avoid": (change("hernia-arching", "also_avoid: {arching: mid}"), 6, '"mid" is no word'),
    "an unknown group in also_avoid": (change("hernia-arching", "also_avoid: {archin: mild}"), 6, '"archin" is no key'),
    "an unknown exercise": (change("hernia-arching", "also_avoid: {exercise: cobr}"), 6, '"cobr" is no exercise'),
    "an unknown field": (
        change("hernia-arching", "also_when: {hernai: yes}", "fires_for: [{hernia: yes}]"),
        6,
        '"hernai" is no field',
    ),
    "an unknown answer": (
        change("hernia-arching", "also_when: {pregnant: yess}", "fires_for: [{pregnant: yes}]"),
        6,
        '"yess" is no answer',
    ),
    "an unknown answer in unless": (relaxed("hernia-arching", "{cleared_by_clinician: yess}"), 6, '"yess"'),
    "an unknown locator": (
        change("hernia-arching", "also_avoid: {arching: mild}", CITED), 7, '"guideline/nobody" is no place'),
    "an unknown locator in unless": (
        relaxed("hernia-arching").replace("tips/intro", "tips/intr"), 6, '"relief-tips/intr" is no place'),
    "no name": ("topic: Own rules\n", 1, "`name` is missing"),
    "a change of nothing": (change("hernia-arching"), 4, "needs `also_when`, `also_avoid` or `unless`"),
    "a change without a reason": (HEAD + "changes: [{rule: acute-pain, also_avoid: {arching: mild}}]\n", 3, "because"),
    "a key twice": (HEAD + "name: Other\n", 3, '"name" stands twice'),
    "no YAML": (HEAD + "changes: [\n", None, "not valid YAML"),
    "a list": ("- a\n", 1, ""),
    "a rule listed that is in no file": (LISTED, 4, 'The rule "own-rule" is missing from rules/clinic/own.yaml'),
    "a rule of the base listed as its own": (
        HEAD + "rules:\n  safety/barbell.yaml: [barbell]\n", 4, 'The rule "barbell" is missing'),
    "a file listed that is not there": (
        HEAD + "rules:\n  clinic/own.yaml: []\n", 4, "There is no file rules/clinic/own.yaml"),
    "a name that hides on a screen": ('topic: Own rules\nname: "Clinic\\e[8m"\n', 2, "cannot be seen"),
    "a reason that hides on a screen": (
        relaxed("hernia-arching").replace("because: A test., ", 'because: "A \u202e test.", '), 6, "cannot be seen"),
    "a guideline of the base written anew": (
        HEAD + "guidelines:\n  - {id: nice-ng59, organisation: Us, title: T, year: 1, reference: R, checked: seen, "
        "facts: [Anything goes.]}\n", 4, 'The guideline "nice-ng59" stands in'),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_overlay_names_file_and_line(clinic: Make, name: str) -> None:
    """Each of these is refused, with the file, the line and what is wrong."""
    text, line, said = WRONG[name]
    faults = clinic(text).faults()
    place = "overlay.yaml" if line is None else f"overlay.yaml:{line}: "
    assert any(fault.startswith(place) and said in fault for fault in faults), "\n".join(faults)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_empty_overlay_is_refused(clinic: Make, text: str) -> None:
    """A file without anything in it is a mistake and not a clinic without wishes."""
    (fault,) = clinic(text).faults()
    assert fault.startswith("overlay.yaml")


def test_two_changes_of_one_rule_are_refused(clinic: Make) -> None:
    """One would hide the other."""
    text = (
        change("hernia-arching", "also_avoid: {arching: mild}") + relaxed("hernia-arching").partition("changes:\n")[2]
    )
    assert "two changes of one rule: hernia-arching" in clinic(text).only_fault()


def test_command_names_file_and_line(clinic: Make) -> None:
    """The command line ends with 1, says the same, and gives no routine."""
    folder = clinic(change("hernia-archin", "also_avoid: {arching: mild}")).folder
    done = recommender("recommend", EXAMPLES / "trained.yaml", "--knowledge", folder)
    assert (done.code, done.out) == (1, "")
    assert "overlay.yaml:4" in done.err
    assert 'Did you mean "hernia-arching"?' in one_line(done.err)


# --- files --------------------------------------------------------------------------------------------

STRAY = [
    "rules/contents.yaml",
    "rules/questionnaire.yaml",
    "rules/session.yaml",
    "rules/outcomes.yaml",
    "rules/guidelines.yaml",
    "rules/wording.yaml",
    "rules/reviews.yaml",
    "rules/safety/barbell.yaml",
    "rules/sources/ilive-2025.yaml",
    "rules/own.yaml",
    "rules/clinic/own.yml",
    "rules/clinic/own.YAML",
    "rules/clinic/own.yaml.bak",
    "rules/clinic/own.txt",
    "rules/clinic/own",
    "rules/clinic/.own.yaml",
    "rules/.clinic/own.yml",
    "catalog/vocabulary.yaml",
    "catalog/own.yaml",
    "catalog/exercise/own.yaml",
    "catalog/exercises/bridges.yaml",
    "catalog/exercises/.own.yaml",
    "own.yaml",
    "overlay.yml",
    "overlay.json",
    "Rules/clinic/own.yaml",
    "rule/clinic/own.yaml",
    "notes.txt",
    "profile.yaml",
    "guidelines.yaml",
]


@pytest.mark.parametrize("name", STRAY)
def test_stray_file_is_refused_by_name(clinic: Make, name: str, knowledge: Knowledge) -> None:
    """No file is passed over in silence: what has no place, or hides a file of the base, is named."""
    text = (knowledge.folder / name).read_text() if (knowledge.folder / name).is_file() else RULE
    faults = clinic(HEAD).write(name, text).faults()
    assert any(fault.startswith(name) for fault in faults), "\n".join(faults)


@pytest.mark.parametrize("name", ["README.md", "rules/clinic/why.md", ".gitignore", ".git/config", ".schemas/a.json"])
def test_what_is_for_people_and_other_programs_may_lie_there(clinic: Make, name: str) -> None:
    """Markdown, and hidden files outside the rules, are no rules and are let be."""
    assert clinic(HEAD).write(name, "text").load().overlay == "Test Clinic"
    assert not in_overlay(name)


def test_rule_that_is_not_listed_is_refused(clinic: Make) -> None:
    """A rule in a file stands in overlay.yaml too, so that none can get lost or slip in."""
    fault = clinic(HEAD).write("rules/clinic/own.yaml", RULE).only_fault()
    assert fault.startswith('rules/clinic/own.yaml:3: "own-rule" is not in overlay.yaml.')


def test_rule_that_is_listed_under_another_file_is_refused(clinic: Make) -> None:
    """Both places are named."""
    faults = clinic(LISTED).write("rules/clinic/other.yaml", RULE).faults()
    assert [fault.partition(":")[0] for fault in faults] == ["overlay.yaml", "rules/clinic/other.yaml"]


def test_rule_that_the_base_lost_is_not_found_again_in_the_overlay(clinic: Make, tmp_path: Path) -> None:
    """A clinic's list does not stand in for the contents of the base."""
    base = write_folder(tmp_path / "base")
    path = base / "rules/contents.yaml"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if "hernia-arching" not in line))
    text = HEAD + "base: ../base\nrules:\n  safety/disc-and-leg.yaml: [hernia-arching]\n"
    assert any('"hernia-arching" is not in rules/contents.yaml' in fault for fault in clinic(text).faults())


@pytest.mark.parametrize("name", ["rules/clinic/own.yaml", "rules/aaa/own.yaml", "rules/zzz/own.yaml"])
def test_rule_with_an_id_of_the_base_is_refused(clinic: Make, name: str) -> None:
    """No rule takes the place of one below; the clinic's file is the one that is named."""
    text = HEAD + f"rules:\n  {name.removeprefix('rules/')}: [hernia-arching]\n"
    fault = clinic(text).write(name, RULE.replace("own-rule", "hernia-arching")).only_fault()
    assert fault.startswith(f'{name}:3: The id "hernia-arching" stands in rules/safety/disc-and-leg.yaml already.')


@pytest.mark.parametrize("id", ["glute-bridge", "hernia-arching"])
def test_exercise_with_an_id_of_the_base_is_refused(clinic: Make, id: str) -> None:
    """No exercise takes the place of one below, nor the name of a rule."""
    text = EXERCISE.replace("riverside-knee-opening", id)
    faults = clinic(HEAD).write("catalog/exercises/aaa.yaml", text).faults()
    places = ("catalog/exercises/aaa.yaml:3", "rules/safety/disc-and-leg.yaml")
    assert any(fault.startswith(places) and f'The id "{id}" stands in' in fault for fault in faults)


def test_two_rules_of_the_clinic_with_one_id_are_refused(clinic: Make) -> None:
    """The second one is named."""
    text = HEAD + "rules:\n  clinic/own.yaml: [own-rule]\n  clinic/two.yaml: [own-rule]\n"
    made = clinic(text).write("rules/clinic/own.yaml", RULE).write("rules/clinic/two.yaml", RULE)
    assert made.only_fault().startswith("rules/clinic/two.yaml:3: The id")


def test_exercise_with_an_unknown_word_is_refused(clinic: Make) -> None:
    """An added exercise is held to the vocabulary of the base."""
    text = EXERCISE.replace("works: [hip_side", "works: [hip_sid")
    fault = clinic(HEAD).write("catalog/exercises/own.yaml", text).only_fault()
    assert fault.startswith('catalog/exercises/own.yaml:19: "hip_sid" is no word of works')


@pytest.mark.parametrize("name", ["rules/clinic/own.yaml", "catalog/exercises/own.yaml", "rules/sources/own.yaml"])
def test_empty_file_is_refused(clinic: Make, name: str) -> None:
    """An empty file beside overlay.yaml is named."""
    assert clinic(HEAD).write(name).only_fault().startswith(name)


def test_link_to_a_folder_is_refused(clinic: Make, tmp_path: Path) -> None:
    """A folder that is only linked would not be looked into, so that it is named."""
    made = clinic(HEAD).write("rules/clinic/README.md")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "own.yaml").write_text(RULE)
    (made.folder / "rules" / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert made.only_fault().startswith("rules/linked: ")


def test_link_that_leads_nowhere_is_refused(clinic: Make, tmp_path: Path) -> None:
    """A rule file that is gone behind its link is named."""
    made = clinic(HEAD).write("rules/clinic/README.md")
    (made.folder / "rules" / "clinic" / "own.yaml").symlink_to(tmp_path / "gone.yaml")
    assert made.only_fault().startswith("rules/clinic/own.yaml: ")


@pytest.mark.parametrize("name", ["overlay.yml", "Overlay.yaml", "OVERLAY.YAML", "overlay.YAML"])
def test_overlay_under_another_name_is_refused(tmp_path: Path, name: str) -> None:
    """Beside whole rules a file that means to be the overlay is not passed over."""
    folder = write_folder(tmp_path)
    (folder / name).write_text(HEAD)
    with pytest.raises(KnowledgeError, match=f"^{name}: A clinic's own folder is known by"):
        Knowledge.load(folder)


def test_overlay_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder called overlay.yaml is no overlay."""
    (tmp_path / "overlay.yaml").mkdir()
    with pytest.raises(KnowledgeError, match=r"overlay\.yaml"):
        Knowledge.load(tmp_path)


def test_overlay_beside_whole_rules_is_refused(tmp_path: Path) -> None:
    """A copy of the shipped rules with an overlay.yaml would hide the base: each file is named."""
    folder = write_folder(tmp_path)
    (folder / "overlay.yaml").write_text(HEAD)
    with pytest.raises(KnowledgeError, match=r"rules/questionnaire\.yaml: This file has no place here"):
        Knowledge.load(folder)


# --- ledgers ------------------------------------------------------------------------------------------


def test_ledger_of_the_clinic_can_be_cited(clinic: Make) -> None:
    """A text of the clinic's own has a ledger, and its places are places."""
    made = clinic(LISTED).write("rules/sources/own-text.yaml", LEDGER.replace("NAME", "own-text"))
    made.write("rules/clinic/own.yaml", RULE.replace("relief-tips/intro", "own-text/intro"))
    assert "own-text/intro" in made.load().locators()


@pytest.mark.parametrize("document", ["ilive-2025", "guideline", "other"])
def test_ledger_speaks_for_its_own_text_only(clinic: Make, document: str) -> None:
    """A ledger adds no places to a text of the base, nor to the guidance: it has the name of its file."""
    made = clinic(HEAD).write("rules/sources/own-text.yaml", LEDGER.replace("NAME", document))
    assert made.only_fault().startswith("rules/sources/own-text.yaml:1: ")


def test_ledger_cannot_be_called_guideline(clinic: Make) -> None:
    """Its places would look like published guidance."""
    made = clinic(HEAD).write("rules/sources/guideline.yaml", LEDGER.replace("NAME", "guideline"))
    assert made.only_fault().startswith("rules/sources/guideline.yaml:1: ")


# --- the base -----------------------------------------------------------------------------------------


def test_base_may_be_a_folder(clinic: Make, tmp_path: Path) -> None:
    """A folder with whole rules, named from the clinic's own, is as good a base as the shipped one."""
    base = write_folder(tmp_path / "base")
    over = clinic(HEAD + "base: ../base\n").load()
    assert len(over.rules) == len(Knowledge.load(base).rules)
    assert over.hash == clinic(HEAD + "base: ../base\n").load().hash
    path = base / "rules/safety/barbell.yaml"
    path.write_text(path.read_text() + "# looked at\n")
    assert clinic(HEAD + "base: ../base\n").load().hash != over.hash


@pytest.mark.parametrize("base", ["../nowhere", "Shipped", "overlay.yaml"])
def test_missing_base_is_named_with_its_line(clinic: Make, base: str) -> None:
    """A base that is no folder is a fault of overlay.yaml."""
    assert clinic(HEAD + f"base: {base}\n").only_fault().startswith(f"overlay.yaml:3: There is no folder `{base}`")


def test_base_without_rules_is_named_with_its_line(clinic: Make, tmp_path: Path) -> None:
    """So is a folder that holds no rules."""
    (tmp_path / "empty").mkdir()
    assert clinic(HEAD + "base: ../empty\n").faults()[0].startswith("overlay.yaml:3: ")


@pytest.mark.parametrize("base", [".", "../other"])
def test_base_that_is_an_overlay_is_refused(clinic: Make, tmp_path: Path, base: str) -> None:
    """One clinic's rules do not lie on another's, or on themselves."""
    Clinic(tmp_path / "other", HEAD)
    fault = clinic(HEAD + f"base: {base}\n").only_fault()
    assert fault.startswith(f"overlay.yaml:3: The folder `{base}` is a clinic's own folder too.")


def test_faulty_base_gives_no_knowledge(clinic: Make, tmp_path: Path) -> None:
    """A fault below is a fault above."""
    age = ("{age: at least 65}\n    then: {ask", "{ag: at least 65}\n    then: {ask")
    write_folder(tmp_path / "base", {"rules/safety/age.yaml": age})
    assert any(fault.startswith("rules/safety/age.yaml:") for fault in clinic(HEAD + "base: ../base\n").faults())


# --- signatures ---------------------------------------------------------------------------------------

REVIEW = """topic: Signatures
reviews:
  - rule: RULE
    meaning: "0123456789abcdef"
    reviewer: A. Example, physiotherapist
    on: 2026-01-01
    next_look: 2027-01-01
"""


def test_reviews_lie_beside_the_overlay(clinic: Make) -> None:
    """A clinic signs in a reviews.yaml of its own; what was signed with another meaning is a draft."""
    over = clinic(HEAD).write("reviews.yaml", REVIEW.replace("RULE", "hernia-arching")).load()
    assert over.sign_off("hernia-arching").state == "changed"


def test_review_of_an_unknown_rule_is_refused(clinic: Make) -> None:
    """With file and line."""
    fault = clinic(HEAD).write("reviews.yaml", REVIEW.replace("RULE", "hernia-archin")).only_fault()
    assert fault.startswith('reviews.yaml:3: "hernia-archin" is no rule.')


def test_signing_holds_for_the_changed_rule_only(clinic: Make) -> None:
    """A signature given with the clinic's change lapses without it: each meaning is signed by itself."""
    text = change("hernia-arching", "also_avoid: {arching: mild}")
    folder = clinic(text).folder
    signer = ("--reviewer", "A. Example, physiotherapist", "--yes")
    done = recommender("rules", "sign", "hernia-arching", *signer, "--knowledge", folder)
    assert done.code == 0, done.err
    assert Knowledge.load(folder).sign_off("hernia-arching").state == "signed"
    for other in (HEAD, relaxed("hernia-arching"), change("hernia-arching", "also_avoid: {arching: strong}")):
        assert clinic(other).load().sign_off("hernia-arching").state == "changed"


def test_readme_of_the_example_is_reached() -> None:
    """The guides for rule authors lead to the example's README."""
    assert (CLINIC / "README.md").is_file()
    assert "(../examples/clinic/README.md)" in (ROOT / "rules" / "README.md").read_text()
