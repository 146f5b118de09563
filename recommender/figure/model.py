"""The form of `catalog/figures/`: poses as a clinician writes them, and what they inherit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from recommender.figure.body import JOINTS, SIDES, SPINE, SURFACES
from recommender.figure.marks import LANDMARKS, LEADS, WAYS

__all__ = ["BodyFile", "Camera", "Figure", "FigureFile", "Pose", "Prop", "Resolved", "resolved"]

Base = Literal["upright", "face_down", "face_up", "on_right_side", "on_left_side"]
PropKind = Literal[
    "chair", "bench", "pillow", "roller", "towel", "wall", "furniture", "dumbbells", "barbell", "strap"
]  # fmt: skip
Region = Literal[
    "lower_back", "upper_back", "belly", "waist_left", "waist_right", "buttocks", "hip_left", "hip_right",
    "front_of_hip_left", "front_of_hip_right", "inner_thigh_left", "inner_thigh_right",
    "thigh_front_left", "thigh_front_right", "thigh_back_left", "thigh_back_right",
    "calf_left", "calf_right", "shoulder_left", "shoulder_right", "neck",
]  # fmt: skip
Move = Literal[
    "leg_left", "leg_right", "arm_left", "arm_right", "trunk_left", "trunk_right", "legs_left", "legs_right"
]  # fmt: skip
PAIRS = {place.removesuffix("_left") for place in SURFACES if place.endswith("_left")}
# Words for several places at once.
BOTH: Mapping[str, tuple[str, ...]] = {
    **{pair if pair.endswith("s") else f"{pair}s": (f"{pair}_left", f"{pair}_right") for pair in PAIRS},
    "feet": ("heel_left", "ball_left", "heel_right", "ball_right"),
    "foot_left": ("heel_left", "ball_left"),
    "foot_right": ("heel_right", "ball_right"),
    "hands": ("wrist_left", "fingers_left", "wrist_right", "fingers_right"),
    "hand_left": ("wrist_left", "fingers_left"),
    "hand_right": ("wrist_right", "fingers_right"),
    "calves": ("calf_left", "calf_right"),
}


def _known(places: Any) -> Any:
    if isinstance(places, str):
        places = [places]
    if isinstance(places, list | tuple):
        for place in places:
            if place not in SURFACES and place not in BOTH:
                raise ValueError(f'"{place}" is no place of the body. Known: {", ".join(sorted((*SURFACES, *BOTH)))}')
        return tuple(one for place in places for one in BOTH.get(place, (place,)))
    return places


def _arrows(wishes: tuple[str, ...]) -> tuple[str, ...]:
    """An arrow is a place or landmark after a word: `both`, `circle`, the way to it on the page, `lift` or `sink`."""
    for wish in wishes:
        kind, _, mark = wish.rpartition(" ")
        if kind not in ("", "both", "circle", *LEADS, *WAYS):
            raise ValueError(f'"{kind}" is no kind of arrow. Known: both, circle, {", ".join((*LEADS, *WAYS))}')
        if mark not in LANDMARKS and mark not in SURFACES:
            raise ValueError(f'An arrow cannot be at "{mark}". Known: {", ".join((*LANDMARKS, *SURFACES))}')
    return wishes


Places = Annotated[tuple[str, ...], BeforeValidator(_known)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bend(_Form):
    """The angles of one joint, in degrees. A number alone is its flexion."""

    flexion: float = 0.0
    side_bending: float = 0.0
    abduction: float = 0.0
    rotation: float = 0.0

    @model_validator(mode="before")
    @classmethod
    def _flexion_alone(cls, given: Any) -> Any:
        return given if isinstance(given, dict) else {"flexion": given}


class Pelvis(_Form):
    """How the pelvis is turned from its base position, in degrees.

    `forward` tips the upper body forward over the hips, `side` to the right, `turn` turns to the
    right about the long axis; `facing` turns the whole body to the left on the floor.
    """

    forward: float = 0.0
    side: float = 0.0
    turn: float = 0.0
    facing: float = 0.0


class Prop(_Form):
    """A thing in the picture.

    It lies `under` places of the body (and carries those that touch it), `between` two of them, is
    `held` by hands, goes `around` places in their order, or stands `over` them. What lies under or stands
    over the body keeps its place in all poses.
    """

    kind: PropKind
    under: Places = ()
    between: Places = ()
    held: Places = ()
    around: Places = ()
    over: Places = ()
    wall_is: Literal["behind", "in_front", "left", "right"] = "behind"
    as_in: int | None = Field(
        None, ge=1, description="The pose that shows where it stands; else the first that rests on it."
    )
    from_pose: int = Field(1, ge=1, description="The first pose in which it is there.")
    height: float | None = Field(None, gt=0, lt=1, description="As a share of the body's height.")


class Camera(_Form):
    """From where the figure is seen: `around` in degrees to the body's front, `above` in degrees."""

    around: float
    above: float


class Pose(_Form):
    """One position. What is not given is taken from `like`: a posture of body.yaml, or the pose before.

    Places that rest on the same thing as before stay where they are, unless they are among `slides`;
    `lifts` takes away contacts. `exact` joints keep their angles, `loose` ones give way to the contacts.
    `moved` shifts the whole body forward and to the left, as a share of its height.
    """

    caption: str = Field("", max_length=90)
    like: str | None = None
    base: Base | None = None
    pelvis: Pelvis | None = None
    lumbar: Bend | None = None
    thorax: Bend | None = None
    neck: Bend | None = None
    hip: Bend | None = None
    hip_left: Bend | None = None
    hip_right: Bend | None = None
    knee: Bend | None = None
    knee_left: Bend | None = None
    knee_right: Bend | None = None
    ankle: Bend | None = None
    ankle_left: Bend | None = None
    ankle_right: Bend | None = None
    shoulder: Bend | None = None
    shoulder_left: Bend | None = None
    shoulder_right: Bend | None = None
    elbow: Bend | None = None
    elbow_left: Bend | None = None
    elbow_right: Bend | None = None
    wrist: Bend | None = None
    wrist_left: Bend | None = None
    wrist_right: Bend | None = None
    contacts: Mapping[str, Places] | None = None
    touching: tuple[tuple[str, str], ...] | None = None
    lifts: Places = ()
    slides: Places = ()
    exact: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    moved: tuple[float, float] = (0.0, 0.0)
    in_front: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    arrows: Annotated[tuple[str, ...], AfterValidator(_arrows)] | None = None


class Figure(_Form):
    """The drawing of one exercise: at least two poses, from one camera."""

    exercise: str
    camera: str | Camera = "side"
    working: tuple[Region, ...] = ()
    moves: tuple[Move, ...] = Field((), description="What the steps say moves first, and to which side.")
    back_and_forth: bool = False
    mat: bool = True
    props: tuple[Prop, ...] = ()
    poses: tuple[Pose, ...] = Field(min_length=2, max_length=4)
    note: str = ""


class FigureFile(_Form):
    """A file of drawings; it is named like the file of its exercises."""

    topic: str
    figures: tuple[Figure, ...]


class BodyFile(_Form):
    """What is shared: how far joints go, how high things are, views, and postures to start from."""

    topic: str
    ranges_because: str
    ranges: Mapping[str, Mapping[str, tuple[float, float]]]
    heights: Mapping[str, float]
    cameras: Mapping[str, Camera]
    postures: Mapping[str, Pose]


class Resolved(_Form):
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
