"""No sentence for people stands in Python where questions are asked, a session is led, and answers are refused."""

from __future__ import annotations

import ast
import codecs
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from recommender import Knowledge, ProfileError, recommend
from recommender.knowledge.sentences import SENTENCES, shipped_sentences
from recommender.yaml_reader import read_file
from tests.command_line import EXAMPLES, ROOT, one_line, recommender
from tests.conftest import person

PACKAGE = ROOT / "recommender"
MODULES = (
    "logic/answers.py",
    "logic/answer_days.py",
    *(f"profile/{name}.py" for name in ("kit", "interview", "readable", "saved_answers", "screening", "screens")),
    *(f"profile/{name}.py" for name in ("checking", "urgent", "wishes")),
    "progression/log*.py",
    "follow/*.py",
    "kept/*.py",
    "terminal/*.py",
    *(f"cli/{name}.py" for name in ("ages", "ask", "asking", "exercises", "files", "first", "follow", "keeping")),
    *(f"cli/{name}.py" for name in ("next", "resume", "writing")),
)
NAME = re.compile(r"[a-z_]+\.[a-z_]+")
WORDS = re.compile(r"[A-Za-z]{2,}[,.;:]? +[A-Za-z{(]|[A-Za-z]{2,}[.?!]$|^[A-Z][a-z]+$")
# What is for whoever calls the command line or the code wrongly, which click or Python says in English anyway.
CALLS = {"UsageError", "BadParameter", "fail", "option", "argument", "output_option", "folder_option", "command"}
CALLS |= {"Choice", "getattr", "import_module", "own_model", "Literal"}
ALLOWED = {
    "# Answers to the questionnaire of the recommender.": "the mark by which a file of answers is known again",
    "recommender log 1": "the mark of each line of a log",
    "recommender diary 1": "the mark that 0.1.0 gave such a line",
    "`recommender rules list` lists all of them.": "for reviewers: the commands that take a rule",
    '"{}" is no date here. Write the year, the month and the day, such as 2026-11-23.': "a wrong option",
    " --knowledge {}": "an option of a command",
    "{} is {}; accepted is {}": "said to code that makes an entry which cannot be",
}


def _files() -> Iterator[Path]:
    for pattern in MODULES:
        found = sorted(PACKAGE.glob(pattern))
        assert found, pattern
        yield from found


def _whole(node: ast.AST) -> str | None:
    """The text of a string in the code, with {} for what is filled in."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text in the code below this node, but documentation, annotations, and what CALLS are given."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in CALLS:
        return
    if (text := _whole(node)) is not None:
        yield getattr(node, "lineno", 0), text
        inner = [part for part in getattr(node, "values", []) if isinstance(part, ast.FormattedValue)]
    else:
        inner = [child for child in ast.iter_child_nodes(node) if child is not getattr(node, "annotation", None)]
    for child in inner:
        yield from _texts(child)


@pytest.mark.parametrize("path", list(_files()), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_sentence_stands_in_python(path: Path) -> None:
    """What a person reads stands in rules/sentences.yaml, or with the rule, question or exercise that says it."""
    found = list(_texts(ast.parse(path.read_text(encoding="utf-8"))))
    assert [(line, text) for line, text in found if WORDS.search(text) and text not in ALLOWED] == []


def test_what_is_allowed_is_still_there() -> None:
    """The list of exceptions holds nothing that is gone."""
    texts = {text for path in _files() for _, text in _texts(ast.parse(path.read_text(encoding="utf-8")))}
    assert set(ALLOWED) <= texts


# --- another language ----------------------------------------------------------------------------


def _turned(text: str) -> str:
    """A sentence of a language that nobody speaks, with its places where they were."""
    turned = ""
    for literal, name, how, _ in Formatter().parse(text):
        turned += codecs.encode(literal, "rot13").replace("{", "{{").replace("}", "}}")
        turned += "" if name is None else "{" + name + (f":{how}" if how else "") + "}"
    return turned


def _fragments() -> Iterator[str]:
    """What stands between the places of the shipped sentences, where it is long enough to be told from other words."""
    for text in shipped_sentences().texts.values():
        for form in [text] if isinstance(text, str) else text.values():
            for literal, *_ in Formatter().parse(form):
                if len(literal.split()) > 2:
                    yield " ".join(literal.split()).casefold()


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped rules, and with sentences in another language."""
    folder = tmp_path_factory.mktemp("abroad")
    for part in ("rules", "catalog"):
        shutil.copytree(ROOT / part, folder / part)
    data = read_file(folder / SENTENCES, SENTENCES).data
    data["language"] = "xx"
    for named in data["sentences"].values():
        for name, text in named.items():
            named[name] = _turned(text) if isinstance(text, str) else {form: _turned(text[form]) for form in text}
    (folder / SENTENCES).write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return folder


def _unturned(text: str, knowledge: Knowledge) -> list[str]:
    """The shipped fragments that stand in a text, but those that a rule or the questionnaire says too."""
    own = one_line(" ".join(path.read_text(encoding="utf-8") for path in (ROOT / "rules").rglob("*.yaml")
                            if path.name != "sentences.yaml")).casefold()  # fmt: skip
    shown = one_line(text).casefold()
    return [fragment for fragment in _fragments() if fragment in shown and fragment not in own]


BAD = {
    "age": "x",
    "hernia": "y",
    "conditions": "none",
    "emergency_signs": ["sadle"],
    "pregnancy_week": 12,
    "herna": "no",
    "leave_out": ["glute-brige"],
    "answered_on": {"age": "yesterday", "agee": "2026-01-01"},
}
LOG = (EXAMPLES / "log.jsonl").read_text(encoding="utf-8")
DESK = EXAMPLES / "desk-worker.yaml"


def test_a_refused_profile_speaks_the_language_of_its_rules(abroad: Path, knowledge: Knowledge) -> None:
    """Every fault, what is accepted, and the form of the line around them; the fields and words stay as they are."""
    foreign = Knowledge.load(abroad)
    odd = {"age": True, "hernia": None, "pain_position": "x", "onset": 10**80, "cannot": {"a": 1}, "goal": "relive"}
    profiles = [person(BAD), person(odd), {}, {f"f{n}": 1 for n in range(1001)}, None, "x"]
    for profile in profiles:
        with pytest.raises(ProfileError) as caught:
            recommend(profile, knowledge=foreign)  # type: ignore[arg-type]
        assert _unturned(str(caught.value), knowledge) == []
        with pytest.raises(ProfileError) as usual:
            recommend(profile)  # type: ignore[arg-type]
        assert len(usual.value.faults) == len(caught.value.faults)


@pytest.mark.parametrize(
    ("command", "stdin"),
    [
        (("ask", "bad.yaml"), ""),
        (("ask", "new.yaml"), "?\nzz\n0\nl\n1\n\n\nb\nq\n"),
        (("ask", "me.yaml"), "l\n1\n?\n\n\n\nme.yaml\nx.foo\ny\nthere.txt\nn\nout.md\nn\n"),
        (("recommend", "bad.yaml"), ""),
        (("recommend", "changed.json"), ""),
        (("recommend", "none.yaml"), ""),
        (("recommend", "me.yaml", "-o", "me.yaml"), ""),
        (("recommend", "me.yaml", "-o", "there.txt"), ""),
        (("recommend", "me.yaml", "--format", "json", "-o", "log.jsonl"), ""),
        (("follow", "me.yaml"), ""),
        (("follow", "none.yaml"), ""),
        (("next", "log.jsonl", "me.yaml", "--on", "2026-03-06"), ""),
        (("next", "bad.jsonl", "me.yaml", "--on", "2026-03-06"), ""),
        (("exercises", "glute-bridge"), ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_speaks_the_language_of_its_rules(
    command: tuple[str, ...], stdin: str, abroad: Path, knowledge: Knowledge, tmp_path: Path
) -> None:
    """What it asks, shows and refuses beside the result: nothing of it is said as shipped."""
    me = json.dumps(read_file(DESK, DESK.name).data)
    changed = {**recommend(read_file(DESK, DESK.name).data, knowledge=Knowledge.load(abroad)).model_dump(mode="json")}
    broken = LOG.replace('"pain_before": ', '"pain_before": 9', 1).replace('"stopped"', '"stoped"', 1) + "x\n"
    files = {
        "me.yaml": me,
        "bad.yaml": json.dumps(person(BAD)),
        "changed.json": json.dumps({**changed, "seconds": 1}),
        "log.jsonl": LOG,
        "bad.jsonl": broken,
        "there.txt": "x",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = recommender(*command, "--knowledge", abroad, stdin=stdin, folder=tmp_path)
    assert "Traceback" not in done.err
    assert len(done.err + done.out) > 20
    assert _unturned(done.err, knowledge) == []
    if command[0] in ("follow", "exercises"):
        assert _unturned(done.out, knowledge) == []
