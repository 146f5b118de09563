"""The search index: a script with one entry for everything that can be looked for."""

from __future__ import annotations

import json
from collections.abc import Iterator

from recommender.review.book.exercises import ExerciseView
from recommender.review.book.pages import Book
from recommender.review.book.places import PROGRESS
from recommender.review.book.progress import ProgressView, StepRuleView
from recommender.review.book.records import TextView
from recommender.review.book.rules import RuleView

__all__ = ["search_index"]

Entry = tuple[str, str, str, str, str]


def search_index(book: Book) -> str:
    """The index as a script, because a page that is opened from disk may load scripts and nothing else.

    Each entry: kind, address, title, the line below it, and further words by which it is found.
    """
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in _entries(book))
    return f"window.BOOK_INDEX = [\n{lines}\n];\n"


def _entries(book: Book) -> Iterator[Entry]:
    topics = {topic.file: topic.title for topic in book.topics}
    for rule in book.rules.values():
        yield "Rule", rule.href, rule.title, rule.sentence, _rule(rule, topics[rule.file])
    for exercise in book.exercises.values():
        words = f"{exercise.position}; {exercise.purpose}; {exercise.exercise.intensity}"
        yield "Exercise", exercise.href, exercise.exercise.name, words, _exercise(exercise)
    for text in book.texts:
        yield from _statements(text)
    for view in book.conflicts:
        conflict, said = view.conflict, " ".join(side.says for side in view.sides)
        yield "Conflict", f"conflicts.html#{conflict.id}", conflict.title, conflict.decision, f"{conflict.id} {said}"
    for entry in book.guidelines:
        whose = entry.guideline.organisation or entry.guideline.authors
        words = " ".join((entry.guideline.id, *entry.guideline.facts))
        yield "Guidance", f"guidance.html#{entry.guideline.id}", entry.guideline.title, whose, words
    for promise in book.guarantees:
        given = promise.guarantee
        yield "Guarantee", f"guarantees.html#{given.id}", given.sentence, promise.whom, f"{given.id} {given.because}"
    if book.progress is not None:
        yield from _progress(book.progress)
    for stage in book.stages:
        for asked in stage.questions:
            question = asked.question
            words = " ".join((question.field, question.why, *question.answers.values()))
            yield "Question", f"questions.html#{question.field}", question.short, question.ask, words


def _progress(view: ProgressView) -> Iterator[Entry]:
    """The rules that read the log, how large a step is, and what the log tells."""
    for topic in view.topics:
        for rule in topic.rules:
            yield "Progress", rule.href, rule.title, rule.sentence, _rule(rule, topic.title)
    sizes = "; ".join(f"{word}: {size}" for word, size in view.order)
    beyond = " ".join(f"{entry.link.text} {entry.because}" for entry in view.beyond)
    yield "Progress", f"{PROGRESS}#steps", "How large a step is, and how far it goes", sizes, beyond
    for told in view.facts:
        words = " ".join((told.fact.field, *told.fact.answers.values()))
        yield "Progress", f"{PROGRESS}#{told.fact.field}", told.fact.means, "What the log tells", words


def _rule(rule: RuleView | StepRuleView, topic: str) -> str:
    sources = [f"{source.link.text} {source.document}" for source in rule.sources]
    groups = rule.groups if isinstance(rule, RuleView) else ()
    exercises = [hit.link.text for group in groups for hit in group.hits]
    words = (rule.id, topic, rule.say, rule.because, rule.reading, rule.effect_word, *sources, *exercises)
    return " ".join(words)


def _exercise(view: ExerciseView) -> str:
    words = [word for group in view.words.values() for word in group]
    places = [origin.link.text for origin in view.origins]
    return " ".join((view.id, *view.exercise.other_names, *view.spine, *words, *places))


def _statements(text: TextView) -> Iterator[Entry]:
    for section in text.sections:
        for view in section.statements:
            at = f"{text.id}/{view.place}"
            below = f"{text.ledger.title}, {view.place}: {view.outcome}"
            words = f"{at} {view.statement.because} {section.section.about}"
            yield "Statement", f"{text.href}#{view.anchor}", view.statement.says, below, words
