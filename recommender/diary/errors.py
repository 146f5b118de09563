"""What can be wrong with a diary, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recommender.errors import RecommenderError

__all__ = ["DiaryError", "LineFault"]

SHOWN = 4  # faults; a file that is no diary at all would fill the screen
MEND = "Correct these lines in an editor, or take them out. Keep a copy first."


@dataclass(frozen=True, slots=True)
class LineFault:
    """One fault of a diary: the line, counted from 1 (None: the file as a whole), what was found and what is right."""

    line: int | None
    found: str
    accepted: str = ""

    def __str__(self) -> str:
        place = "" if self.line is None else f"line {self.line}: "
        return f"{place}{self.found}" + (f" Accepted: {self.accepted}." if self.accepted else "")


class DiaryError(RecommenderError):
    """The diary cannot be read or written. `faults` holds every fault. The file is as it was.

    `do` says what the person can do about it.
    """

    def __init__(self, path: object, faults: Iterable[LineFault], do: str = "") -> None:
        self.path, self.faults = str(path), tuple(faults)
        lines = [f"{self.path}, {fault}" for fault in self.faults[:SHOWN]]
        if more := len(self.faults) - SHOWN:
            lines += [f"and {more} more."] if more > 0 else []
        super().__init__("\n".join([*lines, f"{do} The diary is as it was.".strip()]))
