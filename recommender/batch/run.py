"""From a file of profiles to a file with their results: in order, resumable, in bounded memory."""

from __future__ import annotations

import copy
import errno
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recommender.batch.cells import check_names
from recommender.batch.checkpoint import Checkpoint, Parts, fingerprint_of
from recommender.batch.decider import Answered, Decider, Decides
from recommender.batch.parquet_file import ParquetInput, ParquetOutput
from recommender.batch.pool import Pool, Serial
from recommender.batch.row import COLUMNS, FULL
from recommender.batch.text_files import CsvInput, CsvOutput, LinesInput, LinesOutput
from recommender.errors import BatchError
from recommender.kept.files import answer_words, knowledge_files
from recommender.kept.writing import consent, protect, target_of
from recommender.knowledge.knowledge import Knowledge

__all__ = ["FORMATS", "Job", "Summary", "format_of", "run"]

COMMIT_SECONDS = 10.0  # from one commit to the next, at least
COMMIT_SHARE = 20  # and so many times as long as a commit takes, now and in the end
LATEST_COMMIT = 600.0  # whatever it takes
FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

Report = Callable[[float, int], None]
Names = dict[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done. `own` are columns that are the user's own although they look like a field.

    `fresh` forgets an interrupted run; that and `force` replace an output that is there, when all is done.
    """

    source: Path
    output: Path
    form: str
    packed: bool = False
    full: bool = False
    jobs: int = 1
    prefix: str = ""
    own: tuple[str, ...] = ()
    fresh: bool = False
    force: bool = False

    @property
    def names(self) -> Names:
        """The columns of the results, and what they are called in the output."""
        return {name: self.prefix + name for name in ((*COLUMNS, FULL) if self.full else COLUMNS)}


@dataclass(frozen=True, slots=True)
class Summary:
    """What was done: rows by outcome (under "" those with an error), and how many of the rows in an earlier run."""

    rows: int
    before: int
    distinct: int
    counts: dict[str, int]


def format_of(path: Path, form: str | None) -> tuple[str, bool]:
    """The format of a file, and whether it is packed with gzip. Raises BatchError."""
    packed = path.suffix == ".gz"
    suffix = path.with_suffix("").suffix if packed else path.suffix
    found = form or FORMATS.get(suffix.lower())
    if found is None:
        raise BatchError(f"The format of {path} cannot be told from its name. Name it with --format.")
    if packed and found == "parquet":
        raise BatchError(f"{path}: Parquet packs its columns itself and is not read from gzip.")
    return found, packed


def run(
    job: Job, knowledge: Knowledge, report: Report | None = None, *, ask: Callable[[str], bool] | None = None
) -> Summary:
    """Answer every row of a file. `report` hears how far it is, `ask` decides whether an output is replaced.

    Raises OutputError where the output must not be written, and BatchError where a file cannot be read or
    written; what is done by then is kept for the next run.
    """
    try:
        target = target_of(job.output, knowledge.say)
        protect(target, [job.source, *knowledge_files(knowledge)], answer_words(knowledge))
        source = _input(job, knowledge)
        consent([target], force=job.force or job.fresh, ask=ask)
        with ExitStack() as stack:
            parts = Parts(target, _settings(job, knowledge), fresh=job.fresh)
            stack.callback(parts.close)
            before = parts.done.rows
            deciding: Decides = Serial(knowledge, full=job.full)
            if job.jobs > 1:
                deciding = stack.enter_context(Pool(knowledge, job.jobs, full=job.full))
            decider = Decider(knowledge, deciding, full=job.full)
            _Run(job, source, parts, decider, report or _silent).through()
            done = parts.done
            return Summary(done.rows, before, done.distinct, done.counts)
    except OSError as error:
        raise _fault(error, job) from None


def _silent(share: float, rows: int) -> None:
    """Say nothing."""
    del share, rows


def _input(job: Job, knowledge: Knowledge) -> Any:
    """The input, if its columns are those of profiles."""
    names = list(job.names.values())
    questions = knowledge.table.questions
    if job.form == "jsonl":
        return LinesInput(job.source, knowledge, names, job.own)
    source: Any = CsvInput(job.source, knowledge) if job.form == "csv" else ParquetInput(job.source, knowledge)
    check_names(source.names, names, questions, job.own)
    return source


def _settings(job: Job, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "the input": fingerprint_of(job.source),
        "the rules": knowledge.hash,
        "the version of this program": knowledge.version,
        "the format": [job.form, job.packed],
        "the columns": [*job.names.values()],
        "--carry": sorted(job.own),
    }


class _Run:
    """One run: reads ahead in one thread, decides in the pool, writes in another thread."""

    def __init__(self, job: Job, source: Any, parts: Parts, decider: Decider, report: Report) -> None:
        self._job, self._source, self._parts = job, source, parts
        self._decider, self._report = decider, report
        self._done: Checkpoint = copy.deepcopy(parts.done)
        self._at_chunk = copy.deepcopy(self._done)

    def through(self) -> None:
        """Answer all rows, and put the output into its place."""
        output = self._output()
        try:
            try:
                self._rows(output)
            except BaseException:
                self._done = self._at_chunk
                with suppress(Exception):  # where it fails, what was secured before counts
                    self._commit(output)
                raise
            self._commit(output)
            self._parts.finish(output.whole())
        finally:
            output.close()

    def _output(self) -> Any:
        job, parts = self._job, self._parts
        if job.form == "parquet":
            return ParquetOutput(parts, self._source, job.names)
        if job.form == "jsonl":
            return LinesOutput(parts, job.names, packed=job.packed)
        return CsvOutput(parts, self._source, job.names, packed=job.packed)

    def _rows(self, output: Any) -> None:
        committed, took = time.monotonic(), 0.0
        with ThreadPoolExecutor(1) as writer, ThreadPoolExecutor(1) as reader:
            writing: Future[Any] = writer.submit(int)  # nothing yet
            chunks = self._source.chunks(self._done.place)
            reading = reader.submit(next, chunks, None)
            while (chunk := reading.result()) is not None:
                reading = reader.submit(next, chunks, None)
                for piece in self._decider.pieces(chunk):
                    self._count(piece)
                    writing.result()
                    writing = writer.submit(output.write, chunk.payload, piece)
                self._done.place = chunk.place
                self._done.distinct, self._decider.distinct = self._done.distinct + self._decider.distinct, 0
                self._at_chunk = copy.deepcopy(self._done)
                self._report(chunk.share, self._done.rows)
                since = time.monotonic() - committed
                if since > LATEST_COMMIT or since > max(COMMIT_SECONDS, COMMIT_SHARE * (took + output.rewriting)):
                    writing.result()
                    begun = time.monotonic()
                    self._commit(output)
                    committed = time.monotonic()
                    took = committed - begun
            writing.result()

    def _count(self, piece: Answered) -> None:
        outcome = piece.results["outcome"]
        rows = np.bincount(outcome.codes[piece.of_row], minlength=len(outcome.values))
        for name, count in zip(outcome.values, rows.tolist(), strict=True):
            self._done.counts[name or ""] = self._done.counts.get(name or "", 0) + count
        self._done.rows += piece.stop - piece.start

    def _commit(self, output: Any) -> None:
        output.commit(self._done)
        self._parts.commit(self._done)


def _fault(error: OSError, job: Job) -> BatchError:
    """The error in words that say what to do."""
    if error.errno in _NO_ROOM and not target_of(job.output).stream:
        return BatchError(
            f"There is no room left to write {job.output}. What is done is kept beside it, in {job.output.name}.parts: "
            "make room, and run the same command again to go on."
        )
    return BatchError(f"{error.filename or job.output}: {error.strerror or error}. Nothing stands half-written.")
