"""Adds a signature to the file of signatures, whose comments and earlier entries stay as they are."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

from recommender.errors import KnowledgeError, KnowledgeFault
from recommender.knowledge.door import checked, read_document
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.overlay import OVERLAY
from recommender.knowledge.progression import CompiledStep
from recommender.knowledge.reviews import Review, ReviewFile, meaning_of, meaning_of_step
from recommender.yaml_reader import YamlFault, read_text

__all__ = ["new_review", "review_file", "with_review"]

EMPTY = "topic: Signatures\n\nreviews: []\n"
_NONE_YET = re.compile(r"^reviews: *(\[ *\])? *$", re.MULTILINE)


def review_file(knowledge: Knowledge) -> Path:
    """The file of signatures of this knowledge; a clinic's own lies beside its overlay.yaml."""
    folder = knowledge.folder
    return folder / "reviews.yaml" if (folder / OVERLAY).is_file() else folder / "rules" / "reviews.yaml"


def new_review(
    compiled: CompiledRule | CompiledStep,
    knowledge: Knowledge,
    *,
    reviewer: str,
    on: date,
    next_look: date | None,
    note: str,
) -> Review:
    """The signature of what the rule means now. Raises ValueError where it cannot be."""
    path = review_file(knowledge)
    days = _read(path.read_text(encoding="utf-8"), path.name).look_again_after if path.is_file() else None
    due = next_look or on + timedelta(days=days or ReviewFile(topic=path.name).look_again_after)
    given = {"reviewer": reviewer, "on": on.isoformat(), "next_look": due.isoformat(), "note": note}
    return checked(Review, {"rule": compiled.id, "meaning": _meaning(compiled, knowledge), **given})


def _meaning(compiled: CompiledRule | CompiledStep, knowledge: Knowledge) -> str:
    if isinstance(compiled, CompiledStep):
        assert knowledge.progress is not None
        return meaning_of_step(compiled, knowledge.progress)
    return meaning_of(compiled, knowledge.table.variables, knowledge.selectors)


def with_review(text: str, review: Review, name: str) -> str:
    """The text of the file of signatures with one more at its end. Raises KnowledgeError if it cannot be read."""
    text = text or EMPTY
    before = _read(text, name)
    lines = [f"  - rule: {review.rule}", f'    meaning: "{review.meaning}"']
    for key in ("reviewer", "on", "next_look", "note"):
        value = getattr(review, key)
        if value:
            lines.append(f"    {key}: {_quoted(value)}")
    entry = "\n".join(lines) + "\n"
    if before.reviews:
        text = text.rstrip("\n") + "\n" + entry
    else:
        text = _NONE_YET.sub(lambda _: "reviews:\n" + entry.rstrip("\n"), text, count=1)
    if _read(text, name).reviews != (*before.reviews, review):
        fault = KnowledgeFault(name, None, "The signature cannot be added at the end.", "Keep `reviews:` last.")
        raise KnowledgeError([fault])
    return text


def _quoted(value: str) -> str:
    """The text in double quotes as YAML reads it, with every sign that does not print written out."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in text)


def _read(text: str, name: str) -> ReviewFile:
    try:
        document = read_text(text, name)
    except YamlFault as fault:
        raise KnowledgeError([KnowledgeFault(name, fault.line, fault.found, fault.do)]) from None
    return read_document(ReviewFile, document)
