"""Contact sheets of all drawings: one SVG for each file of exercises, in examples/figures/.

Run it after a pose was changed: `recommender figure --solve`, then `python examples/make_figures.py`.
"""

import re
import sys
import textwrap
from html import escape
from pathlib import Path

from recommender import Knowledge
from recommender.figure import captions, figure_svg
from recommender.yaml_reader import read_file

ROOT = Path(__file__).resolve().parent.parent
WIDE, COLUMN, TALL = 1120, 540, 250
FONT = 'font-family="DejaVu Sans, Verdana, sans-serif"'


def sheet(title: str, exercises: list[str], knowledge: Knowledge) -> str:
    """One page: two drawings beside each other, each with its name and a line for each position."""
    inside, y = [f'<text x="20" y="40" font-size="26" font-weight="bold" {FONT}>{escape(title)}</text>'], 64.0
    for start in range(0, len(exercises), 2):
        row = [cell(exercise, knowledge) for exercise in exercises[start : start + 2]]
        for column, (drawing, _) in enumerate(row):
            inside.append(f'<g transform="translate({20 + column * COLUMN} {y:.0f})">{drawing}</g>')
        y += max(high for _, high in row) + 22
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{y:.0f}" viewBox="0 0 {WIDE} {y:.0f}">'
    return f'{head}<rect width="100%" height="100%" fill="#fff"/>{"".join(inside)}</svg>\n'


def cell(exercise: str, knowledge: Knowledge) -> tuple[str, float]:
    """One drawing with its words, and how high it is."""
    found = knowledge.exercise(exercise)
    assert found is not None
    lines = [
        line
        for number, caption in enumerate(captions(exercise, knowledge), start=1)
        for line in textwrap.wrap(f"{number}. {caption}", 76, subsequent_indent="    ")
    ]
    words = f'<text y="14" font-size="15" font-weight="bold" {FONT}>{escape(found.name)}</text>'
    for index, line in enumerate(lines):
        words += f'<text y="{34 + 16 * index}" font-size="12" fill="#333" {FONT}>{escape(line)}</text>'
    text = figure_svg(exercise, knowledge)
    wide, high = (float(value) for value in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)[0])
    scale = min(1.0, (COLUMN - 24) / wide, TALL / high)
    top = 40 + 16 * len(lines)
    size = f'x="0" y="{top}" width="{wide * scale:.1f}" height="{high * scale:.1f}"'
    drawing = re.sub(r' width="[\d.]+" height="[\d.]+"', f" {size}", text, count=1)
    return words + drawing, top + high * scale


def main(folder: Path) -> None:
    """Write all sheets into a folder."""
    knowledge = Knowledge.shipped()
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "catalog" / "exercises").glob("*.yaml")):
        file = read_file(path, path.name).data
        text = sheet(file["topic"], [entry["id"] for entry in file["exercises"]], knowledge)
        (folder / f"{path.stem}.svg").write_text(text, encoding="utf-8")
        print(f"{path.stem}.svg: {len(file['exercises'])} drawings")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "figures")
