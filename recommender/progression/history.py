"""Goes through a log session by session, and moves each exercise on its ladder as the rules say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.progression import CompiledStep, Effect, Progress
from recommender.logic.conditions import evaluate
from recommender.progression.ladder import Ladder
from recommender.progression.log_entries import Done
from recommender.progression.log_facts import LogFacts, LoggedSession

__all__ = ["Course", "Move", "follow", "stops"]


@dataclass(frozen=True, slots=True)
class Move:
    """A step of one exercise: the numbers of its ladder and rungs, the rule, and the session that led to it."""

    ladder: int
    before: int
    after: int
    rule: CompiledStep
    session: int


@dataclass(slots=True)
class Course:
    """Where each ladder stands after the log, and how it came there.

    `last` holds the rules that held after the last session, `refused` the ladders of those steps up
    that did not fit into the time then, `at_top` and `at_bottom` those that were at an end already,
    `kept_low` those that stay low for health.
    """

    places: list[int]
    moves: list[Move] = field(default_factory=list)
    last: list[CompiledStep] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    at_top: list[int] = field(default_factory=list)
    at_bottom: list[int] = field(default_factory=list)
    kept_low: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Streak:
    """On how many days in a row a rule has held."""

    days: int = 0
    latest: date | None = None

    def count(self, day: date) -> int:
        """Count this day, once."""
        if day != self.latest:
            self.days, self.latest = self.days + 1, day
        return self.days


def follow(
    sessions: Sequence[LoggedSession],
    ladders: Sequence[Ladder],
    facts: LogFacts,
    knowledge: Knowledge,
    fits: Callable[[Sequence[int]], bool],
) -> Course:
    """The course of a routine through a log. `fits` tells whether these places keep within the time."""
    assert knowledge.progress is not None
    walk = _Walk(ladders, facts, knowledge, knowledge.progress, fits)
    for number, logged in enumerate(sessions):
        walk.session(number, logged, is_last=number == len(sessions) - 1)
    return walk.course


def stops(logged: LoggedSession, facts: LogFacts, knowledge: Knowledge) -> list[CompiledStep]:
    """The rules that stop everything after this session, by itself."""
    assert knowledge.progress is not None
    rules = [compiled for compiled in knowledge.progress.rules if compiled.rule.then.do == "stop"]
    codes = facts.encoded(logged, None)
    return [one for one in rules if one.rule.in_a_row == 1 and evaluate(one.condition, codes)]


class _Walk:
    def __init__(
        self,
        ladders: Sequence[Ladder],
        facts: LogFacts,
        knowledge: Knowledge,
        progress: Progress,
        fits: Callable[[Sequence[int]], bool],
    ) -> None:
        self.ladders, self.facts, self.progress, self.fits = ladders, facts, progress, fits
        self.numbers = knowledge.numbers
        self.course = Course([ladder.base for ladder in ladders])
        self.streaks: dict[tuple[str, int], _Streak] = {}
        self.of_session = [compiled for compiled in progress.rules if not compiled.of_exercise]
        self.of_exercise = [compiled for compiled in progress.rules if compiled.of_exercise]

    def session(self, number: int, logged: LoggedSession, *, is_last: bool) -> None:
        """Take one session into account."""
        for_all = self._fired(self.of_session, logged, -1, None)
        again = [compiled for compiled in for_all if compiled.rule.then.do == "start_again"]
        held = list(for_all)
        upwards: list[tuple[int, CompiledStep]] = []
        for index in range(len(self.ladders)):
            fired, counts = self._of_ladder(index, logged, for_all)
            held += [compiled for compiled in fired if compiled not in held]
            fired = fired if counts else again  # a break is one for every exercise
            effect = self.progress.strongest(tuple(fired))
            if effect == "step_up":
                upwards.append((index, next(compiled for compiled in fired if compiled.rule.then.do == effect)))
            elif effect != "keep":
                self._down(index, fired, number, is_last=is_last)
        self._up(upwards, number, is_last=is_last)
        if again:
            self._forget_good_days()
        if is_last:
            self.course.last = held

    def _of_ladder(
        self, index: int, logged: LoggedSession, for_all: list[CompiledStep]
    ) -> tuple[list[CompiledStep], bool]:
        """The rules that hold for this ladder, and whether it was done in this session, so that they count."""
        done = self._done(index, logged)
        if not done:
            return for_all, not logged.session.done
        word = self._how_it_went(index, done)
        return [*for_all, *self._fired(self.of_exercise, logged, index, word)], word != "skipped"

    def _forget_good_days(self) -> None:
        """After a break no row of good days goes on; a row of bad ones does."""
        upwards = {compiled.id for compiled in self.progress.rules if compiled.rule.then.do == "step_up"}
        for key in self.streaks:
            if key[0] in upwards:
                self.streaks[key] = _Streak()

    def _fired(
        self, rules: Iterable[CompiledStep], logged: LoggedSession, index: int, word: str | None
    ) -> list[CompiledStep]:
        codes = self.facts.encoded(logged, word)
        unknown = self.facts.of(logged, word)["next_day"] == "unknown"
        found = []
        for compiled in rules:
            streak = self.streaks.setdefault((compiled.rule.id, index), _Streak())
            if evaluate(compiled.condition, codes):
                if streak.count(logged.day) >= compiled.rule.in_a_row:
                    found.append(compiled)
            elif compiled.rule.then.do == "step_up" or not unknown:
                # What is not known yet ends a row of good days, and no row of bad ones.
                self.streaks[compiled.rule.id, index] = _Streak()
        return found

    def _done(self, index: int, logged: LoggedSession) -> list[Done]:
        """What was done of the exercises of this ladder."""
        own = {rung.number for rung in self.ladders[index].rungs}
        return [done for done in logged.session.done if self.numbers.get(done.exercise) in own]

    def _how_it_went(self, index: int, done: Sequence[Done]) -> str:
        """The worst that was noted of an exercise in a session."""
        words = [self._word(index, one) for one in done]
        codes = self.progress.table.by_name["dose_done"].codes
        return max(words, key=codes.index)

    def _word(self, index: int, done: Done) -> str:
        ladder = self.ladders[index]
        rung = ladder.rungs[self.course.places[index]]
        if done.finished != "all":
            return done.finished
        here, there = ladder.place_of(rung.number), ladder.place_of(self.numbers[done.exercise])
        dose = rung.dose
        enough = done.sets >= dose.sets and done.reps >= dose.reps and done.hold >= dose.hold
        return "whole" if there > here or (there == here and enough) else "part"

    def _down(self, index: int, fired: Sequence[CompiledStep], number: int, *, is_last: bool) -> None:
        """As far down as any rule asks for: a step, to the fresh dose, or to the lowest where someone has to look."""
        place, ladder = self.course.places[index], self.ladders[index]
        targets: dict[Effect, int] = {
            "stop": 0,
            "day_off": max(0, place - 1),
            "start_again": min(place, ladder.base),
            "step_down": max(0, place - 1),
        }
        lower = [(targets[compiled.rule.then.do], compiled) for compiled in fired if compiled.rule.then.do in targets]
        after = min(target for target, _ in lower)
        lowest = [compiled for target, compiled in lower if target == after]
        if after != place:
            rule = min(lowest, key=lambda compiled: self.progress.steps.strength.index(compiled.rule.then.do))
            self._move(index, after, rule, number)
        elif is_last and len(ladder.rungs) > 1 and any(one.rule.then.do != "start_again" for one in lowest):
            self.course.at_bottom.append(index)

    def _up(self, waiting: Sequence[tuple[int, CompiledStep]], number: int, *, is_last: bool) -> None:
        """Steps up, as many at once as the rules allow; who has waited longest comes first."""
        course, left = self.course, self.progress.steps.at_once
        longest_first = sorted(waiting, key=lambda one: (-self.streaks[one[1].rule.id, one[0]].days, one[0]))
        for index, rule in longest_first:
            ladder, place = self.ladders[index], course.places[index]
            if place + 1 >= len(ladder.rungs):
                ends = course.kept_low if ladder.kept_low else course.at_top
                ends.extend([index] if is_last and (ladder.kept_low or place > ladder.base) else [])
            elif left and self.fits([*course.places[:index], place + 1, *course.places[index + 1 :]]):
                self._move(index, place + 1, rule, number)
                self.streaks[rule.rule.id, index] = _Streak()
                left -= 1
            elif left and is_last:
                course.refused.append(index)

    def _move(self, index: int, after: int, rule: CompiledStep, number: int) -> None:
        self.course.moves.append(Move(index, self.course.places[index], after, rule, number))
        self.course.places[index] = after
