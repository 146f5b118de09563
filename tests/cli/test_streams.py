"""Where output goes: no escape codes where none are wanted, a message where a stream is closed or full."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tests.command_line import EXAMPLES, environment, in_terminal


@pytest.mark.parametrize(
    "arguments",
    [
        ("recommend", EXAMPLES / "three-weeks-after-injury.yaml"),
        ("why", "boat", EXAMPLES / "desk-worker.yaml"),
        ("rules", "show", "ask-age-65"),
        ("exercises", "boat"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_no_colour_is_respected_in_a_terminal(arguments: tuple) -> None:
    """With NO_COLOR set to anything but an empty text, no escape code is printed in a terminal."""
    page = in_terminal(*arguments, NO_COLOR="1")
    page.expect(pexpect.EOF)
    page.close()
    assert "\x1b" not in page.before


@pytest.mark.parametrize(
    "shell",
    [
        f"recommend {EXAMPLES}/desk-worker.yaml >/dev/full",
        "recommend - <&-",
        "ask me.yaml <&-",
    ],
)
def test_closed_or_full_streams_end_in_a_message(shell: str, tmp_path: Path) -> None:
    """A full disk behind standard output, or a closed standard input, ends in a message and exit code 1."""
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m recommender {shell}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr
    assert "Traceback" not in done.stderr
