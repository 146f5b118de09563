"""The terminal of a session: single keys, a few lines that are drawn anew, and everything put back at the end."""

from __future__ import annotations

import math
import os
import re
import select
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from types import FrameType, TracebackType
from typing import Any, Protocol

from recommender.follow.player import Player
from recommender.follow.screen import Look, frame, said
from recommender.output.page import clock, page_width

__all__ = ["Keys", "Show", "can_play", "keys_of_this_system", "play", "writer"]

TURN = 0.1  # seconds between two looks at the clock
RING = 0.3  # seconds between two bells, so that they can be told apart
PAGE = 5.0  # seconds for one page of what is to be read
ASLEEP = 5.0  # seconds; a computer that was away for longer did not show anything, so the session waits
TEN = 10  # seconds; a long hold is counted aloud in steps of this
ENTER_SCREEN, LEAVE_SCREEN = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)


class Keys(Protocol):
    """Where keys come from."""

    def __enter__(self) -> Keys: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Put the terminal back as it was."""

    def wait(self, seconds: float) -> str:
        """The keys that were pressed within so many seconds, Ctrl-D for an input that has ended."""

    def suspended(self) -> bool:
        """Whether the person has suspended the program since the last call, and come back."""

    def resized(self) -> bool:
        """Whether the terminal has another size since the last call."""


def can_play() -> bool:
    """Whether there is a terminal to read keys from, to write to, and to ask in."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def keys_of_this_system(*, full_screen: bool) -> Keys:
    """The keys of a POSIX terminal, or those of Windows."""
    try:
        import_module("termios")
    except ImportError:
        return _WindowsKeys()
    return PosixKeys(full_screen=full_screen)


class PosixKeys:
    """Single keys without Enter. Signals that end or suspend the program put the terminal back first.

    Handlers only leave a note, which `wait` acts on: so no signal comes between two halves of a change.
    """

    ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")

    def __init__(self, *, full_screen: bool) -> None:
        self.full_screen = full_screen
        self._termios: Any = import_module("termios")
        self._noted: set[int] = set()
        self._was_suspended = self._was_resized = False
        self._handlers: dict[int, Any] = {}
        self._in, self._out = sys.stdin.fileno(), sys.stdout.fileno()

    def __enter__(self) -> PosixKeys:
        self._before = self._termios.tcgetattr(self._in)
        for name in (*self.ENDING, "SIGTSTP", "SIGWINCH"):
            number = getattr(signal, name)
            self._handlers[number] = signal.signal(number, self._note)
        self._take()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave it half way
        try:
            self._give_back()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            signal.signal(signal.SIGINT, interrupt)

    def wait(self, seconds: float) -> str:
        """See Keys. Raises SystemExit after a signal that ends the program."""
        ready, _, _ = select.select([self._in], [], [], seconds)
        noted, self._noted = self._noted, set()
        for name in self.ENDING:
            if (number := int(getattr(signal, name))) in noted:
                raise SystemExit(128 + number)
        if signal.SIGTSTP in noted:
            self._suspend()
            return ""
        self._was_resized |= signal.SIGWINCH in noted
        if not ready:
            return ""
        try:
            data = os.read(self._in, 256)
        except OSError:  # the terminal was closed
            data = b""
        return _SEQUENCE.sub(b"", data).decode("ascii", "ignore") if data else "\x04"

    def suspended(self) -> bool:
        """See Keys."""
        was, self._was_suspended = self._was_suspended, False
        return was

    def resized(self) -> bool:
        """See Keys."""
        was, self._was_resized = self._was_resized, False
        return was

    def _note(self, number: int, _: FrameType | None) -> None:
        self._noted.add(number)

    def _take(self) -> None:
        import_module("tty").setcbreak(self._in)
        if self.full_screen:
            _write(self._out, ENTER_SCREEN)

    def _give_back(self) -> None:
        with suppress(OSError, self._termios.error):  # a terminal that is gone needs nothing back
            try:
                if self.full_screen:
                    _write(self._out, LEAVE_SCREEN)
            finally:
                # What was typed too late for the session must not answer the next question.
                self._termios.tcsetattr(self._in, self._termios.TCSAFLUSH, self._before)

    def _suspend(self) -> None:
        """Stop as Ctrl-Z is meant to, with the terminal as it was; goes on here when the person comes back."""
        self._give_back()
        ours = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, ours)
        self._take()
        self._was_suspended = self._was_resized = True


class _WindowsKeys:
    """Single keys in a Windows console, which needs no preparation."""

    def __init__(self) -> None:
        self._console: Any = import_module("msvcrt")

    def __enter__(self) -> _WindowsKeys:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        return None

    def wait(self, seconds: float) -> str:
        """See Keys. Raises KeyboardInterrupt for Ctrl-C."""
        time.sleep(seconds)
        found = ""
        while self._console.kbhit():
            key = self._console.getwch()
            if key in ("\x00", "\xe0"):  # an arrow or function key comes as two
                self._console.getwch()
                continue
            found += key
        if "\x03" in found:
            raise KeyboardInterrupt
        return found

    def suspended(self) -> bool:
        """Never: Windows has no such key."""
        return False

    def resized(self) -> bool:
        """Never told."""
        return False


class Show:
    """Writes what the person sees or hears: a screen that is drawn anew, or one line after the other."""

    def __init__(self, write: Callable[[str], None], *, plain: bool, bell: bool, block: str = "█") -> None:
        self.plain, self.bell, self.block = plain, bell, block
        self._write = write
        self._drawn: list[str] = []
        self._bells = 0
        self._rang = self._turned = -PAGE
        self._page_of: Any = None
        self._counting: Any = None
        self._counted = 0

    def lines(self, lines: Iterable[str]) -> None:
        """Append lines, broken between words."""
        width = page_width()
        for line in lines:
            self._write("\n".join(textwrap.wrap(line, width, break_on_hyphens=False)) + "\n")

    def forget(self) -> None:
        """Draw everything anew next time: the terminal has changed, or shows something else."""
        self._drawn = []

    def now(self, player: Player, real: float) -> None:
        """Show this moment; `real` are seconds of a clock on the wall."""
        self._news(player)
        if player.over:
            return
        if self.plain:
            self._count(player)
        else:
            self._draw(player, real)
        if self._bells and real - self._rang >= RING:
            self._rang = real
            self._bells -= 1
            if self.bell:
                self._write("\a")

    def _news(self, player: Player) -> None:
        parts = player.script.parts
        for begun in player.tick():
            self._bells = begun.cue.bells or self._bells
            if self.plain:
                if begun.cue.kind == "ready":
                    left = player.script.say("follow.time_left", time=clock(round(player.remaining)))
                    self.lines(["", player.script.say("ask.as_sentence", text=left)])
                self.lines(said(begun.cue, parts[begun.number], begun.number + 1, player.script))

    def _count(self, player: Player) -> None:
        """Count a long hold aloud every ten seconds."""
        here = (player.number, player.cue)
        if here != self._counting:
            self._counting, self._counted = here, player.cue.seconds
        left = math.ceil(player.left_of_cue / TEN) * TEN
        if player.cue.kind == "hold" and 0 < left < self._counted:
            self._counted = left
            self.lines([player.script.say("follow.seconds_left", n=left)])

    def _draw(self, player: Player, real: float) -> None:
        if self._page_of != (player.number, player.state, player.cue.kind):
            self._page_of, self._turned = (player.number, player.state, player.cue.kind), real
        look = Look(*_size(), self.block)
        lines = frame(player, look, int((real - self._turned) / PAGE))
        if lines == self._drawn:
            return
        if len(self._drawn) != len(lines):
            self._drawn = []
        text = "" if self._drawn else "\x1b[H\x1b[2J"
        for row, line in enumerate(lines):
            if not self._drawn or self._drawn[row] != line:
                text += f"\x1b[{row + 1};1H{line}\x1b[K"
        self._write(f"{text}\x1b[{len(lines)};1H")
        self._drawn = lines


def play(player: Player, keys: Keys, show: Show, real: Callable[[], float] = time.monotonic) -> None:
    """Play until the session is over or it hurts. Raises KeyboardInterrupt for Ctrl-C; the terminal is right then."""
    actions = {
        " ": player.pause,
        "\r": player.pause,
        "\n": player.pause,
        "s": player.skip,
        "b": player.back,
        "p": player.hurts,
        "q": player.leave,
        "\x04": player.leave,
    }
    with keys:
        before = real()
        while player.on:
            show.now(player, before)
            pressed = keys.wait(TURN)
            now = real()
            away = keys.suspended() or now - before > ASLEEP
            before = now
            if away and player.state == "playing":
                player.hold_on()
            if keys.resized():
                show.forget()
            for key in pressed.lower():
                if key in actions and player.on:
                    actions[key]()
                    _say_state(player, show)
        show.forget()


def _say_state(player: Player, show: Show) -> None:
    """Without a screen, a pause is said."""
    if show.plain and player.state == "paused":
        show.lines([player.script.say("follow.paused_with_time", time=clock(round(player.remaining)))])


def _size() -> tuple[int, int]:
    """Columns and rows as they are now; `COLUMNS` may be older than the last change of size."""
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        return 80, 24
    return (size.columns, size.lines) if size.columns and size.lines else (80, 24)


def _write(number: int, text: str) -> None:
    """Write past the buffers, so that nothing is left in them when a signal comes."""
    data = text.encode(sys.stdout.encoding or "utf-8", "replace")
    while data:
        data = data[os.write(number, data) :]


def writer() -> Callable[[str], None]:
    """Writes to standard output at once."""
    sys.stdout.flush()
    number = sys.stdout.fileno()
    return lambda text: _write(number, text)
