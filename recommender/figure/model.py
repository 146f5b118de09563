"""The form of `catalog/figures/`: poses as a clinician writes them, and what they inherit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from recommender.figure.body import SURFACES
from recommender.figure.marks import LANDMARKS, LEADS, LOOPS, WAYS
from recommender.values import Checked, Constraints, ExerciseId, Frozen, Prepared

__all__ = ["Base", "Bend", "BodyFile", "Camera", "Figure", "FigureFile", "Pelvis", "Pose", "Prop"]

Base = Literal["upright", "face_down", "face_up", "on_right_side", "on_left_side"]
PropKind = Literal[
    "chair", "bench", "pillow", "roller", "towel", "wall", "furniture", "dumbbells", "barbell", "strap"
]  # fmt: skip
Region = Literal[
    "lower_back", "upper_back", "belly", "waist_left", "waist_right", "buttocks", "hip_left", "hip_right",
    "front_of_hip_left", "front_of_hip_right", "inner_thigh_left", "inner_thigh_right",
    "thigh_front_left", "thigh_front_right", "thigh_back_left", "thigh_back_right",
    "calf_left", "calf_right", "shoulder_left", "shoulder_right", "neck", "floor_of_pelvis",
]  # fmt: skip
WallIs = Literal["behind", "in_front", "left", "right"]
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
    """An arrow is a place or landmark after a word: `both`, a loop, the way to it on the page, `lift` or `sink`."""
    for wish in wishes:
        kind, _, mark = wish.rpartition(" ")
        if kind not in ("", "both", *LOOPS, *LEADS, *WAYS):
            raise ValueError(f'"{kind}" is no kind of arrow. Known: both, {", ".join((*LOOPS, *LEADS, *WAYS))}')
        if mark not in LANDMARKS and mark not in SURFACES:
            raise ValueError(f'An arrow cannot be at "{mark}". Known: {", ".join((*LANDMARKS, *SURFACES))}')
    return wishes


def _by_plane(given: Any) -> Any:
    return given if isinstance(given, dict) else {"flexion": given}


Places = Annotated[tuple[str, ...], Prepared(_known)]


class Bend(Frozen):
    """The angles of one joint, in degrees. A number alone is its flexion."""

    flexion: float = 0.0
    """Bending forward; at the knee, the heel goes back. Negative is extension, or arching."""
    side_bending: float = 0.0
    """Of the trunk and the neck: positive to the right."""
    abduction: float = 0.0
    """Of hip and shoulder: away from the middle. Negative crosses it."""
    rotation: float = 0.0
    """Of the trunk and the neck: positive to the right. Of hip and shoulder: positive turns inward."""


Angles = Annotated[Bend, Prepared(_by_plane)]


class Pelvis(Frozen):
    """How the pelvis is turned from its base position, in degrees."""

    forward: float = 0.0
    """Tips the upper body forward over the hips."""
    side: float = 0.0
    """Tips to the right."""
    turn: float = 0.0
    """Turns to the right about the long axis of the body."""
    facing: float = 0.0
    """Turns the whole body to the left on the floor."""


class Prop(Frozen):
    """A thing in the picture, placed by the body. What lies under or stands over it keeps its place in all poses."""

    kind: PropKind
    """What it is.

    chair: A chair.
    bench: A low bench.
    pillow: A pillow.
    roller: A firm roller.
    towel: A folded towel that lies somewhere.
    wall: A wall.
    furniture: Heavy furniture.
    dumbbells: A dumbbell in each hand.
    barbell: A bar with plates.
    strap: A towel or strap that is held.
    """
    under: Places = ()
    """The places of the body that it lies under. Those that touch it rest on it."""
    between: Places = ()
    """Two places of the body between which it lies."""
    held: Places = ()
    """The hands that hold it. A chair that is held stands before the body; its height is that of its back."""
    around: Places = ()
    """The places that it goes around, in their order."""
    over: Places = ()
    """The places of the body that it stands over."""
    wall_is: WallIs = "behind"
    """Where a wall is, as the person sees it.

    behind: Behind the person.
    in_front: In front of the person.
    left: On the left.
    right: On the right.
    """
    as_in: Annotated[int, Constraints(ge=1)] | None = None
    """The number of the pose that shows where it stands. Else the first pose that rests on it."""
    from_pose: Annotated[int, Constraints(ge=1)] = 1
    """The first pose in which it is there."""
    height: Annotated[float, Constraints(gt=0, lt=1)] | None = None
    """How high it is, as a share of the body's height. Else as body.yaml says."""


class Camera(Frozen):
    """From where the figure is seen."""

    around: float
    """Degrees round the body: 0 is its right side, 90 its front."""
    above: float
    """Degrees above the floor."""


class Pose(Frozen):
    """One position. What is not given is taken from `like`, or from the pose before."""

    caption: Annotated[str, Constraints(max_length=90)] = ""
    """The position in one plain sentence. It is read to those who do not see the picture."""
    like: str | None = None
    """A posture of body.yaml to start from. Without it: the pose before."""
    base: Base | None = None
    """How the body lies in the room before the pelvis is turned.

    upright: The head is up.
    face_down: The front is down.
    face_up: The back is down.
    on_right_side: The right side is down.
    on_left_side: The left side is down.
    """
    pelvis: Pelvis | None = None
    """How the pelvis is turned from the base."""
    lumbar: Angles | None = None
    """The lower back."""
    thorax: Angles | None = None
    """The upper back."""
    neck: Angles | None = None
    """The neck."""
    hip: Angles | None = None
    """Both hips."""
    hip_left: Angles | None = None
    """The left hip."""
    hip_right: Angles | None = None
    """The right hip."""
    knee: Angles | None = None
    """Both knees."""
    knee_left: Angles | None = None
    """The left knee."""
    knee_right: Angles | None = None
    """The right knee."""
    ankle: Angles | None = None
    """Both ankles, positive points the toes."""
    ankle_left: Angles | None = None
    """The left ankle, positive points the toes."""
    ankle_right: Angles | None = None
    """The right ankle, positive points the toes."""
    shoulder: Angles | None = None
    """Both shoulders."""
    shoulder_left: Angles | None = None
    """The left shoulder."""
    shoulder_right: Angles | None = None
    """The right shoulder."""
    elbow: Angles | None = None
    """Both elbows."""
    elbow_left: Angles | None = None
    """The left elbow."""
    elbow_right: Angles | None = None
    """The right elbow."""
    wrist: Angles | None = None
    """Both wrists, positive towards the palm."""
    wrist_left: Angles | None = None
    """The left wrist, positive towards the palm."""
    wrist_right: Angles | None = None
    """The right wrist, positive towards the palm."""
    contacts: Mapping[str, Places] | None = None
    """What rests on what: floor, wall, chair, bench, pillow, roller or towel, each with places of the body."""
    touching: tuple[tuple[str, str], ...] | None = None
    """Pairs of places of the body that touch each other."""
    lifts: Places = ()
    """Places that no longer rest on anything."""
    slides: Places = ()
    """Places that rest as before, but elsewhere. All others stay where they are."""
    exact: tuple[str, ...] = ()
    """Joints that keep their angles when the contacts are solved."""
    loose: tuple[str, ...] = ()
    """Joints that may give way to the contacts more than others."""
    moved: tuple[float, float] = (0.0, 0.0)
    """How far the whole body moves forward and to the left, as a share of its height."""
    in_front: tuple[str, ...] = ()
    """Parts that are painted last: arm_left, leg_right, head, trunk."""
    behind: tuple[str, ...] = ()
    """Parts that are painted first."""
    arrows: Annotated[tuple[str, ...], Checked(_arrows)] | None = None
    """Arrows for the movement, such as foot_right, or down belly. Without it, they are read off the joints."""


class Figure(Frozen):
    """The drawing of one exercise: at least two poses, from one camera."""

    exercise: ExerciseId
    """The exercise that is drawn."""
    camera: str | Camera = "side"
    """A camera of body.yaml, or one of its own."""
    working: tuple[Region, ...] = ()
    """Where the exercise is felt.

    lower_back: The lower back.
    upper_back: The upper back.
    belly: The belly.
    buttocks: The buttocks.
    neck: The neck.
    floor_of_pelvis: The floor of the pelvis, between the sit bones.
    waist_left: The side of the waist, left.
    waist_right: The side of the waist, right.
    hip_left: The side of the hip, left.
    hip_right: The side of the hip, right.
    front_of_hip_left: The front of the hip, left.
    front_of_hip_right: The front of the hip, right.
    inner_thigh_left: The inside of the thigh, left.
    inner_thigh_right: The inside of the thigh, right.
    thigh_front_left: The front of the thigh, left.
    thigh_front_right: The front of the thigh, right.
    thigh_back_left: The back of the thigh, left.
    thigh_back_right: The back of the thigh, right.
    calf_left: The left calf.
    calf_right: The right calf.
    shoulder_left: The left shoulder.
    shoulder_right: The right shoulder.
    """
    moves: tuple[Move, ...] = ()
    """What the steps say moves first, and to which side.

    leg_left: The left leg.
    leg_right: The right leg.
    arm_left: The left arm.
    arm_right: The right arm.
    trunk_left: The trunk bends or turns to the left.
    trunk_right: The trunk bends or turns to the right.
    legs_left: Both legs move to the left.
    legs_right: Both legs move to the right.
    """
    back_and_forth: bool = False
    """Whether the movement goes to and fro without a pause."""
    mat: bool = True
    """Whether it is done on a mat."""
    props: tuple[Prop, ...] = ()
    """The things in the picture."""
    poses: Annotated[tuple[Pose, ...], Constraints(min_length=2, max_length=4)]
    """The positions in their order: start, end, and those between."""
    note: str = ""
    """For whoever corrects the drawing."""


class FigureFile(Frozen):
    """A file of drawings; it is named like the file of its exercises."""

    topic: str
    """What the exercises have in common."""
    figures: tuple[Figure, ...]
    """One drawing for each exercise."""


class BodyFile(Frozen):
    """What all drawings share: how far joints go, how high things are, cameras, and postures to start from."""

    topic: str
    """What the file is about."""
    ranges_because: str
    """Where the ranges come from."""
    ranges: Mapping[str, Mapping[str, tuple[float, float]]]
    """How far each joint of a person goes, in degrees: from and to."""
    heights: Mapping[str, float]
    """How high things are, as shares of the body's height."""
    cameras: Mapping[str, Camera]
    """Views by name."""
    postures: Mapping[str, Pose]
    """Positions by name, for poses to start from."""
