"""Print the lowest release that pyproject.toml allows of each dependency, as constraints for pip.

    python packaging/lowest.py all --group test > lowest.txt && pip install -c lowest.txt --group test -e '.[all]'

What these depend on in turn is left to pip. Needs Python alone, so that it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_OWN = re.compile(r"recommender\[([^\]]+)\]\Z")
_LOWEST = re.compile(r"([A-Za-z0-9._-]+)\s*(?:>=|==)\s*([A-Za-z0-9.]+)(?:\s*,\s*<\s*[A-Za-z0-9.]+)?\Z")


def needed(table: Mapping[str, Any], extras: Sequence[str], groups: Sequence[str] = ()) -> Iterator[str]:
    """The requirements of the project, of these extras and of these groups, with all that they include."""
    yield from table["project"]["dependencies"]
    yield from _each(table["project"]["optional-dependencies"], extras)
    yield from _each(table.get("dependency-groups", {}), groups)


def _each(table: Mapping[str, Sequence[Any]], names: Sequence[str]) -> Iterator[str]:
    """The requirements under these names, each name that another one includes among them once."""
    waiting, seen = list(names), set()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for requirement in table[name]:
            if isinstance(requirement, dict):
                waiting.append(requirement["include-group"])
            elif own := _OWN.match(requirement):
                waiting += own[1].split(",")
            else:
                yield requirement


def lowest(requirement: str) -> str:
    """The requirement as a constraint to its lowest release. Raises ValueError where it names none."""
    found = _LOWEST.match(requirement)
    if found is None:
        raise ValueError(f'"{requirement}" has no lowest release; write it as NAME>=RELEASE')
    return f"{found[1]}=={found[2]}"


def main() -> None:
    """Print the constraints for the extras and groups that the command line names."""
    parser = argparse.ArgumentParser(description="The lowest releases that are allowed, as constraints for pip.")
    parser.add_argument("extras", nargs="*", help="extras of the project")
    parser.add_argument("--group", action="append", default=[], help="a group of dependencies; can repeat")
    asked = parser.parse_args()
    table = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    print("\n".join(sorted({lowest(each) for each in needed(table, asked.extras, asked.group)})))


if __name__ == "__main__":
    main()
