"""`recommender recommend`: outcomes, exit codes, formats, files, and what the page looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st

from recommender import Knowledge, Recommendation, recommend
from recommender.output.markdown import render_markdown
from recommender.output.text import render_text
from tests.command_line import EXAMPLES, environment, example, in_terminal, one_line, recommender
from tests.conftest import examples, person
from tests.strategies import KNOWLEDGE, QUESTIONS, profiles

OUTCOMES = {
    "desk-worker": "routine",
    "standing-hurts": "routine",
    "pregnancy": "routine",
    "hernia": "routine",
    "trained": "routine",
    "acute-flare": "relief_only",
    "three-weeks-after-injury": "see_clinician",
    "emergency": "emergency",
}
STOPPED = ("see_clinician", "emergency")
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
ESCAPE = "\x1b"


def result_of(name: str) -> Recommendation:
    return Recommendation.model_validate_json(example(name, "json").out)


def part(text: str, first: str, *after: str) -> str:
    """What stands between a heading and the first of the headings that follow it."""
    found = text.partition(first)[2]
    return one_line(min((found.partition(heading)[0] for heading in after), key=len, default=found))


def own_reasons(result: Recommendation) -> list[str]:
    """The names of the exercises that something besides a stop leaves out."""
    return [e.name for e in result.excluded if any(reason.effect != "stop" for reason in e.reasons)]


def test_the_examples_are_there() -> None:
    """Every example whose outcome is fixed here is still in the folder."""
    assert set(OUTCOMES) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_gives_its_outcome_and_exit_code(name: str) -> None:
    """The JSON is a Recommendation with the known outcome; 0 with a routine or rest positions, 3 without."""
    done, result = example(name, "json"), result_of(name)
    assert result.outcome == OUTCOMES.get(name, result.outcome)
    assert done.code == (3 if result.outcome in STOPPED else 0)
    assert bool(result.routine) == (result.outcome not in STOPPED)
    assert done.err == ""


@pytest.mark.parametrize("name", NAMES)
def test_the_text_says_the_same_as_the_json(name: str) -> None:
    """The text has the same exit code, the title, every step, and the disclaimer."""
    done, result = example(name), result_of(name)
    assert (done.code, done.err) == (example(name, "json").code, "")
    text = one_line(done.out)
    assert result.title.upper() in text
    for step in result.routine:
        assert f"{step.order}. {step.name}" in text
        assert all(one_line(sentence) in text for sentence in step.how)
    assert result.disclaimer in text
    assert result.knowledge.hash in text


@pytest.mark.parametrize("name", ["desk-worker", "acute-flare", "three-weeks-after-injury", "emergency"])
def test_markdown_says_the_same_as_the_json(name: str) -> None:
    """The Markdown has the same exit code, one title, every step, and every exercise that is left out."""
    done, result = example(name, "markdown"), result_of(name)
    assert (done.code, done.err) == (example(name, "json").code, "")
    assert done.out.startswith(f"# {result.title}\n")
    assert [line for line in done.out.splitlines() if line.startswith("# ")] == [f"# {result.title}"]
    for step in result.routine:
        assert f"### {step.order}. {step.name}" in done.out
    left_out = done.out.partition("## What was left out, and why")[2]
    assert all(entry.name in left_out for entry in result.excluded)


@pytest.mark.parametrize("name", NAMES)
def test_lines_keep_within_80_columns_and_hold_no_escape_codes(name: str) -> None:
    """With COLUMNS=80 and no terminal, no line is longer than 80 columns, and there is no colour."""
    out = example(name).out
    assert [line for line in out.splitlines() if len(line) > 80] == []
    assert ESCAPE not in out


@pytest.mark.parametrize("name", [name for name in NAMES if OUTCOMES.get(name) in (*STOPPED, "relief_only")])
def test_the_stop_box_comes_first(name: str) -> None:
    """Where there is a stop, its box opens the page, with the title and what to do now."""
    lines, result = example(name).out.splitlines(), result_of(name)
    assert lines[0] == "=" * 80
    box = one_line(" ".join(lines[1 : lines.index("=" * 80, 1)]))
    assert box.startswith(result.title.upper())
    assert one_line(" ".join(result.now)) in box
    strongest = [message for message in result.messages_of("stop") if message.topic == result.outcome]
    assert strongest
    assert all(one_line(message.text) in box for message in strongest)


@pytest.mark.parametrize("name", [name for name in NAMES if OUTCOMES.get(name) == "routine"])
def test_every_exercise_of_a_routine_day_is_named(name: str) -> None:
    """Every excluded exercise stands under what was left out, every one not chosen under what is allowed."""
    out, result = example(name).out, result_of(name)
    left_out = part(out, "WHAT WAS LEFT OUT, AND WHY", "ALLOWED, BUT NOT IN THIS ROUTINE", "GOOD TO KNOW")
    assert [entry.name for entry in result.excluded if entry.name not in left_out] == []
    allowed = part(out, "ALLOWED, BUT NOT IN THIS ROUTINE", "GOOD TO KNOW")
    assert [entry.name for entry in result.not_chosen if entry.name not in allowed] == []
    assert result.excluded
    assert result.not_chosen


@pytest.mark.parametrize("name", [name for name in NAMES if OUTCOMES.get(name) in ("see_clinician", "relief_only")])
def test_a_stop_still_names_what_has_reasons_of_its_own(name: str) -> None:
    """With a stop, the text says that it leaves out the rest, and names what other reasons leave out."""
    out, result = example(name).out, result_of(name)
    left_out = part(out, "WHAT WAS LEFT OUT, AND WHY", "ALLOWED, BUT NOT IN THIS ROUTINE", "GOOD TO KNOW")
    assert "are left out for now, because of what is said above:" in left_out
    assert own_reasons(result)
    assert [each for each in own_reasons(result) if each not in left_out] == []


def test_an_emergency_is_short_unless_all_is_asked_for() -> None:
    """An emergency lists no exercises, and with --all it names what other reasons leave out as well."""
    short, result = one_line(example("emergency").out), result_of("emergency")
    assert "WHAT WAS LEFT OUT" not in short
    assert [entry.name for entry in result.excluded if f"{entry.name}," in short] == []
    full = recommender("recommend", EXAMPLES / "emergency.yaml", "--all")
    assert full.code == 3
    assert full.out.startswith("=" * 80)
    left_out = part(full.out, "WHAT WAS LEFT OUT, AND WHY", "GOOD TO KNOW")
    assert own_reasons(result)
    assert [each for each in own_reasons(result) if each not in left_out] == []


@examples(60)
@given(profiles(), st.booleans())
def test_weaker_stops_are_silent_in_an_emergency(profile: dict[str, Any], everything: bool) -> None:
    """In an emergency only its own stops are said, and with --all the weaker ones as well; otherwise all are."""
    result = recommend(profile)
    event(result.outcome)
    text = one_line(render_text(result, KNOWLEDGE, colour=False, everything=everything))
    shown = text if everything else text.partition("WHAT WAS LEFT OUT")[0]
    for message in result.messages_of("stop"):
        silent = result.outcome == "emergency" != message.topic and not everything
        assert (one_line(message.text) in shown) != silent


def test_an_emergency_is_not_watered_down() -> None:
    """With an emergency sign and an illness, the illness is not said."""
    result = recommend(person(emergency_signs=["chest_pain"], medical_signs=["fever_or_infection"]))
    milder = [c.rule.say for c in KNOWLEDGE.rules if c.rule.then.stop not in (None, "emergency")]
    assert milder
    assert {message.topic for message in result.messages_of("stop")} == {"emergency"}
    for everything in (False, True):
        text = one_line(render_text(result, KNOWLEDGE, colour=False, everything=everything))
        assert [say for say in milder if one_line(say) in text.partition("WHAT WAS LEFT OUT")[0]] == []


@examples(60)
@given(profiles())
def test_the_parts_of_the_text_are_in_order(profile: dict[str, Any]) -> None:
    """Steps, notes on the session, what to do if it hurts, what was left out, what is allowed, good to know."""
    result = recommend(profile)
    event(result.outcome)
    text = one_line(render_text(result, KNOWLEDGE, colour=False))
    outcomes = KNOWLEDGE.outcomes
    said = {message.topic for message in result.messages_of("advice")}
    parts = [f"{step.order}. {step.name}" for step in result.routine]
    parts += [one_line(message.text) for message in result.messages_of("note")]
    parts += [words.upper() for topic, words in outcomes.advice.items() if topic in said & set(outcomes.urgent_advice)]
    parts += ["WHAT WAS LEFT OUT, AND WHY"] if result.outcome != "emergency" else []
    parts += ["ALLOWED, BUT NOT IN THIS ROUTINE"] if result.not_chosen else []
    parts += ["GOOD TO KNOW"] if result.outcome == "routine" and result.routine else []
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_notes_stand_between_the_routine_and_what_to_do_if_it_hurts() -> None:
    """What the session lacks is said right below its last step."""
    result = recommend(person(minutes=5, cannot=["lie_on_back", "stand"]))
    notes = result.messages_of("note")
    assert notes
    assert result.routine
    last = result.routine[-1]
    text = one_line(render_text(result, KNOWLEDGE, colour=False))
    said = " ".join(one_line(message.text) for message in notes)
    assert f"[{', '.join(last.sources)}] {said} {KNOWLEDGE.outcomes.advice['during_pain'].upper()} - " in text


def test_rest_positions_are_a_choice() -> None:
    """After relief_only the positions stand under a heading that says to choose."""
    out = example("acute-flare").out
    assert "\nREST POSITIONS: CHOOSE WHAT FEELS BEST " in out
    assert "YOUR ROUTINE" not in out


NOTHING_POSSIBLE = {"cannot": list(QUESTIONS["cannot"].words), "equipment": []}


@pytest.mark.parametrize(("pain", "outcome"), [("no", "nothing_fits"), ("yes", "relief_only")])
def test_nothing_left_gives_the_box_and_the_reasons_alone(pain: str, outcome: str) -> None:
    """Where nothing is left, what to do now comes first, then what was left out; of a routine nothing else is said."""
    result = recommend(person(NOTHING_POSSIBLE, acute_pain=pain))
    outcomes = KNOWLEDGE.outcomes
    assert (result.outcome, result.routine) == (outcome, ())
    left = outcomes.no_relief_left
    assert result.title == (outcomes.outcomes["nothing_fits"].title if pain == "no" else left.title)
    assert result.now[1:] == (outcomes.outcomes["nothing_fits"].now if pain == "no" else (left.say,))
    page = render_text(result, KNOWLEDGE, colour=False)
    assert page.startswith("=" * 80)
    text = one_line(page)
    box, _, rest = text.strip("= ").partition("=" * 80)
    assert box.startswith(result.title.upper())
    assert one_line(" ".join(result.now)) in box
    assert "WHAT WAS LEFT OUT, AND WHY" in rest
    headings = ["YOUR ROUTINE", "REST POSITIONS:", "ALLOWED, BUT NOT", "IF IT HURTS"]
    assert [heading for heading in headings if heading in text] == []
    if pain == "no":
        assert result.messages == ()
        assert rest.strip().startswith("WHAT WAS LEFT OUT, AND WHY")
        assert "GOOD TO KNOW" not in text
    done = recommender("recommend", "-", stdin=yaml.safe_dump(person(NOTHING_POSSIBLE, acute_pain=pain)))
    assert (done.code, one_line(done.out)) == (3, text)


def test_answers_behind_a_reason_are_in_the_words_of_the_questionnaire() -> None:
    """A reason names its answers by the short form of their questions, not by their fields."""
    result = recommend(person({"pain_position.standing": "worse", "hernia": "yes"}))
    standing, hernia = QUESTIONS["pain_position.standing"], QUESTIONS["hernia"]
    worse = standing.answers["worse"]
    for text in (render_text(result, KNOWLEDGE, colour=False), render_markdown(result, KNOWLEDGE)):
        said = one_line(text)
        assert f"Your answer: {standing.short}: {worse[0].lower()}{worse[1:]}." in said
        assert f"Your answer: {hernia.short}: {hernia.answers['yes'].lower()}." in said
        assert "pain_position" not in said


MINDED = """topic: What to mind
rules:
  - id: own-note
    title: Whoever lies on the back keeps the chin low
    when: always
    then: {advise: movement, on_steps: {start_position: supine_knees_bent}}
    say: Keep your chin low here.
    because: A test.
    sources: [relief-tips/intro]
    reading: inferred
"""


def test_what_to_mind_stands_at_its_step(tmp_path: Path) -> None:
    """A note of a step is printed below the dose of that step, in the text and in Markdown."""
    (tmp_path / "rules/own").mkdir(parents=True)
    (tmp_path / "rules/own/note.yaml").write_text(MINDED)
    overlay = "topic: Own rules\nname: Test Clinic\nrules:\n  own/note.yaml: [own-note]\n"
    (tmp_path / "overlay.yaml").write_text(overlay)
    knowledge = Knowledge.load(tmp_path)
    result = recommend(person(goal="strengthen", minutes=60), knowledge=knowledge)
    noted = [step for step in result.routine if step.notes]
    assert noted
    text = one_line(render_text(result, knowledge, colour=False))
    markdown = one_line(render_markdown(result, knowledge))
    for step in noted:
        for page, start in ((text, f"{step.order}. {step.name}"), (markdown, f"### {step.order}. {step.name}")):
            shown = page.partition(start)[2].partition(one_line(step.how[0]))[0]
            assert all(one_line(note) in shown for note in step.notes)


def test_standard_input_is_read_for_a_dash() -> None:
    """`-` reads the profile from standard input and gives the same page as the file."""
    done = recommender("recommend", "-", stdin=(EXAMPLES / "desk-worker.yaml").read_bytes())
    assert done == example("desk-worker")


def test_json_profiles_are_read(tmp_path: Path) -> None:
    """A profile may be JSON, and the same answers give the same result byte for byte."""
    (tmp_path / "p.json").write_text(
        '{"age": 38, "pain_position": {"lying": "eased", "standing": "same", "sitting": "worse"}, "pain_now": 3,'
        ' "acute_pain": "no", "pain_course": "usual", "onset": "gradual", "leg_symptoms": "none", "pregnant": "no",'
        ' "recent_injury": "no", "hernia": "no", "conditions": [], "emergency_signs": [], "medical_signs": [],'
        ' "cleared_by_clinician": "no"}'
    )
    assert recommender("recommend", tmp_path / "p.json", "--format", "json").out == example("desk-worker", "json").out


@pytest.mark.parametrize(("name", "form"), [("desk-worker", "text"), ("emergency", "json"), ("trained", "markdown")])
def test_a_file_is_written_whole(name: str, form: str, tmp_path: Path) -> None:
    """-o writes what would be printed, with --force over an older file, prints nothing, and leaves no other file."""
    target = tmp_path / "result.out"
    target.write_text("older and longer than nothing")
    done = recommender("recommend", EXAMPLES / f"{name}.yaml", "--format", form, "-o", target, "--force")
    assert done.code == (3 if name == "emergency" else 0)
    assert done.out == ""
    assert str(target) in one_line(done.err)
    assert list(tmp_path.iterdir()) == [target]
    expected = example(name, form).out
    assert target.read_text() == expected


def test_an_output_in_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    """An output that cannot be created ends in one message that names it, and nothing is printed or made."""
    target = tmp_path / "missing" / "result.txt"
    done = recommender("recommend", EXAMPLES / "desk-worker.yaml", "-o", target)
    assert (done.code, done.out) == (1, "")
    assert str(target) in done.err
    assert "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_put_into_place_leaves_no_trace(tmp_path: Path) -> None:
    """A folder as output ends in an error, and the temporary file is gone."""
    target = tmp_path / "folder"
    target.mkdir()
    done = recommender("recommend", EXAMPLES / "desk-worker.yaml", "-o", target)
    assert (done.code, done.out) == (1, "")
    assert "cannot be written" in done.err
    assert "Traceback" not in done.err
    assert list(tmp_path.rglob("*")) == [target]


def test_wrong_answers_leave_an_older_output_alone(tmp_path: Path) -> None:
    """When the profile cannot be used, the file named with -o stays as it was."""
    target = tmp_path / "result.txt"
    target.write_text("yesterday")
    done = recommender("recommend", "-", "-o", target, stdin="age: 40")
    assert done.code == 1
    assert target.read_text() == "yesterday"
    assert list(tmp_path.iterdir()) == [target]


def test_a_narrow_page_keeps_within_its_width() -> None:
    """A page of 50 columns is wrapped at 50."""
    done = recommender("recommend", EXAMPLES / "three-weeks-after-injury.yaml", COLUMNS="50")
    assert [line for line in done.out.splitlines() if len(line) > 50] == []


def test_a_terminal_gets_colour_and_a_file_never_does(tmp_path: Path) -> None:
    """In a terminal the page is coloured; what -o writes from there is not."""
    page = in_terminal("recommend", EXAMPLES / "three-weeks-after-injury.yaml")
    page.expect(pexpect.EOF)
    page.close()
    assert page.exitstatus == 3
    assert ESCAPE in page.before
    target = tmp_path / "result.txt"
    page = in_terminal("recommend", EXAMPLES / "three-weeks-after-injury.yaml", "-o", target)
    page.expect(pexpect.EOF)
    page.close()
    assert page.exitstatus == 3
    assert ESCAPE not in target.read_text()


def test_the_environment_of_these_tests_wishes_nothing() -> None:
    """The commands run without NO_COLOR, so that the tests about colour mean something."""
    assert "NO_COLOR" not in environment()


@pytest.mark.parametrize("name", ["three-weeks-after-injury", "acute-flare", "emergency"])
def test_every_excluded_exercise_is_named(name: str) -> None:
    """Every excluded exercise name stands in the text (for emergency: with --all)."""
    out = one_line(recommender("recommend", EXAMPLES / f"{name}.yaml", "--all").out)
    assert [entry.name for entry in result_of(name).excluded if entry.name not in out] == []
