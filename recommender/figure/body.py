"""The body: from joint angles to where everything is. Its height is 1; angles are degrees.

All angles are zero in upright standing with the arms hanging. Flexion bends forward (at the knee, the
heel goes back); extension is negative. At the ankle, positive points the toes. Side bending and turning
of the trunk are positive to the right. Abduction moves a limb away from the middle, rotation turns it
inward. At hip and shoulder, flexion comes first, then abduction, then rotation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from recommender.figure.geometry import IDENTITY, Matrix, Vector, about_x, about_y, about_z, placed, product

__all__ = [
    "BASES",
    "FOREARM",
    "JOINTS",
    "LINK",
    "PLANES",
    "SHANK",
    "SIDES",
    "SPINE",
    "SURFACES",
    "THIGH",
    "UPPER_ARM",
    "Root",
    "Skeleton",
    "skeleton",
    "surface",
]

SIDES = ("left", "right")
SPINE = ("lumbar", "thorax", "neck")
PLANES = {
    "lumbar": ("flexion", "side_bending", "rotation"),
    "thorax": ("flexion", "side_bending", "rotation"),
    "neck": ("flexion", "side_bending", "rotation"),
    "hip": ("flexion", "abduction", "rotation"),
    "knee": ("flexion",),
    "ankle": ("flexion",),
    "shoulder": ("flexion", "abduction", "rotation"),
    "elbow": ("flexion",),
    "wrist": ("flexion",),
}
# Every angle of the body by its name: "lumbar.flexion", "hip_left.abduction".
JOINTS: tuple[str, ...] = tuple(
    f"{joint}{side}.{plane}"
    for joint, planes in PLANES.items()
    for side in (("",) if joint in SPINE else ("_left", "_right"))
    for plane in planes
)

# How the pelvis lies in the room before it is moved: which way the body looks and where its head is.
BASES: Mapping[str, Matrix] = {
    "upright": IDENTITY,
    "face_down": about_y(90),
    "face_up": about_y(-90),
    "on_right_side": ((0.0, 0.0, -1.0), (-1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "on_left_side": ((0.0, 0.0, 1.0), (-1.0, 0.0, 0.0), (0.0, -1.0, 0.0)),
}

# Lengths as shares of the height.
LINK = {"pelvis": 0.045, "lumbar": 0.105, "thorax": 0.165, "neck": 0.048}
THIGH, SHANK, UPPER_ARM, FOREARM = 0.245, 0.246, 0.172, 0.148
HIP_OUT, SHOULDER_OUT, SHOULDER_DOWN, SHOULDER_RISE = 0.050, 0.094, 0.018, 0.035
LINKS = {"lumbar": 3, "thorax": 3, "neck": 2}


@dataclass(frozen=True, slots=True)
class Root:
    """Where the pelvis is and how it is turned, after its base position."""

    base: str
    forward: float = 0.0
    side: float = 0.0
    turn: float = 0.0
    facing: float = 0.0
    at: Vector = (0.0, 0.0, 0.0)

    def matrix(self) -> Matrix:
        """The turn of the pelvis."""
        own = product(product(about_y(self.forward), about_x(self.side)), about_z(-self.turn))
        return product(product(about_z(self.facing), BASES[self.base]), own)


Frame = tuple[Vector, Matrix]
Getter = Callable[[str, float], float]
Skeleton = Mapping[str, Frame]


def skeleton(root: Root, angles: Mapping[str, float], matrix: Matrix | None = None) -> Skeleton:
    """The frame of every part: its upper end and its turn. Angles that are not named are zero."""
    pelvis = matrix or root.matrix()
    frames: dict[str, Frame] = {"pelvis": (root.at, pelvis)}
    get = angles.get
    at, turn = placed(root.at, pelvis, (0.0, 0.0, LINK["pelvis"])), pelvis
    for part in SPINE:
        links = LINKS[part]
        share = 1.0 / links
        bend = product(
            product(about_y(share * get(f"{part}.flexion", 0.0)), about_x(share * get(f"{part}.side_bending", 0.0))),
            about_z(-share * get(f"{part}.rotation", 0.0)),
        )
        for link in range(links):
            turn = product(turn, bend)
            frames[f"{part}{link}"] = (at, turn)
            at = placed(at, turn, (0.0, 0.0, LINK[part] * share))
    frames["head"] = (at, turn)
    for side, out in (("left", 1.0), ("right", -1.0)):
        _leg(frames, side, out, get)
        _arm(frames, side, out, get)
    return frames


def _leg(frames: dict[str, Frame], side: str, out: float, get: Getter) -> None:
    origin, pelvis = frames["pelvis"]
    hip = placed(origin, pelvis, (0.0, HIP_OUT * out, -0.02))
    thigh = product(pelvis, _ball(f"hip_{side}", out, get))
    knee = placed(hip, thigh, (0.0, 0.0, -THIGH))
    shank = product(thigh, about_y(get(f"knee_{side}.flexion", 0.0)))
    ankle = placed(knee, shank, (0.0, 0.0, -SHANK))
    foot = product(shank, about_y(get(f"ankle_{side}.flexion", 0.0)))
    frames[f"thigh_{side}"], frames[f"shank_{side}"], frames[f"foot_{side}"] = (
        (hip, thigh),
        (knee, shank),
        (ankle, foot),
    )


def _arm(frames: dict[str, Frame], side: str, out: float, get: Getter) -> None:
    top, thorax = frames["neck0"][0], frames["thorax2"][1]
    ball = _ball(f"shoulder_{side}", out, get)
    rise = SHOULDER_RISE * (1.0 - ball[2][2]) / 2  # the shoulder blade turns upward with the arm
    shoulder = placed(top, thorax, (0.0, SHOULDER_OUT * out * (1 - rise), rise - SHOULDER_DOWN))
    upper = product(thorax, ball)
    elbow = placed(shoulder, upper, (0.0, 0.0, -UPPER_ARM))
    fore = product(upper, about_y(-get(f"elbow_{side}.flexion", 0.0)))
    wrist = placed(elbow, fore, (0.0, 0.0, -FOREARM))
    hand = product(fore, about_y(get(f"wrist_{side}.flexion", 0.0)))
    frames[f"upper_arm_{side}"], frames[f"forearm_{side}"] = (shoulder, upper), (elbow, fore)
    frames[f"hand_{side}"] = (wrist, hand)


def _ball(joint: str, out: float, get: Getter) -> Matrix:
    flexion = about_y(-get(f"{joint}.flexion", 0.0))
    abduction = about_x(out * get(f"{joint}.abduction", 0.0))
    return product(product(flexion, abduction), about_z(-out * get(f"{joint}.rotation", 0.0)))


# The places of the body that can rest on something: frame, offset in it and radius.
_MIDDLE = {
    "sacrum": ("pelvis", (-0.030, 0.0, 0.020), 0.050),
    "buttocks": ("pelvis", (-0.022, 0.0, -0.020), 0.064),
    "front_of_hips": ("pelvis", (0.008, 0.0, 0.0), 0.062),
    "belly": ("lumbar1", (0.006, 0.0, 0.0), 0.056),
    "lower_back": ("lumbar1", (0.004, 0.0, 0.018), 0.056),
    "chest": ("thorax1", (0.006, 0.0, 0.030), 0.062),
    "upper_back": ("thorax2", (-0.010, 0.0, 0.0), 0.056),
    "back_of_head": ("head", (-0.004, 0.0, 0.072), 0.060),
    "forehead": ("head", (0.012, 0.0, 0.082), 0.056),
    "chin": ("head", (0.038, 0.0, 0.022), 0.022),
}
_PAIRED = {
    "hip": ("pelvis", (0.0, 0.040, -0.020), 0.064),
    "waist": ("lumbar1", (0.0, 0.026, 0.0), 0.050),
    "ribs": ("thorax1", (0.0, 0.026, 0.0), 0.060),
    "shoulder": ("upper_arm", (0.0, 0.0, 0.0), 0.040),
    "upper_arm": ("upper_arm", (0.0, 0.0, -0.09), 0.034),
    "elbow": ("forearm", (0.0, 0.0, 0.0), 0.028),
    "forearm": ("forearm", (0.0, 0.0, -0.100), 0.024),
    "wrist": ("hand", (0.0, 0.0, 0.0), 0.019),
    "palm": ("hand", (0.0, 0.0, -0.036), 0.017),
    "fingers": ("hand", (0.0, 0.0, -0.070), 0.012),
    "thigh": ("thigh", (0.0, 0.0, -0.130), 0.056),
    "knee": ("shank", (0.002, 0.0, 0.0), 0.042),
    "calf": ("shank", (-0.010, 0.0, -0.070), 0.040),
    "shin": ("shank", (0.0, 0.0, -0.160), 0.030),
    "instep": ("foot", (0.020, 0.0, -0.006), 0.024),
    "heel": ("foot", (-0.022, 0.0, -0.021), 0.022),
    "ball": ("foot", (0.078, 0.0, -0.028), 0.015),
    "toes": ("foot", (0.104, 0.0, -0.031), 0.012),
}
SIDE_OF_HEAD = {"head_side": ("head", (0.004, 0.012, 0.072), 0.056)}

Surface = tuple[str, Vector, float]


def _surfaces() -> dict[str, Surface]:
    found: dict[str, Surface] = dict(_MIDDLE)
    for name, (frame, (x, y, z), radius) in (_PAIRED | SIDE_OF_HEAD).items():
        own = frame in ("pelvis", "head") or frame.startswith(("lumbar", "thorax"))
        for side, out in (("left", 1.0), ("right", -1.0)):
            found[f"{name}_{side}"] = (frame if own else f"{frame}_{side}", (x, y * out, z), radius)
    return found


SURFACES: Mapping[str, Surface] = _surfaces()


def surface(frames: Skeleton, name: str) -> tuple[Vector, float]:
    """Where a place of the body is, and its radius."""
    frame, offset, radius = SURFACES[name]
    origin, matrix = frames[frame]
    return placed(origin, matrix, offset), radius
