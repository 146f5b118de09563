"""What comes out of a diary: what changes and why, and the routine. Frozen, typed, JSON in and out."""

from __future__ import annotations

from datetime import date
from typing import Literal

from recommender.knowledge.progress import Variable
from recommender.recommendation import Recommendation, SignedShare, Value

__all__ = ["Adapted", "Change", "Said", "Verdict"]

Verdict = Literal["routine", "day_off", "stop"]


class Said(Value):
    """What a rule of progress says to the person (`text`) and to a clinician (`because`), with its sources.

    Without `signed` it is a draft, and applies all the same.
    """

    rule: str
    text: str
    because: str
    sources: tuple[str, ...]
    reading: str
    signed: bool


class Change(Value):
    """One step of one exercise. `before` and `after` are numbers, or exercises where the level changes.

    `on` is the day of the session that led to it; `new`: it was the last one. `text` says the change
    in words, `reason` why.
    """

    exercise: str
    name: str
    variable: Variable
    before: int | str
    after: int | str
    on: date
    new: bool
    text: str
    reason: Said


class Adapted(Value):
    """The next time. Without a `recommendation` there is no routine now, and `messages` says what to do.

    `about` says whether it holds the answers, as it does in the `recommendation`.
    `notes` holds what stays as it is and why, and what of the diary could not be used. `review` says
    which of the rules that decided about it are signed; `recommendation` has its own for all others.
    """

    about: str
    verdict: Verdict
    title: str
    messages: tuple[Said, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    recommendation: Recommendation | None
    review: SignedShare
