"""`recommender recommend FILE`: the routine for a saved profile."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.files import knowledge_option, load_knowledge, output_option, read_profile, write_result

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge
    from recommender.recommendation import Recommendation

__all__ = ["NO_EXERCISE", "command", "exit_code", "rendered"]

NO_EXERCISE = 3


@click.command(name="recommend", short_help="Make the routine for a saved profile.")
@click.argument("profile", metavar="FILE")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Also list what is left out in an emergency.")
@output_option
@knowledge_option
def command(profile: str, form: str, everything: bool, output: Path | None, folder: Path | None) -> None:
    """Make the routine for the profile in FILE (YAML or JSON; - reads standard input)."""
    data = read_profile(profile)
    knowledge = load_knowledge(folder)
    from recommender.pipeline import recommend

    result = recommend(data, knowledge=knowledge)
    write_result(rendered(result, form, knowledge, plain=output is not None, everything=everything), output)
    sys.exit(exit_code(result))


def rendered(
    result: Recommendation,
    form: str,
    knowledge: Knowledge,
    *,
    plain: bool = False,
    everything: bool = False,
    brief: bool = False,
) -> str:
    """The result in one of the formats. `plain` leaves out the colours, `brief` the reasons (text only)."""
    if form == "json":
        return result.model_dump_json(indent=2)
    if form == "markdown":
        from recommender.render.markdown import render_markdown

        return render_markdown(result, knowledge)
    from recommender.render.text import render_text

    return render_text(result, knowledge, colour=not plain, everything=everything, brief=brief)


def exit_code(result: Recommendation) -> int:
    """0 for a routine or rest positions, 3 where there is no exercise."""
    return 0 if result.routine else NO_EXERCISE
