"""The real C module of durable-rules behind a wrapper that can be told to misbehave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recommender.engine import import_library

__all__ = ["FaultyLibrary"]

REAL = import_library()

Fault = Callable[..., Any]  # (the real function, the number of this call, the arguments) -> result


class FaultyLibrary:
    """Passes every call on. After `break_`, one function goes through the fault instead, until `heal`."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._calls: dict[str, int] = {}

    def break_(self, name: str, fault: Fault) -> None:
        """From now on, answer calls of `name` with the fault."""
        self._faults[name] = fault
        self._calls[name] = 0

    def heal(self) -> None:
        """Be the real library again."""
        self._faults.clear()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(REAL, name)
        if name not in self._faults:
            return real

        def call(*arguments: Any) -> Any:
            self._calls[name] += 1
            return self._faults[name](real, self._calls[name], *arguments)

        return call
