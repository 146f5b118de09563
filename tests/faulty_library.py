"""The real C module of durable-rules behind a wrapper that can be told to misbehave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recommender.logic.engine import import_library

__all__ = ["CountingLibrary", "FaultyLibrary"]

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


class CountingLibrary(FaultyLibrary):
    """Counts its calls, whatever they are for, and can go wrong at any one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._at: int | None = None
        self._fault: Fault | None = None

    def at(self, number: int, fault: Fault) -> None:
        """Answer the call with this number, counted from now on, with the fault."""
        self.count, self._at, self._fault = 0, number, fault

    def heal(self) -> None:
        """Be the real library again."""
        super().heal()
        self._at = self._fault = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        inner = super().__getattr__(name)

        def call(*arguments: Any) -> Any:
            self.count += 1
            if self.count == self._at and self._fault is not None:
                return self._fault(inner, self.count, *arguments)
            return inner(*arguments)

        return call
