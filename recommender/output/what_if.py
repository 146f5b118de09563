"""The answer to "what if": what changes from one profile to another."""

from __future__ import annotations

from collections.abc import Mapping

from recommender.decision.explain import Difference
from recommender.decision.recommendation import Recommendation
from recommender.knowledge.knowledge import Knowledge
from recommender.output.page import Page, clock

__all__ = ["render_difference"]


def render_difference(change: Difference, knowledge: Knowledge, *, colour: bool = True) -> str:
    """The difference as text of at most 80 columns."""
    page, say = Page(colour=colour), knowledge.say
    _outcome(page, change, knowledge)
    for title, rules in ((say("what_if.added"), change.rules_added), (say("what_if.gone"), change.rules_gone)):
        if rules:
            page.heading(title)
            for compiled in rules:
                page.text(say("what_if.rule", title=compiled.rule.title, text=compiled.rule.say), hang="- ")
    _exercises(page, say("what_if.left_out"), change.now_excluded, knowledge)
    _exercises(page, say("what_if.allowed"), change.now_allowed, knowledge)
    _routine(page, change, knowledge)
    page.blank()
    page.text(say("what_if.end"))
    return str(page)


def _routine(page: Page, change: Difference, knowledge: Knowledge) -> None:
    say, before, after = knowledge.say, change.before, change.after
    old, new = ([step.name for step in result.routine] for result in (before, after))
    page.heading(say("what_if.routine"))
    if before.routine == after.routine:
        page.text(say("what_if.same"))
        return
    for name in new:
        page.text(name, hang="+ " if name not in old else "  ")
    for name in old:
        if name not in new:
            page.text(name, hang="- ")
    whole = say("units.clock", time=clock(after.seconds))
    page.text(say("what_if.time", before=clock(before.seconds), after=whole))


def _outcome(page: Page, change: Difference, knowledge: Knowledge) -> None:
    """The outcome, whom to see and how soon, and what to do now."""
    before, after, say = change.before, change.after, knowledge.say
    titles = {name: outcome.title for name, outcome in knowledge.outcomes.outcomes.items()}
    if before.outcome != after.outcome:
        page.text(say("what_if.changes", before=titles[before.outcome], after=titles[after.outcome]), bold=True)
    else:
        page.text(say("what_if.stays", title=titles[after.outcome]), bold=True)
    if (before.urgency, before.whom) != (after.urgency, after.whom):
        page.text(say("what_if.seen", before=_seen(before, knowledge), after=_seen(after, knowledge)))
    if after.urgency != "none":
        for sentence in after.now:
            page.text(sentence, indent=2)


def _seen(result: Recommendation, knowledge: Knowledge) -> str:
    """Whom to see and how soon, in a few words."""
    if result.whom is None or result.urgency == "none":
        return knowledge.say("what_if.nobody")
    words = knowledge.outcomes
    return knowledge.say("what_if.whom", whom=words.whom[result.whom], soon=words.how_soon[result.urgency])


def _exercises(page: Page, title: str, changed: Mapping[str, tuple[str, ...]], knowledge: Knowledge) -> None:
    if not changed:
        return
    page.heading(title)
    say = knowledge.say
    by_rules: dict[tuple[str, ...], list[str]] = {}
    for id, rules in changed.items():
        exercise = knowledge.exercise(id)
        by_rules.setdefault(rules, []).append(exercise.name if exercise else id)
    for rules, names in by_rules.items():
        page.text(say("what_if.exercises", names=say.listed(names), rules=", ".join(rules)), hang="- ")
