"""Parquet in and out, some rows at a time."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recommender.batch.checkpoint import Checkpoint, Parts, keep
from recommender.batch.columns import Chunk, Column, column_of
from recommender.batch.decider import Answered
from recommender.batch.row import KINDS
from recommender.errors import BatchError
from recommender.knowledge.knowledge import Knowledge

__all__ = ["ParquetInput", "ParquetOutput", "answers_in", "results_of", "type_of"]

CHUNK_ROWS = 1 << 17
SMALL_GROUP = 1 << 14  # rows; where row groups are smaller, several are read at once
BEGUN_REWRITING = 3.0  # seconds: with a second part, all rows that follow are written once more in the end
_BUFFER = 1 << 20
_SCHEMA = b"ARROW:schema"
_TYPES = {int: pa.int32(), bool: pa.bool_()}


class ParquetInput:
    """Reads the rows of a Parquet file. Words come as codes, as the file holds them."""

    def __init__(self, path: Path, knowledge: Knowledge) -> None:
        self._questions = knowledge.table.questions
        try:
            with pq.ParquetFile(path) as file:
                self.schema = file.schema_arrow
                leaves = [file.schema.column(number) for number in range(len(file.schema))]
                self.total, groups = file.metadata.num_rows, file.metadata.num_row_groups
        except (pa.ArrowException, OSError) as error:
            raise BatchError(f"{path} cannot be read as Parquet: {_first(error)}") from None
        fields = set(self._questions)
        self._words = [
            leaf.path
            for leaf in leaves
            if leaf.physical_type == "BYTE_ARRAY" and _is_in(leaf.path, fields) and leaf.logical_type.type == "STRING"
        ]
        if self.total < groups * SMALL_GROUP:
            self._words = []
        self._path = path

    @property
    def names(self) -> list[str]:
        """The columns; those in `pain_position` with their dotted names."""
        return names_of(self.schema, self._questions)

    def chunks(self, place: int) -> Iterator[Chunk]:
        """The rows from number `place` on."""
        words = self._words
        while True:
            try:
                for rows in self._batches(place, words):
                    place += rows.num_rows
                    columns = answers_in(rows, self._questions)
                    yield Chunk(rows.num_rows, columns, rows, place, place / max(self.total, 1))
                return
            except pa.ArrowNotImplementedError as error:  # codes of nested words that are not alike throughout
                if not words:
                    raise BatchError(f"{self._path} cannot be read on: {_first(error)}") from None
                words = []
            except (pa.ArrowException, OSError) as error:
                raise BatchError(f"{self._path} cannot be read on: {_first(error)}") from None

    def _batches(self, place: int, words: Sequence[str]) -> Iterator[Any]:
        with pq.ParquetFile(self._path, read_dictionary=words, buffer_size=_BUFFER) as file:
            groups, skipped = _groups_from(file.metadata, place)
            for part in [[group] for group in groups] if words else [groups]:  # codes hold within one row group
                for batch in file.iter_batches(CHUNK_ROWS, row_groups=part):
                    rows = batch.slice(min(skipped, batch.num_rows))
                    skipped -= batch.num_rows - rows.num_rows
                    if rows.num_rows:
                        yield rows


class ParquetOutput:
    """Writes Parquet, one part from each commit to the next; a single part is the output, several are copied into one.

    A Parquet file can only be read once its end is written, and nothing can be added to it then.
    """

    def __init__(self, parts: Parts, source: ParquetInput, names: Mapping[str, str]) -> None:
        self._parts, self._ended = parts, list(parts.done.parts)
        fields = [*source.schema, *(pa.field(shown, type_of(name)) for name, shown in names.items())]
        self._schema = pa.schema(fields, source.schema.metadata)
        self._part: _Part | None = None
        self.rewriting = 0.0 if self._ended else BEGUN_REWRITING  # seconds that a commit costs in the end

    def write(self, payload: Any, piece: Answered) -> None:
        """Write the rows of one piece."""
        rows = payload.slice(piece.start, piece.stop - piece.start)
        arrays = [*rows.columns, *(results_of(piece, column, name) for name, column in piece.results.items())]
        table = pa.Table.from_arrays(arrays, names=self._schema.names)
        begun = time.monotonic()
        if self._part is not None and table.schema != self._part.schema:
            self._end()  # the codes have other types from here on; the output has not
        if self._part is None:
            self._part = _Part(self._parts.open(self._parts.part(len(self._ended))), table.schema, self._schema)
        self._part.write(table)
        self.rewriting += time.monotonic() - begun

    def _end(self) -> None:
        """Make the part that is written a file that can be read."""
        part, self._part = self._part, None
        if part is not None:
            self._ended.append(part.end())

    def commit(self, done: Checkpoint) -> None:
        """Secure the rows that are done, and say in `done` in which parts they are."""
        self._end()
        left, counted = done.rows, []
        for rows in self._ended:
            counted.append(min(rows, left))
            left -= counted[-1]
        if left:
            raise BatchError(f"{left} rows were not written. --fresh begins anew.")
        done.parts, self.rewriting = counted, 0.0

    def whole(self) -> Path:
        """The file that holds all rows; it is made now if there are several parts."""
        counted = self._parts.done.parts
        if len(counted) == 1 and pq.read_metadata(self._parts.part(0)).num_rows == counted[0]:
            return self._parts.part(0)
        for number, rows in enumerate(counted):
            for table in self._read(self._parts.part(number), rows):
                self._part = self._part or _Part(self._parts.open(self._parts.data), table.schema, self._schema)
                self._part.write(table)
        whole = self._part or _Part(self._parts.open(self._parts.data), self._schema, self._schema)
        if whole.end() != sum(counted):
            raise BatchError(f"The parts in {self._parts.folder} lack rows. --fresh begins anew.")
        return self._parts.data

    def _read(self, path: Path, rows: int) -> Iterator[Any]:
        """The first rows of a part, a row group at a time; texts as codes, as the part holds them."""
        texts = [field.name for field in self._schema if pa.types.is_string(field.type)]
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            for group in range(file.num_row_groups):
                if rows:
                    table = file.read_row_group(group).slice(0, rows).replace_schema_metadata()
                    rows -= table.num_rows
                    yield table

    def close(self) -> None:
        """Write no more; what was not committed is lost."""
        if self._part is not None:
            self._part.drop()


class _Part:
    """A Parquet file to which tables are added. It may hold texts as codes, and says that it holds texts."""

    def __init__(self, stream: BinaryIO, schema: Any, said: Any) -> None:
        self.schema, self._said, self._stream, self._rows = schema, said, stream, 0
        self._writer = pq.ParquetWriter(
            stream,
            schema,
            compression="zstd",
            store_schema=False,
            dictionary_pagesize_limit=1 << 30,  # texts repeat within a row group, however many there are
            write_statistics=False,
        )

    def write(self, table: Any) -> None:
        self._writer.write_table(table)
        self._rows += table.num_rows

    def end(self) -> int:
        """Write the footer, and wait until all is on the disk. Gives the number of rows."""
        stored = base64.b64encode(self._said.serialize().to_pybytes())
        try:
            self._writer.add_key_value_metadata({**(self._said.metadata or {}), _SCHEMA: stored})
            self._writer.close()
            keep(self._stream)
        finally:
            self.drop()
        return self._rows

    def drop(self) -> None:
        self._writer.is_open = False  # or it would write its footer when it is collected
        self._stream.close()


def names_of(schema: Any, questions: Any) -> list[str]:
    """The columns of a schema, those inside a position answer with dotted names."""
    parents = {field.split(".")[0] for field in questions if "." in field}
    names: list[str] = []
    for column in schema:
        if column.name in parents and pa.types.is_struct(column.type):
            names += [f"{column.name}.{inner.name}" for inner in column.type]
        else:
            names.append(column.name)
    return names


def answers_in(rows: Any, questions: Any) -> dict[str, Column]:
    """The answers in a table or batch of Arrow, by field."""
    found = {}
    names = set(rows.schema.names)
    for field, question in questions.items():
        parent, _, part = field.partition(".")
        if field in names:
            found[field] = column_of(rows.column(field), question)
        elif part and parent in names and pa.types.is_struct(rows.schema.field(parent).type):
            column = rows.column(parent)
            if column.type.get_field_index(part) >= 0:
                found[field] = column_of(pc.struct_field(column, part), question)
    return found


def type_of(name: str) -> Any:
    """The type of a column of results."""
    return _TYPES[KINDS[name]] if name in KINDS else pa.string()


def results_of(piece: Answered, column: Column, name: str) -> Any:
    """A column of results row by row; texts as codes."""
    values = pa.array(list(column.values), type_of(name))
    codes = pa.array(column.codes[piece.of_row])
    return values.take(codes) if name in KINDS else _filled(codes, values)


def _filled(codes: Any, values: Any) -> Any:
    """Codes into texts. No text is no code: readers expect no null among the texts."""
    if values.null_count:
        at = values.is_null().index(True).as_py()
        codes = pc.if_else(pc.equal(codes, at), pa.scalar(None, pa.int32()), codes)
        values = values.fill_null("")
    return pa.DictionaryArray.from_arrays(codes, values)


def _is_in(path: str, fields: set[str]) -> bool:
    parts = path.split(".")
    return parts[0] in fields or ".".join(parts[:2]) in fields


def _groups_from(metadata: Any, place: int) -> tuple[list[int], int]:
    """The row groups from the one that holds row `place` on, and how many rows of it come before."""
    before = 0
    for number in range(metadata.num_row_groups):
        rows = metadata.row_group(number).num_rows
        if before + rows > place:
            return list(range(number, metadata.num_row_groups)), place - before
        before += rows
    return [], 0


def _first(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
