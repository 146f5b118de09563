"""`recommender ask`: the questionnaire through a pipe and in a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml
from command_line import in_terminal, one_line, recommender
from conftest import examples, person
from hypothesis import event, given
from strategies import KNOWLEDGE, QUESTIONS, Answers, flat_profiles

from recommender import Recommendation, recommend
from recommender.answers import flatten, nest
from recommender.questionnaire import Interview
from recommender.yaml_reader import read_text

FILE = "me.yaml"
HEALTHY = person(level="beginner")
FLARE = person(acute_pain="yes", pain_now=7, level="beginner")
PREGNANT = person(pregnant="yes", pregnancy_week=20, cleared_by_clinician="yes", level="beginner")


def typed(profile: dict[str, Any]) -> list[tuple[str, str]]:
    """The questions that this person is asked, each with what they type."""
    flat = flatten(profile, QUESTIONS)
    interview, lines = Interview(KNOWLEDGE), []
    while (question := interview.next_question()) is not None:
        value = flat[question.field]
        interview.answer(question, value)
        shown = (",".join(value) or "0") if question.kind == "set" else str(value)
        lines.append((question.field, shown))
    return lines


def keys(profile: dict[str, Any], *, until: str | None = None) -> str:
    """What a person types line by line, to the end or until a question comes."""
    lines = typed(profile)
    if until is not None:
        lines = lines[: [field for field, _ in lines].index(until)]
    return "".join(f"{text}\n" for _, text in lines)


def saved(folder: Path) -> Any:
    return read_text((folder / FILE).read_bytes(), FILE).data


def asked(err: str) -> set[str]:
    """The fields whose questions were put."""
    text = one_line(err)
    return {field for field, question in QUESTIONS.items() if one_line(question.ask) in text}


# --- through a pipe ---------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "code"), [("healthy", 0), ("flare", 0), ("pregnant", 0)])
def test_the_answers_give_the_same_page_as_a_saved_profile(who: str, code: int, tmp_path: Path) -> None:
    """The page on standard output is the one that `recommend` gives for the same person; talk goes elsewhere."""
    profile = {"healthy": HEALTHY, "flare": FLARE, "pregnant": PREGNANT}[who]
    done = recommender("ask", FILE, stdin=keys(profile), folder=tmp_path)
    assert done.code == code
    (tmp_path / "whole.yaml").write_text(yaml.safe_dump(profile))
    routine = "YOUR ROUTINE" if who != "flare" else "REST POSITIONS"
    assert routine in done.out
    steps = [one_line(text) for text in done.out.split("WHAT WAS LEFT OUT")[:1]]
    whole = recommender("recommend", "whole.yaml", folder=tmp_path)
    assert steps == [one_line(text) for text in whole.out.split("WHAT WAS LEFT OUT")[:1]]
    assert f"Your answers are saved in {FILE}." in one_line(done.err)
    assert "\x1b" not in done.out + done.err


def test_a_healthy_person_is_not_asked_what_cannot_matter(tmp_path: Path) -> None:
    """Without a finding nobody is asked for clearance, a pregnancy week or the weeks since an injury."""
    done = recommender("ask", FILE, stdin=keys(HEALTHY), folder=tmp_path)
    needless = {"cleared_by_clinician", "pregnancy_week", "pregnancy_warnings", "weeks_since_injury"}
    assert asked(done.err) == set(QUESTIONS) - needless


def test_what_becomes_needed_is_asked(tmp_path: Path) -> None:
    """A pregnant person is asked for the week and the warnings."""
    done = recommender("ask", FILE, stdin=keys(PREGNANT), folder=tmp_path)
    assert {"pregnancy_week", "pregnancy_warnings"} <= asked(done.err)


def test_rest_positions_need_no_goal_and_no_level(tmp_path: Path) -> None:
    """Once only rest positions are left, nobody is asked for a goal or a level."""
    done = recommender("ask", FILE, stdin=keys(FLARE), folder=tmp_path)
    assert not {"goal", "level"} & asked(done.err)
    assert {"cannot", "minutes"} <= asked(done.err)


def test_an_emergency_sign_ends_it_at_once(tmp_path: Path) -> None:
    """One sign in the first question: the box, exit code 3, no second question, no routine, answers kept."""
    done = recommender("ask", FILE, stdin="1\n", folder=tmp_path)
    assert done.code == 3
    assert asked(done.err) == {"emergency_signs"}
    lines = done.out.strip().splitlines()
    assert lines[0] == "=" * 80
    assert lines[1].strip() == KNOWLEDGE.outcomes.outcomes["emergency"].title.upper()
    assert "There is no routine today." in one_line(done.out)
    assert saved(tmp_path) == {"emergency_signs": ["saddle_numbness"]}
    again = recommender("ask", FILE, folder=tmp_path)
    assert (again.code, again.out) == (3, done.out)


def test_a_question_mark_shows_why(tmp_path: Path) -> None:
    """`?` says why the question is put and where that comes from, and the question stays."""
    done = recommender("ask", FILE, stdin="?\n0\nq\n", folder=tmp_path)
    question = QUESTIONS["emergency_signs"]
    assert one_line(question.why) in one_line(done.err)
    assert f"Source: {', '.join(question.sources)}" in one_line(done.err)
    assert saved(tmp_path) == {"emergency_signs": []}


def test_b_goes_back_and_the_new_answer_counts(tmp_path: Path) -> None:
    """`b` takes the latest answer back; at the first question it says that there is none before it."""
    before = keys(HEALTHY, until="pregnant")
    done = recommender("ask", FILE, stdin=f"b\n{before}b\n41\nq\n", folder=tmp_path)
    assert "This is the first question." in done.err
    assert one_line(done.err).count(one_line(QUESTIONS["age"].ask)) == 2
    assert saved(tmp_path)["age"] == 41


def test_going_back_drops_answers_that_became_needless(tmp_path: Path) -> None:
    """A pregnancy week is dropped when the pregnancy is taken back."""
    before = keys(PREGNANT, until="pregnancy_warnings")
    done = recommender("ask", FILE, stdin=f"{before}b\nb\nno\nq\n", folder=tmp_path)
    assert done.code == 1
    assert saved(tmp_path)["pregnant"] == "no"
    assert "pregnancy_week" not in saved(tmp_path)


def test_q_saves_and_the_questionnaire_goes_on_from_there(tmp_path: Path) -> None:
    """`q` keeps the answers and says where; the next call asks only the rest and gives the same page."""
    first = keys(HEALTHY, until="hernia")
    done = recommender("ask", FILE, stdin=f"{first}q\n", folder=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert f"Your answers are saved in {FILE}." in one_line(done.err)
    assert f"Go on any time with: recommender ask {FILE}" in one_line(done.err)
    count = len(flatten(saved(tmp_path), QUESTIONS))
    rest = keys(HEALTHY).removeprefix(first)
    done = recommender("ask", FILE, stdin=rest, folder=tmp_path)
    assert done.code == 0
    assert f"Going on with {count} answers" in one_line(done.err)
    assert not {"emergency_signs", "age"} & asked(done.err)
    assert done.out == recommender("ask", "other.yaml", stdin=keys(HEALTHY), folder=tmp_path).out


def test_the_end_of_the_input_saves_the_answers(tmp_path: Path) -> None:
    """When the input ends in the middle, the answers are kept, the place is said, and the exit code is 1."""
    done = recommender("ask", FILE, stdin=keys(HEALTHY, until="conditions"), folder=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert f"Your answers are saved in {FILE}." in one_line(done.err)
    assert "Traceback" not in done.err
    assert saved(tmp_path)["hernia"] == "no"
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_nothing_is_saved_when_nothing_was_answered(tmp_path: Path) -> None:
    """An empty input leaves no file."""
    done = recommender("ask", FILE, folder=tmp_path)
    assert done.code == 1
    assert "nothing was saved" in done.err
    assert list(tmp_path.iterdir()) == []


def test_nonsense_is_asked_again(tmp_path: Path) -> None:
    """What is no answer is named, with what is accepted, and never counts as an answer or as the default."""
    nonsense = ["banana", "99", "1,99", "0,1", "", "-1", "²", "\x07"]
    done = recommender("ask", FILE, stdin="\n".join([*nonsense, "0", "q", ""]), folder=tmp_path)
    assert saved(tmp_path) == {"emergency_signs": []}
    said = one_line(done.err)
    assert said.count("is no answer here. Type numbers from 1 to 7") == len(nonsense) - 1
    assert said.count("An answer is needed here. Type numbers from 1 to 7") == 1


def test_a_number_outside_its_range_is_asked_again(tmp_path: Path) -> None:
    """A number is taken only within its range and only as a whole number."""
    before = keys(HEALTHY, until="age")
    done = recommender("ask", FILE, stdin=f"{before}121\n-1\n4.5\nforty\n\n999999\n40\nq\n", folder=tmp_path)
    said = one_line(done.err)
    assert said.count("Type a whole number from 0 to 120.") == 6
    assert saved(tmp_path)["age"] == 40


def test_answers_that_cannot_be_saved_are_printed(tmp_path: Path) -> None:
    """When the file cannot be written, the answers are shown, so that they are not lost."""
    done = recommender("ask", "missing/me.yaml", stdin="0\nq\n", folder=tmp_path)
    assert done.code == 1
    assert "cannot be written" in done.err
    assert "emergency_signs: []" in done.err
    assert "Traceback" not in done.err


def test_finished_answers_can_be_used_again_or_given_anew(tmp_path: Path) -> None:
    """With a finished file, Enter gives the routine again, and n starts from the beginning."""
    first = recommender("ask", FILE, stdin=keys(HEALTHY), folder=tmp_path)
    again = recommender("ask", FILE, stdin="\n", folder=tmp_path)
    assert (again.code, again.out, asked(again.err)) == (0, first.out, set())
    anew = recommender("ask", FILE, stdin="n\n1\n", folder=tmp_path)
    assert anew.code == 3
    assert saved(tmp_path) == {"emergency_signs": ["saddle_numbness"]}


def test_the_routine_can_be_had_as_json(tmp_path: Path) -> None:
    """--format json prints a Recommendation and nothing else."""
    done = recommender("ask", FILE, "--format", "json", stdin=keys(HEALTHY), folder=tmp_path)
    assert Recommendation.model_validate_json(done.out).outcome == "routine"


# --- in a terminal ----------------------------------------------------------------------------


def answer_all(page: Any, profile: dict[str, Any]) -> None:
    for _, text in typed(profile):
        page.expect_exact(" > ")
        page.sendline(text)


def ended(page: Any) -> int:
    page.expect(pexpect.EOF)
    page.close()
    return int(page.exitstatus)


@pytest.mark.parametrize("name", ["routine.md", "routine.json", "routine.txt"])
def test_a_terminal_gives_the_routine_and_offers_to_save_it(name: str, tmp_path: Path) -> None:
    """The main way in a terminal; the file has the format of its ending, and no escape codes."""
    page = in_terminal("ask", FILE, folder=tmp_path)
    answer_all(page, HEALTHY)
    page.expect_exact("YOUR ROUTINE")
    page.expect_exact("Save this to a file?")
    page.sendline(name)
    assert ended(page) == 0
    assert f"Saved to {name}." in page.before
    text = (tmp_path / name).read_text()
    assert "\x1b" not in text
    if name.endswith(".json"):
        assert Recommendation.model_validate_json(text).outcome == "routine"
    else:
        assert text.startswith("# Your routine\n" if name.endswith(".md") else "YOUR ROUTINE ")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([FILE, name])


def test_control_c_saves_and_says_where(tmp_path: Path) -> None:
    """Ctrl-C in a terminal keeps the answers, says where they are, and ends with exit code 1."""
    page = in_terminal("ask", FILE, folder=tmp_path)
    page.expect_exact(" > ")
    page.sendline("0")
    page.expect_exact(" > ")
    page.sendintr()
    assert ended(page) == 1
    assert f"Your answers are saved in {FILE}." in one_line(page.before)
    assert "Traceback" not in page.before
    assert saved(tmp_path) == {"emergency_signs": []}


def test_control_c_at_the_offer_to_save_loses_nothing(tmp_path: Path) -> None:
    """Ctrl-C at the last prompt means no: the routine stands above and the answers are kept."""
    page = in_terminal("ask", FILE, folder=tmp_path)
    answer_all(page, HEALTHY)
    page.expect_exact("Save this to a file?")
    page.sendintr()
    assert ended(page) == 0
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_an_emergency_in_a_terminal_ends_with_the_box(tmp_path: Path) -> None:
    """In a terminal too, a sign ends the questionnaire with the box and exit code 3."""
    page = in_terminal("ask", FILE, folder=tmp_path)
    page.expect_exact(" > ")
    page.sendline("2")
    page.expect_exact("GET EMERGENCY CARE NOW")
    assert ended(page) == 3


# --- for everybody ----------------------------------------------------------------------------


@examples(150)
@given(flat_profiles())
def test_what_is_not_asked_cannot_change_the_result(flat: Answers) -> None:
    """The asked answers alone give the outcome and the exclusions of the whole profile; a stop is never softened."""
    interview = Interview(KNOWLEDGE)
    while (question := interview.next_question()) is not None:
        interview.answer(question, flat[question.field])
    whole = recommend(nest(flat))
    event(whole.outcome)
    if stops := interview.stops():
        strength = KNOWLEDGE.outcomes.strength
        assert strength.index(whole.outcome) <= strength.index(stops[0].rule.then.stop or "routine")
        return
    result = recommend(interview.profile())
    assert result.outcome == whole.outcome
    if result.outcome == "routine":
        assert result.routine == whole.routine
        assert [e.exercise for e in result.excluded] == [e.exercise for e in whole.excluded]
