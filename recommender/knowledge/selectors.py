"""Which exercises a selector of a rule means, as a bit mask over the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from recommender.errors import nearest

if TYPE_CHECKING:
    from recommender.knowledge.catalogue import Exercise, Vocabulary

__all__ = ["GROUPS", "SelectorFault", "Selectors", "needs_of"]

_SPINE = ("bending", "arching", "twisting", "side_bending")
_LISTS = {
    "combined": "combined",
    "under_load": "under_load",
    "posture": "postures",
    "demanding_for": "demanding_for",
    "patterns": "patterns",
    "works": "works",
    "programme": "programmes",
}
_SINGLE = ("start_position", "intensity", "purpose", "family")
GROUPS = (*_SPINE, *_LISTS, *_SINGLE, "needs", "requires")
FLOOR = "get_to_floor"
_AT_LEAST = re.compile(r"at least (\d+)\Z")


class SelectorFault(Exception):
    """A selector cannot be read. `where` leads to the place inside it."""

    def __init__(self, where: tuple[str | int, ...], found: str, do: str = "") -> None:
        self.where, self.found, self.do = where, found, do
        super().__init__(found)


def needs_of(exercise: Exercise, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Everything the body must be able to do: the needs of the start position and its own.

    What may be taken on a bed asks nobody to get down to the floor.
    """
    start = vocabulary.words("start_position")[exercise.start_position].needs
    needs = dict.fromkeys((*start, *exercise.needs))
    return tuple(word for word in needs if not (exercise.on_bed and word == FLOOR))


class Selectors:
    """Compiles selectors over one catalogue. Bit n of a mask stands for the n-th exercise.

    `terms` are the words that selectors may use for other selectors.
    """

    def __init__(
        self, exercises: Sequence[Exercise], vocabulary: Vocabulary, terms: Mapping[str, Any] | None = None
    ) -> None:
        self._vocabulary = vocabulary
        self.terms = dict(terms or {})
        self._ids = [exercise.id for exercise in exercises]
        self._texts = [
            len({at.split("/")[0] for at in e.locators if not at.startswith("guideline/")}) for e in exercises
        ]
        self._masks: dict[tuple[str, str], int] = {}
        for number, exercise in enumerate(exercises):
            for pair in _pairs(exercise, vocabulary):
                self._masks[pair] = self._masks.get(pair, 0) | 1 << number
        self.all = (1 << len(exercises)) - 1

    def compile(self, raw: Any) -> int:
        """The mask of the exercises that the selector means. Raises SelectorFault."""
        return self._compile(raw, ())

    def _compile(self, raw: Any, where: tuple[str | int, ...]) -> int:
        if not isinstance(raw, Mapping) or not raw:
            raise SelectorFault(where, "A selector is a mapping with at least one word of the vocabulary.")
        if "term" in raw and "any_of" in raw:
            raise SelectorFault(where, "A selector has one of `any_of` and `term`.", "Put the term into the list.")
        mask = self.all
        for key, value in raw.items():
            mask &= self._one(key, value, (*where, key))
        return mask

    def _one(self, key: str, value: Any, where: tuple[str | int, ...]) -> int:
        if key == "any_of":
            if not isinstance(value, list) or not value:
                raise SelectorFault(where, "`any_of:` needs a list of selectors.")
            mask = 0
            for place, part in enumerate(value):
                mask |= self._compile(part, (*where, place))
            return mask
        if key == "texts":
            match = _AT_LEAST.match(str(value))
            if not match:
                raise SelectorFault(where, f'"{value}" is no number of texts.', "Write `at least 2`.")
            return sum(1 << number for number, count in enumerate(self._texts) if count >= int(match[1]))
        words = value if isinstance(value, list) else [value]
        mask = 0
        for word in words:
            mask |= self._term(word, where) if key == "term" else self._word(key, word, where)
        return mask

    def _term(self, word: Any, where: tuple[str | int, ...]) -> int:
        meant = self.terms.get(word) if isinstance(word, str) else None
        if meant is None:
            known = ", ".join(self.terms) or "none is defined in rules/terms.yaml"
            raise SelectorFault(where, f'"{word}" is no term.', nearest(str(word), self.terms) or f"Terms: {known}.")
        return self._compile(meant, where)

    def spelled(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The selector with `any_of` in the place of terms. It names a term or has an `any_of`, not both."""
        found = {key: value for key, value in raw.items() if key != "term"}
        if "any_of" in found:
            found["any_of"] = [self.spelled(part) for part in found["any_of"]]
        if "term" in raw:
            words = raw["term"] if isinstance(raw["term"], list) else [raw["term"]]
            found["any_of"] = [self.spelled(self.terms[word]) for word in words]
        return found

    def _word(self, key: str, word: Any, where: tuple[str | int, ...]) -> int:
        if key == "exercise":
            if word not in self._ids:
                raise SelectorFault(where, f'"{word}" is no exercise of the catalogue.', nearest(str(word), self._ids))
            return 1 << self._ids.index(word)
        if key not in GROUPS:
            known = [*GROUPS, "exercise", "texts", "any_of", "term"]
            raise SelectorFault(
                where, f'"{key}" is no key of a selector.', nearest(str(key), known) or "Keys: " + ", ".join(known)
            )
        known_words = self._vocabulary.words(key)
        if word not in known_words:
            hint = nearest(str(word), known_words) or "Known words: " + ", ".join(known_words)
            raise SelectorFault(where, f'"{word}" is no word of {key} in the vocabulary.', hint)
        return self._masks.get((key, str(word)), 0)


def _pairs(exercise: Exercise, vocabulary: Vocabulary) -> set[tuple[str, str]]:
    pairs = {(aspect, getattr(exercise.spine, aspect)) for aspect in _SPINE}
    pairs |= {(key, word) for key, attribute in _LISTS.items() for word in getattr(exercise, attribute)}
    pairs |= {(key, getattr(exercise, key)) for key in _SINGLE}
    pairs |= {("needs", word) for word in needs_of(exercise, vocabulary)}
    pairs |= {("requires", word) for word in exercise.equipment.required}
    return pairs
