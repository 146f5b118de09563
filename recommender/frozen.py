"""A mapping that cannot be changed, so that one person's result shares nothing writable with another's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

__all__ = ["FrozenDict", "frozen"]


class FrozenDict(dict[str, Any]):
    """A dict that was filled once. Writing raises TypeError; it compares, prints and dumps as a dict does."""

    __slots__ = ()

    def __new__(cls, values: Mapping[str, Any] = {}) -> FrozenDict:
        """Filled here, since `__init__` can be called again."""
        self = dict.__new__(cls)
        dict.update(self, values)
        return self

    def __init__(self, _: Mapping[str, Any] = {}) -> None:
        pass

    def _refused(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this mapping is frozen; make a dict of it to change a copy")

    __setitem__ = __delitem__ = __ior__ = _refused
    clear = pop = popitem = setdefault = update = _refused

    def __hash__(self) -> int:  # type: ignore[override]  # no dict has one, for it can be written to
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)

    def __copy__(self) -> FrozenDict:
        return self

    def __deepcopy__(self, _: Any) -> FrozenDict:
        return self


def frozen(value: Any) -> Any:
    """The value with frozen mappings and tuples in the place of mappings and lists, all the way down."""
    if isinstance(value, Mapping):
        return FrozenDict({key: frozen(inner) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(inner) for inner in value)
    return value
