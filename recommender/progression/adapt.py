"""From a log and a profile to the next time. Pure: the same log, profile, rules and day give the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from recommender.decision.decide import NOTHING
from recommender.decision.pipeline import machine
from recommender.decision.recommendation import Recommendation
from recommender.errors import PlanError, UsageError
from recommender.knowledge.knowledge import Knowledge
from recommender.profile.checking import check
from recommender.progression.draft import Draft
from recommender.progression.history import Course, follow, stops
from recommender.progression.log_entries import Entry
from recommender.progression.log_facts import LogFacts, LoggedSession, logged_sessions
from recommender.progression.report import Report
from recommender.progression.result import Adapted, Verdict

if TYPE_CHECKING:
    from recommender.profile.profile import Profile

__all__ = ["adapt", "demanded"]

NONE = "These rules do not say how a routine changes: rules/progress/ is missing."


def adapt(
    log: Sequence[Entry],
    profile: Profile | Mapping[str, Any],
    *,
    knowledge: Knowledge | None = None,
    today: date,
    answered_on: Mapping[str, str] = NOTHING,
) -> Adapted:
    """The routine for the next time, from how the sessions in the log went.

    It starts from the fresh routine for the profile as it is now, so that what the rules leave out
    stays out. The doses of its steps move within the limits of the texts and the time.

    Args:
        log: The entries of the log in their order, as `read` gives them.
        profile: The answers as they are now, as `recommend` takes them.
        knowledge: The rules and exercises to decide with; the shipped ones unless given.
        today: The day of the next time.
        answered_on: The days of answers that have one, by field; the result keeps them.

    Returns:
        What changes and why, with the routine, or what to do where there is none.

    Raises:
        UsageError: These rules do not say how a routine changes.
        ProfileError: As `recommend` raises it, and all else that it raises.
    """
    knowledge = knowledge or Knowledge.shipped()
    if knowledge.progress is None:
        raise UsageError(NONE)
    way = machine(knowledge)
    answers = check(profile, knowledge)
    facts, decision, plan = way.planned(answers)
    fresh = way.composer.compose(facts, answers, decision, plan, answered_on=answered_on)
    sessions = logged_sessions(log, today)
    report = Report(knowledge, knowledge.progress, sessions)
    if fresh.outcome == "emergency":
        return report.unchanged(fresh)
    told = LogFacts(knowledge.progress, knows_legs=answers["leg_symptoms"] != "none")
    draft = Draft(knowledge, way.planner, plan, decision)
    course = follow(sessions, draft.ladders, told, knowledge, draft.fits)
    _all_stops(course, sessions, told, knowledge)
    verdict = _verdict(course, log[-1].at.date(), today) if log else "routine"
    if fresh.outcome == "see_clinician" and not any(compiled.rule.then.outcome for compiled in course.last):
        return report.unchanged(fresh)
    if verdict != "routine":
        return report.no_routine(verdict, course)
    if fresh.outcome != "routine" or not plan.steps:
        return report.unchanged(fresh)
    adapted = draft.plan(course.places)
    day = today.isoformat()
    result = way.composer.compose(facts, answers, decision, adapted, answered_on=answered_on, adapted_on=day)
    _check(result, fresh)
    return report.routine(result, course, draft.ladders, {entry.exercise for entry in fresh.excluded})


def demanded(log: Sequence[Entry], *, knowledge: Knowledge, today: date) -> Adapted | None:
    """What a log demands whatever the answers are: a stop or a day off. None: neither, or no rules of progress."""
    if knowledge.progress is None or not log:
        return None
    sessions = logged_sessions(log, today)
    told = LogFacts(knowledge.progress, knows_legs=True)
    course = follow(sessions, (), told, knowledge, lambda _: True)
    _all_stops(course, sessions, told, knowledge)
    verdict = _verdict(course, log[-1].at.date(), today)
    return None if verdict == "routine" else Report(knowledge, knowledge.progress, sessions).no_routine(verdict, course)


def _all_stops(course: Course, sessions: Sequence[LoggedSession], facts: LogFacts, knowledge: Knowledge) -> None:
    """Let a stop count from any session of the latest day, and not only from the last one."""
    same_day = [logged for logged in sessions if logged.day == sessions[-1].day]
    more = [compiled for logged in same_day for compiled in stops(logged, facts, knowledge)]
    course.last += [compiled for n, compiled in enumerate(more) if compiled not in [*course.last, *more[:n]]]


def _verdict(course: Course, latest: date, today: date) -> Verdict:
    """Whether there is a routine. A day off lasts for its days after the `latest` entry."""
    if any(compiled.rule.then.do == "stop" for compiled in course.last):
        return "stop"
    days = [compiled.rule.then.days or 0 for compiled in course.last if compiled.rule.then.do == "day_off"]
    return "day_off" if days and today <= latest + timedelta(days=max(days)) else "routine"


def _check(result: Recommendation, fresh: Recommendation) -> None:
    """The promises of an adapted routine. A broken one is a fault of this program: no routine."""
    excluded = {entry.exercise for entry in fresh.excluded}
    if any(step.exercise in excluded for step in result.routine) or {e.exercise for e in result.excluded} != excluded:
        raise PlanError("The adapted routine held an exercise that the rules exclude. No routine is given.")
    if result.seconds > result.minutes * 60:
        raise PlanError("The adapted routine was longer than the time. No routine is given.")
