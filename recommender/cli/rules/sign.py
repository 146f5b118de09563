"""`recommender rules sign`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from recommender.cli.files import find_rule, load_knowledge, review_option
from recommender.errors import UsageError

__all__ = ["command"]


class Day(click.ParamType):  # type: ignore[type-arg]
    """A date as year-month-day."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is no date. Write it as year-month-day, such as 2027-01-31.', param, ctx)


@click.command(name="sign")
@click.argument("rules", metavar="[ID]...", nargs=-1)
@review_option
@click.option("--reviewer", help='Who signs, with profession: "A. Example, physiotherapist".')
@click.option("--on", type=Day(), help="The day of the signature; today unless given.")
@click.option("--next-look", type=Day(), help="The day of the next look; a year later unless given.")
@click.option("--note", default="", help="What you want to add.")
@click.option("--yes", is_flag=True, help="Do not ask before signing.")
def command(
    *,
    rules: tuple[str, ...],
    folder: Path | None,
    reviewer: str | None,
    on: date | None,
    next_look: date | None,
    note: str,
    yes: bool,
) -> None:
    """Sign what a rule means now. Without ID: show what is signed.

    The rule is shown first. A signature holds until the meaning changes; words may be changed freely.
    """
    knowledge = load_knowledge(folder)
    if not rules:
        from recommender.review.show.signing import render_signing

        click.echo(render_signing(knowledge, date.today()))
        return
    found = [find_rule(id, knowledge, steps=True) for id in dict.fromkeys(rules)]
    if not (reviewer or "").strip():
        raise UsageError('Who signs? Add --reviewer "Name, profession". Nothing was signed.')
    if (on or date.today()) > date.today():
        raise UsageError("A signature cannot be of a day to come. Nothing was signed.")
    words = {"reviewer": reviewer, "on": on or date.today(), "next_look": next_look, "note": note}
    _sign(found, knowledge, words, yes=yes)


def _sign(found: list[Any], knowledge: Any, words: dict[str, Any], *, yes: bool) -> None:
    from recommender.kept.writing import target_of, write
    from recommender.knowledge.progression import CompiledStep
    from recommender.review.show.progress_rules import render_progress_rule
    from recommender.review.show.rules import render_rule
    from recommender.review.signing import new_review, review_file, with_review

    path = review_file(knowledge)
    if knowledge.folder.name == "_data":
        where = "These are the rules of the installed package, where a signature would get lost."
        raise UsageError(f"{where} Go to your own folder, or name it with --knowledge. Nothing was signed.")
    target = target_of(path)
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for compiled in found:
        shown = render_progress_rule if isinstance(compiled, CompiledStep) else render_rule
        click.echo(shown(compiled, knowledge))
        click.echo()
        try:
            review = new_review(compiled, knowledge, **words)
        except (ValueError, OverflowError) as error:
            raise UsageError(f"{_first(error)} Nothing was signed.") from None
        text = with_review(text, review, path.name)
    if not yes and not _agreed(len(found)):
        click.echo("Nothing was signed.", err=True)
        sys.exit(1)
    try:
        write(text, target, shared=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}. Nothing was signed.") from None
    click.echo(f"Signed by {words['reviewer']}: {', '.join(compiled.id for compiled in found)}. Written to {path}.")


def _first(error: Exception) -> str:
    """The first fault in a few words."""
    from recommender.knowledge.door import ValidationError

    if isinstance(error, ValidationError):
        found = error.errors()[0]
        field = " ".join(str(part) for part in found["loc"])
        said = found["ctx"]["error"] if found["type"] == "value_error" else found["msg"]  # a check of our own, or not
        return f"{field}: {said}.".removeprefix(": ")
    return "The next look would be too far away."


def _agreed(count: int) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Without a terminal nobody can be asked. Add --yes to sign. Nothing was signed.")
    return click.confirm(
        f"Do you sign {'this rule' if count == 1 else f'these {count} rules'}?", default=False, err=True
    )
