"""A person's wishes about single exercises: which to leave out, and which to do first if they may.

They are never asked for. They only choose among what the rules allow, and change no stop, limit,
message or reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from recommender.errors import ProfileFault, nearest

__all__ = ["FAVOURITES", "LEAVE_OUT", "WISHES", "taken_out"]

LEAVE_OUT, FAVOURITES = "leave_out", "favourites"
WISHES = (LEAVE_OUT, FAVOURITES)
_ACCEPTED = "a list (it may be empty) of ids of exercises; `recommender exercises` lists them"


def taken_out(flat: dict[str, Any], known: Iterable[str]) -> tuple[dict[str, tuple[str, ...]], list[ProfileFault]]:
    """Take the wishes out of answers by field: those that name something, in the order of `known`, and all faults."""
    ids = tuple(known)
    wishes: dict[str, tuple[str, ...]] = {}
    faults: list[ProfileFault] = []
    for field in WISHES:
        value = flat.pop(field, None)
        if value is None:
            continue
        if isinstance(value, str | Mapping) or not isinstance(value, list | tuple | set | frozenset):
            faults.append(ProfileFault(field, "this is no list.", _ACCEPTED))
            continue
        odd = [word for word in value if word not in ids]
        if odd:
            hint = nearest(str(odd[0]), ids)
            faults.append(ProfileFault(field, f'"{str(odd[0])[:60]}" is no exercise. {hint}'.strip(), _ACCEPTED))
        elif value:
            wishes[field] = tuple(id for id in ids if id in value)
    both = sorted(set(wishes.get(LEAVE_OUT, ())) & set(wishes.get(FAVOURITES, ())))
    if both:
        faults.append(
            ProfileFault(FAVOURITES, f"{both[0]} is to be left out, too.", "an exercise in one of both lists")
        )
    return wishes, faults
