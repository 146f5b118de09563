"""What a review finds."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the knowledge that someone should look at: where, what, and what to do."""

    file: str
    line: int | None
    found: str
    do: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.found} {self.do}".rstrip()
