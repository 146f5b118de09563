"""The terms file: what several rules mean by one word, said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from recommender.values import Frozen, Ref, Selector, Text, empty

__all__ = ["TERMS", "ConditionTerm", "SelectorTerm", "Terms"]

TERMS = "rules/terms.yaml"


class ConditionTerm(Frozen):
    """A word for people, such as "weak bones". Rules use it as `term: weak_bones`."""

    title: Text
    """The term in everyday words, as it stands in a sentence."""
    means: Text
    """What it means and why it is drawn like this, for reviewers."""
    when: Annotated[dict[str, Any], Ref("condition")]
    """Whom it concerns, in the language of the rules. It may use the terms above it."""


class SelectorTerm(Frozen):
    """A word for exercises, such as "turned". Selectors use it as `term: turned`."""

    title: Text
    """The term in everyday words, as it stands after "exercises with"."""
    means: Text
    """What it means and why it is drawn like this, for reviewers."""
    select: Selector
    """The exercises that it means, in the words of the vocabulary. It may use the terms above it."""


class Terms(Frozen):
    """Words that several rules share, so that they are decided in one place."""

    topic: Text
    """What this file is about, in a few words."""
    people: Mapping[str, ConditionTerm] = empty()
    """Terms for people, by name."""
    exercises: Mapping[str, SelectorTerm] = empty()
    """Terms for exercises, by name."""
