"""The end of `recommender ask`: the answers are saved, and the whole result is kept in another file if wished."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.errors import OutputError, UsageError
from recommender.terminal.prompting import NO_INPUT, PROMPT, tell

if TYPE_CHECKING:
    from recommender.decision.recommendation import Recommendation
    from recommender.kept.files import Kind
    from recommender.knowledge.knowledge import Knowledge
    from recommender.sentences import Say

__all__ = ["offer_to_keep", "save_answers"]

NO, YES = ("", "n", "no", "0", "q", "quit"), ("y", "yes")


def offer_to_keep(result: Recommendation, knowledge: Knowledge, answers: Path, others: Collection[str] = ()) -> str:
    """Ask until the result is in a file, or is not wished in one. It never takes the file of the `answers`.

    Gives the word that was typed if it is one of `others`, which the caller knows; else nothing.
    """
    tell("")
    say = knowledge.say
    tell(f"{say('keeping.name_a_file')} {say('keeping.endings')}")
    try:
        while True:
            name = str(click.prompt(say("keeping.offer"), **PROMPT)).strip()
            if name.lower() in others:
                return name.lower()
            if name.lower() in NO or (name.lower() not in YES and _kept(result, knowledge, Path(name), answers)):
                return ""
            if name.lower() in YES:
                tell(f"{say('keeping.type_a_name')} {say('keeping.endings')}")
    except NO_INPUT:
        return ""


def _kept(result: Recommendation, knowledge: Knowledge, path: Path, answers: Path) -> bool:
    """Write the result in the format that the name ends with; where that is not possible, say why."""
    from recommender.cli.writing import check_outputs
    from recommender.kept.writing import write
    from recommender.output.formats import BY_ENDING, as_file

    say, form = knowledge.say, BY_ENDING.get(path.suffix.lower())
    if form is None:
        tell(f"{say('keeping.not_written', path=path)} {say('keeping.endings')}")
        return False
    try:
        makes: Kind = "result" if form == "json" else "other"
        (target,) = check_outputs([path], [answers], knowledge, force=False, makes=makes, ask=partial(_agreed, say))
        write(as_file(result, form, knowledge), target)
    except UsageError as error:
        tell(f"{say('keeping.not_written', path=path)} {error}")
    except OutputError as error:
        tell(f"{error}")
    except OSError as error:
        tell(say("keeping.cannot", path=path, why=error.strerror))
    else:
        tell(say("keeping.saved", path=path))
        return True
    return False


def _agreed(say: Say, question: str) -> bool:
    """Whether the answer is yes. It is put where the name came from, a pipe too; Enter is no."""
    return str(click.prompt(say("keeping.y_or_n", question=question), **PROMPT)).strip().lower() in YES


def save_answers(text: str, path: Path, knowledge: Knowledge) -> None:
    """Write a profile file: a new one, or in the place of answers. Raises OSError and OutputError."""
    from recommender.kept.files import answer_words
    from recommender.kept.writing import STANDARD, protect, refuse_standard_output, target_of, write

    target = target_of(path, knowledge.say)
    if target.found is not None and target.found.st_size:
        refuse_standard_output([target.real], knowledge.say)
        if protect(target, [STANDARD], answer_words(knowledge), makes="answers") != "answers":
            raise OutputError(knowledge.say("keeping.something_else", path=path))
    write(text, target)
