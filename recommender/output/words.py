"""The headings and labels of the sheet. What decides something, or advises, comes from the knowledge."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["WEEKDAYS", "WORDS", "count_of"]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

WORDS: Mapping[str, str] = {
    "stop": "Stop at once",
    "see": "See {whom}, {soon}",
    "tell": "Tell them",
    "seen_name": "Name",
    "seen_date": "Date",
    "seen_sign": "Signature",
    "visit": "For the clinician",
    "visit_start": "Exercise may start on",
    "visit_mind": "Take care with",
    "need": "Get ready",
    "low": "The dose is at the low end",
    "relief": "Rest positions: choose what feels best",
    "min": "min",
    "week": "Tick a box each time",
    "time": "Time {number}",
    "box": "empty box",
    "left_out": "Left out for you, and why",
    "left_out_how": "Each exercise stands once. A letter behind it names a further reason.",
    "also": "also {marks}",
    "answer": "Your answer",
    "other": "Allowed, but not in this routine",
    "choice": "How these were chosen, the weightiest first",
    "know": "Good to know",
    "all_wait": "All exercises are left out for now.",
    "others_wait": "All other exercises are left out for now, because of what is said above.",
    "sources": "Where this comes from",
    "sources_how": "Numbers in brackets stand for places in these texts. Without a word beside them, the text says so.",
    "from": "The front of this sheet",
    "knowledge": "Rules {hash}, version {version}.",
    "page": "Page",
}


def count_of(number: int, one: str) -> str:
    """A number with its noun."""
    return f"{number} {one}{'' if number == 1 else 's'}"
