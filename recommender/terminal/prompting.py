"""Putting a question in a terminal: its numbered answers, what can be typed, and what was meant."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from recommender.logic.answers import clean
from recommender.logic.questions import Question
from recommender.output.page import page_width
from recommender.sentences import Say

if TYPE_CHECKING:
    from recommender.profile.screens import Screen

__all__ = [
    "NO_INPUT",
    "PROMPT",
    "accepted",
    "choice",
    "each",
    "enter",
    "hint",
    "hint_for_each",
    "list_answers",
    "not_understood",
    "number",
    "put",
    "tell",
    "typed",
    "understand",
    "yes",
]

# Ctrl-C, the end of a pipe, and a standard input that is closed.
NO_INPUT = (click.Abort, KeyboardInterrupt, EOFError, RuntimeError)
PROMPT: Any = {"default": "", "show_default": False, "err": True}


def typed(text: str) -> str:
    """Say what can be typed, and give back what is, in small letters.

    Raises one of NO_INPUT where nothing can come any more.
    """
    tell(text)
    found: str = click.prompt("", prompt_suffix="> ", **PROMPT)
    return found.strip().lower()


def list_answers(question: Question, say: Say) -> None:
    """The numbered answers, one a line."""
    for number, label in enumerate(question.answers.values(), start=1):
        tell(f"{number:3}  {label}", indent=5)
    if question.kind == "set":
        tell(f"  0  {say('ask.none_of_these')}")


def hint(question: Question, say: Say, *, again: bool = False) -> str:
    """What can be typed, in few words. Where a question is put `again`, Enter leaves the answer as it is."""
    if question.kind == "number":
        sentence = "ask.from_to_or_unknown" if question.unknown else "ask.from_to"
        wanted = say(sentence, lowest=question.lowest, highest=question.highest)
    elif question.kind == "set":
        wanted = say("ask.numbers_with_commas")
    else:
        wanted = say("ask.from_to", lowest=1, highest=len(question.answers))
    if again:
        return f"{wanted}; {say('ask.enter_leaves')}"
    if question.default is None:
        return wanted
    shown = str(question.default) if question.kind == "number" else question.label(question.default, say)
    return f"{wanted}; {say('ask.enter_means', answer=shown)}"


def hint_for_each(screen: Screen, left: Sequence[Question], say: Say) -> str:
    """What can be typed for several questions at once, of which these are left."""
    words = [word for word, q in zip(screen.called, screen.questions, strict=True) if q in left]
    most = len(screen.question.answers)
    return say("ask.number_for_each", n=len(left), most=most, words=", ".join(words))


def accepted(question: Question, say: Say) -> str:
    """What can be typed, for someone whose input was not understood."""
    if question.kind == "number":
        sentence = "ask.type_number_or_unknown" if question.unknown else "ask.type_number"
        return say(sentence, lowest=question.lowest, highest=question.highest)
    return say("ask.type_numbers" if question.kind == "set" else "ask.type_one", most=len(question.answers))


def not_understood(text: str, say: Say) -> str:
    """That this is no answer."""
    return say("ask.no_answer", text=text[:40]) if text else say("ask.nothing")


def understand(question: Question, text: str) -> Any:
    """The answer that the text means, or None."""
    if not text:
        return question.default
    if question.kind == "number":
        if text in ("u", "unknown") and question.unknown:
            return "unknown"
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
    words = question.words
    if question.kind == "choice":
        return _word(text, words) or _initial(text, words)
    parts = _parts(text)
    if parts in (["0"], ["none"], ["no"], ["n"]):
        return ()
    found = [_word(part, words) for part in parts]
    return None if None in found or not found else tuple(str(word) for word in found)


def each(left: Sequence[Question], text: str) -> list[str] | None:
    """The answers to the first of these questions, in their order; None if the text means none, or too many.

    Three numbers may stand together ("213").
    """
    parts = _parts(text)
    if len(parts) == 1 and len(parts[0]) == len(left) and parts[0].isascii() and parts[0].isdigit():
        parts = list(parts[0])
    found = [_word(part, question.words) for part, question in zip(parts, left, strict=False)]
    words = [word for word in found if word is not None]
    return words if words and len(words) == len(parts) else None


def _parts(text: str) -> list[str]:
    return [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]


def _word(text: str, words: tuple[str, ...]) -> str | None:
    if text in words:
        return text
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= len(words):
        return words[int(text[:6]) - 1]
    return None


def _initial(text: str, words: tuple[str, ...]) -> str | None:
    """The word that a single letter begins. Never used for sets: "n" for no must not name a sign."""
    fitting = [word for word in words if len(text) == 1 and word.startswith(text)]
    return fitting[0] if len(fitting) == 1 else None


def tell(text: str, *, indent: int = 0, **style: Any) -> None:
    """Say something to the person, on standard error, so that the result stands alone on standard output.

    `indent` is that of the second line and those after it.
    """
    lines = textwrap.wrap(
        text, page_width(), subsequent_indent=" " * indent, break_on_hyphens=False, break_long_words=False
    )
    click.echo(click.style("\n".join(lines), **style) if style else "\n".join(lines), err=True)


# --- one question alone ---------------------------------------------------------------------------


def put(question: Question, say: Say, *, or_else: Mapping[str, str] | None = None, leave: bool = False) -> Any:
    """Put one question until it has a usable answer.

    `or_else` holds letters that mean something else, with the words for it; such a letter is given
    back as it is. With `leave`, q leaves. Raises what a missing input raises (see NO_INPUT).
    """
    others = {**(or_else or {}), **({"q": say("ask.leave")} if leave else {})}
    keys = [say("ask.key", letter=letter, does=words) for letter, words in others.items()]
    tell("")
    tell(question.ask, bold=True)
    list_answers(question, say)
    while True:
        tell("; ".join([hint(question, say), *keys]))
        text = str(click.prompt("", prompt_suffix="> ", **PROMPT)).strip().lower()
        if leave and text in ("q", "quit"):
            raise click.Abort
        if text in others:
            return text
        if text == "?":
            tell(question.why)
            continue
        value = understand(question, text)
        if value is not None and not clean({question.field: value}, {question.field: question}, say)[1]:
            return value
        tell(
            " ".join(
                [not_understood(text, say), accepted(question, say), *(say("ask.key_too", key=key) for key in keys)]
            )
        )


def choice(
    ask: str, answers: Mapping[str, str], why: str, say: Say, *, default: str | None = None, leave: bool = False
) -> str:
    """One of these answers, by its word."""
    return str(put(_question("choice", ask, why, answers=answers, default=default), say, leave=leave))


def yes(ask: str, why: str, say: Say, *, default: str | None = None, leave: bool = False) -> bool:
    """Yes or no."""
    answers = {"yes": say("ask.yes"), "no": say("ask.no")}
    return choice(ask, answers, why, say, default=default, leave=leave) == "yes"


def number(ask: str, highest: int, why: str, say: Say) -> int:
    """A whole number from 0 on."""
    return int(put(_question("number", ask, why, highest=highest), say))


def enter(text: str) -> str:
    """Wait for Enter. Gives what was typed before it, in small letters."""
    return str(click.prompt(text, prompt_suffix=" ", **PROMPT)).strip().lower()


def _question(kind: Any, ask: str, why: str, **more: Any) -> Question:
    return Question(
        field="session", short=ask, stage="", kind=kind, ask=ask, why=why, sources=(), baseline=0, risk="none", **more
    )
