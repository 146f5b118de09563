"""Where the knowledge lies, and the bytes of its files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from recommender.errors import KnowledgeError, KnowledgeFault

FIGURES = "catalog/figures/"  # drawings decide nothing, so they stand outside the knowledge and its hash
OVERLAY = "overlay.yaml"  # the file that makes a folder a clinic's own rules
NAME_ONE = f"Name the folder that holds rules/ and catalog/, or a clinic's own with {OVERLAY}."

POPULATION = "rules/population.yaml"  # people to look at the rules with

__all__ = [
    "NAME_ONE",
    "OVERLAY",
    "POPULATION",
    "bytes_of",
    "decides_nothing",
    "files_of",
    "fingerprint",
    "in_knowledge",
    "in_overlay",
    "shipped_folder",
]


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

    In a clinic's own folder every file counts (see `in_overlay`), so that none is passed over in silence.
    """
    if not folder.is_dir():
        raise KnowledgeError([KnowledgeFault(str(folder), None, "There is no such folder.", NAME_ONE)])
    likely = [path.name for path in folder.iterdir() if path.stem.lower() == "overlay" and path.suffix != ".md"]
    if OVERLAY in likely:
        return _of_a_clinic(folder)
    if odd := [name for name in sorted(likely) if name.lower().endswith((".yaml", ".yml"))]:
        found = f"A clinic's own folder is known by a file called {OVERLAY}."
        raise KnowledgeError([KnowledgeFault(name, None, found, "Rename this one, or take it away.") for name in odd])
    named = {path.relative_to(folder).as_posix(): path for path in _walk(folder)}
    faults = [
        KnowledgeFault(str(folder), None, f"There is no folder {part}/ with .yaml files.", NAME_ONE)
        for part in ("rules", "catalog")
        if not any(name.startswith(f"{part}/") for name in named)
    ]
    if faults:
        raise KnowledgeError(faults)
    return named


def in_knowledge(name: str) -> bool:
    """Whether a file of this name ("rules/session.yaml") is part of the knowledge, wherever its bytes come from."""
    # Plain text and no paths, since every start of the program asks this for every file.
    among = name.startswith(("catalog/", "rules/")) and not decides_nothing(name)
    return among and name.endswith((".yaml", ".yml")) and not name.endswith(("/.yaml", "/.yml"))


def in_overlay(name: str) -> bool:
    """Whether this file of a clinic's own folder counts.

    Markdown is for people alone, hidden files belong to other programs, and cases/ to the tests. YAML
    among the rules and exercises counts even if it is hidden, so that none can be taken for a rule and
    be none.
    """
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") for part in path.parts)
    if hidden and path.parts[0] in ("rules", "catalog"):
        return path.suffix.lower() in (".yaml", ".yml")
    return not hidden and path.suffix != ".md" and path.parts[0] != "cases" and not decides_nothing(name)


def _of_a_clinic(folder: Path) -> dict[str, Path]:
    """The files of a clinic's own folder that count. What cannot be followed or read is a fault."""
    found: dict[str, Path] = {}
    faults: list[KnowledgeFault] = []

    def named(path: Path) -> str:
        return path.relative_to(folder).as_posix()

    def failed(error: OSError) -> None:
        faults.append(KnowledgeFault(named(Path(error.filename)), None, f"cannot be read: {error.strerror}."))

    for place, folders, files in os.walk(folder, onerror=failed):
        for path in (Path(place, name) for name in (*folders, *files)):
            if not in_overlay(named(path)) or (path.is_dir() and not path.is_symlink()):
                continue
            if path.is_file():
                found[named(path)] = path
            else:
                faults.append(KnowledgeFault(named(path), None, "This is no file.", "Put the files themselves here."))
    if OVERLAY not in found and not faults:
        faults.append(KnowledgeFault(OVERLAY, None, "This is no file.", NAME_ONE))
    if faults:
        raise KnowledgeError(faults)
    return dict(sorted(found.items()))


def _walk(folder: Path) -> Iterator[Path]:
    for part in ("catalog", "rules"):
        found = []
        for place, folders, names in os.walk(folder / part):
            inside = Path(place).relative_to(folder).as_posix()
            if f"{inside}/" == FIGURES:
                folders.clear()
                continue
            found += [Path(place, name) for name in names if in_knowledge(f"{inside}/{name}")]
        yield from sorted(path for path in found if path.is_file())


def decides_nothing(name: str) -> bool:
    """Whether this is a drawing or the population. They decide nothing, so they stand outside the knowledge's hash."""
    return f"{name}/".startswith(FIGURES) or name == POPULATION


def bytes_of(paths: Mapping[str, Path]) -> dict[str, bytes]:
    """The bytes of these files. Raises KnowledgeError for those that cannot be read."""
    texts: dict[str, bytes] = {}
    faults = []
    for name, path in paths.items():
        try:
            texts[name] = path.read_bytes()
        except OSError as error:
            faults.append(KnowledgeFault(name, None, f"cannot be read: {error.strerror}."))
    if faults:
        raise KnowledgeError(faults)
    return texts


def fingerprint(texts: Mapping[str, bytes]) -> str:
    """A hash of all knowledge files: 32 hex digits (128 bits) that change with any byte of any of them."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        digest.update(f"{name}\0{len(texts[name])}\0".encode())
        digest.update(texts[name])
    return digest.hexdigest()[:32]
