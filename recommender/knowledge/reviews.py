"""Who has signed which rule. A signature holds for the meaning of a rule, and lapses by itself when that changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Annotated, Any, Literal

from recommender.knowledge.data import CompiledRule, SignOff
from recommender.knowledge.progression import CompiledStep, Progress
from recommender.knowledge.selectors import Selectors
from recommender.logic.conditions import Condition, conjunctions, intervals
from recommender.logic.facts import Variable
from recommender.values import VISIBLE, Checked, Constraints, Frozen, Identifier, Ref, Text, plain

__all__ = ["Review", "ReviewFile", "meaning_of", "meaning_of_step", "sign_offs"]


def _a_day(text: str) -> str:
    date.fromisoformat(text)
    return text


Day = Annotated[str, Constraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), Checked(_a_day)]
Fingerprint = Annotated[str, Constraints(pattern=r"^[0-9a-f]{16}$")]


class Review(Frozen):
    """One signature: which meaning of which rule, by whom, and until when."""

    rule: Annotated[Identifier, Ref("signable")]
    """The rule that was looked at."""
    meaning: Fingerprint
    """The fingerprint of what the rule meant then; `recommender rules sign` writes it."""
    reviewer: Annotated[str, Constraints(min_length=1, max_length=200, strip_whitespace=True), VISIBLE]
    """Who signs, with profession: "A. Example, physiotherapist"."""
    on: Day
    """The day of the signature, as year-month-day."""
    next_look: Day
    """The day by which someone should look again."""
    note: Annotated[str, Constraints(max_length=2000)] = ""
    """What the reviewer wants to add."""

    def __post_init__(self) -> None:
        if self.next_look <= self.on:
            raise ValueError("`next_look` comes after `on`")


class ReviewFile(Frozen):
    """All signatures, the earlier ones too."""

    topic: Text
    """What this file is about."""
    look_again_after: Annotated[int, Constraints(ge=1)] = 365
    """After how many days someone should look again, unless the reviewer names a day."""
    reviews: tuple[Review, ...] = ()
    """The signatures in the order in which they were given."""


def meaning_of(compiled: CompiledRule, variables: Iterable[Variable], selectors: Selectors) -> str:
    """A fingerprint of what the rule means: 16 hex digits.

    It changes with the people for whom the rule holds, with what it does, and with where it comes
    from, and not with its title, wording, examples or place. What a stop, an ask or an advice says is
    what it does, so there the words count. A term counts as what it stands for. The catalogue does not:
    `rules diff` shows what a new tag does.
    """
    rule, change = compiled.rule, compiled.change
    lifting = [unless for unless in (rule.unless, change and change.unless) if unless]
    given = [(part, getattr(rule.then, part.name)) for part in fields(rule.then)]
    then = {part.name: plain(value) for part, value in given if value != part.default}
    meant = {
        "when": _people(compiled.condition, {variable.index: variable for variable in variables}),
        "then": _sorted(_spelled(then, selectors)),
        "also": _sorted(change and change.also_avoid and selectors.spelled(change.also_avoid)),
        "sources": sorted(rule.sources),
        "added": sorted(change.sources) if change else [],
        "lifted": [[unless.because, *sorted(unless.sources)] for unless in lifting],
        "reading": rule.reading,
        "fixed": rule.fixed,
        "said": rule.say if compiled.effect in ("stop", "ask", "advise") else "",
        **({"short": rule.short} if rule.short else {}),
    }
    return _fingerprint(meant)


def meaning_of_step(compiled: CompiledStep, progress: Progress) -> str:
    """The same for a rule that reads the log.

    It changes with the sessions for which the rule holds, with what it does and how large a step is, and
    with where it comes from. The limits of the steps do not count.
    """
    rule, steps = compiled.rule, progress.steps
    moves = rule.then.do in ("step_up", "step_down")
    meant = {
        "when": _people(compiled.condition, {variable.index: variable for variable in progress.table.variables}),
        "mild": steps.mild,
        "in_a_row": rule.in_a_row,
        "then": plain(rule.then),
        "step": [plain(steps.size), steps.order, steps.at_once] if moves else [],
        "sources": sorted(rule.sources),
        "reading": rule.reading,
        "said": rule.say if rule.then.do in ("stop", "day_off") else "",
    }
    return _fingerprint(meant)


def _spelled(then: Mapping[str, Any], selectors: Selectors) -> dict[str, Any]:
    """What a rule does, without terms: with the selectors for which they stand."""
    found = dict(then)
    for key in found.keys() & {"avoid", "allow_only", "if_routine_has", "on_steps"}:
        found[key] = selectors.spelled(then[key])
    for key in found.keys() & {"prefer", "defer"}:
        found[key] = [selectors.spelled(part) for part in then[key]]
    return found


def _fingerprint(meant: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()[:16]


def _people(condition: Condition, variables: Mapping[int, Variable]) -> list[list[str]]:
    """The condition as a sorted list of alternatives; in each, the words that a variable may have."""
    found = []
    for term in conjunctions(condition):
        parts = []
        for index, mask in term.items():
            codes = variables[index].codes
            spans = [f"{codes[low]}..{codes[high]}" for low, high in intervals(mask)]
            parts.append(f"{variables[index].name}={','.join(spans)}")
        found.append(sorted(parts))
    return sorted(found)


def _sorted(value: Any) -> Any:
    """The value with every list of words in order; lists of selectors keep theirs, since it decides."""
    if isinstance(value, Mapping):
        return {key: _sorted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        inner = [_sorted(part) for part in value]
        return sorted(inner) if all(isinstance(part, str) for part in inner) else inner
    return value


def sign_offs(
    reviews: Iterable[Review],
    rules: Mapping[str, CompiledRule],
    variables: Iterable[Variable],
    selectors: Selectors,
    progress: Progress | None = None,
) -> dict[str, SignOff]:
    """The latest signature of each rule that has one, and whether it still holds."""
    latest: dict[str, Review] = {}
    for review in reviews:
        latest[review.rule] = review  # the last one in the file is the latest, whatever day it names
    listed = list(variables)
    steps = {compiled.id: compiled for compiled in progress.rules} if progress else {}
    found: dict[str, SignOff] = {}
    for id, review in latest.items():
        if progress and id in steps:
            holds = meaning_of_step(steps[id], progress) == review.meaning
        else:
            holds = id in rules and meaning_of(rules[id], listed, selectors) == review.meaning
        state: Literal["signed", "changed"] = "signed" if holds else "changed"
        found[id] = SignOff(state, review.reviewer, review.on, review.next_look, review.note)
    return found
