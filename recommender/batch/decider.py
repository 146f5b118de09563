"""Decides each distinct profile once, and joins its row of results back to every row that has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from recommender.batch.answer_classes import AnswerClasses, Full
from recommender.batch.cells import MISSING
from recommender.batch.columns import Chunk, Codes, Column, Groups, groups_of
from recommender.batch.row import COLUMNS, FULL, Row
from recommender.knowledge.knowledge import Knowledge

__all__ = ["Answered", "Decider", "Decides"]

MOST_GROUPS = 1 << 16  # that one piece begins
ROWS_APART = 1 << 15  # less than the classes of a field, so that no chunk of so many rows is too much
MOST_SLOTS = 400_000  # decided profiles that are kept
MOST_BYTES = 96 << 20  # of the texts that are kept


class Decides(Protocol):
    """What decides for people whose answers stand in the order of the fields."""

    def decide(self, people: Sequence[tuple[Any, ...]]) -> list[Row]:
        """A row of results for each."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The results of the rows from `start` to `stop` of a chunk: the group of each row, the results by group."""

    start: int
    stop: int
    of_row: Codes
    results: Mapping[str, Column]


class Decider:
    """Gives results for chunk after chunk, and remembers what was decided within a bounded memory."""

    def __init__(self, knowledge: Knowledge, deciding: Decides, *, full: bool = False) -> None:
        self.names = (*COLUMNS, FULL) if full else COLUMNS
        self.distinct = 0
        self._deciding = deciding
        self._classes = AnswerClasses(knowledge, exact=full)
        self._most = MOST_GROUPS // 64 if full else MOST_GROUPS
        self._store = _Store(len(self.names))

    def pieces(self, chunk: Chunk) -> Iterator[Answered]:
        """The results of the rows of a chunk, in order, in one or several pieces."""
        if not chunk.rows:
            return
        groups = self._groups(chunk)
        if groups is not None:
            for piece in groups.pieces(self._most):
                yield self._answered(chunk, piece)
            return
        for start in range(0, chunk.rows, ROWS_APART):
            part = chunk.part(start, min(start + ROWS_APART, chunk.rows))
            for answered in self.pieces(part):
                yield replace(answered, start=answered.start + start, stop=answered.stop + start)

    def _groups(self, chunk: Chunk) -> Groups | None:
        """The groups of a chunk; None if it has to be taken in parts."""
        try:
            return groups_of(chunk, self._classes)
        except Full:
            self._classes.forget()
            self._store = _Store(len(self.names))
        try:
            return groups_of(chunk, self._classes)
        except Full:
            return None

    def _answered(self, chunk: Chunk, groups: Groups) -> Answered:
        store = self._store
        if store.is_full():
            store = self._store = store.kept(groups.keys)
        known = store.slots
        new = [number for number, key in enumerate(groups.keys) if key not in known]
        if new:
            rows = self._deciding.decide(self._given(chunk, groups.first[new]))
            self.distinct += len(new)
            for number, row in zip(new, rows, strict=True):
                store.add(groups.keys[number], row)
        slots = np.array([known[key] for key in groups.keys], np.int32)
        results = {name: store.column(place, slots) for place, name in enumerate(self.names)}
        return Answered(groups.start, groups.start + len(groups.of_row), groups.of_row, results)

    def _given(self, chunk: Chunk, rows: Codes) -> list[tuple[Any, ...]]:
        """The answers in these rows, in the order of the fields."""
        columns = []
        for field in self._classes.fields:
            column = chunk.columns.get(field)
            if column is None:
                columns.append([MISSING] * len(rows))
            else:
                columns.append([column.values[code] for code in column.codes[rows].tolist()])
        return list(zip(*columns, strict=True))


class _Store:
    """Rows of results by key. Equal texts of a column are kept once."""

    def __init__(self, width: int) -> None:
        self.slots: dict[bytes, int] = {}
        self._rows = np.empty((1024, width), np.int32)
        self._values: list[list[Any]] = [[] for _ in range(width)]
        self._numbers: list[dict[Any, int]] = [{} for _ in range(width)]
        self._bytes = 0

    def is_full(self) -> bool:
        """Whether it should be made smaller."""
        return len(self.slots) > MOST_SLOTS or self._bytes > MOST_BYTES

    def add(self, key: bytes, row: Row) -> None:
        """Keep a row."""
        slot = len(self.slots)
        if slot == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        for place, value in enumerate(row):
            numbers = self._numbers[place]
            number = numbers.get(value)
            if number is None:
                number = numbers[value] = len(numbers)
                self._values[place].append(value)
                self._bytes += len(value) + 150 if isinstance(value, str) else 150
            self._rows[slot, place] = number
        self.slots[key] = slot

    def kept(self, keys: Sequence[bytes]) -> _Store:
        """A new one with what is needed at once."""
        store = _Store(len(self._values))
        for key in keys:
            slot = self.slots.get(key)
            if slot is not None:
                numbers = self._rows[slot].tolist()
                store.add(key, tuple(values[number] for values, number in zip(self._values, numbers, strict=True)))
        return store

    def column(self, place: int, slots: Codes) -> Column:
        """The values of these slots in one column."""
        used, codes = np.unique(self._rows[slots, place], return_inverse=True)
        values = self._values[place]
        return Column(codes.astype(np.int32), [values[number] for number in used.tolist()])
