"""Getting the knowledge: the shipped one, or that of any folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from recommender.knowledge.data import CompiledRule, KnowledgeData
from recommender.knowledge.load import load, load_texts
from recommender.knowledge.places import shipped_folder

__all__ = ["CompiledRule", "Knowledge"]


class Knowledge(KnowledgeData):
    """All rules, exercises and records. It can be swapped: `recommend(profile, knowledge=Knowledge.load(folder))`."""

    @staticmethod
    def load(folder: Path | str | None = None) -> Knowledge:
        """Read and check the knowledge in `folder`, which holds `rules/` and `catalog/`, or a clinic's own rules.

        Without a folder: the knowledge that is shipped with the package, read afresh. Raises
        KnowledgeError with every fault, each with file and line, or EngineError if the rules cannot
        be proved.
        """
        return load(Path(folder) if folder is not None else shipped_folder(), Knowledge)

    @staticmethod
    def of_texts(texts: Mapping[str, bytes], folder: Path) -> Knowledge:
        """The knowledge in these bytes by file name ("rules/session.yaml"), such as those of an older revision.

        `folder` is where they come from. Raises the same errors as `load`.
        """
        return load_texts(texts, folder, Knowledge)

    @staticmethod
    def shipped() -> Knowledge:
        """The shipped knowledge, read once."""
        return _shipped()


@cache
def _shipped() -> Knowledge:
    return Knowledge.load()
