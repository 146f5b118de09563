"""Checks the words that people in pain read: sentences that are short and do not shout."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recommender.errors import KnowledgeFault as Finding
from recommender.knowledge.knowledge import Knowledge

__all__ = ["LONGEST_SENTENCE", "check_wording"]

LONGEST_SENTENCE = 20
_SENTENCE = re.compile(r"[^.!?:;]+")


def check_wording(knowledge: Knowledge) -> Iterator[Finding]:
    """Sentences to the person with more than 20 words, and shouting."""
    for compiled in knowledge.rules:
        yield from _judge(compiled.rule.say, compiled.file, compiled.line, f"rule {compiled.id}")
    for exercise in knowledge.exercises:
        file, line = knowledge.exercise_files[exercise.id]
        for text in (*exercise.steps, exercise.breathing, exercise.feel, exercise.stop_when):
            yield from _judge(text, file, line, f"exercise {exercise.id}")
    for question in knowledge.questionnaire.questions:
        for text in (question.ask, question.why, *question.answers.values()):
            yield from _judge(text, "rules/questionnaire.yaml", None, f"question {question.field}")


def _judge(text: str, file: str, line: int | None, whose: str) -> Iterator[Finding]:
    for sentence in _SENTENCE.findall(text):
        count = len(sentence.split())
        if count > LONGEST_SENTENCE:
            yield Finding(
                file, line, f'{whose}: a sentence has {count} words: "{sentence.strip()[:60]}...".', "Split it."
            )
    if "!" in text:
        yield Finding(file, line, f'{whose}: it shouts: "{text[:60]}".', "Leave out the exclamation mark.")
