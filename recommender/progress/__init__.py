"""The next time: how the routine changes with how the last sessions went."""

from __future__ import annotations

from recommender.progress.adapt import adapt, demanded
from recommender.progress.result import Adapted, Change, Said

__all__ = ["Adapted", "Change", "Said", "adapt", "demanded"]
