"""`recommender rules book`."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import click

from recommender.cli.files import load_knowledge, review_option
from recommender.cli.writing import asking, folder_option
from recommender.errors import KnowledgeError, OutputError, UsageError

__all__ = ["command"]

INSTALL = "pip install 'recommender[html]'"


@click.command(name="book")
@folder_option("Folder for the book.", required=True)
@click.option("--force", is_flag=True, help="Replace an earlier book without asking; never other files.")
@review_option
def command(output: Path, force: bool, folder: Path | None) -> None:
    """Write the rule book: a website that opens from disk, with every rule, exercise, text and conflict.

    The folder is written whole or not at all. One that is there is replaced only if it is empty or holds
    an earlier book and nothing else. Before an earlier book is replaced you are asked; without a terminal
    that needs --force.
    """
    named, output = output, Path(os.path.realpath(output))
    site = _site()
    there = site.check_folder(output)
    knowledge = _knowledge(folder)
    _protect([output / name for name in there], named, knowledge, force=force)
    from recommender.review.book.measures import measure
    from recommender.terminal.progress_bar import progress_bar

    with progress_bar("Looking at the rules") as progress:
        written = site.render(knowledge, _readable(lambda: measure(knowledge, progress)))
    try:
        site.write_folder(written, output)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}. Nothing was changed.") from None
    pages = sum(name.endswith(".html") for name in written)
    click.echo(f"The rule book has {pages} pages. Open {output / 'index.html'}")


def _protect(there: Collection[Path], named: Path, knowledge: Any, *, force: bool) -> None:
    """Refuse a folder in which something is read or must be kept, and ask before a book is replaced."""
    from recommender.kept.files import answer_words, knowledge_files
    from recommender.kept.writing import protect, target_of

    reads, words = list(knowledge_files(knowledge)), answer_words(knowledge)
    for path in there:
        protect(target_of(path), reads, words)
    if not there or force:
        return
    ask = asking()
    if ask is None:
        raise OutputError(f"{named} holds a book already. Nothing was written. --force replaces it.")
    if not ask(f"{named} holds a book already. Replace it?"):
        raise OutputError("Nothing was written.")


def _site() -> Any:
    try:
        from recommender.review.book import site
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
