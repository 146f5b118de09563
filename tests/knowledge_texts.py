"""Copies of the shipped knowledge with a few words changed, without touching the disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from recommender import Knowledge
from recommender.knowledge.files import files_of, shipped_folder

__all__ = ["shipped_texts", "with_changes", "write_folder"]


def shipped_texts() -> dict[str, bytes]:
    """Every shipped knowledge file by name."""
    return {name: path.read_bytes() for name, path in files_of(shipped_folder()).items()}


def with_changes(changes: Mapping[str, tuple[str, str]]) -> Knowledge:
    """The shipped knowledge in which one text of each of these files is replaced; it must stand there once."""
    return Knowledge.of_texts(changed_texts(changes), shipped_folder())


def changed_texts(changes: Mapping[str, tuple[str, str]]) -> dict[str, bytes]:
    """The files with one text of each replaced."""
    texts = shipped_texts()
    for name, (old, new) in changes.items():
        text = texts[name].decode()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        texts[name] = text.replace(old, new).encode()
    return texts


def write_folder(folder: Path, changes: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """Write the shipped files, with these changes, below a folder."""
    for name, raw in changed_texts(changes or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return folder
