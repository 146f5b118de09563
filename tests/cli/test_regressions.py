"""Faults of the command line that were found once and must not come back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tests.cli.test_ask import FILE, FLARE, HEALTHY, PREGNANT, keys
from tests.cli.test_recommend import result_of
from tests.command_line import EXAMPLES, environment, in_terminal, one_line, recommender


@pytest.mark.parametrize("name", ["three-weeks-after-injury", "acute-flare", "emergency"])
def test_every_excluded_exercise_is_named(name: str) -> None:
    """Every excluded exercise name stands in the text (for emergency: with --all)."""
    out = one_line(recommender("recommend", EXAMPLES / f"{name}.yaml", "--all").out)
    assert [entry.name for entry in result_of(name).excluded if entry.name not in out] == []


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


@pytest.mark.parametrize("who", ["healthy", "flare", "pregnant"])
def test_the_saved_file_is_a_profile(who: str, tmp_path: Path) -> None:
    """After a finished questionnaire, `recommend` takes the saved file and gives the same page."""
    profile = {"healthy": HEALTHY, "flare": FLARE, "pregnant": PREGNANT}[who]
    done = recommender("ask", FILE, stdin=keys(profile), folder=tmp_path)
    again = recommender("recommend", FILE, folder=tmp_path)
    assert again.err == ""
    assert again.code == done.code
    assert again.out.strip() == done.out.strip()


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
