"""Runs the command line as a person would: as a process of its own, through pipes or in a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pexpect

__all__ = ["EXAMPLES", "PROMPT", "ROOT", "Done", "environment", "example", "in_terminal", "one_line", "recommender"]

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
KEPT_HERE = "RECOMMENDER_TESTS_KEEP_HERE"  # names the folder in which the commands of one run keep compiled knowledge
PATIENCE = 240  # seconds until a process that hangs is given up
PROMPT = "\r\n> "  # of a question, in a terminal: on a line of its own


@dataclass(frozen=True)
class Done:
    """A command that has ended. `code` is its exit code, `out` the result, `err` what it said beside it."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """The environment of the tests, 80 columns wide, without wishes about colour, with warnings as errors.

    A command takes the knowledge that an earlier one of this run has compiled, as it does on anybody's machine.
    """
    wishes = ("NO_COLOR", "FORCE_COLOR", "LINES")
    kept = {name: value for name, value in os.environ.items() if name not in wishes}
    path = os.pathsep.join(part for part in (str(ROOT), kept.get("PYTHONPATH", "")) if part)
    if KEPT_HERE in kept:
        kept |= {"RECOMMENDER_CACHE": "", "XDG_CACHE_HOME": kept[KEPT_HERE]}
    return {**kept, "COLUMNS": "80", "PYTHONWARNINGS": "error", "PYTHONPATH": path, "TERM": "xterm", **more}


def recommender(*arguments: str | Path, stdin: str | bytes = "", folder: Path = ROOT, **env: str) -> Done:
    """Run one command to its end, without a terminal."""
    raw = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "recommender", *map(str, arguments)],
        input=raw,
        capture_output=True,
        cwd=folder,
        env=environment(**env),
        timeout=PATIENCE,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@cache
def example(name: str, form: str = "text") -> Done:
    """The recommendation for one of the examples; the same call is run only once."""
    return recommender("recommend", EXAMPLES / f"{name}.yaml", "--format", form)


def in_terminal(*arguments: str | Path, folder: Path = ROOT, **env: str) -> Any:
    """Start one command in a pseudo-terminal of 80 columns."""
    return pexpect.spawn(
        sys.executable,
        ["-m", "recommender", *map(str, arguments)],
        cwd=str(folder),
        env=environment(**env),
        encoding="utf-8",
        dimensions=(40, 80),
        timeout=PATIENCE,
    )


def one_line(text: str) -> str:
    """The text without its line breaks, so that words can be looked for wherever the lines end."""
    return " ".join(text.split())
