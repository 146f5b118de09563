"""One session from the first question to the line in the log."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from recommender.decision.recommendation import Recommendation
from recommender.follow.clock import moment
from recommender.follow.log import (
    Record,
    ask_next_day,
    check_line,
    ending_signals,
    place_of,
    stop_without_log,
    with_log,
)
from recommender.follow.pain import Referral, referral_of
from recommender.follow.player import Player
from recommender.follow.questions import (
    how_it_was,
    pain_of_today,
    ready_to_begin,
    show_done,
    show_referral,
    shown_first,
    when_it_hurts,
)
from recommender.follow.script import script_of
from recommender.follow.terminal import Show, keys_of_this_system, play, writer
from recommender.knowledge.knowledge import Knowledge
from recommender.output.formats import NO_EXERCISE
from recommender.sentences import Say
from recommender.terminal.prompting import NO_INPUT, enter, tell

__all__ = ["SessionOptions", "sit"]

ENDED, NOT_KEPT = 0, 1


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How the person wants to be led: the options of the command. `clock` gives the seconds of the session."""

    file: str
    log: Path | None
    no_log: bool
    bell: bool
    plain: bool
    clock: Callable[[], float]


class _Interrupted(Exception):
    """Ctrl-C while the timer runs."""


def sit(
    result: Recommendation, profile: Mapping[str, Any] | None, knowledge: Knowledge, options: SessionOptions
) -> int:
    """Lead through a session. Gives the exit code."""
    try:
        place, referral = _place(options, knowledge)
        if referral is not None:
            show_referral(referral)
            return NO_EXERCISE
        result, answers, pain = pain_of_today(result, profile, knowledge, moment().date())
        if place is None:
            stop_without_log(options.file, knowledge)
        result = with_log(result, answers, place, knowledge)
        script = script_of(result, knowledge)
        if place is not None:
            check_line(script, result.knowledge.hash, place, knowledge)
        if not shown_first(result, knowledge):
            tell(knowledge.say("follow.show_them_first", file=options.file))
            return ENDED
        if not ready_to_begin(result, script, knowledge, bell=options.bell):
            return _not_begun(knowledge.say)
    except NO_INPUT:
        return _not_begun(knowledge.say)
    player = Player(script, options.clock)
    record = Record(player, knowledge, result.knowledge.hash, pain, place)
    with ending_signals():
        try:
            just_asked = _lead(record, result, options)
            show_done(player, result)
            how_it_was(result, knowledge, record.heard, just_asked=just_asked, log=place is not None)
        except _Interrupted:
            return _interrupted(record, result)
        except NO_INPUT:
            return _left(record)
        except (SystemExit, OSError):  # a signal, or a terminal that is gone
            record.keep_if_bad()
            raise
        return _keep(record)


def _place(options: SessionOptions, knowledge: Knowledge) -> tuple[Path | None, Referral | None]:
    """Where the log is, and what the answers about the day after the last session demand."""
    if options.no_log or (options.file == "-" and options.log is None):
        return None, None
    place = place_of(options.file, options.log, knowledge.say)
    legs = {} if place is None else ask_next_day(place, knowledge)
    return place, referral_of(legs, knowledge) if legs else None


def _lead(record: Record, result: Recommendation, options: SessionOptions) -> bool:
    """Play to the end. Gives whether the session was ended by pain, so that all was asked already."""
    player, plain = record.player, options.plain or os.environ.get("TERM") == "dumb" or find_spec("termios") is None
    show = Show(writer(), plain=plain, bell=options.bell, block=_block())
    while True:
        try:
            play(player, keys_of_this_system(full_screen=not plain), show)
        except KeyboardInterrupt:
            raise _Interrupted from None
        if player.state != "hurt":
            return False
        again = len(player.hurt) > 1
        step = player.part.step
        ends = when_it_hurts(step, result, record.knowledge, record.heard, before=record.before, again=again)
        if ends == "slip":
            player.slip()
        elif ends == "go_on":
            player.leave_out()
        else:
            player.stop()
            return True


def _block() -> str:
    """What large letters are made of, as far as the terminal can show it."""
    try:
        "█".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return "#"
    return "█"


def _interrupted(record: Record, result: Recommendation) -> int:
    """After Ctrl-C: what hurt is kept; else one short question, and nothing more unless it is answered with yes."""
    say = record.knowledge.say
    tell("")
    tell(say("follow.stopped_by_key"))
    if record.player.hurt or record.place is None:
        return _left(record)
    record.player.leave()
    try:
        if enter(say("follow.save_so_far")) not in ("y", "yes"):
            return _nothing_kept(record)
        how_it_was(result, record.knowledge, record.heard, just_asked=False, log=True)
    except NO_INPUT:
        return _left(record)
    except (SystemExit, OSError):
        record.keep_if_bad()
        raise
    return _keep(record)


def _keep(record: Record) -> int:
    """Add the line to the log, if there is one. Gives the exit code."""
    kept = record.keep()
    code = ENDED if record.heard.referral is None else NO_EXERCISE
    return code if kept else max(code, NOT_KEPT)


def _left(record: Record) -> int:
    """The person left before the last question. Gives the exit code."""
    tell("")
    if not record.keep_if_bad():
        return _nothing_kept(record)
    return ENDED if record.heard.referral is None else NO_EXERCISE


def _not_begun(say: Say) -> int:
    tell("")
    tell(say("follow.nothing_begun"))
    return ENDED


def _nothing_kept(record: Record) -> int:
    say = record.knowledge.say
    tell(say("follow.nothing_added" if record.place is not None else "follow.ended"))
    return NOT_KEPT
