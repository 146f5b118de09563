"""`recommender rules show`."""

from __future__ import annotations

from pathlib import Path

import click

from recommender.cli.files import find_rule, load_knowledge, review_option

__all__ = ["command"]


@click.command(name="show")
@click.argument("rule", metavar="ID")
@review_option
def command(rule: str, folder: Path | None) -> None:
    """Show one rule in full: when it holds, what it does, why, and from where."""
    knowledge = load_knowledge(folder)
    step = knowledge.progress_rule(rule)
    if step is not None:
        from recommender.review.show.progress_rules import render_progress_rule

        click.echo(render_progress_rule(step, knowledge))
        return
    compiled = find_rule(rule, knowledge)
    from recommender.review.show.rules import render_rule

    click.echo(render_rule(compiled, knowledge))
