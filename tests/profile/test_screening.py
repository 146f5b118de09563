"""What is certain before all questions are answered, what is still open, and what is asked at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from recommender import Knowledge
from recommender.knowledge.shipped import as_shipped
from recommender.logic.facts import Begun
from recommender.profile.screening import (
    Forced,
    forced,
    forced_messages,
    forced_stops,
    open_fields,
    open_variables,
    sooner_than,
)
from recommender.profile.screens import Screen, lower, screens_of
from recommender.profile.urgent import by_urgency, most_urgent, spelled_out, whom_and_how_soon
from tests.small import Words, small


def choice(field: str, **more: Any) -> Words:
    """A question that takes no, unsure or yes."""
    said = {
        "short": field.capitalize(), "stage": "Signs", "kind": "choice", "risk": [["no"], ["unsure", "yes"]],
        "ask": f"{field}?", "why": f"Why {field}.", "sources": [], "baseline": "no",
        "answers": {"no": "No", "unsure": "Not sure", "yes": "I do"},
    }  # fmt: skip
    return {"field": field, **said, **more}


SIGNS: Words = {
    "field": "signs", "short": "Signs", "stage": "Signs", "kind": "set", "risk": "growing", "ask": "Any of these?",
    "why": "They count.", "sources": [], "baseline": [],
    "answers": {"numb": "Numb", "weak": "Weak", "ill": "Ill", "unsure": "Not sure"},
    "screens": {
        "legs": {"short": "Legs", "ask": "Your legs?", "answers": ["numb", "weak", "unsure"]},
        "all": {"short": "I am ill", "ask": "Ill?", "answers": ["ill", "unsure"]},
    },
}  # fmt: skip


def stop(when: Words, outcome: str = "see_clinician", **more: Any) -> Words:
    """A rule that stops."""
    return {"when": when, "then": {"stop": outcome, **more}}


def asking(rules: Mapping[str, Words], *questions: Words, **more: Any) -> Knowledge:
    """A knowledge with these rules and questions."""
    return small({"a": {}}, rules, questions=questions, **more)


FEVER, FALL, WEEKS = choice("fever"), choice("fall"), choice("weeks")


def sure(answers: Words, knowledge: Knowledge) -> Forced:
    """The stop that is certain."""
    found = forced(answers, knowledge)
    assert found is not None
    return found


# --- what is certain although answers are missing -----------------------------------------------


def test_a_stop_is_certain_although_answers_are_missing() -> None:
    """One answer that a rule needs is enough, whatever the others will be."""
    knowledge = asking({"one": stop({"fever": "yes"}), "two": stop({"fall": "yes"})}, FEVER, FALL)
    found = sure({"fever": "yes"}, knowledge)
    assert (found.outcome, found.title, [rule.id for rule in found.stops]) == ("see_clinician", "See someone", ["one"])


def test_nothing_is_certain_while_another_answer_could_prevent_it() -> None:
    """A rule that needs two answers waits for the second."""
    knowledge = asking({"one": stop({"all": [{"fever": "yes"}, {"fall": "yes"}]})}, FEVER, FALL)
    assert forced({}, knowledge) is None
    assert forced({"fever": "yes"}, knowledge) is None
    assert sure({"fever": "yes", "fall": "yes"}, knowledge).outcome == "see_clinician"


def test_one_of_several_answers_is_enough_where_any_does() -> None:
    """The alternative that is known to hold makes it certain."""
    knowledge = asking({"one": stop({"any": [{"fever": "yes"}, {"fall": "yes"}]})}, FEVER, FALL)
    assert sure({"fall": "unsure"}, knowledge).outcome == "see_clinician"


def test_only_rest_is_nothing_that_stops_the_questions() -> None:
    """Where rest positions are left there is something to plan, so no stop is told ahead."""
    knowledge = asking({"one": stop({"fever": "yes"}, "relief_only")}, FEVER)
    assert (forced({"fever": "yes"}, knowledge), forced_stops({"fever": "yes"}, knowledge)) == (None, [])


def test_a_question_that_is_not_asked_counts_as_not_asked() -> None:
    """Where the answer to its parent makes it needless, it is not missing."""
    child = choice("since", parent={"field": "fall", "unless": "no"})
    knowledge = asking({"one": stop({"since": "yes"})}, FALL, child)
    assert open_fields({"fall": "no"}, knowledge) == set()
    assert open_fields({"fall": "yes"}, knowledge) == {"since"}
    assert open_fields({}, knowledge) == {"since"}


def test_a_word_that_was_named_counts_before_the_others_are_asked() -> None:
    """Of a long question asked in part, what was named stays, and what was not asked is open."""
    rules = {"one": stop({"signs": "numb"}), "two": stop({"signs": "ill"}, "emergency")}
    knowledge = asking(rules, SIGNS)
    asked = frozenset({"numb", "weak"})
    assert sure({"signs": Begun(asked, frozenset({"numb"}))}, knowledge).outcome == "see_clinician"
    assert forced({"signs": Begun(asked, frozenset({"weak"}))}, knowledge) is None


# --- which stop counts --------------------------------------------------------------------------


def test_the_strongest_stop_is_told_and_its_own_rules_alone() -> None:
    """An emergency is told without the reasons of what is less."""
    rules = {"weaker": stop({"fever": "yes"}), "stronger": stop({"fall": "yes"}, "emergency")}
    found = sure({"fever": "yes", "fall": "yes"}, asking(rules, FEVER, FALL))
    assert (found.outcome, found.why) == ("emergency", ("Said by stronger.",))


def test_the_soonest_of_all_certain_stops_counts() -> None:
    """Also where a weaker stop has to be seen sooner than the one that is told."""
    rules = {
        "one": stop({"fever": "yes"}),
        "two": stop({"fall": "yes"}, "relief_only", how_soon="today", whom="surgeon"),
    }
    found = sure({"fever": "yes", "fall": "yes"}, asking(rules, FEVER, FALL))
    assert found.now == ("Ring the surgeon who operated on you today.", "Do not start.")
    assert found.soon == 1


def test_the_rules_that_stop_stand_with_the_most_urgent_first() -> None:
    """Beyond those that are spelled out, they are named in one line."""
    rules = {
        "later": stop({"fever": "yes"}), "last": stop({"fever": "yes"}),
        "today": stop({"fever": "yes"}, how_soon="today"), "now": stop({"fever": "yes"}, how_soon="now"),
    }  # fmt: skip
    found = sure({"fever": "yes"}, asking(rules, FEVER))
    assert [rule.id for rule in found.stops] == ["now", "today", "later", "last"]
    assert found.why == ("Said by now.", "Said by today.", "Also: short of later; short of last.")


def test_all_certain_stops_stand_by_strength_and_then_by_urgency() -> None:
    """The stronger first, however late; of equal strength the sooner."""
    rules = {
        "soon": stop({"fever": "yes"}), "today": stop({"fever": "yes"}, how_soon="today"),
        "emergency": stop({"fever": "yes"}, "emergency", how_soon="soon"), "open": stop({"fall": "yes"}),
    }  # fmt: skip
    found = forced_stops({"fever": "yes"}, asking(rules, FEVER, FALL))
    assert [rule.id for rule in found] == ["emergency", "today", "soon"]


def test_what_may_turn_out_sooner_says_so() -> None:
    """Whom to see comes first, then that it may be sooner, then why; an emergency cannot be sooner."""
    rules = {"one": stop({"fever": "yes"}), "two": stop({"fall": "yes"}, "emergency")}
    knowledge = asking(rules, FEVER, FALL)
    assert forced_messages({"fever": "yes"}, knowledge) == [
        "See someone. See a doctor soon. Do not start.", "It may be sooner.", "Said by one.",
    ]  # fmt: skip
    assert forced_messages({"fall": "yes"}, knowledge) == [
        "Emergency. Call the emergency services now. Do nothing.", "Said by two.",
    ]  # fmt: skip
    assert forced_messages({}, knowledge) == []


def test_what_would_be_stronger_or_sooner_than_a_stop() -> None:
    """Rules that ask for more, or for the same sooner; what is no stop never is."""
    rules = {
        "found": stop({"fever": "yes"}, how_soon="today"), "same": stop({"fall": "yes"}, how_soon="today"),
        "sooner": stop({"fall": "yes"}, how_soon="now"),
        "stronger": stop({"fall": "yes"}, "emergency", how_soon="soon"),
        "weaker-sooner": stop({"fall": "yes"}, "relief_only", how_soon="now"), "later": stop({"fall": "yes"}),
        "avoid": {"when": {"fall": "yes"}, "then": {"avoid": {"exercise": "a"}}},
    }  # fmt: skip
    knowledge = asking(rules, FEVER, FALL)
    found = sooner_than(sure({"fever": "yes"}, knowledge), knowledge)
    assert [rule.id for rule in found] == ["sooner", "stronger", "weaker-sooner"]


# --- what is still open -------------------------------------------------------------------------


def test_an_answer_is_open_while_a_rule_hangs_on_it() -> None:
    """What no rule reads is not open, nor what was answered."""
    knowledge = asking({"one": stop({"fever": "yes"}), "two": stop({"fall": "yes"})}, FEVER, FALL, WEEKS)
    assert open_fields({}, knowledge) == {"fever", "fall"}
    assert open_fields({"fever": "no"}, knowledge) == {"fall"}


def test_an_answer_that_can_change_nothing_any_more_is_not_open() -> None:
    """Where one part of a condition decides it, the other parts need no answer."""
    every = {"one": stop({"all": [{"fever": "yes"}, {"fall": "yes"}]})}
    some = {"one": stop({"any": [{"fever": "yes"}, {"fall": "yes"}]})}
    for rules, deciding, open_one in ((every, "no", "yes"), (some, "yes", "no")):
        knowledge = asking(rules, FEVER, FALL)
        assert open_fields({"fever": deciding}, knowledge) == set()
        assert open_fields({"fever": open_one}, knowledge) == {"fall"}


def test_a_part_that_is_decided_takes_its_answers_away_inside_a_larger_condition() -> None:
    """An alternative that fails leaves the other one alone to be asked for."""
    when = {"any": [{"all": [{"fever": "yes"}, {"fall": "yes"}]}, {"weeks": "yes"}]}
    knowledge = asking({"one": stop(when)}, FEVER, FALL, WEEKS)
    assert open_fields({"fever": "no"}, knowledge) == {"weeks"}
    assert open_fields({"fever": "yes", "weeks": "no"}, knowledge) == {"fall"}


def test_a_part_that_is_decided_may_decide_the_whole() -> None:
    """An alternative that holds leaves nothing open, nor does one of several demands that fails."""
    some = {"any": [{"all": [{"fever": "yes"}, {"fall": "yes"}]}, {"weeks": "yes"}]}
    every = {"all": [{"any": [{"fever": "yes"}, {"fall": "yes"}]}, {"weeks": "yes"}]}
    for when, answer in ((some, "yes"), (every, "no")):
        knowledge = asking({"one": stop(when)}, FEVER, FALL, WEEKS)
        assert open_fields({"fever": answer, "fall": answer}, knowledge) == set()


def test_only_the_rules_that_are_given_count() -> None:
    """What other rules read is not open for these."""
    knowledge = asking({"one": stop({"fever": "yes"}), "two": stop({"fall": "yes"})}, FEVER, FALL)
    found = open_variables({}, [rule for rule in knowledge.rules if rule.id == "two"], knowledge)
    assert {variable.field for variable in found} == {"fall"}


def test_a_word_that_was_asked_for_and_not_named_is_open_only_to_a_doubt() -> None:
    """A later `unsure` counts as each word. Where a rule takes a doubt for yes, the word can still change it."""
    wish = {"when": {"signs": "numb"}, "then": {"prefer": [{"exercise": "a"}], "rank": "wish"}}
    begun = {"signs": Begun(frozenset({"numb", "weak"}), frozenset())}
    found = []
    for rule in (stop({"signs": "numb"}), wish):
        knowledge = asking({"one": rule}, SIGNS)
        found.append({variable.name for variable in open_variables(begun, knowledge.rules, knowledge)})
    assert found == [{"signs:numb"}, set()]


# --- urgency ------------------------------------------------------------------------------------


def test_of_several_who_are_to_be_seen_equally_soon_the_first_counts() -> None:
    """The order of the words for whom decides; how soon decides before it."""
    rules = {
        "doctor": stop({"fever": "yes"}, whom="doctor", how_soon="today"),
        "surgeon": stop({"fever": "yes"}, whom="surgeon", how_soon="today"),
        "physio": stop({"fever": "yes"}, whom="physiotherapist", how_soon="now"),
    }
    knowledge = asking(rules, FEVER)
    calls = knowledge.calls
    first = [most_urgent(calls[id] for id in ids) for ids in (["doctor", "surgeon"], list(rules), [])]
    assert first == [calls["surgeon"], calls["physio"], None]
    assert [rule.id for rule in by_urgency(knowledge.rules, knowledge)] == ["physio", "surgeon", "doctor"]


def test_stops_that_are_equally_urgent_keep_their_order() -> None:
    """The order of the rules decides."""
    knowledge = asking({id: stop({"fever": "yes"}) for id in ("z", "m", "b")}, FEVER)
    assert [rule.id for rule in by_urgency(knowledge.rules, knowledge)] == ["z", "m", "b"]


def test_an_outcome_may_have_a_first_sentence_of_its_own() -> None:
    """It wins over the one for all outcomes; where nobody has to be seen, nothing is said."""
    outcomes = asking({}).outcomes
    found = [
        whom_and_how_soon("relief_only", "soon", "doctor", outcomes),
        whom_and_how_soon("relief_only", "today", "doctor", outcomes),
        whom_and_how_soon("routine", "none", None, outcomes),
        whom_and_how_soon("routine", "soon", None, outcomes),
    ]
    assert found == [("Rest, and see a doctor.",), ("Ring a doctor today.",), (), ()]


@pytest.mark.parametrize(
    ("count", "full", "line"),
    [(0, 0, ""), (2, 2, ""), (3, 2, "Also: short of r2."), (4, 2, "Also: short of r2; short of r3.")],
)
def test_so_many_stops_are_spelled_out(count: int, full: int, line: str) -> None:
    """There is no line where none is left for it."""
    knowledge = asking({f"r{number}": stop({"fever": "yes"}) for number in range(4)}, FEVER)
    in_full, further = spelled_out(knowledge.rules[:count], knowledge)
    assert ([rule.id for rule in in_full], further) == ([f"r{number}" for number in range(full)], line)


# --- screens ------------------------------------------------------------------------------------

GROUP: Words = {"short": "Both", "ask": "Both?", "why": "Both count.", "fields": {"fall": "falling", "weeks": "time"}}


def screens(*questions: Words, **more: Any) -> list[Screen]:
    """The screens of these questions, without those of the wishes that stand before them."""
    found = screens_of(asking({}, *questions, **more).questionnaire)
    return [screen for screen in found if screen.stage == "Signs"]


def test_each_question_is_a_screen_in_the_order_of_the_file() -> None:
    """It is named by its field and holds its words."""
    found = screens(FEVER, FALL)
    assert [(screen.name, screen.ask, screen.why, screen.part, screen.called) for screen in found] == [
        ("fever", "fever?", "Why fever.", "", ()), ("fall", "fall?", "Why fall.", "", ()),
    ]  # fmt: skip


def test_questions_with_the_same_answers_are_one_screen_where_the_first_stands() -> None:
    """It has a text of its own, and a word for each question."""
    found = screens(FEVER, FALL, WEEKS, together=[GROUP])
    assert [(screen.name, screen.ask, screen.called) for screen in found] == [
        ("fever", "fever?", ()), ("fall+weeks", "Both?", ("falling", "time")),
    ]  # fmt: skip
    assert [question.field for question in found[1].questions] == ["fall", "weeks"]


def test_a_long_question_is_asked_part_by_part() -> None:
    """Each part asks for its own words and is named after the question; the question itself stays whole."""
    found = screens(SIGNS, FEVER)
    assert [(s.name, s.part, s.short, s.ask, s.question.words) for s in found[:2]] == [
        ("signs/legs", "legs", "Signs, legs", "Your legs?", ("numb", "weak", "unsure")),
        ("signs/all", "all", "Signs, I am ill", "Ill?", ("ill", "unsure")),
    ]
    assert {screen.question.field for screen in found[:2]} == {"signs"}
    assert [screen.name for screen in found[2:]] == ["fever"]


def test_a_screen_keeps_the_questions_that_are_left_with_their_words() -> None:
    """Where one of several was answered, the word of the other stays beside it."""
    both = screens(FALL, WEEKS, together=[GROUP])[0]
    left = both.only([both.questions[1]])
    assert (left.called, [question.field for question in left.questions]) == (("time",), ["weeks"])
    assert both.only(both.questions) == both


def test_answers_are_said_in_the_words_of_the_questionnaire() -> None:
    """Of a part only its own words; of several questions those that were answered, each with its word."""
    legs, ill = screens(SIGNS)
    both = screens(FALL, WEEKS, together=[GROUP])[0]
    answers = {"signs": ("numb", "ill")}
    assert (legs.label(answers, as_shipped), ill.label(answers, as_shipped)) == ("Numb", "Ill")
    assert both.label({"fall": "unsure", "weeks": "yes"}, as_shipped) == "falling: not sure; time: I do"
    assert both.label({"weeks": "no"}, as_shipped) == "time: no"


def test_a_label_in_a_sentence_begins_small_but_for_i() -> None:
    """The word that means oneself stays as it is, and nothing else is changed."""
    assert [lower(label) for label in ("Not sure", "I do not Know", "In Bed", "")] == [
        "not sure", "I do not Know", "in Bed", "",
    ]  # fmt: skip
