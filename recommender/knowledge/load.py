"""Reads every knowledge file, has it compiled, and checks it against all others. All faults at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from recommender._version import __version__
from recommender.engine import Engine
from recommender.errors import KnowledgeError, KnowledgeFault, nearest
from recommender.facts import FactTable
from recommender.knowledge.catalogue import Exercise, ExerciseFile, Vocabulary
from recommender.knowledge.compile import Compiler
from recommender.knowledge.consistency import cross_check
from recommender.knowledge.data import KnowledgeData
from recommender.knowledge.places import files_of, fingerprint
from recommender.knowledge.questions import Questionnaire
from recommender.knowledge.records import ConflictFile, GuidelineFile, Ledger
from recommender.knowledge.rules import Contents, RuleFile
from recommender.knowledge.selectors import SelectorFault, Selectors
from recommender.knowledge.session import Outcomes, Session
from recommender.yaml_reader import Document, YamlFault, read_text

__all__ = ["load"]

Model = TypeVar("Model", bound=BaseModel)
Loaded = TypeVar("Loaded", bound=KnowledgeData)

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


def load(folder: Path, kind: type[Loaded]) -> Loaded:
    """Load the knowledge below `folder` as a value of this kind. Raises KnowledgeError with all faults."""
    texts = _bytes(files_of(folder))
    documents, models = _read(texts)
    named = {name: models[name] for name in NAMED}
    vocabulary = _as(named["catalog/vocabulary.yaml"], Vocabulary)
    questionnaire = _as(named["rules/questionnaire.yaml"], Questionnaire)
    placed = sorted(
        (
            (exercise, name, n)
            for name, m in models.items()
            if isinstance(m, ExerciseFile)
            for n, exercise in enumerate(m.exercises)
        ),
        key=lambda entry: entry[0].id,
    )
    exercises = tuple(exercise for exercise, _, _ in placed)
    where = {exercise.id: (name, documents[name].line(("exercises", n))) for exercise, name, n in placed}
    faults = _vocabulary_faults(placed, documents, vocabulary)
    if faults:
        raise KnowledgeError(faults)
    selectors = Selectors(exercises, vocabulary)
    table = FactTable(questionnaire)
    session = _as(named["rules/session.yaml"], Session)
    try:
        relief = selectors.compile(session.relief)
    except SelectorFault as fault:
        place = ("relief", *fault.where)
        raise KnowledgeError([documents["rules/session.yaml"].fault(place, fault.found, fault.do)]) from None
    compiler = Compiler(table, selectors, relief, set(session.ranks))
    rules = tuple(
        compiled
        for name, model in sorted(models.items())
        if isinstance(model, RuleFile)
        for n, rule in enumerate(model.rules)
        if (compiled := compiler.compile(rule, documents[name], n)) is not None
    )
    lost = list(_contents_faults(_as(named["rules/contents.yaml"], Contents), models, documents))
    if compiler.faults:
        raise KnowledgeError([*compiler.faults, *lost])
    engine_rules = {compiled.id: compiled.condition for compiled in rules if not compiled.always}
    knowledge = kind(
        folder=folder,
        version=__version__,
        hash=fingerprint(texts),
        vocabulary=vocabulary,
        questionnaire=questionnaire,
        table=table,
        exercises=exercises,
        selectors=selectors,
        rules=rules,
        session=session,
        outcomes=_as(named["rules/outcomes.yaml"], Outcomes),
        ledgers=tuple(model for _, model in sorted(models.items()) if isinstance(model, Ledger)),
        guidelines=_as(named["rules/guidelines.yaml"], GuidelineFile).guidelines,
        conflicts=_as(named["rules/conflicts.yaml"], ConflictFile).conflicts,
        engine=Engine(engine_rules, table.variables, likely=table.encode(_usual(questionnaire))),
        relief=relief,
        exercise_files=where,
    )
    if faults := [*cross_check(knowledge, documents), *lost]:
        raise KnowledgeError(faults)
    return knowledge


def _usual(questionnaire: Questionnaire) -> dict[str, Any]:
    """The answers of a healthy person who says nothing about kit and wishes."""
    return {
        question.field: question.baseline if question.default is None else question.default
        for question in questionnaire.questions
        if question.parent is None
    }


def _as(model: BaseModel, kind: type[Model]) -> Model:
    assert isinstance(model, kind)
    return model


# --- reading ---------------------------------------------------------------------------------


def _bytes(paths: Mapping[str, Path]) -> dict[str, bytes]:
    texts: dict[str, bytes] = {}
    faults = []
    for name, path in paths.items():
        try:
            texts[name] = path.read_bytes()
        except OSError as error:
            faults.append(KnowledgeFault(name, None, f"cannot be read: {error.strerror}."))
    faults += [KnowledgeFault(name, None, "This file is missing.") for name in NAMED if name not in paths]
    if faults:
        raise KnowledgeError(faults)
    return texts


def _read(texts: Mapping[str, bytes]) -> tuple[dict[str, Document], dict[str, BaseModel]]:
    documents: dict[str, Document] = {}
    models: dict[str, BaseModel] = {}
    faults: list[KnowledgeFault] = []
    for name, raw in texts.items():
        kind = _kind_of(name)
        if kind is None:
            do = "Rules go into a folder of rules/, exercises into catalog/exercises/, ledgers into rules/sources/."
            faults.append(KnowledgeFault(name, None, "This file has no place here.", do))
            continue
        try:
            document = read_text(raw, name)
        except YamlFault as fault:
            faults.append(KnowledgeFault(name, fault.line, fault.found, fault.do))
            continue
        documents[name] = document
        try:
            models[name] = kind.model_validate(document.data)
        except ValidationError as error:
            faults.extend(_explain(document, detail, kind) for detail in error.errors())
    if faults:
        raise KnowledgeError(faults)
    return documents, models


def _kind_of(name: str) -> type[BaseModel] | None:
    if name in NAMED:
        return NAMED[name]
    parts = name.split("/")
    if name.endswith(".yml") or len(parts) < 3:
        return None
    if parts[0] == "catalog":
        return ExerciseFile if parts[1] == "exercises" else None
    return Ledger if parts[1] == "sources" else RuleFile


def _explain(document: Document, detail: ErrorDetails, kind: type[BaseModel]) -> KnowledgeFault:
    """A pydantic error in this project's words."""
    where = tuple(detail["loc"])
    last = str(where[-1]) if where else ""
    path = ".".join(str(part) for part in where)
    match detail["type"]:
        case "missing":
            return document.fault(where[:-1], f"`{last}` is missing.", f"It belongs to {path}.")
        case "extra_forbidden":
            return document.fault(where, f'"{last}" is no key here.', nearest(last, _keys(kind)))
        case "literal_error":
            found = f'"{detail["input"]}" is not accepted for `{last}`.'
            return document.fault(where, found, f"Accepted: {detail['ctx']['expected']}.")
        case "value_error":
            return document.fault(where, f"{detail['msg'].removeprefix('Value error, ')}.")
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


def _vocabulary_faults(
    placed: Iterable[tuple[Exercise, str, int]], documents: Mapping[str, Document], vocabulary: Vocabulary
) -> list[KnowledgeFault]:
    faults: list[KnowledgeFault] = []
    for exercise, name, n in placed:
        used = {
            ("family", "family"): (exercise.family,),
            ("start_position", "start_position"): (exercise.start_position,),
            ("purpose", "purpose"): (exercise.purpose,),
            ("needs", "needs"): exercise.needs,
            ("combined", "combined"): exercise.combined,
            ("under_load", "under_load"): exercise.under_load,
            ("patterns", "patterns"): exercise.patterns,
            ("demanding_for", "demanding_for"): exercise.demanding_for,
            ("works", "works"): exercise.works,
            ("programmes", "programme"): exercise.programmes,
            ("equipment", "requires"): exercise.equipment.required,
            ("equipment", "optional_kit"): exercise.equipment.optional,
        }
        for (key, group), words in used.items():
            known = vocabulary.words(group)
            for word in words:
                if word not in known:
                    found = f'"{word}" is no word of {group} in catalog/vocabulary.yaml.'
                    faults.append(documents[name].fault(("exercises", n, key), found, nearest(word, known)))
        faults.extend(_combined_faults(exercise, documents[name], n, vocabulary))
    return faults


def _combined_faults(
    exercise: Exercise, document: Document, number: int, vocabulary: Vocabulary
) -> Iterator[KnowledgeFault]:
    """Words that must stand together, and words that follow from what the spine does."""
    for name in exercise.patterns:
        word = vocabulary.words("patterns").get(name)
        for missing in sorted(set(word.implies) - set(exercise.patterns)) if word else ():
            yield document.fault(("exercises", number, "patterns"), f"`{name}` needs `{missing}` beside it.")
    for name, word in vocabulary.words("combined").items():
        does = all(getattr(exercise.spine, aspect) != "none" for aspect in word.both)
        if does != (name in exercise.combined):
            found = f"`combined` must hold {name} exactly where the spine does {' and '.join(word.both)}."
            yield document.fault(("exercises", number, "combined"), found)


def _contents_faults(
    contents: Contents, models: Mapping[str, BaseModel], documents: Mapping[str, Document]
) -> Iterator[KnowledgeFault]:
    """Every rule that the table of contents and the files do not both name."""
    listed = {f"rules/{file}": ids for file, ids in contents.rules.items()}
    present = {name: model for name, model in models.items() if isinstance(model, RuleFile)}
    table = documents["rules/contents.yaml"]
    for name, ids in listed.items():
        found = [rule.id for rule in present[name].rules] if name in present else []
        for rule_id in ids:
            if rule_id not in found:
                where = ("rules", name.removeprefix("rules/"))
                yield table.fault(
                    where, f'The rule "{rule_id}" is missing from {name}.', "Bring it back, or end it here too."
                )
    for name, model in present.items():
        for number, rule in enumerate(model.rules):
            if rule.id not in listed.get(name, ()):
                do = "Add it there, under this file."
                yield documents[name].fault(("rules", number), f'"{rule.id}" is not in rules/contents.yaml.', do)
