"""What is kept beside the output until it is whole, so that an interrupted run can go on."""

from __future__ import annotations

import copy
import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from recommender.disk import keep_name
from recommender.errors import BatchError
from recommender.kept.writing import Target, pour, private_folder, publish

__all__ = ["Checkpoint", "Parts", "fingerprint_of", "keep"]

_OURS = re.compile(r"data|part-\d+|state\.json|state\.new|lock")
_PRIVATE = 0o600
_PART = 1 << 20  # bytes of the output that go to a device at once
_SEEN = 1 << 20  # bytes of the input's head and of its tail that are compared


@dataclass(slots=True)
class Checkpoint:
    """How far a run is: where the input goes on, how much of the output counts, and the rows by outcome.

    Of text the first `size` bytes count, of Parquet so many rows of each part as `parts` says.
    """

    place: int = 0
    size: int = 0
    rows: int = 0
    distinct: int = 0
    parts: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def fingerprint_of(path: Path) -> dict[str, Any]:
    """What tells that a file is still the same, without reading all of it."""
    found = path.stat()
    with path.open("rb") as stream:
        head = stream.read(_SEEN)
        stream.seek(max(0, found.st_size - _SEEN))
        tail = stream.read(_SEEN)
    return {"size": found.st_size, "changed": found.st_mtime_ns, "ends": hashlib.sha256(head + tail).hexdigest()}


class Parts:
    """The folder beside the output: the output so far, and how much of it counts. Nobody else can read it.

    `settings` are what a run that goes on must have in common with the one that was interrupted. What goes
    to a device or a pipe waits in a folder for temporary files; such a run cannot be gone on with.
    """

    def __init__(self, output: Target, settings: dict[str, Any], *, fresh: bool) -> None:
        self._output, self._settings = output, settings
        self.folder = output.real.with_name(output.real.name + ".parts")
        if output.stream:
            self.folder = Path(tempfile.mkdtemp(prefix="recommender-"))
        self._file = self.folder / "state.json"
        self.data = self.folder / "data"
        self.done = Checkpoint()
        there = self.folder.exists()
        private_folder(self.folder)
        self._check_folder()
        self._lock = _opened(self.folder / "lock", os.O_RDWR | os.O_CREAT, "r+b")
        try:
            self._lock_folder()
            if there and not fresh:
                self._load()
            else:
                self._save()
        except BaseException:
            self.close()
            raise

    def _check_folder(self) -> None:
        """Refuse a folder of this name in which something else lies: it is emptied at the end."""
        names = {path.name for path in self.folder.iterdir()}
        strange = sorted(name for name in names if not _OURS.fullmatch(name))
        if not strange and "state.json" not in names:
            strange = sorted(name for name in names if name == "data" or name.startswith("part-"))
        if strange:
            found = f"{self.folder} is needed for this, and holds a file of another origin: {strange[0]}."
            raise BatchError(f"{found} Nothing was changed. Move it away, or choose another name for the output.")

    def _lock_folder(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BatchError(f"Another run is writing {self._output.path} just now.") from None

    def _load(self) -> None:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            done = Checkpoint(**kept["done"])
            settings, there = kept["settings"], self._holds(done)
        except FileNotFoundError:  # it was interrupted before it began
            self._save()
            return
        except (ValueError, TypeError, KeyError):
            raise BatchError(f"{self._file} cannot be read. --fresh begins anew.") from None
        differing = [name for name, value in self._settings.items() if settings.get(name) != value]
        if differing:
            raise BatchError(
                f"{self.folder} holds an interrupted run that differs in: {', '.join(differing)}. "
                "Nothing was changed. Give the same again, or forget that run with --fresh."
            )
        if there:
            self.done = done

    def _holds(self, done: Checkpoint) -> bool:
        """Whether what counts is still there."""
        if done.size and not (self.data.exists() and self.data.stat().st_size >= done.size):
            return False
        return all(self.part(number).exists() for number in range(len(done.parts)))

    def part(self, number: int) -> Path:
        """Where one of the parts of a Parquet file lies."""
        return self.folder / f"part-{number}"

    def open(self, path: Path, size: int = 0) -> BinaryIO:
        """A file of this folder, of which the first bytes stay, to be written on."""
        stream = _opened(path, os.O_RDWR | os.O_CREAT, "r+b")
        stream.truncate(size)
        stream.seek(size)
        return stream

    def commit(self, done: Checkpoint) -> None:
        """From now on so much of what is on the disk counts."""
        self.done = copy.deepcopy(done)
        self._save()

    def finish(self, whole: Path) -> None:
        """Put the whole output, a file of this folder, into its place in one step, and leave nothing beside it."""
        if self._output.stream:
            pour(_bytes_of(whole), self._output)
            return  # `close` takes the folder away
        publish(whole, self._output)
        for path in list(self.folder.iterdir()):
            if _OURS.fullmatch(path.name):
                path.unlink(missing_ok=True)
        with suppress(OSError):  # something else has come there meanwhile
            self.folder.rmdir()

    def close(self) -> None:
        """Let another run take over."""
        self._lock.close()
        if self._output.stream:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _save(self) -> None:
        beside = self._file.with_suffix(".new")
        kept = {"settings": self._settings, "done": asdict(self.done)}
        with _opened(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, "wb") as stream:
            stream.write(json.dumps(kept).encode())
            keep(stream)
        beside.replace(self._file)
        keep_name(self._file)


def keep(stream: BinaryIO) -> None:
    """Wait until all that was written is on the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def _bytes_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while part := stream.read(_PART):
            yield part


def _opened(path: Path, flags: int, mode: Literal["r+b", "wb"]) -> BinaryIO:
    """A file of our own, which its owner alone can read. A link in its place is not followed."""
    handle = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE)
    with suppress(OSError):  # of an earlier version it may be readable to others
        os.fchmod(handle, stat.S_IMODE(os.fstat(handle).st_mode) & _PRIVATE)
    return os.fdopen(handle, mode)
