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
from recommender.knowledge.sentences import SENTENCES, SentenceFile, sentences_of, shipped_sentences
from recommender.sentences import Sentences, places_in
from recommender.yaml_reader import read_text

PACKAGE = Path(__file__).resolve().parent.parent / "recommender"
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


def test_a_number_chooses_the_form() -> None:
    """The form whose numbers fit is said; all other numbers take `other`."""
    say = Sentences(
        "en", {"a.b": {"one": "{n} box", "few": "{n} boxen", "other": "{n} boxes"}}, {"one": "1", "few": "[234]"}
    )
    assert [say("a.b", n=n) for n in (0, 1, 2, 12)] == ["0 boxes", "1 box", "2 boxen", "12 boxes"]


def _own(sentences: Any, **more: Any) -> Sentences:
    data = {"topic": "x", "language": "de", "plurals": {"one": "1"}, "sentences": sentences, **more}
    return sentences_of(SentenceFile.model_validate(data), read_text("a: 1", SENTENCES))


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
