"""The answers of one person as a model of pydantic, for callers and web frameworks.

`recommend` takes a plain mapping as well, and checks both alike; nothing else imports this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from recommender.errors import ProfileError
from recommender.knowledge.knowledge import Knowledge
from recommender.logic.nested import nest
from recommender.profile.checking import check

__all__ = ["PainPosition", "Profile", "describe"]

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


class _Answers(BaseModel):
    """Answers, whose JSON Schema says what the shipped questionnaire says of each."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, use_attribute_docstrings=True)
    _group: ClassVar[str] = ""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler.resolve_ref_schema(handler(core_schema))
        describe(schema["properties"], Knowledge.shipped(), cls._group)
        return schema


class PainPosition(_Answers):
    """What each position does to the pain. `unsure` counts as worse, and not as eased."""

    _group = "pain_position."

    lying: Felt
    standing: Felt
    sitting: Felt


class Profile(_Answers):
    """Everything that is asked of a person; rules/questionnaire.yaml says how each answer is meant.

    The fields up to `cleared_by_clinician` decide safety and have no default. Details of a pregnancy,
    an injury or an operation may be left out where there is none.
    Sets are given as lists and kept in the order of the questionnaire. The answers are those of
    today; `recommender.profile.saved_answers.current` reads a saved file that holds the days of its answers.

    Raises:
        ValidationError: pydantic's, with all faults at once. Its `errors()` begin with those of the type `demanded`,
            one for each sentence, where the given answers already demand something. All others are of the type
            `wrong_answer` or `missing_answer`, and tell in `ctx` the `field`, what was `found` there and what is
            `accepted`.
    """

    age: int
    pain_position: PainPosition
    """What lying, standing and sitting do to the pain."""
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
    """The ids of exercises that are not wished for. They only choose among what the rules allow."""
    favourites: Words[str] = ()
    """The ids of exercises to do first, where the rules allow them."""

    @model_validator(mode="wrap")
    @classmethod
    def _all_faults_at_once(
        cls, data: Any, handler: ModelWrapValidatorHandler[Profile], info: ValidationInfo
    ) -> Profile:
        if isinstance(data, cls):
            return data
        knowledge = (info.context or {}).get("knowledge") or Knowledge.shipped()
        try:
            answers = check(data, knowledge)
        except ProfileError as error:
            raise ValidationError.from_exception_data(cls.__name__, list(_as_data(error))) from None
        return handler(nest(answers))


def _as_data(error: ProfileError) -> Iterator[InitErrorDetails]:
    """What the answers demand, and then every fault. The answers themselves are not repeated."""
    for text in error.forced:
        yield InitErrorDetails(type=PydanticCustomError("demanded", "{demanded}", {"demanded": text}), input=None)
    for fault in error.faults:
        kind = "missing_answer" if fault.missing else "wrong_answer"
        found = {"field": fault.field, "found": fault.found or "no answer.", "accepted": fault.accepted}
        text = "{field}: {found} Accepted: {accepted}." if fault.field else "{found} Accepted: {accepted}."
        place = tuple(fault.field.split(".")) if fault.field else ()
        yield InitErrorDetails(type=PydanticCustomError(kind, text, found), loc=place, input=None)


def describe(properties: dict[str, Any], knowledge: Knowledge, group: str = "") -> None:
    """Put the bounds, words, defaults and wording of a questionnaire into the JSON Schemas of answers, by field."""
    questions = knowledge.table.questions
    for name, place in properties.items():
        question = questions.get(f"{group}{name}")
        if question is None:
            continue
        place["description"] = question.ask
        place.pop("default", None)
        options = {option.get("type"): option for option in place.get("anyOf", [place])}
        if question.kind == "number":
            options["integer"] |= {"minimum": question.lowest, "maximum": question.highest}
        elif question.kind == "choice":
            options["string"]["enum"] = list(question.words)
        else:
            options["array"]["items"]["enum"] = list(question.words)
        if question.default is not None:
            place["default"] = list(question.default) if isinstance(question.default, tuple) else question.default
