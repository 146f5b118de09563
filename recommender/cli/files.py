"""Reading profiles, writing results. What is written appears whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from recommender.errors import ProfileError, ProfileFault, UsageError, nearest
from recommender.yaml_reader import MAX_BYTES, YamlFault, read_text

__all__ = [
    "find_rule",
    "knowledge_option",
    "load_knowledge",
    "output_option",
    "read_profile",
    "review_option",
    "write_result",
]

PROFILE_FORM = "a YAML or JSON file with one answer a line, such as `age: 40`; `recommender ask` writes one"

knowledge_option = click.option(
    "--knowledge",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder with rules/ and catalog/ to use instead of the shipped ones.",
)


def _own_folder() -> Path | None:
    """The folder one stands in, if it holds rules: reviewers mean those, and not an installed copy."""
    from recommender.knowledge.overlay import OVERLAY

    here = Path()
    return here if (here / OVERLAY).is_file() or all((here / part).is_dir() for part in ("rules", "catalog")) else None


review_option = click.option(
    "--knowledge",
    "folder",
    type=click.Path(path_type=Path),
    default=_own_folder,
    help="Folder with rules/ and catalog/, or a clinic's own; this one if it holds rules, else the shipped ones.",
)
output_option = click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file.")


def load_knowledge(folder: Path | None) -> Any:
    """The knowledge of this folder, or the shipped one."""
    from recommender.knowledge.knowledge import Knowledge

    return Knowledge.shipped() if folder is None else Knowledge.load(folder, kept=True)


def find_rule(id: str, knowledge: Any) -> Any:
    """The rule with this id. Raises UsageError with the nearest one."""
    found = knowledge.rule(id)
    if found is None:
        hint = nearest(id, knowledge.rules_by_id) or "`recommender rules list` lists all of them."
        raise UsageError(f'There is no rule "{id[:60]}". {hint}')
    return found


def read_profile(name: str) -> Any:
    """The values of a profile file, or of standard input for `-`. Raises ProfileError."""
    if name == "-" and sys.stdin is None:
        raise ProfileError([ProfileFault("standard input", "is closed.", PROFILE_FORM)])
    try:
        if name == "-":
            raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProfileError([ProfileFault(name, f"cannot be read: {error.strerror}.", PROFILE_FORM)]) from None
    shown = "standard input" if name == "-" else name
    try:
        return read_text(raw, shown).data
    except YamlFault as fault:
        place = shown if fault.line is None else f"{shown}, line {fault.line}"
        raise ProfileError([ProfileFault(place, f"{fault.found} {fault.do}".strip(), PROFILE_FORM)]) from None


def write_result(text: str, output: Path | None) -> None:
    """Print the text, or write it beside the file and then put it into place."""
    if output is None:
        click.echo(text)
        return
    if not output.name:
        raise click.BadParameter("A file name is needed.", param_hint="--output")
    try:
        write_whole(text + "\n", output)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}. Nothing was changed.") from None
    click.echo(f"Written to {output}.", err=True)


def write_whole(text: str, path: Path, *, shared: bool = False) -> None:
    """Replace a file in one step. Raises OSError and leaves the old file as it was.

    What is written can be read by its owner alone, or, if it is `shared`, by whoever could before.
    """
    mode = 0o600
    if shared:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
