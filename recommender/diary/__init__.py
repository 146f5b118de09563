"""The diary of sessions: a file that belongs to the person, one dated line for each session."""

from __future__ import annotations

from recommender.diary.clock import clock_note
from recommender.diary.entries import Done, Entry, NextDay, Session
from recommender.diary.errors import DiaryError, LineFault
from recommender.diary.file import append, check_append, read

__all__ = [
    "DiaryError",
    "Done",
    "Entry",
    "LineFault",
    "NextDay",
    "Session",
    "append",
    "check_append",
    "clock_note",
    "read",
]
