"""Draws people from the population file: reproducibly, and with all faults of the file at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from recommender.errors import KnowledgeError, KnowledgeFault
from recommender.knowledge.door import read_document
from recommender.knowledge.files import POPULATION, shipped_folder
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.overlay import OVERLAY, SHIPPED
from recommender.logic.conditions import Condition, evaluate
from recommender.logic.facts import Facts, FactTable
from recommender.review.population_compile import HIDDEN, Compiled, Option, Target, compile_population
from recommender.review.population_file import PopulationFile
from recommender.yaml_reader import YamlFault, read_text

__all__ = ["Drawn", "Population", "option_for", "population_of", "population_text", "read_population"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One person: complete answers by field, as `check` gives them, and the facts with what is not asked for."""

    answers: Mapping[str, Any]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Population:
    """A population file that fits its knowledge."""

    file: PopulationFile
    targets: tuple[Target, ...]
    groups: Mapping[str, Condition]
    table: FactTable

    def people(self, count: int | None = None, seed: int | None = None) -> Iterator[Drawn]:
        """So many people. Each hangs on the seed and on a number alone, so that more people begin with the same."""
        start = self.file.seed if seed is None else seed
        for number in range(self.file.people if count is None else count):
            yield self._person(f"{start}/{number}")

    def _person(self, key: str) -> Drawn:
        questions = self.table.questions
        sets = {target.field for target in self.targets if target.word is not None}
        drawn: dict[str, Any] = dict.fromkeys(sets, ())
        codes = [0] * len(self.table.variables)
        for target in self.targets:
            parent = questions[target.field].parent
            if parent is not None and not parent.asks(drawn.get(parent.field)):
                continue
            option, chance = option_for(target, codes), _chance(f"{key}/{target.name}")
            if target.word is None:
                drawn[target.field] = _picked(option, chance)
            elif chance < option.share:
                drawn[target.field] += (target.word,)
            elif questions[target.field].risk == "growing":
                continue  # the facts are as they were
            self._note(target, drawn[target.field], codes)
        return Drawn(self._complete(drawn), tuple(codes))

    def _note(self, target: Target, answer: Any, codes: list[int]) -> None:
        """Write what is known of this answer into the facts."""
        known: list[int] = []
        self.table.encoders[target.field].add(answer, known)
        codes[target.start : target.start + len(known)] = known

    def _complete(self, drawn: Mapping[str, Any]) -> dict[str, Any]:
        """The answers in the order of the questions, with what is not drawn as nothing is said about it."""
        answers: dict[str, Any] = {}
        for name, question in self.table.questions.items():
            asked = question.parent is None or question.parent.asks(drawn.get(question.parent.field))
            if name == HIDDEN or not asked:
                continue
            found = drawn.get(name, question.default)
            answers[name] = tuple(word for word in question.words if word in found) if question.kind == "set" else found
        return answers


def option_for(target: Target, facts: Any) -> Option:
    """The shares that count for a person with these facts."""
    return next(option for option in target.options if option.given is None or evaluate(option.given, facts))


def _chance(key: str) -> float:
    """A number from 0 to under 100 that hangs on the key alone, and looks like chance."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) / 2**64 * 100


def _picked(option: Option, chance: float) -> str | int:
    """The answer on which the chance falls; of a span of numbers, the one as far inside it as the chance goes."""
    place = min(bisect_right(option.ends, chance), len(option.answers) - 1)
    answer = option.answers[place]
    if isinstance(answer, str):
        return answer
    low, high = answer
    start = option.ends[place - 1] if place else 0.0
    inside = (chance - start) / (option.ends[place] - start)
    return min(high, low + int(inside * (high - low + 1)))


# --- reading ---------------------------------------------------------------------------------


def read_population(raw: bytes, knowledge: Knowledge) -> Population:
    """The population in these bytes. Raises KnowledgeError with every fault, each with file and line."""
    try:
        document = read_text(raw, POPULATION)
    except YamlFault as fault:
        raise KnowledgeError([KnowledgeFault(POPULATION, fault.line, fault.found, fault.do)]) from None
    file = read_document(PopulationFile, document)
    compiled: Compiled = compile_population(file, document, knowledge)
    return Population(file, compiled.targets, compiled.groups, compiled.table)


def population_of(knowledge: Knowledge) -> Population | None:
    """The population that lies with this knowledge; None where there is none. Raises KnowledgeError."""
    raw = population_text(knowledge.folder)
    return None if raw is None else read_population(raw, knowledge)


def population_text(folder: Path, overlay: bytes | None = None) -> bytes | None:
    """The bytes of the population file of this folder; of the rules below it where a clinic has none of its own.

    `overlay` is the clinic's file where it does not lie in the folder itself.
    """
    if overlay is None:
        own = folder / POPULATION
        if own.is_file():
            return own.read_bytes()
        above = folder / OVERLAY
        if not above.is_file():
            return None
        overlay = above.read_bytes()
    base = (read_text(overlay, OVERLAY).data or {}).get("base", SHIPPED)
    return population_text(shipped_folder() if base == SHIPPED else folder / base)
