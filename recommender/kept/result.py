"""A result that was kept as JSON, read back and proved before anyone relies on it.

A file can be changed by hand, by an accident, or by someone else. So nothing in it is believed but the
answers and their days: the answers are decided again, and everything else has to come out the same,
value by value. An adapted routine (`next`) has to stand on the ladders of its steps and to keep within
the time, and comes out the same from there. What is used is what came out, and not what was read.

It is decided for the day of use, too: weeks count on from the day of each answer, and where that changes
what the person gets, the result is refused.

What a file cannot prove: whose it is, and on which day its answers were given. Somebody else's whole
result passes, and so does one whose answers and all that follows from them were changed together. Without
any days, as `recommend()` makes it, it counts as one of the day of use, like a profile without days. Of
what `next` gives, only the routine is proved, which is all that is used; its log is not in the file.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from recommender.decision.pipeline import machine
from recommender.decision.recommendation import FORMAT, Recommendation
from recommender.errors import ProfileError, ProfileFault
from recommender.kept.difference import first_difference, said
from recommender.kept.json_form import inner_result
from recommender.kept.weeks import changes_on, weeks_in
from recommender.knowledge.files import shipped_folder
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.answer_days import ANSWERED_ON, dated
from recommender.profile.checking import check, examine
from recommender.profile.screening import forced_messages
from recommender.progression.draft import Draft
from recommender.progression.result import Adapted
from recommender.sentences import Say, Sentences

__all__ = ["saved_profile", "verified_result", "with_answers"]


def saved_profile(data: Mapping[str, Any], name: str, say: Say) -> dict[str, Any]:
    """The answers in a saved result with their days, as a profile file holds them. Nothing else is looked at.

    Raises ProfileError where there are none, and for a result that was adapted to a log: made anew from
    the answers alone, its doses could be higher than the log lets them be.
    """
    inner, wrapped = inner_result(data)
    if wrapped or (inner or {}).get("adapted_on") is not None:
        found, accepted = say("saved.adapted"), say("accepted.result_of_recommend")
        raise ProfileError([ProfileFault.of(say, name, found, accepted)])
    profile = None if inner is None else inner.get("profile")
    if inner is None or not isinstance(profile, Mapping):
        raise ProfileError([ProfileFault.of(say, name, say("saved.nothing_to_make"), say("accepted.profile"))])
    days = inner.get(ANSWERED_ON)
    return {**profile, **({ANSWERED_ON: days} if days else {})}


def verified_result(
    data: Mapping[str, Any],
    knowledge: Knowledge,
    name: str = "",
    today: date | None = None,
    *,
    file: str = "",
) -> Recommendation:
    """What these rules make of the answers in a saved result, if that is what the file says, and would be today.

    `name` is what messages call the file, `file` what a command calls it; without, no command is named.

    Raises ProfileError: it is of another form or of other rules, holds no answers, differs from what
    the rules make of them, or has been outrun by the weeks. The error says first what the answers demand,
    then what differs first and how to make it anew. There is no routine.
    """
    inner, wrapped = inner_result(data)
    say = knowledge.say
    name = name or say("saved.nameless")
    if inner is None:
        raise ProfileError([ProfileFault.of(say, name, say("saved.no_routine"), say("accepted.result_or_anew"))])
    source = _Source(name, file, inner, knowledge, wrapped=wrapped)
    source.same_make()
    if wrapped:
        _wrapped_well(data, source)
    if inner.get("profile", inner) is None:
        raise source.error(say("saved.without_answers"), say("accepted.whole_result"))
    day = date.today() if today is None else today
    days, adapted_on = source.days(day)
    result = _decided(source, days, adapted_on)
    made = result.model_dump(mode="json")
    if made != inner and (place := first_difference(inner, made, say)):
        raise source.refused(place)
    day = max(day, adapted_on or day)
    if changes_on(result, knowledge, day, day) is not None:
        raise source.error(say("saved.outrun"), say("accepted.result_of_today"), source.anew())
    return result


def with_answers(result: Recommendation, answers: Mapping[str, Any], knowledge: Knowledge) -> Recommendation:
    """What fits other answers. The steps of an adapted result stay where they are, as far as the rules let them.

    Where they do not, it is the fresh result for these answers. Raises ProfileError for answers that
    cannot be used.
    """
    flat = check(dict(answers), knowledge)
    if result.adapted_on is not None:
        source = _Source("", "", result.model_dump(mode="json"), knowledge, wrapped=False)
        with suppress(ProfileError):
            made = _made(flat, result.answered_on, date.fromisoformat(result.adapted_on), source)
            if made.adapted_on is not None:
                return made
    return machine(knowledge).of_answers(flat, result.answered_on)


# --- deciding it again ----------------------------------------------------------------------------


def _decided(source: _Source, days: Mapping[str, str], adapted_on: date | None) -> Recommendation:
    """What the rules make of the answers in the file."""
    if "profile" not in source.data:
        raise source.refused(source.say("saved.missing", place="profile"))
    try:
        answers = check(source.data["profile"], source.knowledge)
    except ProfileError as error:
        raise source.refused(source.say("saved.found", place="profile", found=error.faults[0]), error.forced) from None
    if days and (undated := [name for name in weeks_in(answers, source.knowledge) if name not in days]):
        raise source.refused(source.say("saved.missing", place=f"{ANSWERED_ON}.{undated[0]}"))
    return _made(answers, days, adapted_on, source)


def _made(
    answers: Mapping[str, Any], days: Mapping[str, str], adapted_on: date | None, source: _Source
) -> Recommendation:
    """What the rules make of these answers, with the places on the ladders that an adapted result has."""
    knowledge = source.knowledge
    way = machine(knowledge)
    facts, decision, plan = way.planned(answers)
    adapts = decision.outcome == "routine" and plan.steps and knowledge.progress is not None
    day = adapted_on.isoformat() if adapted_on is not None and adapts else None
    if day is not None:
        draft = Draft(knowledge, way.planner, plan, decision)
        places = _places(draft, source)
        if not draft.fits(places):
            raise source.refused(source.say("saved.too_long", place="seconds"))
        plan = draft.plan(places)
    return way.composer.compose(facts, answers, decision, plan, answered_on=days, adapted_on=day)


def _places(draft: Draft, source: _Source) -> list[int]:
    """Where each step of an adapted result stands on its ladder. Raises ProfileError for one that stands on none."""
    given, exercises = set(), source.knowledge.exercises
    steps = source.data.get("routine")
    for step in steps if isinstance(steps, list) else ():
        dose = step.get("dose") if isinstance(step, Mapping) else None
        if isinstance(dose, Mapping):
            given.add(repr((step.get("exercise"), dose.get("sets"), dose.get("reps"), dose.get("hold"))))
    places = []
    for ladder in draft.ladders:
        rungs = [(exercises[rung.number].id, rung.dose) for rung in ladder.rungs]
        doses = [repr((exercise, dose.sets, dose.reps, dose.hold)) for exercise, dose in rungs]
        fitting = [place for place, dose in enumerate(doses) if dose in given]
        if len(fitting) != 1:
            raise source.refused(source.say("saved.no_dose", place="routine", exercise=rungs[0][0]))
        places.append(fitting[0])
    return places


def _wrapped_well(data: Mapping[str, Any], source: _Source) -> None:
    """Raise ProfileError where what stands around an adapted routine has not the form of that."""
    from pydantic import ValidationError  # noqa: PLC0415  # only where there is something around it

    try:
        adapted = Adapted.model_validate({**data, "recommendation": None})
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(said(part) for part in fault["loc"])
        kinds = {"unexpected_keyword_argument": "saved.no_part", "missing": "saved.missing"}
        raise source.refused(source.say(kinds.get(fault["type"], "saved.not_this"), place=place)) from None
    if adapted.verdict != "routine":
        raise source.refused(source.say("saved.beside_routine", place="verdict", value=adapted.verdict))


# --- refusing it ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Source:
    """A saved result on the way to be proved, and how to speak of it."""

    name: str
    file: str
    data: Mapping[str, Any]
    knowledge: Knowledge
    wrapped: bool

    @property
    def say(self) -> Sentences:
        """What says the errors."""
        return self.knowledge.say

    def same_make(self) -> None:
        """Raise ProfileError for a result of another form, or of other rules, by their names."""
        form = self.data.get("format", 1)
        if type(form) is int and form != FORMAT:
            found, accepted = self.say("saved.newer_form"), self.say("accepted.newer_program")
            if form < FORMAT:
                found, accepted = self.say("saved.older_form"), self.say("accepted.profile_anew")
            raise self.error(found, accepted, self.anew())
        stamp = self.data.get("knowledge")
        mark = stamp.get("hash") if isinstance(stamp, Mapping) else None
        if isinstance(stamp, Mapping) and isinstance(mark, str) and mark[:12] != self.knowledge.hash[:12]:
            own = self.knowledge
            made = _named(stamp.get("overlay"), stamp.get("version"), mark)
            here = _named(own.overlay, own.version, own.hash)
            found = self.say("saved.other_rules", made=made, here=here)
            raise self.error(found, self.say("accepted.profile_anew"), self.anew())

    def days(self, today: date) -> tuple[Mapping[str, str], date | None]:
        """The days of the answers, and the day for which a result was adapted. Raises ProfileError."""
        given = self.data.get("adapted_on")
        try:
            adapted_on = None if given is None else date.fromisoformat(given)
        except (TypeError, ValueError):
            raise self.refused(self.say("saved.no_day", place="adapted_on", value=said(given))) from None
        latest = max(today, adapted_on or today)
        parts = dated({ANSWERED_ON: self.data.get(ANSWERED_ON)}, self.knowledge.table.questions, self.say, latest)
        if parts.faults:
            raise self.refused(self.say("saved.found", place=parts.faults[0].field, found=parts.faults[0].found))
        return {name: day.isoformat() for name, day in parts.days.items()}, adapted_on

    def anew(self) -> str:
        """How to make it anew; empty where it cannot be, or where no file is known."""
        if self.wrapped or self.data.get("adapted_on") is not None:
            return self.say("saved.adapt_anew")
        if not self.file or not isinstance(self.data.get("profile"), Mapping):
            return ""
        file = f"./{self.file}" if self.file.startswith("-") and self.file != "-" else self.file
        folder = self.knowledge.folder
        own = "" if folder == shipped_folder() else f" --knowledge {shlex.quote(str(folder))}"
        return self.say("saved.make_anew", file=shlex.quote(file), own=own)

    def error(self, found: str, accepted: str, do: str = "", forced: tuple[str, ...] | None = None) -> ProfileError:
        """The error. What the answers in the file demand stands first, as far as they can be read."""
        fault = ProfileFault.of(self.say, self.name, found, accepted)
        return ProfileError([fault], self.forced() if forced is None else forced, do)

    def refused(self, found: str, forced: tuple[str, ...] | None = None) -> ProfileError:
        """The error for a result that was changed, with what differs first."""
        return self.error(self.say("saved.changed", found=found), self.say("accepted.result_or_anew"), forced=forced)

    def forced(self) -> tuple[str, ...]:
        """What the answers in the file demand, whatever else stands there."""
        try:
            known = examine(self.data.get("profile"), self.knowledge).known
        except ProfileError:
            return ()
        return tuple(forced_messages(known, self.knowledge))


def _named(overlay: Any, version: Any, mark: str) -> str:
    """Rules by their clinic, version and mark."""
    return ", ".join(said(part) for part in (overlay, version, mark[:12]) if isinstance(part, str) and part)
