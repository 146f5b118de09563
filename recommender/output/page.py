"""A page of plain text: wrapped, indented, with emphasis that means nothing without colour."""

from __future__ import annotations

import os
import sys
import textwrap
from contextlib import suppress
from typing import Any

import click

__all__ = ["NO_BREAK", "Page", "clock", "page_width"]

WIDEST, NARROWEST = 80, 40
NO_BREAK = "\u00a0"  # between words that stay on one line; a page shows it as a blank


def page_width() -> int:
    """The width to write for: that of the terminal, at most 80 columns."""
    return max(NARROWEST, min(WIDEST, _columns() or WIDEST))


def _columns() -> int:
    """As `shutil.get_terminal_size` finds them, whose module takes longer to import than a page to write; 0 if none."""
    with suppress(ValueError):
        if (named := int(os.environ.get("COLUMNS", "0"))) > 0:
            return named
    with suppress(AttributeError, ValueError, OSError):  # the output is closed, or no terminal
        return os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    return 0


def clock(seconds: int) -> str:
    """A time as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02d}"


class Page:
    """Collects lines of text."""

    def __init__(self, *, colour: bool, width: int | None = None) -> None:
        self.colour = colour
        self.width = width or page_width()
        self._lines: list[str] = []

    def line(self, text: str = "", **style: Any) -> None:
        """One line as it is."""
        self._lines.append(click.style(text, **style) if self.colour and style and text else text)

    def blank(self) -> None:
        """An empty line, but never two in a row."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def text(self, text: str, *, indent: int = 0, hang: str = "", **style: Any) -> None:
        """A paragraph, if there is any. `hang` stands before its first line; the others are indented as far."""
        if not text:
            return
        first = " " * indent + hang
        rest = " " * (indent + len(hang))
        for line in textwrap.wrap(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        ):
            self.line(line.replace(NO_BREAK, " "), **style)

    def heading(self, text: str) -> None:
        """A heading of a part."""
        self.blank()
        self.line(text.upper(), bold=True)

    def box(self, title: str, paragraphs: list[str], **style: Any) -> None:
        """A part that must be seen first."""
        rule = "=" * self.width
        self.line(rule, **style)
        self.text(title.upper(), indent=1, bold=True, **style)
        for paragraph in paragraphs:
            self.blank()
            self.text(paragraph, indent=1)
        self.line(rule, **style)

    def both_ends(self, left: str, right: str, **style: Any) -> None:
        """Text on the left and on the right of a line; on two lines where it is too long."""
        right = right.replace(NO_BREAK, " ")
        gap = self.width - len(left) - len(right)
        if gap < 2:
            self.text(left, **style)
            self.line(" " * max(0, self.width - len(right)) + right)
            return
        self.line((click.style(left, **style) if self.colour and style else left) + " " * gap + right)

    def __str__(self) -> str:
        return "\n".join(self._lines).rstrip()
