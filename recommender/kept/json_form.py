"""Results as JSON: telling them from profiles, looking into what `next` gives, and leaving the answers out."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from recommender.errors import ProfileError, ProfileFault
from recommender.frozen import FrozenDict
from recommender.knowledge.shipped import as_shipped
from recommender.sentences import Say

if TYPE_CHECKING:
    from recommender.decision.recommendation import Recommendation
    from recommender.knowledge.knowledge import Knowledge
    from recommender.progression.result import Adapted

__all__ = ["adapted_without_answers", "inner_result", "is_result", "parsed_result", "without_answers"]

AROUND = {"verdict", "changes", "recommendation"}  # what `next` writes around a result
KEYS = {"outcome", "routine", "excluded", "knowledge", *AROUND}
BEGINNINGS = (b"{", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
BEGINNING = re.compile(rb'\s*\{\s*"(about|outcome|verdict)"\s*:')


def is_result(data: Any) -> bool:
    """Whether this is a result, or one that was adapted to a log, and no profile, told by its keys."""
    return isinstance(data, Mapping) and len(KEYS & set(data)) > 1


def parsed_result(raw: bytes, name: str = "", say: Say = as_shipped) -> Any:
    """The value of a JSON text if it is that of a result, else None. It is not checked here.

    `name` is what messages call it. Raises ProfileError for what begins as a result does and is no whole JSON.
    """
    if not raw.lstrip().startswith(BEGINNINGS):
        return None
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):  # a profile in YAML, or broken; its reader says more
        if not BEGINNING.match(raw.removeprefix(codecs.BOM_UTF8)):
            return None
        name = name or say("saved.nameless")
        fault = ProfileFault.of(say, name, say("saved.not_whole"), say("accepted.result_or_anew"))
        raise ProfileError([fault]) from None
    return data if is_result(data) else None


def inner_result(data: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, bool]:
    """The result itself, None where there was none for the day; and whether `next` made it."""
    if AROUND.isdisjoint(data):
        return data, False
    inner = data.get("recommendation")
    return inner if isinstance(inner, Mapping) else None, True


def without_answers(result: Recommendation, knowledge: Knowledge) -> Recommendation:
    """The result without any answer, to be shown around. It can be read, and is not proved any more.

    Its texts stay, and much can be inferred from them: which rules hold, and so what they hold for (a
    pregnancy, a hernia, how strong the pain is at least); what is left out and why; the minutes; and what
    kit there is. Only the answers themselves are gone, their days, and whether one was a doubt.
    """
    none: dict[str, Any] = {"answers": FrozenDict(), "unsure": ""}
    excluded = tuple(
        replace(entry, reasons=tuple(replace(reason, **none) for reason in entry.reasons)) for entry in result.excluded
    )
    return replace(
        result,
        about=knowledge.outcomes.about.without_answers,
        profile=None,
        answered_on=FrozenDict(),
        excluded=excluded,
        messages=tuple(replace(message, **none) for message in result.messages),
    )


def adapted_without_answers(adapted: Adapted, knowledge: Knowledge) -> Adapted:
    """The same for the next time. What the log led to stays: which doses change, since which day, and why."""
    result = adapted.recommendation
    left = None if result is None else without_answers(result, knowledge)
    return replace(adapted, about=knowledge.outcomes.about.without_answers, recommendation=left)
