"""Columns of Arrow tables as codes; lists too, without making a Python list for each row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recommender.batch.cells import given
from recommender.batch.columns import Codes, Column
from recommender.knowledge.questions import Question

__all__ = ["column_of", "numbered"]

_LARGEST = 1 << 62


def column_of(array: Any, question: Question) -> Column:
    """The answers in an array of Arrow."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    kind = array.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _of_lists(array, question)
    codes, values = _encoded(array)
    return Column(codes, [given(value, question) for value in values])


def numbered(keys: Any) -> tuple[Codes, Codes]:
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
            keys = numbered(keys)[0].astype(np.int64)
            span = int(keys.max(initial=0)) + 1
        rows = np.flatnonzero(lengths > place)
        grown = keys * base
        grown[rows] += words[starts[rows] + place] + 1
        keys, span = grown, span * base
    codes, first = numbered(keys)
    cells = []
    for row in first.tolist():
        at = int(starts[row])
        cell = None if lengths[row] < 0 else [values[word] for word in words[at : at + int(lengths[row])].tolist()]
        cells.append(given(cell, question))
    return Column(codes, cells)
