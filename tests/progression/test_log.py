"""The log: what it takes, what it refuses, and that nothing in it is ever lost or half written."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from recommender.kept.files import kind_of
from recommender.progression import log_file
from recommender.progression.log import Done, Entry, LogError, NextDay, Session, append, read
from recommender.progression.log_lines import line_of
from tests.command_line import ROOT, environment

MORNING = datetime(2026, 3, 2, 8, 15, tzinfo=timezone(timedelta(hours=1)))
CAT = Done(exercise="cat-sag-and-round", sets=1, reps=8, hold=0, finished="all")


def session(day: int = 0, **changes: Any) -> Session:
    """Make a session that went well, so many days after the first one."""
    values: dict[str, Any] = {
        "at": MORNING + timedelta(days=day),
        "knowledge": "0123456789abcdef",
        "pain_before": 2,
        "pain_after": 2,
        "leg_symptoms": "none",
        "stopped": False,
        "done": (CAT,),
    }
    return Session(**{**values, **changes})


def next_day(day: int = 1, **changes: Any) -> NextDay:
    """Make word of a later day on which the back was the same."""
    return NextDay(**{"at": MORNING + timedelta(days=day), "back": "same", "leg_symptoms": "none", **changes})


def written(folder: Path, *entries: Entry, more: bytes = b"") -> Path:
    """Write a log with these entries, and bytes after them."""
    path = folder / "log.jsonl"
    path.write_bytes(b"".join(map(line_of, entries)) + more)
    return path


def refused(path: Path, **options: Any) -> str:
    """Read a log that cannot be read; the message, after a look that the file is as it was."""
    before = path.read_bytes()
    with pytest.raises(LogError) as caught:
        read(path, **options)
    assert path.read_bytes() == before
    return str(caught.value)


def test_what_was_appended_is_read_back(tmp_path: Path) -> None:
    """Entries come back as they were, in their order, with their time zones and notes."""
    path = tmp_path / "log.jsonl"
    entries = (session(note='Gut. "Ja"\n\u2028 \U0001f9d8'), next_day(), session(1, pain_lasted_minutes=10))
    for entry in entries:
        append(path, entry)
    assert read(path) == entries
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes().split(b"\n")) == 4


def test_a_line_is_readable_and_names_its_form_first(tmp_path: Path) -> None:
    """The first key of a line names the form and its version; the rest are plain words and numbers."""
    line = json.loads(written(tmp_path, session()).read_text())
    assert list(line)[:3] == ["form", "kind", "at"]
    assert line["form"] == "recommender log 1"
    assert line["at"] == "2026-03-02T08:15:00+01:00"


def test_lines_of_the_first_version_are_read_and_added_to(tmp_path: Path) -> None:
    """0.1.0 called it a diary: its lines mean the same, a new line follows them, and nothing is written over."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(line_of(session()).replace(b"recommender log 1", b"recommender diary 1"))
    assert kind_of(path.read_bytes(), ()) == "log"
    append(path, next_day())
    assert read(path) == (session(), next_day())


def test_a_line_without_signs_stays_readable(tmp_path: Path) -> None:
    """Lines of before hold none; a line with some gives them back, in the words of the questionnaire."""
    path = written(tmp_path, session(), session(1, signs=("saddle_numbness", "unsure")))
    assert b"signs" not in path.read_bytes().splitlines()[0]
    assert [entry.signs for entry in read(path) if isinstance(entry, Session)] == [(), ("saddle_numbness", "unsure")]


def test_an_empty_file_is_an_empty_log(tmp_path: Path) -> None:
    """A file without a line holds no entry, and a first one can be added."""
    path = tmp_path / "log.jsonl"
    path.touch()
    assert read(path) == ()
    append(path, session())
    assert read(path) == (session(),)


def test_windows_line_ends_a_mark_and_empty_lines_are_read(tmp_path: Path) -> None:
    """What some editors add does no harm, to reading or to adding."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line_of(session()).replace(b"\n", b"\r\n\r\n"))
    append(path, next_day())
    assert read(path) == (session(), next_day())


GOOD = line_of(session(9))
DAMAGED = {
    "a broken line": (GOOD[:50], "line 3: it is cut off or damaged"),
    "binary": (b"\x00\x01\xff\xfe\n", "line 3: it is no UTF-8"),
    "latin-1": (GOOD.replace(b'"form"', b'"f\xe9rm"'), "line 3: it is no UTF-8"),
    "utf-16": ("ÿ".encode("utf-16"), "line 3: it is no UTF-8"),
    "a list": (b"[1]\n", "line 3: it belongs to no log"),
    "another object": (b'{"age": 40}\n', "line 3: it belongs to no log"),
    "a newer form": (GOOD.replace(b"log 1", b"log 2"), 'its form is "recommender log 2". Accepted: recommender'),
    "another kind": (GOOD.replace(b'"session"', b'"meal"'), 'its kind is "meal". Accepted: session or next_day'),
    "pain of 11": (GOOD.replace(b'"pain_after": 2', b'"pain_after": 11'), "line 3: pain_after is 11."),
    "pain as text": (GOOD.replace(b'"pain_after": 2', b'"pain_after": "2"'), 'line 3: pain_after is "2".'),
    "pain as truth": (GOOD.replace(b'"pain_after": 2', b'"pain_after": true'), "line 3: pain_after is true."),
    "a broken number": (GOOD.replace(b'"pain_after": 2', b'"pain_after": 2.5'), "line 3: pain_after is 2.5."),
    "not a number": (GOOD.replace(b'"pain_after": 2', b'"pain_after": NaN'), "NaN is no number"),
    "pain is missing": (GOOD.replace(b'"pain_after": 2, ', b""), "line 3: pain_after is missing."),
    "an unknown key": (GOOD.replace(b'"stopped"', b'"mood": 1, "stopped"'), "line 3: mood is not known here."),
    "a key twice": (GOOD.replace(b'"stopped"', b'"pain_after": 0, "stopped"'), "a key stands twice"),
    "an unknown word": (GOOD.replace(b'"all"', b'"most"'), "line 3: done 1 finished is"),
    "no time zone": (GOOD.replace(b"+01:00", b""), "line 3: at has no time zone"),
    "a date as number": (GOOD.replace(b'"2026-03-11T08:15:00+01:00"', b"1772435700"), "line 3: at is 1772435700"),
    "no date": (GOOD.replace(b"2026-03-11", b"2026-02-30"), "line 3: at is"),
    "deep": (b'{"form": ' + b"[" * 20_000 + b"\n", "line 3: it is cut off or damaged"),
    "a long line": (b'{"form": "' + b"x" * 200_000 + b'"}\n', "line 3: it is longer than 100000 bytes"),
    "earlier than the line above": (line_of(session(-1)), "line 3: it is dated 2026-03-01T08:15:00+01:00, before the"),
    "the same line twice": (line_of(next_day()), "line 3: 2026-03-03T08:15:00+01:00 stands on the line above it too"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_line_is_named_and_the_file_untouched(tmp_path: Path, name: str) -> None:
    """Whatever is wrong with a line: the message names the line and what was found."""
    damage, found = DAMAGED[name]
    assert found in refused(written(tmp_path, session(), next_day(), more=damage))


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    """Two damaged lines give two messages, and the good one between them none."""
    said = refused(written(tmp_path, session(), more=b"one\n" + line_of(next_day()) + b"two\n"))
    assert "line 2:" in said
    assert "line 4:" in said
    assert "line 3:" not in said


def test_a_foreign_file_does_not_fill_the_screen(tmp_path: Path) -> None:
    """A file of a thousand foreign lines gives some messages and the number of the others."""
    path = tmp_path / "poem.txt"
    path.write_text("Roses are red\n" * 1000)
    said = refused(path)
    assert len(said.splitlines()) < 8
    assert "and 996 more." in said
    assert "This may be another file" in said


def test_a_future_date_is_a_fault_only_where_today_is_known(tmp_path: Path) -> None:
    """An entry from after today is refused; one day ahead may be another time zone."""
    path = written(tmp_path, session(), session(3))
    assert len(read(path)) == 2
    assert len(read(path, until=date(2026, 3, 4))) == 2
    assert "line 2: it is dated 2026-03-05T08:15:00+01:00, after today" in refused(path, until=date(2026, 3, 3))


def test_a_day_after_needs_a_session_before_it(tmp_path: Path) -> None:
    """A log that begins with the day after has lost a line."""
    assert "line 1: it tells of the day after a session" in refused(written(tmp_path, next_day()))


def test_a_folder_a_pipe_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    """What is no plain file is neither read nor written, and nobody waits for it."""
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(LogError, match="it is no file"):
            read(place)
        with pytest.raises(LogError, match="it is no file"):
            append(place, session())
    with pytest.raises(LogError, match="there is no such file"):
        read(tmp_path / "none.jsonl")
    with pytest.raises(LogError, match="there is no such file"):
        append(tmp_path / "none" / "log.jsonl", session())
    with pytest.raises(LogError, match="cannot be opened"):
        read("a\0b")


def test_a_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says why the file cannot be opened (tests may run as root, so the system is played)."""
    path = written(tmp_path, session())

    def denied(*_: Any, **__: Any) -> int:
        raise PermissionError(errno.EACCES, "not for you")

    monkeypatch.setattr(log_file.os, "open", denied)
    with pytest.raises(LogError, match="it cannot be opened: not for you"):
        read(path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """More bytes than a log can ever hold are not read into memory."""
    path = written(tmp_path, session())
    os.truncate(path, log_file.LARGEST + 1)
    with pytest.raises(LogError, match="a log of at most 50 MB"):
        read(path)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"Dear diary\n", "line 1: it is cut off or damaged"),
        (b"Dear diary", "its last line is not whole"),
        (b"age: 40\nhernia: no\n", "line 1: it is cut off or damaged"),
        (line_of(session())[:-9], "its last line is not whole"),
        (line_of(session()) + b'{"form": "recommender log 1", "ki', "its last line is not whole"),
        (line_of(session()) + b"rubbish\n", "its last line is damaged"),
        (b" " * 300_000, "it is no log"),
        (b"\x00" * 10, "its last line is not whole"),
    ],
)
def test_nothing_is_added_to_what_is_no_whole_log(tmp_path: Path, content: bytes, found: str) -> None:
    """A foreign file, a broken end or a damaged last line: refused with the reason, the file as it was."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(content)
    with pytest.raises(LogError, match=found):
        append(path, session())
    assert path.read_bytes() == content


def test_a_missing_line_break_at_the_end_is_added_first(tmp_path: Path) -> None:
    """An editor may take the last line break away: the whole line above is kept as it is, and the new one follows."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(line_of(session())[:-1])
    entry = append(path, session(1))
    assert path.read_bytes() == line_of(session()) + line_of(entry)
    assert len(read(path)) == 2


def test_a_log_of_years_takes_another_line(tmp_path: Path) -> None:
    """Adding looks only at both ends, however long the log is."""
    path = written(tmp_path, *(session(day) for day in range(2000)))
    append(path, session(2000))
    assert len(read(path)) == 2001


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a part of the line was written and then there is no room, that part is taken back."""
    path = written(tmp_path, session())
    before = path.read_bytes()
    write = os.write

    def full(handle: int, data: bytes) -> int:
        if len(data) > 20:
            return write(handle, data[:20])
        raise OSError(errno.ENOSPC, "no room left")

    def once_then_full(handle: int, data: bytes) -> int:
        monkeypatch.setattr(log_file.os, "write", lambda *_: full(handle, b"x"))
        return write(handle, data[:20])

    monkeypatch.setattr(log_file.os, "write", once_then_full)
    with pytest.raises(LogError, match="no room left"):
        append(path, next_day())
    assert path.read_bytes() == before


WRITER = """
import sys
from datetime import datetime, timedelta, timezone
from recommender.progression.log import NextDay, append
at = datetime(2026, 3, 2, 8, int(sys.argv[2]), tzinfo=timezone.utc)
for number in range(20):
    append(sys.argv[1], NextDay(at=at, back="same", leg_symptoms="none", note="x" * 2000))
"""


def test_two_programs_add_at_the_same_time(tmp_path: Path) -> None:
    """Lines of two writers never run into each other, and none is lost."""
    path = written(tmp_path, session())
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(n)], cwd=ROOT, env=environment())
        for n in range(2)
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    lines = path.read_text().splitlines()
    assert len(lines) == 41
    assert all(json.loads(line)["form"] == "recommender log 1" for line in lines)


def test_entries_are_checked_when_they_are_made() -> None:
    """A time without a zone, an impossible pain, an unknown word or key cannot be made in Python either."""
    for wrong in (
        {"at": datetime(2026, 3, 2)},
        {"pain_before": 11},
        {"pain_lasted_minutes": -1},
        {"leg_symptoms": "maybe"},
        {"mood": "good"},
        {"at": datetime(2026, 3, 2, tzinfo=UTC).timestamp()},
    ):
        with pytest.raises((ValueError, TypeError)):
            session(**wrong)
    with pytest.raises(ValueError, match="exercise"):
        Done(exercise="No Id", sets=1, reps=1, hold=0, finished="all")


def test_half_characters_do_not_break_the_file(tmp_path: Path) -> None:
    """A note with half of a character, as some terminals give it, is written with a sign instead."""
    path = tmp_path / "log.jsonl"
    append(path, session(note="a\ud800b"))
    (entry,) = read(path)
    assert entry.note == "a?b"
