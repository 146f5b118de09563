"""Which screen comes next: with the shipped questions, and with small rules made up for one test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given

from recommender import Knowledge, KnowledgeError, ProfileError, recommend
from recommender.knowledge.files import shipped_folder
from recommender.logic.answers import nest
from recommender.logic.conditions import decide_partly
from recommender.logic.facts import Begun
from recommender.profile.checking import check
from recommender.profile.interview import Interview
from recommender.profile.kit import words_that_matter
from recommender.profile.screening import forced, forced_messages
from recommender.profile.screens import Screen, screens_of
from recommender.review.examples import baseline
from tests.altered import altered, altered_texts
from tests.conftest import examples
from tests.strategies import KNOWLEDGE, QUESTIONS, Answers, flat_profiles

QUESTIONNAIRE = "rules/questionnaire.yaml"
PARTS = list(QUESTIONS["medical_signs"].screens)
FIRST, SECOND, THIRD = (f"medical_signs/{part}" for part in PARTS)
POSITIONS = "pain_position.lying+pain_position.sitting+pain_position.standing"
HEALTHY = baseline(KNOWLEDGE)
ORDINARY = {**HEALTHY, "age": 45, "pain_now": 3, "pain_course": "new", "onset": "gradual", "level": "beginner"}
UNASKED_AFTER_STOP = {"hernia", POSITIONS, "cleared_by_clinician", "cannot", "equipment", "level", "goal", "minutes"}

RULE = """
  - id: {id}
    title: {title}
    short: {title}
    when: {when}
    then: {{stop: {stop}, whom: {whom}, how_soon: {how_soon}}}
    say: {say}
    because: A test needs it.
    reading: project
    fires_for: [{fires}]
    silent_for: [{{age: 40}}]
"""


def rule(
    id: str, when: str, *, fires: str, soon: str = "soon", stop: str = "see_clinician", whom: str = "doctor"
) -> str:
    """One stopping rule as text."""
    return RULE.format(
        id=id, title=f"Title of {id}", when=when, stop=stop, whom=whom, how_soon=soon, say=f"Say {id}.", fires=fires
    )


def with_rules(*rules: str) -> Knowledge:
    """The shipped knowledge with these rules besides."""
    return altered(add={"rules/safety/made-up.yaml": "topic: Made up\nrules:" + "".join(rules)})


def value_of(screen: Screen, flat: Mapping[str, Any]) -> Any:
    """The answer of this person to a screen; what they do not say is healthy."""
    values = [flat.get(question.field, question.baseline) for question in screen.questions]
    if screen.called:
        return values
    return [word for word in values[0] if word in screen.question.words] if screen.question.kind == "set" else values[0]


def asked(flat: Mapping[str, Any], knowledge: Knowledge = KNOWLEDGE) -> tuple[Interview, list[str]]:
    """The interview of this person, and the names of the screens that they saw."""
    interview, names = Interview(knowledge), []
    while (screen := interview.next_screen()) is not None:
        names.append(screen.name)
        interview.answer(screen, value_of(screen, flat))
    return interview, names


def answered(interview: Interview, flat: Mapping[str, Any], *, until: str) -> Screen:
    """The screen of this name, with all that come before it answered."""
    while (screen := interview.next_screen()) is not None and screen.name != until:
        interview.answer(screen, value_of(screen, flat))
    assert screen is not None
    return screen


def screen_of(name: str, knowledge: Knowledge = KNOWLEDGE) -> Screen:
    return next(screen for screen in screens_of(knowledge.questionnaire) if screen.name == name)


# --- screens ----------------------------------------------------------------------------------


def test_an_ordinary_person_sees_at_most_twenty_screens() -> None:
    """Someone of 45 with pain of 3 and no sign sees at most 20 screens, where rules read every question too."""
    course = rule("made-up-course", "{pain_course: worse}", fires="{pain_course: worse}")
    onset = rule("made-up-onset", "{onset: fall}", fires="{onset: fall}")
    for knowledge in (KNOWLEDGE, with_rules(course, onset)):
        _, names = asked(ORDINARY, knowledge)
        assert len(names) <= 20, names
    assert {"pain_course", "onset"} <= set(names)


def test_the_order_is_that_of_the_file() -> None:
    """Screens come in the order of their questions in the file."""
    order = [screen.name for screen in screens_of(KNOWLEDGE.questionnaire)]
    _, names = asked(ORDINARY)
    assert names == [name for name in order if name in names]


def test_medical_signs_are_three_screens_and_one_answer() -> None:
    """Each word stands on one screen, `unsure` at the end of all; the answer is one set, and none is an answer."""
    interview, names = asked({**ORDINARY, "medical_signs": []})
    assert names[1:4] == [FIRST, SECOND, THIRD]
    assert interview.answers["medical_signs"] == ()
    words = [word for name in (FIRST, SECOND, THIRD) for word in screen_of(name).question.words]
    assert sorted(set(words)) == sorted(QUESTIONS["medical_signs"].words)
    assert len(words) == len(QUESTIONS["medical_signs"].words) + 2
    assert all(screen_of(name).question.words[-1] == "unsure" for name in (FIRST, SECOND, THIRD))


def test_a_set_is_no_answer_before_its_last_screen() -> None:
    """What was named stands in the file under its screen, and the question counts as unanswered."""
    interview = Interview(KNOWLEDGE)
    answered(interview, {"medical_signs": ["blood_thinners"]}, until=SECOND)
    assert interview.saved() == {"emergency_signs": (), "medical_signs": {PARTS[0]: []}}
    again = Interview(KNOWLEDGE, {"emergency_signs": ()}, {"medical_signs": {PARTS[0]: ()}})
    screen = again.next_screen()
    assert screen is not None
    assert screen.name == SECOND


def test_a_part_of_an_answer_is_known_as_far_as_it_goes() -> None:
    """Words that were named are named for good; words not asked yet, and a doubt that may come, are not known."""
    table = KNOWLEDGE.table
    begun = Begun(frozenset({"night_pain", "flank_pain"}), frozenset({"night_pain"}))
    facts = table.encode_partly({"medical_signs": begun})
    code = {v.name: facts[v.index] for v in table.variables if v.field == "medical_signs"}
    assert code["medical_signs:night_pain"] == 2
    assert code["medical_signs:any"] == 1
    assert {code[f"medical_signs:{word}"] for word in ("flank_pain", "cancer_history", "unsure")} == {None}
    unsure = Begun(begun.asked | {"unsure"}, frozenset({"unsure"}))
    facts = table.encode_partly({"medical_signs": unsure})
    code = {v.name: facts[v.index] for v in table.variables if v.field == "medical_signs"}
    assert (code["medical_signs:unsure"], code["medical_signs:flank_pain"]) == (1, 1)
    assert code["medical_signs:cancer_history"] is None


def test_the_three_positions_are_one_screen() -> None:
    """Lying, sitting and standing are asked at once, and may be answered at once or some at a time."""
    interview = Interview(KNOWLEDGE)
    screen = answered(interview, ORDINARY, until=POSITIONS)
    assert screen.called == ("lying", "sitting", "standing")
    number = interview.place()[0]
    interview.answer(screen.only(screen.questions[:1]), ["eased"])
    left = interview.next_screen()
    assert left is not None
    assert (left.name, left.called, interview.place()[0]) == (POSITIONS, ("sitting", "standing"), number)
    interview.answer(left, ["worse", "same"])
    kept = {name: value for name, value in interview.answers.items() if name.startswith("pain_position")}
    assert list(kept.values()) == ["eased", "worse", "same"]
    assert interview.back() is not None
    assert not any(name.startswith("pain_position") for name in interview.answers)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "answers: [weight_loss, fainting, recent_operation",
            "answers: [weight_loss, recent_operation",
            "exactly once",
        ),
        ("[weight_loss, fainting,", "[weight_loss, fainting, cancer_history,", "exactly once"),
        ("recent_operation, recent_birth, unsure]", "recent_operation, recent_birth]", "end of every screen"),
        ("      pain_position.sitting: sitting\n", "      pain_now: now\n", "side by side"),
        ("when: {age: at least 60}", "when: {pain_now: at least 6}", "later than pregnant"),
        ("when: {age: at least 60}", "when: {agee: at least 60}", "no field"),
    ],
)
def test_faulty_screens_are_found_when_they_are_loaded(old: str, new: str, found: str) -> None:
    """A word on two screens or on none, an `unsure` that is missing, and questions that do not go together."""
    with pytest.raises(KnowledgeError, match=found):
        Knowledge.of_texts(altered_texts({QUESTIONNAIRE: [(old, new)]}), shipped_folder())


# --- where one is -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"pregnant": "yes", "age": 30},
        {"age": 70},
        {"medical_signs": ["cancer_history"], "cleared_by_clinician": "yes"},
        {"recent_injury": "yes", "cleared_by_clinician": "yes"},
        {"conditions": ["back_surgery"], "cleared_by_clinician": "yes"},
    ],
)
def test_the_place_grows_by_one_and_the_number_hardly_changes(changes: dict[str, Any]) -> None:
    """Each screen is one more; how many there will be changes by three at most, and is right at the last one."""
    interview, places = Interview(KNOWLEDGE), []
    while (screen := interview.next_screen()) is not None:
        places.append(interview.place())
        interview.answer(screen, value_of(screen, {**ORDINARY, **changes}))
    assert [number for number, _ in places] == list(range(1, len(places) + 1))
    abouts = [about for _, about in places]
    assert all(abs(one - other) <= 3 for one, other in pairwise(abouts)), abouts
    assert places[-1][0] == places[-1][1]


def test_to_say_where_one_is_changes_nothing() -> None:
    """Looking ahead leaves the answers as they are."""
    interview = Interview(KNOWLEDGE)
    answered(interview, ORDINARY, until=SECOND)
    before = (interview.saved(), list(interview.given), set(interview.fresh))
    interview.place()
    assert (interview.saved(), list(interview.given), set(interview.fresh)) == before


# --- stops ------------------------------------------------------------------------------------


def test_an_emergency_ends_it() -> None:
    """Once an emergency is certain nothing more is asked, in the middle of a long question too."""
    assert asked({"emergency_signs": ["leg_weakness"]})[1] == ["emergency_signs"]
    interview, names = asked({"medical_signs": ["flank_pain", "fever_or_infection"]})
    assert names == ["emergency_signs", FIRST]
    stop = interview.stop()
    assert stop is not None
    assert stop.outcome == "emergency"
    assert interview.saved()["medical_signs"] == {PARTS[0]: ["fever_or_infection", "flank_pain"]}


@examples(60)
@given(flat_profiles())
def test_after_a_stop_only_what_makes_it_sooner_is_asked(flat: Answers) -> None:
    """Each screen after a stop holds an answer that a stronger or sooner rule still reads; never hernia or position."""
    interview = Interview(KNOWLEDGE)
    times = list(KNOWLEDGE.outcomes.how_soon)
    while (screen := interview.next_screen()) is not None:
        stop = interview.stop()
        if stop is not None:
            assert stop.outcome == "see_clinician"
            assert screen.name not in UNASKED_AFTER_STOP
            facts = KNOWLEDGE.table.encode_partly(interview.answers)
            sooner = [
                c
                for c in KNOWLEDGE.rules
                if c.rule.then.stop == "emergency"
                or (c.effect == "stop" and times.index(KNOWLEDGE.calls[c.id].how_soon) < stop.soon)
            ]
            reading = [c for c in sooner if {q.field for q in screen.questions} & c.fields]
            assert any(decide_partly(c.condition, facts) is None for c in reading)
        interview.answer(screen, value_of(screen, flat))


@examples(60)
@given(flat_profiles())
def test_a_stop_is_as_soon_as_that_of_the_whole_profile(flat: Answers) -> None:
    """Whoever is stopped after fewer questions hears the outcome and how soon that the whole profile gives.

    The clearance that nobody asked for counts as no, and a pregnancy from 60 on as no as well.
    """
    interview, _ = asked(flat)
    stop = interview.stop()
    if stop is None:
        return
    if "cleared_by_clinician" not in interview.answers:
        flat = {**flat, "cleared_by_clinician": "no"}
    if interview.assumed:
        flat = {n: v for n, v in flat.items() if not n.startswith("pregnan")} | {"pregnant": "no"}
    whole = recommend(nest(flat))
    assert (whole.outcome, KNOWLEDGE.calls[stop.stops[0].id].how_soon) == (stop.outcome, whole.urgency)
    assert whole.now[0] == stop.now[0] or whole.whom != KNOWLEDGE.calls[stop.stops[0].id].whom


def test_a_clearance_that_nobody_asked_for_counts_as_no() -> None:
    """A finding that a clearance would lift is among the stops once another is certain; its question never comes."""
    knowledge = with_rules(rule("made-up-young", "{age: up to 20}", fires="{age: 19}"))
    interview, names = asked({"age": 19, "medical_signs": ["cancer_history"]}, knowledge)
    assert "cleared_by_clinician" not in names
    stop = interview.stop()
    assert stop is not None
    assert {"made-up-young", "sign-cancer-history"} <= {compiled.id for compiled in stop.stops}


def test_it_goes_on_for_a_rule_that_is_sooner_and_for_no_other() -> None:
    """After a stop of the next days, what makes it today is asked for; what only adds a reason is not."""
    sooner = rule("made-up-today", "{onset: fall}", soon="today", fires="{onset: fall}")
    alike = rule("made-up-alike", "{pain_course: worse}", fires="{pain_course: worse}")
    knowledge = with_rules(rule("made-up-young", "{age: up to 20}", fires="{age: 19}"), sooner, alike)
    interview, names = asked({"age": 19, "onset": "fall", "pain_course": "worse"}, knowledge)
    assert "onset" in names
    assert "pain_course" not in names
    stop = interview.stop()
    assert stop is not None
    assert stop.stops[0].id == "made-up-today"
    assert stop.now[0] == KNOWLEDGE.outcomes.first["today"].format(whom=KNOWLEDGE.outcomes.whom["doctor"])


def test_a_rule_of_two_open_halves_is_asked_for() -> None:
    """Where no single answer decides a rule, its questions are asked all the same."""
    severe_now, behind = "[{acute_pain: yes}, {pain_now: at least 9}]", "[{age: at least 99}, {onset: fall}]"
    halves = f"{{all: [{{any: {severe_now}}}, {{any: {behind}}}]}}"
    severe = rule("made-up-severe", halves, fires="{acute_pain: yes, onset: fall}", soon="today")
    knowledge = with_rules(
        rule("made-up-first", "{medical_signs: supervised_only}", fires="{medical_signs: [supervised_only]}"), severe
    )
    flat = {"medical_signs": ["supervised_only"], "acute_pain": "yes", "onset": "fall"}
    interview, names = asked(flat, knowledge)
    assert {"age", "pain_now", "acute_pain", "onset"} <= set(names)
    stop = interview.stop()
    assert stop is not None
    assert stop.stops[0].id == "made-up-severe"


# --- what is said first -----------------------------------------------------------------------


def made_up_stops(*times: str) -> Knowledge:
    return with_rules(
        *(rule(f"made-up-{n}", "{age: up to 20}", fires="{age: 19}", soon=soon) for n, soon in enumerate(times))
    )


def test_whom_and_how_soon_come_first_and_the_most_urgent_stops_in_full() -> None:
    """The first sentence names whom and how soon; three stops are said in full, the rest in one line by title."""
    knowledge = made_up_stops("soon", "urgent", "soon", "today", "soon")
    found = forced({"age": 19}, knowledge)
    assert found is not None
    outcomes = knowledge.outcomes
    assert found.now[0] == outcomes.first["today"].format(whom=outcomes.whom["doctor"])
    assert found.now[1:] == outcomes.outcomes["see_clinician"].now
    assert found.why[:2] == ("Say made-up-3.", "Say made-up-1.")
    assert len(found.why) == outcomes.spelled_out + 1
    assert all(title in found.why[-1] for title in ("Title of made-up-2", "Title of made-up-4"))


def test_a_forced_stop_says_what_the_result_says() -> None:
    """The sentences of the questionnaire's end are those of the result: one place makes both."""
    knowledge = made_up_stops("soon", "urgent", "soon", "today", "soon")
    result = recommend(nest({**HEALTHY, "age": 19}), knowledge=knowledge)
    found = forced({**HEALTHY, "age": 19}, knowledge)
    assert found is not None
    assert (found.title, found.now) == (result.title, result.now)
    assert list(found.why) == [message.text for message in result.messages_of("stop")]


def test_a_weaker_outcome_is_not_said_under_a_stronger_one() -> None:
    """Under an emergency no word of a milder stop is said."""
    found = forced({"emergency_signs": ("leg_weakness",), "medical_signs": ("weight_loss",)}, KNOWLEDGE)
    assert found is not None
    assert found.outcome == "emergency"
    assert {compiled.rule.then.stop for compiled in found.stops} == {"emergency"}
    assert KNOWLEDGE.rules_by_id["sign-weight-loss"].rule.say not in found.why


def test_an_error_about_missing_answers_states_the_stop_first() -> None:
    """Whom and how soon come before what is missing, and that it may be more urgent; an emergency cannot be."""
    with pytest.raises(ProfileError) as caught:
        check({"medical_signs": ["weight_loss"]}, KNOWLEDGE)
    title = KNOWLEDGE.outcomes.outcomes["see_clinician"].title
    first, second, *_ = str(caught.value).split("\n")
    assert first.startswith(f"{title}. {KNOWLEDGE.outcomes.first['soon'].format(whom='a doctor')}") or "doctor" in first
    assert second == KNOWLEDGE.outcomes.may_be_sooner
    emergency = forced_messages({"emergency_signs": ("leg_weakness",)}, KNOWLEDGE)
    assert KNOWLEDGE.outcomes.may_be_sooner not in emergency


def test_a_question_that_was_answered_in_part_is_missing_and_its_signs_count() -> None:
    """A file that was left on one of the screens is no whole profile; a sign on it is heard all the same."""
    with pytest.raises(ProfileError) as caught:
        check({"medical_signs": {PARTS[0]: ["fever_or_infection"]}}, KNOWLEDGE)
    assert KNOWLEDGE.rules_by_id["sign-fever-or-infection"].rule.say in caught.value.forced
    faults = [fault for fault in caught.value.faults if fault.field == "medical_signs"]
    assert [str(fault).startswith("medical_signs: answered in part.") for fault in faults] == [True]
    assert faults[0].missing


# --- what cannot matter -----------------------------------------------------------------------


def test_from_sixty_on_a_pregnancy_counts_as_no_and_the_list_shows_it() -> None:
    """From 60 on nobody is asked about a pregnancy: it counts as no, and stands in the list with the reason."""
    assumed = QUESTIONS["pregnant"].assumed
    assert assumed is not None
    for age, expected in ((59, True), (60, False)):
        interview, names = asked({**ORDINARY, "age": age})
        assert ("pregnant" in names) == expected
        assert interview.answers["pregnant"] == "no"
        notes = [entry.note for entry in interview.entries() if entry.screen.name == "pregnant"]
        assert notes == ["" if expected else assumed.say]


def test_an_assumed_answer_can_be_changed_and_goes_with_its_reason() -> None:
    """Whoever says yes all the same is heard; and when the age is changed, the question comes after all."""
    interview, _ = asked({**ORDINARY, "age": 61})
    interview.answer(screen_of("pregnant"), "yes")
    assert interview.answers["pregnant"] == "yes"
    asked_next = interview.next_screen()
    assert asked_next is not None
    assert asked_next.name == "pregnancy_week"
    interview, _ = asked({**ORDINARY, "age": 61})
    interview.answer(screen_of("age"), 41)
    asked_next = interview.next_screen()
    assert asked_next is not None
    assert asked_next.name == "pregnant"


def kit_of(flat: Mapping[str, Any]) -> set[str]:
    interview = Interview(KNOWLEDGE)
    for name, value in flat.items():
        if name not in ("equipment", "level", "goal", "minutes"):
            interview.answers[name] = value
    screen = interview.next_screen()
    return set(screen.question.words) if screen is not None and screen.name == "equipment" else set()


def test_kit_is_asked_for_only_where_it_can_change_something() -> None:
    """No comfort that no exercise needs, no barbell with pain; nothing at all where all exercises with kit are out."""
    assert {"towel", "chair", "wall", "roller", "pillow"} <= kit_of(HEALTHY)
    assert not {"mat", "ice_pack", "scarf"} & kit_of(HEALTHY)
    assert "barbell" not in kit_of({**HEALTHY, "pain_now": 3})
    assert kit_of({**HEALTHY, "cannot": QUESTIONS["cannot"].words}) == set()


@examples(60)
@given(flat_profiles())
def test_kit_that_is_not_asked_for_changes_nothing(flat: Answers) -> None:
    """Whoever has or lacks what nobody asked for gets the same exercises."""
    words = words_that_matter(QUESTIONS["equipment"], flat, KNOWLEDGE)
    both = [tuple(w for w in QUESTIONS["equipment"].words if w in words or more) for more in (True, False)]
    one, other = (recommend(nest({**flat, "equipment": list(kit)})) for kit in both)
    assert one.outcome == other.outcome
    assert {step.exercise for step in one.routine} == {step.exercise for step in other.routine}
    assert {out.exercise for out in one.excluded} == {out.exercise for out in other.excluded}


def test_kit_that_is_not_asked_for_stays_as_usual() -> None:
    """The answer holds what was chosen, and of the rest what most people have."""
    interview = Interview(KNOWLEDGE)
    screen = answered(interview, ORDINARY, until="equipment")
    assert "mat" not in screen.question.words
    interview.answer(screen, ["towel"])
    assert interview.answers["equipment"] == ("mat", "towel")


# --- changing an answer -----------------------------------------------------------------------


def finished(changes: Mapping[str, Any] | None = None) -> Interview:
    return asked({**ORDINARY, **(changes or {})})[0]


def kept(interview: Interview, but: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in interview.answers.items() if name not in but}


def test_a_change_keeps_all_later_answers() -> None:
    """An answer in the middle is changed, and nothing else is lost or asked again."""
    interview = finished()
    before = kept(interview, ["recent_injury"])
    interview.answer(screen_of("age"), 46)
    assert kept(interview, ["age", "recent_injury"]) == {n: v for n, v in before.items() if n != "age"}
    assert interview.next_screen() is None


def test_a_change_asks_for_what_it_makes_necessary_and_drops_what_it_makes_needless() -> None:
    """A pregnancy brings its week and its warnings; taking it back takes them back, and keeps the rest."""
    interview = finished()
    before = kept(interview, ["pregnant"])
    interview.answer(screen_of("pregnant"), "yes")
    for name, value in (("pregnancy_week", 20), ("pregnancy_warnings", ())):
        screen = interview.next_screen()
        assert screen is not None
        assert screen.name == name
        interview.answer(screen, value)
    interview.answer(screen_of("pregnant"), "no")
    assert kept(interview, ["pregnant"]) == before


def test_one_screen_of_a_long_question_can_be_changed_alone() -> None:
    """A sign is taken back on its screen, and the other screens keep theirs."""
    flat = {"medical_signs": ["night_pain", "blood_thinners"], "cleared_by_clinician": "yes"}
    interview = finished(flat)
    again = Interview(KNOWLEDGE, interview.answers)
    for each in (interview, again):
        each.answer(screen_of(FIRST), [])
        assert each.answers["medical_signs"] == ("blood_thinners",)


def test_a_doubt_that_may_stand_on_any_screen_has_all_of_them_asked_again() -> None:
    """From a file nobody knows on which screen someone was unsure: changing one asks the others too."""
    again = Interview(KNOWLEDGE, {**HEALTHY, "medical_signs": ("blood_thinners", "unsure")})
    again.answer(screen_of(FIRST), [])
    assert "medical_signs" not in again.answers
    screen = again.next_screen()
    assert screen is not None
    assert screen.name in (SECOND, THIRD)


def test_a_clearance_is_asked_again_when_something_before_it_is_changed() -> None:
    """A clearance speaks of all that was named; with another sign it no longer holds. Position comes after it."""
    flat = {"medical_signs": ["cancer_history"], "cleared_by_clinician": "yes"}
    interview = finished(flat)
    interview.answer(screen_of(POSITIONS), ["worse", "worse", "worse"])
    assert interview.answers["cleared_by_clinician"] == "yes"
    interview.answer(screen_of(THIRD), ["cancer_history"])
    assert interview.answers["cleared_by_clinician"] == "yes"
    interview.answer(screen_of(THIRD), ["cancer_history", "heart_condition"])
    screen = interview.next_screen()
    assert screen is not None
    assert screen.name == "cleared_by_clinician"


def test_the_list_names_every_answer_in_the_questionnaires_words() -> None:
    """One entry for each screen that was answered, with the labels of the answers."""
    interview = finished({"medical_signs": ["blood_thinners"]})
    said = {entry.screen.name: entry.text for entry in interview.entries()}
    assert set(said) == set(interview.given)
    assert said[THIRD] == QUESTIONS["medical_signs"].answers["blood_thinners"]
    assert said[FIRST] == "none of them"
    assert said[POSITIONS].startswith("lying: no change")
