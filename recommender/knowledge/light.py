"""Kept knowledge without pydantic: the same values, with the same attributes, as plain objects.

To decide about one person and to say why, the models of the knowledge are only read. Importing
pydantic and building its classes takes longer than all the rest, so a command that needs no more
takes each model as a plain value instead. What the classes work out of their fields comes from the
same functions (see `derived.py`); what a plain value lacks is an error, and never a guess.
"""

from __future__ import annotations

import io
import pickle
from functools import cache
from typing import Any

from recommender.knowledge.derived import ExerciseParts, ParentParts, QuestionParts, VocabularyParts

__all__ = ["PARTS", "loads"]

_HOME = "recommender.knowledge."
# The modules that hold models, and no other class that is kept.
_MODELS = frozenset(_HOME + name for name in ("catalogue", "questions", "rules", "session"))
PARTS: dict[str, tuple[type, ...]] = {
    "Exercise": (ExerciseParts,),
    "Parent": (ParentParts,),
    "Question": (QuestionParts,),
    "Vocabulary": (VocabularyParts,),
}


class _Light:
    """A frozen value with the fields of its model."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state["__dict__"])

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; {name} stays as it is")


@cache
def _light(name: str) -> type:
    return type(name, (*PARTS.get(name, ()), _Light), {})


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        return _light(name) if module in _MODELS else super().find_class(module, name)


def loads(payload: bytes) -> Any:
    """The value in a pickle, with plain objects in the place of models. Raises what unpickling raises."""
    return _Unpickler(io.BytesIO(payload)).load()
