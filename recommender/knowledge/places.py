"""Where the knowledge lies, and the bytes of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from recommender.errors import KnowledgeError, KnowledgeFault
from recommender.knowledge.overlay import OVERLAY

NAME_ONE = f"Name the folder that holds rules/ and catalog/, or a clinic's own with {OVERLAY}."

__all__ = ["files_of", "fingerprint", "shipped_folder"]


def shipped_folder() -> Path:
    """The folder with `rules/` and `catalog/` that belongs to this installation.

    An installed package carries them in `recommender/_data`; in a checkout they lie beside it.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_data", package.parent):
        if (folder / "rules").is_dir() and (folder / "catalog").is_dir():
            return folder
    raise KnowledgeError(
        [
            KnowledgeFault(
                str(package), None, "The folders rules/ and catalog/ were not found.", "Install the package again."
            )
        ]
    )


def files_of(folder: Path) -> dict[str, Path]:
    """Every knowledge file below `folder`, by its name in the knowledge ("rules/session.yaml").

    In a clinic's own folder every file counts, so that none is passed over in silence; only hidden
    ones and Markdown are for people alone.
    """
    if (folder / OVERLAY).is_file():
        files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md")
        named = {path.relative_to(folder).as_posix(): path for path in sorted(files)}
        return {name: path for name, path in named.items() if not any(part[0] == "." for part in name.split("/"))}
    if not folder.is_dir():
        raise KnowledgeError([KnowledgeFault(str(folder), None, "There is no such folder.", NAME_ONE)])
    found = {path.relative_to(folder).as_posix(): path for path in _walk(folder)}
    faults = [
        KnowledgeFault(str(folder), None, f"There is no folder {part}/ with .yaml files.", NAME_ONE)
        for part in ("rules", "catalog")
        if not any(name.startswith(f"{part}/") for name in found)
    ]
    if faults:
        raise KnowledgeError(faults)
    return found


def _walk(folder: Path) -> Iterator[Path]:
    for part in ("catalog", "rules"):
        yield from sorted(
            path for path in (folder / part).rglob("*") if path.suffix in (".yaml", ".yml") and path.is_file()
        )


def fingerprint(texts: Mapping[str, bytes]) -> str:
    """A hash of all knowledge files: 16 hex digits that change with any byte of any of them."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        digest.update(f"{name}\0{len(texts[name])}\0".encode())
        digest.update(texts[name])
    return digest.hexdigest()[:16]
