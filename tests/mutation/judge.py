"""Who notices a damage: loading, the examples, the checks, the cases, coverage or the proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from recommender.decision.pipeline import Recommender
from recommender.errors import KnowledgeError, ProfileError, RecommenderError
from recommender.knowledge import load, reading
from recommender.knowledge.knowledge import Knowledge
from recommender.review.cases import Case, cases_of
from recommender.review.checker import CHECKS, NeedlessAcceptance, run
from recommender.review.checks.base import Review
from recommender.review.coverage import coverage
from recommender.review.judging import failures, unknown_names
from recommender.review.proof.claims import duties_of
from recommender.review.proof.exact import Exact
from recommender.review.proof.mechanisms import PROOFS
from recommender.yaml_reader import Document, read_text

from .damage import Files, Mutant
from .same import for_whom, same_for_everyone

__all__ = ["JUDGES", "Judge", "Verdict"]

ROOT = Path(__file__).parents[2]
JUDGES = ("loading", "examples", "check", "cases", "coverage", "prove")
EXAMPLES = ("untrue-example", "untrue-selection", "bound-without-example")
# Left out: what takes long, what only says that written files are stale, and the wording, which nothing here damages.
SLOW = ("gap", "unreachable-exercise")
BESIDE = ("stale-schema", "hard-to-read", "long-sentence", "tone", "no-wording", NeedlessAcceptance.id)
Key = tuple[str, str]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: who noticed it and by what, or that it does the same to everyone."""

    mutant: Mutant
    noticed: tuple[tuple[str, str], ...] = ()  # (judge, by what)
    equivalent: bool = False

    @property
    def result(self) -> str:
        """The first judge that noticed it, `equivalent` or `survived`."""
        return self.noticed[0][0] if self.noticed else "equivalent" if self.equivalent else "survived"


@lru_cache(maxsize=4096)
def _read_once(raw: bytes | str, name: str) -> Document:
    return read_text(raw, name)


class Judge:
    """Judges mutants of the shipped rules. What holds for the rules as they are is worked out once."""

    def __init__(self, files: Files | None = None, *, slow: bool = False) -> None:
        self.files = files or Files()
        self.cases: tuple[Case, ...] = cases_of(ROOT)
        self.checks = [id for id in CHECKS if id not in (*EXAMPLES, *BESIDE) and (slow or id not in SLOW)]
        self.shipped = self._load(self.files.texts)
        self._found, self._accepted = self._checked(self.shipped, self.checks)
        self._shown = self._checked(self.shipped, EXAMPLES)[0]
        self._full = {id for id, seen in coverage(self.shipped, self.cases).rules.items() if seen.full}
        self._misses = {found for case in self.cases for found in _wrong(case, Recommender(self.shipped))}
        self._held: dict[Any, bool] = {}
        self._refuted = set(self._unproved(self.shipped))

    def judge(self, mutant: Mutant, *, every: bool = False) -> Verdict:
        """What becomes of it. With `every`, all judges are asked and not only until the first one notices."""
        try:
            knowledge = self._load(self.files.damaged(mutant.edits))
        except KnowledgeError as error:
            return Verdict(mutant, (("loading", ", ".join(dict.fromkeys(f.check for f in error.faults))),))
        except RecommenderError as error:
            return Verdict(mutant, (("loading", str(error)),))
        if same_for_everyone(self.shipped, knowledge):
            return Verdict(mutant, equivalent=True)
        noticed: list[tuple[str, str]] = []
        asked: dict[str, Callable[[Knowledge], Iterable[str]]] = {
            "examples": self._examples,
            "check": self._check,
            "cases": self._cases,
            "coverage": self._coverage,
            "prove": self._prove,
        }
        for name, ask in asked.items():
            by = next(iter(ask(knowledge)), None)
            if by is not None:
                noticed.append((name, by))
                if not every:
                    break
        return Verdict(mutant, tuple(noticed))

    def for_whom(self, mutant: Mutant) -> str:
        """Someone for whom a mutant that can be loaded gives another result, and how it differs."""
        return for_whom(self.shipped, self._load(self.files.damaged(mutant.edits)), self.cases)

    def _load(self, texts: Any) -> Knowledge:
        with patch.object(load, "read_text", _read_once), patch.object(reading, "read_text", _read_once):
            return Knowledge.of_texts(texts, ROOT)

    # --- judges: each gives what it finds in a knowledge and not in the shipped one -----------------

    def _examples(self, knowledge: Knowledge) -> Iterator[str]:
        for check, subject in sorted(self._checked(knowledge, EXAMPLES)[0] - self._shown):
            yield f"{check} in {subject}"

    def _check(self, knowledge: Knowledge) -> Iterator[str]:
        found, accepted = self._checked(knowledge, self.checks)
        for check, subject in sorted(found - self._found):
            yield f"{check} in {subject}"
        for check, subject in sorted(self._accepted - accepted - found):
            if _known(subject, knowledge):
                yield f"needless-acceptance in {subject} of {check}"

    def _checked(self, knowledge: Knowledge, checks: Iterable[str]) -> tuple[set[Key], set[Key]]:
        done = run(Review(knowledge), tuple(checks))
        return {(f.check, f.subject) for f in done.findings}, {(f.check, f.subject) for f, _ in done.accepted}

    def _cases(self, knowledge: Knowledge) -> Iterator[str]:
        recommender = Recommender(knowledge)
        for case in self.cases:
            yield from (found for found in _wrong(case, recommender) if found not in self._misses)

    def _coverage(self, knowledge: Knowledge) -> Iterator[str]:
        for id, seen in coverage(knowledge, self.cases).rules.items():
            if id in self._full and seen.rule.rule.safety and not seen.full:
                yield f"{id} is no longer covered"

    def _prove(self, knowledge: Knowledge) -> Iterator[str]:
        yield from (id for id in self._unproved(knowledge) if id not in self._refuted)

    def _unproved(self, knowledge: Knowledge) -> Iterator[str]:
        """Every guarantee that the rules do not keep; equal questions are answered once."""
        exact = Exact(knowledge)
        alike = knowledge.questionnaire == self.shipped.questionnaire
        for compiled in knowledge.guarantees:
            if compiled.guarantee.mechanism is not None:
                if any(True for _ in PROOFS[compiled.guarantee.mechanism](knowledge)):
                    yield compiled.id
                continue
            for duty in duties_of(compiled, knowledge):
                key = (compiled.when, frozenset(rule.condition for rule in duty.rules))
                if not alike or key not in self._held:
                    held = not exact.everyone.holds(compiled.when, none=duty.conditions)
                    if alike:
                        self._held[key] = held
                else:
                    held = self._held[key]
                if not held:
                    yield compiled.id
                    break


def _known(subject: str, knowledge: Knowledge) -> bool:
    return subject in knowledge.rules_by_id or subject in knowledge.numbers or subject in knowledge.table.questions


def _wrong(case: Case, recommender: Recommender) -> Iterator[str]:
    yield from (f"{case.name}: {name}" for name in unknown_names(case, recommender.knowledge))
    try:
        yield from (f"{case.name}: {failure}" for failure in failures(case, recommender))
    except (ProfileError, RecommenderError) as error:
        yield f"{case.name}: {error}"
