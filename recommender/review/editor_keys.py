"""A model of a knowledge file as a JSON Schema: its keys, what each of them means, and which words belong there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import combinations

from recommender.knowledge.door import json_schema
from recommender.knowledge.rules import EFFECTS
from recommender.review.editor_words import Schema, Words, one_of, ref
from recommender.values import all_kinds_in

__all__ = ["model_schema"]

ADVICE_ONLY = ("with_exercise", "if_routine_has", "on_steps", "not_when_limited")
# What the models ask for beyond single fields.
BEYOND: Mapping[str, Schema] = {
    "Then": {
        "minProperties": 1,
        "not": {"anyOf": [{"required": list(pair)} for pair in combinations(EFFECTS, 2)]},
        "dependencies": {
            "whom": ["stop"],
            "how_soon": {"anyOf": [{"required": ["stop"]}, {"required": ["ask"]}]},
            "prefer": ["rank"],
            "defer": ["rank"],
            **{name: ["advise"] for name in ADVICE_ONLY},
        },
    },
    "Rule": {
        "allOf": [
            {
                "if": {"properties": {"when": {"const": "always"}}},
                "else": {"required": ["fires_for", "silent_for"]},
            },
            {  # only what orders may say whom it spares
                "if": {"properties": {"then": {"anyOf": [{"required": ["prefer"]}, {"required": ["defer"]}]}}},
                "else": {"properties": {"when": ref("when")}},
            },
            {
                "if": {"properties": {"then": {"required": ["stop"]}}},
                "then": {"required": ["short"]},
                "else": {"not": {"required": ["short"]}},
            },
        ],
    },
    "Bend": {"type": ["object", "number"]},
    "Guideline": {"oneOf": [{"required": ["organisation"]}, {"required": ["authors"]}]},
}
_WORD_LINE = re.compile(r"(\w+): (\S.*)\Z")


def model_schema(kind: type, words: Mapping[str, Words]) -> Schema:
    """The schema of a file of this kind, with the schemas of its parts as `definitions`."""
    raw = json_schema(kind)
    parts = raw.pop("$defs", {})
    classes = {part.__name__: part for part in all_kinds_in(kind)}
    made = {name: _object(classes[name], part, parts, words) for name, part in parts.items() if name in classes}
    return {"title": _first_sentence(kind), **_object(kind, raw, parts, words), "definitions": made}


def _first_sentence(kind: type) -> str:
    return (kind.__doc__ or "").split("\n")[0].partition(":")[0].rstrip(".")


# --- keys ------------------------------------------------------------------------------------


def _object(kind: type, raw: Schema, parts: Mapping[str, Schema], words: Mapping[str, Words]) -> Schema:
    """The schema of one kind of value, with what its fields mean and which words belong there."""
    properties: dict[str, Schema] = {}
    for name, given in raw.get("properties", {}).items():
        text, meanings = _said(given.pop("description", "") or _elsewhere(kind, name, given, parts))
        properties[name] = {**_worded(_plain(given, words), meanings), "description": text}
    whole = {
        "type": "object",
        "description": (kind.__doc__ or "").split("\n")[0],
        "properties": properties,
        "required": list(raw.get("required", [])),
        "additionalProperties": False,
    }
    return {**whole, **BEYOND.get(kind.__name__, {})}


def _elsewhere(kind: type, name: str, given: Schema, parts: Mapping[str, Schema]) -> str:
    """What a field means of which pydantic says nothing: it stands in a parent, or means the same as its own kind."""
    parents = (parts.get(parent.__name__, {}).get("properties", {}) for parent in kind.__mro__[1:])
    own = parts.get(given.get("$ref", "").rpartition("/")[2], {}).get("description", "")
    texts = [found[name]["description"] for found in parents if name in found]
    return str([*texts, own][0])


def _said(text: str) -> tuple[str, dict[str, str]]:
    """What a field means and, where its docstring lists them (`word: meaning`), what its words mean."""
    first, *rest = text.split("\n")
    return first, {m[1]: m[2] for line in rest if (m := _WORD_LINE.match(line))}


def _plain(given: Schema, words: Mapping[str, Words]) -> Schema:
    """A part as pydantic gives it, without its titles, defaults, empty values and newer words of the standard.

    What refers to a list of words, or to a shape, becomes a reference to it (see `values.Ref`).
    """
    made = {key: value for key, value in given.items() if key not in ("title", "default")}
    if "ref" in made:
        return _referred(made, words)
    if "anyOf" in made:
        kept = [_plain(part, words) for part in made.pop("anyOf") if part.get("type") != "null"]
        made = {**made, **kept[0]} if len(kept) == 1 else {**made, "anyOf": kept}
    if "prefixItems" in made:
        made["items"] = made.pop("prefixItems")
    if isinstance(made.get("items"), dict):
        made["items"] = _plain(made["items"], words)
    elif isinstance(made.get("items"), list):
        made["items"] = [_plain(part, words) for part in made["items"]]
    inner = made.get("additionalProperties")
    if inner is True:
        del made["additionalProperties"]
    elif isinstance(inner, dict):
        made["additionalProperties"] = _plain(inner, words)
    keys = made.get("propertyNames", {}).get("ref")
    return _keyed(made, words[keys]) if keys else made


def _referred(leaf: Schema, words: Mapping[str, Words]) -> Schema:
    """The list of words, or the shape; of the list only what the type allows, where it says which words."""
    name, allowed = leaf["ref"], _enumerated(leaf)
    if not allowed or name not in words:
        return ref(name)
    return one_of({word: words[name].get(word, "") for word in allowed})


def _innermost(made: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """The part with what stands innermost in it (in lists, mappings and alternatives) changed."""
    for key in ("items", "additionalProperties"):
        inner = made.get(key)
        if isinstance(inner, dict):
            return {**made, key: _innermost(inner, change)}
        if isinstance(inner, list):
            return {**made, key: [_innermost(part, change) for part in inner]}
    if "anyOf" in made:
        return {**made, "anyOf": [_innermost(part, change) for part in made["anyOf"]]}
    return change(made)


def _enumerated(leaf: Schema) -> list[str]:
    found = leaf.get("enum") or ([leaf["const"]] if "const" in leaf else [])
    return [str(word) for word in found]


def _keyed(made: Schema, words: Words) -> Schema:
    """A mapping with exactly these keys possible."""
    inner = made["additionalProperties"]
    properties = {word: {**inner, "description": text} for word, text in words.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _worded(made: Schema, meanings: Words) -> Schema:
    """The part with what each of its words, and each of its keys, means."""
    inner = made.get("additionalProperties")
    if meanings and isinstance(inner, dict) and not _enumerated(inner):
        return _keyed(made, meanings)

    def change(leaf: Schema) -> Schema:
        allowed = _enumerated(leaf)
        return one_of({word: meanings.get(word, "") for word in allowed}) if allowed else leaf

    if "properties" in made:
        parts = made["properties"].items()
        described = {key: {**_worded(part, meanings), "description": part["description"]} for key, part in parts}
        return {**made, "properties": described}
    return _innermost(made, change)
