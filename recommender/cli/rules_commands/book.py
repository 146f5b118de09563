"""`recommender rules book`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from recommender.cli.files import load_knowledge, review_option
from recommender.errors import KnowledgeError, UsageError

__all__ = ["command"]

INSTALL = "pip install 'jinja2>=3.1'"


@click.command(name="book")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder for the book.")
@review_option
def command(output: Path, folder: Path | None) -> None:
    """Write the rule book: a website that opens from disk, with every rule, exercise, text and conflict.

    OUTPUT is written whole or not at all. A folder that is there is replaced only if it is empty or
    holds an earlier book.
    """
    output = Path(os.path.abspath(output))  # noqa: PTH100
    site = _site()
    site.check_folder(output)
    knowledge = _knowledge(folder)
    from recommender.book.measures import measure
    from recommender.cli.progress import Progress

    with Progress("Looking at the rules") as progress:
        written = site.render(knowledge, _readable(lambda: measure(knowledge, progress)))
    try:
        site.write_folder(written, output)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}. Nothing was changed.") from None
    pages = sum(name.endswith(".html") for name in written)
    click.echo(f"The rule book has {pages} pages. Open {output / 'index.html'}")


def _site() -> Any:
    try:
        from recommender.book import site
    except ModuleNotFoundError as error:
        if error.name != "jinja2":
            raise
        raise UsageError(f"The rule book needs jinja2. Install it with: {INSTALL}") from None
    return site


def _knowledge(folder: Path | None) -> Any:
    if folder is not None and not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder. Nothing was written.")
    return _readable(lambda: load_knowledge(folder))


def _readable(read: Callable[[], Any]) -> Any:
    """What is read; files that cannot be used end in one line and the exit code of a wrong call."""
    try:
        return read()
    except KnowledgeError as error:
        first, *more = str(error).splitlines()
        rest = f" And {len(more)} more; `recommender rules check` lists them." if more else ""
        raise UsageError(f"{first}{rest} Nothing was written.") from None
