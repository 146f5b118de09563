"""Checks of the questionnaire against what reads it."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.knowledge.knowledge import Knowledge
from recommender.logic.conditions import Test, tests_of
from recommender.logic.facts import ABSENT, Variable
from recommender.review.checks.base import Check, Review
from recommender.review.finding import Finding

__all__ = ["UnreadAnswer"]

QUESTIONS = "rules/questionnaire.yaml"


class UnreadAnswer(Check):
    """An answer that no rule reads.

    What: a question, or one of its answers, that no rule and nothing in rules/session.yaml tells apart from the
    healthy person's.

    Avoid: asking for something that changes nothing.

    Prefer: the rule that was meant; or one question less.

    Why: who answers trusts that the answer counts.
    """

    id = "unread-answer"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every answer on which nothing hangs."""
        knowledge = review.knowledge
        read: dict[int, list[Test]] = {}
        for compiled in knowledge.rules:
            for test in tests_of(compiled.condition):
                read.setdefault(test.variable.index, []).append(test)
        for number, question in enumerate(knowledge.questionnaire.questions):
            if question.field in _read_by_session(knowledge):
                continue
            variables = [v for v in knowledge.table.variables if v.field == question.field]
            for word in _unread(variables, str(question.baseline), read):
                text = f"{question.field}: nothing reads the answer `{word}`."
                do = "Add the rule that was meant, or take the answer out."
                yield self.about_file((QUESTIONS, "questions", number), knowledge, text, do, subject=question.field)


def _read_by_session(knowledge: Knowledge) -> frozenset[str]:
    """The fields by whose answers the session is shaped; loading sees to it that every answer has its place there."""
    session = knowledge.session
    shaping = (set(session.filling), set(session.dose_by_level))
    found = {name for name, question in knowledge.table.questions.items() if set(question.words) in shaping}
    return frozenset(found | {"minutes"})


def _unread(variables: list[Variable], usual: str, read: dict[int, list[Test]]) -> Iterator[str]:
    single = len(variables) == 1
    for variable in variables:
        tests = read.get(variable.index, [])
        if not single:
            word = variable.name.rpartition(":")[2]
            whole = read.get(variables[-1].index, []) if variables[-1].name.endswith(":any") else []
            told_apart = any(0 < test.mask < variable.all_codes for test in tests) or bool(whole)
            if not told_apart and word not in ("any", "unsure"):
                yield word
        elif variable.codes[-1].isdigit() or variable.codes[0].isdigit() or variable.codes[1].isdigit():
            if not tests:
                yield "any number"
        else:
            base = variable.codes.index(usual)
            for code, word in enumerate(variable.codes):
                if word != ABSENT and code != base and not any(test.holds(code) != test.holds(base) for test in tests):
                    yield word
