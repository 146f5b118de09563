"""A hundred hostile strings through every text that a clinic can write, into every form that a person gets."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import vobject
import yaml
from markdown_it import MarkdownIt

from recommender import Knowledge, KnowledgeError, Recommendation, recommend
from recommender.errors import UsageError
from recommender.output.calendar import render_calendar
from recommender.output.html import render_html
from recommender.output.markdown import render_markdown
from recommender.output.pdf import render_pdf
from recommender.output.text import render_text
from recommender.review.book.measures import Measures
from recommender.review.book.site import render as render_book
from recommender.review.show.rules import render_rule
from tests.command_line import EXAMPLES
from tests.conftest import person

# What no reader can see, or what turns the order of letters: such a file is not loaded.
UNSEEN = [
    *(chr(code) for code in (0x00, 0x01, 0x07, 0x08, 0x0B, 0x0C, 0x0E, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x90, 0x9B, 0x9F)),
    *(chr(code) for code in (0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x200C, 0x200D)),
    *(chr(code) for code in (0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2061)),
    *(chr(code) for code in (0x2066, 0x2067, 0x2068, 0x2069, 0x206A, 0x206F, 0x2800, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0)),
    *(chr(code) for code in (0xFFF9, 0xFFFB, 0xFFFE, 0xE000, 0xE0001, 0xE0020, 0xE0100, 0xF0000)),
    "\x1b[2J",
    "\x1b]8;;file:///etc/passwd\x1b\\",
]
# What means something to a page, a style, a script, a template, a typesetter or a calendar.
SIGNS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style><b>",
    "<!-- x",
    "]]>",
    "&lt;b&gt; &amp; &#60;",
    "\" onload='x'",
    "javascript:alert(1)",
    "</svg></title>",
    "{{ 7*7 }} {% raw %}",
    "${7*7} #{7*7} %s %(x)s {0} {x!r}",
    "#panic() #import $x$ @ref <label>",
    "*b* _i_ **x** __y__ ~~z~~",
    "[a](https://example.org) ![a](x)",
    "`c` ``d``",
    "a | b | c",
    "\\n \\ \\\\ \\x41 \\N",
    "BEGIN:VALARM;X=1,2",
    "'; drop table x; --",
    "$(touch x) `id`",
    "../../etc/passwd",
    "// /* x */",
    "Ω é ß ł",
    "x" * 400,
]
# What means something where a line begins.
FIRST = [
    "# h",
    "- x",
    "+ x",
    "1. x",
    "2) x",
    "> x",
    "---",
    "===",
    "```",
    "=1+1",
    "@x",
    "    x",
    "| a |",
    "~~~",
    "* x",
    "#",
]
GROUPS = [tuple(SIGNS[first : first + 6]) for first in range(0, len(SIGNS), 6)] + [(sign,) for sign in FIRST]

PROSE = {
    "topic",
    "title",
    "name",
    "other_names",
    "say",
    "because",
    "short",
    "tags_because",
    "steps",
    "breathing",
    "feel",
}
PROSE |= {"stop_when", "notes", "organisation", "reference", "facts"}
MORE = """topic: More rules of the clinic
rules:
  - id: own-stop
    title: With swollen joints nobody exercises
    when: {conditions: rheumatism}
    then: {stop: see_clinician, whom: doctor, how_soon: soon}
    short: the joints
    say: Show your joints to us first.
    because: A test.
    sources: [guideline/riverside-handbook]
    reading: guideline
    fires_for: [{conditions: [rheumatism]}]
    silent_for: [{conditions: []}]
  - id: own-ask
    title: Trained people call us
    when: {level: trained}
    then: {ask: doctor}
    say: Call us before you begin.
    because: A test.
    sources: [guideline/riverside-handbook]
    reading: guideline
    fires_for: [{level: trained}]
    silent_for: [{level: beginner}]
  - id: own-advice
    title: Breathe
    when: always
    then: {advise: movement}
    say: Breathe as you like.
    because: A test.
    sources: [guideline/riverside-handbook]
    reading: guideline
"""
LISTED = ["own-stop", "own-ask", "own-advice"]


def texts_of(value: Any, key: str = "") -> Iterator[str]:
    """Every text that is written for people, in one file of a clinic."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_of(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner, key)
    elif isinstance(value, str) and key in PROSE:
        yield value


def with_texts(value: Any, before: str, key: str = "") -> Any:
    """The same values with something put before each of these texts."""
    if isinstance(value, dict):
        return {name: with_texts(inner, before, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_texts(inner, before, key) for inner in value]
    return f"{before} {value}" if isinstance(value, str) and key in PROSE else value


def clinic(folder: Path, before: str = "") -> tuple[Path, int]:
    """The example clinic with rules of every kind, each of its texts changed; and how many texts it has."""
    shutil.copytree(EXAMPLES / "clinic", folder)
    (folder / "rules/clinic/more.yaml").write_text(MORE)
    count = 0
    for path in folder.rglob("*.yaml"):
        values = yaml.load(path.read_text(encoding="utf-8"), Loader)
        if path.name == "overlay.yaml":
            values["rules"]["clinic/more.yaml"] = LISTED
        if "figures" not in path.parts:
            count += len(list(texts_of(values)))
            values = with_texts(values, before) if before else values
        path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10_000), encoding="utf-8")
    return folder, count


class Loader(yaml.SafeLoader):
    """Reads as the project does: `yes` and `no` are words."""


Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Shape(HTMLParser):
    """Which elements and attributes a page has, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: Counter[str] = Counter()
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts[f"{tag} {' '.join(sorted(name for name, _ in attrs))}"] += 1

    def handle_comment(self, data: str) -> None:
        self.parts["comment"] += 1

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def flat(text: str) -> str:
    return " ".join(text.split())


def markdown_of(text: str) -> tuple[Counter[str], str]:
    """The kinds of parts in a Markdown text, and its words, as another library reads them."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    inner = list(chain.from_iterable(token.children or [token] for token in tokens))
    kinds = Counter(token.type for token in inner if token.type not in ("text", "text_special", "softbreak"))
    return kinds, flat("".join(token.content for token in inner))


@cache
def people(knowledge: Knowledge) -> list[Recommendation]:
    """Somebody for whom each rule of the clinic holds, and one with its exercise."""
    asked = person(
        {"hernia": "yes", "level": "trained", "minutes": 60, "pain_now": 2}, favourites=["riverside-knee-opening"]
    )
    return [recommend(each, knowledge=knowledge) for each in (asked, person(conditions=["rheumatism"]))]


def forms(knowledge: Knowledge) -> dict[str, Any]:
    """What a person and a reviewer get in every form: shapes that must stay, and the words."""
    routine, stopped = people(knowledge)
    assert routine.outcome == "routine"
    assert stopped.outcome == "see_clinician"
    assert "riverside-knee-opening" in [step.exercise for step in routine.routine]
    found: dict[str, Any] = {}
    for name, result in (("routine", routine), ("stopped", stopped)):
        found[f"{name} text"] = render_text(result, knowledge, colour=False)
        found[f"{name} json"] = flat(" ".join(map(str, json.loads(result.model_dump_json()).values())))
        found[f"{name} markdown"] = markdown_of(render_markdown(result, knowledge))
        page = Shape(render_html(result, knowledge))
        found[f"{name} html"] = page.parts, flat("".join(page.words))
        try:
            assert render_pdf(result, knowledge).startswith(b"%PDF")
        except UsageError as error:  # a letter that paper has no shape for is named
            assert "U+03A9" in str(error)  # noqa: PT017
    made = datetime(2026, 11, 21, tzinfo=UTC)
    calendar = render_calendar(routine, knowledge, starting=date(2026, 11, 23), made=made, times=[time(8)])
    read = vobject.readOne(calendar)
    found["calendar"] = Counter(child.name for child in read.getSortedChildren()), str(read.vevent.description.value)
    found["rule"] = render_rule(knowledge.rule("own-stop"), knowledge, colour=False)
    return found


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The forms of the clinic as it is."""
    return forms(Knowledge.load(clinic(tmp_path_factory.mktemp("plain") / "clinic")[0]))


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_what_cannot_be_seen_is_refused_wherever_it_stands(tmp_path: Path, unseen: str) -> None:
    """Each text that holds it is named, and the message shows the character by its number."""
    folder, count = clinic(tmp_path / "clinic", unseen)
    with pytest.raises(KnowledgeError) as caught:
        Knowledge.load(folder)
    assert str(caught.value).replace("\n", "").isprintable()
    assert count > 30
    assert "U+" in str(caught.value) or "cannot be read" in str(caught.value)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: ascii(group[0])[:20])
def test_signs_stay_words_in_every_form(tmp_path: Path, plain: dict[str, Any], group: tuple[str, ...]) -> None:
    """No element, list, alarm or command comes of them, and they are read as they were written."""
    before = " ".join(group)
    found = forms(Knowledge.load(clinic(tmp_path / "clinic", before)[0]))
    for name, form in found.items():
        if isinstance(form, tuple):
            assert form[0] == plain[name][0], name
        words = form if isinstance(form, str) else form[1]
        assert words.replace("\n", "").isprintable(), name
        if name not in ("rule", "routine json", "stopped json"):
            assert flat(before)[:30] in flat(words).replace("\u2011", "-"), name


def test_the_rule_book_of_such_a_clinic_holds_no_element_of_theirs(tmp_path: Path) -> None:
    """Neither a page of the book nor its search gets an element from a text."""
    before = " ".join([*SIGNS, *FIRST])
    plain = render_book(Knowledge.load(clinic(tmp_path / "plain")[0]), Measures())
    pages = render_book(Knowledge.load(clinic(tmp_path / "clinic", before)[0]), Measures())
    assert pages.keys() == plain.keys()
    for name, text in pages.items():
        if name.endswith(".html"):
            assert Shape(text).parts.keys() == Shape(plain[name]).parts.keys(), name
