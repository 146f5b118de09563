"""The places that a sheet cites: each gets a number, and stands once in the list at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.records import Guideline

__all__ = ["Place", "References", "Source"]


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a source, with the number that stands for it in the text."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """A text or a guidance with its title and its id, and the places that are cited from it."""

    title: str
    id: str
    detail: str
    places: tuple[Place, ...]


OUTRIGHT = "direct"


class References:
    """Numbers for locators, in the order in which the knowledge lists them."""

    def __init__(self, locators: Iterable[str], knowledge: Knowledge, *, some_signed: bool = True) -> None:
        self._knowledge, self._some_signed = knowledge, some_signed
        cited = set(locators)
        order = {at: number for number, at in enumerate(_in_order(knowledge))}
        self._places = sorted(cited, key=lambda at: (order.get(at, len(order)), at))
        self._numbers = {at: number for number, at in enumerate(self._places, start=1)}

    def mark(self, sources: Sequence[str], reading: str = "", *, draft: bool = False) -> str:
        """The numbers of these places, how they were read and whether it is a draft, as "[3-5, 9; draft]".

        What the text says outright needs no word. Where nothing is signed, the sheet says so once.
        """
        words = self._knowledge.outcomes
        meaning = next((text for name, text in words.readings.items() if name == reading != OUTRIGHT), "")
        draft = draft and self._some_signed
        numbers = _ranges(sorted({self._numbers[at] for at in sources if at in self._numbers}))
        parts = [part for part in (numbers, meaning, words.draft if draft else "") if part]
        return f"[{'; '.join(parts)}]" if parts else ""

    def sources(self) -> tuple[Source, ...]:
        """Every text and guidance with what is cited from it."""
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
