"""The file of sentences that the program says itself, as it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache as once

from recommender.errors import KnowledgeError, KnowledgeFault
from recommender.knowledge.files import shipped_folder
from recommender.sentences import OTHER, Sentences, places_in
from recommender.values import Frozen, Text
from recommender.yaml_reader import Document, read_file

__all__ = ["SENTENCES", "SentenceFile", "sentences_of", "shipped_sentences"]

SENTENCES = "rules/sentences.yaml"


class SentenceFile(Frozen):
    """What the program says around the rules: headings, labels, numbers with their nouns, and errors about answers."""

    topic: Text
    """What this file is about, in a few words."""
    language: Text
    """The language of the sentences, as a tag such as "en"."""
    plurals: Mapping[str, Text]
    """The forms of this language, with the numbers that each is for as a regular expression over their digits."""
    sentences: Mapping[str, Mapping[str, str | Mapping[str, str]]]
    """The sentences by group and name. A place such as {n} is filled; {n} also chooses between forms."""

    def __post_init__(self) -> None:
        for name, numbers in self.plurals.items():
            try:
                re.compile(numbers)
            except re.error as error:
                raise ValueError(f"`plurals.{name}` is no regular expression: {error}") from None
        for name, text in self.texts().items():
            try:
                places_in(text)
            except ValueError as error:
                raise ValueError(f"`{name}`: {error}") from None
            if isinstance(text, str):
                continue
            if odd := set(text) - {*self.plurals, OTHER}:
                raise ValueError(f"`{name}`: {sorted(odd)[0]} is no form of `plurals`")
            if OTHER not in text:
                raise ValueError(f"`{name}`: forms need {OTHER}")

    def texts(self) -> dict[str, str | Mapping[str, str]]:
        """The sentences by "group.name"."""
        return {f"{group}.{name}": text for group, named in self.sentences.items() for name, text in named.items()}

    def value(self) -> Sentences:
        """The sentences, to be said."""
        return Sentences(self.language, self.texts(), self.plurals)


@once
def shipped_sentences() -> Sentences:
    """The sentences of this installation. They are there where no rules could be read, too. Raises KnowledgeError."""
    from recommender.knowledge.door import read_document  # noqa: PLC0415  # pydantic, only where a file is read

    return read_document(SentenceFile, read_file(shipped_folder() / SENTENCES, SENTENCES)).value()


def sentences_of(file: SentenceFile | None, document: Document | None) -> Sentences:
    """The sentences of these rules; what they lack is said as shipped.

    Raises KnowledgeError for a sentence with a place that nobody fills.
    """
    shipped = shipped_sentences()
    if file is None or document is None:
        return shipped
    if faults := list(_odd_places(file, document, shipped)):
        raise KnowledgeError(faults)
    return file.value().upon(shipped)


def _odd_places(file: SentenceFile, document: Document, shipped: Sentences) -> Iterator[KnowledgeFault]:
    for name, text in file.texts().items():
        filled = places_in(shipped.texts[name]) if name in shipped.texts else None
        for place in sorted(places_in(text) - filled) if filled is not None else ():
            found = f"Nothing fills the place {{{place}}} of `{name}`."
            do = f"Places that are filled here: {', '.join(f'{{{one}}}' for one in sorted(filled or ())) or 'none'}."
            yield document.fault(("sentences", *name.split(".", 1)), found, do)
