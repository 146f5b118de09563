"""`recommender ask`: the questionnaire through a pipe and in a terminal."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml
from hypothesis import event, given

from recommender import Recommendation, recommend
from recommender.logic.answers import flatten, nest
from recommender.profile.interview import Interview
from recommender.profile.screens import Screen, screens_of
from recommender.yaml_reader import read_text
from tests.command_line import PROMPT, in_terminal, one_line, recommender
from tests.conftest import examples, person
from tests.strategies import KNOWLEDGE, QUESTIONS, Answers, flat_profiles

FILE = "me.yaml"
SCREENS = screens_of(KNOWLEDGE.questionnaire)
NAMES = {screen.name for screen in SCREENS}
OFFER = "Type a number to change one, Enter to go on, b to change the last answer, n to answer anew"
HEALTHY = person(level="beginner")
FLARE = person(acute_pain="yes", pain_now=7, level="beginner")
NOT_IN_RELIEF = ("goal", "level", "minutes")
PREGNANT = person(pregnant="yes", pregnancy_week=20, cleared_by_clinician="yes", level="beginner")


def typed(profile: dict[str, Any]) -> list[tuple[str, str]]:
    """The screens that this person sees, each by its name with what they type."""
    flat = flatten(profile, QUESTIONS)
    interview, lines = Interview(KNOWLEDGE), []
    while (screen := interview.next_screen()) is not None:
        lines.append((screen.name, shown(screen, flat)))
        interview.answer(screen, value_of(screen, flat))
    return lines


def value_of(screen: Screen, flat: Mapping[str, Any]) -> Any:
    """The answer to a screen by these answers."""
    values = [flat[question.field] for question in screen.questions]
    if screen.called:
        return values
    return [word for word in values[0] if word in screen.question.words] if screen.question.kind == "set" else values[0]


def shown(screen: Screen, flat: Mapping[str, Any]) -> str:
    """What is typed for that."""
    value = value_of(screen, flat)
    if screen.called:
        return " ".join(value)
    return (",".join(value) or "0") if screen.question.kind == "set" else str(value)


def keys(profile: dict[str, Any], *, until: str | None = None) -> str:
    """What a person types line by line, to the end or until a screen comes."""
    lines = typed(profile)
    if until is not None:
        lines = lines[: [name for name, _ in lines].index(until)]
    return "".join(f"{text}\n" for _, text in lines)


def saved(folder: Path, name: str = FILE) -> Any:
    return read_text((folder / name).read_bytes(), name).data


def answers_in(folder: Path, name: str = FILE) -> Any:
    """The saved answers without their days."""
    return {field: value for field, value in saved(folder, name).items() if field != "answered_on"}


def asked(err: str) -> set[str]:
    """The names of the screens that were put."""
    text = one_line(err)
    return {screen.name for screen in SCREENS if one_line(screen.ask) in text}


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
    needless = {"cleared_by_clinician", *(name for name, question in QUESTIONS.items() if question.parent)}
    not_read_yet = {"pain_course", "onset"}
    assert NAMES - needless - not_read_yet <= asked(done.err) <= NAMES - needless


def test_what_becomes_needed_is_asked(tmp_path: Path) -> None:
    """A pregnant person is asked for the week and the warnings."""
    done = recommender("ask", FILE, stdin=keys(PREGNANT), folder=tmp_path)
    assert {"pregnancy_week", "pregnancy_warnings"} <= asked(done.err)


def test_rest_positions_need_no_goal_no_level_and_no_time(tmp_path: Path) -> None:
    """Once only rest positions are left, nobody is asked for a goal, a level or minutes."""
    done = recommender("ask", FILE, stdin=keys(FLARE), folder=tmp_path)
    assert {name for name, question in QUESTIONS.items() if "relief_only" in question.skip_after} == set(NOT_IN_RELIEF)
    assert not set(NOT_IN_RELIEF) & asked(done.err)
    assert {"cannot", "equipment"} <= asked(done.err)


def test_an_emergency_sign_ends_it_at_once(tmp_path: Path) -> None:
    """One sign in the first question: the box, exit code 3, no second question, no routine, answers kept.

    Through a pipe nobody is asked whether it was a slip.
    """
    done = recommender("ask", FILE, stdin="1\n", folder=tmp_path)
    assert done.code == 3
    assert asked(done.err) == {"emergency_signs"}
    lines = done.out.strip().splitlines()
    assert lines[0] == "=" * 80
    assert lines[1].strip() == KNOWLEDGE.outcomes.outcomes["emergency"].title.upper()
    assert "There is no routine today." in one_line(done.out)
    assert answers_in(tmp_path) == {"emergency_signs": ["saddle_numbness"]}
    assert "slip" not in done.err
    again = recommender("ask", FILE, stdin="\n", folder=tmp_path)
    assert (again.code, again.out, asked(again.err)) == (3, done.out, set())
    said = one_line(again.err)
    whom = KNOWLEDGE.outcomes.first["now"].format(whom=KNOWLEDGE.outcomes.whom["emergency services"])
    assert f"{whom} All your answers: 1 Signs that cannot wait: Numbness" in said
    assert OFFER in said


def test_a_prompt_stands_on_a_line_of_its_own(tmp_path: Path) -> None:
    """Below each question comes a line that says what to type, and then the prompt at the start of a line."""
    done = recommender("ask", FILE, stdin="0\n0\n0\n0\n40\nq\n", folder=tmp_path)
    lines = done.err.splitlines()
    hints = [lines[number - 1] for number, line in enumerate(lines) if line.startswith(">")]
    sets, age, pregnant = "Numbers with commas, 0 for none", QUESTIONS["age"], QUESTIONS["pregnant"]
    assert hints == [sets, sets, sets, sets, f"{age.lowest} to {age.highest}", f"1 to {len(pregnant.answers)}"]


def test_a_question_mark_shows_why(tmp_path: Path) -> None:
    """`?` says why the question is put and the titles of its sources, and the question stays."""
    done = recommender("ask", FILE, stdin="?\n0\nq\n", folder=tmp_path)
    question = QUESTIONS["emergency_signs"]
    assert one_line(question.why) in one_line(done.err)
    titles = {f"guideline/{each.id}": each.title for each in KNOWLEDGE.guidelines}
    assert question.sources
    assert one_line(f"Source: {'; '.join(titles[at] for at in question.sources)}") in one_line(done.err)
    assert [at for at in question.sources if at in done.err] == []
    assert answers_in(tmp_path) == {"emergency_signs": []}


def test_b_goes_back_and_the_new_answer_counts(tmp_path: Path) -> None:
    """`b` takes the latest answer back and says which; at the first question it says that there is none before it."""
    before = keys(HEALTHY, until="pregnant")
    done = recommender("ask", FILE, stdin=f"b\n{before}b\n41\nq\n", folder=tmp_path)
    assert "This is the first question." in done.err
    assert one_line(done.err).count(one_line(QUESTIONS["age"].ask)) == 2
    assert done.err.count(f"Taken back: {QUESTIONS['age'].short}.") == done.err.count("Taken back") == 1
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
    rest = keys(HEALTHY).removeprefix(first)
    done = recommender("ask", FILE, stdin=rest, folder=tmp_path)
    assert done.code == 0
    assert f"Going on with the answers in {FILE}." in one_line(done.err)
    assert "Some of them are from" not in done.err
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
    assert answers_in(tmp_path) == {"emergency_signs": []}
    said = one_line(done.err)
    assert said.count("is no answer here. Type numbers from 1 to 9") == len(nonsense) - 1
    assert said.count("An answer is needed here. Type numbers from 1 to 9") == 1


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
    """With a finished file, Enter gives the routine again, b asks the last question, n starts from the beginning."""
    first = recommender("ask", FILE, stdin=keys(HEALTHY), folder=tmp_path)
    again = recommender("ask", FILE, stdin="\n", folder=tmp_path)
    assert (again.code, again.out, asked(again.err)) == (0, first.out, set())
    assert "All questions are answered there already. All your answers: 1 " in one_line(again.err)
    assert OFFER in one_line(again.err)
    changed = recommender("ask", FILE, "--format", "json", stdin="b\n20\n", folder=tmp_path)
    assert (changed.code, asked(changed.err)) == (0, {"minutes"})
    assert (saved(tmp_path)["minutes"], Recommendation.model_validate_json(changed.out).minutes) == (20, 20)
    anew = recommender("ask", FILE, stdin="n\n1\n", folder=tmp_path)
    assert anew.code == 3
    assert answers_in(tmp_path) == {"emergency_signs": ["saddle_numbness"]}


def test_the_end_of_the_input_at_finished_answers_leaves(tmp_path: Path) -> None:
    """When nobody answers what to do with finished answers, no routine is printed; the answers stay, and exit code 1.

    A stop is said all the same, with its own exit code.
    """
    for keyed, code, left in ((keys(HEALTHY), 0, 1), ("1\n", 3, 3)):
        assert recommender("ask", f"{code}.yaml", stdin=keyed, folder=tmp_path).code == code
        before = saved(tmp_path, f"{code}.yaml")
        done = recommender("ask", f"{code}.yaml", folder=tmp_path)
        assert (done.code, bool(done.out.strip())) == (left, left == 3)
        assert f"Your answers are saved in {code}.yaml." in one_line(done.err)
        assert saved(tmp_path, f"{code}.yaml") == before


@pytest.mark.parametrize("text", ["n", "N", "no", "none", "0"])
def test_words_for_none_name_nothing(text: str, tmp_path: Path) -> None:
    """In a question with several answers, n, no, none and 0 mean none of them, and never a sign that begins with n."""
    assert "night_pain" in QUESTIONS["medical_signs"].words
    recommender("ask", FILE, stdin=f"{text}\n" * 4 + "q\n", folder=tmp_path)
    assert answers_in(tmp_path) == {"emergency_signs": [], "medical_signs": []}


def test_a_single_letter_picks_nothing_from_a_list(tmp_path: Path) -> None:
    """In a question with several answers no single letter stands for a word, alone or among others."""
    letters = [letter for letter in string.ascii_lowercase if letter not in "blqn"]
    tried = [*letters, "n,1", "1 n", "c,1"]
    done = recommender("ask", FILE, stdin="".join(f"{text}\n" for text in ("0", *tried, "q")), folder=tmp_path)
    assert one_line(done.err).count("is no answer here.") == len(tried)
    assert answers_in(tmp_path) == {"emergency_signs": []}


@pytest.mark.parametrize(("letter", "word"), [("y", "yes"), ("n", "no"), ("u", "unsure"), ("Y", "yes")])
def test_a_single_letter_answers_yes_no_or_unsure(letter: str, word: str, tmp_path: Path) -> None:
    """Where there is one answer to give, its first letter is enough."""
    before = keys(HEALTHY, until="pregnant")
    recommender("ask", FILE, stdin=f"{before}{letter}\nq\n", folder=tmp_path)
    assert saved(tmp_path)["pregnant"] == word


def aged(folder: Path, days: int) -> datetime:
    """Make the saved answers so many days older; gives the day."""
    then = datetime.now() - timedelta(days=days)
    text = (folder / FILE).read_text()
    (folder / FILE).write_text(text.replace(f"{datetime.now():%Y-%m-%d}", f"{then:%Y-%m-%d}"))
    os.utime(folder / FILE, (then.timestamp(), then.timestamp()))
    return then


def test_what_can_change_is_asked_again_on_another_day(tmp_path: Path) -> None:
    """Answers of an earlier day: what can change from day to day is asked again, and this is said with the day."""
    first = recommender("ask", FILE, stdin=keys(HEALTHY), folder=tmp_path)
    then = aged(tmp_path, 2)
    today = {s.name for s in SCREENS if s.question.today}
    rest = "".join(f"{text}\n" for name, text in typed(HEALTHY) if name in today)
    done = recommender("ask", FILE, stdin=rest, folder=tmp_path)
    said = one_line(done.err)
    assert f"Some of them are from {then:%d %B %Y}. What can change from day to day is asked again." in said
    assert asked(done.err) == today & {field for field, _ in typed(HEALTHY)}
    assert {"emergency_signs", "medical_signs/ever_or_always", "acute_pain", "pain_now"} <= asked(done.err)
    assert (done.code, done.out) == (0, first.out)


def test_a_sign_of_another_day_is_no_stop_before_it_is_asked_again(tmp_path: Path) -> None:
    """Yesterday's emergency sign is asked about again, and a sign of today stops."""
    recommender("ask", FILE, stdin="1\n", folder=tmp_path)
    aged(tmp_path, 1)
    done = recommender("ask", FILE, stdin="2\n", folder=tmp_path)
    assert (done.code, asked(done.err)) == (3, {"emergency_signs"})
    assert answers_in(tmp_path) == {"emergency_signs": [QUESTIONS["emergency_signs"].words[1]]}


def test_old_answers_that_do_not_change_are_not_asked_again(tmp_path: Path) -> None:
    """If nothing in an old file can change from day to day, nothing is said about the day."""
    (tmp_path / FILE).write_text("age: 40\n")
    aged(tmp_path, 30)
    done = recommender("ask", FILE, stdin="0\nq\n", folder=tmp_path)
    assert "Some of them are from" not in done.err
    assert answers_in(tmp_path) == {"emergency_signs": [], "age": 40}


def test_a_finished_questionnaire_saves_a_complete_profile(tmp_path: Path) -> None:
    """What was not asked is saved as it counted, so that the file can be used as a profile."""
    done = recommender("ask", FILE, "--format", "json", stdin=keys(FLARE), folder=tmp_path)
    flat = flatten(answers_in(tmp_path), QUESTIONS)
    assert {name for name, question in QUESTIONS.items() if question.safety and question.parent is None} <= set(flat)
    assert recommend(answers_in(tmp_path)) == Recommendation.model_validate_json(done.out)


def test_the_routine_can_be_had_as_json(tmp_path: Path) -> None:
    """--format json prints a Recommendation and nothing else."""
    done = recommender("ask", FILE, "--format", "json", stdin=keys(HEALTHY), folder=tmp_path)
    assert Recommendation.model_validate_json(done.out).outcome == "routine"


# --- screens, and where one is ----------------------------------------------------------------

PARTS = [f"medical_signs/{part}" for part in QUESTIONS["medical_signs"].screens]
POSITIONS = "pain_position.lying+pain_position.sitting+pain_position.standing"
ORDINARY = person(age=45, pain_now=3, pain_course="new", level="beginner")


def places(err: str) -> list[tuple[int, int]]:
    """Where one is, as it stands above each screen."""
    return [(int(one), int(all)) for one, all in re.findall(r"^(\d+) of about (\d+)$", err, re.MULTILINE)]


def test_an_ordinary_person_sees_at_most_twenty_screens(tmp_path: Path) -> None:
    """Someone of 45 with pain of 3 and usual answers sees at most 20 screens, each with its number."""
    done = recommender("ask", FILE, stdin=keys(ORDINARY), folder=tmp_path)
    assert done.code == 0
    seen = places(done.err)
    assert [number for number, _ in seen] == list(range(1, len(typed(ORDINARY)) + 1))
    assert len(seen) <= 20
    assert {about for _, about in seen} == {len(seen)}


@pytest.mark.parametrize("lines", ["2 1 3", "2,1,3", "213", "2\n1\n3", "2 1\n3", "same eased worse", "x\n9 9 9\n2\n13"])
def test_three_positions_are_answered_at_once_or_one_by_one(lines: str, tmp_path: Path) -> None:
    """Three numbers on a line, or some at a time; what was understood is said, and what is still wanted."""
    done = recommender("ask", FILE, stdin=f"{keys(HEALTHY, until=POSITIONS)}{lines}\nq\n", folder=tmp_path)
    assert saved(tmp_path)["pain_position"] == {"lying": "same", "sitting": "eased", "standing": "worse"}
    said = one_line(done.err)
    assert "Three numbers, 1 to 4: lying, sitting, standing" in said
    assert "tanding: it gets worse." in said


def test_positions_that_were_given_are_kept(tmp_path: Path) -> None:
    """Whoever leaves after the first of three is asked for the other two the next time."""
    before = keys(HEALTHY, until=POSITIONS)
    recommender("ask", FILE, stdin=f"{before}2\nq\n", folder=tmp_path)
    assert saved(tmp_path)["pain_position"] == {"lying": "same"}
    done = recommender("ask", FILE, stdin="1 3\nq\n", folder=tmp_path)
    assert "Two numbers, 1 to 4: sitting, standing" in one_line(done.err)
    assert saved(tmp_path)["pain_position"] == {"lying": "same", "sitting": "eased", "standing": "worse"}


def test_screens_that_were_answered_are_kept(tmp_path: Path) -> None:
    """Whoever leaves on the second screen of a long question is asked for that one and the third the next time."""
    recommender("ask", FILE, stdin="0\n6\nq\n", folder=tmp_path)
    assert saved(tmp_path)["medical_signs"] == {"since_this_pain_began": ["upper_back_pain"]}
    done = recommender("ask", FILE, stdin="0\n4\nq\n", folder=tmp_path)
    assert {PARTS[1], PARTS[2]} <= asked(done.err)
    assert PARTS[0] not in asked(done.err)
    assert saved(tmp_path)["medical_signs"] == ["upper_back_pain", "blood_thinners"]


def test_a_pregnancy_is_not_asked_about_from_sixty_on(tmp_path: Path) -> None:
    """The line that says so comes once, and the answer stands in the file and in the list."""
    before = keys(person(age=66), until="recent_injury")
    done = recommender("ask", FILE, stdin=f"{before}l\n\nq\n", folder=tmp_path)
    assumed = QUESTIONS["pregnant"].assumed
    assert assumed is not None
    assert one_line(done.err).count(assumed.say) == 2
    assert f"({assumed.say})" in one_line(done.err)
    assert saved(tmp_path)["pregnant"] == "no"


# --- a stop before the end --------------------------------------------------------------------


def test_someone_who_must_be_seen_is_asked_on_only_for_what_makes_it_sooner(tmp_path: Path) -> None:
    """After a fever only an emergency is sooner: few screens more, said beforehand; then the box, whom first."""
    fever = person(age=40, medical_signs=["fever_or_infection"])
    done = recommender("ask", FILE, stdin=keys(fever), folder=tmp_path)
    assert done.code == 3
    assert KNOWLEDGE.questionnaire.asks_on in one_line(done.err)
    assert not {"hernia", POSITIONS, "cleared_by_clinician", "goal", PARTS[2]} & asked(done.err)
    lines = [line.strip() for line in done.out.strip().splitlines()]
    assert lines[1] == KNOWLEDGE.outcomes.outcomes["see_clinician"].title.upper()
    assert lines[3].startswith(KNOWLEDGE.outcomes.first["today"].format(whom="a doctor"))
    said = one_line(done.out)
    assert said.index("Ring a doctor today.") < said.index(one_line(KNOWLEDGE.rules_by_id[FEVER].rule.say))


FEVER = "sign-fever-or-infection"


def test_a_stop_is_said_to_whoever_leaves_before_the_end(tmp_path: Path) -> None:
    """Leaving, or the end of the input, after a stop is certain: the box, that it may be more urgent, exit code 3."""
    for name, end in (("a.yaml", "q\n"), ("b.yaml", "")):
        done = recommender("ask", name, stdin=f"0\n1\n{end}", folder=tmp_path)
        assert done.code == 3
        assert "SEE A CLINICIAN FIRST" in done.out
        assert KNOWLEDGE.outcomes.may_be_sooner in one_line(done.out)
        assert f"Your answers are saved in {name}." in one_line(done.err)


def test_the_file_of_someone_who_was_stopped_says_it_too(tmp_path: Path) -> None:
    """Given to `recommend`, it states the stop before it names what is missing, and how to answer that."""
    recommender("ask", FILE, stdin="0\n1\nq\n", folder=tmp_path)
    done = recommender("recommend", FILE, folder=tmp_path)
    assert done.err.startswith("See a clinician first. Ring a doctor today.")
    assert "medical_signs: answered in part." in done.err
    assert f"recommender ask {FILE}" in done.err


# --- all answers, and changing one --------------------------------------------------------------


def number_in(err: str, short: str) -> str:
    """The number of an answer in the latest list."""
    found = re.findall(rf"^ *(\d+)  {re.escape(short)}: ", err, re.MULTILINE)
    assert found, short
    return str(found[-1])


def test_the_list_comes_at_any_prompt_and_the_question_stays(tmp_path: Path) -> None:
    """`l` shows all answers with numbers; Enter goes back to the question, and so does b."""
    before = keys(HEALTHY, until="hernia")
    done = recommender("ask", FILE, stdin=f"l\n{before}l\n99\n\nl\nb\nno\nq\n", folder=tmp_path)
    said = one_line(done.err)
    assert "Nothing is answered yet." in said
    assert said.count("All your answers: 1 Signs that cannot wait: none of them 2 ") == 2
    assert '99" is none of these.' in said
    assert said.count(one_line(QUESTIONS["hernia"].ask)) == 3
    assert saved(tmp_path)["hernia"] == "no"


def test_one_answer_is_changed_and_the_later_ones_stay(tmp_path: Path) -> None:
    """A wrong answer is changed from the list; nothing after it is lost, and the questions go on where they were."""
    before = keys(HEALTHY, until="conditions")
    shown = recommender("ask", "look.yaml", stdin=f"{before}l\n", folder=tmp_path)
    number = number_in(shown.err, QUESTIONS["age"].short)
    done = recommender("ask", FILE, stdin=f"{before}l\n{number}\n52\n\nq\n", folder=tmp_path)
    said = one_line(done.err)
    assert f"Your answer so far: {HEALTHY['age']}." in said
    assert f"Changed: {QUESTIONS['age'].short}." in said
    assert (saved(tmp_path)["age"], saved(tmp_path)["hernia"]) == (52, "no")
    assert said.endswith(f"Your answers are saved in {FILE}. Go on any time with: recommender ask {FILE}")


def test_enter_or_b_leaves_an_answer_as_it_is(tmp_path: Path) -> None:
    """Whoever opens an answer and presses Enter has changed nothing, also where Enter means something at first."""
    trained = {**HEALTHY, "level": "trained"}
    recommender("ask", FILE, stdin=keys(trained), folder=tmp_path)
    number = number_in(recommender("ask", FILE, folder=tmp_path).err, QUESTIONS["level"].short)
    done = recommender("ask", FILE, stdin=f"{number}\n\n{number}\nb\n\n", folder=tmp_path)
    assert one_line(done.err).count(f"Not changed: {QUESTIONS['level'].short}.") == 2
    assert saved(tmp_path)["level"] == "trained"


def test_a_change_in_finished_answers_asks_only_what_has_become_necessary(tmp_path: Path) -> None:
    """A pregnancy that was forgotten: its two questions come, and the routine is another; all else is kept."""
    recommender("ask", FILE, stdin=keys(HEALTHY), folder=tmp_path)
    before = answers_in(tmp_path)
    number = number_in(recommender("ask", FILE, folder=tmp_path).err, QUESTIONS["pregnant"].short)
    done = recommender("ask", FILE, stdin=f"{number}\nyes\n\n20\n0\n", folder=tmp_path)
    assert done.code == 0
    assert "Something more is to be asked now. Enter goes on to it." in one_line(done.err)
    new = {"pregnant": "yes", "pregnancy_week": 20, "pregnancy_warnings": []}
    assert {n: v for n, v in answers_in(tmp_path).items() if n != "equipment"} == {
        n: v for n, v in {**before, **new}.items() if n != "equipment"
    }


def test_a_change_that_ends_in_an_emergency_shows_the_box_at_once(tmp_path: Path) -> None:
    """A sign that is added in the list ends the questions without another key; the other answers are kept."""
    recommender("ask", FILE, stdin=keys(HEALTHY), folder=tmp_path)
    done = recommender("ask", FILE, stdin="1\n2\n", folder=tmp_path)
    assert done.code == 3
    assert "GET EMERGENCY CARE NOW" in done.out
    assert saved(tmp_path)["emergency_signs"] == ["bladder_or_bowel_change"]
    assert saved(tmp_path)["age"] == HEALTHY["age"]


def test_answers_can_be_changed_at_the_end(tmp_path: Path) -> None:
    """At the last prompt l shows all answers; after a change the result comes anew, and nothing is asked twice."""
    first = recommender("ask", FILE, stdin=f"{keys(HEALTHY)}l\n\n\n", folder=tmp_path)
    assert first.out.count("YOUR ROUTINE") == 1
    number = number_in(first.err, QUESTIONS["minutes"].short)
    done = recommender("ask", FILE, "--format", "json", stdin=f"\nl\n{number}\n20\n\n\n", folder=tmp_path)
    assert done.out.count('"outcome": "routine"') == 2
    assert saved(tmp_path)["minutes"] == 20


def test_a_new_answer_has_its_day_and_a_kept_one_keeps_its_own(tmp_path: Path) -> None:
    """What is answered again is of today; weeks that were counted on are saved as they were said, with their day."""
    recommender("ask", FILE, stdin=keys(PREGNANT), folder=tmp_path)
    then = aged(tmp_path, 15)
    rest = "".join(f"{text}\n" for name, text in typed(PREGNANT) if screen_named(name).question.today)
    done = recommender("ask", FILE, stdin=rest, folder=tmp_path)
    assert done.code == 0
    assert "Week of pregnancy: 20, now 23." in one_line(done.err)
    found = saved(tmp_path)
    assert (found["pregnancy_week"], found["answered_on"]["pregnancy_week"]) == (20, f"{then:%Y-%m-%d}")
    assert found["answered_on"]["pain_now"] == f"{datetime.now():%Y-%m-%d}"


def screen_named(name: str) -> Screen:
    return next(screen for screen in SCREENS if screen.name == name)


def test_what_was_not_asked_again_yet_is_not_lost(tmp_path: Path) -> None:
    """Leaving before everything of an earlier day is asked again keeps those answers, with their days."""
    recommender("ask", FILE, stdin=keys(HEALTHY), folder=tmp_path)
    then = aged(tmp_path, 2)
    before = answers_in(tmp_path)
    recommender("ask", FILE, stdin="0\nq\n", folder=tmp_path)
    assert {name: answers_in(tmp_path)[name] for name in ("pain_now", "medical_signs", "age")} == {
        name: before[name] for name in ("pain_now", "medical_signs", "age")
    }
    assert saved(tmp_path)["answered_on"]["pain_now"] == f"{then:%Y-%m-%d}"


def test_a_file_without_the_new_questions_is_asked_only_these(tmp_path: Path) -> None:
    """Answers that were saved before a question existed stay, and that question comes."""
    recommender("ask", FILE, stdin=keys(HEALTHY), folder=tmp_path)
    flat = saved(tmp_path)
    for gone in ("leg_symptoms", "acute_pain"):
        del flat[gone], flat["answered_on"][gone]
    (tmp_path / FILE).write_text(yaml.safe_dump(flat))
    done = recommender("ask", FILE, stdin="none\nno\n", folder=tmp_path)
    assert (done.code, asked(done.err)) == (0, {"leg_symptoms", "acute_pain"})


def test_wishes_stay_in_the_file_and_count(tmp_path: Path) -> None:
    """Exercises that a person does not want, or likes, are kept when the other answers are given."""
    wishes = {"leave_out": ["bird-dog"], "favourites": ["glute-bridge"]}
    (tmp_path / FILE).write_text(yaml.safe_dump(wishes))
    done = recommender("ask", FILE, "--format", "json", stdin=keys(HEALTHY), folder=tmp_path)
    assert {name: saved(tmp_path)[name] for name in wishes} == wishes
    steps = [step.exercise for step in Recommendation.model_validate_json(done.out).routine]
    assert "glute-bridge" in steps
    assert "bird-dog" not in steps


def test_a_file_with_faults_says_first_what_it_demands(tmp_path: Path) -> None:
    """Saved answers that cannot be read whole still begin with the emergency that they name; all faults follow."""
    faulty = "emergency_signs: saddle_numbness\nage: many\nleave_out: [bird-do]\n"
    (tmp_path / FILE).write_text(faulty)
    done = recommender("ask", FILE, folder=tmp_path)
    assert done.code == 1
    assert done.err.startswith("Get emergency care now.")
    assert all(field in done.err for field in ("emergency_signs:", "age:", "leave_out:"))
    assert (tmp_path / FILE).read_text() == faulty


# --- in a terminal ----------------------------------------------------------------------------

SLIP = "If that was a slip, type b to change it, or l for all your answers. Enter ends"


def sign(number: int) -> str:
    """The words of an emergency sign."""
    return list(QUESTIONS["emergency_signs"].answers.values())[number]


def answer_all(page: Any, profile: dict[str, Any]) -> None:
    for _, text in typed(profile):
        page.expect_exact(PROMPT)
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
    page.expect_exact("Save all of it to a file?")
    page.sendline(name)
    assert ended(page) == 0
    assert f"Saved to {name}." in page.before
    text = (tmp_path / name).read_text()
    assert "\x1b" not in text
    if name.endswith(".json"):
        assert Recommendation.model_validate_json(text).outcome == "routine"
    else:
        assert "WHAT WAS LEFT OUT" in text.upper()
        assert text.startswith("# Your routine\n" if name.endswith(".md") else "YOUR ROUTINE ")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([FILE, name])


@pytest.mark.parametrize(("name", "start"), [("r.html", b"<!DOCTYPE html>"), ("r.PDF", b"%PDF-"), ("r.ics", b"BEGIN:")])
def test_the_ending_of_the_name_decides_the_form(name: str, start: bytes, tmp_path: Path) -> None:
    """A page to print and a calendar are offered with the other formats, and written by the ending of their name."""
    done = recommender("ask", FILE, stdin=f"{keys(HEALTHY)}{name}\n", folder=tmp_path)
    assert done.code == 0
    said = one_line(done.err)
    assert ".html or .pdf to print it; .ics for a calendar." in said
    assert f"Saved to {name}." in said
    assert (tmp_path / name).read_bytes().startswith(start)


def test_no_calendar_of_rest_positions_is_written(tmp_path: Path) -> None:
    """Where there is nothing to plan, that is said, and there is no file; the result stands above."""
    done = recommender("ask", FILE, stdin=f"{keys(FLARE)}r.ics\n", folder=tmp_path)
    assert done.code == 0
    assert "r.ics was not written. There is nothing to put into a calendar." in one_line(done.err)
    assert not (tmp_path / "r.ics").exists()


def test_control_c_saves_and_says_where(tmp_path: Path) -> None:
    """Ctrl-C in a terminal keeps the answers, says where they are, and ends with exit code 1."""
    page = in_terminal("ask", FILE, folder=tmp_path)
    page.expect_exact(PROMPT)
    page.sendline("0")
    page.expect_exact(PROMPT)
    page.sendintr()
    assert ended(page) == 1
    assert f"Your answers are saved in {FILE}." in one_line(page.before)
    assert "Traceback" not in page.before
    assert answers_in(tmp_path) == {"emergency_signs": []}


def test_control_c_at_the_offer_to_save_loses_nothing(tmp_path: Path) -> None:
    """Ctrl-C at the last prompt means no: the routine stands above and the answers are kept."""
    page = in_terminal("ask", FILE, folder=tmp_path)
    answer_all(page, HEALTHY)
    page.expect_exact("Save all of it to a file?")
    page.sendintr()
    assert ended(page) == 0
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_an_emergency_in_a_terminal_ends_with_the_box(tmp_path: Path) -> None:
    """In a terminal too, a sign ends the questionnaire with the box; after Enter it ends with exit code 3."""
    page = in_terminal("ask", FILE, folder=tmp_path)
    page.expect_exact(PROMPT)
    page.sendline("2")
    page.expect_exact(KNOWLEDGE.outcomes.outcomes["emergency"].title.upper())
    page.expect_exact(SLIP)
    assert one_line(f"Your last answer was: Signs that cannot wait: {sign(1)}.") in one_line(page.before)
    page.expect_exact(PROMPT)
    page.sendline("")
    assert ended(page) == 3
    assert answers_in(tmp_path) == {"emergency_signs": [QUESTIONS["emergency_signs"].words[1]]}


def test_a_slip_in_a_terminal_can_be_taken_back(tmp_path: Path) -> None:
    """After the box, b puts the question again, and the questionnaire goes on or stops once more."""
    page = in_terminal("ask", FILE, folder=tmp_path)
    for slip in ("2", "4"):
        page.expect_exact(PROMPT)
        page.sendline(slip)
        page.expect_exact(SLIP)
        said = f"Your last answer was: Signs that cannot wait: {sign(int(slip) - 1)}."
        assert one_line(said) in one_line(page.before)
        page.expect_exact(PROMPT)
        page.sendline("b")
    page.expect_exact(PROMPT)
    page.sendline("0")
    page.expect_exact(PROMPT)
    page.sendline("q")
    assert ended(page) == 1
    assert answers_in(tmp_path) == {"emergency_signs": []}


def test_any_answer_can_be_changed_after_a_stop(tmp_path: Path) -> None:
    """After the box, l shows all answers; the one that was a slip is changed, and the questions go on."""
    page = in_terminal("ask", FILE, folder=tmp_path)
    for _, text in typed(person(age=40, medical_signs=["fever_or_infection"])):
        page.expect_exact(PROMPT)
        page.sendline(text)
    page.expect_exact(SLIP)
    page.expect_exact(PROMPT)
    page.sendline("l")
    page.expect_exact("since this pain began: Fever")
    for text in ("2", "0", ""):
        page.expect_exact(PROMPT)
        page.sendline(text)
    page.expect_exact("of about")
    page.expect_exact(PROMPT)
    page.sendline("q")
    assert ended(page) == 1
    assert saved(tmp_path)["pregnant"] == "no"


def test_a_terminal_shows_the_routine_without_the_reasons(tmp_path: Path) -> None:
    """In a terminal the routine and what to do if it hurts are shown, then how to see all the rest."""
    page = in_terminal("ask", FILE, folder=tmp_path)
    answer_all(page, HEALTHY)
    page.expect_exact("Save all of it to a file?")
    shown = one_line(page.before)
    page.sendline("")
    assert ended(page) == 0
    result = recommend(HEALTHY)
    assert all(f"{step.order}. {step.name}" in shown for step in result.routine)
    assert "WHAT WAS LEFT OUT" not in shown
    assert "GOOD TO KNOW" not in shown
    hurts = shown.partition(KNOWLEDGE.outcomes.advice["during_pain"].upper())[2]
    said = f"{len(result.excluded)} exercises were left out."
    assert f"{said} All reasons and all advice: recommender recommend {FILE}" in hurts
    urgent = [m for m in result.messages_of("advice") if m.topic in KNOWLEDGE.outcomes.urgent_advice]
    assert urgent
    assert all(one_line(message.text) in hurts.partition(said)[0] for message in urgent)


def test_control_c_at_finished_answers_loses_nothing(tmp_path: Path) -> None:
    """Ctrl-C where finished answers can be used or changed leaves with exit code 1, and the answers stay."""
    recommender("ask", FILE, stdin=keys(HEALTHY), folder=tmp_path)
    before = saved(tmp_path)
    page = in_terminal("ask", FILE, folder=tmp_path)
    page.expect_exact("answer anew")
    page.sendintr()
    assert ended(page) == 1
    assert saved(tmp_path) == before


# --- for everybody ----------------------------------------------------------------------------


@examples(150)
@given(flat_profiles())
def test_what_is_not_asked_cannot_change_the_result(flat: Answers) -> None:
    """The asked answers alone give the outcome and the exclusions of the whole profile; a stop is never softened."""
    interview = Interview(KNOWLEDGE)
    while (screen := interview.next_screen()) is not None:
        interview.answer(screen, value_of(screen, flat))
    whole = recommend(nest(flat))
    event(whole.outcome)
    if (stop := interview.stop()) is not None:
        strength = KNOWLEDGE.outcomes.strength
        if not interview.assumed:
            assert strength.index(whole.outcome) <= strength.index(stop.outcome)
            assert list(KNOWLEDGE.outcomes.how_soon).index(whole.urgency) <= stop.soon
        return
    result = recommend(interview.profile())
    if interview.assumed:
        return
    assert result.outcome == whole.outcome
    if result.outcome == "routine":
        assert result.routine == whole.routine
        assert [e.exercise for e in result.excluded] == [e.exercise for e in whole.excluded]


@pytest.mark.parametrize("who", ["healthy", "flare", "pregnant"])
def test_the_saved_file_is_a_profile(who: str, tmp_path: Path) -> None:
    """After a finished questionnaire, `recommend` takes the saved file and gives the same page."""
    profile = {"healthy": HEALTHY, "flare": FLARE, "pregnant": PREGNANT}[who]
    done = recommender("ask", FILE, stdin=keys(profile), folder=tmp_path)
    again = recommender("recommend", FILE, folder=tmp_path)
    assert again.err == ""
    assert again.code == done.code
    assert again.out.strip() == done.out.strip()
