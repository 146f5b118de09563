"""`recommender recommend` with the formats for paper and calendars: files, options, and whom they are not made for."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pexpect
import pytest
import vobject

from recommender import Knowledge, recommend
from recommender.cli.files import read_profile
from recommender.cli.writing import write_result
from recommender.kept.writing import target_of
from recommender.output.html import render_html
from tests.command_line import EXAMPLES, in_terminal, recommender

KNOWLEDGE = Knowledge.shipped()
SCHEDULE = KNOWLEDGE.session.schedule
assert SCHEDULE is not None


def sessions(text: str) -> list[datetime]:
    """The starts of all sessions, expanded by another library."""
    entries = vobject.readOne(text).vevent_list
    return sorted(start for entry in entries if hasattr(entry, "rrule") for start in entry.getrruleset())


def said(text: str) -> str:
    """The text inside the first series."""
    return str(vobject.readOne(text).vevent_list[0].description.value)


# --- the command ---------------------------------------------------------------------------------


def test_the_command_writes_a_calendar(tmp_path: Path) -> None:
    """With -o the file holds the bytes of a calendar, with the wishes of the call."""
    target = tmp_path / "plan.ics"
    wishes = ["--starting", "2026-11-23", "--at", "18:30", "--at", "7:00", "--weeks", "1", "--alarm", "off"]
    profile = EXAMPLES / "pregnancy.yaml"
    done = recommender("recommend", profile, "--format", "ics", *wishes, "-o", target)
    assert (done.code, done.out, done.err) == (0, "", f"Written to {target}.\n")
    text = target.read_bytes().decode()
    starts = sessions(text)
    assert [starts[0], starts[1], starts[-1]] == [
        datetime(2026, 11, 23, 7),
        datetime(2026, 11, 23, 18, 30),
        datetime(2026, 11, 29, 18, 30),
    ]
    assert said(text).startswith(KNOWLEDGE.outcomes.show_first)
    assert "VALARM" not in text
    assert target.stat().st_mode & 0o777 == 0o600


def test_the_command_prints_a_calendar_from_tomorrow_on() -> None:
    """Without -o the calendar goes to standard output as it is; it starts tomorrow, with an alarm."""
    before = datetime.now().date()
    done = recommender("recommend", EXAMPLES / "trained.yaml", "--format", "ics")
    after = datetime.now().date()
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("END:VCALENDAR\r\n")
    assert sessions(done.out)[0].date() in {day + timedelta(days=1) for day in (before, after)}
    assert "TRIGGER:-PT10M" in done.out


@pytest.mark.parametrize("name", ["emergency", "three-weeks-after-injury", "acute-flare"])
def test_no_calendar_where_there_is_no_routine(name: str, tmp_path: Path) -> None:
    """Nothing is written, what to do now is said first, earlier sessions are to be taken out, and the code is 3."""
    target = tmp_path / "plan.ics"
    done = recommender("recommend", EXAMPLES / f"{name}.yaml", "--format", "ics", "--weeks", "99", "-o", target)
    assert (done.code, done.out) == (3, "")
    result = recommend(read_profile(str(EXAMPLES / f"{name}.yaml")))
    text = " ".join(done.err.split())
    shown = f"{result.title.upper()} " if result.routine else f"{result.title}. "
    assert text.lstrip("= ").startswith(f"{shown}{result.now[0]}")
    assert SCHEDULE is not None
    assert text.endswith(SCHEDULE.words.older)
    assert list(tmp_path.iterdir()) == []


def test_calendar_wishes_need_a_calendar() -> None:
    """Wishes for a calendar or a paper beside another format are a wrong call that names each."""
    wishes = ["--at", "08:00", "--alarm", "0", "--series", "Ann", "--paper", "a4"]
    done = recommender("recommend", EXAMPLES / "trained.yaml", "--format", "markdown", *wishes)
    assert (done.code, done.out) == (2, "")
    assert done.err == "--at, --alarm, --series: only with --format ics.\n--paper: only with --format html or pdf.\n"


@pytest.mark.parametrize(
    ("option", "value", "found"),
    [
        ("--at", "8 am", '"8 am" is no time of the day. Write hours and minutes'),
        ("--alarm", "-5", '"-5" is no alarm.'),
        ("--starting", "tomorrow", '"tomorrow" is no day. Write year, month and day, such as 2026-11-23, or leave'),
        ("--starting", "2026-02-30", '"2026-02-30" is no day.'),
        ("--starting", "1990-01-01", "1990-01-01: this plan would have ended on 1990-01-29. Begin on"),
        ("--on", "mon", "mon"),
    ],
)
def test_wishes_that_cannot_be_read(option: str, value: str, found: str) -> None:
    """A wish that cannot be read is a wrong call that says what is accepted."""
    done = recommender("recommend", EXAMPLES / "trained.yaml", "--format", "ics", f"{option}={value}")
    assert (done.code, done.out) == (2, "")
    assert found in " ".join(done.err.split())


# --- paper ---------------------------------------------------------------------------------------


def test_the_sheet_goes_to_a_file(tmp_path: Path) -> None:
    """HTML and PDF are written whole, for the paper that was asked for, from a profile and from a saved result."""
    page, kept = tmp_path / "routine.html", tmp_path / "kept.json"
    kept.write_text(recommend(read_profile(str(EXAMPLES / "trained.yaml"))).model_dump_json(), encoding="utf-8")
    done = recommender("recommend", kept, "--format", "html", "--paper", "letter", "-o", page)
    assert (done.code, done.out, done.err) == (0, "", f"Written to {page}.\n")
    result = recommend(read_profile(str(EXAMPLES / "trained.yaml")))
    assert page.read_text(encoding="utf-8").rstrip("\n") == render_html(result, KNOWLEDGE, paper="letter").rstrip("\n")
    printed = tmp_path / "routine.pdf"
    done = recommender("recommend", EXAMPLES / "trained.yaml", "--format", "pdf", "-o", printed)
    assert (done.code, done.out, done.err) == (0, "", f"Written to {printed}.\n")
    assert printed.read_bytes().startswith(b"%PDF-")


def test_a_pdf_is_not_thrown_at_a_terminal() -> None:
    """In a terminal a PDF needs the name of a file, and the call says so before anything is made."""
    page = in_terminal("recommend", EXAMPLES / "trained.yaml", "--format", "pdf")
    page.expect(pexpect.EOF)
    page.close()
    assert page.exitstatus == 2
    assert "A terminal cannot show pdf. Name a file for it with -o" in page.before
    assert "%PDF" not in page.before


def test_bytes_and_finished_text_are_written_as_they_are(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    """Neither a file nor standard output gets another line end or another letter than was given."""
    for content in (b"\x00\xff\r\n", "é\r\n"):
        write_result(content, None, ready=True)
        write_result(content, target_of(tmp_path / "file"), ready=True)
        raw = content if isinstance(content, bytes) else content.encode()
        assert capfdbinary.readouterr().out == raw
        assert (tmp_path / "file").read_bytes() == raw
