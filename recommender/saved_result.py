"""A result that was kept as JSON, read back and checked against the rules before anyone relies on it.

A file can be changed by hand, by an accident, or by someone else. So nothing in it is believed: the
rules that it names are put through the same decision again, and everything that decides what a
person does has to come out the same. What cannot be seen from the file is whether it belongs to this
person: a whole result that the rules give to somebody else is a good result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from recommender.errors import ProfileError, ProfileFault
from recommender.knowledge.knowledge import Knowledge
from recommender.recommendation import Recommendation
from recommender.saved_checks import faults_of

__all__ = ["AGAIN", "is_result", "looks_cut", "parsed_result", "verified_result"]

KEYS = {"outcome", "routine", "excluded", "knowledge"}
ADAPTED = {"verdict", "changes", "recommendation"}
SHOWN = 8
BEGINNING = re.compile(rb'\s*\{\s*"(outcome|verdict)"\s*:')
AGAIN = "a result as `--format json` wrote it; or make it anew from the profile"


def is_result(data: Any) -> bool:
    """Whether this is a result, or one that was adapted to a diary, and no profile, told by its keys."""
    return isinstance(data, Mapping) and (set(data) >= KEYS or set(data) >= ADAPTED)


def parsed_result(raw: bytes) -> Any:
    """The value of a JSON text if it is that of a result, else None. It is not checked here."""
    if not raw.lstrip().startswith(b"{"):
        return None
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):  # a profile in YAML, or broken; its reader says more
        return None
    return data if is_result(data) else None


def looks_cut(raw: bytes) -> bool:
    """Whether this begins as a result does, and is no whole JSON."""
    if not BEGINNING.match(raw):
        return False
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return True
    return False


def verified_result(data: Mapping[str, Any], knowledge: Knowledge, name: str = "The saved result") -> Recommendation:
    """The saved result, if these rules could have made it. `name` is that of the file, for messages.

    Raises ProfileError: it was made with other rules, or something in it was changed. The error names
    all faults that were found, and there is no routine.
    """
    if set(data) >= ADAPTED:
        data = data["recommendation"]
        if data is None:
            raise ProfileError([ProfileFault(name, "holds no routine: there was none for that day.", AGAIN)])
    try:
        result = Recommendation.model_validate(data)
    except ValidationError as error:
        raise _refused(name, (_in_words(fault) for fault in error.errors())) from None
    if result.knowledge.hash != knowledge.hash:
        found = f"was made with other rules ({result.knowledge.hash[:12]}) than these ({knowledge.hash[:12]})."
        accepted = "the profile, so that the result is made anew"
        raise ProfileError([ProfileFault(name, found, accepted)])
    if found_faults := list(faults_of(result, knowledge)):
        raise _refused(name, found_faults)
    return result


def _refused(name: str, found: Iterable[str]) -> ProfileError:
    """The error for a result that was changed, with its faults."""
    faults = list(dict.fromkeys(found))
    lines = [*faults[:SHOWN], *([f"And {len(faults) - SHOWN} more like these."] if len(faults) > SHOWN else [])]
    text = "\n".join(["is not as these rules made it, so it is not used.", *(f"  {line}" for line in lines)])
    return ProfileError([ProfileFault(name, f"{text}\n", AGAIN)])


FOUND = {"extra_forbidden": "no part of a result", "missing": "missing"}


def _in_words(fault: Any) -> str:
    """A fault of the shape in words of this program: the place, and what is wrong there."""
    place = ".".join(str(part)[:40] for part in fault["loc"])
    if fault["type"] == "value_error":  # said by a check of our own
        said = str(fault["ctx"]["error"])
        return f"{place}: {said}." if place else f"{said[:1].upper()}{said[1:]}."
    return f"{place or 'all of it'}: {FOUND.get(fault['type'], 'not what stands here in a result')}."
