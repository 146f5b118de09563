"""What is left of a condition once some answers are known, each form of it made only once.

Equal rests are one object, so that a search can compare and remember them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from recommender.logic.conditions import AllOf, Condition, Test
from recommender.logic.facts import Variable

__all__ = ["FALSE", "TRUE", "Rest", "Rests"]


class Rest:
    """A test of the step at `place`, or all or any of some parts. `reads` has a bit for each step that it reads."""

    __slots__ = ("contrary", "every", "mask", "parts", "place", "reads")

    def __init__(self, place: int = -1, mask: int = 0, *, every: bool = False, parts: Iterable[Rest] = ()) -> None:
        self.place, self.mask, self.every, self.parts = place, mask, every, tuple(parts)
        self.contrary: Rest | None = None
        self.reads = 1 << place if place >= 0 else 0
        for part in self.parts:
            self.reads |= part.reads

    @property
    def first(self) -> int:
        """The first step that it reads."""
        return (self.reads & -self.reads).bit_length() - 1


TRUE, FALSE = Rest(every=True), Rest()
TRUE.contrary, FALSE.contrary = FALSE, TRUE


def _place(rest: Rest) -> int:
    return rest.place


class Rests:
    """Makes rests over some steps, each of which decides one variable."""

    def __init__(self, steps: Sequence[Variable]) -> None:
        self._places = {variable.index: place for place, variable in enumerate(steps)}
        self._all = [variable.all_codes for variable in steps]
        self._made: dict[tuple[object, ...], Rest] = {}
        self._of: dict[int, tuple[Condition, Rest]] = {}  # by the id of a condition, which is kept
        self._given: dict[tuple[Rest, int, int], Rest] = {}

    def of(self, condition: Condition, none: Iterable[Condition] = ()) -> Rest:
        """What a condition and the contrary of others say together."""
        rest = self._whole(condition)
        others = [self._contrary(self._whole(other)) for other in none]
        return self._joined(True, (rest, *others)) if others else rest

    def _whole(self, condition: Condition) -> Rest:
        known = self._of.get(id(condition))
        if known is None:
            known = self._of[id(condition)] = condition, self._read(condition)
        return known[1]

    def _read(self, condition: Condition) -> Rest:
        if isinstance(condition, Test):
            return self._test(self._places[condition.variable.index], condition.mask)
        return self._joined(isinstance(condition, AllOf), map(self._read, condition.parts))

    def _contrary(self, rest: Rest) -> Rest:
        """What holds exactly where the rest does not."""
        if rest.contrary is None:
            if rest.place >= 0:
                turned = self._test(rest.place, self._all[rest.place] & ~rest.mask)
            else:
                turned = self._joined(not rest.every, map(self._contrary, rest.parts))
            rest.contrary, turned.contrary = turned, rest
        return rest.contrary

    def given(self, rest: Rest, place: int, known: int) -> Rest:
        """What is left when the code of the step at this place is one of those in the mask `known`."""
        if not rest.reads >> place & 1:
            return rest
        if rest.place >= 0:
            return self._test(place, rest.mask & known) if known & ~rest.mask else TRUE
        key = (rest, place, known)
        left = self._given.get(key)
        if left is None:
            left = self._given[key] = self._joined(rest.every, [self.given(part, place, known) for part in rest.parts])
        return left

    def masks(self, rest: Rest, place: int) -> Iterator[int]:
        """Every mask by which the step at this place is tested."""
        if rest.place == place:
            yield rest.mask
        elif rest.reads >> place & 1:
            for part in rest.parts:
                yield from self.masks(part, place)

    def _test(self, place: int, mask: int) -> Rest:
        mask &= self._all[place]
        if not mask:
            return FALSE
        if mask == self._all[place]:
            return TRUE
        key = (place, mask)
        if key not in self._made:
            self._made[key] = Rest(place, mask)
        return self._made[key]

    def _joined(self, every: bool, parts: Iterable[Rest]) -> Rest:
        """All or any of the parts. Tests of one step become one; others matter only where the tests leave it open."""
        end = FALSE if every else TRUE
        opened: dict[int, int] = {}  # of each step that is tested, the codes that leave it open
        kept: dict[Rest, None] = {}
        todo = sorted(parts, key=_place)
        tested = 0
        while todo:
            part = todo.pop()
            if part is end:
                return end
            if part.place >= 0:
                before = opened.get(part.place, self._all[part.place])
                now = opened[part.place] = before & (part.mask if every else ~part.mask)
                if not now:
                    return end
                tested |= part.reads
                again = [other for other in kept if other.reads & part.reads] if now != before else []
                for other in again:
                    del kept[other]
                todo += again
            elif part.every == every:
                todo += part.parts
            elif (left := self._opened(part, part.reads & tested, opened)) is part:
                kept[part] = None
            else:
                todo.append(left)
        for place, now in opened.items():
            kept[self._test(place, now if every else self._all[place] & ~now)] = None
        if len(kept) < 2:
            return next(iter(kept), TRUE if every else FALSE)
        key = (every, frozenset(kept))
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = Rest(every=every, parts=kept)
        return made

    def _opened(self, rest: Rest, places: int, opened: Mapping[int, int]) -> Rest:
        """What is left of the rest when these steps have one of the codes that are open."""
        while places:
            place = (places & -places).bit_length() - 1
            places &= places - 1
            rest = self.given(rest, place, opened[place])
        return rest
