"""Putting the screens of the questionnaire one after the other, and the list in which each answer can be changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from recommender.terminal.prompting import (
    accepted,
    each,
    hint,
    hint_for_each,
    list_answers,
    not_understood,
    tell,
    typed,
    understand,
)

if TYPE_CHECKING:
    from recommender.profile.interview import Entry, Interview
    from recommender.profile.screens import Screen

__all__ = ["LIST", "Asker", "Left"]

QUIT, BACK, LIST = ("q", "quit"), ("b", "back"), ("l", "list")


class Left(Exception):
    """The person wants to stop here."""


class _Back(Exception):
    """The person wants the question before."""


class _List(Exception):
    """The person wants to see all answers."""


class Asker:
    """Puts the screens that an interview asks for."""

    def __init__(self, interview: Interview) -> None:
        self.interview = interview
        self._say = interview.knowledge.say
        self._stage = ""
        self._told: set[str] = set()

    def ask_all(self) -> None:
        """Ask until nothing that is left can change the result. Raises Left, or one of NO_INPUT."""
        while (screen := self.interview.next_screen()) is not None:
            self._tell_news()
            if screen.stage != self._stage:
                self._stage = screen.stage
                tell("")
                tell(screen.stage.upper(), bold=True)
            try:
                for asked, value in self._put(screen):
                    self.interview.answer(asked, value)
            except _Back:
                self.take_back(none=self._say("ask.first_question"))
            except _List:
                self.show_list()
        self._tell_news()

    def take_back(self, *, none: str = "") -> None:
        """Take the latest answer back, and say which; `none` is said where there is none."""
        taken = self.interview.back()
        if text := none if taken is None else self._say("ask.taken_back", short=taken.short):
            tell(text)

    def _tell_news(self) -> None:
        """Say once what was not asked but counts, and that a stop is certain already."""
        interview = self.interview
        notes = [entry.note for entry in interview.entries() if entry.note]
        stop = interview.stop()
        if stop is not None and stop.outcome != "emergency" and interview.next_screen() is not None:
            notes.append(interview.knowledge.questionnaire.asks_on)
        for note in notes:
            if note and note not in self._told:
                tell("")
                tell(note)
        self._told = set(notes)

    # --- one screen --------------------------------------------------------------------------

    def _put(self, screen: Screen, *, again: bool = False) -> Iterator[tuple[Screen, Any]]:
        """Put one screen until it has usable answers. Where they come one by one, each is given on at once.

        Put `again`, it may be left as it is with Enter. Raises Left, _Back or _List.
        """
        tell("")
        if not again:
            number, about = self.interview.place()
            tell(self._say("ask.of_about", number=number, about=about))
        tell(screen.ask, bold=True)
        list_answers(screen.question, self._say)
        if screen.called:
            yield from self._put_each(screen, again=again)
        else:
            yield screen, self._put_one(screen, again=again)

    def _put_one(self, screen: Screen, *, again: bool) -> Any:
        question = screen.question
        while True:
            if (text := self._typed(hint(question, self._say, again=again), screen, again=again)) is None:
                continue
            value = understand(question, text)
            if value is not None and self.interview.fault(question, value) is None:
                return value
            self._not_understood(text, accepted(question, self._say))

    def _put_each(self, screen: Screen, *, again: bool) -> Iterator[tuple[Screen, list[str]]]:
        """Several questions with the same answers: all at once, or some at a time."""
        left = screen.questions
        while left:
            wanted = hint_for_each(screen, left, self._say)
            if (text := self._typed(wanted, screen, again=again)) is None:
                continue
            found = each(left, text)
            if found is None:
                self._not_understood(text, self._say("ask.as_sentence", text=wanted))
                continue
            done, left = screen.only(left[: len(found)]), left[len(found) :]
            label = done.label({q.field: word for q, word in zip(done.questions, found, strict=True)}, self._say)
            tell(self._say("ask.as_sentence", text=f"{label[:1].upper()}{label[1:]}"))
            yield done, found

    def _typed(self, wanted: str, screen: Screen, *, again: bool) -> str | None:
        """What was typed; None where it asked why, which is said."""
        text = typed(wanted)
        if text in QUIT:
            raise Left
        if text in BACK or (again and not text):
            raise _Back
        if text in LIST:
            raise _List
        if text != "?":
            return text
        tell(screen.why)
        tell(self._say("ask.source", titles=self._titles(screen)))
        return None

    def _not_understood(self, text: str, wanted: str) -> None:
        or_else = self._say("ask.or_keys", keys=self._say("ask.keys"))
        tell(f"{not_understood(text, self._say)} {wanted} {or_else}")

    def _titles(self, screen: Screen) -> str:
        """The sources of a screen by their titles."""
        knowledge = self.interview.knowledge
        known = {f"guideline/{entry.id}": entry.title for entry in knowledge.guidelines}
        known |= {ledger.document: ledger.title for ledger in knowledge.ledgers}
        return "; ".join(dict.fromkeys(known.get(at) or known[at.split("/")[0]] for at in screen.sources))

    # --- all answers -------------------------------------------------------------------------

    def show_list(self, letters: Collection[str] = ()) -> str:
        """Show all answers and have those changed that the person wants to change.

        Ends with Enter, or with one of the `letters` (b and n, at the beginning), which is returned.
        It ends too once nothing more is to be asked because of a stop. Raises Left, or one of
        NO_INPUT.
        """
        entries = self._listed()
        while entries:
            text = typed(self._say("ask.change_one_or_anew" if letters else "ask.change_one"))
            if text in QUIT:
                raise Left
            if text in LIST:
                entries = self._listed()
            elif not text or text[:1] in letters:
                return text[:1]
            elif text in BACK:
                return ""
            elif text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= len(entries):
                self._change(entries[int(text[:6]) - 1])
                if self.interview.stop() is not None and self.interview.next_screen() is None:
                    return ""
            else:
                tell(self._say("ask.none_of_the_list", text=text[:40], most=len(entries)))
        return ""

    def _listed(self) -> list[Entry]:
        """Show all answers with their numbers, and give them back."""
        entries = self.interview.entries()
        tell("")
        if not entries:
            tell(self._say("ask.nothing_yet"))
        else:
            tell(self._say("ask.all_answers"), bold=True)
        for number, entry in enumerate(entries, start=1):
            sentence = "ask.entry_with_note" if entry.note else "ask.entry"
            line = self._say(sentence, short=entry.screen.short, text=entry.text, note=entry.note)
            tell(f"{number:3}  {line}", indent=5)
        return entries

    def _change(self, entry: Entry) -> None:
        """Put one screen again. The answers after it stay, but those that no longer go with it."""
        interview = self.interview
        before = {found.screen.name: found.screen.short for found in interview.entries()}
        complete = interview.next_screen() is None
        screen = interview.again(entry.screen)
        tell("")
        tell(self._say("ask.so_far", text=entry.text))
        try:
            given = list(self._put(screen, again=True))  # all of it before anything changes
        except (_Back, _List):
            tell(self._say("ask.not_changed", short=screen.short))
            return
        for asked, value in given:
            interview.answer(asked, value)
        tell(self._say("ask.changed", short=screen.short))
        now = {found.screen.name for found in interview.entries()}
        if gone := [short for name, short in before.items() if name not in now]:
            tell(self._say("ask.no_longer_hold", answers="; ".join(gone)))
        if complete and interview.next_screen() is not None:
            tell(self._say("ask.more_to_ask"))
