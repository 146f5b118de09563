"""A result at the door: what pydantic, and a web framework by it, makes of one. Imported late, with pydantic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import core_schema

from recommender.result_json import MESSAGE_WORDS, REASON_WORDS, is_form, whole_of

__all__ = ["adapter", "core_schema_of", "json_schema_of"]

Schema = dict[str, Any]
PLACE: Schema = {"type": "integer", "minimum": 0}
LISTS = ("routine", "excluded", "not_chosen", "messages")
OF_RULE = " Left out in a message of a rule that says the same."


adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)  # what reads values of a kind, made once


def core_schema_of(own: Any) -> Any:
    """How a result is read and written: a value as it is, its fields in a mapping, or its JSON."""
    return core_schema.no_info_before_validator_function(
        lambda data: whole_of(data) if is_form(data) else data,
        own,
        serialization=core_schema.plain_serializer_function_ser_schema(
            lambda value, info: value.model_dump(mode=info.mode), info_arg=True
        ),
    )


def json_schema_of(read: Any, handler: Any) -> Schema:
    """The JSON Schema of a result as it stands in JSON (see `result_json`), from that of its fields."""
    schema: Schema = deepcopy(handler.resolve_ref_schema(handler(read["schema"])))
    parts: Schema = schema["properties"]
    step, excluded, not_chosen, message = (_of_items(parts[name], handler) for name in LISTS)
    reason = _of_items(excluded["properties"]["reasons"], handler)
    words = _taken(reason, REASON_WORDS)
    why = _taken(not_chosen, ("reason", "text"))
    said = "Why it is not in the routine, by its place in `why_not`."
    not_chosen["properties"]["why"] = {**PLACE, "description": said}
    not_chosen["required"].append("why")
    said = "Every rule that leaves it out, the weightiest first, by the place in `reasons`."
    excluded["properties"]["reasons"] = {"type": "array", "items": PLACE, "description": said}
    for name in MESSAGE_WORDS:
        message["properties"][name]["description"] += OF_RULE
    message["required"].remove("text")
    for entry in (step["properties"], excluded["properties"], not_chosen["properties"], message["properties"], words):
        said = f"{entry['sources']['description']} By their places in `sources`."
        entry["sources"] = {"type": "array", "items": PLACE, "description": said}
    for name, entry in (("excluded", excluded), ("not_chosen", not_chosen)):
        del entry["properties"]["exercise"]
        entry["required"].remove("exercise")
        parts[name] = {"type": "object", "additionalProperties": entry} | _told(parts[name], " By their ids.")
    parts["routine"]["items"], parts["messages"]["items"] = step, message
    review = parts["review"] = deepcopy(handler.resolve_ref_schema(parts["review"])) | _told(parts["review"])
    review["properties"]["drafts"]["description"] += " Left out where they are those in `rules` that are not signed."
    review["required"].remove("drafts")
    reasons = _list(reason, "What made a rule hold for this person, each once.")
    causes = _list(_object("WhyNot", why, why), "Why exercises are not in the routine, each once.")
    said = "The words of each rule by its id. One without words is a draft that holds, and that says nothing here."
    rule = _object("Rule", words, ())
    rules = {"type": "object", "additionalProperties": rule, "title": "Rules", "description": said}
    sources = {"type": "array", "items": {"type": "string"}, "description": "The places in the texts, each once."}
    more = {"reasons": reasons, "why_not": causes, "sources": sources, "rules": rules}
    parts |= more
    schema["required"] += more
    return schema


def _of_items(part: Schema, handler: Any) -> Schema:
    """What an element of a list is, as a schema that can be changed."""
    found: Schema = deepcopy(handler.resolve_ref_schema(part["items"]))
    return found


def _taken(schema: Schema, names: Iterable[str]) -> Schema:
    """Take these properties out of an object."""
    taken = {name: schema["properties"].pop(name) for name in names}
    schema["required"] = [name for name in schema["required"] if name not in taken]
    return taken


def _told(part: Schema, more: str = "") -> Schema:
    return {key: part[key] + (more if key == "description" else "") for key in ("title", "description") if key in part}


def _list(items: Schema, said: str) -> Schema:
    return {"type": "array", "items": items, "description": said}


def _object(title: str, properties: Schema, required: Iterable[str]) -> Schema:
    made = {"type": "object", "title": title, "properties": properties, "additionalProperties": False}
    return {**made, "required": list(required)} if required else made
