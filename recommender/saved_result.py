"""A result that was kept as JSON, read back and proved before anyone relies on it.

A file can be changed by hand, by an accident, or by someone else. So nothing in it is believed but the
answers: these are decided again, and everything else has to come out the same, letter by letter. An
adapted routine (`next`) has to stand on the ladders of its steps, and comes out the same from there.

It is decided for the day of use, too: weeks count on from the day of each answer, and where that changes
what the person gets, the result is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from recommender.answer_days import counted_on
from recommender.answers import flatten
from recommender.errors import ProfileError, ProfileFault
from recommender.frozen import FrozenDict
from recommender.knowledge.knowledge import Knowledge
from recommender.pipeline import machine
from recommender.profile import check
from recommender.progress.session import Draft
from recommender.recommendation import FORMAT, Recommendation

__all__ = [
    "AGAIN",
    "changes_on",
    "is_result",
    "looks_cut",
    "parsed_result",
    "saved_profile",
    "verified_result",
    "without_answers",
]

KEYS = {"outcome", "routine", "excluded", "knowledge"}
ADAPTED = {"verdict", "changes", "recommendation"}
BEGINNING = re.compile(rb'\s*\{\s*"(about|outcome|verdict)"\s*:')
AGAIN = "a result as `--format json` wrote it; or make it anew from the profile"


def is_result(data: Any) -> bool:
    """Whether this is a result, or one that was adapted to a diary, and no profile, told by its keys."""
    return isinstance(data, Mapping) and (set(data) >= KEYS or set(data) >= ADAPTED)


def parsed_result(raw: bytes) -> Any:
    """The value of a JSON text if it is that of a result, else None. It is not checked here."""
    if not raw.lstrip().startswith(b"{"):
        return None
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):  # a profile in YAML, or broken; its reader says more
        return None
    return data if is_result(data) else None


def looks_cut(raw: bytes) -> bool:
    """Whether this begins as a result does, and is no whole JSON."""
    if not BEGINNING.match(raw):
        return False
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return True
    return False


# --- what is kept ---------------------------------------------------------------------------------


def without_answers(result: Recommendation, knowledge: Knowledge) -> Recommendation:
    """The result without any answer, to be shown around. It can be read, and is not proved any more."""
    none = {"answers": FrozenDict()}
    excluded = tuple(
        entry.model_copy(update={"reasons": tuple(reason.model_copy(update=none) for reason in entry.reasons)})
        for entry in result.excluded
    )
    return result.model_copy(
        update={
            "about": knowledge.outcomes.about.without_answers,
            "profile": None,
            "answered_on": FrozenDict(),
            "excluded": excluded,
            "messages": tuple(message.model_copy(update=none) for message in result.messages),
        }
    )


def saved_profile(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The answers in a saved result with their days, as a profile file holds them. Nothing else is looked at.

    Raises ProfileError where there are none.
    """
    inner = data.get("recommendation") if set(data) >= ADAPTED else data
    profile = inner.get("profile") if isinstance(inner, Mapping) else None
    if not isinstance(inner, Mapping) or not isinstance(profile, Mapping):
        raise ProfileError([ProfileFault(name, "holds no answers from which to make it anew.", "the profile")])
    days = inner.get("answered_on")
    return {**profile, **({"answered_on": days} if days else {})}


# --- proving it -----------------------------------------------------------------------------------


def verified_result(
    data: Mapping[str, Any], knowledge: Knowledge, name: str = "The saved result", today: date | None = None
) -> Recommendation:
    """The saved result, if these rules make it from its answers, and would today. `name` is that of the file.

    Raises ProfileError: it is of another form or of other rules, holds no answers, differs from what
    the rules make of them, or has been outrun by the weeks. The error says what differs first and how
    to make it anew. There is no routine.
    """
    if set(data) >= ADAPTED:
        data = data["recommendation"]
        if data is None:
            raise ProfileError([ProfileFault(name, "holds no routine: there was none for that day.", AGAIN)])
    _same_make(data, knowledge, name)
    try:
        result = Recommendation.model_validate(data)
    except ValidationError as error:
        raise _refused(name, _in_words(error.errors()[0])) from None
    if result.profile is None:
        found = "holds no answers (--without-answers). It can be read and shown, and not used as a routine."
        raise ProfileError([ProfileFault(name, found, "a result with its answers, or the profile")])
    if odd := [field for field in result.answered_on if field not in knowledge.table.questions]:
        raise _refused(name, f"answered_on.{odd[0][:40]}: no field of a profile.")
    again = _decided(result, result.profile, knowledge, name)
    if again != result and (place := _first_difference(result.model_dump(), again.model_dump())):
        raise _refused(name, place)
    _still_true(result, knowledge, name, today or date.today())
    return result


def changes_on(result: Recommendation, knowledge: Knowledge, first: date, last: date) -> date | None:
    """The first day from `first` to `last` on which the weeks that count on give this person something else."""
    days = _days(result)
    if not days or result.profile is None:
        return None
    way, answers = machine(knowledge), flatten(result.profile, knowledge.table.questions)
    said = _shown(way.of_answers(check(_thawed(result.profile), knowledge)))
    seen: set[tuple[Any, ...]] = {()}  # the weeks that are known to change nothing
    day = first
    while day <= last:
        counted = counted_on(answers, days, day, knowledge.questionnaire)
        if counted.ended:
            return day
        if counted.changed not in seen:
            later = {**_thawed(result.profile), **{change.field: change.now for change in counted.changed}}
            if _shown(way.of_answers(check(later, knowledge))) != said:
                return day
            seen.add(counted.changed)
        day += timedelta(days=1)
    return None


def _same_make(data: Mapping[str, Any], knowledge: Knowledge, name: str) -> None:
    """Raise ProfileError for a result of another form, or of other rules, by their names."""
    stamp = data.get("knowledge")
    made = stamp.get("hash") if isinstance(stamp, Mapping) else None
    anew = f"To make it anew from the answers in it: recommender recommend {name} --anew"
    if data.get("format") != FORMAT:
        found = f"has the form {str(data.get('format', 'of an older version'))[:20]}; this program reads form {FORMAT}."
        raise ProfileError([ProfileFault(name, found, "the profile")], (), anew if "profile" in data else "")
    if isinstance(made, str) and made != knowledge.hash:
        overlay = stamp.get("overlay") if isinstance(stamp, Mapping) else ""
        whose = f" of {str(overlay)[:60]}" if overlay else ""
        found = f"was made with other rules{whose} ({made[:12]}) than these ({knowledge.hash[:12]})."
        raise ProfileError([ProfileFault(name, found, "the profile, so that it is made anew")], (), anew)


def _decided(result: Recommendation, profile: Mapping[str, Any], knowledge: Knowledge, name: str) -> Recommendation:
    """What the rules make of these answers, with the places on the ladders that an adapted result has."""
    way = machine(knowledge)
    try:
        answers = check(_thawed(profile), knowledge)
    except ProfileError as error:
        raise _refused(name, f"profile: {error.faults[0]}") from None
    facts, decision, plan = way.planned(answers)
    if result.adapted_on is not None and decision.outcome == "routine" and knowledge.progress is not None:
        draft = Draft(knowledge, way.planner, plan, decision)
        plan = draft.plan(_places(result, draft, knowledge, name))
    day = result.adapted_on
    return way.composer.compose(facts, answers, decision, plan, answered_on=result.answered_on, adapted_on=day)


def _places(result: Recommendation, draft: Draft, knowledge: Knowledge, name: str) -> list[int]:
    """Where each step of an adapted result stands on its ladder. Raises ProfileError for one that stands on none."""
    steps = {step.exercise: step.dose for step in result.routine}
    places = []
    for ladder in draft.ladders:
        fitting = [
            place
            for place, rung in enumerate(ladder.rungs)
            if (dose := steps.get(knowledge.exercises[rung.number].id)) is not None
            and (dose.sets, dose.reps, dose.hold) == (rung.dose.sets, rung.dose.reps, rung.dose.hold)
        ]
        if len(fitting) != 1:
            first = knowledge.exercises[ladder.rungs[0].number].id
            raise _refused(name, f"routine: no dose that the rules of progress give for {first}, or what follows it.")
        places.append(fitting[0])
    return places


def _still_true(result: Recommendation, knowledge: Knowledge, name: str, today: date) -> None:
    """Raise ProfileError where the weeks that have passed give this person something else today."""
    if changes_on(result, knowledge, today, today) is None:
        return
    found = "was made some time ago, and the weeks since then change what suits you."
    do = f"To make it anew from the answers in it: recommender recommend {name} --anew"
    raise ProfileError([ProfileFault(name, found, "a result of today")], (), do)


def _days(result: Recommendation) -> dict[str, date]:
    return {name: date.fromisoformat(text) for name, text in result.answered_on.items()}


def _thawed(value: Any) -> Any:
    return {key: _thawed(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value


def _shown(result: Recommendation) -> Any:
    """Everything that a person gets, without the answers by which it is explained."""
    return (
        result.outcome,
        result.urgency,
        result.whom,
        result.routine,
        _reasons(result),
        tuple(entry.exercise for entry in result.not_chosen),
        tuple((message.kind, message.rule, message.text) for message in result.messages),
    )


def _reasons(result: Recommendation) -> Any:
    return tuple((entry.exercise, tuple(reason.rule for reason in entry.reasons)) for entry in result.excluded)


def _first_difference(saved: Any, made: Any, place: str = "") -> str:
    """The first place where both differ, with what stands there and what should; empty where they are the same."""
    if isinstance(saved, Mapping) and isinstance(made, Mapping):
        for key in made:
            if found := _first_difference(saved.get(key), made[key], f"{place}.{key}" if place else str(key)):
                return found
        return ""
    if isinstance(saved, list | tuple) and isinstance(made, list | tuple):
        for number, (one, other) in enumerate(zip(saved, made, strict=False)):
            if found := _first_difference(one, other, f"{place}.{number}"):
                return found
        if len(saved) != len(made):
            return f"{place}: {len(saved)} entries stand there, and the rules give {len(made)}."
        return ""
    return "" if saved == made else f"{place}: the rules give something else here."


def _refused(name: str, found: str) -> ProfileError:
    """The error for a result that was changed, with what differs first."""
    text = f"is not as these rules made it, so it is not used.\n  {found}\n"
    return ProfileError([ProfileFault(name, text, AGAIN)])


FOUND = {"extra_forbidden": "no part of a result", "missing": "missing"}


def _in_words(fault: Any) -> str:
    """A fault of the shape in words of this program: the place, and what is wrong there."""
    place = ".".join(str(part)[:40] for part in fault["loc"])
    if fault["type"] == "value_error":  # said by a check of our own
        said = str(fault["ctx"]["error"])
        return f"{place}: {said}." if place else f"{said[:1].upper()}{said[1:]}."
    return f"{place or 'all of it'}: {FOUND.get(fault['type'], 'not what stands here in a result')}."
