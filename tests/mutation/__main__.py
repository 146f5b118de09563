"""Damages copies of the rules and counts who notices. Run it with `python -m tests.mutation`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .damage import Files
from .judge import Judge
from .kinds import KINDS, all_mutants, sample
from .report import accepted, as_json, noticed_by_now, survivors, table, told


def main() -> int:
    """Judge the mutants that were asked for; 1 if one survives that is not listed, or is listed and noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many, from every kind in turn (200)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    parser.add_argument("--all", action="store_true", help="every possible one")
    parser.add_argument("--only", choices=KINDS, default="", help="one kind only")
    parser.add_argument("--id", action="append", default=[], help="those whose name has this in it")
    parser.add_argument("--every", action="store_true", help="ask every judge, not only until the first one notices")
    parser.add_argument("--slow", action="store_true", help="also the checks that take long")
    parser.add_argument("--quick", action="store_true", help="look for nobody whom a survivor concerns")
    parser.add_argument("--part", default="1/1", help="this part of them: 2/2 is the second half")
    parser.add_argument("--json", type=Path, help="write everything into this file")
    asked = parser.parse_args()
    judge = Judge(Files(), slow=asked.slow)
    mutants = all_mutants(judge.files, asked.only)
    if asked.id:
        mutants = [mutant for mutant in mutants if any(part in mutant.id for part in asked.id)]
    elif not asked.all:
        mutants = sample(mutants, asked.count, asked.seed)
    part, of = map(int, asked.part.split("/"))
    mutants = mutants[part - 1 :: of]
    verdicts = []
    for number, mutant in enumerate(mutants, start=1):
        verdicts.append(judge.judge(mutant, every=asked.every))
        if sys.stderr.isatty():
            print(f"\r{number} of {len(mutants)}", end="", file=sys.stderr, flush=True)
    listed = accepted()
    print("\n".join(table(verdicts, listed)))
    open_ones = list(survivors(verdicts, listed))
    people: dict[str, str] = {}
    if open_ones:
        print("\nNobody noticed:")
    for verdict in open_ones:
        if not asked.quick:
            people[verdict.mutant.id] = judge.for_whom(verdict.mutant)
        print(told(verdict, people.get(verdict.mutant.id, "")), flush=True)
    stale = list(noticed_by_now(verdicts, listed))
    if stale:
        print("\nListed in equivalent.yaml, and noticed by now. Take these out:")
    for verdict in stale:
        print(f"    {verdict.mutant.id} ({verdict.result})")
    if asked.json:
        found = as_json(verdicts, listed, people)
        asked.json.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    return 1 if open_ones or stale else 0


if __name__ == "__main__":
    sys.exit(main())
