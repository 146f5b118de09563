"""Texts of the knowledge as they are, inside Markdown.

A name or a sentence is never markup, whoever wrote it: what CommonMark (0.31, sections 2.4 and 6) or a table would read
as a sign is preceded by a backslash.
"""

from __future__ import annotations

import re

__all__ = ["marked"]

_SIGNS = re.compile(r"([\\`*_\[\]<>|~$]|&(?=#?\w+;)|!(?=\[))")
# Signs that mean something only where a line begins: headings, lists, rules, numbers of a list.
_FIRST = re.compile(r"^(#{1,6}(?=\s|$)|[-+=](?=[\s=-]|$))")
_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_WORD_JOINS = re.compile(r"(?<=\w)\\_(?=\w)")


def marked(text: str) -> str:
    """The text on one line, so that a reader of Markdown shows it letter by letter."""
    line = _SIGNS.sub(r"\\\1", " ".join(text.split()))
    line = _WORD_JOINS.sub("_", line)  # an underscore within a word is never a sign
    return _NUMBER.sub(r"\1\\\2", _FIRST.sub(r"\\\1", line))
