"""What a command says of answers that were given on an earlier day: how old they are, and what was counted on."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import click

from recommender.errors import RecommenderError
from recommender.sentences import Say

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge
    from recommender.logic.answer_days import Counted

__all__ = ["ages", "say_at_the_end", "say_now"]


def ages(counted: Counted, knowledge: Knowledge, today: date, file: str) -> list[str]:
    """A line for each thing that has come of the days; none for answers of today. `file` holds the answers."""
    questions, say = knowledge.table.questions, knowledge.say

    def named(fields: Iterable[str]) -> str:
        titles = (questions[field].short for field in fields)
        return ", ".join(f"{title[:1].lower()}{title[1:]}" for title in titles)

    lines = []
    if counted.changed:
        found = [say("ages.now", answer=named([c.field]), said=c.said, now=c.now) for c in counted.changed]
        lines.append(say("ages.counted_on", answers="; ".join(found)))
    if counted.older:
        when = _when([(today - day).days for day in counted.older.values()], say)
        lines.append(say("ages.older", n=len(counted.older), when=when, answers=named(counted.older)))
    if counted.stale:
        weeks = knowledge.questionnaire.asked_again_after_weeks
        lines.append(say("ages.stale", n=len(counted.stale), weeks=weeks, answers=named(counted.stale)))
    if (counted.older or counted.stale) and file != "-":
        lines.append(say("ages.ask_again", file=shlex.quote(file)))
    return lines


def _when(passed: list[int], say: Say) -> str:
    """How long ago, for one day or several."""
    first, last = max(passed), min(passed)
    return say("ages.days_ago", n=first) if first == last else say("ages.days_ago_between", n=first, last=last)


def say_now(lines: Iterable[str]) -> None:
    """Say these lines on standard error."""
    with suppress(OSError):  # nobody listens; the result still has to come
        for line in lines:
            click.echo(line, err=True)


def say_at_the_end(lines: list[str]) -> None:
    """Say these lines after the result, so that what to do now stands first; an error of the call stands alone."""

    def told() -> None:
        if not isinstance(sys.exc_info()[1], RecommenderError | click.ClickException):
            say_now(lines)

    call = click.get_current_context(silent=True)
    if lines and call is not None:
        call.call_on_close(told)
