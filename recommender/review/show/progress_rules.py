"""Rules of progress as people read them: a list, and one rule in full."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.progression import CompiledStep, ProgressRule
from recommender.logic.conditions import words
from recommender.output.grouping import cited_in_words, cited_of
from recommender.output.page import Page
from recommender.review.show.rules import signed_in_words

__all__ = ["render_progress_rule", "render_progress_rules"]

DOES = {
    "stop": "no routine; someone has to look at it",
    "start_again": "every exercise goes back to the dose of a fresh routine, or stays below it",
    "step_down": "what was done goes down a step",
    "keep": "the dose stays",
    "step_up": "the exercise goes up a step",
}


def render_progress_rules(rules: Sequence[CompiledStep], *, colour: bool = True) -> str:
    """The rules by file, one line each."""
    page = Page(colour=colour)
    for file, group in groupby(rules, key=lambda compiled: compiled.file):
        page.blank()
        page.line(file, bold=True)
        for compiled in group:
            rule = compiled.rule
            page.text(f"{rule.id} ({rule.then.do}, {rule.reading}): {rule.title}.", hang="- ")
    return str(page)


def render_progress_rule(compiled: CompiledStep, knowledge: Knowledge, *, colour: bool = True) -> str:
    """One rule in full: when it holds, what it does, why and from where."""
    page, rule = Page(colour=colour), compiled.rule
    page.text(f"{rule.title}.", bold=True)
    page.text(f"{rule.id}, {compiled.file}:{compiled.line}", dim=True)
    page.blank()
    days = f", on {rule.in_a_row} days in a row" if rule.in_a_row > 1 else ""
    page.text(f"after a session with {words(compiled.condition)}{days}.", hang="When: ")
    page.text(f"{_does(rule)}.", hang="Then: ")
    page.text(rule.say, hang="Says: ")
    page.text(rule.because, hang="Because: ")
    sources = cited_in_words(cited_of(rule.sources, rule.reading, knowledge), knowledge.say)
    page.text(f"{sources}.", hang="Sources: ")
    page.text(signed_in_words(rule.id, knowledge))
    for heading, examples in (("Holds for", rule.fires_for), ("Does not hold for", rule.silent_for)):
        page.heading(heading)
        for example in examples:
            said = ", ".join(f"{field.replace('_', ' ')}: {value}" for field, value in example.items())
            page.text(said, hang="- ")
    return str(page)


def _does(rule: ProgressRule) -> str:
    """What the rule does, in words."""
    days = rule.then.days
    return DOES.get(rule.then.do) or f"no routine until {days} day{'' if days == 1 else 's'} after the last entry"
