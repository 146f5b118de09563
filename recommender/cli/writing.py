"""What commands write: the options -o and --force, the question before something is replaced, and the result itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.errors import OutputError, UsageError
from recommender.knowledge.shipped import as_shipped
from recommender.sentences import Say

if TYPE_CHECKING:
    from recommender.kept.files import Kind
    from recommender.kept.writing import Target
    from recommender.knowledge.knowledge import Knowledge

__all__ = [
    "asking",
    "check_output",
    "check_outputs",
    "folder_option",
    "force_option",
    "output_option",
    "refuse_terminal",
    "said_where",
    "write_result",
]

STANDARD = "-"  # standard output


def _output(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    """The path; None for standard output."""
    return None if path is None or str(path) == STANDARD else path


def _folder(ctx: click.Context, param: click.Parameter, path: Path | None) -> Path | None:
    """The path of a folder, which standard output is none."""
    if path is not None and str(path) == STANDARD:
        raise click.BadParameter("These are several files. Name a folder for them.", ctx, param)
    return path


force_option = click.option(
    "--force", is_flag=True, help="Replace a file that is there without asking; never a log, answers or a result."
)


def output_option(command: Any) -> Any:
    """Add -o and --force to a command."""
    output = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        callback=_output,
        help="Write to this file; - is standard output. A file that is there is replaced only if you agree.",
    )
    return output(force_option(command))


def folder_option(help: str, **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option -o of a command that writes a folder."""
    return click.option("-o", "--output", type=click.Path(path_type=Path), callback=_folder, help=help, **more)


def check_output(
    output: Path | None,
    reads: Iterable[Path | str],
    knowledge: Knowledge,
    *,
    force: bool = False,
    makes: Kind = "other",
) -> Target | None:
    """Where the result goes; None is standard output. In a terminal this asks before a file is replaced.

    `reads` are the files that the command reads beside the knowledge, `makes` is what is written. Raises
    OutputError where it must not be written.
    """
    from recommender.kept.writing import refuse_standard_output

    if output is None:
        refuse_standard_output(reads, knowledge.say)
        return None
    return check_outputs([output], reads, knowledge, force=force, makes=makes)[0]


def check_outputs(
    outputs: Collection[Path],
    reads: Iterable[Path | str],
    knowledge: Knowledge,
    *,
    force: bool,
    makes: Kind = "other",
    ask: Callable[[str], bool] | None = None,
) -> list[Target]:
    """The same for several files, with one question about all of them, which `ask` puts."""
    from recommender.kept.files import answer_words, knowledge_files
    from recommender.kept.writing import consent, protect, target_of

    targets, words = [target_of(output, knowledge.say) for output in outputs], answer_words(knowledge)
    for target in targets:
        there = target.found is not None or target.handle is not None
        protect(target, [*reads, *knowledge_files(knowledge)] if there else (), words, makes=makes)
    consent(targets, force=force, ask=ask or asking())
    return targets


def asking() -> Callable[[str], bool] | None:
    """What puts a question of yes or no in a terminal; None where there is none."""
    if sys.stdin is None or sys.stderr is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(question: str) -> bool:
        try:
            return click.confirm(question, default=False, err=True)
        except click.Abort:
            return False

    return ask


@contextmanager
def said_where(path: Path, say: Say = as_shipped) -> Iterator[None]:
    """Within it, an error of the system while this is written ends in one clear line."""
    try:
        yield
    except OSError as error:
        raise OutputError(say("writing.cannot", path=path, why=error.strerror)) from None


def write_result(content: str | bytes, target: Target | None, *, ready: bool = False) -> None:
    """Print text or bytes, or write them whole to where `check_output` has looked.

    Text ends with a line break unless it is `ready` as it is. Raises OutputError.
    """
    if target is None:
        _print(content, ready=ready)
        return
    from recommender.kept.writing import write

    if isinstance(content, str) and not ready:
        content += "\n"
    with said_where(target.path, target.say):
        write(content, target)
    click.echo(target.say("writing.written", path=target.path), err=True)


def refuse_terminal(form: str, output: Path | None) -> None:
    """Raise UsageError if bytes of this format would go to a terminal."""
    if output is None and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError(as_shipped("writing.no_terminal", form=form))


def _print(content: str | bytes, *, ready: bool) -> None:
    if isinstance(content, bytes) or ready:
        # As it is: no line ends of this system, and no encoding of this terminal.
        if sys.stdout is not None:
            sys.stdout.buffer.write(content if isinstance(content, bytes) else content.encode())
            sys.stdout.buffer.flush()
    else:
        click.echo(content)
