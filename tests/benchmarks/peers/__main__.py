"""Compare the project's decision with that of other rule engines: `python -m tests.benchmarks.peers`.

Each peer runs in a process of its own. First its outcomes are compared with those of the plain
evaluation, then it is timed in alternation with the project, in blocks of a hundred people, so that
a noisy machine is noisy for all.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from recommender import Knowledge
from recommender.decision.decide import decide
from recommender.knowledge.data import CompiledRule
from recommender.logic.facts import Facts
from recommender.profile.checking import check
from tests.benchmarks.peers.translate import Decided, Peer
from tests.benchmarks.people import people

__all__ = ["PEERS", "differences", "installed", "plain_decision"]

BLOCK = 100
MISSING = "not installed: pip install --group bench"
SLOWEST = 900  # seconds that one peer may take
PEERS = {  # name: module, function, distribution
    "zen-engine, compiled expression": ("zen", "build", "zen-engine"),
    "zen-engine, decision table": ("zen", "build_table", "zen-engine"),
    "clipspy": ("clips", "build", "clipspy"),
    "json-logic": ("jsonlogic", "build", "panzi-json-logic"),
    "business-rules": ("businessrules", "build", "business-rules"),
    "durable-rules, host, facts": ("durable", "build", "durable-rules"),
    "durable-rules, host, events": ("durable", "build_event", "durable-rules"),
    "experta": ("experta_", "build", "experta"),
}


def installed(name: str) -> str:
    """The version of a peer's distribution, or nothing."""
    try:
        return version(PEERS[name][2])
    except PackageNotFoundError:
        return ""


def built(name: str, knowledge: Knowledge) -> Peer:
    """The peer with all rules of this knowledge."""
    module, function, _ = PEERS[name]
    peer: Peer = getattr(import_module(f"tests.benchmarks.peers.{module}"), function)(knowledge)
    return peer


def plain_decision(knowledge: Knowledge, facts: Facts) -> Decided:
    """What the plain evaluation and the project's own set algebra decide."""
    named = set(knowledge.engine.plain(facts))
    fired: list[CompiledRule] = [rule for rule in knowledge.rules if rule.always or rule.id in named]
    decision = decide(fired, knowledge)
    return tuple(rule.id for rule in fired), decision.excluded, decision.outcome


def differences(peer: Peer, knowledge: Knowledge, everyone: Iterable[Facts]) -> list[str]:
    """What the peer decides otherwise than the plain evaluation, one line for each person."""
    found = []
    for number, facts in enumerate(everyone, 1):
        expected = plain_decision(knowledge, facts)
        try:
            got = peer.decide(peer.given(facts))
        except Exception as error:
            found.append(f"person {number}: {type(error).__name__}: {str(error)[:200]}")
            continue
        if got != expected:
            missing, extra = set(expected[0]) - set(got[0]), set(got[0]) - set(expected[0])
            found.append(
                f"person {number}: lost {sorted(missing)}, added {sorted(extra)}, "
                f"excluded {got[1].bit_count()} instead of {expected[1].bit_count()}, {got[2]} instead of {expected[2]}"
            )
    return found


def timed(calls: Sequence[tuple[Callable[[Any], Any], Sequence[Any]]], rounds: int) -> list[list[float]]:
    """Microseconds of each call for each value, in alternating blocks."""
    times: list[list[float]] = [[] for _ in calls]
    clock = time.perf_counter
    for _ in range(rounds):
        for start in range(0, len(calls[0][1]), BLOCK):
            for (call, values), kept in zip(calls, times, strict=True):
                for value in values[start : start + BLOCK]:
                    begin = clock()
                    call(value)
                    kept.append((clock() - begin) * 1e6)
    return times


def one(name: str, count: int, rounds: int) -> dict[str, Any]:
    """Everything about one peer, measured in this process."""
    knowledge = Knowledge.shipped()
    everyone = [knowledge.table.encode(check(profile, knowledge)) for profile in people(count, knowledge)]
    begin = time.perf_counter()
    peer = built(name, knowledge)
    loading = time.perf_counter() - begin
    wrong = differences(peer, knowledge, everyone)
    engine = knowledge.engine
    given = [peer.given(facts) for facts in everyone]

    def fired(value: Any) -> tuple[str, ...]:
        try:
            return tuple(peer.fired(value))
        except Exception:
            return ()

    def decided(value: Any) -> Any:
        try:
            return peer.decide(value)
        except Exception:
            return None

    def checked(facts: Facts) -> Any:
        return decide(knowledge.fired(facts), knowledge)

    calls = [(engine.plain, everyone), (engine.fired, everyone), (fired, given), (checked, everyone), (decided, given)]
    kinds = ("plain", "checked", "peer", "checked decision", "peer decision")
    times = dict(zip(kinds, timed(calls, rounds), strict=True))
    return {
        "differences": len(wrong),
        "first": wrong[0] if wrong else "",
        "loading": loading * 1e3,
        "median": {kind: median(values) for kind, values in times.items()},
        "p99": {kind: sorted(values)[int(len(values) * 0.99) - 1] for kind, values in times.items()},
    }


def run(name: str, count: int, rounds: int) -> dict[str, Any]:
    """What `one` says in a process of its own, or what became of it."""
    command = [sys.executable, "-m", "tests.benchmarks.peers", "--only", name, "--profiles", str(count)]
    try:
        done = subprocess.run(
            [*command, "--rounds", str(rounds)],
            capture_output=True,
            text=True,
            timeout=SLOWEST,
            check=False,
            cwd=Path(__file__).parents[3],
        )
    except subprocess.TimeoutExpired:
        return {"fault": f"not done after {SLOWEST} s"}
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return {"fault": f"ended with code {done.returncode}: {last[:200]}"}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def table(results: dict[str, dict[str, Any]]) -> str:
    """The results as Markdown."""
    lines = [
        "| peer | version | differences | fired rules, us | p99 | checked, us | p99 | plain, us | peer / checked "
        "| with the decision: peer, us | checked, us |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, result in results.items():
        if "fault" in result:
            lines.append(f"| {name} | {installed(name) or '-'} | {result['fault']} |" + " |" * 8)
            continue
        mid, p99 = result["median"], result["p99"]
        cells = [
            name,
            installed(name),
            str(result["differences"]),
            f"{mid['peer']:.1f}",
            f"{p99['peer']:.1f}",
            f"{mid['checked']:.1f}",
            f"{p99['checked']:.1f}",
            f"{mid['plain']:.1f}",
            f"{mid['peer'] / mid['checked']:.2f}",
            f"{mid['peer decision']:.1f}",
            f"{mid['checked decision']:.1f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Run every peer that is installed, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__)
    parser.add_argument("--profiles", type=int, default=2000, help="how many people (default: 2000)")
    parser.add_argument("--rounds", type=int, default=1, help="how often each is timed (default: 1)")
    parser.add_argument("--peer", action="append", default=[], help="only peers with this in their name")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    parser.add_argument("--only", choices=list(PEERS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(one(options.only, options.profiles, options.rounds)))
        return
    results: dict[str, dict[str, Any]] = {}
    for name in PEERS:
        if options.peer and not any(part in name for part in options.peer):
            continue
        results[name] = run(name, options.profiles, options.rounds) if installed(name) else {"fault": MISSING}
        print(f"{name}: done", file=sys.stderr)
    if options.json:
        print(json.dumps(results))
        return
    knowledge = Knowledge.shipped()
    read = sum(not rule.always for rule in knowledge.rules)
    print(
        f"{len(knowledge.rules)} rules, {read} of them with a condition, {len(knowledge.exercises)} exercises, "
        f"{options.profiles} people, Python {platform.python_version()}\n"
    )
    print(table(results))
    for name, result in results.items():
        if result.get("first"):
            print(f"\n{name}, first difference: {result['first']}")


if __name__ == "__main__":
    main()
