"""`recommender rules prove`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from recommender.cli.files import load_knowledge, review_option
from recommender.errors import UsageError, nearest
from recommender.terminal.progress_bar import progress_bar

__all__ = ["command"]


@click.command(name="prove")
@review_option
@click.option("--only", multiple=True, metavar="ID", help="Prove only this guarantee. May be given more than once.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(folder: Path | None, only: tuple[str, ...], form: str) -> None:
    """Prove what must never and what must always be, for every possible person.

    The guarantees stand in rules/guarantees.yaml. Each is proved by exact counting and, where python-sat is
    installed, by satisfiability over what the rule engine was given; then the engine's truth tables and whole
    results are held against them.

    Exit codes: 0 all are proved, 1 one is refuted, 2 the files cannot be read.
    """
    from recommender.review.proof.prove import prove
    from recommender.review.show.proof import proof_as_values, render_proof

    knowledge = load_knowledge(folder)
    known = [compiled.id for compiled in knowledge.guarantees]
    if not known:
        raise UsageError("There is nothing to prove: rules/guarantees.yaml is missing.")
    for id in only:
        if id not in known:
            hint = nearest(id, known) or "They stand in rules/guarantees.yaml."
            raise UsageError(f'There is no guarantee "{id[:60]}". {hint}')
    with progress_bar("Proving") as progress:
        proof = prove(knowledge, only, progress)
    if form == "json":
        click.echo(json.dumps(proof_as_values(proof, knowledge), indent=2, ensure_ascii=False))
    else:
        click.echo(render_proof(proof, knowledge))
    sys.exit(0 if proof.holds else 1)
