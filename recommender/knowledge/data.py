"""The knowledge as one immutable value with ready-made indexes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from recommender.knowledge.dose import DosePlan, doses_of
from recommender.logic.answers import Form
from recommender.logic.conditions import ALWAYS, Condition
from recommender.logic.engine import Engine
from recommender.logic.facts import Facts, FactTable
from recommender.sentences import Sentences
from recommender.yaml_reader import Document

if TYPE_CHECKING:  # records for reviewers and what reads files are imported when they are needed
    from recommender.knowledge.catalogue import Exercise, Vocabulary
    from recommender.knowledge.guarantees import CompiledGuarantee
    from recommender.knowledge.overlay import Change
    from recommender.knowledge.progression import CompiledStep, Progress
    from recommender.knowledge.records import Conflict, Guideline, Ledger
    from recommender.knowledge.rules import Rule
    from recommender.knowledge.selectors import Selectors
    from recommender.knowledge.session import OutcomeName, Outcomes, Session
    from recommender.knowledge.terms import Terms
    from recommender.knowledge.wording import Wording
    from recommender.logic.questions import Questionnaire

__all__ = ["DRAFT", "Call", "CompiledRule", "Documents", "KnowledgeData", "Relaxation", "SignOff", "engine_of"]


@dataclass(frozen=True)
class SignOff:
    """Whether someone signed what a rule means now. `changed`: it was signed, and means something else since."""

    state: Literal["signed", "changed", "draft"]
    reviewer: str = ""
    on: str = ""
    next_look: str = ""
    note: str = ""


DRAFT = SignOff("draft")
Kind = Literal["safety", "practical", "selection"]


@dataclass(frozen=True)
class Relaxation:
    """A rule that a clinic relaxes: by whom, when, why and on what ground."""

    rule: str
    by: str
    when: str
    because: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class CompiledRule:
    """A rule together with everything that is worked out from it when it is loaded.

    `excludes` and `selects` are bit masks over the exercises. `scores` holds, for prefer and defer,
    the place of each exercise in the order that the rule wants: 0 comes first. `blocks` names the
    needs that a rule rules out by themselves, `fields` the answers that it reads; `change` is what a
    clinic changes in it; `always` tells that it holds for everyone. `asks` holds the fields in a fixed
    order.
    """

    rule: Rule
    file: str
    line: int | None
    when: Condition
    condition: Condition
    excludes: int = 0
    selects: int = 0
    scores: tuple[int, ...] = ()
    blocks: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    change: Change | None = None
    id: str = field(init=False)
    effect: str = field(init=False)
    always: bool = field(init=False)
    kind: Kind = field(init=False)
    safety: bool = field(init=False)
    asks: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.rule.id)
        object.__setattr__(self, "effect", self.rule.then.effect)
        object.__setattr__(self, "always", self.condition == ALWAYS)
        object.__setattr__(self, "kind", self.rule.kind)
        object.__setattr__(self, "safety", self.rule.safety)
        object.__setattr__(self, "asks", tuple(sorted(self.fields)))


@dataclass(frozen=True)
class Call:
    """Whom a rule sends people to and how soon. The lower its rank, the more urgent it is."""

    rank: tuple[int, int]
    how_soon: Any
    whom: Any


def call_of(outcomes: Outcomes, outcome: OutcomeName, how_soon: str | None = None, whom: str | None = None) -> Call:
    """The call of an outcome; what a rule does not say is the outcome's own. A word that is not known comes last."""
    own = outcomes.outcomes[outcome]
    soon, who = how_soon or own.how_soon or "soon", whom or own.whom or next(iter(outcomes.whom))
    return Call((_place(soon, outcomes.how_soon), _place(who, outcomes.whom)), soon, who)


def _place(word: str, words: Iterable[str]) -> int:
    return next((place for place, known in enumerate(words) if known == word), sys.maxsize)


def _calls(rules: Iterable[CompiledRule], outcomes: Outcomes) -> Iterator[tuple[str, Call]]:
    """The rules that send people to someone: stops, and asks that say how soon."""
    for compiled in rules:
        then = compiled.rule.then
        if then.stop is not None:
            yield compiled.id, call_of(outcomes, then.stop, then.how_soon, then.whom)
        elif then.ask is not None and then.how_soon is not None:
            yield compiled.id, call_of(outcomes, "routine", then.how_soon, then.ask)


def engine_of(
    rules: Iterable[CompiledRule], table: FactTable, questionnaire: Questionnaire, *, proved: bool = False
) -> Engine:
    """The engine of these rules. With `proved`, the very same were proved before with the same library."""
    conditions = {compiled.id: compiled.condition for compiled in rules if not compiled.always}
    return Engine(conditions, table.variables, likely=usual_facts(table, questionnaire), proved=proved)


def usual_facts(table: FactTable, questionnaire: Questionnaire) -> Facts:
    """The facts of a usual person: healthy, with the answers that count as given where there are such."""
    usual = {
        question.field: question.baseline if question.default is None else question.default
        for question in questionnaire.questions
        if question.parent is None
    }
    return table.encode(usual)


class Documents(Mapping[str, Document]):
    """Files with the lines of their values, read when someone asks for the first time."""

    def __init__(self, read: Callable[[], Mapping[str, Document]]) -> None:
        self._read = read
        self._known: Mapping[str, Document] | None = None

    def _all(self) -> Mapping[str, Document]:
        if self._known is None:
            self._known = self._read()
        return self._known

    def __getitem__(self, name: str) -> Document:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


@dataclass(frozen=True, eq=False)
class KnowledgeData:
    """All rules, exercises and records of one folder.

    Every list is in a fixed order: exercises by id, rules by file and place. `hash` changes with
    any byte of any file; `version` is the version of this package. `numbers` gives the place of an
    exercise, which is its bit in every mask; `doses` holds for each exercise its dose at three points (see
    `doses_of`), `calls` whom rules send people to and how soon,
    `call_of_nothing` the same where no exercise fits. `overlay` names the clinic whose rules lie on top, if any,
    and `relaxed` what it relaxes. `guarantees` are what must hold whatever the rules say;
    `progress` is how a routine changes from session to session, if that is known; `terms` are the words
    that several rules share; `say` holds what the program says itself.
    """

    folder: Path
    version: str
    hash: str
    vocabulary: Vocabulary
    questionnaire: Questionnaire
    table: FactTable
    exercises: tuple[Exercise, ...]
    selectors: Selectors
    rules: tuple[CompiledRule, ...]
    session: Session
    outcomes: Outcomes
    ledgers: tuple[Ledger, ...]
    guidelines: tuple[Guideline, ...]
    conflicts: tuple[Conflict, ...]
    engine: Engine
    relief: int
    exercise_files: Mapping[str, tuple[str, int | None]]
    overlay: str
    relaxed: tuple[Relaxation, ...]
    sign_offs: Mapping[str, SignOff]
    wording: Wording | None
    guarantees: tuple[CompiledGuarantee, ...]
    progress: Progress | None
    terms: Terms | None
    say: Sentences
    documents: Mapping[str, Document]
    numbers: Mapping[str, int] = field(init=False)
    rules_by_id: Mapping[str, CompiledRule] = field(init=False)
    form: Form = field(init=False)
    calls: Mapping[str, Call] = field(init=False)
    doses: Sequence[Mapping[str, DosePlan]] = field(init=False)
    call_of_nothing: Call = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "form", Form(self.table.questions))
        object.__setattr__(self, "numbers", {exercise.id: n for n, exercise in enumerate(self.exercises)})
        object.__setattr__(self, "rules_by_id", {compiled.id: compiled for compiled in self.rules})
        against = self.selectors.compile(self.session.against_gravity)
        object.__setattr__(
            self,
            "doses",
            [
                doses_of(exercise, self.session.seconds, against_gravity=bool(against >> n & 1))
                for n, exercise in enumerate(self.exercises)
            ],
        )
        object.__setattr__(self, "calls", dict(_calls(self.rules, self.outcomes)))
        object.__setattr__(self, "call_of_nothing", call_of(self.outcomes, "nothing_fits"))

    def fired(self, facts: Facts) -> list[CompiledRule]:
        """The rules that hold for these facts, in their fixed order. Raises EngineError."""
        named = set(self.engine.fired(facts))
        return [compiled for compiled in self.rules if compiled.always or compiled.id in named]

    def exercise(self, id: str) -> Exercise | None:
        """The exercise with this id, if there is one."""
        number = self.numbers.get(id)
        return None if number is None else self.exercises[number]

    def rule(self, id: str) -> CompiledRule | None:
        """The rule with this id, if there is one."""
        return self.rules_by_id.get(id)

    def progress_rule(self, id: str) -> CompiledStep | None:
        """The rule of progress with this id, if there is one."""
        rules = self.progress.rules if self.progress else ()
        return next((compiled for compiled in rules if compiled.rule.id == id), None)

    def sign_off(self, id: str) -> SignOff:
        """Whether the rule with this id is signed as it is now."""
        return self.sign_offs.get(id, DRAFT)

    def locators(self) -> frozenset[str]:
        """Every locator that may be cited."""
        found = {f"guideline/{guideline.id}" for guideline in self.guidelines}
        for ledger in self.ledgers:
            for section in ledger.sections:
                found.add(f"{ledger.document}/{section.id}")
                found |= {f"{ledger.document}/{section.id}#{item}" for item in range(1, section.items + 1)}
        return frozenset(found)
