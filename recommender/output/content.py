"""Makes the sheet from a result: what stands on it, in what order, in which words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from recommender.knowledge.knowledge import Knowledge
from recommender.output.document import Call, Exercise, Item, Part, Seen, Sheet, Topic, Week
from recommender.output.figures import figure_of
from recommender.output.grouping import answers_in_words, left_by_reason, review_in_words
from recommender.output.left_out import left_out_of
from recommender.output.page import clock
from recommender.output.references import References
from recommender.output.words import WEEKDAYS, WORDS, count_of
from recommender.recommendation import Message, Recommendation, Step

__all__ = ["sheet_of"]

STOPPED = ("emergency", "see_clinician")


def sheet_of(result: Recommendation, knowledge: Knowledge) -> Sheet:
    """The sheet of a result. The same result and knowledge give an equal sheet."""
    return _Maker(result, knowledge).sheet()


def _said(message: Message) -> str:
    return f"{message.text} {message.unsure}".rstrip()


class _Maker:
    """Holds what every part of one sheet needs."""

    def __init__(self, result: Recommendation, knowledge: Knowledge) -> None:
        self.result, self.knowledge = result, knowledge
        self.kind = result.outcome if result.routine or result.outcome in STOPPED else "nothing"
        # The other outcomes say in one sentence that all else waits.
        self.lists = result.outcome in ("routine", "nothing_fits")
        self.references = References(self._cited(), knowledge, some_signed=result.review.signed > 0)

    def sheet(self) -> Sheet:
        result = self.result
        stop, hurts = self._by_size()
        left = left_out_of(result, self.knowledge, self.references) if self.lists else ()
        return Sheet(
            kind=self.kind,
            title=result.title,
            now=result.now,
            calls=tuple(self._calls()),
            advised=tuple(_said(message) for message in result.messages if self._outright(message)),
            stop=stop,
            hurts=hurts,
            seen=self._seen(),
            summary=self._summary(),
            needs=self._needs(),
            limits=tuple(_said(message) for message in result.messages_of("limit")),
            parts=tuple(self._parts()),
            notes=tuple(message.text for message in result.messages_of("note")),
            week=self._week(),
            waits=self._waits(),
            left_out=left,
            other=tuple(self._other()) if self.lists else (),
            choice=tuple(self._item(message) for message in result.messages_of("prefer") if message.answers),
            asks=tuple(self._item(message) for message in result.messages_of("ask") if not self._personal(message)),
            advice=self._topics(self._advising(urgent=False)),
            origins=() if result.outcome == "emergency" else tuple(self._origins()),
            sources=() if result.outcome == "emergency" else self.references.sources(),
            review=tuple(review_in_words(result, self.knowledge)),
            disclaimer=result.disclaimer,
            stamp=WORDS["knowledge"].format(hash=result.knowledge.hash, version=result.knowledge.version),
        )

    # --- what is cited -----------------------------------------------------------------------

    def _cited(self) -> Iterator[str]:
        """The locators of everything that stands on this sheet."""
        for message in self.result.messages:
            yield from message.sources
        for step in self.result.routine:
            yield from step.sources
        if self.lists:
            for entry in self.result.excluded:
                for reason in entry.reasons:
                    yield from reason.sources

    def _item(self, message: Message) -> Item:
        return Item(_said(message), self.references.mark(message.sources, message.reading))

    def _origins(self) -> Iterator[Item]:
        """Where the front of the sheet comes from: there, numbers would only stand in the way."""
        result, titles = self.result, self.knowledge.outcomes.advice
        front = [(result.title, m) for m in result.messages if m.kind == "stop" or self._outright(m)]
        front += [(titles[m.topic], m) for m in self._advising(urgent=True)]
        front += [(self.knowledge.outcomes.show_first, m) for m in result.messages_of("ask") if self._personal(m)]
        front += [(WORDS["low"], m) for m in result.messages_of("limit")]
        grouped: dict[str, dict[str, list[str]]] = {}
        for title, message in front:
            grouped.setdefault(title.rstrip("."), {}).setdefault(message.reading, []).extend(message.sources)
        for title, readings in grouped.items():
            yield Item(title, " ".join(self.references.mark(places, reading) for reading, places in readings.items()))
        for step in result.routine:
            yield Item(step.name, self.references.mark(step.sources))

    def _outright(self, message: Message) -> bool:
        """Whether it is said with the outcome itself."""
        return message.kind == "advice" and message.topic == self.result.outcome

    # --- the head ----------------------------------------------------------------------------

    def _calls(self) -> Iterator[Call]:
        """The stops by whom to see and how soon, in their order: the soonest first; the line of further ones last."""
        words = self.knowledge.outcomes
        grouped: dict[str, list[Message]] = {}
        for message in self.result.messages_of("stop"):
            call = self.knowledge.calls.get(message.rule)
            title = ""
            if call is not None:
                title = WORDS["see"].format(whom=words.whom[call.whom], soon=words.how_soon[call.how_soon])
            grouped.setdefault(title, []).append(message)
        for title, messages in grouped.items():
            answers = dict.fromkeys(text for message in messages for text in self._answers(message))
            said = tuple(_said(message) for message in messages)
            # In an emergency nothing distracts from the call.
            yield Call("", said, ()) if self.result.outcome == "emergency" else Call(title, said, tuple(answers))

    def _answers(self, message: Message) -> Iterator[str]:
        """The answers behind a stop, which whoever is called will want to know."""
        for entry in self.result.excluded[:1]:
            for reason in entry.reasons:
                if reason.rule == message.rule and (text := answers_in_words(reason, self.knowledge)):
                    yield from text.split("; ")

    def _personal(self, message: Message) -> bool:
        return bool(message.answers) and self.result.show_to_clinician_first

    def _seen(self) -> Seen | None:
        if not self.result.show_to_clinician_first:
            return None
        asks = [message for message in self.result.messages_of("ask") if self._personal(message)]
        return Seen(self.knowledge.outcomes.show_first, tuple(_said(message) for message in asks))

    def _by_size(self) -> tuple[tuple[str, ...], tuple[Topic, ...]]:
        """The urgent advice: what is said largest, and what stands below it.

        Largest is what rests on the same places as the emergency stops, because it names their signs.
        """
        urgent = self._advising(urgent=True)
        largest: list[Message] = []
        if self.result.outcome == "routine":
            stops = (compiled.rule for compiled in self.knowledge.rules if compiled.rule.then.stop == "emergency")
            places = {place for rule in stops for place in rule.sources}
            largest = [message for message in urgent if not places.isdisjoint(message.sources)] or urgent
        rest = [message for message in urgent if message not in largest]
        return tuple(_said(message) for message in largest), self._topics(rest, marked=False)

    # --- the routine -------------------------------------------------------------------------

    def _summary(self) -> str:
        """How many exercises, and how long they take; of rest positions a person chooses."""
        if self.result.outcome != "routine" or not self.result.routine:
            return ""
        return f"{count_of(len(self.result.routine), 'exercise')}, {clock(self.result.seconds)}\u00a0{WORDS['min']}"

    def _needs(self) -> str:
        titles = {
            word: self.knowledge.vocabulary.title("requires", word)
            for step in self.result.routine
            for word in step.equipment
        }
        return ", ".join(titles.values())

    def _parts(self) -> Iterator[Part]:
        phases = {phase.id: phase.title for phase in self.knowledge.session.phases}
        if self.result.outcome == "relief_only":
            if self.result.routine:
                yield Part(WORDS["relief"], tuple(self._exercise(step) for step in self.result.routine))
            return
        for phase, steps in groupby(self.result.routine, key=lambda step: step.phase):
            yield Part(phases.get(phase, phase), tuple(self._exercise(step) for step in steps))

    def _exercise(self, step: Step) -> Exercise:
        dose = step.dose.text
        return Exercise(
            id=step.exercise,
            number=step.order,
            name=step.name,
            dose=dose[:1].upper() + dose[1:],
            time=f"{clock(step.seconds)}\u00a0{WORDS['min']}",
            figure=figure_of(step.exercise, self.knowledge),
            notes=step.notes,
            change=step.change,
            steps=step.how,
            breathing=step.breathing,
            feel=step.feel,
            stop_when=step.stop_when,
        )

    def _week(self) -> Week | None:
        """Boxes for the days and times that the schedule plans, with the advice that says so."""
        if self.result.outcome != "routine" or not self.result.routine:
            return None
        schedule = self.knowledge.session.schedule
        if schedule is None:  # rules without a schedule
            return Week(WEEKDAYS, ("",), ())
        rules = (schedule.times_rule, schedule.days_rule)
        said = tuple(_said(m) for rule in rules for m in self.result.messages_of("advice") if m.rule == rule)
        times = schedule.usual_times
        rows = tuple(WORDS["time"].format(number=number) for number in range(1, times + 1)) if times > 1 else ("",)
        return Week(tuple(day[:3].capitalize() for day in schedule.days), rows, said)

    # --- the rest ----------------------------------------------------------------------------

    def _waits(self) -> str:
        if self.lists:
            return ""
        return WORDS["all_wait" if self.result.outcome in STOPPED or not self.result.routine else "others_wait"]

    def _other(self) -> Iterator[Topic]:
        for text, names in left_by_reason(self.result).items():
            yield Topic(text, tuple(Item(name) for name in names))

    def _advising(self, *, urgent: bool) -> list[Message]:
        words = self.knowledge.outcomes
        return [
            message
            for message in self.result.messages_of("advice")
            if message.topic in words.advice and (message.topic in words.urgent_advice) == urgent
        ]

    def _topics(self, messages: Iterable[Message], *, marked: bool = True) -> tuple[Topic, ...]:
        titles = self.knowledge.outcomes.advice
        return tuple(
            Topic(titles[topic], tuple(self._item(m) if marked else Item(_said(m)) for m in said))
            for topic, said in groupby(messages, key=lambda message: message.topic)
        )
