"""The calendar: read back by another library, its dates, its names, its lines, and whom it is not made for."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import event, given

from recommender import Recommendation, recommend
from recommender.cli.files import read_profile
from recommender.errors import UsageError
from recommender.knowledge.door import checked
from recommender.knowledge.session import Schedule
from recommender.output.calendar import DAYS, no_calendar, render_calendar
from recommender.output.text import render_text
from recommender.values import plain
from tests.command_line import EXAMPLES
from tests.conftest import examples, person
from tests.strategies import KNOWLEDGE, profiles

MADE = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
SCHEDULE = KNOWLEDGE.session.schedule
assert SCHEDULE is not None
DESK = recommend(read_profile(str(EXAMPLES / "desk-worker.yaml")))


def made(result: Recommendation = DESK, **more: Any) -> str:
    """A calendar that starts on a Monday at 8, unless said otherwise."""
    return render_calendar(result, KNOWLEDGE, **{"starting": MONDAY, "made": MADE, "times": [time(8)], **more})


def events(text: str) -> list[Any]:
    """The entries as another library reads them."""
    return list(vobject.readOne(text).vevent_list)


def sessions(text: str) -> list[datetime]:
    """The starts of all sessions, expanded by another library."""
    return sorted(start for entry in events(text) if hasattr(entry, "rrule") for start in entry.getrruleset())


def said(text: str) -> str:
    """The text inside the first series."""
    return str(events(text)[0].description.value)


# --- dates and times -----------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_bytes() -> None:
    """Nothing is read from a clock and nothing is drawn by chance."""
    assert made() == made()
    assert made() == made(recommend(read_profile(str(EXAMPLES / "desk-worker.yaml"))))


def test_sessions_are_every_day_for_the_weeks_of_the_rules() -> None:
    """Without wishes there is one session a day at the rules' time, for as many weeks as they name, and then an end."""
    starts = sessions(made(times=[]))
    assert SCHEDULE is not None
    at = time.fromisoformat(SCHEDULE.at[0])
    assert starts == [datetime.combine(MONDAY + timedelta(days=n), at) for n in range(7 * SCHEDULE.weeks.low)]


def test_sessions_on_some_days() -> None:
    """Chosen days begin on the first of them, and fill the weeks that were asked for."""
    starts = sessions(made(days=["friday", "wednesday"], weeks=2))
    assert [start.date().isoformat() for start in starts] == ["2026-11-25", "2026-11-27", "2026-12-02", "2026-12-04"]


@pytest.mark.parametrize("start", [date(2027, 3, 22), date(2027, 10, 25), date(2028, 2, 26)])
@pytest.mark.parametrize("days", [(), ("monday", "sunday")])
def test_a_session_at_8_stays_at_8_when_the_clocks_change(start: date, days: tuple[str, ...]) -> None:
    """Times have no zone: on both sides of a change of clocks, and of a leap day, the wall clock shows 8."""
    text = made(starting=start, days=days, weeks=2)
    assert "TZID" not in text
    assert "VTIMEZONE" not in text
    starts = sessions(text)
    assert {at.tzinfo for at in starts} == {None}
    wanted = [start + timedelta(days=n) for n in range(14)]
    wanted = [day for day in wanted if not days or DAYS[day.weekday()] in days]
    assert starts == [datetime.combine(day, time(8)) for day in wanted]
    berlin = [at.replace(tzinfo=ZoneInfo("Europe/Berlin")) for at in starts]
    assert {at.hour for at in berlin} == {8}
    if start.year == 2027:
        assert len({at.utcoffset() for at in berlin}) == 2


def test_the_last_entry_says_to_look_again() -> None:
    """A single entry on the day after the last session, and a date in every session, end the plan."""
    text = made(weeks=3)
    *_, last = events(text)
    assert last.dtstart.value == datetime(2026, 12, 14, 8)
    assert sessions(text)[-1] == datetime(2026, 12, 13, 8)
    assert not hasattr(last, "rrule")
    assert SCHEDULE is not None
    assert last.summary.value == SCHEDULE.words.look_again
    assert last.description.value == SCHEDULE.words.look_again_how
    assert "2026-12-14" in said(text)


def test_an_entry_takes_as_long_as_the_routine() -> None:
    """DURATION is the honest time of the routine, to the second."""
    assert events(made())[0].duration.value == timedelta(seconds=DESK.seconds)
    assert DESK.seconds % 60


@pytest.mark.parametrize(("alarm", "trigger"), [(10, -600), (0, 0), (1440, -86400)])
def test_an_alarm_comes_before_each_session(alarm: int, trigger: int) -> None:
    """Each entry has one reminder, so many minutes before it, with the heading as its text."""
    for entry in events(made(alarm=alarm)):
        assert entry.valarm.trigger.value == timedelta(seconds=trigger)
        assert entry.valarm.action.value == "DISPLAY"
        assert entry.valarm.description.value == entry.summary.value


def test_without_an_alarm_there_is_none() -> None:
    """An alarm that is off leaves no reminder in the file."""
    assert "VALARM" not in made(alarm=None)


# --- the same series -----------------------------------------------------------------------------


def uids(text: str) -> list[str]:
    return [entry.uid.value for entry in events(text)]


def test_a_new_file_changes_the_same_entries() -> None:
    """Whatever changes (day, routine, answers, moment), the entries keep their names, and the newer one counts."""
    later = {"starting": date(2027, 1, 4), "made": MADE + timedelta(days=40, seconds=1), "weeks": 6, "days": ["monday"]}
    other = recommend(read_profile(str(EXAMPLES / "trained.yaml")))
    before, after = made(), made(other, **later)
    assert before != after
    assert uids(before) == uids(after)
    assert len(set(uids(before))) == 2
    for old, new in zip(events(before), events(after), strict=True):
        assert int(new.sequence.value) > int(old.sequence.value)
        assert new.dtstamp.value > old.dtstamp.value
        assert int(new.sequence.value) < 2**31


def test_importing_twice_adds_nothing() -> None:
    """A calendar that keeps entries by their names holds each session once after the second import."""
    kept: dict[str, Any] = {}
    for moment in (MADE, MADE + timedelta(seconds=1)):
        kept |= {entry.uid.value: entry for entry in events(made(made=moment, times=[time(8), time(18)]))}
    assert len(kept) == 3
    assert {entry.dtstamp.value for entry in kept.values()} == {MADE + timedelta(seconds=1)}


def test_two_people_in_one_calendar_have_names_of_their_own() -> None:
    """Another series has other entries; without a name everybody has the same, whatever they answered."""
    assert not set(uids(made(series="Ann"))) & set(uids(made(series="Ben")))
    assert not set(uids(made(series="Ann"))) & set(uids(made()))


def test_the_names_never_change() -> None:
    """Calendars out there know the entries by these names, so that a new version must not change them."""
    assert uids(made(times=[time(8), time(18)])) == [
        "c78d60a6-ad79-5d33-b7dc-c4f21e0782f1",
        "7111f447-ec57-5134-8ea6-2b647a3c2a0e",
        "5243db35-cfa2-57d6-bb96-27ffb1794ca9",
    ]


# --- what it says ----------------------------------------------------------------------------------


@examples(60)
@given(profiles())
def test_only_a_routine_becomes_a_calendar(profile: dict[str, Any]) -> None:
    """Everybody gets either a calendar of exactly their routine, or what to do now instead, first."""
    result = recommend(profile)
    event(result.outcome)
    found = no_calendar(result, KNOWLEDGE)
    if result.outcome != "routine" or not result.routine:
        if result.routine:  # rest positions: the whole result, because its words point to them
            assert found[0] == render_text(result, KNOWLEDGE, colour=False)
        else:
            assert found[0] == f"{result.title}."
            assert found[1 : 1 + len(result.now)] == list(result.now)
            stops = [m.text for m in result.messages_of("stop") if m.topic == result.outcome]
            assert all(any(text in line for line in found) for text in stops)
        with pytest.raises(UsageError, match=f"(?i){result.title}"):
            made(result)
        return
    assert found == []
    text = said(made(result))
    assert text.startswith(KNOWLEDGE.outcomes.show_first) == result.show_to_clinician_first
    for step in result.routine:
        assert f"{step.order}. {step.name}: {step.dose.text}." in text
        assert step.stop_when in text
        assert all(note in text for note in step.notes)
    assert "Stop at once" in text
    assert result.disclaimer in text


def test_when_to_stop_comes_before_the_exercises() -> None:
    """Stopping at once is said first, then what else to do if it hurts, then the exercises, as on the sheet."""
    text = said(made())
    hurts, first = text.index(KNOWLEDGE.outcomes.advice["during_pain"]), text.index(f"1. {DESK.routine[0].name}")
    assert text.index("Stop at once") == hurts + len(KNOWLEDGE.outcomes.advice["during_pain"]) + 2
    assert first > hurts
    assert SCHEDULE is not None
    spoken = {m.rule: m.text for m in DESK.messages_of("advice")}
    stops = [text.index(spoken[rule]) for rule in SCHEDULE.stops if rule in spoken]
    assert len(stops) >= 3
    assert stops == sorted(stops)
    assert max(stops) < first


@examples(60)
@given(profiles())
def test_headings_tell_nothing_about_the_person(profile: dict[str, Any]) -> None:
    """All that a glance at a calendar shows is the same for everybody, and names no part of the body and no pain."""
    result = recommend(profile)
    if no_calendar(result, KNOWLEDGE):
        return
    text = made(result)
    own, usual = events(text), events(made())
    for entry, other in zip(own, usual, strict=True):
        assert entry.summary.value == other.summary.value
        assert entry.categories.value == other.categories.value
        assert entry.valarm.description.value == entry.summary.value
        assert getattr(entry, "class").value == "PRIVATE"
        assert entry.uid.value == other.uid.value
        assert entry.summary.value in ("Exercise session", "Look at the plan again")
        assert entry.categories.value == ["Exercise"]
    assert "ORGANIZER" not in text
    assert "ATTENDEE" not in text


def test_texts_name_their_language() -> None:
    """What is read aloud says in which language it is written."""
    entry = events(made())[0]
    for part in (entry.summary, entry.description, entry.categories, entry.valarm.description):
        assert part.params["LANGUAGE"] == ["en"]


def odd(name: str) -> Recommendation:
    """The desk worker's routine with another name for its first exercise."""
    first = replace(DESK.routine[0], name=name)
    return replace(DESK, routine=(first, *DESK.routine[1:]))


@pytest.mark.parametrize(
    "name",
    ["Übung für den Rücken " * 8, "背中の体操" * 30, "🧘" * 40, 'a;b,c\\n: "x" ' * 9, "é" * 37, "e" + "é" * 73],
)
def test_lines_are_folded_at_75_octets(name: str) -> None:
    """Lines end with CRLF, hold 75 octets at most, are cut between letters, and read as they were written."""
    text = made(odd(name))
    lines = text.encode().split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines)  # no letter is cut in two
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert " ".join(name.split()) in said(text)


def test_a_name_cannot_bring_in_an_entry_of_its_own() -> None:
    """Line ends inside a text become spaces or are escaped, so that no text ends an entry or begins one."""
    text = made(odd("Cat\r\nEND:VEVENT\r\nBEGIN:VEVENT\nX"))
    assert text.count("\r\nBEGIN:VEVENT\r\n") == 2
    assert len(events(text)) == 2


def test_rest_positions_are_for_when_they_are_needed() -> None:
    """A person in acute pain has rest positions, and still nothing to plan; without any it is said otherwise."""
    result = recommend(person(acute_pain="yes"))
    assert result.outcome == "relief_only"
    assert result.routine
    assert SCHEDULE is not None
    assert SCHEDULE.words.nothing_to_plan in no_calendar(result, KNOWLEDGE)
    assert all(f"{step.order}. {step.name}" in no_calendar(result, KNOWLEDGE)[0] for step in result.routine)
    nothing = recommend(person(acute_pain="yes", cannot=list(KNOWLEDGE.table.questions["cannot"].words), equipment=[]))
    assert nothing.routine == ()
    assert SCHEDULE.words.no_calendar in no_calendar(nothing, KNOWLEDGE)


# --- what is not accepted ------------------------------------------------------------------------


def test_more_than_twice_a_day_cites_the_rule() -> None:
    """The error names the most, what the rule says, its id and its sources."""
    with pytest.raises(UsageError) as caught:
        made(times=[time(8), time(12), time(18)])
    text = str(caught.value)
    assert "3 sessions a day: 2 at most are accepted." in text
    assert SCHEDULE is not None
    rule = KNOWLEDGE.rules_by_id[SCHEDULE.times_rule].rule
    assert rule.say in text
    assert rule.id in text
    assert all(source in text for source in rule.sources)


def test_a_time_that_is_given_twice_is_said_once() -> None:
    """The same time twice is named once, with what to do."""
    with pytest.raises(UsageError) as caught:
        made(times=[time(8), time(8)])
    assert str(caught.value).splitlines() == [
        "08:00 is given more than once. Leave one out, or choose another time for it."
    ]


def test_a_plan_that_is_over_is_refused() -> None:
    """A plan with all its days in the past is refused with its days; one that still runs can be made anew."""
    with pytest.raises(UsageError) as caught:
        made(starting=date(1990, 1, 1), weeks=4)
    assert str(caught.value) == (
        "1990-01-01: this plan would have ended on 1990-01-29. "
        "Begin on 2026-11-21 or later, or leave the day out to begin tomorrow."
    )
    assert sessions(made(starting=date(2026, 11, 2), weeks=3))[-1] == datetime(2026, 11, 22, 8)
    with pytest.raises(UsageError, match="would have ended"):
        made(starting=date(2026, 10, 24), weeks=4)


MINUTES = -(-DESK.seconds // 60)


@pytest.mark.parametrize(("first", "second"), [((8, 0), (8, 1)), ((8, 0), (8, MINUTES - 1)), ((23, 55), (0, 5))])
def test_sessions_do_not_overlap(first: tuple[int, int], second: tuple[int, int]) -> None:
    """Two sessions that do not fit one after the other are refused, past midnight too."""
    assert 10 < MINUTES < 60
    with pytest.raises(UsageError, match=f"{MINUTES} minutes, so these two overlap"):
        made(times=[time(*first), time(*second)])
    assert len(sessions(made(times=[time(8), time(8, MINUTES)], weeks=1))) == 14


@pytest.mark.parametrize("weeks", [-1, 0, 13, 10**9])
def test_a_plan_without_a_look_at_it_is_refused(weeks: int) -> None:
    """The weeks have an end that the rules name."""
    with pytest.raises(UsageError, match="1 to 12 are accepted"):
        made(weeks=weeks)


def test_all_faults_are_named_at_once() -> None:
    """Too many sessions, overlapping ones, too many weeks and days that are over are said together."""
    with pytest.raises(UsageError) as caught:
        made(times=[time(8), time(8), time(8, 1)], weeks=99, starting=date(1990, 1, 1))
    assert len(str(caught.value).splitlines()) == 5


def test_a_day_beyond_all_calendars_is_refused() -> None:
    """The last days that can be counted end in a clear error."""
    with pytest.raises(UsageError, match="too far away"):
        made(starting=date.max)


def test_rules_from_before_calendars_make_none() -> None:
    """Rules that do not say how often load, and give a clear error instead of a calendar."""
    old = replace(KNOWLEDGE, session=replace(KNOWLEDGE.session, schedule=None))
    with pytest.raises(UsageError, match="do not say how often"):
        render_calendar(DESK, old, starting=MONDAY, made=MADE)


def test_without_the_library_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing extra is named with the command that installs it."""
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(UsageError, match=r"pip install 'recommender\[calendar\]'"):
        made()


# --- how often, as data --------------------------------------------------------------------------


def test_the_numbers_are_those_of_the_advice() -> None:
    """Once a day is planned and twice is the most, every day, for the month after which the advice looks."""
    assert SCHEDULE is not None
    assert (SCHEDULE.usual_times, SCHEDULE.most_times, SCHEDULE.weeks.low) == (1, 2, 4)
    assert SCHEDULE.days == DAYS
    assert KNOWLEDGE.rules_by_id[SCHEDULE.times_rule].rule.say == "Do your routine once a day. Twice a day is the most."
    assert "every day" in KNOWLEDGE.rules_by_id[SCHEDULE.days_rule].rule.say
    assert "a month" in KNOWLEDGE.rules_by_id[SCHEDULE.weeks_rule].rule.say
    cited = {text.source for text in SCHEDULE.times_a_day}
    assert cited == set(KNOWLEDGE.rules_by_id[SCHEDULE.times_rule].rule.sources)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"times_a_day": [{"source": "a/b", "times": 0}, {"source": "a/c", "times": 2}]}, "starts at 1"),
        ({"times_a_day": []}, "at least 1 item"),
        ({"words": {**plain(SCHEDULE.words), "until": "No end."}}, "needs {date}"),
        ({"at": ["08:00", "18:00"]}, "as many times as are planned"),
        ({"at": ["25:00"]}, "pattern"),
        ({"days": ["monday", "monday"]}, "each day once"),
        ({"days": ["mon"]}, "monday"),
        ({"weeks": 0}, "starts at 1"),
    ],
)
def test_a_schedule_that_fits_no_text_is_not_read(changes: dict[str, Any], found: str) -> None:
    """Numbers that no text allows, and days and times that are none, are faults of the file."""
    assert SCHEDULE is not None
    good = plain(SCHEDULE)
    assert checked(Schedule, good) == SCHEDULE
    with pytest.raises(ValueError, match=found):
        checked(Schedule, {**good, **changes})
