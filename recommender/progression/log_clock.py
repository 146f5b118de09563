"""A clock that is, or was, wrong: what a person is told about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from recommender.progression.log_entries import Entry
from recommender.sentences import Say, date_in_words

__all__ = ["clock_note"]


def clock_note(entries: Sequence[Entry], now: datetime, say: Say) -> str:
    """What to say where the last line is dated after now, so that new lines get no date of their own; else nothing."""
    if not entries or entries[-1].at <= now:
        return ""
    day = entries[-1].at.astimezone(now.tzinfo)
    return say("log_file.clock", at=date_in_words(day, say, "dates.moment"))
