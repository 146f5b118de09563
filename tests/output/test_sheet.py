"""The sheet for paper: what stands on it, in what order, and what never does."""

from __future__ import annotations

import builtins
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge, Recommendation, recommend
from recommender.errors import FigureError, UsageError
from recommender.output import figures, html
from recommender.output.document import Cited, Document, Exercise, LeftOut, Reason, Routine, Said
from recommender.output.figures import figure_of
from recommender.output.html import render_html
from recommender.output.paper import on_paper
from recommender.output.references import References
from recommender.yaml_reader import read_file
from tests.command_line import ROOT
from tests.conftest import person

pytest.importorskip("jinja2", reason="jinja2 is not installed: pip install -e '.[html]'")

PEOPLE = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml"))
ROUTINES = ("desk-worker", "hernia", "pregnancy", "standing-hurts", "trained")
NASTY = "<script>alert(1)</script> & \" ' {{ 7*7 }} {% raw %} #panic() $x$ *b* _i_ @ref [x] `c` <a> \\ // /* 1."


def result_of(name: str) -> Recommendation:
    """Make the result for a person of examples/."""
    return recommend(read_file(ROOT / "examples" / f"{name}.yaml", name).data)


class Page(HTMLParser):
    """The words, tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self._words: list[str] = []
        self._skip = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._skip += tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self._words).split())

    def named(self, tag: str) -> list[Mapping[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def flat(text: str) -> str:
    return " ".join(text.split())


# What stands in the document as data, or for other forms: paper has its own heading for what is left out, names an
# exercise under its first reason alone, heads no reason, and gathers the kit of all steps in one line.
NOT_ON_PAPER: Mapping[type, tuple[str, ...]] = {
    Document: ("kind", "language", "cited"),
    Exercise: ("id", "dose", "needs"),
    Said: ("rule",),
    LeftOut: ("title",),
    Reason: ("title", "names"),
}


def words_of(value: Any, mark: Callable[[Cited], str]) -> list[str]:
    """Every text in the values of a sheet, with the marks for where it comes from."""
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, Cited):
        return words_of(mark(value), mark)
    if isinstance(value, Routine) and value.parts[0].title == value.title:  # nobody has to do all rest positions
        return words_of((value.title, value.needs, value.parts), mark)
    if isinstance(value, tuple):
        kept = [name for name in getattr(value, "_fields", ()) if name not in NOT_ON_PAPER.get(type(value), ())]
        parts = [getattr(value, name) for name in kept] if hasattr(value, "_fields") else value
        return [text for part in parts for text in words_of(part, mark)]
    return []


def words_on_paper(result: Recommendation, knowledge: Knowledge) -> list[str]:
    """Every text of a document that paper shows, with its sources and the lines of its drawings."""
    sheet = on_paper(result, knowledge)
    references = References(sheet, knowledge)
    figures = [figure_of(step.id, knowledge) for step in sheet.exercises]
    captions = [line for figure in figures if figure is not None for line in figure.captions]
    back = ("left_out", "other", "choice", "more")
    front = words_of(sheet.without(*back), lambda _: "")  # its marks are gathered, as `references.front`
    rest = [getattr(sheet, name) for name in back]
    listed = (references.front(), references.sources()) if references.sources() else ()
    return [*captions, *front, *words_of((*rest, *listed), references.mark)]


@pytest.fixture(scope="module")
def made(knowledge: Knowledge) -> Mapping[str, tuple[Recommendation, str]]:
    results = {name: result_of(name) for name in PEOPLE}
    return {name: (result, render_html(result, knowledge)) for name, result in results.items()}


@pytest.mark.parametrize("name", PEOPLE)
def test_everything_of_the_sheet_stands_on_the_page(name: str, made: Any, knowledge: Knowledge) -> None:
    """Every text of the values that the page is made from can be read on it."""
    result, page = made[name]
    text = Page(page).text
    assert [said for said in words_on_paper(result, knowledge) if flat(said) not in text] == []


@pytest.mark.parametrize("name", ROUTINES)
def test_every_step_is_whole(name: str, made: Any) -> None:
    """No sentence of a step is left out to save room: they may be about safety."""
    result, page = made[name]
    text = Page(page).text
    for step in result.routine:
        dose = step.dose.text[0].upper() + step.dose.text[1:]
        parts = (step.name, dose, *step.how, *step.notes, step.change, step.breathing, step.feel, step.stop_when)
        assert [part for part in parts if flat(part) not in text] == []


@pytest.mark.parametrize("name", PEOPLE)
def test_every_message_is_said(name: str, made: Any) -> None:
    """Stops, asks, limits, advice, notes and what the choice went by all stand on the sheet.

    An emergency names the emergency alone, as the text does.
    """
    result, page = made[name]
    text = Page(page).text
    for message in result.messages:
        if result.outcome == "emergency" and message.topic != "emergency":
            continue
        if message.kind == "prefer" and not message.answers:
            continue
        assert flat(f"{message.text} {message.unsure}") in text
    for line in (*result.now, result.title, result.disclaimer, result.knowledge.hash, result.knowledge.version):
        assert flat(line) in text


@pytest.mark.parametrize("name", ROUTINES)
def test_each_excluded_exercise_stands_once_with_all_its_reasons(name: str, made: Any, knowledge: Knowledge) -> None:
    """Under its first reason, with the letters of the others, so that no reason is lost."""
    result, _ = made[name]
    sheet = on_paper(result, knowledge)
    assert sheet.left_out is not None
    reasons = {entry.mark: entry.text for entry in sheet.left_out.reasons}
    found: dict[str, list[str]] = {}
    for entry in sheet.left_out.reasons:
        for named in entry.first:
            assert named.name not in found
            found[named.name] = [entry.text, *(reasons[mark] for mark in named.also)]
    wanted = {e.name: {f"{r.text} {r.unsure}".rstrip() for r in e.reasons} for e in result.excluded}
    assert {name: set(texts) for name, texts in found.items()} == wanted
    assert sheet.other is not None
    assert [item.text for topic in sheet.other.topics for item in topic.said] != []


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "emergency"])
def test_every_number_in_brackets_leads_to_a_source(name: str, made: Any, knowledge: Knowledge) -> None:
    """Each place that a result cites has a number, and the list says which text, with its title."""
    result, page = made[name]
    sheet = on_paper(result, knowledge)
    sources = References(sheet, knowledge).sources()
    listed = {place.number: f"{source.id}/{place.text}".rstrip("/") for source in sources for place in source.places}
    cited = {at for message in result.messages for at in message.sources} | {
        at for step in result.routine for at in step.sources
    }
    assert cited <= set(listed.values())
    marks = " ".join(re.findall(r"\[(\d[^\];]*)", Page(page).text))
    used = {int(number) for number in re.findall(r"\d+", marks)}
    assert used <= set(listed)
    titles = {ledger.title for ledger in knowledge.ledgers} | {guideline.title for guideline in knowledge.guidelines}
    assert {source.title for source in sources} <= titles


def test_the_order_is_stop_show_do_tick_why_sources(made: Any, knowledge: Knowledge) -> None:
    """When to stop comes first, the clinician's box before any exercise, the reasons after all of them."""
    result, page = made["hernia"]
    text, say = Page(page).text, knowledge.say
    stop = next(m.text for m in result.messages if "Stop at once" in m.text)
    order = [
        result.title, say("sheet.stop"), flat(stop), knowledge.outcomes.show_first, say("sheet.signature"),
        *(phase.title for phase in knowledge.session.phases if any(s.phase == phase.id for s in result.routine)),
        say("sheet.week"), say("sheet.left_out"), say("result.other"), say("result.know"), say("sheet.sources"),
        result.disclaimer,
    ]  # fmt: skip
    assert [text.find(part) for part in order] == sorted(text.find(part) for part in order)
    assert -1 not in [text.find(part) for part in order]


def test_what_names_emergency_signs_is_largest(made: Any, knowledge: Knowledge) -> None:
    """Of the advice on pain, the one with the emergency signs stands in large type; none is lost."""
    result, _ = made["desk-worker"]
    sheet = on_paper(result, knowledge)
    (large,) = (said.text for said in sheet.large)
    assert "numbness between your legs" in large
    urgent = [m.text for m in result.messages_of("advice") if m.topic in knowledge.outcomes.urgent_advice]
    assert sorted([large, *(item.text for topic in sheet.hurts for item in topic.said)]) == sorted(urgent)


@pytest.mark.parametrize("name", ["emergency", "three-weeks-after-injury"])
def test_a_page_about_seeing_someone_names_no_exercise(name: str, made: Any, knowledge: Knowledge) -> None:
    """No exercise, no drawing, no reason list: what to do now, and nothing that distracts."""
    result, page = made[name]
    text = Page(page).text
    names = {exercise.name for exercise in knowledge.exercises}
    assert [found for found in names if found in text] == []
    assert Page(page).named("img") == []
    assert result.title in text


def test_who_and_how_soon_is_said(made: Any, knowledge: Knowledge) -> None:
    """Whom to see and how soon heads the reasons to go, with the answers to tell."""
    _, page = made["three-weeks-after-injury"]
    text = Page(page).text
    assert f"See {knowledge.outcomes.whom['doctor']}, {knowledge.outcomes.how_soon['soon']}" in text
    assert "Weeks since the injury: 3" in text


def test_the_soonest_comes_first(knowledge: Knowledge) -> None:
    """With several stops, the one that cannot wait stands first."""
    result = recommend(person(recent_injury="yes", weeks_since_injury=3, leg_symptoms="spreading"))
    titles = [call.title for call in on_paper(result, knowledge).calls]
    soon = list(knowledge.outcomes.how_soon.values())
    places = [soon.index(title.rpartition(", ")[2]) for title in titles]
    assert len(places) > 1
    assert places == sorted(places)


def test_rest_positions_only(made: Any, knowledge: Knowledge) -> None:
    """With strong pain the sheet holds the rest positions and no other exercise."""
    result, page = made["acute-flare"]
    text = Page(page).text
    assert [step.name for step in result.routine if step.name not in text] == []
    others = {entry.name for entry in result.excluded}
    assert [name for name in others if name in text] == []
    assert knowledge.say("sheet.week") not in text


def test_nothing_left_is_said_with_the_reasons(knowledge: Knowledge) -> None:
    """Where no exercise is left the sheet says whom to ask, and still why."""
    routine = result_of("desk-worker")
    empty = replace(routine, routine=(), title="T", now=("Ask someone.",), messages=())
    sheet = on_paper(empty, knowledge)
    assert (sheet.kind, sheet.now, sheet.routine, sheet.week) == ("nothing", ("Ask someone.",), None, None)
    assert sheet.left_out
    assert "Ask someone." in Page(render_html(empty, knowledge)).text


@pytest.mark.parametrize("name", PEOPLE)
def test_the_page_needs_nothing_but_itself(name: str, made: Any) -> None:
    """No script, no link, no address: it works without a network, and sends nothing anywhere."""
    page = Page(made[name][1])
    assert {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "a", "form", "input"} == set()
    addresses = [attrs[at] or "" for _, attrs in page.tags for at in ("src", "href", "srcset") if at in attrs]
    assert [address for address in addresses if not address.startswith("data:image/svg+xml,")] == []
    assert not re.search(r"url\(|@import", made[name][1].partition("<style>")[2].partition("</style>")[0])


@pytest.mark.parametrize("name", PEOPLE)
def test_headings_follow_each_other(name: str, made: Any) -> None:
    """One main heading, no level is left out, and the language is named."""
    page = Page(made[name][1])
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.named("html") == [{"lang": "en"}]


def test_a_drawing_has_words(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing stands on the page as it is, with its words for those who do not see it, and a line a panel."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><style>.a{fill:#123}</style></svg>'
    monkeypatch.setattr(html, "figure_of", lambda *_: figures.placed(svg, f"Words. {NASTY}", ("First.", "Second.")))
    page = Page(render_html(result_of("desk-worker"), knowledge))
    images = page.named("img")
    assert images
    assert {image["alt"] for image in images} == {f"Words. {NASTY}"}
    assert "1 First. 2 Second." in page.text
    assert figures.placed(svg, "", ()).ratio == 3


def test_an_exercise_without_a_drawing_is_printed_without(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clinic's own exercise needs no drawing."""

    def none(*_: object, **__: object) -> str:
        raise FigureError("none")

    monkeypatch.setattr("recommender.figure.figure_svg", none)
    monkeypatch.setattr(figures, "_drawn", {})
    result = result_of("desk-worker")
    page = Page(render_html(result, knowledge))
    assert page.named("img") == []
    assert [step.name for step in result.routine if step.name not in page.text] == []


def nasty(result: Recommendation) -> Recommendation:
    """The result with signs in every text that mean something in HTML, in templates or in typst."""

    def spoil(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: spoil(part, key) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [spoil(part, name) for part in value]
        kept = ("exercise", "rule", "kind", "topic", "outcome", "phase", "position", "sources", "effect", "reading")
        spoilt = isinstance(value, str) and name not in (*kept, "equipment", "answers", "reason", "hash", "instead")
        return f"{value} {NASTY}" if spoilt and value else value

    values = result.model_dump()
    for part in ("routine", "excluded", "not_chosen", "messages"):
        for entry in values[part]:
            for key in entry:
                entry[key] = entry[key] if key == "answers" else spoil(entry[key], key)
            for reason in entry.get("reasons", ()):
                if isinstance(reason, dict):
                    reason["answers"] = {}
    return Recommendation.model_validate(
        values | {name: spoil(values[name], name) for name in ("title", "now", "disclaimer")}
    )


@pytest.mark.parametrize("name", ["hernia", "emergency", "three-weeks-after-injury", "acute-flare"])
def test_a_text_is_only_ever_a_text(name: str, knowledge: Knowledge) -> None:
    """What a clinic writes is shown as it is: no sign in it can become a tag, a command or a script."""
    result = nasty(result_of(name))
    page = Page(render_html(result, knowledge))
    assert page.named("script") == []
    assert flat(NASTY) in page.text
    assert flat(result.title) in page.text


def test_the_week_follows_the_schedule(knowledge: Knowledge) -> None:
    """As many boxes as days and times are planned, with the advice that says so."""
    schedule = knowledge.session.schedule
    assert schedule is not None
    result = result_of("desk-worker")
    page = render_html(result, knowledge)
    assert page.count('class="box"') == len(schedule.days) * schedule.usual_times
    week = on_paper(result, knowledge).week
    assert week is not None
    rules = (schedule.times_rule, schedule.days_rule)
    assert tuple(said.text for said in week.said) == tuple(
        m.text for rule in rules for m in result.messages if m.rule == rule
    )


@pytest.mark.parametrize(("paper", "size"), [("a4", "A4"), ("letter", "letter"), ("Letter", "letter")])
def test_paper(paper: str, size: str, knowledge: Knowledge) -> None:
    """The page is laid out for the paper that is named."""
    assert f"@page {{ size: {size}; }}" in render_html(result_of("emergency"), knowledge, paper=paper)


def test_unknown_paper_names_the_known_ones(knowledge: Knowledge) -> None:
    """Another size is refused in one line that says which there are."""
    with pytest.raises(UsageError, match='no paper "a5"'):
        render_html(result_of("emergency"), knowledge, paper="a5")


def test_without_jinja2_one_line_says_what_to_install(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing extra is named, not a traceback."""
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "jinja2":
            raise ModuleNotFoundError("No module named 'jinja2'", name="jinja2")
        return real(name, *rest, **more)

    html._template.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=re.escape("pip install 'recommender[html]'")):
        render_html(result_of("emergency"), knowledge)
    html._template.cache_clear()


def test_importing_the_sheet_needs_no_extra() -> None:
    """Importing what writes the sheet loads neither jinja2 nor typst nor the drawings."""
    extras = ("jinja2", "typst", "recommender.figure")
    code = (
        f"import sys, recommender.output.html, recommender.output.pdf; print([m for m in {extras} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_same_result_gives_the_same_page(knowledge: Knowledge) -> None:
    """Byte for byte."""
    assert render_html(result_of("hernia"), knowledge) == render_html(result_of("hernia"), knowledge)


@pytest.mark.parametrize("path", sorted((ROOT / "examples" / "sheets").glob("*.html")), ids=lambda path: path.stem)
def test_the_example_sheets_are_those_of_today(path: Path, made: Any) -> None:
    """What examples/sheets/ shows is what comes out, but for the hash, which any change of the rules alters.

    If not: python examples/make_sheets.py --write
    """
    result, page = made[path.stem]
    text = re.sub(r"Rules [0-9a-f]{8,}", f"Rules {result.knowledge.hash}", path.read_text(encoding="utf-8"))
    assert text == page
