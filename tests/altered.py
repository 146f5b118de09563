"""Copies of the shipped knowledge with several changes at once, as bytes by file name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from recommender import Knowledge
from recommender.knowledge.files import shipped_folder
from recommender.yaml_reader import read_text
from tests.knowledge_texts import shipped_texts

__all__ = ["altered", "altered_texts"]

CONTENTS = "rules/contents.yaml"
Replacement = tuple[str, str]  # what stands there now, and what shall stand there


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
