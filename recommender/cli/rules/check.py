"""`recommender rules check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from recommender.cli.files import review_option
from recommender.errors import KnowledgeError, UsageError, nearest
from recommender.terminal.progress_bar import progress_bar

__all__ = ["command"]


def _explain(context: click.Context, _: click.Parameter, id: str | None) -> None:
    if id is None:
        return
    from recommender.review.checker import CHECKS
    from recommender.review.show.checks import render_check, render_checks

    if id == "all":
        click.echo(render_checks(CHECKS))
    elif id in CHECKS:
        click.echo(render_check(CHECKS[id]))
    else:
        raise UsageError(_unknown(id, CHECKS))
    context.exit()


def _unknown(id: str, known: Any) -> str:
    return f'There is no check "{id[:60]}". {nearest(id, known) or "`--explain all` lists them."}'


@click.command(name="check")
@review_option
@click.option("--only", multiple=True, metavar="ID", help="Run only this check. May be given more than once.")
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@click.option("--accepted", is_flag=True, help="Show what is accepted too, and why.")
@click.option("--explain", metavar="ID", callback=_explain, is_eager=True, expose_value=False,
              help="Explain one check and exit; `all` lists them.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(folder: Path | None, only: tuple[str, ...], strict: bool, accepted: bool, form: str) -> None:
    """Check rules, catalogue, ledgers and records, and say what to do.

    Exit codes: 0 no error was found, 1 something was found, 2 the files cannot be read.
    """
    from recommender.knowledge.knowledge import Knowledge
    from recommender.review.checker import CHECKS, run
    from recommender.review.checks.base import Review
    from recommender.review.show.checks import render_checked, render_faults

    for id in only:
        if id not in CHECKS:
            raise UsageError(_unknown(id, CHECKS))
    try:
        knowledge = Knowledge.load(folder)  # read and proved afresh, whatever was kept
    except KnowledgeError as error:
        click.echo(render_faults(error, as_json=form == "json"))
        sys.exit(2)
    with progress_bar("Checking") as progress:
        checked = run(Review(knowledge), only, progress)
    if form == "json":
        click.echo(json.dumps(_as_json(checked), indent=2))
    else:
        click.echo(render_checked(checked, knowledge, show_accepted=accepted))
    sys.exit(1 if checked.errors or (strict and checked.findings) else 0)


def _as_json(checked: Any) -> dict[str, Any]:
    from dataclasses import asdict

    accepted = [{**asdict(finding), "accepted_because": why} for finding, why in checked.accepted]
    return {"findings": [asdict(finding) for finding in checked.findings], "accepted": accepted}
