"""Puts a figure together: numbered panels side by side, or one that moves. The result is one SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from recommender.figure.body import Skeleton
from recommender.figure.built import Built
from recommender.figure.draw import GHOST, LINE, OUTLINE, Box, Layer, View, body_layers, painted
from recommender.figure.marks import ORANGE, arrows, carriers, halfway, region
from recommender.figure.outline import number
from recommender.figure.things import floor_layer, thing_layers

__all__ = ["animated", "panels"]

MARGIN, GAP = 8.0, 20.0
DIGIT, NUMBER = 1.5, 8.0  # numbers are 10 points high where a body is 5 cm long; and the room below them
BETWEEN, HELD, FRAME = 6, 4, 0.18  # pictures between all poses, pictures of a held pose, seconds for each
STYLE = (
    f".o{{fill:{LINE};stroke:{LINE};stroke-width:{OUTLINE};stroke-linejoin:round}}"
    f".g{{fill:{GHOST};stroke:{GHOST};stroke-width:{OUTLINE}}}"
    f".w{{fill:#ff8a3d;fill-opacity:.6;stroke:{ORANGE};stroke-width:1.6;stroke-dasharray:4 3}}"
    f".a{{fill:none;stroke:{ORANGE};stroke-width:4.4;stroke-linecap:round}}.t{{fill:{ORANGE}}}"
    ".h{fill:none;stroke:#fff;stroke-width:9;stroke-linejoin:round;stroke-linecap:round}"
    f".n{{fill:none;stroke:{LINE};stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}}"
)
FINE = re.compile(r"-?\d+\.\d")  # a moving picture does with whole units
# The numbers of the panels are lines, so that no font is needed.
DIGITS = ("M-2-4L1-6V6", "M-4-3Q-3-6 0-6Q4-6 4-3Q4 0-4 6H4", "M-4-5Q0-8 3-5Q5-1-1 0Q6 0 4 4Q1 8-4 5", "M2 6V-6L-4 2H5")


@dataclass(frozen=True, slots=True)
class _Scene:
    """A figure as it is seen: the body of each pose, and its layers."""

    figure: Built
    view: View
    bodies: Sequence[Skeleton]
    layers: Sequence[Sequence[Layer]]


@dataclass(frozen=True, slots=True)
class _Panel:
    inside: str
    box: Box
    floor: Layer


def panels(figure: Built, name: str, alt: str) -> str:
    """The figure as one SVG: a panel for each pose, with a shadow of the pose before and arrows."""
    view = View(figure.around, figure.above)
    bodies = [pose.frames() for pose in figure.poses]
    layers = [
        body_layers(body, view, pose.in_front, pose.behind) for body, pose in zip(bodies, figure.poses, strict=True)
    ]
    scene = _Scene(figure, view, bodies, layers)
    size, inside = _arranged([_panel(scene, index) for index in range(len(bodies))])
    return _svg(figure.exercise, name, alt, size, inside)


def _arranged(made: Sequence[_Panel]) -> tuple[tuple[float, float], str]:
    """The panels in one row, all standing on the same floor. Mats may run into each other, bodies never touch."""
    boxes = [box for panel in made for box in (panel.box, panel.floor.box)]
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    head = 12 * DIGIT + NUMBER
    places, right = [], 0.0
    for index, panel in enumerate(made):
        places.append(right + (GAP if index else 0.0) - panel.box[0])
        right = places[-1] + panel.box[2]
    # The first and the last mat end where they end.
    start = min(0.0, places[0] + made[0].floor.box[0])
    right = max(right, places[-1] + made[-1].floor.box[2])
    floors, bodies = [], []
    for index, (panel, place) in enumerate(zip(made, places, strict=True)):
        x = MARGIN + place - start
        at = f'transform="translate({number(x)} {number(MARGIN + head - top)})"'
        floors.append(f"<g {at}>{_flat(panel.floor)}</g>")
        bodies.append(f"<g {at}>{panel.inside}</g>")
        corner = f"{number(x + panel.box[0] + 5 * DIGIT)} {number(MARGIN + 6 * DIGIT)}"
        bodies.append(f'<path class="n" transform="translate({corner}) scale({number(DIGIT)})" d="{DIGITS[index]}"/>')
    return (right - start + 2 * MARGIN, bottom - top + head + 2 * MARGIN), "".join(floors + bodies)


def animated(figure: Built, name: str, alt: str) -> str:
    """The figure as one SVG that moves from the start to the end and back; still for those who ask for no motion."""
    view = View(figure.around, figure.above)
    held = [pose.frames() for pose in figure.poses]
    frames: list[Skeleton] = [held[0]] * HELD
    ahead = {id(held[0]): 0}
    steps = BETWEEN // (len(held) - 1)
    for a, b, end in zip(figure.poses, figure.poses[1:], held[1:], strict=False):
        frames += [halfway(a, b, _eased(k / (steps + 1))) for k in range(1, steps + 1)]
        frames += [end] * HELD
        ahead |= {id(body): held.index(end) for body in frames if id(body) not in ahead}
    frames += frames[-HELD - 1 : HELD - 1 : -1]
    floor = floor_layer(held, held, view, mat=figure.mat)
    made: dict[int, str] = {}
    when: dict[int, list[int]] = {}
    boxes: list[Box] = [floor.box]
    for index, body in enumerate(frames):
        if id(body) not in made:
            pose = figure.poses[ahead[id(body)]]
            layers = [
                *body_layers(body, view, pose.in_front, pose.behind),
                *_things(figure, body, view, ahead[id(body)]),
            ]
            made[id(body)] = FINE.sub(lambda found: str(round(float(found[0]))), painted(_sorted(layers)))
            boxes += [layer.box for layer in layers]
        when.setdefault(id(body), []).append(index)
    left, top, right, bottom = _union(boxes)
    total = len(frames)
    rules, groups = [], []
    for index, (key, times) in enumerate(when.items()):
        stops = "".join(
            f"{number(100 * k / total)}%{{visibility:visible}}{number(100 * (k + 1) / total)}%{{visibility:hidden}}"
            for k in times
        )
        rules.append(f"@keyframes k{index}{{0%{{visibility:hidden}}{stops}}}")
        rules.append(f".k{index}{{visibility:hidden;animation:k{index} {total * FRAME:.2f}s step-end infinite}}")
        groups.append(f'<g class="k{index}">{made[key]}</g>')
    last = list(when).index(id(held[-1]))
    rules.append(f"@media(prefers-reduced-motion:reduce){{[class^=k]{{animation:none}}.k{last}{{visibility:visible}}}}")
    shift = f'<g transform="translate({number(MARGIN - left)} {number(MARGIN - top)})">'
    inside = f"<style>{''.join(rules)}</style>{shift}{_flat(floor)}{''.join(groups)}</g>"
    return _svg(figure.exercise, name, alt, (right - left + 2 * MARGIN, bottom - top + 2 * MARGIN), inside)


def _eased(share: float) -> float:
    """Slow at both ends."""
    return share * share * (3 - 2 * share)


def _panel(scene: _Scene, index: int) -> _Panel:
    """One pose; from the second on with a shadow of the one before, and what moves and works."""
    figure, view, body, own = scene.figure, scene.view, scene.bodies[index], scene.layers[index]
    layers = _sorted([*own, *_things(figure, body, view, index)])
    behind = [layer for layer in layers if layer.depth > 50]
    boxes = [layer.box for layer in layers]
    left, top, right, bottom = _union([layer.box for layer in own])
    ghost, moves = "", []
    if index:
        ghost = _ghost(scene.layers[index - 1])
        boxes += [layer.box for layer in scene.layers[index - 1]]
        middle = ((left + right) / 2, (top + bottom) / 2)
        before, pose = figure.poses[index - 1 : index + 1]
        moves = arrows(before, pose, view, middle, both=figure.back_and_forth)
        boxes += [arrow.box() for arrow in moves]
    marked = figure.working if index else ()
    inside = painted(behind) + ghost + _body([layer for layer in layers if layer.depth <= 50], marked, body, view)
    floor = floor_layer(scene.bodies, scene.bodies[max(index - 1, 0) : index + 1], view, mat=figure.mat)
    return _Panel(inside + "".join(arrow.svg() for arrow in moves), _union(boxes), floor)


def _body(layers: Sequence[Layer], marked: Iterable[str], body: Skeleton, view: View) -> str:
    """The body with the regions that work. What lies before a region hides it.

    Legs alone do not hide a region of the trunk: with its legs drawn up, nothing of the belly would be left.
    """
    names = [layer.name for layer in layers]
    pieces = [painted([layer]) for layer in layers] + [""]
    for name in marked:
        own = carriers(name)
        first = max(names.index(group) for group in own) + 1
        hiding = "arm_" if own == ("trunk",) else ("arm_", "leg_", "head")
        over = (k for k in range(first, len(names)) if names[k].startswith(hiding))
        place = next(over, len(names))
        pieces[place] = region(name, body, view) + pieces[place]
    return "".join(pieces)


def _things(figure: Built, body: Skeleton, view: View, pose: int) -> list[Layer]:
    """What is there in this pose, or on the way to it."""
    layers = []
    for thing in figure.things:
        if thing.since > pose:
            continue
        holder = figure.poses[thing.as_in].frames() if thing.as_in >= 0 else body
        layers += thing_layers([thing], holder, view, figure.heights)
    return layers


def _sorted(layers: Iterable[Layer]) -> list[Layer]:
    return sorted(layers, key=lambda layer: -layer.depth)


def _ghost(layers: Sequence[Layer]) -> str:
    return f'<path class="g" d="{"".join(path for layer in layers for path, _ in layer.shapes)}"/>'


def _flat(layer: Layer) -> str:
    return "".join(f'<path d="{path}" fill="{fill}"/>' for path, fill in layer.shapes)


def _union(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _svg(exercise: str, name: str, alt: str, size: tuple[float, float], inside: str) -> str:
    wide, high = (number(value) for value in size)
    title, text = f"figure-{exercise}-title", f"figure-{exercise}-text"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'role="img" aria-labelledby="{title} {text}"><title id="{title}">{escape(name)}</title>'
        f'<desc id="{text}">{escape(alt)}</desc><style>{STYLE}</style>{inside}</svg>'
    )
