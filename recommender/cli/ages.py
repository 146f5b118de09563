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

if TYPE_CHECKING:
    from recommender.answer_days import Counted
    from recommender.knowledge.knowledge import Knowledge

__all__ = ["ages", "say_at_the_end", "say_now"]


def ages(counted: Counted, knowledge: Knowledge, today: date, file: str) -> list[str]:
    """A line for each thing that has come of the days; none for answers of today. `file` holds the answers."""
    questions = knowledge.table.questions

    def named(fields: Iterable[str]) -> str:
        titles = (questions[field].short for field in fields)
        return ", ".join(f"{title[:1].lower()}{title[1:]}" for title in titles)

    lines = []
    if counted.changed:
        found = [f"{named([change.field])} {change.said}, now {change.now}" for change in counted.changed]
        lines.append(f"Counted on from the day of the answer: {'; '.join(found)}.")
    if counted.older:
        what = "These answers are" if len(counted.older) > 1 else "This answer is"
        when = _when([(today - day).days for day in counted.older.values()])
        lines.append(f"{what} from {when} and may have changed: {named(counted.older)}.")
    if counted.stale:
        weeks = knowledge.questionnaire.asked_again_after_weeks
        what = "These answers are" if len(counted.stale) > 1 else "This answer is"
        lines.append(f"{what} over {weeks} weeks old and should be given again: {named(counted.stale)}.")
    if (counted.older or counted.stale) and file != "-":
        lines.append(f"To answer them again: recommender ask {shlex.quote(file)}")
    return lines


def _when(passed: list[int]) -> str:
    """How long ago, for one day or several."""
    first, last = max(passed), min(passed)
    if first == last == 1:
        return "yesterday"
    return f"{first} days ago" if first == last else f"{last} to {first} days ago"


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
