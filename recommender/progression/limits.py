"""How far a dose may go at most: as far as its texts, or a rule of progress with a source, let it."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.knowledge.catalogue import Exercise
from recommender.knowledge.knowledge import Knowledge

__all__ = ["Most", "goes_beyond", "most", "within"]


@dataclass(frozen=True, slots=True)
class Most:
    """The highest dose of an exercise. `hold` is in seconds, `reps` in a set and on each side."""

    sets: int
    reps: int
    hold: int


def most(exercise: Exercise, knowledge: Knowledge, *, low_end: bool = False) -> Most:
    """The highest dose that anyone may be given; with `low_end`, anyone whose dose is limited like that.

    Each number by itself is the top of the range of the texts, and more only where rules/progress/
    says so; whether a whole dose is too much is told by `within`.
    """
    doses = knowledge.doses[knowledge.numbers[exercise.id]]
    low, high = doses["lowest"], doses["highest"]
    beyond = goes_beyond(exercise, knowledge, low_end=low_end)
    return Most(max(low.sets, high.sets), max(low.reps, high.reps, beyond), max(low.hold, high.hold))


def within(given: Most, exercise: Exercise, knowledge: Knowledge, *, low_end: bool = False) -> bool:
    """Whether some text, or a rule of progress on top of it, gives a dose as large as this.

    The numbers of several texts are not added together: the most sets of one and the longest hold of
    another are no dose of either.
    """
    doses = knowledge.doses[knowledge.numbers[exercise.id]].values()
    beyond = goes_beyond(exercise, knowledge, low_end=low_end)
    tops = [Most(dose.sets, dose.reps, dose.hold) for dose in doses]
    tops += [Most(dose.sets.high, max(dose.reps.high, beyond), dose.hold.high) for dose in exercise.doses]
    return any(given.sets <= top.sets and given.reps <= top.reps and given.hold <= top.hold for top in tops)


def goes_beyond(exercise: Exercise, knowledge: Knowledge, *, low_end: bool) -> int:
    """The repetitions up to which a rule lets this exercise go beyond its texts; 0 where none does."""
    listed = knowledge.progress.steps.beyond if knowledge.progress else ()
    found = [one.reps for one in listed if one.exercise == exercise.id and not (low_end and one.not_when_limited)]
    return max(found, default=0)
