"""Text in and out, some megabytes at a time: CSV and JSON lines, packed with gzip or not."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from recommender.batch.cells import MISSING, ODD, looks_like
from recommender.batch.checkpoint import Checkpoint, Parts, keep
from recommender.batch.columns import Chunk, Column, column_of
from recommender.batch.decider import Answered
from recommender.errors import BatchError
from recommender.knowledge.knowledge import Knowledge

__all__ = ["CsvInput", "CsvOutput", "LinesInput", "LinesOutput"]

CHUNK_BYTES = 16 << 20
LONGEST_ROW = 64 << 20  # bytes
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # with which some programs begin a file in UTF-8
ROWS_AT_ONCE = 1 << 14  # that CSV is spelled out for
UNREADABLE = "unreadable"  # the key under which a line of JSON comes back that is no object
_NOT_UTF8 = "This row is not UTF-8."


class ByteChunks:
    """The bytes of a text file in chunks of whole rows, each with the place after it and the share of the file."""

    def __init__(self, path: Path, *, quoted: bool) -> None:
        self._path, self._quoted = path, quoted
        self._size = max(path.stat().st_size, 1)

    def after(self, place: int) -> Iterator[tuple[bytes, int, float]]:
        """The chunks from byte `place` on."""
        with self._path.open("rb") as raw:
            stream: Any = gzip.GzipFile(fileobj=raw) if self._path.suffix == ".gz" else raw
            rest = b""
            try:
                stream.seek(place)
                while True:
                    more = stream.read(CHUNK_BYTES)
                    data = rest + more
                    if not data:
                        return
                    end = self._end(data) if more else len(data)
                    rest = data[end:]
                    if end:
                        place += end
                        yield data[:end], place, min((raw.tell() - len(rest)) / self._size, 1.0)
                    elif len(data) > LONGEST_ROW:
                        raise BatchError(
                            f"{self._path}: no row ends within {LONGEST_ROW >> 20} MB after byte {place}. "
                            "Perhaps a quotation mark is not closed there."
                        )
            except (EOFError, gzip.BadGzipFile) as error:
                raise BatchError(f"{self._path} cannot be read on: {error}") from None

    def _end(self, data: bytes) -> int:
        """Where the last row that is whole ends; 0 if none is."""
        end = data.rfind(b"\n") + 1
        if not self._quoted:
            return end
        marks = data.count(b'"', 0, end)
        while end and marks % 2:
            before = data.rfind(b"\n", 0, end - 1) + 1
            marks -= data.count(b'"', before, end)
            end = before
        return end


class TextOutput:
    """Writes rows to the end of the data, packed with gzip or not."""

    rewriting = 0.0  # seconds that a commit costs later on

    def __init__(self, parts: Parts, *, packed: bool) -> None:
        self._packed, self._path = packed, parts.data
        self._stream = parts.open(parts.data, parts.done.size)
        self._rows = parts.done.rows
        self._sizes = {self._rows: parts.done.size}  # after so many rows, where a commit may be

    def put(self, raw: bytes, rows: int = 0) -> None:
        """Write these bytes, which end so many rows."""
        self._stream.write(gzip.compress(raw, 6, mtime=0) if self._packed else raw)
        self._rows += rows
        self._sizes[self._rows] = self._stream.tell()

    def commit(self, done: Checkpoint) -> None:
        """Secure the rows that are done, and say in `done` how many bytes they take."""
        size = self._sizes[done.rows]
        keep(self._stream)
        done.size, self._sizes = size, {done.rows: size}

    def whole(self) -> Path:
        """The file that holds all rows."""
        return self._path

    def close(self) -> None:
        """Write no more."""
        self._stream.close()


# --- CSV ----------------------------------------------------------------------------------------------


class CsvInput:
    """Reads CSV with a line of names; the separator is a comma, a semicolon or a tab. Cells stay as they are."""

    def __init__(self, path: Path, knowledge: Knowledge) -> None:
        self._questions = knowledge.table.questions
        self._path = path
        self._bytes = ByteChunks(path, quoted=True)
        try:
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
                line = stream.readline(LONGEST_ROW)
            text = line.removeprefix(BYTE_ORDER_MARK).decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise BatchError(f"{path} is not UTF-8.") from None
        except (EOFError, gzip.BadGzipFile) as error:
            raise BatchError(f"{path} cannot be read: {error}.") from None
        if not text:
            raise BatchError(f"{path} has no line of names.")
        self.separator = max(",;\t", key=text.count)
        self.names: list[str] = next(csv.reader([text], delimiter=self.separator))
        self._begin = len(line)

    def chunks(self, place: int) -> Iterator[Chunk]:
        """The rows from byte `place` on."""
        for raw, after, share in self._bytes.after(max(place, self._begin)):
            frame, odd = self._frame(raw)
            columns = {
                name: column_of(frame[name].to_arrow(), self._questions[name])
                for name in self.names
                if name in self._questions
            }
            if odd is not None:
                columns[ODD] = odd
            yield Chunk(len(frame), columns, frame, after, share)

    def _frame(self, raw: bytes) -> tuple[pl.DataFrame, Column | None]:
        """The rows of these bytes, and what is odd about them."""
        schema = dict.fromkeys(self.names, pl.String)
        try:
            frame = pl.read_csv(raw, has_header=False, schema=schema, separator=self.separator)
        except pl.exceptions.PolarsError:
            return self._slowly(raw, schema)
        # A row with too few cells looks like one whose last cells are empty.
        if frame[self.names[-1]].null_count() and not self._is_even(raw, len(frame)):
            return self._slowly(raw, schema)
        return frame, None

    def _is_even(self, raw: bytes, rows: int) -> bool:
        """Whether each row is known to have all its cells."""
        if b'"' in raw or len(self.names) == 1:
            return False
        separators = raw.count(self.separator.encode())
        ends = raw.count(b"\n") + (not raw.endswith(b"\n"))
        return separators == rows * (len(self.names) - 1) and ends == rows and b"\n\n" not in raw

    def _slowly(self, raw: bytes, schema: Mapping[str, Any]) -> tuple[pl.DataFrame, Column | None]:
        """The same row by row, with the fault of each; empty lines are no rows."""
        width = len(self.names)
        rows, odd = [], []
        text = io.StringIO(raw.decode(errors="replace"), newline="")
        reader = csv.reader(text, delimiter=self.separator)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                cells, fault = [], f"This row cannot be read: {error}."
            else:
                if not cells:
                    continue
                fault = (
                    "" if len(cells) == width else f"This row has {len(cells)} cells, and there are {width} columns."
                )
            if any("\ufffd" in cell for cell in cells):
                fault = _NOT_UTF8
            odd.append(fault or MISSING)
            rows.append([cell or None for cell in cells[:width]] + [None] * (width - len(cells)))
        return pl.DataFrame(rows, schema=schema, orient="row"), Column.of(odd)


class CsvOutput(TextOutput):
    """Writes CSV with the columns of the input and those of the results."""

    def __init__(self, parts: Parts, source: CsvInput, names: Mapping[str, str], *, packed: bool) -> None:
        super().__init__(parts, packed=packed)
        self._separator, self._names = source.separator, names
        if not parts.done.size:
            head = io.StringIO()
            csv.writer(head, delimiter=self._separator, lineterminator="\n").writerow([*source.names, *names.values()])
            self.put(head.getvalue().encode())

    def write(self, payload: pl.DataFrame, piece: Answered) -> None:
        """Write the rows of one piece, some at a time: spelled out they are many times larger."""
        values = {name: pl.Series(self._names[name], column.values) for name, column in piece.results.items()}
        for start in range(piece.start, piece.stop, ROWS_AT_ONCE):
            rows = payload.slice(start, min(ROWS_AT_ONCE, piece.stop - start))
            of_row = piece.of_row[start - piece.start : start - piece.start + len(rows)]
            results = [values[name].gather(column.codes[of_row]) for name, column in piece.results.items()]
            out = io.BytesIO()
            rows.with_columns(results).write_csv(out, include_header=False, separator=self._separator)
            self.put(out.getvalue(), len(rows))


# --- JSON lines ---------------------------------------------------------------------------------------


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
        self._bytes = ByteChunks(path, quoted=False)

    def chunks(self, place: int) -> Iterator[Chunk]:
        """The rows from byte `place` on; empty lines are none."""
        for raw, after, share in self._bytes.after(place):
            lines = [line for line in raw.removeprefix(BYTE_ORDER_MARK).split(b"\n") if line and not line.isspace()]
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


class LinesOutput(TextOutput):
    """Writes each line as it came, with the results at its end."""

    def __init__(self, parts: Parts, names: Mapping[str, str], *, packed: bool) -> None:
        super().__init__(parts, packed=packed)
        self._names = names

    def write(self, payload: Sequence[bytes], piece: Answered) -> None:
        """Write the rows of one piece."""
        columns = [(self._names[name], column, column.codes.tolist()) for name, column in piece.results.items()]
        count = len(columns[0][2])
        ends = [
            json.dumps({name: column.values[codes[group]] for name, column, codes in columns}).encode()[1:] + b"\n"
            for group in range(count)
        ]
        lines = payload[piece.start : piece.stop]
        groups = piece.of_row.tolist()
        self.put(b"".join(_head(line) + ends[group] for line, group in zip(lines, groups, strict=True)), len(lines))


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
