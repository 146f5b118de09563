"""Makes the document of a result: what is said, in what order, under which headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from string import ascii_uppercase
from typing import TYPE_CHECKING

from recommender.output.document import (
    Call,
    Document,
    Exercise,
    LeftOut,
    Named,
    Part,
    Reason,
    Routine,
    Said,
    Section,
    Week,
)
from recommender.output.grouping import (
    Group,
    answers_in_words,
    answers_of,
    cited_of,
    excluded_by_reason,
    left_by_reason,
    relaxed_in_words,
)
from recommender.output.page import NO_BREAK, clock

if TYPE_CHECKING:
    from recommender.decision.recommendation import Message, Recommendation, Step
    from recommender.knowledge.knowledge import Knowledge

__all__ = ["STOPPED", "document_of"]

STOPPED = ("emergency", "see_clinician")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def document_of(result: Recommendation, knowledge: Knowledge) -> Document:
    """What a result says. The same result and knowledge give an equal document."""
    return _Maker(result, knowledge).document()


class _Maker:
    """Holds what every part of one document needs."""

    def __init__(self, result: Recommendation, knowledge: Knowledge) -> None:
        self.result, self.knowledge, self.say = result, knowledge, knowledge.say
        self.words = knowledge.outcomes

    def document(self) -> Document:
        result, say = self.result, self.say
        asks = result.messages_of("ask")
        seen = [message for message in asks if self._personal(message)]
        prefers = [message for message in result.messages_of("prefer") if message.answers]
        stamp = result.knowledge
        return Document(
            kind=result.outcome if result.routine or result.outcome in STOPPED else "nothing",
            language=say.language,
            title=result.title,
            now=result.now,
            calls=tuple(self._calls()),
            statements=tuple(
                self._said(message) for message in result.messages_of("advice") if message.topic == result.outcome
            ),
            routine=self._routine(),
            seen=Section(self.words.show_first, self._all(seen)) if result.show_to_clinician_first else None,
            limits=self._section(say("result.low"), result.messages_of("limit")),
            choice=self._section(say("result.choice"), prefers),
            notes=tuple(message.text for message in result.messages_of("note")),
            urgent=self._advice(urgent=True),
            week=self._week(),
            waits=self._waits(),
            left_out=self._left_out(),
            other=self._other(),
            more=self._more([message for message in asks if not self._personal(message)]),
            signed=self._signed(),
            relaxed=tuple(relaxed_in_words(relaxed, self.knowledge) for relaxed in stamp.relaxed),
            disclaimer=result.disclaimer,
            stamp=say("result.stamp", hash=stamp.hash, version=stamp.version),
            cited=tuple({at: None for part in (result.messages, result.routine) for one in part for at in one.sources}),
            some_signed=result.review.signed > 0,
        )

    def _said(self, message: Message, *, large: bool = False) -> Said:
        text = f"{message.text} {message.unsure}".rstrip()
        return Said(text, cited_of(message.sources, message.reading, self.knowledge), message.rule, large=large)

    def _all(self, messages: Iterable[Message]) -> tuple[Said, ...]:
        return tuple(map(self._said, messages))

    def _section(self, title: str, messages: Sequence[Message]) -> Section | None:
        return Section(title, self._all(messages)) if messages else None

    # --- what to do now ----------------------------------------------------------------------

    def _calls(self) -> Iterator[Call]:
        """The stops by whom to see and how soon, in their order: the soonest first; the line of further ones last."""
        grouped: dict[str, list[Message]] = {}
        for message in self.result.messages_of("stop"):
            call, title = self.knowledge.calls.get(message.rule), ""
            if call is not None:
                title = self.say("result.see", whom=self.words.whom[call.whom], soon=self.words.how_soon[call.how_soon])
            grouped.setdefault(title, []).append(message)
        for title, messages in grouped.items():
            if self.result.outcome == "emergency":  # nothing distracts from the call
                yield Call("", self._all(messages))
            else:
                answers = dict.fromkeys(text for message in messages for text in self._answers(message))
                yield Call(title, self._all(messages), tuple(answers))

    def _answers(self, message: Message) -> Iterator[str]:
        """The answers behind a stop, which whoever is called will want to know."""
        for entry in self.result.excluded[:1]:
            for reason in entry.reasons:
                if reason.rule == message.rule:
                    yield from answers_of(reason, self.knowledge)

    def _personal(self, message: Message) -> bool:
        return bool(message.answers) and self.result.show_to_clinician_first

    def _waits(self) -> str:
        """The sentence that all else waits, in place of all reasons for it."""
        if self.result.outcome in ("routine", "nothing_fits"):
            return ""
        alone = self.result.outcome in STOPPED or not self.result.routine
        return self.say("result.all_wait" if alone else "result.others_wait")

    # --- the routine -------------------------------------------------------------------------

    def _routine(self) -> Routine | None:
        result, say = self.result, self.say
        if not result.routine:
            return None
        time, count = self._minutes(result.seconds), len(result.routine)
        if result.outcome != "routine":  # a person chooses among rest positions
            title, summary = say("result.rest"), say("result.positions", n=count, time=time)
            parts = [Part(title, tuple(map(self._exercise, result.routine)))]
        else:
            title, summary = result.title, say("result.exercises", n=count, time=time)
            phases = {phase.id: phase.title for phase in self.knowledge.session.phases}
            grouped = groupby(result.routine, key=lambda step: step.phase)
            parts = [Part(phases.get(phase, phase), tuple(map(self._exercise, steps))) for phase, steps in grouped]
        needs = dict.fromkeys(kit for step in result.routine for kit in self._kit(step))
        return Routine(title, summary, say.listed(list(needs)), tuple(parts))

    def _minutes(self, seconds: int) -> str:
        """A time with its unit, which no line end may part."""
        return self.say("units.clock", time=clock(seconds)).replace(" ", NO_BREAK)

    def _kit(self, step: Step) -> tuple[str, ...]:
        return tuple(self.knowledge.vocabulary.title("requires", word) for word in step.equipment)

    def _exercise(self, step: Step) -> Exercise:
        dose = step.dose.text
        return Exercise(
            id=step.exercise,
            number=step.order,
            name=step.name,
            dose=dose,
            dose_first=dose[:1].upper() + dose[1:],
            time=clock(step.seconds),
            minutes=self._minutes(step.seconds),
            needs=self._kit(step),
            notes=step.notes,
            change=step.change,
            steps=step.how,
            breathing=step.breathing,
            feel=step.feel,
            stop_when=step.stop_when,
            cited=cited_of(step.sources, "", self.knowledge),
        )

    def _week(self) -> Week | None:
        """Boxes for the days and times that the schedule plans, with the advice that says so."""
        if self.result.outcome != "routine" or not self.result.routine:
            return None
        schedule = self.knowledge.session.schedule
        if schedule is None:  # rules without a schedule
            return Week(self._days(WEEKDAYS), ("",), ())
        rules = (schedule.times_rule, schedule.days_rule)
        said = [message for rule in rules for message in self.result.messages_of("advice") if message.rule == rule]
        times = len(set(schedule.at))  # as many as are usual, which is checked when the rules are read
        rows = tuple(self.say("sheet.row", number=number) for number in range(1, times + 1)) if times > 1 else ("",)
        return Week(self._days(schedule.days), rows, self._all(said))

    def _days(self, days: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.say(f"weekdays.{day}") for day in days)

    # --- advice ------------------------------------------------------------------------------

    def _advice(self, *, urgent: bool) -> tuple[Section, ...]:
        """The advice by topic; what is urgent stands apart."""
        words = self.words
        advice = [
            message
            for message in self.result.messages_of("advice")
            if message.topic in words.advice and (message.topic in words.urgent_advice) == urgent
        ]
        large = self._large(advice) if urgent else []
        return tuple(
            Section(words.advice[topic], tuple(self._said(message, large=message in large) for message in messages))
            for topic, messages in groupby(advice, key=lambda message: message.topic)
        )

    def _large(self, urgent: Sequence[Message]) -> Sequence[Message]:
        """Of the urgent advice on a routine, what names the signs of an emergency; all of it where nothing does.

        That is what rests on the same places as the emergency stops.
        """
        if self.result.outcome != "routine":
            return []
        stops = (compiled.rule for compiled in self.knowledge.rules if compiled.rule.then.stop == "emergency")
        places = {place for rule in stops for place in rule.sources}
        return [message for message in urgent if not places.isdisjoint(message.sources)] or urgent

    def _more(self, asks: Sequence[Message]) -> Section | None:
        topics = self._advice(urgent=False)
        return Section(self.say("result.know"), self._all(asks), topics) if asks or topics else None

    # --- what is not in the routine ----------------------------------------------------------

    def _left_out(self) -> LeftOut | None:
        groups, say, result = excluded_by_reason(self.result), self.say, self.result
        if not groups:
            return None
        stops = [group for group in groups if group.reason.effect == "stop"]
        names = dict.fromkeys(name for group in stops for name in group.names)
        stopped, lead = result.outcome in (*STOPPED, "relief_only"), ""
        if stopped:
            lead = say("result.all_stopped" if result.outcome in STOPPED else "result.others_stopped")
        return LeftOut(
            title=say("result.left_out"),
            reasons=tuple(self._reasons(groups)),
            lead=lead,
            names=say("result.names", names=say.listed(list(names))) if stopped else "",
            further=say("result.further") if stopped and len(groups) > len(stops) else "",
        )

    def _reasons(self, groups: Sequence[Group]) -> Iterator[Reason]:
        marks = {group.reason.rule: _letter(number) for number, group in enumerate(groups)}
        first: dict[str, list[Named]] = {rule: [] for rule in marks}
        for entry in self.result.excluded:
            hit = {reason.rule for reason in entry.reasons}
            main, *more = [rule for rule in marks if rule in hit]
            first[main].append(Named(entry.name, tuple(marks[rule] for rule in more)))
        told: set[str] = set()
        for reason, names in ((group.reason, group.names) for group in groups):
            answers = answers_in_words(reason, self.knowledge)
            yield Reason(
                mark=marks[reason.rule],
                title=reason.title,
                text=f"{reason.text} {reason.unsure}".rstrip(),
                answers=answers,
                told=answers in told,
                names=self.say("result.left_out_names", names=self.say.listed(names)),
                first=tuple(first[reason.rule]),
                cited=cited_of(reason.sources, reason.reading, self.knowledge, draft=not reason.signed),
                stop=reason.effect == "stop",
            )
            told.add(answers)

    def _other(self) -> Section | None:
        left = left_by_reason(self.result).items()
        topics = tuple(Section(text, tuple(Said(name) for name in names)) for text, names in left)
        return Section(self.say("result.other"), topics=topics) if topics else None

    def _signed(self) -> str:
        """How much of what decided is signed. Nothing casts doubt on going to see someone."""
        words, review = self.words, self.result.review
        if self.result.outcome in STOPPED:
            return ""
        share = words.signed_share.format(rules=review.rules, signed=review.signed)
        return share if review.signed else words.none_signed


def _letter(number: int) -> str:
    """A, B ... Z, AA, AB and so on."""
    more, last = divmod(number, len(ascii_uppercase))
    return (_letter(more - 1) if more else "") + ascii_uppercase[last]
