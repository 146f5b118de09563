"""The places that a document cites, for paper: each gets a number, and stands once in the list at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.records import Guideline
from recommender.output.document import Cited, Document

__all__ = ["Place", "References", "Source"]


class Place(NamedTuple):
    """One place in a source, with the number that stands for it in the text."""

    number: int
    text: str


class Source(NamedTuple):
    """A text or a guidance with its title and its id, and the places that are cited from it."""

    title: str
    id: str
    detail: str
    places: tuple[Place, ...]


OUTRIGHT = "direct"


class References:
    """Numbers for the places that a document cites, in the order in which the knowledge lists them."""

    def __init__(self, document: Document, knowledge: Knowledge) -> None:
        self._document, self._knowledge = document, knowledge
        reasons = document.left_out.reasons if document.left_out else ()
        cited = {*document.cited, *(at for reason in reasons for at in reason.cited.sources)}
        order = {at: number for number, at in enumerate(_in_order(knowledge))}
        self._places = sorted(cited, key=lambda at: (order.get(at, len(order)), at))
        self._numbers = {at: number for number, at in enumerate(self._places, start=1)}

    def mark(self, cited: Cited) -> str:
        """The numbers of these places, how they were read and whether it is a draft, as "[3-5, 9; draft]".

        What the text says outright needs no word. Where nothing is signed, the sheet says so once.
        """
        numbers = _ranges(sorted({self._numbers[at] for at in cited.sources if at in self._numbers}))
        how = cited.how if cited.reading != OUTRIGHT else ""
        draft = cited.draft if self._document.some_signed else ""
        say = self._knowledge.say
        parts = [part for part in (numbers, how, draft) if part]
        return say("sources.after", places=say.listed(parts, "list.apart")) if parts else ""

    def front(self) -> tuple[tuple[str, str], ...]:
        """What stands on the front of the sheet, with its marks: there, numbers would only stand in the way."""
        document = self._document
        front = [(document.title, said) for said in (*document.stops, *document.statements)]
        for section in (*document.urgent, document.seen, document.limits):
            front += [(section.title, said) for said in section.said] if section else []
        grouped: dict[str, dict[str, list[Cited]]] = {}
        for title, said in front:
            grouped.setdefault(title.rstrip("."), {}).setdefault(said.cited.reading, []).append(said.cited)
        found = [(title, " ".join(map(self._together, readings.values()))) for title, readings in grouped.items()]
        return (*found, *((step.name, self.mark(step.cited)) for step in document.exercises))

    def _together(self, cited: Sequence[Cited]) -> str:
        """One mark for what was read alike."""
        return self.mark(cited[0]._replace(sources=tuple(at for one in cited for at in one.sources)))

    def sources(self) -> tuple[Source, ...]:
        """Every text and guidance with what is cited from it; none in an emergency, where nothing distracts."""
        if self._document.kind == "emergency":
            return ()
        texts = {ledger.document: ledger for ledger in self._knowledge.ledgers}
        guidance = {guideline.id: guideline for guideline in self._knowledge.guidelines}
        grouped: dict[tuple[str, str, str], list[Place]] = {}
        for at in self._places:
            document, _, place = at.partition("/")
            if document in texts:
                head = (texts[document].title, document, texts[document].publisher)
            else:
                title, detail = _guidance(guidance[place]) if place in guidance else (at, "")
                head, place = (title, at, detail), ""
            grouped.setdefault(head, []).append(Place(self._numbers[at], place))
        return tuple(Source(title, id, detail, tuple(places)) for (title, id, detail), places in grouped.items())


def _guidance(guideline: Guideline) -> tuple[str, str]:
    return guideline.title, f"{guideline.organisation or guideline.authors}, {guideline.year}"


def _in_order(knowledge: Knowledge) -> Iterable[str]:
    for ledger in knowledge.ledgers:
        for section in ledger.sections:
            yield f"{ledger.document}/{section.id}"
            yield from (f"{ledger.document}/{section.id}#{item}" for item in range(1, section.items + 1))
    for guideline in knowledge.guidelines:
        yield f"guideline/{guideline.id}"


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in a short form: 3, 4, 5, 9 as "3-5, 9" with a dash."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        str(run[0]) if len(run) == 1 else f"{run[0]}, {run[1]}" if len(run) == 2 else f"{run[0]}\u2013{run[-1]}"
        for run in runs
    )
