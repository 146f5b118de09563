"""Which rows of a chunk have the same answers, as far as anything depends on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.batch.cells import MISSING
from recommender.batch.classes import Classes
from recommender.batch.columns import Chunk, Codes
from recommender.batch.sets import numbered

__all__ = ["Groups", "groups_of"]

_LARGEST = 1 << 62


@dataclass(frozen=True, slots=True)
class Groups:
    """The rows from `start` on in groups: the group of each, and of each group the first row and its key.

    Groups are numbered in the order of their first rows, which count from the beginning of the chunk.
    """

    start: int
    of_row: Codes
    first: Codes
    keys: tuple[bytes, ...]

    def pieces(self, most: int) -> Iterator[Groups]:
        """The same in pieces of following rows, each with no more than so many groups that it begins."""
        stops = [int(row) for row in self.first[most::most]] + [self.start + len(self.of_row)]
        start = self.start
        for stop in stops:
            part = self.of_row[start - self.start : stop - self.start]
            if start == self.start and stop == stops[-1]:
                yield self
                return
            of_row, rows = numbered(part)
            old = part[rows]
            yield Groups(start, of_row, self.first[old], tuple(self.keys[number] for number in old.tolist()))
            start = stop


def groups_of(chunk: Chunk, classes: Classes) -> Groups:
    """The groups of a chunk. Raises Full if a field has too many different answers."""
    maps = _maps(chunk, classes)
    keys = np.zeros(chunk.rows, np.int64)
    span = 1
    for field, column in chunk.columns.items():
        kinds, local = np.unique(maps[field], return_inverse=True)
        if len(kinds) == 1:
            continue
        if span > _LARGEST // len(kinds):
            keys = numbered(keys)[0].astype(np.int64)
            span = int(keys.max(initial=0)) + 1
        keys *= len(kinds)
        keys += local.astype(np.int64)[column.codes]
        span *= len(kinds)
    of_row, first = numbered(keys)
    return Groups(0, of_row, first, _written(chunk, classes, maps, first))


def _maps(chunk: Chunk, classes: Classes) -> Mapping[str, NDArray[np.uint16]]:
    """For each column of answers the class of each of its values."""
    return {
        field: np.array([classes.number(field, value) for value in column.values] or [0], np.uint16)
        for field, column in chunk.columns.items()
    }


def _written(chunk: Chunk, classes: Classes, maps: Mapping[str, NDArray[np.uint16]], rows: Codes) -> tuple[bytes, ...]:
    """The classes of all fields in each of these rows, side by side."""
    table = np.empty((len(rows), len(classes.fields)), np.uint16)
    for place, field in enumerate(classes.fields):
        column = chunk.columns.get(field)
        table[:, place] = classes.number(field, MISSING) if column is None else maps[field][column.codes[rows]]
    raw, width = table.tobytes(), 2 * len(classes.fields)
    return tuple(raw[at : at + width] for at in range(0, len(raw), width))
