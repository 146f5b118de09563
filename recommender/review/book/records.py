"""The values of the pages about what was read: the texts, the conflicts, the guidance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.records import Conflict, Guideline, Ledger, Section, Side, Statement
from recommender.review.book.places import Link, anchors_of, carrier, exercise_page, locator, text_page
from recommender.review.book.progress import ProgressView, StepRuleView
from recommender.review.book.rules import RuleView

__all__ = [
    "OUTCOMES",
    "ConflictView",
    "GuidelineView",
    "SectionView",
    "SideView",
    "StatementView",
    "TextView",
    "conflict_views",
    "guideline_views",
    "text_views",
]

# What became of a statement, in words.
OUTCOMES = {"encoded": "Carried", "conflict": "In conflict", "left_out": "Left out"}


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement of a text, and what became of it."""

    anchor: str
    place: str
    statement: Statement
    outcome: str
    reading: str
    by: tuple[Link, ...]
    conflicts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section of a text."""

    id: str
    section: Section
    statements: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True)
class TextView:
    """One text with everything it says."""

    id: str
    href: str
    ledger: Ledger
    sections: tuple[SectionView, ...]
    counts: Mapping[str, int]

    @property
    def left_out(self) -> tuple[StatementView, ...]:
        """The statements that were left out."""
        found = (statement for section in self.sections for statement in section.statements)
        return tuple(view for view in found if view.statement.outcome == "left_out")

    @property
    def total(self) -> int:
        """The number of statements."""
        return sum(self.counts.values())


def text_views(knowledge: Knowledge) -> tuple[TextView, ...]:
    """Every text in the order of its name."""
    return tuple(_text(ledger, knowledge) for ledger in knowledge.ledgers)


def _text(ledger: Ledger, knowledge: Knowledge) -> TextView:
    sections = tuple(
        SectionView(
            section.id,
            section,
            tuple(_statement(anchor, section, statement, knowledge) for anchor, statement in anchors_of(section)),
        )
        for section in ledger.sections
    )
    counts = Counter(view.statement.outcome for section in sections for view in section.statements)
    return TextView(
        ledger.document,
        text_page(ledger.document),
        ledger,
        sections,
        {outcome: counts[outcome] for outcome in ("encoded", "conflict", "left_out")},
    )


def _statement(anchor: str, section: Section, statement: Statement, knowledge: Knowledge) -> StatementView:
    titles = {conflict.id: conflict.title for conflict in knowledge.conflicts}
    return StatementView(
        anchor,
        section.id if statement.item is None else f"{section.id}#{statement.item}",
        statement,
        OUTCOMES[statement.outcome],
        "" if statement.reading is None else knowledge.outcomes.readings[statement.reading],
        tuple(carrier(id, knowledge) for id in statement.by),
        tuple(Link(f"conflicts.html#{id}", titles[id], "conflict", id) for id in statement.conflicts),
    )


# --- conflicts and guidance ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SideView:
    """One side of a conflict: what it says, and its places by the text that they stand in."""

    says: str
    sources: tuple[tuple[str, tuple[Link, ...]], ...]


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A place where the texts disagree."""

    conflict: Conflict
    sides: tuple[SideView, ...]
    rules: tuple[Link, ...]
    exercises: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class GuidelineView:
    """A published source, and the rules that cite it."""

    guideline: Guideline
    url: str
    rules: tuple[RuleView | StepRuleView, ...]


def conflict_views(knowledge: Knowledge) -> tuple[ConflictView, ...]:
    """Every conflict in the order of the register."""
    titles = {ledger.document: ledger.title for ledger in knowledge.ledgers}
    titles |= {f"guideline/{entry.id}": entry.organisation or entry.authors for entry in knowledge.guidelines}

    def whose(at: str) -> str:
        return titles.get(at) or titles.get(at.partition("/")[0], "")

    def side(given: Side) -> SideView:
        texts = list(dict.fromkeys(whose(at) for at in given.sources))
        places = {text: tuple(locator(at) for at in given.sources if whose(at) == text) for text in texts}
        return SideView(given.says, tuple(places.items()))

    return tuple(
        ConflictView(
            conflict,
            tuple(side(given) for given in conflict.sides),
            tuple(carrier(id, knowledge) for id in conflict.rules),
            tuple(
                Link(exercise_page(id), exercise.name, "exercise", id)
                for id in conflict.exercises
                if (exercise := knowledge.exercise(id))
            ),
        )
        for conflict in knowledge.conflicts
    )


def guideline_views(
    knowledge: Knowledge, rules: Mapping[str, RuleView], progress: ProgressView | None
) -> tuple[GuidelineView, ...]:
    """Every published source in the order of its file."""
    found = []
    for guideline in knowledge.guidelines:
        at = f"guideline/{guideline.id}"
        citing: list[RuleView | StepRuleView] = [
            rules[compiled.id]
            for compiled in knowledge.rules
            if at in compiled.rule.sources or (compiled.rule.unless and at in compiled.rule.unless.sources)
        ]
        for view in progress.rules if progress else ():
            if any(entry.link.text == at for entry in view.sources):
                citing.append(view)
        url = guideline.reference if guideline.reference.startswith("https://") else ""
        found.append(GuidelineView(guideline, url, tuple(citing)))
    return tuple(found)
