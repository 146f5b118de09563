"""`recommender ask`: the questionnaire, in a terminal or through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.asking import LIST, Asker, Left
from recommender.cli.files import knowledge_option, load_knowledge
from recommender.cli.keeping import offer_to_keep, save_answers
from recommender.errors import OutputError
from recommender.terminal.prompting import NO_INPUT, tell, typed

if TYPE_CHECKING:
    from recommender.cli.resume import Before
    from recommender.decision.recommendation import Recommendation
    from recommender.knowledge.knowledge import Knowledge
    from recommender.profile.interview import Interview
    from recommender.profile.screening import Forced

__all__ = ["command"]

DEFAULT_FILE = "my-answers.yaml"
CHANGE_LAST, ANEW = "b", "n"


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
    call = _Call(file, form, load_knowledge(folder))
    try:
        call.offer_changes()
        call.ask_until_done()
    except (Left, *NO_INPUT):
        call.leave()
    call.finish()


class _Call:
    """One call of the questionnaire: what was answered before, what is asked now, and where it is kept."""

    def __init__(self, file: Path, form: str, knowledge: Knowledge) -> None:
        from recommender.cli.resume import Before, before
        from recommender.profile.interview import Interview

        self.file, self.form, self.knowledge, self.say = file, form, knowledge, knowledge.say
        earlier = before(file, knowledge)
        self.earlier: Before = earlier or Before()
        self.interview: Interview = Interview(knowledge, self.earlier.answers, self.earlier.begun)
        self.asker = Asker(self.interview)
        if earlier is None:
            tell(f"{knowledge.questionnaire.intro} {knowledge.outcomes.disclaimer}")
            tell(self.say("ask.type_a_number", keys=self.say("ask.keys")))
        else:
            tell(self.say("ask.going_on", file=file, keys=self.say("ask.keys")))
            for line in earlier.lines:
                tell(line)

    def offer_changes(self) -> None:
        """Saved answers that need no more questions: use them, change one, or answer anew."""
        interview = self.interview
        if not interview.answers or interview.next_screen() is not None:
            return
        stop = interview.stop()
        all_answered = self.say("ask.all_answered")
        tell(all_answered if stop is None else self.say("ask.stopped", title=stop.title, now=stop.now[0]))
        chosen = self.asker.show_list((CHANGE_LAST, ANEW))
        if chosen == ANEW:
            from recommender.cli.resume import Before

            interview.clear()
            self.earlier = Before(wishes=self.earlier.wishes)
        elif chosen == CHANGE_LAST:
            self.asker.take_back()

    def ask_until_done(self) -> None:
        """Ask to the end. A stop ends the call, but in a terminal answers can be changed first."""
        self.asker.ask_all()
        while (stop := self.interview.stop()) is not None:
            _show_stop(stop, self.knowledge)
            if not self._changed_after_stop():
                self.save(self.interview.saved())
                sys.exit(3)
            self.asker.ask_all()

    def _changed_after_stop(self) -> bool:
        """In a terminal, offer to take back the answer that ended the questions, or to change any."""
        if not sys.stdin.isatty() or not self.interview.given:
            return False
        last = next(entry for entry in self.interview.entries() if entry.screen.name == self.interview.given[-1])
        tell("")
        tell(self.say("ask.last_answer", short=last.screen.short, text=last.text))
        try:
            text = typed(self.say("ask.if_a_slip"))
            if text in LIST:
                self.asker.show_list()
                return True
        except NO_INPUT:
            return False
        if text in ("b", "back"):
            self.asker.take_back()
            return True
        return False

    def leave(self) -> None:
        """Save what there is. A stop that is certain already is said, so that nobody goes away without it."""
        tell("")
        interview = self.interview
        if not (saved := interview.saved()):
            tell(self.say("ask.nothing_saved"))
            sys.exit(1)
        stop = interview.stop()
        if stop is not None:
            _show_stop(stop, self.knowledge, whole=interview.next_screen() is None)
        self.save(interview.finished() if stop is None and interview.next_screen() is None else saved)
        tell(self.say("ask.go_on_with", file=self.file))
        sys.exit(1 if stop is None else 3)

    def finish(self) -> None:
        """Show the result and offer to keep it. Answers can still be changed."""
        from recommender.output.formats import exit_code

        while True:
            result = self._result()
            if not self._changed_at_the_end(result):
                sys.exit(exit_code(result))
            try:
                self.ask_until_done()
            except (Left, *NO_INPUT):
                self.leave()

    def _result(self) -> Recommendation:
        from recommender.decision.pipeline import recommend
        from recommender.output.formats import rendered

        result = recommend({**self.interview.profile(), **self.earlier.wishes}, knowledge=self.knowledge)
        self.save(self.interview.finished())
        tell("")
        in_terminal = self.form == "text" and sys.stdout.isatty()
        click.echo(rendered(result, self.form, self.knowledge, brief=in_terminal))
        if in_terminal:
            tell("")
            tell(self.knowledge.outcomes.disclaimer)
            tell(self.say("ask.left_out", n=len(result.excluded), file=self.file))
        tell("")
        tell(self.say("ask.type_l"))
        return result

    def _changed_at_the_end(self, result: Recommendation) -> bool:
        """Keep the result in a file if it is wished; true where answers were changed instead."""
        try:
            while offer_to_keep(result, self.knowledge, self.file, LIST):
                before = self.interview.saved()
                self.asker.show_list()
                if self.interview.saved() != before:
                    return True
        except (Left, *NO_INPUT):
            pass
        return False

    def save(self, flat: Mapping[str, Any]) -> None:
        """Write these answers as a profile file. If that fails, print them, so that nothing is lost."""
        import yaml

        from recommender.cli.resume import dated_again
        from recommender.kept.files import ANSWERS_HEAD

        answers = dated_again(flat, self.interview, self.earlier)
        body = yaml.safe_dump(answers, sort_keys=False, allow_unicode=True, default_flow_style=None)
        text = f"{ANSWERS_HEAD}\n{body}"
        try:
            save_answers(text, self.file, self.knowledge)
        except (OSError, OutputError) as error:
            why = str(error)
            if isinstance(error, OSError):
                why = self.say("ask.cannot_save", file=self.file, why=error.strerror)
            tell(f"{why} {self.say('ask.your_answers')}")
            click.echo(text, err=True)
            return
        tell(self.say("ask.saved", file=self.file))


def _show_stop(stop: Forced, knowledge: Knowledge, *, whole: bool = True) -> None:
    """The box: whom to see and how soon first, then why. Not `whole`: more answers could make it sooner."""
    from recommender.output.page import Page

    page = Page(colour=True)
    page.box(stop.title, [" ".join(stop.now), *stop.why], fg="red" if stop.outcome == "emergency" else "yellow")
    page.blank()
    more = knowledge.say("ask.no_more_needed") if whole else knowledge.outcomes.may_be_sooner
    page.text(f"{more} {knowledge.say('ask.no_routine_today')}")
    page.text(knowledge.outcomes.disclaimer)
    click.echo(f"\n{page}")
