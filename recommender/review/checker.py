"""Runs the checks, and keeps apart what a rule, an exercise or a question accepts with a why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from recommender.errors import nearest
from recommender.knowledge.knowledge import Knowledge
from recommender.review.checks import (
    answers,
    choice,
    conditions,
    examples,
    loading,
    population,
    records,
    schemas,
    signing,
    symptoms,
    wording,
)
from recommender.review.checks.base import Check, Review
from recommender.review.finding import Finding

__all__ = ["CHECKS", "Checked", "NeedlessAcceptance", "run"]

Report = Callable[[int, int], None]
Key = tuple[str, str]  # (check, subject)
WORDING = "rules/wording.yaml"
QUESTIONS = "rules/questionnaire.yaml"


class NeedlessAcceptance(Check):
    """An accepted exception that accepts nothing.

    What: `accepted` names a check that finds nothing there, or that does not exist.

    Avoid: leaving the exception behind when its cause is gone.

    Prefer: taking it out.

    Why: it would hide the next finding, for which nobody gave a reason.
    """

    id: ClassVar[str] = "needless-acceptance"

    def find(self, review: Review) -> Iterator[Finding]:  # noqa: ARG002
        """Find nothing by itself: `run` looks for it when all other checks are done."""
        yield from ()


_MODULES = (loading, examples, records, conditions, choice, answers, symptoms, wording, signing, schemas, population)
CHECKS: Mapping[str, type[Check]] = {
    check.id: check
    for check in (*(getattr(module, name) for module in _MODULES for name in module.__all__), NeedlessAcceptance)
    if isinstance(check, type) and issubclass(check, Check)
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found: what is open, and what is accepted with the reason for it."""

    findings: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, str], ...]

    @property
    def errors(self) -> int:
        """How many of the open findings are errors."""
        return sum(finding.level == "error" for finding in self.findings)


def run(review: Review, only: Collection[str] = (), report: Report | None = None) -> Checked:
    """Run all checks, or only those with these ids; `report` is told how many are done.

    To tell which exceptions are needless, the checks that they name are run too.
    """
    wanted = set(only) or set(CHECKS)
    reasons = _reasons(review.knowledge)
    tells = NeedlessAcceptance.id in wanted
    named = {check for check, _ in reasons} if tells else set()
    chosen = [check for id, check in CHECKS.items() if id in wanted | named]
    findings: list[Finding] = []
    accepted: list[tuple[Finding, str]] = []
    used: set[Key] = set()
    for number, check in enumerate(chosen):
        if report is not None:
            report(number, len(chosen))
        for finding in check().find(review):
            key = (finding.check, finding.subject)
            used.add(key)
            if finding.check not in wanted:
                continue
            if key in reasons:
                accepted.append((finding, reasons[key]))
            else:
                findings.append(finding)
    if tells:
        findings.extend(_needless(review.knowledge, set(reasons) - used))
    return Checked(tuple(findings), tuple(accepted))


def _reasons(knowledge: Knowledge) -> dict[Key, str]:
    """Why something is accepted, by check and subject."""
    found = {
        (check, rule.id): why for rule in (c.rule for c in knowledge.rules) for check, why in rule.accepted.items()
    }
    found |= {(check, exercise.id): why for exercise in knowledge.exercises for check, why in exercise.accepted.items()}
    found |= {(check, q.field): why for q in knowledge.questionnaire.questions for check, why in q.accepted.items()}
    if knowledge.wording is not None:
        found |= {(check, ""): why for check, why in knowledge.wording.accepted.items()}
    return found


def _needless(knowledge: Knowledge, unused: set[Key]) -> Iterator[Finding]:
    for check, subject in sorted(unused):
        if check not in CHECKS:
            found = f'{subject or WORDING}: it accepts "{check}", which is no check.'
            do = nearest(check, CHECKS) or "`recommender rules check --explain` lists them."
        else:
            found, do = f"{subject or WORDING}: it accepts {check}, which finds nothing here.", "Take it out."
        file, line = _place(subject, knowledge)
        yield Finding(NeedlessAcceptance.id, NeedlessAcceptance.level, file, line, found, do, subject)


def _place(subject: str, knowledge: Knowledge) -> tuple[str, int | None]:
    compiled = knowledge.rule(subject)
    if compiled is not None:
        return compiled.file, compiled.line
    if knowledge.exercise(subject) is not None:
        return knowledge.exercise_files[subject]
    fields = [question.field for question in knowledge.questionnaire.questions]
    if subject in fields:
        return QUESTIONS, knowledge.documents[QUESTIONS].line(("questions", fields.index(subject)))
    return WORDING, None
