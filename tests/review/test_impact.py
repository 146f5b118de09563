"""`recommender rules impact`: whom a rule touches, and what it leaves out alone."""

from __future__ import annotations

import json

from recommender import Knowledge
from recommender.decision.decide import decide
from recommender.review.impact import Impacts
from recommender.review.people import boundary_people, pairwise_people, single_changes
from tests.command_line import recommender


def test_the_figures_are_those_of_counting_one_by_one(knowledge: Knowledge) -> None:
    """Alone and together are what the reasons of every person say, for rules of all kinds."""
    impacts = Impacts(knowledge)
    people = [*boundary_people(knowledge), *pairwise_people(knowledge)]
    ids = ["hernia-arching", "sit-ups", "pregnancy-set-only", "without-towel", "acute-pain", "goal-waist"]
    touched = dict.fromkeys(ids, 0)
    alone: dict[tuple[str, int], int] = {}
    for answers in people:
        decision = decide(knowledge.fired(knowledge.table.encode(answers)), knowledge)
        for compiled in decision.fired:
            if compiled.id in touched:
                touched[compiled.id] += 1
        for number in range(len(knowledge.exercises)):
            by = [compiled.id for compiled in decision.excluding if compiled.excludes >> number & 1]
            if len(by) == 1:
                alone[by[0], number] = alone.get((by[0], number), 0) + 1
    for id in ids:
        found = impacts.of(knowledge.rules_by_id[id])
        assert (found.people, found.touched) == (len(people), touched[id])
        for hit in found.hits:
            assert hit.alone == alone.get((id, knowledge.numbers[hit.exercise]), 0)
            if found.rule.excludes:
                assert hit.alone + hit.together == found.touched


def test_someone_seen_alone_can_be_alone(knowledge: Knowledge) -> None:
    """What is counted is never said to be impossible: `ever_alone` is exact over all people."""
    impacts = Impacts(knowledge)
    for compiled in knowledge.rules:
        for hit in impacts.of(compiled).hits:
            assert hit.ever_alone or not hit.alone or not compiled.excludes


def test_every_answer_stands_among_the_people(knowledge: Knowledge) -> None:
    """Each word of each question, and each side of each bound, is some person's one change."""
    changes = single_changes(knowledge)
    for question in knowledge.questionnaire.questions:
        given = [change[question.field] for change in changes if question.field in change]
        if question.kind == "choice":
            assert {*given, question.baseline} == set(question.words)
        elif question.kind == "set":
            assert {word for value in given for word in value} >= set(question.words)
        else:
            assert {question.lowest, question.highest} <= {*given, question.baseline}
    assert {8, 9} <= {change.get("weeks_since_injury") for change in changes}


def test_the_command_says_it_in_words_and_in_json() -> None:
    """The share is exact, the sample is stated, and JSON carries the same."""
    done = recommender("rules", "impact", "hernia-arching")
    words = " ".join(done.out.split())
    assert "exactly 2/3 (66.7 %)" in words
    assert "everyone with one answer changed, and everyone with two" in words
    values = json.loads(recommender("rules", "impact", "hernia-arching", "--format", "json").out)
    assert values["share"]["exactly"] == "2/3"
    assert values["touched"] < values["people"]


def test_an_unknown_rule_is_a_wrong_call() -> None:
    """Exit code 2 and the nearest rule."""
    done = recommender("rules", "impact", "hernia-archin")
    assert done.code == 2
    assert "hernia-arching" in done.err
