"""The result as Markdown, for a file or a message."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from recommender.output.grouping import (
    answers_in_words,
    excluded_by_reason,
    left_by_reason,
    review_in_words,
    sources_in_words,
)
from recommender.output.marked import marked
from recommender.output.page import clock

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge
    from recommender.recommendation import Message, Recommendation, Step

__all__ = ["render_markdown"]


def render_markdown(result: Recommendation, knowledge: Knowledge) -> str:
    """The whole result as Markdown."""
    lines = [f"# {marked(result.title)}", ""]
    lines += [f"**{marked(' '.join(result.now))}**", ""] if result.now else []
    for message in result.messages_of("stop"):
        lines += [f"> {_said(message)}", ""]
    lines += [
        f"- {marked(message.text)}"
        for message in result.messages
        if message.topic == "relief_only" and message.kind == "advice"
    ]
    for message in result.messages_of("note"):
        lines += ["", marked(message.text)]
    if result.show_to_clinician_first:
        lines += ["", f"**{marked(knowledge.outcomes.show_first)}**", ""]
        lines += [f"- {_said(message)}" for message in result.messages_of("ask") if message.answers]
    if result.routine:
        lines += ["", f"{len(result.routine)} steps, {clock(result.seconds)} min."]
    lines += [f"- {_said(message)}" for message in result.messages_of("limit")]
    phases = {phase.id: phase.title for phase in knowledge.session.phases}
    for phase, steps in groupby(result.routine, key=lambda step: step.phase):
        lines += ["", f"## {marked(phases[phase])}"]
        for step in steps:
            lines += _step(step)
    lines += _left_out(result, knowledge)
    lines += _advice(result, knowledge)
    lines += [
        "",
        "---",
        "",
        *(part for line in review_in_words(result, knowledge) for part in (marked(line), "")),
        f"{marked(result.disclaimer)} Knowledge {result.knowledge.hash}, version {result.knowledge.version}.",
    ]
    return "\n".join(lines)


def _said(message: Message) -> str:
    return marked(f"{message.text} {message.unsure}")


def _step(step: Step) -> list[str]:
    lines = [
        "",
        f"### {step.order}. {marked(step.name)}",
        "",
        f"**{marked(step.dose.text)}** ({clock(step.seconds)} min)",
        "",
    ]
    for note in step.notes:
        lines += [f"**{marked(note)}**", ""]
    lines += [marked(step.change), ""] if step.change else []
    lines += [f"{place}. {marked(sentence)}" for place, sentence in enumerate(step.how, start=1)]
    lines += ["", marked(" ".join(part for part in (step.breathing, step.feel, step.stop_when) if part))]
    return [*lines, "", f"Sources: {marked(', '.join(step.sources))}"]


def _left_out(result: Recommendation, knowledge: Knowledge) -> list[str]:
    lines = ["", "## What was left out, and why"]
    for group in excluded_by_reason(result):
        reason = group.reason
        lines += ["", f"### {marked(reason.title)}", "", marked(f"{reason.text} {reason.unsure}"), ""]
        if answers := answers_in_words(reason, knowledge):
            lines += [f"Your answer: {marked(answers)}.", ""]
        lines += [f"Left out: {marked(', '.join(group.names))}.", ""]
        sources = sources_in_words(reason.sources, reason.reading, knowledge, draft=not reason.signed)
        lines.append(f"Sources: {marked(sources)}")
    left = left_by_reason(result)
    if left:
        lines += ["", "## Allowed, but not in this routine", ""]
        lines += [f"- {marked(', '.join(names))}: {marked(text)}" for text, names in left.items()]
    return lines


def _advice(result: Recommendation, knowledge: Knowledge) -> list[str]:
    titles = knowledge.outcomes.advice
    advice = [message for message in result.messages_of("advice") if message.topic in titles]
    lines: list[str] = []
    for topic, messages in groupby(advice, key=lambda message: message.topic):
        lines += ["", f"## {marked(titles[topic])}", ""]
        lines += [f"- {marked(m.text)} ({marked(sources_in_words(m.sources, m.reading, knowledge))})" for m in messages]
    return lines
