"""What a check finds: where, what, for whom, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Finding", "Level", "in_short"]

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `subject` is the rule, exercise or question that may accept it; `witness` a person it concerns."""

    check: str
    level: Level
    file: str
    line: int | None
    found: str
    do: str = ""
    subject: str = ""
    witness: Mapping[str, Any] | None = None

    @property
    def place(self) -> str:
        """The file, with the line if it is known."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        text = f"{self.place}: {self.level}: {self.found}"
        if self.witness is not None:
            text += f" For example: {in_short(self.witness)}."
        return f"{text} {self.do}".rstrip() + f" [{self.check}]"


def in_short(example: Mapping[str, Any]) -> str:
    """A person as an example of a rule file writes one."""
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in example.items()) + "}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return in_short(value)
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, list | tuple) else str(value)
