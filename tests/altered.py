"""Copies of the shipped knowledge with several changes at once, as bytes by file name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from recommender import Knowledge
from recommender.knowledge.files import shipped_folder
from recommender.yaml_reader import read_text
from tests.knowledge_texts import shipped_texts

__all__ = ["FILES", "LEDGERS", "altered", "altered_texts", "block", "deleted", "seeded", "swapped"]

CONTENTS = "rules/contents.yaml"
LEDGERS = (CONTENTS, "rules/sources/", "rules/conflicts.yaml")  # where the names of rules stand besides
FILES = {name: raw.decode() for name, raw in shipped_texts().items()}
Replacement = tuple[str, str]  # what stands there now, and what shall stand there
Pairs = dict[str, list[Replacement]]  # by file


def altered_texts(
    replace: Mapping[str, Iterable[Replacement]] | None = None,
    add: Mapping[str, str] | None = None,
    remove: Iterable[str] = (),
) -> dict[str, bytes]:
    """The shipped files without those to remove, with texts replaced and with files added.

    What is replaced must stand in its file exactly once. Added rules go into the table of contents.
    """
    texts = {name: raw for name, raw in shipped_texts().items() if name not in set(remove)}
    for name, pairs in (replace or {}).items():
        text = texts[name].decode()
        for old, new in pairs:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            text = text.replace(old, new)
        texts[name] = text.encode()
    for name, text in (add or {}).items():
        assert name not in texts, f"{name} is there already"
        texts[name] = text.encode()
        rules = read_text(text, name).data.get("rules", ())
        if rules:
            listed = "".join(f"    - {rule['id']}\n" for rule in rules)
            texts[CONTENTS] += f"  {name.removeprefix('rules/')}:\n{listed}".encode()
    return texts


def altered(
    replace: Mapping[str, Iterable[Replacement]] | None = None,
    add: Mapping[str, str] | None = None,
    remove: Iterable[str] = (),
) -> Knowledge:
    """The knowledge in such a copy. Raises KnowledgeError."""
    return Knowledge.of_texts(altered_texts(replace, add, remove), shipped_folder())


def block(id: str) -> tuple[str, str]:
    """Give the file of a rule or an exercise, and its whole text there."""
    for name, text in FILES.items():
        start = text.find(f"  - id: {id}\n")
        if start >= 0 and name.startswith(("rules/", "catalog/exercises/")) and name != "rules/guarantees.yaml":
            end = text.find("\n  - id: ", start + 1)
            return name, text[start:] if end < 0 else text[start : end + 1]
    raise KeyError(id)


def seeded(id: str, old: str, new: str, times: int = 1) -> Pairs:
    """Give the change that replaces a text in one rule or exercise, where it stands so many times."""
    name, text = block(id)
    assert text.count(old) == times, f"{id} has this text {text.count(old)} times: {old!r}"
    return {name: [(text, text.replace(old, new))]}


def both(*changes: Pairs) -> Pairs:
    """Give several changes as one."""
    joined: Pairs = {}
    for change in changes:
        for name, pairs in change.items():
            joined.setdefault(name, []).extend(pairs)
    return joined


def deleted(id: str, *elsewhere: str) -> Pairs:
    """Give the change that takes a rule out of its file, and its name out of the files that begin like this."""
    name, text = block(id)
    changes: Pairs = {name: [(text, "")]}
    for other, whole in FILES.items():
        if other.startswith(elsewhere or ("nowhere",)):
            left = re.sub(rf"(?m)^ *- {id}\n", "", whole)
            left = re.sub(rf"(?<![\w#/-]){id}(?![\w-]),?\s*", "", left)
            if left != whole:
                changes[other] = [(whole, left)]
    return changes


def swapped(one: str, other: str, first: str, second: str) -> Pairs:
    """Give the change that swaps the first locator in one rule or exercise with the second one in another."""
    return both(
        seeded(one, first, second, block(one)[1].count(first)),
        seeded(other, second, first, block(other)[1].count(second)),
    )
