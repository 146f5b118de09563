"""`recommender next LOG PROFILE`: the routine for the next time, from how the last sessions went."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from recommender.cli.ages import say_at_the_end
from recommender.cli.files import knowledge_option, load_knowledge, read_saved
from recommender.cli.first import UrgentFirst, say_first
from recommender.cli.writing import check_output, output_option, write_result
from recommender.errors import OutputError, UsageError
from recommender.output.formats import FORMS, NO_EXERCISE, SHOWN

if TYPE_CHECKING:
    from recommender.kept.files import Kind
    from recommender.knowledge.knowledge import Knowledge
    from recommender.progression.log import Entry, LogError
    from recommender.progression.result import Adapted

__all__ = ["command"]

ERROR = 1
OF_A_RESULT = tuple(name for name in FORMS if name not in SHOWN)  # `recommender recommend` makes these of the JSON


class _Format(click.Choice[str]):
    """The formats; for those of a whole result it says how to get them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value in OF_A_RESULT:
            self.fail(
                f"{value} takes two steps: `recommender next LOG PROFILE --format json -o next.json`, "
                f"then `recommender recommend next.json --format {value}`.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


def _day(ctx: click.Context, param: click.Parameter, text: str | None) -> date:
    """The day that was asked for, or today."""
    if text is None:
        return date.today()
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        found = f'"{text[:20]}" is no date here. Write the year, the month and the day, such as 2026-11-23.'
        raise click.BadParameter(found, ctx, param) from None


@click.command(name="next", cls=UrgentFirst, short_help="Adapt the routine to how the last sessions went.")
@click.argument("log", metavar="LOG", type=click.Path(path_type=Path))
@click.argument("profile", metavar="PROFILE")
@click.option("--format", "form", type=_Format(["text", "markdown", "json"]), default="text", show_default=True)
@click.option(
    "--on",
    "today",
    callback=_day,
    metavar="DATE",
    help="The day of the next session, such as 2026-11-23. Today unless given.",
)
@click.option("--without-answers", is_flag=True, help="With --format json: leave the answers out, to show it around.")
@output_option
@knowledge_option
def command(
    *,
    log: Path,
    profile: str,
    form: str,
    today: date,
    without_answers: bool,
    output: Path | None,
    force: bool,
    folder: Path | None,
) -> None:
    """Adapt the routine to how the last sessions went.

    LOG is the file that `recommender follow` keeps, PROFILE the saved answers (- reads standard
    input). Both are only read, and -o never writes over them, nor over any other log, answers or
    saved result; a JSON may take the place of an earlier one. Before any other file is
    replaced you are asked; without a terminal that needs --force.

    The routine starts from your answers as they are now; its doses go up or down a step at a time,
    each with its reason.

    Exit codes: 0 a routine or rest positions, 1 an error, 2 a wrong call, 3 no exercise today.
    """
    knowledge = load_knowledge(folder)
    saved = read_saved(profile, knowledge, today)
    data = saved.profile
    from recommender.decision.pipeline import recommend
    from recommender.progression.adapt import adapt
    from recommender.progression.log import clock_note

    if without_answers and form != "json":
        say_first(recommend(data, knowledge=knowledge))
        raise UsageError("--without-answers: only with --format json.")
    entries = _read(log, data, today, knowledge)
    note = clock_note(entries, datetime.now().astimezone(), knowledge.say)
    say_at_the_end([note] if note else [])
    try:
        makes: Kind = "result" if form == "json" else "other"
        target = check_output(output, [log, profile], knowledge, force=force, makes=makes)
    except OutputError:
        say_first(recommend(data, knowledge=knowledge))
        raise
    adapted = adapt(entries, data, knowledge=knowledge, today=today, answered_on=saved.days)
    if without_answers:
        from recommender.kept.json_form import adapted_without_answers

        adapted = adapted_without_answers(adapted, knowledge)
    write_result(_rendered(adapted, form, knowledge, plain=output is not None), target)
    result = adapted.recommendation
    sys.exit(0 if result is not None and result.routine else NO_EXERCISE)


def _read(log: Path, data: Any, today: date, knowledge: Knowledge) -> Sequence[Entry]:
    """The entries of the log. One that cannot be read ends the program, after what the answers demand."""
    from recommender.progression.log import LogError, read

    try:
        return read(log, until=today, say=knowledge.say)
    except LogError as error:
        from recommender.decision.pipeline import recommend

        say_first(recommend(data, knowledge=knowledge))
        end_with(error)


def end_with(error: LogError) -> NoReturn:
    """Say what is wrong with a log, no word broken, and end."""
    from recommender.terminal.prompting import tell

    for line in str(error).splitlines():
        tell(line, indent=2)
    sys.exit(ERROR)


def _rendered(adapted: Adapted, form: str, knowledge: Knowledge, *, plain: bool) -> str:
    """The next time in one of the formats; `plain` leaves out the colours."""
    if form == "json":
        return adapted.model_dump_json(indent=2)
    from recommender.output.progression import adapted_as_markdown, adapted_as_text

    if form == "markdown":
        return adapted_as_markdown(adapted, knowledge)
    return adapted_as_text(adapted, knowledge, colour=not plain)
