"""YAML: bytes of real files, changed, through the strict reader, the models, and the whole loader."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from recommender import EngineError, Knowledge, KnowledgeError
from recommender.knowledge.files import files_of, shipped_folder
from recommender.knowledge.reading import read, read_overlay
from recommender.yaml_reader import Document, YamlFault, read_text
from tests.fuzz.common import Finding, Tally, mutated

__all__ = ["loader", "read_one", "texts", "through_models"]

ROOT = Path(__file__).resolve().parent.parent.parent
WHOLE = 1 / 400  # so many inputs go through the whole loader, which takes some 0.3 s for a file that loads
COMPARED = 0.2  # so many that are read are read by another reader too


@cache
def texts() -> dict[str, bytes]:
    """The files of the shipped knowledge."""
    return {name: path.read_bytes() for name, path in files_of(shipped_folder()).items()}


@cache
def samples() -> list[tuple[str, bytes]]:
    """Pieces of a handy size: profiles, cases and knowledge files."""
    found = [
        (path.name, path.read_bytes())
        for folder in ("examples", "tests/cases")
        for path in (ROOT / folder).rglob("*.yaml")
    ]
    return [*found, *texts().items()]


def piece(name: str, raw: bytes, chance: random.Random) -> bytes:
    """The file, or some lines from its beginning, so that most inputs are quick."""
    if len(raw) < 3000 or chance.random() < 0.02:
        return raw
    lines = raw.split(b"\n")
    return b"\n".join(lines[: chance.randrange(3, 60)])


def read_one(raw: bytes, *, compared: bool = False) -> str:
    """What the strict reader makes of it. Raises Finding for anything but a Document or a YamlFault."""
    try:
        document = read_text(raw, "input")
    except YamlFault as fault:
        if not fault.found or not (fault.line is None or fault.line >= 1):
            raise Finding(f"a fault that says nothing: {fault.line} {fault.found!r}") from fault
        return "refused"
    if not isinstance(document, Document):
        raise Finding("no document")
    if compared:
        other = yaml.load(raw.decode("utf-8-sig"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        if not same(document.data, other):
            raise Finding(f"read as {document.data!r}, by the other reader as {other!r}"[:400])
    return "read"


def same(mine: Any, other: Any) -> bool:
    """Whether a value that was read is the one that the other reader has read as words."""
    if isinstance(mine, dict):
        if other in ("", None) and not mine:
            return True
        return isinstance(other, dict) and list(mine) == list(other) and all(same(mine[k], other[k]) for k in mine)
    if isinstance(mine, list):
        return isinstance(other, list) and len(mine) == len(other) and all(map(same, mine, other))
    if mine is None:
        return other in ("", "~", "null", None)
    if isinstance(mine, bool):
        return other == str(mine).lower()
    if isinstance(mine, int):
        return str(mine) == other or other == "-0"
    if isinstance(mine, float):
        return float(other) == mine
    return mine == other


def through_models(name: str, raw: bytes) -> str:
    """The same through the models of its kind of file. Raises Finding for anything but values or a KnowledgeError."""
    try:
        (read_overlay if name.count("/") > 1 else read)({name: raw})
    except KnowledgeError as error:
        if not str(error):
            raise Finding("an error that says nothing") from error
        own = [fault for fault in error.faults if fault.file == name]
        return "refused" if own else "read"
    return "read"


def loader_input(chance: random.Random) -> tuple[str, bytes]:
    name = chance.choice(list(texts()))
    raw = texts()[name]
    if chance.random() < 0.7:
        raw = piece(name, raw, chance)
    return name, mutated(raw, chance, list(texts().values()))


def one(chance: random.Random, tally: Tally) -> str:
    """Try one text with the strict reader."""
    name, raw = chance.choice(samples())
    raw = mutated(piece(name, raw, chance), chance, [raw for _, raw in samples()])
    return read_one(raw, compared=chance.random() < COMPARED)


def loader(chance: random.Random, tally: Tally) -> str:
    """Try one knowledge file with the models, and now and then with the whole loader."""
    name, raw = loader_input(chance)
    if chance.random() >= WHOLE:
        return through_models(name, raw)
    try:
        Knowledge.of_texts({**texts(), name: mutated(texts()[name], chance, list(texts().values()))}, shipped_folder())
    except KnowledgeError as error:
        if not str(error):
            raise Finding("an error that says nothing") from error
        return "refused by the loader"
    except EngineError:
        return "refused by the engine"
    return "loaded"
