"""The questionnaire file: which answers exist, in what order of risk, and how they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from recommender.sentences import Say, listed
from recommender.values import Constraints, Frozen, Ref, Tag, Text, empty

__all__ = ["Assumed", "Parent", "Part", "Question", "Questionnaire", "Together"]

UNSURE = "unsure"
MINUTES_OF_A_DAY = 1440  # the largest number that is asked of anybody: how long pain lasted


class Parent(Frozen):
    """The question that decides whether this one is asked: by any other answer than `unless`, or by one `named`."""

    field: Annotated[str, Ref("field")]
    """The field of the question that is asked first."""
    unless: str = ""
    """With this answer to it, the question is not asked. For a question that takes one word."""
    named: str = ""
    """Only if its answer names this word, the question is asked. For a question that takes several."""

    def __post_init__(self) -> None:
        if bool(self.unless) == bool(self.named):
            raise ValueError("`parent` needs one of `unless` and `named`")

    def asks(self, answer: Any) -> bool:
        """Whether this answer to the parent makes its child a question. Without an answer it does not."""
        if self.named:
            return isinstance(answer, list | tuple | set | frozenset) and self.named in answer
        return answer is not None and answer != self.unless


class Assumed(Frozen):
    """For whom the answer is clear without asking."""

    when: Annotated[dict[str, Any], Ref("condition")]
    """For whom: one pair `field: test`, or `all:` / `any:` with a list. It reads questions that come before."""
    answer: str
    """What counts as their answer."""
    say: str
    """The line that tells them so. At most 20 words a sentence."""


class Part(Frozen):
    """Some of the words of a question, asked for on a screen of their own."""

    short: str
    """This part in a few words."""
    ask: str
    """What is asked here, as people read it. At most 20 words a sentence."""
    answers: Annotated[tuple[str, ...], Constraints(min_length=2)]
    """The words that are asked for here. `unsure` stands at the end of every screen."""


class Question(Frozen):
    """One question: its field, its possible answers, their order of risk, and its wording."""

    field: str
    """Its lasting name, by which rules and profiles name the answer."""
    short: str
    """The question in a few words, for reasons: "Your answer: ..."."""
    stage: str
    """The heading under which it is asked."""
    kind: Literal["choice", "set", "number"]
    """What kind of answer it takes.

    choice: One word.
    set: Any number of words, or none.
    number: A whole number.
    """
    ask: str
    """The question as people read it. At most 20 words a sentence."""
    why: str
    """Why it is asked, as people read it."""
    sources: tuple[Annotated[str, Ref("locator")], ...]
    """Where the question comes from."""
    baseline: str | int | tuple[str, ...]
    """What an example in a rule file means where it says nothing: a healthy person without pain."""
    default: str | int | tuple[str, ...] | None = None
    """What counts when nothing is said. A question without a default must be answered."""
    answers: Mapping[str, str] = empty()
    """Each word that may be answered, and how people read it."""
    lowest: int = 0
    """The smallest number that may be answered."""
    highest: int = 0
    """The largest number that may be answered."""
    unknown: bool = False
    """true when the person may not know the number."""
    risk: Literal["none", "upwards", "downwards", "growing", "shrinking"] | tuple[tuple[str, ...], ...]
    """The order of risk. For a choice, lists of words from the least to the most risky.

    none: Its answers stand outside the order of risk.
    upwards: A larger number is riskier.
    downwards: A smaller number is riskier.
    growing: Each further word is riskier.
    shrinking: Each missing word is riskier.
    """
    parent: Parent | None = None
    """The question that decides whether this one is asked."""
    skip_after: tuple[Annotated[str, Ref("outcome")], ...] = ()
    """With these outcomes the answer matters no longer, and is not asked for."""
    today: bool = False
    """true when the answer can change from day to day, so that it is asked again."""
    covers: Mapping[str, Mapping[Tag, Text]] = empty()
    """Which symptoms an answer asks for: under its word, each tag of a guideline with the words that say it."""
    counts_on: Literal["ask_anew", "stay"] | None = None
    """For a number of weeks that goes on from the day of the answer: what happens past the largest number.

    ask_anew: The question is asked anew.
    stay: The answer stays at the largest number.
    """
    screens: Mapping[str, Part] = empty()
    """For a long list: the screens on which it is asked, one after the other. The answer stays one."""
    assumed: Assumed | None = None
    """For whom the answer is clear without asking. They are told so."""
    only_what_matters: bool = False
    """true when it asks only for words that can change something for this person. The others stay as in `default`."""
    of_all_before: bool = False
    """true when the answer speaks of all answers before it, and is asked again when one of them changes."""
    accepted: Mapping[str, str] = empty()
    """Findings of the check that are right as they are: the name of the check, and why."""

    def __post_init__(self) -> None:
        self._fits_its_kind()
        self._screens_hold_it_all()

    def _fits_its_kind(self) -> None:
        if self.kind == "number" and self.lowest >= self.highest:
            raise ValueError("a number needs `lowest` below `highest`")
        if self.lowest < 0 or self.highest > MINUTES_OF_A_DAY:
            raise ValueError(f"`lowest` and `highest` lie between 0 and {MINUTES_OF_A_DAY}")
        if self.kind != "number" and not self.answers:
            raise ValueError("a choice or a set needs `answers`")
        if self.kind == "choice" and isinstance(self.risk, tuple):
            listed = [word for level in self.risk for word in level]
            if sorted(listed) != sorted(self.answers):
                raise ValueError("`risk` must name every answer exactly once")
            if UNSURE in listed and UNSURE not in self.risk[-1]:
                raise ValueError("`unsure` stands beside the riskiest answer in `risk`: a doubt counts as much")
        if self.counts_on and (self.kind != "number" or self.risk not in ("upwards", "downwards") or self.today):
            raise ValueError("`counts_on` is for a number with `risk` upwards or downwards, and without `today`")
        if self.only_what_matters and (self.kind != "set" or self.default is None):
            raise ValueError("`only_what_matters` is for a set with a `default`")
        if self.assumed is not None and self.assumed.answer not in self.answers:
            raise ValueError("`assumed` needs one of the answers")

    def _screens_hold_it_all(self) -> None:
        if not self.screens:
            return
        if self.kind != "set" or self.risk != "growing" or self.default is not None:
            raise ValueError("`screens` are for a set with `risk: growing` and without a `default`")
        doubt = [UNSURE] if UNSURE in self.answers else []
        named = [word for part in self.screens.values() for word in part.answers if word not in doubt]
        if sorted([*named, *doubt]) != sorted(self.answers):
            raise ValueError("the `screens` must name every answer exactly once, but `unsure`")
        if any(list(part.answers[-1:]) != doubt for part in self.screens.values() if doubt):
            raise ValueError("`unsure` stands at the end of every screen")

    @property
    def words(self) -> tuple[str, ...]:
        """The words that may be answered; empty for a number."""
        return tuple(self.answers)

    def label(self, value: Any, say: Say) -> str:
        """The given answer in the questionnaire's words."""
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(self.answers.get(word, word) for word in value) or say("answers.none_of_them")
        return self.answers.get(str(value), str(value))

    @property
    def safety(self) -> bool:
        """Whether the answer has no default and so must be given."""
        return self.default is None

    def accepts(self, say: Say) -> str:
        """What is accepted, in words for an error message."""
        if self.kind == "number":
            sentence = "accepted.number_or_unknown" if self.unknown else "accepted.number"
            return say(sentence, lowest=self.lowest, highest=self.highest)
        if self.kind == "choice":
            return listed(self.words, say, last="list.or")
        return say("accepted.list", words=", ".join(self.words))


class Together(Frozen):
    """Questions with the same answers that stand side by side, and are asked at once."""

    short: str
    """These questions in a few words."""
    ask: str
    """What is asked, as people read it. At most 20 words a sentence."""
    why: str
    """Why it is asked, as people read it."""
    fields: Annotated[dict[Annotated[str, Ref("field")], str], Constraints(min_length=2)]
    """Each of them, and the word that stands for it where the answers are typed."""


class Questionnaire(Frozen):
    """All questions in the order in which they are asked."""

    topic: str
    """What this file is about, in a few words."""
    intro: str
    """What is said before the first question."""
    unsure_note: str
    """Said when someone is not sure."""
    unknown_note: str
    """Said when someone does not know a number."""
    asks_on: str = ""
    """Said once where someone must look first, and more answers can tell that it has to be sooner."""
    questions: tuple[Question, ...]
    """The questions in the order in which they are asked."""
    together: tuple[Together, ...] = ()
    """Questions that are asked at once."""
    asked_again_after_weeks: Annotated[int, Constraints(ge=1)] | None = None
    """After how many weeks a saved answer is asked again that does not change from day to day. Never unless given."""

    def by_field(self) -> dict[str, Question]:
        """Each field with its question."""
        return {question.field: question for question in self.questions}

    def __post_init__(self) -> None:
        order, by_field = [question.field for question in self.questions], self.by_field()
        for group in self.together:
            fields = list(group.fields)
            if any(field not in by_field for field in fields):
                raise ValueError("`together` names fields of this file")
            first = order.index(fields[0])
            if order[first : first + len(fields)] != fields:
                raise ValueError("what is asked `together` stands side by side, in this order")
            alike = {(q.kind, q.stage, tuple(q.answers.items()), q.parent) for q in map(by_field.__getitem__, fields)}
            if len(alike) != 1 or by_field[fields[0]].kind != "choice" or by_field[fields[0]].parent is not None:
                raise ValueError("what is asked `together` takes one word, and has the same stage and the same answers")
