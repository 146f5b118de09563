"""Every check of `rules check` on a small good and a small bad change of the rules, in tests/checks/."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge
from recommender.cli import main
from recommender.errors import KnowledgeError
from recommender.knowledge.files import shipped_folder
from recommender.review.checker import CHECKS, Checked, run
from recommender.review.checks.base import Looked, Review, parts_of
from recommender.review.examples import example_answers
from recommender.review.finding import Finding
from recommender.review.people import boundary_people
from recommender.yaml_reader import read_text
from tests.altered import altered, altered_texts
from tests.command_line import ROOT, Done, one_line, recommender
from tests.knowledge_texts import shipped_texts

FOLDER = ROOT / "tests" / "checks"
TODAY = date(2026, 11, 1)
LOADING = [id for id, check in CHECKS.items() if check.loading]
OTHERS = [id for id, check in CHECKS.items() if not check.loading]
# These look at thousands of people or sentences, at files that decide nothing, or run all others. Run for their
# own files only.
APART = (
    "gap",
    "unreachable-exercise",
    "hard-to-read",
    "tone",
    "stale-schema",
    "odd-population",
    "needless-acceptance",
)
# Nobody with one answer changed gets `lower-and-sit-back`.
WITHOUT_KIT = {"equipment": [], "level": "regular", "goal": "general"}
KEYS = {"what", "add", "replace", "remove", "finds", "also"}


@dataclass
class FewPeople(Review):
    """A review that looks first at people with one answer changed, and at these, and not at thousands."""

    people: Sequence[Mapping[str, Any]] = ()

    @cached_property
    def results(self) -> list[Looked]:
        known = (example_answers(person, self.knowledge) for person in self.people)
        looked = (self.look_at(answers) for answers in (*boundary_people(self.knowledge), *known))
        return [person for person in looked if person.decision.outcome not in ("emergency", "see_clinician")]


@dataclass(frozen=True)
class Tried:
    """One file of tests/checks/."""

    data: Mapping[str, Any]

    @property
    def texts(self) -> dict[str, bytes]:
        """The shipped files with its changes."""
        replaced = {
            name: [(one["old"], one["new"]) for one in pairs] for name, pairs in self.data.get("replace", {}).items()
        }
        return altered_texts(replaced, self.data.get("add"), self.data.get("remove", ()))

    def knowledge(self) -> Knowledge:
        """The knowledge with its changes. Raises KnowledgeError."""
        return Knowledge.of_texts(self.texts, shipped_folder())


def tried(check: str, name: str) -> Tried:
    path = FOLDER / check / f"{name}.yaml"
    return Tried(read_text(path.read_bytes(), path.name).data)


def written(folder: Path, texts: Mapping[str, bytes]) -> Path:
    """Write the texts into the folder."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    return folder


def prepared(check: str, name: str, folder: Path) -> Knowledge:
    """Give the knowledge of a file; on a disk where the check looks at the files themselves."""
    if check != "stale-schema":
        return tried(check, name).knowledge()
    schemas = (shipped_folder() / "rules" / "schemas").iterdir()
    named = {f"rules/schemas/{path.name}": path.read_bytes() for path in schemas}
    return Knowledge.load(written(folder, {**tried(check, name).texts, **named}))


@pytest.fixture(scope="module")
def shipped() -> Checked:
    """Give what all checks find in the shipped knowledge."""
    return run(Review(Knowledge.shipped(), TODAY))


def new(knowledge: Knowledge, only: Collection[str], shipped: Checked) -> list[Finding]:
    """Give what these checks find here and not in the shipped knowledge, whatever the lines."""
    known = {(finding.check, finding.file, finding.subject, finding.found) for finding in shipped.findings}
    people = [WITHOUT_KIT, *(f.witness for f, _ in shipped.accepted if f.witness is not None)]
    found = run(FewPeople(knowledge, TODAY, people), only).findings
    return [f for f in found if (f.check, f.file, f.subject, f.found) not in known]


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
        assert data["what"]
        assert set(data) <= KEYS
        assert set(data) & {"add", "replace", "remove"}
    assert bad["finds"]
    assert not {"finds", "also"} & set(good)
    assert set(bad.get("also", ())) <= set(CHECKS) - {check}


@pytest.mark.parametrize("check", LOADING)
def test_loading_finds_the_bad_file_only(check: str) -> None:
    """The good file can be loaded. The bad one is refused, for this reason alone, and the fault names the place."""
    tried(check, "good").knowledge()
    bad = tried(check, "bad")
    with pytest.raises(KnowledgeError) as refused:
        bad.knowledge()
    (fault,) = refused.value.faults
    assert fault.check == check
    assert bad.data["finds"] in str(fault)
    assert fault.line is not None


@pytest.mark.parametrize("check", OTHERS)
def test_check_finds_nothing_in_the_good_file(check: str, shipped: Checked, tmp_path: Path) -> None:
    """The good file has no finding of its check."""
    assert [str(finding) for finding in new(prepared(check, "good", tmp_path), [check], shipped)] == []


@pytest.mark.parametrize("check", OTHERS)
def test_check_finds_the_bad_file(check: str, shipped: Checked, tmp_path: Path) -> None:
    """The bad file is found by its check, which names it, and by no other check than the file says.

    Where the finding shows a person, that is a true one: the answers are accepted, and the rule holds for them.
    """
    bad, knowledge = tried(check, "bad").data, prepared(check, "bad", tmp_path)
    mine = new(knowledge, [check], shipped)
    others = new(knowledge, [id for id in OTHERS if id not in (check, *APART)], shipped)
    listed = "\n".join(map(str, (*mine, *others)))
    assert any(bad["finds"] in (finding.subject, finding.file) for finding in mine), listed
    assert {finding.check for finding in others} == set(bad.get("also", ())), listed
    for finding in mine:
        assert finding.level == CHECKS[check].level
        assert finding.do
        if check in ("gap", "untrue-example"):
            assert finding.witness is not None
        if finding.witness is not None:
            facts = knowledge.table.encode(example_answers(finding.witness, knowledge))
            assert finding.subject in [compiled.id for compiled in knowledge.fired(facts)]


def test_one_cause_is_one_fault() -> None:
    """A list whose only entry is wrong is not called too short besides; a list that is empty is."""
    name = "rules/sources/tried-text.yaml"
    good = tried("no-outcome", "good").data["add"][name]
    for text, said in (
        (good.replace("items: 0", "items: few"), "`sections.0.items`: "),
        (good[: good.index("statements:")] + "statements: []\n", "`sections.0.statements`: "),
    ):
        with pytest.raises(KnowledgeError) as refused:
            altered(add={name: text})
        (fault,) = refused.value.faults
        assert fault.found.startswith(said)


# --- the shipped knowledge -------------------------------------------------------------------


def test_shipped_knowledge_has_no_open_finding(shipped: Checked) -> None:
    """What the checks find in the shipped knowledge is accepted where it stands, with a reason."""
    assert [str(finding) for finding in shipped.findings] == []
    assert all(why for _, why in shipped.accepted)


def test_accepted_findings_show_true_people(shipped: Checked, knowledge: Knowledge) -> None:
    """The people in accepted findings have valid answers too."""
    for finding, _ in shipped.accepted:
        if finding.witness is not None:
            example_answers(finding.witness, knowledge)


# --- the command -----------------------------------------------------------------------------

Command = Callable[..., Done]


@pytest.fixture
def check_rules(capsys: pytest.CaptureFixture[str]) -> Command:
    """Give a function that runs `rules check` in this process."""

    def call(*words: str | Path) -> Done:
        with pytest.raises(SystemExit) as ended:
            main(["rules", "check", *map(str, words)])
        code = ended.value.code
        assert isinstance(code, int)
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return call


@pytest.mark.parametrize("check", CHECKS)
def test_check_explains_itself(check: str, check_rules: Command) -> None:
    """Each check says what it finds, what to avoid, what to prefer and why, and `--explain` prints all of it."""
    parts = parts_of(CHECKS[check])
    assert list(parts) == ["Title", "What", "Avoid", "Prefer", "Why"]
    done = check_rules("--explain", check)
    assert done.code == 0
    shown = one_line(done.out)
    assert parts.pop("Title") in shown
    assert f"{check}, {CHECKS[check].level}" in shown
    assert ("found while loading" in shown) == CHECKS[check].loading
    for word, text in parts.items():
        assert text
        assert f"{word}: {text}" in shown


def test_explain_all_lists_every_check(check_rules: Command) -> None:
    """`--explain all` names every check with its title."""
    shown = one_line(check_rules("--explain", "all").out)
    for id, check in CHECKS.items():
        assert f"{id} ({check.level}): {parts_of(check)['Title']}" in shown


@pytest.mark.parametrize("option", ["--only", "--explain"])
def test_unknown_check_is_a_wrong_call(option: str, check_rules: Command) -> None:
    """A check that does not exist ends with code 2, and the nearest one is named."""
    done = check_rules(option, "dead-rules")
    assert (done.code, done.out) == (2, "")
    assert done.err == 'There is no check "dead-rules". Did you mean "dead-rule"?\n'


def test_clean_knowledge_ends_with_0() -> None:
    """Without a finding the code is 0, and one line sums up."""
    done = recommender("rules", "check", "--only", "dead-rule", "--only", "same-meaning")
    assert (done.code, done.err) == (0, "")
    (line,) = done.out.splitlines()
    assert line.endswith(" examples: 0 findings, 0 accepted.")


def test_error_ends_with_1_and_names_the_place(tmp_path: Path) -> None:
    """An error ends with code 1; its line has file and line, what was found, what to do and the check."""
    folder = written(tmp_path, tried("same-meaning", "bad").texts)
    done = recommender("rules", "check", "--knowledge", folder, "--only", "same-meaning")
    assert (done.code, done.err) == (1, "")
    first, last = done.out.splitlines()
    assert first.startswith("rules/safety/tried.yaml:12: error: rheumatism-hollow: it means the same as ")
    assert first.endswith("Make one rule of both, with all sources. [same-meaning]")
    assert last.endswith("1 finding (1 error, 0 warnings), 0 accepted.")


def test_warning_fails_only_when_strict(tmp_path: Path, check_rules: Command) -> None:
    """A warning alone ends with code 0, with --strict with code 1, and is shown all the same."""
    texts = tried("overdue-look", "bad").texts
    calls = ["--knowledge", written(tmp_path, texts), "--only", "overdue-look"]
    lenient, strict = check_rules(*calls), check_rules(*calls, "--strict")
    assert ": warning: rheumatism-arching: A. Example, physiotherapist signed it" in lenient.out
    assert lenient.out == strict.out
    assert (lenient.code, strict.code) == (0, 1)


def test_accepted_findings_are_shown_on_demand(tmp_path: Path, check_rules: Command) -> None:
    """`--accepted` shows what is accepted and why; otherwise it is only counted."""
    calls = ["--knowledge", written(tmp_path, tried("needless-acceptance", "good").texts), "--only", "hits-nothing"]
    quiet, shown = check_rules(*calls), check_rules(*calls, "--accepted")
    assert "rheumatism-somersault" not in quiet.out
    assert "Accepted because: It guards against an exercise that someone may add." in shown.out
    assert quiet.out.splitlines()[-1] == shown.out.splitlines()[-1]


def test_json_is_complete(tmp_path: Path, check_rules: Command) -> None:
    """In JSON every finding has all its parts, with the person, and what is accepted says why."""
    texts = tried("needless-acceptance", "good").texts
    file = "rules/safety/tried.yaml"
    texts[file] = texts[file].replace(b"silent_for: [{conditions: []}]", b"silent_for: [{conditions: [rheumatism]}]")
    only = ("--only", "hits-nothing", "--only", "untrue-example")
    done = check_rules("--knowledge", written(tmp_path, texts), "--format", "json", *only)
    assert done.code == 1
    result = json.loads(done.out)
    assert set(result) == {"findings", "accepted"}
    found = {one["check"]: one for one in result["findings"] if one["file"] == file}["untrue-example"]
    assert set(found) == {"check", "level", "file", "line", "found", "do", "subject", "witness"}
    assert (found["level"], found["line"], found["subject"]) == ("error", 3, "rheumatism-somersault")
    assert found["witness"] == {"conditions": ["rheumatism"]}
    reasons = {one["subject"]: one["accepted_because"] for one in result["accepted"]}
    assert reasons["rheumatism-somersault"] == "It guards against an exercise that someone may add."


AGE = "rules/safety/age.yaml"
UNREADABLE: Mapping[str, Callable[[bytes], bytes]] = {
    "broken YAML": lambda text: text + b"  - {id: [\n",
    "not UTF-8": lambda text: text + b"# \xff\n",
    "a wrong word": lambda text: text.replace(b"{age: under 18}", b"{aeg: under 18}"),
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("what", UNREADABLE)
def test_file_that_cannot_be_read_ends_with_2(what: str, form: str, tmp_path: Path, check_rules: Command) -> None:
    """A broken file ends with code 2, its name and what is wrong there, and nothing is checked."""
    texts = shipped_texts()
    texts[AGE] = UNREADABLE[what](texts[AGE])
    done = check_rules("--knowledge", written(tmp_path, texts), "--format", form)
    assert done.code == 2
    assert refused_for(done, form) == [AGE]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("what", ["nothing at all", "no rules", "no catalog"])
def test_folder_that_cannot_be_read_ends_with_2(what: str, form: str, tmp_path: Path, check_rules: Command) -> None:
    """A folder that is missing, or has no rules or no catalog, ends with code 2 and its name."""
    folder = tmp_path / "mine"
    if what != "nothing at all":
        kept = {name: text for name, text in shipped_texts().items() if not name.startswith(what.removeprefix("no "))}
        written(folder, kept)
    done = check_rules("--knowledge", folder, "--format", form)
    assert done.code == 2
    assert refused_for(done, form) == [str(folder)]


def refused_for(done: Done, form: str) -> list[str]:
    """Give the files of the faults, each of which has all its parts."""
    if form == "json":
        faults = json.loads(done.out)["faults"]
        assert all(fault["found"] and fault["check"] in CHECKS for fault in faults)
        return [fault["file"] for fault in faults]
    *faults, last = done.out.splitlines()
    assert last == f"The knowledge cannot be used: {len(faults)} fault. Nothing was checked further."
    assert all(line.split("[")[-1].rstrip("]") in CHECKS for line in faults)
    return [re.split(r":\d*:? ", line)[0] for line in faults]
