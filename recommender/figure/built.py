"""Figures whose poses are solved, as they are kept in `catalog/figures/solved.json` and drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from recommender.figure.body import Root, Skeleton, skeleton
from recommender.figure.geometry import Vector

__all__ = ["FORM", "Built", "BuiltPose", "Thing", "from_json", "parts_of", "to_json"]

FORM = "3"  # changes when poses are solved or kept in another way: what was kept is made anew


@dataclass(frozen=True, slots=True)
class BuiltPose:
    """A pose in the room, and how it is shown."""

    caption: str
    root: Root
    angles: Mapping[str, float]
    in_front: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    arrows: tuple[str, ...] | None = None

    def frames(self) -> Skeleton:
        """Where every part is."""
        return skeleton(self.root, self.angles)


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing in the picture: what it is, how it is placed, and at which places of the body."""

    kind: str
    placed: str
    places: tuple[str, ...]
    height: float = 0.0
    normal: Vector = (1.0, 0.0, 0.0)
    since: int = 0  # the first pose in which it is there
    as_in: int = -1  # the pose by which it is placed once for all; -1: it moves with the body


@dataclass(frozen=True, slots=True)
class Built:
    """A figure that can be drawn. `mark` tells what it was solved from."""

    exercise: str
    mark: str
    around: float
    above: float
    working: tuple[str, ...]
    moves: tuple[str, ...]
    back_and_forth: bool
    mat: bool
    things: tuple[Thing, ...]
    heights: Mapping[str, float]
    poses: tuple[BuiltPose, ...]


def to_json(figures: Mapping[str, Built], files: Mapping[str, str]) -> str:
    """The figures as text: one line each, so that a change shows as a change of that figure."""
    lines = [f" {json.dumps(name)}: {json.dumps(_plain(asdict(one)))}" for name, one in sorted(figures.items())]
    inside = '"files": ' + json.dumps(dict(sorted(files.items()))) + ',\n"figures": {\n' + ",\n".join(lines) + "\n}}\n"
    return f"{_made(inside)}\n{inside}"


def parts_of(text: str) -> dict[str, Any]:
    """The files and figures in a text that `to_json` wrote. Raises ValueError if anything in it was changed."""
    first, _, inside = text.partition("\n")
    if first != _made(inside):
        raise ValueError("this is not what was written")
    found: dict[str, Any] = json.loads(text)
    return found


def _made(inside: str) -> str:
    """The first line: by which form of solving, and a sum over all that follows."""
    return f'{{"made": "form {FORM}, {hashlib.sha256(inside.encode()).hexdigest()[:16]}",'


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Without what has no content."""
    return {
        key: [_plain(one) if isinstance(one, dict) else one for one in value]
        if isinstance(value, list | tuple)
        else value
        for key, value in values.items()
        if value not in ((), [], {}, None, "")
    }


def from_json(values: Mapping[str, Any]) -> Built:
    """A figure from what `to_json` wrote."""
    poses = []
    for pose in values["poses"]:
        root = dict(pose["root"])
        root["at"] = tuple(root.get("at", (0.0, 0.0, 0.0)))
        arrows = pose.get("arrows")
        poses.append(
            BuiltPose(
                pose.get("caption", ""),
                Root(**root),
                pose.get("angles", {}),
                tuple(pose.get("in_front", ())),
                tuple(pose.get("behind", ())),
                None if arrows is None else tuple(arrows),
            )
        )
    things = tuple(
        Thing(
            one["kind"],
            one["placed"],
            tuple(one.get("places", ())),
            one.get("height", 0.0),
            tuple(one["normal"]),
            one.get("since", 0),
            one.get("as_in", -1),
        )
        for one in values.get("things", ())
    )
    return Built(
        values["exercise"],
        values["mark"],
        values["around"],
        values["above"],
        tuple(values.get("working", ())),
        tuple(values.get("moves", ())),
        values["back_and_forth"],
        values["mat"],
        things,
        values["heights"],
        tuple(poses),
    )
