"""The door through which files become values: the only place where pydantic is imported for knowledge.

Nothing is made to fit: a number in quotes is no number, and a key that no field has is refused. What does not fit
becomes a fault in this project's words, at its place in the file.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from recommender.errors import KnowledgeError, KnowledgeFault, nearest
from recommender.knowledge.records import Ledger
from recommender.values import hints, kinds_in
from recommender.yaml_reader import Document

__all__ = ["ValidationError", "checked", "json_schema", "read_document"]

Value = TypeVar("Value")
_DEPTH = 4  # of a file's parts whose keys are hints for a misspelt one


class _Whole:
    """Stands for a dataclass that has no settings of its own, so that those of the adapter reach all of its parts."""

    def __init__(self, kind: type) -> None:
        self.kind = kind

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler.generate_schema(self.kind)


def _adapter(kind: type, *, described: bool = False) -> TypeAdapter[Any]:
    config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=described)
    return TypeAdapter(Annotated[Any, _Whole(kind)], config=config)


_reader = cache(_adapter)


def checked(kind: type[Value], data: Any) -> Value:
    """The value of this kind that plain data holds. Raises pydantic's ValidationError with every fault."""
    reader: TypeAdapter[Value] = _reader(cast("Hashable", kind))
    return reader.validate_json(json.dumps(data))  # JSON has lists alone, so they are taken for tuples


def read_document(kind: type[Value], document: Document) -> Value:
    """The value of this kind in a file. Raises KnowledgeError with every fault, each with its line."""
    try:
        return checked(kind, document.data)
    except ValidationError as error:
        raise KnowledgeError(_explain(document, detail, kind) for detail in _causes(error.errors())) from None


def json_schema(kind: type) -> dict[str, Any]:
    """The JSON Schema of a file of this kind as pydantic sees it; what each field means is its docstring."""
    adapter = _adapter(kind, described=True)
    return adapter.json_schema(ref_template="#/definitions/{model}")


def _causes(details: list[ErrorDetails]) -> Iterable[ErrorDetails]:
    """The errors without those that only follow: a list counts as too short when something in it is wrong."""
    places = [detail["loc"] for detail in details]
    for detail in details:
        at = detail["loc"]
        follows = any(len(place) > len(at) and place[: len(at)] == at for place in places)
        if detail["type"] != "too_short" or not follows:
            yield detail


def _explain(document: Document, detail: ErrorDetails, kind: type) -> KnowledgeFault:
    """A pydantic error in this project's words."""
    where = tuple(detail["loc"])
    last = str(where[-1]) if where else ""
    path = ".".join(str(part) for part in where)
    match detail["type"]:
        case "missing":
            check = "no-outcome" if kind is Ledger and last == "outcome" else "unreadable-file"
            return document.fault(where[:-1], f"`{last}` is missing.", f"It belongs to {path}.", check)
        case "unexpected_keyword_argument":
            return document.fault(where, f'"{last}" is no key here.', nearest(last, set(_keys(kind))), "unknown-word")
        case "literal_error":
            found = f'"{detail["input"]}" is not accepted for `{last}`.'
            return document.fault(where, found, f"Accepted: {detail['ctx']['expected']}.", "unknown-word")
        case "value_error":
            check = "no-outcome" if kind is Ledger else "unreadable-file"
            return document.fault(where, f"{detail['ctx']['error']}.", check=check)
        case _:
            shown = str(detail["input"])[:60]
            return document.fault(where, f"`{path}`: {detail['msg'].lower()}; found: {shown}.")


def _keys(kind: type, depth: int = _DEPTH) -> Iterator[str]:
    """Every key that may stand somewhere in a file of this kind."""
    yield from hints(kind)
    for inner in kinds_in(kind) if depth else ():
        yield from _keys(inner, depth - 1)
