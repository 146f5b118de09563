"""What the project depends on: the lock files, and the lowest releases that are allowed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.command_line import ROOT

FOLDER = ROOT / "packaging"
LOCKS = ("all.lock", "build.lock", "supply.lock")
TABLE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, GROUPS = TABLE["project"], TABLE["dependency-groups"]


def pins(lock: str) -> list[tuple[Requirement, list[str]]]:
    """Each release in a lock file, with its hashes."""
    text = (FOLDER / lock).read_text(encoding="utf-8").replace("\\\n", "")
    found = []
    for line in text.splitlines():
        release, *hashes = re.split(r"\s+--hash=", line.strip())
        found.append((Requirement(release), hashes))
    return found


def lowest(*names: str) -> Any:
    command = [sys.executable, str(FOLDER / "lowest.py"), *names]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def asked_for(extra: str) -> list[Requirement]:
    """What the project asks for with this extra, each extra that it names included."""
    asked, waiting = [Requirement(each) for each in PROJECT["dependencies"]], [extra]
    while waiting:
        for requirement in map(Requirement, PROJECT["optional-dependencies"][waiting.pop()]):
            if requirement.name == PROJECT["name"]:
                waiting += requirement.extras
            else:
                asked.append(requirement)
    return asked


def group(name: str) -> list[Requirement]:
    """What a group for developers asks for, each group that it includes among it."""
    found = []
    for entry in GROUPS[name]:
        found += group(entry["include-group"]) if isinstance(entry, dict) else [Requirement(entry)]
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_hashes_and_no_addresses(lock: str) -> None:
    """Every line is one release with the hashes of its files, and no place to get it from."""
    text = (FOLDER / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert " @ " not in text
    found = pins(lock)
    assert len(found) > 5
    for release, hashes in found:
        assert [each.operator for each in release.specifier] == ["=="], release
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), release


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_file_has_an_allowed_release_of_all_that_is_asked_for(python: str) -> None:
    """A bound that was raised without writing the lock anew is noticed, for each Python that is allowed."""
    here = {**default_environment(), "python_version": python, "python_full_version": f"{python}.0"}
    locked = {
        canonicalize_name(release.name): str(next(iter(release.specifier)).version)
        for release, _ in pins("all.lock")
        if release.marker is None or release.marker.evaluate(here)
    }
    asked = [*asked_for("all"), *group("dev"), *group("browser")]
    assert len(asked) > 20
    for requirement in asked:
        release = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(release, prereleases=True), requirement


def test_the_lowest_releases_are_those_of_the_bounds() -> None:
    """Every requirement of the project, and of what its extras and groups include, becomes one constraint."""
    done = lowest("all", "--group", "test")
    assert done.returncode == 0, done.stderr
    found = dict(line.split("==") for line in done.stdout.split())
    for requirement in map(Requirement, PROJECT["dependencies"]):
        bounds = {each.operator: each.version for each in requirement.specifier}
        assert found[requirement.name] == bounds[">="]
    assert {"pytest", "numpy", "typst", "jinja2", "icalendar"} <= set(found)
    assert "mypy" not in found


def test_every_requirement_has_a_lowest_release() -> None:
    """None is left to what happens to be there: each extra and group has a lowest release of all it asks for."""
    done = lowest(*PROJECT["optional-dependencies"], *(f"--group={name}" for name in GROUPS))
    assert done.returncode == 0, done.stderr


def test_the_extra_for_all_leaves_out_spark_alone() -> None:
    """`all` has what every other extra asks for but Spark, which needs Java besides."""
    extras = PROJECT["optional-dependencies"]
    everything = {requirement.name for requirement in asked_for("all")}
    for extra in extras:
        names = {requirement.name for requirement in asked_for(extra)}
        assert names - everything == ({"pandas", "pyspark"} if extra == "spark" else set()), extra


def test_no_group_asks_for_this_project() -> None:
    """A group alone never has pip look for a package with this project's name somewhere else."""
    assert {requirement.name for name in GROUPS for requirement in group(name)}.isdisjoint({PROJECT["name"]})


def test_the_licence_of_everything_that_is_installed_is_named() -> None:
    """Each package of the lock that this Python takes stands in the table, and none is without a licence."""
    rows = [line.split("|")[1:4] for line in (FOLDER / "licences.md").read_text(encoding="utf-8").splitlines()]
    named = {canonicalize_name(row[0].strip()): row[2].strip() for row in rows if len(row) == 3}
    needed = [release for release, _ in pins("all.lock") if release.marker is None]
    assert len(needed) > 30
    assert {canonicalize_name(release.name) for release in needed} <= set(named)
    assert "" not in named.values()
    assert "UNKNOWN" not in named.values()


def test_what_runs_the_program_has_a_bound_above() -> None:
    """A new major version of a required package is tried before anybody gets it."""
    for requirement in map(Requirement, PROJECT["dependencies"]):
        assert {each.operator for each in requirement.specifier} == {">=", "<"}, requirement
