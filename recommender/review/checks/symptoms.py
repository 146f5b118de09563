"""Checks of the questionnaire's words against the symptoms that guidance names."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.knowledge.knowledge import Knowledge
from recommender.logic.questions import Question
from recommender.review.checks.base import Check, Place, Review
from recommender.review.finding import Finding

__all__ = ["AnswerNarrowerThanSource"]

QUESTIONS = "rules/questionnaire.yaml"
GUIDANCE = "guideline/"


class AnswerNarrowerThanSource(Check):
    """An answer that asks for less than the guidance that its question cites.

    What: a guideline among the sources of a question names a symptom for an answer (`symptoms`), and the answer does
    not cover it. Or `covers` has words that stand neither in the answer nor in the question, or a symptom that no
    guideline names for that answer.

    Avoid: asking for numbness between the legs, citing a page that also names tingling there.

    Prefer: the answer widened, with the words for each symptom in `covers`.

    Why: who has the symptom and does not find it in the answer says no, and is given exercises.
    """

    id = "answer-narrower-than-source"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every symptom that an answer leaves out, and everything in `covers` that is not so."""
        knowledge = review.knowledge
        for number, question in enumerate(knowledge.questionnaire.questions):
            for word in question.words:
                yield from self._left_out(question, number, word, knowledge)
                yield from self._untrue(question, number, word, knowledge)

    def _left_out(self, question: Question, number: int, word: str, knowledge: Knowledge) -> Iterator[Finding]:
        """The symptoms that guidance names for this answer and that it does not cover."""
        place = (QUESTIONS, "questions", number, "answers", word)
        for guideline in knowledge.guidelines:
            if GUIDANCE + guideline.id not in question.sources:
                continue
            for tag in guideline.symptoms.get(f"{question.field}.{word}", ()):
                if tag not in question.covers.get(word, {}):
                    found = f"{GUIDANCE}{guideline.id} names `{tag}` for `{word}`, and the answer does not cover it."
                    do = "Say it in the answer, and name the words in `covers`."
                    yield self._about(question, place, knowledge, found, do)

    def _untrue(self, question: Question, number: int, word: str, knowledge: Knowledge) -> Iterator[Finding]:
        """The symptoms that `covers` has for this answer and nobody names, and the words that nobody reads."""
        answer = f"{question.field}.{word}"
        named = {tag for guideline in knowledge.guidelines for tag in guideline.symptoms.get(answer, ())}
        read = [_plain(question.answers[word]), _plain(question.ask)]
        for tag, words in question.covers.get(word, {}).items():
            place = (QUESTIONS, "questions", number, "covers", word, tag)
            if tag not in named:
                found = f"no guideline names `{tag}` for `{word}`."
                yield self._about(question, place, knowledge, found, "Correct it, or add it to rules/guidelines.yaml.")
            if not any(_plain(words) in text for text in read):
                found = f'"{words}" stands neither in the answer `{word}` nor in the question.'
                yield self._about(question, place, knowledge, found, "Take words that people read there.")

    def _about(self, question: Question, place: Place, knowledge: Knowledge, found: str, do: str) -> Finding:
        return self.about_file(place, knowledge, f"{question.field}: {found}", do, subject=question.field)


def _plain(text: str) -> str:
    """The text without regard to case and line breaks."""
    return " ".join(text.casefold().split())
