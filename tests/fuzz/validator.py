"""Says of a profile whether it may have a routine: written from the questionnaire by hand, and sharing no code.

It knows plain values only: dicts, lists, tuples, sets, words, numbers, None.
"""

from __future__ import annotations

from typing import Any

__all__ = ["CHOICES", "FIELDS", "NUMBERS", "PARENTS", "SETS", "accepts", "asked"]

YES_NO = ("no", "yes", "unsure")
FELT = ("eased", "same", "worse", "unsure")
CHOICES = {
    "pregnant": YES_NO,
    "recent_injury": YES_NO,
    "injury_kind": ("other", "fracture", "unsure"),
    "hernia": YES_NO,
    "acute_pain": YES_NO,
    "leg_symptoms": ("none", "pain", "spreading", "unsure"),
    "pain_course": ("easing", "usual", "new", "lasting", "worse", "unsure"),
    "onset": ("gradual", "strain", "fall"),
    "cleared_by_clinician": ("yes", "no"),
    "pain_position.lying": FELT,
    "pain_position.sitting": FELT,
    "pain_position.standing": FELT,
    "level": ("beginner", "regular", "trained"),
    "goal": ("relieve", "strengthen", "flexibility", "stretch", "relax", "waist", "general"),
}
SETS = {
    "emergency_signs": (
        "saddle_numbness", "bladder_or_bowel_change", "sexual_change", "leg_weakness", "both_legs", "chest_pain",
        "tearing_or_collapse", "serious_accident", "unsure",
    ),
    "medical_signs": (
        "cancer_history", "weight_loss", "fever_or_infection", "weakened_immunity", "long_term_steroids",
        "night_pain", "flank_pain", "urinary_signs", "unseen_nerve_sign", "upper_back_pain", "changed_back_shape",
        "hip_pain_with_limp", "recent_operation", "recent_birth", "blood_thinners", "inflammatory_stiffness",
        "heart_condition", "fainting", "supervised_only", "unsure",
    ),
    "pregnancy_warnings": (
        "fluid_loss", "bleeding", "contractions", "placenta_praevia", "pre_eclampsia", "cervix",
        "growth_restriction", "triplets_or_more", "breathless_at_rest", "dizziness", "headache", "chest_pain",
        "calf_swelling", "unsure",
    ),
    "conditions": (
        "pinched_nerve", "pinched_nerve_flare", "osteochondrosis", "rheumatism", "osteoporosis",
        "previous_fracture", "spondylolisthesis", "spinal_stenosis", "back_surgery", "hip_replacement",
        "pelvic_girdle_pain", "known_leg_weakness", "unsure",
    ),
    "cannot": (
        "kneel", "lie_on_front", "lie_on_back", "lie_on_side", "get_to_floor", "sit_on_floor", "sit_on_heels",
        "lean_on_hands", "stand", "sit_on_chair", "bend_forward", "bend_back", "turn",
    ),
    "equipment": (
        "mat", "pillow", "towel", "roller", "chair", "bench", "wall", "dumbbells", "barbell", "heavy_furniture",
        "ice_pack", "scarf",
    ),
}  # fmt: skip
NUMBERS = {
    "age": (0, 120, False),
    "pain_now": (0, 10, False),
    "minutes": (5, 60, False),
    "pregnancy_week": (1, 42, True),
    "weeks_since_injury": (0, 52, True),
    "weeks_since_surgery": (0, 104, True),
}
PARENTS = {
    "pregnancy_week": "pregnant",
    "pregnancy_warnings": "pregnant",
    "weeks_since_injury": "recent_injury",
    "injury_kind": "recent_injury",
    "weeks_since_surgery": "conditions",
}
WISHES = ("leave_out", "favourites")
OPTIONAL = {"cannot", "equipment", "level", "goal", "minutes"}
FIELDS = (*CHOICES, *SETS, *NUMBERS)


def accepts(profile: Any) -> bool:
    """Whether these plain values are complete answers that fit together."""
    if type(profile) is not dict or len(profile) > 1000:
        return False
    flat: dict[str, Any] = {}
    for key, value in profile.items():
        if type(key) is not str:
            return False
        if key in WISHES:
            if value is not None and (type(value) not in (list, tuple, set, frozenset) or len(value) > 0):
                return False  # no input names an exercise
            continue
        if key == "pain_position" and type(value) is dict:
            inner = value.items()
        elif key == "pain_position":
            return False
        else:
            inner = {"": value}.items()
        for part, answer in inner:
            if type(part) is not str:
                return False
            field = f"{key}.{part}" if key == "pain_position" else key
            if field in flat or field not in FIELDS:
                return False
            flat[field] = answer
    return all(_answered(field, flat) for field in FIELDS)


def asked(field: str, of: Any) -> bool:
    """Whether the detail belongs to this answer of its parent: a yes or a doubt; of a set, the word itself."""
    if field == "weeks_since_surgery":
        return type(of) in (list, tuple, set, frozenset) and "back_surgery" in of
    return of != "no"


def _answered(field: str, flat: dict[str, Any]) -> bool:
    value = flat.get(field)
    if value is None:
        if field in OPTIONAL:
            return True
        return field in PARENTS and not asked(field, flat.get(PARENTS[field]))
    if not _possible(field, value):
        return False
    needless = field in PARENTS and not asked(field, flat.get(PARENTS[field]))
    return not needless or (field in SETS and len(value) == 0)


def _possible(field: str, value: Any) -> bool:
    if field in CHOICES:
        return type(value) is str and value in CHOICES[field]
    if field in SETS:
        if type(value) not in (list, tuple, set, frozenset):
            return False
        return all(type(word) is str and word in SETS[field] for word in value)
    lowest, highest, unknown = NUMBERS[field]
    if type(value) is str:
        return unknown and value == "unknown"
    return type(value) is int and lowest <= value <= highest
