"""`recommender ask`: the questionnaire, in a terminal or through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.files import knowledge_option, load_knowledge, read_profile
from recommender.cli.keeping import offer_to_keep, save_answers
from recommender.cli.prompting import NO_INPUT, PROMPT, accepted, hint, list_answers, say, understand
from recommender.errors import OutputError, ProfileError

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge
    from recommender.knowledge.questions import Question
    from recommender.questionnaire import Interview

__all__ = ["command"]

DEFAULT_FILE = "my-answers.yaml"
KEYS = "? why we ask, b back, q save and quit"


class _Left(Exception):
    """The person wants to stop here."""


class _Back(Exception):
    """The person wants the question before."""


@click.command(name="ask", short_help="Answer questions and get a routine.")
@click.argument("file", type=click.Path(path_type=Path), default=DEFAULT_FILE)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@knowledge_option
def command(file: Path, form: str, folder: Path | None) -> None:
    """Answer questions and get a routine.

    Answers are kept in FILE (my-answers.yaml in this folder unless named). If FILE is there
    already, the questionnaire goes on from it, and only such answers are ever replaced there. At the
    end you can keep the whole routine in another file. Nothing leaves this computer.
    """
    knowledge = load_knowledge(folder)
    interview = _start(file, knowledge)
    try:
        if interview.answers and interview.next_question() is None:
            _offer_changes(interview)
        _ask_all(interview)
        while interview.stops():
            _stopped(interview, knowledge)
            if not _was_a_slip(interview):
                _save(interview.saved(), file, interview.knowledge)
                sys.exit(3)
            taken = interview.back()
            say(f"Taken back: {taken.short}." if taken else "")
            _ask_all(interview)
    except (_Left, *NO_INPUT):
        _leave(interview, file)
    _finish(interview, file, form, knowledge)


def _start(file: Path, knowledge: Knowledge) -> Interview:
    """A new questionnaire, or the one that was saved. Raises ProfileError if that file cannot be used."""
    from recommender.answers import clean, flatten, plain
    from recommender.questionnaire import Interview

    questions = knowledge.table.questions
    try:
        there = file.exists()
    except OSError as error:  # no name for a file, such as one that is far too long
        from recommender.errors import ProfileFault

        fault = ProfileFault(f"{str(file)[:60]}", f"cannot be used: {error.strerror}.", "the name of a file")
        raise ProfileError([fault]) from None
    if not there:
        say(f"{knowledge.questionnaire.intro} {knowledge.outcomes.disclaimer}")
        say(f"Type a number, or: {KEYS}.")
        return Interview(knowledge)
    data = read_profile(str(file)) or {}
    if not isinstance(data, dict):
        raise ProfileError([_no_answers(file)])
    answers, faults = clean(flatten(plain(data, questions), questions), questions)
    if faults:
        raise ProfileError(faults)
    say(f"Going on with the answers in {file}. Type a number, or: {KEYS}.")
    try:
        day = date.fromtimestamp(file.stat().st_mtime)
    except (OverflowError, ValueError, OSError):  # a time that no calendar holds
        day = date.min
    old = [name for name in answers if questions[name].today]
    if day != date.today() and old:  # a day to come is no better: the clock was wrong then, or is now
        say(f"Some of them are from {day:%d %B %Y}. What can change from day to day is asked again.")
        answers = {name: answer for name, answer in answers.items() if name not in old}
    return Interview(knowledge, answers)


def _offer_changes(interview: Interview) -> None:
    """Saved answers that need no more questions: use them, change the last one, or answer anew."""
    stops = interview.stops()
    say("These answers need a clinician first." if stops else "All questions are answered there already.")
    text = click.prompt("Enter to go on, b to change the last answer, n to answer anew", **PROMPT).strip().lower()
    if text.startswith("n"):
        interview.answers.clear()
    elif text.startswith("b") and (taken := interview.back()) is not None:
        say(f"Taken back: {taken.short}.")


def _was_a_slip(interview: Interview) -> bool:
    """In a terminal, offer to take back the answer that ended the questions."""
    if not sys.stdin.isatty():
        return False
    field, value = next(reversed(interview.answers.items()))
    question = interview.knowledge.table.questions[field]
    say("")
    say(f"Your last answer was: {question.label(value)}.")
    try:
        text = click.prompt("If that was a slip, type b to change it. Enter ends", **PROMPT)
    except NO_INPUT:
        return False
    return str(text).strip().lower() in ("b", "back")


def _no_answers(file: Path) -> Any:
    from recommender.errors import ProfileFault

    return ProfileFault(str(file), "holds no saved answers.", "a file that this questionnaire wrote, or a new name")


def _ask_all(interview: Interview) -> None:
    stage = ""
    while (question := interview.next_question()) is not None:
        if question.stage != stage:
            stage = question.stage
            say("")
            say(stage.upper(), bold=True)
        try:
            interview.answer(question, _ask(question, interview))
        except _Back:
            taken = interview.back()
            if taken is None:
                say("This is the first question.")
            else:
                say(f"Taken back: {taken.short}.")


def _ask(question: Question, interview: Interview) -> Any:
    """Put one question until it has a usable answer."""
    say("")
    say(question.ask, bold=True)
    list_answers(question)
    while True:
        say(hint(question))
        text = click.prompt("", prompt_suffix="> ", **PROMPT).strip().lower()
        if text in ("q", "quit"):
            raise _Left
        if text in ("b", "back"):
            raise _Back
        if text == "?":
            say(question.why)
            say(f"Source: {_titles(question, interview.knowledge)}")
            continue
        value = understand(question, text)
        if value is not None and interview.fault(question, value) is None:
            return value
        shown = f'"{text[:40]}" is no answer here.' if text else "An answer is needed here."
        say(f"{shown} {accepted(question)} Or: {KEYS}.")


def _titles(question: Question, knowledge: Knowledge) -> str:
    """The sources of a question by their titles."""
    known = {f"guideline/{entry.id}": entry.title for entry in knowledge.guidelines}
    known |= {ledger.document: ledger.title for ledger in knowledge.ledgers}
    return "; ".join(dict.fromkeys(known.get(at) or known[at.split("/")[0]] for at in question.sources))


def _stopped(interview: Interview, knowledge: Knowledge) -> None:
    from recommender.render.page import Page

    stops = interview.stops()
    outcome = stops[0].rule.then.stop or "emergency"
    told = knowledge.outcomes.outcomes[outcome]
    page = Page(colour=True)
    said = [compiled.rule.say for compiled in stops if compiled.rule.then.stop == outcome]
    page.box(told.title, [" ".join(told.now), *said], fg="red" if outcome == "emergency" else "yellow")
    page.blank()
    page.text("No more questions are needed for this. There is no routine today.")
    page.text(knowledge.outcomes.disclaimer)
    click.echo(f"\n{page}")


def _finish(interview: Interview, file: Path, form: str, knowledge: Knowledge) -> None:
    from recommender.cli.recommend import exit_code, rendered
    from recommender.pipeline import recommend

    result = recommend(interview.profile(), knowledge=knowledge)
    _save(interview.finished(), file, knowledge)
    say("")
    in_terminal = form == "text" and sys.stdout.isatty()
    click.echo(rendered(result, form, knowledge, brief=in_terminal))
    if in_terminal:
        say("")
        count = len(result.excluded)
        say(knowledge.outcomes.disclaimer)
        say(f"{count} exercises were left out. All reasons and all advice: recommender recommend {file}")
    offer_to_keep(result, knowledge, file)
    sys.exit(exit_code(result))


def _leave(interview: Interview, file: Path) -> None:
    say("")
    if not interview.answers:
        say("Nothing was answered yet, so nothing was saved.")
    else:
        _save(interview.saved(), file, interview.knowledge)
        say(f"Go on any time with: recommender ask {file}")
    sys.exit(1)


def _save(answers: Mapping[str, Any], file: Path, knowledge: Knowledge) -> None:
    """Write the answers as a profile file. If that fails, print them, so that nothing is lost."""
    import yaml

    body = yaml.safe_dump(dict(answers), sort_keys=False, allow_unicode=True, default_flow_style=None)
    text = f"# Answers to the questionnaire of the recommender.\n{body}"
    try:
        save_answers(text, file, knowledge)
    except (OSError, OutputError) as error:
        why = f"{file} cannot be written: {error.strerror}." if isinstance(error, OSError) else str(error)
        say(f"{why} These are your answers:")
        click.echo(text, err=True)
        return
    say(f"Your answers are saved in {file}.")
