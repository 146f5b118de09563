"""Getting the knowledge: the shipped one, or that of any folder."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import fields
from functools import cache as once
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from recommender.knowledge import cache
from recommender.knowledge.data import CompiledRule, Documents, KnowledgeData, engine_of
from recommender.knowledge.places import OVERLAY, bytes_of, files_of, fingerprint, shipped_folder

if TYPE_CHECKING:
    from recommender.engine import Engine

__all__ = ["CompiledRule", "Knowledge"]

MADE_ANEW = ("engine", "documents", "folder")
# What it does not take to decide about a person and to say why. It is kept apart.
RECORDS = ("ledgers", "guidelines", "conflicts", "exercise_files", "wording", "guarantees", "progress", "terms")
APART = "apart"


class Knowledge(KnowledgeData):
    """All rules, exercises and records. It can be swapped: `recommend(profile, knowledge=Knowledge.load(folder))`."""

    @staticmethod
    def load(folder: Path | str | None = None, *, kept: bool = False) -> Knowledge:
        """Read and check the knowledge in `folder`, which holds `rules/` and `catalog/`, or a clinic's own rules.

        Without a folder: the knowledge that is shipped with the package, read afresh. With `kept`,
        what an earlier run has compiled and proved from the very same files is used, if there is
        any. Raises KnowledgeError with every fault, each with file and line, or EngineError if the
        rules cannot be proved.
        """
        place = Path(folder) if folder is not None else shipped_folder()
        texts = bytes_of(files_of(place))
        if not kept or OVERLAY in texts:
            return Knowledge.of_texts(texts, place)
        mark = fingerprint(texts)
        values = cache.fetch(mark)
        if isinstance(values, dict):
            return _revived(values, place)
        knowledge = Knowledge.of_texts(texts, place)
        cache.keep(mark, _values(knowledge))
        return knowledge

    @staticmethod
    def light(folder: Path | None = None) -> Knowledge | None:
        """What an earlier run has kept of the very same files, made of plain values; None where nothing is kept.

        It decides and gives reasons as the whole knowledge does, and starts several times sooner. It
        holds no RECORDS and no documents: asking for one is an AttributeError.
        """
        from recommender.knowledge.light import loads  # noqa: PLC0415

        place = folder if folder is not None else shipped_folder()
        texts = bytes_of(files_of(place))
        values = None if OVERLAY in texts else cache.fetch(fingerprint(texts), loads)
        if not isinstance(values, dict):
            return None
        knowledge = object.__new__(Knowledge)
        del values[APART]
        for name, value in {**values, "folder": place, "engine": _engine(values)}.items():
            object.__setattr__(knowledge, name, value)
        knowledge.__post_init__()
        return knowledge

    @staticmethod
    def of_texts(texts: Mapping[str, bytes], folder: Path) -> Knowledge:
        """The knowledge in these bytes by file name ("rules/session.yaml"), such as those of an older revision.

        `folder` is where they come from. Raises the same errors as `load`.
        """
        # Reading and compiling is imported when it is needed: kept knowledge does without.
        from recommender.knowledge.load import load_texts  # noqa: PLC0415

        return load_texts(texts, folder, Knowledge)

    @staticmethod
    def shipped() -> Knowledge:
        """The shipped knowledge, read once."""
        return _shipped()


@once
def _shipped() -> Knowledge:
    return Knowledge.load(kept=True)


def _values(knowledge: Knowledge) -> dict[str, Any]:
    """What is worth keeping of a knowledge."""
    names = [part.name for part in fields(knowledge) if part.init and part.name not in MADE_ANEW]
    values = {name: getattr(knowledge, name) for name in names}
    apart = {name: values.pop(name) for name in names if name in RECORDS}
    return {**values, APART: pickle.dumps(apart, protocol=5)}


def _revived(values: dict[str, Any], folder: Path) -> Knowledge:
    """The knowledge with these values and an engine of its own."""
    kept = {name: value for name, value in values.items() if name != APART}
    kept |= pickle.loads(values[APART])  # noqa: S301  # part of what was kept, and as trusted
    return Knowledge(**kept, folder=folder, engine=_engine(kept), documents=Documents(partial(_documents, folder)))


def _engine(values: Mapping[str, Any]) -> Engine:
    """The engine of what was kept, which an earlier run has proved."""
    kept = SimpleNamespace(**values)
    return engine_of(kept.rules, kept.table, kept.questionnaire, proved=True)


def _documents(folder: Path) -> Any:
    from recommender.knowledge.load import documents_of  # noqa: PLC0415

    return documents_of(folder)
