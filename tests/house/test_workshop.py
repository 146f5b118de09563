"""README, the pages of docs/ and the workshop around the code: they are true, whole, and lead where they say."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import recommender
from recommender.cli import COMMANDS
from recommender.cli.rules.group import COMMANDS as RULES_COMMANDS
from tests.command_line import ROOT
from tests.command_line import recommender as run

TABLE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCS = ROOT / "docs"
PAGES = sorted({
    *ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "rules").glob("*.md"), *(ROOT / "examples").rglob("*.md"),
    *(ROOT / "tests").rglob("*.md"),
})  # fmt: skip
GITHUB = ROOT / ".github"
on_github = pytest.mark.skipif(not GITHUB.is_dir(), reason="the folder .github is not part of a source package")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    heads = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def workflows() -> dict[str, dict[Any, Any]]:
    return {
        path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (GITHUB / "workflows").glob("*.yml")
    }


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_the_readme_can_be_read_in_one_go() -> None:
    """It has at most 150 lines; what goes deeper has a page of its own."""
    assert len(page("README.md").splitlines()) <= 150


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_link_leads_somewhere(path: Path) -> None:
    """Each link to a file of the project names one that is there, and a heading that it has."""
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = path if not file else path.parent / file
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def test_every_page_is_found_from_the_index() -> None:
    """From docs/README.md each page of docs/ is one link away, or two for the decisions."""
    found, waiting = set(), [DOCS / "README.md"]
    while waiting:
        path = waiting.pop()
        found.add(path)
        links = re.findall(r"\]\(([\w./-]+\.md)(?:#[\w-]+)?\)", path.read_text(encoding="utf-8"))
        near = {(path.parent / link).resolve() for link in links}
        waiting += [link for link in near - found if link.name == "README.md" and DOCS in link.parents]
        found |= {link for link in near if path.name == "README.md"}
    assert {name_of(path) for path in DOCS.rglob("*.md")} <= {name_of(path) for path in found if ROOT in path.parents}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_subject_has_two_headings_in_a_page(path: Path) -> None:
    """A page says a thing at one place."""
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    heads = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert len(heads) == len(set(heads))


def test_every_command_has_its_line() -> None:
    """Each command stands on the page of the command line, each one for reviewers on theirs."""
    for command in COMMANDS:
        assert f"`recommender {command}" in page("docs/cli.md")
    for command in RULES_COMMANDS:
        assert re.search(rf"`(recommender rules )?{command}[ `]", page("docs/reviewers.md")), command


def test_everything_public_has_its_place() -> None:
    """Each public name, and each field of a result, stands on the page on Python."""
    text = page("docs/python.md")
    for name in recommender.__all__:
        assert name in text or name == "__version__", name
    for field in json.loads(run("schema", "recommendation").out)["properties"]:
        assert f"`{field}`" in text, field


def test_each_install_line_names_what_there_is() -> None:
    """An extra or a group that a page, a message or a test names is one of pyproject.toml."""
    extras, groups = set(TABLE["project"]["optional-dependencies"]), set(TABLE["dependency-groups"])
    files = [*PAGES, *ROOT.glob("recommender/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("examples/*.py")]
    seen = set()
    for path in [*files, ROOT / ".ci" / "run", *ROOT.glob("packaging/lo*[!k]")]:
        text = path.read_text(encoding="utf-8")
        for named in re.findall(r"(?:'\.|'recommender)\[([a-z,]+)\]'", text):
            seen |= set(named.split(","))
        assert set(re.findall(r"--group ([a-z]+)", text)) <= groups, path
    assert seen <= extras
    assert seen >= {"all", "batch", "calendar", "figures", "html", "pdf", "prove", "spark"}


def test_the_citation_names_this_version() -> None:
    """What is cited is what is there."""
    citation = yaml.safe_load(page("CITATION.cff"))
    assert citation["version"] == recommender.__version__
    assert citation["license"] == TABLE["project"]["license"]
    assert citation["authors"] == TABLE["project"]["authors"]


@on_github
def test_every_action_is_pinned_to_a_commit() -> None:
    """A tag can be moved, a commit cannot. The release stands beside it."""
    for path in (GITHUB / "workflows").glob("*.yml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if "uses:" in line:
                assert re.search(r"uses: [\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line), line


@on_github
def test_the_workflow_runs_every_python_that_is_allowed() -> None:
    """Each Python of the classifiers is tried by what anybody can run at home."""
    ci = workflows()["ci.yml"]
    (job,) = ci["jobs"].values()
    named = re.findall(r":: (3\.\d+)", "\n".join(TABLE["project"]["classifiers"]))
    assert job["strategy"]["matrix"]["python"] == named
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]


@on_github
def test_no_workflow_that_reads_a_stranger_s_change_can_write() -> None:
    """Only one job may write, and only comments; it takes nothing but the text of the job before. Nothing of a pull
    request from elsewhere is checked out where the rights are those of this repository.
    """
    for name, workflow in workflows().items():
        assert workflow["permissions"] in ({}, {"contents": "read"}), name
        for job in workflow["jobs"].values():
            rights = job.get("permissions", workflow["permissions"])
            if "write" in rights.values():
                assert rights == {"pull-requests": "write"}
                assert not any("checkout" in step.get("uses", "") for step in job["steps"])
        triggers = workflow[True]  # YAML 1.1 reads `on` as true
        if "pull_request_target" in triggers:
            for step in steps(workflow):
                assert "head" not in str(step.get("with", "")), name
                assert "${{" not in step.get("run", ""), name  # a title or a branch is never put into a command


@on_github
def test_the_comment_on_a_change_of_rules_comes_with_either_folder() -> None:
    """A change of rules or of exercises is compared by the project's own command."""
    workflow = workflows()["rules-diff.yml"]
    assert workflow[True]["pull_request_target"]["paths"] == ["rules/**", "catalog/**"]
    said = "\n".join(step.get("run", "") for step in steps(workflow))
    assert "recommender rules diff before this-change --format markdown" in said


def test_the_hooks_of_this_folder_are_those_that_others_get() -> None:
    """Both hooks for rules run here too, on the code as it stands."""
    if not (ROOT / ".pre-commit-config.yaml").is_file():
        pytest.skip("the hooks are not part of a source package")
    (local,) = yaml.safe_load(page(".pre-commit-config.yaml"))["repos"]
    here = {hook["id"]: hook["entry"] for hook in local["hooks"]}
    for hook in yaml.safe_load(page(".pre-commit-hooks.yaml")):
        assert here[hook["id"]] == f"python -m {hook['entry']}"
