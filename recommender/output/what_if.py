"""The answer to "what if": what changes from one profile to another."""

from __future__ import annotations

from collections.abc import Mapping

from recommender.explain import Difference
from recommender.knowledge.knowledge import Knowledge
from recommender.output.page import Page, clock
from recommender.recommendation import Recommendation

__all__ = ["render_difference"]


def render_difference(change: Difference, knowledge: Knowledge, *, colour: bool = True) -> str:
    """The difference as text of at most 80 columns."""
    page = Page(colour=colour)
    before, after = change.before, change.after
    _outcome(page, change, knowledge)
    for title, rules in (
        ("Rules that would apply", change.rules_added),
        ("Rules that would no longer apply", change.rules_gone),
    ):
        if rules:
            page.heading(title)
            for compiled in rules:
                page.text(f"{compiled.rule.title}. {compiled.rule.say}", hang="- ")
    _exercises(page, "Would be left out", change.now_excluded, knowledge)
    _exercises(page, "Would be allowed", change.now_allowed, knowledge)
    old, new = ([step.name for step in result.routine] for result in (before, after))
    page.heading("The routine")
    if before.routine == after.routine:
        page.text("It stays the same.")
    else:
        for name in new:
            page.text(name, hang="+ " if name not in old else "  ")
        for name in old:
            if name not in new:
                page.text(name, hang="- ")
        page.text(f"Time: {clock(before.seconds)} -> {clock(after.seconds)} min. (+ comes in, - goes out)")
    page.blank()
    page.text("This is for understanding. For a routine, answer as it is.")
    return str(page)


def _outcome(page: Page, change: Difference, knowledge: Knowledge) -> None:
    """The outcome, whom to see and how soon, and what to do now."""
    before, after = change.before, change.after
    titles = {name: outcome.title for name, outcome in knowledge.outcomes.outcomes.items()}
    if before.outcome != after.outcome:
        page.text(f"The outcome would change: {titles[before.outcome]} -> {titles[after.outcome]}.", bold=True)
    else:
        page.text(f"The outcome stays: {titles[after.outcome]}.", bold=True)
    if (before.urgency, before.whom) != (after.urgency, after.whom):
        page.text(f"Whom to see, and how soon: {_seen(before, knowledge)} -> {_seen(after, knowledge)}.")
    if after.urgency != "none":
        for sentence in after.now:
            page.text(sentence, indent=2)


def _seen(result: Recommendation, knowledge: Knowledge) -> str:
    """Whom to see and how soon, in a few words."""
    if result.whom is None or result.urgency == "none":
        return "nobody"
    return f"{knowledge.outcomes.whom[result.whom]}, {knowledge.outcomes.how_soon[result.urgency]}"


def _exercises(page: Page, title: str, changed: Mapping[str, tuple[str, ...]], knowledge: Knowledge) -> None:
    if not changed:
        return
    page.heading(title)
    by_rules: dict[tuple[str, ...], list[str]] = {}
    for id, rules in changed.items():
        exercise = knowledge.exercise(id)
        by_rules.setdefault(rules, []).append(exercise.name if exercise else id)
    for rules, names in by_rules.items():
        page.text(f"{', '.join(names)} ({', '.join(rules)}).", hang="- ")
