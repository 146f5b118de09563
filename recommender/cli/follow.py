"""`recommender follow FILE`: the routine with a timer, in the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.files import knowledge_option, load_knowledge, read_answers, read_profile_or_result
from recommender.errors import ProfileError

if TYPE_CHECKING:
    from recommender.decision.recommendation import Recommendation
    from recommender.knowledge.knowledge import Knowledge

__all__ = ["command"]


@click.command(name="follow", short_help="Do the routine now, with a timer.")
@click.argument("file", metavar="FILE")
@click.option("--log", type=click.Path(path_type=Path), help="Add a line about the session to this file.")
@click.option("--no-log", is_flag=True, help="Keep no log, and do not ask about one.")
@click.option("--no-bell", is_flag=True, help="Do not ring the bell of the terminal.")
@click.option("--plain", is_flag=True, help="One line after the other, for screen readers. Also with TERM=dumb.")
@click.option("--speed", type=click.FloatRange(min=0.1, max=10_000), default=1.0, hidden=True)
@knowledge_option
def command(
    *, file: str, log: Path | None, no_log: bool, no_bell: bool, plain: bool, speed: float, folder: Path | None
) -> None:
    """Do the routine in FILE now, with a timer.

    FILE is a profile, or a result that was saved as JSON. Repetitions and holds are counted, with
    time for every change of position. Keys: space pauses, s skips, b goes back, p stops because it
    hurts, q quits. They work without Enter.

    The bell rings once to begin, and each time a hold ends, twice for the other side or a rest,
    three times for the next exercise. Later sessions follow what the log says of the earlier ones.

    A log is kept only if you say so: beside FILE, with -log.jsonl at the end of its name, or in
    --log FILE. Before the session it is looked at whether it can be
    written. Without a terminal the whole session is printed with its times.

    Exit codes: 0 the session ended, for whatever reason; 1 an error, or the log could not be written;
    3 see someone first.
    """
    if log is not None and no_log:
        raise click.UsageError("--log and --no-log exclude each other. Give one of them.")
    if log is not None and str(log) == "-":
        raise click.UsageError("A log is a file, which is read again. Name one after --log, or use --no-log.")
    from recommender.cli.ages import say_at_the_end, say_now

    knowledge = load_knowledge(folder)
    notes: list[str] = []
    profile, result = _read(file, knowledge, notes)
    from recommender.cli.next import end_with
    from recommender.follow.session import SessionOptions, sit
    from recommender.follow.terminal import can_play
    from recommender.progression.log import LogError

    if not result.routine:
        from recommender.follow.questions import end_without_exercise

        say_at_the_end(notes)
        end_without_exercise(result, knowledge)
    say_now(notes)  # before the session, and not after it
    if not can_play():
        _print_script(result, knowledge, file)
        return
    options = SessionOptions(
        file=file, log=log, no_log=no_log, bell=not no_bell, plain=plain, clock=lambda: time.monotonic() * speed
    )
    try:
        code = sit(result, profile, knowledge, options)
    except LogError as error:
        end_with(error)
    sys.exit(code)


def _read(file: str, knowledge: Knowledge, notes: list[str]) -> tuple[Mapping[str, Any] | None, Recommendation]:
    """The answers of a profile, None for a saved result, and the result. Puts into `notes` what to say of old answers.

    Raises ProfileError.
    """
    if file != "-":
        from recommender.follow.clock import moment

        try:
            profile = read_answers(file, knowledge, moment().date(), tell=notes.extend)
        except ProfileError:
            return None, read_profile_or_result(file, knowledge)
        from recommender.decision.pipeline import recommend

        return profile, recommend(profile, knowledge=knowledge)
    return None, read_profile_or_result(file, knowledge)


def _print_script(result: Recommendation, knowledge: Knowledge, file: str) -> None:
    """The whole session with its times, for whoever has no terminal at hand."""
    from recommender.follow.screen import written
    from recommender.follow.script import script_of

    lines = [knowledge.say("follow.with_times", title=result.title), *result.now]
    if result.show_to_clinician_first:
        lines.append(knowledge.outcomes.show_first)
    lines += [message.text for message in result.messages_of("advice") if message.topic == result.outcome]
    click.echo("\n".join([*lines, *written(script_of(result, knowledge))]))
    click.echo(knowledge.say("follow.in_a_terminal", file=file), err=True)
