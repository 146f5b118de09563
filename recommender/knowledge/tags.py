"""Checks the words by which the catalogue describes its exercises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from recommender.errors import KnowledgeFault, nearest
from recommender.knowledge.catalogue import Exercise, Vocabulary
from recommender.yaml_reader import Document

__all__ = ["tag_faults"]


def tag_faults(
    placed: Iterable[tuple[Exercise, str, int]], documents: Mapping[str, Document], vocabulary: Vocabulary
) -> list[KnowledgeFault]:
    """Every word that the vocabulary does not have, and words that do not fit each other."""
    faults: list[KnowledgeFault] = []
    for exercise, name, n in placed:
        used = {
            ("family", "family"): (exercise.family,),
            ("start_position", "start_position"): (exercise.start_position,),
            ("purpose", "purpose"): (exercise.purpose,),
            ("needs", "needs"): exercise.needs,
            ("combined", "combined"): exercise.combined,
            ("under_load", "under_load"): exercise.under_load,
            ("patterns", "patterns"): exercise.patterns,
            ("demanding_for", "demanding_for"): exercise.demanding_for,
            ("works", "works"): exercise.works,
            ("programmes", "programme"): exercise.programmes,
            ("equipment", "requires"): exercise.equipment.required,
            ("equipment", "optional_kit"): exercise.equipment.optional,
        }
        for (key, group), words in used.items():
            known = vocabulary.words(group)
            for word in words:
                if word not in known:
                    found = f'"{word}" is no word of {group} in catalog/vocabulary.yaml.'
                    faults.append(
                        documents[name].fault(("exercises", n, key), found, nearest(word, known), "unknown-word")
                    )
        faults.extend(_combined_faults(exercise, documents[name], n, vocabulary))
    return faults


def _combined_faults(
    exercise: Exercise, document: Document, number: int, vocabulary: Vocabulary
) -> Iterator[KnowledgeFault]:
    """Words that must stand together, and words that follow from what the spine does."""
    for name in exercise.patterns:
        word = vocabulary.words("patterns").get(name)
        for missing in sorted(set(word.implies) - set(exercise.patterns)) if word else ():
            yield document.fault(("exercises", number, "patterns"), f"`{name}` needs `{missing}` beside it.")
    for name, word in vocabulary.words("combined").items():
        does = all(getattr(exercise.spine, aspect) != "none" for aspect in word.both)
        if does != (name in exercise.combined):
            found = f"`combined` must hold {name} exactly where the spine does {' and '.join(word.both)}."
            yield document.fault(("exercises", number, "combined"), found)
