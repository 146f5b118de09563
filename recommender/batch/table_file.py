"""Parquet in and out, some rows at a time."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recommender.batch.columns import Chunk, Column
from recommender.batch.decider import Answered
from recommender.batch.judge import KINDS
from recommender.batch.sets import column_of
from recommender.errors import BatchError
from recommender.knowledge.knowledge import Knowledge

__all__ = ["ParquetInput", "ParquetOutput", "answers_in", "results_of", "type_of"]

CHUNK_ROWS = 1 << 17
SMALL_GROUP = 1 << 14  # rows; where row groups are smaller, several are read at once
_BUFFER = 1 << 20
_IDLE = 16 << 20
_MAGIC = b"PAR1"
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
    """Writes Parquet to the end of a stream.

    Each commit ends a Parquet file whose places count from the beginning of the stream. The last
    footer names the rows of all of them, so that the whole is one file; the earlier ones lie idle in it.
    """

    def __init__(self, stream: BinaryIO, source: ParquetInput, names: Mapping[str, str], ends: Sequence[int]) -> None:
        self._stream, self.ends = stream, list(ends)
        fields = [*source.schema, *(pa.field(shown, type_of(name)) for name, shown in names.items())]
        self._schema = pa.schema(fields, source.schema.metadata)
        self._writer: Any = None

    def write(self, payload: Any, piece: Answered) -> None:
        """Write the rows of one piece."""
        rows = payload.slice(piece.start, piece.stop - piece.start)
        arrays = [*rows.columns, *(results_of(piece, column, name) for name, column in piece.results.items())]
        table = pa.Table.from_arrays(arrays, names=self._schema.names)
        if self._writer is not None and table.schema != self._writer.schema:
            self.commit()  # the codes have other types from here on; the file has not
        if self._writer is None:
            sink = _Sink(self._stream)
            self._writer = pq.ParquetWriter(
                sink.arrow,
                table.schema,
                compression="zstd",
                store_schema=False,
                dictionary_pagesize_limit=1 << 30,  # texts repeat within a row group, however many there are
                write_statistics=False,
            )
            sink.count_all()
        self._writer.write_table(table)

    def drop(self) -> None:
        """Forget what was not committed."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.is_open = False  # or it would write its footer when it is collected

    def commit(self) -> None:
        """Make what was written a file that can be read."""
        if self._writer is None:
            return
        stored = base64.b64encode(self._schema.serialize().to_pybytes())
        writer, self._writer = self._writer, None
        writer.add_key_value_metadata({**(self._schema.metadata or {}), _SCHEMA: stored})
        writer.close()
        self._stream.flush()
        self.ends.append(self._stream.tell())

    def finish(self, rows: int) -> None:
        """Write the footer of the whole, which holds so many rows. Raises BatchError if it does not."""
        if not self.ends:
            pq.write_table(self._schema.empty_table(), pa.PythonFile(self._stream, mode="w"))
            return
        whole, *others = [_footer(self._stream, end) for end in self.ends]
        for other in others:
            whole.append_row_groups(other)
        if whole.num_rows != rows:
            raise BatchError(f"{whole.num_rows} rows were written, and {rows} read. --fresh begins anew.")
        if others:
            footer = io.BytesIO()
            whole.write_metadata_file(footer)
            self._stream.seek(self.ends[-1])
            self._stream.write(footer.getvalue()[len(_MAGIC) :])
            self._stream.flush()


class _Sink:
    """What a writer of Arrow writes to, so that it counts its places from the beginning of the stream.

    Arrow begins to count at nothing. Once it has begun, it is handed as many bytes as stand before it, which go
    nowhere.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._before, self._idle = stream, stream.tell(), False
        self.closed = False
        self.arrow = pa.PythonFile(self, mode="w")

    def write(self, data: bytes) -> int:
        """Write, or only count."""
        return len(data) if self._idle else self._stream.write(data)

    def flush(self) -> None:
        """Write what waits."""
        self._stream.flush()

    def count_all(self) -> None:
        """Count what stands before too."""
        self._idle = True
        nothing = bytes(min(self._before, _IDLE))
        for start in range(0, self._before, _IDLE):
            self.arrow.write(nothing[: self._before - start])
        self._idle = False


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


def _footer(stream: BinaryIO, end: int) -> Any:
    """The metadata of the Parquet file that ends here."""
    stream.seek(end - 8)
    length = struct.unpack("<I", stream.read(4))[0]
    stream.seek(end - 8 - length)
    return pq.read_metadata(pa.BufferReader(_MAGIC + stream.read(length + 8)))


def _first(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
