"""`recommender rules schema`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from recommender.cli.files import load_knowledge, review_option
from recommender.cli.writing import check_outputs, folder_option, force_option, said_where
from recommender.errors import UsageError

__all__ = ["command"]


@click.command(name="schema")
@folder_option("Write into this folder.")
@force_option
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 and name the files that are not up to date.")
@review_option
def command(output: Path | None, force: bool, check: bool, folder: Path | None) -> None:
    """Write the JSON Schemas by which editors complete and check the YAML files.

    They go into rules/schemas/ of the rules, which they keep up to date, or into the folder that you
    name. Before a file in that folder is replaced you are asked; without a terminal that needs --force.
    """
    target = output
    if folder is not None and not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.")
    if target is not None and not (target if check else target.resolve().parent).is_dir():
        raise UsageError(f"There is no folder {target if check else target.resolve().parent}.")
    knowledge = load_knowledge(folder)
    from recommender.review.editor_schemas import check_schemas, schema_folder, schema_texts, stale_files

    if not check:
        _write(schema_texts(knowledge), target or schema_folder(knowledge.folder), knowledge, force or target is None)
        return
    if target is None:
        found = [str(finding) for finding in check_schemas(knowledge)]
    else:
        found = [
            f"{target / name}: This schema {wrong}." for name, wrong in stale_files(schema_texts(knowledge), target)
        ]
    for line in found:
        click.echo(line)
    if not found:
        click.echo("All schemas are up to date.")
    sys.exit(1 if found else 0)


def _write(texts: Mapping[str, str], folder: Path, knowledge: Any, force: bool) -> None:
    """Write all files or none, so that a full disk leaves the old ones as they are."""
    from recommender.kept.writing import write_together

    with said_where(folder):
        folder.mkdir(exist_ok=True)
        targets = check_outputs([folder / name for name in texts], (), knowledge, force=force)
        write_together(dict(zip(targets, texts.values(), strict=True)), shared=True)
    click.echo(f"Written to {folder}:")
    for name in texts:
        click.echo(f"  {name}")
