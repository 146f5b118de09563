"""Puts the knowledge together: reads the files, compiles the rules, checks all against all. All faults at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from recommender._version import __version__
from recommender.errors import KnowledgeError, KnowledgeFault
from recommender.knowledge.catalogue import Exercise, ExerciseFile, Vocabulary
from recommender.knowledge.compile import Compiler, PlacedChange
from recommender.knowledge.consistency import cross_check
from recommender.knowledge.data import CompiledRule, Documents, KnowledgeData, Relaxation, engine_of
from recommender.knowledge.files import NAME_ONE, bytes_of, files_of, fingerprint, shipped_folder
from recommender.knowledge.guarantees import compile_guarantees
from recommender.knowledge.overlay import OVERLAY, SHIPPED, Overlay
from recommender.knowledge.progression import ProgressFile
from recommender.knowledge.progression_rules import compile_progress
from recommender.knowledge.reading import Files, read, read_overlay
from recommender.knowledge.records import ConflictFile, GuidelineFile, Ledger
from recommender.knowledge.reviews import Review, ReviewFile, sign_offs
from recommender.knowledge.rules import Contents, RuleFile
from recommender.knowledge.selectors import SelectorFault, Selectors
from recommender.knowledge.sentences import SENTENCES, SentenceFile, sentences_of
from recommender.knowledge.session import Outcomes, Session
from recommender.knowledge.tags import promise_faults, tag_faults
from recommender.knowledge.terms import TERMS, Terms
from recommender.knowledge.wording import Wording
from recommender.logic.conditions import ConditionFault, parse, words
from recommender.logic.facts import FactTable, Term
from recommender.logic.questions import Questionnaire
from recommender.sentences import Sentences
from recommender.yaml_reader import Document, read_text

__all__ = ["documents_of", "load_texts"]

Model = TypeVar("Model")
Loaded = TypeVar("Loaded", bound=KnowledgeData)
REVIEWS = ("rules/reviews.yaml", "reviews.yaml")


def documents_of(folder: Path) -> Mapping[str, Document]:
    """Every value of the files below `folder` with its line. Raises KnowledgeError."""
    return _reread(bytes_of(files_of(folder)))


def _reread(texts: Mapping[str, bytes]) -> Mapping[str, Document]:
    """The documents of texts that have been read before."""
    return {name: read_text(raw, name) for name, raw in texts.items()}


def load_texts(texts: Mapping[str, bytes], folder: Path, kind: type[Loaded]) -> Loaded:
    """The knowledge in these bytes by file name, as a value of this kind. `folder` is where they come from.

    Raises KnowledgeError with all faults.
    """
    overlay: Overlay | None = None
    own: frozenset[str] = frozenset()
    if OVERLAY in texts:
        own = frozenset(texts)
        documents, models = read_overlay(texts)
        overlay = _as(models[OVERLAY], Overlay)
        texts, (documents, models) = _upon_base(texts, (documents, models), _base_of(overlay, documents, folder))
    else:
        documents, models = read(texts)
    if faults := list(_ledger_faults(models, documents)):
        raise KnowledgeError(faults)
    vocabulary = _as(models["catalog/vocabulary.yaml"], Vocabulary)
    questionnaire = _as(models["rules/questionnaire.yaml"], Questionnaire)
    session = _as(models["rules/session.yaml"], Session)
    placed = _placed(models)
    exercises = tuple(exercise for exercise, _, _ in placed)
    if faults := tag_faults(models, placed, documents, vocabulary):
        raise KnowledgeError(faults)
    terms = _as(models[TERMS], Terms) if TERMS in models else None
    selectors, table = _with_terms(terms, exercises, vocabulary, questionnaire, documents)
    if faults := list(promise_faults(placed, documents, vocabulary, selectors)):
        raise KnowledgeError(faults)
    relief = _relief(session, selectors, documents)
    compiler = Compiler(table, selectors, relief)
    rules = _compiled(compiler, models, documents, _changes(overlay, documents))
    contents = _as(models["rules/contents.yaml"], Contents)
    lost = list(_contents_faults(contents, overlay, own, models, documents))
    if compiler.faults:
        raise KnowledgeError([*compiler.faults, *lost])
    guidelines = _as(models["rules/guidelines.yaml"], GuidelineFile).guidelines
    progress = compile_progress(models, documents, selectors)
    by_id = {compiled.id: compiled for compiled in rules}
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
        outcomes=_as(models["rules/outcomes.yaml"], Outcomes),
        ledgers=tuple(model for _, model in sorted(models.items()) if isinstance(model, Ledger)),
        guidelines=(*guidelines, *(overlay.guidelines if overlay else ())),
        conflicts=_as(models["rules/conflicts.yaml"], ConflictFile).conflicts,
        engine=engine_of(rules, table, questionnaire),
        relief=relief,
        exercise_files={exercise.id: (name, documents[name].line(("exercises", n))) for exercise, name, n in placed},
        overlay=overlay.name if overlay else "",
        relaxed=tuple(_relaxed(overlay, table)),
        sign_offs=sign_offs(_reviews(models), by_id, table.variables, selectors, progress),
        wording=_as(models["rules/wording.yaml"], Wording) if "rules/wording.yaml" in models else None,
        guarantees=compile_guarantees(models, documents, table, selectors),
        progress=progress,
        terms=terms,
        say=_sentences(models, documents),
        # Read again when a reviewer asks: hundreds of thousands of values would slow every garbage collection.
        documents=Documents(partial(_reread, texts)),
    )
    if faults := [*cross_check(knowledge, models, documents), *_overlay_faults(knowledge, overlay, documents), *lost]:
        raise KnowledgeError(faults)
    return knowledge


# --- a clinic's own folder -------------------------------------------------------------------


def _base_of(overlay: Overlay, documents: Mapping[str, Document], folder: Path) -> dict[str, bytes]:
    """The bytes of the files below a clinic's own."""
    if overlay.base == SHIPPED:
        return bytes_of(files_of(shipped_folder()))
    base, document = folder / overlay.base, documents[OVERLAY]
    if not base.is_dir():
        found = f"There is no folder `{overlay.base}` beside this file."
        raise KnowledgeError([document.fault(("base",), found, f"Write `{SHIPPED}`, or a folder named from this one.")])
    if (base / OVERLAY).exists():
        found = f"The folder `{overlay.base}` is a clinic's own folder too."
        raise KnowledgeError([document.fault(("base",), found, "Name one with whole rules/ and catalog/.")])
    try:
        return bytes_of(files_of(base))
    except KnowledgeError as error:
        found = f"The folder `{overlay.base}` cannot be used."
        raise KnowledgeError([document.fault(("base",), found, NAME_ONE), *error.faults]) from None


def _upon_base(own: Mapping[str, bytes], files: Files, base: Mapping[str, bytes]) -> tuple[Mapping[str, bytes], Files]:
    """The clinic's files upon those of the base; none may hide another."""
    hidden = sorted(set(own) & set(base))
    do = "Give it another name. What changes in a rule stands in overlay.yaml."
    faults = [KnowledgeFault(name, None, "The rules below have a file with this name.", do) for name in hidden]
    if faults:
        raise KnowledgeError(faults)
    documents, models = read(base)
    return {**base, **own}, ({**documents, **files[0]}, {**models, **files[1]})


def _changes(overlay: Overlay | None, documents: Mapping[str, Document]) -> dict[str, PlacedChange]:
    if overlay is None:
        return {}
    return {
        change.rule: PlacedChange(change, documents[OVERLAY], ("changes", number))
        for number, change in enumerate(overlay.changes)
    }


def _relaxed(overlay: Overlay | None, table: FactTable) -> Iterator[Relaxation]:
    for change in overlay.changes if overlay else ():
        unless = change.unless
        if overlay is not None and unless is not None:
            when = words(parse(unless.when, table, unsure_counts=False))
            yield Relaxation(change.rule, overlay.name, when, unless.because, unless.sources)


def _overlay_faults(
    knowledge: KnowledgeData, overlay: Overlay | None, documents: Mapping[str, Document]
) -> Iterator[KnowledgeFault]:
    """What a clinic's file names anew, and what no result would say."""
    ids = [guideline.id for guideline in knowledge.guidelines]
    first = len(ids) - len(overlay.guidelines if overlay else ())
    for number, id in enumerate(ids):
        if number >= first and id in ids[:number]:
            found = f'The guideline "{id}" stands in rules/guidelines.yaml or above already.'
            yield documents[OVERLAY].fault(("guidelines", number - first), found, "Choose another id.")
    gaps = [gap for gap in ("{by}", "{rule}", "{when}", "{because}") if gap not in knowledge.outcomes.relaxed]
    if knowledge.relaxed and gaps:
        found = f"No result would say what is relaxed: `relaxed` in rules/outcomes.yaml lacks {', '.join(gaps)}."
        yield documents[OVERLAY].fault(("changes",), found, "Take the sentence of the shipped rules.")


# --- parts -----------------------------------------------------------------------------------


def _as(model: Any, kind: type[Model]) -> Model:
    assert isinstance(model, kind)
    return model


def _placed(models: Mapping[str, Any]) -> list[tuple[Exercise, str, int]]:
    """Every exercise with its file and its place there, in the order of the ids."""
    found = (
        (exercise, name, n)
        for name, model in models.items()
        if isinstance(model, ExerciseFile)
        for n, exercise in enumerate(model.exercises)
    )
    return sorted(found, key=lambda entry: entry[0].id)


def _sentences(models: Mapping[str, Any], documents: Mapping[str, Document]) -> Sentences:
    file = _as(models[SENTENCES], SentenceFile) if SENTENCES in models else None
    return sentences_of(file, documents.get(SENTENCES))


def _with_terms(
    terms: Terms | None,
    exercises: tuple[Exercise, ...],
    vocabulary: Vocabulary,
    questionnaire: Questionnaire,
    documents: Mapping[str, Document],
) -> tuple[Selectors, FactTable]:
    """What reads selectors and conditions, with the terms that these may use. A term may use those above it."""
    selectors, table = Selectors(exercises, vocabulary), FactTable(questionnaire)
    faults: list[KnowledgeFault] = []
    for name, person in terms.people.items() if terms else ():
        try:
            parse(person.when, table, unsure_counts=True)
        except ConditionFault as fault:
            at = ("people", name, "when", *fault.where)
            faults.append(documents[TERMS].fault(at, fault.found, fault.do, "unknown-word"))
        table.terms[name] = Term(person.title, person.when)
    for name, kind in terms.exercises.items() if terms else ():
        try:
            selectors.compile(kind.select)
        except SelectorFault as fault:
            at = ("exercises", name, "select", *fault.where)
            faults.append(documents[TERMS].fault(at, fault.found, fault.do, "unknown-word"))
        selectors.terms[name] = kind.select
    if faults:
        raise KnowledgeError(faults)
    return selectors, table


def _relief(session: Session, selectors: Selectors, documents: Mapping[str, Document]) -> int:
    try:
        return selectors.compile(session.relief)
    except SelectorFault as fault:
        place = ("relief", *fault.where)
        found = documents["rules/session.yaml"].fault(place, fault.found, fault.do, "unknown-word")
        raise KnowledgeError([found]) from None


def _compiled(
    compiler: Compiler,
    models: Mapping[str, Any],
    documents: Mapping[str, Document],
    changes: Mapping[str, PlacedChange],
) -> tuple[CompiledRule, ...]:
    return tuple(
        compiled
        for name, model in sorted(models.items())
        if isinstance(model, RuleFile)
        for n, rule in enumerate(model.rules)
        if (compiled := compiler.compile(rule, documents[name], n, changes.get(rule.id))) is not None
    )


def _ledger_faults(models: Mapping[str, Any], documents: Mapping[str, Document]) -> Iterator[KnowledgeFault]:
    """Every ledger that speaks in the name of another text."""
    for name, model in models.items():
        if isinstance(model, Ledger) and (
            name != f"rules/sources/{model.document}.yaml" or model.document == "guideline"
        ):
            found = f'The text "{model.document}" belongs into rules/sources/{model.document}.yaml.'
            if model.document == "guideline":
                found = 'The name "guideline" is kept for published guidance.'
            yield documents[name].fault(("document",), found, "Give the text and its file the same name of its own.")


def _reviews(models: Mapping[str, Any]) -> Iterable[Review]:
    return (review for name in REVIEWS if name in models for review in _as(models[name], ReviewFile).reviews)


def _contents_faults(
    contents: Contents,
    overlay: Overlay | None,
    own: frozenset[str],
    models: Mapping[str, Any],
    documents: Mapping[str, Document],
) -> Iterator[KnowledgeFault]:
    """Every rule that the table of contents and the files do not both name; a clinic's `own` files have their own."""
    tables = {"rules/contents.yaml": contents.rules, **({OVERLAY: overlay.rules} if overlay else {})}
    for table, files in tables.items():
        present: dict[str, RuleFile | ProgressFile] = {
            name: model
            for name, model in models.items()
            if isinstance(model, RuleFile | ProgressFile) and (name in own) == (table == OVERLAY)
        }
        for file, ids in files.items():
            name = f"rules/{file}"
            found = [rule.id for rule in present[name].rules] if name in present else []
            if name not in present and not ids:
                yield documents[table].fault(("rules", file), f"There is no file {name}.", "Take it out.", "lost-rule")
            for number, rule_id in enumerate(ids):
                if rule_id not in found:
                    text = f'The rule "{rule_id}" is missing from {name}.'
                    do = "Bring it back, or end it here too."
                    yield documents[table].fault(("rules", file, number), text, do, "lost-rule")
        for name, model in present.items():
            for number, rule_id in enumerate([rule.id for rule in model.rules]):
                if rule_id not in files.get(name.removeprefix("rules/"), ()):
                    text = f'"{rule_id}" is not in {table}.'
                    yield documents[name].fault(("rules", number), text, "Add it there, under this file.", "lost-rule")
