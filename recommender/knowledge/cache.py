"""Keeps compiled knowledge between runs, so that a command starts sooner.

What is kept is found by a fingerprint of every knowledge file, of this program and of the libraries
that it rests on, and carries a checksum of its own. Whatever does not fit is left alone and made
anew; where nothing can be kept, everything works without. `RECOMMENDER_CACHE=off` keeps nothing.

A pickle can do harm if someone else writes it. So only a folder and a file that belong to this user
alone are read.
"""

from __future__ import annotations

import os
import pickle
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from recommender._version import __version__

__all__ = ["fetch", "keep"]

KEPT = 4  # compiled states that stay; the oldest gives way
_MARK = b"recommender knowledge 1\n"
_DIGEST = 64


def fetch(fingerprint: str) -> Any:
    """What was kept under this fingerprint; None where there is nothing that can be trusted."""
    path = _path(fingerprint)
    if path is None:
        return None
    try:
        if not (_private(path.parent) and _private(path)):
            return None
        raw = path.read_bytes()
        head, payload = raw[: len(_MARK) + _DIGEST], raw[len(_MARK) + _DIGEST :]
        if head != _MARK + sha256(payload).hexdigest().encode():
            return None
        return pickle.loads(payload)  # noqa: S301  # of a file that belongs to this user alone
    except Exception:  # damaged, or of other classes: made anew
        return None


def keep(fingerprint: str, value: Any) -> None:
    """Keep a value for the next run, whole or not at all. Nothing happens where it cannot be kept."""
    path = _path(fingerprint)
    if path is None:
        return
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        payload = pickle.dumps(value, protocol=5)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(_MARK + sha256(payload).hexdigest().encode() + payload)
        beside.replace(path)
        _tidy(path.parent)
    except Exception:
        _remove(beside)


def _tidy(folder: Path) -> None:
    kept = sorted(folder.glob("knowledge-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT:]:
        _remove(path)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def _path(fingerprint: str) -> Path | None:
    if os.environ.get("RECOMMENDER_CACHE") == "off":
        return None
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = Path(base) if base else Path(os.path.expanduser("~")) / ".cache"  # noqa: PTH111
    if not folder.is_absolute():
        return None
    return folder / "recommender" / f"knowledge-{_name(fingerprint)}"


def _name(fingerprint: str) -> str:
    """A name that changes with the knowledge, this program, Python and the libraries."""
    digest = sha256(f"{__version__} {sys.version} {fingerprint}".encode())
    for name, size, changed in sorted(_code()):
        digest.update(f"{name} {size} {changed}\n".encode())
    return digest.hexdigest()[:32]


def _code() -> list[tuple[str, int, int]]:
    """Name, size and time of every file whose change could make what is kept wrong."""
    here = Path(__file__).parent
    found = []
    for folder in (here, here.parent):
        with os.scandir(folder) as entries:
            files = [(entry.path, entry.stat()) for entry in entries if entry.name.endswith(".py")]
        found += [(path, stat.st_size, stat.st_mtime_ns) for path, stat in files]
    for name in ("pydantic", "pydantic_core", "durable_rules_engine"):
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            stat = os.stat(spec.origin)  # noqa: PTH116
            found.append((spec.origin, stat.st_size, stat.st_mtime_ns))
    return found


def _private(path: Path) -> bool:
    """Whether this belongs to the user, and nobody else can write it."""
    stat = path.lstat()
    own = not hasattr(os, "getuid") or stat.st_uid == os.getuid()
    return own and not path.is_symlink() and not stat.st_mode & 0o022
