"""What comes out for 2,000 people is what was recorded."""

from __future__ import annotations

from recommender import Knowledge
from tests.recorded import RECORD, lines


def test_the_results_are_those_that_were_recorded(knowledge: Knowledge) -> None:
    """No change of the code changes a result. After a change of the rules: `python -m tests.recorded`."""
    recorded = RECORD.read_text(encoding="utf-8").splitlines()
    found = list(lines(knowledge))
    differ = [f"{was} -> {now}" for was, now in zip(recorded, found, strict=True) if was != now]
    assert not differ, f"{len(differ)} of {len(found)}, such as {differ[:5]}"
