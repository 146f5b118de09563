"""Solves a pose: all its contacts at once, with the angles as near as may be to those that were written.

A contact is a place of the body that touches a support. Least squares with the human range of each joint
as bounds; scipy does the work, and only when a pose was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recommender.errors import FigureError
from recommender.figure.body import JOINTS, SURFACES, Root, Skeleton, skeleton, surface
from recommender.figure.geometry import Vector, column, distance
from recommender.figure.inherit import Resolved
from recommender.figure.model import BodyFile, Prop

__all__ = ["CLOSE", "Placed", "faults", "gaps", "range_of", "solve", "wall_normal"]

CLOSE = 0.01  # a contact holds within 1 % of the body's height
TOUCH, PLANTED = 0.0015, 0.012  # how far from exact counts as one unit of error
# How readily a joint gives way to a contact, in degrees for one unit of error.
STIFF = {"lumbar": 2.5, "thorax": 2.5, "neck": 8.0, "hip": 12.0, "knee": 12.0, "ankle": 22.0,
         "shoulder": 14.0, "elbow": 14.0, "wrist": 30.0}  # fmt: skip
SIDEWAYS, EXACT, LOOSE = 0.35, 0.4, 3.0
ROOT = ("forward", "side", "turn")
ROOT_STIFF = {"forward": 9.0, "side": 1.5, "turn": 1.5}


@dataclass(frozen=True, slots=True)
class Placed:
    """A pose whose contacts hold."""

    root: Root
    angles: Mapping[str, float]

    def frames(self) -> Skeleton:
        """Where every part is."""
        return skeleton(self.root, self.angles)


@dataclass(frozen=True, slots=True)
class _Task:
    pose: Resolved
    heights: Mapping[str, float]
    normal: Vector | None
    before: Skeleton | None
    shared: tuple[str, ...]
    start: Vector
    names: tuple[str, ...]
    prior: tuple[float, ...]
    scale: tuple[float, ...]


def range_of(body: BodyFile, name: str) -> tuple[float, float]:
    """The human range of an angle such as "hip_left.flexion", in degrees."""
    joint, _, plane = name.partition(".")
    return body.ranges[joint.removesuffix("_left").removesuffix("_right")][plane]


def solve(poses: Sequence[Resolved], props: Sequence[Prop], body: BodyFile, name: str) -> tuple[Placed, ...]:
    """The poses of one figure, placed in the room. Raises FigureError where one cannot be held."""
    heights = dict(body.heights) | {prop.kind: prop.height for prop in props if prop.height is not None}
    wall = next((prop for prop in props if prop.kind == "wall"), None)
    done: list[Placed] = []
    wrong: list[str] = []
    for index, pose in enumerate(poses):
        normal = wall_normal(pose, wall) if wall else None
        placed = _solved(pose, body, heights, normal, (poses[index - 1], done[-1]) if done else None)
        wrong += [f"{name}, pose {index + 1}: {fault}" for fault in faults(placed, pose, heights, normal)]
        done.append(placed)
    if wrong:
        raise FigureError("\n".join(wrong))
    return tuple(done)


def wall_normal(pose: Resolved, wall: Prop) -> Vector:
    """The direction from the wall into the room."""
    matrix = Root(pose.base, facing=pose.pelvis.facing).matrix()
    forward, left = column(matrix, 0), column(matrix, 1)
    if abs(forward[2]) > 0.5:  # lying on the back or the front: the wall is at the head or the feet
        forward = tuple(-value for value in column(matrix, 2))  # type: ignore[assignment]
    sign, axis = {"behind": (1, forward), "in_front": (-1, forward), "left": (-1, left), "right": (1, left)}[
        wall.wall_is
    ]
    return (sign * axis[0], sign * axis[1], sign * axis[2])


def faults(
    placed: Placed, pose: Resolved, heights: Mapping[str, float], normal: Vector | None
) -> Iterator[str]:  # fmt: skip
    """What does not hold within 1 % of the height: contacts, and whatever is below the floor."""
    for label, gap in gaps(placed.frames(), pose, heights, normal):
        if abs(gap) > CLOSE:
            yield f"{label} is off by {gap:+.3f} of the height."


def gaps(
    frames: Skeleton, pose: Resolved, heights: Mapping[str, float], normal: Vector | None
) -> Iterator[tuple[str, float]]:  # fmt: skip
    """Each declared contact with its gap, and each place of the body with how far it is below the floor."""
    for support, places in pose.contacts.items():
        for place in places:
            at, radius = surface(frames, place)
            yield f"{place} on {support}", _height(at, support, normal) - radius - heights.get(support, 0.0)
    for one, other in pose.touching:
        (a, r), (b, q) = surface(frames, one), surface(frames, other)
        yield f"{one} touching {other}", distance(a, b) - 0.95 * (r + q)
    for place in SURFACES:
        at, radius = surface(frames, place)
        if (below := at[2] - radius) < 0:
            yield f"{place} above the floor", below
        if normal is not None and (beyond := _height(at, "wall", normal) - radius) < 0:
            yield f"{place} before the wall", beyond


def _height(at: Vector, support: str, normal: Vector | None) -> float:
    if support == "wall" and normal is not None:
        return at[0] * normal[0] + at[1] * normal[1] + at[2] * normal[2]
    return at[2]


def _solved(
    pose: Resolved,
    body: BodyFile,
    heights: Mapping[str, float],
    normal: Vector | None,
    before: tuple[Resolved, Placed] | None,
) -> Placed:
    from scipy.optimize import least_squares  # noqa: PLC0415

    task, low, high = _task(pose, body, heights, normal, before)
    found = least_squares(
        lambda values: _errors(values, task), [0.0] * len(low), bounds=(low, high), max_nfev=120, ftol=1e-7, xtol=1e-7
    )
    root, angles = _read(found.x, task)
    at = tuple(round(value, 4) for value in root.at)
    tidy = Root(pose.base, round(root.forward, 1), round(root.side, 1), round(root.turn, 1), root.facing, at)  # type: ignore[arg-type]
    return Placed(tidy, {name: round(value, 1) for name, value in angles.items() if abs(value) >= 0.05})


def _task(
    pose: Resolved,
    body: BodyFile,
    heights: Mapping[str, float],
    normal: Vector | None,
    before: tuple[Resolved, Placed] | None,
) -> tuple[_Task, list[float], list[float]]:
    frames = before[1].frames() if before else None
    names, prior, scale = [*(f"pelvis.{part}" for part in ROOT)], [getattr(pose.pelvis, part) for part in ROOT], []
    scale += [ROOT_STIFF[part] * _slack(pose, "pelvis") for part in ROOT]
    low, high = [-60 / s for s in scale], [60 / s for s in scale]
    for name in JOINTS:
        least, most = range_of(body, name)
        value = pose.angles.get(name, 0.0)
        joint, _, plane = name.partition(".")
        plain = joint.removesuffix("_left").removesuffix("_right")
        slack = STIFF[plain] * _slack(pose, joint) * (1.0 if plane == "flexion" else SIDEWAYS)
        if not least <= value <= most:
            raise FigureError(f"{name} is {value:g}; a person's range is {least:g} to {most:g} degrees.")
        names.append(name)
        prior.append(value)
        scale.append(slack)
        low.append(min((least - value) / slack, -1e-6))
        high.append(max((most - value) / slack, 1e-6))
    shared = _shared(pose, before[0]) if before else ()
    start = before[1].root.at if before else (0.0, 0.0, _rest(pose))
    start = (start[0] + pose.moved[0], start[1] + pose.moved[1], start[2])
    task = _Task(pose, heights, normal, frames, shared, start, tuple(names), tuple(prior), tuple(scale))
    return task, [-20.0] * 3 + low, [20.0] * 3 + high


def _slack(pose: Resolved, joint: str) -> float:
    both = joint.removesuffix("_left").removesuffix("_right")
    if joint in pose.exact or both in pose.exact:
        return EXACT / STIFF.get(both, 9.0)
    return LOOSE if joint in pose.loose or both in pose.loose else 1.0


def _shared(pose: Resolved, before: Resolved) -> tuple[str, ...]:
    """The places that rest on the same support as before: they stay where they are."""
    if any(pose.moved):
        return ()
    same = [place for support, places in pose.contacts.items() for place in places
            if place in before.contacts.get(support, ()) and place not in pose.slides]  # fmt: skip
    return tuple(same)


def _rest(pose: Resolved) -> float:
    """A height for the pelvis to start from: nothing below the floor."""
    matrix = Root(pose.base, pose.pelvis.forward, facing=pose.pelvis.facing)
    frames = skeleton(matrix, pose.angles)
    return -min(at[2] - radius for at, radius in (surface(frames, place) for place in SURFACES))


def _read(values: Any, task: _Task) -> tuple[Root, dict[str, float]]:
    full = [prior + scale * value for prior, scale, value in zip(task.prior, task.scale, values[3:], strict=True)]
    at = (task.start[0] + 0.05 * values[0], task.start[1] + 0.05 * values[1], task.start[2] + 0.05 * values[2])
    forward, side, turn = (float(value) for value in full[:3])
    room = (float(at[0]), float(at[1]), float(at[2]))
    root = Root(task.pose.base, forward, side, turn, task.pose.pelvis.facing, room)
    return root, {name: float(value) for name, value in zip(task.names[3:], full[3:], strict=True)}


def _errors(values: Any, task: _Task) -> list[float]:
    root, angles = _read(values, task)
    frames = skeleton(root, angles)
    errors = list(values[3:])
    pose, normal = task.pose, task.normal
    for support, places in pose.contacts.items():
        high = task.heights.get(support, 0.0)
        for place in places:
            at, radius = surface(frames, place)
            errors.append((_height(at, support, normal) - radius - high) / TOUCH)
    for one, other in pose.touching:
        (a, r), (b, q) = surface(frames, one), surface(frames, other)
        errors.append((distance(a, b) - 0.95 * (r + q)) / (2 * TOUCH))
    for place in SURFACES:
        at, radius = surface(frames, place)
        errors.append(min(0.0, at[2] - radius) / TOUCH)
        if normal is not None:
            errors.append(min(0.0, _height(at, "wall", normal) - radius) / TOUCH)
    errors += _stays(frames, root, task)
    return errors


def _stays(frames: Skeleton, root: Root, task: _Task) -> list[float]:
    """How far what should stay in place has moved."""
    if task.before is None or not task.shared:
        return [(root.at[0] - task.start[0]) / PLANTED, (root.at[1] - task.start[1]) / PLANTED]
    moved = []
    for place in task.shared:
        now, was = surface(frames, place)[0], surface(task.before, place)[0]
        moved += [(now[0] - was[0]) / PLANTED, (now[1] - was[1]) / PLANTED]
        if task.normal is not None and place in task.pose.contacts.get("wall", ()):
            moved.append((now[2] - was[2]) / PLANTED)
    return moved
