"""One damage to the knowledge files: what is changed where, and the files after it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from recommender.knowledge.files import bytes_of, files_of, shipped_folder
from recommender.yaml_reader import Document, Where, read_text

__all__ = ["GONE", "STEPS", "Edit", "Files", "Mutant"]

PROGRESS = "rules/progress/"
STEPS = "rules/progress/steps.yaml"  # it stands among rules, and holds none
GONE: Any = object()  # in place of a value: it is taken out
Edit = tuple[str, Where, Any]  # file, way to the value, the new value


@dataclass(frozen=True)
class Mutant:
    """One damage: its kind, what it is about, where and what, and the edits that make it."""

    kind: str
    subject: str
    what: str
    file: str
    line: int | None
    edits: tuple[Edit, ...] = field(repr=False)

    @property
    def id(self) -> str:
        """Its lasting name."""
        return f"{self.kind}: {self.subject}: {self.what}"


class Files:
    """The shipped files and their values; damaged copies are made in memory."""

    def __init__(self) -> None:
        self.log = False
        self.texts: Mapping[str, bytes] = bytes_of(files_of(shipped_folder()))

    def of_log(self) -> Files:
        """The same files, whose rules are those that read the log."""
        other = copy.copy(self)
        other.log = True
        return other

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """The values of every file."""
        return {name: read_text(raw, name) for name, raw in self.texts.items()}

    def data(self, name: str) -> Any:
        """The values of one file."""
        return self.documents[name].data

    def rules(self) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
        """Every rule that reads answers with its file and its place there; of a log, those that read it."""
        for name in self.documents:
            other = name.startswith("rules/sources/") or name == STEPS
            of_log = name.startswith(PROGRESS)
            if name.startswith("rules/") and name.count("/") == 2 and not other and of_log == self.log:
                for number, rule in enumerate(self.data(name)["rules"]):
                    yield name, number, rule

    def exercises(self) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
        """Every exercise with its file and its place there."""
        for name in self.documents:
            if name.startswith("catalog/exercises/"):
                for number, exercise in enumerate(self.data(name)["exercises"]):
                    yield name, number, exercise

    def mutant(self, kind: str, subject: str, what: str, *edits: Edit) -> Mutant:
        """A mutant; it stands where its first edit does."""
        file, where, _ = edits[0]
        return Mutant(kind, subject, what, file, self.documents[file].line(where), edits)

    def damaged(self, edits: Iterable[Edit]) -> dict[str, bytes]:
        """All files after the edits. Files that changed come as JSON, which is YAML too."""
        changed: dict[str, Any] = {}
        texts = dict(self.texts)
        for name, where, value in edits:
            if not where:  # the whole file
                del texts[name]
                changed.pop(name, None)
                continue
            data = changed.setdefault(name, copy.deepcopy(self.data(name)))
            for step in where[:-1]:
                data = data[step]
            if value is GONE:
                del data[where[-1]]
            else:
                data[where[-1]] = copy.deepcopy(value)
        return {**texts, **{name: json.dumps(data, ensure_ascii=False).encode() for name, data in changed.items()}}
