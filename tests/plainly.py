"""A second, slow and plain reading of what the rules leave out, to compare the fast one with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender import Knowledge
from recommender.knowledge.catalogue import Exercise
from recommender.logic.conditions import evaluate
from recommender.profile.checking import check

__all__ = ["rules_that_exclude", "selected"]


def selected(selector: Mapping[str, Any], exercise: Exercise, knowledge: Knowledge) -> bool:
    """Whether the exercise has everything that the selector names."""
    return all(_has(key, value, exercise, knowledge) for key, value in selector.items())


def _has(key: str, value: Any, exercise: Exercise, knowledge: Knowledge) -> bool:
    if key == "any_of":
        return any(selected(part, exercise, knowledge) for part in value)
    if key == "term":
        words = value if isinstance(value, list) else [value]
        assert knowledge.terms is not None
        return any(selected(knowledge.terms.exercises[word].select, exercise, knowledge) for word in words)
    if key == "texts":
        documents = {at.split("/")[0] for at in exercise.locators} - {"guideline"}
        return len(documents) >= int(value.removeprefix("at least "))
    traits = {
        **vars(exercise.spine),
        "exercise": exercise.id,
        "start_position": exercise.start_position,
        "intensity": exercise.intensity,
        "purpose": exercise.purpose,
        "family": exercise.family,
        "combined": exercise.combined,
        "under_load": exercise.under_load,
        "posture": exercise.postures,
        "patterns": exercise.patterns,
        "demanding_for": exercise.demanding_for,
        "works": exercise.works,
        "programme": exercise.programmes,
        "requires": exercise.equipment.required,
        "needs": _needs(exercise, knowledge),
    }[key]
    wanted = value if isinstance(value, list) else [value]
    return any(word == traits or (isinstance(traits, tuple) and word in traits) for word in wanted)


def _needs(exercise: Exercise, knowledge: Knowledge) -> tuple[str, ...]:
    start = knowledge.vocabulary.start_position.words[exercise.start_position].needs
    return tuple(word for word in (*start, *exercise.needs) if word != "get_to_floor" or not exercise.on_bed)


def rules_that_exclude(profile: Mapping[str, Any], knowledge: Knowledge) -> dict[str, set[str]]:
    """For each exercise the ids of all rules that leave it out for this person, read off one by one."""
    facts = knowledge.table.encode(check(profile, knowledge))
    found: dict[str, set[str]] = {exercise.id: set() for exercise in knowledge.exercises}
    for compiled in knowledge.rules:
        then = compiled.rule.then
        if not evaluate(compiled.condition, facts):
            continue
        for exercise in knowledge.exercises:
            out = (
                (then.avoid is not None and selected(then.avoid, exercise, knowledge))
                or (then.allow_only is not None and not selected(then.allow_only, exercise, knowledge))
                or then.stop in ("emergency", "see_clinician")
                or (then.stop == "relief_only" and exercise.purpose != "relief")
            )
            if out:
                found[exercise.id].add(compiled.id)
    return found
