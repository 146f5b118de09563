"""The shift of a plausible population between two states of the rules, in lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.review.census import EVERYONE
from recommender.review.shift import Shift
from recommender.review.show.population import OUTCOMES, Table, percents, tables_of

__all__ = ["shift_as_values", "shift_lines"]

SHOWN = 3  # tables: outcomes, how soon, routines
REDRAWN = "The population itself changed. Both sides were asked about the new people."


def shift_lines(found: Shift, knowledges: tuple[Knowledge, Knowledge]) -> list[str]:
    """What shifts, a line for each group and table; one line where nothing does."""
    before, after = (
        list(tables_of(census, knowledge))[:SHOWN]
        for census, knowledge in zip((found.before, found.after), knowledges, strict=True)
    )
    lines = [line for pair in zip(before, after, strict=True) for line in _lines(*pair, found)]
    if lines or found.moved:
        lines.append(f"Another outcome for {found.moved:,} of {found.before.people:,} plausible people.")
    else:
        lines = [f"Of {found.before.people:,} plausible people nobody gets another outcome, and nothing else shifts."]
    return [*lines, *([REDRAWN] if found.redrawn else [])]


def _lines(before: Table, after: Table, found: Shift) -> Iterator[str]:
    """What shifts in one table, a line for each column."""
    old, new = dict(before.rows), dict(after.rows)
    nothing = ("0.0 %",) * len(before.headings)
    outcomes = before.title == OUTCOMES
    for place, heading in enumerate(before.headings if outcomes else (EVERYONE,)):
        parts = []
        for label in dict.fromkeys((*old, *new)):
            values = old.get(label, nothing)[place], new.get(label, nothing)[place]
            if values[0] != values[1]:
                parts.append(f"{label} {_both(*values)}")
        if parts:
            people = f"{found.before.columns[heading].people:,}"
            who = f"{people} plausible people" if heading == EVERYONE else f"{people} of them ({heading})"
            about = "" if outcomes else f"{before.title.lower()}: "
            yield f"Of {who}: {about}{', '.join(parts)}."


def _both(before: str, after: str) -> str:
    """Both values, with the sign of per cent once."""
    short = before.removesuffix(" %") if before.endswith(" %") and after.endswith(" %") else before
    return f"{short} -> {after}"


def shift_as_values(found: Shift) -> dict[str, Any]:
    """The shift of the outcomes as plain values."""
    return {
        "people": found.before.people,
        "seed": found.before.seed,
        "moved": found.moved,
        "percent": {
            name: {
                "before": percents(found.before.columns[name].outcomes),
                "after": percents(found.after.columns[name].outcomes),
            }
            for name in found.before.columns
        },
    }
