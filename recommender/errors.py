"""Every error that the recommender raises on purpose.

RecommenderError
├── KnowledgeError      a rule, catalogue or ledger file cannot be trusted
├── ProfileError        the answers cannot be used as they are
├── EngineError         the rule engine failed or disagreed with the plain evaluation
├── PlanError           the finished routine broke a promise (a fault of this program)
├── BatchError          a file for many people cannot be read or written
├── FigureError         an exercise cannot be drawn
├── OutputError         something must not, or cannot, be written where it was wished
└── UsageError          the command line was asked for something that does not exist

None of them derives from ValueError: pydantic would otherwise wrap them in its own error.
Whenever one of them is raised, there is no routine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

__all__ = [
    "BatchError",
    "EngineError",
    "FigureError",
    "KnowledgeError",
    "KnowledgeFault",
    "OutputError",
    "PlanError",
    "ProfileError",
    "ProfileFault",
    "RecommenderError",
    "UsageError",
    "closest",
    "nearest",
]


class RecommenderError(Exception):
    """The common parent of all errors of this package."""


class UsageError(RecommenderError):
    """Something was asked for that does not exist; the message says what does."""


class BatchError(RecommenderError):
    """A file for many people cannot be read or written. Nothing half-written stands in its place."""


class FigureError(RecommenderError):
    """An exercise has no drawing, or its drawing cannot be made as it is described."""


class OutputError(RecommenderError):
    """Something must not be written where it was wished, or cannot. What stands there is as it was."""


class EngineError(RecommenderError):
    """The rule engine did not give a result that can be trusted. There is no routine."""


class PlanError(RecommenderError):
    """The finished routine broke one of its promises. There is no routine."""


@dataclass(frozen=True, slots=True)
class KnowledgeFault:
    """One fault of one knowledge file: where it is, what was found, what to do, and the check that names it."""

    file: str
    line: int | None
    found: str
    do: str = ""
    check: str = "unreadable-file"

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.found}" + (f" {self.do}" if self.do else "")


class KnowledgeError(RecommenderError):
    """The knowledge cannot be used. `faults` names each place; nothing is recommended.

    Args:
        faults: All faults, each with file and line where it has one. They make the message, one a line.
    """

    def __init__(self, faults: Iterable[KnowledgeFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class ProfileFault:
    """One fault of a profile: the field, what was found there, and what is accepted. `text` says all of it."""

    field: str
    found: str
    accepted: str
    text: str
    missing: bool = False

    @classmethod
    def of(
        cls, say: Callable[..., str], field: str, found: str, accepted: str, *, missing: bool = False
    ) -> ProfileFault:
        """The fault with its text. Where nothing was found, the answer is `missing`."""
        shown = found or say("faults.no_answer")
        if field:
            text = say("faults.at", place=field, found=shown, accepted=accepted)
        else:
            text = say("faults.of_all", found=shown, accepted=accepted)
        return cls(field, found, accepted, text, missing)

    def __str__(self) -> str:
        return self.text


class ProfileError(RecommenderError):
    """The answers cannot be used. `faults` holds all faults at once.

    `forced` holds what the usable answers already demand ("go to an emergency department"),
    strongest first, and stands before the faults in the message. `do` says what to do, and ends it.

    Args:
        faults: All faults at once.
        forced: Sentences that help whatever the other answers are. Show them before anything else.
        do: What to do about the faults, if there is a command for it.
    """

    def __init__(self, faults: Iterable[ProfileFault], forced: Iterable[str] = (), do: str = "") -> None:
        self.faults = tuple(faults)
        self.forced = tuple(forced)
        self.do = do
        super().__init__("\n".join([*self.forced, *(str(fault) for fault in self.faults), *([do] if do else [])]))


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint with the known word closest to `word`, or an empty string. For whoever writes rules."""
    found = closest(word, known)
    return f'Did you mean "{found}"?' if found else ""


def closest(word: str, known: Iterable[str]) -> str:
    """The known word closest to `word`, whatever its capital letters; empty where none is close."""
    from difflib import get_close_matches  # noqa: PLC0415  # only where there is a fault

    spelled = {name.lower(): name for name in known}
    match = get_close_matches(word.lower(), list(spelled), n=1, cutoff=0.6)
    return spelled[match[0]] if match else ""
