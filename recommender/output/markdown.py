"""The result as Markdown, for a file or a message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from recommender.output.content import document_of
from recommender.output.grouping import cited_in_words
from recommender.output.marked import marked

if TYPE_CHECKING:
    from recommender.decision.recommendation import Recommendation
    from recommender.knowledge.knowledge import Knowledge
    from recommender.output.document import Changes, Cited, Document, Exercise, LeftOut, Said, Section
    from recommender.sentences import Sentences

__all__ = ["render_markdown", "write_markdown"]


def render_markdown(result: Recommendation, knowledge: Knowledge) -> str:
    """The whole result as Markdown."""
    return write_markdown(document_of(result, knowledge), knowledge.say)


def write_markdown(document: Document, say: Sentences) -> str:
    """A document as Markdown."""
    writer = _Writer(document, say)
    writer.write()
    return "\n".join(writer.lines).rstrip("\n")


class _Writer:
    """Lays out one document."""

    def __init__(self, document: Document, say: Sentences) -> None:
        self.document, self.say = document, say
        self.lines: list[str] = []

    def write(self) -> None:
        document = self.document
        if document.changes:
            self._changes(document.changes)
        self._opening()
        self._routine()
        for note in document.notes:
            self._paragraph(marked(note))
        self._advice(document.urgent, 2)
        if document.left_out:
            self._left_out(document.left_out)
        if document.other:
            self._heading(document.other.title, 2)
            other = [(self.say.listed([said.text for said in one.said]), one.title) for one in document.other.topics]
            self._items(marked(self.say("text.other", names=names, text=text)) for names, text in other)
        if document.more:
            self._heading(document.more.title, 2)
            self._sourced(document.more.said)
            self._advice(document.more.topics, 3)
        self._paragraph("---")
        for line in (document.signed, *document.relaxed, f"{document.disclaimer} {document.stamp}"):
            self._paragraph(marked(line))

    # --- what to do now ----------------------------------------------------------------------

    def _changes(self, changes: Changes) -> None:
        """What a log changes. What to do now is also said with the routine, but no change may stand above it."""
        self._heading(changes.title, 1)
        self._strong(*self.document.now)
        for said in changes.reasons:
            self._paragraph(marked(said.text))
            self._why(said)
        for section in changes.changed:
            self._lead(section.title)
            self._items(f"**{marked(said.text)}**" for said in section.said)
            for topic in section.topics:
                self._paragraph(marked(topic.title))
                for said in topic.said:
                    self._why(said)
        for note in changes.notes:
            self._paragraph(marked(note))

    def _why(self, said: Said) -> None:
        because = self.say("result.because", because=said.because)
        self._paragraph(marked(self.say("sources.behind", text=because, places=self._places(said.cited))))

    def _opening(self) -> None:
        document = self.document
        self._heading(document.title, 1)
        self._strong(" ".join(document.now))
        for said in document.stops:
            self._paragraph(f"> {marked(said.text)}")
        for said in document.stops:
            if said.because:
                self._why(said)
        self._items(marked(said.text) for said in document.statements)

    # --- the routine -------------------------------------------------------------------------

    def _routine(self) -> None:
        document, routine = self.document, self.document.routine
        if not routine:
            return
        self._paragraph(marked(self.say("result.dose", dose=routine.summary)))
        if document.seen:
            self._strong(document.seen.title)
            self._items(marked(said.text) for said in document.seen.said)
        for section in (document.limits, document.choice):
            if section:
                self._lead(section.title)
                self._items(marked(said.text) for said in section.said)
        for part in routine.parts:
            self._heading(part.title, 2)
            for step in part.exercises:
                self._step(step)

    def _step(self, step: Exercise) -> None:
        say = self.say
        self._paragraph(f"### {step.number}. {marked(step.name)}")
        self._paragraph(say("text.dose_and_time", dose=marked(step.dose_first), time=marked(step.minutes)))
        if step.needs:
            self._paragraph(marked(say("result.needs", kit=say.listed(step.needs))))
        self._strong(*step.notes)
        self._paragraph(marked(step.change))
        self._items((marked(sentence) for sentence in step.steps), numbered=True)
        self._paragraph(marked(f"{step.breathing} {step.feel} {step.stop_when}"))
        self._sources(step.cited)

    # --- what is not in the routine ----------------------------------------------------------

    def _left_out(self, left: LeftOut) -> None:
        self._heading(left.title, 2)
        for reason in left.reasons:
            self._heading(reason.title, 3)
            for line in (reason.text, reason.answers, reason.names):
                self._paragraph(marked(line))
            self._sources(reason.cited)

    # --- parts of parts ----------------------------------------------------------------------

    def _paragraph(self, line: str) -> None:
        """A line that is Markdown already, with an empty one after it."""
        if line:
            self.lines += [line, ""]

    def _heading(self, title: str, level: int) -> None:
        self._paragraph(f"{'#' * level} {marked(title)}")

    def _strong(self, *texts: str) -> None:
        for text in texts:
            self._paragraph(f"**{marked(text)}**" if text else "")

    def _lead(self, title: str) -> None:
        self._paragraph(marked(self.say("text.lead", title=title)) if title else "")

    def _items(self, texts: Iterable[str], *, numbered: bool = False) -> None:
        lines = [f"{number}. {text}" if numbered else f"- {text}" for number, text in enumerate(texts, start=1)]
        self.lines += [*lines, ""] if lines else []

    def _advice(self, topics: Iterable[Section], level: int) -> None:
        for topic in topics:
            self._heading(topic.title, level)
            self._sourced(topic.said)

    def _sourced(self, items: Iterable[Said]) -> None:
        texts = [self.say("sources.aside", text=said.text, places=self._places(said.cited)) for said in items]
        self._items(map(marked, texts))

    def _sources(self, cited: Cited) -> None:
        if places := self._places(cited):
            self._paragraph(marked(self.say("sources.of", places=places)))

    def _places(self, cited: Cited) -> str:
        return cited_in_words(cited, self.say)
