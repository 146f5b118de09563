"""`recommender schema`: the JSON Schemas of a profile and of a recommendation."""

from __future__ import annotations

from pathlib import Path

import click

from recommender.cli.files import knowledge_option, load_knowledge

__all__ = ["command"]


@click.command(name="schema", short_help="Print the JSON Schema of a profile or a result.")
@click.argument("value", type=click.Choice(["profile", "recommendation"]))
@knowledge_option
def command(value: str, folder: Path | None) -> None:
    """Print the JSON Schema of a profile or of a recommendation."""
    import json

    from recommender.decision.schemas import profile_schema, recommendation_schema

    schema = recommendation_schema() if value == "recommendation" else profile_schema(load_knowledge(folder))
    click.echo(json.dumps(schema, indent=2))
