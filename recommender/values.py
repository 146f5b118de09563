"""What all values that are read from files share: their small types, what holds for them, and what they refer to.

The values are frozen dataclasses. Nothing here imports pydantic: it asks the marks on a field for its schema, and
is imported only where values come in from outside (see `knowledge/door.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, NoReturn, TypeVar, dataclass_transform, get_args, get_type_hints

from recommender.visible import hidden

__all__ = [
    "VISIBLE",
    "Amount",
    "Checked",
    "Constraints",
    "ExerciseId",
    "Frozen",
    "Identifier",
    "Locator",
    "Person",
    "Prepared",
    "Reading",
    "ReadingWord",
    "Ref",
    "RuleId",
    "Selector",
    "Tag",
    "Text",
    "VisibleText",
    "all_kinds_in",
    "empty",
    "hints",
    "kinds_in",
    "plain",
    "variant",
]

Made = TypeVar("Made", bound="Frozen")
Handler = Any  # pydantic's; called with a type, it gives the schema
_BOUND = ("str", "int", "float", "tuple", "dict")  # what pydantic holds to constraints


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Frozen:
    """A frozen value: each class below this one is a dataclass of the standard library, by its annotations.

    `fields`, `replace` and `is_dataclass` work as for any other. Its methods stand here once: `dataclass` would
    write and compile them anew for each class, which took a quarter of the time in which a command starts.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __init_subclass__(cls) -> None:
        dataclass(init=False, repr=False, eq=False, kw_only=True)(cls)

    def __init__(self, **values: Any) -> None:
        known = self.__dataclass_fields__
        given = {name: values.pop(name) if name in values else _default(part) for name, part in known.items()}
        if wrong := [*values, *(name for name, value in given.items() if value is MISSING)]:
            raise TypeError(f"{type(self).__name__} has no field, or lacks the value of the field: {', '.join(wrong)}")
        vars(self).update(given)
        if hasattr(self, "__post_init__"):
            self.__post_init__()

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise FrozenInstanceError(f"{type(self).__name__} is frozen; {name} stays as it is")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"{type(self).__name__} is frozen; {name} stays as it is")

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.__dataclass_fields__))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


def _default(part: Field[Any]) -> Any:
    return part.default if part.default_factory is MISSING else part.default_factory()


class Constraints:
    """What holds for a value, by the names that pydantic gives it: `ge`, `min_length`, `pattern` and so on."""

    def __init__(self, **constraints: Any) -> None:
        self.constraints = constraints

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Any:
        schema = handler(source)
        assert schema["type"] in _BOUND, f"nothing would hold for a value of the type {schema['type']}"
        return {**schema, **self.constraints}


class Checked:
    """A function that says what else holds: it gives the value back, or raises ValueError."""

    def __init__(self, check: Callable[[Any], Any]) -> None:
        self.check = check

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Any:
        function = {"type": "no-info", "function": self.check}
        return {"type": "function-after", "function": function, "schema": handler(source)}


class Prepared:
    """A function that makes what stands in a file ready to be checked, or raises ValueError."""

    def __init__(self, prepare: Callable[[Any], Any]) -> None:
        self.prepare = prepare

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> Any:
        schema, function = handler(source), {"type": "no-info", "function": self.prepare}
        if is_dataclass(source):
            handler.resolve_ref_schema(schema)["strict"] = False  # what was prepared is no JSON any more
        return {"type": "function-before", "function": function, "schema": schema}


@dataclass(frozen=True)
class Ref:
    """The value is a word of this list, or has this shape (see `knowledge/references.py`).

    Said once, on the field: the check at loading, the schemas of the files and what editors offer all follow from it.
    """

    name: str

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Handler) -> Any:
        return {**handler(core_schema), "ref": self.name}


def empty() -> Any:
    """The default of a field that holds a mapping."""
    return field(default_factory=dict)


def _visible(text: str) -> str:
    """The text, if nothing in it can hide what stands beside it on a screen."""
    if found := hidden(text):
        raise ValueError(f"a character that cannot be seen is not read here: {found}")
    return text


Identifier = Annotated[str, Constraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Tag = Annotated[str, Constraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
Text = Annotated[str, Constraints(min_length=1, strip_whitespace=True)]
VISIBLE = Checked(_visible)
VisibleText = Annotated[Text, VISIBLE]
ReadingWord = Literal["direct", "cautious", "inferred", "guideline", "unconfirmed", "practical", "project"]

# What refers to something else.
Locator = Annotated[str, Constraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+(#[0-9]+)?$"), Ref("locator")]
Reading = Annotated[ReadingWord, Ref("reading")]
ExerciseId = Annotated[str, Ref("exercise")]
RuleId = Annotated[Identifier, Ref("rule")]
Selector = Annotated[dict[str, Any], Ref("selector")]
Person = Annotated[dict[str, Any], Ref("person")]

LARGEST = 999  # of any number of a dose: no text comes near it
_RANGE = re.compile(r"(\d+) to (\d+)\Z")
_OPEN = re.compile(r"at least (\d+)\Z")
_AMOUNT = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "description": "A number."},
        {"type": "string", "pattern": "^([0-9]+ to [0-9]+|at least [0-9]+)$", "description": "2 to 4, or at least 2."},
    ]
}


@dataclass(frozen=True)
class Amount:
    """A number of a dose as its text gives it: one number, a range, or an open number ("at least 30").

    An open number counts with the number that the text states, as its maximum too.
    """

    low: int
    high: int
    open: bool = False

    def __str__(self) -> str:
        if self.open:
            return f"at least {self.low}"
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"

    @classmethod
    def read(cls, value: Any) -> Amount:
        """The amount as a file gives it. Raises ValueError."""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST:
            return cls(value, value)
        if match := _RANGE.match(str(value)):
            low, high = int(match[1]), int(match[2])
            if low < high <= LARGEST:
                return cls(low, high)
        if (match := _OPEN.match(str(value))) and int(match[1]) <= LARGEST:
            return cls(int(match[1]), int(match[1]), open=True)
        if re.search(r"\d{4}", str(value)):
            raise ValueError(f'"{str(value)[:20]}" is too large; {LARGEST} is the most')
        raise ValueError(f'"{value}" is no amount; write a number, "2 to 4" or "at least 2"')

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Handler) -> Any:
        return {"type": "function-plain", "function": {"type": "no-info", "function": cls.read}}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Handler) -> Any:
        return _AMOUNT


def variant(value: Made, **changes: Any) -> Made:
    """A copy with other values in some fields. It need not be one that a file could hold, as `replace` would ask."""
    made = copy(value)
    vars(made).update(changes)
    return made


@cache
def hints(kind: type) -> Mapping[str, Any]:
    """The types of a value's fields, with the marks on them."""
    found = get_type_hints(kind, include_extras=True)
    return {part.name: found[part.name] for part in fields(kind)}


@cache
def kinds_in(kind: type) -> tuple[type, ...]:
    """The kinds of value that stand in the fields of this kind."""
    return tuple(inner for hint in hints(kind).values() for inner in _kinds_in(hint))


def all_kinds_in(kind: type) -> Iterator[type]:
    """The kind, and every kind of value that is a part of it."""
    yield kind
    for inner in kinds_in(kind):
        yield from all_kinds_in(inner)


def _kinds_in(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and is_dataclass(hint) and hint is not Amount:
        yield hint
    for part in get_args(hint):
        yield from _kinds_in(part)


def plain(value: Any) -> Any:
    """The value as JSON has it: mappings, lists, words and numbers; an amount as its text."""
    if isinstance(value, Amount):
        return str(value)
    if is_dataclass(value):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value
