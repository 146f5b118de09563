"""Puts a figure together: numbered panels side by side, or one that moves. The result is one SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import log

from recommender.figure.body import Skeleton
from recommender.figure.built import Built
from recommender.figure.draw import GHOST, LINE, OUTLINE, Box, Layer, View, body_layers, painted
from recommender.figure.marks import ORANGE, arrows, carriers, halfway, region
from recommender.figure.outline import number
from recommender.figure.things import floor_layer, thing_layers

__all__ = ["animated", "panels"]

MARGIN, GAP = 12.0, 30.0
DIGIT = 1 / 250  # a number is a twentieth as high as the figure is wide: 12 points where it is printed 6 cm wide
SHAPE = 1.4  # how many times wider than high a figure should be
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
    floor: Layer


@dataclass(frozen=True, slots=True)
class _Panel:
    inside: str
    box: Box


def panels(figure: Built, name: str, alt: str) -> str:
    """The figure as one SVG: a panel for each pose, with a shadow of the pose before and arrows."""
    view = View(figure.around, figure.above)
    bodies = [pose.frames() for pose in figure.poses]
    layers = [
        body_layers(body, view, pose.in_front, pose.behind) for body, pose in zip(bodies, figure.poses, strict=True)
    ]
    scene = _Scene(figure, view, bodies, layers, floor_layer(bodies, view, mat=figure.mat))
    size, inside = _arranged([_panel(scene, index) for index in range(len(bodies))])
    return _svg(figure.exercise, name, alt, size, inside)


def _arranged(made: Sequence[_Panel]) -> tuple[tuple[float, float], str]:
    """The panels in rows, so that the whole is about twice as wide as high and each panel as large as may be."""
    ways = [_in_rows(made, columns) for columns in range(1, len(made) + 1)]
    return min(ways, key=lambda way: abs(log(way[0][0] / way[0][1] / SHAPE)))


def _in_rows(made: Sequence[_Panel], columns: int) -> tuple[tuple[float, float], str]:
    rows = [made[start : start + columns] for start in range(0, len(made), columns)]
    widths = [max(_wide(row[c]) for row in rows if c < len(row)) for c in range(columns)]
    whole = sum(widths) + GAP * (columns - 1) + 2 * MARGIN
    size = whole * DIGIT
    head = 12 * size + 6
    inside, y, index = [], 0.0, 0
    for row in rows:
        top, bottom = min(panel.box[1] for panel in row), max(panel.box[3] for panel in row)
        x = MARGIN
        for panel, wide in zip(row, widths, strict=False):
            at = f"{number(x - panel.box[0])} {number(y + MARGIN + head - top)}"
            inside.append(f'<g transform="translate({at})">{panel.inside}</g>')
            place = f"translate({number(x + 5 * size)} {number(y + MARGIN + 6 * size)}) scale({number(size)})"
            inside.append(f'<path class="n" transform="{place}" d="{DIGITS[index]}"/>')
            x += wide + GAP
            index += 1
        y += bottom - top + MARGIN + head
    return (whole, y + MARGIN), "".join(inside)


def _wide(panel: _Panel) -> float:
    return panel.box[2] - panel.box[0]


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
    floor = floor_layer(held, view, mat=figure.mat)
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
    boxes = [layer.box for layer in layers] + [scene.floor.box]
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
    inside = _flat(scene.floor) + painted(behind) + ghost
    inside += _body([layer for layer in layers if layer.depth <= 50], marked, body, view)
    return _Panel(inside + "".join(arrow.svg() for arrow in moves), _union(boxes))


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
