"""Renders the book and writes it as a folder: whole, or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from recommender.errors import UsageError
from recommender.knowledge.knowledge import Knowledge
from recommender.review.book.measures import Measures
from recommender.review.book.pages import Book, book_of, pages_of
from recommender.review.book.places import locator
from recommender.review.book.search import search_index

__all__ = ["MARKER", "check_folder", "render", "write_folder"]

# Stands in every folder that holds a book, and lists its files, so that a later book may replace exactly these.
MARKER = ".rule-book"
ASSETS = ("book.css", "book.js")


def render(knowledge: Knowledge, measures: Measures) -> dict[str, str]:
    """Every file of the book by its place in the folder. The same knowledge gives the same bytes."""
    book = book_of(knowledge, measures)
    written = {"search-index.js": search_index(book)}
    package = files("recommender.review.book")
    written |= {name: package.joinpath(name).read_text(encoding="utf-8") for name in ASSETS}
    written |= _pages(book)
    return written


def _pages(book: Book) -> dict[str, str]:
    environment = Environment(
        loader=PackageLoader("recommender.review.book"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["knowledge"] = book.knowledge
    environment.filters["place"] = lambda at: locator(at).href
    rendered = {}
    for page in pages_of(book):
        template = environment.get_template(page.template)
        rendered[page.path] = template.render(page=page, root=page.root, **page.values)
    return rendered


# --- writing ---------------------------------------------------------------------------------


def check_folder(folder: Path) -> list[str]:
    """Refuse a place where the book may not be written; gives the files of an earlier book. Raises UsageError."""
    if not folder.parent.is_dir():
        raise UsageError(f"{folder}: there is no folder {folder.parent}. Nothing was written.")
    if not folder.exists() and not folder.is_symlink():
        return []
    if folder.is_symlink() or not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Nothing was written; choose another place.")
    if folder.resolve() in (Path.cwd(), *Path.cwd().parents):
        raise UsageError(f"{folder} is the folder you are in, or holds it. Nothing was written; name another one.")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    if not present:
        return []
    if MARKER not in present:
        raise UsageError(f"{folder} holds other files. Nothing was written; name a new or an empty folder.")
    ours = set((folder / MARKER).read_text(encoding="utf-8", errors="replace").splitlines()) | {MARKER}
    if strange := sorted(present - ours):
        found = f"{folder} holds a file that is not of the book: {strange[0]}."
        raise UsageError(f"{found} Nothing was written; move it away first.")
    return sorted(present)


def write_folder(written: Mapping[str, str], folder: Path) -> None:
    """Write the files into a folder beside this one, then put that into its place.

    Raises UsageError where `check_folder` refuses, and OSError with the old folder left as it was.
    """
    check_folder(folder)
    beside = folder.parent / f".{folder.name}.{secrets.token_hex(4)}"
    old = folder.parent / f"{beside.name}.old"
    try:
        beside.mkdir()
        for name, text in written.items():
            path = beside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        (beside / MARKER).write_text("".join(f"{name}\n" for name in sorted(written)), encoding="utf-8", newline="\n")
        _keep_modes(folder, beside)
        if folder.exists():
            os.replace(folder, old)  # noqa: PTH105
        try:
            beside.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _keep_modes(folder: Path, beside: Path) -> None:
    """Let nobody read the new book who could not read the earlier one."""
    for path in (beside, *beside.rglob("*")):
        before = folder / path.relative_to(beside)
        if before.exists():
            path.chmod(stat.S_IMODE(before.stat().st_mode))
