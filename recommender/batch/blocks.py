"""Text files in blocks of whole rows, packed with gzip or not."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recommender.errors import BatchError

__all__ = ["BLOCK", "LONGEST", "MARK", "Blocks"]

BLOCK = 16 << 20
LONGEST = 64 << 20  # of one row
MARK = b"\xef\xbb\xbf"  # with which some programs begin a file in UTF-8


class Blocks:
    """The bytes of a text file in blocks of whole rows, each with the place after it and the share of the file."""

    def __init__(self, path: Path, *, quoted: bool) -> None:
        self._path, self._quoted = path, quoted
        self._size = max(path.stat().st_size, 1)

    def after(self, place: int) -> Iterator[tuple[bytes, int, float]]:
        """The blocks from byte `place` on."""
        with self._path.open("rb") as raw:
            stream: Any = gzip.GzipFile(fileobj=raw) if self._path.suffix == ".gz" else raw
            rest = b""
            try:
                stream.seek(place)
                while True:
                    more = stream.read(BLOCK)
                    data = rest + more
                    if not data:
                        return
                    end = self._end(data) if more else len(data)
                    rest = data[end:]
                    if end:
                        place += end
                        yield data[:end], place, min((raw.tell() - len(rest)) / self._size, 1.0)
                    elif len(data) > LONGEST:
                        raise BatchError(
                            f"{self._path}: no row ends within {LONGEST >> 20} MB after byte {place}. "
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
