"""Nothing of a result or a profile can be changed: not what it holds, nor what another person's result holds."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError, replace
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from recommender import Profile, Recommendation, recommend
from recommender.decision.pipeline import Recommender, key_of
from recommender.decision.recommendation import Value
from recommender.frozen import FrozenDict, frozen
from recommender.kept.json_form import adapted_without_answers, without_answers
from recommender.progression.result import Adapted
from tests.benchmarks.people import people
from tests.conftest import person
from tests.saved_kinds import KNOWLEDGE, course, kind, names

FIXED = (str, int, float, bool, bytes, date, type(None))


def parts(value: Any, way: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that hangs in this one, with the way to it: attributes, fields, elements, keys and values."""
    yield way, value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from parts(key, f"{way} key")
            yield from parts(inner, f"{way}[{key!r}]")
    elif isinstance(value, tuple | frozenset | list | set):
        for number, inner in enumerate(value):
            yield from parts(inner, f"{way}[{number}]")
    elif not isinstance(value, FIXED):
        for name, inner in vars(value).items():
            yield from parts(inner, f"{way}.{name}")
        if isinstance(value, BaseModel):
            assert value.model_extra is None
            assert value.__pydantic_private__ is None


def writable(value: Any) -> list[str]:
    """The ways to all that could be written to."""
    fixed = (*FIXED, tuple, frozenset, FrozenDict)
    found = []
    for way, part in parts(value):
        if isinstance(part, BaseModel):
            found += [] if part.model_config.get("frozen") else [way]
        elif isinstance(part, Value):
            found += [] if type(part).__setattr__ is Value.__setattr__ else [way]
        elif not isinstance(part, fixed):
            found.append(f"{way}: {type(part).__name__}")
    return found


def adapted() -> Adapted:
    """The next time after some sessions, with changes."""
    *_, found = course(person(pain_now=1, level="regular", minutes=60), 9)
    return found


EVERYTHING: dict[str, Any] = {
    **{name: kind(name).result for name in names},
    **{f"{name}, loaded": Recommendation.model_validate_json(kind(name).result.model_dump_json()) for name in names},
    **{f"{name}, copied": copy.deepcopy(kind(name).result) for name in names},
    **{f"{name}, pickled": pickle.loads(pickle.dumps(kind(name).result)) for name in names},
    "without answers": without_answers(kind("overlay").result, kind("overlay").knowledge),
    "next": adapted(),
    "next, loaded": Adapted.model_validate_json(adapted().model_dump_json()),
    "next, without answers": adapted_without_answers(adapted(), KNOWLEDGE),
    "profile": Profile.model_validate(person(cannot=["kneel"])),
    "profile, loaded": Profile.model_validate_json(Profile.model_validate(person(cannot=["kneel"])).model_dump_json()),
}


@pytest.mark.parametrize("name", EVERYTHING)
def test_nothing_that_can_be_written_to_hangs_in_a_result(name: str) -> None:
    """Results of all kinds, fresh, loaded, copied and pickled, hold no list, no dict and no open value."""
    assert writable(EVERYTHING[name]) == []
    assert len(list(parts(EVERYTHING[name]))) > 30


@pytest.mark.parametrize("name", EVERYTHING)
def test_writing_raises(name: str) -> None:
    """Every attribute of every part refuses a new value, and every mapping refuses every way to write to it."""
    for _, part in parts(EVERYTHING[name]):
        if isinstance(part, FrozenDict):
            _mapping_refuses(part)
        elif not isinstance(part, (*FIXED, tuple)):
            for field in list(vars(part)):
                with pytest.raises((FrozenInstanceError, ValidationError), match="frozen"):
                    setattr(part, field, None)
                with pytest.raises((FrozenInstanceError, ValidationError), match="frozen"):
                    delattr(part, field)


def _mapping_refuses(part: FrozenDict) -> None:
    before = dict(part)
    for write in (
        lambda: part.__setitem__("x", 1), lambda: part.__delitem__("x"), part.clear, part.popitem,
        lambda: part.pop("x", None), lambda: part.setdefault("x", 1), lambda: part.update(x=1),
        lambda: part.__ior__({"x": 1}),
    ):  # fmt: skip
        with pytest.raises(TypeError, match="frozen"):
            write()
    part.__init__({"x": 1})  # type: ignore[misc]
    assert dict(part) == before


def test_the_results_of_many_people_share_nothing_writable() -> None:
    """Of sixty people, no two results hold the same object, but for what cannot be written to."""
    maker = Recommender(KNOWLEDGE, remembered=0)
    seen: dict[int, Any] = {}
    shared = []
    results = [maker.recommend(profile) for profile in people(60, KNOWLEDGE)]
    for result in results:
        own = {id(part): part for _, part in parts(result)}
        shared += [part for mark, part in own.items() if mark in seen]
        seen |= own
    assert len({result.outcome for result in results}) > 3
    assert shared
    assert not [part for part in shared if isinstance(part, list | dict | set) and not isinstance(part, FrozenDict)]


def test_what_a_result_gives_out_is_nobody_elses() -> None:
    """What is done to the fields that one result gives out reaches neither itself nor another result."""
    one, other = recommend(person()), recommend(person(age=41))
    before = (one.model_dump_json(), other.model_dump_json())
    for given in (one.model_dump(), one.model_dump(mode="json")):
        given["profile"]["age"] = 0
        given["review"].clear()
        given.clear()
    assert (one.model_dump_json(), other.model_dump_json()) == before
    assert replace(one, title="x").title == "x"


def test_a_profile_that_is_changed_later_changes_nothing() -> None:
    """Neither a dict, nor the lists and mappings in it, hang on in a result or in a Profile."""
    given = person(conditions=["rheumatism"], cannot=["kneel"])
    result, profile = recommend(given), Profile.model_validate(given)
    before = (result.model_dump_json(), profile.model_dump_json())
    assert key_of(given) is not None
    given["conditions"].append("osteoporosis")
    given["cannot"].clear()
    given["pain_position"]["lying"] = "worse"
    given["age"] = 80
    assert (result.model_dump_json(), profile.model_dump_json()) == before
    assert recommend(given) != result
    again = person(conditions=["rheumatism"], cannot=["kneel"])
    assert recommend(again).model_dump_json() == before[0]


@pytest.mark.parametrize("name", names)
def test_copies_are_equal_and_stay_frozen(name: str) -> None:
    """Pickling, copying and JSON give an equal result with the same text."""
    result = kind(name).result
    for other in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result), copy.copy(result)):
        assert other == result
        assert hash(other) == hash(result)
        assert other.model_dump_json() == result.model_dump_json()
    assert Recommendation.model_validate_json(result.model_dump_json()) == result
    assert Recommendation.model_validate(result.model_dump()) == result


def test_frozen_goes_all_the_way_down() -> None:
    """Mappings and lists in mappings and lists are frozen; nothing of what was given hangs on."""
    given: dict[str, Any] = {"a": [{"b": [1]}], "c": {"d": ()}}
    made = frozen(given)
    given["a"][0]["b"].append(2)
    assert made == {"a": ({"b": (1,)},), "c": {"d": ()}}
    assert writable(made) == []
    assert copy.deepcopy(made) == copy.copy(made) == pickle.loads(pickle.dumps(made)) == made
