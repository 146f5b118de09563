"""The routine as a calendar (RFC 5545): a series of sessions for each time of the day, and a last entry to look again.

Times are floating, without a zone: a session at 8 is at 8 wherever the person is, and stays there when
the clocks change. A calendar may be seen by others, so headings tell nothing about health: they are
those of rules/session.yaml, one for every session and one for the last entry. The text
inside names the exercises and when to stop, because safety needs it; each entry is marked as private.

What names a series (its UID) is the name that the caller gives and the place of the session in the
day. It is not made from the answers, which could be guessed back from it, and neither from the routine
nor from the date. So a new routine takes the place of the old one instead of standing beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, get_args
from uuid import UUID, uuid5

from recommender.decision.recommendation import Recommendation
from recommender.errors import UsageError
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.session import Schedule, Weekday
from recommender.output.content import document_of
from recommender.output.text import first_words, render_text

__all__ = ["DAYS", "no_calendar", "render_calendar", "render_from_tomorrow", "schedule_of"]

DAYS: tuple[str, ...] = get_args(Weekday)
NAMESPACE = UUID("5b0f6c1e-3f0a-5d0e-9a3f-6c1f0c6a2b54")  # never changes: calendars know the events by it
FIRST_SEQUENCE = datetime(2026, 1, 1, tzinfo=UTC)
LOOK_AGAIN = timedelta(minutes=15)  # room in the calendar for the last entry
DAY = timedelta(days=1)


def schedule_of(knowledge: Knowledge) -> Schedule:
    """How often a routine is done. Raises UsageError for rules that do not say it."""
    if knowledge.session.schedule is None:
        raise UsageError(knowledge.say("calendar.no_schedule"))
    return knowledge.session.schedule


def no_calendar(result: Recommendation, knowledge: Knowledge) -> list[str]:
    """What to say instead of a calendar where nothing is to be planned, in paragraphs; empty where there is a routine.

    What to do now comes first, in the words of the result; beside rest positions the whole result stands first.
    """
    if result.outcome == "routine" and result.routine:
        return []
    words = schedule_of(knowledge).words
    if result.routine:
        return [render_text(result, knowledge, colour=False), words.nothing_to_plan, words.older]
    statements = [said.text for said in document_of(result, knowledge).statements]
    return [*first_words(result), *statements, words.no_calendar, words.older]


def render_calendar(
    result: Recommendation,
    knowledge: Knowledge,
    *,
    starting: date,
    made: datetime,
    times: Sequence[time] = (),
    days: Sequence[str] = (),
    weeks: int | None = None,
    alarm: int | None = 10,
    series: str = "routine",
    before: date | None = None,
) -> str:
    """The calendar as text with the line ends of RFC 5545. The same arguments give the same text.

    The first session is on the first of `days` (names such as "monday") from `starting` on, the last
    one before `weeks` weeks are over; `times` are local times of the day. What is left out comes from
    rules/session.yaml. `made` is the moment of making, with its zone: it is the DTSTAMP, and as
    SEQUENCE it grows with each new file, so that calendars take the update. `alarm` is in minutes
    before each session, None for none. `series` tells the plans of two people in one calendar apart. The plan
    ends `before` a day from which something else suits the person.

    Raises UsageError for a result without a routine, for more than the rules allow, for sessions
    that overlap, for a plan that was over by `made`, and when icalendar is not installed.
    """
    if found := no_calendar(result, knowledge):
        raise UsageError("\n".join(found))
    schedule = schedule_of(knowledge)
    times = sorted(times or map(time.fromisoformat, schedule.at))
    chosen = [day for day in DAYS if day in (days or schedule.days)]
    weeks = schedule.weeks.low if weeks is None else weeks
    _check(result, knowledge, times, weeks, _over(starting, weeks, made.date(), knowledge))
    try:
        first = next(starting + DAY * n for n in range(7) if DAYS[(starting + DAY * n).weekday()] in chosen)
        end = starting + timedelta(weeks=weeks)
        if before is not None and before < end:
            end = before
            if first >= end:
                raise UsageError(knowledge.say("calendar.outrun", day=end, why=schedule.words.outrun))
        count = sum(DAYS[(first + DAY * n).weekday()] in chosen for n in range((end - first).days))
        wanted = [_session(result, schedule, datetime.combine(first, at), chosen, count) for at in times]
    except OverflowError:
        raise UsageError(knowledge.say("calendar.too_far", day=starting)) from None
    text = _description(result, knowledge, end)
    for event in wanted:
        event["description"] = text
    wanted.append(_look_again(schedule, datetime.combine(end, times[0])))
    return _written(wanted, schedule, version=knowledge.version, made=made, alarm=alarm, series=series)


def render_from_tomorrow(result: Recommendation, knowledge: Knowledge) -> str:
    """The calendar with what is usual, beginning tomorrow. Raises UsageError, which says what to do instead."""
    if found := no_calendar(result, knowledge):
        raise UsageError(" ".join(found[-2:]))
    return render_calendar(result, knowledge, starting=date.today() + DAY, made=datetime.now(UTC))


# --- what is asked for ----------------------------------------------------------------------------


def _check(
    result: Recommendation, knowledge: Knowledge, times: Sequence[time], weeks: int, more: Iterable[str]
) -> None:
    """Raise UsageError for what the rules do not allow and for `more` faults, all of it at once."""
    faults = [*_too_often(knowledge, len(times)), *dict.fromkeys(_overlapping(result.seconds, times, knowledge))]
    schedule = schedule_of(knowledge)
    if not 1 <= weeks <= schedule.weeks.high:
        why = _cited(knowledge, schedule.weeks_rule)
        faults.append(knowledge.say("calendar.weeks", weeks=weeks, most=schedule.weeks.high, why=why))
    faults += more
    if faults:
        raise UsageError("\n".join(faults))


def _over(starting: date, weeks: int, today: date, knowledge: Knowledge) -> Iterator[str]:
    """A plan that was over before it was made."""
    with suppress(OverflowError):  # a day that is too far away is named by the caller
        end = starting + timedelta(weeks=weeks)
        if weeks > 0 and end <= today:
            yield knowledge.say("calendar.over", starting=starting, end=end, today=today)


def _too_often(knowledge: Knowledge, count: int) -> Iterator[str]:
    schedule = schedule_of(knowledge)
    if count > schedule.most_times:
        why = _cited(knowledge, schedule.times_rule)
        yield knowledge.say("calendar.too_often", count=count, most=schedule.most_times, why=why)


def _cited(knowledge: Knowledge, id: str) -> str:
    """What a rule says, and where that comes from."""
    compiled = knowledge.rules_by_id[id]
    return knowledge.say("sources.behind", text=compiled.rule.say, places=", ".join((id, *compiled.rule.sources)))


def _overlapping(seconds: int, times: Sequence[time], knowledge: Knowledge) -> Iterator[str]:
    """The pairs of times between which one session does not fit, past midnight too."""
    starts = [at.hour * 3600 + at.minute * 60 for at in times]
    for number, start in enumerate(starts if len(starts) > 1 else ()):
        after = (number + 1) % len(starts)
        if starts[after] == start:
            yield knowledge.say("calendar.twice", time=f"{times[number]:%H:%M}")
        elif (starts[after] - start) % 86400 < seconds:
            both = {"first": f"{times[number]:%H:%M}", "second": f"{times[after]:%H:%M}"}
            yield knowledge.say("calendar.overlap", **both, minutes=-(-seconds // 60))


# --- the entries ------------------------------------------------------------------------------------


def _session(
    result: Recommendation, schedule: Schedule, start: datetime, days: Sequence[str], count: int
) -> dict[str, Any]:
    """One series of sessions. COUNT ends it, so that no series goes on for ever."""
    rule: dict[str, Any] = {"freq": "daily"}
    if len(days) < len(DAYS):
        rule = {"freq": "weekly", "byday": [day[:2].upper() for day in days]}
    return {
        "summary": schedule.words.title,
        "dtstart": start,
        "duration": timedelta(seconds=result.seconds),
        "rrule": {**rule, "count": count},
    }


def _look_again(schedule: Schedule, start: datetime) -> dict[str, Any]:
    """The last entry."""
    words = schedule.words
    return {"summary": words.look_again, "dtstart": start, "duration": LOOK_AGAIN, "description": words.look_again_how}


def _description(result: Recommendation, knowledge: Knowledge, end: date) -> str:
    """The routine in short: whom to see, when to stop, each exercise with its dose, what this is not."""
    document, schedule, say = document_of(result, knowledge), schedule_of(knowledge), knowledge.say
    told = {said.rule: said.text for topic in document.topics for said in topic.said}
    stops = [told[rule] for rule in schedule.stops if rule in told]
    heading = say("text.lead", title=knowledge.outcomes.advice["during_pain"])
    lines = []
    for step in document.exercises:
        lines += [say("calendar.exercise", number=step.number, name=step.name, dose=step.dose)]
        lines += [*step.notes, step.stop_when]
    parts = [
        *document.now,
        *([document.seen.title] if document.seen else []),
        "\n".join([heading, *stops]),
        "\n".join(lines),
        schedule.words.until.format(date=end.isoformat()),
        document.disclaimer,
    ]
    return "\n\n".join(_plain(part) for part in parts)


def _plain(text: str) -> str:
    """Text of one space between words, its lines kept."""
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))


def _written(
    events: Sequence[dict[str, Any]],
    schedule: Schedule,
    *,
    version: str,
    made: datetime,
    alarm: int | None,
    series: str,
) -> str:
    """The events as a calendar."""
    try:
        from icalendar import Alarm, Calendar, Event  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name != "icalendar":
            raise
        raise UsageError("A calendar needs icalendar. Install it with: pip install 'recommender[calendar]'") from None
    stamp = made.astimezone(UTC).replace(microsecond=0)
    shared = {
        "dtstamp": stamp,
        "last-modified": stamp,
        "sequence": max(0, int((stamp - FIRST_SEQUENCE).total_seconds())),
        "categories": [schedule.words.category],
        "class": "PRIVATE",
    }
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//recommender//recommender {version}//{schedule.language.upper()}")
    calendar.add("calscale", "GREGORIAN")
    for number, values in enumerate(events, start=1):
        event = Event()
        name = f"session-{number}" if "rrule" in values else "look-again"
        _add(event, {"uid": str(uuid5(NAMESPACE, f"{series}/{name}")), **values, **shared}, schedule)
        if alarm is not None:
            reminder = Alarm()
            trigger = timedelta(minutes=-alarm)
            _add(reminder, {"action": "DISPLAY", "trigger": trigger, "description": values["summary"]}, schedule)
            event.add_component(reminder)
        calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text


def _add(part: Any, values: dict[str, Any], schedule: Schedule) -> None:
    for key, value in values.items():
        spoken = key in ("summary", "description", "categories")
        part.add(key, value, parameters={"LANGUAGE": schedule.language} if spoken else {})
