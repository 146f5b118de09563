"""No error of a call hides what to do now: whoever must see someone first reads that before all else."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect
import pytest
import yaml

from recommender import Recommendation, recommend
from recommender.cli import main
from recommender.cli.files import read_profile
from recommender.output import html
from tests.command_line import EXAMPLES, example, in_terminal, one_line, recommender
from tests.strategies import KNOWLEDGE

STOPPED = ("emergency", "three-weeks-after-injury")
FORMATS = ("text", "markdown", "json", "html", "pdf", "ics")
EXTRAS = {"html": ("jinja2", "html"), "pdf": ("typst", "pdf"), "ics": ("icalendar", "calendar")}


def result_of(name: str) -> Recommendation:
    """The result for an example."""
    return recommend(read_profile(str(EXAMPLES / f"{name}.yaml")))


def first_words(result: Recommendation) -> str:
    """The heading, what to do now, and what the stops of this outcome say, on one line."""
    stops = [f"{m.text} {m.unsure}".rstrip() for m in result.messages_of("stop") if m.topic == result.outcome]
    return one_line(" ".join([f"{result.title}.", *result.now, *stops]))


# --- files that cannot be written, and files that can ------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_cannot_be_written_hides_nothing(form: str, tmp_path: Path) -> None:
    """What to do now stands before the error about the file, in every format."""
    target = tmp_path / "missing" / f"x.{form}"
    done = recommender("recommend", EXAMPLES / "emergency.yaml", "--format", form, "-o", target)
    said = one_line(done.err)
    assert said.startswith(first_words(result_of("emergency")))
    assert said.count("Get emergency care now") == 1
    if form == "ics":  # there is none to write
        assert done.code == 3
    else:
        assert said.endswith("Nothing was changed.")
        assert done.code == 1


@pytest.mark.parametrize("name", STOPPED)
@pytest.mark.parametrize("form", ["text", "json", "html", "pdf"])
def test_a_written_file_is_not_all_that_is_said(name: str, form: str, tmp_path: Path) -> None:
    """With -o the terminal tells what to do now as well, then the name of the file; the exit code is 3."""
    target = tmp_path / f"x.{form}"
    done = recommender("recommend", EXAMPLES / f"{name}.yaml", "--format", form, "-o", target)
    assert (done.code, done.out) == (3, "")
    assert one_line(done.err) == f"{first_words(result_of(name))} Written to {target}."
    assert target.stat().st_size


def test_a_routine_in_a_file_needs_no_words(tmp_path: Path) -> None:
    """Where there is a routine, only the name of the file is said."""
    done = recommender("recommend", EXAMPLES / "trained.yaml", "-o", tmp_path / "x.txt")
    assert done.err == f"Written to {tmp_path / 'x.txt'}.\n"


def test_an_output_that_is_gone_hides_nothing() -> None:
    """Where standard output is full, what to do now reaches standard error."""
    shell = pexpect.spawn("/bin/sh", ["-c", f"{sys.executable} -m recommender recommend emergency.yaml >/dev/full"],
                          cwd=str(EXAMPLES), encoding="utf-8")  # fmt: skip
    shell.expect(pexpect.EOF)
    shell.close()
    assert shell.exitstatus == 1
    assert one_line(shell.before).startswith(first_words(result_of("emergency")))


# --- wrong calls -----------------------------------------------------------------------------------

WRONG = {
    "a time that is none": (["--format", "ics", "--at", "25:00"], "is no time of the day"),
    "a time beside text": (["--at", "25:00"], "is no time of the day"),
    "a wish of another format": (["--format", "html", "--starting", "2026-11-23"], "only with --format ics"),
    "weeks of another format": (["--weeks", "0"], "only with --format ics"),
    "weeks that are no number": (["--weeks", "some"], "some"),
    "a day that is none": (["--format", "ics", "--starting", "nonsense"], "is no day"),
    "an unknown format": (["--format", "docx"], "docx"),
    "an unknown paper": (["--paper", "a3"], "a3"),
    "an unknown option": (["--colour"], "--colour"),
    "a word too much": (["extra-word"], "extra-word"),
    "no value": (["--weeks"], "--weeks"),
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("name", STOPPED)
def test_a_wrong_call_hides_nothing(what: str, name: str) -> None:
    """What to do now stands before what is wrong with the call."""
    wrong, words = WRONG[what]
    done = recommender("recommend", EXAMPLES / f"{name}.yaml", *wrong)
    assert (done.code, done.out) == (2, "")
    said = one_line(done.err)
    assert said.startswith(first_words(result_of(name)))
    assert said.count(first_words(result_of(name))) == 1
    assert words in said


def test_a_wrong_option_before_the_file_hides_nothing() -> None:
    """The file is found wherever it stands in the call, and on standard input and in a saved result too."""
    file = EXAMPLES / "emergency.yaml"
    for arguments, given in (
        (["--colour", file], ""),
        (["--at=25:00", "-"], file.read_text(encoding="utf-8")),
        (["--format", "docx", "-"], example("emergency", "json").out),
    ):
        done = recommender("recommend", *arguments, stdin=given)
        assert done.code == 2
        assert one_line(done.err).startswith(first_words(result_of("emergency")))


def test_a_wrong_call_about_answers_that_are_not_whole_hides_nothing() -> None:
    """What a single answer demands already is said, though the other answers are missing."""
    done = recommender("recommend", "-", "--at", "25:00", stdin="emergency_signs: [saddle_numbness]")
    assert done.code == 2
    assert done.err.startswith("Get emergency care now.")
    assert "is no time of the day" in done.err
    assert "no answer." not in done.err


@pytest.mark.parametrize("file", ["trained.yaml", "missing.yaml", ""])
def test_a_wrong_call_says_nothing_more_where_nothing_is_urgent(file: str) -> None:
    """With a routine, without a readable file or without any, the error about the call stands alone."""
    done = recommender("recommend", *([EXAMPLES / file] if file else []), "--at", "25:00")
    assert done.code == 2
    assert "recommender recommend " in done.err.splitlines()[0]


def test_a_pdf_for_a_terminal_hides_nothing() -> None:
    """In a terminal the person reads what to do now before the advice to name a file."""
    page = in_terminal("recommend", EXAMPLES / "emergency.yaml", "--format", "pdf")
    page.expect(pexpect.EOF)
    page.close()
    assert page.exitstatus == 2
    said = one_line(page.before)
    assert said.startswith(first_words(result_of("emergency")))
    assert "A terminal cannot show pdf." in said


# --- missing extras ----------------------------------------------------------------------------------


def without(form: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple:
    """Exit code and words of the command where the extra of this format is not installed."""
    html._template.cache_clear()
    monkeypatch.setitem(sys.modules, EXTRAS[form][0], None)
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        main(["recommend", str(EXAMPLES / f"{name}.yaml"), "--format", form])
    told = capsys.readouterr()
    assert told.out == ""
    return ended.value.code, told.err


@pytest.mark.parametrize("name", STOPPED)
@pytest.mark.parametrize("form", EXTRAS)
def test_a_missing_extra_hides_nothing(
    form: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The heading stands first, what to install last, and the exit code is 3."""
    code, told = without(form, name, monkeypatch, capsys)
    assert code == 3
    assert one_line(told).startswith(first_words(result_of(name)))
    if form != "ics":  # there is none to make, so nothing to install
        assert told.splitlines()[-1].endswith(f"pip install 'recommender[{EXTRAS[form][1]}]'")


def test_a_missing_extra_says_no_more_than_the_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In an emergency the milder stops, which the sheet leaves out, are left out here too."""
    profile = read_profile(str(EXAMPLES / "emergency.yaml"))
    profile |= {"acute_pain": "yes", "pain_now": 9, "medical_signs": ["fever_or_infection"]}
    result = recommend(profile)
    milder = [compiled.rule.say for compiled in KNOWLEDGE.rules if compiled.rule.then.stop not in (None, "emergency")]
    assert milder
    file = tmp_path / "me.yaml"
    file.write_text(yaml.safe_dump(profile), encoding="utf-8")
    monkeypatch.setattr(sys.modules[__name__], "EXAMPLES", tmp_path)
    code, told = without("pdf", "me", monkeypatch, capsys)
    assert code == 3
    assert one_line(told).startswith(first_words(result))
    assert [text for text in milder if one_line(text) in one_line(told)] == []


@pytest.mark.parametrize("form", EXTRAS)
def test_rest_positions_stand_below_where_below_is_said(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the extra, and instead of a calendar, the person gets the whole result with its rest positions."""
    code, told = without(form, "acute-flare", monkeypatch, capsys)
    assert told.startswith(example("acute-flare").out.rstrip("\n"))
    schedule = KNOWLEDGE.session.schedule
    assert schedule is not None
    if form == "ics":
        assert code == 3
        assert schedule.words.nothing_to_plan in one_line(told)
        assert one_line(told).endswith(schedule.words.older)
    else:
        assert code == 2
        assert told.splitlines()[-1].endswith(f"pip install 'recommender[{EXTRAS[form][1]}]'")
