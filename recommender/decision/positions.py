"""In what order exercises stand: the phases, and the cheapest calm way from position to position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommender.knowledge.catalogue import Vocabulary
    from recommender.knowledge.session import Session

__all__ = ["UNREACHABLE", "PositionMap", "Positions", "cheapest_order"]

UNREACHABLE = 10_000


class Positions:
    """The calm ways between start positions, for a body that cannot do some things.

    A way passes only through positions of `pass_through` that need nothing of `blocked`.
    """

    def __init__(self, session: Session, vocabulary: Vocabulary, blocked: frozenset[str]) -> None:
        self._near: dict[str, dict[str, int]] = {}
        for change in session.changes:
            one, other = change.between
            self._near.setdefault(one, {})[other] = change.seconds
            self._near.setdefault(other, {})[one] = change.seconds
        words = vocabulary.words("start_position")
        self._through = {place for place in session.pass_through if not set(words[place].needs) & blocked}
        self._found: dict[str, Mapping[str, tuple[int, tuple[str, ...]]]] = {}

    def way(self, start: str, end: str) -> tuple[int, tuple[str, ...]]:
        """The seconds of the calmest way, and the positions in between."""
        if start not in self._found:
            self._found[start] = self._ways(start)
        return self._found[start].get(end, (UNREACHABLE, ()))

    def _ways(self, start: str) -> Mapping[str, tuple[int, tuple[str, ...]]]:
        best: dict[str, tuple[int, tuple[str, ...]]] = {}
        queue: list[tuple[int, tuple[str, ...], str]] = [(0, (), start)]
        while queue:
            cost, between, here = heappop(queue)
            if here in best:
                continue
            best[here] = (cost, between)
            if here != start and here not in self._through:
                continue
            for there, seconds in self._near[here].items():
                passed = between if here == start else (*between, here)
                heappush(queue, (cost + seconds, passed, there))
        return best


class PositionMap:
    """Every way between positions looked up once. Positions are numbers here.

    `calm[a][b]` are the seconds of the calmest way, or more than `UNREACHABLE` where none is known;
    `seconds[a][b]` are the same with `guess` where none is known.
    """

    def __init__(self, positions: Positions, names: Sequence[str], guess: int) -> None:
        self._ways = [[positions.way(one, other) for other in names] for one in names]
        self.calm = [[cost for cost, _ in row] for row in self._ways]
        self.seconds = [[cost if cost < UNREACHABLE else guess for cost, _ in row] for row in self._ways]

    def way(self, start: int, end: int) -> tuple[int, tuple[str, ...]]:
        """The seconds of the calmest way, and the positions in between."""
        return self._ways[start][end]


def cheapest_order(
    phases: Sequence[Mapping[int, tuple[int, ...]]], start: int, positions: PositionMap
) -> tuple[int, ...]:
    """The numbers of all exercises in the order of the least total cost.

    Each phase maps a start position to the numbers that begin there, sorted; they stay together.
    Ties are broken by the numbers themselves, so the order is unique.
    """
    states: dict[int, tuple[int, tuple[int, ...]]] = {start: (0, ())}
    for groups in phases:
        if groups:
            states = _through_phase(groups, states, positions.calm)
    return min(states.values())[1]


def _through_phase(
    groups: Mapping[int, tuple[int, ...]],
    states: Mapping[int, tuple[int, tuple[int, ...]]],
    calm: Sequence[Sequence[int]],
) -> dict[int, tuple[int, tuple[int, ...]]]:
    """The best way to have done the whole phase, for each position in which it can end."""
    names = sorted(groups)
    best: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}
    for number, name in enumerate(names):
        best[1 << number, name] = min(
            (cost + calm[place][name], numbers + groups[name]) for place, (cost, numbers) in states.items()
        )
    everything = (1 << len(names)) - 1
    for done in range(1, everything):
        for last in names:
            reached = best.get((done, last))
            if reached is None:
                continue
            cost, numbers = reached
            for number, name in enumerate(names):
                if done >> number & 1:
                    continue
                key = (done | 1 << number, name)
                way = (cost + calm[last][name], numbers + groups[name])
                if key not in best or way < best[key]:
                    best[key] = way
    return {name: best[everything, name] for name in names if (everything, name) in best}
