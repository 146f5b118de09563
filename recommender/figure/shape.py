"""The figure that is drawn around the skeleton: its parts, what they wear, and which belong together.

A part is drawn as the hull of balls and rings. A ball has a frame, an offset and a radius; a ring (an
ellipse across the frame) its half depth and half width instead, so that clothes end in a hem.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin, tau

from recommender.figure.geometry import Vector

__all__ = ["GROUPS", "Ball", "Group", "Part", "Ring"]


@dataclass(frozen=True, slots=True)
class Ball:
    """A ball: its frame, where it is in it, its radius."""

    frame: str
    at: Vector
    radius: float


@dataclass(frozen=True, slots=True)
class Ring:
    """An ellipse across a frame: where its middle is, half its depth and half its width."""

    frame: str
    at: Vector
    deep: float
    wide: float

    def points(self) -> list[Vector]:
        """Points around the ring, in its frame."""
        x, y, z = self.at
        return [(x + self.deep * c, y + self.wide * s, z) for c, s in _ROUND]


_ROUND = [(cos(k * tau / 12), sin(k * tau / 12)) for k in range(12)]


@dataclass(frozen=True, slots=True)
class Part:
    """One hull, and its colour."""

    name: str
    colour: str
    pieces: tuple[Ball | Ring, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that are drawn as one thing, with one outline. `seam` blends it into the trunk."""

    name: str
    parts: tuple[Part, ...]
    seam: Part | None = None


def _leg(side: str) -> Group:
    out = 1.0 if side == "left" else -1.0
    thigh, shank, foot = f"thigh_{side}", f"shank_{side}", f"foot_{side}"
    hem = Ring(thigh, (0.002, 0.0, -0.128), 0.060, 0.058)
    return Group(
        f"leg_{side}",
        (
            Part("foot", "skin", (
                Ball(foot, (-0.022, 0.0, -0.021), 0.022),
                Ball(foot, (0.004, 0.0, 0.0), 0.024),
                Ball(foot, (0.078, 0.012, -0.028), 0.015),
                Ball(foot, (0.078, -0.012, -0.028), 0.015),
                Ball(foot, (0.100, 0.008, -0.031), 0.012),
                Ball(foot, (0.100, -0.008, -0.031), 0.012),
            )),
            Part("ankle", "skin", (Ball(shank, (-0.006, 0.0, -0.150), 0.031), Ball(foot, (0.0, 0.0, 0.0), 0.024))),
            Part("shank", "skin", (
                Ball(shank, (0.002, 0.0, 0.0), 0.041),
                Ball(shank, (-0.010, 0.0, -0.075), 0.041),
                Ball(shank, (-0.006, 0.0, -0.150), 0.031),
            )),
            Part("thigh", "skin", (Ball(thigh, (0.0, 0.0, -0.12), 0.056), Ball(thigh, (0.0, 0.0, -0.245), 0.043))),
            Part("shorts", "shorts", (Ball(thigh, (-0.006, 0.0, -0.008), 0.066), hem)),
        ),
        Part("seam", "shorts", (
            Ball(thigh, (0.0, 0.0, -0.004), 0.060),
            Ball("pelvis", (0.0, 0.022 * out, 0.028), 0.040),
        )),
    )  # fmt: skip


def _arm(side: str) -> Group:
    out = 1.0 if side == "left" else -1.0
    upper, fore, hand = f"upper_arm_{side}", f"forearm_{side}", f"hand_{side}"
    return Group(
        f"arm_{side}",
        (
            Part("upper", "skin", (Ball(upper, (0.0, 0.0, -0.02), 0.035), Ball(upper, (0.0, 0.0, -0.172), 0.028))),
            Part("forearm", "skin", (
                Ball(fore, (0.0, 0.0, 0.0), 0.028),
                Ball(fore, (0.002, 0.0, -0.045), 0.029),
                Ball(fore, (0.0, 0.0, -0.148), 0.019),
            )),
            Part("hand", "skin", (
                Ball(hand, (0.0, 0.0, 0.0), 0.019),
                Ball(hand, (0.0, 0.010, -0.036), 0.016),
                Ball(hand, (0.0, -0.010, -0.036), 0.016),
                Ball(hand, (0.0, 0.006, -0.074), 0.010),
                Ball(hand, (0.0, -0.006, -0.074), 0.010),
            )),
            Part("sleeve", "shirt", (
                Ball(upper, (0.0, 0.0, -0.004), 0.037),
                Ring(upper, (0.0, 0.0, -0.092), 0.038, 0.038),
            )),
        ),
        Part("seam", "shirt", (
            Ball(upper, (0.0, 0.0, -0.004), 0.037),
            Ball("thorax2", (0.0, 0.030 * out, -0.004), 0.046),
        )),
    )  # fmt: skip


_TRUNK = Group(
    "trunk",
    (
        Part("neck", "skin", (Ball("neck0", (-0.002, 0.0, 0.0), 0.034), Ball("head", (0.0, 0.0, 0.020), 0.033))),
        Part("pelvis", "shorts", (
            Ball("pelvis", (-0.014, 0.034, -0.022), 0.060),
            Ball("pelvis", (-0.014, -0.034, -0.022), 0.060),
            Ball("pelvis", (0.0, 0.040, 0.012), 0.056),
            Ball("pelvis", (0.0, -0.040, 0.012), 0.056),
            Ring("lumbar0", (0.002, 0.0, 0.006), 0.059, 0.082),
        )),
        Part("waist", "shirt", (
            Ring("lumbar0", (0.002, 0.0, 0.000), 0.061, 0.084),
            Ring("lumbar1", (0.004, 0.0, 0.010), 0.056, 0.076),
        )),
        Part("lumbar", "shirt", (
            Ring("lumbar1", (0.004, 0.0, 0.0), 0.057, 0.077),
            Ring("lumbar2", (0.004, 0.0, 0.010), 0.057, 0.076),
        )),
        Part("ribs", "shirt", (
            Ring("lumbar2", (0.004, 0.0, 0.0), 0.057, 0.076),
            Ring("thorax0", (0.004, 0.0, 0.020), 0.063, 0.083),
        )),
        Part("chest", "shirt", (
            Ring("thorax0", (0.004, 0.0, 0.015), 0.063, 0.082),
            Ring("thorax1", (0.004, 0.0, 0.020), 0.068, 0.090),
            Ring("thorax2", (-0.002, 0.0, 0.006), 0.062, 0.094),
        )),
        Part("shoulders", "shirt", (
            Ring("thorax1", (0.002, 0.0, 0.030), 0.067, 0.091),
            Ball("thorax2", (-0.006, 0.066, 0.012), 0.035),
            Ball("thorax2", (-0.006, -0.066, 0.012), 0.035),
            Ball("neck0", (-0.006, 0.0, -0.020), 0.044),
        )),
    ),
)  # fmt: skip

_HEAD = Group(
    "head",
    (
        Part("face", "skin", (
            Ball("head", (0.004, 0.0, 0.074), 0.058),
            Ball("head", (0.022, 0.0, 0.036), 0.036),
            Ball("head", (0.036, 0.0, 0.022), 0.018),
        )),
        Part("nose", "skin", (Ball("head", (0.060, 0.0, 0.064), 0.008), Ball("head", (0.070, 0.0, 0.052), 0.007))),
    ),
)  # fmt: skip

GROUPS: tuple[Group, ...] = (_arm("left"), _leg("left"), _TRUNK, _HEAD, _leg("right"), _arm("right"))
HAIR = Part("hair", "hair", (
    Ball("head", (-0.010, 0.0, 0.090), 0.054),
    Ball("head", (0.016, 0.0, 0.112), 0.030),
    Ball("head", (-0.030, 0.0, 0.062), 0.038),
))  # fmt: skip
# Seen from the front, the crown lies behind the face, and reaches down to the ears; a fringe lies before it.
CROWN = Part("crown", "hair", (
    Ball("head", (-0.006, 0.0, 0.088), 0.060),
    Ball("head", (-0.024, 0.0, 0.068), 0.052),
    Ball("head", (0.004, 0.0, 0.110), 0.036),
))  # fmt: skip
FRINGE = Part("fringe", "hair", (
    Ball("head", (0.020, 0.032, 0.112), 0.020),
    Ball("head", (0.020, -0.032, 0.112), 0.020),
    Ball("head", (0.002, 0.020, 0.124), 0.023),
    Ball("head", (0.002, -0.020, 0.124), 0.023),
))  # fmt: skip
EAR = Part("ear", "skin", (Ball("head", (-0.004, 0.056, 0.064), 0.010), Ball("head", (-0.002, 0.056, 0.054), 0.008)))
EYE = Ball("head", (0.050, 0.024, 0.072), 0.0055)
NOSE = Part("nose", "skin", (Ball("head", (0.062, 0.0, 0.062), 0.005), Ball("head", (0.070, 0.0, 0.052), 0.007)))
MOUTH = Part("mouth", "skin", (Ball("head", (0.056, 0.013, 0.033), 0.003), Ball("head", (0.056, -0.013, 0.033), 0.003)))
