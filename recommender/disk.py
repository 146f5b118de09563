"""What has to reach the disk before it counts as kept."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["keep_name"]


def keep_name(path: Path) -> None:
    """Wait until the name of a new file is on the disk too, where a folder can be asked for that."""
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
