"""What several test files share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import settings

from recommender import Knowledge
from recommender.logic.answers import flatten, nest
from recommender.review.examples import baseline
from tests.command_line import KEPT_HERE

# The suite draws the same examples each time. To look further: RECOMMENDER_EXAMPLES=20 python -m pytest
TIMES = int(os.environ.get("RECOMMENDER_EXAMPLES", "1"))
settings.register_profile("suite", deadline=None, database=None, derandomize=TIMES == 1, max_examples=100 * TIMES)
settings.load_profile("suite")
os.environ["RECOMMENDER_CACHE"] = "off"  # no test rests on what an earlier run has left behind


def pytest_configure(config: pytest.Config) -> None:
    """Give this run a folder of its own, in which the commands that it starts keep what they have compiled."""
    if not hasattr(config, "workerinput"):  # the workers get it from the process that started them
        folder = tempfile.mkdtemp(prefix="recommender-tests-")
        os.environ[KEPT_HERE] = folder
        config.add_cleanup(partial(shutil.rmtree, folder, ignore_errors=True))


def examples(count: int) -> settings:
    """Settings for a test that needs more or fewer examples than the others."""
    return settings(max_examples=count * TIMES)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """Give the shipped knowledge."""
    return Knowledge.shipped()


def person(changes: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Make a profile as a dict: a healthy person without pain, with these changes (dotted or nested fields)."""
    knowledge = Knowledge.shipped()
    answers = {**baseline(knowledge), **flatten({**(changes or {}), **more}, knowledge.table.questions)}
    for name, question in knowledge.table.questions.items():
        parent = question.parent
        if parent is not None and name not in answers and parent.asks(answers.get(parent.field)):
            answers[name] = question.baseline
    return nest({name: list(v) if isinstance(v, tuple) else v for name, v in answers.items()})
