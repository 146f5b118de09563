"""What comes out of a log: what changes and why, and the routine. Frozen, typed, JSON in and out."""

from __future__ import annotations

from datetime import date
from typing import Literal

from recommender.decision.recommendation import Recommendation, SignedShare, Value
from recommender.knowledge.progression import Variable

__all__ = ["Adapted", "Change", "Said", "Verdict"]

Verdict = Literal["routine", "day_off", "stop"]


class Said(Value):
    """What a rule of progress says."""

    rule: str
    """The id of the rule."""
    text: str
    """What it says to the person."""
    because: str
    """Why the rule holds, said to the clinician."""
    sources: tuple[str, ...]
    """The places of the texts and guidance on which the rule rests."""
    reading: str
    """How directly the sources say it, such as direct, cautious or inferred."""
    signed: bool
    """Whether a reviewer has signed what the rule means. Without it is a draft, and applies all the same."""


class Change(Value):
    """One step of one exercise."""

    exercise: str
    """The id of the exercise as it is now."""
    name: str
    """The exercise as people call it."""
    variable: Variable
    """What changes: the repetitions, the hold in seconds, the sets, or the level, which is another exercise."""
    before: int | str
    """The number before, or the id of the exercise where the level changes."""
    after: int | str
    """The number now, or the id of the exercise where the level changes."""
    on: date
    """The day of the session that led to it."""
    new: bool
    """Whether that was the last session."""
    text: str
    """The change in words."""
    reason: Said
    """Why it changes."""


class Adapted(Value):
    """The next time."""

    about: str
    """Says that the recommendation holds the answers, or that they were left out."""
    verdict: Verdict
    """Whether there is a routine now, a day off, or a stop."""
    title: str
    """The heading."""
    messages: tuple[Said, ...]
    """What the rules of progress say; without a recommendation, what to do now."""
    changes: tuple[Change, ...]
    """What changes in the doses, and since when."""
    notes: tuple[str, ...]
    """What stays as it is and why, and what of the log could not be used."""
    recommendation: Recommendation | None
    """The routine for the next time; nothing where there is none now."""
    review: SignedShare
    """Which of the rules of progress that decided are signed. The recommendation has its own for all others."""
