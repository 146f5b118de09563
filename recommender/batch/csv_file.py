"""CSV in and out, some megabytes at a time."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from recommender.batch.blocks import LONGEST, MARK, Blocks
from recommender.batch.cells import MISSING, ODD
from recommender.batch.columns import Chunk, Column
from recommender.batch.decider import Answered
from recommender.batch.sets import column_of
from recommender.errors import BatchError
from recommender.knowledge.knowledge import Knowledge

__all__ = ["CsvInput", "CsvOutput"]

AT_ONCE = 1 << 14  # rows
_NOT_UTF8 = "This row is not UTF-8."


class CsvInput:
    """Reads CSV with a line of names; the separator is a comma, a semicolon or a tab. Cells stay as they are."""

    def __init__(self, path: Path, knowledge: Knowledge) -> None:
        self._questions = knowledge.table.questions
        self._path = path
        self._blocks = Blocks(path, quoted=True)
        try:
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
                line = stream.readline(LONGEST)
            text = line.removeprefix(MARK).decode().rstrip("\r\n")
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
        for block, after, share in self._blocks.after(max(place, self._begin)):
            frame, odd = self._frame(block)
            columns = {
                name: column_of(frame[name].to_arrow(), self._questions[name])
                for name in self.names
                if name in self._questions
            }
            if odd is not None:
                columns[ODD] = odd
            yield Chunk(len(frame), columns, frame, after, share)

    def _frame(self, block: bytes) -> tuple[pl.DataFrame, Column | None]:
        """The rows of a block, and what is odd about them."""
        schema = dict.fromkeys(self.names, pl.String)
        try:
            frame = pl.read_csv(block, has_header=False, schema=schema, separator=self.separator)
        except pl.exceptions.PolarsError:
            return self._slowly(block, schema)
        # A row with too few cells looks like one whose last cells are empty.
        if frame[self.names[-1]].null_count() and not self._is_even(block, len(frame)):
            return self._slowly(block, schema)
        return frame, None

    def _is_even(self, block: bytes, rows: int) -> bool:
        """Whether each row is known to have all its cells."""
        if b'"' in block or len(self.names) == 1:
            return False
        separators = block.count(self.separator.encode())
        ends = block.count(b"\n") + (not block.endswith(b"\n"))
        return separators == rows * (len(self.names) - 1) and ends == rows and b"\n\n" not in block

    def _slowly(self, block: bytes, schema: Mapping[str, Any]) -> tuple[pl.DataFrame, Column | None]:
        """The same row by row, with the fault of each; empty lines are no rows."""
        width = len(self.names)
        rows, odd = [], []
        text = io.StringIO(block.decode(errors="replace"), newline="")
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


class CsvOutput:
    """Writes CSV with the columns of the input and those of the results."""

    def __init__(self, put: Callable[[bytes], Any], source: CsvInput, names: Mapping[str, str]) -> None:
        self._put, self._source, self._names = put, source, names

    def begin(self) -> None:
        """Write the line of names."""
        head = io.StringIO()
        names = [*self._source.names, *self._names.values()]
        csv.writer(head, delimiter=self._source.separator, lineterminator="\n").writerow(names)
        self._put(head.getvalue().encode())

    def write(self, payload: pl.DataFrame, piece: Answered) -> None:
        """Write the rows of one piece, some at a time: spelled out they are many times larger."""
        values = {name: pl.Series(self._names[name], column.values) for name, column in piece.results.items()}
        for start in range(piece.start, piece.stop, AT_ONCE):
            rows = payload.slice(start, min(AT_ONCE, piece.stop - start))
            of_row = piece.of_row[start - piece.start : start - piece.start + len(rows)]
            results = [values[name].gather(column.codes[of_row]) for name, column in piece.results.items()]
            out = io.BytesIO()
            rows.with_columns(results).write_csv(out, include_header=False, separator=self._source.separator)
            self._put(out.getvalue())
