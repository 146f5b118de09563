"""The pages of the book: which there are, from which template, with which values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.review.book.conditions import SEEN
from recommender.review.book.effects import EFFECTS
from recommender.review.book.exercises import ExerciseView, exercise_views
from recommender.review.book.guarantees import GuaranteeView, guarantee_views
from recommender.review.book.measures import Measures
from recommender.review.book.places import PROGRESS
from recommender.review.book.progress import ProgressView, progress_view
from recommender.review.book.questions import Stage, question_views, session_view
from recommender.review.book.records import (
    OUTCOMES,
    ConflictView,
    GuidelineView,
    TextView,
    conflict_views,
    guideline_views,
    text_views,
)
from recommender.review.book.rules import RuleView, rule_views

__all__ = ["Book", "Page", "Topic", "book_of", "pages_of"]

# The folders of the rules, what protects first.
FOLDERS = ("safety", "practical", "dose", "selection", "advice")
# The states of a signature and of coverage, in words.
SIGNED = {"signed": "Signed", "changed": "Changed since it was signed", "draft": "Not signed yet"}
COVERAGE = {
    "full": "Every way of deciding was seen",
    "gaps": "Some way was not seen",
    "nothing": "No clause to see",
    "unknown": "Not measured",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """The rules of one file."""

    file: str
    anchor: str
    title: str
    rules: tuple[RuleView, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its address from the root of the book, its template, its title, and what it shows."""

    path: str
    template: str
    title: str
    part: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The way from this page to the root of the book."""
        return "../" * self.path.count("/")


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that the book shows, as plain values."""

    knowledge: Knowledge
    topics: tuple[Topic, ...]
    rules: dict[str, RuleView]
    exercises: dict[str, ExerciseView]
    texts: tuple[TextView, ...]
    conflicts: tuple[ConflictView, ...]
    guidelines: tuple[GuidelineView, ...]
    stages: tuple[Stage, ...]
    guarantees: tuple[GuaranteeView, ...]
    progress: ProgressView | None

    def topic_of(self, rule: RuleView) -> Topic:
        """The file of a rule."""
        return next(topic for topic in self.topics if topic.file == rule.file)


def book_of(knowledge: Knowledge, measures: Measures) -> Book:
    """Work out every value of the book."""
    rules, progress = rule_views(knowledge, measures), progress_view(knowledge, measures)
    return Book(
        knowledge,
        tuple(_topics(knowledge, rules)),
        rules,
        exercise_views(knowledge, rules),
        text_views(knowledge),
        conflict_views(knowledge),
        guideline_views(knowledge, rules, progress),
        question_views(knowledge, rules),
        guarantee_views(knowledge, rules),
        progress,
    )


def _topics(knowledge: Knowledge, rules: dict[str, RuleView]) -> Iterator[Topic]:
    """The files with their rules; what protects comes first, and in it what stops most."""
    files = list(dict.fromkeys(view.file for view in rules.values()))
    strength = knowledge.outcomes.strength

    def weight(file: str) -> tuple[int, int, int, str]:
        compiled = [knowledge.rules_by_id[view.id] for view in rules.values() if view.file == file]
        folder = file.split("/")[1]
        stops = [strength.index(c.rule.then.stop) for c in compiled if c.rule.then.stop]
        effects = [list(EFFECTS).index(c.effect) for c in compiled]
        return FOLDERS.index(folder) if folder in FOLDERS else 0, min(stops, default=9), min(effects), file

    for file in sorted(files, key=weight):
        document = knowledge.documents.get(file)
        title = str(document.data["topic"]) if document is not None else file
        anchor = file.removesuffix(".yaml").replace("/", "-")
        yield Topic(file, anchor, title, tuple(view for view in rules.values() if view.file == file))


# --- the pages -------------------------------------------------------------------------------


def pages_of(book: Book) -> Iterator[Page]:
    """Every page of the book."""
    rules = list(book.rules.values())
    yield Page("index.html", "index.html", "Rules", "rules", _index(book, rules))
    yield Page("all-rules.html", "all-rules.html", "All rules in full", "rules", {"topics": book.topics})
    yield from _rule_pages(book)
    exercises = sorted(book.exercises.values(), key=lambda view: view.exercise.name.lower())
    yield Page("exercises.html", "exercises.html", "Exercises", "exercises", _exercises(exercises))
    for view in exercises:
        yield Page(view.href, "exercise.html", view.exercise.name, "exercises", {"view": view})
    yield Page("texts.html", "texts.html", "Texts", "texts", {"texts": book.texts})
    for text in book.texts:
        yield Page(text.href, "text.html", text.ledger.title, "texts", {"view": text, "outcomes": OUTCOMES})
    confirm = _counted([view.conflict.confirm_by for view in book.conflicts])
    conflicts = {"conflicts": book.conflicts, "confirm": confirm}
    yield Page("conflicts.html", "conflicts.html", "Conflicts", "conflicts", conflicts)
    yield Page("guidance.html", "guidance.html", "Guidance", "guidance", {"guidelines": book.guidelines})
    promises = {"guarantees": book.guarantees}
    yield Page("guarantees.html", "guarantees.html", "Guarantees", "guarantees", promises)
    yield Page("questions.html", "questions.html", "Questions", "questions", {"stages": book.stages})
    session = {"session": session_view(book.knowledge, book.rules)}
    yield Page("session.html", "session.html", "Session and outcomes", "session", session)
    yield Page(PROGRESS, PROGRESS, "Doing more or doing less", "progress", {"view": book.progress})
    legend = {"effects": EFFECTS, "seen": SEEN, "signed": SIGNED, "outcomes": OUTCOMES}
    yield Page("how-to-read.html", "how-to-read.html", "How to read this book", "guide", legend)
    yield Page("search.html", "search.html", "Search the whole book", "search")


def _rule_pages(book: Book) -> Iterator[Page]:
    rules = [view for topic in book.topics for view in topic.rules]
    for number, view in enumerate(rules):
        values = {
            "view": view,
            "topic": book.topic_of(view),
            "before": rules[number - 1] if number else None,
            "after": rules[number + 1] if number + 1 < len(rules) else None,
        }
        yield Page(view.href, "rule.html", view.title, "rules", values)


def _index(book: Book, rules: Sequence[RuleView]) -> dict[str, Any]:
    readings = book.knowledge.outcomes.readings
    return {
        "topics": book.topics,
        "count": len(rules),
        "effects": _choices(EFFECTS, [view.effect for view in rules], lambda key: EFFECTS[key].word),
        "readings": _choices(readings, [view.reading for view in rules], lambda key: f"{key}: {readings[key]}"),
        "signed": _choices(SIGNED, [view.signed.state for view in rules], SIGNED.__getitem__),
        "coverage": _choices(COVERAGE, [view.coverage for view in rules], COVERAGE.__getitem__),
        "statements": sum(text.total for text in book.texts),
        "left_out": sum(text.counts["left_out"] for text in book.texts),
        "waiting": sum(view.conflict.status == "waiting" for view in book.conflicts),
        "book": book,
    }


def _exercises(views: Sequence[ExerciseView]) -> dict[str, Any]:
    return {
        "views": views,
        "positions": _counted([view.position for view in views]),
        "purposes": _counted([view.purpose for view in views]),
        "efforts": _counted([view.exercise.intensity for view in views]),
        "statuses": [
            ("everyone", "Left out for everyone", sum(view.status == "everyone" for view in views)),
            ("some", "Left out only for some", sum(view.status == "some" for view in views)),
        ],
    }


Choice = tuple[str, str, int]


def _choices(known: Any, given: Sequence[str], word: Any) -> list[Choice]:
    """The words of a filter that occur, each with its label and how often, in the order in which they are known."""
    counts = Counter(given)
    return [(key, word(key), counts[key]) for key in known if counts[key]]


def _counted(given: Sequence[str]) -> list[Choice]:
    counts = Counter(given)
    return [(word, word, counts[word]) for word in sorted(counts)]
