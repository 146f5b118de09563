"""Which question comes next. Asks only what can still change the result, the stopping questions first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from recommender.errors import ProfileFault
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.answers import clean, nest
from recommender.logic.conditions import decide_partly, parse
from recommender.logic.facts import ANY, Begun, Variable
from recommender.logic.questions import UNSURE, Question
from recommender.profile.kit import words_that_matter
from recommender.profile.screening import Forced, forced, open_variables, sooner_than
from recommender.profile.screens import Screen, screens_of
from recommender.values import variant

__all__ = ["Entry", "Interview", "most_careful"]

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of answers: where it was asked, the answer in words, and why nobody asked, if so."""

    screen: Screen
    text: str
    note: str = ""


class Interview:
    """The answers given so far.

    `answers` may hold what an earlier day has left, and `begun` the screens of a long question that
    were answered before the others. `given` names the screens in the order in which they were
    answered, and `fresh` holds the fields that were answered here.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        answers: Mapping[str, Any] | None = None,
        begun: Mapping[str, Mapping[str, Words]] | None = None,
    ) -> None:
        self.knowledge = knowledge
        self._questions = knowledge.table.questions
        self._screens = screens_of(knowledge.questionnaire)
        self._assuming = {
            name: parse(question.assumed.when, knowledge.table, unsure_counts=False)
            for name, question in self._questions.items()
            if question.assumed is not None
        }
        self.answers: dict[str, Any] = {}
        self._parts: dict[str, dict[str, Words]] = {name: dict(parts) for name, parts in (begun or {}).items()}
        self.assumed: set[str] = set()
        self.fresh: set[str] = set()
        for name, question in self._questions.items():
            if answers and name in answers:
                self.answers[name] = answers[name]
                if question.screens and UNSURE not in answers[name]:  # else nobody knows on which screen
                    self._parts[name] = {
                        part: tuple(word for word in asked.answers if word in answers[name])
                        for part, asked in question.screens.items()
                    }
        self.assumed |= {name for name in self._assuming if self._is_clear(name) and self._as_assumed(name)}
        self._drop_and_settle()
        self.given = [screen.name for screen in self._screens if self._is_given(screen)]

    # --- asking ------------------------------------------------------------------------------

    def next_screen(self) -> Screen | None:
        """What is asked next, or None when nothing that is left can change the result."""
        stop = self.stop()
        if stop is not None and stop.outcome == "emergency":
            return None
        rules = self.knowledge.rules if stop is None else sooner_than(stop, self.knowledge)
        known = self._counted(stop)
        wanted = open_variables(known, rules, self.knowledge)
        outcome = self._outcome() if stop is None else stop.outcome
        for screen in self._screens:
            asked = [self._asked(question, screen, wanted, outcome) for question in screen.questions]
            if left := [question for question in asked if question is not None]:
                return screen.only(left)
        return None

    def fault(self, question: Question, value: Any) -> ProfileFault | None:
        """What is wrong with this answer, if anything."""
        _, faults = clean({question.field: value}, {question.field: question}, self.knowledge.say)
        return faults[0] if faults else None

    def answer(self, screen: Screen, value: Any) -> None:
        """Take the answer of a screen; of several questions, one each. Answers that it makes needless are dropped."""
        for question, given in zip(screen.questions, value if screen.called else (value,), strict=True):
            before = self.answers.get(question.field)
            self._put(question, screen.part, given)
            if self.answers.get(question.field) != before:
                self._doubt_later(question.field)
            self.assumed.discard(question.field)
            self.fresh.add(question.field)
        self.given = [name for name in self.given if name != screen.name] + [screen.name]
        self._drop_and_settle()
        self._forget_what_is_gone()

    def again(self, screen: Screen) -> Screen:
        """A screen that was answered, as it is asked now."""
        narrowed = None if screen.called or screen.part else self._narrowed(screen.question)
        return screen if narrowed is None else screen.only([narrowed])

    def back(self) -> Screen | None:
        """Take the latest answers back and return their screen; None at the beginning."""
        if not self.given:
            return None
        name = self.given.pop()
        screen = next(screen for screen in self._screens if screen.name == name)
        for question in screen.questions:
            self.answers.pop(question.field, None)
            self.fresh.discard(question.field)
            if screen.part:
                self._parts.get(question.field, {}).pop(screen.part, None)
        self._drop_and_settle(children=False)
        self._forget_what_is_gone()
        return screen

    def clear(self) -> None:
        """Forget all answers."""
        self.answers.clear()
        self._parts.clear()
        self.assumed.clear()
        self.given.clear()

    # --- looking at it -----------------------------------------------------------------------

    def stop(self) -> Forced | None:
        """The stop that is certain, if any. What nobody asks after a stop counts as in the questionnaire."""
        found = forced(self._known(), self.knowledge)
        return None if found is None else forced(self._counted(found), self.knowledge)

    def entries(self) -> list[Entry]:
        """Every answer, in the order of the questionnaire."""
        return list(self._entries())

    def place(self) -> tuple[int, int]:
        """Which screen the next one is, and about how many there will be if all later answers are the healthy ones."""
        ahead = copy(self)
        ahead.answers, ahead.assumed, ahead.fresh = dict(self.answers), set(self.assumed), set(self.fresh)
        ahead.given, ahead._parts = list(self.given), {name: dict(parts) for name, parts in self._parts.items()}
        here = ahead.next_screen()
        while (screen := ahead.next_screen()) is not None:
            healthy = [_healthy(question) for question in screen.questions]
            ahead.answer(screen, healthy if screen.called else healthy[0])
        number = len(self.given) + (here is not None and here.name not in self.given)
        return number, len(ahead.given)

    def profile(self) -> dict[str, Any]:
        """The finished profile. What was not asked counts as its default, or as its most careful answer."""
        return nest(self.finished())

    def finished(self) -> dict[str, Any]:
        """The finished profile by field."""
        flat = dict(self.answers)
        for name, question in self._questions.items():
            if name not in flat and question.safety and not self._needless(question):
                parts = self._parts.get(name)
                flat[name] = _in_order(question, _joined(parts)) if parts else most_careful(question)
        return flat

    def saved(self) -> dict[str, Any]:
        """The answers given so far by field. A question that was answered in part holds its parts."""
        begun = {name: parts for name, parts in self._parts.items() if parts and name not in self.answers}
        return {
            **self.answers,
            **{name: {part: list(words) for part, words in parts.items()} for name, parts in begun.items()},
        }

    # --- inside ------------------------------------------------------------------------------

    def _asked(self, question: Question, screen: Screen, wanted: set[Variable], outcome: str) -> Question | None:
        """The question as it is asked now, with the answers that can matter; None if it is not asked."""
        name = question.field
        if name in self.answers or screen.part in self._parts.get(name, {}) or self._needless(question):
            return None
        if outcome in question.skip_after:
            return None
        if question.safety:
            return question if self._is_open(question, screen.part, wanted) else None
        if outcome == "see_clinician":
            return None
        return self._narrowed(question)

    def _narrowed(self, question: Question) -> Question | None:
        if not question.only_what_matters:
            return question
        words = words_that_matter(question, self.answers, self.knowledge)
        if not words:
            return None
        usual = tuple(word for word in question.words if word in words and word in _as_words(question.default))
        answers = {word: question.answers[word] for word in words}
        return variant(question, answers=answers, default=usual)

    def _is_open(self, question: Question, part: str, wanted: set[Variable]) -> bool:
        """Whether an answer here can move a rule. For a part: by its own words, or as a doubt about earlier ones."""
        name = question.field
        if not part:
            return any(variable.field == name for variable in wanted)
        earlier = [word for done in self._parts.get(name, {}) for word in self._questions[name].screens[done].answers]
        words = {f"{name}:{word}" for word in (*question.words, *earlier, ANY)}
        return any(variable.name in words for variable in wanted)

    def _known(self) -> dict[str, Any]:
        """The answers with those that were begun."""
        known = dict(self.answers)
        for name, parts in self._parts.items():
            if name not in known and parts:
                asked = [word for part in parts for word in self._questions[name].screens[part].answers]
                # `unsure` may still be named on a later screen.
                never = {UNSURE} - {word for words in parts.values() for word in words}
                named = frozenset(word for words in parts.values() for word in words)
                known[name] = Begun(frozenset(asked) - never, named)
        return known

    def _counted(self, stop: Forced | None) -> dict[str, Any]:
        """The answers with those that nobody asks for after this stop."""
        known = self._known()
        if stop is not None:
            for name, question in self._questions.items():
                if name not in known and stop.outcome in question.skip_after:
                    known[name] = question.baseline
        return known

    def _put(self, question: Question, part: str, value: Any) -> None:
        name = question.field
        whole = self._questions[name]
        if part:
            parts = self._parts.setdefault(name, {})
            parts[part] = _in_order(question, value)
            if len(parts) < len(whole.screens):
                self.answers.pop(name, None)
                return
            value = {word for words in parts.values() for word in words}
        elif whole.only_what_matters:
            kept = [word for word in _as_words(self.answers.get(name, whole.default)) if word not in question.words]
            value = {*value, *kept}
        self.answers.pop(name, None)
        self.answers[name] = _in_order(whole, value) if whole.kind == "set" else value

    def _doubt_later(self, field: str) -> None:
        """Drop what speaks of all answers before it, now that one of them is another."""
        order = list(self._questions)
        for name, question in self._questions.items():
            if question.of_all_before and order.index(field) < order.index(name):
                self.answers.pop(name, None)

    def _drop_and_settle(self, *, children: bool = True) -> None:
        """Drop needless answers, and take for granted what is clear for this person."""
        for name in list(self.assumed):
            if not self._is_clear(name):
                self.assumed.discard(name)
                self.answers.pop(name, None)
        for name in self._assuming:
            if name not in self.answers and self._is_clear(name):
                assumed = self._questions[name].assumed
                assert assumed is not None
                self.answers[name] = assumed.answer
                self.assumed.add(name)
        if children:
            for name in [*self.answers]:
                if self._needless(self._questions[name]):
                    del self.answers[name]

    def _forget_what_is_gone(self) -> None:
        there = {screen.name for screen in self._screens if self._is_given(screen)}
        self.given = [name for name in self.given if name in there]

    def _is_given(self, screen: Screen) -> bool:
        fields = [question.field for question in screen.questions]
        if screen.part and screen.part in self._parts.get(fields[0], {}):
            return True
        return any(name in self.answers for name in fields) and not self.assumed.issuperset(fields)

    def _is_clear(self, name: str) -> bool:
        return bool(decide_partly(self._assuming[name], self.knowledge.table.encode_partly(self._known())))

    def _as_assumed(self, name: str) -> bool:
        assumed = self._questions[name].assumed
        return assumed is not None and self.answers.get(name) == assumed.answer

    def _entries(self) -> Iterator[Entry]:
        known = {**self.answers, **{n: _joined(parts) for n, parts in self._parts.items() if n not in self.answers}}
        for screen in self._screens:
            fields = [question.field for question in screen.questions]
            assumed = self._questions[fields[0]].assumed if fields[0] in self.assumed else None
            if assumed is not None:
                yield Entry(screen, screen.label(known, self.knowledge.say), assumed.say)
            elif self._is_given(screen):
                yield Entry(screen, screen.label(known, self.knowledge.say))

    def _needless(self, question: Question) -> bool:
        parent = question.parent
        return parent is not None and not parent.asks(self.answers.get(parent.field))

    def _outcome(self) -> str:
        """The strongest outcome that is certain so far, where there is no stop."""
        facts = self.knowledge.table.encode_partly(self._known())
        for compiled in self.knowledge.rules:
            if compiled.rule.then.stop == "relief_only" and decide_partly(compiled.condition, facts):
                return "relief_only"
        return "routine"


def most_careful(question: Question) -> Any:
    """What counts for a question that nobody was asked, as it cannot change the result: the riskiest answer."""
    if question.kind == "choice" and isinstance(question.risk, tuple):
        return question.risk[-1][-1]
    return question.baseline


def _in_order(question: Question, words: Collection[str]) -> Words:
    return tuple(word for word in question.words if word in words)


def _joined(parts: Mapping[str, Words]) -> Words:
    return tuple(dict.fromkeys(word for words in parts.values() for word in words))


def _healthy(question: Question) -> Any:
    """The answer that asks for least care, or what is usual where that does not matter."""
    if question.safety and isinstance(question.risk, tuple):
        return question.risk[0][0]
    value = question.baseline if question.default is None else question.default
    return tuple(word for word in value if word in question.words) if isinstance(value, tuple) else value


def _as_words(value: Any) -> Words:
    return tuple(value) if isinstance(value, tuple | list) else ()
