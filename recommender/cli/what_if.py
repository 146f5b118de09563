"""`recommender what-if FILE field=answer ...`: what other answers would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.files import knowledge_option, load_knowledge, read_answers
from recommender.cli.writing import check_output
from recommender.errors import UsageError, nearest

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge

__all__ = ["command"]


@click.command(name="what-if", short_help="Show what other answers would change.")
@click.argument("profile", metavar="FILE")
@click.argument("changes", nargs=-1, required=True, metavar="FIELD=ANSWER...")
@knowledge_option
def command(profile: str, changes: tuple[str, ...], folder: Path | None) -> None:
    """Show what would change for the profile in FILE with other answers.

    Write a set with commas (equipment=mat,roller), an empty one with nothing (conditions=), and a
    position with a dot (pain_position.sitting=worse). FILE itself is not changed.
    """
    knowledge = load_knowledge(folder)
    check_output(None, [profile], knowledge)
    data = read_answers(profile, knowledge)
    from recommender.decision.explain import difference
    from recommender.output.what_if import render_difference

    changed = _changed(data, changes, knowledge)
    click.echo(render_difference(difference(data, changed, knowledge), knowledge))


def _changed(data: Any, changes: tuple[str, ...], knowledge: Knowledge) -> dict[str, Any]:
    from recommender.logic.answers import flatten, nest, plain
    from recommender.yaml_reader import YamlFault, read_text

    questions = knowledge.table.questions
    flat = flatten(plain(data, questions, knowledge.say), questions)
    for change in changes:
        name, equals, text = change.partition("=")
        question = questions.get(name)
        if not equals or question is None:
            hint = (nearest(name, questions) if question is None else "") or "Fields: " + ", ".join(questions) + "."
            raise UsageError(f'"{change[:60]}" is no change. Write FIELD=ANSWER. {hint}')
        if question.kind == "set":
            flat[name] = [word for word in text.strip("[] ").replace(" ", "").split(",") if word]
            continue
        try:
            flat[name] = read_text(text, name).data
        except YamlFault:
            flat[name] = text
    for name, question in questions.items():
        parent = question.parent
        if (
            parent is not None
            and not parent.asks(flat.get(parent.field))
            and not any(c.startswith(name) for c in changes)
        ):
            flat.pop(name, None)
    return nest(flat)
