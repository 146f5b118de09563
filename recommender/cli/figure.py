"""`recommender figure EXERCISE`: the drawing of an exercise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from recommender.cli.files import knowledge_option, load_knowledge
from recommender.cli.writing import check_output, check_outputs, output_option, said_where, write_result

__all__ = ["command"]


@click.command(name="figure", short_help="Draw an exercise.")
@click.argument("exercise", required=False)
@click.option("--moving", is_flag=True, help="One picture that moves from start to end and back, for a screen.")
@click.option("--solve", is_flag=True, help="Solve the poses that have changed, and keep them beside their files.")
@output_option
@knowledge_option
def command(
    *, exercise: str | None, moving: bool, solve: bool, output: Path | None, force: bool, folder: Path | None
) -> None:
    """Draw EXERCISE (an id or a name) as SVG: its positions side by side, with arrows for the way between them.

    `all` draws every exercise into the folder that -o names.

    Before a file that is there is replaced you are asked; without a terminal that needs --force.

    The poses stand as joint angles in catalog/figures/, and can be corrected there.
    """
    if (exercise is None) is not solve:
        raise click.UsageError("Name one exercise, or `all`, or use --solve.")
    knowledge = load_knowledge(folder)
    if exercise is None:
        _solve(Path(knowledge.folder))
    elif exercise == "all":
        _draw_all(knowledge, output, moving=moving, force=force)
    else:
        from recommender.decision.explain import find_exercise
        from recommender.figure import figure_svg

        found = find_exercise(exercise, knowledge).id
        target = check_output(output, (), knowledge, force=force)
        write_result(figure_svg(found, knowledge, moving=moving), target)


def _solve(folder: Path) -> None:
    from recommender.figure.library import FOLDER, KEPT, kept_text

    place = folder / FOLDER / KEPT
    text = kept_text(folder)
    from recommender.kept.writing import target_of, write

    with said_where(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        write(text, target_of(place), shared=True)
    click.echo(f"Written to {place}.", err=True)


def _draw_all(knowledge: Any, output: Path | None, *, moving: bool, force: bool) -> None:
    from recommender.errors import FigureError
    from recommender.figure import figure_svg

    if output is None:
        raise click.UsageError("All figures need a folder: -o FOLDER.")
    with said_where(output):
        output.mkdir(parents=True, exist_ok=True)
    missing, places = [], [output / f"{entry.id}.svg" for entry in knowledge.exercises]
    targets = check_outputs(places, (), knowledge, force=force)
    for entry, target in zip(knowledge.exercises, targets, strict=True):
        try:
            text = figure_svg(entry.id, knowledge, moving=moving)
        except FigureError as error:
            missing.append(str(error))
            continue
        write_result(text, target)
    if missing:
        raise FigureError("\n".join(missing))
