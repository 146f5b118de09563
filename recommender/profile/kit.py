"""Which words of a question can still change something for one person, such as the kit that is worth asking for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.logic.conditions import decide_partly
from recommender.logic.questions import Question
from recommender.profile.screening import open_variables

__all__ = ["words_that_matter"]


def words_that_matter(question: Question, answers: Mapping[str, Any], knowledge: Knowledge) -> tuple[str, ...]:
    """The words of a set by which a rule still changes something, in their order.

    A rule that leaves exercises out changes nothing where all of them are left out for sure already.
    """
    known = {field: answer for field, answer in answers.items() if field != question.field}
    facts = knowledge.table.encode_partly(known)
    gone = 0
    undecided = []
    for compiled in knowledge.rules:
        holds = decide_partly(compiled.condition, facts)
        if holds:
            gone |= compiled.excludes
        elif holds is None and question.field in compiled.fields:
            undecided.append(compiled)
    live = [c for c in undecided if c.effect not in ("avoid", "allow_only") or c.excludes & ~gone]
    names = {variable.name for variable in open_variables(known, live, knowledge)}
    return tuple(word for word in question.words if f"{question.field}:{word}" in names)
