"""`recommender rules`: the rules for those who review them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.files import knowledge_option, load_knowledge
from recommender.errors import UsageError, nearest

if TYPE_CHECKING:
    from recommender.knowledge.data import CompiledRule

__all__ = ["command"]


@click.group(name="rules", short_help="List, show and check the rules.")
def command() -> None:
    """List, show and check the rules."""


@command.command(name="list")
@click.argument("text", required=False)
@knowledge_option
def list_rules(text: str | None, folder: Path | None) -> None:
    """List the rules by file; with TEXT only those with it in their id, words, effect, reading or file."""
    knowledge = load_knowledge(folder)
    from recommender.render.rules import render_rules

    wanted = (text or "").lower()
    found = [compiled for compiled in knowledge.rules if wanted in _searched(compiled)]
    click.echo(render_rules(found))


def _searched(compiled: CompiledRule) -> str:
    rule = compiled.rule
    words = (rule.id, rule.title, rule.say, rule.because, rule.reading, compiled.effect, compiled.file, *rule.sources)
    return " ".join(words).lower()


@command.command(name="show")
@click.argument("rule", metavar="ID")
@knowledge_option
def show_rule(rule: str, folder: Path | None) -> None:
    """Show one rule in full: when it holds, what it does, why, and from where."""
    knowledge = load_knowledge(folder)
    compiled = knowledge.rule(rule)
    if compiled is None:
        hint = nearest(rule, knowledge.rules_by_id) or "`recommender rules list` lists all of them."
        raise UsageError(f'There is no rule "{rule[:60]}". {hint}')
    from recommender.render.rules import render_rule

    click.echo(render_rule(compiled, knowledge))


@command.command(name="check")
@knowledge_option
def check_rules(folder: Path | None) -> None:
    """Load everything, prove the engine's tables, run every example, and compare the records."""
    knowledge = load_knowledge(folder)
    from recommender.render.rules import render_findings
    from recommender.review.examples import check_examples, count_examples
    from recommender.review.records import check_records
    from recommender.review.wording import check_wording

    findings = [*check_examples(knowledge), *check_records(knowledge), *check_wording(knowledge)]
    click.echo(render_findings(findings, knowledge, count_examples(knowledge)))
    sys.exit(1 if findings else 0)
