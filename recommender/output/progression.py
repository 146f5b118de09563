"""What changes the next time, for a terminal and as Markdown: first what changes and why, then the routine."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.knowledge.knowledge import Knowledge
from recommender.output.grouping import sources_in_words
from recommender.output.markdown import render_markdown
from recommender.output.page import Page
from recommender.output.text import render_text
from recommender.progress.result import Adapted, Change, Said

__all__ = ["adapted_as_markdown", "adapted_as_text"]


def adapted_as_text(adapted: Adapted, knowledge: Knowledge, *, colour: bool = True, width: int | None = None) -> str:
    """The next time as text of at most 80 columns."""
    result = adapted.recommendation
    if result is not None and (not result.routine or result.outcome != "routine"):
        return render_text(result, knowledge, colour=colour, width=width)
    page = Page(colour=colour, width=width)
    if result is None:
        said = [message.text for message in adapted.messages]
        page.box(adapted.title, [*said, *adapted.notes], fg="red" if adapted.verdict == "stop" else "yellow")
        for message in adapted.messages:
            page.blank()
            _why(page, message, knowledge, indent=0)
        page.blank()
        page.text(knowledge.outcomes.disclaimer)
        return str(page)
    page.line(adapted.title.upper(), bold=True)
    for sentence in result.now:  # also said with the routine, but no change may stand above it
        page.blank()
        page.text(sentence, bold=True)
    for message in adapted.messages:
        page.blank()
        page.text(message.text)
        _why(page, message, knowledge, indent=0)
    for heading, texts, reason in _told(adapted, knowledge):
        page.blank()
        if heading:
            page.text(f"{heading}:")
        for text in texts:
            page.text(text, hang="- ", bold=True)
        if reason is not None:
            page.text(reason.text, indent=2)
            _why(page, reason, knowledge, indent=2)
    for note in adapted.notes:
        page.blank()
        page.text(note)
    page.blank()
    return f"{page}\n\n{render_text(result, knowledge, colour=colour, width=width)}"


def adapted_as_markdown(adapted: Adapted, knowledge: Knowledge) -> str:
    """The next time as Markdown."""
    result = adapted.recommendation
    if result is not None and (not result.routine or result.outcome != "routine"):
        return render_markdown(result, knowledge)
    lines = [f"# {adapted.title}"]
    lines += [part for sentence in (result.now if result else ()) for part in ("", f"**{sentence}**")]
    for message in adapted.messages:
        lines += ["", message.text, "", _sources(message, knowledge)]
    for heading, texts, reason in _told(adapted, knowledge):
        lines += ["", *([f"{heading}:", ""] if heading else []), *(f"- **{text}**" for text in texts)]
        lines += ["", f"{reason.text} {_sources(reason, knowledge)}"] if reason is not None else []
    lines += [part for note in adapted.notes for part in ("", note)]
    if result is None:
        return "\n".join([*lines, "", "---", "", knowledge.outcomes.disclaimer])
    return "\n".join([*lines, "", render_markdown(result, knowledge)])


def _told(adapted: Adapted, knowledge: Knowledge) -> Iterator[tuple[str, list[str], Said | None]]:
    """The changes in words, with a heading for the earlier ones; each reason is told once."""
    assert knowledge.progress is not None
    words = knowledge.progress.steps.words
    told: set[str] = set()
    for new in (True, False):
        heading = "" if new else words.earlier
        chosen = [change for change in adapted.changes if change.new is new]
        for reason in dict.fromkeys(change.reason for change in chosen):
            texts = [
                _said(change) + ("." if new else f" ({words.from_before.format(day=change.on.isoformat())}).")
                for change in chosen
                if change.reason == reason
            ]
            yield heading, texts, None if reason.rule in told else reason
            told.add(reason.rule)
            heading = ""


def _said(change: Change) -> str:
    """What changes: the exercise by its name, unless the change names it already."""
    return change.text if change.variable == "level" else f"{change.name}: {change.text}"


def _why(page: Page, said: Said, knowledge: Knowledge, *, indent: int) -> None:
    page.text(f"Why: {said.because}", indent=indent)
    page.text(_sources(said, knowledge), indent=indent)


def _sources(said: Said, knowledge: Knowledge) -> str:
    return f"[{sources_in_words(said.sources, said.reading, knowledge, draft=not said.signed)}]"
