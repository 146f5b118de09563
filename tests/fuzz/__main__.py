"""Fuzzes: `python -m tests.fuzz [--seconds N | --inputs N] [--seed N] [profiles|yaml|cli|loader ...]`."""

from __future__ import annotations

import argparse
import os
import sys

os.environ["RECOMMENDER_CACHE"] = "off"

HARNESSES = ("profiles", "yaml", "loader", "cli")
LIMITS = {"cli": 180.0}  # `rules prove` and `rules diff` take their time


def harness(name: str):
    """The function that tries one input."""
    from tests.fuzz import arguments, profiles, texts

    return {"profiles": profiles.one, "yaml": texts.one, "loader": texts.loader, "cli": arguments.one}[name]


def main() -> int:
    """Run the harnesses that are named, or all of them; exit code 1 if anything was found."""
    from tests.fuzz.common import HANGS_AFTER, run

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    bound = parser.add_mutually_exclusive_group()
    bound.add_argument("--seconds", type=float, help="for each harness; 60 unless told")
    bound.add_argument("--inputs", type=int, help="for each harness")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("harnesses", nargs="*", metavar="|".join(HARNESSES))
    given = parser.parse_args()
    names = given.harnesses or list(HARNESSES)
    if unknown := [name for name in names if name not in HARNESSES]:
        parser.error(f"there is no harness {unknown[0]}")
    seconds = given.seconds if given.seconds or given.inputs else 60.0
    found = 0
    for name in names:
        tally = run(name, harness(name), given.seed, given.inputs, seconds, LIMITS.get(name, HANGS_AFTER))
        print(tally.report(), flush=True)
        found += len(tally.findings)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
