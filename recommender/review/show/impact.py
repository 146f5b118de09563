"""Whom a rule touches, in words."""

from __future__ import annotations

from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.logic.conditions import words
from recommender.output.page import Page
from recommender.review.impact import Hit, Impact

__all__ = ["impact_as_values", "render_impact"]


def render_impact(found: Impact, knowledge: Knowledge) -> str:
    """The impact as text of at most 80 columns."""
    page, rule = Page(colour=True), found.rule
    page.text(f"{rule.rule.title}.", bold=True)
    page.text(f"{rule.id}, {rule.file}:{rule.line}", dim=True)
    page.blank()
    page.text(words(rule.condition) + ".", hang="Holds for: ")
    if found.fields:
        page.text(
            f"Of all answers to {', '.join(found.fields)}: exactly {found.share} ({_percent(found)}). "
            "Every answer counts alike, so this says nothing about how many people give it.",
        )
    page.text(
        f"Of the people looked at: {found.touched} of {found.people}. These are the healthy person, everyone with one "
        "answer changed, and everyone with two.",
    )
    if found.hits:
        _exercises(page, found, knowledge)
    return str(page)


def _percent(found: Impact) -> str:
    share = float(found.share * 100)
    return f"{share:.1f} %" if 0.05 <= share <= 99.95 else ("under 0.1 %" if share < 1 else "over 99.9 %")


def _exercises(page: Page, found: Impact, knowledge: Knowledge) -> None:
    if not found.rule.excludes:
        page.heading("Exercises that it is about")
        page.text(", ".join(_name(hit, knowledge) for hit in found.hits) + ".")
        return
    page.heading("What it leaves out, for the people it touches")
    for hit in sorted(found.hits, key=lambda hit: -hit.alone):
        if not hit.ever_alone:
            text = "never alone: whoever it touches, another rule leaves it out too"
        else:
            text = f"alone for {hit.alone}, together with other rules for {hit.together}"
        page.text(f"{_name(hit, knowledge)}: {text}.", hang="- ")


def _name(hit: Hit, knowledge: Knowledge) -> str:
    exercise = knowledge.exercise(hit.exercise)
    return exercise.name if exercise else hit.exercise


def impact_as_values(found: Impact) -> dict[str, Any]:
    """The impact as plain values."""
    return {
        "rule": found.rule.id,
        "share": {"of_all_answers": float(found.share), "exactly": str(found.share), "fields": list(found.fields)},
        "people": found.people,
        "touched": found.touched,
        "exercises": [
            {"id": hit.exercise, "alone": hit.alone, "together": hit.together, "ever_alone": hit.ever_alone}
            for hit in found.hits
        ],
    }
