"""What the rules give to a plausible population: as text, and as values; the page for Markdown stands beside this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.output.page import Page, clock
from recommender.review.census import EVERYONE, Census, Column
from recommender.values import plain

__all__ = [
    "OUTCOMES",
    "Table",
    "headline",
    "never_chosen",
    "percents",
    "population_as_values",
    "render_population",
    "tables_of",
]

OUTCOMES = "Outcomes"
MOST = 15  # exercises that are named as chosen most often
WIDTH, NUMBER = 80, 11


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it shows, the headings of its numbers, and its rows."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def render_population(found: Census, knowledge: Knowledge) -> str:
    """The tables as text of at most 80 columns."""
    page = Page(colour=True, width=WIDTH)
    page.text(headline(found), bold=True)
    for group in found.population.file.groups:
        page.text(f"{group.id}: {group.means}")
    for table in tables_of(found, knowledge):
        page.heading(table.title)
        for label, texts in (("", table.headings), *table.rows):
            page.line(f"{label:{WIDTH - NUMBER * len(texts)}}" + "".join(f"{text:>{NUMBER}}" for text in texts))
    page.heading("Allowed, and never chosen")
    page.text(never_chosen(found.columns[EVERYONE], knowledge) or "None.")
    return str(page)


def headline(found: Census) -> str:
    """Who was asked, in one sentence."""
    return f"{found.people:,} people drawn with seed {found.seed}. {found.population.file.topic}."


def percents(counts: Mapping[Any, int]) -> dict[Any, float]:
    """Shares in per cent with one decimal that add up to exactly 100."""
    whole = sum(counts.values())
    if not whole:
        return dict.fromkeys(counts, 0.0)
    floors = {key: number * 1000 // whole for key, number in counts.items()}
    missing = 1000 - sum(floors.values())
    rests = sorted(counts, key=lambda key: (-(counts[key] * 1000 % whole), str(key)))
    return {key: (floor + (key in rests[:missing])) / 10 for key, floor in floors.items()}


def tables_of(found: Census, knowledge: Knowledge) -> Iterator[Table]:
    """Everything that is counted, as tables: outcomes, how soon and routines first."""
    columns = list(found.columns.values())
    names = tuple(found.columns)
    outcomes, urgencies = list(_outcomes(columns, knowledge)), list(knowledge.outcomes.how_soon)
    people = ("people", tuple(f"{column.people:,}" for column in columns))
    yield Table(OUTCOMES, names, (people, *outcomes))
    yield Table("How soon someone should look", names, tuple(_how_soon(columns, knowledge, urgencies)))
    yield Table("Routines", names, tuple(_routines(columns)))
    everyone = columns[0]
    stops = tuple(_stops(everyone, columns[1:]))
    yield Table("Stops: how often each holds, and alone", ("it holds", "alone", *names[1:]), stops)
    yield Table("Answers that alone stand in the way of a routine", names, tuple(_turning(columns)))
    yield Table("Chosen most often, of those with a routine", names, tuple(_chosen(columns, knowledge)))


def _outcomes(columns: Sequence[Column], knowledge: Knowledge) -> Iterator[tuple[str, tuple[str, ...]]]:
    order = [*reversed(knowledge.outcomes.strength)]
    shares = [percents({name: column.outcomes[name] for name in order}) for column in columns]
    for name in order:
        yield name, tuple(f"{share[name]:.1f} %" for share in shares)


def _how_soon(
    columns: Sequence[Column], knowledge: Knowledge, urgencies: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for outcome in reversed(knowledge.outcomes.strength):
        for urgency in (*urgencies, "none"):
            counts = [column.how_soon[outcome, urgency] for column in columns]
            if any(counts) and (urgency != "none" or outcome != "routine"):
                yield f"{outcome}, {urgency}", tuple(_of(n, c.people) for n, c in zip(counts, columns, strict=True))


def _of(number: int, whole: int) -> str:
    """A share as people read it."""
    return f"{number / whole * 100:.1f} %" if whole else "-"


def _routines(columns: Sequence[Column]) -> Iterator[tuple[str, tuple[str, ...]]]:
    def each(label: str, values: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        return label, tuple(value if column.steps else "-" for value, column in zip(values, columns, strict=True))

    yield each("steps, half have at most", (f"{median(c.steps or [0]):.0f}" for c in columns))
    yield each("steps, fewest and most", (f"{min(c.steps or [0])} to {max(c.steps or [0])}" for c in columns))
    yield each("minutes used, half use at most", (clock(round(median(c.seconds or [0]))) for c in columns))
    yield each("of the minutes given, on average", (f"{c.used / max(1, len(c.steps)) * 100:.0f} %" for c in columns))
    yield each("doses at the low end", (_of(c.low_end, len(c.steps)) for c in columns))


def _stops(everyone: Column, groups: Sequence[Column]) -> Iterator[tuple[str, tuple[str, ...]]]:
    order = sorted(everyone.stops, key=lambda rule: (-everyone.alone[rule], -everyone.stops[rule], rule))
    for rule, number in ((rule, everyone.stops[rule]) for rule in order):
        alone = (_of(column.alone[rule], column.people) for column in (everyone, *groups))
        yield rule, (_of(number, everyone.people), *alone)


def _turning(columns: Sequence[Column]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """With the least risky answer there, and all others as they are, these people would have a routine."""
    for answer, _ in sorted(columns[0].turning.items(), key=lambda entry: (-entry[1], entry[0])):
        yield answer, tuple(_of(column.turning[answer], column.people) for column in columns)


def _chosen(columns: Sequence[Column], knowledge: Knowledge) -> Iterator[tuple[str, tuple[str, ...]]]:
    for number, _ in _ranked(columns[0].chosen)[:MOST]:
        yield knowledge.exercises[number].id, tuple(_of(c.chosen[number], len(c.steps)) for c in columns)


def _ranked(counts: Counter[int]) -> list[tuple[int, int]]:
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def never_chosen(column: Column, knowledge: Knowledge) -> str:
    """The exercises that are in no routine though they are allowed, each with the share to whom they are."""
    whole = len(column.steps)
    unused = [(n, times) for n, times in _ranked(column.allowed) if not column.chosen[n]]
    named = ", ".join(f"{knowledge.exercises[n].id} ({times / whole * 100:.0f} %)" for n, times in unused)
    return f"{named}. The number says to how many of those with a routine it is allowed." if named else ""


def population_as_values(found: Census, knowledge: Knowledge) -> dict[str, Any]:
    """Everything as plain values."""
    return {
        "people": found.people,
        "seed": found.seed,
        "columns": {name: _as_values(column, knowledge) for name, column in found.columns.items()},
        "beside": [plain(beside) for beside in found.population.file.beside],
    }


def _as_values(column: Column, knowledge: Knowledge) -> dict[str, Any]:
    whole = len(column.steps)
    ids = [exercise.id for exercise in knowledge.exercises]
    return {
        "people": column.people,
        "outcomes": {name: column.outcomes[name] for name in reversed(knowledge.outcomes.strength)},
        "percent": percents({name: column.outcomes[name] for name in reversed(knowledge.outcomes.strength)}),
        "how_soon": {f"{outcome}, {soon}": n for (outcome, soon), n in sorted(column.how_soon.items())},
        "stops": {rule: {"holds": n, "alone": column.alone[rule]} for rule, n in sorted(column.stops.items())},
        "turning": dict(sorted(column.turning.items())),
        "routines": {
            "steps": dict(sorted(Counter(column.steps).items())),
            "median_seconds": median(column.seconds) if whole else None,
            "used": round(column.used / whole, 3) if whole else None,
            "low_end": column.low_end,
        },
        "exercises": {ids[n]: {"allowed": times, "chosen": column.chosen[n]} for n, times in _ranked(column.allowed)},
    }
