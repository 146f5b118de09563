"""The file of a log. It is only ever added to, a whole line at a time, and never changed otherwise."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from recommender.disk import keep_name
from recommender.knowledge.shipped import as_shipped
from recommender.progression.log_entries import Entry, Session
from recommender.progression.log_errors import LineFault, LogError
from recommender.progression.log_lines import LONGEST, line_of, read_line
from recommender.sentences import Say

__all__ = ["LARGEST", "append", "check_append", "read"]

LARGEST = 50_000_000  # bytes; some decades of two sessions a day
MARK = b"\xef\xbb\xbf"  # some editors put this before a text
ELSEWHERE = timedelta(days=1)  # where one has travelled west, the log may be a day ahead


def read(path: Path | str, *, until: date | None = None, say: Say = as_shipped) -> tuple[Entry, ...]:
    """Every entry in the order of the lines; an empty file has none.

    `until` is the day for which it is read: no entry may be dated after it, but for those that lie ahead
    of the clock too, since a clock that was wrong once must not close a log. Raises LogError with
    every line that cannot be read, stands twice or is out of order, in the words of `say`. The file is not touched.
    """
    with _opened(path, os.O_RDONLY, say) as handle:
        size = os.fstat(handle).st_size
        if size > LARGEST:
            raise _error(path, say, say("log_file.too_large", bytes=size), say("accepted.small_log"))
        with os.fdopen(os.dup(handle), "rb") as stream:
            raw = stream.read(LARGEST + 1)
    entries: list[Entry] = []
    faults: list[LineFault] = []
    for number, line in enumerate(raw.removeprefix(MARK).split(b"\n"), start=1):
        if not line.strip():
            continue
        entry, wrong = read_line(line, number, say)
        faults += wrong
        if entry is not None:
            faults += _out_of_place(entry, number, entries, until, say)
            entries.append(entry)
    if faults:
        mend = say("log_file.mend")
        raise LogError(path, faults, say, do=mend if entries else f"{say('log_file.other_file')} {mend}")
    return tuple(entries)


def _error(path: Path | str, say: Say, found: str, accepted: str = "") -> LogError:
    """The error for a log as a whole."""
    return LogError(path, [LineFault.of(say, None, found, accepted)], say)


def _out_of_place(entry: Entry, number: int, before: list[Entry], until: date | None, say: Say) -> Iterator[LineFault]:
    """What is wrong with the date of an entry among the others."""
    when = entry.at.isoformat()
    if until is not None and until + ELSEWHERE < entry.at.date() <= max(until, date.today()) + ELSEWHERE:
        accepted = say("accepted.date_until", day=until.isoformat())
        yield LineFault.of(say, number, say("log_file.after_today", at=when), accepted)
    if not before:
        if not isinstance(entry, Session):
            yield LineFault.of(say, number, say("log_file.no_session_above"), say("accepted.session_first"))
    elif entry.at < before[-1].at:
        yield LineFault.of(say, number, say("log_file.before_line_above", at=when), say("accepted.lines_in_order"))
    elif entry.at == before[-1].at and entry.kind == before[-1].kind:
        yield LineFault.of(say, number, say("log_file.twice", at=when), say("accepted.each_once"))


def append(path: Path | str, entry: Entry, *, say: Say = as_shipped) -> Entry:
    """Add an entry as one line at the end, and wait until it is on the disk. Makes the file if there is none.

    Gives the entry as it was written: dated no earlier than the one above it, so that the log can be
    read. A line break that is missing at the end is added first. Two programs may append at the same
    time. Raises LogError if the file is no log, or its last line is not whole, or there is no room:
    it is then as it was.
    """
    _check_length(path, line_of(entry), say)
    with _opened(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, say) as handle, _alone(handle):
        size = os.fstat(handle).st_size
        last, joint = _end_of(path, handle, size, say)
        entry = _after(last, entry)
        line = joint + line_of(entry)
        _check_size(path, size + len(line), say)
        if last is None and not isinstance(entry, Session):
            raise _error(path, say, say("log_file.no_session"), say("accepted.session"))
        try:
            _write(handle, line)
            os.fsync(handle)
        except OSError as error:
            os.ftruncate(handle, size)
            raise _error(path, say, say("log_file.unwritable", why=error.strerror)) from None
        if not size:
            keep_name(Path(path))
    return entry


def check_append(path: Path | str, entry: Entry, *, say: Say = as_shipped) -> None:
    """Raise LogError where this entry could not be added now; as far as can be told without writing anything."""
    line = line_of(entry)
    _check_length(path, line, say)
    if wrong := read_line(line.rstrip(b"\n"), 0, say)[1]:
        found = [LineFault.of(say, None, say("log_file.not_read_again", found=fault.found)) for fault in wrong]
        raise LogError(path, found, say)
    if not Path(path).exists():
        folder = Path(path).resolve().parent  # of what a link leads to
        if not os.access(folder, os.W_OK | os.X_OK):
            raise _error(path, say, say("log_file.no_file_in", folder=folder))
        return
    with _opened(path, os.O_RDWR | os.O_APPEND, say) as handle:
        size = os.fstat(handle).st_size
        _end_of(path, handle, size, say)
        _check_size(path, size + LONGEST, say)


def _check_length(path: Path | str, line: bytes, say: Say) -> None:
    if len(line) > LONGEST:
        raise _error(path, say, say("log_file.new_too_long", bytes=len(line)), say("accepted.up_to", most=LONGEST))


def _check_size(path: Path | str, size: int, say: Say) -> None:
    if size > LARGEST:
        raise _error(path, say, say("log_file.no_room"), say("accepted.small_log"))


def _after(last: Entry | None, entry: Entry) -> Entry:
    """The entry, dated no earlier than the last one: a clock may have been wrong then, or be wrong now."""
    if last is None or entry.at > last.at or (entry.at == last.at and entry.kind != last.kind):
        return entry
    same = timedelta(seconds=1) if entry.kind == last.kind else timedelta(0)
    return replace(entry, at=last.at + same)


def _write(handle: int, line: bytes) -> None:
    while line:
        line = line[os.write(handle, line) :]


def _end_of(path: Path | str, handle: int, size: int, say: Say) -> tuple[Entry | None, bytes]:
    """The last entry, and the line break that must come before another line. Raises LogError for no log.

    The first and the last line must belong to a log.
    """
    first = _part(handle, 0).removeprefix(MARK).lstrip()
    end = _part(handle, max(0, size - 2 * LONGEST))
    if not first:
        if size < LONGEST and (not size or end.endswith(b"\n")):
            return None, b""
        raise _error(path, say, say("log_file.no_log"), say("accepted.log"))
    entry, wrong = read_line(first.partition(b"\n")[0], 1, say)
    if entry is None and not (first == end.lstrip() and b"\n" not in first):
        raise LogError(path, wrong[:1], say)
    last = read_line(end.removeprefix(MARK).rstrip().rpartition(b"\n")[2], 0, say)[0]
    whole = end.endswith(b"\n")
    if last is None:
        found = say("log_file.last_damaged" if whole else "log_file.last_not_whole")
        raise _error(path, say, found, say("accepted.whole_line"))
    return last, b"" if whole else b"\n"


def _part(handle: int, start: int) -> bytes:
    """The next bytes of the file, enough for two lines."""
    os.lseek(handle, start, os.SEEK_SET)
    return os.read(handle, 2 * LONGEST)


@contextmanager
def _opened(path: Path | str, flags: int, say: Say) -> Iterator[int]:
    """The open file. Raises LogError for what is no plain file, or cannot be opened."""
    place = Path(path)
    try:
        if place.exists() and not stat.S_ISREG(place.stat().st_mode):
            raise _error(path, say, say("log_file.no_file"), say("accepted.log"))
        handle = os.open(place, flags | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0), 0o600)
    except FileNotFoundError:
        raise _error(path, say, say("log_file.no_such_file"), say("accepted.log")) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise _error(path, say, say("log_file.unreadable", why=why)) from None
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _alone(handle: int) -> Iterator[None]:
    """Only one program at a time writes, where the system can see to that."""
    try:
        locks: Any = import_module("fcntl")
        locks.flock(handle, locks.LOCK_EX)
    except (ImportError, OSError):
        yield
        return
    try:
        yield
    finally:
        locks.flock(handle, locks.LOCK_UN)
