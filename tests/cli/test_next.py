"""`recommender next`: what people see, in which order, with which exit code, and that the log is only read."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from recommender.progression.result import Adapted
from tests.command_line import EXAMPLES, example, one_line, recommender
from tests.progression.test_log import next_day, session, written

LOG = EXAMPLES / "log.jsonl"
PROFILE = EXAMPLES / "desk-worker.yaml"


def test_the_example_says_first_what_changes_and_why() -> None:
    """The change, its reason and its source stand before the routine, within 80 columns."""
    before = LOG.read_bytes()
    done = recommender("next", LOG, PROFILE, "--on", "2026-03-06")
    assert (done.code, done.err) == (0, "")
    assert LOG.read_bytes() == before
    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "WHAT CHANGES TODAY"
    said = done.out[: done.out.index("YOUR ROUTINE")]
    assert re.search(r"^- [^:\n]+: \d+ \w+ instead of \d+\.$", said, re.MULTILINE)
    assert "Why:" in said
    assert "[pain-by-position/intro, guideline/pain-monitoring" in said


def test_json_holds_the_changes_and_the_whole_result(tmp_path: Path) -> None:
    """With `-o` the JSON is a file from which both can be read again."""
    target = tmp_path / "next.json"
    done = recommender("next", LOG, PROFILE, "--on", "2026-03-06", "--format", "json", "-o", target)
    assert (done.code, done.out) == (0, "")
    data = json.loads(target.read_text())
    adapted = Adapted.model_validate(data)
    assert adapted.changes[0].reason.sources
    assert adapted.recommendation is not None
    assert adapted.recommendation.routine
    assert set(data) >= {"changes", "recommendation"}


def test_markdown_begins_with_the_changes() -> None:
    """The same order as Markdown."""
    done = recommender("next", LOG, PROFILE, "--on", "2026-03-06", "--format", "markdown")
    assert done.code == 0
    assert done.out.startswith("# What changes today\n")
    change = re.search(r"^- \*\*[^:\n]+: \d+ \w+ instead of \d+\.\*\*$", done.out, re.MULTILINE)
    assert change is not None
    assert change.start() < done.out.index("# Your routine")


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_no_routine_after_new_leg_symptoms(tmp_path: Path, form: str) -> None:
    """Exit code 3, what to do first, and no exercise."""
    path = written(tmp_path, session(leg_symptoms="new"))
    done = recommender("next", path, PROFILE, "--on", "2026-03-02", "--format", form)
    assert done.code == 3
    assert "Talk to a doctor or" in " ".join(done.out.split())
    assert "YOUR ROUTINE" not in done.out.upper()
    assert form != "json" or json.loads(done.out)["recommendation"] is None


def test_a_day_off_ends_with_code_3_and_is_over_later(tmp_path: Path) -> None:
    """A day off is no routine today; two days later there is one again."""
    path = written(tmp_path, session(pain_after=5, pain_lasted_minutes=20))
    assert "TODAY IS A DAY OFF" in recommender("next", path, PROFILE, "--on", "2026-03-03").out
    assert recommender("next", path, PROFILE, "--on", "2026-03-03").code == 3
    assert recommender("next", path, PROFILE, "--on", "2026-03-04").code == 0


def test_an_emergency_in_the_profile_comes_before_the_log() -> None:
    """The stop of the profile is what people see first."""
    done = recommender("next", LOG, EXAMPLES / "emergency.yaml", "--on", "2026-03-06")
    assert done.code == 3
    assert "WHAT CHANGES" not in done.out
    assert done.out == recommender("recommend", EXAMPLES / "emergency.yaml").out


def test_a_damaged_log_is_named_by_its_line(tmp_path: Path) -> None:
    """One clear message a line, no traceback, exit code 1, and the file is as it was."""
    path = written(tmp_path, session(), next_day(), more=b"rubbish\n{}\n")
    before = path.read_bytes()
    done = recommender("next", path, PROFILE)
    assert (done.code, done.out) == (1, "")
    said = one_line(done.err)
    assert "line 3: it is cut off or damaged" in said
    assert "line 4: it belongs to no log" in said
    assert "Correct these lines in an editor, or take them out. Keep a copy first. The log is as it was." in said
    assert path.read_bytes() == before


def test_a_log_from_after_the_day_that_is_asked_for_is_named(tmp_path: Path) -> None:
    """A date between that day and today is a fault of the call or of the file."""
    late = datetime.now().astimezone().replace(microsecond=0) - timedelta(days=20)
    path = written(tmp_path, session(at=late))
    done = recommender("next", path, PROFILE, "--on", (late.date() - timedelta(days=30)).isoformat())
    assert (done.code, done.out) == (1, "")
    assert f"line 1: it is dated {late.isoformat()}" in one_line(done.err)


def test_a_log_from_the_future_is_named(tmp_path: Path) -> None:
    """A date that is still to come shows a clock that was wrong: that is said, and it closes the log to nobody."""
    late = datetime.now().astimezone().replace(microsecond=0) + timedelta(days=400)
    done = recommender("next", written(tmp_path, session(at=late)), PROFILE)
    assert done.code == 0
    assert "YOUR ROUTINE" in done.out
    assert f"is dated {late.day} {late:%B %Y, %H:%M}, which is still to come" in one_line(done.err)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ((LOG,), "PROFILE"),
        ((PROFILE, PROFILE), "line 1: it is cut off or damaged"),
        ((EXAMPLES, PROFILE), "it is no file"),
        (("none.jsonl", PROFILE), "there is no such file"),
        ((LOG, "none.yaml"), "none.yaml: cannot be read"),
        ((LOG, PROFILE, "--on", "tomorrow"), '"tomorrow" is no date here. Write the year, the month and the day'),
        ((LOG, PROFILE, "--on", "2026-11-31"), "such as 2026-11-23"),
        ((LOG, PROFILE, "--format", "pdf"), "`recommender recommend next.json --format pdf`"),
    ],
)
def test_wrong_calls_get_a_clear_message(arguments: tuple[str | Path, ...], found: str) -> None:
    """What is missing or no file of its kind is said; nothing is written to standard output."""
    done = recommender("next", *arguments)
    assert done.code in (1, 2)
    assert done.out == ""
    assert found in one_line(done.err)
    assert "Traceback" not in done.err


def test_rest_positions_stand_alone() -> None:
    """In an acute flare the result is the same as without a log: what to do now stands first."""
    done = recommender("next", LOG, EXAMPLES / "acute-flare.yaml", "--on", "2026-03-06")
    assert done.code == 0
    assert done.out == recommender("recommend", EXAMPLES / "acute-flare.yaml").out


def test_an_emergency_sign_in_the_log_is_an_emergency_the_next_day(tmp_path: Path) -> None:
    """The log of a session with such a sign gives no routine: emergency care first, with sources, and exit code 3."""
    path = written(tmp_path, session(signs=("saddle_numbness",), stopped=True))
    done = recommender("next", path, PROFILE, "--on", "2026-03-03")
    assert done.code == 3
    assert done.out.splitlines()[1].strip() == "GET EMERGENCY CARE NOW"
    assert "YOUR ROUTINE" not in done.out
    said = one_line(done.out)
    assert "call the emergency number" in said
    assert "guideline/girft-ces" in said
    assert "Begin a new log" in said


def test_a_year_later_there_is_no_harder_exercise() -> None:
    """After so long the answers are asked anew; after some weeks one starts again with the fresh doses."""
    late = recommender("next", LOG, PROFILE, "--on", "2027-03-20")
    assert (late.code, "YOUR ROUTINE" in late.out) == (3, False)
    assert "Answer the questions anew before you exercise." in one_line(late.out)
    weeks = recommender("next", LOG, PROFILE, "--on", "2026-03-19")
    assert weeks.code == 0
    assert "more than 14 days without a session" in one_line(weeks.out)
    assert weeks.out.endswith(example("desk-worker").out)


@pytest.mark.parametrize("log", ["damaged", "missing", "foreign"])
@pytest.mark.parametrize(
    ("profile", "first"),
    [("emergency", "Get emergency care now."), ("three-weeks-after-injury", "See a clinician first.")],
)
def test_what_the_answers_demand_stands_before_a_fault_of_the_log(
    tmp_path: Path, log: str, profile: str, first: str
) -> None:
    """Whom to call is read before anything about a file; it is an error all the same."""
    path = tmp_path / "log.jsonl"
    if log != "missing":
        written(tmp_path, session(), more=b"rubbish\n").rename(path) if log == "damaged" else path.write_text("Milk\n")
    done = recommender("next", path, EXAMPLES / f"{profile}.yaml", "--on", "2026-03-06")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(first)
    assert done.err.index("Do ") < done.err.index("log.jsonl")


def test_the_heading_says_that_the_answers_leave_exercises_out(tmp_path: Path) -> None:
    """Where no dose changes and something is left out now, the heading does not say that nothing changes."""
    other = recommender("next", LOG, EXAMPLES / "standing-hurts.yaml", "--on", "2026-03-06")
    assert other.code == 0
    assert other.out.startswith("Your answers give other exercises now".upper())
    for profile in ("pregnancy", "hernia"):
        done = recommender("next", LOG, EXAMPLES / f"{profile}.yaml", "--on", "2026-03-06")
        assert done.code == 0
        assert done.out.startswith("Your answers leave exercises out now".upper())
        assert "leave these exercises of your log out" in one_line(done.out)


def test_a_wrong_file_gives_few_lines_and_breaks_no_word(tmp_path: Path) -> None:
    """A profile in place of the log: a few faults, how many more, what to do; within 80 columns."""
    done = recommender("next", PROFILE, PROFILE)
    assert done.code == 1
    assert max(len(line) for line in done.err.splitlines() if " " in line.strip()) <= 80
    said = one_line(done.err)
    assert said.count("desk-worker.yaml, line ") == 4
    assert "more. This may be another file: name the log of your sessions." in said
