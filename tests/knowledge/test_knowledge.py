"""Loading knowledge: one seeded fault each is found, with its file, its line and the nearest word."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from recommender import Knowledge, KnowledgeError, Profile, recommend
from recommender.decision.decide import numbers_in
from recommender.decision.pipeline import Recommender
from recommender.errors import KnowledgeFault
from recommender.knowledge.knowledge import CompiledRule
from recommender.profile.profile import PainPosition
from recommender.profile.wishes import WISHES
from tests.conftest import person
from tests.plainly import selected
from tests.strategies import KNOWLEDGE


class Copy:
    """A copy of the shipped knowledge in which a fault can be seeded."""

    def __init__(self, folder: Path, shipped: Path) -> None:
        self.folder = folder
        for part in ("rules", "catalog"):
            shutil.copytree(shipped / part, folder / part)

    def change(self, file: str, old: str, new: str, after: str = "") -> int:
        """Put `new` for the first `old` behind the text `after`; gives the line on which it stands."""
        path = self.folder / file
        text = path.read_text()
        start = text.index(old, text.index(after))
        path.write_text(text[:start] + new + text[start + len(old) :])
        return text.count("\n", 0, start) + 1

    def faults(self) -> tuple[KnowledgeFault, ...]:
        with pytest.raises(KnowledgeError) as caught:
            Knowledge.load(self.folder)
        return caught.value.faults

    def only_fault(self) -> KnowledgeFault:
        faults = self.faults()
        assert len(faults) == 1, "\n".join(map(str, faults))
        return faults[0]


@pytest.fixture
def copy(tmp_path: Path, knowledge: Knowledge) -> Copy:
    return Copy(tmp_path, knowledge.folder)


INJURY = "rules/safety/injury-and-surgery.yaml"
ACUTE = "rules/safety/acute-pain.yaml"
DISC = "rules/safety/disc-and-leg.yaml"
TILTS = "catalog/exercises/pelvic-tilts.yaml"

# What is seeded: name -> file, old text, new text, the text behind which it stands, found, hint
SEEDED = {
    "a typo in a vocabulary word of an exercise": (
        TILTS,
        "family: pelvic_tilt",
        "family: pelvic_tlit",
        "",
        '"pelvic_tlit"',
        '"pelvic_tilt"',
    ),
    "a typo in a pattern": (
        TILTS,
        "patterns: [pelvic_tilt]",
        "patterns: [pelvic_titl]",
        "",
        '"pelvic_titl"',
        '"pelvic_tilt"',
    ),
    "a typo in a selector's word": (
        ACUTE,
        "{intensity: demanding}",
        "{intensity: demandng}",
        "",
        '"demandng"',
        '"demanding"',
    ),
    "a typo in a selector's key": (
        ACUTE,
        "{intensity: demanding}",
        "{intensty: demanding}",
        "",
        '"intensty"',
        '"intensity"',
    ),
    "an unknown locator in a rule": (
        INJURY,
        "sources: [ilive-2025/muscles#2]",
        "sources: [ilive-2025/muscles#7]",
        "id: injury-under",
        "muscles#7",
        "ilive-2025/",
    ),
    "an unknown guideline in a rule": (
        ACUTE,
        "sources: [guideline/pain-monitoring",
        "sources: [guideline/pain-monitorin",
        "",
        "pain-monitorin",
        '"guideline/pain-monitoring"',
    ),
    "an unknown locator in an exercise": (
        TILTS,
        "- {at: relief-tips/points#8,",
        "- {at: guideline/nhs-bak, reading: direct}\n      - {at: relief-tips/points#8,",
        "",
        '"guideline/nhs-bak"',
        '"guideline/nhs-back"',
    ),
    "an unknown field in a condition": (DISC, "when: {hernia: yes}", "when: {herna: yes}", "", '"herna"', '"hernia"'),
    "an unknown answer in a condition": (
        ACUTE,
        "when: {acute_pain: yes}",
        "when: {acute_pain: yess}",
        "",
        '"yess"',
        '"yes"',
    ),
    "an unknown word of a set in a condition": (
        ACUTE,
        "named pinched_nerve_flare",
        "named pinched_nerv_flare",
        "",
        "pinched_nerv_flare",
        '"pinched_nerve_flare"',
    ),
    "a bound that lets go of more pain": (
        ACUTE,
        "{pain_now: at least 6}",
        "{pain_now: up to 6}",
        "",
        "riskier",
        "unknown",
    ),
    "a bound that forgets the unknown week": (
        INJURY,
        "- weeks_since_injury: unknown",
        "- weeks_since_injury: 3",
        "id: injury-under",
        "riskier",
        "unknown",
    ),
    "a safety rule for the harmless answer": (
        DISC,
        "when: {hernia: yes}",
        'when: {hernia: "no"}',
        "",
        "riskier",
        "Widen",
    ),
    "an exception that reads an illness": (
        INJURY,
        "when: {cleared_by_clinician: yes}",
        'when: {hernia: "no"}',
        "unless:",
        "`unless` may not read hernia",
        "cleared_by_clinician",
    ),
    "an unknown key in a rule": (
        ACUTE,
        "    title: In acute",
        "    reeding: direct\n    title: In acute",
        "",
        '"reeding"',
        '"reading"',
    ),
    "an unknown key in an exercise": (
        TILTS,
        "    family: pelvic_tilt",
        "    replacment: []\n    family: pelvic_tilt",
        "",
        '"replacment"',
        '"replacement"',
    ),
    "an unknown reading": (ACUTE, "reading: inferred", "reading: infered", "", '"infered"', "inferred"),
    "an unknown outcome": (ACUTE, "stop: relief_only", "stop: relief", "", '"relief"', "relief_only"),
    "an unknown exercise as replacement": (
        TILTS,
        "replacement: [wall-pelvic-tilt]",
        "replacement: [glute-brige]",
        "id: pelvic-tilt-flat",
        '"glute-brige"',
        '"glute-bridge"',
    ),
    "an unknown exercise as example": (
        DISC,
        "- both-knees-to-chest",
        "- both-knee-to-chest",
        "hits:",
        '"both-knee-to-chest"',
        '"both-knees-to-chest"',
    ),
    "an unknown word for whom": (ACUTE, "whom: doctor", "whom: docter", "", '"docter"', '"doctor"'),
    "an unknown rank": (
        "rules/selection/agreement.yaml",
        "rank: agreement",
        "rank: agrement",
        "",
        '"agrement"',
        '"agreement"',
    ),
    "broken YAML": (ACUTE, "when: {acute_pain: yes}", "when: {acute_pain: yes", "", "not valid YAML", "line"),
    "a key that stands twice": (
        ACUTE,
        "    title: In acute",
        "    id: other\n    title: In acute",
        "",
        '"id" stands twice',
        "Keep one",
    ),
    "a conflict that is not in the register": (
        "rules/sources/ilive-2025.yaml",
        "conflicts: [load-at-home]",
        "conflicts: [load-at-hom]",
        "",
        '"load-at-hom"',
        '"load-at-home"',
    ),
}


def test_an_outcome_that_sends_to_nobody_known_is_found(copy: Copy) -> None:
    """The usual person of an outcome must be one for whom there are words."""
    copy.change("rules/outcomes.yaml", "whom: physiotherapist", "whom: fysiotherapist")
    fault = copy.only_fault()
    assert fault.file == "rules/outcomes.yaml"
    assert '"fysiotherapist"' in fault.found


def test_copy_is_the_same_knowledge(copy: Copy, knowledge: Knowledge) -> None:
    """Without a fault the copy loads, with the same hash and the same results."""
    other = Knowledge.load(copy.folder)
    assert other.hash == knowledge.hash
    assert other is not knowledge
    assert recommend(person(), knowledge=other) == recommend(person())


@pytest.mark.parametrize("name", SEEDED)
def test_seeded_fault_is_found(name: str, copy: Copy) -> None:
    """The fault is named with its file and a line near it, what was found, and what was probably meant."""
    file, old, new, after, found, hint = SEEDED[name]
    line = copy.change(file, old, new, after)
    faults = copy.faults()
    hits = [fault for fault in faults if found in fault.found]
    assert hits, "\n".join(map(str, faults))
    assert hits[0].file == file
    assert hits[0].line is not None
    assert line - 6 <= hits[0].line <= line + 1  # a rule's or a list's own line where the fault is of the whole
    assert hint in hits[0].do
    assert str(hits[0]).startswith(f"{file}:{hits[0].line}: ")


def test_line_of_a_typo_is_exact(copy: Copy) -> None:
    """A wrong word in a condition, a selector and an exercise is named with the very line."""
    lines = {
        copy.change(DISC, "when: {hernia: yes}", "when: {herna: yes}"),
        copy.change(DISC, "bending: strong}", "bending: stron}", "id: bending-with-leg-pain"),
    }
    faults = copy.faults()
    assert {(fault.file, fault.line) for fault in faults} == {(DISC, line) for line in lines}


def test_all_faults_come_at_once(copy: Copy) -> None:
    """Faults of several files stand in one error."""
    copy.change(ACUTE, "pain_now: at least 6", "pain_noww: at least 6")
    copy.change(DISC, "when: {hernia: yes}", "when: {herna: yes}")
    copy.change(INJURY, "recent_injury: yes", "recent_injry: yes")
    assert [fault.file for fault in copy.faults()] == [ACUTE, DISC, INJURY]


NAMED = ("questionnaire", "session", "outcomes", "guidelines", "conflicts")


@pytest.mark.parametrize("file", ["catalog/vocabulary.yaml", *(f"rules/{name}.yaml" for name in NAMED)])
def test_missing_file_is_named(file: str, copy: Copy) -> None:
    """A file that must be there is named if it is not."""
    (copy.folder / file).unlink()
    found = copy.only_fault()
    assert found.file == file
    assert "missing" in found.found


def test_missing_rule_file_does_not_load(copy: Copy, knowledge: Knowledge) -> None:
    """No file of rules can be lost in silence: the table of contents names what stands in it."""
    files = sorted({compiled.file for compiled in knowledge.rules})
    assert len(files) > 20
    for file in files:
        path = copy.folder / file
        raw = path.read_bytes()
        path.unlink()
        assert copy.faults(), file
        path.write_bytes(raw)


def test_missing_catalogue_file_does_not_load(copy: Copy) -> None:
    """No file of exercises can be lost in silence."""
    for path in sorted((copy.folder / "catalog/exercises").iterdir()):
        raw = path.read_bytes()
        path.unlink()
        assert copy.faults(), path.name
        path.write_bytes(raw)


@pytest.mark.parametrize("part", ["rules", "catalog"])
def test_missing_folder_is_named(part: str, copy: Copy) -> None:
    """A folder without knowledge is refused with what was expected there."""
    shutil.rmtree(copy.folder / part)
    assert f"{part}/" in copy.faults()[0].found


def test_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    """A wrong path is a KnowledgeError, not a traceback."""
    with pytest.raises(KnowledgeError):
        Knowledge.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name", ["rules/stray.yaml", "rules/safety/x.yml", "catalog/stray.yaml", "catalog/other/x.yaml"]
)
def test_stray_file_is_refused(name: str, copy: Copy) -> None:
    """A file in the wrong place would not be read as what it was meant for, so it is a fault."""
    path = copy.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("topic: x\n")
    assert copy.only_fault().file == name


def test_empty_file_is_refused(copy: Copy) -> None:
    """A file without content is a fault of that file."""
    (copy.folder / ACUTE).write_text("")
    assert copy.faults()[0].file == ACUTE


def test_duplicate_rule_id_is_found(copy: Copy) -> None:
    """Two rules with one id, in one file or in two, are refused."""
    for old in ("id: hernia-arching", "id: bending-with-leg-pain"):
        line = copy.change(DISC, old, "id: acute-pain")
        hits = [fault for fault in copy.faults() if '"acute-pain" stands in' in fault.found]
        assert [(fault.file, fault.line) for fault in hits] == [(DISC, line)]
        copy.change(DISC, "id: acute-pain", old)


def test_duplicate_exercise_id_is_found(copy: Copy) -> None:
    """Two exercises with one id are refused."""
    copy.change(TILTS, "id: pelvic-tilt-rock", "id: pelvic-tilt-flat")
    assert any('"pelvic-tilt-flat" stands in' in fault.found for fault in copy.faults())


def test_ledger_without_an_item_is_found(copy: Copy) -> None:
    """A ledger must say something about every item of its text."""
    file = "rules/sources/basic-four.yaml"
    text = (copy.folder / file).read_text()
    (copy.folder / file).write_text(re.sub(r"(?m)^( *)- item: 3\n *says", r"\1- says", text))
    found = copy.faults()[0]
    assert found.file == file
    assert "3" in found.found
    assert found.line is not None


def test_ledger_with_an_item_too_many_is_found(copy: Copy) -> None:
    """An item that the text does not have is refused."""
    copy.change("rules/sources/basic-four.yaml", "items: 4", "items: 3")
    assert "4" in copy.faults()[0].found


def test_entry_without_an_outcome_is_found(copy: Copy) -> None:
    """A statement that was read must say what became of it."""
    file = "rules/sources/basic-four.yaml"
    line = copy.change(file, "outcome: encoded", "because: read")
    hits = copy.faults()
    assert all(fault.file == file for fault in hits)
    assert any("`outcome` is missing" in fault.found and abs((fault.line or 0) - line) <= 3 for fault in hits)


def test_two_effects_are_refused(copy: Copy) -> None:
    """A rule has exactly one effect; the fault names both."""
    line = copy.change(ACUTE, "avoid: {intensity: demanding}", "avoid: {intensity: demanding}, ask: doctor")
    found = copy.only_fault()
    assert (found.file, found.line) == (ACUTE, line)
    assert "ask, avoid" in found.found


def test_rule_without_an_effect_is_refused(copy: Copy) -> None:
    """A rule that does nothing is refused."""
    copy.change(ACUTE, "then: {avoid: {intensity: demanding}}", "then: {}")
    assert "exactly one effect" in copy.only_fault().found


def test_rule_without_sources_is_refused(copy: Copy) -> None:
    """Only practical rules and decisions of the project may stand without sources."""
    copy.change(ACUTE, "sources: [guideline/pain-monitoring, volgograd-2022/intro]", "sources: []")
    assert "sources" in copy.only_fault().found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{cleared_by_clinician: yes}", "{equipment: without roller}"),
        ("{cleared_by_clinician: yes}", '{cleared_by_clinician: "no"}'),
    ],
)
def test_exception_may_not_reward_risk(old: str, new: str, copy: Copy) -> None:
    """`unless` may not read kit that is missing or a clearance that is denied."""
    line = copy.change(INJURY, old, new, "unless:")
    fault = copy.only_fault()
    assert "riskier" in fault.found
    assert (fault.file, abs((fault.line or 0) - line) <= 6) == (INJURY, True)


def test_a_doubt_may_not_count_as_less_than_the_riskiest_answer(copy: Copy) -> None:
    """`unsure` below `yes` would not meet a rule on `yes`, so such an order does not load."""
    copy.change(
        "rules/questionnaire.yaml", 'risk: [["no"], [unsure, "yes"]]', 'risk: [["no"], [unsure], ["yes"]]', "hernia"
    )
    assert "`unsure` stands beside the riskiest answer" in copy.only_fault().found


# --- the shipped knowledge ------------------------------------------------------------------------

# The items of the texts that are no exercises: contraindications, kinds to avoid, empty slots, one thing to avoid.
NO_EXERCISES = {
    "ilive-2025/muscles": {1, 2, 3},
    "ilive-2025/harmful": {1, 2, 3, 4, 5, 6, 7, 8},
    "pain-by-position/lying-or-standing": {1, 2, 3, 4},
    "pain-by-position/sitting": {1, 2},
    "pain-by-position/any-position": {1, 2},
    "relief-tips/points": {1},
}


def test_all_locators_resolve(knowledge: Knowledge) -> None:
    """Every source of every rule, exercise, question and conflict is a place in a ledger or in the guidance."""
    cited = {at for compiled in knowledge.rules for at in compiled.rule.sources}
    cited |= {at for compiled in knowledge.rules if compiled.rule.unless for at in compiled.rule.unless.sources}
    cited |= {at for exercise in knowledge.exercises for at in exercise.locators}
    cited |= {dose.source for exercise in knowledge.exercises for dose in exercise.doses}
    cited |= {at for question in knowledge.questionnaire.questions for at in question.sources}
    cited |= {at for conflict in knowledge.conflicts for side in conflict.sides for at in side.sources}
    assert len(cited) > 150
    assert cited <= knowledge.locators()


def test_every_exercise_item_of_the_texts_is_cited(knowledge: Knowledge) -> None:
    """All 109 items that are exercises are carried by an exercise, and no other item is."""
    cited = {at for exercise in knowledge.exercises for at in exercise.locators}
    items = set()
    for ledger in knowledge.ledgers:
        for section in ledger.sections:
            place = f"{ledger.document}/{section.id}"
            numbers = set(range(1, section.items + 1)) - NO_EXERCISES.get(place, set())
            items |= {f"{place}#{number}" for number in numbers}
    assert len(items) == 109
    assert {at for at in cited if "#" in at} == items


def test_guidance_alone_carries_nine_exercises(knowledge: Knowledge) -> None:
    """Guidance alone carries what the texts lack: for pregnancy, on a chair, and standing with a hold."""
    alone = {e.id for e in knowledge.exercises if all(at.startswith("guideline/") for at in e.locators)}
    assert alone == {
        "cat-round-only", "side-lying-rest", "wall-pelvic-tilt", "pelvic-floor-squeezes", "sit-to-stand",
        "heel-raise-holding-chair", "sideways-leg-lift-holding-chair", "seated-hip-march", "seated-upper-body-turn",
    }  # fmt: skip


def test_selectors_mean_what_they_say(knowledge: Knowledge) -> None:
    """The mask of every rule holds the exercises that a plain reading of its selector finds, for advice as well."""

    def plainly(compiled: CompiledRule) -> set[str]:
        then = compiled.rule.then
        selectors: list[Any] = [then.avoid or then.allow_only or then.if_routine_has or then.on_steps]
        selectors = list(then.prefer or then.defer or selectors)
        return {e.id for e in knowledge.exercises if any(selected(part, e, knowledge) for part in selectors)}

    for compiled in knowledge.rules:
        then = compiled.rule.then
        narrowed = then.if_routine_has is not None or then.on_steps is not None
        if compiled.effect in ("avoid", "allow_only", "prefer", "defer") or narrowed:
            assert {knowledge.exercises[n].id for n in numbers_in(compiled.selects)} == plainly(compiled), compiled.id


def words_of(annotation: Any) -> set[str]:
    """Every word of the literals in a type."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {word for part in get_args(annotation) for word in words_of(part)}


def test_profile_has_the_words_of_the_questionnaire(knowledge: Knowledge) -> None:
    """The types of the profile and the questionnaire file name the same fields and the same words."""
    fields = {
        name: info.annotation for name, info in Profile.model_fields.items() if name not in ("pain_position", *WISHES)
    }
    fields |= {f"pain_position.{name}": info.annotation for name, info in PainPosition.model_fields.items()}
    questions = knowledge.table.questions
    assert set(fields) == set(questions)
    for name, annotation in fields.items():
        wanted = {"unknown"} if questions[name].unknown else set(questions[name].words)
        assert words_of(annotation) == wanted, name


def test_profile_has_the_defaults_of_the_questionnaire(knowledge: Knowledge) -> None:
    """Only wishes have a default, and the model's are those of the file."""
    data = person()
    for name in ("goal", "level", "minutes", "equipment", "cannot"):
        del data[name]
    model = Profile.model_validate(data)
    for name, question in knowledge.table.questions.items():
        if question.default is not None:
            assert getattr(model, name) == question.default
    assert {n for n, q in knowledge.table.questions.items() if q.default is not None} == {
        "goal", "level", "minutes", "equipment", "cannot",
    }  # fmt: skip


def test_knowledge_can_be_swapped(copy: Copy, knowledge: Knowledge) -> None:
    """`recommend(profile, knowledge=other)` uses the other rules, and the shipped ones go on being used without it."""
    copy.change("rules/outcomes.yaml", "title: Your routine", "title: The clinic's routine")
    copy.change(ACUTE, "pain_now: at least 6", "pain_now: at least 3")
    other = Knowledge.load(copy.folder)
    mild = person(pain_now=4, pain_course="new")
    for profile in (mild, Profile.model_validate(mild)):
        for _ in range(2):
            assert recommend(profile, knowledge=other).outcome == "relief_only"
            assert recommend(profile).outcome == "routine"
    assert recommend(person(), knowledge=other).title == "The clinic's routine"
    assert recommend(person(), knowledge=other).knowledge.hash == other.hash != knowledge.hash
    assert Recommender(other).knowledge is other


def test_path_is_no_knowledge(knowledge: Knowledge) -> None:
    """A path or a name in place of a Knowledge is a TypeError that says what to give, never the shipped rules."""
    for wrong in (str(knowledge.folder), knowledge.folder, "", {}):
        with pytest.raises(TypeError, match=r"Knowledge\.load\(folder\)"):
            recommend(person(), knowledge=wrong)  # type: ignore[arg-type]


def test_hash_changes_with_any_byte(copy: Copy, knowledge: Knowledge) -> None:
    """A comment is enough to make it another knowledge."""
    path = copy.folder / ACUTE
    path.write_text(path.read_text() + "# a remark\n")
    assert Knowledge.load(copy.folder).hash != knowledge.hash


def test_missing_age_file_does_not_load(tmp_path: Path) -> None:
    """Deleting rules/safety/age.yaml (the stop under 18) must not go unnoticed; every other rule file is missed."""
    for part in ("rules", "catalog"):
        shutil.copytree(KNOWLEDGE.folder / part, tmp_path / part)
    (tmp_path / "rules/safety/age.yaml").unlink()
    with pytest.raises(KnowledgeError):
        Knowledge.load(tmp_path)
