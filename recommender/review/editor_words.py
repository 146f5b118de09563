"""What may stand in a knowledge file besides keys, as parts of JSON Schemas: words, tests, conditions, selectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.knowledge.compile import RELAXING
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.references import word_lists
from recommender.knowledge.selectors import GROUPS
from recommender.logic.answer_days import ANSWERED_ON
from recommender.logic.answers import nest
from recommender.logic.facts import ANY, UNKNOWN
from recommender.logic.questions import Parent, Question
from recommender.profile.wishes import WISHES

__all__ = ["Schema", "Words", "definitions", "one_of", "profile", "ref"]

Schema = dict[str, Any]
Words = Mapping[str, str]
TESTS = "Write `under 9`, `at least 9`, `above 9`, `up to 9`, `4 to 9`, or the number itself."


def ref(name: str) -> Schema:
    """A reference to a definition of the same schema."""
    return {"$ref": f"#/definitions/{name}"}


def one_of(words: Words) -> Schema:
    """One of these words, each with what it means."""
    listed = [{"const": word, **({"description": text} if text else {})} for word, text in words.items()]
    return {"type": "string", "oneOf": listed}


def definitions(knowledge: Knowledge) -> dict[str, Schema]:
    """Everything that a schema may refer to, by its name."""
    questions = knowledge.table.questions
    relaxing = {name: question for name, question in questions.items() if name in RELAXING}
    shapes = {name: one_of(words) for name, words in word_lists(knowledge).items() if words}
    shapes |= {f"test-{name}": _test(question) for name, question in questions.items()}
    always = {"type": "string", "const": "always", "description": "It concerns everyone."}
    shapes["when"] = {"if": {"type": "object"}, "then": ref("condition"), "else": always, "examples": ["always"]}
    people = {name: term.title for name, term in knowledge.terms.people.items()} if knowledge.terms else {}
    shapes["condition"] = _condition(questions, "condition", "Whom it concerns: one pair `field: test`.", people)
    shapes["ordering"] = {**shapes["when"], "then": ref("sparing")}
    shapes["sparing"] = _condition(questions, "sparing", "Whom it concerns: one pair `field: test`.", people)
    shapes["sparing"]["properties"]["not"] = {**ref("condition"), "description": "This must not hold."}
    shapes["given"] = _given(questions, people)
    shapes["relaxing"] = _condition(relaxing, "relaxing", "A clinician's clearance, or kit that is there.")
    shapes["selector"] = _selector(knowledge)
    shapes["person"] = {**_person(knowledge), "description": "Answers that differ from those of a healthy person."}
    return shapes


# --- conditions ------------------------------------------------------------------------------


def _condition(questions: Mapping[str, Question], name: str, means: str, terms: Words | None = None) -> Schema:
    parts = {"type": "array", "items": ref(name), "minItems": 1}
    properties: dict[str, Schema] = {
        "all": {**parts, "description": "Every one of these must hold."},
        "any": {**parts, "description": "At least one of these must hold."},
    }
    if terms:
        properties["term"] = {**one_of(terms), "description": "A term of rules/terms.yaml that stands for a condition."}
    for field, question in questions.items():
        properties[field] = {**ref(f"test-{field}"), "description": question.ask}
    return {
        "type": "object",
        "description": f"{means} Several go into a list under `all:` or `any:`.",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _given(questions: Mapping[str, Question], terms: Words) -> Schema:
    """A condition over people that are drawn: it may read what is not asked for, and say whom it spares."""
    whole = _condition(questions, "given", "Whom it is about: one pair `field: test`.", terms)
    whole["properties"]["hidden"] = {"type": "string", "description": "A word that is drawn and not asked for."}
    whole["properties"]["not"] = {**ref("given"), "description": "This must not hold."}
    return whole


def _test(question: Question) -> Schema:
    """A test of one answer."""
    if question.kind == "number":
        return _number_test(question)
    words = one_of(_tested_words(question))
    several = {"type": "array", "items": words, "minItems": 1, "description": "One of these answers."}
    return {"anyOf": [words, several]}


def _tested_words(question: Question) -> Words:
    words = dict(question.answers)
    if question.kind == "choice":
        return words
    if question.risk == "shrinking":
        return {**words, **{f"without {word}": f"Not there: {text}" for word, text in question.answers.items()}}
    named = {f"named {word}": f"This very answer, and not `unsure`: {text}" for word, text in question.answers.items()}
    return {ANY: "At least one of the answers.", **words, **named}


def _number_test(question: Question) -> Schema:
    span = f"From {question.lowest} to {question.highest}."
    middle = (question.lowest + question.highest) // 2
    tests: list[Schema] = [
        {"type": "integer", "minimum": question.lowest, "maximum": question.highest, "description": span},
        {
            "type": "string",
            "pattern": "^((under|at least|above|up to) [0-9]+|[0-9]+ to [0-9]+)$",
            "description": f"{TESTS} {span}",
            "examples": [f"at least {middle}", f"under {middle}"],
        },
    ]
    if question.unknown:
        tests.append({"const": UNKNOWN, "description": "The person does not know the number."})
    return {"anyOf": tests}


# --- selectors -------------------------------------------------------------------------------


def _selector(knowledge: Knowledge) -> Schema:
    def words(name: str, means: str) -> Schema:
        several = {"type": "array", "items": ref(name), "minItems": 1, "description": "One of these."}
        return {"anyOf": [ref(name), several], "description": means}

    properties = {group: words(f"word-{group}", f"Exercises with this word of {group}.") for group in GROUPS}
    properties["exercise"] = words("exercise", "This very exercise.")
    properties["texts"] = {
        "type": "string",
        "pattern": "^at least [0-9]+$",
        "examples": ["at least 2"],
        "description": "Exercises that stand in at least so many of the texts: `at least 2`.",
    }
    if knowledge.terms and knowledge.terms.exercises:
        named = one_of({name: term.title for name, term in knowledge.terms.exercises.items()})
        several = {"type": "array", "items": named, "minItems": 1, "description": "One of these."}
        properties["term"] = {"anyOf": [named, several], "description": "A term of rules/terms.yaml for exercises."}
    properties["any_of"] = {
        "type": "array",
        "items": ref("selector"),
        "minItems": 1,
        "description": "Exercises that at least one of these describes.",
    }
    return {
        "type": "object",
        "description": "Which exercises are meant. Everything that stands here must fit an exercise.",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
    }


# --- people ----------------------------------------------------------------------------------


def _person(knowledge: Knowledge) -> Schema:
    """Answers by field; those of one group (`group.part`) may stand below the group."""
    answers = {name: _answer(question) for name, question in knowledge.table.questions.items()}
    properties: dict[str, Schema] = {}
    for name, inner in nest(answers).items():
        if name in answers:
            properties[name] = inner
        else:
            asked = " ".join(part["description"] for part in inner.values())
            properties[name] = _closed(inner, asked)
    properties |= {name: answer for name, answer in answers.items() if "." in name}
    return _closed(properties, "")


def _closed(properties: Schema, means: str) -> Schema:
    closed = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**closed, "description": means} if means else closed


def _answer(question: Question) -> Schema:
    means = {"description": f"{question.ask} {question.why}"}
    if question.kind == "choice":
        return {**ref(f"answer-{question.field}"), **means}
    if question.kind == "set":
        return {"type": "array", "items": ref(f"answer-{question.field}"), **means}
    number: Schema = {"type": "integer", "minimum": question.lowest, "maximum": question.highest}
    if not question.unknown:
        return {**number, **means}
    return {"anyOf": [number, {"const": UNKNOWN, "description": "I do not know."}], **means}


def profile(knowledge: Knowledge) -> Schema:
    """A whole profile: every answer that decides safety is there, and what follows from an answer too."""
    person = _person(knowledge)
    person["properties"][ANSWERED_ON] = _days(knowledge)
    schema = {"title": "The answers of one person", **person, "required": [], "allOf": []}
    groups: dict[str, list[str]] = {}
    followed: dict[Parent, list[str]] = {}
    for name, question in knowledge.table.questions.items():
        if question.parent is not None:
            followed.setdefault(question.parent, []).append(name)
        elif question.safety and "." in name:
            groups.setdefault(name.split(".")[0], []).append(name)
        elif question.safety:
            schema["required"].append(name)
    wished = {"type": "array", "items": ref("exercise")}
    for wish in WISHES:
        schema["properties"][wish] = {**wished, "description": f"Exercises by their ids, never asked for: {wish}."}
    schema["allOf"] += [{"anyOf": [{"required": [group]}, {"required": parts}]} for group, parts in groups.items()]
    for parent, names in followed.items():
        answer = {"contains": {"const": parent.named}} if parent.named else {"not": {"const": parent.unless}}
        asked = {"properties": {parent.field: answer}, "required": [parent.field]}
        schema["allOf"].append({"if": asked, "then": {"required": names}})
    return schema


def _days(knowledge: Knowledge) -> Schema:
    """The day of each answer; those of one group may stand below the group."""
    day = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "Such as 2026-11-23."}
    days = dict.fromkeys(knowledge.table.questions, day)
    nested = {name: inner for name, inner in nest(days).items() if name not in days}
    groups = {name: _closed(inner, "The day of each of these answers.") for name, inner in nested.items()}
    means = "The day of each answer. Weeks are counted on from it, and old answers are asked again."
    return _closed({**days, **groups}, means)
