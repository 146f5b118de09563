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
