"""The forms of output: one line each in `FORMS`, and a function in its own file that writes it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from recommender.decision.recommendation import Recommendation
    from recommender.knowledge.knowledge import Knowledge

__all__ = [
    "BY_ENDING",
    "FORMS",
    "NO_EXERCISE",
    "SHOWN",
    "Form",
    "as_file",
    "exit_code",
    "render_json",
    "rendered",
    "written",
]

NO_EXERCISE = 3


class Form(NamedTuple):
    """A form of output.

    `writer` is the file and the function in it, which takes a result, the knowledge and what `takes` names;
    `shown`: it is text for a terminal, without a line break at its end.
    """

    writer: str
    ending: str
    takes: tuple[str, ...] = ()
    shown: bool = False


FORMS: Mapping[str, Form] = {
    "text": Form("text:render_text", ".txt", ("colour", "everything", "brief"), shown=True),
    "markdown": Form("markdown:render_markdown", ".md", shown=True),
    "json": Form("formats:render_json", ".json", shown=True),
    "html": Form("html:render_html", ".html", ("paper",)),
    "pdf": Form("pdf:render_pdf", ".pdf", ("paper",)),
    "ics": Form("calendar:render_from_tomorrow", ".ics"),
}
SHOWN = [name for name, form in FORMS.items() if form.shown]
BY_ENDING: Mapping[str, str] = {form.ending: name for name, form in FORMS.items()}


def written(result: Recommendation, form: str, knowledge: Knowledge, **options: Any) -> Any:
    """The result as text, or as bytes where a form has them. An option that a form does not take says nothing to it.

    Raises UsageError where there is nothing to plan, or where an extra is not installed.
    """
    found = FORMS[form]
    file, _, function = found.writer.partition(":")
    write = getattr(import_module(f"recommender.output.{file}"), function)
    return write(result, knowledge, **{name: value for name, value in options.items() if name in found.takes})


def rendered(
    result: Recommendation,
    form: str,
    knowledge: Knowledge,
    *,
    plain: bool = False,
    everything: bool = False,
    brief: bool = False,
) -> str:
    """The result in one of the forms that are `SHOWN`. `plain` leaves out the colours, `brief` the reasons."""
    text: str = written(result, form, knowledge, colour=not plain, everything=everything, brief=brief)
    return text


def as_file(result: Recommendation, form: str, knowledge: Knowledge) -> str | bytes:
    """The result as it stands in a file of any form, with what is usual where there is a choice. Raises UsageError."""
    content: str | bytes = written(result, form, knowledge, colour=False)
    return f"{content}\n" if isinstance(content, str) and FORMS[form].shown else content


def render_json(result: Recommendation, _: Knowledge) -> str:
    """The result as data."""
    return result.model_dump_json(indent=2)


def exit_code(result: Recommendation) -> int:
    """0 for a routine or rest positions, 3 where there is no exercise."""
    return 0 if result.routine else NO_EXERCISE
