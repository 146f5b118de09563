"""The log of this person: where it is, what it means for today, and one more line in it, however the session ends."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import click

from recommender.decision.recommendation import Recommendation
from recommender.errors import UsageError
from recommender.follow.clock import moment
from recommender.follow.pain import referral_of
from recommender.follow.player import PartDone, Player
from recommender.follow.questions import DOUBT, IN_PROFILE, LEGS, SIGNS, SessionAnswers, ask_legs, show_referral
from recommender.follow.script import Script
from recommender.knowledge.knowledge import Knowledge
from recommender.output.formats import NO_EXERCISE
from recommender.progression.log import (
    Done,
    Entry,
    LineFault,
    LogError,
    NextDay,
    Session,
    append,
    check_append,
    clock_note,
    read,
)
from recommender.sentences import Say, date_in_words
from recommender.terminal import prompting
from recommender.terminal.prompting import tell

__all__ = [
    "Record",
    "ask_next_day",
    "check_line",
    "default_place",
    "done_of",
    "ending_signals",
    "keep",
    "place_of",
    "session_of",
    "stop_without_log",
    "with_log",
]

ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")


# --- where it is, and what is asked for it --------------------------------------------------------


def default_place(file: str) -> Path:
    """The log beside a profile or a result: `my-answers.yaml` has `my-answers-log.jsonl`."""
    path = Path(file)
    return path.with_name(f"{path.stem}-log.jsonl")


def place_of(file: str, log: Path | None, say: Say) -> Path | None:
    """Where the log is kept, or None for nowhere. The person is told, or asked where there is none yet.

    Raises UsageError and LogError before the session rather than after it.
    """
    place = log or default_place(file)
    if not place.parent.is_dir():
        raise UsageError(say("log.no_folder", folder=place.parent))
    entries: Sequence[Entry] = ()
    ask, why = say("log.keep_one", place=place), say("log.why_keep")
    if place.exists():
        entries = read(place, until=moment().date(), say=say)
    elif log is None and not prompting.yes(ask, why, say, default="yes", leave=True):
        return None
    if entries or not place.exists():  # of an empty file there is nothing that could be wrong
        check_append(place, _next_day("unsure", "unsure"), say=say)
    tell("")
    if note := clock_note(entries, moment(), say):
        tell(note)
    tell(say("log.one_line", place=place))
    return place


def ask_next_day(place: Path, knowledge: Knowledge) -> dict[str, str]:
    """Ask how the back was after the latest session, if that was before today and is not in the log yet.

    Gives the answer on legs as it is called in a profile, if it may call for help; nothing otherwise.
    """
    now, say = moment(), knowledge.say
    entries: Sequence[Entry] = read(place, until=now.date(), say=say) if place.exists() else ()
    if not entries or not isinstance(entries[-1], Session):
        return {}
    day = entries[-1].at.astimezone()
    ahead = day.date() > now.date() + timedelta(days=1)  # of a clock that was wrong; nobody knows the day then
    if day.date() >= now.date() and not ahead:
        return {}
    was = say("log.day_not_known")
    if not ahead:
        was = say("log.last_session", day=date_in_words(day, say, "dates.day_of_two_digits"))
    answers = {
        "better": say("log.better"),
        "same": say("log.same"),
        "worse": say("log.worse"),
        "unsure": say("follow.not_sure"),
    }
    ask = f"{was} {say('log.day_after')}"
    back = prompting.choice(ask, answers, say("log.why_day_after"), say, leave=True)
    legs = ask_legs(knowledge, of_last=True, leave=True)
    keep(_next_day(back, legs), place, say)
    return {LEGS: IN_PROFILE[legs]} if legs in IN_PROFILE else {}


def _next_day(back: str, legs: str) -> NextDay:
    values: dict[str, Any] = {"back": back, "leg_symptoms": legs}
    return NextDay(at=moment(), **values)


def check_line(script: Script, mark: str, place: Path, knowledge: Knowledge) -> None:
    """Raise LogError before the session where the line about it could not be added, whatever is said in it."""
    whole = [PartDone(part, part.reps, "all") for part in script.parts]
    signs = (*knowledge.table.questions[SIGNS].words, "unsure")
    try:
        longest = session_of(
            whole, knowledge=mark, before=10, after=10, lasted=1, legs="unsure", stopped=True, signs=signs
        )
    except ValueError as error:
        say = knowledge.say
        fault = LineFault.of(say, None, say("log_file.cannot_hold", why=error))
        raise LogError(place, [fault], say, do=say("log_file.without_log")) from None
    check_append(place, longest, say=knowledge.say)


def session_of(
    done: Sequence[PartDone],
    *,
    knowledge: str,
    before: int,
    after: int,
    lasted: int | None,
    legs: str,
    stopped: bool,
    signs: Sequence[str] = (),
    note: str = "",
) -> Session:
    """The entry for a session that ends now."""
    answers: dict[str, Any] = {"leg_symptoms": legs}
    return Session(
        at=moment(),
        knowledge=knowledge,
        pain_before=before,
        pain_after=after,
        pain_lasted_minutes=lasted,
        stopped=stopped,
        signs=tuple(signs),
        note=note,
        done=tuple(done_of(part_done) for part_done in done),
        **answers,
    )


def done_of(part_done: PartDone) -> Done:
    """What was done, in whole sets; within the first set, as many repetitions as on each side."""
    dose = part_done.part.step.dose
    sides = 2 if dose.per_side else 1
    sets, reps = part_done.reps // (dose.reps * sides), dose.reps
    if not sets:
        reps = max(0, part_done.reps - dose.reps * (sides - 1))
        sets = 1 if reps else 0
    if not reps or not part_done.reps:
        sets = reps = 0
    return Done(
        exercise=part_done.part.step.exercise,
        sets=sets,
        reps=reps,
        hold=dose.hold if reps else 0,
        finished=part_done.finished,
    )


def keep(entry: Entry, place: Path, say: Say) -> bool:
    """Add the entry to the log. If that fails, show it, so that nothing is lost; gives whether it is kept."""
    try:
        append(place, entry, say=say)
    except LogError as error:
        tell("")
        for line in str(error).splitlines():
            tell(line, indent=2)
        tell(say("log.this_is_the_line"))
        click.echo(_as_line(entry), err=True)
        return False
    tell(say("log.added", place=place))
    return True


def _as_line(entry: Entry) -> str:
    """The entry as it stands in a log."""
    from recommender.progression.log_lines import line_of  # noqa: PLC0415

    return line_of(entry).decode().rstrip("\n")


# --- what earlier sessions mean for today ---------------------------------------------------------


def with_log(
    result: Recommendation, profile: Mapping[str, Any] | None, place: Path | None, knowledge: Knowledge
) -> Recommendation:
    """What is to be followed today, as the log and the rules of progress say. Ends the program where that is nothing.

    Without a profile the doses stay as they are saved, and only what stops everything counts.
    """
    today = moment().date()
    entries = read(place, until=today, say=knowledge.say) if place is not None and place.exists() else ()
    if not entries:
        return result
    if profile is None or knowledge.progress is None:
        _stop_where_demanded(entries, knowledge, today)
        return result
    from recommender.output.progression import adapted_as_text  # noqa: PLC0415
    from recommender.progression.adapt import adapt  # noqa: PLC0415

    adapted = adapt(entries, profile, knowledge=knowledge, today=today)
    if adapted.recommendation is None or not adapted.recommendation.routine:
        click.echo(f"\n{adapted_as_text(adapted, knowledge)}")
        sys.exit(NO_EXERCISE)
    new = [change for change in adapted.changes if change.new]
    if new:
        tell("")
        tell(knowledge.say("follow.changes", title=adapted.title), bold=True)
        for change in new:
            sentence = "follow.change_of_level" if change.variable == "level" else "follow.change"
            what = knowledge.say(sentence, name=change.name, change=change.text, why=change.reason.text)
            tell(f"- {what}", indent=2)
    return adapted.recommendation


def stop_without_log(file: str, knowledge: Knowledge) -> None:
    """The same for whoever keeps no log today: one that stands beside `file` can still stop everything."""
    today, place = moment().date(), default_place(file)
    entries: Sequence[Entry] = ()
    with suppress(LogError):  # a log that was not asked for need not be whole
        entries = read(place, until=today, say=knowledge.say) if file != "-" and place.exists() else ()
    if entries:
        _stop_where_demanded(entries, knowledge, today)


def _stop_where_demanded(entries: Sequence[Entry], knowledge: Knowledge, today: date) -> None:
    """End the program where the log demands it, whatever the answers were."""
    from recommender.output.progression import adapted_as_text  # noqa: PLC0415
    from recommender.progression.adapt import demanded  # noqa: PLC0415

    if adapted := demanded(entries, knowledge=knowledge, today=today):
        click.echo(f"\n{adapted_as_text(adapted, knowledge)}")
        sys.exit(NO_EXERCISE)
    legs = entries[-1].leg_symptoms
    signs = [sign for entry in entries if isinstance(entry, Session) for sign in entry.signs]
    answers = {**({LEGS: IN_PROFILE[legs]} if legs in IN_PROFILE else {}), **({SIGNS: signs} if signs else {})}
    referral = referral_of(answers, knowledge) if answers else None
    if referral is not None:
        show_referral(referral)
        sys.exit(NO_EXERCISE)


# --- leaving early --------------------------------------------------------------------------------


class Record:
    """The line about a session, as far as it is known; `before` is the pain at the start, `place` that of the log."""

    def __init__(self, player: Player, knowledge: Knowledge, mark: str, before: int, place: Path | None) -> None:
        self.player, self.knowledge, self.mark = player, knowledge, mark
        self.before, self.place = before, place
        self.heard = SessionAnswers()

    def keep(self) -> bool:
        """Add the line to the log, if there is one; gives whether nothing went wrong."""
        if self.place is None:
            return True
        tell("")
        return self._added(early=False)

    def keep_if_bad(self) -> bool:
        """The same for a person who leaves early: only if it hurt, or what was said so far is not all well."""
        asked = self.heard.hurt
        self.player.leave()
        if self.player.hurt and not asked:  # the program ended before the first question
            self.heard.hurt, self.heard.legs, self.heard.signs = True, "unsure", DOUBT
        if self.place is None or not self.heard.worries(self.before, self.knowledge):
            return False
        with suppress(OSError):  # the terminal may be gone; the line is written before anything is said
            if self._added(early=True):
                tell(self.knowledge.say("log.counts_as_unsure"))
        return True

    def _added(self, *, early: bool) -> bool:
        heard, assumed = self.heard, self.before
        assert self.place is not None
        entry = session_of(
            self.player.done,
            knowledge=self.mark,
            before=self.before,
            after=assumed if heard.pain is None else heard.pain,
            lasted=heard.lasted,
            legs=heard.legs,
            stopped=self.player.state == "stopped" or (early and heard.hurt),
            signs=heard.signs,
            note=self.knowledge.say("log.left_early") if early else "",
        )
        with _undisturbed():
            return keep(entry, self.place, self.knowledge.say)


def _set(names: tuple[str, ...], handler: Callable[[int, FrameType | None], None] | Any) -> dict[int, Any]:
    """Set the handler of these signals, as far as the system has them and nobody ignores them; gives those before."""
    found: dict[int, Any] = {}
    for name in names:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
            with suppress(ValueError):  # only the main thread may
                found[number] = signal.signal(number, handler)
    return found


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextmanager
def _handled(names: tuple[str, ...], handler: Any) -> Iterator[None]:
    before = _set(names, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def ending_signals() -> Any:
    """Within it, a signal that ends the program (a closed terminal too) raises SystemExit, so that a line is kept."""
    return _handled(ENDING, _end)


def _undisturbed() -> Any:
    """Within it, nothing ends the program half way: a line takes a moment, and it is ending anyway."""
    return _handled(("SIGINT", *ENDING), signal.SIG_IGN)
