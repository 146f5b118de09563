"""Decides with several processes, in the order of what is asked."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from recommender.batch.judge import Judge, Row
from recommender.errors import BatchError
from recommender.knowledge.knowledge import Knowledge

__all__ = ["Alone", "Pool", "cores"]

SHARE = 256  # people in one request
_START = "import sys; sys.path[:] = {path!r}; from recommender.batch.worker import serve; serve()"

Given = tuple[Any, ...]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Alone:
    """Decides in this process."""

    def __init__(self, knowledge: Knowledge, *, full: bool = False) -> None:
        self._judge = Judge(knowledge, full=full)

    def decide(self, people: Sequence[Given]) -> list[Row]:
        """A row of results for each of these answers."""
        return [self._judge.row(given) for given in people]


class Pool:
    """Decides in `jobs` processes, each with the same knowledge. Close it, or leave its `with` block, to end them."""

    def __init__(self, knowledge: Knowledge, jobs: int, *, full: bool = False) -> None:
        path = [os.path.abspath(part) for part in sys.path]  # noqa: PTH100 - an empty part is this folder
        command = [sys.executable, "-c", _START.format(path=path)]
        self._workers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - this very program
            for _ in range(jobs)
        ]
        self._threads = ThreadPoolExecutor(jobs)
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        try:
            hashes = [_ask(worker, (str(knowledge.folder), full)) for worker in self._workers]
            if set(hashes) != {knowledge.hash}:
                raise BatchError("The rules were changed while they were read. Run it again.")
        except BaseException:
            self.close()
            raise

    def decide(self, people: Sequence[Given]) -> list[Row]:
        """A row of results for each of these answers."""
        size = max(1, min(SHARE, -(-len(people) // len(self._workers))))
        parts = [people[at : at + size] for at in range(0, len(people), size)]
        return [row for rows in self._threads.map(self._decide, parts) for row in rows]

    def _decide(self, people: Sequence[Given]) -> list[Row]:
        worker = self._idle.get()
        try:
            rows: list[Row] = _ask(worker, people)
            return rows
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End the processes."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:  # what was not sent any more
                        continue
        self._threads.shutdown()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _ask(worker: subprocess.Popen[bytes], request: Any) -> Any:
    """The reply of a process. Raises BatchError if it has ended."""
    if worker.stdin is None or worker.stdout is None:
        raise BatchError("A process that decides cannot be reached.")
    try:
        pickle.dump(request, worker.stdin, pickle.HIGHEST_PROTOCOL)
        worker.stdin.flush()
        return pickle.load(worker.stdout)  # noqa: S301 - from the process that was started here
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):
        raise BatchError(
            "A process that decides has ended, perhaps because the memory did not suffice. "
            "Run the same command again to go on, with a smaller --jobs if it happens again."
        ) from None
