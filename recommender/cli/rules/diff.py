"""`recommender rules diff`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from recommender.cli.writing import check_output, output_option, write_result
from recommender.errors import UsageError
from recommender.terminal.progress_bar import progress_bar

__all__ = ["command"]


@click.command(name="diff")
@click.argument("old")
@click.argument("new", default=".", required=False)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@output_option
def command(old: str, new: str, form: str, output: Path | None, force: bool) -> None:
    """Show what changes for people from OLD to NEW.

    Each is a folder with rules/ and catalog/ or with a clinic's overlay.yaml, a git revision such as HEAD~1 or
    v1.2:folder, or `shipped`. NEW is this folder unless given.

    Exit codes: 0 nothing got less strict, 1 something did, 2 one of them cannot be read, or OUTPUT must not be written.
    """
    from recommender.kept.files import knowledge_files
    from recommender.review.diff import diff
    from recommender.review.revisions import revision
    from recommender.review.shift import shift_of
    from recommender.review.show.diff import diff_as_values, markdown_diff, render_diff
    from recommender.review.show.shift import shift_as_values, shift_lines

    if output is not None and not os.access(output.parent, os.W_OK):
        raise UsageError(f"{output} cannot be written. Nothing was compared.")
    sides = revision(old, Path()), revision(new, Path())
    reads = [] if output is None else [file for side in sides for file in knowledge_files(side.knowledge)]
    target = check_output(output, reads, sides[1].knowledge, force=force)
    with progress_bar("People compared") as progress:
        found = diff(*sides, progress)
    with progress_bar("People drawn") as progress:
        shift = shift_of(*sides, progress)
    knowledge = sides[1].knowledge
    lines = shift_lines(shift, (sides[0].knowledge, knowledge)) if shift else []
    if form == "json":
        population = {"population": {**shift_as_values(shift), "lines": lines}} if shift else {}
        text = json.dumps({**diff_as_values(found, knowledge), **population}, indent=2, ensure_ascii=False)
    else:
        text = (markdown_diff if form == "markdown" else render_diff)(found, knowledge, lines)
    write_result(text, target)
    sys.exit(1 if found.weaker else 0)
