"""The result for a terminal: what to do now first, then the routine, then the reasons."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from recommender.output.grouping import (
    Group,
    answers_in_words,
    excluded_by_reason,
    left_by_reason,
    relaxed_in_words,
    review_in_words,
    sources_in_words,
)
from recommender.output.page import Page, clock

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge
    from recommender.recommendation import Message, Recommendation, Step

__all__ = ["render_text"]

STOPPED = ("emergency", "see_clinician")
COLOURS = {
    "emergency": "red",
    "see_clinician": "yellow",
    "relief_only": "cyan",
    "nothing_fits": "cyan",
    "routine": "green",
}


def render_text(
    result: Recommendation,
    knowledge: Knowledge,
    *,
    colour: bool = True,
    everything: bool = False,
    brief: bool = False,
    width: int | None = None,
) -> str:
    """The result as text of at most 80 columns.

    `everything` lists what is left out in an emergency too; `brief` ends after the routine and what
    to do if it hurts.
    """
    page = Page(colour=colour, width=width)
    _opening(page, result)
    _routine(page, result, knowledge)
    _notes(page, result)
    _advice(page, result, knowledge, urgent=True)
    if brief:
        for relaxed in relaxed_in_words(result, knowledge):
            page.blank()
            page.text(relaxed)
        return str(page)
    if result.outcome != "emergency" or everything:
        _excluded(page, result, knowledge)
        _not_chosen(page, result)
    else:
        page.blank()
        page.text("All exercises are left out for now. `recommender why EXERCISE FILE` gives the reasons for one.")
    _advice(page, result, knowledge, urgent=False)
    page.blank()
    for line in review_in_words(result, knowledge):
        page.text(line)
    page.text(result.disclaimer)
    page.text(f"Knowledge {result.knowledge.hash}, version {result.knowledge.version}.")
    return str(page)


def _opening(page: Page, result: Recommendation) -> None:
    """What to do now, and the stops behind it; with a routine only what has to be done besides."""
    stops = [_said(message) for message in result.messages_of("stop")]
    now = " ".join(result.now)
    if stops or not result.routine:
        page.box(result.title, [*([now] if now else []), *stops], fg=COLOURS[result.outcome])
    elif now:
        page.text(now, bold=True)
    if result.outcome == "relief_only":
        page.blank()
        for message in result.messages:
            if message.topic == "relief_only" and message.kind == "advice":
                page.text(message.text, hang="- ")


def _notes(page: Page, result: Recommendation) -> None:
    for message in result.messages_of("note"):
        page.blank()
        page.text(message.text)


def _said(message: Message) -> str:
    return f"{message.text} {message.unsure}".rstrip()


def _routine(page: Page, result: Recommendation, knowledge: Knowledge) -> None:
    if not result.routine:
        return
    page.blank()
    title = result.title if result.outcome == "routine" else "Rest positions: choose what feels best"
    number = len(result.routine)
    count = f"{number} {'exercise' if result.outcome == 'routine' else 'position'}{'s' if number > 1 else ''}"
    page.both_ends(title.upper(), f"{count}, {clock(result.seconds)} min", bold=True, fg=COLOURS[result.outcome])
    if result.show_to_clinician_first:
        page.blank()
        page.text(knowledge.outcomes.show_first, bold=True)
        for message in result.messages_of("ask"):
            if message.answers:
                page.text(_said(message), hang="- ", indent=1)
    limits = result.messages_of("limit")
    if limits:
        page.blank()
        page.text("The dose is at the low end:")
        for message in limits:
            page.text(_said(message), hang="- ", indent=1)
    choice = [message for message in result.messages_of("prefer") if message.answers]
    if choice:
        page.blank()
        page.text("How these were chosen, the weightiest first:")
        for message in choice:
            page.text(message.text, hang="- ", indent=1)
    phases = {phase.id: phase.title for phase in knowledge.session.phases}
    for phase, steps in groupby(result.routine, key=lambda step: step.phase):
        if result.outcome == "routine":
            page.heading(phases[phase])
        for step in steps:
            _step(page, step, knowledge)


def _step(page: Page, step: Step, knowledge: Knowledge) -> None:
    page.blank()
    page.both_ends(f"{step.order:2}. {step.name}", clock(step.seconds), bold=True)
    page.text(step.dose.text[0].upper() + step.dose.text[1:] + ".", indent=4, bold=True)
    if step.equipment:
        kit = ", ".join(knowledge.vocabulary.title("requires", word) for word in step.equipment)
        page.text(f"You need {kit}.", indent=4)
    for note in step.notes:
        page.text(note, indent=4, bold=True)
    if step.change:
        page.text(step.change, indent=4)
    for sentence in step.how:
        page.text(sentence, indent=4, hang="- ")
    if step.breathing:
        page.text(step.breathing, indent=4)
    page.text(f"{step.feel} {step.stop_when}", indent=4)
    page.text(f"[{', '.join(step.sources)}]", indent=4, dim=True)


def _excluded(page: Page, result: Recommendation, knowledge: Knowledge) -> None:
    groups = excluded_by_reason(result)
    if not groups:
        return
    page.heading("What was left out, and why")
    if result.outcome in (*STOPPED, "relief_only"):
        stops = [group for group in groups if group.reason.effect == "stop"]
        others = "All exercises" if result.outcome in STOPPED else "All but the rest positions"
        page.text(f"{others} are left out for now, because of what is said above:")
        page.text(", ".join(dict.fromkeys(name for group in stops for name in group.names)) + ".", indent=2)
        groups = [group for group in groups if group not in stops]
        if groups:
            page.blank()
            page.text("Some have reasons of their own as well.")
    for group in groups:
        _group(page, group, knowledge)


def _group(page: Page, group: Group, knowledge: Knowledge) -> None:
    reason = group.reason
    page.blank()
    page.text(f"{reason.title}.", bold=True)
    page.text(f"{reason.text} {reason.unsure}".rstrip(), indent=2)
    if answers := answers_in_words(reason, knowledge):
        page.text(f"Your answer: {answers}.", indent=2)
    page.text("Left out: " + ", ".join(group.names) + ".", indent=2)
    if reason.sources:
        page.text(
            f"[{sources_in_words(reason.sources, reason.reading, knowledge, draft=not reason.signed)}]",
            indent=2,
            dim=True,
        )


def _not_chosen(page: Page, result: Recommendation) -> None:
    groups = left_by_reason(result)
    if not groups:
        return
    page.heading("Allowed, but not in this routine")
    for text, names in groups.items():
        page.blank()
        page.text(", ".join(names) + ".")
        page.text(text, indent=2)


def _advice(page: Page, result: Recommendation, knowledge: Knowledge, *, urgent: bool) -> None:
    """The advice by topic. What to do if it hurts is urgent and stands right below the routine."""
    titles = knowledge.outcomes.advice
    advice = [
        message
        for message in result.messages_of("advice")
        if message.topic in titles and (message.topic in knowledge.outcomes.urgent_advice) == urgent
    ]
    asks = [] if urgent else [message for message in result.messages_of("ask") if not message.answers]
    if not advice and not asks:
        return
    if not urgent:
        page.heading("Good to know")
    page.blank()
    for message in asks:
        _sourced(page, message, knowledge)
    for topic, messages in groupby(advice, key=lambda message: message.topic):
        page.blank()
        page.line(titles[topic].upper() if urgent else titles[topic], bold=True)
        for message in messages:
            _sourced(page, message, knowledge)


def _sourced(page: Page, message: Message, knowledge: Knowledge) -> None:
    page.text(message.text, hang="- ")
    page.text(f"[{sources_in_words(message.sources, message.reading, knowledge)}]", indent=2, dim=True)
