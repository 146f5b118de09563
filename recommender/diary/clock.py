"""A clock that is, or was, wrong: what a person is told about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from recommender.diary.entries import Entry

__all__ = ["clock_note"]


def clock_note(entries: Sequence[Entry], now: datetime) -> str:
    """What to say where the last line is dated after now, so that new lines get no date of their own; else nothing."""
    if not entries or entries[-1].at <= now:
        return ""
    day = entries[-1].at.astimezone(now.tzinfo)
    return (
        f"The last line of the log is dated {day.day} {day:%B %Y, %H:%M}, which is still to come: the clock was wrong "
        "then, or is now. New lines are dated no earlier than that one. If its date is wrong, correct it in an editor."
    )
