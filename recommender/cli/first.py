"""What to do now reaches whoever must see someone first, whatever is wrong with the call."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.errors import ProfileError

if TYPE_CHECKING:
    from recommender.decision.recommendation import Recommendation

__all__ = ["UrgentFirst", "before_errors", "say_first"]


def say_first(result: Recommendation) -> None:
    """Say on standard error what to do now, if the result holds neither a routine nor rest positions."""
    if not result.routine:
        from recommender.output.text import first_words

        _say(first_words(result))


@contextmanager
def before_errors(result: Recommendation, *, said: bool) -> Iterator[None]:
    """Say what to do now before any error of the block, unless it was `said` already."""
    try:
        yield
    except Exception:
        if not said:
            say_first(result)
        raise


def _say(texts: Iterable[str]) -> None:
    from recommender.output.text import paragraphs

    with suppress(OSError):  # nobody listens; the error of the call still has to come
        click.echo(paragraphs(texts), err=True)


class UrgentFirst(click.Command):
    """A command with a FILE of answers. A wrong call still tells what the answers in it demand, before the error."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As click does it; the file is read for urgent words only where the call cannot be understood."""
        given = list(args)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError:
            with suppress(Exception):  # what is wrong with the call is said in any case
                lenient = {**extra, "resilient_parsing": True, "ignore_unknown_options": True}
                self._say_urgent(super().make_context(info_name, given, parent, **lenient))
            raise

    @staticmethod
    def _say_urgent(call: click.Context) -> None:
        from recommender.cli.files import load_knowledge, read_profile_or_result

        name = next((word for word in (call.params.get("profile"), *call.args) if word and _is_input(word)), None)
        if name is None:
            return
        try:
            say_first(read_profile_or_result(name, load_knowledge(call.params.get("folder"))))
        except ProfileError as error:
            if error.forced:
                _say(error.forced)


def _is_input(word: str) -> bool:
    """Whether answers can be read from this without making anybody wait for them."""
    if word == "-":
        return sys.stdin is not None and not sys.stdin.isatty()
    return not word.startswith("-") and Path(word).exists()
