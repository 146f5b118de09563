"""Reads knowledge files into models. What does not fit becomes a fault in this project's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from recommender.errors import KnowledgeError, KnowledgeFault, nearest
from recommender.knowledge.catalogue import ExerciseFile, Vocabulary
from recommender.knowledge.guarantees import GUARANTEES, GuaranteeFile
from recommender.knowledge.overlay import OVERLAY, Overlay
from recommender.knowledge.progress import STEPS, ProgressFile, Steps
from recommender.knowledge.questions import Questionnaire
from recommender.knowledge.records import ConflictFile, GuidelineFile, Ledger
from recommender.knowledge.reviews import ReviewFile
from recommender.knowledge.rules import Contents, RuleFile
from recommender.knowledge.sentences import SENTENCES, SentenceFile
from recommender.knowledge.session import Outcomes, Session
from recommender.knowledge.terms import TERMS, Terms
from recommender.knowledge.wording import Wording
from recommender.yaml_reader import Document, YamlFault, read_text

__all__ = ["NAMED", "OPTIONAL", "Files", "explain", "kind_of", "read", "read_overlay"]

# Files with a name of their own. All others: catalog/exercises/ and the folders of rules/.
NAMED: Mapping[str, type[BaseModel]] = {
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
OPTIONAL: Mapping[str, type[BaseModel]] = {
    "rules/reviews.yaml": ReviewFile,
    "rules/wording.yaml": Wording,
    TERMS: Terms,
    SENTENCES: SentenceFile,
    GUARANTEES[0]: GuaranteeFile,
    STEPS: Steps,
}
# What a clinic's own folder may hold besides rules, ledgers and exercises.
OF_A_CLINIC: Mapping[str, type[BaseModel]] = {
    OVERLAY: Overlay,
    "reviews.yaml": ReviewFile,
    GUARANTEES[1]: GuaranteeFile,
}
# The folders of rules/ that hold something else than rules for a profile.
OF_FOLDER: Mapping[str, type[BaseModel]] = {"sources": Ledger, "progress": ProgressFile}
PLACES = "Rules go into a folder of rules/, exercises into catalog/exercises/, ledgers into rules/sources/."

Files = tuple[dict[str, Document], dict[str, BaseModel]]


def read(texts: Mapping[str, bytes]) -> Files:
    """The documents and models of a whole knowledge, by name. Raises KnowledgeError with all faults."""
    missing = [KnowledgeFault(name, None, "This file is missing.") for name in NAMED if name not in texts]
    return _read(texts, kind_of, missing)


def read_overlay(texts: Mapping[str, bytes]) -> Files:
    """The documents and models of a clinic's own folder, by name. Raises KnowledgeError with all faults."""
    return _read(texts, _kind_in_overlay, [])


def kind_of(name: str) -> type[BaseModel] | None:
    """The model of the knowledge file with this name, or None where no file belongs."""
    if name in NAMED or name in OPTIONAL:
        return NAMED.get(name) or OPTIONAL[name]
    parts = name.split("/")
    if not name.endswith(".yaml") or len(parts) < 3:
        return None
    if parts[0] == "catalog":
        return ExerciseFile if parts[1] == "exercises" else None
    return OF_FOLDER.get(parts[1], RuleFile)


def _kind_in_overlay(name: str) -> type[BaseModel] | None:
    if name in OF_A_CLINIC:
        return OF_A_CLINIC[name]
    return kind_of(name) if name.count("/") > 1 and name.split("/", maxsplit=1)[0] in ("rules", "catalog") else None


def _read(
    texts: Mapping[str, bytes], kind_named: Callable[[str], type[BaseModel] | None], faults: list[KnowledgeFault]
) -> Files:
    documents: dict[str, Document] = {}
    models: dict[str, BaseModel] = {}
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
            models[name] = kind.model_validate(document.data)
        except ValidationError as error:
            faults.extend(explain(document, detail, kind) for detail in _causes(error.errors()))
    if faults:
        raise KnowledgeError(faults)
    return documents, models


def _causes(details: list[ErrorDetails]) -> Iterable[ErrorDetails]:
    """The errors without those that only follow: a list counts as too short when something in it is wrong."""
    places = [detail["loc"] for detail in details]
    for detail in details:
        at = detail["loc"]
        follows = any(len(place) > len(at) and place[: len(at)] == at for place in places)
        if detail["type"] != "too_short" or not follows:
            yield detail


def explain(document: Document, detail: ErrorDetails, kind: type[BaseModel]) -> KnowledgeFault:
    """A pydantic error in this project's words."""
    where = tuple(detail["loc"])
    last = str(where[-1]) if where else ""
    path = ".".join(str(part) for part in where)
    match detail["type"]:
        case "missing":
            check = "no-outcome" if kind is Ledger and last == "outcome" else "unreadable-file"
            return document.fault(where[:-1], f"`{last}` is missing.", f"It belongs to {path}.", check)
        case "extra_forbidden":
            return document.fault(where, f'"{last}" is no key here.', nearest(last, _keys(kind)), "unknown-word")
        case "literal_error":
            found = f'"{detail["input"]}" is not accepted for `{last}`.'
            return document.fault(where, found, f"Accepted: {detail['ctx']['expected']}.", "unknown-word")
        case "value_error":
            check = "no-outcome" if kind is Ledger else "unreadable-file"
            return document.fault(where, f"{detail['ctx']['error']}.", check=check)
        case _:
            shown = str(detail["input"])[:60]
            return document.fault(where, f"`{path}`: {detail['msg'].lower()}; found: {shown}.")


def _keys(kind: type[BaseModel], depth: int = 4) -> set[str]:
    """Every key that may stand somewhere in a file of this kind."""
    keys: set[str] = set(kind.model_fields)
    if depth:
        for info in kind.model_fields.values():
            for inner in _models_in(info.annotation):
                keys |= _keys(inner, depth - 1)
    return keys


def _models_in(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)
