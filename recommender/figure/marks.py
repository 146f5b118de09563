"""What is drawn over the body: where it works, and how it moves. Movement is read off the joints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import atan2, cos, hypot, pi, sin, tau

from recommender.figure.body import SURFACES, Root, Skeleton, skeleton, surface
from recommender.figure.built import BuiltPose
from recommender.figure.draw import SCALE, Box, View
from recommender.figure.geometry import Vector, between, placed, turned
from recommender.figure.outline import around, number

__all__ = ["LANDMARKS", "LEADS", "LOOPS", "WAYS", "Arrow", "arrows", "carriers", "faces_away", "halfway", "region"]

Point = tuple[float, float]
ORANGE = "#c2410c"
# The places whose movement is shown, and how near another must be to be the same movement.
LANDMARKS = ("head", "hand_left", "hand_right", "knee_left", "knee_right", "foot_left", "foot_right", "hips", "middle")
_PLACE = {
    "head": "back_of_head", "hand_left": "palm_left", "hand_right": "palm_right", "foot_left": "ball_left",
    "foot_right": "ball_right", "hips": "front_of_hips", "middle": "belly",
}  # fmt: skip
LEAST, SAME, MOST = 0.05, 0.24, 3
AWAY, AROUND = -0.45, -0.02  # what faces away more than this cannot be seen, unless it goes all around a limb
LEADS = {"lift": (0.0, -1.0), "sink": (0.0, 1.0)}  # these start at the place and lead away from it
LOOPS = ("circle", "eight")
WAYS = {"up": (0.0, -1.0), "down": (0.0, 1.0), "left": (-1.0, 0.0), "right": (1.0, 0.0)}

Spot = tuple[str, Vector, float]
# Each lies within the outline of the body, so that its rim never stands in the air.
REGIONS: Mapping[str, tuple[Spot, ...]] = {
    "lower_back": (("lumbar0", (-0.028, 0.0, 0.0), 0.025), ("lumbar2", (-0.025, 0.0, 0.020), 0.025)),
    "upper_back": (("thorax0", (-0.032, 0.0, 0.020), 0.025), ("thorax2", (-0.030, 0.0, 0.010), 0.025)),
    "belly": (("pelvis", (0.026, 0.0, 0.030), 0.025), ("thorax0", (0.036, 0.0, 0.0), 0.025)),
    "buttocks": (("pelvis", (-0.036, 0.0, -0.006), 0.032), ("pelvis", (-0.032, 0.0, -0.036), 0.030)),
    "floor_of_pelvis": (("pelvis", (-0.020, 0.0, -0.052), 0.022), ("pelvis", (0.016, 0.0, -0.052), 0.022)),
    "neck": (("neck0", (-0.014, 0.0, 0.0), 0.020), ("head", (-0.014, 0.0, 0.010), 0.018)),
}
_SIDED: Mapping[str, tuple[Spot, ...]] = {
    "waist": (("pelvis", (0.0, 0.056, 0.040), 0.024), ("thorax0", (0.0, 0.054, 0.020), 0.024)),
    "hip": (("pelvis", (-0.010, 0.080, 0.010), 0.026), ("pelvis", (-0.006, 0.084, -0.040), 0.026)),
    "front_of_hip": (("pelvis", (0.032, 0.050, 0.0), 0.021), ("thigh", (0.030, 0.0, -0.060), 0.023)),
    "inner_thigh": (("thigh", (0.0, -0.030, -0.060), 0.022), ("thigh", (0.0, -0.024, -0.180), 0.018)),
    "thigh_front": (("thigh", (0.028, 0.0, -0.060), 0.024), ("thigh", (0.022, 0.0, -0.200), 0.020)),
    "thigh_back": (("thigh", (-0.026, 0.0, -0.080), 0.024), ("thigh", (-0.020, 0.0, -0.205), 0.020)),
    "calf": (("shank", (-0.024, 0.0, -0.050), 0.020), ("shank", (-0.016, 0.0, -0.140), 0.015)),
    "shoulder": (("upper_arm", (-0.004, 0.0, 0.0), 0.026), ("upper_arm", (-0.004, 0.0, -0.055), 0.026)),
}


def region(name: str, frames: Skeleton, view: View) -> str:
    """A part of the body that works, marked so that it shows in grey as well; nothing if it faces away."""
    if faces_away(name, frames, view):
        return ""
    discs = [(*view.seen(placed(*frames[frame], at))[:2], radius * SCALE) for frame, at, radius in _spots(name)]
    return f'<path class="w" d="{around(discs)}"/>'


def faces_away(name: str, frames: Skeleton, view: View) -> bool:
    """Whether a region is on the side of the body that cannot be seen."""
    spots = _spots(name)
    facing = sum(view.toward(turned(frames[frame][1], (x, y, 0.0))) for frame, (x, y, _), _ in spots)
    return facing < min(AROUND, AWAY * sum(hypot(x, y) for _, (x, y, _), _ in spots))


def _spots(name: str) -> tuple[Spot, ...]:
    """Where a region is."""
    if name in REGIONS:
        return REGIONS[name]
    base, _, side = name.rpartition("_")
    out = 1.0 if side == "left" else -1.0
    return tuple(
        (frame if frame == "pelvis" or frame.startswith("thorax") else f"{frame}_{side}", (x, y * out, z), radius)
        for frame, (x, y, z), radius in _SIDED[base]
    )


def carriers(name: str) -> tuple[str, ...]:
    """The groups of the body on which a region lies."""
    base, _, side = name.rpartition("_")
    if base == "shoulder":
        return (f"arm_{side}",)
    if base in ("hip", "front_of_hip"):
        return ("trunk", f"leg_{side}")
    if base in ("inner_thigh", "thigh_front", "thigh_back", "calf"):
        return (f"leg_{side}",)
    return ("trunk", "leg_left", "leg_right") if name in ("buttocks", "floor_of_pelvis") else ("trunk",)


class Arrow:
    """An arrow along a path on paper."""

    def __init__(self, path: Sequence[Point], *, both: bool = False) -> None:
        self.path, self.both = list(path), both

    def box(self) -> Box:
        """The rectangle around it."""
        xs, ys = [x for x, _ in self.path], [y for _, y in self.path]
        return (min(xs) - 9, min(ys) - 9, max(xs) + 9, max(ys) + 9)

    def svg(self) -> str:
        """A line with a light rim, and a head."""
        (ax, ay), (bx, by) = self.path[-2], self.path[-1]
        heads = [(bx, by, atan2(by - ay, bx - ax))]
        if self.both:
            (cx, cy), (dx, dy) = self.path[0], self.path[1]
            heads.append((cx, cy, atan2(cy - dy, cx - dx)))
        line = _smooth(self.path)
        tips = "".join(_tip(*head) for head in heads)
        return f'<path class="h" d="{line}{tips}"/><path class="a" d="{line}"/><path class="t" d="{tips}"/>'


def halfway(a: BuiltPose, b: BuiltPose, share: float) -> Skeleton:
    """The body a share of the way from one pose to the next."""
    names = {*a.angles, *b.angles}
    angles = {
        name: (1 - share) * a.angles.get(name, 0.0) + share * b.angles.get(name, 0.0) for name in sorted(names)
    }  # fmt: skip
    (x, y, z), (p, q, r) = a.root.at, b.root.at
    at = (x + share * (p - x), y + share * (q - y), z + share * (r - z))
    return skeleton(Root(b.root.base, at=at), angles, between(a.root.matrix(), b.root.matrix(), share))


def arrows(before: BuiltPose, pose: BuiltPose, view: View, middle: Point, *, both: bool) -> list[Arrow]:
    """How the body moves from one pose to the next. What the file names wins over what the joints say."""
    steps = [halfway(before, pose, k / 6) for k in range(7)]
    if pose.arrows is not None:
        return [_named(wish, steps, view, middle) for wish in pose.arrows if wish != "none"]
    paths = {mark: _path(mark, steps, view) for mark in LANDMARKS}
    chosen: list[tuple[Point, Arrow]] = []
    for mark, path in sorted(paths.items(), key=lambda item: -_way(item[1])):
        if _way(path) < LEAST * SCALE or len(chosen) == MOST:
            break
        half = path[3]
        if all(hypot(half[0] - x, half[1] - y) > SAME * SCALE for (x, y), _ in chosen):
            chosen.append((half, Arrow(_beside(path, middle, mark), both=both)))
    return [arrow for _, arrow in chosen]


def _path(mark: str, steps: Sequence[Skeleton], view: View) -> list[Point]:
    return [view.seen(_spot(frames, mark))[:2] for frames in steps]


def _named(wish: str, steps: Sequence[Skeleton], view: View, middle: Point) -> Arrow:
    kind, _, mark = wish.rpartition(" ")
    edge = SURFACES[_PLACE.get(mark, mark)][2] * SCALE
    if kind in WAYS:
        x, y = view.seen(_spot(steps[-1], mark))[:2]
        dx, dy = WAYS[kind]
        # It ends short of the place, so that it does not hide it.
        return Arrow([(x - dx * (edge + length), y - dy * (edge + length)) for length in (42.0, 28.0, 14.0)])
    if kind in LEADS:
        x, y = view.seen(_spot(steps[-1], mark))[:2]
        dy = LEADS[kind][1]
        return Arrow([(x, y + dy * (edge + length)) for length in (6.0, 20.0, 34.0)])
    if kind == "circle":
        x, y = view.seen(_spot(steps[-1], mark))[:2]
        return Arrow([(x + 20 * cos(k * tau / 14), y + 20 * sin(k * tau / 14)) for k in range(12)])
    if kind == "eight":
        x, y = view.seen(_spot(steps[-1], mark))[:2]
        return Arrow([(x + 34 * sin(k * tau / 18), y - 15 * sin(2 * k * tau / 18)) for k in range(18)])
    return Arrow(_beside(_path(mark, steps, view), middle, mark), both=kind == "both")


def _spot(frames: Skeleton, mark: str) -> Vector:
    return surface(frames, _PLACE.get(mark, mark))[0]


def _way(path: Sequence[Point]) -> float:
    return sum(hypot(q[0] - p[0], q[1] - p[1]) for p, q in pairwise(path))


def _beside(path: Sequence[Point], middle: Point, mark: str) -> list[Point]:
    """The path, moved off the body so that it does not hide what moves."""
    (ax, ay), (bx, by) = path[0], path[-1]
    length = hypot(bx - ax, by - ay) or 1.0
    across = (-(by - ay) / length, (bx - ax) / length)
    half = path[len(path) // 2]
    outward = (half[0] - middle[0]) * across[0] + (half[1] - middle[1]) * across[1]
    off = 12 + SURFACES[_PLACE.get(mark, mark)][2] * SCALE
    shift = off if outward >= 0 else -off
    moved = [(x + across[0] * shift, y + across[1] * shift) for x, y in path]
    return (
        moved if length > 34 else [added_to(moved[0], moved[-1], -0.3), moved[3], added_to(moved[-1], moved[0], -0.3)]
    )


def added_to(a: Point, b: Point, share: float) -> Point:
    """a, moved a share of the way to b."""
    return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))


def _smooth(path: Sequence[Point]) -> str:
    """A soft line through the points."""
    (x, y), *rest = path
    text = f"M{number(x)} {number(y)}"
    for (cx, cy), (nx, ny) in pairwise(rest):
        text += f"Q{number(cx)} {number(cy)} {number((cx + nx) / 2)} {number((cy + ny) / 2)}"
    return text + f"L{number(rest[-1][0])} {number(rest[-1][1])}"


def _tip(x: float, y: float, angle: float) -> str:
    points = [(x + 12 * cos(angle), y + 12 * sin(angle))]
    points += [(x + 8 * cos(angle + turn), y + 8 * sin(angle + turn)) for turn in (pi * 0.68, -pi * 0.68)]
    return "M" + "L".join(f"{number(px)} {number(py)}" for px, py in points) + "Z"
