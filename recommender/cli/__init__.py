"""The command line. Commands are imported when they are used, so that `--help` is quick."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import Any

import click

from recommender._version import __version__
from recommender.cli.lazy import LazyGroup

__all__ = ["main"]

# Each command: the module that holds it, and its help line, so that `--help` imports none of them.
COMMANDS = {
    "ask": ("recommender.cli.ask", "Answer questions and get a routine."),
    "recommend": ("recommender.cli.recommend", "Make the routine for a saved profile."),
    "why": ("recommender.cli.why", "Say why one exercise was chosen or left out."),
    "what-if": ("recommender.cli.what_if", "Show what other answers would change."),
    "exercises": ("recommender.cli.exercises", "List the exercises, or show one."),
    "figure": ("recommender.cli.figure", "Draw an exercise."),
    "follow": ("recommender.cli.follow", "Do the routine now, with a timer."),
    "next": ("recommender.cli.next", "Adapt the routine to how the last sessions went."),
    "batch": ("recommender.cli.batch", "Recommend for many people in a file."),
    "rules": ("recommender.cli.rules.group", "Review the rules: read, check, compare, sign."),
    "schema": ("recommender.cli.schema", "Print the JSON Schema of a profile or a result."),
}

EPILOG = """\b
Exit codes: 0 a routine or rest positions, 1 an error, 2 a wrong call,
3 no exercise: see someone first.

No log, answers or saved result is replaced by something else, and no
other file without a question or --force; -o - is standard output.

It does not replace a clinician. Nothing that you answer leaves this computer."""


@click.group(cls=LazyGroup, table=COMMANDS, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="recommender")
def cli() -> None:
    """Exercises for the lower back, chosen by rules that give their reasons.

    Start with `recommender ask`.
    """


def main(args: list[str] | None = None) -> Any:
    """Run the command line. Errors of this package end in one clear message and exit code 1 or 2."""
    from recommender.errors import RecommenderError, UsageError
    from recommender.visible import visible

    if args is None:
        _as_a_process_of_its_own()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    try:
        return cli.main(args=args, prog_name="recommender", color=False if plain else None)
    except RecommenderError as error:
        click.echo(visible(str(error)), err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except OSError as error:
        # Standard output or input is gone or full; a broken pipe ends in silence inside click.
        click.echo(f"The result cannot be written: {error.strerror}.", err=True)
        _let_go_of_output()
        sys.exit(1)
    except RecursionError:
        click.echo("The input is nested too deeply. No routine is given.", err=True)
        sys.exit(1)
    except MemoryError:
        click.echo("There is not enough memory. No routine is given.", err=True)
        sys.exit(1)
    except Exception as error:
        if os.environ.get("RECOMMENDER_DEBUG"):
            raise
        click.echo(f"This program has a fault ({type(error).__name__}: {error}). No routine is given.", err=True)
        click.echo("Please report it. RECOMMENDER_DEBUG=1 shows where it happened.", err=True)
        sys.exit(1)


def _as_a_process_of_its_own() -> None:
    """Collect garbage seldom: nearly all that is made at the start stays to the end, and then needs no collecting."""
    gc.set_threshold(50_000, 20, 100)
    atexit.register(gc.freeze)


def _let_go_of_output() -> None:
    """Keep the interpreter from complaining once more about an output that cannot be flushed."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
