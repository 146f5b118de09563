"""The end of `recommender ask`: its last prompt, and the file of the answers."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from recommender import Knowledge, recommend
from recommender.cli.keeping import offer_to_keep, save_answers
from recommender.errors import OutputError
from tests.command_line import EXAMPLES, one_line
from tests.command_line import recommender as command
from tests.conftest import person

KNOWLEDGE = Knowledge.shipped()
ENDINGS = KNOWLEDGE.say("keeping.endings")
Typed = Callable[..., str]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Type these lines at the last prompt, in a folder with saved answers; gives all that was said."""
    monkeypatch.chdir(tmp_path)
    save_answers("age: 40\n", Path("me.yaml"), KNOWLEDGE)
    result = recommend(person(level="beginner"))

    def type_(*lines: str, others: tuple[str, ...] = (), gives: str = "") -> str:
        waiting = [*lines]

        def prompt(text: str, **_: object) -> str:
            click.echo(text, err=True)
            if not waiting:
                raise click.Abort
            return waiting.pop(0)

        monkeypatch.setattr("recommender.cli.keeping.click.prompt", prompt)
        assert offer_to_keep(result, KNOWLEDGE, Path("me.yaml"), others) == gives
        assert waiting == []
        return one_line(capsys.readouterr().err)

    return type_


def names() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


@pytest.mark.parametrize("word", ["", "n", "no", "No", "N", "0", "q"])
def test_no_is_no_name(typed: Typed, word: str) -> None:
    """Enter, n and no end it, and make no file called n."""
    assert "Saved" not in typed(word)
    assert names() == ["me.yaml"]


@pytest.mark.parametrize("word", ["y", "yes", "Y"])
def test_yes_asks_for_the_name(typed: Typed, word: str) -> None:
    """Yes is no name either: the prompt says which endings work, and comes again."""
    said = typed(word, "routine.md")
    assert said.count(one_line(ENDINGS)) == 2
    assert "Saved to routine.md." in said
    assert names() == ["me.yaml", "routine.md"]


@pytest.mark.parametrize("word", ["routine", "routine.docx", ".md"])
def test_an_ending_that_means_nothing_is_asked_again(typed: Typed, word: str) -> None:
    """No format is guessed: the endings that work are said, and the next name counts."""
    said = typed(word, "routine.txt")
    assert f"{word} was not written. {one_line(ENDINGS)}" in said
    assert names() == ["me.yaml", "routine.txt"]


@pytest.mark.parametrize("way", ["its name", "a link", "a hard link", "another name"])
def test_the_file_of_the_answers_is_never_taken(typed: Typed, way: str) -> None:
    """By the file and not by its name; a good name may follow."""
    shutil.copy("me.yaml", "me.txt")
    Path("me.yaml").unlink()
    Path("me.yaml").symlink_to("me.txt")
    name = {"its name": "me.txt", "another name": "../" + Path.cwd().name + "/me.txt"}.get(way, "out.md")
    if way == "a link":
        Path(name).symlink_to("me.yaml")
    elif way == "a hard link":
        os.link("me.txt", name)
    said = typed(name, "routine.md")
    assert "The output is the input" in said
    assert Path("me.yaml").read_text() == "age: 40\n"
    assert "Saved to routine.md." in said


def test_a_file_that_is_there_is_replaced_only_after_yes(typed: Typed) -> None:
    """Enter is no; a log is not even asked about; both times another name can be typed."""
    Path("old.txt").write_text("mine")
    shutil.copy(EXAMPLES / "log.jsonl", "log.txt")
    said = typed("old.txt", "", "log.txt", "no")
    assert "old.txt is there already. Replace it? y or n" in said
    assert "log.txt looks like a log" in said
    assert Path("old.txt").read_text() == "mine"
    assert "Saved to old.txt." in typed("old.txt", "y")
    assert Path("old.txt").read_text().startswith("YOUR ROUTINE")


def test_words_of_the_caller_come_back(typed: Typed) -> None:
    """What the questionnaire knows itself is given back to it, and taken for no name."""
    typed("L", others=("l",), gives="l")
    assert names() == ["me.yaml"]


@pytest.mark.parametrize("content", ["Dear diary\n", (EXAMPLES / "log.jsonl").read_text()])
def test_answers_take_the_place_of_answers_alone(tmp_path: Path, content: str) -> None:
    """Whatever has come to their place since the questions began is left as it was; a link is followed."""
    real, link = tmp_path / "real.yaml", tmp_path / "me.yaml"
    link.symlink_to(real)
    save_answers("age: 40\n", link, KNOWLEDGE)
    save_answers("age: 41\n", link, KNOWLEDGE)
    assert link.is_symlink()
    assert real.read_text() == "age: 41\n"
    assert real.stat().st_mode & 0o777 == 0o600
    real.write_text(content)
    with pytest.raises(OutputError):
        save_answers("age: 42\n", link, KNOWLEDGE)
    assert real.read_text() == content


def test_a_name_that_is_far_too_long_is_named(tmp_path: Path) -> None:
    """`ask` with a name that no file can have said that the result could not be written."""
    done = command("ask", "x" * 5000, folder=tmp_path)
    assert done.code == 1
    assert f"cannot be used: {os.strerror(errno.ENAMETOOLONG)}." in " ".join(done.err.split())
