"""What several test files share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from recommender import Knowledge
from recommender.answers import flatten, nest
from recommender.review.examples import baseline


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The shipped knowledge."""
    return Knowledge.shipped()


def person(changes: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A profile as a dict: a healthy person without pain, with these changes (dotted or nested fields)."""
    knowledge = Knowledge.shipped()
    answers = {**baseline(knowledge), **flatten({**(changes or {}), **more}, knowledge.table.questions)}
    for name, question in knowledge.table.questions.items():
        parent = question.parent
        if parent is not None and name not in answers and answers.get(parent.field) != parent.unless:
            answers[name] = question.baseline
    return nest({name: list(v) if isinstance(v, tuple) else v for name, v in answers.items()})
