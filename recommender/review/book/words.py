"""Conditions and selectors in the words of the questionnaire and the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.shipped import as_shipped
from recommender.logic.conditions import AllOf, AnyOf, Condition, Test
from recommender.logic.facts import ANY
from recommender.logic.questions import Question

__all__ = [
    "QUESTIONS",
    "Questions",
    "Said",
    "joined",
    "label_of",
    "say_condition",
    "say_example",
    "say_selector",
    "say_test",
]

UNSURE = "unsure"
QUESTIONS = "questions.html"
Questions = Mapping[str, Question]


@dataclass(frozen=True, slots=True)
class Said:
    """One test in words: the question, what is said of its answer, and the answers that count."""

    field: str
    question: str
    verb: str
    answers: tuple[str, ...] = ()
    after: str = ""
    page: str = QUESTIONS

    @property
    def href(self) -> str:
        """Where the question stands in the book."""
        return f"{self.page}#{self.field}"

    def __str__(self) -> str:
        answers = joined([f"“{answer}”" for answer in self.answers], "or")
        return " ".join(part for part in (f"“{self.question}”", self.verb, answers, self.after) if part)


def joined(parts: Sequence[str], joint: str) -> str:
    """The parts as people list them: "a, b or c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joint} {parts[-1]}"


def label_of(question: Question, word: str) -> str:
    """An answer as the questionnaire words it."""
    return question.answers.get(word, word.replace("_", " "))


# --- conditions ------------------------------------------------------------------------------


def say_test(test: Test, questions: Questions) -> Said:
    """One test, with every answer that counts spelled out, `unsure` among them."""
    question = questions[test.field]
    if question.kind == "number":
        return _number(test, question)
    if question.kind == "choice":
        held = [word for code, word in enumerate(test.variable.codes) if test.holds(code)]
        held.sort(key=lambda word: word == UNSURE)
        return Said(test.field, question.short, "is", tuple(label_of(question, word) for word in held))
    word = test.variable.name.partition(":")[2]
    if question.risk == "shrinking":
        return Said(test.field, question.short, "lacks" if test.holds(1) else "holds", (label_of(question, word),))
    top = len(test.variable.codes) - 1
    if word == ANY:
        return Said(test.field, question.short, "names anything at all" if test.holds(top) else "names nothing")
    if not test.holds(top):
        return Said(test.field, question.short, "does not name", (label_of(question, word),))
    if top > 1 and test.holds(1):
        return Said(test.field, question.short, "names", (label_of(question, word), label_of(question, UNSURE)))
    after = "itself; not being sure is not enough" if top > 1 else ""
    return Said(test.field, question.short, "names", (label_of(question, word),), after)


def _number(test: Test, question: Question) -> Said:
    said = test.said
    if said.startswith("not "):
        return Said(test.field, question.short, f"is not {said.removeprefix('not ')}")
    return Said(test.field, question.short, "is not known" if said == "unknown" else f"is {said}")


def say_condition(condition: Condition, questions: Questions) -> str:
    """The whole condition in one line."""
    if isinstance(condition, Test):
        return str(say_test(condition, questions))
    if condition.called:
        return condition.called
    parts = []
    for part in condition.parts:
        text = say_condition(part, questions)
        nested = isinstance(part, AllOf | AnyOf) and len(part.parts) > 1 and not part.called
        parts.append(f"({text})" if nested else text)
    return (" and " if isinstance(condition, AllOf) else " or ").join(parts)


def say_example(example: Mapping[str, Any], questions: Questions) -> tuple[tuple[str, str], ...]:
    """An example person as pairs of question and answer."""
    found: list[tuple[str, str]] = []
    for name, value in example.items():
        if isinstance(value, Mapping):
            inner = {f"{name}.{key}": answer for key, answer in value.items()}
            found.extend(say_example(inner, questions))
        elif name in questions:
            found.append((questions[name].short, str(questions[name].label(value, as_shipped))))
        else:
            found.append((name, str(value)))
    return tuple(found)


# --- selectors -------------------------------------------------------------------------------

# What stands before the words of a group, so that "exercises ..." reads as a sentence.
LEADS = {
    "start_position": "that start {}",
    "needs": "that need {}",
    "posture": "with the posture “{}”",
    "patterns": "with the movement “{}”",
    "intensity": "whose effort is {}",
    "purpose": "whose purpose is “{}”",
    "works": "that work the {}",
    "requires": "that need {}",
    "programme": "from {}",
    "family": "of the family “{}”",
}


def say_selector(selector: Mapping[str, Any], knowledge: Knowledge) -> str:
    """The exercises that a selector means, to be read after the word "exercises"."""
    return " and ".join(_part(key, value, knowledge) for key, value in selector.items())


def _part(key: str, value: Any, knowledge: Knowledge) -> str:
    if key == "any_of":
        return joined([say_selector(part, knowledge) for part in value], "or")
    words = [str(word) for word in value] if isinstance(value, list | tuple) else [str(value)]
    if key == "term" and knowledge.terms is not None:
        return "with " + joined([knowledge.terms.exercises[word].title for word in words], "or")
    if key == "exercise":
        named = [exercise.name if (exercise := knowledge.exercise(word)) else word for word in words]
        return "named " + joined([f"“{name}”" for name in named], "or")
    if key == "texts":
        return f"that {words[0]} of the texts offer"
    titles = [knowledge.vocabulary.title(key, word) for word in words]
    lead = LEADS.get(key, "with {}")
    if "“" in lead:
        before, _, after = lead.partition("“{}”")
        return before + joined([f"“{title}”" for title in titles], "or") + after
    return lead.format(joined(titles, "or"))
