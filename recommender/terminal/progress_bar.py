"""One bar on a terminal that says how far a long command is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(title: str, **more: Any) -> Iterator[Callable[..., None]]:
    """Give what is to be called with how much is done, of how much, and what is to stand beside it.

    The bar begins with the first call, on stderr, and only on a terminal; `more` are options of click's bar.
    """
    hidden = sys.stderr is None or not sys.stderr.isatty()
    options = {"show_pos": True, "item_show_func": lambda beside: beside, **more}
    with ExitStack() as stack:
        bars: list[Any] = []

        def report(done: int, of: int, beside: str | None = None) -> None:
            if not bars:
                bar = click.progressbar(length=of, label=title, file=sys.stderr, hidden=hidden, **options)
                bars.append(stack.enter_context(bar))
            bars[0].update(done - bars[0].pos, beside)

        yield report
        for bar in bars:
            bar.update(bar.length - bar.pos)
