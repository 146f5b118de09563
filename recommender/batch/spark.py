"""The same results over Apache Spark, for tables beyond one machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from recommender.batch.cells import check_names
from recommender.batch.columns import Chunk
from recommender.batch.decider import Decider
from recommender.batch.parquet_file import answers_in, names_of, results_of, type_of
from recommender.batch.pool import Serial
from recommender.batch.row import COLUMNS, FULL, KINDS
from recommender.errors import BatchError
from recommender.knowledge.knowledge import Knowledge

__all__ = ["recommend_dataframe"]

_SPARK_TYPES = {int: "integer", bool: "boolean"}


def recommend_dataframe(
    frame: Any, *, knowledge: Knowledge | None = None, full: bool = False, prefix: str = "", carry: Iterable[str] = ()
) -> Any:
    """A DataFrame of Spark with the columns of `frame` and those of the results.

    Nothing is computed before Spark needs it; each of its Python processes decides every distinct
    profile that it meets once. The package, and the folder of `knowledge` if one is given, must be
    on every machine: a machine with other rules raises an error and gives no result.
    `prefix` and `carry` mean the same as for `recommender batch`. Raises BatchError.
    """
    from pyspark.sql.types import StructType

    knowledge = knowledge or Knowledge.shipped()
    names = {name: prefix + name for name in ((*COLUMNS, FULL) if full else COLUMNS)}
    arrow = pa.schema([(field.name, _arrow_like(field.dataType)) for field in frame.schema.fields])
    check_names(names_of(arrow, knowledge.table.questions), names.values(), knowledge.table.questions, carry)
    own = list(frame.columns)
    plain = frame.toDF(*(f"c{place}" for place in range(len(own))))  # Spark reads a dot in a name as a part of it
    schema = StructType(list(plain.schema.fields))
    for name in names:
        schema = schema.add(name, _SPARK_TYPES[KINDS[name]] if name in KINDS else "string")
    folder = None if knowledge is Knowledge.shipped() else str(knowledge.folder)
    answers = plain.mapInArrow(_Answers(folder, knowledge.hash, full, own), schema)
    return answers.toDF(*own, *names.values())


class _Answers:
    """What runs on each machine; small, since Spark sends it there."""

    def __init__(self, folder: str | None, hash: str, full: bool, own: list[str]) -> None:
        self._folder, self._hash, self._full, self._own = folder, hash, full, own

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        knowledge, decider = _deciding(self._folder, self._full)
        if knowledge.hash != self._hash:
            raise BatchError(f"This machine has other rules ({knowledge.hash}) than the driver ({self._hash}).")
        for batch in batches:
            rows = pa.RecordBatch.from_arrays(batch.columns, names=self._own)
            chunk = Chunk(rows.num_rows, answers_in(rows, knowledge.table.questions), None, 0, 0.0)
            for piece in decider.pieces(chunk):
                results = {
                    name: results_of(piece, column, name).cast(type_of(name)) for name, column in piece.results.items()
                }
                part = batch.slice(piece.start, piece.stop - piece.start)
                yield pa.RecordBatch.from_arrays(
                    [*part.columns, *results.values()], names=[*batch.schema.names, *results]
                )


@lru_cache(maxsize=2)
def _deciding(folder: str | None, full: bool) -> tuple[Knowledge, Decider]:
    """The knowledge and what was decided so far; kept as long as Spark keeps the process."""
    knowledge = Knowledge.shipped() if folder is None else Knowledge.load(Path(folder))
    return knowledge, Decider(knowledge, Serial(knowledge, full=full), full=full)


def _arrow_like(kind: Any) -> Any:
    """A type of Arrow that has the same inner names; all else about it is left open."""
    inner = getattr(kind, "fields", None)
    return pa.string() if inner is None else pa.struct([(field.name, pa.string()) for field in inner])
