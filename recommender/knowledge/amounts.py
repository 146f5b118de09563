"""The numbers of a dose."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Amount"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a dose as its text gives it: one number, a range, or an open number ("at least 30").

    An open number counts with the number that the text states, as its maximum too.
    """

    low: int
    high: int
    open: bool = False

    def __str__(self) -> str:
        if self.open:
            return f"at least {self.low}"
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"
