"""Every check of `rules check` on a small good and a small bad change of the rules, in tests/checks/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from altered import altered_texts
from command_line import one_line, recommender
from knowledge_texts import shipped_texts

from recommender import Knowledge
from recommender.cli.rules_commands.check import command
from recommender.errors import KnowledgeError
from recommender.knowledge.places import shipped_folder
from recommender.review.checks.base import Review, parts_of
from recommender.review.examples import example_answers
from recommender.review.finding import Finding
from recommender.review.run import CHECKS, Checked, run
from recommender.yaml_reader import read_text

FOLDER = Path(__file__).resolve().parent / "checks"
TODAY = date(2026, 11, 1)
LOADING = [id for id, check in CHECKS.items() if check.loading]
OTHERS = [id for id, check in CHECKS.items() if not check.loading]
# These look at thousands of people, or at files for editors. They are run for their own files only.
SLOW = ("gap", "unreachable-exercise", "stale-schema")
KEYS = {"what", "add", "replace", "remove", "finds", "also"}
PARTS = ["Title", "What", "Avoid", "Prefer", "Why"]


@dataclass(frozen=True)
class Tried:
    """One file of tests/checks/."""

    data: dict[str, Any]

    @property
    def texts(self) -> dict[str, bytes]:
        """The shipped files with its changes."""
        replaced = {
            name: [(one["old"], one["new"]) for one in pairs] for name, pairs in self.data.get("replace", {}).items()
        }
        return altered_texts(replaced, self.data.get("add"), self.data.get("remove", ()))

    def knowledge(self, folder: Path) -> Knowledge:
        """The knowledge with its changes. Raises KnowledgeError."""
        return Knowledge.of_texts(self.texts, folder)

    def named_in(self, finding: Finding) -> bool:
        """Whether the finding names what this file says, and its person, if there is one, is a true one."""
        return self.data["finds"] in (finding.subject, finding.file)


def tried(check: str, name: str) -> Tried:
    path = FOLDER / check / f"{name}.yaml"
    return Tried(read_text(path.read_bytes(), path.name).data)


@pytest.fixture(scope="module")
def shipped() -> Checked:
    """Give what all checks find in the shipped knowledge."""
    return run(Review(Knowledge.shipped(), TODAY))


def new(knowledge: Knowledge, only: Iterator[str] | list[str], shipped: Checked) -> list[Finding]:
    """Give what these checks find here and not in the shipped knowledge, whatever the lines."""
    known = {(finding.check, finding.file, finding.subject, finding.found) for finding in shipped.findings}
    found = run(Review(knowledge, TODAY), list(only)).findings
    return [f for f in found if (f.check, f.file, f.subject, f.found) not in known]


def prepared(check: str, name: str, folder: Path) -> Knowledge:
    """Give the knowledge of a file; on a disk where the check looks at the files themselves."""
    change = tried(check, name)
    if check != "stale-schema":
        return change.knowledge(shipped_folder())
    schemas = shipped_folder() / "rules" / "schemas"
    named = {f"rules/schemas/{path.name}": path.read_bytes() for path in schemas.iterdir()}
    for file, text in {**change.texts, **named}.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(text)
    return Knowledge.load(folder)


# --- the files -------------------------------------------------------------------------------


def test_every_check_has_its_two_files() -> None:
    """Each check has a folder of its name with a good and a bad file, and each folder belongs to a check."""
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(CHECKS)
    for folder in FOLDER.iterdir():
        assert sorted(path.name for path in folder.iterdir()) == ["bad.yaml", "good.yaml"]


@pytest.mark.parametrize("check", CHECKS)
def test_files_say_what_they_show(check: str) -> None:
    """Each file says what it shows and uses only the known keys; the bad one also says what must be named."""
    good, bad = tried(check, "good").data, tried(check, "bad").data
    for data in (good, bad):
        assert set(data) <= KEYS
        assert data["what"]
        assert set(data) & {"add", "replace", "remove"}
        assert set(data.get("also", ())) <= set(CHECKS)
    assert "finds" in bad
    assert not {"finds", "also"} & set(good)


@pytest.mark.parametrize("check", LOADING)
def test_loading_finds_the_bad_file_only(check: str) -> None:
    """The good file can be loaded. The bad one is refused, for this one reason, and the message names the place."""
    tried(check, "good").knowledge(shipped_folder())
    bad = tried(check, "bad")
    with pytest.raises(KnowledgeError) as refused:
        bad.knowledge(shipped_folder())
    faults = refused.value.faults
    assert {fault.check for fault in faults} == {check}, refused.value
    assert any(bad.data["finds"] in str(fault) for fault in faults), refused.value


@pytest.mark.parametrize("check", OTHERS)
def test_check_finds_nothing_in_the_good_file(check: str, shipped: Checked, tmp_path: Path) -> None:
    """The good file has no finding of its check."""
    assert [str(finding) for finding in new(prepared(check, "good", tmp_path), [check], shipped)] == []


@pytest.mark.parametrize("check", OTHERS)
def test_check_finds_the_bad_file(check: str, shipped: Checked, tmp_path: Path) -> None:
    """The bad file is found by its check, which names it, and by no other check than the file says."""
    bad = tried(check, "bad")
    only = [id for id in OTHERS if id == check or id not in SLOW]
    found = new(prepared(check, "bad", tmp_path), only, shipped)
    mine = [finding for finding in found if finding.check == check]
    listed = "\n".join(map(str, found))
    assert any(bad.named_in(finding) for finding in mine), listed
    assert {finding.check for finding in found} - {check} == set(bad.data.get("also", ())), listed
    assert all(finding.level == CHECKS[check].level and finding.do for finding in mine), listed


# --- the shipped knowledge -------------------------------------------------------------------


def test_shipped_knowledge_has_no_open_finding(shipped: Checked) -> None:
    """What the checks find in the shipped knowledge is accepted where it stands, with a reason."""
    assert [str(finding) for finding in shipped.findings] == []
    assert all(why for _, why in shipped.accepted)


def test_accepted_findings_have_true_witnesses(shipped: Checked, knowledge: Knowledge) -> None:
    """The persons in accepted findings are valid profiles too."""
    for finding, _ in shipped.accepted:
        if finding.witness is not None:
            example_answers(finding.witness, knowledge)


# --- what a check says of itself -------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS)
def test_check_explains_itself(check: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each check says what it finds, what to avoid, what to prefer and why, and `--explain` prints it."""
    parts = parts_of(CHECKS[check])
    assert list(parts) == PARTS
    assert all(parts.values())
    command.main(["--explain", check], standalone_mode=False)
    shown = one_line(capsys.readouterr().out)
    assert f"{check}, {CHECKS[check].level}" in shown
    assert parts.pop("Title") in shown
    for word, text in parts.items():
        assert f"{word}: {text}" in shown


# --- the command -----------------------------------------------------------------------------


def written(folder: Path, texts: dict[str, bytes]) -> Path:
    """Write the texts into the folder."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    return folder


def test_explain_all_lists_every_check() -> None:
    """`--explain all` names every check with its title."""
    done = recommender("rules", "check", "--explain", "all")
    assert done.code == 0
    assert all(f"{id} ({check.level}): " in done.out for id, check in CHECKS.items())


@pytest.mark.parametrize("option", ["--only", "--explain"])
def test_unknown_check_is_a_wrong_call(option: str) -> None:
    """A check that does not exist ends with code 2 and the nearest one."""
    done = recommender("rules", "check", option, "dead-rules")
    assert (done.code, done.out) == (2, "")
    assert 'There is no check "dead-rules". Did you mean "dead-rule"?' in done.err


def test_clean_knowledge_ends_with_0() -> None:
    """Without a finding the code is 0, and one line sums up."""
    done = recommender("rules", "check", "--only", "dead-rule", "--only", "same-meaning")
    assert done.code == 0
    assert "0 findings" in done.out


def test_error_ends_with_1_and_names_the_place(tmp_path: Path) -> None:
    """An error ends with code 1; its line has file and line, what was found, what to do and the check."""
    folder = written(tmp_path, tried("same-meaning", "bad").texts)
    done = recommender("rules", "check", "--knowledge", folder, "--only", "same-meaning")
    assert done.code == 1
    first = done.out.splitlines()[0]
    assert first.startswith("rules/safety/tried.yaml:12: error: rheumatism-hollow: it means the same as ")
    assert first.endswith("[same-meaning]")
    assert "1 finding (1 error, 0 warnings)" in done.out


def test_warning_fails_only_when_strict(tmp_path: Path) -> None:
    """A warning alone ends with code 0, with --strict with code 1."""
    folder = written(tmp_path, tried("shadowed-rule", "bad").texts)
    calls = ["rules", "check", "--knowledge", folder, "--only", "shadowed-rule"]
    lenient, strict = recommender(*calls), recommender(*calls, "--strict")
    assert "warning: arching-at-80" in lenient.out
    assert lenient.out == strict.out
    assert (lenient.code, strict.code) == (0, 1)


def test_accepted_findings_are_shown_on_demand(tmp_path: Path) -> None:
    """`--accepted` shows what is accepted and why; otherwise it is only counted."""
    folder = written(tmp_path, tried("needless-acceptance", "good").texts)
    calls = ["rules", "check", "--knowledge", folder, "--only", "hits-nothing"]
    quiet, shown = recommender(*calls), recommender(*calls, "--accepted")
    assert "rheumatism-somersault" not in quiet.out
    assert "Accepted because: It guards against an exercise that someone may add." in shown.out
    assert quiet.out.splitlines()[-1] == shown.out.splitlines()[-1]


def test_json_is_complete(tmp_path: Path) -> None:
    """In JSON every finding has all its parts, and accepted ones say why."""
    texts = tried("needless-acceptance", "good").texts
    line = b"        then: {avoid: {patterns: somersault}}\n"
    texts["rules/safety/tried.yaml"] = texts["rules/safety/tried.yaml"].replace(b"    silent_for: [{conditions: []}]",
                                                                               b"    silent_for: [{conditions: [rheumatism]}]")
    assert line
    folder = written(tmp_path, texts)
    done = recommender(
        "rules", "check", "--knowledge", folder, "--format", "json", "--only", "hits-nothing", "--only", "untrue-example"
    )
    assert done.code == 1
    result = json.loads(done.out)
    assert set(result) == {"findings", "accepted"}
    (finding,) = result["findings"]
    assert finding["check"] == "untrue-example"
    assert finding["witness"] == {"conditions": ["rheumatism"]}
    assert set(finding) == {"check", "level", "file", "line", "found", "do", "subject", "witness"}
    reasons = {one["subject"]: one["accepted_because"] for one in result["accepted"]}
    assert reasons["rheumatism-somersault"] == "It guards against an exercise that someone may add."


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("what", ["no folder", "no rules", "no catalog", "broken file", "not UTF-8", "wrong word"])
def test_unreadable_knowledge_ends_with_2(what: str, form: str, tmp_path: Path) -> None:
    """What cannot be loaded ends with code 2 and the reason, and nothing is checked."""
    texts, folder = shipped_texts(), tmp_path
    named = str(folder)
    if what == "no folder":
        folder, texts = tmp_path / "nowhere", {}
        named = str(folder)
    elif what in ("no rules", "no catalog"):
        part = what.removeprefix("no ")
        texts = {name: text for name, text in texts.items() if not name.startswith(part)}
    else:
        named = "rules/safety/age.yaml"
        text = texts[named]
        texts[named] = {
            "broken file": text + b"  - {id: [\n",
            "not UTF-8": text + b"# \xff\n",
            "wrong word": text.replace(b"{age: under 18}", b"{aeg: under 18}"),
        }[what]
    written(folder, texts) if texts else None
    done = recommender("rules", "check", "--knowledge", folder, "--format", form)
    assert done.code == 2, done
    if form == "json":
        faults = json.loads(done.out)["faults"]
        assert [fault["file"] for fault in faults] == [named]
        assert all(fault["found"] and fault["check"] in CHECKS for fault in faults)
    else:
        assert done.out.startswith(named)
        assert "cannot be used" in done.out
