"""Checks that the knowledge files fit each other: every name that one file uses, another one has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recommender.errors import KnowledgeFault, nearest
from recommender.knowledge.data import KnowledgeData
from recommender.knowledge.progression import STEPS
from recommender.knowledge.references import reference_faults, word_lists
from recommender.knowledge.selectors import SelectorFault
from recommender.logic.conditions import ConditionFault, parse, tests_of
from recommender.logic.questions import Question
from recommender.yaml_reader import Document, Where

__all__ = ["cross_check"]

Documents = Mapping[str, Document]


def cross_check(knowledge: KnowledgeData, models: Mapping[str, Any], documents: Documents) -> Iterator[KnowledgeFault]:
    """Every place where a file names something that no file has, and where files do not fit each other."""
    yield from _identities(documents)
    yield from reference_faults(models, documents, word_lists(knowledge))
    yield from _session(knowledge, documents["rules/session.yaml"])
    yield from _questions(knowledge, documents["rules/questionnaire.yaml"])
    yield from _in_session(knowledge, documents)


def _in_session(knowledge: KnowledgeData, documents: Documents) -> Iterator[KnowledgeFault]:
    """How pain in a session counts is an answer of the question of that name."""
    if knowledge.progress is None:
        return
    named, questions = knowledge.progress.steps.in_session.pain_course, knowledge.table.questions
    words = questions["pain_course"].answers if "pain_course" in questions else ()
    yield from _unknown(documents[STEPS], ("in_session", "pain_course"), named, words, "answer of pain_course")


def _unknown(document: Document, where: Where, word: str, known: Iterable[str], kind: str) -> Iterator[KnowledgeFault]:
    if word not in known:
        yield document.fault(where, f'"{word}" is no {kind}.', nearest(word, known), "unknown-word")


def _identities(documents: Documents) -> Iterator[KnowledgeFault]:
    seen: dict[str, str] = {}
    for name, document in documents.items():  # a clinic's own files come last, so that the fault is theirs
        for key in ("exercises", "rules"):
            entries = document.data.get(key) if isinstance(document.data, dict) else None
            if name.startswith("rules/sources/") or name == "rules/conflicts.yaml" or not isinstance(entries, list):
                continue
            for number, entry in enumerate(entries):
                id = entry["id"]
                if id in seen:
                    yield document.fault(
                        (key, number), f'The id "{id}" stands in {seen[id]} already.', "Choose another one."
                    )
                seen.setdefault(id, name)


def _session(knowledge: KnowledgeData, document: Document) -> Iterator[KnowledgeFault]:
    session = knowledge.session
    purposes = [purpose for phase in session.phases for purpose in phase.purposes]
    if sorted(purposes) != sorted(knowledge.vocabulary.words("purpose")):
        yield document.fault(("phases",), "The phases must name every purpose of the vocabulary exactly once.")
    for number, slot in enumerate(session.slots):
        try:
            knowledge.selectors.compile(slot.select)
        except SelectorFault as fault:
            yield document.fault(("slots", number, "select"), fault.found, fault.do)
    for field, given in (("goal", session.filling), ("level", session.dose_by_level)):
        if sorted(given) != sorted(knowledge.table.questions[field].words):
            key = "filling" if field == "goal" else "dose_by_level"
            yield document.fault((key,), f"Every answer of {field} must stand here exactly once.")
    if max(count.up_to_minutes for count in session.steps) < knowledge.table.questions["minutes"].highest:
        yield document.fault(("steps",), "The longest session of the questionnaire is not covered.")
    yield from _positions(knowledge, document)


def _positions(knowledge: KnowledgeData, document: Document) -> Iterator[KnowledgeFault]:
    """The map of positions reaches all of them, and keeps lying and standing apart."""
    session = knowledge.session
    positions = knowledge.vocabulary.words("start_position")
    reached = {session.starts_from}
    for _ in positions:
        for change in session.changes:
            if reached & set(change.between):
                reached |= set(change.between)
    for one, other in (change.between for change in session.changes):
        if any({one, other} & set(this) and {one, other} & set(that) for this, that in session.kept_apart):
            found = f"{one} and {other} must not be neighbours (see `kept_apart`)."
            yield document.fault(("changes",), found, "Let them meet through another position.")
    for position in positions:
        if position not in reached:
            yield document.fault(("changes",), f"No change leads to {position}.")


def _questions(knowledge: KnowledgeData, document: Document) -> Iterator[KnowledgeFault]:
    """Whose answer is clear, symptoms under answers that there are, and a question for every need."""
    for number, question in enumerate(knowledge.questionnaire.questions):
        if question.assumed is not None:
            yield from _assumed(question, number, knowledge, document)
        for word in question.covers:
            at = ("questions", number, "covers", word)
            yield from _unknown(document, at, word, question.words, f"answer of {question.field}")
    needs, cannot = knowledge.vocabulary.words("needs"), knowledge.table.questions["cannot"].words
    if missing := [word for word in needs if word not in cannot]:
        found = f"Every word of `needs` in the vocabulary must be an answer of `cannot`: {', '.join(missing)}."
        yield document.fault(("questions",), found, "Add the answer, or take the word out of the vocabulary.")


def _assumed(question: Question, number: int, knowledge: KnowledgeData, document: Document) -> Iterator[KnowledgeFault]:
    """Whose answer is clear is said with answers that come before."""
    assert question.assumed is not None
    at = ("questions", number, "assumed", "when")
    before = list(knowledge.table.questions)[:number]
    try:
        condition = parse(question.assumed.when, knowledge.table, unsure_counts=False)
    except ConditionFault as fault:
        yield document.fault((*at, *fault.where), fault.found, fault.do, "unknown-word")
        return
    late = sorted({test.field for test in tests_of(condition)} - set(before))
    for field in late:
        yield document.fault(at, f"{field} is asked later than {question.field}.", "Read answers that come before.")
