"""Columns as small numbers: which of its distinct answers each row has, and which rows have the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.batch.answer_classes import AnswerClasses
from recommender.batch.cells import MISSING, given
from recommender.logic.questions import Question

__all__ = ["Chunk", "Codes", "Column", "Groups", "column_of", "groups_of"]

Codes = NDArray[np.int32]

_LARGEST = 1 << 62


# --- columns ------------------------------------------------------------------------------------------


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


# --- columns of Arrow; lists too, without making a Python list for each row -----------------------


def column_of(array: Any, question: Question) -> Column:
    """The answers in an array of Arrow."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    kind = array.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _of_lists(array, question)
    codes, values = _encoded(array)
    return Column(codes, [given(value, question) for value in values])


def _numbered(keys: Any) -> tuple[Codes, Codes]:
    """For each number of an array the number of its kind, in the order of first appearance, and where each appears."""
    encoded = pa.array(keys).dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    first = np.empty(len(encoded.dictionary), np.int32)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1, dtype=np.int32)
    return codes, first


def _encoded(array: Any) -> tuple[Codes, list[Any]]:
    """Codes and values; code 0 stands for None."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        encoded = array
    elif pa.types.is_nested(kind) or pa.types.is_null(kind):
        column = Column.of(array.to_pylist())
        return column.codes, list(column.values)
    else:
        if pa.types.is_string_view(kind):
            array = array.cast(pa.large_string())
        encoded = pc.dictionary_encode(array)
    codes = encoded.indices.cast(pa.int32())
    if codes.null_count:
        codes = codes.fill_null(-1)
    return codes.to_numpy(zero_copy_only=False) + np.int32(1), [None, *encoded.dictionary.to_pylist()]


def _of_lists(array: Any, question: Question) -> Column:
    lengths = pc.list_value_length(array).fill_null(-1).to_numpy(zero_copy_only=False)
    words, values = _encoded(array.flatten())  # of rows without a list nothing is in it
    longest = int(lengths.max(initial=0))
    present = np.maximum(lengths, 0)
    starts = np.cumsum(present) - present
    keys = np.where(lengths < 0, 0, 1).astype(np.int64)
    base, span = len(values) + 1, 2
    for place in range(longest):
        if span > _LARGEST // base:
            keys = _numbered(keys)[0].astype(np.int64)
            span = int(keys.max(initial=0)) + 1
        rows = np.flatnonzero(lengths > place)
        grown = keys * base
        grown[rows] += words[starts[rows] + place] + 1
        keys, span = grown, span * base
    codes, first = _numbered(keys)
    cells = []
    for row in first.tolist():
        at = int(starts[row])
        cell = None if lengths[row] < 0 else [values[word] for word in words[at : at + int(lengths[row])].tolist()]
        cells.append(given(cell, question))
    return Column(codes, cells)


# --- rows with the same answers, as far as anything depends on them ----------------------------------


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
            of_row, rows = _numbered(part)
            old = part[rows]
            yield Groups(start, of_row, self.first[old], tuple(self.keys[number] for number in old.tolist()))
            start = stop


def groups_of(chunk: Chunk, classes: AnswerClasses) -> Groups:
    """The groups of a chunk. Raises Full if a field has too many different answers."""
    maps = _maps(chunk, classes)
    keys = np.zeros(chunk.rows, np.int64)
    span = 1
    for field, column in chunk.columns.items():
        kinds, local = np.unique(maps[field], return_inverse=True)
        if len(kinds) == 1:
            continue
        if span > _LARGEST // len(kinds):
            keys = _numbered(keys)[0].astype(np.int64)
            span = int(keys.max(initial=0)) + 1
        keys *= len(kinds)
        keys += local.astype(np.int64)[column.codes]
        span *= len(kinds)
    of_row, first = _numbered(keys)
    return Groups(0, of_row, first, _written(chunk, classes, maps, first))


def _maps(chunk: Chunk, classes: AnswerClasses) -> Mapping[str, NDArray[np.uint16]]:
    """For each column of answers the class of each of its values."""
    return {
        field: np.array([classes.number(field, value) for value in column.values] or [0], np.uint16)
        for field, column in chunk.columns.items()
    }


def _written(
    chunk: Chunk, classes: AnswerClasses, maps: Mapping[str, NDArray[np.uint16]], rows: Codes
) -> tuple[bytes, ...]:
    """The classes of all fields in each of these rows, side by side."""
    table = np.empty((len(rows), len(classes.fields)), np.uint16)
    for place, field in enumerate(classes.fields):
        column = chunk.columns.get(field)
        table[:, place] = classes.number(field, MISSING) if column is None else maps[field][column.codes[rows]]
    raw, width = table.tobytes(), 2 * len(classes.fields)
    return tuple(raw[at : at + width] for at in range(0, len(raw), width))
