"""A saved result: what is taken back, and what is refused because someone changed it or other rules made it."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from recommender import Recommendation, recommend
from recommender.cli.files import MAX_RESULT_BYTES, read_profile, read_profile_or_result
from recommender.decision.pipeline import Recommender, machine
from recommender.decision.recommendation import FORMAT
from recommender.errors import ProfileError
from recommender.kept.json_form import is_result, parsed_result
from recommender.kept.weeks import changes_on
from recommender.knowledge.data import SignOff
from recommender.knowledge.knowledge import Knowledge
from recommender.output.calendar import render_calendar
from recommender.output.html import render_html
from recommender.output.markdown import render_markdown
from recommender.output.text import render_text
from recommender.profile.checking import check
from recommender.progression.adapt import adapt
from recommender.progression.draft import Draft
from tests.command_line import EXAMPLES, example, one_line, recommender
from tests.conftest import examples, person
from tests.progression.test_progress_properties import later, logs
from tests.saved_kinds import KNOWLEDGE, TODAY, Change, Kind, changes, course, kind, names, of_profile, proved, sampled
from tests.strategies import profiles

PEOPLE = {path.stem: read_profile(str(path)) for path in sorted(EXAMPLES.glob("*.yaml"))}
EVERY = bool(os.environ.get("RECOMMENDER_EVERY_CHANGE"))  # all changes of all kinds; takes half an hour
Saved = dict[str, Any]


def saved(name: str) -> Saved:
    """The result for an example, as it stands in a file."""
    data: Saved = json.loads(recommend(PEOPLE[name]).model_dump_json())
    return data


def refused(data: Any, knowledge: Knowledge = KNOWLEDGE, **more: Any) -> str:
    """What is said when this is refused."""
    with pytest.raises(ProfileError) as caught:
        proved(data, knowledge, **more)
    return str(caught.value)


def kept(folder: Path, data: Any, name: str = "kept.json") -> Path:
    """A file with this value as JSON."""
    file = folder / name
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


# --- what is taken back ------------------------------------------------------------------------


@examples(80)
@given(profiles())
def test_every_result_comes_back_as_it_was(profile: dict[str, Any]) -> None:
    """What `recommend` gives to anybody passes the check after it was written as JSON, and is the very same."""
    result = recommend(profile)
    event(result.outcome)
    data = parsed_result(result.model_dump_json(indent=2).encode())
    assert proved(data) == result
    dated = of_profile(profile)
    assert proved(json.loads(dated.model_dump_json())) == dated


SIGNED = replace(KNOWLEDGE, sign_offs={compiled.id: SignOff("signed") for compiled in KNOWLEDGE.rules})


@examples(40)
@given(profiles())
def test_results_of_signed_rules_come_back_too(profile: dict[str, Any]) -> None:
    """Where all rules are signed, a result names fewer of them, and passes all the same."""
    result = Recommender(SIGNED).recommend(profile)
    event(result.outcome)
    assert proved(json.loads(result.model_dump_json()), SIGNED) == result


@pytest.mark.parametrize("name", names)
def test_each_kind_comes_back(name: str) -> None:
    """A routine, an adapted one, rest positions, two stops and a clinic's result: each passes as it is."""
    one = kind(name)
    assert proved(one.data, one.knowledge) == one.result
    assert one.result.outcome.startswith(name.replace(" a ", "_")) or name in ("adapted", "overlay", "relief")


@examples(30)
@given(st.data())
def test_whatever_a_log_gives_comes_back(data: st.DataObject) -> None:
    """Any log of anybody: the adapted result passes as JSON, and is the very same."""
    profile = data.draw(profiles())
    log = data.draw(logs(profile))
    today = later(log)
    adapted = adapt(log, profile, knowledge=KNOWLEDGE, today=today)
    read = json.loads(adapted.model_dump_json())
    if adapted.recommendation is None:
        event("no routine")
        assert "holds no routine" in refused(read)
        return
    event(f"{adapted.recommendation.outcome}, {len(adapted.changes) > 0}")
    assert proved(read, KNOWLEDGE, today=today) == adapted.recommendation


@pytest.mark.parametrize("name", PEOPLE)
def test_a_file_may_hold_the_profile_or_its_result(name: str, tmp_path: Path) -> None:
    """The same recommendation comes from a profile and from the result that was saved for it."""
    result = read_profile_or_result(str(EXAMPLES / f"{name}.yaml"), KNOWLEDGE)
    file = tmp_path / "kept.json"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):  # as some shells write what they are given
        file.write_text(result.model_dump_json(indent=2), encoding=encoding)
        assert read_profile_or_result(str(file), KNOWLEDGE) == result
    assert replace(result, answered_on={}) == recommend(PEOPLE[name])


def test_a_profile_in_json_is_no_result(tmp_path: Path) -> None:
    """A profile is told from a result by its keys, whatever notation it has."""
    assert not is_result(PEOPLE["trained"])
    assert read_profile_or_result(str(kept(tmp_path, PEOPLE["trained"])), KNOWLEDGE) == recommend(PEOPLE["trained"])


@pytest.mark.parametrize(
    "more",
    [
        {"level": "regular", "minutes": 60},
        {"level": "beginner", "minutes": 40},
        {"age": 70},
        {"goal": "strengthen", "minutes": 45},
    ],
)
def test_a_routine_that_was_adapted_to_a_log_is_taken(more: dict[str, Any]) -> None:
    """After each of many good sessions the adapted routine passes, as a result and in its wrapping."""
    seen = set()
    for adapted in course(person(pain_now=1, **more), 24):
        assert adapted.recommendation is not None
        seen.add(adapted.recommendation.routine)
        for value in (adapted, adapted.recommendation):
            data = parsed_result(value.model_dump_json().encode())
            assert proved(data) == adapted.recommendation
    assert len(seen) > 4 or "age" in more


def test_a_day_off_is_no_routine() -> None:
    """What `next` gives for a day without a routine is told from a profile, and gives no routine."""
    data = {"verdict": "day_off", "title": "", "messages": [], "changes": [], "notes": [], "recommendation": None}
    assert is_result(data)
    assert "kept.json: holds no routine" in refused(data)


# --- what was changed ----------------------------------------------------------------------------

ANSWERS = {"profile": None, "answered_on": {}, "adapted_on": None}
MADE = datetime(2026, 1, 1, tzinfo=UTC)


def forms(result: Recommendation, knowledge: Knowledge) -> list[str]:
    """The result in every form for people."""
    made = [render_text(result, knowledge), render_text(result, knowledge, everything=True)]
    made += [render_markdown(result, knowledge), render_html(result, knowledge)]
    if result.outcome == "routine":
        first = TODAY + timedelta(days=1)
        before = changes_on(result, knowledge, first, first + timedelta(weeks=4), TODAY)
        made.append(render_calendar(result, knowledge, starting=first, made=MADE, before=before))
    return made


def _outcome(data: Any, one: Kind) -> tuple[Recommendation | None, str]:
    """What is taken back, or what is said to that."""
    try:
        return proved(data, one.knowledge), ""
    except ProfileError as error:
        return None, str(error)


def _same_for_people(one: Kind, change: Change, found: Recommendation) -> None:
    """What was accepted shows nothing else than the original."""
    assert replace(found, **ANSWERS) == replace(one.result, **ANSWERS), change
    if found != one.result:
        assert forms(found, one.knowledge) == forms(one.result, one.knowledge), change


JARGON = ("Value error", "inputs are", "Field", "Input", "type=", "pydantic", "None", "Traceback", "True")


@pytest.mark.parametrize("name", names)
def test_no_single_change_shows_anything_else(name: str) -> None:
    """Whatever one value, key or element of a saved result is changed: it is refused, or shows what it showed.

    Every kind of change at every kind of place is tried, as many as time lets it; with
    RECOMMENDER_EVERY_CHANGE=1 all of them.
    """
    one = kind(name)
    tried = list(changes(one.data)) if EVERY else sampled(one.data, 120 if name == "emergency" else 400)
    accepted = set()
    for change in tried:
        data = change.made(one.data)
        assert data != one.data, change
        found, said = _outcome(data, one)
        assert (found is None) == ("kept.json" in said), change
        assert not any(word in said for word in JARGON), (change, said)
        if found is not None:
            _same_for_people(one, change, found)
            accepted.add(change.way[0])
    unproved = {"about", "title", "messages", "changes", "notes", "review", "recommendation"}  # around a routine
    assert accepted <= (unproved if name == "adapted" else {"profile", "answered_on"}), accepted
    assert len({change.kind for change in tried}) > 10
    assert proved(one.data, one.knowledge) == one.result  # nothing was left changed


def test_other_answers_make_another_whole_result() -> None:
    """Answers that are changed pass only if everything that follows from them is changed too."""
    mine, other = (
        saved("desk-worker"),
        json.loads(recommend({**PEOPLE["desk-worker"], "pain_now": 9}).model_dump_json()),
    )
    assert "stands there, and the rules give" in refused({**mine, "profile": other["profile"]})
    assert 'outcome: "relief_only" stands there' in refused({**other, "profile": mine["profile"]})
    assert proved(other, KNOWLEDGE).outcome == "relief_only"


def swap_in_excluded(data: Saved) -> None:
    """Put an excluded exercise in the place of a step."""
    step, id = data["routine"][0], next(iter(data["excluded"]))
    entry = data["excluded"].pop(id)
    step |= {"exercise": id, "name": entry["name"], "sources": entry["sources"]}


def first_of(data: Saved) -> Saved:
    """The first excluded exercise."""
    found: Saved = next(iter(data["excluded"].values()))
    return found


TAMPERED: dict[str, tuple[str, Callable[[Saved], Any], str]] = {
    "an excluded exercise": ("desk-worker", swap_in_excluded, "routine.0.exercise: "),
    "a larger dose": (
        "pregnancy",
        lambda d: d["routine"][0]["dose"].update(reps=99),
        "dose.reps: 99 stands there, and",
    ),
    "an exercise less": ("desk-worker", lambda d: d["routine"].pop(), "entries stand there, and the rules give"),
    "a reason less": ("hernia", lambda d: first_of(d)["reasons"].pop(), ".reasons: "),
    "a milder outcome": (
        "emergency",
        lambda d: d.update(outcome="routine"),
        'outcome: "routine" stands there, and the rules give "emergency".',
    ),
    "no stop": ("emergency", lambda d: d.update(messages=d["messages"][1:]), "messages."),
    "a doubt less": (
        "trained",
        lambda d: d.update(show_to_clinician_first=True),
        "yes stands there, and the rules give no.",
    ),
    "another sentence": ("desk-worker", lambda d: d["now"].append("Go on."), "now: 1 entries stand there"),
    "a key more": ("trained", lambda d: d.update(more=1), "more: no part of a result."),
    "a key less": ("trained", lambda d: d.pop("messages"), "messages: missing."),
    "other minutes": ("trained", lambda d: d["profile"].update(minutes=5000), "profile: minutes: 5000 "),
    "answers that are none": ("trained", lambda d: d.update(profile=7), "profile: A profile is a mapping"),
    "a letter in a long text": ("trained", lambda d: d.update(disclaimer=f"{d['disclaimer'][:-1]}!"), 'disclaimer: "…'),
    "a day to come": (
        "pregnancy",
        lambda d: d.update(answered_on={"pregnancy_week": "2999-01-01"}),
        "answered_on.pregnancy_week: 2999-01-01 is a day to come.",
    ),
    "a day of nothing": (
        "trained",
        lambda d: d.update(answered_on={"x": "2026-01-01"}),
        "answered_on.x: this is no field",
    ),
    "some days without others": (
        "pregnancy",
        lambda d: d.update(answered_on={"age": "2026-01-01"}),
        "answered_on.pregnancy_week: missing.",
    ),
    "a log for rest positions": ("acute-flare", lambda d: d.update(adapted_on="2026-01-01"), "adapted_on: "),
    "no day of the log": ("trained", lambda d: d.update(adapted_on="soon"), "adapted_on: soon is no day."),
    "another clinic": ("trained", lambda d: d["knowledge"].update(overlay="Elsewhere"), "knowledge.overlay: "),
    "what cannot be seen": ("trained", lambda d: d.update(title="\x1b[2J\u202eme"), '"<U+001B>[2J<U+202E>me" stands'),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_is_refused(what: str) -> None:
    """Each of these changes is found, and the message says what differs first and what should stand there."""
    name, change, found = TAMPERED[what]
    data = saved(name)
    change(data)
    text = refused(data)
    assert "kept.json: is not as these rules made it, so it is not used." in text
    assert found in text
    assert "make it anew from the profile" in text


def test_what_the_answers_demand_stands_before_the_refusal() -> None:
    """Whoever needs emergency care reads that first, even where the result cannot be used."""
    data = saved("emergency")
    for changed in ({**data, "title": "Go on"}, {**data, "format": 1}, {**data, "knowledge": {"hash": "0" * 32}}):
        assert refused(changed).startswith("Get emergency care now.")


# --- adapted results --------------------------------------------------------------------------------


def adapted_data() -> Saved:
    """An adapted result, without what stands around it."""
    data: Saved = kind("adapted").fresh()["recommendation"]
    return data


def test_an_adapted_step_stands_on_its_ladder() -> None:
    """A dose that no step of the log could lead to is refused, and the exercise is named."""
    data = adapted_data()
    data["routine"][2]["dose"]["reps"] += 1
    first = data["routine"][2]["exercise"]
    assert f"no dose that the rules of progress give for {first}" in refused(data)
    for odd in (None, [None], [{"dose": {}}], [{"exercise": [], "dose": {"sets": {}}}]):
        assert "no dose that the rules of progress give" in refused({**data, "routine": odd})


def test_an_adapted_routine_keeps_within_the_time() -> None:
    """Doses that stand on their ladders each, and take longer together than there is time, are refused."""
    way = machine(KNOWLEDGE)
    for minutes in range(10, 30):
        answers = check(person(pain_now=1, level="regular", minutes=minutes), KNOWLEDGE)
        facts, decision, plan = way.planned(answers)
        draft = Draft(KNOWLEDGE, way.planner, plan, decision)
        top = [len(ladder.rungs) - 1 for ladder in draft.ladders]
        if not draft.fits(top):
            break
    whole = way.composer.compose(facts, answers, decision, draft.plan(top), adapted_on=TODAY.isoformat())
    data = json.loads(whole.model_dump_json())
    assert data["seconds"] > data["minutes"] * 60
    assert "seconds: more than the minutes." in refused(data)


def test_what_stands_around_an_adapted_routine_has_its_form() -> None:
    """Parts that are missing, unknown or of another kind are named; a stop beside a routine is refused."""
    data = kind("adapted").fresh()
    assert "more: no part of a result." in refused({**data, "more": 1})
    assert "notes: missing." in refused({key: value for key, value in data.items() if key != "notes"})
    assert "changes: not what stands here." in refused({**data, "changes": 1})
    assert 'verdict: "stop" stands there, beside a routine.' in refused({**data, "verdict": "stop"})
    assert "holds no routine" in refused({**data, "recommendation": []})


# --- other rules, other forms ---------------------------------------------------------------------

QUOTED = "recommender recommend 'my result.json' --anew"


def test_a_result_of_other_rules_is_refused_by_name() -> None:
    """The clinic, the version and the mark of both are named, and the command that makes it anew."""
    clinic = kind("overlay")
    text = refused(clinic.data, file="my result.json")
    assert f"kept.json: was made with other rules (Riverside Back Clinic (example), {KNOWLEDGE.version}, " in text
    assert f"than these ({KNOWLEDGE.version}, {KNOWLEDGE.hash[:12]})." in text
    assert text.endswith(f"To make it anew from the answers in it: {QUOTED}")
    there = refused(saved("pregnancy"), clinic.knowledge, file="my result.json")
    assert there.endswith(f"{QUOTED} --knowledge {shlex.quote(str(EXAMPLES / 'clinic'))}")


def test_a_result_of_another_form_is_refused() -> None:
    """Of an older version, where it may hold no answers, or of a newer one."""
    data = saved("trained")
    for form in ({"format": 2}, {"format": 1}, {}):
        older = {**{key: value for key, value in data.items() if key != "format"}, **form}
        assert "kept.json: has the form of an older version" in refused(older)
        assert refused(older, file="my result.json").endswith(QUOTED)
        del older["profile"]
        assert "recommender recommend" not in refused(older, file="my result.json")
    assert "has the form of a newer version of this program" in refused({**data, "format": FORMAT + 1})
    assert 'format: "3" stands there' in refused({**data, "format": "3"})


def test_no_command_is_named_that_cannot_be_given() -> None:
    """Without a file no command stands there, standard input is - in it, and a name is never an option."""
    older = {**saved("trained"), "format": 1}
    assert "recommender recommend" not in refused(older)
    assert refused(older, file="-").endswith("recommender recommend - --anew")
    assert refused(older, file="-x.json").endswith("recommender recommend ./-x.json --anew")
    adapted = {**adapted_data(), "format": 1}
    assert refused(adapted, file="a.json").endswith("To adapt it anew: recommender next LOG PROFILE")


def test_weeks_that_change_the_routine_outrun_a_result() -> None:
    """A week of pregnancy goes on; the result is taken while it gives the same, and refused from then on."""
    one = of_profile({**PEOPLE["pregnancy"], "pregnancy_week": 20})
    end = changes_on(one, KNOWLEDGE, TODAY, TODAY + timedelta(weeks=30))
    assert end is not None
    data = json.loads(one.model_dump_json())
    assert proved(data, KNOWLEDGE, today=end - timedelta(days=1)) == one
    text = refused(data, today=end, file="a.json")
    assert "kept.json: was made some time ago, and the weeks since then change what suits you." in text
    assert text.endswith("recommender recommend a.json --anew")


# --- the command -----------------------------------------------------------------------------------


def test_anew_decides_from_the_answers(tmp_path: Path) -> None:
    """Whatever else stands in the file, --anew makes the result of its answers, and so does the named command."""
    data = {**saved("trained"), "format": 1, "title": "Mine", "routine": []}
    file = kept(tmp_path, data, "my result.json")
    done = recommender("recommend", file)
    assert (done.code, done.out) == (1, "")
    command = done.err.strip().splitlines()[-1].partition(": ")[2]
    made = recommender(*shlex.split(command)[1:])
    assert (made.code, made.out) == (0, example("trained").out)
    piped = recommender("recommend", "-", "--anew", stdin=json.dumps(data))
    assert (piped.code, piped.out) == (0, example("trained").out)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (PEOPLE["trained"], "is no saved result, so there is nothing to make anew."),
        ({**saved("trained"), "profile": None}, "holds no answers from which to make it anew."),
        ({**saved("trained"), "profile": []}, "holds no answers from which to make it anew."),
        (kind("adapted").data, "was adapted to a log, and is made anew from that: recommender next LOG PROFILE."),
        (adapted_data(), "was adapted to a log, and is made anew from that: recommender next LOG PROFILE."),
        ({"verdict": "stop", "changes": [], "recommendation": None}, "was adapted to a log"),
        ({**saved("trained"), "profile": {"age": 40}}, "hernia: no answer."),
    ],
)
def test_anew_needs_a_result_with_its_answers(data: Any, found: str, tmp_path: Path) -> None:
    """A profile, a result without answers or one of a log: a clear error, and no command that cannot help."""
    done = recommender("recommend", kept(tmp_path, data), "--anew")
    assert (done.code, done.out) == (1, "")
    assert found in one_line(done.err)
    assert "recommender ask" not in done.err.replace("`recommender ask`", "")


def test_anew_asks_for_no_answers_in_a_result(tmp_path: Path) -> None:
    """Answers that are too old are named; `recommender ask` cannot ask for those in a result, and is not named."""
    long_ago = {"answered_on": {"pain_now": "2020-01-01", "age": "2020-01-01"}}
    done = recommender("recommend", kept(tmp_path, {**saved("trained"), **long_ago}), "--anew")
    assert (done.code, done.out) == (0, example("trained").out)
    assert "may have changed" in done.err
    assert "recommender ask" not in done.err


@pytest.mark.parametrize("name", ["trained", "pregnancy", "emergency"])
def test_without_answers_no_answer_is_left(name: str) -> None:
    """No field holds an answer, its day, or that it was a doubt; the texts stay, and the first line says so."""
    done = recommender("recommend", EXAMPLES / f"{name}.yaml", "--format", "json", "--without-answers")
    data = json.loads(done.out)
    about = KNOWLEDGE.outcomes.about
    assert next(iter(data)) == "about"
    assert (data["about"], saved(name)["about"]) == (about.without_answers, about.with_answers)
    assert (data["profile"], data["answered_on"]) == (None, {})
    assert all(not part.get("answers") and not part.get("unsure") for part in [*data["messages"], *data["reasons"]])
    whole = Recommendation.model_validate(data)
    assert [part.text for part in whole.messages] == [part.text for part in recommend(PEOPLE[name]).messages]
    assert not any(reason.answers or reason.unsure for entry in whole.excluded for reason in entry.reasons)
    again = recommender("recommend", "-", stdin=done.out)
    assert (again.code, again.out) == (1, "")
    assert "standard input: holds no answers (--without-answers)." in again.err


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


@pytest.mark.parametrize("command", [("why", "cat"), ("what-if",), ("ask",)])
def test_a_result_is_no_profile(command: tuple[str, ...], tmp_path: Path) -> None:
    """Commands that need the answers say so when they get a saved result, and give no routine."""
    file = kept(tmp_path, saved("trained"))
    more = ("pain_now=3",) if command[0] == "what-if" else ()
    done = recommender(*command, file, *more)
    assert (done.code, done.out) == (1, "")
    assert f"{file}: is a saved result, and here the answers are needed." in one_line(done.err)


def test_the_command_gives_a_saved_result_in_another_format() -> None:
    """The page for a saved result is the page for its profile; one that was changed gives none."""
    whole = example("trained", "json").out
    done = recommender("recommend", "-", stdin=whole)
    assert (done.code, done.out) == (0, example("trained").out)
    changed = recommender("recommend", "-", "--format", "markdown", stdin=whole.replace('"reps":', '"reps":9'))
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


@pytest.mark.parametrize("part", [None, [], {}, "x", 1.5, {"outcome": "routine", "routine": 1, "knowledge": []}])
def test_odd_values_are_refused(part: Any) -> None:
    """Values of a wrong kind at any key end in the clear error, and not in another."""
    data = saved("trained")
    for key in data:
        if data[key] != part:
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
    assert proved(json.loads(other.model_dump_json())) == other
