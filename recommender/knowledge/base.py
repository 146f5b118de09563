"""The parents and small values that all knowledge models share."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from recommender.knowledge.amounts import Amount
from recommender.visible import hidden

__all__ = ["Amount", "AmountField", "Frozen", "Identifier", "Locator", "Reading", "Tag", "Text", "VisibleText"]


class Frozen(BaseModel):
    """A value read from a knowledge file: no unknown keys, no change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _visible(text: str) -> str:
    """The text, if nothing in it can hide what stands beside it on a screen."""
    if found := hidden(text):
        raise ValueError(f"a character that cannot be seen is not read here: {found}")
    return text


Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Locator = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+(#[0-9]+)?$")]
Tag = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
VisibleText = Annotated[Text, AfterValidator(_visible)]
Reading = Literal["direct", "cautious", "inferred", "guideline", "unconfirmed", "practical", "project"]

LARGEST = 999  # of any number of a dose: no text comes near it
_RANGE = re.compile(r"(\d+) to (\d+)\Z")
_OPEN = re.compile(r"at least (\d+)\Z")


def _amount(value: Any) -> Amount:
    if isinstance(value, Amount):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST:
        return Amount(value, value)
    if match := _RANGE.match(str(value)):
        low, high = int(match[1]), int(match[2])
        if low < high <= LARGEST:
            return Amount(low, high)
    if (match := _OPEN.match(str(value))) and int(match[1]) <= LARGEST:
        return Amount(int(match[1]), int(match[1]), open=True)
    if re.search(r"\d{4}", str(value)):
        raise ValueError(f'"{str(value)[:20]}" is too large; {LARGEST} is the most')
    raise ValueError(f'"{value}" is no amount; write a number, "2 to 4" or "at least 2"')


def _written(amount: Amount) -> str:
    return str(amount)


_SCHEMA = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "description": "A number."},
        {"type": "string", "pattern": "^([0-9]+ to [0-9]+|at least [0-9]+)$", "description": "2 to 4, or at least 2."},
    ]
}
AmountField = Annotated[
    Amount, BeforeValidator(_amount), PlainSerializer(_written), WithJsonSchema(_SCHEMA, mode="validation")
]
