"""The rules of progress: what loading refuses, and how a log moves the doses of a routine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge, KnowledgeError, recommend
from recommender.decision.recommendation import Recommendation
from recommender.errors import UsageError
from recommender.kept.result import verified_result
from recommender.knowledge.files import shipped_folder
from recommender.progression.adapt import adapt
from recommender.progression.limits import Most, most
from recommender.progression.log import Done, Entry
from recommender.progression.result import Adapted
from recommender.review.readability import sentences, words
from tests.altered import altered, altered_texts
from tests.command_line import recommender
from tests.conftest import person
from tests.progression.test_log import MORNING, next_day, session

STEPS = "rules/progress/steps.yaml"
STOPS = "rules/progress/stop-and-rest.yaml"
DOSE = "rules/progress/less-and-more.yaml"
REGULAR = {"level": "regular", "minutes": 40, "goal": "relieve"}


def done(routine: Recommendation, **finished: str) -> tuple[Done, ...]:
    """What was done of a routine: all of it, but for the exercises that are named with `_` for `-`."""
    how: dict[str, Any] = {id.replace("_", "-"): word for id, word in finished.items()}
    return tuple(
        Done(
            exercise=step.exercise,
            sets=step.dose.sets,
            reps=step.dose.reps,
            hold=step.dose.hold,
            finished=how.get(step.exercise, "all"),
        )
        for step in routine.routine
    )


def on(day: int) -> date:
    """So many days after the first session."""
    return (MORNING + timedelta(days=day)).date()


def after(log: Sequence[Entry], day: int = 9, knowledge: Knowledge | None = None, **answers: Any) -> Adapted:
    """What `adapt` makes of a log so many days after its first session."""
    return adapt(log, person({**REGULAR, **answers}), knowledge=knowledge, today=on(day))


def good(days: Sequence[int], routine: Recommendation, **finished: str) -> list[Entry]:
    """Sessions on these days with the whole dose, each followed by a good day."""
    return [entry for day in days for entry in (session(day, done=done(routine, **finished)), next_day(day + 1))]


@pytest.fixture(scope="module")
def fresh() -> Recommendation:
    """Give the fresh routine of a person who trains regularly."""
    return recommend(person(REGULAR))


def doses(result: Adapted | Recommendation) -> dict[str, tuple[int, int, int]]:
    """Sets, repetitions and hold of every step."""
    routine = result.recommendation if isinstance(result, Adapted) else result
    assert routine is not None
    return {step.exercise: (step.dose.sets, step.dose.reps, step.dose.hold) for step in routine.routine}


# --- steps up ---------------------------------------------------------------------------------


def test_an_empty_log_gives_the_fresh_routine(fresh: Recommendation) -> None:
    """Without a session there is nothing to adapt to."""
    result = after([])
    assert result.recommendation == replace(fresh, adapted_on=on(9).isoformat())
    assert not result.changes
    assert "no session yet" in result.title


def test_two_good_sessions_raise_one_variable_of_one_exercise(fresh: Recommendation) -> None:
    """Better or equal with the whole dose twice: one step, with its rule, its reason and its source."""
    assert not after(good([0], fresh)).changes
    result = after(good([0, 2], fresh))
    (change,) = result.changes
    assert change.new
    assert change.reason.rule == "log-two-good-sessions"
    assert change.reason.sources
    before, now = doses(fresh), doses(result)
    different = [id for id in now if now[id] != before.get(id)]
    assert different == [change.exercise]
    if change.variable != "level":
        pairs = zip(before[change.exercise], now[change.exercise], strict=True)
        assert sum(old != new for old, new in pairs) == 1


def test_steps_go_on_session_by_session_and_end_within_the_limits(knowledge: Knowledge) -> None:
    """Good sessions raise one exercise after the other, up to the texts and the time, and no further."""
    log: list[Entry] = []
    result = after([])
    for day in range(0, 160, 2):
        assert result.recommendation is not None
        log += good([day], result.recommendation)
        result = after(log, day + 2)
    assert result.recommendation is not None
    assert not [change for change in result.changes if change.new]
    assert len(result.changes) >= 3
    assert result.recommendation.seconds <= 40 * 60
    for step in result.recommendation.routine:
        exercise = knowledge.exercise(step.exercise)
        assert exercise is not None
        top = most(exercise, knowledge)
        assert (step.dose.sets, step.dose.reps, step.dose.hold) <= (top.sets, top.reps, top.hold)
    verified_result(result.recommendation.model_dump(mode="json"), knowledge)


@pytest.mark.parametrize(
    "second",
    [
        {"pain_after": 3},  # more than the 2 before it
        {"stopped": True},
        {"pain_before": 5, "pain_after": 4, "pain_lasted_minutes": 0},
    ],
)
def test_a_session_that_was_not_good_raises_nothing(fresh: Recommendation, second: dict[str, Any]) -> None:
    """More pain, an early end or pain above mild: no step up."""
    result = after([*good([0], fresh), session(2, done=done(fresh), **second), next_day(3)])
    assert result.verdict == "routine"
    assert not any(change.new and change.reason.rule == "log-two-good-sessions" for change in result.changes)


def test_leg_symptoms_that_the_profile_knows_of_hinder_no_step() -> None:
    """As before means as the profile says, so that the session was a good one; the low dose stays low."""
    routine = recommend(person({**REGULAR, "leg_symptoms": "pain"}))
    log = [session(0, done=done(routine), leg_symptoms="as_before"), next_day(1, leg_symptoms="as_before")]
    assert after(log, leg_symptoms="pain").verdict == "routine"
    assert after(log, leg_symptoms="none").verdict == "stop"


def test_no_step_up_without_word_of_the_next_day(fresh: Recommendation) -> None:
    """What is not known is never read as good, and word of the same day is not word of the next."""
    log = [*good([0], fresh), session(2, done=done(fresh))]
    for entries in (log, [*log, next_day(2, at=log[-1].at + timedelta(hours=3))]):
        result = after(entries)
        assert not result.changes
        assert [message.rule for message in result.messages] == ["log-next-day-unknown"]
    assert after([*log, next_day(3)]).changes


def test_two_sessions_on_one_day_count_once(fresh: Recommendation) -> None:
    """Twice means on two days."""
    twice = [session(0, done=done(fresh)), session(0, at=MORNING + timedelta(hours=8), done=done(fresh)), next_day(1)]
    assert not after(twice).changes
    assert after([*twice, *good([2], fresh)]).changes


def test_less_than_the_whole_dose_does_not_count(fresh: Recommendation) -> None:
    """An exercise that was done in part, or with less than was given, does not go up; the others do."""
    raised = after(good([0, 2], fresh)).changes[0].exercise
    for step in fresh.routine:
        assert step.dose.sets >= 1
    parts = good([0, 2], fresh, **{raised.replace("-", "_"): "part"})
    assert raised not in [change.exercise for change in after(parts).changes]
    less = tuple(replace(one, reps=0) for one in done(fresh))
    weak = [session(0, done=less), next_day(1), session(2, done=less), next_day(3)]
    assert not after(weak).changes


def test_a_step_that_does_not_fit_into_the_time_is_said() -> None:
    """A fresh session leaves room to grow. Once the time is full, the dose stays, and the person reads why."""
    sitting = {"lying": "eased", "standing": "same", "sitting": "worse"}
    answers = {"level": "beginner", "minutes": 15, "pain_position": sitting}
    routine = recommend(person({**REGULAR, **answers}))
    assert routine.seconds <= 0.85 * 900
    log: list[Entry] = []
    for day in range(0, 40, 4):
        log += good([day, day + 2], routine)
        result = after(log, day + 4, **answers)
        assert result.recommendation is not None
        assert result.recommendation.seconds <= 900
        full = any("does not fit into your time" in note for note in result.notes)
        assert not (full and day == 0)
        if full:
            break
        assert result.changes
        routine = result.recommendation
    assert full
    assert result.recommendation.seconds > 0.9 * 900


def test_a_dose_that_is_low_for_health_stays_low_and_says_so() -> None:
    """At 65 the dose stays at the low end however good the sessions are; a beginner's may grow."""
    old = recommend(person({**REGULAR, "age": 65}))
    result = after(good([0, 2, 4], old), age=65)
    assert not result.changes
    assert doses(result) == doses(old)
    assert any("kept low for your health" in note for note in result.notes)
    new = recommend(person({**REGULAR, "level": "beginner"}))
    assert after(good([0, 2, 4], new), level="beginner").changes


def test_the_level_rises_only_to_what_is_allowed_for_this_person() -> None:
    """A harder exercise takes the place of another only if no rule leaves it out."""
    log: list[Entry] = []
    answers = {"level": "beginner"}
    result = after([], **answers)
    levels = []
    for day in range(0, 60, 2):
        assert result.recommendation is not None
        log += good([day], result.recommendation)
        result = after(log, day + 2, **answers)
        levels += [change for change in result.changes if change.variable == "level" and change.new]
    excluded = {entry.exercise for entry in recommend(person({**REGULAR, **answers})).excluded}
    assert levels
    assert not {change.exercise for change in levels} & excluded
    assert {change.before for change in levels}.isdisjoint(doses(result))


def test_pelvic_tilts_grow_to_thirty_but_not_at_the_low_end(knowledge: Knowledge) -> None:
    """The one exercise that a text lets grow further does so, and not for those whose dose is limited."""
    tilt = knowledge.exercise("pelvic-tilt-rock")
    assert tilt is not None
    assert most(tilt, knowledge) == Most(sets=1, reps=30, hold=10)
    assert most(tilt, knowledge, low_end=True).reps == 10
    for level, reps in (("regular", 30), ("beginner", 10)):
        answers = {"level": level, "minutes": 60}
        log: list[Entry] = []
        result = after([], **answers)
        if "pelvic-tilt-rock" not in doses(result):
            answers["pain_position"] = {"lying": "eased", "standing": "same", "sitting": "worse"}
            result = after([], **answers)
        for day in range(0, 400, 2):
            assert result.recommendation is not None
            log += good([day], result.recommendation)
            result = after(log, day + 2, **answers)
            if doses(result)["pelvic-tilt-rock"][1] == reps:
                break
        assert doses(result)["pelvic-tilt-rock"][1] == reps


# --- steps down, days off, stops ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "day", "rule"),
    [
        ({"pain_after": 4, "pain_lasted_minutes": 15}, {}, "log-amber-pain"),
        ({"pain_before": 5, "pain_after": 5, "pain_lasted_minutes": 0}, {}, "log-amber-pain"),
        ({}, {"back": "worse"}, "log-worse-next-day"),
        ({}, {"back": "unsure"}, "log-worse-next-day"),
        ({"stopped": True}, {}, "log-session-ended-by-pain"),
    ],
)
def test_a_bad_session_takes_everything_down_a_step(
    fresh: Recommendation, bad: dict[str, Any], day: dict[str, Any], rule: str
) -> None:
    """Pain of 4 or 5, a worse next day, or a session that pain ended: down a step, with the reason."""
    result = after([session(0, done=done(fresh), **bad), next_day(1, **day)])
    assert result.changes
    assert {change.reason.rule for change in result.changes} == {rule}
    now, before = doses(result), doses(fresh)
    assert list(now) == list(before)
    assert all(sum(now[id]) <= sum(before[id]) for id in now)
    assert now != before


def test_an_exercise_that_hurt_goes_down_alone(fresh: Recommendation) -> None:
    """Pain in one exercise takes that one down, and no other."""
    down = after([session(0, done=done(fresh), stopped=True), next_day(1)]).changes[0].exercise
    result = after(good([0], fresh, **{down.replace("-", "_"): "pain"}))
    assert [change.exercise for change in result.changes] == [down]


def test_at_the_lowest_dose_nothing_goes_further_down(fresh: Recommendation) -> None:
    """Down ends at the smallest number of the texts, and the person is told."""
    bad = [session(day, done=done(fresh), pain_after=4, pain_lasted_minutes=0) for day in range(60)]
    result = after(bad, 60)
    assert not [change for change in result.changes if change.new]
    assert any("As low as the texts go" in note for note in result.notes)
    assert all(min(dose[:2]) >= 1 for dose in doses(result).values())


@pytest.mark.parametrize("minutes", [16, None])
def test_pain_that_does_not_settle_gets_a_day_off(fresh: Recommendation, minutes: int | None) -> None:
    """Over 15 minutes, or nobody knows how long: no routine that day and the next, then a smaller one."""
    log = [session(0, done=done(fresh), pain_after=5, pain_lasted_minutes=minutes)]
    for day in (0, 1):
        result = after(log, day)
        assert (result.verdict, result.recommendation) == ("day_off", None)
        assert "log-pain-not-settling" in [message.rule for message in result.messages]
    assert after(log, 2).changes


def test_two_worse_days_in_a_row_get_a_day_off(fresh: Recommendation) -> None:
    """One worse day means a step down; the second one a day off; a day without word between ends no row."""
    worse = [session(0, done=done(fresh)), next_day(1, back="worse")]
    assert after(worse, 1).verdict == "routine"
    again = [session(2, done=done(fresh)), next_day(3, back="worse")]
    assert after([*worse, *again], 3).verdict == "day_off"
    silent = [session(1, at=MORNING + timedelta(days=1, hours=5), done=done(fresh))]
    assert after([*worse, *silent, *again], 3).verdict == "day_off"
    assert after([*worse, *good([1.5], fresh), *again], 3).verdict == "routine"  # type: ignore[list-item]


@pytest.mark.parametrize(
    "entries",
    [
        lambda d: [session(0, done=d, leg_symptoms="new")],
        lambda d: [session(0, done=d, leg_symptoms="unsure")],
        lambda d: [session(0, done=d), next_day(1, leg_symptoms="new")],
        lambda d: [session(0, done=d, leg_symptoms="as_before")],  # and the profile says that there are none
        lambda d: [session(0, done=d, pain_after=6, pain_lasted_minutes=0)],
        lambda d: [session(0, leg_symptoms="new"), session(0, at=MORNING + timedelta(hours=9), done=d)],
        lambda d: [session(0, done=d, leg_symptoms="new"), next_day(1), next_day(2)],
    ],
)
def test_new_leg_symptoms_and_severe_pain_stop(fresh: Recommendation, entries: Any) -> None:
    """No routine, however long ago, until there was a session with new answers; and it says how to go on."""
    log = entries(done(fresh))
    for day in (1, 30):
        result = after(log, day)
        assert (result.verdict, result.recommendation, result.changes) == ("stop", None, ())
        assert result.messages
        assert all(message.sources or message.reading == "project" for message in result.messages)
        assert "answer the questions anew" in " ".join(result.notes)
    later = [*log, *good([3], fresh)]
    assert after(later, 5).verdict == "routine"


def test_a_stop_of_the_profile_stands_first(fresh: Recommendation) -> None:
    """Whoever has to see someone now gets that result, whatever the log says."""
    result = after(good([0, 2], fresh), emergency_signs=["saddle_numbness"])
    assert result.recommendation is not None
    assert result.recommendation.outcome == "emergency"
    assert not result.changes


@pytest.mark.parametrize(("days", "rule"), [(14, None), (15, "log-long-break"), (90, "log-long-break")])
def test_after_a_long_break_the_doses_start_again(fresh: Recommendation, days: int, rule: str | None) -> None:
    """Up to 14 days the step up stays; from 15 on the fresh dose is given, and the reason is said."""
    log = good([0, 2], fresh)
    result = after(log, 2 + days)
    assert (doses(result) == doses(fresh)) is (rule is not None)
    told = {message.rule for message in result.messages} | {change.reason.rule for change in result.changes}
    assert ("log-long-break" in told) is (rule is not None)


def test_a_break_ends_a_row_of_good_days(fresh: Recommendation) -> None:
    """The first good session after it is the first of a row; one in which nothing was done is no session."""
    assert not any(change.new for change in after(good([0, 20], fresh), 22).changes)
    assert any(change.new for change in after(good([0, 20, 22], fresh), 24).changes)
    nothing = tuple(replace(one, reps=0, finished="skipped") for one in done(fresh))
    assert doses(after([*good([0, 2], fresh), session(12, done=nothing), next_day(13)], 18)) == doses(fresh)


def test_after_a_break_a_low_dose_stays_low(fresh: Recommendation) -> None:
    """Starting again is never a step up: what went down stays down."""
    bad = [session(0, done=done(fresh), pain_after=4, pain_lasted_minutes=0), next_day(1)]
    assert doses(after(bad, 40)) == doses(after(bad, 2))
    assert doses(after(bad, 40)) != doses(fresh)


@pytest.mark.parametrize(("days", "verdict"), [(90, "routine"), (91, "stop"), (5000, "stop")])
def test_after_very_long_the_questions_are_answered_anew(fresh: Recommendation, days: int, verdict: str) -> None:
    """More than 90 days: no routine from old answers."""
    assert after(good([0], fresh), days).verdict == verdict


def test_an_emergency_sign_comes_before_a_milder_stop_of_the_profile(fresh: Recommendation) -> None:
    """Emergency care stands first, also for whoever has to see a clinician."""
    log = [session(0, done=done(fresh), signs=("unsure",)), *good([1, 2], fresh)]
    result = after(log, 4, medical_signs=["weight_loss"])
    assert (result.verdict, result.title) == ("stop", "Get emergency care now")
    assert result.messages[0].rule == "log-emergency-signs"


def test_the_advice_that_a_session_looks_for_exists(knowledge: Knowledge) -> None:
    """Each rule that is looked for by its name is one that gives advice on pain."""
    assert knowledge.progress is not None
    named = knowledge.progress.steps.in_session
    for id in (named.at_once, named.second, named.unsettled):
        compiled = knowledge.rule(id)
        assert compiled is not None
        assert compiled.rule.then.advise == "during_pain"


# --- what no longer fits -------------------------------------------------------------------------


def test_an_exercise_that_is_gone_is_named(fresh: Recommendation) -> None:
    """A log from other rules is history; what the catalogue no longer has is named, not lost."""
    old = Done(exercise="an-old-exercise", sets=1, reps=5, hold=0, finished="all")
    result = after([session(0, knowledge="other", done=(*done(fresh), old)), next_day(1)])
    assert any("an-old-exercise" in note for note in result.notes)


def test_an_exercise_that_is_left_out_now_is_named(fresh: Recommendation, knowledge: Knowledge) -> None:
    """When the answers change, what the rules leave out stays out and is named."""
    worse = {"conditions": ["osteoporosis"], "cleared_by_clinician": "yes"}
    excluded = {entry.exercise for entry in recommend(person({**REGULAR, **worse})).excluded}
    gone = next(id for id in knowledge.numbers if id in excluded)
    one = Done(exercise=gone, sets=1, reps=5, hold=0, finished="all")
    result = after([session(0, done=(*done(fresh), one)), next_day(1)], **worse)
    name = knowledge.exercises[knowledge.numbers[gone]].name
    assert any(name in note and "leave" in note for note in result.notes)
    assert gone not in doses(result)


# --- the rules as files ----------------------------------------------------------------------------


def test_no_rules_of_progress_means_a_clear_error() -> None:
    """Knowledge without rules/progress/ still recommends; adapting says what is missing."""
    texts = altered_texts(remove=[STEPS, STOPS, DOSE])
    contents = texts["rules/contents.yaml"]
    texts["rules/contents.yaml"] = contents[: contents.index(b"  progress/less-and-more.yaml")]
    ledgers = {name: raw for name, raw in texts.items() if name.startswith("rules/sources/")}
    texts |= {name: re.sub(rb",\s+log-[a-z-]+", b"", raw) for name, raw in ledgers.items()}
    bare = Knowledge.of_texts(texts, shipped_folder())
    assert bare.progress is None
    with pytest.raises(UsageError, match="rules/progress/ is missing"):
        after([], knowledge=bare)


FAULTS = {
    "a worse session would raise": (
        DOSE,
        "    when: {pain_after: at least 4}",
        "    when: {pain_after: 4 to 5}",
        "worse",
    ),
    "an unknown fact": (DOSE, "    when: {stopped: yes}", "    when: {stoped: yes}", '"stoped" is no field'),
    "an unknown word": (DOSE, "    when: {stopped: yes}", "    when: {stopped: maybe}", '"maybe" is no answer'),
    "an example that fails": (
        DOSE,
        "      - {pain_after: 3}\n      - {pain_after: 0}",
        "      - {pain_after: 4}",
        "holds for",
    ),
    "an example of no fact": (DOSE, "      - {pain_rise: 0}", "      - {pain_rises: 0}", '"pain_rises" is no fact'),
    "an unknown source": (DOSE, "[guideline/pain-monitoring, ilive-2025/pain]", "[guideline/nobody]", "is no place"),
    "an unknown exercise": (STEPS, "exercise: pelvic-tilt-rock", "exercise: pelvic-tilt-rok", "is no exercise"),
    "an unknown limit": (STEPS, "[low-end-beginner]", "[low-end-beginer]", "is no rule for a low dose"),
    "days without a day off": (DOSE, "then: {do: step_up}", "then: {do: step_up, days: 2}", "`days` belongs"),
    "a fact is missing": (STEPS, "field: pain_rise", "field: pain_risen", "names each of these once"),
    "a lost rule": ("rules/contents.yaml", "    - log-amber-pain\n", "", "is not in rules/contents.yaml"),
    "a rule twice": (DOSE, "- id: log-amber-pain", "- id: log-new-leg-symptoms", "stands in"),
    "up without a look": (DOSE, "        - dose_done: whole\n", "", "without a look at how it went"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_damaged_rule_of_progress_is_refused(name: str) -> None:
    """Whatever does not hold together is refused when the rules are loaded."""
    file, old, new, found = FAULTS[name]
    with pytest.raises(KnowledgeError) as caught:
        altered({file: [(old, new)]})
    assert found in str(caught.value)


def test_a_clinician_can_change_every_number(fresh: Recommendation) -> None:
    """Three sessions instead of two, and steps of one repetition: the file says it and it is so."""
    own = altered({DOSE: [("    in_a_row: 2", "    in_a_row: 3")]})
    routine = recommend(person(REGULAR), knowledge=own)
    assert not after(good([0, 2], routine), knowledge=own).changes
    assert after(good([0, 2, 4], routine), knowledge=own).changes


OWN = """topic: Own rules of progress
rules:
  - id: own-pain-of-three
    title: Pain of 3 after a session means a step down here
    when: {pain_after: at least 3}
    then: {do: step_down}
    say: Your pain was 3 or more, so you do a little less.
    because: A test.
    reading: project
    fires_for: [{pain_after: 3}]
    silent_for: [{pain_after: 2}]
"""


def test_a_clinic_adds_its_own_rules_of_progress(tmp_path: Path, fresh: Recommendation) -> None:
    """A clinic's folder may make progress stricter; a rule that its file does not list is refused."""
    (tmp_path / "rules/progress").mkdir(parents=True)
    (tmp_path / "rules/progress/own.yaml").write_text(OWN)
    head = "topic: Own rules\nname: Test Clinic\n"
    (tmp_path / "overlay.yaml").write_text(head)
    with pytest.raises(KnowledgeError, match=r"is not in overlay\.yaml"):
        Knowledge.load(tmp_path)
    (tmp_path / "overlay.yaml").write_text(head + "rules:\n  progress/own.yaml: [own-pain-of-three]\n")
    clinic = Knowledge.load(tmp_path)
    result = after([session(0, done=done(fresh), pain_before=3, pain_after=3), next_day(1)], knowledge=clinic)
    assert {change.reason.rule for change in result.changes} == {"own-pain-of-three"}


def test_the_rules_are_kept_with_the_knowledge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier run has compiled holds the rules of progress too, and decides the same."""
    monkeypatch.setenv("RECOMMENDER_CACHE", "on")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    Knowledge.load(kept=True)
    kept = Knowledge.load(kept=True)
    assert kept.progress is not None
    routine = recommend(person(REGULAR), knowledge=kept)
    assert after(good([0, 2], routine), knowledge=kept).changes == after(good([0, 2], routine)).changes


def test_rules_of_progress_are_listed_and_shown() -> None:
    """Reviewers find them with the other rules."""
    listed = recommender("rules", "list", "log-")
    assert "log-two-good-sessions (step_up, unconfirmed)" in listed.out
    shown = recommender("rules", "show", "log-two-worse-days")
    assert "next day: worse, on 2 days in a row." in shown.out
    assert "relief-tips/safety" in shown.out


def test_sentences_of_progress_are_short_and_plain(knowledge: Knowledge) -> None:
    """What people read has at most twenty words a sentence, like everything else they read."""
    assert knowledge.progress is not None
    texts = [compiled.rule.say for compiled in knowledge.progress.rules]
    said = knowledge.progress.steps.words
    texts += [getattr(said, name) for name in ("empty", "afresh", "no_room", "gone", "left_out")]
    texts.append(knowledge.progress.steps.low_end.say)
    assert max(len(words(one)) for text in texts for one in sentences(text)) <= 20
