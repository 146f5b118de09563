"""What is kept beside the output until it is whole, so that an interrupted run can go on."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from recommender.errors import BatchError
from recommender.writing import Target, keep_name, pour, private_folder, publish

__all__ = ["Done", "State", "fingerprint_of"]

_OURS = ("data", "state.json", "state.new", "lock")
_PRIVATE = 0o600
_PART = 1 << 20  # bytes of the output that go to a device at once
_SEEN = 1 << 20  # bytes of the input's head and of its tail that are compared


@dataclass(slots=True)
class Done:
    """How far a run is: where the input goes on, how much of the output counts, and the rows by outcome."""

    place: int = 0
    size: int = 0
    rows: int = 0
    distinct: int = 0
    ends: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def fingerprint_of(path: Path) -> dict[str, Any]:
    """What tells that a file is still the same, without reading all of it."""
    found = path.stat()
    with path.open("rb") as stream:
        head = stream.read(_SEEN)
        stream.seek(max(0, found.st_size - _SEEN))
        tail = stream.read(_SEEN)
    return {"size": found.st_size, "changed": found.st_mtime_ns, "ends": hashlib.sha256(head + tail).hexdigest()}


class State:
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
        self.done = Done()
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

    @property
    def resumed(self) -> bool:
        """Whether something was done before."""
        return bool(self.done.rows)

    def _check_folder(self) -> None:
        """Refuse a folder of this name in which something else lies: it is emptied at the end."""
        names = {path.name for path in self.folder.iterdir()}
        strange = sorted(names - {*_OURS})
        if not strange and "data" in names and "state.json" not in names:
            strange = ["data"]
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
            done = Done(**kept["done"])
            settings = kept["settings"]
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
        if self.data.exists() and self.data.stat().st_size >= done.size:
            self.done = done

    def open(self) -> BinaryIO:
        """The output so far, to be written on from where it counts."""
        stream = _opened(self.data, os.O_RDWR | os.O_CREAT, "r+b")
        stream.truncate(self.done.size)
        stream.seek(self.done.size)
        return stream

    def commit(self, stream: BinaryIO) -> None:
        """From now on everything that was written counts."""
        stream.flush()
        os.fsync(stream.fileno())
        self.done.size = stream.tell()
        self._save()

    def finish(self) -> None:
        """Put the output into its place in one step, and leave nothing beside it."""
        if self._output.stream:
            pour(self._parts(), self._output)
            return  # `close` takes the folder away
        publish(self.data, self._output)
        for name in _OURS:
            (self.folder / name).unlink(missing_ok=True)
        with suppress(OSError):  # something else has come there meanwhile
            self.folder.rmdir()

    def _parts(self) -> Iterator[bytes]:
        with self.data.open("rb") as stream:
            while part := stream.read(_PART):
                yield part

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
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(self._file)
        keep_name(self._file)


def _opened(path: Path, flags: int, mode: Literal["r+b", "wb"]) -> BinaryIO:
    """A file of our own, which its owner alone can read. A link in its place is not followed."""
    handle = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE)
    with suppress(OSError):  # of an earlier version it may be readable to others
        os.fchmod(handle, stat.S_IMODE(os.fstat(handle).st_mode) & _PRIVATE)
    return os.fdopen(handle, mode)
