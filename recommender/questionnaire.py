"""Which question comes next. Asks only what can still change the result, the stopping questions first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.answers import clean, flatten, nest
from recommender.conditions import decide_partly
from recommender.errors import ProfileFault
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.questions import Question
from recommender.screening import forced_stops, open_fields

__all__ = ["Interview"]


class Interview:
    """The answers given so far, in the order in which they were given."""

    def __init__(self, knowledge: Knowledge, answers: Mapping[str, Any] | None = None) -> None:
        self.knowledge = knowledge
        self._questions = knowledge.table.questions
        self.answers: dict[str, Any] = {}
        for name in self._questions:
            if answers and name in answers:
                self.answers[name] = answers[name]

    def next_question(self) -> Question | None:
        """The next question, or None when nothing that is left can change the result."""
        if self.stops():
            return None
        still_open = open_fields(self.answers, self.knowledge)
        outcome = self._outcome()
        for name, question in self._questions.items():
            if name in self.answers or self._needless(question):
                continue
            if question.safety and name not in still_open:
                continue
            if outcome in question.skip_after:
                continue
            return question
        return None

    def fault(self, question: Question, value: Any) -> ProfileFault | None:
        """What is wrong with this answer, if anything."""
        _, faults = clean({question.field: value}, {question.field: question})
        return faults[0] if faults else None

    def answer(self, question: Question, value: Any) -> None:
        """Take an answer. Answers that it makes needless are dropped."""
        self.answers.pop(question.field, None)
        self.answers[question.field] = (
            tuple(w for w in question.words if w in value) if question.kind == "set" else value
        )
        for name in list(self.answers):
            if self._needless(self._questions[name]):
                del self.answers[name]

    def back(self) -> Question | None:
        """Take the latest answer back and return its question; None at the beginning."""
        if not self.answers:
            return None
        name = next(reversed(self.answers))
        del self.answers[name]
        return self._questions[name]

    def stops(self) -> list[CompiledRule]:
        """The rules that end the questionnaire, the strongest first; empty while it goes on."""
        return forced_stops(self.answers, self.knowledge)

    def profile(self) -> dict[str, Any]:
        """The finished profile. What was not asked counts as its default, or as its most careful answer."""
        flat = dict(self.answers)
        for name, question in self._questions.items():
            if name not in flat and question.safety and not self._needless(question):
                flat[name] = self._most_careful(question)
        return nest(flat)

    def saved(self) -> dict[str, Any]:
        """The answers given so far, as a profile that may be incomplete."""
        return _plain(self.answers)

    def finished(self) -> dict[str, Any]:
        """The finished profile in plain lists and words, for a file."""
        return _plain(flatten(self.profile(), self._questions))

    def _needless(self, question: Question) -> bool:
        parent = question.parent
        return parent is not None and not parent.asks(self.answers.get(parent.field))

    def _outcome(self) -> str:
        """The strongest outcome that is certain so far."""
        facts = self.knowledge.table.encode_partly(self.answers)
        for compiled in self.knowledge.rules:
            if compiled.rule.then.stop == "relief_only" and decide_partly(compiled.condition, facts):
                return "relief_only"
        return "routine"

    def _most_careful(self, question: Question) -> Any:
        """The riskiest answer to a question that cannot change the result."""
        if question.kind == "choice" and isinstance(question.risk, tuple):
            return question.risk[-1][-1]
        return question.baseline


def _plain(flat: Mapping[str, Any]) -> dict[str, Any]:
    return nest({name: list(value) if isinstance(value, tuple) else value for name, value in flat.items()})
