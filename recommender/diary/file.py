"""The file of a diary. It is only ever added to, a whole line at a time, and never changed otherwise."""

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

from recommender.diary.entries import Entry, Session
from recommender.diary.errors import MEND, DiaryError, LineFault
from recommender.diary.lines import LONGEST, line_of, read_line
from recommender.writing import keep_name

__all__ = ["LARGEST", "append", "check_append", "read"]

LARGEST = 50_000_000  # bytes; some decades of two sessions a day
MARK = b"\xef\xbb\xbf"  # some editors put this before a text
NO_FILE = "the file that `recommender follow` writes"
SMALL = "a diary of at most 50 MB"
OTHER = f"This may be another file: name the log of your sessions. If it is your log: {MEND}"
WHOLE = "a last line that is whole; take out what is left of it, or put its end back"
ELSEWHERE = timedelta(days=1)  # where one has travelled west, the diary may be a day ahead


def read(path: Path | str, *, until: date | None = None) -> tuple[Entry, ...]:
    """Every entry in the order of the lines; an empty file has none.

    `until` is the day for which it is read: no entry may be dated after it, but for those that lie ahead
    of the clock too, since a clock that was wrong once must not close a diary. Raises DiaryError with
    every line that cannot be read, stands twice or is out of order. The file is not touched.
    """
    with _opened(path, os.O_RDONLY) as handle:
        size = os.fstat(handle).st_size
        if size > LARGEST:
            raise DiaryError(path, [LineFault(None, f"it holds {size} bytes.", SMALL)])
        with os.fdopen(os.dup(handle), "rb") as stream:
            raw = stream.read(LARGEST + 1)
    entries: list[Entry] = []
    faults: list[LineFault] = []
    for number, line in enumerate(raw.removeprefix(MARK).split(b"\n"), start=1):
        if not line.strip():
            continue
        entry, wrong = read_line(line, number)
        faults += wrong
        if entry is not None:
            faults += _out_of_place(entry, number, entries, until)
            entries.append(entry)
    if faults:
        raise DiaryError(path, faults, MEND if entries else OTHER)
    return tuple(entries)


def _out_of_place(entry: Entry, number: int, before: list[Entry], until: date | None) -> Iterator[LineFault]:
    """What is wrong with the date of an entry among the others."""
    when = entry.at.isoformat()
    if until is not None and until + ELSEWHERE < entry.at.date() <= max(until, date.today()) + ELSEWHERE:
        yield LineFault(number, f"it is dated {when}, after today.", f"a date up to {until.isoformat()}")
    if not before:
        if not isinstance(entry, Session):
            yield LineFault(
                number, "it tells of the day after a session, and no session stands above.", "a session first"
            )
    elif entry.at < before[-1].at:
        yield LineFault(number, f"it is dated {when}, before the line above it.", "lines in the order of their dates")
    elif entry.at == before[-1].at and entry.kind == before[-1].kind:
        yield LineFault(number, f"{when} stands on the line above it too.", "each session once")


def append(path: Path | str, entry: Entry) -> Entry:
    """Add an entry as one line at the end, and wait until it is on the disk. Makes the file if there is none.

    Gives the entry as it was written: dated no earlier than the one above it, so that the diary can be
    read. A line break that is missing at the end is added first. Two programs may append at the same
    time. Raises DiaryError if the file is no diary, or its last line is not whole, or there is no room:
    it is then as it was.
    """
    _check_length(path, line_of(entry))
    with _opened(path, os.O_RDWR | os.O_CREAT | os.O_APPEND) as handle, _alone(handle):
        size = os.fstat(handle).st_size
        last, joint = _end_of(path, handle, size)
        entry = _after(last, entry)
        line = joint + line_of(entry)
        _check_size(path, size + len(line))
        if last is None and not isinstance(entry, Session):
            raise DiaryError(path, [LineFault(None, "it holds no session that this could be about.", "a session")])
        try:
            _write(handle, line)
            os.fsync(handle)
        except OSError as error:
            os.ftruncate(handle, size)
            raise DiaryError(path, [LineFault(None, f"it cannot be written: {error.strerror}.")]) from None
        if not size:
            keep_name(Path(path))
    return entry


def check_append(path: Path | str, entry: Entry) -> None:
    """Raise DiaryError where this entry could not be added now; as far as can be told without writing anything."""
    line = line_of(entry)
    _check_length(path, line)
    if wrong := read_line(line.rstrip(b"\n"), 0)[1]:
        found = [LineFault(None, f"the new line could not be read again: {fault.found}") for fault in wrong]
        raise DiaryError(path, found)
    if not Path(path).exists():
        folder = Path(path).resolve().parent  # of what a link leads to
        if not os.access(folder, os.W_OK | os.X_OK):
            raise DiaryError(path, [LineFault(None, f"no file can be made in {folder}.")])
        return
    with _opened(path, os.O_RDWR | os.O_APPEND) as handle:
        size = os.fstat(handle).st_size
        _end_of(path, handle, size)
        _check_size(path, size + LONGEST)


def _check_length(path: Path | str, line: bytes) -> None:
    if len(line) > LONGEST:
        raise DiaryError(path, [LineFault(None, f"the new line would hold {len(line)} bytes.", f"up to {LONGEST}")])


def _check_size(path: Path | str, size: int) -> None:
    if size > LARGEST:
        raise DiaryError(path, [LineFault(None, "it has no room for another line.", SMALL)])


def _after(last: Entry | None, entry: Entry) -> Entry:
    """The entry, dated no earlier than the last one: a clock may have been wrong then, or be wrong now."""
    if last is None or entry.at > last.at or (entry.at == last.at and entry.kind != last.kind):
        return entry
    same = timedelta(seconds=1) if entry.kind == last.kind else timedelta(0)
    return replace(entry, at=last.at + same)


def _write(handle: int, line: bytes) -> None:
    while line:
        line = line[os.write(handle, line) :]


def _end_of(path: Path | str, handle: int, size: int) -> tuple[Entry | None, bytes]:
    """The last entry, and the line break that must come before another line. Raises DiaryError for no diary.

    The first and the last line must belong to a diary.
    """
    first = _part(handle, 0).removeprefix(MARK).lstrip()
    end = _part(handle, max(0, size - 2 * LONGEST))
    if not first:
        if size < LONGEST and (not size or end.endswith(b"\n")):
            return None, b""
        raise DiaryError(path, [LineFault(None, "it is no diary.", NO_FILE)])
    entry, wrong = read_line(first.partition(b"\n")[0], 1)
    if entry is None and not (first == end.lstrip() and b"\n" not in first):
        raise DiaryError(path, [LineFault(1, wrong[0].found, wrong[0].accepted)])
    last = read_line(end.removeprefix(MARK).rstrip().rpartition(b"\n")[2], 0)[0]
    whole = end.endswith(b"\n")
    if last is None:
        found = "its last line is damaged." if whole else "its last line is not whole."
        raise DiaryError(path, [LineFault(None, found, WHOLE)])
    return last, b"" if whole else b"\n"


def _part(handle: int, start: int) -> bytes:
    """The next bytes of the file, enough for two lines."""
    os.lseek(handle, start, os.SEEK_SET)
    return os.read(handle, 2 * LONGEST)


@contextmanager
def _opened(path: Path | str, flags: int) -> Iterator[int]:
    """The open file. Raises DiaryError for what is no plain file, or cannot be opened."""
    place = Path(path)
    try:
        if place.exists() and not stat.S_ISREG(place.stat().st_mode):
            raise DiaryError(path, [LineFault(None, "it is no file.", NO_FILE)])
        handle = os.open(place, flags | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0), 0o600)
    except FileNotFoundError:
        raise DiaryError(path, [LineFault(None, "there is no such file.", NO_FILE)]) from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise DiaryError(path, [LineFault(None, f"it cannot be opened: {said}.")]) from None
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
