"""Checks the words by which the catalogue describes its exercises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from recommender.errors import KnowledgeFault
from recommender.knowledge.catalogue import ExactlyOne, Exercise, ExerciseFile, Vocabulary
from recommender.knowledge.references import reference_faults, vocabulary_lists
from recommender.knowledge.selectors import SelectorFault, Selectors
from recommender.yaml_reader import Document

__all__ = ["promise_faults", "tag_faults"]

VOCABULARY = "catalog/vocabulary.yaml"
Placed = Sequence[tuple[Exercise, str, int]]


def tag_faults(
    models: Mapping[str, Any], placed: Placed, documents: Mapping[str, Document], vocabulary: Vocabulary
) -> list[KnowledgeFault]:
    """Every word that the vocabulary does not have, and words that do not fit each other."""
    catalogue = {name: model for name, model in models.items() if name == VOCABULARY or isinstance(model, ExerciseFile)}
    faults = [*reference_faults(catalogue, documents, vocabulary_lists(vocabulary))]
    for exercise, name, n in placed:
        faults.extend(_combined_faults(exercise, documents[name], n, vocabulary))
    return faults or [*_choice_faults(placed, documents, vocabulary)]  # selectors need known words


def promise_faults(
    placed: Placed,
    documents: Mapping[str, Document],
    vocabulary: Vocabulary,
    selectors: Selectors,
) -> Iterator[KnowledgeFault]:
    """Every exercise that bears a word and is not what the word promises, and promises that cannot be read."""
    for group, attribute in (("purpose", "purpose"), ("programme", "programmes")):
        for name, word in vocabulary.words(group).items():
            for key, raw in (("fits", word.fits), ("unlike", word.unlike)):
                try:
                    mask = None if raw is None else selectors.compile(raw)
                except SelectorFault as fault:
                    place = (group, "words", name, key, *fault.where)
                    yield documents[VOCABULARY].fault(place, fault.found, fault.do, "unknown-word")
                    continue
                for number, (exercise, file, n) in enumerate(placed):
                    borne = name in (exercise.programmes if attribute == "programmes" else (exercise.purpose,))
                    if mask is not None and borne and bool(mask >> number & 1) != (key == "fits"):
                        found = f"`{name}` promises more than this exercise keeps: {word.title}."
                        do = f"See `{key}` of the word in {VOCABULARY}, and take the word off, or mend the tags."
                        yield documents[file].fault(("exercises", n, attribute), found, do)


def _combined_faults(
    exercise: Exercise, document: Document, number: int, vocabulary: Vocabulary
) -> Iterator[KnowledgeFault]:
    """Words that must stand together, and words that follow from what the spine does."""
    for name in exercise.patterns:
        word = vocabulary.words("patterns").get(name)
        for missing in sorted(set(word.implies) - set(exercise.patterns)) if word else ():
            yield document.fault(("exercises", number, "patterns"), f"`{name}` needs `{missing}` beside it.")
    for name, word in vocabulary.words("combined").items():
        does = all(getattr(exercise.spine, aspect, "none") != "none" for aspect in word.both)
        if does != (name in exercise.combined):
            found = f"`combined` must hold {name} exactly where the spine does {' and '.join(word.both)}."
            yield document.fault(("exercises", number, "combined"), found)


def _choice_faults(
    placed: Placed, documents: Mapping[str, Document], vocabulary: Vocabulary
) -> Iterator[KnowledgeFault]:
    """Exercises that do not bear exactly one of the words of a choice where they must, or bear one elsewhere."""
    selectors = Selectors([exercise for exercise, _, _ in placed], vocabulary)
    for number, choice in enumerate(vocabulary.posture.exactly_one):
        at = ("posture", "exactly_one", number)
        try:
            meant = selectors.compile(choice.where)
        except SelectorFault as fault:
            yield documents[VOCABULARY].fault((*at, "where", *fault.where), fault.found, fault.do, "unknown-word")
            continue
        for place, (exercise, name, n) in enumerate(placed):
            if found := _wrong_choice(exercise, choice, asked=bool(meant >> place & 1)):
                yield documents[name].fault(("exercises", n, "postures"), found)


def _wrong_choice(exercise: Exercise, choice: ExactlyOne, *, asked: bool) -> str:
    """What is wrong with the words of this choice on the exercise; empty where nothing is."""
    borne = [word for word in choice.of if word in exercise.postures]
    where = ", ".join(f"{key}: {value}" for key, value in choice.where.items())
    if asked and len(borne) != 1:
        return f"`{exercise.id}` ({where}) must bear exactly one of {' and '.join(choice.of)} in `postures`."
    if borne and not asked:
        return f"`{exercise.id}` bears {' and '.join(borne)}, which is only for exercises with {where}."
    return ""
