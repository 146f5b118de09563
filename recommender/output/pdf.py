"""The sheet as a tagged PDF that meets PDF/UA-1: the compiler refuses a page that a screen reader cannot follow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from recommender.decision.recommendation import Recommendation
from recommender.errors import UsageError
from recommender.knowledge.knowledge import Knowledge
from recommender.output.document import Cited
from recommender.output.figures import figure_of
from recommender.output.paper import on_paper, paper_named
from recommender.output.references import References
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
    sheet = on_paper(result, knowledge)
    references = References(sheet, knowledge)
    values = {
        **_values(sheet, references.mark),
        **{name: _values(getattr(sheet, name), references.mark) for name in ("large", "hurts")},
    }
    figures = {step.id: _values(figure_of(step.id, knowledge), references.mark) for step in sheet.exercises}
    for step in sheet.exercises:
        for text in (step.name, step.dose_first, *step.steps, step.breathing, step.feel, step.stop_when, *step.notes):
            _check_letter(text, f"{step.name} ({step.id})", knowledge)
    for text in _texts([values, [figure and {**figure, "svg": ""} for figure in figures.values()]]):
        _check_letter(text, "The sheet", knowledge)
    given = {
        "sheet": values,
        "figures": figures,
        "front": references.front(),
        "sources": _values(references.sources(), references.mark),
        "say": {name: text for name, text in knowledge.say.texts.items() if isinstance(text, str)},
        "paper": size,
    }
    return {
        "format": "pdf",
        "sys_inputs": {"given": json.dumps(given, ensure_ascii=False)},
        "pdf_standards": STANDARDS,
        "ignore_system_fonts": True,
        "timestamp": MADE_ON,
    }


def _values(part: Any, mark: Callable[[Cited], str]) -> Any:
    """A part of the document as data; where something comes from as its mark."""
    if isinstance(part, Cited):
        return mark(part)
    if not isinstance(part, tuple):
        return part
    values = [_values(inner, mark) for inner in part]
    names = getattr(part, "_fields", None)
    return dict(zip(names, values, strict=True)) if names else values


def _check_letter(text: str, where: str, knowledge: Knowledge) -> None:
    """Raise UsageError for a character that the fonts have no shape for, with the exercise where it stands."""
    if knowledge.wording is not None and (found := knowledge.wording.unknown_character(text)):
        raise UsageError(
            f"{visible(where)}: the character {found} (U+{ord(found):04X}) has no shape on paper, so no PDF was made. "
            "Use plain letters there; `recommender rules check` shows the place. --format html can show it."
        )


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        yield from (text for inner in (part.values() if isinstance(part, dict) else part) for text in _texts(inner))


@cache
def _template() -> bytes:
    return files("recommender.output").joinpath("templates/sheet.typ").read_bytes()
