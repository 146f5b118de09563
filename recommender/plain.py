"""The values of a result as plain values: the attributes of their models, and nothing else.

A command that only shows a result takes these, and so does without pydantic. The composer makes
both alike, and a test compares them attribute by attribute.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.recommendation import Message

__all__ = ["FORMAT", "Make", "Spoken", "plainly_made"]

FORMAT = 2  # of a result as JSON; it grows whenever a reader of an older one would misread it

Make = Callable[[str, dict[str, Any]], Any]  # from the name of a kind and all its values to such a value


class Spoken:
    """What a result answers about its messages."""

    if TYPE_CHECKING:
        messages: tuple[Message, ...]

    def messages_of(self, kind: str) -> tuple[Message, ...]:
        """The messages of one kind, in their order."""
        return tuple(message for message in self.messages if message.kind == kind)


class _Plain:
    """A frozen value. What is no field of it is an error, as it is in its model."""

    def __init__(self, values: dict[str, Any]) -> None:
        vars(self).update(values)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"this value is frozen; {name} stays as it is")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"this value is frozen; {name} stays as it is")


class _Result(Spoken, _Plain):
    """A whole result."""

    def model_dump_json(self, *, indent: int) -> str:
        """The same JSON as that of the model."""
        return json.dumps(self, default=vars, ensure_ascii=False, indent=indent)


def plainly_made(kind: str, values: dict[str, Any]) -> Any:
    """A plain value. The opposite of `recommendation.made`, to which it is alike in all attributes."""
    return _Result(values) if kind == "Recommendation" else _Plain(values)
