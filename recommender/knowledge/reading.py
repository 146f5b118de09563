"""Reads knowledge files into values: which kind of value belongs into which file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from recommender.errors import KnowledgeError, KnowledgeFault
from recommender.knowledge.catalogue import ExerciseFile, Vocabulary
from recommender.knowledge.door import read_document
from recommender.knowledge.guarantees import GUARANTEES, GuaranteeFile
from recommender.knowledge.overlay import OVERLAY, Overlay
from recommender.knowledge.progression import STEPS, ProgressFile, Steps
from recommender.knowledge.records import ConflictFile, GuidelineFile, Ledger
from recommender.knowledge.reviews import ReviewFile
from recommender.knowledge.rules import Contents, RuleFile
from recommender.knowledge.sentences import SENTENCES, SentenceFile
from recommender.knowledge.session import Outcomes, Session
from recommender.knowledge.terms import TERMS, Terms
from recommender.knowledge.wording import Wording
from recommender.logic.questions import Questionnaire
from recommender.yaml_reader import Document, YamlFault, read_text

__all__ = ["NAMED", "OPTIONAL", "Files", "kind_of", "read", "read_overlay"]

# Files with a name of their own. All others: catalog/exercises/ and the folders of rules/.
NAMED: Mapping[str, type] = {
    "catalog/vocabulary.yaml": Vocabulary,
    "rules/questionnaire.yaml": Questionnaire,
    "rules/contents.yaml": Contents,
    "rules/session.yaml": Session,
    "rules/outcomes.yaml": Outcomes,
    "rules/guidelines.yaml": GuidelineFile,
    "rules/conflicts.yaml": ConflictFile,
}
# Files that may be missing: nothing is signed then, no limits of wording are set, no term stands for others, nothing
# is guaranteed, and no routine is adapted.
OPTIONAL: Mapping[str, type] = {
    "rules/reviews.yaml": ReviewFile,
    "rules/wording.yaml": Wording,
    TERMS: Terms,
    SENTENCES: SentenceFile,
    GUARANTEES[0]: GuaranteeFile,
    STEPS: Steps,
}
# What a clinic's own folder may hold besides rules, ledgers and exercises.
OF_A_CLINIC: Mapping[str, type] = {
    OVERLAY: Overlay,
    "reviews.yaml": ReviewFile,
    GUARANTEES[1]: GuaranteeFile,
}
# The folders of rules/ that hold something else than rules for a profile.
OF_FOLDER: Mapping[str, type] = {"sources": Ledger, "progress": ProgressFile}
PLACES = "Rules go into a folder of rules/, exercises into catalog/exercises/, ledgers into rules/sources/."

Files = tuple[dict[str, Document], dict[str, Any]]


def read(texts: Mapping[str, bytes]) -> Files:
    """The documents and models of a whole knowledge, by name. Raises KnowledgeError with all faults."""
    missing = [KnowledgeFault(name, None, "This file is missing.") for name in NAMED if name not in texts]
    return _read(texts, kind_of, missing)


def read_overlay(texts: Mapping[str, bytes]) -> Files:
    """The documents and models of a clinic's own folder, by name. Raises KnowledgeError with all faults."""
    return _read(texts, _kind_in_overlay, [])


def kind_of(name: str) -> type | None:
    """The model of the knowledge file with this name, or None where no file belongs."""
    if name in NAMED or name in OPTIONAL:
        return NAMED.get(name) or OPTIONAL[name]
    parts = name.split("/")
    if not name.endswith(".yaml") or len(parts) < 3:
        return None
    if parts[0] == "catalog":
        return ExerciseFile if parts[1] == "exercises" else None
    return OF_FOLDER.get(parts[1], RuleFile)


def _kind_in_overlay(name: str) -> type | None:
    if name in OF_A_CLINIC:
        return OF_A_CLINIC[name]
    return kind_of(name) if name.count("/") > 1 and name.split("/", maxsplit=1)[0] in ("rules", "catalog") else None


def _read(texts: Mapping[str, bytes], kind_named: Callable[[str], type | None], faults: list[KnowledgeFault]) -> Files:
    documents: dict[str, Document] = {}
    models: dict[str, Any] = {}
    for name, raw in texts.items():
        kind = kind_named(name)
        if kind is None:
            faults.append(KnowledgeFault(name, None, "This file has no place here.", PLACES))
            continue
        try:
            document = read_text(raw, name)
        except YamlFault as fault:
            faults.append(KnowledgeFault(name, fault.line, fault.found, fault.do))
            continue
        documents[name] = document
        if document.data is None:
            faults.append(KnowledgeFault(name, None, "This file is empty."))
            continue
        try:
            models[name] = read_document(kind, document)
        except KnowledgeError as error:
            faults.extend(error.faults)
    if faults:
        raise KnowledgeError(faults)
    return documents, models
