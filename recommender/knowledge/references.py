"""What the fields of the knowledge refer to: every list of words, and every use of a word that is in none of them.

That a field holds a word of a list is said once, on the field (`values.Ref`). From it follow the check at loading,
which stands here, and the schemas of the files with what editors offer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from recommender.errors import KnowledgeFault, nearest
from recommender.knowledge.catalogue import Spine, Vocabulary
from recommender.knowledge.data import KnowledgeData
from recommender.values import Ref, hints
from recommender.yaml_reader import Document, Where

__all__ = ["SHAPES", "reference_faults", "vocabulary_lists", "word_lists"]

Words = Mapping[str, str]
Reference = tuple[Where, str, Any]  # where it stands, the name of its list, and the word
Walk = Callable[[Any, Where, list[Reference]], None]
WHOLE = ("session", "outcomes", "questionnaire", "steps")
CARRIER = "All of it is carried by the file of this name."
# What a word that is in no list is told to be none of. Other lists go with a type that names their words.
KINDS: Mapping[str, str] = {
    "locator": "place in a ledger or in the guidance",
    "exercise": "exercise of the catalogue",
    "rule": "rule",
    "limit": "rule for a low dose",
    "signable": "rule",
    "rule_or_whole": "rule",
    "carrier": "exercise or rule",
    "conflict": "conflict of the register",
    "whom": "word of rules/outcomes.yaml",
    "how_soon": "word of rules/outcomes.yaml",
    "advice": "word of rules/outcomes.yaml",
    "outcome": "outcome of rules/outcomes.yaml",
    "rank": "rank of rules/session.yaml",
    "phase": "phase",
    "field": "field",
    "answer": "answer of the questionnaire",
    "spine": "direction of the spine",
}
INSTEAD = {"signable": "Take the signature out."}  # what to do where no word is near
# References that name no list: what may stand there is checked where it is compiled.
SHAPES = ("selector", "condition", "when", "ordering", "relaxing", "person", "given")


def vocabulary_lists(vocabulary: Vocabulary) -> dict[str, Words]:
    """The words of each group of the vocabulary, by the name of their list, and what the spine can do."""
    found: dict[str, Words] = {"spine": {name: getattr(vocabulary, name).means for name in hints(Spine)}}
    for group in hints(Vocabulary).keys() - {"topic"}:
        words = vocabulary.words(group)
        found[f"word-{group}"] = {
            name: f"{word.title}: {word.means}" if word.means else word.title for name, word in words.items()
        }
    return found


def word_lists(knowledge: KnowledgeData) -> dict[str, Words]:
    """Every list of words that files may use, by its name; each word with what it means."""
    outcomes, session = knowledge.outcomes, knowledge.session
    exercises = {exercise.id: exercise.name for exercise in knowledge.exercises}
    rules = {compiled.id: compiled.rule.title for compiled in knowledge.rules}
    steps = {one.id: one.rule.title for one in (knowledge.progress.rules if knowledge.progress else ())}
    whole = dict.fromkeys(WHOLE, CARRIER)
    return {
        **vocabulary_lists(knowledge.vocabulary),
        **{f"answer-{name}": question.answers for name, question in knowledge.table.questions.items()},
        "answer": {
            f"{question.field}.{word}": said
            for question in knowledge.questionnaire.questions
            for word, said in question.answers.items()
        },
        "locator": _locators(knowledge),
        "exercise": exercises,
        "rule": rules,
        "limit": {compiled.id: compiled.rule.title for compiled in knowledge.rules if compiled.effect == "limit"},
        "signable": {**rules, **steps},
        "rule_or_whole": {**rules, **whole},
        "carrier": {**rules, **steps, **exercises, **whole},
        "conflict": {conflict.id: conflict.title for conflict in knowledge.conflicts},
        "field": {name: question.ask for name, question in knowledge.table.questions.items()},
        "rank": {rank: f"Weight {n} of {len(session.ranks)}." for n, rank in enumerate(session.ranks, start=1)},
        "phase": {phase.id: phase.title for phase in session.phases},
        "outcome": {name: outcome.title for name, outcome in outcomes.outcomes.items()},
        "whom": outcomes.whom,
        "how_soon": {str(soon): text for soon, text in outcomes.how_soon.items()},
        "advice": outcomes.advice,
        "reading": {str(reading): text for reading, text in outcomes.readings.items()},
    }


def _locators(knowledge: KnowledgeData) -> Words:
    """Every place that may be cited, with what it is about."""
    found = {f"guideline/{guideline.id}": guideline.title for guideline in knowledge.guidelines}
    for ledger in knowledge.ledgers:
        for section in ledger.sections:
            place = f"{ledger.document}/{section.id}"
            found[place] = section.about
            found |= {f"{place}#{item}": f"Item {item}. {section.about}" for item in range(1, section.items + 1)}
    return found


# --- the check -------------------------------------------------------------------------------


def reference_faults(
    models: Mapping[str, Any], documents: Mapping[str, Document], lists: Mapping[str, Iterable[str]]
) -> Iterator[KnowledgeFault]:
    """Every word in these files that is not in its list, at its very place. Only these lists are looked at."""
    kinds = {name: kind for name in lists if (kind := _kind(name))}
    for file, model in models.items():
        found: list[Reference] = []
        if walk := _made(type(model)):
            walk(model, (), found)
        for where, name, word in found:
            if name in kinds and word not in lists[name]:
                check = "unknown-locator" if name == "locator" else "unknown-word"
                do = nearest(word, lists[name]) or INSTEAD.get(name, "")
                yield documents[file].fault(where, f'"{word}" is no {kinds[name]}.', do, check)


def _kind(name: str) -> str:
    """What a list holds, in words; empty for lists that are not looked at."""
    group = name.removeprefix("word-")
    return KINDS.get(name, "") if group == name else f"word of {group} in catalog/vocabulary.yaml"


def _walk_of(hint: Any) -> Walk | None:
    """What collects the references in a value of this type; None where nothing is referred to."""
    origin, parts = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _through_fields({name: walk for name, inner in hints(hint).items() if (walk := _made(inner))})
    if origin is Annotated:
        return _through_marks([mark.name for mark in hint.__metadata__ if isinstance(mark, Ref)], _made(parts[0]))
    if origin is tuple:
        return _through_items([_made(part) for part in parts if part is not ...], alike=parts[-1] is ...)
    if origin in (dict, Mapping):
        return _through_entries(_made(parts[0]), _made(parts[1]))
    # A choice of types: in the knowledge one of them is None, and one at most refers.
    walks = [walk for part in parts if (walk := _made(part))]
    return _unless_none(walks[0]) if walks else None


_made: Callable[[Any], Walk | None] = cache(_walk_of)


def _through_fields(walks: Mapping[str, Walk]) -> Walk | None:
    def walk(value: Any, at: Where, found: list[Reference]) -> None:
        for name, inner in walks.items():
            inner(getattr(value, name), (*at, name), found)

    return walk if walks else None


def _through_marks(names: Sequence[str], inner: Walk | None) -> Walk | None:
    def walk(value: Any, at: Where, found: list[Reference]) -> None:
        found.extend((at, name, value) for name in names)
        if inner:
            inner(value, at, found)

    return walk if names else inner


def _through_items(walks: Sequence[Walk | None], *, alike: bool) -> Walk | None:
    def walk(value: Any, at: Where, found: list[Reference]) -> None:
        for number, item in enumerate(value):
            if inner := walks[0 if alike else number]:
                inner(item, (*at, number), found)

    return walk if any(walks) else None


def _through_entries(of_key: Walk | None, of_value: Walk | None) -> Walk | None:
    def walk(value: Any, at: Where, found: list[Reference]) -> None:
        for key, item in value.items():
            if of_key:
                of_key(key, (*at, key), found)
            if of_value:
                of_value(item, (*at, key), found)

    return walk if of_key or of_value else None


def _unless_none(inner: Walk) -> Walk:
    def walk(value: Any, at: Where, found: list[Reference]) -> None:
        if value is not None:
            inner(value, at, found)

    return walk
