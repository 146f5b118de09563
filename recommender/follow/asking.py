"""The questions before, in and after a session, put like those of the questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from recommender.answers import clean
from recommender.cli.prompting import NO_INPUT, PROMPT, accepted, hint, list_answers, say, understand
from recommender.knowledge.questions import Question

__all__ = ["NO_INPUT", "choice", "enter", "number", "put", "say", "yes"]

YES_NO = {"yes": "Yes", "no": "No"}


def put(question: Question, *, or_else: Mapping[str, str] | None = None, leave: bool = False) -> Any:
    """Put one question until it has a usable answer.

    `or_else` holds letters that mean something else, with the words for it; such a letter is given
    back as it is. With `leave`, q leaves. Raises what a missing input raises (see NO_INPUT).
    """
    others = {**(or_else or {}), **({"q": "leave"} if leave else {})}
    keys = "".join(f"; {letter}: {words}" for letter, words in others.items())
    say("")
    say(question.ask, bold=True)
    list_answers(question)
    while True:
        say(f"{hint(question)}{keys}")
        text = str(click.prompt("", prompt_suffix="> ", **PROMPT)).strip().lower()
        if leave and text in ("q", "quit"):
            raise click.Abort
        if text in others:
            return text
        if text == "?":
            say(question.why)
            continue
        value = understand(question, text)
        if value is not None and not clean({question.field: value}, {question.field: question})[1]:
            return value
        shown = f'"{text[:40]}" is no answer here.' if text else "An answer is needed here."
        also = "".join(f" {letter}: {words}." for letter, words in others.items())
        say(f"{shown} {accepted(question)}{also}")


def choice(ask: str, answers: Mapping[str, str], why: str, default: str | None = None, *, leave: bool = False) -> str:
    """One of these answers, by its word."""
    return str(put(_question("choice", ask, why, answers=answers, default=default), leave=leave))


def yes(ask: str, why: str, default: str | None = None, *, leave: bool = False) -> bool:
    """Yes or no."""
    return choice(ask, YES_NO, why, default, leave=leave) == "yes"


def number(ask: str, highest: int, why: str) -> int:
    """A whole number from 0 on."""
    return int(put(_question("number", ask, why, highest=highest)))


def enter(text: str) -> str:
    """Wait for Enter. Gives what was typed before it, in small letters."""
    return str(click.prompt(text, prompt_suffix=" ", **PROMPT)).strip().lower()


def _question(kind: Any, ask: str, why: str, **more: Any) -> Question:
    return Question(
        field="session", short=ask, stage="", kind=kind, ask=ask, why=why, sources=(), baseline=0, risk="none", **more
    )
