"""Leaving early: what was said of a bad session is kept, however the program ends."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from recommender.follow import log
from recommender.follow.asking import say
from recommender.follow.hurt import DOUBT, Heard
from recommender.follow.player import Player
from recommender.knowledge.knowledge import Knowledge

__all__ = ["Record", "ending_signals"]

ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")
OPEN = "Left before all questions were answered. What had no answer counts as unsure."


class Record:
    """The line about a session, as far as it is known; `before` is the pain at the start, `place` that of the log."""

    def __init__(self, player: Player, knowledge: Knowledge, mark: str, before: int, place: Path | None) -> None:
        self.player, self.knowledge, self.mark = player, knowledge, mark
        self.before, self.place = before, place
        self.heard = Heard()

    def keep(self) -> bool:
        """Add the line to the log, if there is one; gives whether nothing went wrong."""
        if self.place is None:
            return True
        say("")
        return self._added("")

    def keep_if_bad(self) -> bool:
        """The same for a person who leaves early: only if it hurt, or what was said so far is not all well."""
        asked = self.heard.hurt
        self.player.leave()
        if self.player.hurt and not asked:  # the program ended before the first question
            self.heard.hurt, self.heard.legs, self.heard.signs = True, "unsure", DOUBT
        if self.place is None or not self.heard.worries(self.before, self.knowledge):
            return False
        with suppress(OSError):  # the terminal may be gone; the line is written before anything is said
            if self._added(OPEN):
                say("What had no answer counts as not sure.")
        return True

    def _added(self, note: str) -> bool:
        heard, assumed = self.heard, self.before
        assert self.place is not None
        entry = log.session_of(
            self.player.done,
            knowledge=self.mark,
            before=self.before,
            after=assumed if heard.pain is None else heard.pain,
            lasted=heard.lasted,
            legs=heard.legs,
            stopped=self.player.state == "stopped" or bool(note and heard.hurt),
            signs=heard.signs,
            note=note,
        )
        with _undisturbed():
            return log.keep(entry, self.place)


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
