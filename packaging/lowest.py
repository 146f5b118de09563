"""Print the lowest release that pyproject.toml allows of each dependency, as constraints for pip.

    python packaging/lowest.py test > lowest.txt && pip install -c lowest.txt -e '.[test]'

What these depend on in turn is left to pip. Needs Python alone, so that it runs before anything is installed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_OWN = re.compile(r"recommender\[([^\]]+)\]\Z")
_LOWEST = re.compile(r"([A-Za-z0-9._-]+)\s*(?:>=|==)\s*([A-Za-z0-9.]+)(?:\s*,\s*<\s*[A-Za-z0-9.]+)?\Z")


def needed(project: Mapping[str, object], extras: Sequence[str]) -> Iterator[str]:
    """The requirements of the project and of these extras, each extra that another one names included."""
    extra = project["optional-dependencies"]
    assert isinstance(extra, Mapping)
    found = project["dependencies"]
    assert isinstance(found, list)
    waiting, seen = list(extras), set()
    yield from found
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for requirement in extra[name]:
            if own := _OWN.match(requirement):
                waiting += own[1].split(",")
            else:
                yield requirement


def lowest(requirement: str) -> str:
    """The requirement as a constraint to its lowest release. Raises ValueError where it names none."""
    found = _LOWEST.match(requirement)
    if found is None:
        raise ValueError(f'"{requirement}" has no lowest release; write it as NAME>=RELEASE')
    return f"{found[1]}=={found[2]}"


def main(extras: Sequence[str]) -> None:
    """Print the constraints for these extras."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    print("\n".join(sorted({lowest(requirement) for requirement in needed(project, extras)})))


if __name__ == "__main__":
    main(sys.argv[1:])
