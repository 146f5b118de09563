"""Before a session: whether it may start today, what is needed, and how to stop."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from recommender.follow import asking, care
from recommender.follow.asking import say
from recommender.follow.screen import KEYS, bell_words
from recommender.follow.script import Script
from recommender.knowledge.knowledge import Knowledge
from recommender.output.formats import exit_code, rendered
from recommender.output.page import Page, clock
from recommender.pipeline import recommend
from recommender.recommendation import Recommendation
from recommender.saved_result import with_answers
from recommender.saved_weeks import answers_on

__all__ = ["end_without_exercise", "pain_of_today", "ready_to_begin", "show_told", "shown_first"]


def end_without_exercise(result: Recommendation, knowledge: Knowledge) -> None:
    """Show a result that holds nothing to follow, what to do now first, and end."""
    click.echo(rendered(result, "text", knowledge, brief=True))
    sys.exit(exit_code(result))


def show_told(told: care.Told) -> None:
    """Show what must be done now."""
    page = Page(colour=True)
    page.box(told.title, [" ".join(told.now), *told.why], fg="red" if told.outcome == "emergency" else "yellow")
    click.echo(f"\n{page}")


def shown_first(result: Recommendation, knowledge: Knowledge) -> bool:
    """Where a rule asks to show the routine to someone first: say so, and ask whether that was done."""
    if not result.show_to_clinician_first:
        return True
    say("")
    say(knowledge.outcomes.show_first, bold=True)
    for message in result.messages_of("ask"):
        if message.answers:
            say(f"- {message.text} {message.unsure}".rstrip(), indent=2)
    ask = "Has your clinician seen this routine, and agreed that you do it?"
    return asking.yes(ask, "Someone who knows you can see what answers to questions cannot show.", leave=True)


def pain_of_today(
    result: Recommendation, profile: Mapping[str, Any] | None, knowledge: Knowledge, day: date
) -> tuple[Recommendation, Mapping[str, Any] | None, int]:
    """Ask for the pain now. Gives what is recommended with it, the answers of today, and the pain.

    A pain above that of the answers makes the result anew; a lower one does not, so that a good
    hour lets nothing in. `profile` is None for a saved result, whose answers stand in it. Ends the
    program where the pain leaves nothing to follow.
    """
    pain = asking.put(knowledge.table.questions[care.PAIN], leave=True)
    known = result.profile if profile is None else profile
    before = None if known is None else known.get(care.PAIN)
    if known is None or (isinstance(before, int) and pain <= before):
        return result, profile, pain
    if profile is None:
        answers = {**answers_on(result, knowledge, day), care.PAIN: pain}
        today = with_answers(result, answers, knowledge)
    else:
        answers = {**profile, care.PAIN: pain}
        today = recommend(answers, knowledge=knowledge)
    if not today.routine:
        end_without_exercise(today, knowledge)
    if today.routine != result.routine:
        say("")
        say(f"With a pain of {pain} now, the exercises or their dose are others than with your saved answers.")
        if result.adapted_on is not None and today.adapted_on is None:
            say("What your diary changed is left out of them for today.")
    return today, None if profile is None else answers, pain


def ready_to_begin(result: Recommendation, script: Script, knowledge: Knowledge, *, bell: bool) -> bool:
    """Show what is needed and how to stop, and wait for Enter. Gives whether to begin."""
    kit = list(dict.fromkeys(word for part in script.parts for word in part.kit))
    count = len(script.parts)
    what = "exercise" if result.outcome == "routine" else "rest position"
    say("")
    say(f"{result.title}: {count} {what}{'s' if count > 1 else ''}, {clock(script.seconds)} min".upper(), bold=True)
    for sentence in result.now:
        say(sentence)
    for message in result.messages_of("advice"):
        if message.topic == result.outcome:  # what is always said with rest positions
            say(f"- {message.text}", indent=2)
    for number, part in enumerate(script.parts, start=1):
        say(f"{number:2}  {part.step.name}, {part.position}", indent=4)
    start = knowledge.vocabulary.title("start_position", script.starts_from)
    say(f"You need: {', '.join(kit) if kit else 'nothing but room'}. You start {start}.")
    say("")
    say(f"Keys: {', '.join(KEYS)}. They work at once, without Enter. If it hurts, press p: everything stops.")
    if bell:
        say(" ".join(bell_words()))
    say("If anything else has changed since you answered, type q, and answer anew with: recommender ask")
    say("")
    return asking.enter("Enter begins, q ends:") not in ("q", "quit", "n", "no")
