"""A process that decides: takes lists of answers on its input, gives lists of rows on its output, ends with its input.

It is a process of its own, and not one of `multiprocessing`, so that it starts alike from a script, a
notebook and a service, and holds nothing but the knowledge.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from recommender.batch.judge import Judge
from recommender.knowledge.knowledge import Knowledge

__all__ = ["serve"]


def serve() -> None:
    """Answer one request after the other; the first names the knowledge."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it says when it ends
    requests = sys.stdin.buffer
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as replies:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what anything prints is no reply
        try:
            _answer(requests, replies)
        except (EOFError, BrokenPipeError):
            return


def _answer(requests: BinaryIO, replies: BinaryIO) -> None:
    folder, full = pickle.load(requests)  # noqa: S301 - from the process that started this one
    judge = Judge(Knowledge.load(Path(folder)), full=full)
    _send(judge.knowledge.hash, replies)
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    while True:
        given = pickle.load(requests)  # noqa: S301
        _send([judge.row(answers) for answers in given], replies)


def _send(value: object, replies: BinaryIO) -> None:
    pickle.dump(value, replies, pickle.HIGHEST_PROTOCOL)
    replies.flush()
