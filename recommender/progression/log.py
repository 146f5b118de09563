"""The log of sessions: a file that belongs to the person, one dated line for each session."""

from __future__ import annotations

from recommender.progression.log_clock import clock_note
from recommender.progression.log_entries import Done, Entry, NextDay, Session
from recommender.progression.log_errors import LineFault, LogError
from recommender.progression.log_file import append, check_append, read

__all__ = [
    "Done",
    "Entry",
    "LineFault",
    "LogError",
    "NextDay",
    "Session",
    "append",
    "check_append",
    "clock_note",
    "read",
]
