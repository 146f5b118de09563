"""The sheet as one HTML file: works without a network and without scripts, on a screen and on paper."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from recommender.decision.recommendation import Recommendation
from recommender.errors import UsageError
from recommender.knowledge.knowledge import Knowledge
from recommender.output.figures import figure_of
from recommender.output.paper import on_paper, paper_named
from recommender.output.references import References

__all__ = ["render_html"]


def render_html(result: Recommendation, knowledge: Knowledge, *, paper: str = "a4") -> str:
    """The sheet as a whole HTML page, laid out for this `paper`: "a4" or "letter".

    The same result and knowledge give the same text. Raises UsageError for an unknown paper, or
    when jinja2 is not installed.
    """
    size, _ = paper_named(paper)
    template, style = _template()
    sheet = on_paper(result, knowledge)
    references = References(sheet, knowledge)
    page: str = template.render(
        sheet=sheet,
        say=knowledge.say,
        mark=references.mark,
        front=references.front(),
        sources=references.sources(),
        figure=lambda exercise: figure_of(exercise, knowledge),
        paper=size,
        style=style,
    )
    return page


def _data_address(svg: str) -> str:
    """A drawing as an address that holds it, so that its names and styles cannot meet those of the page."""
    return "data:image/svg+xml," + quote(svg, safe=" !$()*+,-./:;=?@_~[]{}")


@cache
def _template() -> tuple[Any, Any]:
    """The compiled page, and its style."""
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415
        from markupsafe import Markup  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name not in ("jinja2", "markupsafe"):
            raise
        raise UsageError("The sheet needs jinja2. Install it with: pip install 'recommender[html]'") from None
    environment = Environment(
        loader=PackageLoader("recommender.output"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data_address"] = _data_address
    style = files("recommender.output").joinpath("templates/sheet.css").read_text(encoding="utf-8")
    return environment.get_template("sheet.html.j2"), Markup(style)  # noqa: S704 - our own file
