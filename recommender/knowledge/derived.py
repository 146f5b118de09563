"""What follows from the fields of a question, an exercise or the vocabulary.

Apart from their models, so that kept knowledge can be used without pydantic (see `light.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from recommender.sentences import Say

if TYPE_CHECKING:
    from recommender.knowledge.catalogue import ExerciseSource, Word, WordGroup

__all__ = ["ExerciseParts", "ParentParts", "QuestionParts", "VocabularyParts"]


class ParentParts:
    """What follows from the fields of a question's parent."""

    if TYPE_CHECKING:
        unless: str
        named: str

    def asks(self, answer: Any) -> bool:
        """Whether this answer to the parent makes its child a question. Without an answer it does not."""
        if self.named:
            return isinstance(answer, list | tuple | set | frozenset) and self.named in answer
        return answer is not None and answer != self.unless


class QuestionParts:
    """What follows from the fields of a question."""

    if TYPE_CHECKING:
        answers: Mapping[str, str]

    @property
    def words(self) -> tuple[str, ...]:
        """The words that may be answered; empty for a number."""
        return tuple(self.answers)

    def label(self, value: Any, say: Say) -> str:
        """The given answer in the questionnaire's words."""
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(self.answers.get(word, word) for word in value) or say("answers.none_of_them")
        return self.answers.get(str(value), str(value))


class VocabularyParts:
    """What follows from the groups of the vocabulary."""

    def words(self, group: str) -> Mapping[str, Word]:
        """The words of a group."""
        found: WordGroup = getattr(self, group)
        return found.words

    def title(self, group: str, word: str) -> str:
        """A word of a group in everyday words."""
        return self.words(group)[word].title


class ExerciseParts:
    """What follows from the fields of an exercise."""

    if TYPE_CHECKING:
        sources: tuple[ExerciseSource, ...]

    @property
    def locators(self) -> tuple[str, ...]:
        """The places of the texts and guidance in which the exercise stands."""
        return tuple(source.at for source in self.sources)
