"""A knowledge of a few exercises and rules, written down beside a test: what stands in no argument is the smallest.

It is read like any other, from files. Each file is the shipped one with its content put in the place of theirs.
Whatever says nothing about its time takes 30 seconds: one set of 30 repetitions of a second each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from recommender import Knowledge
from recommender.decision.decide import Decision, decide
from recommender.decision.plan import Plan, Planner
from recommender.knowledge.files import shipped_folder
from recommender.yaml_reader import read_text
from tests.knowledge_texts import shipped_texts

__all__ = [
    "MOBILISE",
    "OUTCOMES",
    "REST",
    "SESSION",
    "SLOTS",
    "STRENGTHEN",
    "Words",
    "decided",
    "first",
    "left",
    "names",
    "planned",
    "small",
]

Words = Mapping[str, Any]  # a part of a file
MOBILISE: Words = {"purpose": "mobilise"}
STRENGTHEN: Words = {"purpose": "strengthen"}
REST: Words = {"purpose": "relief"}
SLOTS: list[Words] = [
    {"id": "first", "title": "a mobiliser", "select": {"purpose": "mobilise"}},
    {"id": "second", "title": "a strengthener", "select": {"purpose": "strengthen"}},
]
SOURCE = "guideline/test"
KEPT = ("rules/sentences.yaml",)  # of the shipped files that decide nothing here, those that may have to be there

POSITIONS: Mapping[str, list[str]] = {  # each with what it needs of the body
    "standing": [], "chair": [], "kneeling": ["kneel"], "side": ["lie"], "lying": ["lie"],
}  # fmt: skip
SESSION: Words = {
    "phases": [
        {"id": "warm_up", "title": "Warm-up", "purposes": ["mobilise"]},
        {"id": "strengthening", "title": "Strengthening", "purposes": ["strengthen"]},
        {"id": "rest", "title": "Rest", "purposes": ["relief"]},
    ],
    "phases_sources": [SOURCE],
    "slots": [],
    "slots_sources": [SOURCE],
    "steps": [{"up_to_minutes": 60, "at_least": 1, "at_most": 20}],
    "relief": {"purpose": "relief"},
    "against_gravity": {"patterns": "lifted"},
    "fill_share": 100,
    "relief_steps": 2,
    "filling": {"move": ["warm_up"], "build": ["strengthening", "strengthening", "warm_up"], "rest": ["rest"]},
    "ranks": ["body", "wish", "last"],
    "dose_by_level": {"beginner": "lowest", "regular": "middle", "trained": "highest"},
    "seconds": {
        "between_exercises": 10, "between_sides": 4, "longest_step": 180, "low_end_hold": 10, "longest_rest": 300,
        "worth_saying": 300, "hold_steps": 5,
    },
    "starts_from": "standing",
    "changes": [
        {"between": ["standing", "chair"], "seconds": 6},
        {"between": ["standing", "kneeling"], "seconds": 20},
        {"between": ["kneeling", "side"], "seconds": 5},
        {"between": ["side", "lying"], "seconds": 6},
    ],
    "pass_through": ["kneeling", "side"],
    "kept_apart": [[["lying", "side"], ["standing"]]],
    "changes_sources": [SOURCE],
    "far": {"seconds": 16, "before_rank": "wish", "fill_share": 50},
    "change_words": {"direct": "To {to}.", "through": "By {through} to {to}.", "free": "Somehow to {to}."},
    "not_chosen": {
        "ranked_lower": "After {others}.", "same_family": "Like {others}.", "no_time": "No time.",
        "enough_exercises": "Enough.", "not_needed": "Not needed.", "wished_away": "Wished away.",
        "only_rest": "Only rest.",
    },
    "chosen_for_slot": "It holds {slot}.",
    "chosen_to_fill": "More of: {phase}.",
}  # fmt: skip
OUTCOMES: Words = {
    "outcomes": {
        "emergency": {
            "title": "Emergency", "whom": "emergency services", "how_soon": "now", "now": ["Do nothing."],
            "statements": [], "advice": [],
        },
        "see_clinician": {
            "title": "See someone", "whom": "doctor", "how_soon": "soon", "now": ["Do not start."],
            "statements": [], "advice": [],
        },
        "relief_only": {
            "title": "Rest", "whom": "doctor", "how_soon": "soon", "first": {"soon": "Rest, and see {whom}."},
            "now": ["Use these."], "advice": ["relief"],
            "statements": [
                {"say": "Stay there.", "with_positions": True, "sources": [SOURCE], "reading": "direct"},
                {"say": "Keep warm.", "sources": [SOURCE], "reading": "direct"},
            ],
        },
        "nothing_fits": {
            "title": "Nothing", "whom": "physiotherapist", "how_soon": "soon", "now": ["A limit."],
            "statements": [], "advice": [],
        },
        "routine": {"title": "Routine", "now": [], "statements": [], "advice": ["movement", "kit"]},
    },
    "first": {
        "now": "Call {whom} now.", "today": "Ring {whom} today.", "urgent": "See {whom} tomorrow.",
        "soon": "See {whom} soon.",
    },
    "spelled_out": 2,
    "further": "Also: {named}.",
    "may_be_sooner": "It may be sooner.",
    "rest_fits": "To rest: {positions}.",
    "no_relief_left": {"title": "Just rest", "say": "None suits you."},
    "not_filled": "Left out: {slots}.",
    "no_time": "Too short for {slots}.",
    "full": "{minutes} minutes given, {count} take {taken}.",
}  # fmt: skip


def small(
    exercises: Mapping[str, Words],
    rules: Mapping[str, Words] | None = None,
    *,
    session: Words | None = None,
    questions: Sequence[Words] = (),
    together: Sequence[Words] = (),
) -> Knowledge:
    """The knowledge of these exercises and rules by id, with what is said of them. Raises KnowledgeError."""
    listed = [_exercise(id, said) for id, said in exercises.items()]
    written = [_rule(id, said) for id, said in (rules or {}).items()]
    files: dict[str, Any] = {
        "catalog/vocabulary.yaml": _vocabulary(listed),
        "catalog/exercises/small.yaml": {"topic": "Small", "exercises": listed},
        "rules/questionnaire.yaml": {
            **_shipped("rules/questionnaire.yaml"), "together": together, "questions": [*_asked(), *questions],
        },
        "rules/session.yaml": {**_shipped("rules/session.yaml"), **SESSION, **(session or {}), "schedule": None},
        "rules/outcomes.yaml": {**_shipped("rules/outcomes.yaml"), **OUTCOMES},
        "rules/contents.yaml": {
            "topic": "Contents", "rules": {"small/rules.yaml": [rule["id"] for rule in written]} if written else {},
        },
        "rules/guidelines.yaml": {"topic": "Guidance", "guidelines": [_GUIDELINE]},
        "rules/conflicts.yaml": {**_shipped("rules/conflicts.yaml"), "conflicts": []},
    }  # fmt: skip
    if written:
        files["rules/small/rules.yaml"] = {"topic": "Rules", "rules": written}
    texts = {name: json.dumps(data).encode() for name, data in files.items()}
    kept = {name: text for name, text in _texts().items() if name in KEPT}
    return Knowledge.of_texts({**kept, **texts}, shipped_folder())


def decided(knowledge: Knowledge, *fired: str) -> Decision:
    """What the rules decide when these fire, whatever was answered."""
    return decide([compiled for compiled in knowledge.rules if compiled.id in fired], knowledge)


def planned(knowledge: Knowledge, *fired: str, minutes: int = 10, **answers: Any) -> Plan:
    """The session of a beginner who wants to move, where these rules fire."""
    given = {"goal": "move", "level": "beginner", "minutes": minutes, **answers}
    return Planner(knowledge).plan(decided(knowledge, *fired), given)


def names(plan: Plan, knowledge: Knowledge) -> list[str]:
    """The exercises of a session in their order."""
    return [knowledge.exercises[step.chosen.number].id for step in plan.steps]


def left(plan: Plan, knowledge: Knowledge) -> dict[str, str]:
    """What is told of the exercises that are left over."""
    return {knowledge.exercises[number].id: why for number, why in plan.left.items()}


def first(*ids: str, rank: str = "wish", effect: str = "prefer") -> Words:
    """What a rule does that puts these exercises first, one after the other; or last."""
    return {effect: [{"exercise": id} for id in ids], "rank": rank}


_GUIDELINE: Words = {
    "id": "test", "title": "A text", "authors": "Somebody", "year": 2020, "reference": "A journal", "checked": "seen",
    "facts": ["It says so."],
}  # fmt: skip


_texts = cache(shipped_texts)


@cache
def _shipped(name: str) -> Words:
    """What the shipped file of this name says."""
    found: Words = read_text(_texts()[name], name).data
    return found


def _vocabulary(exercises: Sequence[Words]) -> dict[str, Any]:
    """The shipped groups of words, with the words that are used here."""
    used: dict[str, Words] = {
        "start_position": {p: {"title": p, "needs": needs} for p, needs in POSITIONS.items()},
        "needs": {"kneel": {"title": "kneel"}, "lie": {"title": "lie"}},
        "purpose": {purpose: {"title": purpose} for purpose in ("mobilise", "strengthen", "relief")},
        "works": {part: {"title": part} for part in ("back", "front")},
        "patterns": {"lifted": {"title": "lifted"}},
        "requires": {"mat": {"title": "mat"}},
        "family": {exercise["family"]: {"title": exercise["family"]} for exercise in exercises},
    }
    levels = ("bending", "arching", "twisting", "side_bending", "intensity")
    found = _shipped("catalog/vocabulary.yaml")
    return {
        group: said if group == "topic" or group in levels else {"means": "Words.", "words": used.get(group, {})}
        for group, said in found.items()
    }


def _exercise(id: str, said: Words) -> dict[str, Any]:
    """An exercise as a file says it. `dose` and `doses` hold what is said of the dose itself."""
    doses = said.get("doses", [said.get("dose", {})])
    usual = {
        "name": id.capitalize(), "family": id, "start_position": "standing", "intensity": "gentle",
        "spine": dict.fromkeys(("bending", "arching", "twisting", "side_bending"), "none"), "tags_because": "So.",
        "purpose": "mobilise", "works": ["back"], "equipment": {}, "per_side": False, "rep_seconds": 1,
        "steps": ["One.", "Two.", "Three."], "feel": "Warmth.", "stop_when": "It hurts.",
        "sources": [{"at": SOURCE, "reading": "direct"}],
    }  # fmt: skip
    dosed = [{"source": SOURCE, "sets": 1, "reps": 30, "hold": 0, "rest": 0, **dose} for dose in doses]
    return {**usual, **{key: part for key, part in said.items() if key != "dose"}, "id": id, "doses": dosed}


def _rule(id: str, said: Words) -> dict[str, Any]:
    """A rule as a file says it. Where it does not say when it holds, it holds for everyone."""
    usual = {
        "title": f"Title of {id}", "say": f"Said by {id}.", "because": f"Because of {id}.", "when": "always",
        "sources": [SOURCE], "reading": "direct",
    }  # fmt: skip
    more: dict[str, Any] = {"short": f"short of {id}"} if "stop" in said["then"] else {}
    if said.get("when", "always") != "always":
        more |= {"fires_for": [{}], "silent_for": [{}]}
    return {**usual, **more, **said, "id": id}


def _asked() -> list[Words]:
    """The questions without which there is no session."""
    level = {"beginner": "Beginner", "regular": "Regular", "trained": "Trained"}
    alike: Words = {"stage": "Wishes", "ask": "What?", "why": "So.", "sources": []}
    return [
        {**alike, "field": "goal", "short": "Goal", "kind": "choice", "risk": "none", "baseline": "move",
         "default": "move", "answers": {goal: goal.capitalize() for goal in SESSION["filling"]}},
        {**alike, "field": "level", "short": "Level", "kind": "choice", "risk": "none", "baseline": "beginner",
         "default": "beginner", "answers": level},
        {**alike, "field": "minutes", "short": "Minutes", "kind": "number", "risk": "none", "baseline": 10,
         "default": 10, "lowest": 1, "highest": 60},
        {**alike, "field": "cannot", "short": "Cannot", "kind": "set", "risk": "growing", "baseline": [],
         "default": [], "answers": {"kneel": "Kneel", "lie": "Lie"}},
    ]  # fmt: skip
