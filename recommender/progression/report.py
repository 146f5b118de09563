"""Says what came out of a log, in the words of the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from recommender.decision.recommendation import Recommendation, SignedShare
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.progression import CompiledStep, Progress, Variable
from recommender.progression.history import Course, Move
from recommender.progression.ladder import Ladder
from recommender.progression.log_facts import LoggedSession
from recommender.progression.result import Adapted, Change, Said, Verdict

__all__ = ["Report"]


class Report:
    """Puts the result together."""

    def __init__(self, knowledge: Knowledge, progress: Progress, sessions: Sequence[LoggedSession]) -> None:
        self.knowledge, self.progress, self.sessions = knowledge, progress, sessions
        self.words = progress.steps.words
        self.about = knowledge.outcomes.about.with_answers

    def unchanged(self, fresh: Recommendation) -> Adapted:
        """The fresh result as it is."""
        return Adapted(
            about=self.about,
            verdict="routine",
            title=fresh.title,
            messages=(),
            changes=(),
            notes=tuple(self._of_log(())),
            recommendation=fresh,
            review=self._review(()),
        )

    def no_routine(self, verdict: Verdict, course: Course) -> Adapted:
        """No routine: what to do now, and how to go on later."""
        stop = verdict == "stop"
        spoken = [compiled for compiled in course.last if compiled.rule.then.do == verdict]
        spoken.sort(key=lambda compiled: compiled.rule.then.outcome is None)
        title = self.words.stop if stop else self.words.day_off
        if outcome := spoken[0].rule.then.outcome:
            title = self.knowledge.outcomes.outcomes[outcome].title
        return Adapted(
            about=self.about,
            verdict=verdict,
            title=title,
            messages=tuple(map(self._said, spoken)),
            changes=(),
            notes=(self.words.afresh,) if stop else (),
            recommendation=None,
            review=self._review(compiled.id for compiled in spoken),
        )

    def routine(
        self, result: Recommendation, course: Course, ladders: Sequence[Ladder], excluded: Collection[str]
    ) -> Adapted:
        """The adapted routine, with every step that led to it."""
        changes = tuple(self._changes(course, ladders))
        new = any(change.new for change in changes)
        lower = ("day_off", "start_again", "step_down")
        down = any(compiled.rule.then.do in lower for compiled in course.last)
        shown = lower[1:] if down else ("keep",)
        spoken = [compiled for compiled in course.last if compiled.rule.then.do in shown]
        said = {change.reason.rule for change in changes if change.new}
        changed = self.words.routine if new else self._unchanged(result, excluded)
        return Adapted(
            about=self.about,
            verdict="routine",
            title=changed if self.sessions else self.words.empty,
            messages=tuple(self._said(compiled) for compiled in spoken if compiled.rule.id not in said),
            changes=changes,
            notes=(*self._kept(course, ladders), *self._of_log(excluded)),
            recommendation=result,
            review=self._review([*(one.id for one in course.last), *(change.reason.rule for change in changes)]),
        )

    # --- changes -----------------------------------------------------------------------------

    def _changes(self, course: Course, ladders: Sequence[Ladder]) -> Iterator[Change]:
        """The steps that led to the places now: those of the last session, and before them what still holds."""
        last = len(self.sessions) - 1
        for index, ladder in enumerate(ladders):
            moves = [move for move in course.moves if move.ladder == index]
            new = [move for move in moves if move.session == last]
            yield from (self._change(move, ladder, new=True) for move in new)
            if not new and course.places[index] != ladder.base:
                whole = replace(moves[-1], before=ladder.base, after=course.places[index])
                yield self._change(whole, ladder, new=False)

    def _change(self, move: Move, ladder: Ladder, *, new: bool) -> Change:
        before, after = ladder.rungs[move.before], ladder.rungs[move.after]
        old, now = self.knowledge.exercises[before.number], self.knowledge.exercises[after.number]
        words = self.words.change
        numbers = [
            (variable, getattr(before.dose, variable), getattr(after.dose, variable))
            for variable in self.progress.steps.order
            if variable != "level" and getattr(before.dose, variable) != getattr(after.dose, variable)
        ]
        pairs: list[tuple[Variable, int | str, int | str]] = [*numbers]
        texts = [words[variable].format(before=low, after=high) for variable, low, high in numbers]
        text = self.knowledge.say.listed(texts)
        if old is not now:
            pairs = [("level", old.id, now.id)]
            text = words["level"].format(before=old.name, after=now.name)
        variable, was, will_be = pairs[0]
        return Change(
            exercise=now.id,
            name=now.name,
            variable=variable,
            before=was,
            after=will_be,
            on=self.sessions[move.session].day,
            new=new,
            text=text,
            reason=self._said(move.rule),
        )

    # --- notes -------------------------------------------------------------------------------

    def _kept(self, course: Course, ladders: Sequence[Ladder]) -> Iterator[str]:
        """What stays as it is, and why."""
        words = self.words
        rungs = [ladder.rungs[place] for ladder, place in zip(ladders, course.places, strict=True)]
        names = [self.knowledge.exercises[rung.number].name for rung in rungs]
        listings = ((course.refused, words.no_room), (course.at_top, words.at_top), (course.at_bottom, words.at_bottom))
        for listed, text in listings:
            if listed:
                yield text.format(exercises=self.knowledge.say.listed([names[index] for index in listed]))
        if course.kept_low:
            yield self.progress.steps.low_end.say

    def _of_log(self, excluded: Collection[str]) -> Iterator[str]:
        """What of the log could not be used."""
        named = dict.fromkeys(done.exercise for logged in self.sessions for done in logged.session.done)
        gone = [id for id in named if id not in self.knowledge.numbers]
        if gone:
            yield self.words.gone.format(exercises=self.knowledge.say.listed(gone))
        if names := self._left_out(excluded):
            yield self.words.left_out.format(exercises=self.knowledge.say.listed(names))

    def _unchanged(self, result: Recommendation, excluded: Collection[str]) -> str:
        """The heading where no dose changes: the exercises may be others all the same."""
        if self._left_out(excluded):
            return self.words.leaves_out
        now = {step.exercise for step in result.routine}
        latest = self.sessions[-1].session.done if self.sessions else ()
        return self.words.nothing if all(done.exercise in now for done in latest) else self.words.others

    def _left_out(self, excluded: Collection[str]) -> list[str]:
        """The exercises of the last session that are left out now, by their names."""
        latest = self.sessions[-1].session.done if self.sessions else ()
        left = [self.knowledge.exercise(done.exercise) for done in latest if done.exercise in excluded]
        return list(dict.fromkeys(exercise.name for exercise in left if exercise is not None))

    # --- signatures --------------------------------------------------------------------------

    def _said(self, compiled: CompiledStep) -> Said:
        rule = compiled.rule
        return Said(
            rule=rule.id,
            text=rule.say,
            because=rule.because,
            sources=rule.sources,
            reading=rule.reading,
            signed=self._is_signed(rule.id),
        )

    def _review(self, decided: Iterable[str]) -> SignedShare:
        """How many of the rules that decided are signed, and which are not."""
        ids = tuple(dict.fromkeys(decided))
        drafts = tuple(id for id in ids if not self._is_signed(id))
        return SignedShare(rules=len(ids), signed=len(ids) - len(drafts), drafts=drafts)

    def _is_signed(self, id: str) -> bool:
        return self.knowledge.sign_off(id).state == "signed"
