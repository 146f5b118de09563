"""What the command line says to input that it cannot use: one clear message, no result, no traceback."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from recommender import Knowledge
from tests.command_line import EXAMPLES, ROOT, Done, one_line, recommender
from tests.command_line import recommender as command
from tests.conftest import person

DESK = EXAMPLES / "desk-worker.yaml"
SAFETY = (
    "emergency_signs", "medical_signs", "age", "pregnant", "recent_injury", "hernia", "conditions", "leg_symptoms",
    "pain_now", "acute_pain", "pain_course", "onset", "cleared_by_clinician", "pain_position.lying",
    "pain_position.sitting", "pain_position.standing",
)  # fmt: skip
FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "this is empty"),
    "only a comment": (b"# nothing\n", "this is empty"),
    "a list": (b"- age\n- 40\n", "this is a list"),
    "a word": (b"forty\n", "this is a str"),
    "ten megabytes": (b"a" * 10_000_000, "longer than 1,000,000 bytes"),
    "broken YAML": (b"age: 40\nconditions: [hernia\nhernia: no\n", "line 3"),
    "broken JSON": (b'{"age": 40, "hernia" "no"}\n', "line 1"),
    "deep nesting": (b"a: " + b"[" * 5000 + b"]" * 5000, "line 1"),  # the parser has a limit and words of its own
    "deep lists": (b"a: " + b"[" * 50 + b"]" * 50, "nested more than 40 deep"),
    "deep blocks": (b"\n".join(b" " * n + b"a:" for n in range(50)), "nested more than 40 deep"),
    "no UTF-8": (b"age: 40\nhernia: \xff\xfe\n", "line 2: The text is not UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not UTF-8"),
    "zero bytes": (b"\0" * 3000, "line 1: This is not valid YAML"),
    "a field twice": (b"age: 40\nage: 41\n", 'line 2: "age" stands twice'),
    "two documents": (b"age: 40\n---\nage: 41\n", "A second document"),
    "an alias": (b"age: &x 40\npain_now: *x\n", "line 1: Anchors"),
    "a tag": (b"age: !!python/object/apply:os.system [ls]\n", "line 1: The tag"),
}


def refused(done: Done, code: int = 1) -> str:
    """Check that it ended in an error and nothing else, and give what was said."""
    assert done.code == code, done.err
    assert done.out == ""
    assert done.err.strip()
    assert "Traceback" not in done.err
    assert "\x1b" not in done.err
    return one_line(done.err)


def answers(**changes: Any) -> str:
    """A profile of a healthy person with these changes, as YAML."""
    return yaml.safe_dump(person() | changes)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_profile_is_refused(kind: str, tmp_path: Path) -> None:
    """The message says what is wrong with the file, with the line where there is one."""
    raw, words = FILES[kind]
    (tmp_path / "me.yaml").write_bytes(raw)
    assert words in refused(recommender("recommend", "me.yaml", folder=tmp_path))


@pytest.mark.parametrize("kind", ["empty", "ten megabytes", "broken YAML"])
def test_standard_input_that_is_no_profile_is_refused(kind: str) -> None:
    """What cannot be used is refused from standard input as well."""
    raw, words = FILES[kind]
    assert words in refused(recommender("recommend", "-", stdin=raw))


@pytest.mark.parametrize("command", [("recommend",), ("why", "boat"), ("what-if", "age=50")])
def test_a_missing_file_is_named(command: tuple[str, ...], tmp_path: Path) -> None:
    """A file that is not there is named, with what is expected of it."""
    name, *rest = command
    before, after = (rest, []) if name == "why" else ([], rest)
    said = refused(recommender(name, *before, "missing.yaml", *after, folder=tmp_path))
    assert said.startswith(f"missing.yaml: cannot be read: {os.strerror(errno.ENOENT)}.")
    assert "a YAML or JSON file" in said


def test_a_folder_as_profile_is_refused(tmp_path: Path) -> None:
    """A folder is no profile."""
    assert os.strerror(errno.EISDIR) in refused(recommender("recommend", tmp_path))
    assert os.strerror(errno.EISDIR) in refused(recommender("ask", tmp_path))


WRONG: dict[str, list[tuple[dict[str, Any], str]]] = {
    "numbers": [
        ({"age": "old"}, 'age: "old" is no whole number. Accepted: a whole number from 0 to 120.'),
        ({"pain_now": 3.5}, "pain_now: 3.5 is no whole number. Accepted: a whole number from 0 to 10."),
        ({"pregnant": "yes", "pregnancy_week": 60}, "pregnancy_week: 60 is out of range."),
        ({"minutes": 0}, "minutes: 0 is out of range. Accepted: a whole number from 5 to 60."),
    ],
    "choices": [
        ({"hernia": True}, "hernia: true (write yes or no as a word) is no answer here."),
        ({"acute_pain": "maybe"}, 'acute_pain: "maybe" is no answer here. Accepted: no, yes or unsure.'),
        ({"pregnant": None}, "pregnant: an empty answer is no answer here."),
        ({"leg_symptoms": "spreding"}, 'Did you mean "spreading"? Accepted: none, pain, spreading or unsure.'),
    ],
    "sets": [
        ({"medical_signs": "fainting"}, 'medical_signs: "fainting" is no list.'),
        ({"conditions": ["hernia"]}, 'conditions: "hernia" is no answer here.'),
        ({"emergency_signs": {}}, "emergency_signs: a mapping is no list."),
        ({"age": [40]}, "age: a list is no whole number."),
    ],
    "fields": [
        ({"herna": "no"}, 'herna: this is no field of a profile. Did you mean "hernia"?'),
        ({"xyzzy": 1}, "xyzzy: this is no field of a profile. Accepted: the fields emergency_signs,"),
        ({"pregnancy_week": 20}, 'pregnancy_week: "20" does not go with pregnant: no.'),
        ({"weeks_since_injury": 20}, 'weeks_since_injury: "20" does not go with recent_injury: no.'),
        ({"weeks_since_surgery": 20}, "weeks_since_surgery: "),
    ],
    "children": [({"pregnant": "yes"}, "pregnancy_week: no answer."), ({}, "pregnancy_warnings: no answer.")],
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_answer_is_named_with_what_is_accepted(kind: str) -> None:
    """The message names the field, the value, the nearest word, and what is accepted."""
    changes = {field: value for change, _ in WRONG[kind] for field, value in change.items()}
    said = refused(recommender("recommend", "-", stdin=answers(**changes)))
    assert [words for _, words in WRONG[kind] if words not in said] == []


def test_all_wrong_answers_are_named_at_once() -> None:
    """Several faults come in one message, one line each."""
    wrong = {"age": 130, "hernia": "maybe", "pain_now": -1, "conditions": "none"}
    done = recommender("recommend", "-", stdin=answers(**wrong))
    refused(done)
    assert {line.partition(":")[0] for line in done.err.splitlines()} == set(wrong)


def test_all_missing_answers_are_named_at_once() -> None:
    """Every safety answer that is missing is named, each once, and nothing that has a default."""
    done = recommender("recommend", "-", stdin="level: beginner")
    refused(done)
    assert [line.partition(":")[0] for line in done.err.splitlines()] == list(SAFETY)
    assert all(": no answer. Accepted: " in line for line in done.err.splitlines())


def test_a_forced_stop_comes_before_the_missing_answers() -> None:
    """An emergency sign without the other answers: what to do now stands first, then what is missing."""
    done = recommender("recommend", "-", stdin="emergency_signs: [saddle_numbness]")
    refused(done)
    lines = done.err.splitlines()
    assert lines[0].startswith("Get emergency care now.")
    missing = [number for number, line in enumerate(lines) if ": no answer." in line]
    assert min(missing) > 1
    assert len(missing) == len(SAFETY) - 1


def test_an_unknown_exercise_is_refused_with_a_hint() -> None:
    """`why` and `exercises` name the nearest exercise, or say where all of them are listed."""
    assert 'Did you mean "glute-bridge"?' in refused(recommender("why", "glute-brige", DESK), 2)
    assert "`recommender exercises` lists all" in refused(recommender("exercises", "xyzzy"), 2)


@pytest.mark.parametrize("command", ["why", "exercises"])
def test_a_name_that_fits_several_exercises_lists_them(command: str, knowledge: Knowledge) -> None:
    """A part of several names is no name: all exercises that it fits are listed to choose from."""
    fitting = [e.id for e in knowledge.exercises if "bridge" in f"{e.id} {e.name}".lower()]
    assert len(fitting) > 1
    said = refused(recommender(command, "Bridge", *([DESK] if command == "why" else [])), 2)
    assert said == f'Several exercises fit "Bridge". Name one of: {", ".join(fitting)}.'


def test_an_unknown_rule_is_refused_with_a_hint() -> None:
    """`rules show` names the nearest rule."""
    assert 'Did you mean "ask-age-65"?' in refused(recommender("rules", "show", "ask-age-66"), 2)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ("herna=yes", 2, 'Did you mean "hernia"?'),
        ("xyzzy=1", 2, "Fields: emergency_signs,"),
        ("hernia", 2, "Write FIELD=ANSWER."),
        ("hernia=maybe", 1, 'hernia: "maybe" is no answer here.'),
        ("age=", 1, "age: an empty answer is no whole number."),
        ("age=400", 1, "age: 400 is out of range."),
        ("conditions=hernia", 1, 'conditions: "hernia" is no answer here.'),
        ("pregnant=yes", 1, "pregnancy_week: no answer."),
        ("age=[[[", 1, 'age: "[[[" is no whole number.'),
    ],
)
def test_a_bad_change_is_refused(change: str, code: int, words: str) -> None:
    """`what-if` names the change that it cannot use; an unknown field is a wrong call."""
    assert words in refused(recommender("what-if", DESK, change), code)


@pytest.mark.parametrize(
    ("arguments", "usage", "named"),
    [
        (["recomend", "x"], "recommender", "recomend"),
        (["recommend"], "recommender recommend", "FILE"),
        (["recommend", "x", "why"], "recommender recommend", "why"),
        (["recommend", "x", "--colour"], "recommender recommend", "--colour"),
        (["recommend", "x", "--format", "docx"], "recommender recommend", "docx"),
        (["what-if", "x"], "recommender what-if", "FIELD=ANSWER"),
        (["rules", "nothing"], "recommender rules", "nothing"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_a_wrong_call_is_refused(arguments: list[str], usage: str, named: str) -> None:
    """A wrong call ends with the usage of the command, the word that is wrong or missing, and exit code 2."""
    done = recommender(*arguments)
    refused(done, 2)
    first, *_, last = done.err.splitlines()  # what stands between is up to click
    assert f"{usage} " in first
    assert named in last


@pytest.mark.parametrize(
    "command",
    [
        ("recommend", DESK),
        ("why", "boat", DESK),
        ("what-if", DESK, "age=50"),
        ("ask", "me.yaml"),
        ("exercises",),
        ("rules", "check"),
    ],
    ids=lambda command: str(command[0]),
)
def test_a_missing_knowledge_folder_is_named(command: tuple[str | Path, ...], tmp_path: Path) -> None:
    """Every command refuses a knowledge folder that is not there."""
    done = recommender(*command, "--knowledge", "nowhere", folder=tmp_path)
    assert done.code == (2 if command[0] == "rules" else 1)
    assert "nowhere: There is no such folder." in done.out + done.err
    assert "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_knowledge_folder_without_rules_is_refused(tmp_path: Path) -> None:
    """A folder that holds a catalogue but no rules gives no routine."""
    shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
    said = refused(recommender("recommend", DESK, "--knowledge", tmp_path))
    assert f"{tmp_path}: There is no folder rules/" in said
    assert "no folder catalog/" not in said


RULE = """\
topic: A rule of this test
rules:
  - id: broken
    title: A rule that cannot be read
    when: {hernia: yes}
    then: {avoid: {arching: strong}}
    say: Left out.
    because: It is only a test.
    sources: [ilive-2025/hernia]
    reading: direct
    fires_for: [{hernia: yes}]
    silent_for: [{hernia: no}]
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("when: {hernia: yes}", "when: {herna: yes}", 5),
        ("when: {hernia: yes}", "when: {hernia: perhaps}", 5),
        ("arching: strong", "archng: strong", 6),
        ("    say:", "    says:", 7),
        ("ilive-2025/hernia]", "ilive-2025/nothing]", 9),
        ("fires_for: [{hernia: yes}]", "fires_for: [{hernia: yes}", 12),
    ],
    ids=["field", "answer", "selector", "key", "source", "YAML"],
)
def test_a_broken_rule_is_named_with_file_and_line(old: str, new: str, line: int, tmp_path: Path) -> None:
    """A rule that cannot be read stops everything; the message names the file and the line."""
    for part in ("rules", "catalog"):
        shutil.copytree(ROOT / part, tmp_path / part)
    assert old in RULE
    (tmp_path / "rules/safety/zz-broken.yaml").write_text(RULE.replace(old, new))
    done = recommender("recommend", DESK, "--knowledge", tmp_path)
    refused(done)
    assert f"rules/safety/zz-broken.yaml:{line}: " in done.err


@pytest.mark.parametrize("arguments", [("recommend", "-"), ("what-if", "-", "age=50")])
def test_a_file_of_very_many_fields_is_refused(arguments: tuple[str, ...]) -> None:
    """The same from a file."""
    done = command(*arguments, stdin="".join(f"f{n}: 1\n" for n in range(60_000)))
    assert done.code == 1
    assert "more than 1,000 fields" in done.err
