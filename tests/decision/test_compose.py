"""How a result is put together: its reasons, its messages and its steps, from what was decided and planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from recommender import Knowledge, PlanError
from recommender.decision.compose import Composer
from recommender.decision.plan import Plan, Planner
from tests.small import OUTCOMES, REST, SLOTS, Words, decided, small

REST_SLOT: Words = {"id": "third", "title": "a rest", "select": {"purpose": "relief"}}
AB: Mapping[str, Words] = {"a": {}, "b": {}}
FEVER: Words = {
    "field": "fever", "short": "Fever", "stage": "Signs", "kind": "choice", "risk": [["no"], ["unsure", "yes"]],
    "ask": "A fever?", "why": "So.", "sources": [], "baseline": "no",
    "answers": {"no": "No", "unsure": "Not sure", "yes": "Yes"},
}  # fmt: skip
WEEKS: Words = {
    "field": "weeks", "short": "Weeks", "stage": "Signs", "kind": "number", "risk": "downwards", "unknown": True,
    "ask": "How many weeks?", "why": "So.", "sources": [], "baseline": 9, "lowest": 0, "highest": 9,
}  # fmt: skip
NO_B_IN_FEVER: Words = {"when": {"fever": "yes"}, "then": {"avoid": {"exercise": "b"}}}
USUAL: Words = {"goal": "move", "level": "beginner", "minutes": 10, "cannot": ()}


def composed(knowledge: Knowledge, *fired: str, plan: Any = None, **answers: Any) -> Any:
    """The result where these rules fire for a beginner with ten minutes; `plan` damages the plan."""
    given = {**USUAL, **answers}
    planner = Planner(knowledge)
    decision = decided(knowledge, *fired)
    planned = planner.plan(decision, given)
    facts = knowledge.table.encode(given)
    return Composer(knowledge, planner).compose(facts, given, decision, plan(planned) if plan else planned)


def result(exercises: Mapping[str, Words], rules: Mapping[str, Words] | None = None, **more: Any) -> Any:
    """The result of these exercises where all of these rules fire; `session` and `questions` change the small ones."""
    changed = {key: more.pop(key) for key in ("session", "questions") if key in more}
    return composed(small(exercises, rules, **changed), *(rules or ()), **more)


def stop(outcome: str, **more: Any) -> Words:
    """A rule that stops."""
    return {"then": {"stop": outcome, **more}}


def advise(topic: str = "movement", **more: Any) -> Words:
    """A rule that gives advice."""
    return {"then": {"advise": topic, **more}}


def prefer(*ids: str, rank: str = "wish") -> Words:
    """A rule that puts these exercises first."""
    return {"then": {"prefer": [{"exercise": id} for id in ids], "rank": rank}}


def texts(result: Any, kind: str = "") -> list[str]:
    """What the messages say; those of one kind alone, where one is given."""
    return [message.text for message in result.messages if kind in ("", message.kind)]


# --- each exercise in one place -----------------------------------------------------------------


def test_each_exercise_stands_in_one_place() -> None:
    """It is in the routine, left out, or not chosen."""
    found = result({**AB, "c": {"purpose": "strengthen"}}, {"one": {"then": {"avoid": {"exercise": "b"}}}})
    places = [[entry.exercise for entry in part] for part in (found.routine, found.excluded, found.not_chosen)]
    assert places == [["a"], ["b"], ["c"]]


def _in_none(plan: Plan) -> Plan:
    return replace(plan, left={})


def _in_two(plan: Plan) -> Plan:
    return replace(plan, left={**plan.left, 1: "no_time"})


def _in_two_instead_of_another(plan: Plan) -> Plan:
    return replace(plan, left={1: "no_time"})


@pytest.mark.parametrize("damage", [_in_none, _in_two, _in_two_instead_of_another])
def test_an_exercise_in_no_place_or_in_two_is_an_error(damage: Any) -> None:
    """There is no routine where one is lost or named twice."""
    rules = {"one": {"then": {"avoid": {"exercise": "b"}}}}
    with pytest.raises(PlanError, match="in no place or in two"):
        result({**AB, "c": {"purpose": "strengthen"}}, rules, plan=damage)


# --- reasons ------------------------------------------------------------------------------------


def test_reasons_stand_in_the_order_of_their_weight() -> None:
    """Stops before what leaves single exercises out, the stronger first and the sooner first; kit stands last."""
    rules: dict[str, Words] = {
        "kit": {"then": {"avoid": {"exercise": "b"}}, "reading": "practical"},
        "safety": {"then": {"avoid": {"exercise": "b"}}},
        "later": stop("see_clinician"),
        "sooner": stop("see_clinician", how_soon="today"),
        "weaker": stop("relief_only", how_soon="now"),
        "strongest": stop("emergency"),
    }
    found = {entry.exercise: [reason.rule for reason in entry.reasons] for entry in result(AB, rules).excluded}
    assert found["b"] == ["strongest", "sooner", "later", "weaker", "safety", "kit"]
    assert found["a"] == ["strongest", "sooner", "later", "weaker"]


def test_reasons_of_equal_weight_stand_in_the_order_of_the_rules() -> None:
    """The order of the files decides."""
    rules = {id: {"then": {"avoid": {"exercise": "b"}}} for id in ("z", "y", "x")}
    assert [reason.rule for reason in result(AB, rules).excluded[0].reasons] == ["z", "y", "x"]


def test_what_is_taken_instead_is_allowed_itself() -> None:
    """Of the exercises that may replace one, only those that no rule leaves out are named."""
    exercises = {"a": {}, "b": {}, "c": {"replacement": ["b", "a"]}}
    rules = {"one": {"then": {"avoid": {"any_of": [{"exercise": "c"}, {"exercise": "b"}]}}}}
    assert {entry.exercise: entry.instead for entry in result(exercises, rules).excluded} == {"b": (), "c": ("a",)}


def test_a_reason_holds_the_answers_that_made_it_hold() -> None:
    """It names the answer that its rule reads and no other."""
    reason = result(AB, {"one": NO_B_IN_FEVER}, questions=[FEVER, WEEKS], fever="yes", weeks=9).excluded[0].reasons[0]
    assert (dict(reason.answers), reason.unsure) == ({"fever": "yes"}, "")


def test_a_doubt_that_counts_as_yes_is_said() -> None:
    """Whoever was not sure, or did not know the number, is told that the careful case counts."""
    weeks = {"when": {"any": [{"weeks": "under 6"}, {"weeks": "unknown"}]}, "then": {"avoid": {"exercise": "b"}}}
    knowledge = small(AB, {"one": NO_B_IN_FEVER, "two": weeks}, questions=[FEVER, WEEKS])
    reasons = composed(knowledge, "one", "two", fever="unsure", weeks="unknown").excluded[0].reasons
    notes = [knowledge.questionnaire.unsure_note, knowledge.questionnaire.unknown_note]
    assert [reason.unsure for reason in reasons] == notes


def test_the_next_person_gets_reasons_of_their_own() -> None:
    """What is remembered of a reason goes by the answers that its rule reads."""
    knowledge = small(AB, {"one": NO_B_IN_FEVER}, questions=[FEVER])
    planner = Planner(knowledge)
    composer = Composer(knowledge, planner)
    said = []
    for fever in ("yes", "unsure", "yes"):
        given = {**USUAL, "fever": fever}
        decision = decided(knowledge, "one")
        made = composer.compose(knowledge.table.encode(given), given, decision, planner.plan(decision, given))
        said.append(made.excluded[0].reasons[0].answers["fever"])
    assert said == ["yes", "unsure", "yes"]


# --- messages -----------------------------------------------------------------------------------


def test_messages_stand_in_one_order() -> None:
    """Notes on the session come first, then whom to ask, the limit, what the choice went by, and the advice."""
    rules = {
        "advice": advise(), "prefer": prefer("b"), "limit": {"then": {"limit": {"dose": "low_end"}}},
        "ask": {"then": {"ask": "doctor"}},
    }  # fmt: skip
    found = result(AB, rules, session={"slots": SLOTS})
    assert [message.kind for message in found.messages] == ["note", "ask", "limit", "prefer", "advice"]
    assert texts(found)[1:] == ["Said by ask.", "Said by limit.", "Said by prefer.", "Said by advice."]


def test_a_stop_says_itself_then_what_its_outcome_always_says() -> None:
    """The rules that stop come before the statements of the outcome, and its advice comes last."""
    rules = {"why": stop("relief_only"), "more": advise("relief")}
    found = result({"a": REST}, rules)
    assert texts(found) == ["Said by why.", "Stay there.", "Keep warm.", "Said by more."]


def test_a_stop_says_nothing_of_asking_limits_and_wishes() -> None:
    """Where there is no routine, what would have shaped it is not said."""
    rules: dict[str, Words] = {"why": stop("see_clinician"), "ask": {"then": {"ask": "doctor"}}, "wish": prefer("b")}
    assert texts(result(AB, rules)) == ["Said by why."]


def test_further_stops_stand_in_one_line_the_most_urgent_in_full() -> None:
    """Two are spelled out, the sooner first; the third and fourth are named together in a few words."""
    rules = {
        "later": stop("see_clinician"), "last": stop("see_clinician"), "now": stop("see_clinician", how_soon="now"),
        "today": stop("see_clinician", how_soon="today"),
    }  # fmt: skip
    found = texts(result(AB, rules), "stop")
    assert found == ["Said by now.", "Said by today.", "Also: short of later; short of last."]


def test_a_weaker_stop_is_not_said_beside_a_stronger_one() -> None:
    """Who needs help now is not told to rest."""
    rules = {"weaker": stop("see_clinician"), "stronger": stop("emergency")}
    assert texts(result(AB, rules)) == ["Said by stronger."]


def test_what_speaks_of_rest_positions_is_left_out_where_none_is_given() -> None:
    """The other statements stay."""
    assert texts(result(AB, {"why": stop("relief_only")})) == ["Said by why.", "Keep warm."]


def test_where_nothing_fits_there_is_no_advice() -> None:
    """Nothing is said beside what to do now, not even what is asked or advised otherwise."""
    none: Words = {"then": {"avoid": {"purpose": "mobilise"}}}
    found = result(AB, {"none": none, "ask": {"then": {"ask": "doctor"}}, "movement": advise()})
    assert (found.outcome, texts(found)) == ("nothing_fits", [])


def test_advice_stands_by_its_headings() -> None:
    """The outcome says which headings it shows and in what order; what has another heading is not said."""
    rules = {"of-kit": advise("kit"), "of-movement": advise(), "of-relief": advise("relief")}
    assert texts(result(AB, rules)) == ["Said by of-movement.", "Said by of-kit."]


def test_advice_about_an_exercise_is_said_where_the_routine_has_it() -> None:
    """It goes by the routine and not by what is allowed; by id or by what an exercise is like."""
    rules = {
        "with-a": advise(with_exercise=["a"]), "with-c": advise(with_exercise=["c"]),
        "moving": advise(if_routine_has={"purpose": "mobilise"}),
        "strong": advise(if_routine_has={"purpose": "strengthen"}),
    }  # fmt: skip
    found = result({"a": {}, "c": {"purpose": "strengthen"}}, rules)
    assert texts(found, "advice") == ["Said by with-a.", "Said by moving."]


def test_advice_on_doing_more_is_not_said_to_those_who_are_limited() -> None:
    """Only a limit that holds keeps it back."""
    rules = {"more": advise(not_when_limited="low_end"), "limit": {"then": {"limit": {"dose": "low_end"}}}}
    knowledge = small(AB, rules)
    assert texts(composed(knowledge, "more"), "advice") == ["Said by more."]
    assert texts(composed(knowledge, "more", "limit"), "advice") == []


def test_advice_on_steps_stands_at_the_steps() -> None:
    """It is a note on the exercises that it is about, and no message."""
    found = result({"a": {}, "b": {"works": ["front"]}}, {"mind": advise(on_steps={"works": "front"})})
    assert [(step.exercise, step.notes) for step in found.routine] == [("a", ()), ("b", ("Said by mind.",))]
    assert texts(found) == []


def test_what_the_choice_went_by_is_said_the_strongest_rank_first() -> None:
    """The order of the ranks counts, and that of the files only within one rank."""
    rules = {"weak": prefer("a", rank="last"), "strong": prefer("a", rank="body"), "middle": prefer("a")}
    assert texts(result(AB, rules), "prefer") == ["Said by strong.", "Said by middle.", "Said by weak."]


def test_a_wish_that_puts_all_that_is_allowed_alike_is_not_said() -> None:
    """It told no two exercises of this person apart."""
    rules = {"wish": prefer("c"), "no": {"then": {"avoid": {"exercise": "c"}}}}
    assert texts(result({**AB, "c": {}}, rules), "prefer") == []


# --- what the session lacks ---------------------------------------------------------------------


def test_what_the_answers_leave_out_and_what_had_no_time_are_two_notes() -> None:
    """Both are listed in a sentence."""
    two = {**SLOTS[1], "id": "again", "title": "one more"}
    found = result({"a": {}}, session={"slots": [SLOTS[1], two, REST_SLOT, SLOTS[0]]})
    assert texts(found, "note") == ["Left out: a strengthener, one more or a rest."]
    short = result({"a": {}, "s": {"purpose": "strengthen"}}, session={"slots": SLOTS}, minutes=1)
    assert texts(short, "note") == ["Too short for a strengthener."]


def test_much_time_left_over_is_told_in_minutes() -> None:
    """The note names the minutes given, the number of exercises, and what they take, rounded."""
    steps = [{"up_to_minutes": 60, "at_least": 1, "at_most": 2}]
    found = result({"a": {}, "b": {"dose": {"reps": 45}}}, session={"steps": steps}, minutes=20)
    assert (found.seconds, texts(found, "note")) == (95, ["20 minutes given, 2 take 2."])


# --- what to do now -----------------------------------------------------------------------------


def test_whom_to_see_and_how_soon_stands_first() -> None:
    """The soonest of all stops counts, also where a weaker outcome asks for it."""
    found = result(AB, {"one": stop("see_clinician"), "two": stop("relief_only", how_soon="today", whom="surgeon")})
    assert (found.outcome, found.urgency, found.whom) == ("see_clinician", "today", "surgeon")
    assert found.now == ("Ring the surgeon who operated on you today.", "Do not start.")


def test_rest_without_a_rest_position_has_words_of_its_own() -> None:
    """Nobody is sent to positions below where there are none."""
    found = result(AB, {"one": stop("relief_only")})
    assert (found.title, found.now) == ("Just rest", ("Rest, and see a doctor.", "None suits you."))
    given = result({"a": REST}, {"one": stop("relief_only")})
    assert (given.title, given.now) == ("Rest", ("Rest, and see a doctor.", "Use these."))


def test_where_nothing_fits_the_rest_positions_that_do_are_named() -> None:
    """They stand in what to do now, as a list."""
    rules = {"no": {"then": {"avoid": {"purpose": "mobilise"}}}}
    found = result({"a": {}, "r": REST, "s": REST}, rules)
    assert found.now == ("See a physiotherapist soon.", "A limit.", "To rest: R or S.")


def test_a_routine_is_shown_first_where_someone_is_to_be_asked_about_this_person() -> None:
    """What everybody is told to ask is no reason, nor is there anything to show where there is no routine."""
    rules = {
        "all": {"then": {"ask": "doctor"}}, "some": {"when": {"fever": "yes"}, "then": {"ask": "doctor"}},
        "no": stop("see_clinician"),
    }  # fmt: skip
    knowledge = small(AB, rules, questions=[FEVER])
    found = [
        composed(knowledge, *fired, fever="yes").show_to_clinician_first
        for fired in (["all"], ["all", "some"], ["all", "some", "no"])
    ]
    assert found == [False, True, False]


# --- steps --------------------------------------------------------------------------------------


def test_a_change_of_position_is_said_before_a_step() -> None:
    """Straight to the next one, by way of others, in any way where none is known; nothing where it stays."""
    rules = {"no-kneeling": {"then": {"avoid": {"needs": "kneel"}}}}
    lying, chair = ({"start_position": place} for place in ("lying", "chair"))
    found = [[step.change for step in result(dict.fromkeys("ab", place)).routine] for place in (chair, lying)]
    assert found == [["To chair.", ""], ["By kneeling, then side to lying.", ""]]
    assert result({"a": lying}, rules).routine[0].change == "Somehow to lying."


def test_a_step_says_why_it_is_there() -> None:
    """A slot or the time that was left, and the titles of the rules that put it first."""
    rules = {"wish": prefer("b"), "other": prefer("a", rank="last")}
    steps = {step.exercise: step.reasons for step in result(AB, rules, session={"slots": SLOTS[:1]}).routine}
    assert steps == {
        "b": ("It holds a mobiliser.", "Title of wish."),
        "a": ("More of: Warm-up.", "Title of other."),
    }


def test_a_rest_position_is_no_part_of_a_session() -> None:
    """It fills neither a slot nor time; only what put it first is said."""
    found = result({"a": REST}, {"one": stop("relief_only"), "wish": prefer("a")})
    assert found.routine[0].reasons == ("Title of wish.",)


def test_a_rest_between_sets_is_given_where_there_are_sets() -> None:
    """With one set there is nothing to rest between."""
    exercises = {"a": {"dose": {"sets": "1 to 2", "rest": 20}}}
    found = [result(exercises, level=level).routine[0].dose for level in ("beginner", "trained")]
    assert [(dose.sets, dose.rest) for dose in found] == [(1, 0), (2, 20)]


def test_a_step_takes_its_change_and_its_dose() -> None:
    """The seconds of the result are those of its steps."""
    found = result({"a": {"start_position": "chair"}, "b": {}})
    assert [(step.order, step.change_seconds, step.seconds) for step in found.routine] == [(1, 10, 40), (2, 16, 46)]
    assert found.seconds == 86


# --- what was not chosen, and the rest ----------------------------------------------------------


def test_what_came_first_is_named() -> None:
    """Of one family the exercise that has its place, of a phase all that are in the routine."""
    exercises = {"a": {"family": "kin"}, "b": {"family": "kin"}, "c": {}, "far": {"start_position": "lying"}}
    found = result(exercises, minutes=3, session={"far": {"seconds": 5, "before_rank": "wish", "fill_share": 1}})
    assert {entry.exercise: entry.text for entry in found.not_chosen} == {"b": "Like A.", "far": "After A, C."}


def test_a_result_says_how_much_of_what_decided_is_signed() -> None:
    """Only rules that hold for this person count, and those that nobody has signed are named."""
    found = composed(small(AB, {"one": advise(), "two": advise(), "three": advise()}), "one", "three").review
    assert (found.rules, found.signed, found.drafts) == (2, 0, ("one", "three"))


def test_a_result_holds_the_answers_that_made_it() -> None:
    """Wishes stand there too, and what nobody asks for does not."""
    found = result(AB, favourites=("b",), leave_out=("a",), other="x")
    assert dict(found.profile) == {**USUAL, "leave_out": ("a",), "favourites": ("b",)}


def test_the_title_is_that_of_the_outcome() -> None:
    """Each outcome has its own."""
    outcomes = {name: said["title"] for name, said in OUTCOMES["outcomes"].items()}
    for outcome in ("emergency", "see_clinician"):
        assert result(AB, {"one": stop(outcome)}).title == outcomes[outcome]
    assert result(AB).title == outcomes["routine"]
