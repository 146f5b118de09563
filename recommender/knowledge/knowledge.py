"""Getting the knowledge: the shipped one, or that of any folder."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import fields
from functools import cache as once
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recommender.knowledge import cache
from recommender.knowledge.data import CompiledRule, Documents, KnowledgeData, engine_of
from recommender.knowledge.files import OVERLAY, bytes_of, files_of, fingerprint, shipped_folder

__all__ = ["CompiledRule", "Knowledge"]

ENGINE = "engine"
MADE_ANEW = (ENGINE, "documents", "folder")
# What it does not take to decide about a person and to say why: kept as one value more, which is read on demand.
RECORDS = ("ledgers", "guidelines", "conflicts", "exercise_files", "wording", "guarantees", "progress", "terms")
APART = "apart"


class Knowledge(KnowledgeData):
    """All rules, exercises and records. It can be swapped: `recommend(profile, knowledge=Knowledge.load(folder))`."""

    @staticmethod
    def load(folder: Path | str | None = None, *, kept: bool = False) -> Knowledge:
        """Read and check the knowledge of a folder.

        Args:
            folder: It holds `rules/` and `catalog/`, or a clinic's own rules; the shipped knowledge unless given.
            kept: Use what an earlier run has compiled and proved from the very same files, if there is any.

        Returns:
            The knowledge, frozen, with an engine of its own.

        Raises:
            KnowledgeError: It cannot be used. Every fault is named, with file and line.
            EngineError: The rules cannot be proved.
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

    if not TYPE_CHECKING:  # type checkers take the fields as they are declared

        def __getattr__(self, name: str) -> Any:
            """A record of what was kept: all of them are read when the first one is asked for."""
            kept = vars(self).get(APART)
            if name not in RECORDS or kept is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            vars(self).update(pickle.loads(kept))  # noqa: S301  # part of what was kept, and as trusted
            return vars(self)[name]

    @staticmethod
    def of_texts(texts: Mapping[str, bytes], folder: Path) -> Knowledge:
        """The knowledge in the bytes of its files, such as those of an older revision.

        Args:
            texts: The bytes of each file by its name in the knowledge ("rules/session.yaml").
            folder: Where they come from.

        Returns:
            The knowledge, frozen, with an engine of its own.

        Raises:
            KnowledgeError: It cannot be used. Every fault is named, with file and line.
            EngineError: The rules cannot be proved.
        """
        # Reading and compiling is imported when it is needed: kept knowledge does without.
        from recommender.knowledge.load import load_texts  # noqa: PLC0415

        return load_texts(texts, folder, Knowledge)

    @staticmethod
    def shipped() -> Knowledge:
        """The shipped knowledge, read once.

        Returns:
            The same value each time.

        Raises:
            KnowledgeError: It cannot be read, or the installation is not whole.
        """
        return _shipped()


@once
def _shipped() -> Knowledge:
    return Knowledge.load(kept=True)


def _values(knowledge: Knowledge) -> dict[str, Any]:
    """What is worth keeping of a knowledge."""
    names = [part.name for part in fields(knowledge) if part.init and part.name not in MADE_ANEW]
    values = {name: getattr(knowledge, name) for name in names}
    records = {name: values.pop(name) for name in names if name in RECORDS}
    return {**values, APART: pickle.dumps(records, protocol=5)}


def _revived(values: dict[str, Any], folder: Path) -> Knowledge:
    """The knowledge with these values, and with an engine of the rules that an earlier run has proved."""
    knowledge = object.__new__(Knowledge)
    vars(knowledge).update(values, folder=folder, documents=Documents(partial(_documents, folder)))
    vars(knowledge)[ENGINE] = engine_of(knowledge.rules, knowledge.table, knowledge.questionnaire, proved=True)
    knowledge.__post_init__()
    return knowledge


def _documents(folder: Path) -> Any:
    from recommender.knowledge.load import documents_of  # noqa: PLC0415

    return documents_of(folder)
