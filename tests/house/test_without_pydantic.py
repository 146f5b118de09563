"""What does without pydantic: all that shows something, and the way from answers to the JSON of a result."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import ROOT

DESK = str(ROOT / "examples" / "desk-worker.yaml")

SCRIPT = """
import sys
try:
    {call}
finally:
    print("pydantic" in sys.modules, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place where the shipped knowledge is kept."""
    place = tmp_path_factory.mktemp("home")
    ran(place, "from recommender import Knowledge; Knowledge.load(kept=True)")
    return place


def ran(home: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, with warnings as errors."""
    env = {"PATH": "", "HOME": str(home), "XDG_CACHE_HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=home, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("recommend", DESK),
        ("recommend", DESK, "--format", "markdown"),
        ("recommend", DESK, "--format", "json"),
        ("recommend", DESK, "--format", "json", "--without-answers"),
        ("why", "cat-round-only", DESK),
        ("what-if", DESK, "pain_now=3"),
        ("follow", DESK),
        ("exercises",),
        ("exercises", "glute-bridge"),
        ("exercises", "sphinx", "--format", "json"),
    ],
    ids=" ".join,
)
def test_a_command_that_shows_something_does_without(command: tuple[str, ...], home: Path) -> None:
    """Where knowledge is kept and the profile has no fault, pydantic is not imported."""
    done = ran(home, SCRIPT.format(call="from recommender.cli import main; main()"), *command)
    assert done.stdout
    assert done.stderr.split()[-1] == "False", done.stderr
    assert done.returncode == 0


def test_a_saved_result_is_proved_without(home: Path) -> None:
    """Reading a result back, deciding it again and comparing both needs no pydantic."""
    call = "from recommender.cli import main; main()"
    made = ran(home, SCRIPT.format(call=call), "recommend", DESK, "--format", "json")
    (home / "kept.json").write_text(made.stdout, encoding="utf-8")
    done = ran(home, SCRIPT.format(call=call), "recommend", "kept.json")
    assert (done.returncode, done.stderr.split()[-1]) == (0, "False"), done.stderr


def test_the_next_time_is_shown_without(home: Path) -> None:
    """Reading the log, adapting the routine and writing it in each format."""
    line = {
        "form": "recommender log 1", "kind": "session", "at": "2026-03-02T08:15:00+01:00", "knowledge": "x",
        "pain_before": 1, "pain_after": 1, "pain_lasted_minutes": None, "leg_symptoms": "none", "stopped": False,
        "done": [{"exercise": "bird-dog", "sets": 1, "reps": 5, "hold": 3, "finished": "all"}],
    }  # fmt: skip
    (home / "log.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    for form in ("text", "markdown", "json"):
        script = SCRIPT.format(call="from recommender.cli import main; main()")
        done = ran(home, script, "next", "log.jsonl", DESK, "--on", "2026-03-04", "--format", form)
        assert (done.returncode, done.stderr.split()[-1]) == (0, "False"), done.stderr


def test_a_mapping_of_answers_becomes_json_without(home: Path) -> None:
    """From Python too; a mapping with faults gives all of them, still without."""
    call = """
    import json
    from recommender import ProfileError, recommend
    from recommender.yaml_reader import read_file
    from pathlib import Path
    answers = read_file(Path(sys.argv[1]), "profile").data
    assert json.loads(recommend(answers).model_dump_json())["outcome"] == "routine"
    try:
        recommend({"age": 12})
    except ProfileError as error:
        assert len(error.faults) > 5 and error.forced
"""
    done = ran(home, SCRIPT.format(call=call.strip()), DESK)
    assert (done.returncode, done.stderr.split()) == (0, ["False"]), done.stderr


def test_a_log_is_read_and_written_without(home: Path) -> None:
    """The log of sessions has checks of its own."""
    call = """
    from datetime import UTC, datetime
    from recommender.progression.log import Done, Session, append, read
    done = (Done(exercise="bird-dog", sets=1, reps=5, hold=3, finished="all"),)
    entry = Session(
        at=datetime(2026, 3, 2, 8, tzinfo=UTC), knowledge="x", pain_before=1, pain_after=1, leg_symptoms="none",
        stopped=False, done=done,
    )
    append("own.jsonl", entry)
    assert read("own.jsonl") == (entry,)
"""
    done = ran(home, SCRIPT.format(call=call.strip()))
    assert (done.returncode, done.stderr.split()) == (0, ["False"]), done.stderr


def test_the_doors_import_it_late(home: Path) -> None:
    """Importing the package does not; reading a result from outside does, and so does asking for a Profile."""
    script = """
import sys
import recommender
from tests.command_line import ROOT
from recommender import Recommendation, recommend
assert "pydantic" not in sys.modules
from recommender import Profile
assert "pydantic" in sys.modules
"""
    done = ran(home, script)
    assert (done.returncode, done.stderr) == (0, "")


def test_kept_knowledge_is_read_without(home: Path) -> None:
    """The whole shipped knowledge, with the records that only reviewers ask for."""
    call = "from recommender import Knowledge; kept = Knowledge.shipped(); assert kept.exercises and kept.ledgers"
    done = ran(home, SCRIPT.format(call=call))
    assert (done.returncode, done.stderr.split()) == (0, ["False"]), done.stderr


@pytest.mark.parametrize("command", [("recommend", DESK, "--format", "json"), ("exercises",)], ids=" ".join)
def test_it_shows_the_same_as_with_what_is_read_afresh(command: tuple[str, ...], home: Path) -> None:
    """Without kept knowledge the files are read through pydantic, and the output is the same."""
    call = "from recommender.cli import main; main()"
    kept = ran(home, SCRIPT.format(call=call), *command)
    fresh = ran(home, "import os; os.environ['RECOMMENDER_CACHE'] = 'off'" + SCRIPT.format(call=call), *command)
    assert fresh.stderr.split()[-1] == "True"
    assert kept.stdout == fresh.stdout != ""
