"""`recommender why EXERCISE FILE`: every reason for one exercise."""

from __future__ import annotations

from pathlib import Path

import click

from recommender.cli.files import knowledge_option, load_knowledge, read_answers
from recommender.cli.writing import check_output

__all__ = ["command"]


@click.command(name="why", short_help="Say why one exercise was chosen or left out.")
@click.argument("exercise")
@click.argument("profile", metavar="FILE")
@knowledge_option
def command(exercise: str, profile: str, folder: Path | None) -> None:
    """Say why EXERCISE (an id or a name) was chosen or left out for the profile in FILE."""
    knowledge = load_knowledge(folder)
    check_output(None, [profile], knowledge)
    data = read_answers(profile, knowledge)
    from recommender.decision.explain import explain, find_exercise
    from recommender.output.why import render_why

    click.echo(render_why(explain(find_exercise(exercise, knowledge), data, knowledge), knowledge))
