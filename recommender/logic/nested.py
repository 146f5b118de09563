"""Answers by field as the nested mapping that a profile is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["nest"]


def nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The opposite of `recommender.logic.answers.flatten`: `pain_position.lying` becomes a part of `pain_position`."""
    data: dict[str, Any] = {}
    for field, value in flat.items():
        parent, _, part = field.partition(".")
        if part:
            data.setdefault(parent, {})[part] = value
        else:
            data[field] = value
    return data
