"""Where things stand in the book: the address of every page and anchor, from the root of the book."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.records import Section, Statement

__all__ = [
    "PROGRESS",
    "STEPS",
    "Link",
    "anchors_of",
    "carrier",
    "exercise_page",
    "locator",
    "progress_rule",
    "rule_page",
    "text_page",
]

PROGRESS = "progress.html"
STEPS = "steps"  # as ledgers name the size and the limits of the steps

# What a statement can name besides rules and exercises, and the page that shows it.
CARRIERS = {
    "session": ("session.html", "The shape of a session"),
    "outcomes": ("session.html#outcomes", "The outcomes"),
    "questionnaire": ("questions.html", "The questions"),
    STEPS: (f"{PROGRESS}#steps", "How large a step is, and how far it goes"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the book: its address, what it is called, what kind of thing it is."""

    href: str
    text: str
    kind: str = ""
    id: str = ""


def rule_page(id: str) -> str:
    """The page of a rule."""
    return f"rules/{id}.html"


def progress_rule(id: str) -> str:
    """The place of a rule that reads the log."""
    return f"{PROGRESS}#{id}"


def exercise_page(id: str) -> str:
    """The page of an exercise."""
    return f"exercises/{id}.html"


def text_page(document: str) -> str:
    """The page of a text."""
    return f"texts/{document}.html"


def anchors_of(section: Section) -> list[tuple[str, Statement]]:
    """Each statement of a section with its anchor on the page of its text."""
    counts: dict[str, int] = {}
    found = []
    for statement in section.statements:
        base = f"{section.id}_{'p' if statement.item is None else statement.item}"
        counts[base] = counts.get(base, 0) + 1
        found.append((base if counts[base] == 1 else f"{base}_{counts[base]}", statement))
    return found


def locator(at: str) -> Link:
    """The place that a locator names: a section or an item of a text, or a guidance."""
    document, _, place = at.partition("/")
    if document == "guideline":
        return Link(f"guidance.html#{place}", at, "guideline")
    section, _, item = place.partition("#")
    anchor = f"{section}_{item}" if item else section
    return Link(f"{text_page(document)}#{anchor}", at, "text")


def carrier(id: str, knowledge: Knowledge) -> Link:
    """The page of what carries a statement: a rule, an exercise, or one of the other files."""
    if compiled := knowledge.rule(id):
        return Link(rule_page(id), compiled.rule.title, "rule", id)
    if step := knowledge.progress_rule(id):
        return Link(progress_rule(id), step.rule.title, "rule", id)
    if exercise := knowledge.exercise(id):
        return Link(exercise_page(id), exercise.name, "exercise", id)
    href, text = CARRIERS[id]
    return Link(href, text, "page", id)
