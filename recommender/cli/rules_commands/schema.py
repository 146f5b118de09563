"""`recommender rules schema`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from recommender.cli.files import load_knowledge, review_option
from recommender.errors import UsageError

__all__ = ["command"]


@click.command(name="schema")
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), help="Write into this folder.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 and name the files that are not up to date.")
@review_option
def command(target: Path | None, check: bool, folder: Path | None) -> None:
    """Write the JSON Schemas by which editors complete and check the YAML files.

    They go into rules/schemas/ of the rules, or into the folder that you name.
    """
    if folder is not None and not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.")
    if target is not None and not (target if check else target.resolve().parent).is_dir():
        raise UsageError(f"There is no folder {target if check else target.resolve().parent}.")
    knowledge = load_knowledge(folder)
    from recommender.review.schemas import check_schemas, schema_folder, schema_texts, stale_files

    if not check:
        _write(schema_texts(knowledge), target or schema_folder(knowledge.folder))
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


def _write(texts: Mapping[str, str], target: Path) -> None:
    """Write all files beside their places first, so that a full disk leaves the old ones as they are."""
    waiting = {target / f".{name}.new": target / name for name in texts}
    try:
        target.mkdir(exist_ok=True)
        try:
            for beside, text in zip(waiting, texts.values(), strict=True):
                beside.write_text(text, encoding="utf-8")
            for beside, place in waiting.items():
                beside.replace(place)
        finally:
            for beside in waiting:
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}.") from None
    click.echo(f"Written to {target}:")
    for name in texts:
        click.echo(f"  {name}")
