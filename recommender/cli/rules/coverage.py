"""`recommender rules coverage`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.files import find_rule, load_knowledge, review_option

if TYPE_CHECKING:
    from recommender.review.coverage import Coverage

__all__ = ["command"]


@click.command(name="coverage")
@click.argument("rule", metavar="[ID]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@review_option
def command(rule: str | None, form: str, folder: Path | None) -> None:
    """Show which clauses of the rules the examples and cases have seen deciding, and which examples are missing.

    With ID: one rule, with its clauses marked. Ends with 1 where a safety rule is not seen in full.
    """
    from recommender.errors import KnowledgeError, UsageError

    try:
        knowledge = load_knowledge(folder)
        from recommender.review.cases import cases_of
        from recommender.review.coverage import coverage

        found = coverage(knowledge, cases_of(knowledge.folder))
    except KnowledgeError as error:
        raise UsageError(str(error)) from None
    wanted = find_rule(rule, knowledge, steps=True).id if rule is not None else None
    click.echo(_rendered(found, wanted, form, knowledge))
    shown = found.rules.values() if wanted is None else [found.rules[wanted]]
    sys.exit(0 if all(one.full for one in shown if one.rule.rule.safety) else 1)


def _rendered(found: Coverage, wanted: str | None, form: str, knowledge: Any) -> str:
    from recommender.review.show import coverage as render

    one = None if wanted is None else found.rules[wanted]
    if form == "json":
        whole = render.coverage_as_json(found, knowledge)
        values = whole if one is None else render.rule_coverage_as_json(one, knowledge)
        return json.dumps(values, indent=2, ensure_ascii=False)
    if form == "markdown":
        return render.markdown_coverage(found, knowledge) if one is None else render.markdown_rule(one, knowledge)
    return render.render_coverage(found, knowledge) if one is None else render.render_rule_coverage(one, knowledge)
