"""`recommender rules list`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.files import load_knowledge, review_option

if TYPE_CHECKING:
    from recommender.knowledge.data import CompiledRule
    from recommender.knowledge.progression import CompiledStep

__all__ = ["command"]


@click.command(name="list")
@click.argument("text", required=False)
@review_option
def command(text: str | None, folder: Path | None) -> None:
    """List the rules by file; with TEXT only those with it in their id, words, effect, reading or file."""
    knowledge = load_knowledge(folder)
    from recommender.review.show.rules import render_rules

    wanted = (text or "").lower()
    found = [compiled for compiled in knowledge.rules if wanted in _searched(compiled)]
    steps = [step for step in (knowledge.progress.rules if knowledge.progress else ()) if wanted in _in_step(step)]
    if steps:
        from recommender.review.show.progress_rules import render_progress_rules

        click.echo(f"{render_progress_rules(steps)}\n")
    if found or not steps:
        click.echo(render_rules(found))


def _in_step(compiled: CompiledStep) -> str:
    rule = compiled.rule
    words = (rule.id, rule.title, rule.say, rule.because, rule.reading, rule.then.do, compiled.file, *rule.sources)
    return " ".join(words).lower()


def _searched(compiled: CompiledRule) -> str:
    rule = compiled.rule
    words = (rule.id, rule.title, rule.say, rule.because, rule.reading, compiled.effect, compiled.file, *rule.sources)
    return " ".join(words).lower()
