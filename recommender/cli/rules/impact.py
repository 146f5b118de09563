"""`recommender rules impact`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from recommender.cli.files import find_rule, load_knowledge, review_option

__all__ = ["command"]


@click.command(name="impact")
@click.argument("rule", metavar="ID")
@review_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(rule: str, folder: Path | None, form: str) -> None:
    """Show whom a rule touches, and what it leaves out alone and together with others."""
    knowledge = load_knowledge(folder)
    compiled = find_rule(rule, knowledge)
    from recommender.review.impact import impact
    from recommender.review.show.impact import impact_as_values, render_impact

    found = impact(compiled, knowledge)
    click.echo(json.dumps(impact_as_values(found), indent=2) if form == "json" else render_impact(found, knowledge))
