"""The drawings: human, true to the text, standing on the floor, small, and never out of date."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from recommender import Knowledge
from recommender.errors import FigureError
from recommender.figure import captions, figure_alt, figure_svg
from recommender.figure.body import JOINTS, SURFACES, surface
from recommender.figure.built import Built, BuiltPose
from recommender.figure.geometry import column
from recommender.figure.inherit import Resolved, resolved
from recommender.figure.library import FOLDER, KEPT, build, figures_of, kept_text
from recommender.figure.model import BodyFile, Figure, FigureFile
from recommender.figure.solve import CLOSE, Placed, faults, range_of, solve, wall_normal
from recommender.knowledge.door import checked
from recommender.yaml_reader import read_file
from tests.command_line import ROOT, recommender

FILES = sorted(path for path in (ROOT / FOLDER).glob("*.yaml") if path.name != "body.yaml")
BODY = checked(BodyFile, read_file(ROOT / FOLDER / "body.yaml", "body.yaml").data)
FIGURES: dict[str, Figure] = {
    figure.exercise: figure for path in FILES for figure in checked(FigureFile, read_file(path, path.name).data).figures
}
BUILT = figures_of(ROOT)
LIMB = {"leg": "leg|knee|foot|thigh|heel|hip|buttock|ankle", "arm": "arm|hand|elbow|shoulder|forearm"}


def poses(exercise: str) -> tuple[Resolved, ...]:
    return resolved(FIGURES[exercise].poses, BODY.postures)


def test_every_exercise_is_drawn(knowledge: Knowledge) -> None:
    """Each exercise of the catalogue has a drawing, and no drawing is of something else."""
    assert set(BUILT) == {exercise.id for exercise in knowledge.exercises}


def test_a_drawing_stands_in_the_file_of_its_exercise(knowledge: Knowledge) -> None:
    """A clinician finds the pose in the file with the name of the exercise's own file."""
    where = {figure["exercise"]: path.name for path in FILES for figure in read_file(path, path.name).data["figures"]}
    for path in (ROOT / "catalog" / "exercises").glob("*.yaml"):
        for exercise in read_file(path, path.name).data["exercises"]:
            assert where[exercise["id"]] == path.name


@pytest.mark.parametrize("exercise", sorted(FIGURES))
def test_every_angle_is_human(exercise: str) -> None:
    """Written and solved angles lie within the range of a person."""
    for pose in (*poses(exercise), *BUILT[exercise].poses):
        for name, value in pose.angles.items():
            low, high = range_of(BODY, name)
            assert low - 0.1 <= value <= high + 0.1, (name, value)


@pytest.mark.parametrize("exercise", sorted(FIGURES))
def test_contacts_hold_and_nothing_is_below_the_floor(exercise: str) -> None:
    """Every declared contact holds within 1 % of the height, and no part is lower than the floor."""
    figure = FIGURES[exercise]
    heights = dict(BODY.heights) | {prop.kind: prop.height for prop in figure.props if prop.height}
    wall = next((prop for prop in figure.props if prop.kind == "wall"), None)
    for pose, built in zip(poses(exercise), BUILT[exercise].poses, strict=True):
        normal = wall_normal(pose, wall) if wall else None
        assert not list(faults(Placed(built.root, built.angles), pose, heights, normal))


@pytest.mark.parametrize("exercise", sorted(FIGURES))
def test_the_file_says_what_is_drawn(exercise: str) -> None:
    """The solved angles stay near those that the file states, so that the file can be read and corrected."""
    for written, built in zip(poses(exercise), BUILT[exercise].poses, strict=True):
        for name in JOINTS:
            most = 45 if name.startswith(("wrist", "ankle")) else 25
            assert abs(written.angles.get(name, 0.0) - built.angles.get(name, 0.0)) <= most, name


@pytest.mark.parametrize("exercise", sorted(FIGURES))
def test_start_and_end_differ(exercise: str) -> None:
    """Two positions that follow each other can be told apart."""
    figure = BUILT[exercise]
    for before, after in pairwise(figure.poses):
        a, b = before.frames(), after.frames()
        way = max(
            sum((p - q) ** 2 for p, q in zip(surface(a, place)[0], surface(b, place)[0], strict=True)) ** 0.5
            for place in SURFACES
        )
        turned = max(abs(before.angles.get(name, 0.0) - after.angles.get(name, 0.0)) for name in JOINTS)
        assert way > 0.03 or turned > 10
        assert before.caption != after.caption


def moved(before: BuiltPose, after: BuiltPose, limb: str, side: str) -> float:
    """How far a limb moves against the trunk, or the trunk or both legs to a side: degrees, or a scale like them."""
    if limb == "legs":
        left = column(before.root.matrix(), 1)
        ways = [
            zip(surface(before.frames(), place)[0], surface(after.frames(), place)[0], strict=True)
            for place in ("knee_left", "knee_right")
        ]
        way = 200 * sum((q - p) * axis for pairs in ways for (p, q), axis in zip(pairs, left, strict=True))
        return -way if side == "right" else way
    if limb == "trunk":
        names = [f"{part}.{plane}" for part in ("lumbar", "thorax") for plane in ("side_bending", "rotation")]
        way = sum(after.angles.get(name, 0.0) - before.angles.get(name, 0.0) for name in names)
        way += sum(getattr(after.root, part) - getattr(before.root, part) for part in ("side", "turn"))
        return way if side == "right" else -way
    parts = ("hip", "knee") if limb == "leg" else ("shoulder", "elbow")
    names = [name for name in JOINTS for part in parts if name.startswith(f"{part}_{side}")]
    return sum(abs(after.angles.get(name, 0.0) - before.angles.get(name, 0.0)) for name in names)


@pytest.mark.parametrize("exercise", sorted(FIGURES))
def test_left_and_right_agree_with_the_text(exercise: str, knowledge: Knowledge) -> None:
    """The side that the steps name first is the one that moves in the drawing."""
    found = knowledge.exercise(exercise)
    assert found is not None
    text = " ".join(found.steps).lower()
    moves, built = FIGURES[exercise].moves, BUILT[exercise].poses
    if found.per_side:
        assert moves
    for move in moves:
        limb, side = move.split("_")
        other = "left" if side == "right" else "right"
        if limb in LIMB:
            assert re.search(rf"{side}(?: \w+)? (?:{LIMB[limb]})", text), move
        most = max(moved(a, b, limb, side) - moved(a, b, limb, other) for a, b in pairwise(built))
        assert most > 8, move


@pytest.mark.parametrize("exercise", sorted(FIGURES))
def test_what_is_needed_is_in_the_picture(exercise: str, knowledge: Knowledge) -> None:
    """Equipment that an exercise cannot do without is drawn."""
    found = knowledge.exercise(exercise)
    assert found is not None
    drawn = {thing.kind for thing in BUILT[exercise].things}
    alike = {"heavy_furniture": {"furniture"}, "roller_or_pillow": {"roller", "pillow"}, "towel": {"towel", "strap"}}
    for needed in found.equipment.required:
        assert drawn & alike.get(needed, {needed}), needed


@pytest.mark.parametrize("exercise", sorted(FIGURES))
def test_a_drawing_is_small_and_well_formed(exercise: str, knowledge: Knowledge) -> None:
    """The SVG parses, is named and described, needs nothing from elsewhere, and packs below 8 KB (moving: 13)."""
    for moving in (False, True):
        text = figure_svg(exercise, knowledge, moving=moving)
        tree = ElementTree.fromstring(text)
        assert tree.get("role") == "img"
        assert len(gzip.compress(text.encode())) < (13 if moving else 8) * 1024
        for outside in ("href", "url(", "<script"):
            assert outside not in text
    words = [element.text for element in tree if element.tag.endswith(("title", "desc"))]
    assert words == [knowledge.exercise(exercise).name, figure_alt(exercise, knowledge)]
    assert all(len(caption) > 10 for caption in captions(exercise, knowledge))


def test_the_kept_poses_are_those_of_the_files() -> None:
    """solved.json is what the files give: its marks are theirs, so that no drawing is out of date."""
    assert (ROOT / FOLDER / KEPT).read_text(encoding="utf-8") == kept_text(ROOT)


def test_solving_again_gives_the_same_poses() -> None:
    """The kept poses are those that the solver finds."""
    for exercise in sorted(FIGURES)[::6]:
        fresh = solve(poses(exercise), FIGURES[exercise].props, BODY, exercise)
        for one, kept in zip(fresh, BUILT[exercise].poses, strict=True):
            a, b = one.frames(), kept.frames()
            for place in SURFACES:
                pairs = zip(surface(a, place)[0], surface(b, place)[0], strict=True)
                assert max(abs(p - q) for p, q in pairs) < CLOSE, (exercise, place)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Make a copy of the knowledge whose drawings can be changed."""
    for part in ("rules", "catalog"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def altered(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / FOLDER / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_changed_pose_is_solved_anew(copy: Path) -> None:
    """A corrected angle shows in the drawing at once, although an older one is kept."""
    altered(copy, "bridges.yaml", "topic: Bridges", "topic: Bridges, corrected")
    assert figures_of(copy) == dict(BUILT)
    altered(copy, "body.yaml", "chair: 0.265", "chair: 0.27")
    assert figures_of(copy)["legs-on-chair"] != BUILT["legs-on-chair"]


def test_a_damaged_store_is_not_used(copy: Path) -> None:
    """Kept poses that cannot be read are made again."""
    (copy / FOLDER / KEPT).write_text('{"files": ', encoding="utf-8")
    figures: dict[str, Built] = build(copy, "glute-bridge")
    assert figures["glute-bridge"].mark == BUILT["glute-bridge"].mark


def test_kept_poses_that_were_changed_are_not_used(copy: Path) -> None:
    """A pose that someone changed in the kept file shows nowhere: the figure is solved from its own file."""
    path = copy / FOLDER / KEPT
    text = path.read_text(encoding="utf-8")
    assert '"hip_left.flexion": ' in text
    path.write_text(text.replace('"hip_left.flexion": ', '"hip_left.flexion": 1', 1), encoding="utf-8")
    assert build(copy, "glute-bridge")["glute-bridge"] == BUILT["glute-bridge"]
    assert figures_of(copy)["back-lift-held"] == BUILT["back-lift-held"]


def test_a_clinic_draws_its_own_exercise(tmp_path: Path) -> None:
    """The figures of a clinic's own folder lie on top of the shipped ones, and it keeps only its own."""
    clinic = tmp_path / "clinic"
    shutil.copytree(ROOT / "examples" / "clinic", clinic)
    figures = figures_of(clinic)
    assert set(figures) == {*BUILT, "riverside-knee-opening"}
    assert kept_text(clinic) == (clinic / FOLDER / KEPT).read_text(encoding="utf-8")
    (clinic / FOLDER / KEPT).unlink()
    done = recommender("figure", "--solve", "--knowledge", clinic)
    assert done.code == 0
    assert '"cobra"' not in (clinic / FOLDER / KEPT).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    poses:\n", "    poses: []\n    poes:\n", "no key here"),
        ("like: lying_on_back_knees_bent", "like: lying_on_back_knee", "no posture"),
        ("working: [buttocks]", "working: [butt]", "not accepted"),
        ("  - exercise: glute-bridge", "  - exercise: glute-bridge\n    camera: sideways", "no camera"),
        ("like: lying_on_back_knees_bent", "like: lying_on_back_knees_bent\n        knee: 190", "range"),
        ("lifts: [buttocks]", "contacts: {floor: [nose]}", "no place of the body"),
        ("lifts: [buttocks]", "contacts: {floor: [buttocks, forehead, knees]}", "off by"),
    ],
)
def test_a_fault_in_a_pose_is_named(copy: Path, old: str, new: str, said: str) -> None:
    """What cannot be drawn is said with file and exercise or line; nothing is drawn instead."""
    altered(copy, "bridges.yaml", old, new)
    with pytest.raises(FigureError, match=said) as caught:
        figures_of(copy)
    assert "bridges.yaml" in str(caught.value)


def test_drawing_needs_no_solver() -> None:
    """The kept drawings need neither scipy nor numpy; a changed pose says what to install."""
    code = (
        "import sys; sys.modules['scipy'] = sys.modules['scipy.optimize'] = sys.modules['numpy'] = None\n"
        "from pathlib import Path\n"
        "from recommender import Knowledge\n"
        "from recommender.figure import figure_svg\n"
        "from recommender.figure import library\n"
        "assert figure_svg('cobra', Knowledge.shipped()).startswith('<svg')\n"
        "library._kept = lambda folder: {'files': {}, 'figures': {}}\n"
        "try: library.build(Path('.'))\n"
        "except library.FigureError as error: assert 'recommender[figures]' in str(error); print('said')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "said\n"


def test_an_unknown_exercise_is_named(knowledge: Knowledge) -> None:
    """A misspelt exercise gets the nearest one."""
    with pytest.raises(FigureError, match="cobra"):
        figure_svg("cobar", knowledge)


def test_the_command_draws(tmp_path: Path) -> None:
    """`recommender figure` prints one drawing, writes it, or all of them."""
    assert recommender("figure", "cobra").out.startswith("<svg")
    assert recommender("figure", "Cobra", "--moving", "-o", tmp_path / "cobra.svg").code == 0
    assert "@keyframes" in (tmp_path / "cobra.svg").read_text(encoding="utf-8")
    assert recommender("figure").code == 2
    assert recommender("figure", "no-such-exercise").code == 2


def test_the_contact_sheets_are_current(tmp_path: Path) -> None:
    """The sheets under examples/figures/ are what the script makes."""
    subprocess.run([sys.executable, ROOT / "examples" / "make_figures.py", tmp_path], check=True, cwd=ROOT)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in (ROOT / "examples" / "figures").iterdir()}
