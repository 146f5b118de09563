"""The answers of one person. Wrong, missing and contradictory answers are found all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationInfo, model_validator

from recommender.answers import clean, complete, flatten, nest, plain
from recommender.errors import ProfileError, ProfileFault
from recommender.knowledge.knowledge import Knowledge
from recommender.readable import readable
from recommender.screening import forced_messages
from recommender.wishes import taken_out

__all__ = ["PainPosition", "Profile"]

# The words of the sets, so that type checkers and editors know them; a test compares them with the questionnaire.
PregnancyWarning = Literal[
    "fluid_loss", "bleeding", "contractions", "placenta_praevia", "pre_eclampsia", "cervix", "growth_restriction",
    "triplets_or_more", "breathless_at_rest", "dizziness", "headache", "chest_pain", "calf_swelling", "unsure",
]  # fmt: skip
Condition = Literal[
    "pinched_nerve", "pinched_nerve_flare", "osteochondrosis", "rheumatism", "osteoporosis", "previous_fracture",
    "spondylolisthesis", "spinal_stenosis", "back_surgery", "hip_replacement", "pelvic_girdle_pain",
    "known_leg_weakness", "unsure",
]  # fmt: skip
EmergencySign = Literal[
    "saddle_numbness", "bladder_or_bowel_change", "sexual_change", "leg_weakness", "both_legs", "chest_pain",
    "tearing_or_collapse", "serious_accident", "unsure",
]  # fmt: skip
MedicalSign = Literal[
    "fever_or_infection", "night_pain", "flank_pain", "urinary_signs", "unseen_nerve_sign", "upper_back_pain",
    "changed_back_shape", "hip_pain_with_limp", "weight_loss", "fainting", "recent_operation", "recent_birth",
    "cancer_history", "weakened_immunity", "long_term_steroids", "blood_thinners", "inflammatory_stiffness",
    "heart_condition", "supervised_only", "unsure",
]  # fmt: skip
Kit = Literal[
    "mat", "pillow", "towel", "roller", "chair", "bench", "wall", "dumbbells", "barbell", "heavy_furniture", "ice_pack",
    "scarf",
]  # fmt: skip
Inability = Literal[
    "kneel", "lie_on_front", "lie_on_back", "lie_on_side", "get_to_floor", "sit_on_floor", "sit_on_heels",
    "lean_on_hands", "stand", "sit_on_chair", "bend_forward", "bend_back", "turn",
]  # fmt: skip
Word = TypeVar("Word")
# Lists are welcome, and kept as tuples so that a profile can be compared and remembered.
Words = Annotated[Sequence[Word], AfterValidator(tuple)]
YesNoUnsure = Literal["yes", "no", "unsure"]
Felt = Literal["worse", "same", "eased", "unsure"]


class PainPosition(BaseModel):
    """What each position does to the pain. `unsure` counts as worse, and not as eased."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    lying: Felt
    standing: Felt
    sitting: Felt


class Profile(BaseModel):
    """Everything that is asked of a person; rules/questionnaire.yaml says how each answer is meant.

    The fields up to `cleared_by_clinician` decide safety and have no default. Details of a pregnancy,
    an injury or an operation may be left out where there is none.
    Sets are given as lists and kept in the order of the questionnaire. The answers are those of
    today; `recommender.saved_answers.current` reads a saved file that holds the days of its answers.

    Raises ProfileError, which names all faults at once and first says what the given answers
    already demand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    age: int
    pain_position: PainPosition
    pain_now: int
    acute_pain: YesNoUnsure
    pain_course: Literal["easing", "usual", "new", "lasting", "worse", "unsure"]
    onset: Literal["gradual", "strain", "fall"]
    leg_symptoms: Literal["none", "pain", "spreading", "unsure"]
    pregnant: YesNoUnsure
    pregnancy_week: int | Literal["unknown"] | None = None
    pregnancy_warnings: Words[PregnancyWarning] | None = None
    recent_injury: YesNoUnsure
    weeks_since_injury: int | Literal["unknown"] | None = None
    injury_kind: Literal["other", "fracture", "unsure"] | None = None
    hernia: YesNoUnsure
    conditions: Words[Condition]
    weeks_since_surgery: int | Literal["unknown"] | None = None
    emergency_signs: Words[EmergencySign]
    medical_signs: Words[MedicalSign]
    cleared_by_clinician: Literal["yes", "no"]
    # The defaults of these five stand in rules/questionnaire.yaml and are filled in before pydantic sees them.
    goal: Literal["relieve", "strengthen", "flexibility", "stretch", "relax", "waist", "general"] = "relieve"
    level: Literal["beginner", "regular", "trained"] = "beginner"
    minutes: int = 15
    equipment: Words[Kit] = ()
    cannot: Words[Inability] = ()
    # Wishes about single exercises by their ids; never asked for.
    leave_out: Words[str] = ()
    favourites: Words[str] = ()

    @model_validator(mode="wrap")
    @classmethod
    def _all_faults_at_once(
        cls, data: Any, handler: ModelWrapValidatorHandler[Profile], info: ValidationInfo
    ) -> Profile:
        if isinstance(data, cls):
            return data
        knowledge = (info.context or {}).get("knowledge") or Knowledge.shipped()
        return handler(nest(check(data, knowledge)))


@dataclass(frozen=True, slots=True)
class Examined:
    """The answers of a mapping, with everything that is wrong with it."""

    answers: dict[str, Any]
    """The usable answers by field. Complete, and in order, where there is no fault."""
    faults: list[ProfileFault]
    known: dict[str, Any]
    """All that can be known for the screening: also what can be read of answers with a fault."""


def check(data: Any, knowledge: Knowledge) -> dict[str, Any]:
    """Clean and complete answers of a Profile or a mapping, keyed by field.

    Raises ProfileError with all faults at once.
    """
    answers = knowledge.form.answers(data)
    if answers is not None:
        return answers
    found = examine(data, knowledge)
    if found.faults:
        raise ProfileError(found.faults, forced_messages(found.known, knowledge))
    return found.answers


def examine(data: Any, knowledge: Knowledge) -> Examined:
    """The full check. Raises ProfileError only for what is no mapping, or cannot be read."""
    questions, say = knowledge.table.questions, knowledge.say
    if isinstance(data, Profile):
        # Checked again: a copy may have been changed, and another knowledge may ask for more.
        data = vars(data)
    if not issubclass(type(data), Mapping):
        kind = type(data).__name__
        if data is None:
            found = say("answers.profile_empty")
        else:
            found = say("answers.profile_text" if isinstance(data, str | bytes) else "answers.profile_kind", kind=kind)
        raise ProfileError([ProfileFault.of(say, "", found, say("accepted.fields", fields=", ".join(questions)))])
    flat = flatten(plain(data, questions, say), questions)
    wishes, odd = taken_out(flat, knowledge.numbers, say)
    answers, faults = clean(flat, questions, say)
    known = {**answers, **readable(flat, answers, questions)}
    wrong = {fault.field for fault in faults}
    faults += [fault for fault in complete(answers, questions, say) if fault.field not in wrong]
    return Examined({**answers, **wishes}, [*faults, *odd], known)
