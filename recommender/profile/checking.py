"""Checks a whole profile: every fault at once, and first what the usable answers already demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recommender.errors import ProfileError, ProfileFault
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.answers import clean, complete, flatten, own_model, plain
from recommender.profile.readable import readable
from recommender.profile.screening import forced_messages
from recommender.profile.wishes import taken_out

__all__ = ["Examined", "check", "examine"]


@dataclass(frozen=True, slots=True)
class Examined:
    """The answers of a mapping, with everything that is wrong with it."""

    answers: dict[str, Any]
    """The usable answers by field. Complete, and in order, where there is no fault."""
    faults: list[ProfileFault]
    known: dict[str, Any]
    """All that can be known for the screening: also what can be read of answers with a fault."""


def check(data: Any, knowledge: Knowledge) -> dict[str, Any]:
    """Clean and complete answers of a Profile or a mapping, keyed by field.

    Raises ProfileError with all faults at once.
    """
    answers = knowledge.form.answers(data)
    if answers is not None:
        return answers
    found = examine(data, knowledge)
    if found.faults:
        raise ProfileError(found.faults, forced_messages(found.known, knowledge))
    return found.answers


def examine(data: Any, knowledge: Knowledge) -> Examined:
    """The full check. Raises ProfileError only for what is no mapping, or cannot be read."""
    questions, say = knowledge.table.questions, knowledge.say
    if (own := own_model("Profile")) is not None and isinstance(data, own):
        # Checked again: a copy may have been changed, and another knowledge may ask for more.
        data = vars(data)
    if not issubclass(type(data), Mapping):
        if data is None:
            found = say("answers.profile_empty")
        else:
            text = "answers.profile_text" if isinstance(data, str | bytes) else "answers.profile_kind"
            found = say(text, kind=type(data).__name__)
        raise ProfileError([ProfileFault.of(say, "", found, say("accepted.fields", fields=", ".join(questions)))])
    flat = flatten(plain(data, questions, say), questions)
    wishes, odd = taken_out(flat, knowledge.numbers, say)
    answers, faults = clean(flat, questions, say)
    known = {**answers, **readable(flat, answers, questions)}
    wrong = {fault.field for fault in faults}
    faults += [fault for fault in complete(answers, questions, say) if fault.field not in wrong]
    return Examined({**answers, **wishes}, [*faults, *odd], known)
