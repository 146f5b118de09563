"""Decides with several processes, in the order of what is asked."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

from recommender.batch.row import Row, RowMaker
from recommender.errors import BatchError, KnowledgeError
from recommender.knowledge.knowledge import Knowledge

__all__ = ["Pool", "Serial", "cores"]

SHARE = 256  # people in one request

Given = tuple[Any, ...]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Serial:
    """Decides in this process."""

    def __init__(self, knowledge: Knowledge, *, full: bool = False) -> None:
        self._maker = RowMaker(knowledge, full=full)

    def decide(self, people: Sequence[Given]) -> list[Row]:
        """A row of results for each of these answers."""
        return [self._maker.row(given) for given in people]


class Pool:
    """Decides in up to `jobs` processes, each with the same knowledge; they end with the `with` block.

    They are spawned, not forked: this process has threads. So a script that uses this needs the usual
    `if __name__ == "__main__"`.
    """

    def __init__(self, knowledge: Knowledge, jobs: int, *, full: bool = False) -> None:
        begun = (knowledge.folder, knowledge.hash, full)
        self._jobs = jobs
        self._executor = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, begun)
        self._looked_after: set[int] = set()

    def decide(self, people: Sequence[Given]) -> list[Row]:
        """A row of results for each of these answers. Raises BatchError if a process has ended."""
        size = max(1, min(SHARE, -(-len(people) // self._jobs)))
        try:
            rows = self._executor.map(_row, people, chunksize=size)
            self._look_after()
            return list(rows)
        except BrokenProcessPool:
            raise BatchError(
                "A process that decides has ended, perhaps because the memory did not suffice. "
                "Run the same command again to go on, with a smaller --jobs if it happens again."
            ) from None

    def _look_after(self) -> None:
        """Let someone wait for the end of each process that was started."""
        for number, process in list(self._executor._processes.items()):
            if number not in self._looked_after:
                self._looked_after.add(number)
                Thread(target=_end_with_one, args=(process.sentinel, self._executor), daemon=True).start()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._executor.shutdown(cancel_futures=True)


def _end_with_one(sentinel: int, executor: ProcessPoolExecutor) -> None:
    """When one process has ended, end all, and the pipe for their rows.

    A process that is killed while it hands rows back leaves a part of them in the pipe. The executor waits for the
    rest of that for ever, as long as anybody could still write to the pipe: the other processes, and this one.
    """
    wait([sentinel])
    for process in list((executor._processes or {}).values()):
        process.kill()
    with suppress(OSError, AttributeError):  # closed, or gone with the executor
        executor._result_queue._writer.close()  # type: ignore[attr-defined]


# --- in a process that decides ------------------------------------------------------------------------

_makers: list[RowMaker] = []


def _begin(folder: Path, hash: str, full: bool) -> None:
    """Read the knowledge. Where that fails no row is made: an error here would only end the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it says when it ends
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        knowledge = Knowledge.load(folder)
    except KnowledgeError:
        return
    if knowledge.hash == hash:
        _makers.append(RowMaker(knowledge, full=full))
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)


def _end_with_parent() -> None:
    """End when the process that started this one was killed: the executor would wait for it for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _row(given: Given) -> Row:
    if not _makers:
        raise BatchError("The rules were changed while they were read. Run it again.")
    return _makers[0].row(given)
