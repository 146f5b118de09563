"""Profiles: valid ones, broken ones, and objects that lie about what they are."""

from __future__ import annotations

import math
import random
from collections import ChainMap, OrderedDict, UserDict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from recommender import Knowledge, PainPosition, Profile, ProfileError, Recommendation
from recommender.decision.pipeline import Recommender
from tests.fuzz.common import Finding, Tally
from tests.fuzz.validator import CHOICES, FIELDS, NUMBERS, PARENTS, SETS, accepts, asked

__all__ = ["any_profiles", "judge", "one", "valid"]

BAD = object()  # what stands for a value that no question may accept
_services: dict[str, Recommender] = {}


def service() -> Recommender:
    """One recommender for all inputs, so that what it remembers is tried as well."""
    if "one" not in _services:
        _services["one"] = Recommender(Knowledge.shipped())
    return _services["one"]


# --- values that lie -------------------------------------------------------------------------------


class Word(str):
    """Equal to everything, with the hash of another word, and a text of its own."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("no")

    def __str__(self) -> str:
        return "no"

    def __format__(self, spec: str) -> str:
        return "lying"


class Number(int):
    """Within every bound, and equal to every number."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1

    def __le__(self, other: object) -> bool:
        return True

    def __ge__(self, other: object) -> bool:
        return True

    def __str__(self) -> str:
        raise RuntimeError("no text")


class Words(list[Any]):
    """Shows nothing when it is looked through, and holds nothing when it is asked."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __contains__(self, item: object) -> bool:
        return False


class Endless(list[Any]):
    def __iter__(self) -> Iterator[Any]:
        while True:
            yield "unsure"


class Fields(dict[Any, Any]):
    """Shows other answers each time."""

    def items(self) -> Any:
        return {}.items()

    def keys(self) -> Any:
        return {}.keys()

    def __getitem__(self, key: object) -> Any:
        return "no"


class Broken(Mapping[Any, Any]):
    def __getitem__(self, key: object) -> Any:
        raise RuntimeError("no such thing")

    def __iter__(self) -> Iterator[Any]:
        return iter(("age", "hernia"))

    def __len__(self) -> int:
        raise ValueError("no length")


class EndlessFields(Mapping[Any, Any]):
    def __getitem__(self, key: object) -> Any:
        return "no"

    def __iter__(self) -> Iterator[Any]:
        number = 0
        while True:
            yield f"field{number}"
            number += 1

    def __len__(self) -> int:
        return 1


class Evil:
    """Raises whatever is done with it, and claims to be a text."""

    @property
    def __class__(self) -> Any:  # type: ignore[override]
        return str

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("not to be compared")

    def __hash__(self) -> int:
        raise ValueError("not to be hashed")

    def __str__(self) -> str:
        raise OSError("no text")

    __repr__ = __str__


class Says:
    """Its text is a right answer; it is none."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(self.text)


class Choice(StrEnum):
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    WORSE = "worse"


def deep(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def deep_mapping(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {"pain_position": value}
    return value


def looped() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


JUNK: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 3.5, 40.0, math.nan, math.inf, 10**30, -(10**30), 10**5000, "", "no", "yes", "unsure",
    "unknown", "NO", " no", "no ", "yes\n", "n\u043e", "\ud800", "no\x00", "\u202eno", "x" * 5000, "4", "40",
    "none", [],
    [[]], ["unsure"], ["unsure", None], ["unsure", 1], [None], ("unsure",), {"unsure"},
    frozenset(["unsure"]), {}, {"a": 1},
    {"lying": "same"}, b"no", bytearray(b"no"), 3 + 4j, Decimal(4), Fraction(1, 2), date(2024, 1, 1),
    object(), int, len,
    range(3), slice(1), ..., NotImplemented, ["chest_pain"] * 300, {"unsure": 1}, {1: 2},
)  # fmt: skip


def junk(chance: random.Random) -> Any:
    """Something that is hardly ever an answer, in plain values where it can be."""
    kind = chance.randrange(20)
    if kind == 0:
        return "".join(chr(chance.choice((chance.randrange(128), chance.randrange(0x3000)))) for _ in range(8))
    if kind == 1:
        return chance.randrange(-10, 200)
    if kind == 2:
        return (item for item in ["unsure"])
    if kind == 3:
        return deep(chance.choice((3, 50, 5000)))
    if kind == 4:
        return deep_mapping(chance.choice((3, 50, 5000)))
    if kind == 5:
        return looped()
    if kind == 6:
        return Evil()
    if kind == 7:
        return Says(chance.choice(("no", "yes", "unsure", "40", "same")))
    if kind == 8:
        return Endless(["unsure", 5])
    if kind == 9:
        words = chance.choice(list(SETS.values()))
        return chance.sample(words, chance.randrange(len(words)))
    return chance.choice(JUNK)


# --- profiles ------------------------------------------------------------------------------------


def answer(field: str, chance: random.Random) -> Any:
    """A right answer."""
    if field in CHOICES:
        return chance.choice(CHOICES[field])
    if field in SETS:
        return chance.sample(SETS[field], chance.choice((0, 0, 0, 1, 2, len(SETS[field]))))
    lowest, highest, unknown = NUMBERS[field]
    return "unknown" if unknown and chance.random() < 0.2 else chance.randint(lowest, highest)


def valid(chance: random.Random) -> dict[str, Any]:
    """Complete answers that fit together, nested or with dots."""
    profile: dict[str, Any] = {}
    for field in FIELDS:
        if field not in PARENTS:
            profile[field] = answer(field, chance)
    if chance.random() < 0.6:
        profile["emergency_signs"], profile["medical_signs"] = [], []
        profile["pregnant"], profile["recent_injury"] = "no", "no"
    for field, parent in PARENTS.items():
        if asked(field, profile[parent]):
            profile[field] = answer(field, chance)
    if chance.random() < 0.7:
        position = {field.partition(".")[2]: profile.pop(field) for field in list(profile) if "." in field}
        profile["pain_position"] = position
    fields = list(profile)
    chance.shuffle(fields)
    return {field: profile[field] for field in fields}


def spoil(profile: dict[Any, Any], chance: random.Random) -> None:
    """One thing of it changed."""
    field = chance.choice([name for name in profile if type(name) is str] or ["age"])
    match chance.randrange(9):
        case 0:
            profile.pop(field, None)
        case 1 | 2 | 3:
            profile[field] = junk(chance)
        case 4:
            name = chance.choice((junk(chance), field + chance.choice((" ", ".lying", "s", "\u200b")), "x" * 70_000))
            try:
                profile[name] = junk(chance)
            except Exception:
                profile[""] = None
        case 5:
            profile[chance.choice(FIELDS)] = junk(chance)
        case 6 if isinstance(profile.get("pain_position"), dict):
            profile["pain_position"][chance.choice(("lying", "x", Says("lying"), 1, None))] = junk(chance)
        case 7 if isinstance(profile.get(field), list):
            profile[field] = [*list.__iter__(profile[field]), junk(chance)]
        case _:
            profile[chance.choice(FIELDS)] = answer(chance.choice(FIELDS), chance)


def disguised(value: Any, chance: random.Random) -> Any:
    """The same content in a class that lies about it."""
    if type(value) is str:
        return Choice(value) if chance.random() < 0.3 and value in ("yes", "no", "unsure", "worse") else Word(value)
    if type(value) is int:
        return Number(value)
    if type(value) is list:
        return chance.choice((Words, Endless, tuple, set, frozenset))(value)
    return value


def wrapped(profile: dict[Any, Any], chance: random.Random) -> Any:
    """The same profile in another kind of mapping."""
    match chance.randrange(9):
        case 0:
            return OrderedDict(profile)
        case 1:
            return MappingProxyType(profile)
        case 2:
            return ChainMap(profile)
        case 3:
            return UserDict(profile)
        case 4:
            return Fields(profile)
        case _:
            return profile


def as_model(profile: dict[Any, Any]) -> Any:
    """The profile as a Profile that nobody has checked."""
    values = dict(profile)
    position = values.get("pain_position")
    if isinstance(position, dict):
        values["pain_position"] = PainPosition.model_construct(
            **{part: v for part, v in position.items() if type(part) is str}
        )
    return Profile.model_construct(**{key: value for key, value in values.items() if type(key) is str})


STRANGE = (
    None, 0, "", "age: 40", b"{}", [], (), [("age", 40)], {1, 2}, object(), Broken(), EndlessFields(),
    Evil(), Says("no"),
    (item for item in ()), dict, Profile, {f"field{n}": n for n in range(3000)}, {n: n for n in range(900)},
    {10**5000: 1}, {"pain_position": {f"part{n}": n for n in range(3000)}}, {"age": 40}, {},
)  # fmt: skip


def plainly(value: Any) -> Any:
    """The content of a value by its real class, in plain values; BAD where that is none."""
    kind = type(value)
    if value is None or kind in (str, int, float, bool):
        return value
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return int.__index__(value)
    for listed in (list, tuple, set, frozenset):
        if issubclass(kind, listed):
            return [plainly(item) if not isinstance(item, list | dict) else BAD for item in listed.__iter__(value)]
    return BAD


def meaning(profile: Any, *, inner: bool = False) -> Any:
    """The content of a profile in plain values, two levels deep."""
    kind = type(profile)
    if kind in (Profile, PainPosition):
        pairs = vars(profile).items()
    elif issubclass(kind, dict):
        pairs = dict.items(profile)
    elif kind in (MappingProxyType, ChainMap, UserDict):
        pairs = [(key, profile[key]) for key in profile]
    else:
        return BAD
    found: dict[Any, Any] = {}
    for key, value in pairs:
        name = plainly(key) if not issubclass(type(key), list | tuple | set | frozenset) else BAD
        if name in found:
            return BAD
        mapping = issubclass(type(value), Mapping) or type(value) is PainPosition
        nested = mapping and name == "pain_position" and not inner
        found[name] = meaning(value, inner=True) if nested else plainly(value)
    return found


def judge(profile: Any) -> str:
    """What recommend() makes of it: "a routine" or another result, "refused". Raises Finding for anything else."""
    right = accepts(meaning(profile))
    try:
        result = service().recommend(profile)
    except ProfileError as error:
        if right:
            raise Finding(f"refused though it is complete: {error}") from error
        if not error.faults or not str(error):
            raise Finding("refused without a reason") from error
        str(error).encode("utf-8")
        return "refused"
    if not isinstance(result, Recommendation):
        raise Finding(f"a {type(result).__name__} as result")
    if not right:
        raise Finding("a result for a bad profile")
    return f"{result.outcome}"


def compare(profile: Any) -> None:
    """A disguised profile must have the result of its plain content."""
    plain = meaning(profile)
    alone = Recommender(service().knowledge).recommend({**plain})
    if service().recommend(profile).model_dump_json() != alone.model_dump_json():
        raise Finding("another result than that of its content")


def one(chance: random.Random, tally: Tally) -> str:
    """Try one profile."""
    kind = chance.random()
    if kind < 0.03:
        profile = chance.choice(STRANGE)
        return judge(profile)
    profile = valid(chance)
    if kind < 0.2:
        pass
    elif kind < 0.3:
        for field in chance.sample(list(profile), chance.randrange(1, 6)):
            profile[field] = disguised(profile[field], chance)
        end = judge(wrapped(profile, chance))
        if end != "refused" and chance.random() < 0.1:
            compare(profile)
        return end
    else:
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            spoil(profile, chance)
    if kind > 0.9:
        return judge(as_model(profile))
    return judge(wrapped(profile, chance))


# --- the same as strategies, so that what is found is made small ----------------------------------

_words = st.text(max_size=12) | st.sampled_from(
    sorted({word for words in (*CHOICES.values(), *SETS.values()) for word in words})
)
_scalars = st.none() | st.booleans() | st.integers() | st.floats() | _words | st.binary(max_size=5)
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=4), max_leaves=12
)


def any_profiles() -> st.SearchStrategy[Any]:
    """Valid profiles with some fields replaced by anything, taken out or added; or anything at all."""

    def changed(seed: int, drop: set[str], replace: dict[str, Any]) -> dict[str, Any]:
        profile = valid(random.Random(seed))
        return {**{name: value for name, value in profile.items() if name not in drop}, **replace}

    names = st.sampled_from((*FIELDS, "pain_position")) | _words
    return (
        st.builds(changed, st.integers(0, 2**32), st.just(set()), st.dictionaries(names, _values, max_size=2))
        | st.builds(changed, st.integers(0, 2**32), st.sets(names, max_size=2), st.just({}))
        | _values
    )
