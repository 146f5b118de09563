"""A person's wishes about single exercises: which to leave out, and which to do first if they may.

They are never asked for. They only choose among what the rules allow, and change no stop, limit,
message or reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from recommender.errors import ProfileFault, closest
from recommender.sentences import Say

__all__ = ["FAVOURITES", "LEAVE_OUT", "WISHES", "taken_out"]

LEAVE_OUT, FAVOURITES = "leave_out", "favourites"
WISHES = (LEAVE_OUT, FAVOURITES)


def taken_out(
    flat: dict[str, Any], known: Iterable[str], say: Say
) -> tuple[dict[str, tuple[str, ...]], list[ProfileFault]]:
    """Take the wishes out of answers by field: those that name something, in the order of `known`, and all faults.

    The faults are in the words of `say`.
    """
    ids = tuple(known)
    wishes: dict[str, tuple[str, ...]] = {}
    faults: list[ProfileFault] = []
    for field in WISHES:
        value = flat.pop(field, None)
        if value is None:
            continue
        if isinstance(value, str | Mapping) or not isinstance(value, list | tuple | set | frozenset):
            faults.append(ProfileFault.of(say, field, say("wishes.no_list"), say("accepted.exercises")))
            continue
        odd = [word for word in value if word not in ids]
        if odd:
            word, meant = str(odd[0]), closest(str(odd[0]), ids)
            sentence = "wishes.no_exercise_meant" if meant else "wishes.no_exercise"
            found = say(sentence, word=word[:60], meant=meant)
            faults.append(ProfileFault.of(say, field, found, say("accepted.exercises")))
        elif value:
            wishes[field] = tuple(id for id in ids if id in value)
    both = sorted(set(wishes.get(LEAVE_OUT, ())) & set(wishes.get(FAVOURITES, ())))
    if both:
        found = say("wishes.in_both", exercise=both[0])
        faults.append(ProfileFault.of(say, FAVOURITES, found, say("accepted.in_one_list")))
    return wishes, faults
