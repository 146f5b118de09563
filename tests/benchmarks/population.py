"""A population in Parquet: many rows, whose profiles repeat as a few common and many rare ones do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recommender import Knowledge
from recommender.logic.answers import flatten
from tests.benchmarks.people import people

__all__ = ["population"]

ROWS = 1 << 20


def population(path: Path, rows: int, distinct: int, knowledge: Knowledge, seed: int = 1) -> int:
    """Write `rows` people with `distinct` profiles; the profile of rank k is as frequent as 1/k. Gives its bytes.

    The profiles are those of people.py, at a risk of 0.04 for each answer, and between 18 and 90 years old.
    Besides the fields there is a column `person` of our own.
    """
    questions = knowledge.table.questions
    profiles = [flatten(profile, questions) for profile in people(distinct, knowledge, seed=seed, risk=0.04)]
    columns: dict[str, Any] = {}
    for field, question in questions.items():
        cells = [profile.get(field) for profile in profiles]
        if question.kind == "number" and question.unknown:
            cells = [None if cell is None else str(cell) for cell in cells]
        columns[field] = pa.array(cells, pa.list_(pa.string()) if question.kind == "set" else None)
    table = pa.table(columns)
    chance = np.random.default_rng(seed)
    weights = 1 / np.arange(1, distinct + 1)
    limits = np.cumsum(weights) / weights.sum()
    places = chance.permutation(distinct)
    writer = None
    for start in range(0, rows, ROWS):
        count = min(ROWS, rows - start)
        drawn = np.searchsorted(limits, chance.random(count))
        part = table.take(pa.array(places[np.minimum(drawn, distinct - 1)]))
        part = part.add_column(0, "person", pa.array(np.arange(start, start + count)))
        writer = writer or pq.ParquetWriter(path, part.schema)
        writer.write_table(part)
    if writer:
        writer.close()
    return path.stat().st_size
