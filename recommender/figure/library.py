"""Finds the figures of a knowledge: read, solved where they are new, and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from recommender.errors import FigureError, KnowledgeError
from recommender.figure.body import BASES, FOREARM, LINK, SHANK, SURFACES, THIGH, UPPER_ARM
from recommender.figure.built import FORM, Built, BuiltPose, Thing, from_json, parts_of, to_json
from recommender.values import plain

__all__ = ["BODY", "FOLDER", "build", "figures_of", "kept_text"]

FOLDER, BODY, KEPT = Path("catalog", "figures"), "body.yaml", "solved.json"


def figures_of(folder: Path) -> Mapping[str, Built]:
    """The figures below `folder`, by exercise. Poses that changed since they were kept are solved now.

    Raises FigureError with every fault.
    """
    texts = _texts(folder)
    return _figures(folder, tuple((name, _mark(raw)) for name, raw in texts.items()))


@lru_cache(maxsize=8)
def _figures(folder: Path, files: tuple[tuple[str, str], ...]) -> Mapping[str, Built]:
    kept = _kept(folder)
    if kept["files"] == dict(files):
        return {name: from_json(values) for name, values in kept["figures"].items()}
    return build(folder)


def kept_text(folder: Path) -> str:
    """What belongs into solved.json of this folder: the figures of its own files."""
    own = _own(folder)
    _, files = _read(folder)
    drawn = {figure.exercise for name, file in files.items() if name in own for figure in file.figures}
    figures = {name: figure for name, figure in build(folder).items() if name in drawn}
    return to_json(figures, {name: _mark(path.read_bytes()) for name, path in own.items()})


def build(folder: Path, only: str | None = None) -> dict[str, Built]:
    """Read every figure file and solve what is not kept yet. Raises FigureError with every fault."""
    from recommender.figure.inherit import resolved  # noqa: PLC0415

    kept = _kept(folder)["figures"]
    body, files = _read(folder)
    found: dict[str, Built] = {}
    wrong: list[str] = []
    for name, file in files.items():
        for figure in file.figures:
            if only is not None and figure.exercise != only:
                continue
            where = f"{name}, {figure.exercise}"
            if figure.exercise in found:
                wrong.append(f"{where}: it is drawn twice.")
                continue
            try:
                poses = resolved(figure.poses, body.postures)
                mark = _meaning(figure, poses, body)
                known = kept.get(figure.exercise)
                same = known is not None and known.get("mark") == mark
                found[figure.exercise] = from_json(known) if same else _solved(figure, poses, body, mark, where)
            except (FigureError, ValueError) as error:
                wrong.append(f"{where}: {error}")
    if wrong:
        raise FigureError("\n".join(wrong))
    return found


def _solved(figure: Any, poses: Any, body: Any, mark: str, where: str) -> Built:
    try:
        from recommender.figure.solve import solve, wall_normal  # noqa: PLC0415

        placed = solve(poses, figure.props, body, where)
    except ImportError:
        raise FigureError(
            "This pose has changed and must be solved anew. That needs: pip install 'recommender[figures]'"
        ) from None
    camera = body.cameras.get(figure.camera) if isinstance(figure.camera, str) else figure.camera
    if camera is None:
        raise FigureError(f'There is no camera "{figure.camera}". Known: {", ".join(body.cameras)}.')
    heights = {kind: height for kind, height in body.heights.items() if height}
    things = tuple(_thing(prop, wall_normal(poses[0], prop), _stands_in(prop, poses)) for prop in figure.props)
    shown = tuple(
        BuiltPose(
            pose.caption, one.root, one.angles, pose.in_front, pose.behind,
            ("none",) if pose.arrows == () else pose.arrows,
        )
        for pose, one in zip(poses, placed, strict=True)
    )  # fmt: skip
    return Built(
        figure.exercise, mark, camera.around, camera.above, figure.working, figure.moves, figure.back_and_forth,
        figure.mat, things, heights, shown,
    )  # fmt: skip


def _stands_in(prop: Any, poses: Any) -> int:
    """The pose by which a thing that keeps its place is placed."""
    if not (prop.under or prop.over or prop.kind == "chair"):
        return -1
    if prop.as_in is not None:
        return min(int(prop.as_in), len(poses)) - 1
    return next((index for index, pose in enumerate(poses) if pose.contacts.get(prop.kind)), len(poses) - 1)


def _thing(prop: Any, normal: tuple[float, float, float], as_in: int) -> Thing:
    for placed in ("under", "between", "held", "around", "over"):
        if places := getattr(prop, placed):
            return Thing(prop.kind, placed, places, prop.height or 0.0, normal, prop.from_pose - 1, as_in)
    if prop.kind == "wall":
        return Thing("wall", "wall", (), 0.0, tuple(round(value, 4) for value in normal), 0, 0)  # type: ignore[arg-type]
    raise FigureError(f"The {prop.kind} has no place: say what it is under, between, held by, around or over.")


def _meaning(figure: Any, poses: Any, body: Any) -> str:
    """A hash of all that a figure is solved and drawn from."""
    values = [
        FORM,
        plain(figure),
        plain(poses),
        {joint: dict(planes) for joint, planes in body.ranges.items()},
        dict(body.heights),
        plain(body.cameras),
        repr((SURFACES, BASES, LINK, THIGH, SHANK, UPPER_ARM, FOREARM)),
    ]
    return _mark(json.dumps(values, sort_keys=True).encode())


def _read(folder: Path) -> tuple[Any, dict[str, Any]]:
    from recommender.figure.model import BodyFile, FigureFile  # noqa: PLC0415
    from recommender.knowledge.door import read_document  # noqa: PLC0415
    from recommender.yaml_reader import YamlFault, read_text  # noqa: PLC0415

    faults: list[Any] = []
    models: dict[str, Any] = {}
    for name, raw in _texts(folder).items():
        shown = (FOLDER / name).as_posix()
        kind: Any = BodyFile if name == BODY else FigureFile
        try:
            document = read_text(raw, shown)
            models[name] = read_document(kind, document)
        except YamlFault as fault:
            faults.append(f"{shown}, line {fault.line}: {fault.found} {fault.do}")
        except KnowledgeError as error:
            faults.append(str(error))
    if BODY not in models and not faults:
        faults.append(f"{(FOLDER / BODY).as_posix()} is missing.")
    if faults:
        raise FigureError("\n".join(faults))
    body = models.pop(BODY)
    return body, models


def _texts(folder: Path) -> dict[str, bytes]:
    """The files of figures by name. A clinic's own folder has none of the shared ones; those come from the base."""
    return {path.name: path.read_bytes() for path in _paths(folder)}


def _paths(folder: Path) -> Iterator[Path]:
    from recommender.knowledge.files import shipped_folder  # noqa: PLC0415

    own = _own(folder)
    if BODY not in own:
        own = _own(shipped_folder()) | own
    yield from (own[name] for name in sorted(own))


def _own(folder: Path) -> dict[str, Path]:
    """The files of figures in this very folder."""
    return {path.name: path for path in sorted((folder / FOLDER).glob("*.yaml"))}


def _kept(folder: Path) -> dict[str, Any]:
    """What is kept for a folder; what a clinic's own folder keeps lies on top of the shipped figures."""
    from recommender.knowledge.files import shipped_folder  # noqa: PLC0415

    own, base = _stored(folder), _stored(shipped_folder())
    files = own["files"] if (folder / FOLDER / BODY).is_file() else base["files"] | own["files"]
    return {"files": files, "figures": base["figures"] | own["figures"]}


def _stored(folder: Path) -> dict[str, Any]:
    """What solved.json of a folder holds; nothing if it is missing or damaged."""
    try:
        return parts_of((folder / FOLDER / KEPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"files": {}, "figures": {}}


def _mark(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:16]
