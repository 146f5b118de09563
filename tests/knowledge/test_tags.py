"""The words of the catalogue: what stands by itself, what must be chosen, and what an exercise asks of the body."""

from __future__ import annotations

import pytest

from recommender import Knowledge, KnowledgeError
from recommender.errors import KnowledgeFault
from recommender.knowledge.catalogue import Exercise
from recommender.knowledge.selectors import needs_of
from tests.altered import altered

FRONT = "catalog/exercises/on-the-front.yaml"
RELIEF = "catalog/exercises/relief-positions.yaml"
STANDING = "catalog/exercises/standing-and-sitting.yaml"
TILTS = "catalog/exercises/pelvic-tilts.yaml"
VOCABULARY = "catalog/vocabulary.yaml"
QUESTIONS = "rules/questionnaire.yaml"
LONG = 15  # seconds, from which a hold may be demanding


def faults(file: str, old: str, new: str) -> tuple[KnowledgeFault, ...]:
    """What is wrong when one text of a file is replaced."""
    with pytest.raises(KnowledgeError) as caught:
        altered({file: [(old, new)]})
    return caught.value.faults


def bearing(word: str, knowledge: Knowledge) -> set[str]:
    return {e.id for e in knowledge.exercises if word in e.postures}


# --- one of two words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (TILTS, "postures: [standing_held]", "postures: []", "exactly one of standing_held and standing_free"),
        (TILTS, "postures: [standing_held]", "postures: [standing_held, standing_free]", "exactly one"),
        (STANDING, "postures: [hip_past_right_angle, standing_held]", "postures: []", "`sit-to-stand`"),
        (FRONT, "postures: [prone_over_roller]", "postures: []", "prone_over_roller and prone_without_roller"),
        (STANDING, "postures: [hip_past_right_angle]", "postures: [standing_held]", "only for exercises"),
    ],
)
def test_a_choice_must_be_made_once_and_only_where_it_is_asked(file: str, old: str, new: str, said: str) -> None:
    """Who stands or lies on the front has exactly one word of the choice, all others none; file and line are named."""
    (fault,) = faults(file, old, new)
    assert said in fault.found
    assert fault.file == file
    assert fault.line is not None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("of: [standing_held, standing_free]", "of: [standing_held, standing_fre]", '"standing_fre"'),
        ("- where: {needs: stand}", "- where: {needs: stnd}", '"stnd"'),
        ("- where: {needs: lie_on_front}", "- where: {nees: lie_on_front}", '"nees"'),
    ],
)
def test_a_choice_names_known_words(old: str, new: str, said: str) -> None:
    """A misspelt word in the declaration of a choice is named with its line in the vocabulary."""
    hits = [fault for fault in faults(VOCABULARY, old, new) if said in fault.found]
    assert hits
    assert hits[0].file == VOCABULARY
    assert hits[0].line is not None


def test_an_unknown_posture_is_named() -> None:
    """A posture that the vocabulary does not have is a fault, with the nearest word."""
    found = faults(TILTS, "postures: [standing_held]", "postures: [standing_hold]")
    assert any('"standing_hold"' in fault.found and "standing_held" in fault.do for fault in found)


# --- what the words come to ------------------------------------------------------------------


def test_every_exercise_on_hands_and_knees_bends_the_hips(knowledge: Knowledge) -> None:
    """Hands and knees, hips to heels and a knee drawn to the chest all bend a hip past a right angle."""
    bent = bearing("hip_past_right_angle", knowledge)
    for exercise in knowledge.exercises:
        if exercise.start_position == "hands_and_knees" or {"knee_to_chest", "hips_to_heels"} & set(exercise.patterns):
            assert exercise.id in bent, exercise.id
    assert not bent & {"glute-bridge", "legs-on-chair", "seated-upper-body-turn", "pelvic-floor-squeezes"}


def test_over_the_roller_is_what_requires_a_roller(knowledge: Knowledge) -> None:
    """On the front, exactly the exercises that require a roller are done over one."""
    needing = {e.id for e in knowledge.exercises if e.start_position == "prone" and "roller" in e.equipment.required}
    assert bearing("prone_over_roller", knowledge) == needing


def test_one_leg_carries_the_weight_only_with_a_hold(knowledge: Knowledge) -> None:
    """Nobody is asked to stand on one leg without a hand on a chair or a wall."""
    on_one_leg = bearing("weight_on_one_leg", knowledge)
    assert on_one_leg == {"sideways-leg-lift-holding-chair"}
    assert on_one_leg <= bearing("standing_held", knowledge)
    assert not any("single_leg_stance" in e.patterns for e in knowledge.exercises)


def test_a_selector_reads_postures(knowledge: Knowledge) -> None:
    """`posture` in a selector means the exercises that bear the word."""
    mask = knowledge.selectors.compile({"posture": "standing_held"})
    found = {e.id for n, e in enumerate(knowledge.exercises) if mask >> n & 1}
    assert found == bearing("standing_held", knowledge)
    assert {"wall-squat", "heel-raise-holding-chair", "sit-to-stand"} <= found


def shortest_hold(exercise: Exercise) -> int:
    """The shortest hold that any of its doses allows."""
    return min(dose.hold.low for dose in exercise.doses)


def test_a_long_hold_is_long_in_every_dose(knowledge: Knowledge) -> None:
    """What is demanding for a long hold has no shorter dose; a straight leg that has one is not demanding for it."""
    for exercise in knowledge.exercises:
        if "long_hold" in exercise.demanding_for:
            assert shortest_hold(exercise) >= LONG, exercise.id
        elif "single_leg_raise" in exercise.patterns:
            assert shortest_hold(exercise) < LONG, exercise.id


def test_one_reading_for_all_of_a_kind(knowledge: Knowledge) -> None:
    """A limb that is drawn, and the chest on the forearms, are moderate in every exercise of the kind."""
    for exercise in knowledge.exercises:
        if {"knee_to_chest", "strap_hamstring_stretch"} & set(exercise.patterns) or exercise.family == "crossed_leg":
            assert exercise.intensity == "moderate", exercise.id
    for id in ("forearm-rest", "wall-stretch-tall"):
        found = knowledge.exercise(id)
        assert found is not None
        assert found.intensity == "moderate"


# --- on a bed, on a chair --------------------------------------------------------------------


def test_rest_positions_need_no_way_to_the_floor(knowledge: Knowledge) -> None:
    """What may be taken on a bed asks nobody to get down to the floor, and still asks for the position itself."""
    rests = [e for e in knowledge.exercises if e.purpose == "relief"]
    assert len(rests) == 3
    for exercise in rests:
        needs = needs_of(exercise, knowledge.vocabulary)
        assert "get_to_floor" not in needs
        assert {"lie_on_back", "lie_on_side"} & set(needs)


def test_only_rest_positions_may_be_on_a_bed() -> None:
    """An exercise with another purpose is refused with `on_bed`."""
    old = "    family: pelvic_tilt\n    start_position: standing\n"
    (fault,) = faults(TILTS, old, f"{old}    on_bed: true\n")
    assert "relief" in fault.found


def test_every_need_can_be_answered() -> None:
    """A need that nobody is asked about is a fault."""
    old = "    sit_on_chair: {title: sitting on a chair"
    found = faults(VOCABULARY, old, f"    hang: {{title: hanging, means: Hanging by the hands.}}\n{old}")
    assert any("hang" in fault.found and "`cannot`" in fault.found for fault in found)


def test_a_movement_may_be_an_answer_too() -> None:
    """`cannot` may hold answers that are no need, such as a movement that hurts."""
    more = "      sit_on_chair: Sit on a chair\n      made_up_movement: Make a movement up\n"
    changed = altered({QUESTIONS: [("      sit_on_chair: Sit on a chair\n", more)]})
    assert "made_up_movement" in changed.table.questions["cannot"].words
