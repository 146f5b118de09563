"""Kills at any moment, a full disk and a wrong clock: a file is the old one or the new one, and work goes on."""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge
from recommender.follow import log
from recommender.logic.answers import flatten
from recommender.progression.adapt import adapt
from recommender.progression.log import (
    Done,
    Entry,
    LogError,
    NextDay,
    Session,
    append,
    check_append,
    clock_note,
    read,
)
from recommender.progression.log_lines import line_of
from tests.command_line import EXAMPLES, environment, one_line, recommender
from tests.conftest import person

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHANCE = random.Random(7)


def session(at: datetime = NOON, **changes: Any) -> Session:
    """A session that went well."""
    done = Done(exercise="cat-sag-and-round", sets=1, reps=8, hold=0, finished="all")
    values: dict[str, Any] = {"at": at, "knowledge": "0" * 16, "pain_before": 1, "pain_after": 1}
    return Session(**{**values, "leg_symptoms": "none", "stopped": False, "done": (done,), **changes})


def next_day(at: datetime) -> NextDay:
    return NextDay(at=at, back="same", leg_symptoms="none")


# --- kills ----------------------------------------------------------------------------------------


def killed(program: str, *arguments: Path, rounds: int) -> Iterator[None]:
    """Start the program, and kill it some time after it has said that it is at work; gives way after each kill."""
    for _ in range(rounds):
        command = [sys.executable, "-c", program, *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment())
        assert process.stdout is not None
        for _ in range(CHANCE.randint(1, 60)):  # it says a word with each piece of work
            process.stdout.read(1)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        yield


LINES = """
import os, sys
from datetime import UTC, datetime
from recommender.progression.log import NextDay, append
while True:
    append(sys.argv[1], NextDay(at=datetime(2026, 3, 3, tzinfo=UTC), back="same", leg_symptoms="none", note="x" * 1500))
    os.write(1, b".")
    time.sleep(0.3)  # so that a kill comes before the end on a quick machine too
"""


def test_a_log_outlives_kills(tmp_path: Path) -> None:
    """After each kill every line is whole, the first ones are as they were, and another line can be added."""
    path = tmp_path / "log.jsonl"
    append(path, session())
    before = path.read_bytes()
    for _ in killed(LINES, path, rounds=4):
        after = path.read_bytes()
        assert after.startswith(before)
        assert after.endswith(b"\n")
        append(path, session(NOON + timedelta(days=900)))
        before = path.read_bytes()
        read(path)


SHEETS = """
import os, sys, time
from pathlib import Path
from recommender.kept.writing import target_of, write
number = 0
while True:
    number += 1
    write(str(number % 10) * 300_000, target_of(Path(sys.argv[1])))
    os.write(1, b".")
    time.sleep(0.3)  # so that a kill comes before the end on a quick machine too
"""


def test_a_sheet_outlives_kills(tmp_path: Path) -> None:
    """After each kill the old sheet or the new one stands there, whole and private."""
    path = tmp_path / "sheet.html"
    path.write_text("0" * 300_000)
    for _ in killed(SHEETS, path, rounds=4):
        text = path.read_text()
        assert len(text) == 300_000
        assert len(set(text)) == 1
        assert path.stat().st_mode & 0o077 == 0


BATCH = """
import os, sys, time
from pathlib import Path
from recommender import Knowledge
from recommender.batch import checkpoint, parquet_file, run, text_files
run.COMMIT_SECONDS, run.COMMIT_SHARE, text_files.CHUNK_BYTES, parquet_file.CHUNK_ROWS = 0, 0, 1500, 4
kept = checkpoint.Parts.commit
def commit(self, done):
    kept(self, done)
    os.write(1, b".")
    time.sleep(0.3)  # so that a kill comes before the end on a quick machine too
checkpoint.Parts.commit = commit
source, output = map(Path, sys.argv[1:])
form, packed = run.format_of(source, None)
run.run(run.Job(source, output, form, packed), Knowledge.shipped())
"""


def people(folder: Path, suffix: str) -> Path:
    """A file of some people, every one of them another."""
    import polars as pl

    flat = [flatten(person(age=age, pain_now=age % 3), Knowledge.shipped().table.questions) for age in range(20, 76)]
    rows = [
        {"id": number, **{name: ";".join(value) or "none" if isinstance(value, tuple | list) else str(value)
                          for name, value in row.items()}}
        for number, row in enumerate(flat)
    ]  # fmt: skip
    path = folder / f"in.{suffix}"
    if suffix == "jsonl":
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    elif suffix == "csv":
        pl.DataFrame(rows).write_csv(path)
    else:
        pl.DataFrame(rows).write_parquet(path, row_group_size=4)
    return path


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_batch_outlives_kills_and_goes_on_from_the_middle(tmp_path: Path, suffix: str) -> None:
    """Killed after the first commits and at other moments: no output by half, the same rows as one run gives."""
    from recommender.batch import run

    source, output = people(tmp_path, suffix), tmp_path / f"out.{suffix}"
    command = [sys.executable, "-c", BATCH, str(source), str(output)]
    before = 0
    for commits in (1, 3, 2):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment())
        assert process.stdout is not None
        process.stdout.read(commits)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert not output.exists()
        rows = json.loads((tmp_path / f"out.{suffix}.parts" / "state.json").read_text())["done"]["rows"]
        assert rows > before
        before = rows
    form, packed = run.format_of(source, None)
    summary = run.run(run.Job(source, output, form, packed), Knowledge.shipped())
    assert (summary.before, summary.rows) == (before, 56)
    whole = tmp_path / f"whole.{suffix}"
    run.run(run.Job(source, whole, form, packed), Knowledge.shipped())
    if suffix == "parquet":
        import polars as pl

        assert pl.read_parquet(output).equals(pl.read_parquet(whole))
    else:
        assert output.read_bytes() == whole.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {source.name, output.name, whole.name}


def test_an_output_that_comes_during_a_batch_is_kept(tmp_path: Path) -> None:
    """Nothing replaces it unasked; the work is kept beside it, and --force puts it into place."""
    from recommender.batch import run
    from recommender.errors import OutputError

    source, output = people(tmp_path, "jsonl"), tmp_path / "out.jsonl"

    def report(share: float, rows: int) -> None:
        output.write_text("theirs")

    with pytest.raises(OutputError, match="another program"):
        run.run(run.Job(source, output, "jsonl"), Knowledge.shipped(), report)
    assert output.read_text() == "theirs"
    assert run.run(run.Job(source, output, "jsonl", force=True), Knowledge.shipped()).before == 56
    assert len(output.read_text().splitlines()) == 56


# --- a full disk ----------------------------------------------------------------------------------


@contextmanager
def little_room(size: int) -> Iterator[None]:
    """No file of this process can grow beyond this size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_leaves_the_old_sheet(tmp_path: Path) -> None:
    """One line says so, the old file is whole, and nothing lies beside it."""
    sheet = tmp_path / "sheet.html"
    sheet.write_text("old")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    command = ["recommend", str(EXAMPLES / "desk-worker.yaml"), "--format", "html", "-o", str(sheet), "--force"]
    done = subprocess.run(
        [sys.executable, "-m", "recommender", *command],
        env=environment(), preexec_fn=limit, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert b"cannot be written" in done.stderr
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"sheet.html": "old"}


def test_a_full_disk_leaves_the_old_log(tmp_path: Path) -> None:
    """A line that has no room is taken back as a whole."""
    path = tmp_path / "log.jsonl"
    append(path, session())
    before = path.read_bytes()
    with little_room(len(before) + 50), pytest.raises(LogError, match="it cannot be written"):
        append(path, session(NOON + timedelta(days=1)))
    assert path.read_bytes() == before
    append(path, session(NOON + timedelta(days=1)))
    assert len(read(path)) == 2


# --- logs: clocks, line breaks, and what is seen before the session ----------------------------


def test_a_clock_that_was_behind_does_not_close_the_log(tmp_path: Path) -> None:
    """The new line is dated no earlier than the last one, and everything can be read and added to afterwards."""
    path = tmp_path / "log.jsonl"
    append(path, session())
    behind = datetime(1970, 1, 1, tzinfo=UTC)
    made = [append(path, entry) for entry in (session(behind), next_day(behind), next_day(behind), session(behind))]
    assert read(path) == (session(), *made)
    ats = [entry.at for entry in made]
    assert ats == sorted(ats)
    assert NOON <= ats[0] < ats[-1] < NOON + timedelta(minutes=1)
    assert append(path, session(NOON + timedelta(days=2))).at == NOON + timedelta(days=2)


def ahead(folder: Path, **changes: Any) -> tuple[Path, datetime]:
    """A log with a session of two days ago, and one of a clock that was years ahead."""
    now = datetime.now(UTC).replace(microsecond=0)
    path, wrong = folder / "me-log.jsonl", now + timedelta(days=2000)
    for entry in (session(now - timedelta(days=2)), session(wrong, **changes)):
        append(path, entry)
    return path, wrong


def test_a_clock_that_was_ahead_does_not_close_the_log(tmp_path: Path) -> None:
    """`next` takes the log and says once what is wrong; a new line can be added, and is read again."""
    path, wrong = ahead(tmp_path)
    shutil.copy(EXAMPLES / "desk-worker.yaml", tmp_path / "me.yaml")
    append(path, session(datetime.now(UTC)))
    assert len(read(path, until=date.today())) == 3
    done = recommender("next", path, "me.yaml", folder=tmp_path)
    assert (done.code, "YOUR ROUTINE" in done.out) == (0, True), done.err
    assert one_line(done.err).count("which is still to come") == 1
    assert f"{wrong:%Y}" in done.err


def test_a_date_to_come_hides_no_pause() -> None:
    """The pause is counted from the line above it: as after a long pause one starts from a fresh dose."""
    log: list[Entry] = [session(NOON), next_day(NOON + timedelta(days=1)), session(NOON + timedelta(days=2000))]
    adapted = adapt(log, person(level="beginner"), today=date(2026, 4, 20))
    plain = adapt(log[:1], person(level="beginner"), today=date(2026, 4, 20))
    assert adapted.recommendation is not None
    assert plain.recommendation is not None
    assert [step.dose for step in adapted.recommendation.routine] == [s.dose for s in plain.recommendation.routine]
    assert {change.reason.rule for change in plain.changes} <= {change.reason.rule for change in adapted.changes}


def test_follow_says_once_that_a_clock_was_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the session; then it asks for the day after although nobody knows which day that was."""
    path, _ = ahead(tmp_path)
    asked = []
    monkeypatch.setattr(log.prompting, "choice", lambda ask, *_, **__: asked.append(ask) or "same")
    monkeypatch.setattr(log, "ask_legs", lambda *_, **__: "none")
    assert log.place_of("me.yaml", path, Knowledge.shipped().say) == path
    assert log.ask_next_day(path, Knowledge.shipped()) == {}
    assert one_line(capsys.readouterr().err).count("which is still to come") == 1
    assert "The day of your last session is not known." in asked[0]
    assert isinstance(read(path, until=date.today())[-1], NextDay)
    assert clock_note((session(),), NOON, Knowledge.shipped().say) == ""


def test_a_missing_line_break_is_added(tmp_path: Path) -> None:
    """An editor may have taken it away; the line is whole, so nothing is refused and nothing runs together."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(line_of(session())[:-1])
    later = session(NOON + timedelta(days=1))
    check_append(path, later)
    append(path, later)
    assert read(path) == (session(), later)


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (b'{"form": "recommender log 1", "ki', "its last line is not whole"),
        (b"rubbish\n", "its last line is damaged"),
    ],
)
def test_what_could_not_be_added_is_refused_before_the_session(tmp_path: Path, damage: bytes, found: str) -> None:
    """A look before the session finds what adding would find, and writes nothing."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(line_of(session()) + damage)
    before = path.read_bytes()
    for tried in (check_append, append):
        with pytest.raises(LogError, match=found):
            tried(path, session(NOON + timedelta(days=1)))
        assert path.read_bytes() == before


def test_a_line_that_could_not_be_read_again_is_refused(tmp_path: Path) -> None:
    """Word of a day after without a session above it would close the log; nor is anything made of it."""
    path = tmp_path / "log.jsonl"
    path.touch()
    with pytest.raises(LogError, match="no session"):
        append(path, next_day(NOON))
    assert path.read_bytes() == b""
    broken = session()
    vars(broken)["pain_after"] = 11
    with pytest.raises(LogError, match="could not be read again"):
        check_append(path, broken)


def test_a_folder_that_takes_no_file_is_seen_before_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system is played, since root may write anywhere; no file is made by looking."""
    check_append(tmp_path / "log.jsonl", session())
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(LogError, match="no file can be made"):
        check_append(tmp_path / "log.jsonl", session())
    monkeypatch.undo()
    append(tmp_path / "log.jsonl", session())

    def denied(*_: Any, **__: Any) -> int:
        raise PermissionError(errno.EACCES, "not for you")

    monkeypatch.setattr("recommender.progression.log_file.os.open", denied)
    with pytest.raises(LogError, match="not for you"):
        check_append(tmp_path / "log.jsonl", session(NOON + timedelta(days=1)))


def test_a_session_that_no_line_could_hold_is_refused_before_it_begins(tmp_path: Path) -> None:
    """The longest line that the session can give is made up and checked first."""
    from recommender import recommend
    from recommender.follow.script import script_of

    knowledge = Knowledge.shipped()
    script = script_of(recommend(person(level="beginner")), knowledge)
    log.check_line(script, knowledge.hash, tmp_path / "log.jsonl", knowledge)
    with pytest.raises(LogError, match="could not hold this session"):
        log.check_line(script, "x" * 65, tmp_path / "log.jsonl", knowledge)
    assert list(tmp_path.iterdir()) == []


def test_standard_output_is_no_log() -> None:
    """`follow --log -` is a wrong call: a log is read again."""
    done = recommender("follow", EXAMPLES / "desk-worker.yaml", "--log", "-")
    assert (done.code, "A log is a file" in done.err) == (2, True)
