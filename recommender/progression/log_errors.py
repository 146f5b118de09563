"""What can be wrong with a log, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recommender.errors import RecommenderError
from recommender.sentences import Say

__all__ = ["LineFault", "LogError"]

SHOWN = 4  # faults; a file that is no log at all would fill the screen


@dataclass(frozen=True, slots=True)
class LineFault:
    """One fault of a log: the line, counted from 1 (None: the file as a whole), what was found and what is right.

    `text` says all of it.
    """

    line: int | None
    found: str
    accepted: str
    text: str

    @classmethod
    def of(cls, say: Say, line: int | None, found: str, accepted: str = "") -> LineFault:
        """The fault with its text."""
        text = say("log_file.accepted", found=found, accepted=accepted) if accepted else found
        return cls(line, found, accepted, text if line is None else say("log_file.line", line=line, text=text))

    def __str__(self) -> str:
        return self.text


class LogError(RecommenderError):
    """The log cannot be read or written. `faults` holds every fault. The file is as it was.

    `say` has the words, and `do` says what the person can do about it.
    """

    def __init__(self, path: object, faults: Iterable[LineFault], say: Say, *, do: str = "") -> None:
        self.path, self.faults = str(path), tuple(faults)
        lines = [say("log_file.at", path=self.path, fault=fault) for fault in self.faults[:SHOWN]]
        if (more := len(self.faults) - SHOWN) > 0:
            lines.append(say("log_file.more", n=more))
        super().__init__("\n".join([*lines, f"{do} {say('log_file.as_it_was')}".strip()]))
