"""What the questionnaire asks at once: one question, a part of a long one, or several with the same answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from recommender.logic.questions import Part, Question, Questionnaire, Together
from recommender.sentences import Say
from recommender.values import variant

__all__ = ["Screen", "screens_of"]


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. `name` lasts; `questions` hold only the answers that are asked for here.

    Several questions have the same answers, and `called` holds the word for each. `part` names the
    part of a long question.
    """

    name: str
    short: str
    ask: str
    why: str
    sources: tuple[str, ...]
    questions: tuple[Question, ...]
    called: tuple[str, ...] = ()
    part: str = ""

    @property
    def question(self) -> Question:
        """The first of its questions, and mostly the only one."""
        return self.questions[0]

    @property
    def stage(self) -> str:
        """The heading under which it stands."""
        return self.question.stage

    def only(self, questions: Sequence[Question]) -> Screen:
        """The same screen with these of its questions."""
        if len(questions) == len(self.questions):
            return replace(self, questions=tuple(questions))
        kept = {question.field for question in questions}
        called = [word for word, q in zip(self.called, self.questions, strict=True) if q.field in kept]
        return replace(self, questions=tuple(questions), called=tuple(called))

    def label(self, answers: Mapping[str, Any], say: Say) -> str:
        """The given answers in the questionnaire's words."""
        if not self.called:
            question = self.question
            value = answers[question.field]
            return question.label([w for w in value if w in question.words] if self.part else value, say)
        pairs = zip(self.called, self.questions, strict=True)
        said = [f"{word}: {lower(q.label(answers[q.field], say))}" for word, q in pairs if q.field in answers]
        return "; ".join(said)


def lower(label: str) -> str:
    """A label in the middle of a sentence."""
    return label if label.startswith("I ") else label[:1].lower() + label[1:]


def screens_of(questionnaire: Questionnaire) -> tuple[Screen, ...]:
    """Every screen, in the order in which they are asked."""
    return tuple(_screens(questionnaire))


def _screens(questionnaire: Questionnaire) -> Iterator[Screen]:
    by_field = questionnaire.by_field()
    first_of = {next(iter(group.fields)): group for group in questionnaire.together}
    grouped = {field for group in questionnaire.together for field in group.fields}
    for field, question in by_field.items():
        if field in first_of:
            yield _at_once(first_of[field], by_field)
        elif field in grouped:
            continue
        elif question.screens:
            yield from (_part(question, name, part) for name, part in question.screens.items())
        else:
            yield Screen(field, question.short, question.ask, question.why, question.sources, (question,))


def _at_once(group: Together, by_field: Mapping[str, Question]) -> Screen:
    questions = tuple(by_field[field] for field in group.fields)
    sources = tuple(dict.fromkeys(at for question in questions for at in question.sources))
    name = "+".join(group.fields)
    return Screen(name, group.short, group.ask, group.why, sources, questions, called=tuple(group.fields.values()))


def _part(question: Question, name: str, part: Part) -> Screen:
    answers = {word: question.answers[word] for word in part.answers}
    narrow = variant(question, answers=answers, ask=part.ask)
    short = f"{question.short}, {lower(part.short)}"
    return Screen(f"{question.field}/{name}", short, part.ask, question.why, question.sources, (narrow,), part=name)
