"""Who should be seen and how soon, and what is given where nothing fits: decided, said first, in every form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from recommender import Knowledge, Recommendation, recommend
from recommender.cli import cli
from recommender.cli.follow import _print_script
from recommender.decision.decide import Decision, decide, nothing_fits
from recommender.decision.explain import difference, explain, find_exercise
from recommender.kept.result import verified_result
from recommender.output.calendar import no_calendar, render_calendar
from recommender.output.html import render_html
from recommender.output.markdown import render_markdown
from recommender.output.paper import on_paper
from recommender.output.progression import adapted_as_markdown, adapted_as_text
from recommender.output.text import render_text
from recommender.output.what_if import render_difference
from recommender.output.why import render_why
from recommender.profile.checking import check
from recommender.progression.adapt import adapt
from tests.altered import altered
from tests.command_line import one_line
from tests.conftest import person
from tests.strategies import KNOWLEDGE

# Whoever cannot do any of this can only rest on the side.
ONLY_ON_THE_SIDE = [
    "kneel", "lie_on_front", "lie_on_back", "get_to_floor", "sit_on_floor", "sit_on_heels", "lean_on_hands", "stand",
    "sit_on_chair", "bend_forward", "bend_back", "turn",
]  # fmt: skip
SOON = "See a doctor in the next days to look for the cause. You may exercise meanwhile."
NOTHING = "See a physiotherapist in the next days, and ask for exercises that suit you."


def fired(ids: Iterable[str]) -> Decision:
    """What these rules decide together."""
    wanted = set(ids)
    assert wanted <= set(KNOWLEDGE.rules_by_id)
    return decide([compiled for compiled in KNOWLEDGE.rules if compiled.id in wanted], KNOWLEDGE)


def ids(decision: Decision) -> list[str]:
    return [compiled.id for compiled in decision.stops]


# --- decided ------------------------------------------------------------------------------------------

TOLD: dict[str, tuple[list[str], tuple[str, str, str | None]]] = {
    "nobody": ([], ("routine", "none", None)),
    "the usual of an outcome": (["acute-pain"], ("relief_only", "soon", "doctor")),
    "the most urgent of several": (
        ["injury-under-two-months", "sign-flank-pain", "leg-symptoms-spreading"],
        ("see_clinician", "today", "doctor"),
    ),
    "of equals the surgeon before the doctor": (["under-18", "back-surgery"], ("see_clinician", "soon", "surgeon")),
    "of equals the maternity unit before the doctor": (
        ["sign-flank-pain", "pregnancy-warning"],
        ("see_clinician", "today", "maternity unit"),
    ),
    "a weaker stop can be the more urgent one": (
        ["acute-pain", "sign-flank-pain"],
        ("see_clinician", "today", "doctor"),
    ),
    "an emergency before all": (
        ["sign-saddle-numbness", "pregnancy-warning", "acute-pain"],
        ("emergency", "now", "emergency services"),
    ),
    "an ask that says how soon": (["ask-lasting-pain"], ("routine", "soon", "doctor")),
    "an ask that does not": (["ask-hernia"], ("routine", "none", None)),
    "a stop beside an ask": (
        ["ask-lasting-pain", "sign-supervised-only"],
        ("see_clinician", "soon", "doctor"),
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_the_most_urgent_of_all_that_calls_is_told(name: str) -> None:
    """The outcome is the strongest, the urgency the soonest, the person that of the soonest in the fixed order."""
    rules, expected = TOLD[name]
    decision = fired(rules)
    assert (decision.outcome, decision.urgency, decision.whom) == expected


def test_stops_stand_most_urgent_first_and_weaker_ones_are_not_among_them() -> None:
    """In the order of urgency and person, and where these are alike in that of the rules, however they come in."""
    rules = ["under-18", "sign-flank-pain", "back-surgery", "acute-pain", "leg-symptoms-spreading"]
    expected = ["sign-flank-pain", "leg-symptoms-spreading", "back-surgery", "under-18"]
    assert ids(fired(rules)) == expected
    backwards = [KNOWLEDGE.rules_by_id[id] for id in reversed(rules)]
    assert ids(decide(backwards, KNOWLEDGE)) == expected


def test_nothing_fits_where_only_rest_positions_are_allowed() -> None:
    """No stop, and nothing besides rest positions: a physiotherapist is to be seen, or whom a more urgent ask names."""
    everything = {e.id for e in KNOWLEDGE.exercises} - {KNOWLEDGE.exercises[n].id for n in _numbers(KNOWLEDGE.relief)}
    result = recommend(person(cannot=ONLY_ON_THE_SIDE))
    assert (result.outcome, result.urgency, result.whom) == ("nothing_fits", "soon", "physiotherapist")
    assert {entry.exercise for entry in result.excluded} >= everything
    assert (result.routine, result.seconds, result.show_to_clinician_first) == ((), 0, False)
    lasting = recommend(person(cannot=ONLY_ON_THE_SIDE, pain_course="lasting"))
    assert (lasting.outcome, lasting.urgency, lasting.whom) == ("nothing_fits", "soon", "doctor")
    stopped = recommend(person(cannot=ONLY_ON_THE_SIDE, acute_pain="yes"))
    assert (stopped.outcome, [step.exercise for step in stopped.routine]) == ("relief_only", ["side-lying-rest"])


def _numbers(mask: int) -> list[int]:
    return [number for number in range(mask.bit_length()) if mask >> number & 1]


def test_nothing_fits_changes_only_the_outcome_and_who_is_seen() -> None:
    """For lack of time the rules that fired and what they leave out stay as they are."""
    before = fired(["ask-hernia", "hernia-arching"])
    after = nothing_fits(before, KNOWLEDGE)
    assert (before.outcome, after.outcome, after.urgency, after.whom) == (
        "routine", "nothing_fits", "soon", "physiotherapist",
    )  # fmt: skip
    assert (after.fired, after.excluded, after.allowed) == (before.fired, before.excluded, before.allowed)


@pytest.fixture(scope="module")
def hurried() -> Knowledge:
    """Rules with which a session may fill 3 % of its minutes: too little for any exercise."""
    return altered({"rules/session.yaml": [("fill_share: 85\n", "fill_share: 3\n")]})


def test_nothing_fits_for_lack_of_time(hurried: Knowledge) -> None:
    """What is allowed stands under not chosen: rest positions as such, named in what to do now, all else for time."""
    result = recommend(person(minutes=5), knowledge=hurried)
    assert (result.outcome, result.urgency, result.whom) == ("nothing_fits", "soon", "physiotherapist")
    assert result.routine == ()
    reasons = {entry.exercise: entry.reason for entry in result.not_chosen}
    relief = {KNOWLEDGE.exercises[number].id for number in _numbers(KNOWLEDGE.relief)}
    assert set(reasons.values()) == {"only_rest", "no_time"}
    for id, reason in reasons.items():
        assert (reason == "only_rest") == (id in relief), id
    names = [entry.name for entry in result.not_chosen if entry.reason == "only_rest"]
    assert len(names) > 1
    assert all(name in result.now[-1] for name in names)
    assert verified_result(json.loads(result.model_dump_json()), hurried) == result


def test_allowed_rest_positions_are_named_and_without_any_nothing_is() -> None:
    """The message names the rest positions that suit; where none does, no sentence speaks of them."""
    some = recommend(person(cannot=ONLY_ON_THE_SIDE))
    assert [(entry.exercise, entry.reason) for entry in some.not_chosen] == [("side-lying-rest", "only_rest")]
    assert some.now == (
        NOTHING, *KNOWLEDGE.outcomes.outcomes["nothing_fits"].now, "To rest, this suits you: Rest on the side.",
    )  # fmt: skip
    none = recommend(person(cannot=[*ONLY_ON_THE_SIDE, "lie_on_side"]))
    assert (none.not_chosen, none.now) == ((), some.now[:-1])
    assert verified_result(json.loads(some.model_dump_json()), KNOWLEDGE) == some


def test_relief_only_without_positions_says_no_sentence_about_them() -> None:
    """The heading and one sentence stand alone; what is said with positions is said only where there are some."""
    outcome = KNOWLEDGE.outcomes.outcomes["relief_only"]
    about = {said.say for said in outcome.statements if said.with_positions}
    assert about
    with_some = recommend(person(acute_pain="yes"))
    without = recommend(person(acute_pain="yes", cannot=[*ONLY_ON_THE_SIDE, "lie_on_side"]))
    assert about <= {message.text for message in with_some.messages}
    assert not about & {message.text for message in without.messages}
    assert {said.say for said in outcome.statements} - about <= {message.text for message in without.messages}
    assert (without.title, without.now[-1]) == (
        KNOWLEDGE.outcomes.no_relief_left.title,
        KNOWLEDGE.outcomes.no_relief_left.say,
    )
    assert not any("rest positions below" in sentence for sentence in without.now)


# --- said: three stops, and a line of further ones ------------------------------------------------------


MANY = person(
    age=16, medical_signs=["flank_pain", "weight_loss", "night_pain"], leg_symptoms="spreading",
    conditions=["back_surgery"], acute_pain="yes", pain_now=6, pain_course="usual",
)  # fmt: skip


def test_three_stops_are_spelled_out_and_the_others_named_in_one_line() -> None:
    """The three most urgent in full, each further one by its few words, and no weaker one at all."""
    result = recommend(MANY)
    stops = result.messages_of("stop")
    facts = KNOWLEDGE.table.encode(check(MANY, KNOWLEDGE))
    all_stops = ids(decide(KNOWLEDGE.fired(facts), KNOWLEDGE))
    assert result.outcome == "see_clinician"
    assert len(all_stops) > 4
    assert [message.rule for message in stops] == [*all_stops[:3], ""]
    further = [KNOWLEDGE.rules_by_id[id].rule.short for id in all_stops[3:]]
    assert stops[3].text == KNOWLEDGE.outcomes.further.format(named="; ".join(map(str, further)))
    assert stops[3].topic == "see_clinician"
    assert "acute-pain" not in {message.rule for message in result.messages}
    assert {reason.rule for entry in result.excluded for reason in entry.reasons} >= {"acute-pain", *all_stops}


def test_up_to_three_stops_have_no_line_of_further_ones() -> None:
    """Where three suffice, nothing more is said to be there."""
    profile = person(age=16, leg_symptoms="spreading", medical_signs=["weight_loss"])
    assert [bool(message.rule) for message in recommend(profile).messages_of("stop")] == [True] * 3


@pytest.mark.parametrize("form", ["text", "markdown", "html", "table"])
def test_no_form_says_a_weaker_stop(form: str) -> None:
    """Under a stronger outcome the words of a weaker stop stand nowhere above the reasons for single exercises."""
    result = recommend(MANY)
    weaker = KNOWLEDGE.rules_by_id["acute-pain"].rule.say
    text = one_line(_shown(result, form)).partition(
        "What was left out".upper() if form == "text" else "What was left out"
    )[0]
    assert one_line(weaker) not in text
    for message in result.messages_of("stop"):
        assert one_line(message.text) in text.replace("&#39;", "'")


# --- said first, in every form ----------------------------------------------------------------------


def _shown(result: Recommendation, form: str, knowledge: Knowledge = KNOWLEDGE) -> str:
    if form == "text":
        return render_text(result, knowledge, colour=False)
    if form == "markdown":
        return render_markdown(result, knowledge)
    if form == "html":
        return render_html(result, knowledge).partition("</style>")[2]
    pytest.importorskip("pyarrow", reason="pyarrow is missing: pip install '.[batch]'")
    from recommender.batch.row import COLUMNS, RowMaker

    row = dict(zip(COLUMNS, RowMaker(knowledge).row(_cells(MANY)), strict=True))
    return f"{row['now']} {row['messages']}"


def _cells(profile: dict[str, Any]) -> list[Any]:
    from recommender.batch.cells import MISSING
    from recommender.logic.answers import flatten

    flat = flatten(profile, KNOWLEDGE.table.questions)
    return [MISSING, *(flat.get(name, MISSING) for name in KNOWLEDGE.table.questions)]


PEOPLE: dict[str, tuple[dict[str, Any], str]] = {
    "an emergency": ({"emergency_signs": ["saddle_numbness"]}, "Call the emergency services now"),
    "a stop": ({"medical_signs": ["flank_pain"]}, "Ring a doctor today."),
    "the surgeon": ({"conditions": ["back_surgery"]}, "See the surgeon who operated on you in the next days."),
    "rest": ({"acute_pain": "yes"}, "Rest for now, and see a doctor in the next days."),
    "nothing": ({"cannot": ONLY_ON_THE_SIDE}, NOTHING),
    "a routine": ({"pain_course": "lasting"}, SOON),
}


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_whom_and_how_soon_stand_in_the_first_lines(name: str, form: str) -> None:
    """Before any stop, reason, exercise or advice the person reads whom to see and how soon."""
    changes, sentence = PEOPLE[name]
    result = recommend(person(changes))
    assert result.now[0].startswith(sentence)
    text = one_line(_shown(result, form))
    place = text.index(sentence)
    later = [message.text for message in result.messages if message.text != sentence]
    later += [step.name for step in result.routine] + [reason.text for e in result.excluded for reason in e.reasons]
    found = [text.find(one_line(part)) for part in later]
    assert all(at < 0 or at > place for at in found)


@pytest.mark.parametrize("name", PEOPLE)
def test_the_result_and_the_table_hold_both_as_words(name: str) -> None:
    """JSON has the fields, a row of a table the columns, with the same words."""
    pytest.importorskip("pyarrow", reason="pyarrow is missing: pip install '.[batch]'")
    from recommender.batch.row import COLUMNS, RowMaker

    profile = person(PEOPLE[name][0])
    result = recommend(profile)
    data = json.loads(result.model_dump_json())
    row = dict(zip(COLUMNS, RowMaker(KNOWLEDGE).row(_cells(profile)), strict=True))
    assert (data["urgency"], data["whom"]) == (row["urgency"], row["whom"]) == (result.urgency, result.whom)
    assert result.urgency != "none"
    assert COLUMNS.index("urgency") < COLUMNS.index("now")
    places = [list(data).index(name) for name in ("outcome", "urgency", "whom", "now")]
    assert places == sorted(places)


def test_a_colour_and_a_sheet_are_there_for_every_outcome() -> None:
    """Text, in colours as well, and the sheet know each outcome."""
    outcomes = set()
    for changes, sentence in PEOPLE.values():
        result = recommend(person(changes))
        outcomes.add(result.outcome)
        assert one_line(sentence) in one_line(render_text(result, KNOWLEDGE, colour=True, brief=True))
        assert on_paper(result, KNOWLEDGE).now == result.now
    assert outcomes == set(KNOWLEDGE.outcomes.strength)


def test_the_sheet_says_why_nothing_fits() -> None:
    """Everything is left out for reasons of its own, which stand there; nothing says that all waits for a stop."""
    sheet = on_paper(recommend(person(cannot=ONLY_ON_THE_SIDE)), KNOWLEDGE)
    assert (sheet.kind, sheet.routine, sheet.week, sheet.waits, sheet.calls) == ("nothing", None, None, "", ())
    assert sheet.other is not None
    assert sheet.left_out
    assert [item.text for topic in sheet.other.topics for item in topic.said] == ["Rest on the side"]


def test_the_sheet_heads_stops_by_whom_and_how_soon() -> None:
    """Each group of stops has a heading, the soonest first; the line of further ones stands last, without one."""
    titles = [call.title for call in on_paper(recommend(MANY), KNOWLEDGE).calls]
    assert titles == ["See a doctor, today", "See a doctor, today or tomorrow", ""]


def test_the_calendar_says_it_too() -> None:
    """Each session begins with whom to see; where nothing fits, what to do now stands in place of a calendar."""
    made = {"starting": date(2026, 12, 1), "made": datetime(2026, 11, 30, tzinfo=UTC)}
    pytest.importorskip("icalendar", reason="icalendar is missing: pip install '.[calendar]'")
    text = render_calendar(recommend(person(pain_course="lasting")), KNOWLEDGE, **made)  # type: ignore[arg-type]
    unfolded = text.replace("\r\n ", "").replace("\\,", ",")
    descriptions = [line for line in unfolded.splitlines() if line.startswith("DESCRIPTION") and "1." in line]
    assert descriptions
    assert all(line.partition(":")[2].startswith(SOON) for line in descriptions)
    assert no_calendar(recommend(person(cannot=ONLY_ON_THE_SIDE)), KNOWLEDGE)[:2] == [
        "No exercise fits today.",
        NOTHING,
    ]


def test_following_begins_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    """The session as it is printed says whom to see right below its title."""
    _print_script(recommend(person(pain_course="lasting")), KNOWLEDGE, "me.yaml")
    assert capsys.readouterr().out.splitlines()[1] == SOON


@pytest.mark.parametrize("changes", [{"cannot": ONLY_ON_THE_SIDE}, {"pain_course": "lasting"}])
def test_the_next_session_begins_with_it(changes: dict[str, Any]) -> None:
    """What a log changes comes after whom to see, or the whole result where nothing fits."""
    profile = person(changes)
    adapted = adapt([], profile, knowledge=KNOWLEDGE, today=date(2026, 12, 1))
    assert adapted.recommendation is not None
    sentence = adapted.recommendation.now[0]
    assert (adapted.recommendation.outcome == "nothing_fits") == ("cannot" in changes)
    for text in (adapted_as_text(adapted, KNOWLEDGE, colour=False), adapted_as_markdown(adapted, KNOWLEDGE)):
        assert sentence in one_line(text)[:250]


def test_where_the_time_is_too_short_the_next_session_says_so(hurried: Knowledge) -> None:
    """The log does not turn a lack of time into a routine of rest positions."""
    adapted = adapt([], person(minutes=5), knowledge=hurried, today=date(2026, 12, 1))
    assert adapted.recommendation == recommend(person(minutes=5), knowledge=hurried)


def test_why_begins_with_it() -> None:
    """Before the reasons for one exercise stands what has to be done now; nothing where nobody is to be seen."""
    for changes, sentence in PEOPLE.values():
        found = explain(find_exercise("cobra", KNOWLEDGE), person(changes), KNOWLEDGE)
        assert one_line(render_why(found, KNOWLEDGE, colour=False)).startswith(sentence)
    found = explain(find_exercise("cobra", KNOWLEDGE), person(), KNOWLEDGE)
    assert one_line(render_why(found, KNOWLEDGE, colour=False)).startswith(found.exercise.name)


def test_why_where_the_time_is_too_short(hurried: Knowledge) -> None:
    """No exercise of a routine that is not given came first."""
    profile = person(minutes=5)
    allowed = {entry.exercise for entry in recommend(profile, knowledge=hurried).not_chosen}
    for id in sorted(allowed)[:5]:
        assert explain(find_exercise(id, hurried), profile, hurried).rivals == ()


def test_what_if_tells_a_change_of_whom_and_how_soon() -> None:
    """Both sides are named where they differ, with what would have to be done."""

    def text(before: dict[str, Any], after: dict[str, Any]) -> str:
        found = difference(person(before), person(after), KNOWLEDGE)
        return one_line(render_difference(found, KNOWLEDGE, colour=False))

    assert (
        f"The outcome stays: Your routine. Whom to see, and how soon: nobody -> a doctor, in the next days. {SOON}"
        in text({}, {"pain_course": "lasting"})
    )
    more = text({"conditions": ["back_surgery"]}, {"conditions": ["back_surgery"], "medical_signs": ["flank_pain"]})
    assert (
        "Whom to see, and how soon: the surgeon who operated on you, in the next days -> a doctor, today. Ring a"
        in more
    )
    assert NOTHING in text({}, {"cannot": ONLY_ON_THE_SIDE})
    assert "Whom to see" not in text({"pain_course": "lasting"}, {"pain_course": "lasting", "hernia": "yes"})


# --- exit codes -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("nothing") / "me.yaml"
    path.write_text(yaml.safe_dump(person(cannot=ONLY_ON_THE_SIDE)))
    return path


@pytest.mark.parametrize("form", ["text", "markdown", "json", "html", "pdf", "ics"])
def test_where_nothing_fits_every_form_ends_with_3(form: str, saved: Path) -> None:
    """No exercise: exit code 3, and whom to see is said."""
    for name in {"pdf": "typst", "html": "jinja2", "ics": "icalendar"}.get(form, "").split():
        pytest.importorskip(name, reason=f"{name} is missing")
    done = CliRunner().invoke(cli, ["recommend", str(saved), "--format", form])
    assert done.exit_code == 3
    if form != "pdf":
        assert NOTHING in one_line(done.output)
    else:
        assert done.stdout_bytes.startswith(b"%PDF")


@pytest.mark.parametrize("command", ["follow", "next"])
def test_where_nothing_fits_no_session_begins(command: str, saved: Path, tmp_path: Path) -> None:
    """Neither following nor the next time gives an exercise: exit code 3, and whom to see is said."""
    log = tmp_path / "log.jsonl"
    log.write_text("")
    done = CliRunner().invoke(cli, [command, *([str(log)] if command == "next" else []), str(saved)])
    assert done.exit_code == 3
    assert NOTHING in one_line(done.output)


# --- too little time ----------------------------------------------------------------------------

SHORT = {"minutes": 5, "equipment": [], "cannot": ["get_to_floor", "stand"]}


@pytest.mark.parametrize("minutes", [5, 6, 7, 8, 9])
@pytest.mark.parametrize("more", [[], ["lie_on_side"], ["turn"]])
def test_an_exercise_comes_before_a_rest_position(minutes: int, more: list[str]) -> None:
    """Where the time holds an exercise or a rest position and not both, it is a routine and not `nothing_fits`."""
    result = recommend(person({**SHORT, "minutes": minutes, "cannot": [*SHORT["cannot"], *more]}))
    assert (result.outcome, result.urgency) == ("routine", "none")
    assert "pelvic-floor-squeezes" in [step.exercise for step in result.routine]
