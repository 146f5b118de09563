"""What changes the next time, as a document: what changes and why stands before the routine."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.knowledge.knowledge import Knowledge
from recommender.output.content import document_of
from recommender.output.document import Call, Changes, Document, Section
from recommender.output.document import Said as Statement
from recommender.output.grouping import cited_of
from recommender.output.markdown import write_markdown
from recommender.output.text import write_text
from recommender.progression.result import Adapted, Change, Said

__all__ = ["adapted_as_markdown", "adapted_as_text", "adapted_document"]


def adapted_as_text(adapted: Adapted, knowledge: Knowledge, *, colour: bool = True, width: int | None = None) -> str:
    """The next time as text of at most 80 columns."""
    return write_text(adapted_document(adapted, knowledge), knowledge.say, colour=colour, width=width)


def adapted_as_markdown(adapted: Adapted, knowledge: Knowledge) -> str:
    """The next time as Markdown."""
    return write_markdown(adapted_document(adapted, knowledge), knowledge.say)


def adapted_document(adapted: Adapted, knowledge: Knowledge) -> Document:
    """What a log makes of a result: no routine and why, what changes in it, or the result where it has no routine."""
    result, notes = adapted.recommendation, adapted.notes
    reasons = tuple(_told(message, knowledge) for message in adapted.messages)
    if result is None:
        said = (*reasons, *map(Statement, notes))
        language, disclaimer = knowledge.say.language, knowledge.outcomes.disclaimer
        return Document(adapted.verdict, language, adapted.title, calls=(Call("", said),), disclaimer=disclaimer)
    document = document_of(result, knowledge)
    if not result.routine or result.outcome != "routine":
        return document
    return document._replace(changes=Changes(adapted.title, reasons, tuple(_changed(adapted, knowledge)), notes))


def _changed(adapted: Adapted, knowledge: Knowledge) -> Iterator[Section]:
    """The changes in words, with a heading for the earlier ones; each reason is told once."""
    assert knowledge.progress is not None
    told: set[str] = set()
    for new in (True, False):
        title = "" if new else knowledge.progress.steps.words.earlier
        chosen = [change for change in adapted.changes if change.new is new]
        for reason in dict.fromkeys(change.reason for change in chosen):
            said = tuple(Statement(_in_words(change, knowledge)) for change in chosen if change.reason == reason)
            why = () if reason.rule in told else (Section(reason.text, (_told(reason, knowledge),)),)
            yield Section(title, said, why)
            told.add(reason.rule)
            title = ""


def _in_words(change: Change, knowledge: Knowledge) -> str:
    """What changes: the exercise by its name, unless the change names it already; of an earlier one, since when."""
    assert knowledge.progress is not None
    say, text = knowledge.say, change.text
    if change.variable != "level":
        text = say("next.of", exercise=change.name, change=text)
    if change.new:
        return say("next.changed", change=text)
    since = knowledge.progress.steps.words.from_before.format(day=change.on.isoformat())
    return say("next.changed_before", change=text, since=since)


def _told(said: Said, knowledge: Knowledge) -> Statement:
    cited = cited_of(said.sources, said.reading, knowledge, draft=not said.signed)
    return Statement(said.text, cited, said.rule, said.because)
