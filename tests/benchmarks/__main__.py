"""Speed and memory, printed. Run it with `python -m tests.benchmarks`."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from recommender import Knowledge, Profile, recommend
from recommender.decision.pipeline import Recommender
from recommender.kept.json_form import parsed_result
from recommender.kept.result import verified_result
from recommender.profile.checking import check
from tests.benchmarks.grown import knowledge_times
from tests.benchmarks.people import people


def each(call: Callable[[Any], Any], values: Sequence[Any]) -> list[float]:
    """Microseconds of one call for each value."""
    times = []
    for value in values:
        start = time.perf_counter()
        call(value)
        times.append((time.perf_counter() - start) * 1e6)
    return times


def row(name: str, times: Sequence[float]) -> float:
    """Print a median with its 99th percentile, and return the median."""
    ordered = sorted(times)
    print(f"{name:58} {median(ordered):9.1f} us   p99 {ordered[int(len(ordered) * 0.99) - 1]:9.1f}")
    return median(ordered)


def megabytes() -> float:
    """The memory of this process that is resident."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * 4096 / 1e6


def process(arguments: list[str], **more: str) -> tuple[float, float]:
    """The milliseconds of a whole process by the clock, and those that a core gave it; with more environment."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, env={**env, **more})
    _, status, used = os.wait4(child.pid, 0)
    took = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{arguments} ended with {child.returncode}.")
    return took * 1e3, (used.ru_utime + used.ru_stime) * 1e3


def decisions(knowledge: Knowledge, profiles: Sequence[dict[str, Any]]) -> None:
    """One decision: facts in, ids of the fired rules out; both ways in alternation."""
    facts = [knowledge.table.encode(check(profile, knowledge)) for profile in profiles]
    checked: list[float] = []
    plain: list[float] = []
    for start in range(0, len(facts), 100):
        part = facts[start : start + 100]
        plain += each(knowledge.engine.plain, part)
        checked += each(knowledge.engine.fired, part)
    slow, fast = row("decision, checked engine", checked), row("decision, plain generated evaluation", plain)
    print(f"{'ratio of the medians':58} {slow / fast:9.1f}")


def whole(knowledge: Knowledge, profiles: Sequence[dict[str, Any]]) -> None:
    """`recommend()` from dict to result, fresh and remembered."""
    cold = Recommender(knowledge, remembered=0)
    row("recommend, dict to result, nothing remembered", each(cold.recommend, profiles))
    row("the same people once more", each(cold.recommend, profiles))
    known = profiles[-100:]
    fresh = Recommender(knowledge)
    for profile in known:
        fresh.recommend(profile)
    row("recommend, dict seen before", each(fresh.recommend, known))
    models = [Profile(**profile) for profile in known]
    for model in models:
        recommend(model)
    row("recommend, Profile seen before", each(recommend, models))


def saved(knowledge: Knowledge, profiles: Sequence[dict[str, Any]]) -> None:
    """A saved result, read and proved, once the knowledge is there; and the check without the reading."""
    raws = [Recommender(knowledge, remembered=0).recommend(profile).model_dump_json().encode() for profile in profiles]
    row("saved result, bytes to proved result", each(lambda raw: verified_result(parsed_result(raw), knowledge), raws))
    row("saved result, proved", each(lambda data: verified_result(data, knowledge), [*map(json.loads, raws)]))


def grown(knowledge: Knowledge, profiles: Sequence[dict[str, Any]]) -> None:
    """What more rules and more exercises cost, all sizes in turn, so that whatever else the machine does slows all."""
    sizes = [("rules", {"rules": times}) for times in (1, 2, 4, 10)] + [("exercises", {"exercises": 10})]
    all_of = [(what, *numbers.values(), knowledge_times(knowledge, **numbers)) for what, numbers in sizes]
    answers = [check(profile, knowledge) for profile in profiles]
    facts = [knowledge.table.encode(answer) for answer in answers]
    makers = [Recommender(larger, remembered=0) for _, _, larger in all_of]
    decided: list[list[float]] = [[] for _ in all_of]
    made: list[list[float]] = [[] for _ in all_of]
    for start in range(0, len(facts), 20):
        for place, (_, _, larger) in enumerate(all_of):
            decided[place] += each(larger.engine.fired, facts[start : start + 20])
            made[place] += each(makers[place].of_answers, answers[start : start + 20])
    print(f"\n{'':34} {'checked decision':>24} {'of x 1':>8} {'answers to result':>22} {'of x 1':>8}")
    for (what, times, larger), one, two in zip(all_of, decided, made, strict=True):
        held = f"{len(larger.rules)} rules" if what == "rules" else f"{len(larger.exercises)} exercises"
        print(
            f"{f'{what} x {times}, {held}':34} {median(one):21.1f} us {median(one) / median(decided[0]):8.2f}", end=""
        )
        print(f" {median(two):19.1f} us {median(two) / median(made[0]):8.2f}")
    print()


def growth(knowledge: Knowledge, profiles: Sequence[dict[str, Any]], calls: int = 100_000) -> None:
    """Memory before and after many calls, none of them remembered."""
    fresh = Recommender(knowledge)
    answers = [check(profile, knowledge) for profile in profiles]
    for profile in answers[:500]:
        fresh.of_answers(profile)
    gc.collect()
    before = megabytes()
    for number in range(calls):
        fresh.of_answers(answers[number % len(answers)])
    gc.collect()
    print(f"{f'memory growth over {calls:,} calls':58} {megabytes() - before:9.1f} MB")


def threads(knowledge: Knowledge, profiles: Sequence[dict[str, Any]], count: int = 8) -> None:
    """Whether many threads get what one thread gets."""
    one = [Recommender(knowledge).recommend(profile) for profile in profiles]
    shared = Recommender(knowledge)
    wrong: list[int] = []

    def work(offset: int) -> None:
        for step in range(len(profiles)):
            place = (step * 7 + offset * 31) % len(profiles)
            if shared.of_answers(check(profiles[place], knowledge)) != one[place]:
                wrong.append(place)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"{f'wrong results in {count} threads, {count * len(profiles):,} calls':58} {len(wrong):9}")


def cold_start(runs: int = 21) -> None:
    """Whole processes, all kinds in turn, so that whatever else the machine does slows them alike."""
    example = str(Path(__file__).parents[2] / "examples" / "desk-worker.yaml")
    rows = {
        "python -c pass": ["-c", "pass"],
        "import recommender": ["-c", "import recommender"],
        "import recommender, and all names": ["-c", "from recommender import Profile, recommend"],
        "recommender --help": ["-m", "recommender", "--help"],
        "recommender recommend FILE, knowledge kept": ["-m", "recommender", "recommend", example],
        "recommender recommend FILE, nothing kept": ["-m", "recommender", "recommend", example],
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in rows}
    for turn in range(-1, runs):
        for name, arguments in rows.items():
            took = process(arguments, RECOMMENDER_CACHE="off" if "nothing kept" in name else "")
            if turn >= 0:  # the first turn writes what later ones find: compiled code, and kept knowledge
                times[name].append(took)
    bare = [median(column) for column in zip(*times["python -c pass"], strict=True)]
    for name, found in times.items():
        clock, core = (median(column) for column in zip(*found, strict=True))
        print(f"{name:58} {clock:9.1f} ms   {clock / bare[0]:5.1f} x bare Python", end="")
        print(f"   core {core:7.1f} ms   {core / bare[1]:5.1f} x")


def main() -> None:
    """Print everything."""
    knowledge = Knowledge.shipped()
    profiles = people(2000, knowledge)
    terms = len(knowledge.engine)
    print(f"{len(knowledge.rules)} rules ({terms} alternatives in the engine), {len(knowledge.exercises)} exercises\n")
    decisions(knowledge, profiles)
    whole(knowledge, profiles)
    saved(knowledge, profiles[:200])
    grown(knowledge, profiles[:400])
    growth(knowledge, profiles)
    threads(knowledge, profiles[:300])
    cold_start()


if __name__ == "__main__":
    main()
