"""`recommender rules diff`: what a change does to people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge
from recommender.profile.checking import check
from recommender.review.cases import cases_of
from recommender.review.diff import Diff, Mark, Person, _changed, _Side, diff
from recommender.review.revisions import Revision
from tests.altered import LEDGERS, altered, deleted, seeded, swapped
from tests.command_line import ROOT
from tests.conftest import person
from tests.knowledge_texts import with_changes

INJURY = "rules/safety/injury-and-surgery.yaml"
DISC = "rules/safety/disc-and-leg.yaml"
GOAL = "rules/selection/goal.yaml"


def compared(new: Knowledge, *, old: Knowledge | None = None) -> Diff:
    return diff(Revision("old", old or Knowledge.shipped(), cases_of(ROOT)), Revision("new", new, ()))


@pytest.fixture(scope="module")
def weaker() -> Diff:
    """The bound of the first two months moved down by one week."""
    return compared(with_changes({INJURY: ("- weeks_since_injury: under 9", "- weeks_since_injury: under 8")}))


def test_the_same_knowledge_changes_nothing(knowledge: Knowledge) -> None:
    """Compared with itself, nobody is touched and no file differs."""
    found = compared(knowledge)
    assert (found.changed, found.rules_changed, found.rules_reworded, found.unasked) == ((), (), (), 0)
    assert found.people > 5000


def test_a_weakened_bound_is_less_strict(weaker: Diff) -> None:
    """One week less is seen: the people in that week lose the stop, and it is said by which rule."""
    assert weaker.less_strict
    assert weaker.rules_changed == ("injury-under-two-months",)
    for change in weaker.less_strict:
        assert change.person.answers["weeks_since_injury"] == 8
        assert all(rules == ("injury-under-two-months",) for rules in change.lost.values())
        assert change.outcomes == ("see_clinician", "routine")


def test_what_others_still_say_is_no_loss_but_a_reason_less(weaker: Diff) -> None:
    """Without clearance another stop holds still: nothing is lost, though one reason less is given."""
    still = [change for change in weaker.changed if not change.lost]
    assert still
    assert all(("glute-bridge", "injury-under-two-months") in change.reasons_lost for change in still)


def test_the_other_way_round_it_is_stricter(weaker: Diff) -> None:
    """What is lost in one direction is gained in the other, for the same people."""
    changed = with_changes({INJURY: ("- weeks_since_injury: under 9", "- weeks_since_injury: under 8")})
    back = compared(Knowledge.shipped(), old=changed)
    assert not back.less_strict
    assert len(back.stricter) == len(weaker.less_strict)


def test_a_change_only_for_a_rare_mixture_is_seen() -> None:
    """A rule that now asks for three answers at once is compared over people found for just that."""
    old = "when: {hernia: yes}\n    then: {avoid: {arching: strong}}"
    new = (
        "when: {any: [{all: [{hernia: yes}, {goal: [relieve, strengthen, flexibility, stretch, relax, waist]}]}, "
        "{all: [{hernia: yes}, {level: [beginner, regular]}]}, {all: [{hernia: yes}, {age: under 60}]}, "
        "{all: [{hernia: yes}, {age: above 65}]}]}\n    then: {avoid: {arching: strong}}"
    )
    text = (ROOT / DISC).read_text()
    at = text.index("- id: hernia-arching")
    assert old in text[at:]
    head, tail = text[:at], text[at:]
    knowledge = Knowledge.of_texts(
        {**{n: p.read_bytes() for n, p in _files().items()}, DISC: (head + tail.replace(old, new, 1)).encode()}, ROOT
    )
    found = compared(knowledge)
    lost = [change for change in found.changed if change.lost or change.reasons_lost]
    assert lost
    assert all(change.person.answers["goal"] == "general" for change in lost)


def _files() -> dict[str, Path]:
    from recommender.knowledge.files import files_of

    return files_of(ROOT)


def test_everyone_compared_is_a_valid_profile(weaker: Diff, knowledge: Knowledge) -> None:
    """Each person that a finding names can be given to the program."""
    for change in weaker.changed[:200]:
        check(dict(change.person.answers), knowledge)


def test_other_words_touch_nobody() -> None:
    """A new title is a change of words alone."""
    title = "With a disc hernia the lower back is not hollowed far"
    found = compared(with_changes({DISC: (title, "With a hernia the lower back is not hollowed far")}))
    assert (found.changed, found.rules_changed, found.rules_reworded) == ((), (), ("hernia-arching",))


def test_a_lighter_word_on_an_exercise_is_less_strict() -> None:
    """An exercise whose word no longer meets a rule is allowed for more people."""
    file = "catalog/exercises/on-the-front.yaml"
    text = (ROOT / file).read_text()
    at = text.index("id: cobra")
    place = text.index("arching: strong", at)
    raw = {name: path.read_bytes() for name, path in _files().items()}
    raw[file] = (text[:place] + "arching: mild" + text[place + len("arching: strong") :]).encode()
    raw[DISC] = raw[DISC].replace(b"cobra, ", b"").replace(b", cobra", b"")
    found = compared(Knowledge.of_texts(raw, ROOT))
    lost = {mark for change in found.less_strict for mark in change.lost}
    assert lost == {Mark("left out", "cobra")}


def test_a_changed_order_is_shown_in_the_routines() -> None:
    """Another order among what is allowed makes nothing less strict, and shows which exercises come and go."""
    found = compared(with_changes({"rules/session.yaml": ("fill_share: 85\n", "fill_share: 60\n")}))
    assert not found.less_strict
    assert any(change.appears or change.disappears for change in found.changed)


# --- what people read, and what is promised -----------------------------------------------------


def test_softer_words_are_shown(knowledge: Knowledge) -> None:
    """A rule that says something else is named with both sentences, though nobody gets more or less."""
    old = "Hollowing your back as far as it goes can hurt a worn disc. We leave these exercises out."
    found = compared(with_changes({DISC: (old, "Hollowing your back is fine.")}))
    assert found.said == (("hernia-arching", old, "Hollowing your back is fine."),)


def test_a_lost_promise_is_less_strict() -> None:
    """A rule that is no longer fixed, and a guarantee that is gone, count as less strict."""
    found = compared(with_changes({"rules/safety/leg-symptoms.yaml": ("    fixed: true\n", "")}))
    assert found.weaker
    assert found.loosened == ("rule leg-symptoms-spreading: it was fixed, and can be relaxed now",)


def test_other_words_of_a_question_do_not_blind_the_search() -> None:
    """The exact search hangs on the answers that exist, and not on how they are asked for."""
    found = compared(with_changes({"rules/questionnaire.yaml": ("topic: The questions", "topic: All questions")}))
    assert found.exact
    assert found.files == ("the questions",)


def test_a_sooner_stop_is_stricter_and_not_less_strict() -> None:
    """Urgency has an order: today is more than in the next days."""
    file = "rules/safety/medical-signs.yaml"
    text = (ROOT / file).read_text()
    at = text.index("- id: sign-weight-loss")
    place = text.index("how_soon: soon", at)
    raw = {name: path.read_bytes() for name, path in _files().items()}
    raw[file] = (text[:place] + "how_soon: today" + text[place + len("how_soon: soon") :]).encode()
    found = compared(Knowledge.of_texts(raw, ROOT))
    assert found.stricter
    assert not found.less_strict


# --- urgency, terms, and where nothing fits -------------------------------------------------------


def for_one(changes: dict[str, tuple[str, str]], **answers: Any) -> tuple[Any, Any]:
    """What a change of the files does to one person, and what the change back does."""
    old, new = Knowledge.shipped(), with_changes(changes)
    someone = Person("", check(person(**answers), old))
    sides = _Side(old), _Side(new)
    seen = [side.of(someone) for side in sides]
    assert seen[0] is not None
    assert seen[1] is not None
    return _changed(someone, sides, seen[0], seen[1]), _changed(someone, (sides[1], sides[0]), seen[1], seen[0])


LASTING = "then: {ask: doctor, how_soon: soon}"


def test_an_ask_that_no_longer_says_how_soon_is_less_strict() -> None:
    """The ask stays and its urgency is lost; the other way round nothing is lost."""
    there, back = for_one({"rules/safety/new-and-severe.yaml": (LASTING, "then: {ask: doctor}")}, pain_course="lasting")
    assert dict(there.lost) == {Mark("ask", "doctor, soon"): ("ask-lasting-pain",)}
    assert dict(back.gained) == {Mark("ask", "doctor, soon"): ("ask-lasting-pain",)}
    assert not back.lost


@pytest.mark.parametrize(
    ("old", "new"),
    [("whom: maternity unit, how_soon: today", "whom: maternity unit, how_soon: urgent"),
     ("whom: maternity unit, how_soon: today", "whom: doctor, how_soon: today"),
     ("whom: maternity unit, how_soon: today", "whom: maternity unit")],
)  # fmt: skip
def test_a_later_stop_or_another_person_is_less_strict(old: str, new: str) -> None:
    """A stop that lets wait longer, by words or by the usual of its outcome, or sends to another person, is a loss."""
    text = (ROOT / "rules/safety/pregnancy.yaml").read_text()
    start = text.index("  - id: pregnancy-warning\n")
    head = text[start : text.index("\n  - id: ", start + 1)]
    assert head.count(old) == 1
    changes = {"rules/safety/pregnancy.yaml": (head, head.replace(old, new))}
    there, back = for_one(changes, pregnant="yes", pregnancy_week=20, pregnancy_warnings=["bleeding"])
    assert Mark("stop", "see_clinician, maternity unit, today") in there.lost
    assert "doctor" in new or not back.lost


def test_a_usual_word_that_is_written_out_changes_nothing_for_anyone() -> None:
    """A rule that names what its outcome would say anyway protects as before."""
    text = (ROOT / "rules/safety/age.yaml").read_text()
    assert "then: {stop: see_clinician, whom: doctor, how_soon: soon}" in text
    changes = {
        "rules/safety/age.yaml": (
            "then: {stop: see_clinician, whom: doctor, how_soon: soon}",
            "then: {stop: see_clinician}",
        )
    }
    assert for_one(changes, age=16) == (None, None)


def test_where_nothing_fits_for_lack_of_time_the_outcome_is_another() -> None:
    """The outcome that is compared is the one that the person gets, time included."""
    there, _ = for_one({"rules/session.yaml": ("fill_share: 85\n", "fill_share: 3\n")}, minutes=5)
    assert there.outcomes == ("routine", "nothing_fits")
    assert there.disappears


def test_a_changed_term_is_less_strict_for_whom_its_rules_protect() -> None:
    """A term that means fewer people is a change of every rule that uses it, and named among the files."""
    found = compared(
        with_changes({"rules/terms.yaml": ("        - pain_now: at least 8", "        - pain_now: at least 9")})
    )
    assert "severe-pain-in-pregnancy" in found.rules_changed
    lost = {rule for change in found.less_strict for rules in change.lost.values() for rule in rules}
    assert lost == {"severe-pain-in-pregnancy"}
    assert "the words that rules share" in found.files


@pytest.mark.parametrize("id", ["pregnancy-flat-on-the-back", "leg-symptoms-spreading"])
def test_rule_deleted_everywhere_is_less_strict(id: str) -> None:
    """Diff finds it: the rule has ended, and people whom it protected are protected by less."""
    found = compared(altered(deleted(id, *LEDGERS), remove=["rules/guarantees.yaml"]))
    assert found.rules_ended == (id,)
    assert found.less_strict
    assert not found.stricter
    assert all(id in rules for change in found.less_strict for rules in change.lost.values())


@pytest.mark.parametrize(
    ("id", "old", "new"), [("injury-under-two-months", "under 9", "under 8"), ("under-18", "under 18", "under 17")]
)
def test_weakened_bound_is_less_strict(id: str, old: str, new: str) -> None:
    """Diff finds it: people just beyond the bound are protected by less, and the rule is named."""
    found = compared(altered(seeded(id, f": {old}", f": {new}")))
    assert found.rules_changed == (id,)
    assert found.less_strict
    assert not found.stricter


@pytest.mark.parametrize("id", ["healing-spine", "swings"])
def test_all_for_any_is_less_strict(id: str) -> None:
    """Diff finds it: who meets only one of the clauses is protected by less."""
    found = compared(altered(seeded(id, "\n      any:\n", "\n      all:\n")))
    assert found.rules_changed == (id,)
    assert found.less_strict
    assert not found.stricter


@pytest.mark.parametrize("id", ["injury-under-two-months"])
def test_any_for_all_is_stricter(id: str) -> None:
    """Diff finds it: who meets only one of the clauses loses what they were given."""
    found = compared(altered(seeded(id, "\n      all:\n", "\n      any:\n")))
    assert found.rules_changed == (id,)
    assert found.stricter
    assert not found.less_strict


def test_any_removed_example_is_named() -> None:
    """Diff finds it even where others show the same: the rule is named among those with other words or examples."""
    knowledge = altered(seeded("ask-pregnancy", "      - {pregnant: yes, cleared_by_clinician: yes}\n", ""))
    found = compared(knowledge)
    assert found.rules_reworded == ("ask-pregnancy",)
    assert found.changed == ()


def test_swapped_guidance_is_named() -> None:
    """Diff finds it: guidance has no ledger, but a rule with another source means something else."""
    change = swapped("under-18", "low-end-pain", "guideline/nice-ng59", "guideline/pain-monitoring")
    assert set(compared(altered(change)).rules_changed) == {"under-18", "low-end-pain"}
