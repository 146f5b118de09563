"""The outline of round things on paper: the convex hull of discs as an SVG path of lines and arcs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import acos, atan2, cos, hypot, pi, sin, tau

__all__ = ["Disc", "around", "number"]

Disc = tuple[float, float, float]  # x, y, radius on paper; a point has no radius

STEPS = 36
DIRECTIONS = [(k * tau / STEPS, cos(k * tau / STEPS), sin(k * tau / STEPS)) for k in range(STEPS)]


def number(value: float) -> str:
    """A number with one decimal, as short as it goes."""
    text = f"{value:.1f}"
    if text.endswith(".0"):
        text = text[:-2]
    return "0" if text == "-0" else text


def around(discs: Iterable[Disc]) -> str:
    """The path around all of these discs."""
    all_discs = list(discs)
    if not any(radius for _, _, radius in all_discs):
        return _polygon(all_discs)
    runs = _touched(all_discs)
    if len(runs) == 1:
        return _circle(all_discs[runs[0][0]])
    corners = []
    for (i, at), (j, _) in zip(runs, runs[1:] + runs[:1], strict=True):
        corners.append(_tangent(all_discs[i], all_discs[j], at))
    path: list[str] = []
    for index, (disc, _) in enumerate(runs):
        x, y, r = all_discs[disc]
        first, last = corners[index - 1], corners[index]
        path.append(f"{'L' if path else 'M'}{_at(x, y, r, first)}")
        if r > 0.05 and (turn := (last - first) % tau) > 0.02:
            path.append(f"A{number(r)} {number(r)} 0 {int(turn > pi)} 1 {_at(x, y, r, last)}")
    return "".join(path) + "Z"


def _polygon(points: Sequence[Disc]) -> str:
    """The path around points that have no size."""
    ordered = sorted({(x, y) for x, y, _ in points})
    corners = _half(ordered) + _half(ordered[::-1])
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in corners) + "Z"


def _half(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """One side of the convex hull of points in order, without its last point."""
    chain: list[tuple[float, float]] = []
    for x, y in points:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2:]
            if (bx - ax) * (y - ay) > (by - ay) * (x - ax):
                break
            chain.pop()
        chain.append((x, y))
    return chain[:-1]


def _touched(discs: Sequence[Disc]) -> list[tuple[int, float]]:
    """Which disc reaches out farthest, direction by direction: each run with its last direction."""
    runs: list[tuple[int, float]] = []
    for angle, dx, dy in DIRECTIONS:
        reach = [x * dx + y * dy + r for x, y, r in discs]
        best = reach.index(max(reach))
        if runs and runs[-1][0] == best:
            runs[-1] = (best, angle)
        else:
            runs.append((best, angle))
    if len(runs) > 1 and runs[0][0] == runs[-1][0]:
        runs[-1] = (runs[0][0], runs.pop(0)[1] + tau)
        runs = [runs[-1], *runs[:-1]]
        runs[0] = (runs[0][0], runs[0][1] - tau)
    return runs


def _tangent(a: Disc, b: Disc, near: float) -> float:
    """The direction in which both discs reach out equally far, after `near`."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    apart = hypot(dx, dy)
    spread = acos(max(-1.0, min(1.0, (a[2] - b[2]) / max(apart, 1e-9))))
    middle = atan2(dy, dx)
    step = pi / STEPS
    return min(
        (middle + spread, middle - spread),
        key=lambda angle: abs((angle - near - step + pi) % tau - pi),
    )


def _at(x: float, y: float, r: float, angle: float) -> str:
    return f"{number(x + r * cos(angle))} {number(y + r * sin(angle))}"


def _circle(disc: Disc) -> str:
    x, y, r = disc
    r = max(r, 0.1)
    size = f"A{number(r)} {number(r)} 0 1 1"
    return f"M{number(x - r)} {number(y)}{size} {number(x + r)} {number(y)}{size} {number(x - r)} {number(y)}Z"
