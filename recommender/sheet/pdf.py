"""The sheet as a tagged PDF that meets PDF/UA-1: the compiler refuses a page that a screen reader cannot follow."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from recommender.errors import UsageError
from recommender.knowledge.knowledge import Knowledge
from recommender.recommendation import Recommendation
from recommender.sheet.content import sheet_of
from recommender.sheet.paper import paper_named
from recommender.sheet.words import WORDS

__all__ = ["render_pdf"]

STANDARDS = ["ua-1"]
MADE_ON = 0  # seconds since 1970: a date of its own would make each file differ


def render_pdf(result: Recommendation, knowledge: Knowledge, *, paper: str = "a4") -> bytes:
    """The sheet as the bytes of a PDF file on this `paper`: "a4" or "letter".

    The same result and knowledge give the same bytes, with fonts that are part of typst alone. Raises
    UsageError for an unknown paper, or when typst is not installed.
    """
    try:
        import typst  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name != "typst":
            raise
        raise UsageError("The PDF needs typst. Install it with: pip install 'recommender[pdf]'") from None
    document: bytes = typst.compile(_template(), **_options(result, knowledge, paper))
    return document


def _options(result: Recommendation, knowledge: Knowledge, paper: str) -> dict[str, Any]:
    """What the compiler needs beside the template. The sheet goes in as data, so that no text is ever a command."""
    _, size = paper_named(paper)
    given = {"sheet": asdict(sheet_of(result, knowledge)), "words": dict(WORDS), "paper": size}
    return {
        "format": "pdf",
        "sys_inputs": {"given": json.dumps(given, ensure_ascii=False)},
        "pdf_standards": STANDARDS,
        "ignore_system_fonts": True,
        "timestamp": MADE_ON,
    }


@cache
def _template() -> bytes:
    return files("recommender.sheet").joinpath("templates/sheet.typ").read_bytes()
