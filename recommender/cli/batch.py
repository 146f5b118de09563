"""`recommender batch IN OUT`: recommendations for many people in a file."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.files import knowledge_option, load_knowledge
from recommender.cli.writing import asking, refuse_terminal
from recommender.errors import UsageError
from recommender.terminal.progress_bar import progress_bar

if TYPE_CHECKING:
    from recommender.batch.run import Summary

__all__ = ["command"]

INTERRUPTED = 130
STEPS = 1000  # of the bar
STANDARD = Path("/dev/stdout")


@click.command(name="batch", short_help="Recommend for many people in a file.")
@click.argument("source", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("output", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "parquet"]), help="Instead of the suffix of IN.")
@click.option("--full", is_flag=True, help="Add the whole result as JSON in a column `result`.")
@click.option("--jobs", type=click.IntRange(1, 1024), help="Processes that decide. [default: one for each core]")
@click.option("--prefix", default="", help="Put this before the name of each new column.")
@click.option("--carry", "own", multiple=True, metavar="COLUMN", help="A column of your own that looks like a field.")
@click.option("--force", is_flag=True, help="Replace OUT, if it is there, when all is done. Never IN or a log.")
@click.option("--fresh", is_flag=True, help="Forget an interrupted run, and replace OUT when all is done.")
@knowledge_option
def command(
    *,
    source: Path,
    output: Path,
    form: str | None,
    full: bool,
    jobs: int | None,
    prefix: str,
    own: tuple[str, ...],
    force: bool,
    fresh: bool,
    folder: Path | None,
) -> None:
    """Answer every row of IN, and write its columns and the results to OUT, in the same order.

    CSV, JSON lines (both also with .gz) and Parquet. One column for each field of a profile, such as
    `age` and `pain_position.lying`; other columns are carried along. In CSV the words of a set stand in
    one cell with ; or a space between them; `none` is a set without words, and an empty cell no answer.

    A row that cannot be answered has its error in the column `error`, and no routine. The same command
    goes on with an interrupted run, whose parts lie beside OUT, in OUT.parts.

    Before an OUT that is there is replaced you are asked; without a terminal that needs --force. OUT can
    be a device or a pipe, and - is standard output; such a run cannot be gone on with.
    """
    try:
        from recommender.batch.pool import cores
        from recommender.batch.run import Job, format_of, run
    except ModuleNotFoundError as error:
        raise UsageError(f"This needs {error.name}: pip install 'recommender[batch]'.") from None
    from recommender.kept.writing import target_of

    found, packed = format_of(source, form)
    output = STANDARD if str(output) == "-" else output
    if not target_of(output).stream and format_of(output, form) != (found, packed):
        raise UsageError(f"OUT has the format of IN, here {found}{' with .gz' if packed else ''}.")
    if packed or found == "parquet":
        refuse_terminal("gz" if packed else found, None if output == STANDARD else output)
    job = Job(source, output, found, packed, full, jobs or cores(), prefix, own, fresh, force)
    knowledge = load_knowledge(folder)
    try:
        with progress_bar("Answering", show_pos=False) as report:
            summary = run(job, knowledge, _heard(report), ask=asking())
    except KeyboardInterrupt:
        click.echo("Stopped. The same command goes on from here; --fresh begins anew.", err=True)
        sys.exit(INTERRUPTED)
    click.echo(_said(summary, output), err=True)


def _said(summary: Summary, output: Path) -> str:
    before = f", {summary.before:,} of them in an earlier run" if summary.before else ""
    lines = [f"{summary.rows:,} rows{before}; {summary.distinct:,} decisions. Written to {output}."]
    lines += [f"  {count:12,}  {name or 'with an error'}" for name, count in sorted(summary.counts.items()) if count]
    return "\n".join(lines)


def _heard(report: Callable[..., None]) -> Callable[[float, int], None]:
    """Shows how far the run is, and how fast. What an earlier run did is no part of that."""
    began: list[tuple[float, float, int]] = []

    def hear(share: float, rows: int) -> None:
        now = time.monotonic()
        if not began and share < 1:
            began.append((now, share, rows))
        for since, first, before in began:
            speed = (rows - before) / max(now - since, 1e-9)
            done, of = round(STEPS * (share - first)), max(round(STEPS * (1 - first)), 1)
            report(done, of, f"{rows:,} rows  {speed:,.0f} a second")

    return hear
