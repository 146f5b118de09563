"""Answers that were saved on an earlier day: weeks count on, and what is old is asked again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import ValidationError

from recommender import Knowledge, ProfileError, recommend
from recommender.cli.ages import ages
from recommender.knowledge.door import checked
from recommender.logic.answer_days import Change, Counted, counted_on, dated, split
from recommender.logic.questions import Question
from recommender.profile.saved_answers import current, quickly
from recommender.review.editor_schemas import schema_texts
from recommender.values import plain
from tests.command_line import one_line, recommender
from tests.conftest import person

TODAY = date(2026, 11, 23)
WEEKS = ("pregnancy_week", "weeks_since_injury", "weeks_since_surgery")
PARENTS: dict[str, dict[str, Any]] = {
    "pregnancy_week": {"pregnant": "yes", "pregnancy_warnings": []},
    "weeks_since_injury": {"recent_injury": "yes", "injury_kind": "other"},
    "weeks_since_surgery": {"conditions": ["back_surgery"]},
}


def ago(days: int) -> date:
    return TODAY - timedelta(days)


def counted(field: str, said: Any, days: int, knowledge: Knowledge) -> Counted:
    return counted_on({field: said}, {field: ago(days)}, TODAY, knowledge.questionnaire)


def saved(days: int | dict[str, int], today: date = TODAY, **changes: Any) -> dict[str, Any]:
    """A profile whose answers are so many days old, all of them or those that are named."""
    profile = person(changes)
    names = [name for name in profile if name != "pain_position"]
    old = dict.fromkeys([*names, *(f"pain_position.{part}" for part in profile["pain_position"])], days)
    each = days if isinstance(days, dict) else old
    return {**profile, "answered_on": {name: str(today - timedelta(many)) for name, many in each.items()}}  # type: ignore[arg-type]


def refused(data: Any, knowledge: Knowledge, file: str = "") -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        current(data, knowledge, TODAY, file=file)
    return caught.value


# --- weeks never stand still ---------------------------------------------------------------------


@pytest.mark.parametrize("field", ["weeks_since_injury", "weeks_since_surgery"])
@pytest.mark.parametrize(
    ("days", "now"), [(0, 5), (1, 5), (6, 5), (7, 6), (8, 6), (13, 6), (14, 7), (15, 7), (69, 14), (70, 15)]
)
def test_weeks_since_count_full_weeks(field: str, days: int, now: int, knowledge: Knowledge) -> None:
    """Where fewer weeks are riskier, a week counts once it is full."""
    assert counted(field, 5, days, knowledge).answers == {field: now}


@pytest.mark.parametrize(
    ("days", "now"), [(0, 20), (1, 21), (6, 21), (7, 21), (8, 22), (13, 22), (14, 22), (15, 23), (70, 30), (71, 31)]
)
def test_weeks_of_pregnancy_count_when_they_begin(days: int, now: int, knowledge: Knowledge) -> None:
    """Where more weeks are riskier, a week counts as soon as it can have begun."""
    assert counted("pregnancy_week", 20, days, knowledge).answers == {"pregnancy_week": now}


@pytest.mark.parametrize(
    ("field", "said", "days", "now"),
    [
        ("weeks_since_injury", 51, 7, 52),
        ("weeks_since_injury", 51, 13, 52),
        ("weeks_since_injury", 52, 6, 52),
        ("pregnancy_week", 41, 7, 42),
        ("pregnancy_week", 42, 0, 42),
    ],
)
def test_the_last_week_still_counts(field: str, said: int, days: int, now: int, knowledge: Knowledge) -> None:
    """Up to its end a number is counted on, and nothing is asked anew for it."""
    found = counted(field, said, days, knowledge)
    assert (found.answers[field], found.ended, found.anew) == (now, (), ())


@pytest.mark.parametrize(
    ("field", "said", "days", "now"),
    [
        ("weeks_since_injury", 51, 14, 53),
        ("weeks_since_injury", 52, 7, 53),
        ("weeks_since_injury", 0, 371, 53),
        ("pregnancy_week", 41, 8, 43),
        ("pregnancy_week", 42, 1, 43),
        ("pregnancy_week", 1, 288, 43),
    ],
)
def test_past_the_end_it_is_asked_anew(field: str, said: int, days: int, now: int, knowledge: Knowledge) -> None:
    """Past 52 weeks an injury, and past 42 a pregnancy, is asked anew with everything that hangs on it."""
    details = {**PARENTS[field], field: said, "hernia": "no"}
    found = counted_on(details, dict.fromkeys(details, ago(days)), TODAY, knowledge.questionnaire)
    assert found.ended == (Change(field, said, now),)
    assert set(found.anew) == set(details) - {"hernia"}
    assert set(found.anew) <= set(found.to_ask)
    assert found.answers[field] == said


@pytest.mark.parametrize(("said", "days", "now"), [(103, 6, 103), (103, 7, 104), (103, 14, 104), (104, 9000, 104)])
def test_an_operation_stays_at_two_years(said: int, days: int, now: int, knowledge: Knowledge) -> None:
    """104 means two years or more, so it stays."""
    found = counted("weeks_since_surgery", said, days, knowledge)
    assert (found.answers["weeks_since_surgery"], found.ended, found.anew) == (now, (), ())


@pytest.mark.parametrize("field", WEEKS)
@pytest.mark.parametrize("days", [0, 7, 42, 43, 4000])
def test_unknown_stays_unknown(field: str, days: int, knowledge: Knowledge) -> None:
    """What was not known is not known later, and has no end."""
    found = counted(field, "unknown", days, knowledge)
    assert (found.answers, found.ended, found.changed) == ({field: "unknown"}, (), ())


@pytest.mark.parametrize("field", WEEKS)
def test_nothing_is_counted_back(field: str, knowledge: Knowledge) -> None:
    """For a day before that of the answer, the answer stands as it was said."""
    assert counted(field, 9, -30, knowledge).answers == {field: 9}


@given(st.sampled_from(WEEKS), st.integers(1, 104), st.integers(0, 1500), st.integers(0, 1500))
def test_time_never_makes_less_of_it(field: str, said: int, days: int, more: int) -> None:
    """A number is never below what was said, never beyond its range, and never less a day later."""
    knowledge = Knowledge.shipped()
    highest = knowledge.table.questions[field].highest
    said = min(said, highest)
    one, later = (counted(field, said, passed, knowledge) for passed in (days, days + more))
    assert said <= one.answers[field] <= highest
    assert later.ended or one.answers[field] <= later.answers[field]
    if one.ended:
        assert later.ended


def test_an_answer_without_a_day_is_taken_as_it_is(knowledge: Knowledge) -> None:
    """Without a day there is nothing to count from, and nothing is called old."""
    answers = {"weeks_since_injury": 3, "pain_now": 2, "hernia": "no"}
    found = counted_on(answers, {}, TODAY, knowledge.questionnaire)
    assert (found.answers, found.to_ask, found.changed) == (answers, (), ())


def test_what_was_counted_on_is_told(knowledge: Knowledge) -> None:
    """Each number that moved is named with what was said and what it is now; those that did not are not."""
    answers = {"weeks_since_injury": 3, "weeks_since_surgery": 104}
    found = counted_on(answers, dict.fromkeys(answers, ago(20)), TODAY, knowledge.questionnaire)
    assert found.changed == (Change("weeks_since_injury", 3, 5),)


def test_the_same_answers_come_out_whole(knowledge: Knowledge) -> None:
    """The weeks that are counted on decide: an injury that was too fresh is healed by its day."""
    fresh = {"recent_injury": "yes", "weeks_since_injury": 3, "injury_kind": "other", "cleared_by_clinician": "yes"}
    then = current(saved({"weeks_since_injury": 0}, **fresh), knowledge, TODAY)
    now = current(saved({"weeks_since_injury": 42}, **fresh), knowledge, TODAY)
    assert (then.profile["weeks_since_injury"], now.profile["weeks_since_injury"]) == (3, 9)
    assert now.answers == current(person(fresh, weeks_since_injury=9), knowledge, TODAY).answers
    assert recommend(now.profile, knowledge=knowledge) == recommend(person(fresh, weeks_since_injury=9))


# --- what is asked again -------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "old"), [(0, False), (1, False), (41, False), (42, False), (43, True), (400, True)])
def test_lasting_answers_are_asked_again_after_six_weeks(days: int, *, old: bool, knowledge: Knowledge) -> None:
    """What does not change from day to day is asked again when it is older than six weeks."""
    lasting = {name for name, question in knowledge.table.questions.items() if not question.today}
    answers = dict.fromkeys(lasting, "unsure")
    found = counted_on(answers, dict.fromkeys(answers, ago(days)), TODAY, knowledge.questionnaire)
    assert set(found.stale) == set(found.to_ask) == (lasting if old else set())
    assert found.older == {}


@pytest.mark.parametrize("days", [0, 1, 2, 50])
def test_daily_answers_are_asked_again_on_another_day(days: int, knowledge: Knowledge) -> None:
    """What changes from day to day is asked again when it is not of today, and is never called stale."""
    daily = {name for name, question in knowledge.table.questions.items() if question.today}
    answers = dict.fromkeys(daily, "unsure")
    found = counted_on(answers, dict.fromkeys(answers, ago(days)), TODAY, knowledge.questionnaire)
    assert found.older == (dict.fromkeys(daily, ago(days)) if days else {})
    assert set(found.to_ask) == (daily if days else set())
    assert found.stale == ()


def test_what_is_asked_again_stands_in_the_order_of_the_questionnaire(knowledge: Knowledge) -> None:
    """Ended, stale and daily answers come in one order, each once."""
    data = saved(60, pregnant="yes", pregnancy_week=40, pregnancy_warnings=[])
    profile, days = split(data, knowledge.table.questions, knowledge.say, TODAY)
    flat = current(person(profile), knowledge, TODAY).answers
    found = counted_on(flat, days, TODAY, knowledge.questionnaire).to_ask
    assert list(found) == [name for name in knowledge.table.questions if name in flat]


def test_the_bounds_stand_in_the_questionnaire(knowledge: Knowledge) -> None:
    """Which numbers count on, and after how long all is asked again, is knowledge."""
    assert knowledge.questionnaire.asked_again_after_weeks == 6
    modes = {name: question.counts_on for name, question in knowledge.table.questions.items() if question.counts_on}
    assert modes == dict(zip(WEEKS, ("ask_anew", "ask_anew", "stay"), strict=True))
    other = replace(knowledge.questionnaire, asked_again_after_weeks=1)
    assert counted_on({"hernia": "no"}, {"hernia": ago(8)}, TODAY, other).stale == ("hernia",)


@pytest.mark.parametrize("change", [{"risk": "none"}, {"today": True}, {"kind": "choice", "answers": {"a": "A"}}])
def test_only_numbers_with_a_risk_count_on(change: dict[str, Any], knowledge: Knowledge) -> None:
    """A question that cannot say which way is safe is refused."""
    values = plain(knowledge.table.questions["weeks_since_injury"]) | change
    with pytest.raises(ValidationError, match="counts_on"):
        checked(Question, values)


# --- the days in a file --------------------------------------------------------------------------


def test_days_are_taken_out_of_a_profile(knowledge: Knowledge) -> None:
    """The profile comes back without its days; positions may have theirs with a dot or below."""
    given = {"age": "2026-11-20", "pain_position.lying": "2026-11-21", "pain_position": {"sitting": date(2026, 11, 22)}}
    profile, days = split({**person(), "answered_on": given}, knowledge.table.questions, knowledge.say, TODAY)
    assert profile == person()
    assert days == {
        "age": date(2026, 11, 20), "pain_position.lying": date(2026, 11, 21), "pain_position.sitting": ago(1),
    }  # fmt: skip
    moment = {"age": datetime(2026, 11, 20, 8, 30)}
    _, days = split({"answered_on": moment}, knowledge.table.questions, knowledge.say, TODAY)
    assert days == {"age": date(2026, 11, 20)}


def test_a_profile_without_days_is_used_as_it_is(knowledge: Knowledge) -> None:
    """It is given back unchanged, and nothing is said about it; an empty entry is the same."""
    data = person()
    assert dated(data, knowledge.table.questions, knowledge.say).profile is data
    for profile in (data, {**data, "answered_on": None}, {**data, "answered_on": {}}):
        found = current(profile, knowledge)
        assert found.profile == data
        assert ages(found.counted, knowledge, TODAY, "me.yaml") == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("age", "2026-11-24", "answered_on.age: 2026-11-24 is a day to come."),
        ("age", "2026-02-30", '"2026-02-30" is no day.'),
        ("age", "20261120", '"20261120" is no day.'),
        ("age", "2026-W47-1", "is no day."),
        ("age", "yesterday", '"yesterday" is no day. Accepted: the day of the answer, such as 2026-11-23.'),
        ("age", 20261120, "is no day."),
        ("age", None, "no day stands here."),
        ("age", ["2026-11-20"], "is no day."),
        ("agee", "2026-11-20", 'answered_on.agee: this is no field of a profile. Did you mean "age"?'),
        ("pain_position", "2026-11-20", "answered_on.pain_position: this is no field of a profile."),
        ("pain_position", {"lyin": "2026-11-20"}, 'Did you mean "pain_position.lying"?'),
        ("\x1b[31m" + "x" * 99, "2026-11-20", "answered_on.?[31mxxx"),
    ],
)
def test_a_day_that_is_none_is_named(field: str, value: Any, words: str, knowledge: Knowledge) -> None:
    """No day, a day to come and an unknown field are faults of the profile."""
    said = str(refused({**person(), "answered_on": {field: value}}, knowledge))
    assert words in said
    assert "\x1b" not in said
    with pytest.raises(ProfileError, match=re.escape(words)):
        split({"answered_on": {field: value}}, knowledge.table.questions, knowledge.say, TODAY)


@pytest.mark.parametrize("value", ["2026-11-20", ["age"], 3, True])
def test_days_must_be_a_mapping(value: Any, knowledge: Knowledge) -> None:
    """One day for all is not guessed at."""
    assert "answered_on: this is no mapping." in str(refused({**person(), "answered_on": value}, knowledge))


def test_a_day_given_twice_is_named(knowledge: Knowledge) -> None:
    """With a dot and below the position: one of the two would be lost."""
    given = {"pain_position.lying": "2026-11-20", "pain_position": {"lying": "2026-11-21"}}
    assert "answered_on.pain_position.lying: a day given in two places." in str(
        refused({**person(), "answered_on": given}, knowledge)
    )


def test_all_faults_come_at_once_with_those_of_the_days(knowledge: Knowledge) -> None:
    """Missing, wrong and ended answers and wrong days stand in one error, the stop before them."""
    data = saved(400, recent_injury="yes", weeks_since_injury=30, injury_kind="other", hernia="maybe", age=12)
    del data["onset"]
    data["answered_on"] |= {"pain_now": "2027-01-01", "colour": "2026-01-01"}
    error = refused(data, knowledge, "me.yaml")
    assert {fault.field for fault in error.faults} == {
        "onset", "hernia", "weeks_since_injury", "answered_on.pain_now", "answered_on.colour",
    }  # fmt: skip
    assert error.forced
    assert str(error).startswith(error.forced[0])
    assert str(error).endswith("recommender ask me.yaml")


def test_what_has_ended_demands_nothing_any_more(knowledge: Knowledge) -> None:
    """Weeks past their end force no stop with what was said; what else is given still does."""
    fresh = {"recent_injury": "yes", "weeks_since_injury": 0, "injury_kind": "other", "cleared_by_clinician": "yes"}
    assert refused(saved(0, **fresh, hernia="maybe"), knowledge).forced
    assert refused(saved(400, **fresh), knowledge).forced == ()
    error = refused(saved(400, **fresh, emergency_signs=["leg_weakness"]), knowledge)
    assert error.forced[0].startswith(knowledge.outcomes.outcomes["emergency"].title)


def test_what_is_counted_on_is_what_forces(knowledge: Knowledge) -> None:
    """With a fault elsewhere, the weeks as they are now say what must be done, and not those of then."""
    fresh = {"recent_injury": "yes", "weeks_since_injury": 3, "injury_kind": "other", "cleared_by_clinician": "yes"}
    assert refused(saved(0, **fresh, hernia="maybe"), knowledge).forced
    assert refused(saved(140, **fresh, hernia="maybe"), knowledge).forced == ()


def test_the_error_says_how_to_answer_only_what_is_asked(knowledge: Knowledge) -> None:
    """For a file it names the command; a name with a blank can be copied; without a file nothing is promised."""
    data = person()
    del data["onset"]
    assert str(refused(data, knowledge, "me.yaml")).endswith("\nTo answer only this: recommender ask me.yaml")
    assert "recommender ask" not in str(refused(data, knowledge))
    del data["pain_course"]
    said = str(refused(data, knowledge, "my answers.yaml"))
    assert said.endswith("\nTo answer only these: recommender ask 'my answers.yaml'")
    assert "recommender ask" not in str(refused(person(hernia="maybe"), knowledge, "me.yaml"))


@given(st.integers(0, 80), st.booleans())
def test_the_quick_way_gives_the_same(days: int, pregnant: bool) -> None:
    """A profile without a fault is read in one pass, with the same answers as after the full check."""
    knowledge = Knowledge.shipped()
    data = saved(days, pregnant="yes", pregnancy_week=20, pregnancy_warnings=[]) if pregnant else saved(days)
    quick = quickly(data, knowledge, TODAY)
    assert quick is not None
    whole = current({**data, "goal": None}, knowledge, TODAY)  # no fault, and still not read the quick way
    assert (whole.answers, whole.counted) == (quick.answers, quick.counted)


def test_a_plain_mapping_has_no_days() -> None:
    """What is given to `recommend` is of today; its error names the way for saved answers."""
    with pytest.raises(ProfileError, match=r"answered_on: .* recommender\.profile\.saved_answers\.current"):
        recommend(saved(1))


def test_days_stand_in_the_schema_of_a_profile(knowledge: Knowledge) -> None:
    """Editors know them, in both forms, and mark what is no day."""
    schema = Draft7Validator(json.loads(schema_texts(knowledge)["profile.json"]))
    days = {"age": "2026-11-20", "pain_position.lying": "2026-11-20", "pain_position": {"sitting": "2026-11-20"}}
    assert list(schema.iter_errors({**person(), "answered_on": days})) == []
    for wrong in ({"age": "soon"}, {"colour": "2026-11-20"}):
        assert list(schema.iter_errors({**person(), "answered_on": wrong}))


# --- what the commands say -----------------------------------------------------------------------


def told(data: dict[str, Any], knowledge: Knowledge, file: str = "me.yaml") -> list[str]:
    return ages(current(data, knowledge, TODAY).counted, knowledge, TODAY, file)


def test_the_age_of_daily_answers_is_told(knowledge: Knowledge) -> None:
    """One line names the answers and their age; those of today are not named."""
    assert told(saved(0), knowledge) == []
    again = "To answer them again: recommender ask me.yaml"
    one = "This answer is from yesterday and may have changed: pain now."
    assert told(saved({"pain_now": 1}), knowledge) == [one, again]
    two = "These answers are from 3 days ago and may have changed: pain now, acute pain."
    assert told(saved({"pain_now": 3, "acute_pain": 3}), knowledge) == [two, again]
    mixed = "These answers are from 1 to 3 days ago and may have changed: pain now, acute pain."
    assert told(saved({"pain_now": 3, "acute_pain": 1, "leg_symptoms": 0}), knowledge) == [mixed, again]
    assert told(saved({"pain_now": 1}), knowledge, "-") == [one]


def test_stale_answers_are_told(knowledge: Knowledge) -> None:
    """A line names those that are over six weeks old."""
    assert told(saved({"hernia": 42}), knowledge) == []
    lines = told(saved({"hernia": 43, "age": 50}), knowledge)
    assert lines[0] == "These answers are over 6 weeks old and should be given again: your age, disc hernia."


COMMANDS = {
    "recommend": (["recommend"], []),
    "recommend as JSON": (["recommend", "--format", "json"], []),
    "recommend as HTML": (["recommend", "--format", "html"], []),
    "why": (["why", "boat"], []),
    "what-if": (["what-if"], ["age=50"]),
    "follow": (["follow", "--no-log"], []),
    "next": (["next", "log.jsonl"], []),
}


def call(command: str, file: str, folder: Path) -> Any:
    before, after = COMMANDS[command]
    (folder / "log.jsonl").write_text("", encoding="utf-8")
    return recommender(*before, file, *after, folder=folder)


def _without_days(text: str) -> str:
    return json.dumps({name: value for name, value in json.loads(text).items() if name != "answered_on"})


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_every_command_counts_on_and_tells(command: str, form: str, tmp_path: Path) -> None:
    """The result is that of today's weeks, and standard error names what was counted on and what is old."""
    injured = {"recent_injury": "yes", "weeks_since_injury": 3, "injury_kind": "other", "cleared_by_clinician": "yes"}
    old = saved({"weeks_since_injury": 42, "pain_now": 3, "hernia": 50}, date.today(), **injured)
    now = person(injured, weeks_since_injury=9)
    write = json.dumps if form == "json" else yaml.safe_dump
    (tmp_path / "old").write_text(write(old), encoding="utf-8")
    (tmp_path / "now").write_text(write(now), encoding="utf-8")
    one, other = (call(command, file, tmp_path) for file in ("old", "now"))
    assert (one.code, other.code) == (0, 0)
    if command == "recommend as JSON":  # which keeps the day and the answers that it counted from
        one, other = (replace(done, out=_without_days(done.out)) for done in (one, other))
    assert one.out == other.out
    said = one.err.splitlines()
    for line in (
        "Counted on from the day of the answer: weeks since the injury 3, now 9.",
        "This answer is from 3 days ago and may have changed: pain now.",
        "This answer is over 6 weeks old and should be given again: disc hernia.",
        "To answer them again: recommender ask old",
    ):
        assert said.count(line) == 1
    assert "ago" not in other.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_what_has_ended(command: str, tmp_path: Path) -> None:
    """Past the end there is no result: what the answers demand stands first, then the weeks and the command."""
    gone = {"recent_injury": "yes", "weeks_since_injury": 40, "injury_kind": "other"}
    (tmp_path / "me.yaml").write_text(yaml.safe_dump(saved(100, date.today(), **gone)), encoding="utf-8")
    done = call(command, "me.yaml", tmp_path)
    assert (done.code, done.out) == (1, "")
    day = date.today() - timedelta(100)
    said = f"weeks_since_injury: 40 was the answer of {day.day} {day:%B %Y}. By now it would be 54, which is past 52."
    assert said in one_line(done.err)
    assert done.err.endswith("To answer only this: recommender ask me.yaml\n")
    signs = saved(100, date.today(), **gone, emergency_signs=["leg_weakness"])
    (tmp_path / "me.yaml").write_text(yaml.safe_dump(signs), encoding="utf-8")
    done = call(command, "me.yaml", tmp_path)
    assert done.err.startswith("Get emergency care now.")
    assert done.err.endswith("To answer only this: recommender ask me.yaml\n")


def test_what_to_do_now_stands_before_the_age_of_answers(tmp_path: Path) -> None:
    """In an emergency the age of the answers is told last."""
    data = saved({"pain_now": 3}, date.today(), emergency_signs=["leg_weakness"])
    (tmp_path / "me.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    done = recommender("recommend", "me.yaml", "-o", "x.txt", folder=tmp_path)
    assert done.code == 3
    assert done.err.startswith("Get emergency care now.")
    assert "from 3 days ago" in done.err
    assert "3 days ago" not in (tmp_path / "x.txt").read_text(encoding="utf-8")
    wrong = recommender("recommend", "me.yaml", "--colour", folder=tmp_path)
    assert wrong.err.startswith("Get emergency care now.")


def test_a_wrong_clock_is_named(tmp_path: Path) -> None:
    """A day to come is refused, with today's date as this computer has it."""
    (tmp_path / "me.yaml").write_text(yaml.safe_dump(saved(-3, date.today())), encoding="utf-8")
    done = recommender("recommend", "me.yaml", folder=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert f"is a day to come. Look at the date of this computer, which is {date.today()}" in done.err


def test_the_next_session_counts_to_its_own_day(tmp_path: Path) -> None:
    """`next --on` asks for a day; weeks are counted on to that one."""
    injured = {"recent_injury": "yes", "weeks_since_injury": 3, "injury_kind": "other", "cleared_by_clinician": "yes"}
    (tmp_path / "me.yaml").write_text(yaml.safe_dump(saved(0, date.today(), **injured)), encoding="utf-8")
    (tmp_path / "log.jsonl").write_text("", encoding="utf-8")
    later = date.today() + timedelta(14)
    done = recommender("next", "log.jsonl", "me.yaml", "--on", str(later), folder=tmp_path)
    assert "weeks since the injury 3, now 5" in done.err
    assert "weeks since the injury" not in recommender("next", "log.jsonl", "me.yaml", folder=tmp_path).err
