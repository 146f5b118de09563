"""What is kept beside the output until it is whole, so that an interrupted run can go on."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from recommender.errors import BatchError

__all__ = ["Done", "State", "fingerprint_of"]

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
    """The folder beside the output: the output so far, and how much of it counts.

    `settings` are what a run that goes on must have in common with the one that was interrupted.
    """

    def __init__(self, output: Path, settings: dict[str, Any], *, fresh: bool) -> None:
        self.folder = output.with_name(output.name + ".parts")
        self._output, self._settings = output, settings
        self._file = self.folder / "state.json"
        self.data = self.folder / "data"
        self.done = Done()
        there = self.folder.exists()
        if output.exists() and not fresh:
            raise BatchError(f"{output} is there already. --fresh makes it anew, and replaces it when all is done.")
        self.folder.mkdir(exist_ok=True)
        self._lock = (self.folder / "lock").open("a")
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

    def _lock_folder(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BatchError(f"Another run is writing {self._output} just now.") from None

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
        stream = self.data.open("r+b" if self.done.size else "w+b")
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
        self.data.replace(self._output)
        shutil.rmtree(self.folder)

    def close(self) -> None:
        """Let another run take over."""
        self._lock.close()

    def _save(self) -> None:
        beside = self._file.with_suffix(".new")
        kept = {"settings": self._settings, "done": asdict(self.done)}
        with beside.open("w", encoding="utf-8") as stream:
            json.dump(kept, stream)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(self._file)
