"""`recommender follow` as a person uses it: in a terminal, and without one."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import termios
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pexpect
import pytest

from recommender import Knowledge, recommend
from recommender.cli.files import read_profile
from recommender.follow.clock import moment
from recommender.follow.log import done_of, session_of
from recommender.follow.player import PartDone
from recommender.follow.script import script_of
from recommender.progression.log import NextDay, Session, append, read
from tests.command_line import EXAMPLES, PROMPT, environment, example, one_line, recommender
from tests.command_line import in_terminal as spawned

BEGIN = "Enter begins, q ends:"
PLAYING = "GET READY"
LOG = "me-log.jsonl"
FAST, SLOW = "--speed=5000", "--speed=1"
SIGNS = "Is any of these new"
LEG = "weakness in a leg"
CACHE: dict[str, str] = {}
NOW = "How strong is the pain now"
UNSETTLED = "If the pain has not settled after 15 minutes, end your session."


class _Seen:
    """Collects what a terminal showed."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let the commands of this file share compiled knowledge, so that each starts sooner."""
    CACHE.update(RECOMMENDER_CACHE="on", XDG_CACHE_HOME=str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the profile of someone who sits a lot."""
    shutil.copy(EXAMPLES / "desk-worker.yaml", tmp_path / "me.yaml")
    return tmp_path


def in_terminal(*arguments: str, folder: Path, **env: str) -> Any:
    """Start the command in a pseudo-terminal, where keys are sent without delay."""
    child = spawned(*arguments, folder=folder, **{**CACHE, **env})
    child.delaybeforesend = None
    child.delayafterclose = child.delayafterterminate = 0.02
    child.ptyproc.delayafterclose = child.ptyproc.delayafterterminate = 0.02
    return child


def answer(child: Any, question: str, text: str) -> None:
    child.expect(question)
    child.expect_exact(PROMPT)
    child.sendline(text)


def begun(folder: Path, *options: str, pain: int = 2, **env: str) -> Any:
    """A session that has just begun."""
    child = in_terminal("follow", "me.yaml", *options, folder=folder, **env)
    answer(child, NOW, str(pain))
    child.expect_exact(BEGIN)
    child.sendline("")
    return child


def end(child: Any) -> tuple[int | None, str]:
    """The exit code, and all that was still said."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, one_line(child.before)


def finish(child: Any, *, lasted: str | None = "0") -> tuple[int | None, str]:
    """Answer the questions after a session without trouble."""
    answer(child, NOW, "1")
    if lasted is not None:
        answer(child, "For how many minutes", lasted)
    answer(child, LEG, "1")
    return end(child)


def mode(child: Any) -> Any:
    return termios.tcgetattr(child.child_fd)


def session(folder: Path) -> Session:
    entry = read(folder / LOG)[-1]
    assert isinstance(entry, Session)
    return entry


def earlier(folder: Path, days: int = 1, **changes: Any) -> None:
    """Put a session of so many days ago into the log."""
    made = session_of((), knowledge="0" * 16, before=2, after=2, lasted=0, legs="none", stopped=False)
    append(folder / LOG, replace(made, at=moment() - timedelta(days=days), **changes))


# --- a whole session --------------------------------------------------------------------------


def test_a_whole_session_from_the_first_question_to_the_log(folder: Path) -> None:
    """Pain, keys, all exercises, pain, and one dated line in a log that the person agreed to."""
    child = in_terminal("follow", "me.yaml", FAST, folder=folder)
    answer(child, "Keep a log of your sessions in me-log.jsonl", "")
    child.expect_exact("one line about it is added to me-log.jsonl")
    assert not (folder / LOG).exists()
    answer(child, NOW, "2")
    child.expect_exact("You need:")
    child.expect_exact("p it hurts")
    child.expect_exact("The bell rings once")
    child.expect_exact(BEGIN)
    child.sendline("")
    child.expect_exact("\a")
    child.expect_exact("THAT IS ALL FOR TODAY.")
    code, said = finish(child, lasted="3")
    assert (code, "Added to me-log.jsonl." in said) == (0, True)
    made = session(folder)
    assert (made.pain_before, made.pain_after, made.pain_lasted_minutes, made.leg_symptoms) == (2, 1, 3, "none")
    assert made.stopped is False
    routine = json.loads(example("desk-worker", "json").out)
    dose = [(s["exercise"], s["dose"]["sets"], s["dose"]["reps"], s["dose"]["hold"], "all") for s in routine["routine"]]
    assert [(d.exercise, d.sets, d.reps, d.hold, d.finished) for d in made.done] == dose
    assert made.knowledge == routine["knowledge"]["hash"]
    _next_reads_it(folder)


def _next_reads_it(folder: Path) -> None:
    """`recommender next` takes the log as it is."""
    done = recommender("next", LOG, "me.yaml", folder=folder)
    assert (done.code, "YOUR ROUTINE" in done.out) == (0, True), done.err


def test_without_log_colour_and_bell_there_is_none(folder: Path) -> None:
    """--no-log leaves the folder as it was; NO_COLOR and --no-bell hold for the whole session."""
    child = in_terminal("follow", "me.yaml", FAST, "--no-log", "--no-bell", folder=folder, NO_COLOR="1")
    child.logfile_read = seen = _Seen()
    answer(child, NOW, "2")
    child.expect_exact(BEGIN)
    assert "The bell" not in seen.text
    child.sendline("")
    assert finish(child, lasted=None)[0] == 0
    assert [path.name for path in folder.iterdir()] == ["me.yaml"]
    assert not re.search(r"\x1b\[[0-9;]*m", seen.text)
    assert "\a" not in seen.text


def test_a_log_that_is_declined_is_not_written(folder: Path) -> None:
    """No to the question about a log means no file."""
    child = in_terminal("follow", "me.yaml", SLOW, folder=folder)
    answer(child, "Keep a log", "2")
    answer(child, NOW, "0")
    child.expect_exact(BEGIN)
    child.sendline("")
    child.expect_exact(PLAYING)
    child.send("q")
    assert finish(child, lasted=None)[0] == 0
    assert [path.name for path in folder.iterdir()] == ["me.yaml"]


def test_skip_and_quit_are_in_the_log_as_they_were(folder: Path) -> None:
    """A skipped exercise is named as skipped; what was never reached is not named; quitting is no stop for pain."""
    child = begun(folder, SLOW, f"--log={LOG}")
    child.expect_exact(PLAYING)
    child.send("s")
    child.expect_exact("2 of 6")
    child.send("q")
    assert finish(child)[0] == 0
    made = session(folder)
    assert [(done.finished, done.sets) for done in made.done] == [("skipped", 0)]
    assert made.stopped is False


def test_the_day_after_is_asked_once(folder: Path) -> None:
    """An earlier session without its next day: how was the back? The answer is appended, and not asked again."""
    earlier(folder)
    child = in_terminal("follow", "me.yaml", FAST, folder=folder)
    answer(child, "How was your back on the day after", "3")
    answer(child, LEG, "2")
    answer(child, NOW, "q")
    assert end(child)[0] == 0
    entry = read(folder / LOG)[-1]
    assert isinstance(entry, NextDay)
    assert (entry.back, entry.leg_symptoms) == ("worse", "as_before")
    child = in_terminal("follow", "me.yaml", folder=folder)
    child.expect_exact(NOW)
    assert "day after" not in child.before
    child.sendcontrol("c")
    assert end(child)[0] == 0


def test_new_leg_symptoms_on_the_day_after_come_before_any_exercise(folder: Path) -> None:
    """The answer is kept, the person is told to see someone, and nothing is played."""
    earlier(folder, days=2)
    child = in_terminal("follow", "me.yaml", folder=folder)
    answer(child, "How was your back", "1")
    answer(child, LEG, "3")
    code, said = end(child)
    assert (code, "SEE A CLINICIAN FIRST" in said) == (3, True)
    assert isinstance(read(folder / LOG)[-1], NextDay)


def test_the_log_changes_the_dose_of_today(folder: Path) -> None:
    """After two good days the step that `recommender next` names is told, and is what is followed."""
    for days in (4, 2):
        whole = script_of(recommend(read_profile(str(folder / "me.yaml"))), Knowledge.shipped())
        done = tuple(done_of(PartDone(part, part.reps, "all")) for part in whole.parts)
        earlier(folder, days, done=done)
        good = NextDay(at=moment() - timedelta(days=days - 1), back="same", leg_symptoms="none")
        append(folder / LOG, good)
    named = re.search(r"^- (.{20})", recommender("next", LOG, "me.yaml", folder=folder).out, re.M)
    assert named is not None
    child = in_terminal("follow", "me.yaml", folder=folder)
    answer(child, NOW, "1")
    child.expect_exact("What changes today:")
    child.expect_exact(named[1])
    child.close(force=True)


@pytest.mark.parametrize("name", ["me.yaml", "me.json"])
def test_after_new_leg_symptoms_nothing_is_followed(folder: Path, name: str) -> None:
    """What the last session ended with still counts, for a profile and for a saved result."""
    (folder / "me.json").write_text(example("desk-worker", "json").out)
    earlier(folder, days=0, leg_symptoms="new")
    child = in_terminal("follow", name, f"--log={LOG}", folder=folder)
    answer(child, NOW, "1")
    code, said = end(child)
    assert (code, BEGIN in said) == (3, False)


# --- pain -------------------------------------------------------------------------------------


def hurt(folder: Path, pain: str, legs: str, signs: str, *options: str) -> Any:
    """A session in which the first exercise hurts."""
    child = begun(folder, SLOW, f"--log={LOG}", *options)
    child.expect_exact(PLAYING)
    child.send("p")
    child.expect_exact("STOPPED.")
    child.expect_exact("Stop at once for sharp pain")
    assert "Pain of up to 3" not in child.before
    child.expect_exact("Pain of up to 3")
    answer(child, NOW, pain)
    answer(child, LEG, legs)
    answer(child, SIGNS, signs)
    return child


def test_mild_pain_that_settles_may_go_on_without_that_exercise(folder: Path) -> None:
    """Up to 3 and not rising: the rest of the session is offered, paused until the person goes on."""
    child = hurt(folder, "3", "1", "0")
    answer(child, "still rising", "no")
    answer(child, "Go on with the other exercises", "yes")
    child.expect_exact("2 of 6  Resting on the forearms")
    child.expect_exact("PAUSED")
    child.send("q")
    assert finish(child)[0] == 0
    assert [(done.exercise, done.finished) for done in session(folder).done] == [("pelvic-tilt-rock", "pain")]


@pytest.mark.parametrize(("pain", "legs"), [("6", "1"), ("9", "1"), ("2", "3"), ("2", "4")])
def test_more_pain_or_new_leg_symptoms_end_the_session(folder: Path, pain: str, legs: str) -> None:
    """Strong pain, or something new in a leg: nothing more is offered, and the log says that pain stopped it."""
    child = hurt(folder, pain, legs, "0")
    found = child.expect_exact(["For how many minutes", "SEE A CLINICIAN FIRST", "still rising"])
    assert found == (1 if legs in "34" else 0)
    assert ("Your pain is too strong for exercise just now" in one_line(child.before)) == (pain in "69")
    if found == 0:
        child.sendline("5")
    code, said = end(child)
    assert code == (3 if found else 0)
    assert "Go on with" not in said
    made = session(folder)
    assert (made.stopped, made.pain_after, [done.finished for done in made.done]) == (True, int(pain), ["pain"])


def test_pain_that_still_rises_ends_the_session(folder: Path) -> None:
    """Mild, but rising: nothing goes on."""
    child = hurt(folder, "2", "1", "0")
    answer(child, "still rising", "yes")
    child.expect_exact(UNSETTLED)
    answer(child, "For how many minutes", "0")
    assert end(child)[0] == 0
    assert session(folder).stopped


def test_an_emergency_sign_is_told_at_once(folder: Path) -> None:
    """Numbness between the legs in a session: emergency care, no further question, and the log is still kept."""
    child = hurt(folder, "2", "1", "1")
    code, said = end(child)
    assert (code, "GET EMERGENCY CARE NOW" in said) == (3, True)
    assert "how many minutes" not in said
    assert session(folder).stopped
    assert session(folder).signs == ("saddle_numbness",)
    _nothing_the_next_time(folder)


def _nothing_the_next_time(folder: Path) -> None:
    """Neither `next` nor `follow` gives a session with this log, for a profile and for a saved result."""
    assert recommender("next", LOG, "me.yaml", folder=folder).code == 3
    (folder / "me.json").write_text(example("desk-worker", "json").out)
    for name in ("me.yaml", "me.json"):
        child = in_terminal("follow", name, f"--log={LOG}", folder=folder)
        answer(child, NOW, "1")
        code, said = end(child)
        assert (code, "GET EMERGENCY CARE NOW" in said, BEGIN in said) == (3, True, False)


@pytest.mark.parametrize("word", ["unsure", "1"])
def test_being_unsure_of_a_sign_is_kept_too(folder: Path, word: str) -> None:
    """Unsure counts as yes, now and the next time."""
    child = hurt(folder, "0", "1", "unsure" if word == "unsure" else "1,2")
    assert end(child)[0] == 3
    assert session(folder).signs
    assert recommender("next", LOG, "me.yaml", folder=folder).code == 3


def test_pain_of_4_that_settles_leaves_that_exercise_out(folder: Path) -> None:
    """As the advice says: above 3 the exercise is left out, and the rest waits until the pain has settled."""
    child = hurt(folder, "4", "1", "0")
    answer(child, "still rising", "no")
    answer(child, "settled to 3 or less", "yes")
    answer(child, "Go on with the other exercises", "yes")
    child.expect_exact("PAUSED")
    child.close(force=True)


def test_pain_of_4_that_does_not_settle_ends_it_with_the_reason(folder: Path) -> None:
    """The session ends with the words of the rule, and the log says that pain stopped it."""
    child = hurt(folder, "4", "1", "0")
    answer(child, "still rising", "no")
    answer(child, "settled to 3 or less", "no")
    child.expect_exact(UNSETTLED)
    child.expect_exact("THE SESSION HAS ENDED.")
    answer(child, "For how many minutes", "5")
    assert end(child)[0] == 0
    assert session(folder).stopped


def test_whoever_began_with_4_ends_when_a_second_exercise_hurts(folder: Path) -> None:
    """If it rises again, the rule for a start with pain ends the session, and is said."""
    child = begun(folder, SLOW, f"--log={LOG}", pain=4)
    for number in (1, 2):
        child.expect_exact(PLAYING if number == 1 else "PAUSED")
        child.send("p")
        answer(child, NOW, "4")
        answer(child, LEG, "1")
        answer(child, SIGNS, "0")
        if number == 1:
            answer(child, "still rising", "no")
            answer(child, "Go on with the other exercises", "yes")
    child.expect("if it rises again, end the")
    child.expect_exact("THE SESSION HAS ENDED.")
    answer(child, "For how many minutes", "5")
    assert end(child)[0] == 0
    assert [done.finished for done in session(folder).done] == ["pain", "pain"]


# --- leaving early ----------------------------------------------------------------------------


AFTER_P = [NOW, LEG, SIGNS, "still rising", "settled to 3", "For how many minutes"]
ANSWERS = ["4", "1", "0", "no", "no"]


@pytest.mark.parametrize("answered", range(6))
@pytest.mark.parametrize("way", ["c", "d"])
def test_leaving_the_questions_after_pain_keeps_what_was_said(folder: Path, answered: int, way: str) -> None:
    """Ctrl-C or the end of input: one line, ended by pain; what had no answer counts as unsure; nothing goes up."""
    child = _left_after_p(folder, answered)
    child.sendcontrol(way)
    said = end(child)[1]
    assert "Added to me-log.jsonl." in said
    made = session(folder)
    assert (made.stopped, [done.finished for done in made.done]) == (True, ["pain"])
    assert made.pain_after == (4 if answered else 2)
    assert made.leg_symptoms == ("none" if answered > 1 else "unsure")
    assert made.signs == (() if answered > 2 else ("unsure",))
    assert made.pain_lasted_minutes is None
    if way == "c":
        assert recommender("next", LOG, "me.yaml", folder=folder).code == 3


def _left_after_p(folder: Path, answered: int, *options: str) -> Any:
    child = begun(folder, SLOW, *(options or (f"--log={LOG}",)))
    child.expect_exact(PLAYING)
    child.send("p")
    for question, text in zip(AFTER_P[:answered], ANSWERS, strict=False):
        answer(child, question, text)
    child.expect(AFTER_P[answered])
    child.expect_exact(PROMPT)
    return child


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_questions_after_pain_keeps_them(folder: Path, number: int) -> None:
    """Killed, or the terminal closed: the line is there, with doubt for what was not answered."""
    child = _left_after_p(folder, 1)
    os.kill(child.pid, number)
    assert end(child)[0] == 128 + number
    assert (session(folder).stopped, session(folder).signs) == (True, ("unsure",))


def test_a_closed_terminal_in_the_questions_after_pain_keeps_them(folder: Path) -> None:
    """When the window is closed nothing can be said any more; the line is written all the same."""
    child = _left_after_p(folder, 1)
    child.close(force=False)
    _until(lambda: (folder / LOG).exists() and read(folder / LOG))
    assert (session(folder).pain_after, session(folder).signs) == (4, ("unsure",))


@pytest.mark.parametrize("end_it", ["ctrl-c", "term"])
def test_what_hurt_earlier_is_kept_however_the_session_ends(folder: Path, end_it: str) -> None:
    """After going on without an exercise that hurt: Ctrl-C or a signal while playing loses nothing."""
    child = hurt(folder, "3", "1", "0")
    answer(child, "still rising", "no")
    answer(child, "Go on with the other exercises", "yes")
    child.expect_exact("PAUSED")
    if end_it == "ctrl-c":
        child.sendcontrol("c")
    else:
        os.kill(child.pid, signal.SIGTERM)
    end(child)
    made = session(folder)
    assert ([done.finished for done in made.done], made.pain_after, made.stopped) == (["pain"], 3, True)


def test_without_a_log_leaving_early_keeps_nothing(folder: Path) -> None:
    """Whoever refused the log is not written about, whatever was said."""
    child = _left_after_p(folder, 2, "--no-log")
    child.sendcontrol("c")
    end(child)
    assert [path.name for path in folder.iterdir()] == ["me.yaml"]


@pytest.mark.parametrize(("pain", "kept"), [("7", True), ("3", True), ("2", False)])
def test_leaving_the_questions_at_the_end(folder: Path, pain: str, kept: bool) -> None:
    """More pain than before is kept with doubt for the rest; without any trouble so far nothing is added."""
    child = begun(folder, SLOW, f"--log={LOG}")
    child.expect_exact(PLAYING)
    child.send("q")
    answer(child, NOW, pain)
    child.expect("For how many minutes")
    child.sendcontrol("c")
    assert ("Nothing was added" in end(child)[1]) is not kept
    assert (folder / LOG).exists() is kept
    if pain == "7":
        assert session(folder).signs == ("unsure",)


def test_without_a_log_today_an_earlier_sign_still_counts(folder: Path) -> None:
    """--no-log adds nothing, and does not make an emergency sign in the log beside the answers forgotten."""
    earlier(folder, signs=("saddle_numbness",))
    before = (folder / LOG).read_bytes()
    child = in_terminal("follow", "me.yaml", "--no-log", folder=folder)
    answer(child, NOW, "1")
    code, said = end(child)
    assert (code, "GET EMERGENCY CARE NOW" in said, BEGIN in said) == (3, True, False)
    assert (folder / LOG).read_bytes() == before


@pytest.mark.parametrize("letters", ["q", "quit"])
def test_q_leaves_at_the_first_question(folder: Path, letters: str) -> None:
    """The way out that the keys name works before the session too, and is said."""
    child = in_terminal("follow", "me.yaml", folder=folder)
    child.expect_exact("q: leave")
    child.sendline(letters)
    code, said = end(child)
    assert (code, "Nothing was begun" in said) == (0, True)


def test_a_damaged_log_does_not_hide_an_emergency(folder: Path) -> None:
    """Answers that leave no exercise are answered first; the log is not needed for that."""
    (folder / "bad.jsonl").write_text("rubbish\n")
    done = recommender("follow", EXAMPLES / "emergency.yaml", "--log", "bad.jsonl", folder=folder)
    assert (done.code, "GET EMERGENCY CARE NOW" in done.out) == (3, True)


def test_a_slip_of_p_goes_back_to_the_exercise(folder: Path) -> None:
    """P by mistake: b, and the session is where it was, paused."""
    child = begun(folder, SLOW, "--no-log")
    child.expect_exact(PLAYING)
    child.send("p")
    answer(child, NOW, "b")
    child.expect_exact("1 of 6  Pelvic tilt")
    child.expect_exact("PAUSED")
    child.sendcontrol("c")
    assert end(child)[0] == 1


def test_strong_pain_at_the_start_leaves_rest_positions(folder: Path) -> None:
    """With 8 or more now, the saved profile gives rest positions, and these are followed."""
    child = in_terminal("follow", "me.yaml", FAST, "--no-log", folder=folder)
    answer(child, NOW, "8")
    child.expect_exact("REST POSITIONS ONLY FOR NOW")
    child.expect("Get up slowly")
    child.expect_exact(BEGIN)
    child.sendline("q")
    assert end(child)[0] == 0


def test_less_pain_than_in_the_profile_lets_nothing_in(tmp_path: Path) -> None:
    """A good hour does not make the routine harder than the saved answers do."""
    text = (EXAMPLES / "desk-worker.yaml").read_text()
    (tmp_path / "me.yaml").write_text(re.sub(r"pain_now: \d+", "pain_now: 8", text))
    child = in_terminal("follow", "me.yaml", "--no-log", folder=tmp_path)
    answer(child, NOW, "0")
    child.expect_exact("REST POSITIONS ONLY")
    child.close(force=True)


def test_a_saved_result_is_made_anew_for_more_pain(folder: Path) -> None:
    """A result holds its answers: with more pain now, what fits today is followed, and that is said."""
    (folder / "me.json").write_text(example("desk-worker", "json").out)
    for pain, found in (
        ("0", "YOUR ROUTINE"),
        ("6", "With a pain of 6 now, the exercises or their dose are others"),
        ("9", "REST POSITIONS ONLY FOR NOW"),
    ):
        child = in_terminal("follow", "me.json", "--no-log", folder=folder)
        answer(child, NOW, pain)
        child.expect_exact(found)
        if pain == "6":  # a limit, and someone has to see it first
            answer(child, "Has your clinician seen this routine", "yes")
        child.expect_exact(BEGIN)
        child.sendline("q")
        assert end(child)[0] == 0


@pytest.mark.parametrize("pain", ["2", "9"])
def test_an_adapted_result_is_followed_as_it_stands_or_left(folder: Path, pain: str) -> None:
    """An adapted result keeps its doses; where more pain allows none of that, the fresh result of today is followed."""
    at = ("--on", str(moment().date()))
    for days in (4, 2):
        whole = script_of(recommend(read_profile(str(folder / "me.yaml"))), Knowledge.shipped())
        earlier(folder, days, done=tuple(done_of(PartDone(part, part.reps, "all")) for part in whole.parts))
        good = NextDay(at=moment() - timedelta(days=days - 1), back="same", leg_symptoms="none")
        append(folder / LOG, good)
    made = recommender("next", LOG, "me.yaml", *at, "--format", "json", "-o", "next.json", folder=folder)
    assert made.code == 0
    data = json.loads((folder / "next.json").read_text())
    assert data["changes"]
    child = in_terminal("follow", "next.json", "--no-log", folder=folder)
    answer(child, NOW, pain)
    child.expect_exact(BEGIN)
    child.sendline("q")
    said = one_line(child.before)
    assert end(child)[0] == 0
    assert ("REST POSITIONS ONLY FOR NOW" in said) is (pain == "9")
    assert ("What your log changed is left out of them for today." in said) is (pain == "9")


def test_a_result_that_cannot_be_used_is_not_followed(folder: Path) -> None:
    """One of other rules, and one without answers, end with what is wrong, and no session."""
    data = json.loads(example("desk-worker", "json").out)
    for changed, found in (({"format": 1}, "recommender recommend me.json --anew"), ({"profile": None}, "no answers")):
        (folder / "me.json").write_text(json.dumps({**data, **changed}))
        child = in_terminal("follow", "me.json", "--no-log", folder=folder)
        code, said = end(child)
        assert (code, found in said, BEGIN in said) == (1, True, False)


def test_a_routine_for_the_clinician_first_is_asked_about(tmp_path: Path) -> None:
    """No: nothing begins."""
    shutil.copy(EXAMPLES / "hernia.yaml", tmp_path / "me.yaml")
    child = in_terminal("follow", "me.yaml", "--no-log", folder=tmp_path)
    answer(child, NOW, "0")
    child.expect_exact("Show this routine to your clinician")
    answer(child, "Has your clinician seen this routine", "no")
    code, said = end(child)
    assert (code, BEGIN in said) == (0, False)


def test_strong_pain_at_the_end_is_answered(folder: Path) -> None:
    """With 6 or more after the session: signs that cannot wait are asked for, and what to do is said."""
    child = begun(folder, SLOW, "--no-log")
    child.expect_exact(PLAYING)
    child.send("q")
    answer(child, NOW, "6")
    answer(child, LEG, "2")
    answer(child, SIGNS, "0")
    code, said = end(child)
    assert code == 0
    assert "Your pain is too strong for exercise just now" in said
    assert "Stop at once for sharp pain" in said


# --- the terminal -----------------------------------------------------------------------------


def test_ctrl_c_puts_the_terminal_back_and_asks_one_short_question(folder: Path) -> None:
    """The modes are those of before; Enter saves nothing."""
    child = in_terminal("follow", "me.yaml", SLOW, f"--log={LOG}", folder=folder)
    child.expect_exact(PROMPT)
    before = mode(child)
    child.sendline("2")
    child.expect_exact(BEGIN)
    child.sendline("")
    child.expect_exact(PLAYING)
    assert mode(child) != before
    child.sendcontrol("c")
    child.expect_exact("\x1b[?1049l")
    child.expect_exact("Save what you did so far?")
    assert mode(child) == before
    child.sendline("")
    assert end(child)[0] == 1
    assert not (folder / LOG).exists()


def test_after_ctrl_c_what_was_done_can_be_saved(folder: Path) -> None:
    """With y, the two questions that a line needs, and the line."""
    child = begun(folder, SLOW, f"--log={LOG}")
    child.expect_exact(PLAYING)
    child.send("s")
    child.expect_exact("2 of 6")
    child.sendcontrol("c")
    child.expect_exact("Save what you did so far?")
    child.sendline("y")
    assert finish(child)[0] == 0
    assert [done.finished for done in session(folder).done] == ["skipped"]


def test_a_signal_that_ends_it_puts_the_terminal_back(folder: Path) -> None:
    """Killed in the middle: the screen, the cursor and the modes are as before."""
    child = in_terminal("follow", "me.yaml", SLOW, "--no-log", folder=folder)
    child.expect_exact(PROMPT)
    before = mode(child)
    child.sendline("2")
    child.expect_exact(BEGIN)
    child.sendline("")
    child.expect_exact(PLAYING)
    os.kill(child.pid, signal.SIGTERM)
    child.expect_exact("\x1b[?25h\x1b[?1049l")
    _until(lambda: mode(child) == before)
    assert end(child)[0] == 128 + signal.SIGTERM


def _until(true: Any) -> None:
    for _ in range(100):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in five seconds")


def test_ctrl_z_gives_the_terminal_back_and_comes_back_paused(folder: Path) -> None:
    """Suspended, the shell works as before; in the foreground again, the session waits for the person."""
    shell = pexpect.spawn(
        "/bin/sh",
        ["-i", "-m"],
        cwd=str(folder),
        env=environment(PS1="$$ ", ENV="", **CACHE),
        encoding="utf-8",
        timeout=30,
    )
    shell.setwinsize(24, 80)
    shell.sendline(f"{sys.executable} -m recommender follow me.yaml --no-log {SLOW}")
    answer(shell, NOW, "2")
    shell.expect_exact(BEGIN)
    shell.sendline("")
    shell.expect_exact(PLAYING)
    shell.sendcontrol("z")
    shell.expect_exact("\x1b[?1049l")
    shell.sendline("stty -a; echo fin''ished")
    shell.expect_exact("finished\r\n")
    assert re.search(r"(?<!-)icanon", shell.before)
    assert re.search(r"(?<!-)\becho\b", shell.before)
    shell.sendline("fg")
    shell.expect_exact("\x1b[?1049h")
    shell.expect_exact("PAUSED")
    shell.sendcontrol("c")
    shell.expect_exact("Stopped.")
    shell.sendline("exit")
    shell.expect(pexpect.EOF)


def test_another_size_of_the_terminal_is_used_at_once(folder: Path) -> None:
    """From 80 to 40 columns: everything is drawn anew, and no line is longer than the screen."""
    child = begun(folder, SLOW, "--no-log")
    child.expect_exact(PLAYING)
    child.setwinsize(24, 40)
    child.expect_exact("\x1b[H\x1b[2J")
    child.expect_exact("p it hurts")
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in re.split(r"\x1b\[\d+;1H", child.before)]
    assert max(map(len, lines)) <= 40
    child.send(" ")
    child.expect_exact("PAUSED")
    child.close(force=True)


@pytest.mark.parametrize(("options", "env"), [(("--plain",), {}), ((), {"TERM": "dumb"})])
def test_plain_is_one_line_after_the_other(folder: Path, options: tuple[str, ...], env: dict[str, str]) -> None:
    """For a screen reader or a dumb terminal: nothing is drawn over, and the keys work all the same."""
    child = in_terminal("follow", "me.yaml", "--no-log", "--speed=80", *options, folder=folder, NO_COLOR="1", **env)
    child.logfile_read = seen = _Seen()
    answer(child, NOW, "2")
    child.expect_exact(BEGIN)
    child.sendline("")
    child.expect_exact("Exercise 1 of 6: Pelvic tilt (to and fro).")
    child.send(" ")
    child.expect_exact("Paused, ")
    child.send(" ")
    for words in ("1 of 5.", "Hold for 10 s.", "Let go slowly.", "Exercise 2 of 6"):
        child.expect_exact(words)
    child.send("q")
    assert finish(child, lasted=None)[0] == 0
    assert "\x1b" not in seen.text


# --- without a terminal, and what goes wrong --------------------------------------------------


def test_without_a_terminal_the_script_is_printed(folder: Path) -> None:
    """There is no way to pause: all cues with their times at once, and how to be led through them."""
    done = recommender("follow", "me.yaml", folder=folder)
    assert done.code == 0
    minutes, seconds = divmod(json.loads(example("desk-worker", "json").out)["seconds"], 60)
    assert f"{minutes}:{seconds:02}  The end." in done.out
    assert "run it in a terminal: recommender follow me.yaml" in one_line(done.err)
    assert [path.name for path in folder.iterdir()] == ["me.yaml"]
    through_pipe = recommender("follow", "-", stdin=(folder / "me.yaml").read_text())
    assert through_pipe.out == done.out


@pytest.mark.parametrize(
    ("name", "first", "what"),
    [
        ("emergency", "GET EMERGENCY CARE NOW", "Call the emergency services now"),
        ("three-weeks-after-injury", "SEE A CLINICIAN FIRST", "See a doctor"),
    ],
)
def test_where_there_is_nothing_to_follow_it_says_what_to_do(name: str, first: str, what: str) -> None:
    """No session: whom to see and how soon first, and exit code 3."""
    done = recommender("follow", EXAMPLES / f"{name}.yaml")
    assert done.code == 3
    title, now = done.out.split("\n")[1:4:2] if done.out.split("\n")[2] == "" else done.out.split("\n")[1:3]
    assert title.strip() == first
    assert now.strip().startswith(what)


def test_a_log_that_cannot_be_written_is_shown(folder: Path) -> None:
    """The line is printed, so that the person can keep it; exit code 1."""
    child = begun(folder, SLOW, f"--log={LOG}")
    child.expect_exact(PLAYING)
    (folder / LOG).write_text("my shopping list\n")
    child.send("s")
    child.expect_exact("2 of 6")
    child.send("q")
    code, said = finish(child)
    assert code == 1
    line = said[said.index('{"form": "recommender log 1", ') : said.rindex("}") + 1]
    assert json.loads(line)["pain_after"] == 1
    assert (folder / LOG).read_text() == "my shopping list\n"


@pytest.mark.parametrize("place", ["nowhere/log.jsonl", "me.yaml"])
def test_a_log_that_can_not_work_is_said_before_the_session(folder: Path, place: str) -> None:
    """No folder, or another kind of file: nobody finds that out after the exercises."""
    child = in_terminal("follow", "me.yaml", f"--log={place}", folder=folder)
    code, said = end(child)
    assert code in (1, 2)
    assert place.split("/", maxsplit=1)[0] in said
    assert NOW not in said


def test_wrong_input_is_explained(folder: Path) -> None:
    """A wrong answer is shown with what is accepted, and the question stays."""
    child = in_terminal("follow", "me.yaml", "--no-log", folder=folder)
    answer(child, NOW, "much")
    child.expect_exact('"much" is no answer here. Type a whole number from 0 to 10. q: leave.')
    child.sendline("?")
    child.expect_exact("Mild pain allows more than strong pain.")
    child.sendcontrol("c")
    code, said = end(child)
    assert (code, "Nothing was begun" in said) == (0, True)


def test_log_and_no_log_exclude_each_other() -> None:
    """A contradiction is a wrong call."""
    done = recommender("follow", EXAMPLES / "desk-worker.yaml", "--log", "x", "--no-log")
    assert (done.code, "Give one of them" in done.err) == (2, True)
