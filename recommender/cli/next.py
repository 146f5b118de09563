"""`recommender next LOG PROFILE`: the routine for the next time, from how the last sessions went."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.files import knowledge_option, load_knowledge, output_option, read_profile, write_result

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge
    from recommender.progress.result import Adapted

__all__ = ["command"]

NO_EXERCISE = 3


@click.command(name="next", short_help="Adapt the routine to how the last sessions went.")
@click.argument("log", metavar="LOG", type=click.Path(path_type=Path))
@click.argument("profile", metavar="PROFILE")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@click.option(
    "--on",
    "today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day of the next session, such as 2026-11-23. Today unless given.",
)
@output_option
@knowledge_option
def command(
    *, log: Path, profile: str, form: str, today: datetime | None, output: Path | None, folder: Path | None
) -> None:
    """Adapt the routine to how the last sessions went.

    LOG is the diary that `recommender follow` keeps, PROFILE the saved answers (- reads standard
    input). The diary is only read. The routine starts from your answers as they are now; its doses
    go up or down a step at a time, each with its reason.

    Exit codes: 0 a routine or rest positions, 1 an error, 2 a wrong call, 3 no exercise today.
    """
    data = read_profile(profile)
    knowledge = load_knowledge(folder)
    from recommender.diary.file import read
    from recommender.progress.adapt import adapt

    day = date.today() if today is None else today.date()
    adapted = adapt(read(log, until=day), data, knowledge=knowledge, today=day)
    write_result(_rendered(adapted, form, knowledge, plain=output is not None), output)
    result = adapted.recommendation
    sys.exit(0 if result is not None and result.routine else NO_EXERCISE)


def _rendered(adapted: Adapted, form: str, knowledge: Knowledge, *, plain: bool) -> str:
    """The next time in one of the formats; `plain` leaves out the colours."""
    if form == "json":
        return adapted.model_dump_json(indent=2)
    from recommender.progress.text import adapted_as_markdown, adapted_as_text

    if form == "markdown":
        return adapted_as_markdown(adapted, knowledge)
    return adapted_as_text(adapted, knowledge, colour=not plain)
