"""The other rule engines that the benchmark compares with decide the same rules, so that the comparison is fair."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.command_line import ROOT

RIGHT = [
    "zen-engine, compiled expression",
    "zen-engine, decision table",
    "clipspy",
    "json-logic",
    "business-rules",
    "durable-rules, host, facts",
    "experta",
]
LOSING = "durable-rules, host, events"


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """Let every peer decide about 50 people, each in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.peers", "--profiles", "50", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads(done.stdout)
    return results


def result_of(name: str, found: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = found[name]
    if str(result.get("fault", "")).startswith("not installed"):
        pytest.skip(f"{name} is {result['fault']}")
    assert "fault" not in result, result
    return result


def test_every_peer_is_reported(found: dict[str, Any]) -> None:
    """A peer that is not installed stands in the result too, with the reason."""
    assert sorted(found) == sorted([*RIGHT, LOSING])


@pytest.mark.parametrize("name", RIGHT)
def test_peer_decides_the_same(name: str, found: dict[str, Any]) -> None:
    """Rules that fire, exercises left out and outcome are the same as those of the plain evaluation."""
    result = result_of(name, found)
    assert (result["differences"], result["first"]) == (0, "")
    assert result["median"]["peer"] > 0
    assert result["median"]["checked"] > 0


def test_difference_is_counted_and_shown(found: dict[str, Any]) -> None:
    """Events of durable-rules are used up by the first rule that fires; the comparison says so."""
    result = result_of(LOSING, found)
    assert result["differences"] > 40
    assert "lost" in result["first"]
