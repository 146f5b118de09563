"""Checks of the words that people in pain read: short sentences, plain words, a calm tone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from recommender.knowledge.catalogue import Vocabulary
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.progression import STEPS, ProgressRule
from recommender.knowledge.rules import Rule
from recommender.knowledge.wording import Wording
from recommender.review.checks.base import Check, Review, steps_of
from recommender.review.finding import Finding
from recommender.review.readability import grade, sentences, words
from recommender.values import hints
from recommender.yaml_reader import Where

__all__ = ["HardToRead", "LongSentence", "NoGlyph", "NoWording", "Passage", "WrongTone", "passages"]

FILE = "rules/wording.yaml"
QUESTIONS, OUTCOMES = "rules/questionnaire.yaml", "rules/outcomes.yaml"
SESSION, VOCABULARY = "rules/session.yaml", "catalog/vocabulary.yaml"
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_COMMAND = re.compile(r"`[^`]*`")  # what is to be typed shouts at nobody
_SHOWN = 60  # characters of a text in a finding


@dataclass(frozen=True, slots=True)
class Passage:
    """One text, and where it stands.

    `subject` is the rule, exercise or question that it belongs to. `whole` names what it is read
    together with: all passages with one name are judged as one text. Headings and sentences with
    gaps stand alone and have none.
    """

    file: str
    where: Where
    text: str
    subject: str = ""
    whole: str = ""


def passages(knowledge: Knowledge) -> Iterator[Passage]:
    """Everything that people read, file by file, in the order in which it stands there."""
    yield from _rules(knowledge)
    yield from _exercises(knowledge)
    yield from _questions(knowledge)
    yield from _outcomes(knowledge)
    yield from _session(knowledge)
    yield from _progress(knowledge)
    for group in hints(Vocabulary):
        if group != "topic":
            for word, said in knowledge.vocabulary.words(group).items():
                yield Passage(VOCABULARY, (group, "words", word, "title"), said.title)


def _rules(knowledge: Knowledge) -> Iterator[Passage]:
    listed: list[tuple[str, Rule | ProgressRule]] = [(compiled.file, compiled.rule) for compiled in knowledge.rules]
    listed += [(step.file, step.rule) for step in steps_of(knowledge)]
    for file, rule in listed:
        id = rule.id
        at = ("rules", _number(knowledge, file, "rules", id))
        yield Passage(file, (*at, "title"), rule.title, id)
        yield Passage(file, (*at, "say"), rule.say, id, id)


def _exercises(knowledge: Knowledge) -> Iterator[Passage]:
    for exercise in knowledge.exercises:
        file, id = knowledge.exercise_files[exercise.id][0], exercise.id
        at = ("exercises", _number(knowledge, file, "exercises", id))
        yield Passage(file, (*at, "name"), exercise.name, id)
        for number, step in enumerate(exercise.steps):
            yield Passage(file, (*at, "steps", number), step, id, id)
        for key in ("breathing", "feel", "stop_when"):
            yield Passage(file, (*at, key), getattr(exercise, key), id, id)


def _questions(knowledge: Knowledge) -> Iterator[Passage]:
    asked = knowledge.questionnaire
    for key in ("intro", "unsure_note", "unknown_note", "asks_on"):
        yield Passage(QUESTIONS, (key,), getattr(asked, key), whole=key)
    for number, group in enumerate(asked.together):
        for key in ("short", "ask", "why"):
            yield Passage(QUESTIONS, ("together", number, key), getattr(group, key), group.short)
    for number, question in enumerate(asked.questions):
        at, field = ("questions", number), question.field
        for key in ("short", "stage"):
            yield Passage(QUESTIONS, (*at, key), getattr(question, key), field)
        for key in ("ask", "why"):
            yield Passage(QUESTIONS, (*at, key), getattr(question, key), field, field)
        for word, said in question.answers.items():
            yield Passage(QUESTIONS, (*at, "answers", word), said, field, field)
        for name, part in question.screens.items():
            for key in ("short", "ask"):
                yield Passage(QUESTIONS, (*at, "screens", name, key), getattr(part, key), field)
        if question.assumed is not None:
            yield Passage(QUESTIONS, (*at, "assumed", "say"), question.assumed.say, field)


def _outcomes(knowledge: Knowledge) -> Iterator[Passage]:
    said = knowledge.outcomes
    for name, outcome in said.outcomes.items():
        at = ("outcomes", name)
        yield Passage(OUTCOMES, (*at, "title"), outcome.title)
        for number, text in enumerate(outcome.now):
            yield Passage(OUTCOMES, (*at, "now", number), text, whole=name)
        for number, statement in enumerate(outcome.statements):
            yield Passage(OUTCOMES, (*at, "statements", number, "say"), statement.say, whole=name)
    yield Passage(OUTCOMES, ("no_relief_left", "title"), said.no_relief_left.title)
    yield Passage(OUTCOMES, ("no_relief_left", "say"), said.no_relief_left.say, whole="no_relief_left")
    for key in ("may_be_sooner", "show_first", "further", "rest_fits", "disclaimer"):
        yield Passage(OUTCOMES, (key,), getattr(said, key), whole=key)
    for key in ("not_filled", "no_time", "full"):
        yield Passage(OUTCOMES, (key,), getattr(said, key))
    for key in ("whom", "how_soon", "advice", "readings"):
        for word, text in getattr(said, key).items():
            yield Passage(OUTCOMES, (key, word), text)


def _session(knowledge: Knowledge) -> Iterator[Passage]:
    session = knowledge.session
    for number, phase in enumerate(session.phases):
        yield Passage(SESSION, ("phases", number, "title"), phase.title)
    for number, slot in enumerate(session.slots):
        yield Passage(SESSION, ("slots", number, "title"), slot.title)
    for key, texts in (("change_words", session.change_words), ("not_chosen", session.not_chosen)):
        for word, text in texts.items():
            yield Passage(SESSION, (key, word), text)
    for key in ("chosen_for_slot", "chosen_to_fill"):
        yield Passage(SESSION, (key,), getattr(session, key))


def _progress(knowledge: Knowledge) -> Iterator[Passage]:
    """The sentences about how a routine changes, besides those of the rules."""
    if knowledge.progress is None:
        return
    steps = knowledge.progress.steps
    yield Passage(STEPS, ("low_end", "say"), steps.low_end.say, whole="low_end")
    for key, text in vars(steps.words).items():
        if isinstance(text, str):
            whole = key if text.endswith(".") and "{" not in text else ""
            yield Passage(STEPS, ("words", key), text, whole=whole)
    for variable, text in steps.words.change.items():
        yield Passage(STEPS, ("words", "change", variable), text)


def _number(knowledge: Knowledge, file: str, key: str, id: str) -> int:
    """The place of a rule or an exercise in its file."""
    listed: list[dict[str, Any]] = knowledge.documents[file].data[key]
    return next(number for number, entry in enumerate(listed) if entry["id"] == id)


class NoWording(Check):
    """The limits of the wording are missing.

    What: there is no `rules/wording.yaml`, so that nothing can be said about the words.

    Avoid: rules without limits for what people read.

    Prefer: the shipped file, with other limits where you have a reason.

    Why: words that nobody measures grow longer and harder with every change.
    """

    id = "no-wording"
    level = "warning"

    def find(self, review: Review) -> Iterator[Finding]:
        """One finding, if the file is not there."""
        if review.knowledge.wording is None:
            yield Finding(self.id, self.level, FILE, None, "This file is missing.", "Take the shipped one.")


class _Words(Check):
    """Finds something in the passages, unless the limits are missing."""

    def find(self, review: Review) -> Iterator[Finding]:
        """Every passage that goes beyond a limit."""
        knowledge = review.knowledge
        if knowledge.wording is None:
            return
        for passage, found, do in self.judge(knowledge, knowledge.wording):
            text = f"{passage.subject}: {found}" if passage.subject else found
            yield self.about_file((passage.file, *passage.where), knowledge, text, do, subject=passage.subject)

    def judge(self, knowledge: Knowledge, wording: Wording) -> Iterator[tuple[Passage, str, str]]:
        """Each passage that goes beyond a limit, what is found there, and what to do."""
        raise NotImplementedError


class LongSentence(_Words):
    """A sentence that is too long.

    What: a sentence with more words than `longest_sentence` in `rules/wording.yaml`. It ends with a full stop, a
    question mark or an exclamation mark.

    Avoid: "Stop and ring your maternity unit at once if you notice bleeding, lost fluid, belly pains, dizziness, a
    headache, calf pain or swelling."

    Prefer: "Stop and ring your maternity unit at once for bleeding, lost fluid or belly pains. Do the same for
    dizziness, headache, calf pain or swelling."

    Why: whoever is in pain reads with half a mind, and loses the beginning of a long sentence at its end.
    """

    id = "long-sentence"

    def judge(self, knowledge: Knowledge, wording: Wording) -> Iterator[tuple[Passage, str, str]]:
        """Every long sentence with its number of words."""
        for passage in passages(knowledge):
            for sentence in sentences(passage.text):
                count = len(words(sentence))
                if count > wording.longest_sentence:
                    most = f"{wording.longest_sentence} at most are meant"
                    found = f'a sentence has {count} words, {most}: "{_short(sentence)}".'
                    yield passage, found, "Split it."


class HardToRead(_Words):
    """A text that asks for more schooling than it should.

    What: all that one rule says, all of one exercise, one question or one outcome asks for more than `highest_grade`
    in `rules/wording.yaml`, by the formula of Flesch and Kincaid.

    Avoid: "Individualised supervision is recommended when commencing strengthening activities."

    Prefer: "Let someone watch you when you start to train."

    Why: what is not understood is not followed. The formula sees only the length of words and sentences, so it warns;
    whether a text is clear, only a reader can tell.
    """

    id = "hard-to-read"
    level = "warning"

    def judge(self, knowledge: Knowledge, wording: Wording) -> Iterator[tuple[Passage, str, str]]:
        """Every hard text at the place of its first passage."""
        read = (passage for passage in passages(knowledge) if passage.whole)
        for _, group in groupby(read, key=lambda passage: (passage.file, passage.whole)):
            together = list(group)
            found = grade((passage.text for passage in together), wording.known_words)
            if found > wording.highest_grade:
                first = together[0]
                most = f"{wording.highest_grade:g} at most is meant"
                text = f'it asks for school year {found:.1f}, {most}: "{_short(first.text)}".'
                yield first, text, "Use shorter words and sentences."


class WrongTone(_Words):
    """Words that shout at the reader, frighten, blame, or promise.

    What: a phrase of `tones` in `rules/wording.yaml`, or a whole word in capitals that `capitals` does not name.

    Avoid: "You MUST stop! Your pain will heal if you are not lazy."

    Prefer: "Stop now. Many people feel better after about a month."

    Why: fear makes pain worse, blame makes people stop, and nobody can promise that a back heals.
    """

    id = "tone"

    def judge(self, knowledge: Knowledge, wording: Wording) -> Iterator[tuple[Passage, str, str]]:
        """Every phrase in every passage."""
        tones = [(tone, phrase, _whole_words(phrase)) for tone in wording.tones for phrase in tone.phrases]
        for passage in passages(knowledge):
            for word in _CAPITALS.findall(_COMMAND.sub("", passage.text)):
                if word not in wording.capitals:
                    yield (
                        passage,
                        f'"{word}" in capitals shouts: "{_short(passage.text)}".',
                        "Write it in small letters.",
                    )
            for tone, phrase, pattern in tones:
                if pattern.search(passage.text):
                    yield passage, f'"{phrase}" is {tone.kind}: "{_short(passage.text)}".', tone.prefer


class NoGlyph(_Words):
    """A character for which paper has no shape.

    What: a character in none of the ranges of `characters` in `rules/wording.yaml`, in a rule, an exercise, a
    question or an outcome.

    Avoid: an emoji, or a letter of another script, in the steps of an exercise.

    Prefer: plain letters, or one more range, once a page with it was looked at.

    Why: a printed page shows a box there, or cannot be made at all.
    """

    id = "no-glyph"

    def judge(self, knowledge: Knowledge, wording: Wording) -> Iterator[tuple[Passage, str, str]]:
        """Every passage with such a character."""
        for passage in passages(knowledge):
            if found := wording.unknown_character(passage.text):
                text = f'"{found}" (U+{ord(found):04X}) has no shape on paper: "{_short(passage.text)}".'
                yield passage, text, "Use plain letters, or add its range to rules/wording.yaml."


def _whole_words(phrase: str) -> re.Pattern[str]:
    """The phrase as whole words, without regard to case; a mark such as "!" anywhere."""
    inner = r"\s+".join(map(re.escape, phrase.split()))
    before = r"(?<!\w)" if phrase[0].isalnum() else ""
    after = r"(?!\w)" if phrase[-1].isalnum() else ""
    return re.compile(before + inner + after, re.IGNORECASE)


def _short(text: str) -> str:
    """A text for a finding: its beginning, if it is long."""
    return text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + " ..."
