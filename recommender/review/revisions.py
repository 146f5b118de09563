"""Knowledge from a folder, or from a git revision without a checkout."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from recommender.errors import KnowledgeError, UsageError
from recommender.knowledge.files import POPULATION, in_knowledge, in_overlay
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.overlay import OVERLAY, SHIPPED
from recommender.review.cases import PLACES, Case, cases_of, read_cases
from recommender.review.population import population_text

__all__ = ["Revision", "revision"]


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of the knowledge, and the whole people and the population file that belong to it."""

    name: str
    knowledge: Knowledge
    cases: tuple[Case, ...]
    population: bytes | None = None


def revision(name: str, folder: Path) -> Revision:
    """The knowledge that `name` means: `shipped`, a folder, or a git revision of the repository around `folder`.

    `REVISION:PATH` names a folder inside a revision. Raises UsageError where there is neither, and
    KnowledgeError, with the name before each file, where it cannot be read.
    """
    try:
        return _revision(name, folder)
    except KnowledgeError as error:
        joint = "/" if Path(name).is_dir() else ":"
        start = name.rstrip("/")
        faults = (
            fault if fault.file.startswith(start) else replace(fault, file=f"{start}{joint}{fault.file}")
            for fault in error.faults
        )
        raise KnowledgeError(faults) from None


def _revision(name: str, folder: Path) -> Revision:
    if name == SHIPPED:
        knowledge = Knowledge.shipped()
        return Revision(name, knowledge, cases_of(knowledge.folder), population_text(knowledge.folder))
    path = Path(name)
    if name and path.is_dir():
        return Revision(name, Knowledge.load(path), cases_of(path), population_text(path))
    texts = _texts(name, folder)
    cases = {file: raw for file, raw in texts.items() if _is_case(file)}
    rest = {file: raw for file, raw in texts.items() if _is_knowledge(file, OVERLAY in texts)}
    if not rest:
        raise UsageError(f'The git revision "{name}" holds no rules/ and catalog/. Name the folder: "{name}:FOLDER".')
    inside = folder / name.partition(":")[2] if ":" in name else folder
    knowledge = Knowledge.of_texts(rest, inside)
    return Revision(name, knowledge, read_cases(cases), _population(texts, inside))


def _population(texts: Mapping[str, bytes], inside: Path) -> bytes | None:
    """The population file of these texts, or of what a clinic's own rules lie on."""
    if POPULATION in texts or OVERLAY not in texts:
        return texts.get(POPULATION)
    return population_text(inside, texts[OVERLAY])


def _is_case(file: str) -> bool:
    return PurePosixPath(file).parent.as_posix() in PLACES and file.endswith((".yaml", ".yml"))


def _is_knowledge(file: str, of_a_clinic: bool) -> bool:
    if of_a_clinic:
        return in_overlay(file)
    return in_knowledge(file)


def _texts(name: str, folder: Path) -> dict[str, bytes]:
    """The files of a revision, as names from the folder in question."""
    commit, _, inside = name.partition(":")
    neither = f'"{name}" is no folder and no git revision. Name a folder, a revision such as HEAD~1, or `shipped`.'
    if not commit or name.startswith("-"):
        raise UsageError(neither)
    if _git(folder, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}") is None:
        raise UsageError(neither)
    tree = f"{commit}:./{inside}" if inside else f"{commit}:./"
    listed = _git(folder, "ls-tree", "-r", "-z", "--full-tree", tree)
    if listed is None:
        raise UsageError(f'The git revision "{commit}" has no folder "{inside or folder}".')
    entries = [line.split("\t", 1) for line in listed.decode("utf-8", "surrogateescape").split("\0") if line]
    wanted = [(file, head.split()[2]) for head, file in entries if file.endswith((".yaml", ".yml")) or inside]
    raw = _git(folder, "cat-file", "--batch", given="\n".join(blob for _, blob in wanted).encode())
    return dict(zip((file for file, _ in wanted), _blobs(raw or b""), strict=True))


def _blobs(raw: bytes) -> Iterator[bytes]:
    """The contents in what `git cat-file --batch` prints: a line with the size, then so many bytes, then a newline."""
    place = 0
    while place < len(raw):
        end = raw.index(b"\n", place)
        size = int(raw[place:end].split()[2])
        yield raw[end + 1 : end + 1 + size]
        place = end + size + 2


def _git(folder: Path, *words: str, given: bytes | None = None) -> bytes | None:
    """What git prints, or None where it fails."""
    try:
        command = ["git", "-C", str(folder), *words]
        done = subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}. Name two folders instead.") from None
    return done.stdout if done.returncode == 0 else None
