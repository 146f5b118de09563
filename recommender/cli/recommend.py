"""`recommender recommend FILE`: the routine for a saved profile, or a saved routine in another format."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.files import (
    knowledge_option,
    load_knowledge,
    read_profile_or_result,
    result_anew,
)
from recommender.cli.first import UrgentFirst, before_errors, say_first
from recommender.cli.writing import check_output, output_option, refuse_terminal, write_result
from recommender.errors import UsageError
from recommender.output.formats import FORMS, NO_EXERCISE, SHOWN, exit_code, rendered, written

if TYPE_CHECKING:
    from recommender.decision.recommendation import Recommendation
    from recommender.kept.files import Kind
    from recommender.kept.writing import Target
    from recommender.knowledge.knowledge import Knowledge

__all__ = ["command"]

PAPERS = ["a4", "letter"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ALARM, LONGEST_ALARM = 10, 1440  # minutes
CALENDAR = {
    "starting": "--starting",
    "times": "--at",
    "days": "--on",
    "weeks": "--weeks",
    "alarm": "--alarm",
    "series": "--series",
}


def _clock(text: str) -> time:
    """A time of the day."""
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError:
        found = f'"{text[:20]}" is no time of the day. Write hours and minutes, such as 08:00 or 18:30.'
        raise click.BadParameter(found) from None


def _day(text: str) -> date:
    """A day of the calendar."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        found = f'"{text[:20]}" is no day. Write year, month and day, such as 2026-11-23, or leave it out for tomorrow.'
        raise click.BadParameter(found) from None


def _alarm(text: str) -> int:
    """Minutes before a session; -1 for no alarm."""
    if text == "off":
        return -1
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= LONGEST_ALARM):
        found = f'"{text[:20]}" is no alarm. Write minutes before the session, 0 to {LONGEST_ALARM}, or off.'
        raise click.BadParameter(found)
    return int(text)


def _calendar_options(function: Any) -> Any:
    options = [
        click.option(
            "--starting",
            type=_day,
            metavar="DATE",
            help="Calendar: first day, such as 2026-11-23. Tomorrow unless given. Some of the plan must lie ahead.",
        ),
        click.option(
            "--at",
            "times",
            type=_clock,
            multiple=True,
            metavar="HH:MM",
            help="Calendar: time of a session; repeat for a second one.",
        ),
        click.option(
            "--on", "days", type=click.Choice(WEEKDAYS), multiple=True, help="Calendar: only on this day; can repeat."
        ),
        click.option("--weeks", type=int, help="Calendar: for how many weeks."),
        click.option(
            "--alarm",
            type=_alarm,
            metavar="MINUTES",
            help=f"Calendar: minutes before a session, or off; {ALARM} unless given.",
        ),
        click.option("--series", metavar="NAME", help="Calendar: tells the plans of two people apart."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.command(name="recommend", cls=UrgentFirst, short_help="Make the routine for a saved profile.")
@click.argument("profile", metavar="FILE")
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="text", show_default=True)
@click.option("--anew", is_flag=True, help="FILE is a saved result: decide anew from the answers in it.")
@click.option("--without-answers", is_flag=True, help="With --format json: leave the answers out, to show it around.")
@click.option("--all", "everything", is_flag=True, help="Also list what is left out in an emergency.")
@click.option("--paper", type=click.Choice(PAPERS), help="Paper for html and pdf; a4 unless given.")
@_calendar_options
@output_option
@knowledge_option
def command(
    profile: str,
    form: str,
    *,
    anew: bool,
    without_answers: bool,
    everything: bool,
    paper: str | None,
    output: Path | None,
    force: bool,
    folder: Path | None,
    **plan: Any,
) -> None:
    """Make the routine for the profile in FILE (YAML or JSON; - reads standard input).

    FILE may also be a saved result (--format json), to have it in another format. It holds your
    answers. They are decided again, and a result that was changed, or made with other rules, is
    refused; --anew makes it anew from the answers in it.

    An ics file is for a calendar. To change the plan, make it anew and import it again: the same
    sessions move, and none is doubled.

    -o never writes over FILE or the rules, nor over a log, answers or a saved result; a saved result
    may take the place of an earlier one. Before any other file is replaced you are asked; without a
    terminal that needs --force.
    """
    knowledge = load_knowledge(folder)
    result = result_anew(profile, knowledge) if anew else read_profile_or_result(profile, knowledge)
    said = output is not None and form != "ics"  # a calendar is not written then, and its words say all
    if said:
        say_first(result)
    with before_errors(result, said=said):
        _check_options(form, paper, plan, without_answers=without_answers)
        if form == "pdf":
            refuse_terminal(form, output)
        if form == "ics":
            _end_without_calendar(result, knowledge)
        makes: Kind = "result" if form == "json" and not without_answers else "other"
        target = check_output(output, [profile], knowledge, force=force, makes=makes)
        if without_answers:
            from recommender.kept.json_form import without_answers as left_out

            result = left_out(result, knowledge)
        if form == "ics":
            _write_calendar(result, knowledge, plan, target)
        elif form not in SHOWN:
            write_result(_sheet(result, form, knowledge, paper or PAPERS[0], said=said), target)
        else:
            write_result(rendered(result, form, knowledge, plain=output is not None, everything=everything), target)
    sys.exit(exit_code(result))


def _check_options(form: str, paper: str | None, plan: Mapping[str, Any], *, without_answers: bool) -> None:
    """Raise UsageError for options that this format does not know."""
    faults = []
    if form != "ics" and (given := [CALENDAR[name] for name, value in plan.items() if value not in (None, ())]):
        faults.append(f"{', '.join(given)}: only with --format ics.")
    if paper is not None and "paper" not in FORMS[form].takes:
        faults.append("--paper: only with --format html or pdf.")
    if without_answers and form != "json":
        faults.append("--without-answers: only with --format json.")
    if faults:
        raise UsageError("\n".join(faults))


def _end_without_calendar(result: Recommendation, knowledge: Knowledge) -> None:
    """Where there is nothing to plan, say what to do instead, and end with exit code 3."""
    from recommender.output.calendar import no_calendar

    if found := no_calendar(result, knowledge):
        from recommender.output.text import paragraphs

        click.echo(paragraphs(found).rstrip("\n"), err=True)
        sys.exit(NO_EXERCISE)


def _write_calendar(
    result: Recommendation, knowledge: Knowledge, plan: Mapping[str, Any], target: Target | None
) -> None:
    """Write the calendar of a result with something to plan."""
    from recommender.output.calendar import render_calendar, schedule_of

    starting: date = plan["starting"] or date.today() + timedelta(days=1)
    before = _outrun(result, knowledge, starting, plan["weeks"])
    alarm = ALARM if plan["alarm"] is None else plan["alarm"]
    text = render_calendar(
        result,
        knowledge,
        starting=starting,
        made=datetime.now(UTC),
        times=plan["times"],
        days=plan["days"],
        weeks=plan["weeks"],
        alarm=None if alarm < 0 else alarm,
        series=plan["series"] or "routine",
        before=before,
    )
    if before is not None:
        click.echo(schedule_of(knowledge).words.ends_early.format(date=before), err=True)
    write_result(text, target, ready=True)


def _outrun(result: Recommendation, knowledge: Knowledge, starting: date, weeks: int | None) -> date | None:
    """The first day of the plan from which the weeks that count on give this person something else."""
    from recommender.kept.weeks import changes_on
    from recommender.output.calendar import schedule_of

    most = schedule_of(knowledge).weeks
    span = timedelta(weeks=min(most.low if weeks is None else max(weeks, 1), most.high))
    last = min(starting, date.max - span) + span - timedelta(days=1)
    return changes_on(result, knowledge, starting, last, min(starting, date.today()))


def _sheet(result: Recommendation, form: str, knowledge: Knowledge, paper: str, *, said: bool) -> str | bytes:
    """The result as a sheet to print. What to do now was `said` already, or is said where the sheet cannot be made."""
    try:
        sheet: str | bytes = written(result, form, knowledge, paper=paper)
    except UsageError as error:
        # Something is not installed. That must not hide what to do now.
        if not result.routine:
            if not said:
                say_first(result)
            click.echo(str(error), err=True)
            sys.exit(NO_EXERCISE)
        if result.outcome == "relief_only":
            raise UsageError(f"{rendered(result, 'text', knowledge, plain=True)}\n\n{error}") from None
        raise
    return sheet
