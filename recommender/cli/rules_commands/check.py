"""`recommender rules check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from recommender.cli.files import knowledge_option, load_knowledge

__all__ = ["command"]


@click.command(name="check")
@knowledge_option
def command(folder: Path | None) -> None:
    """Load everything, prove the engine's tables, run every example, and compare the records."""
    knowledge = load_knowledge(folder)
    from recommender.render.rules import render_findings
    from recommender.review.examples import check_examples, count_examples
    from recommender.review.records import check_records
    from recommender.review.wording import check_wording

    findings = [*check_examples(knowledge), *check_records(knowledge), *check_wording(knowledge)]
    click.echo(render_findings(findings, knowledge, count_examples(knowledge)))
    sys.exit(1 if findings else 0)
