"""The sheet as a tagged PDF that meets PDF/UA-1: the compiler refuses a page that a screen reader cannot follow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from recommender.errors import UsageError
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.wording import Wording
from recommender.output.content import sheet_of
from recommender.output.paper import paper_named
from recommender.output.words import WORDS
from recommender.recommendation import Recommendation
from recommender.visible import visible

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
    sheet = asdict(sheet_of(result, knowledge))
    _check_letters(result, sheet, knowledge)
    given = {"sheet": sheet, "words": dict(WORDS), "paper": size}
    return {
        "format": "pdf",
        "sys_inputs": {"given": json.dumps(given, ensure_ascii=False)},
        "pdf_standards": STANDARDS,
        "ignore_system_fonts": True,
        "timestamp": MADE_ON,
    }


def _check_letters(result: Recommendation, sheet: Any, knowledge: Knowledge) -> None:
    """Raise UsageError for a character that the fonts have no shape for, with the exercise where it stands."""
    if knowledge.wording is None:
        return
    for step in result.routine:
        for text in (step.name, step.dose.text, *step.how, step.breathing, step.feel, step.stop_when, *step.notes):
            _check_letter(text, f"{step.name} ({step.exercise})", knowledge.wording)
    for text in _texts(sheet):
        _check_letter(text, "The sheet", knowledge.wording)


def _check_letter(text: str, where: str, wording: Wording) -> None:
    if found := wording.unknown_character(text):
        raise UsageError(
            f"{visible(where)}: the character {found} (U+{ord(found):04X}) has no shape on paper, so no PDF was made. "
            "Use plain letters there; `recommender rules check` shows the place. --format html can show it."
        )


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        yield from (text for key, inner in part.items() if key != "svg" for text in _texts(inner))
    elif isinstance(part, list | tuple):
        yield from (text for inner in part for text in _texts(inner))


@cache
def _template() -> bytes:
    return files("recommender.output").joinpath("templates/sheet.typ").read_bytes()
