"""`recommender rules diff` as a command: what it says, its exit codes, and revisions of git."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from recommender import Knowledge
from recommender.errors import UsageError
from recommender.review.revisions import revision
from tests.command_line import ROOT, recommender
from tests.knowledge_texts import write_folder

INJURY = "rules/safety/injury-and-surgery.yaml"
DISC = "rules/safety/disc-and-leg.yaml"


@pytest.fixture(scope="module")
def weaker_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the weakened bound."""
    changes = {INJURY: ("- weeks_since_injury: under 9", "- weeks_since_injury: under 8")}
    return write_folder(tmp_path_factory.mktemp("weaker"), changes)


def test_the_exit_code_says_less_strict(weaker_folder: Path) -> None:
    """1 and the word LESS STRICT with the rule and an example; the other way round 0."""
    done = recommender("rules", "diff", "shipped", weaker_folder)
    assert done.code == 1
    assert "LESS STRICT" in done.out
    assert "injury-under-two-months" in done.out
    assert "weeks_since_injury:" in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80
    assert recommender("rules", "diff", weaker_folder, "shipped").code == 0


def test_markdown_and_json_say_the_same(weaker_folder: Path, tmp_path: Path) -> None:
    """Both other forms carry the figures; -o writes them whole."""
    markdown = recommender("rules", "diff", "shipped", weaker_folder, "--format", "markdown")
    assert markdown.out.startswith("### ")
    assert "**Less strict**" in markdown.out
    target = tmp_path / "diff.json"
    done = recommender("rules", "diff", "shipped", weaker_folder, "--format", "json", "-o", target)
    assert done.code == 1
    values = json.loads(target.read_text())
    assert values["less_strict"] > 0
    assert values["stricter"] == 0


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True)


def test_git_revisions_are_compared_without_a_checkout(tmp_path: Path) -> None:
    """HEAD~1 against the folder, and a folder inside a revision; the work tree stays as it is."""
    inside = tmp_path / "knowledge"
    write_folder(inside)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    file = inside / INJURY
    file.write_text(file.read_text().replace("- weeks_since_injury: under 9", "- weeks_since_injury: under 8"))
    git(tmp_path, "commit", "-q", "-a", "-m", "second")
    for old, new, folder in (
        ("HEAD~1", "HEAD", inside),
        ("HEAD~1", ".", inside),
        ("HEAD~1:knowledge", "HEAD:knowledge", tmp_path),
    ):
        done = recommender("rules", "diff", old, new, folder=folder)
        assert done.code == 1, done.err
        assert "injury-under-two-months" in done.out


def test_a_fresh_clone_of_this_repository_compares_with_its_commit(tmp_path: Path) -> None:
    """`rules diff HEAD` in a new copy finds no difference: drawings and whole people are no part of the knowledge."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so there is nothing to clone")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--no-hardlinks", "--depth", "1", ROOT.as_uri(), str(clone))
    # The program under test, and not the one of the last commit that the clone holds.
    done = recommender("rules", "diff", "HEAD", folder=clone, PYTHONSAFEPATH="1")
    assert done.code == 0, done.out + done.err
    assert revision("HEAD", clone).knowledge.hash == Knowledge.load(clone).hash


@pytest.mark.parametrize(
    ("old", "says"),
    [
        ("nowhere", "no folder and no git revision"),
        ("--help-me", ""),
        ("HEAD~99999", "no folder and no git revision"),
        ("", "no folder and no git revision"),
        ("HEAD:nowhere", "has no folder"),
    ],
)
def test_a_revision_that_does_not_exist_is_one_clear_line(old: str, says: str) -> None:
    """Exit code 2, one line, no traceback."""
    done = recommender("rules", "diff", old, ".")
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err


def test_an_option_in_place_of_a_revision_never_reaches_git(tmp_path: Path) -> None:
    """A name that begins with a dash is refused."""
    with pytest.raises(UsageError, match="no git revision"):
        revision("--output=x", tmp_path)


def test_a_broken_side_is_named_with_its_line(tmp_path: Path) -> None:
    """A file that cannot be read ends with 2, and names file and line."""
    folder = write_folder(tmp_path / "broken")
    (folder / DISC).write_text("rules: [")
    done = recommender("rules", "diff", "shipped", folder)
    assert done.code == 2
    assert f"{folder}/{DISC}:2" in done.err
