"""What the harnesses share: the bound in time, and the count of what was tried and found."""

from __future__ import annotations

import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["HANGS_AFTER", "Finding", "Hang", "Tally", "mutated", "run", "time_limit"]

HANGS_AFTER = 20  # seconds for one input
SHOWN = 10  # findings that are printed in full
JUNK = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\r", b"\t", b"\n", b"\n---\n",
    b"...", b"&a ",
    b"*a", b"!!str ", b"!!python/object:os.system ", b"? ", b": ", b"- ", b"[", b"]", b"{", b"}", b"|\n", b">-\n", b"'",
    b'"', b"#", b"%YAML 1.2\n", b"@", b"`", b"null", b"~", b"true", b"yes", b"0x1F", b"1e999", b".nan", b"-0", b"012",
    b"9" * 400, b"<<: ", b"=", b",", b" ", b"  ", b"a: b: c", b"\xc2\x85", b"[" * 60, b"{a: " * 60, b"- " * 60,
)  # fmt: skip


class Hang(BaseException):
    """One input took too long."""


class Finding(Exception):
    """Something that must never happen did."""


@contextmanager
def time_limit(seconds: float = HANGS_AFTER) -> Iterator[None]:
    """Raise Hang if it takes longer."""

    def late(*_: Any) -> None:
        raise Hang(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass
class Tally:
    """How many inputs came to what, and what was found."""

    name: str
    seed: int
    ends: Counter[str] = field(default_factory=Counter)
    findings: dict[str, str] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    @property
    def inputs(self) -> int:
        """How many inputs there were."""
        return sum(self.ends.values())

    def found(self, shown: str, error: BaseException) -> None:
        """Note a finding; equal ones count once."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        self.findings.setdefault(f"{place}: {str(error)[:120]}", shown[:2000])

    def report(self) -> str:
        """All of it in a few lines."""
        seconds = time.monotonic() - self.started
        ends = ", ".join(f"{count:,} {end}" for end, count in self.ends.most_common())
        rate = self.inputs / max(seconds, 0.001)
        head = f"{self.name}: {self.inputs:,} inputs in {seconds:.0f} s ({rate:,.0f} a second), seed {self.seed}"
        lines = [f"{head}: {ends}; {len(self.findings)} findings"]
        lines += [f"  {what}\n    {shown}" for what, shown in list(self.findings.items())[:SHOWN]]
        return "\n".join(lines)


def run(
    name: str,
    one: Callable[[random.Random, Tally], str],
    seed: int,
    inputs: int | None,
    seconds: float | None,
    limit: float = HANGS_AFTER,
) -> Tally:
    """Try one input after the other until the count or the time is used up.

    `one` draws an input, tries it and says what it came to; what it raises is a finding. Input number n of a seed is
    always the same.
    """
    tally = Tally(name, seed)
    number = 0
    while (inputs is None or number < inputs) and (seconds is None or time.monotonic() - tally.started < seconds):
        chance = random.Random(f"{name} {seed} {number}")
        try:
            with time_limit(limit):
                end = one(chance, tally)
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            break
        except BaseException as error:
            end = "FOUND"
            tally.found(f"input {number} of seed {seed}", error)
        tally.ends[end] += 1
        number += 1
    return tally


def mutated(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """The bytes with some of them changed, taken out, doubled, or mixed with those of another file."""
    data = bytearray(raw)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(data) + 1)
        width = chance.choice((0, 1, 1, 2, 5, 20, 80))
        match chance.randrange(8):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + width]
            case 2:
                data[at:at] = chance.choice(JUNK)
            case 3:
                data[at : at + width] = chance.choice(JUNK)
            case 4:
                data[at:at] = data[at : at + width] * chance.choice((1, 2, 50))
            case 5:
                other = chance.choice(others)
                start = chance.randrange(len(other) + 1)
                data[at : at + width] = other[start : start + width]
            case 6:
                lines = bytes(data).split(b"\n")
                one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
                lines[one], lines[two] = lines[two], lines[one]
                data = bytearray(b"\n".join(lines))
            case _:
                lines = bytes(data).split(b"\n")
                one = chance.randrange(len(lines))
                lines[one : one + 1] = [] if chance.random() < 0.5 else [lines[one]] * 2
                data = bytearray(b"\n".join(lines))
    return bytes(data)
