"""Whole people: who they are and what must come out for them, read from their files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from recommender.decision.recommendation import Urgency, Whom
from recommender.errors import KnowledgeError, KnowledgeFault
from recommender.knowledge.door import read_document
from recommender.knowledge.files import bytes_of
from recommender.knowledge.session import OutcomeName
from recommender.values import Constraints, ExerciseId, Frozen, Person, Ref, Selector, Text, empty
from recommender.yaml_reader import YamlFault, read_text

__all__ = ["Case", "CaseFile", "cases_of", "read_cases"]

Said = Literal["yes", "no"]
RuleWord = Annotated[str, Ref("rule")]
PLACES = ("cases", "tests/cases")


class Case(Frozen):
    """One person, and what must come out for this person. What is not named may be anything."""

    name: Text
    """Who it is and what happens, in one sentence."""
    profile: Person
    """The answers. What is not answered is that of a healthy person without pain."""
    outcome: Annotated[OutcomeName, Ref("outcome")]
    """The outcome."""
    urgency: Urgency | None = None
    """How soon someone must be seen, exactly.

    now: At once.
    today: The same day.
    urgent: Today or tomorrow.
    soon: In the next days.
    none: Nobody needs to be seen.
    """
    whom: Annotated[Whom, Ref("whom")] | None = None
    """Who must be seen, exactly. With the urgency none it is nobody."""
    fires: tuple[RuleWord, ...] = ()
    """Rules that must hold."""
    silent: tuple[RuleWord, ...] = ()
    """Rules that must not hold."""
    excluded: Mapping[ExerciseId, tuple[RuleWord, ...]] = empty()
    """Exercises that must be left out, with rules that must be among the reasons."""
    excluded_exactly: Mapping[ExerciseId, tuple[RuleWord, ...]] = empty()
    """Exercises that must be left out, with all rules that are the reasons."""
    allowed: tuple[ExerciseId, ...] = ()
    """Exercises that no rule may leave out."""
    never: tuple[Selector, ...] = ()
    """Every exercise that one of these describes must be left out: in no routine, and not among what is allowed."""
    routine_has: tuple[ExerciseId, ...] = ()
    """Exercises that the routine must have."""
    routine_lacks: tuple[ExerciseId, ...] = ()
    """Exercises that the routine must not have."""
    routine_is: tuple[str, ...] | None = None
    """All exercises of the routine, in their order."""
    doses: Mapping[str, Text] = empty()
    """Exercises of the routine with their dose, in the words of the result."""
    does: Mapping[str, Text] = empty()
    """Rules that must hold, and what each does: its effect and the words that go with it.

    For example `stop see_clinician, doctor, today, fixed`, `ask doctor`, `avoid`, `prefer direction`, `advise kit`.
    """
    unanswered: tuple[str, ...] = ()
    """Questions that this person does not answer."""
    refused: tuple[str, ...] = ()
    """Questions without whose answer there is no result: no answer is taken for granted."""
    empty_routine: Said | None = None
    """Whether the routine is empty.

    yes: It holds no exercise.
    no: It holds at least one exercise.
    """
    min_steps: Annotated[int, Constraints(ge=1)] | None = None
    """The fewest exercises that the routine may have."""
    show_first: Said | None = None
    """Whether the routine is to be shown to a clinician first.

    yes: It is to be shown first.
    no: It may be used at once.
    """
    says: tuple[Text, ...] = ()
    """Words that must stand among the messages."""
    says_not: tuple[Text, ...] = ()
    """Words that must not stand among the messages."""
    phases: tuple[Annotated[str, Ref("phase")], ...] | None = None
    """The phases that the routine has, and no others."""
    max_seconds: Annotated[int, Constraints(ge=0)] | None = None
    """The longest time that the routine may take, in seconds."""
    low_end: Said | None = None
    """Whether every dose is at its low end.

    yes: Every dose is.
    no: No dose is.
    """


class CaseFile(Frozen):
    """Whole people on one subject."""

    cases: Annotated[tuple[Case, ...], Constraints(min_length=1)]
    """The people."""


def cases_of(folder: Path) -> tuple[Case, ...]:
    """The cases that lie in `cases/` below the folder, or else in `tests/cases/`; without either, none.

    Raises KnowledgeError with every fault, each with file and line.
    """
    for place in PLACES:
        below = folder / place
        paths = sorted(path for path in below.glob("*") if path.suffix in (".yaml", ".yml") and path.is_file())
        if paths:
            return read_cases(bytes_of({f"{place}/{path.name}": path for path in paths}))
    return ()


def read_cases(texts: Mapping[str, bytes]) -> tuple[Case, ...]:
    """The cases of these texts, each under the name of its file. Raises KnowledgeError with every fault."""
    cases: list[Case] = []
    faults: list[KnowledgeFault] = []
    for name, raw in texts.items():
        try:
            document = read_text(raw, name)
        except YamlFault as fault:
            faults.append(KnowledgeFault(name, fault.line, fault.found, fault.do))
            continue
        try:
            cases.extend(read_document(CaseFile, document).cases)
        except KnowledgeError as error:
            faults.extend(error.faults)
    if faults:
        raise KnowledgeError(faults)
    return tuple(cases)
