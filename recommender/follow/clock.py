"""The time of a session."""

from __future__ import annotations

from datetime import datetime

__all__ = ["moment"]


def moment() -> datetime:
    """Now, to the second, with the time zone."""
    return datetime.now().astimezone().replace(microsecond=0)
