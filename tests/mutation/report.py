"""The figures as a table, and every survivor with the person whom it concerns."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from recommender.yaml_reader import read_file

from .damage import Mutant
from .judge import JUDGES, Verdict

__all__ = ["EQUIVALENT", "accepted", "as_json", "noticed_by_now", "spread", "survivors", "table", "told"]

EQUIVALENT = Path(__file__).with_name("equivalent.yaml")


def accepted(path: Path = EQUIVALENT) -> dict[str, str]:
    """The mutants that may survive, each with the reason."""
    groups = read_file(path, path.name).data["equivalent"]
    return {id: group["because"] for group in groups for id in group["mutants"]}


def table(verdicts: Sequence[Verdict], listed: Mapping[str, str]) -> Iterator[str]:
    """One line for each kind."""
    columns = ("made", *JUDGES, "equivalent", "listed", "survived")
    rows: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        result = "listed" if verdict.result == "survived" and verdict.mutant.id in listed else verdict.result
        for name in (verdict.mutant.kind, "all"):
            rows.setdefault(name, Counter()).update(("made", result))
    rows["all"] = rows.pop("all", Counter())
    yield f"{'kind':14}" + "".join(f"{column:>11}" for column in columns)
    for name, row in rows.items():
        yield f"{name:14}" + "".join(f"{row[column] or '-':>11}" for column in columns)


def survivors(verdicts: Iterable[Verdict], listed: Mapping[str, str]) -> Iterator[Verdict]:
    """Every mutant that nobody noticed and that is not listed as harmless."""
    return (verdict for verdict in verdicts if verdict.result == "survived" and verdict.mutant.id not in listed)


def noticed_by_now(verdicts: Iterable[Verdict], listed: Mapping[str, str]) -> Iterator[Verdict]:
    """Every mutant that is listed as harmless and that someone notices, or that is shown to be equivalent."""
    return (verdict for verdict in verdicts if verdict.result != "survived" and verdict.mutant.id in listed)


def spread(mutants: Iterable[Mutant], listed: Mapping[str, str], count: int, seed: int) -> list[Mutant]:
    """So many of the listed mutants, from every group of the list in turn; the same for the same seed."""
    groups: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        if mutant.id in listed:
            groups.setdefault(listed[mutant.id], []).append(mutant)
    chance = random.Random(seed)
    for group in groups.values():
        chance.shuffle(group)
    turns = chain.from_iterable(zip_longest(*groups.values()))
    return [mutant for mutant in turns if mutant is not None][:count]


def told(verdict: Verdict, person: str) -> str:
    """A survivor: where it is, what is changed, and someone whom it concerns."""
    mutant = verdict.mutant
    whom = person or "nobody was found for whom anything differs"
    return f"{mutant.file}:{mutant.line}\n    {mutant.id}\n    {whom}"


def as_json(verdicts: Iterable[Verdict], listed: Mapping[str, str], people: Mapping[str, str]) -> list[dict[str, Any]]:
    """Everything that is known of each mutant."""
    return [
        {
            "id": verdict.mutant.id,
            "kind": verdict.mutant.kind,
            "file": verdict.mutant.file,
            "line": verdict.mutant.line,
            "result": verdict.result,
            "noticed": [{"judge": judge, "by": by} for judge, by in verdict.noticed],
            "person": people.get(verdict.mutant.id, ""),
            "because": listed.get(verdict.mutant.id, ""),
        }
        for verdict in verdicts
    ]
