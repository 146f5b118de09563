"""Compiled knowledge that is kept between runs: never stale, never damaged, never needed."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge
from recommender.decision.pipeline import Recommender
from recommender.knowledge import cache
from recommender.profile.checking import check
from tests.command_line import EXAMPLES, example, recommender
from tests.conftest import person
from tests.knowledge_texts import write_folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for what is kept, and nothing in it."""
    monkeypatch.delenv("RECOMMENDER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "recommender"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "own")


def kept_file(home: Path) -> Path:
    [path] = home.iterdir()
    return path


def results(knowledge: Knowledge) -> list[Any]:
    people = [person(), person(hernia="yes", equipment=["roller"]), person(pregnant="yes"), person(acute_pain="unsure")]
    one = Recommender(knowledge)
    return [one.of_answers(check(profile, knowledge)) for profile in people]


def test_what_was_kept_gives_the_same_results(home: Path, folder: Path) -> None:
    """The second load comes from the cache and recommends byte for byte the same; lines of files are still there."""
    first = Knowledge.load(folder, kept=True)
    assert kept_file(home).stat().st_mode & 0o077 == 0
    second = Knowledge.load(folder, kept=True)
    assert results(first) == results(second)
    assert second.hash == first.hash
    assert second.documents["rules/session.yaml"].data == first.documents["rules/session.yaml"].data
    assert len(second.documents) == len(first.documents)


def test_a_changed_file_is_never_answered_from_the_old_state(home: Path, folder: Path) -> None:
    """One more byte in one file: another entry, compiled anew."""
    before = Knowledge.load(folder, kept=True)
    file = folder / "rules/safety/age.yaml"
    file.write_text(file.read_text().replace("age: under 18", "age: under 21").replace("{age: 18}", "{age: 21}"))
    after = Knowledge.load(folder, kept=True)
    assert before.hash != after.hash
    young = check(person(age=20), after)
    assert Recommender(after).of_answers(young).outcome == "see_clinician"
    assert Recommender(before).of_answers(young).outcome == "routine"
    assert len(list(home.iterdir())) == 2


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign", "unpicklable"])
def test_a_damaged_entry_is_made_anew(home: Path, folder: Path, damage: str) -> None:
    """Whatever happened to the entry, the knowledge is right, and the entry whole again."""
    first = Knowledge.load(folder, kept=True)
    path = kept_file(home)
    whole = path.read_bytes()
    changed = {
        "cut": whole[:-1000],
        "flipped": whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
        "empty": b"",
        "foreign": pickle.dumps({"rules": ()}),
        "unpicklable": whole[:24] + b"0" * 64 + b"cos\nsystem\n(S'false'\ntR.",
    }[damage]
    path.write_bytes(changed)
    second = Knowledge.load(folder, kept=True)
    assert results(first) == results(second)
    assert cache.fetch(second.hash) is not None


def test_an_entry_that_others_can_write_is_not_read(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pickle is only read where nobody else could have put it."""
    Knowledge.load(folder, kept=True)
    path = kept_file(home)

    def must_not(*_: Any) -> None:
        raise AssertionError("it was read")

    for mode, place in ((0o666, path), (0o777, home)):
        place.chmod(mode)
        with monkeypatch.context() as patch:
            patch.setattr(pickle, "loads", must_not)
            assert Knowledge.load(folder, kept=True).rules
        place.chmod(0o700)


def test_a_linked_entry_is_not_read(home: Path, folder: Path, tmp_path: Path) -> None:
    """A link could lead to someone else's file."""
    knowledge = Knowledge.load(folder, kept=True)
    path = kept_file(home)
    other = tmp_path / "other"
    path.rename(other)
    path.symlink_to(other)
    assert cache.fetch(knowledge.hash) is None


@pytest.mark.parametrize("place", ["/proc/nowhere", "relative", "/dev/null"])
def test_without_a_place_to_keep_it_everything_works(place: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be made or written is no fault."""
    monkeypatch.delenv("RECOMMENDER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", place)
    assert Knowledge.load(folder, kept=True).rules
    assert not (folder / "relative").exists()


def test_off_keeps_nothing(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RECOMMENDER_CACHE=off writes nothing."""
    monkeypatch.setenv("RECOMMENDER_CACHE", "off")
    Knowledge.load(folder, kept=True)
    assert not home.exists()


def test_another_program_or_library_has_another_entry(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of the entry changes with the version and with every file of the code."""
    knowledge = Knowledge.load(folder, kept=True)
    monkeypatch.setattr(cache, "__version__", "9.9.9")
    assert cache.fetch(knowledge.hash) is None
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(home.parent))
    monkeypatch.setattr(cache, "_code", lambda: [("engine.py", 1, 2)])
    assert cache.fetch(knowledge.hash) is None


def test_only_a_few_states_are_kept(home: Path) -> None:
    """The oldest gives way, and nothing half-written stays behind."""
    for number in range(cache.KEPT + 3):
        cache.keep(f"state {number}", {"number": number})
        for age, path in enumerate(sorted(home.iterdir(), key=lambda path: path.stat().st_mtime)):
            os.utime(path, (age, age))
    assert len(list(home.iterdir())) == cache.KEPT
    assert cache.fetch(f"state {cache.KEPT + 2}") == {"number": cache.KEPT + 2}


def test_a_clinics_own_rules_are_read_each_time(home: Path) -> None:
    """They rest on two folders, so nothing of them is kept."""
    Knowledge.load(EXAMPLES / "clinic", kept=True)
    assert not home.exists()


def test_the_command_says_the_same_with_and_without(tmp_path: Path) -> None:
    """From the cache or not, `recommend` prints the same bytes."""
    file = EXAMPLES / "hernia.yaml"
    env = {"RECOMMENDER_CACHE": "", "XDG_CACHE_HOME": str(tmp_path)}
    first, second = (recommender("recommend", file, **env) for _ in range(2))
    assert list((tmp_path / "recommender").iterdir())
    assert first.out == second.out == example("hernia").out
