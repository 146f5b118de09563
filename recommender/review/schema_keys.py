"""A model of a knowledge file as a JSON Schema: its keys, what each of them means, and which words belong there."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

from pydantic import BaseModel

from recommender.knowledge.rules import EFFECTS
from recommender.review.schema_words import Schema, Words, one_of, ref

__all__ = ["field_texts", "model_schema", "models_of"]

# What stands in a field: a list of words or a shape. What is not named here may be whatever the model takes.
PLACES: Mapping[str, str] = {
    "Word.needs": "word-needs",
    "Word.implies": "word-patterns",
    "ExactlyOne.where": "selector",
    "ExactlyOne.of": "word-posture",
    "Word.both": "spine",
    "Spine.bending": "word-bending",
    "Spine.arching": "word-arching",
    "Spine.twisting": "word-twisting",
    "Spine.side_bending": "word-side_bending",
    "Equipment.required": "word-requires",
    "Equipment.optional": "word-optional_kit",
    "Dose.source": "locator",
    "ExerciseSource.at": "locator",
    "ExerciseSource.reading": "reading",
    "Exercise.family": "word-family",
    "Exercise.start_position": "word-start_position",
    "Exercise.needs": "word-needs",
    "Exercise.combined": "word-combined",
    "Exercise.postures": "word-posture",
    "Exercise.under_load": "word-under_load",
    "Exercise.patterns": "word-patterns",
    "Exercise.intensity": "word-intensity",
    "Exercise.demanding_for": "word-demanding_for",
    "Exercise.purpose": "word-purpose",
    "Exercise.works": "word-works",
    "Exercise.programmes": "word-programme",
    "Exercise.easier": "exercise",
    "Exercise.harder": "exercise",
    "Exercise.replacement": "exercise",
    "Then.whom": "whom",
    "Then.how_soon": "how_soon",
    "Then.ask": "whom",
    "Then.avoid": "selector",
    "Then.allow_only": "selector",
    "Then.prefer": "selector",
    "Then.defer": "selector",
    "Then.rank": "rank",
    "Then.advise": "advice",
    "Then.with_exercise": "exercise",
    "Then.if_routine_has": "selector",
    "Then.on_steps": "selector",
    "Unless.when": "relaxing",
    "Unless.sources": "locator",
    "Rule.when": "ordering",
    "ConditionTerm.when": "condition",
    "Word.fits": "selector",
    "Word.unlike": "selector",
    "SelectorTerm.select": "selector",
    "Rule.sources": "locator",
    "Rule.reading": "reading",
    "Rule.fires_for": "person",
    "Rule.silent_for": "person",
    "Rule.hits": "exercise",
    "Rule.spares": "exercise",
    "Change.rule": "rule",
    "Change.also_when": "condition",
    "Change.also_avoid": "selector",
    "Change.sources": "locator",
    "Change.fires_for": "person",
    "Change.silent_for": "person",
    "Change.between": "word-start_position",
    "Review.rule": "signable",
    "Guarantee.when": "when",
    "Guarantee.never": "selector",
    "Guarantee.only": "selector",
    "Guarantee.how_soon": "how_soon",
    "Guarantee.should": "rule",
    "Guarantee.sources": "locator",
    "Guarantee.reading": "reading",
    "Statement.by": "carrier",
    "Statement.conflicts": "conflict",
    "Statement.reading": "reading",
    "Side.sources": "locator",
    "Conflict.rules": "rule_or_whole",
    "Conflict.exercises": "exercise",
    "Phase.purposes": "word-purpose",
    "Slot.select": "selector",
    "Session.phases_sources": "locator",
    "Session.slots_sources": "locator",
    "Session.relief": "selector",
    "Session.filling": "phase",
    "Session.starts_from": "word-start_position",
    "Session.pass_through": "word-start_position",
    "Session.kept_apart": "word-start_position",
    "Session.changes_sources": "locator",
    "TimesADay.source": "locator",
    "Schedule.times_rule": "rule",
    "Schedule.days_rule": "rule",
    "Schedule.weeks_rule": "rule",
    "Schedule.stops": "rule",
    "Schedule.sources": "locator",
    "Steps.grows": "selector",
    "Steps.steps_sources": "locator",
    "Steps.steps_reading": "reading",
    "Beyond.exercise": "exercise",
    "Beyond.sources": "locator",
    "Beyond.reading": "reading",
    "LowEnd.may_grow": "rule",
    "LowEnd.sources": "locator",
    "LowEnd.reading": "reading",
    "ProgressRule.sources": "locator",
    "ProgressRule.reading": "reading",
    "Far.before_rank": "rank",
    "Said.sources": "locator",
    "Said.reading": "reading",
    "Outcome.advice": "advice",
    "Outcomes.urgent_advice": "advice",
    "Assumed.when": "condition",
    "Parent.field": "field",
    "Question.sources": "locator",
    "Question.skip_after": "outcome",
    "Part.given": "given",
    "Draw.given": "given",
    "Group.who": "given",
    "Case.profile": "person",
    "Case.outcome": "outcome",
    "Case.whom": "whom",
    "Case.fires": "rule",
    "Case.silent": "rule",
    "Case.excluded": "rule",
    "Figure.exercise": "exercise",
    "Case.excluded_exactly": "rule",
    "Case.allowed": "exercise",
    "Case.never": "selector",
    "Case.routine_has": "exercise",
    "Case.routine_lacks": "exercise",
    "Case.phases": "phase",
}
# The keys of a field that holds a mapping.
KEYS: Mapping[str, str] = {
    "Guideline.symptoms": "answer",
    "Together.fields": "field",
    "Session.filling": "answer-goal",
    "Session.dose_by_level": "answer-level",
    "Case.excluded": "exercise",
    "Case.excluded_exactly": "exercise",
    "Beside.outcomes": "outcome",
}
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


def model_schema(model: type[BaseModel], words: Mapping[str, Words]) -> Schema:
    """The schema of a file of this kind, with the schemas of its parts as `definitions`."""
    raw = model.model_json_schema(ref_template="#/definitions/{model}")
    parts = raw.pop("$defs", {})
    classes = {kind.__name__: kind for kind in models_of(model)}
    made = {name: _object(classes[name], part, words) for name, part in parts.items() if name in classes}
    return {"title": _first_sentence(model), **_object(model, raw, words), "definitions": made}


def models_of(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The model, and every model that is a part of it."""
    yield model
    for info in model.model_fields.values():
        for inner in _models_in(info.annotation):
            yield from models_of(inner)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)


def _first_sentence(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").split("\n")[0].partition(":")[0].rstrip(".")


# --- descriptions ----------------------------------------------------------------------------


def field_texts(model: type[BaseModel]) -> dict[str, tuple[str, dict[str, str]]]:
    """What each field means and, where its docstring lists them (`word: meaning`), what its words mean."""
    ours = [kind for kind in reversed(model.__mro__) if kind.__module__.startswith("recommender.")]
    return {name: said for kind in ours for name, said in _own_texts(kind).items()}


def _own_texts(model: type) -> dict[str, tuple[str, dict[str, str]]]:
    """The same for the fields that stand in the class itself."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    found: dict[str, tuple[str, dict[str, str]]] = {}
    [kind] = tree.body
    assert isinstance(kind, ast.ClassDef)
    for field, below in zip(kind.body, kind.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            first, *rest = inspect.cleandoc(below.value.value).split("\n")
            words = {m[1]: m[2] for line in rest if (m := _WORD_LINE.match(line))}
            found[field.target.id] = first, words
    return found


# --- keys ------------------------------------------------------------------------------------


def _object(model: type[BaseModel], raw: Schema, words: Mapping[str, Words]) -> Schema:
    """The schema of one model, with what its fields mean and which words belong there."""
    texts = field_texts(model)
    properties: dict[str, Schema] = {}
    for name, given in raw.get("properties", {}).items():
        place = f"{model.__name__}.{name}"
        attribute = next((field for field, info in model.model_fields.items() if info.alias == name), name)
        text, meanings = texts.get(attribute, ("", {}))
        made = _plain(given)
        if place in PLACES:
            made = _placed(made, PLACES[place], words)
        if place in KEYS:
            made = _keyed(made, words[KEYS[place]])
        made = _worded(made, meanings)
        properties[name] = {**made, "description": text}
    whole = {
        "type": "object",
        "description": (model.__doc__ or "").split("\n")[0],
        "properties": properties,
        "required": list(raw.get("required", [])),
        "additionalProperties": False,
    }
    return {**whole, **BEYOND.get(model.__name__, {})}


def _plain(given: Schema) -> Schema:
    """A part as pydantic gives it, without its titles, defaults, empty values and newer words of the standard."""
    made = {key: value for key, value in given.items() if key not in ("title", "default")}
    if "anyOf" in made:
        kept = [_plain(part) for part in made.pop("anyOf") if part.get("type") != "null"]
        made = {**made, **kept[0]} if len(kept) == 1 else {**made, "anyOf": kept}
    if "prefixItems" in made:
        made["items"] = made.pop("prefixItems")
    if isinstance(made.get("items"), dict):
        made["items"] = _plain(made["items"])
    elif isinstance(made.get("items"), list):
        made["items"] = [_plain(part) for part in made["items"]]
    inner = made.get("additionalProperties")
    if inner is True:
        del made["additionalProperties"]
    elif isinstance(inner, dict):
        made["additionalProperties"] = _plain(inner)
    return made


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


def _placed(made: Schema, name: str, words: Mapping[str, Words]) -> Schema:
    """The part with these words, or this shape, in its innermost place."""
    if "anyOf" in made:
        return ref(name)

    def change(leaf: Schema) -> Schema:
        allowed = _enumerated(leaf)
        if not allowed or name not in words:
            return ref(name)
        return one_of({word: words[name].get(word, "") for word in allowed})

    return _innermost(made, change)


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
