"""What the program says itself stands in rules/sentences.yaml, and fits what the code asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge
from recommender.errors import KnowledgeError
from recommender.knowledge.door import checked
from recommender.knowledge.sentences import SENTENCES, SentenceFile, sentences_of, shipped_sentences
from recommender.sentences import Sentences, places_in
from recommender.yaml_reader import read_text
from tests.command_line import ROOT

PACKAGE = ROOT / "recommender"
NAME = re.compile(r"[a-z_]+\.[a-z_]+")


def _calls() -> Iterator[tuple[str, str, set[str] | None]]:
    """Every call `say("name", place=...)`: where, the name, and the places, None where these are not written out."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] != "say":
                continue
            places: set[str] | None = {keyword.arg for keyword in node.keywords if keyword.arg}
            if any(keyword.arg is None for keyword in node.keywords):
                places = None
            for inner in ast.walk(node.args[0]) if node.args else ():
                if isinstance(inner, ast.Constant) and NAME.fullmatch(str(inner.value)):
                    yield f"{path.name}:{node.lineno}", inner.value, places


def test_every_sentence_that_is_asked_for_is_there() -> None:
    """Each name in a call of `say` stands in the file, and each place of its sentence is filled by the call."""
    texts = shipped_sentences().texts
    for where, name, places in _calls():
        assert name in texts, where
        assert places is None or places_in(texts[name]) <= places, where


# --- no sentence stands in the code -----------------------------------------------------------------

# What speaks to people: packages and modules whose sentences all stand in the file.
SPEAKING = (
    "output",
    *(f"progression/{name}.py" for name in ("adapt", "draft", "history", "ladder", "limits", "report", "result")),
    "decision/compose.py",
    "decision/explain.py",
    "knowledge/dose.py",
    "profile/urgent.py",
)
SPOKEN = re.compile(r"[A-Za-z]{2,}[^A-Za-z{}]* [^A-Za-z]*[A-Za-z]{2,}|^\W*[A-Z][a-z]+[:.]( |$)")
UNIT = re.compile(r"^ ?[A-Za-z]{2,}[,.:;]? |^[,.:;]? [A-Za-z]{2,}[ ,.:;]*$")  # beside a number or a name
INSTALLING = "what is missing is said to whoever installs"
CALLING = "an error of a call from Python; the command line has its own list"
WRITING = "an error for the author of rules"
# What may stand there all the same, by its beginning, with the reason.
ALLOWED = {
    "A calendar needs icalendar": INSTALLING,
    "The sheet needs jinja2": INSTALLING,
    "The PDF needs typst": INSTALLING,
    "There is no paper": CALLING,
    '". Known are ': CALLING,
    "The sheet": WRITING,
    ": the character ": WRITING,
    ") has no shape on paper": WRITING,
    "These rules do not say how a routine changes": WRITING,
}
FAULTS_OF_THE_PROGRAM = ("PlanError",)


def _spoken(path: Path) -> Iterator[tuple[str, str]]:
    """Each text of a module that looks like a sentence or a label, with its place."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    exempt = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            fault = ast.unparse(node.exc.func) in FAULTS_OF_THE_PROGRAM
            exempt |= {id(inner) for inner in ast.walk(node)} if fault else set()
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in exempt else None
        if isinstance(text, str) and (SPOKEN.search(text) or (id(node) in parts and UNIT.search(text))):
            yield f"{path.name}:{node.lineno}", text


def test_no_sentence_for_people_stands_in_python() -> None:
    """What a result says stands in YAML: no text of two words or more stands in the modules that say it."""
    paths = [path for name in SPEAKING for path in (PACKAGE / name, *(PACKAGE / name).rglob("*.py")) if path.is_file()]
    found = [each for path in sorted(paths) for each in _spoken(path)]
    assert [each for each in found if not each[1].startswith(tuple(ALLOWED))] == []
    assert [start for start in ALLOWED if not any(text.startswith(start) for _, text in found)] == []


@pytest.mark.parametrize(
    ("code", "spoken"),
    [
        ('page.text("It stays the same.")', True),
        ('page.text("Why: ")', True),
        ('f"{n} exercises, {time} min"', True),
        ('f"Your answer: {x}"', True),
        ('say("why.left_out", n=3)', False),
        ('"""A docstring says what it does."""', False),
        ('raise PlanError("An exercise stood twice.")', False),
        ('raise UsageError("Leave one out.")', True),
    ],
)
def test_a_sentence_in_python_is_found(code: str, spoken: bool, tmp_path: Path) -> None:
    """Whole sentences, labels and parts around a number are found; names, docstrings and inner faults are not."""
    (tmp_path / "module.py").write_text(code)
    assert bool(list(_spoken(tmp_path / "module.py"))) == spoken


def test_no_sentence_for_people_stands_in_a_template() -> None:
    """Between the signs of a template stands no word, and in its quotes stand names."""
    folder = PACKAGE / "output" / "templates"
    page = (folder / "sheet.html.j2").read_text(encoding="utf-8")
    bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", page, flags=re.DOTALL)
    bare = re.sub(r"<style>.*?</style>|<[^>]*>", "", bare, flags=re.DOTALL)
    assert re.findall(r"[A-Za-z]{2,}", bare) == []
    sheet = re.sub(r"^//.*", "", (folder / "sheet.typ").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [text for text in re.findall(r'"([^"]*)"', sheet) if re.search("[A-Za-z]{2,} [A-Za-z]{2,}", text)] == [
        "Libertinus Serif"
    ]
    assert re.findall(r"\[[^\[\]#]*[A-Za-z]{2,}[^\[\]#]*\]", re.sub(r'"[^"]*"', "", sheet)) == []


def test_no_sentence_is_dead() -> None:
    """Each name in the file is asked for by the code or a template, or its whole group is, as in f"days.{day}"."""
    names: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names |= {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    for path in PACKAGE.rglob("templates/*"):
        names |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8")))
    texts = shipped_sentences().texts
    assert [name for name in texts if name not in names and f"{name.partition('.')[0]}." not in names] == []


def test_a_number_chooses_the_form() -> None:
    """The form whose numbers fit is said; all other numbers take `other`."""
    say = Sentences(
        "en", {"a.b": {"one": "{n} box", "few": "{n} boxen", "other": "{n} boxes"}}, {"one": "1", "few": "[234]"}
    )
    assert [say("a.b", n=n) for n in (0, 1, 2, 12)] == ["0 boxes", "1 box", "2 boxen", "12 boxes"]


def _own(sentences: Any, **more: Any) -> Sentences:
    data = {"topic": "x", "language": "de", "plurals": {"one": "1"}, "sentences": sentences, **more}
    return sentences_of(checked(SentenceFile, data), read_text("a: 1", SENTENCES))


def test_what_a_translation_lacks_is_said_as_shipped(knowledge: Knowledge) -> None:
    """A file with one sentence says that one; the others are there all the same."""
    say = _own({"dose": {"once": "einmal"}})
    assert say("dose.once") == "einmal"
    assert say("dose.hold", time="5 s") == knowledge.say("dose.hold", time="5 s")


def test_a_place_that_nobody_fills_is_a_fault_of_the_file() -> None:
    """It would otherwise end a run in the middle of a result."""
    with pytest.raises(KnowledgeError, match=r"Nothing fills the place \{zeit\} of `dose.hold`"):
        _own({"dose": {"hold": "halte {zeit}"}})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ({"many": "x", "other": "{n} x"}, "many is no form"),
        ({"one": "{n} x"}, "forms need other"),
        ("{}", "is no place"),
        ("{a.b}", "is no place"),
    ],
)
def test_a_sentence_that_cannot_be_said_is_refused(text: Any, found: str) -> None:
    """Forms without `other`, unknown forms and places without a name end in an error that names the sentence."""
    with pytest.raises(ValueError, match=found):
        _own({"dose": {"once": text}})
