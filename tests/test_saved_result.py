"""A saved result: what is taken back, and what is refused because someone changed it or other rules made it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import EXAMPLES, example, recommender
from conftest import examples, person
from hypothesis import event, given
from strategies import KNOWLEDGE, profiles

from recommender import Recommendation, recommend
from recommender.cli.files import MAX_RESULT_BYTES, read_profile, read_profile_or_result
from recommender.diary.entries import Done, Entry, NextDay, Session
from recommender.dose import DosePlan, in_words
from recommender.errors import ProfileError
from recommender.knowledge.data import SignOff
from recommender.pipeline import Recommender
from recommender.progress.adapt import adapt
from recommender.progress.limits import most
from recommender.progress.result import Adapted
from recommender.saved_result import is_result, parsed_result, verified_result

PEOPLE = {path.stem: read_profile(str(path)) for path in sorted(EXAMPLES.glob("*.yaml"))}
Saved = dict[str, Any]


def saved(name: str) -> Saved:
    """The result for an example, as it stands in a file."""
    return json.loads(recommend(PEOPLE[name]).model_dump_json())


def refused(data: Any) -> str:
    """What is said when this is refused."""
    with pytest.raises(ProfileError) as caught:
        verified_result(data, KNOWLEDGE, "kept.json")
    return str(caught.value)


def without_rule(data: Saved, id: str) -> None:
    """Take out every trace of a rule; what it alone left out becomes allowed."""
    data["review"]["drafts"].remove(id)
    data["review"]["rules"] -= 1
    data["messages"] = [message for message in data["messages"] if message["rule"] != id]
    for entry in list(data["excluded"]):
        entry["reasons"] = [reason for reason in entry["reasons"] if reason["rule"] != id]
        if not entry["reasons"]:
            data["excluded"].remove(entry)
            kept = {key: entry[key] for key in ("exercise", "name", "sources")}
            data["not_chosen"].append({**kept, "reason": "no_time", "text": "It did not fit into the time."})


def with_dose(data: Saved, number: int, **numbers: int) -> Saved:
    """The result with another dose in one step, its words and times made to fit."""
    step = data["routine"][number]
    step["dose"] |= numbers
    dose, exercise = step["dose"], KNOWLEDGE.exercise(step["exercise"])
    assert exercise is not None
    sides, pause = 1 + exercise.per_side, KNOWLEDGE.session.seconds.between_sides
    plan = DosePlan(dose["sets"], dose["reps"], dose["hold"], dose["rest"], sides, exercise.rep_seconds, pause)
    dose["text"], step["seconds"] = in_words(plan), step["change_seconds"] + plan.seconds
    data["seconds"] = sum(other["seconds"] for other in data["routine"])
    return data


# --- what is taken back ------------------------------------------------------------------------


@examples(80)
@given(profiles())
def test_every_result_comes_back_as_it_was(profile: dict[str, Any]) -> None:
    """What `recommend` gives to anybody passes the check after it was written as JSON, and is the very same."""
    result = recommend(profile)
    event(result.outcome)
    data = parsed_result(result.model_dump_json(indent=2).encode())
    assert verified_result(data, KNOWLEDGE) == result


SIGNED = replace(KNOWLEDGE, sign_offs={compiled.id: SignOff("signed") for compiled in KNOWLEDGE.rules})


@examples(40)
@given(profiles())
def test_results_of_signed_rules_come_back_too(profile: dict[str, Any]) -> None:
    """Where all rules are signed, a result names fewer of them, and passes all the same."""
    result = Recommender(SIGNED).recommend(profile)
    event(result.outcome)
    assert verified_result(json.loads(result.model_dump_json()), SIGNED) == result


@pytest.mark.parametrize("name", PEOPLE)
def test_a_file_may_hold_the_profile_or_its_result(name: str, tmp_path: Path) -> None:
    """The same recommendation comes from a profile and from the result that was saved for it."""
    kept = tmp_path / "kept.json"
    kept.write_text(recommend(PEOPLE[name]).model_dump_json(), encoding="utf-8")
    assert read_profile_or_result(str(kept), KNOWLEDGE) == recommend(PEOPLE[name])
    assert read_profile_or_result(str(EXAMPLES / f"{name}.yaml"), KNOWLEDGE) == recommend(PEOPLE[name])


def test_a_profile_in_json_is_no_result(tmp_path: Path) -> None:
    """A profile is told from a result by its keys, whatever notation it has."""
    file = tmp_path / "me.json"
    file.write_text(json.dumps(PEOPLE["trained"]), encoding="utf-8")
    assert not is_result(PEOPLE["trained"])
    assert read_profile_or_result(str(file), KNOWLEDGE) == recommend(PEOPLE["trained"])


def test_a_smaller_dose_is_taken() -> None:
    """A routine that was adapted to less is a routine of these rules."""
    data = with_dose(saved("trained"), 0, reps=1)
    assert verified_result(data, KNOWLEDGE).routine[0].dose.reps == 1


def test_a_beginner_may_grow_within_the_texts() -> None:
    """A dose that is low for a beginner alone may grow to the top of the texts, and no further."""
    data = saved("desk-worker")
    number = next(n for n, step in enumerate(data["routine"]) if step["exercise"] == "pelvic-tilt-rock")
    assert data["routine"][number]["dose"]["low_end"]
    data["minutes"] = 30
    verified_result(with_dose(copy.deepcopy(data), number, reps=10), KNOWLEDGE)
    assert "more than the rules and the texts allow" in refused(with_dose(data, number, reps=11))


def course(profile: dict[str, Any], days: int) -> Iterator[Adapted]:
    """What `next` gives after each of so many good sessions, one a day."""
    diary: list[Entry] = []
    for day in range(days):
        at = datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(days=day)
        adapted = adapt(diary, profile, knowledge=KNOWLEDGE, today=at.date())
        yield adapted
        assert adapted.recommendation is not None
        steps = adapted.recommendation.routine
        done = tuple(
            Done(exercise=s.exercise, sets=s.dose.sets, reps=s.dose.reps, hold=s.dose.hold, finished="all")
            for s in steps
        )
        diary += [
            Session(
                at=at,
                knowledge=KNOWLEDGE.hash,
                pain_before=1,
                pain_after=1,
                leg_symptoms="none",
                stopped=False,
                done=done,
            ),
            NextDay(at=at + timedelta(hours=20), back="same", leg_symptoms="none"),
        ]


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "regular", "minutes": 60},
        {"level": "beginner", "minutes": 40},
        {"age": 70},
        {"goal": "strengthen", "minutes": 45},
    ],
)
def test_a_routine_that_was_adapted_to_a_diary_is_taken(changes: dict[str, Any]) -> None:
    """After each of many good sessions the adapted routine passes, as a result and in its wrapping."""
    seen = set()
    for adapted in course(person(pain_now=1, **changes), 24):
        assert adapted.recommendation is not None
        seen.add(adapted.recommendation.routine)
        data = parsed_result(adapted.model_dump_json().encode())
        assert verified_result(data, KNOWLEDGE) == adapted.recommendation
    assert len(seen) > 4 or "age" in changes


def test_a_day_off_is_no_routine() -> None:
    """What `next` gives for a day without a routine is told from a profile, and gives no routine."""
    data = {"verdict": "day_off", "title": "", "messages": [], "changes": [], "notes": [], "recommendation": None}
    assert is_result(data)
    assert "kept.json: holds no routine" in refused(data)


# --- what is refused -----------------------------------------------------------------------------


def test_a_result_of_other_rules_is_refused() -> None:
    """A result whose rules have changed since says so, with both marks, and how to make it anew."""
    data = saved("desk-worker")
    data["knowledge"]["hash"] = "0" * 64
    text = refused(data)
    assert text.startswith("kept.json: was made with other rules (000000000000)")
    assert KNOWLEDGE.hash[:12] in text
    assert "the profile, so that the result is made anew" in text


def swap_in_excluded(data: Saved) -> None:
    step, entry = data["routine"][0], data["excluded"].pop(0)
    step |= {key: entry[key] for key in ("exercise", "name", "sources")}


def twice(data: Saved) -> None:
    data["routine"].append(data["routine"][0])


def no_stop(data: Saved) -> None:
    data["messages"] = [message for message in data["messages"] if message["kind"] != "stop"]


def no_limit(data: Saved) -> None:
    data["messages"] = [message for message in data["messages"] if message["kind"] != "limit"]


def own_words(data: Saved) -> None:
    data["messages"].append({"kind": "note", "text": "Go on, even if it hurts."})


def other_answer(data: Saved) -> None:
    for message in data["messages"]:
        if "age" in message["answers"] or "pain_now" in message["answers"]:
            message["answers"] = {**message["answers"], "pain_now": 9}


TAMPERED: dict[str, tuple[str, Callable[[Saved], Any], str]] = {
    "an excluded exercise": ("desk-worker", swap_in_excluded, "leave it out"),
    "an exercise twice": ("desk-worker", twice, "stands in two places"),
    "an exercise less": ("desk-worker", lambda d: d["not_chosen"].pop(), "this exercise is missing"),
    "an exercise that nobody knows": (
        "desk-worker",
        lambda d: d["not_chosen"][0].update(exercise="headstand"),
        '"headstand" is no exercise',
    ),
    "a reason less": ("hernia", lambda d: d["excluded"][0]["reasons"].pop(), "for other reasons"),
    "a milder outcome": ("emergency", lambda d: d.update(outcome="routine"), "its rules give emergency"),
    "a milder title": ("emergency", lambda d: d.update(title="Your routine"), "not the words of this outcome"),
    "nothing to do now": ("emergency", lambda d: d.update(now=[]), "not the words of this outcome"),
    "no stop": ("emergency", no_stop, "what this rule says is missing"),
    "no rule at all": (
        "emergency",
        lambda d: [without_rule(d, id) for id in list(d["review"]["drafts"])],
        "this rule holds for the answers in it, and is missing",
    ),
    "no clinician first": (
        "pregnancy",
        lambda d: d.update(show_to_clinician_first=False),
        "its rules say something else",
    ),
    "no low end": ("pregnancy", no_limit, "what this rule says is missing"),
    "another sentence": ("desk-worker", own_words, "is no sentence of these rules"),
    "another answer": ("pregnancy", other_answer, "two answers"),
    "no disclaimer": ("trained", lambda d: d.update(disclaimer="Trust me."), "disclaimer"),
    "another order": ("trained", lambda d: d["routine"].reverse(), "out of order"),
    "another clinic": ("trained", lambda d: d["knowledge"].update(overlay="Elsewhere"), "not what these rules say"),
    "a key more": ("trained", lambda d: d.update(more=1), "more: no part of a result"),
    "a key less": ("trained", lambda d: d.pop("messages"), "messages: missing"),
    "a word for a number": (
        "trained",
        lambda d: d["routine"][1]["dose"].update(reps="many"),
        "routine.1.dose.reps: not what stands here in a result",
    ),
    "a rule that nobody knows": ("trained", lambda d: d["review"]["drafts"].append("x"), '"x", which is no rule'),
    "other minutes": ("trained", lambda d: d.update(minutes=5000), "5000 are not accepted"),
    "fewer minutes": ("trained", lambda d: d.update(minutes=5), "more than the minutes"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_is_refused(what: str) -> None:
    """Each of these changes is found and named, and there is no routine."""
    name, change, said = TAMPERED[what]
    data = saved(name)
    change(data)
    text = refused(data)
    assert text.startswith("kept.json: is not as these rules made it, so it is not used.")
    assert said in text
    assert "make it anew from the profile" in text


def test_a_rule_cannot_go_while_its_answers_stay() -> None:
    """A rule that still holds for the answers of another one is missed, with everything that it left out."""
    data = saved("pregnancy")
    without_rule(data, "low-end-pregnancy")
    assert "low-end-pregnancy: this rule holds for the answers in it, and is missing." in refused(data)


def test_more_than_the_dose_is_refused_whatever_fits_beside_it() -> None:
    """A larger dose with words and times that fit is refused where the rules keep it low, even by one."""
    data = saved("pregnancy")
    data["minutes"] = 60
    for number, step in enumerate(data["routine"]):
        more = {"reps": step["dose"]["reps"] + 1}
        assert "more than the rules and the texts allow" in refused(with_dose(copy.deepcopy(data), number, **more))
    assert "is no dose" in refused(with_dose(data, 0, reps=0))


def test_what_was_found_in_a_dose_is_said_with_the_most() -> None:
    """The numbers that stand in the file are named, each with the most that is accepted, and not the old words."""
    data = saved("trained")
    step = next(s for s in data["routine"] if s["dose"]["reps"] > 1 and s["dose"]["hold"])
    exercise = KNOWLEDGE.exercise(step["exercise"])
    assert exercise is not None
    top = most(exercise, KNOWLEDGE)
    old = step["dose"]["text"]
    step["dose"]["reps"] = 99
    text = refused(data)
    assert f"its dose is more than the rules and the texts allow: 99 times, {top.reps} at most." in text
    assert f'its words say "{old}", its numbers "99 times' in text
    step["dose"] |= {"hold": 300, "sets": 9, "rest": 30}
    found = f"99 times, {top.reps} at most; hold 300 s, {top.hold} s at most; 9 sets, {top.sets} at most."
    assert found in refused(data)


JARGON = ("Value error", "inputs are", "the whole", "Field", "Input", "type=", "valid", "pydantic", "None")


def test_no_word_of_a_library_is_said() -> None:
    """Whatever kind of value stands at any place, the message is in words of this program."""
    original = saved("desk-worker")
    kinds = {tuple("" if isinstance(key, int) else key for key in way): way for way in leaves(original)}
    for way in kinds.values():
        for value in (None, {}, 1.5):
            data = copy.deepcopy(original)
            place = data
            for key in way[:-1]:
                place = place[key]
            place[way[-1]] = value
            with suppress(ProfileError):
                verified_result(data, KNOWLEDGE, "kept.json")
                continue
            text = "" if "answers" in way else refused(data)
            assert [word for word in JARGON if word in text] == [], (way, value)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.999])
def test_a_saved_result_that_was_cut_is_called_that(share: float, tmp_path: Path) -> None:
    """A result that ends too early is not called a profile or YAML; the message says what to do."""
    whole = example("trained", "json").out.rstrip()
    file = tmp_path / "kept.json"
    file.write_text(whole[: int(len(whole) * share)], encoding="utf-8")
    done = recommender("recommend", file)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"{file}: looks like a saved result, but it is not whole: it ends too early, or was damaged. "
        "Accepted: a result as `--format json` wrote it; or make it anew from the profile.\n"
    )


def leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*way, key))
    else:
        yield way


@pytest.mark.parametrize("name", ["hernia", "acute-flare"])
def test_no_number_and_no_word_of_a_step_can_be_changed_alone(name: str) -> None:
    """Whatever single value of the routine is changed, the result is refused; only why it was chosen is not checked."""
    original = saved(name)
    tried = 0
    for number, step in enumerate(original["routine"]):
        for way in leaves(step):
            if way[0] == "reasons":
                continue
            data = copy.deepcopy(original)
            place = data["routine"][number]
            for key in way[:-1]:
                place = place[key]
            old = place[way[-1]]
            place[way[-1]] = not old if isinstance(old, bool) else old + 1 if isinstance(old, int) else f"{old} Harder."
            assert refused(data), way
            tried += 1
    assert tried > 60


def test_many_faults_are_not_all_listed() -> None:
    """A result full of changes gets a short message that says how many more there are."""
    data = saved("trained")
    for step in data["routine"]:
        step["stop_when"], step["seconds"] = "Never.", 1
    for entry in data["excluded"]:
        entry["name"] = "X"
    text = refused(data)
    assert "more like these." in text
    assert len(text.splitlines()) < 14


# --- files -----------------------------------------------------------------------------------------


def test_a_result_is_no_profile() -> None:
    """Commands that need the answers say so when they get a saved result, and give no routine."""
    done = recommender("why", "cat", "-", stdin=example("trained", "json").out)
    assert (done.code, done.out) == (1, "")
    assert "standard input: is a saved result, and here the answers are needed." in done.err


def test_the_command_gives_a_saved_result_in_another_format() -> None:
    """The page for a saved result is the page for its profile; one that was changed gives none."""
    kept = example("trained", "json").out
    done = recommender("recommend", "-", stdin=kept)
    assert (done.code, done.out) == (0, example("trained").out)
    changed = recommender("recommend", "-", "--format", "markdown", stdin=kept.replace('"reps": ', '"reps": 9'))
    assert (changed.code, changed.out) == (1, "")
    assert "standard input: is not as these rules made it" in changed.err
    assert "Traceback" not in changed.err


@pytest.mark.parametrize("raw", [b"{", b"{" * 5000, b"{}", b'{"outcome": 1}', b"\xff\xfe{", b""])
def test_odd_bytes_are_no_result(raw: bytes, tmp_path: Path) -> None:
    """What is neither a result nor a profile ends in the clear error for profiles."""
    file = tmp_path / "odd.json"
    file.write_bytes(raw)
    assert parsed_result(raw) is None
    with pytest.raises(ProfileError):
        read_profile_or_result(str(file), KNOWLEDGE)


@pytest.mark.parametrize(
    "part", [None, [], "x", {"outcome": "routine", "routine": 1, "excluded": None, "knowledge": []}]
)
def test_odd_values_are_refused(part: Any) -> None:
    """Values of a wrong kind end in the clear error, and not in another."""
    data = saved("trained")
    for key in ("routine", "excluded", "messages", "knowledge", "review", "outcome"):
        if part != [] or key not in ("routine", "excluded", "messages"):
            refused({**data, key: part})


def test_a_file_that_is_far_too_long_is_refused(tmp_path: Path) -> None:
    """A result of more bytes than any has is not read."""
    file = tmp_path / "long.json"
    file.write_bytes(json.dumps(saved("trained")).encode() + b" " * MAX_RESULT_BYTES)
    with pytest.raises(ProfileError, match="longer than"):
        read_profile_or_result(str(file), KNOWLEDGE)


def test_what_cannot_be_seen_is_whose_result_it_is() -> None:
    """A whole result of somebody else passes: the file does not tell whose it is. The documentation says so."""
    other = recommend(person(age=30, pregnant="no"))
    assert verified_result(json.loads(other.model_dump_json()), KNOWLEDGE) == other
    assert isinstance(other, Recommendation)
