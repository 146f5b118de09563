"""Every dose that an exercise can have, in one order: a step up or down is the next rung."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from recommender.knowledge.dose import DosePlan
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.progression import Progress, Variable
from recommender.progression.limits import Most, goes_beyond, most, within

__all__ = ["Ladder", "Rung", "ladder_of"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One dose of one exercise. `variable` is what a step up to it changed, if one leads to it."""

    number: int
    dose: DosePlan
    variable: Variable | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """All rungs from the lowest dose up, the place of the fresh dose, and whether it is kept low for health."""

    rungs: tuple[Rung, ...]
    base: int
    kept_low: bool

    def place_of(self, number: int) -> int:
        """The place of an exercise among those of the ladder, from the first; -1 where it has none."""
        numbers = list(dict.fromkeys(rung.number for rung in self.rungs))
        return numbers.index(number) if number in numbers else -1


def ladder_of(
    fresh: Rung,
    knowledge: Knowledge,
    progress: Progress,
    *,
    harder: Callable[[int], int | None],
    low_end: bool,
    kept_low: bool,
) -> Ladder:
    """The ladder of one step of a routine.

    `harder` names the harder exercise that this person may be given, if any; `low_end`: the dose is
    limited; `kept_low`: it may not grow either.
    """
    if not progress.grows >> fresh.number & 1:
        return Ladder((fresh,), 0, kept_low=False)
    steps = _Steps(knowledge, progress, low_end=low_end)
    down = list(steps.down(fresh))[::-1]
    up = [] if kept_low else list(steps.up(fresh, harder))
    # What a step down takes away, a step up brings back.
    lower = [replace(rung, variable=rung.variable if n else None) for n, rung in enumerate(down)]
    return Ladder((*lower, fresh, *up), len(lower), kept_low)


class _Steps:
    """Single steps with one knowledge."""

    def __init__(self, knowledge: Knowledge, progress: Progress, *, low_end: bool) -> None:
        self.knowledge, self.low_end = knowledge, low_end
        self.order = progress.steps.order
        self.size = progress.steps.size

    def up(self, fresh: Rung, harder: Callable[[int], int | None]) -> Iterator[Rung]:
        """Every rung above the fresh dose."""
        rung: Rung | None = fresh
        longest = max(self.knowledge.session.seconds.longest_step, fresh.dose.seconds)
        while (rung := rung and self._higher(rung, longest, harder)) is not None:
            yield rung

    def _higher(self, rung: Rung, longest: int, harder: Callable[[int], int | None]) -> Rung | None:
        exercise = self.knowledge.exercises[rung.number]
        top = most(exercise, self.knowledge, low_end=self.low_end)
        beyond = goes_beyond(exercise, self.knowledge, low_end=self.low_end)
        for variable in self.order:
            if variable == "level":
                number = harder(rung.number)
                if number is None:
                    continue
                lowest = self.knowledge.doses[number]["lowest"]
                if lowest.seconds <= longest:
                    return Rung(number, lowest, variable)
                continue
            value = min(getattr(top, variable), getattr(rung.dose, variable) + getattr(self.size, variable))
            dose = _with(rung.dose, variable, value)
            given = Most(dose.sets, dose.reps, dose.hold)
            more = value > getattr(rung.dose, variable)
            # A step that takes too long is none, but for an exercise that is said to grow beyond its texts.
            short = dose.seconds <= longest or (beyond and variable == "reps")
            if more and short and within(given, exercise, self.knowledge, low_end=self.low_end):
                return Rung(rung.number, dose, variable)
        return None

    def down(self, fresh: Rung) -> Iterator[Rung]:
        """Every rung below the fresh dose, the nearest first; `variable` is what each took away."""
        doses = self.knowledge.doses[fresh.number]
        dose, lowest = fresh.dose, doses["lowest"]
        for variable in reversed(self.order):
            if variable == "level":
                continue
            while getattr(dose, variable) > getattr(lowest, variable):
                value = max(getattr(lowest, variable), getattr(dose, variable) - getattr(self.size, variable))
                dose = _with(dose, variable, value)
                yield Rung(fresh.number, dose, variable)


def _with(dose: DosePlan, variable: str, value: int) -> DosePlan:
    """The dose with another number of sets or repetitions, or another hold."""
    return replace(
        dose,
        sets=value if variable == "sets" else dose.sets,
        reps=value if variable == "reps" else dose.reps,
        hold=value if variable == "hold" else dose.hold,
    )
