"""How much to do of an exercise, and how long that takes.

The numbers come from the exercise's doses in the texts. The low end is the smallest number among
its sources; a fixed number of sets may fall to one. Nothing here goes above what a text gives.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommender.knowledge.catalogue import Exercise
    from recommender.knowledge.session import Seconds
    from recommender.sentences import Sentences
    from recommender.values import Amount

__all__ = ["DosePlan", "DoseSteps", "doses_of", "in_words"]


@dataclass(frozen=True, slots=True)
class DosePlan:
    """A dose with its time. `rep_seconds` is one repetition without its hold.

    `seconds` is the time of the whole dose: every repetition, hold, side, change of side and rest.
    """

    sets: int
    reps: int
    hold: int
    rest: int
    sides: int
    rep_seconds: int
    side_seconds: int
    seconds: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        one_side = self.reps * (self.rep_seconds + self.hold)
        one_set = one_side * self.sides + self.side_seconds * (self.sides - 1)
        object.__setattr__(self, "seconds", one_set * self.sets + self.rest * (self.sets - 1))


class DoseSteps:
    """A dose and every smaller one, in the order in which they are tried until one fits.

    Sets go first, then repetitions, then the hold in steps of `hold_step` seconds, each no further
    than the lowest dose. Each rung takes less time than the one before.
    """

    def __init__(self, wanted: DosePlan, lowest: DosePlan, hold_step: int) -> None:
        self._ends = wanted, lowest, hold_step

    @cached_property
    def rungs(self) -> list[DosePlan]:
        """The doses, the largest first; made when they are asked for, since most never are."""
        wanted, lowest, hold_step = self._ends
        found = [wanted]
        while (smaller := _smaller(found[-1], lowest, hold_step)) is not None:
            found.append(smaller)
        return found

    @cached_property
    def _times(self) -> list[int]:
        return [-dose.seconds for dose in self.rungs]

    def fit(self, budget: int) -> DosePlan | None:
        """The largest dose that fits into `budget` seconds, or None if even the lowest does not."""
        place = bisect_left(self._times, -budget)
        return self.rungs[place] if place < len(self.rungs) else None


def _smaller(dose: DosePlan, lowest: DosePlan, hold_step: int) -> DosePlan | None:
    if dose.sets > 1:
        return replace(dose, sets=dose.sets - 1)
    if dose.reps > lowest.reps:
        return replace(dose, reps=dose.reps - 1)
    if dose.hold > lowest.hold:
        return replace(dose, hold=max(lowest.hold, dose.hold - (hold_step if dose.hold > hold_step else 1)))
    return None


def doses_of(exercise: Exercise, seconds: Seconds, *, against_gravity: bool = False) -> dict[str, DosePlan]:
    """The dose at the `lowest`, `middle` and `highest` point of the range.

    `lowest` takes the smallest number that any source gives; the other two stay with the first source.
    What is held `against_gravity` is held no longer than `seconds.low_end_hold` at the lowest point.
    """
    first = exercise.doses[0]
    sides = 2 if exercise.per_side else 1
    low_sets, hold = _smallest(exercise, "sets"), _smallest(exercise, "hold").low
    lowest = DosePlan(
        sets=1 if low_sets.low == low_sets.high else low_sets.low,
        reps=_smallest(exercise, "reps").low,
        hold=min(hold, seconds.low_end_hold) if against_gravity else hold,
        rest=first.rest.low,
        sides=sides,
        rep_seconds=exercise.rep_seconds,
        side_seconds=seconds.between_sides,
    )
    highest = replace(lowest, sets=first.sets.high, reps=first.reps.high, hold=first.hold.high)
    held = _round(_mid(first.hold), seconds.hold_steps, first.hold.low)
    middle = replace(lowest, sets=_mid(first.sets), reps=_mid(first.reps), hold=held)
    return {"lowest": lowest, "middle": middle, "highest": highest}


def _mid(amount: Amount) -> int:
    return (amount.low + amount.high) // 2


def _round(hold: int, step: int, lowest: int) -> int:
    """A long hold rounded down to a number that is easy to count, never below the range."""
    return max(lowest, hold - hold % step) if hold > step else hold


def _smallest(exercise: Exercise, part: str) -> Amount:
    """The smallest amount among the sources that state it; an inferred one only where none does."""
    stated = [getattr(dose, part) for dose in exercise.doses if part not in dose.inferred]
    amounts: Iterable[Amount] = stated or [getattr(dose, part) for dose in exercise.doses]
    return min(amounts, key=lambda amount: amount.low)


@cache
def in_words(dose: DosePlan, say: Sentences) -> str:
    """The dose as a person reads it."""
    minutes, rest = divmod(dose.hold, 60)
    parts = [("units.minutes", minutes), ("units.seconds", rest)]
    time = " ".join(say(unit, n=number) for unit, number in parts if number)
    if dose.reps == 1:
        text = say("dose.hold", time=time) if dose.hold else say("dose.once")
    else:
        text = say("dose.times_held", n=dose.reps, time=time) if dose.hold else say("dose.times", n=dose.reps)
    if dose.sides == 2:
        text = say("dose.each_side", dose=text)
    if dose.sets > 1:
        pause = "dose.sets_rest" if dose.rest else "dose.sets"
        text = say(pause, n=dose.sets, dose=text, rest=dose.rest)
    return text
