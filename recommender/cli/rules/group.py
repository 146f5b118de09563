"""`recommender rules`: the rules for those who review them."""

from __future__ import annotations

import sys
from typing import Any

import click

from recommender.cli.lazy import LazyGroup
from recommender.errors import KnowledgeError, OutputError

__all__ = ["command"]

_HERE = "recommender.cli.rules"
COMMANDS = {
    "list": (f"{_HERE}.list", "List the rules."),
    "show": (f"{_HERE}.show", "Show one rule in full."),
    "check": (f"{_HERE}.check", "Check everything, and say what to do."),
    "coverage": (f"{_HERE}.coverage", "Show what the examples and cases have seen."),
    "diff": (f"{_HERE}.diff", "Show what a change does to people."),
    "impact": (f"{_HERE}.impact", "Show whom a rule touches."),
    "population": (f"{_HERE}.population", "Show what a plausible population would get."),
    "prove": (f"{_HERE}.prove", "Prove what must never and must always be."),
    "sign": (f"{_HERE}.sign", "Sign a rule, or see what is signed."),
    "book": (f"{_HERE}.book", "Write the rule book as a website."),
    "schema": (f"{_HERE}.schema", "Write the schemas that editors use."),
}

EPILOG = """\b
Exit codes: 0 all is well, 1 something was found,
2 a wrong call, or files that cannot be read or written."""


class ReviewGroup(LazyGroup):
    """Commands for reviewers: files that cannot be read or written are a wrong call, and nothing is written."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (KnowledgeError, OutputError) as error:
            click.echo(f"{error}", err=True)
            sys.exit(2)


@click.group(name="rules", cls=ReviewGroup, table=COMMANDS, epilog=EPILOG)
def command() -> None:
    """For those who review the rules: read, check, compare and sign them."""
