"""Mats, chairs, rollers, walls, weights: the things in the picture, placed by the body that uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from itertools import product as pairs
from math import cos, hypot, sin, tau

from recommender.figure.body import SURFACES, Skeleton, surface
from recommender.figure.built import Thing
from recommender.figure.draw import SCALE, Layer, View, box_of
from recommender.figure.geometry import Vector, added, column
from recommender.figure.outline import Disc, around

__all__ = ["floor_layer", "thing_layers"]

WOOD, WOOD_TOP, CLOTH, SOFT, METAL, WALL = "#b08d64", "#c9a981", "#e9e3d6", "#8fa3b3", "#566069", "#dfe4e8"
MAT, GROUND = "#d8e5ea", "#edf1f3"
FIRST, LAST = 60.0, -60.0  # painted before, and after, the body
CHAIR, SEAT, BACK = 0.13, 0.265, 0.26  # a chair: half its width, how high its seat is, and its back over that
ROUND = 24  # corners of a round rim
Ball3 = tuple[Vector, float]
Shapes = list[tuple[str, str]]


def floor_layer(bodies: Sequence[Skeleton], view: View, *, mat: bool) -> Layer:
    """The mat, or the floor, below all poses of a figure."""
    places = [surface(frames, place) for frames in bodies for place in SURFACES]
    low = [(at, radius) for at, radius in places if at[2] - radius < 0.12] or places
    margin = 0.05
    x0, x1 = min(at[0] for at, _ in low) - margin, max(at[0] for at, _ in low) + margin
    y0, y1 = min(at[1] for at, _ in low) - margin, max(at[1] for at, _ in low) + margin
    if mat:
        y0, y1 = min(y0, -0.16), max(y1, 0.16)
    corners = [(x0, y0, 0.0), (x1, y0, 0.0), (x1, y1, 0.0), (x0, y1, 0.0)]
    discs = [(*view.seen(corner)[:2], 2.0) for corner in corners]
    return Layer("floor", FIRST + 40, ((around(discs), MAT if mat else GROUND),), box_of(discs))


def thing_layers(things: Iterable[Thing], frames: Skeleton, view: View, heights: Mapping[str, float]) -> list[Layer]:
    """The layers of these things around a body in this position."""
    layers = []
    for thing in things:
        high = replace(thing, height=thing.height or heights.get(thing.kind, 0.0))
        layers += _MAKERS[thing.placed](high, frames, view)
    return layers


def _under(thing: Thing, frames: Skeleton, view: View) -> list[Layer]:
    spots = [surface(frames, place)[0] for place in thing.places]
    x, y = (sum(spot[axis] for spot in spots) / len(spots) for axis in (0, 1))
    r = thing.height / 2
    if thing.kind == "roller":
        bar = [((x, y - 0.17, r), r), ((x, y + 0.17, r), r)]
        return [_layer("roller", FIRST, [_rod(bar, SOFT)], view)]
    if thing.kind in ("pillow", "towel"):
        long, wide = (0.07, 0.10) if thing.kind == "pillow" else (0.045, 0.11)
        corners = [((x + i * long, y + j * wide, r), r) for i, j in pairs((-1, 1), (-1, 1))]
        return [_layer(thing.kind, FIRST, [(corners, CLOTH)], view)]
    # Who sits has the chair's back behind; who lies before it with the legs on it, beyond the feet.
    sits = all(place.startswith("buttock") for place in thing.places)
    other = surface(frames, "knee_left" if sits else "buttocks")[0] if sits else frames["pelvis"][0]
    away = 1.0 if x >= other[0] else -1.0
    return _seat(thing.kind, (x, y), away, thing.height, view)


def _seat(
    kind: str, at: tuple[float, float], away: float, height: float, view: View, *, back_high: float = BACK
) -> list[Layer]:
    long, wide = (CHAIR, CHAIR) if kind == "chair" else (0.24, 0.10)
    x, y = at
    legs = [
        (_box((x + i * (long - 0.012), y + j * (wide - 0.012), height / 2), (0.010, 0.010, height / 2 - 0.012)), WOOD)
        for i, j in pairs((-1, 1), (1, -1))
    ]
    seat = [(_box((x, y, height - 0.012), (long, wide, 0.012)), WOOD_TOP)]
    back: list[tuple[list[Ball3], str]] = []
    if kind == "chair":
        back = [(_box((x + away * (long - 0.008), y, height + back_high / 2), (0.010, wide, back_high / 2)), WOOD)]
    behind = view.toward((away, 0.0, 0.0)) < 0.2
    return [_layer(kind, FIRST, [*legs, *(back if behind else []), *seat, *([] if behind else back)], view)]


def _between(thing: Thing, frames: Skeleton, view: View) -> list[Layer]:
    a, b = (surface(frames, place)[0] for place in thing.places[:2])
    middle = added(a, added(b, a, -1.0), 0.5)
    along = column(frames["shank_left"][1], 2)
    r = max(thing.height / 2, 0.02)
    balls = [(added(middle, along, 0.05 * i), r) for i in (-1.6, 0.6)]
    depth = view.seen(middle)[2]
    return [_layer("pillow", depth, [(balls, CLOTH)], view)]


def _chair_held(thing: Thing, frames: Skeleton, view: View) -> list[Layer]:
    """A chair whose back is held: it stands before the body, and its seat lies beyond its back."""
    spots = [surface(frames, place)[0] for place in thing.places]
    x, y = (sum(spot[axis] for spot in spots) / len(spots) for axis in (0, 1))
    away = 1.0 if x >= frames["pelvis"][0][0] else -1.0
    return _seat("chair", (x + away * (CHAIR - 0.008), y), -away, SEAT, view, back_high=thing.height - SEAT)


def _held(thing: Thing, frames: Skeleton, view: View) -> list[Layer]:
    if thing.kind == "chair":
        return _chair_held(thing, frames, view)
    hands = [
        (surface(frames, place)[0], column(frames[f"hand_{place.rsplit('_')[-1]}"][1], 1)) for place in thing.places
    ]
    if thing.kind == "barbell":
        (a, _), (b, _) = hands[:2]
        apart = hypot(*(q - p for p, q in zip(a, b, strict=True))) or 1.0
        axis = tuple((q - p) / apart for p, q in zip(a, b, strict=True))
        return _bar(added(a, added(b, a, -1.0), 0.5), (axis[0], axis[1], axis[2]), view)
    layers = []
    for at, axis in hands:
        depth = view.seen(at)[2]
        near = depth - 0.06
        ends = [(added(at, axis, 0.05 * i), 0.026) for i in (-1, 1)]
        rods = [([(added(at, axis, -0.05), 0.009), (added(at, axis, 0.05), 0.009)], METAL)]
        layers.append(_layer("weight", near, [*rods, *(([ball], METAL) for ball in ends)], view))
    return layers


def _bar(middle: Vector, axis: Vector, view: View) -> list[Layer]:
    ends = [added(middle, axis, 0.34 * i) for i in (-1, 1)]
    rod = ([(ends[0], 0.008), (ends[1], 0.008)], METAL)
    layers = [_layer("bar", view.seen(middle)[2] - 0.02, [rod], view)]
    for end in ends:
        rim = [(_on_disc(end, axis, 0.080, k), 0.004) for k in range(ROUND)]
        layers.append(_layer("plate", view.seen(end)[2] - 0.05, [(rim, METAL), ([(end, 0.014)], SOFT)], view))
    return layers


def _around(thing: Thing, frames: Skeleton, view: View) -> list[Layer]:
    spots = [surface(frames, place) for place in thing.places]
    discs = [(*view.seen(at)[:2], 2.4) for at, _ in spots]
    shapes = [(around(pair), CLOTH) for pair in pairwise(discs)]
    return [Layer("strap", LAST, tuple(shapes), box_of(discs))]


def _over(thing: Thing, frames: Skeleton, view: View) -> list[Layer]:
    spots = [surface(frames, place)[0] for place in thing.places]
    x, y = (sum(spot[axis] for spot in spots) / len(spots) for axis in (0, 1))
    away = 1.0 if x >= frames["pelvis"][0][0] else -1.0
    # A heavy sofa: its front edge is over the feet, its back away from the body.
    legs = [_box((x + away * i, y + j * 0.24, 0.045), (0.014, 0.014, 0.045)) for i in (0.0, 0.24) for j in (1, -1)]
    parts = [((0.24, 0.0, 0.25), (0.045, 0.28, 0.16)), ((0.08, 0.0, 0.15), (0.13, 0.24, 0.06))]
    arms = [((0.10, j * 0.26, 0.18), (0.15, 0.035, 0.09)) for j in (1, -1)]
    boxes = [_box((x + away * i, y + j, k), half) for (i, j, k), half in (arms[0], *parts, arms[1])]
    return [_layer("furniture", LAST, [*((leg, WOOD) for leg in legs), *((box, SOFT) for box in boxes)], view)]


def _wall(thing: Thing, frames: Skeleton, view: View) -> list[Layer]:
    normal = thing.normal
    across = (-normal[1], normal[0], 0.0)
    places = [surface(frames, place)[0] for place in SURFACES]
    spread = [at[0] * across[0] + at[1] * across[1] for at in places]
    tall = 1.24 if max(at[2] for at in places) > 0.6 else 0.45
    edge = abs(view.toward(normal)) < 0.4
    low, high = (min(spread) - 0.06, max(spread) + 0.06) if not edge else (-0.16, 0.16)
    corners = [
        (added((across[0] * side, across[1] * side, z), normal, -deep), 0.001)
        for side, z, deep in pairs((low, high), (0.0, tall), (0.0, 0.025))
    ]
    return [_layer("wall", FIRST + 20, [(corners, WALL)], view)]


def _box(middle: Vector, half: Vector) -> list[Ball3]:
    """The corners of a box, slightly rounded."""
    x, y, z = middle
    a, b, c = half
    return [((x + i * a, y + j * b, z + k * c), 0.004) for i, j, k in pairs((-1, 1), repeat=3)]


def _rod(ends: Sequence[Ball3], colour: str) -> tuple[list[Ball3], str]:
    """A round bar with flat ends."""
    (a, r), (b, _) = ends
    length = hypot(*(q - p for p, q in zip(a, b, strict=True))) or 1.0
    axis = ((b[0] - a[0]) / length, (b[1] - a[1]) / length, (b[2] - a[2]) / length)
    return [(_on_disc(end, axis, r, k), 0.0) for end in (a, b) for k in range(ROUND)], colour


def _on_disc(middle: Vector, axis: Vector, radius: float, step: int) -> Vector:
    """A point on the rim of a disc across an axis."""
    helper = (0.0, 0.0, 1.0) if abs(axis[2]) < 0.8 else (1.0, 0.0, 0.0)
    u = _across(axis, helper)
    v = _across(axis, u)
    c, s = radius * cos(step * tau / ROUND), radius * sin(step * tau / ROUND)
    return added(added(middle, u, c), v, s)


def _across(a: Vector, b: Vector) -> Vector:
    cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    length = hypot(*cross) or 1.0
    return (cross[0] / length, cross[1] / length, cross[2] / length)


def _layer(name: str, depth: float, solids: Iterable[tuple[Sequence[Ball3], str]], view: View) -> Layer:
    shapes: Shapes = []
    discs: list[Disc] = []
    for balls, colour in solids:
        seen = [(*view.seen(at)[:2], radius * SCALE) for at, radius in balls]
        shapes.append((around(seen), colour))
        discs += seen
    return Layer(name, depth, tuple(shapes), box_of(discs))


_MAKERS: Mapping[str, Callable[[Thing, Skeleton, View], list[Layer]]] = {
    "under": _under,
    "between": _between,
    "held": _held,
    "around": _around,
    "over": _over,
    "wall": _wall,
}
