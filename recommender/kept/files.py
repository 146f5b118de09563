"""What a file looks like: a log, saved answers or a saved result, whole or damaged.

Such files hold what nobody else has. A wrong guess costs another file name; a miss would cost the file. So
whatever looks like one counts as one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge

__all__ = ["ANSWERS_HEAD", "HEAD", "Kind", "answer_words", "kind_of", "knowledge_files"]

Kind = Literal["log", "answers", "result", "other"]

HEAD = 10_000_001  # bytes that are looked at; a saved result has at most one less
ANSWERS_HEAD = "# Answers to the questionnaire of the recommender."  # the first line of what `ask` saves
LOG = re.compile(rb'(?m)^[ \t\xef\xbb\xbf]*\{[^\n]{0,2000}?"form"\s*:\s*"recommender (log|diary)')  # diary: 0.1.0
RESULT = re.compile(rb'\{\s*"(about|outcome|verdict)"\s*:')
DECIDED = ("outcome", "verdict")  # how the key of a result ends; a row of a batch has one
KEY = re.compile(r"""["']?([a-z][a-z0-9_.]*)["']?\s*:""")
INNER_KEY = re.compile(r"""[{,]\s*["']?([a-z][a-z0-9_.]*)["']?\s*:""")
NO_KEYS = ("#", "-", "}", "]", "%", "...")


def answer_words(knowledge: Knowledge) -> frozenset[str]:
    """The keys that a file with answers can have: fields, and both parts of dotted ones."""
    words = {"answered_on"}
    for field in knowledge.table.questions:
        words |= {field, *field.split(".")}
    return frozenset(words)


def knowledge_files(knowledge: Knowledge) -> Iterator[Path]:
    """Every file of this knowledge, and of the shipped one, which a clinic's own rests on."""
    from recommender.knowledge.files import OVERLAY, shipped_folder  # noqa: PLC0415

    for folder in dict.fromkeys((Path(knowledge.folder), shipped_folder())):
        yield folder / OVERLAY
        for part in ("rules", "catalog"):
            yield from (path for path in (folder / part).rglob("*") if path.suffix != ".json")


def kind_of(raw: bytes, words: Collection[str]) -> Kind:
    """What these first bytes of a file look like. `words` are the keys of answers (see `answer_words`)."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    if LOG.search(raw):
        return "log"
    text = raw.decode("utf-8", "replace")
    if not raw.startswith(b"{"):
        return "answers" if _is_yaml_of_answers(text, words) else "other"
    values = _object(text)
    row = _object(text.partition("\n")[0]) if values is None else None
    if values is None and row is None:  # cut off or damaged, or YAML in the form of JSON
        if RESULT.match(raw):
            return "result"
        return "answers" if _are_answers(INNER_KEY.findall(text), words) else "other"
    if values is not None and _is_result(values):
        return "result"
    return "answers" if _are_answers([*(values or row or {})], words) else "other"


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object that this text is, if it is one."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_result(values: Mapping[str, Any]) -> bool:
    from recommender.kept.json_form import is_result  # noqa: PLC0415  # pydantic; only where a JSON file is there

    return is_result(values) and not isinstance(values.get("routine"), str)  # a text there: a row of a batch


def _is_yaml_of_answers(text: str, words: Collection[str]) -> bool:
    """Whether most lines without indent begin with a key of answers; broken YAML counts too."""
    if text.startswith(ANSWERS_HEAD):
        return True
    lines = [line for line in text.splitlines() if line.strip() and not line[0].isspace()]
    lines = [line for line in lines if not line.startswith(NO_KEYS)]
    keys = [found.group(1) for line in lines if (found := KEY.match(line))]
    return len(keys) * 2 >= len(lines) and _are_answers(keys, words)


def _are_answers(keys: Collection[str], words: Collection[str]) -> bool:
    """Whether at least half of the keys are those of answers, and none tells that it was decided already."""
    known = sum(key in words for key in keys)
    return known > 0 and known * 2 >= len(keys) and not any(key.endswith(DECIDED) for key in keys)
