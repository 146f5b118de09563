"""What a pose inherits: from a posture of body.yaml, or from the pose before."""

from __future__ import annotations

from collections.abc import Mapping

from recommender.figure.body import JOINTS, SIDES, SPINE
from recommender.figure.model import Base, Bend, Pelvis, Pose
from recommender.values import Frozen

__all__ = ["Resolved", "resolved"]


class Resolved(Frozen):
    """A pose with all that it inherits: its own angles by name, its contacts by support."""

    caption: str
    base: Base
    pelvis: Pelvis
    angles: Mapping[str, float]
    contacts: Mapping[str, tuple[str, ...]]
    touching: tuple[tuple[str, str], ...]
    exact: tuple[str, ...]
    loose: tuple[str, ...]
    slides: tuple[str, ...]
    moved: tuple[float, float]
    in_front: tuple[str, ...]
    behind: tuple[str, ...]
    arrows: tuple[str, ...] | None


def resolved(poses: tuple[Pose, ...], postures: Mapping[str, Pose]) -> tuple[Resolved, ...]:
    """The poses of one figure with everything that they inherit. Raises ValueError for an unknown `like`."""
    done: list[Resolved] = []
    for pose in poses:
        done.append(_resolved(pose, done[-1] if done else None, postures, ()))
    return tuple(done)


def _resolved(pose: Pose, before: Resolved | None, postures: Mapping[str, Pose], seen: tuple[str, ...]) -> Resolved:
    parent: Resolved | None = None
    if pose.like is None or pose.like == "before":
        parent = before
    elif pose.like in seen:
        raise ValueError(f'The posture "{pose.like}" inherits from itself')
    elif pose.like in postures:
        parent = _resolved(postures[pose.like], None, postures, (*seen, pose.like))
    else:
        raise ValueError(f'There is no posture "{pose.like}". Known: {", ".join(postures)}')
    base = pose.base or (parent.base if parent else None)
    if base is None:
        raise ValueError("The first pose needs `like` or `base`")
    angles = dict(parent.angles) if parent else {}
    angles.update(_angles(pose))
    contacts = parent.contacts if parent and pose.contacts is None else pose.contacts or {}
    touching = parent.touching if parent and pose.touching is None else pose.touching or ()
    return Resolved(
        caption=pose.caption or (parent.caption if parent else ""),
        base=base,
        pelvis=pose.pelvis or (parent.pelvis if parent else Pelvis()),
        angles={name: value for name, value in angles.items() if value},
        contacts={
            support: kept
            for support, places in contacts.items()
            if (kept := tuple(place for place in places if place not in pose.lifts))
        },
        touching=tuple(pair for pair in touching if not set(pair) & set(pose.lifts)),
        exact=pose.exact,
        loose=pose.loose,
        slides=pose.slides,
        moved=pose.moved,
        in_front=pose.in_front or (parent.in_front if parent else ()),
        behind=pose.behind or (parent.behind if parent else ()),
        arrows=pose.arrows,
    )


def _angles(pose: Pose) -> dict[str, float]:
    """The angles that a pose states, by joint, side and plane. One side wins over both."""
    found: dict[str, float] = {}
    for joint in SPINE:
        _put(found, joint, getattr(pose, joint))
    for joint in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist"):
        for side in SIDES:
            _put(found, f"{joint}_{side}", getattr(pose, joint))
            _put(found, f"{joint}_{side}", getattr(pose, f"{joint}_{side}"))
    return found


def _put(found: dict[str, float], joint: str, bend: Bend | None) -> None:
    if bend is not None:
        for plane in ("flexion", "side_bending", "abduction", "rotation"):
            if (name := f"{joint}.{plane}") in JOINTS:
                found[name] = getattr(bend, plane)
            elif getattr(bend, plane):
                raise ValueError(f"`{joint}` has no {plane}")
