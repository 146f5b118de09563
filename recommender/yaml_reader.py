"""Reads YAML strictly: words stay words, nothing is overwritten in silence, every value has a line.

The usual loaders turn `yes` into a boolean and a date into a date, keep the last of two equal
keys, and expand aliases without a limit. Each of these could change a safety answer unseen, so
this reader builds plain values from the parser's events itself and refuses what it does not need.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from recommender.errors import KnowledgeError, KnowledgeFault
from recommender.visible import hidden

__all__ = ["MAX_BYTES", "Document", "Where", "YamlFault", "read_file", "read_text"]

MAX_BYTES = 1_000_000
MAX_DEPTH = 40

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}\Z")

Where = tuple[str | int, ...]


class YamlFault(Exception):
    """The text is not the kind of YAML that is read here. Carries the line and what to do."""

    def __init__(self, line: int | None, found: str, do: str = "") -> None:
        self.line, self.found, self.do = line, found, do
        super().__init__(found)


@dataclass(frozen=True, slots=True)
class Document:
    """The values of one YAML text, and the line on which each of them stands."""

    name: str
    data: Any
    lines: Mapping[Where, int]

    def line(self, where: Where) -> int | None:
        """The line of the value at `where`, or of the closest value around it."""
        for length in range(len(where), -1, -1):
            if where[:length] in self.lines:
                return self.lines[where[:length]]
        return None

    def fault(self, where: Where, found: str, do: str = "", check: str = "unreadable-file") -> KnowledgeFault:
        """A fault at the place `where` of this document."""
        return KnowledgeFault(self.name, self.line(where), found, do, check)


def read_file(path: Path, name: str) -> Document:
    """Read one knowledge file. Raises KnowledgeError with file and line."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise KnowledgeError([KnowledgeFault(name, None, f"cannot be read: {error.strerror}.")]) from None
    try:
        return read_text(raw, name)
    except YamlFault as fault:
        raise KnowledgeError([KnowledgeFault(name, fault.line, fault.found, fault.do)]) from None


def read_text(raw: bytes | str, name: str) -> Document:
    """Read YAML from memory. Raises YamlFault."""
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(data) > MAX_BYTES:
        raise YamlFault(None, f"The text is longer than {MAX_BYTES:,} bytes.", "Give a shorter one.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        above = data[: error.start].count(b"\n")
        raise YamlFault(above + 1, "The text is not UTF-8.", "Save it as UTF-8.") from None
    lines: dict[Where, int] = {}
    try:
        value = _document(yaml.parse(text, Loader=_LOADER), lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
        found = f"This is not valid YAML: {problem}."
        line: int | None = mark.line + 1 if mark else _line_at(text, getattr(error, "position", None))
        raise YamlFault(line, found, "Look at the line and the one above.") from None
    return Document(name, value, lines)


def _line_at(text: str, position: int | None) -> int | None:
    return None if position is None else text[:position].count("\n") + 1


def _document(events: Iterator[yaml.Event], lines: dict[Where, int]) -> Any:
    next(events)  # the start of the stream
    event = next(events)
    if isinstance(event, yaml.StreamEndEvent):
        return None
    value = _value(next(events), events, (), lines)
    next(events)  # the end of the document
    event = next(events)
    if not isinstance(event, yaml.StreamEndEvent):
        raise YamlFault(_line(event), "A second document begins here.", "Keep one document a file.")
    return value


def _value(event: yaml.Event, events: Iterator[yaml.Event], where: Where, lines: dict[Where, int]) -> Any:
    if len(where) > MAX_DEPTH:
        raise YamlFault(_line(event), f"The values are nested more than {MAX_DEPTH} deep.")
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise YamlFault(_line(event), "Anchors (&) and aliases (*) are not read here.", "Write the value out.")
    if getattr(event, "tag", None):
        raise YamlFault(_line(event), f"The tag {event.tag} is not read here.", "Leave it out.")  # type: ignore[attr-defined]
    lines[where] = _line(event)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, where, lines)
    return _mapping(events, where, lines)


def _sequence(events: Iterator[yaml.Event], where: Where, lines: dict[Where, int]) -> list[Any]:
    result: list[Any] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        result.append(_value(event, events, (*where, len(result)), lines))
    return result


def _mapping(events: Iterator[yaml.Event], where: Where, lines: dict[Where, int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        if not isinstance(event, yaml.ScalarEvent):
            raise YamlFault(_line(event), "A key must be a single word.")
        if event.anchor or event.tag:
            raise YamlFault(_line(event), "Anchors and tags are not read here.", "Leave them out.")
        key = _read(event)
        if key in result:
            raise YamlFault(_line(event), f'"{key}" stands twice.', "Keep one of them.")
        line = _line(event)
        result[key] = _value(next(events), events, (*where, key), lines)
        lines[(*where, key)] = line
    return result


def _read(event: yaml.ScalarEvent) -> str:
    """The text of a value or a key, if every character in it can be seen."""
    text: str = event.value
    if found := hidden(text):
        do = "Take it out: what cannot be seen can change what a line seems to say."
        raise YamlFault(_line(event), f"A character that cannot be seen stands here: {found}.", do)
    return text


def _scalar(event: yaml.ScalarEvent) -> str | int | float | bool | None:
    text = _read(event)
    if event.style is not None and event.style != "":
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
