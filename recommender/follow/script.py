"""From a result to a timed script: what is to be done in each second, and the words for it.

The times are those of the result, to the second. They are taken apart here, never changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from recommender.decision.positions import UNREACHABLE, Positions
from recommender.decision.recommendation import Recommendation, Step
from recommender.errors import PlanError
from recommender.knowledge.knowledge import Knowledge
from recommender.sentences import Say

__all__ = ["Cue", "CueKind", "Part", "Script", "script_of"]

CueKind = Literal["ready", "move", "hold", "back", "side", "rest"]

LET_GO, CHANGE, NEXT = 1, 2, 3  # how many bells; one also begins a movement


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing to do for so many `seconds`.

    `words` are shown and said; `bells` ring as it begins; `set`, `side` and `rep` count from 1, and
    `rep` is 0 where nothing is repeated. `ends_rep` tells that a repetition is complete after it.
    """

    kind: CueKind
    seconds: int
    words: str
    bells: int = 0
    set: int = 1
    side: int = 1
    rep: int = 0
    ends_rep: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One step of the result: `ready` to get into position, then the `cues` of its dose.

    `position` is that of the step in everyday words, `kit` what it needs. `reps` counts the
    repetitions of all sets and sides.
    """

    step: Step
    ready: Cue
    cues: tuple[Cue, ...]
    position: str
    kit: tuple[str, ...]

    @property
    def reps(self) -> int:
        """The repetitions of all sets and sides."""
        dose = self.step.dose
        return dose.sets * dose.reps * (2 if dose.per_side else 1)

    @property
    def seconds(self) -> int:
        """The time of the whole step."""
        return self.ready.seconds + sum(cue.seconds for cue in self.cues)


class Script:
    """The parts of a session in their order, and the time to get into each of them from anywhere."""

    def __init__(self, parts: tuple[Part, ...], knowledge: Knowledge) -> None:
        self.parts = parts
        self.say = knowledge.say
        self.starts_from = knowledge.session.starts_from
        self._between = knowledge.session.seconds.between_exercises
        self._free = knowledge.session.change_words["free"]
        self._positions = Positions(knowledge.session, knowledge.vocabulary, frozenset())

    @property
    def seconds(self) -> int:
        """The time of the session, which is that of the result."""
        return sum(part.seconds for part in self.parts)

    def cues(self, number: int, places: Collection[str]) -> tuple[Cue, ...]:
        """What is to be done in a part for someone who is in one of these `places`.

        Where that is not the place in which the part before ends, because something was left out or
        is done again, there is as much time for the change as the calmest way takes, at the longest.
        """
        part = self.parts[number]
        planned = self.parts[number - 1].step.position if number else self.starts_from
        if set(places) == {planned}:
            return (part.ready, *part.cues)
        there = part.step.position
        ways = [self._positions.way(place, there)[0] for place in places]
        longest = max(way if way < UNREACHABLE else part.ready.seconds for way in ways)
        same = set(places) == {there}
        words = self.say("follow.stay") if same else self._free.format(to=part.position)
        ready = replace(part.ready, seconds=self._between + longest, words=words)
        return (ready, *part.cues)


def script_of(result: Recommendation, knowledge: Knowledge) -> Script:
    """The timed script of a result. Raises PlanError if its times are not those of the exercises."""
    parts = tuple(_part(step, knowledge) for step in result.routine)
    script = Script(parts, knowledge)
    if script.seconds != result.seconds or any(part.seconds != part.step.seconds for part in parts):
        raise PlanError(knowledge.say("follow.other_times"))
    return script


def _part(step: Step, knowledge: Knowledge) -> Part:
    number = knowledge.numbers.get(step.exercise)
    if number is None:
        raise PlanError(knowledge.say("follow.no_exercise", name=step.name))
    bells = 0 if step.order == 1 else NEXT
    ready = Cue("ready", step.change_seconds, step.change or knowledge.say("follow.stay"), bells)
    title, between = knowledge.vocabulary.title, knowledge.session.seconds.between_sides
    return Part(
        step=step,
        ready=ready,
        cues=tuple(_dose(step, knowledge.exercises[number].rep_seconds, between, knowledge.say)),
        position=title("start_position", step.position),
        kit=tuple(title("requires", word) for word in step.equipment),
    )


def _dose(step: Step, rep_seconds: int, side_seconds: int, say: Say) -> Iterator[Cue]:
    dose = step.dose
    sides = 2 if dose.per_side else 1
    for number in range(1, dose.sets + 1):
        if number > 1 and dose.rest:
            yield Cue("rest", dose.rest, say("follow.rest"), CHANGE, set=number)
        for side in range(1, sides + 1):
            if side > 1:
                yield Cue("side", side_seconds, say("follow.change_sides"), CHANGE, number, side)
            for rep in range(1, dose.reps + 1):
                yield from _rep(step, rep_seconds, (number, side, rep), say)


def _rep(step: Step, rep_seconds: int, where: tuple[int, int, int], say: Say) -> Iterator[Cue]:
    """One repetition: the movement with its hold, if any, in the middle of it."""
    dose, rep = step.dose, where[2]
    back = rep_seconds // 2 if dose.hold else 0
    begins = rep == 1 or (dose.hold and not back)
    words = say("follow.slowly_into_it" if dose.hold else "follow.do_it_once")
    if dose.reps > 1:
        words = say("follow.count", number=rep, of=dose.reps)
    yield Cue("move", rep_seconds - back, words, LET_GO if begins else 0, *where, ends_rep=not dose.hold)
    if dose.hold:
        yield Cue("hold", dose.hold, say("follow.hold_for", time=_time(dose.hold, say)), 0, *where, ends_rep=not back)
    if back:
        yield Cue("back", back, say("follow.let_go"), LET_GO, *where, ends_rep=True)


def _time(seconds: int, say: Say) -> str:
    """So many seconds as they are read."""
    minutes, rest = divmod(seconds, 60)
    parts = [say("units.minutes", n=minutes)] if minutes else []
    return " ".join([*parts, *([say("units.seconds", n=rest)] if rest or not minutes else [])])
