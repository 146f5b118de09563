"""Draws the clothed body of one pose as SVG, seen from a camera."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recommender.figure.body import Skeleton
from recommender.figure.geometry import Matrix, Vector, about_x, about_z, column, placed, product
from recommender.figure.outline import Disc, around
from recommender.figure.shape import CROWN, EAR, EYE, FRINGE, GROUPS, HAIR, MOUTH, NOSE, Ball, Part, Ring

__all__ = ["GHOST", "LINE", "SCALE", "Box", "Layer", "View", "body_layers", "box_of", "painted"]

SCALE = 300.0  # how many units of the drawing the height of a body takes
LINE, GHOST, LIPS = "#26323d", "#d3dae0", "#a4654c"
OUTLINE = 2.6
BESIDE = 0.06  # a leg at most this much farther than the trunk lies beside it
# What is near and what is far has a tone of its own, so that left and right differ in grey as well.
NEAR = {"skin": "#f2d5bd", "shirt": "#5b93c4", "shorts": "#3a4f66", "hair": "#5d4637"}
FAR = {"skin": "#d3b094", "shirt": "#3f6e9b", "shorts": "#26374a", "hair": "#5d4637"}
Box = tuple[float, float, float, float]


class View:
    """A camera: `around` degrees round the body, `above` degrees over the floor."""

    def __init__(self, around: float, above: float) -> None:
        self.matrix: Matrix = product(about_x(above), about_z(-around))

    def seen(self, point: Vector) -> tuple[float, float, float]:
        """Where a point is on paper, and how far away."""
        (a, b, c), (d, e, f), (g, h, i) = self.matrix
        x, y, z = point
        return (
            SCALE * (a * x + b * y + c * z),
            -SCALE * (g * x + h * y + i * z),
            d * x + e * y + f * z,
        )

    def toward(self, direction: Vector) -> float:
        """How much a direction points at the one who looks: 1 straight at them, -1 away."""
        d, e, f = self.matrix[1]
        return -(d * direction[0] + e * direction[1] + f * direction[2])


@dataclass(frozen=True, slots=True)
class Layer:
    """Something that is painted as one: its outlines and colours, how far away it is, and its extent."""

    name: str
    depth: float
    shapes: tuple[tuple[str, str], ...]
    box: Box
    over: tuple[tuple[str, str], ...] = ()


def body_layers(frames: Skeleton, view: View, in_front: Iterable[str] = (), behind: Iterable[str] = ()) -> list[Layer]:
    """The parts of the body, the farthest first. Groups in `in_front` and `behind` are moved there."""
    middle = _depth(frames, view, GROUPS[2].parts)
    first, last = tuple(behind), tuple(in_front)
    layers = []
    depths = {group.name: _depth(frames, view, group.parts) for group in GROUPS}
    for group in GROUPS:
        depth = depths[group.name]
        # A limb is far if it lies behind the trunk and behind its counterpart.
        other = depths[_counterpart(group.name)]
        far = group.seam is not None and depth > middle + 0.02 and depth > other + 0.03
        colours = FAR if far else NEAR
        if group.name.startswith("leg") and not far and depth < middle + BESIDE:
            # Legs beside the trunk are painted over it, so that trunk and thighs wear one pair of shorts.
            depth = min(depth, middle - 0.002 + 0.01 * (depth - middle))
        discs = [_discs(frames, view, part) for part in group.parts]
        shapes = [(around(part), colours[own.colour]) for own, part in zip(group.parts, discs, strict=True)]
        over: list[tuple[str, str]] = []
        if group.seam is not None and depth <= middle + 0.02:
            over = [(around(_discs(frames, view, group.seam)), colours[group.seam.colour])]
        if group.name == "head":
            shapes, more = _head(frames, view, shapes)
            discs += more
            # The head hides the neck, unless it is plainly behind the trunk.
            hidden = depth > middle + 0.12 and not _chin_first(frames, view)
            depth = depth if hidden else min(depth, middle - 0.001)
        if group.name in first:
            depth += 30
        if group.name in last:
            depth -= 30
        layers.append(Layer(group.name, depth, tuple(shapes), box_of(d for part in discs for d in part), tuple(over)))
    return sorted(layers, key=lambda layer: -layer.depth)


def painted(layers: Sequence[Layer]) -> str:
    """The layers as SVG: each outlined as one thing, then filled."""
    parts = []
    for layer in layers:
        outline = "".join(path for path, _ in layer.shapes)
        parts.append(f'<path class="o" d="{outline}"/>')
        parts += [f'<path d="{path}" fill="{fill}"/>' for path, fill in (*layer.shapes, *layer.over)]
    return "".join(parts)


def box_of(discs: Iterable[Disc]) -> Box:
    """The rectangle around discs: left, top, right, bottom."""
    found = list(discs)
    return (
        min(x - r for x, _, r in found),
        min(y - r for _, y, r in found),
        max(x + r for x, _, r in found),
        max(y + r for _, y, r in found),
    )


def _head(
    frames: Skeleton, view: View, shapes: list[tuple[str, str]]
) -> tuple[list[tuple[str, str]], list[list[Disc]]]:  # fmt: skip
    """The hair, the ear and the eye, as far as they can be seen."""
    origin, matrix = frames["head"]
    hair = _discs(frames, view, HAIR)
    ahead = view.toward(column(matrix, 0))
    chin_first = _chin_first(frames, view)
    if ahead > 0.5 or chin_first:
        crown, fringe = ((around(_discs(frames, view, part)), NEAR["hair"]) for part in (CROWN, FRINGE))
        # From the chin the face hides the fringe.
        shapes = [crown, fringe, *shapes] if chin_first else [crown, *shapes, fringe]
    else:
        shapes = [*shapes, (around(hair), NEAR["hair"])]
    left = column(matrix, 1)
    for out in (1.0, -1.0):
        side = view.toward((left[0] * out, left[1] * out, left[2] * out))
        if side > 0.3:
            ear = Part("ear", "skin", tuple(_mirrored(piece, out) for piece in EAR.pieces))
            shapes.append((around(_discs(frames, view, ear)), FAR["skin"]))
        if ahead + side > 0.35 and ahead > -0.2:
            x, y, z = EYE.at
            ex, ey, _ = view.seen(placed(origin, matrix, (x, y * out, z)))
            if side > -0.5:
                shapes.append((around([(ex, ey, EYE.radius * SCALE)]), LINE))
    if ahead > 0.4:
        shapes.append((around(_discs(frames, view, NOSE)), FAR["skin"]))
        shapes.append((around(_discs(frames, view, MOUTH)), LIPS))
    return shapes, [hair]


def _chin_first(frames: Skeleton, view: View) -> bool:
    """Whether a head that looks up is seen from the feet."""
    matrix = frames["head"][1]
    return view.toward(column(matrix, 2)) < -0.4 and view.toward(column(matrix, 0)) > 0.15


def _counterpart(name: str) -> str:
    """The limb of the other side; the trunk and the head are their own."""
    limb, _, side = name.partition("_")
    return f"{limb}_{'right' if side == 'left' else 'left'}" if side else name


def _mirrored(piece: Ball | Ring, out: float) -> Ball:
    assert isinstance(piece, Ball)
    x, y, z = piece.at
    return Ball(piece.frame, (x, y * out, z), piece.radius)


def _discs(frames: Skeleton, view: View, part: Part) -> list[Disc]:
    discs: list[Disc] = []
    for piece in part.pieces:
        origin, matrix = frames[piece.frame]
        if isinstance(piece, Ball):
            x, y, _ = view.seen(placed(origin, matrix, piece.at))
            discs.append((x, y, piece.radius * SCALE))
        else:
            for point in piece.points():
                x, y, _ = view.seen(placed(origin, matrix, point))
                discs.append((x, y, 0.0))
    return discs


def _depth(frames: Skeleton, view: View, parts: Sequence[Part]) -> float:
    depths = [
        view.seen(placed(*frames[piece.frame], piece.at))[2] for part in parts for piece in part.pieces
    ]  # fmt: skip
    return sum(depths) / len(depths)
