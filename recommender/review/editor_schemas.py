"""The JSON Schemas by which editors complete and check the YAML files: one for each kind of file.

The keys and their descriptions come from the models and their docstrings, the words from the
loaded knowledge. The first line of a YAML file names its schema.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from recommender.errors import KnowledgeFault as Finding
from recommender.figure.library import BODY, FOLDER
from recommender.figure.model import BodyFile, FigureFile
from recommender.knowledge.catalogue import ExerciseFile
from recommender.knowledge.files import POPULATION, files_of
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.overlay import OVERLAY
from recommender.knowledge.progression import ProgressFile
from recommender.knowledge.reading import NAMED, OF_A_CLINIC, OPTIONAL, kind_of
from recommender.knowledge.records import Ledger
from recommender.knowledge.references import word_lists
from recommender.knowledge.rules import RuleFile
from recommender.review.cases import CaseFile
from recommender.review.editor_keys import model_schema
from recommender.review.editor_words import Schema, definitions, profile
from recommender.review.population_file import PopulationFile

__all__ = ["KINDS", "check_schemas", "first_line", "schema_folder", "schema_texts", "stale_files", "stale_schemas"]

# The kinds of file by the name of their schema. A file with a name of its own is a kind of its own.
KINDS: Mapping[str, type] = {
    **{PurePosixPath(name).stem: model for name, model in {**NAMED, **OPTIONAL, **OF_A_CLINIC}.items()},
    "rules": RuleFile,
    "exercises": ExerciseFile,
    "progress": ProgressFile,
    "source": Ledger,
    "cases": CaseFile,
    "figures": FigureFile,
    "body": BodyFile,
    "population": PopulationFile,
}
PROFILE = "profile"
# Files beside the knowledge, by their name and by their folder.
NAMED_BESIDE = {(FOLDER / BODY).as_posix(): "body", POPULATION: "population"}
BESIDE = {"examples": PROFILE, "tests/cases": "cases", FOLDER.as_posix(): "figures"}
DRAFT_07 = "http://json-schema.org/draft-07/schema#"
WRITE_THEM = "Run `recommender rules schema`."


def schema_texts(knowledge: Knowledge) -> dict[str, str]:
    """Every schema as text, by its file name. The same knowledge always gives the same text."""
    known, words = definitions(knowledge), word_lists(knowledge)
    schemas = {name: model_schema(model, words) for name, model in sorted(KINDS.items())}
    schemas[PROFILE] = profile(knowledge)
    return {f"{name}.json": _text(schema, known) for name, schema in schemas.items()}


def _text(schema: Schema, known: Mapping[str, Schema]) -> str:
    """The schema with all definitions that it needs, and no others."""
    own = schema.pop("definitions", {})
    needed: dict[str, Schema] = {}
    waiting = list(_referred(schema))
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = own.get(name) or known[name]
            waiting.extend(_referred(needed[name]))
    whole = {"$schema": DRAFT_07, **schema, "definitions": dict(sorted(needed.items()))}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _referred(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        for inner in part.values():
            yield from _referred(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _referred(inner)


# --- where they lie --------------------------------------------------------------------------


def schema_folder(folder: Path) -> Path:
    """Where the schemas of the knowledge in this folder lie; a clinic's own stand aside from its rules."""
    return folder / ".schemas" if (folder / OVERLAY).is_file() else folder / "rules" / "schemas"


def first_line(name: str, folder: Path) -> str:
    """The line that leads editors to the schema of this YAML file; empty where it has none."""
    place = PurePosixPath(name).parent
    schema = NAMED_BESIDE.get(name) or BESIDE.get(place.as_posix())
    schema = schema or _schema_of(name, of_a_clinic=(folder / OVERLAY).is_file())
    if not schema:
        return ""
    way = os.path.relpath(schema_folder(folder), folder / place)
    return f"# yaml-language-server: $schema={PurePosixPath(Path(way).as_posix(), f'{schema}.json')}"


def _schema_of(name: str, *, of_a_clinic: bool) -> str:
    """The name of the schema of a knowledge file."""
    kind = (OF_A_CLINIC.get(name) if of_a_clinic else None) or kind_of(name)
    return next((schema for schema, model in KINDS.items() if model is kind), "")


# --- whether they are fresh ------------------------------------------------------------------


def stale_files(texts: Mapping[str, str], folder: Path) -> Iterator[tuple[str, str]]:
    """The schemas of a folder that are missing, differ or are left over, each with what is wrong."""
    for name, text in texts.items():
        try:
            present = (folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            yield name, "is missing"
        except (OSError, UnicodeDecodeError):
            yield name, "cannot be read"
        else:
            if present != text:
                yield name, "is not up to date"
    if folder.is_dir():
        for path in sorted(folder.glob("*.json")):
            if path.name not in texts:
                yield path.name, "belongs to no kind of file"


def check_schemas(knowledge: Knowledge) -> Iterator[Finding]:
    """Every schema that is not as the knowledge wants it, and every YAML file that does not name its own."""
    folder = knowledge.folder
    place = schema_folder(folder)
    for name, wrong in stale_files(schema_texts(knowledge), place):
        do = "Remove it." if "belongs" in wrong else WRITE_THEM
        yield Finding((place / name).relative_to(folder).as_posix(), None, f"This schema {wrong}.", do, "stale-schema")
    beside = [*sorted((folder / FOLDER).glob("*.yaml")), *folder.glob(POPULATION)]
    for name, path in {**files_of(folder), **{path.relative_to(folder).as_posix(): path for path in beside}}.items():
        wanted = first_line(name, folder)
        with path.open(encoding="utf-8", errors="replace") as stream:
            if wanted and stream.readline().rstrip() != wanted:
                found = "The first line does not name the file's schema."
                yield Finding(name, 1, found, f"Begin the file with `{wanted}`.", "stale-schema")


def stale_schemas(knowledge: Knowledge) -> Iterator[str]:
    """The names of all files that `check_schemas` finds."""
    return (finding.file for finding in check_schemas(knowledge))
