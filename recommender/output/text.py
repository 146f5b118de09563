"""The result for a terminal: what to do now first, then the routine, then the reasons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from recommender.output.content import document_of
from recommender.output.document import BRIEF, SHORT
from recommender.output.grouping import cited_in_words
from recommender.output.page import Page

if TYPE_CHECKING:
    from recommender.decision.recommendation import Recommendation
    from recommender.knowledge.knowledge import Knowledge
    from recommender.output.document import Changes, Cited, Document, Exercise, LeftOut, Reason, Said, Section
    from recommender.sentences import Sentences

__all__ = ["first_words", "paragraphs", "render_text", "write_text"]

COLOURS = {
    "emergency": "red",
    "see_clinician": "yellow",
    "relief_only": "cyan",
    "nothing": "cyan",
    "routine": "green",
    "stop": "red",
    "day_off": "yellow",
}


def render_text(
    result: Recommendation,
    knowledge: Knowledge,
    *,
    colour: bool = True,
    everything: bool = False,
    brief: bool = False,
    width: int | None = None,
) -> str:
    """The result as text of at most 80 columns.

    `everything` lists what is left out in an emergency too; `brief` ends after the routine and what
    to do if it hurts.
    """
    document = document_of(result, knowledge)
    if brief:
        document = document.without(*BRIEF)
    return write_text(document, knowledge.say, colour=colour, everything=everything, width=width)


def write_text(
    document: Document, say: Sentences, *, colour: bool = True, everything: bool = False, width: int | None = None
) -> str:
    """A document as text. In an emergency it lists `everything` only where that is asked for."""
    if document.kind == "emergency" and not everything:
        document = document.without(*SHORT)
    writer = _Writer(document, say, Page(colour=colour, width=width))
    writer.write()
    return str(writer.page)


class _Writer:
    """Lays out one document."""

    def __init__(self, document: Document, say: Sentences, page: Page) -> None:
        self.document, self.say, self.page = document, say, page
        self.fg = COLOURS[document.kind]

    def write(self) -> None:
        document, page = self.document, self.page
        if document.changes:
            self._changes(document.changes)
        self._opening()
        self._routine()
        for note in document.notes:
            page.blank()
            page.text(note)
        if document.urgent:
            page.blank()
            self._advice(document.urgent, upper=True)
        if document.left_out:
            self._left_out(document.left_out)
        elif document.waits:
            page.blank()
            page.text(self.say("text.all_reasons", waits=document.waits))
        if document.other:
            page.heading(document.other.title)
            for topic in document.other.topics:
                page.blank()
                page.text(self._names(topic))
                page.text(topic.title, indent=2)
        if document.more:
            page.heading(document.more.title)
            page.blank()
            self._sourced(document.more.said)
            self._advice(document.more.topics)
        page.blank()
        for line in (document.signed, *document.relaxed, document.disclaimer, document.stamp):
            page.text(line)

    # --- what to do now ----------------------------------------------------------------------

    def _changes(self, changes: Changes) -> None:
        """What a log changes. What to do now is also said with the routine, but no change may stand above it."""
        page = self.page
        page.line(changes.title.upper(), bold=True)
        for sentence in self.document.now:
            page.blank()
            page.text(sentence, bold=True)
        for said in changes.reasons:
            page.blank()
            page.text(said.text)
            self._why(said)
        for section in changes.changed:
            page.blank()
            self._lead(section.title)
            for said in section.said:
                page.text(said.text, hang="- ", bold=True)
            for topic in section.topics:
                page.text(topic.title, indent=2)
                for said in topic.said:
                    self._why(said, indent=2)
        for note in changes.notes:
            page.blank()
            page.text(note)
        page.blank()

    def _why(self, said: Said, indent: int = 0) -> None:
        self.page.text(self.say("result.because", because=said.because), indent=indent)
        self._cited(said.cited, indent, dim=False)

    def _opening(self) -> None:
        """What to do now, and the stops behind it; with a routine only what has to be done besides."""
        document, page = self.document, self.page
        now = [" ".join(document.now)] if document.now else []
        if document.calls or not document.routine:
            page.box(document.title, [*now, *(said.text for said in document.stops)], fg=self.fg)
        elif now:
            page.text(now[0], bold=True)
        for said in document.stops:
            if said.because:
                page.blank()
                self._why(said)
        if document.statements:
            page.blank()
            self._list(document.statements, indent=0)

    # --- the routine -------------------------------------------------------------------------

    def _routine(self) -> None:
        document, page, routine = self.document, self.page, self.document.routine
        if not routine:
            return
        page.blank()
        page.both_ends(routine.title.upper(), routine.summary, bold=True, fg=self.fg)
        if document.seen:
            page.blank()
            page.text(document.seen.title, bold=True)
            self._list(document.seen.said)
        for section in (document.limits, document.choice):
            if section:
                page.blank()
                self._lead(section.title)
                self._list(section.said)
        for part in routine.parts:
            if part.title != routine.title:
                page.heading(part.title)
            for step in part.exercises:
                self._step(step)

    def _step(self, step: Exercise) -> None:
        page, say = self.page, self.say
        page.blank()
        page.both_ends(say("text.step", number=f"{step.number:2}", name=step.name), step.time, bold=True)
        page.text(say("result.dose", dose=step.dose_first), indent=4, bold=True)
        if step.needs:
            page.text(say("result.needs", kit=say.listed(step.needs)), indent=4)
        for note in step.notes:
            page.text(note, indent=4, bold=True)
        page.text(step.change, indent=4)
        for sentence in step.steps:
            page.text(sentence, indent=4, hang="- ")
        page.text(step.breathing, indent=4)
        page.text(f"{step.feel} {step.stop_when}", indent=4)
        self._cited(step.cited, 4)

    # --- what is not in the routine ----------------------------------------------------------

    def _left_out(self, left: LeftOut) -> None:
        """The reasons. A stop was told above, so of one only the names stand here."""
        page = self.page
        page.heading(left.title)
        page.text(left.lead)
        page.text(left.names, indent=2)
        if left.further:
            page.blank()
            page.text(left.further)
        for reason in left.reasons:
            if not (left.lead and reason.stop):
                self._reason(reason)

    def _reason(self, reason: Reason) -> None:
        page = self.page
        page.blank()
        page.text(self.say("result.title", title=reason.title), bold=True)
        for line in (reason.text, reason.answers, reason.names):
            page.text(line, indent=2)
        if reason.cited.sources:
            self._cited(reason.cited, 2)

    # --- parts of parts ----------------------------------------------------------------------

    def _names(self, section: Section) -> str:
        return self.say("result.names", names=self.say.listed([said.text for said in section.said]))

    def _lead(self, title: str) -> None:
        if title:
            self.page.text(self.say("text.lead", title=title))

    def _list(self, items: Iterable[Said], indent: int = 1) -> None:
        for said in items:
            self.page.text(said.text, hang="- ", indent=indent)

    def _advice(self, topics: Iterable[Section], *, upper: bool = False) -> None:
        for topic in topics:
            self.page.blank()
            self.page.line(topic.title.upper() if upper else topic.title, bold=True)
            self._sourced(topic.said)

    def _sourced(self, items: Iterable[Said]) -> None:
        for said in items:
            self.page.text(said.text, hang="- ")
            self._cited(said.cited, 2)

    def _cited(self, cited: Cited, indent: int, *, dim: bool = True) -> None:
        style: dict[str, Any] = {"dim": True} if dim else {}
        self.page.text(self.say("sources.after", places=cited_in_words(cited, self.say)), indent=indent, **style)


def first_words(result: Recommendation) -> list[str]:
    """What a person without exercises is told first: the heading, what to do now, and why, as paragraphs."""
    stops = [f"{said.text} {said.unsure}".rstrip() for said in result.messages_of("stop")]
    return [f"{result.title}.", *result.now, *stops]


def paragraphs(texts: Iterable[str]) -> str:
    """Paragraphs with an empty line after each, wrapped as for a terminal; what has lines already keeps them."""
    page = Page(colour=False)
    for text in texts:
        if "\n" in text:
            page.line(text)
        else:
            page.text(text)
        page.blank()
    return f"{page}\n"
