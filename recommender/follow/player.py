"""Plays a script. A state machine: the clock is given to it, and it never sleeps and shows nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from recommender.follow.script import Cue, Part, Script

__all__ = ["CueStarted", "Finished", "PartDone", "Player", "State"]

State = Literal["playing", "paused", "hurt", "finished", "stopped", "left"]
Finished = Literal["all", "part", "skipped", "pain"]

JUST_BEGUN = 3.0  # seconds; `back` within them means the exercise before


@dataclass(frozen=True, slots=True)
class CueStarted:
    """A cue that began, and the number of its part, from 0."""

    number: int
    cue: Cue


@dataclass(frozen=True, slots=True)
class PartDone:
    """What was done of a part: so many whole repetitions, of all sets and sides together."""

    part: Part
    reps: int
    finished: Finished


class Player:
    """A session under way.

    playing <-> paused; both -> hurt -> paused (without that exercise, or with it after a slip) or
    stopped; both -> left; playing -> finished. `clock` gives seconds that only grow. An exercise that
    hurt is never played again.
    """

    def __init__(self, script: Script, clock: Callable[[], float]) -> None:
        self.script = script
        self.state: State = "playing"
        self.number = 0
        self.hurt: set[int] = set()
        self._clock = clock
        self._last = clock()
        self._best: dict[int, int] = {}  # of what was begun or skipped: the most repetitions in one go
        self._skipped: set[int] = set()
        self._places = frozenset({script.starts_from})
        self._news: list[CueStarted] = []
        self._enter(0)

    # --- what is to be seen -------------------------------------------------------------------

    @property
    def over(self) -> bool:
        """Whether nothing is played any more."""
        return self.state in ("finished", "stopped", "left")

    @property
    def on(self) -> bool:
        """Whether the session is on: it plays or is paused, and nothing hurts."""
        return self.state in ("playing", "paused")

    @property
    def part(self) -> Part:
        """The part that is on."""
        return self.script.parts[self.number]

    @property
    def cue(self) -> Cue:
        """What is to be done now."""
        return self._cues[self._at]

    @property
    def left_of_cue(self) -> float:
        """The seconds until the next cue."""
        return max(0.0, self.cue.seconds - self._elapsed)

    @property
    def remaining(self) -> float:
        """The seconds until the end, with all changes of position, and without pauses and what hurt."""
        if self.over:
            return 0.0
        now = 0.0
        if self.number not in self.hurt:
            now = sum(cue.seconds for cue in self._cues[self._at :]) - self._elapsed
        places = self._possible_places()
        for number in self._later():
            now += sum(cue.seconds for cue in self.script.cues(number, places))
            places = frozenset({self.script.parts[number].step.position})
        return now

    @property
    def next_part(self) -> Part | None:
        """The part after this one."""
        return next((self.script.parts[number] for number in self._later()), None)

    @property
    def done(self) -> tuple[PartDone, ...]:
        """What was done so far, in the order of the routine. What was never reached is not named."""
        found = []
        for number, part in enumerate(self.script.parts):
            if number not in self._best and number not in self.hurt:
                continue
            reps = self._best.get(number, 0)
            finished: Finished = "all" if reps == part.reps else "part"
            if number in self.hurt:
                finished = "pain"
            elif not reps and number in self._skipped:
                finished = "skipped"
            found.append(PartDone(part, reps, finished))
        return tuple(found)

    # --- what happens -------------------------------------------------------------------------

    def tick(self) -> list[CueStarted]:
        """Go on to what the clock says. Gives the cues that began since the last call."""
        now = self._clock()
        passed, self._last = max(0.0, now - self._last), now
        if self.state == "playing":
            self._elapsed += passed
            while self.state == "playing" and self._elapsed >= self.cue.seconds:
                self._elapsed -= self.cue.seconds
                self._on()
        news, self._news = self._news, []
        return news

    def pause(self) -> None:
        """Pause, or go on."""
        self._settle()
        if self.on:
            self.state = "paused" if self.state == "playing" else "playing"

    def hold_on(self) -> None:
        """Pause without counting the time since the last `tick`: the person was away, and saw nothing."""
        self._last = self._clock()
        if self.state == "playing":
            self.state = "paused"

    def skip(self) -> None:
        """Leave this exercise out and get ready for the next one."""
        self._settle()
        if self.on:
            self._skipped.add(self.number)
            self._best.setdefault(self.number, 0)
            self._next()

    def back(self) -> None:
        """To the start of this exercise; right at its start, to the one before."""
        self._settle()
        if not self.on:
            return
        gone = sum(cue.seconds for cue in self._cues[: self._at]) + self._elapsed
        earlier = [number for number in range(self.number) if number not in self.hurt]
        self._move(earlier[-1] if earlier and gone < JUST_BEGUN else self.number)

    def hurts(self) -> None:
        """It hurts: nothing is played until `leave_out` or `stop`."""
        self._settle()
        if self.on:
            self.hurt.add(self.number)
            self.state = "hurt"

    def slip(self) -> None:
        """It did not hurt, the key was a slip: paused where it was."""
        if self.state == "hurt":
            self.hurt.discard(self.number)
            self.state = "paused"

    def leave_out(self) -> None:
        """Go on without the exercise that hurt, once the person says so: the rest of the session is paused."""
        if self.state == "hurt":
            self.state = "paused"
            self._next()

    def stop(self) -> None:
        """End the session because of pain."""
        if self.state == "hurt":
            self.state = "stopped"

    def leave(self) -> None:
        """End the session for any other reason."""
        self._settle()
        if not self.over:
            self.state = "stopped" if self.state == "hurt" else "left"

    # --- how ----------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Count the time until now before anything changes, and keep what began for the next `tick`."""
        self._news = self.tick()

    def _later(self) -> list[int]:
        return [number for number in range(self.number + 1, len(self.script.parts)) if number not in self.hurt]

    def _possible_places(self) -> frozenset[str]:
        """Where the person may be: on the way until they had the time to get into position."""
        here = frozenset({self.part.step.position})
        if self._at:
            return here
        # Whoever plays on to the end will be there; whoever leaves now may be anywhere on the way.
        return here if self.number not in self.hurt else here | self._places

    def _enter(self, number: int) -> None:
        self.number = number
        self._cues = self.script.cues(number, self._places)
        self._at, self._elapsed, self._reps = 0, 0.0, 0
        self._news.append(CueStarted(self.number, self.cue))

    def _move(self, number: int) -> None:
        """Jump to a part, from wherever the person is now."""
        here = frozenset({self.part.step.position})
        if self._at:
            self._places = here
        elif number != self.number:
            self._places |= here
        self._enter(number)

    def _next(self) -> None:
        later = self._later()
        if later:
            self._move(later[0])
        else:
            self.state = "finished"

    def _on(self) -> None:
        """The cue is over."""
        if self.cue.ends_rep:
            self._reps += 1
            self._best[self.number] = max(self._best[self.number], self._reps)
        if self._at + 1 < len(self._cues):
            self._at += 1
            self._best.setdefault(self.number, 0)
            self._news.append(CueStarted(self.number, self.cue))
        else:
            over = self._elapsed
            self._next()
            self._elapsed = over
