"""The timed script of a routine: honest times, and words for every cue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given

from recommender import Knowledge, PlanError, Recommendation, recommend
from recommender.cli.files import read_profile
from recommender.follow.screen import said, written
from recommender.follow.script import Cue, Script, script_of
from recommender.logic.answers import nest
from tests.command_line import EXAMPLES
from tests.conftest import examples
from tests.strategies import KNOWLEDGE, flat_profiles

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


def result_of(name: str) -> Recommendation:
    return recommend(read_profile(str(EXAMPLES / f"{name}.yaml")))


def script(name: str) -> Script:
    return script_of(result_of(name), Knowledge.shipped())


def planned(script: Script) -> list[tuple[Cue, ...]]:
    """The cues of each part, for whoever does all of them in turn."""
    places = [script.starts_from, *(part.step.position for part in script.parts)]
    return [script.cues(number, {place}) for number, place in enumerate(places[:-1])]


def test_the_examples_hold_both_routines_and_rest_positions() -> None:
    """What the other tests run through is not empty."""
    outcomes = {result_of(name).outcome for name in NAMES}
    assert outcomes == {"routine", "relief_only", "see_clinician", "emergency"}


@pytest.mark.parametrize("name", NAMES)
def test_the_script_takes_as_long_as_the_result_says(name: str) -> None:
    """The cues of each step add up to its seconds, and those of the session to the result's."""
    result, found = result_of(name), planned(script(name))
    assert [sum(cue.seconds for cue in cues) for cues in found] == [step.seconds for step in result.routine]
    assert sum(cue.seconds for cues in found for cue in cues) == result.seconds


@given(flat_profiles())
@examples(60)
def test_every_persons_script_takes_as_long_as_the_result_says(flat: dict[str, object]) -> None:
    """The same for any profile that gets something to do."""
    result = recommend(nest(flat), knowledge=KNOWLEDGE)
    assume(result.routine)
    script = script_of(result, KNOWLEDGE)
    assert sum(cue.seconds for cues in planned(script) for cue in cues) == result.seconds


@pytest.mark.parametrize("name", NAMES)
def test_every_cue_has_time_and_words(name: str) -> None:
    """No cue is empty, and each repetition of the dose is complete exactly once."""
    made = script(name)
    for part, cues in zip(made.parts, planned(made), strict=True):
        assert all(cue.seconds > 0 and cue.words for cue in cues)
        assert sum(cue.ends_rep for cue in cues) == part.reps
        assert cues[0].kind == "ready"
        assert cues[0].seconds == part.step.change_seconds


def test_sides_rests_and_holds_come_in_their_order() -> None:
    """Two sets of two, each side, with a hold: every part of the dose stands where it belongs."""
    result = result_of("desk-worker")
    step = next(step for step in result.routine if step.dose.per_side and step.dose.hold > 1)
    rep = Knowledge.shipped().exercises[Knowledge.shipped().numbers[step.exercise]].rep_seconds
    sides = Knowledge.shipped().session.seconds.between_sides
    dose = replace(step.dose, sets=2, reps=2, rest=30)
    side = 2 * (rep + dose.hold)
    change = step.change_seconds
    seconds = change + 2 * (2 * side + sides) + 30
    alone = replace(step, dose=dose, seconds=seconds, order=1)
    made = script_of(replace(result, routine=(alone,), seconds=seconds), Knowledge.shipped())
    (part,) = made.parts
    one_side = ["move", "hold", "back"] * 2
    one_set = [*one_side, "side", *one_side]
    assert [cue.kind for cue in part.cues] == [*one_set, "rest", *one_set]
    assert {cue.bells for cue in part.cues if cue.kind in ("side", "rest")} == {2}
    assert {cue.bells for cue in part.cues if cue.kind == "back"} == {1}
    assert [cue.side for cue in part.cues if cue.kind == "hold"] == [1, 1, 2, 2] * 2
    assert [cue.set for cue in part.cues if cue.kind == "hold"] == [1] * 4 + [2] * 4


def test_each_next_exercise_rings_three_times() -> None:
    """The bell calls for the next exercise, and not for the first, which the person has just begun."""
    parts = script("trained").parts
    assert len(parts) > 8
    assert [part.ready.bells for part in parts] == [0] + [3] * (len(parts) - 1)


def test_times_that_do_not_fit_are_refused() -> None:
    """A result whose times are not those of the exercises gives no script, rather than a wrong one."""
    result = result_of("desk-worker")
    first = replace(result.routine[0], seconds=result.routine[0].seconds + 1)
    steps = (first, *result.routine[1:])
    for changed in ({"routine": steps}, {"seconds": result.seconds + 1}, {"routine": steps, "seconds": 882}):
        with pytest.raises(PlanError, match="times"):
            script_of(replace(result, **changed), Knowledge.shipped())


def test_an_unknown_exercise_is_refused() -> None:
    """A result with an exercise that is not known here gives no script."""
    result = result_of("desk-worker")
    odd = replace(result.routine[0], exercise="handstand", name="Handstand")
    with pytest.raises(PlanError, match="Handstand"):
        script_of(replace(result, routine=(odd, *result.routine[1:])), Knowledge.shipped())


def test_from_elsewhere_there_is_time_for_the_longer_change() -> None:
    """Whoever skipped the way to the floor gets the time for it before the next exercise."""
    made = script("desk-worker")  # 2 and 3 both lie on the front
    assert made.cues(2, {"prone"})[0] == made.parts[2].ready
    from_standing = made.cues(2, {made.starts_from})[0]
    assert from_standing.seconds > made.parts[2].ready.seconds + 20
    assert made.parts[2].position in from_standing.words
    either = made.cues(2, {"prone", made.starts_from})[0]
    assert either.seconds == from_standing.seconds


@pytest.mark.parametrize("name", NAMES)
def test_the_written_script_ends_when_the_result_says(name: str) -> None:
    """Printed without a terminal, the last line carries the time of the session."""
    result = result_of(name)
    assert written(script(name))[-1].split() == [f"{result.seconds // 60}:{result.seconds % 60:02d}", "The", "end."]


def test_what_is_said_names_the_exercise_the_dose_and_when_to_stop() -> None:
    """Whoever only listens hears everything that stands on the screen before an exercise."""
    whole = script("hernia")
    number, part = next((number, part) for number, part in enumerate(whole.parts, start=1) if part.kit)
    text = " ".join(said(part.ready, part, number, whole))
    assert part.step.name in text
    assert part.step.stop_when in text
    assert all(line in text for line in (*part.step.how, *part.step.notes))
    assert all(kit in text for kit in part.kit)
    assert part.kit
