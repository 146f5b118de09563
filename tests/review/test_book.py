"""The rule book without a browser: what stands on its pages, where its links lead, and how it is written."""

from __future__ import annotations

import errno
import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from posixpath import normpath

import pytest

from recommender import Knowledge
from recommender.errors import UsageError
from tests.command_line import ROOT, Done, environment, in_terminal, recommender

pytest.importorskip("jinja2", reason="jinja2 is not installed: pip install -e '.[html]'")
from recommender.review.book.measures import Measures, measure
from recommender.review.book.site import MARKER, check_folder, render, write_folder

Files = Mapping[str, str]


class Reader(HTMLParser):
    """The ids, links, headings, scripts and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.levels: list[int] = []
        self.loaded: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        self.loaded += [str(given[key]) for key in ("src", "action") if given.get(key)]
        if tag == "link":
            self.loaded.append(str(given["href"]))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def files(knowledge: Knowledge) -> Files:
    return render(knowledge, measure(knowledge))


@pytest.fixture(scope="module")
def pages(files: Files) -> dict[str, Reader]:
    return {name: Reader(text) for name, text in files.items() if name.endswith(".html")}


def _plain(text: str) -> str:
    return " ".join(text.split())


def _book(output: Path, *more: str | Path, **env: str) -> Done:
    return recommender("rules", "book", "-o", output, *more, **env)


# --- what stands in it -----------------------------------------------------------------------


def test_every_link_leads_somewhere(files: Files, pages: Mapping[str, Reader]) -> None:
    """Each link, script and style leads to a file of the book, and each anchor to an id that stands there."""
    broken = []
    for name, page in pages.items():
        for link in (*page.links, *page.loaded):
            if link.startswith("https://"):
                continue
            path, _, anchor = link.partition("#")
            target = normpath(str(PurePosixPath(name).parent / path)) if path else name
            if target not in files or (anchor and anchor not in pages[target].ids):
                broken.append(f"{name}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(files: Files, pages: Mapping[str, Reader]) -> None:
    """No page, style or script names anything outside the book to load, and no script fetches."""
    assert [link for page in pages.values() for link in page.loaded if ":" in link or link.startswith("/")] == []
    assert not re.search(r"url\(|@import|https?:", files["book.css"])
    assert not re.search(r"\bfetch\(|XMLHttpRequest|\bimport\b|https?:", files["book.js"])


def test_every_page_is_sound(pages: Mapping[str, Reader]) -> None:
    """Each page has one first heading, headings in order, each id once, and its landmarks."""
    for name, page in pages.items():
        assert page.levels.count(1) == 1, name
        assert page.levels[0] == 1, name
        assert all(after <= before + 1 for before, after in zip(page.levels, page.levels[1:], strict=False)), name
        assert len(page.ids) == len(set(page.ids)), name
        assert {"header", "nav", "main", "footer"} <= set(page.tags), name


def test_every_rule_is_told_in_full(knowledge: Knowledge, pages: Mapping[str, Reader]) -> None:
    """Each rule's page says its title, what it says to whom, why, its sources and all that it leaves out."""
    for compiled in knowledge.rules:
        rule, page = compiled.rule, pages[f"rules/{compiled.id}.html"]
        for words in (rule.title, rule.say, rule.because, rule.id, rule.reading, *rule.sources):
            assert _plain(words) in page.text, (rule.id, words)
        if compiled.effect in ("avoid", "allow_only"):
            for exercise in knowledge.exercises:
                if compiled.excludes >> knowledge.numbers[exercise.id] & 1:
                    assert f"../exercises/{exercise.id}.html" in page.links, (rule.id, exercise.id)
        assert f"rules/{compiled.id}.html" in pages["index.html"].links
        assert _plain(rule.because) in pages["all-rules.html"].text


def test_every_answer_that_counts_is_spelled_out(knowledge: Knowledge, pages: Mapping[str, Reader]) -> None:
    """Where not being sure makes a rule hold, its page says so."""
    from recommender.logic.conditions import tests_of

    for compiled in knowledge.rules:
        for test in tests_of(compiled.condition):
            question, codes = knowledge.table.questions[test.field], test.variable.codes
            if "unsure" in codes and test.holds(codes.index("unsure")) and question.kind == "choice":
                assert question.answers["unsure"] in pages[f"rules/{compiled.id}.html"].text


def test_every_exercise_names_the_rules_that_leave_it_out(knowledge: Knowledge, pages: Mapping[str, Reader]) -> None:
    """Each exercise's page has its steps, every dose, and exactly the rules that can leave it out."""
    for exercise in knowledge.exercises:
        page = pages[f"exercises/{exercise.id}.html"]
        for words in (exercise.name, *exercise.steps, exercise.stop_when, *exercise.locators):
            assert _plain(words) in page.text
        number = knowledge.numbers[exercise.id]
        for compiled in knowledge.rules:
            chosen = 0 if compiled.effect == "allow_only" else compiled.selects
            related = (compiled.excludes | chosen) >> number & 1 or exercise.id in compiled.rule.then.with_exercise
            assert (f"../rules/{compiled.id}.html" in page.links) == bool(related), (exercise.id, compiled.id)


def test_every_statement_is_accounted_for(knowledge: Knowledge, pages: Mapping[str, Reader]) -> None:
    """Each statement stands on the page of its text with what carries it; what was left out says why, twice."""
    for ledger in knowledge.ledgers:
        page = pages[f"texts/{ledger.document}.html"]
        for section in ledger.sections:
            for statement in section.statements:
                assert _plain(statement.says) in page.text
                assert _plain(statement.because) in page.text
                if statement.outcome == "left_out":
                    assert page.text.count(_plain(statement.says)) >= 2
                for id in statement.by:
                    assert any(link.endswith(f"/{id}.html") for link in page.links) or "session" in "".join(page.links)


def test_every_conflict_shows_both_sides(knowledge: Knowledge, pages: Mapping[str, Reader]) -> None:
    """Each conflict has all its sides with their places, the decision, why, and who confirms it."""
    page = pages["conflicts.html"]
    for conflict in knowledge.conflicts:
        sides = [side.says for side in conflict.sides]
        for words in (conflict.title, conflict.decision, conflict.because, conflict.confirm_by, *sides):
            assert _plain(words) in page.text
        assert conflict.id in page.ids


def test_every_guarantee_is_on_its_page(knowledge: Knowledge, pages: Mapping[str, Reader]) -> None:
    """Each sentence stands there with its reason, and an anchor of its own."""
    for compiled in knowledge.guarantees:
        assert _plain(compiled.guarantee.sentence) in pages["guarantees.html"].text
        assert _plain(compiled.guarantee.because) in pages["guarantees.html"].text


def test_guidance_and_questions_are_complete(knowledge: Knowledge, pages: Mapping[str, Reader]) -> None:
    """Each published source with its facts, and each question with its reason and answers."""
    for guideline in knowledge.guidelines:
        assert all(_plain(fact) in pages["guidance.html"].text for fact in guideline.facts)
    for question in knowledge.questionnaire.questions:
        for words in (question.ask, question.why, *question.answers.values()):
            assert _plain(words) in pages["questions.html"].text


def test_the_search_index_names_every_rule_and_exercise(knowledge: Knowledge, files: Files) -> None:
    """Whatever has a page of its own can be searched for."""
    for compiled in knowledge.rules:
        assert f'"rules/{compiled.id}.html"' in files["search-index.js"]
    for exercise in knowledge.exercises:
        assert f'"exercises/{exercise.id}.html"' in files["search-index.js"]


def test_marks_of_coverage_are_words(knowledge: Knowledge, pages: Mapping[str, Reader]) -> None:
    """What was seen of a clause is said in words beside its mark."""
    compiled = next(compiled for compiled in knowledge.rules if not compiled.always)
    assert re.search(r"Seen to decide|Never seen to decide", pages[f"rules/{compiled.id}.html"].text)


def test_what_was_not_measured_is_not_claimed(knowledge: Knowledge) -> None:
    """Without measurements the book says so and shows no figures of impact."""
    compiled = next(compiled for compiled in knowledge.rules if not compiled.always)
    page = Reader(render(knowledge, Measures())[f"rules/{compiled.id}.html"])
    assert "Not measured" in page.text
    assert "people of the review" not in page.text


def test_everything_is_escaped(knowledge: Knowledge, tmp_path: Path) -> None:
    """Signs that mean something in HTML or in a script stay words, wherever the knowledge holds them."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
    compiled = next(c for c in knowledge.rules if not c.rule.title.startswith(("'", '"')) and ":" not in c.rule.title)
    nasty = """<script>alert("x")</script> & 'y' </title>"""
    file = tmp_path / compiled.file
    text = file.read_text(encoding="utf-8").replace(f"title: {compiled.rule.title}", f"title: >-\n        {nasty}", 1)
    file.write_text(text, encoding="utf-8")
    written = render(Knowledge.load(tmp_path), Measures())
    page = written[f"rules/{compiled.id}.html"]
    assert "<script>alert" not in "".join(text for name, text in written.items() if name.endswith(".html"))
    assert html.escape(nasty).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
    assert "alert" in written["search-index.js"]


def test_the_same_knowledge_gives_the_same_bytes(knowledge: Knowledge, files: Files) -> None:
    """Two books of the same knowledge are equal, byte for byte."""
    assert render(knowledge, measure(knowledge)) == files


# --- writing it ------------------------------------------------------------------------------


def test_the_book_is_written_whole(tmp_path: Path, files: Files) -> None:
    """All files are there, with nothing beside them, and a later book replaces the earlier one entirely."""
    folder = tmp_path / "book"
    write_folder({"old.html": "old"}, folder)
    write_folder(files, folder)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {*files, MARKER}
    assert list(tmp_path.iterdir()) == [folder]


def test_a_failure_leaves_the_earlier_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing or putting into place fails, the earlier book stays and nothing lies beside it."""
    folder = tmp_path / "book"
    write_folder({"index.html": "earlier"}, folder)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no room left")

    for name in ("write_text", "rename"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, name, full if name == "write_text" else _fails_once(full))
            with pytest.raises(OSError, match="no room left"):
                write_folder({"index.html": "later"}, folder)
        assert (folder / "index.html").read_text(encoding="utf-8") == "earlier"
        assert list(tmp_path.iterdir()) == [folder]


def _fails_once(fail: object) -> object:
    whole, tried = Path.rename, []

    def rename(self: Path, target: Path) -> Path:
        if not tried:
            tried.append(target)
            fail()  # type: ignore[operator]
        return whole(self, target)

    return rename


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    """Neither a folder that holds something else nor a book with a foreign file in it is replaced."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="holds other files"):
        check_folder(other)
    book = tmp_path / "book"
    write_folder({"index.html": "x"}, book)
    (book / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        write_folder({"index.html": "y"}, book)
    assert (book / "notes.txt").is_file()


def test_odd_places_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, a link, a folder that is missing and the folder one is in: each ends in one sentence."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    for place in ("file", "link", "missing/book", "."):
        with pytest.raises(UsageError, match="Nothing was written"):
            check_folder(tmp_path / place)


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    """A folder that is there and empty becomes the book."""
    (tmp_path / "book").mkdir()
    write_folder({"index.html": "x"}, tmp_path / "book")
    assert (tmp_path / "book" / "index.html").is_file()


# --- the command -----------------------------------------------------------------------------


def test_the_command_writes_the_book(tmp_path: Path, files: Files) -> None:
    """`rules book -o DIR` writes the book, says where to begin, and ends with 0; pipes get no progress line."""
    done = _book(tmp_path / "book")
    assert (done.code, done.err) == (0, "")
    assert "index.html" in done.out
    assert (tmp_path / "book" / "index.html").read_text(encoding="utf-8") == files["index.html"]


def test_a_terminal_is_told_how_far_it_is(tmp_path: Path) -> None:
    """On a terminal a progress line says how many rules are done."""
    child = in_terminal("rules", "book", "-o", tmp_path / "book")
    child.expect(r"Looking at the rules  \[[#-]+\]  \d+/\d+")
    child.expect("index.html")
    child.close()


@pytest.mark.parametrize("kind", ["missing", "empty", "broken", "no output"])
def test_bad_input_is_one_line(tmp_path: Path, kind: str) -> None:
    """A missing folder, one without rules, a broken file, a missing place: one line, exit code 2, nothing written."""
    given = tmp_path / "given"
    if kind in ("empty", "broken"):
        given.mkdir()
    if kind == "broken":
        shutil.copytree(ROOT / "rules", given / "rules")
        shutil.copytree(ROOT / "catalog", given / "catalog")
        (given / "rules" / "session.yaml").write_text("topic: [", encoding="utf-8")
    arguments = ("rules", "book", "--knowledge", given)
    done = recommender(*arguments) if kind == "no output" else recommender(*arguments, "-o", tmp_path / "book")
    assert done.code == 2
    assert done.out == ""
    if kind != "no output":
        assert done.err.count("\n") == 1
        assert "Nothing was written" in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == (["given"] if given.exists() else [])


def test_without_jinja_it_says_what_to_install(tmp_path: Path) -> None:
    """Where jinja2 is missing, one line says how to get it, with exit code 2."""
    (tmp_path / "jinja2").mkdir()
    hidden = "raise ModuleNotFoundError(\"No module named 'jinja2'\", name='jinja2')\n"
    (tmp_path / "jinja2" / "__init__.py").write_text(hidden, encoding="utf-8")
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-m", "recommender", "rules", "book", "-o", str(tmp_path / "book")],
        env={**environment(), "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install" in done.stderr
    assert not (tmp_path / "book").exists()
