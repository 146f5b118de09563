"""One line on a terminal that says how far a long command is."""

from __future__ import annotations

import sys
import time
from types import TracebackType

__all__ = ["Progress"]

PATIENCE = 1.0  # seconds before anything is shown


class Progress:
    """Shows "Checking: 3 of 30" on stderr when it takes longer than a second, and nothing without a terminal.

    Call it with how much is done and of how much; leave its `with` block to wipe the line.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self._began = time.monotonic()
        self._on = sys.stderr is not None and sys.stderr.isatty()
        self._shown = 0

    def __call__(self, done: int, of: int) -> None:
        """Say how far it is."""
        if not self._on or time.monotonic() - self._began < PATIENCE:
            return
        text = f"{self.title}: {done} of {of}"
        sys.stderr.write("\r" + text.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(text)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
