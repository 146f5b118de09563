"""Reading ahead in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, Full, Queue
from typing import TypeVar

__all__ = ["ahead"]

Item = TypeVar("Item")
_PATIENCE = 0.1  # seconds until the reader looks whether it is still needed


@contextmanager
def ahead(items: Iterator[Item]) -> Iterator[Iterator[Item]]:
    """The same items, where the next is read while one is used. What reading raises is raised here."""
    queue: Queue[tuple[str, object]] = Queue(maxsize=1)
    left = threading.Event()

    def put(kind: str, value: object) -> bool:
        while not left.is_set():
            try:
                queue.put((kind, value), timeout=_PATIENCE)
                return True
            except Full:
                continue
        return False

    def read() -> None:
        try:
            for item in items:
                if not put("item", item):
                    return
            put("end", None)
        except BaseException as error:
            put("error", error)

    def taken() -> Iterator[Item]:
        while True:
            kind, value = queue.get()
            if kind == "end":
                return
            if kind == "error":
                raise value  # type: ignore[misc]
            yield value  # type: ignore[misc]

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield taken()
    finally:
        left.set()
        with suppress(Empty):
            queue.get_nowait()
        reader.join()
