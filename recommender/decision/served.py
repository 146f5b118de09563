"""A result at the door: what pydantic, and a web framework by it, makes of one. Imported late, with pydantic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from recommender.decision.result_json import MESSAGE_WORDS, REASON_WORDS, is_form, whole_of

__all__ = ["adapter", "core_schema_of", "json_schema_of"]

Schema = dict[str, Any]
PLACE: Schema = {"type": "integer", "minimum": 0}
LISTS = ("routine", "excluded", "not_chosen", "messages")


adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)  # what reads values of a kind, made once


def core_schema_of(source: Any, handler: Any) -> Any:
    """How a result is read and written: a value as it is, its fields in a mapping, or its JSON."""
    found = handler.resolve_ref_schema(handler(source))
    if found["type"] != "dataclass":  # it was asked for before, and this is what was made then
        return found
    own = {key: value for key, value in found.items() if key != "ref"}
    return core_schema.no_info_before_validator_function(
        lambda data: whole_of(data) if is_form(data) else data,
        cast("core_schema.CoreSchema", own),
        serialization=core_schema.plain_serializer_function_ser_schema(
            lambda value, info: value.model_dump(mode=info.mode), info_arg=True
        ),
        ref=found["ref"],
    )


def json_schema_of(kind: type[Any]) -> Schema:
    """The JSON Schema of a result as it stands in JSON (see `result_json`), from that of its fields.

    It stands alone, without references, so that a framework can put it anywhere.
    """
    fields: Any = adapter(kind).core_schema
    whole = GenerateJsonSchema().generate(fields["schema"])
    schema: Schema = _inlined(whole, whole.pop("$defs"))
    more = _shared(schema["properties"])
    schema["properties"] |= more
    schema["required"] += more
    return schema


def _shared(parts: Schema) -> Schema:
    """Take out of the fields what their parts share, and give what holds it once."""
    step, excluded, not_chosen, message = (parts[name]["items"] for name in LISTS)
    reason = excluded["properties"]["reasons"]["items"]
    words = _taken(reason, REASON_WORDS)
    why = _taken(not_chosen, ("reason", "text"))
    for entry in (excluded, not_chosen):
        _taken(entry, ("exercise",))
    not_chosen["properties"]["why"] = PLACE | {"description": "Why it is not in the routine, by place in `why_not`."}
    not_chosen["required"].append("why")
    excluded["properties"]["reasons"] = _list(PLACE, "Every rule that leaves it out, by place in `reasons`.")
    for name in MESSAGE_WORDS:
        message["properties"][name]["description"] += " Left out in a message of a rule that says the same."
    message["required"].remove("text")
    for properties in (*(entry["properties"] for entry in (step, excluded, not_chosen, message)), words):
        properties["sources"] = _list(PLACE, f"{properties['sources']['description']} By place in `sources`.")
    for name, entry in (("excluded", excluded), ("not_chosen", not_chosen)):
        said = f"{parts[name]['description']} By their ids."
        parts[name] = {"type": "object", "additionalProperties": entry, "description": said}
    share = parts["review"]
    share["properties"]["drafts"]["description"] += " Left out where they are those in `rules` that are not signed."
    share["required"].remove("drafts")
    said = "The words of each rule by its id. One without words is a draft that holds, and that says nothing here."
    return {
        "reasons": _list(reason, "What made a rule hold for this person, each once."),
        "why_not": _list(_object("WhyNot", why, why), "Why exercises are not in the routine, each once."),
        "sources": _list({"type": "string"}, "The places in the texts, each once."),
        "rules": {"type": "object", "additionalProperties": _object("Rule", words, ()), "description": said},
    }


def _inlined(schema: Any, named: Schema) -> Any:
    """The schema with what its references name in their place; what stands beside a reference counts."""
    if isinstance(schema, list):
        return [_inlined(part, named) for part in schema]
    if not isinstance(schema, dict):
        return schema
    own = {key: _inlined(part, named) for key, part in schema.items() if key != "$ref"}
    if "$ref" not in schema:
        return own
    return _inlined(named[schema["$ref"].removeprefix("#/$defs/")], named) | own


def _taken(schema: Schema, names: Iterable[str]) -> Schema:
    """Take these properties out of an object."""
    taken = {name: schema["properties"].pop(name) for name in names}
    schema["required"] = [name for name in schema["required"] if name not in taken]
    return taken


def _list(items: Schema, said: str) -> Schema:
    return {"type": "array", "items": items, "description": said}


def _object(title: str, properties: Schema, required: Iterable[str]) -> Schema:
    made = {"type": "object", "title": title, "properties": properties, "additionalProperties": False}
    return {**made, "required": list(required)} if required else made
