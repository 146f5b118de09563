"""Columns as small numbers: which of its distinct answers each row has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Chunk", "Codes", "Column"]

Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Column:
    """`values[codes[row]]` is what stands in a row."""

    codes: Codes
    values: Sequence[Any]

    @staticmethod
    def of(cells: Sequence[Any]) -> Column:
        """The column of these cells; cells that print alike count as one."""
        numbers: dict[str, int] = {}
        values: list[Any] = []
        codes = np.empty(len(cells), np.int32)
        for row, cell in enumerate(cells):
            key = repr(cell)
            code = numbers.get(key)
            if code is None:
                code = numbers[key] = len(values)
                values.append(cell)
            codes[row] = code
        return Column(codes, values)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of the input: the answers by field, and the rows as they are, to be carried to the output.

    A field that is no column is missing in `columns`. `place` is where the next chunk begins, and
    `share` how much of the input lies behind that.
    """

    rows: int
    columns: Mapping[str, Column]
    payload: Any
    place: int
    share: float

    def part(self, start: int, stop: int) -> Chunk:
        """The rows from `start` to `stop`, with the answers that stand in these."""
        columns = {}
        for field, column in self.columns.items():
            used, codes = np.unique(column.codes[start:stop], return_inverse=True)
            columns[field] = Column(codes.astype(np.int32), [column.values[code] for code in used.tolist()])
        return replace(self, rows=stop - start, columns=columns)
