"""JSON lines in and out, some megabytes at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from recommender.batch.blocks import MARK, Blocks
from recommender.batch.cells import MISSING, ODD, looks_like
from recommender.batch.columns import Chunk, Column
from recommender.batch.decider import Answered
from recommender.errors import BatchError
from recommender.knowledge.knowledge import Knowledge

__all__ = ["LinesInput", "LinesOutput"]

UNREADABLE = "unreadable"  # the key under which a line comes back that is no object


class LinesInput:
    """Reads JSON lines: an object on each line, with the fields as keys, nested or dotted.

    `added` are the keys of the results, `own` those that are the user's own whatever they look like.
    """

    def __init__(self, path: Path, knowledge: Knowledge, added: Sequence[str], own: Sequence[str]) -> None:
        self._path = path
        self._fields = tuple(knowledge.table.questions)
        self._parts = {field: field.partition(".") for field in self._fields if "." in field}
        self._parents = {parent for parent, _, _ in self._parts.values()}
        self._ours = {*self._fields, *self._parents}
        self._added, self._own = frozenset(added), frozenset(own)
        self._likeness: dict[str, str] = dict.fromkeys(own, "")
        self._blocks = Blocks(path, quoted=False)

    def chunks(self, place: int) -> Iterator[Chunk]:
        """The rows from byte `place` on; empty lines are none."""
        for block, after, share in self._blocks.after(place):
            lines = [line for line in block.removeprefix(MARK).split(b"\n") if line and not line.isspace()]
            yield Chunk(len(lines), self._columns(lines), lines, after, share)

    def _columns(self, lines: list[bytes]) -> dict[str, Column]:
        numbers: dict[str, int] = {}
        profiles: list[dict[str, Any]] = []
        codes = np.empty(len(lines), np.int32)
        for row, line in enumerate(lines):
            profile = self._profile(line)
            if isinstance(profile.get(ODD), str):
                lines[row] = json.dumps({UNREADABLE: line.decode(errors="replace")}).encode()
            written = repr(profile)
            number = numbers.get(written)
            if number is None:
                number = numbers[written] = len(profiles)
                profiles.append(self._flat(profile))
            codes[row] = number
        columns = {}
        for field in (ODD, *self._fields):
            column = Column.of([profile.get(field, MISSING) for profile in profiles])
            columns[field] = Column(column.codes[codes], column.values)
        return columns

    def _profile(self, line: bytes) -> dict[str, Any]:
        """What belongs to the profile in a line, as it is; what cannot be read stands under ODD."""
        try:
            row = json.loads(line.decode(), object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            return {ODD: f"This line is no JSON: {error}."}
        if type(row) is not dict:
            return {ODD: "This line is no JSON object."}
        for key in row.keys() - self._ours:
            if key in self._added:
                raise BatchError(f'A line has a key "{key}" already. Choose another name with --prefix.')
            like = self._likeness.get(key)
            if like is None:
                like = looks_like(key, self._fields)
                if len(self._likeness) < 10_000:
                    self._likeness[key] = like
            if not like or like in row:
                del row[key]
        return row

    def _flat(self, profile: dict[str, Any]) -> dict[str, Any]:
        """The answers by field; everything that fits nowhere stands under ODD, and is found to be a fault there."""
        if isinstance(profile.get(ODD), str):
            return profile
        flat = {key: value for key, value in profile.items() if key in self._fields}
        odd = {key: value for key, value in profile.items() if key not in self._fields}
        for parent in self._parents & odd.keys():
            value = odd[parent]
            names = {f"{parent}.{part}" for part in value} if type(value) is dict else set()
            if names and names <= self._parts.keys() and not names & flat.keys():
                flat |= {f"{parent}.{part}": answer for part, answer in odd.pop(parent).items()}
        return {**flat, ODD: odd} if odd else flat


class LinesOutput:
    """Writes each line as it came, with the results at its end."""

    def __init__(self, put: Callable[[bytes], Any], names: Mapping[str, str]) -> None:
        self._put, self._names = put, names

    def write(self, payload: Sequence[bytes], piece: Answered) -> None:
        """Write the rows of one piece."""
        columns = [(self._names[name], column, column.codes.tolist()) for name, column in piece.results.items()]
        count = len(columns[0][2])
        ends = [
            json.dumps({name: column.values[codes[group]] for name, column, codes in columns}).encode()[1:] + b"\n"
            for group in range(count)
        ]
        lines = payload[piece.start : piece.stop]
        self._put(b"".join(_head(line) + ends[group] for line, group in zip(lines, piece.of_row.tolist(), strict=True)))


def _head(line: bytes) -> bytes:
    """A line up to where the results begin."""
    inside = line.strip()[:-1].rstrip()
    return inside + (b"" if inside == b"{" else b", ")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand there once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found
