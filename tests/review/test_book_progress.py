"""The page of the rule book about doing more or doing less: what stands there, and what leads there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from recommender import Knowledge
from recommender.knowledge.shipped import as_shipped
from recommender.logic.conditions import tests_of as leaves
from recommender.values import plain

pytest.importorskip("jinja2", reason="jinja2 is not installed: pip install -e '.[html]'")
from recommender.knowledge.progression import CompiledStep, Progress
from recommender.review.book.measures import Measures, measure
from recommender.review.book.site import render
from tests.review.test_book import Reader, _plain

PAGE = "progress.html"


@pytest.fixture(scope="module")
def progress(knowledge: Knowledge) -> Progress:
    """Give the rules that read the log."""
    assert knowledge.progress is not None
    return knowledge.progress


@pytest.fixture(scope="module")
def files(knowledge: Knowledge) -> Mapping[str, str]:
    """Give the book without measurements."""
    return render(knowledge, Measures())


@pytest.fixture(scope="module")
def page(files: Mapping[str, str]) -> Reader:
    """Give the page."""
    return Reader(files[PAGE])


def test_every_rule_is_told_in_full(knowledge: Knowledge, progress: Progress, page: Reader) -> None:
    """Each rule has its title, what it says, why, its sources with what they say there, and how they were read."""
    for compiled in progress.rules:
        rule = compiled.rule
        for words in (rule.title, rule.say, rule.because, rule.id, knowledge.outcomes.readings[rule.reading]):
            assert _plain(words) in page.text, (rule.id, words)
        assert rule.id in page.ids
        assert f"{compiled.file}:{compiled.line}" in page.text
        for at in rule.sources:
            assert at in page.text
            assert any(_plain(said) in page.text for said in _said_at(at, rule.id, knowledge)), (rule.id, at)


def _said_at(at: str, id: str, knowledge: Knowledge) -> list[str]:
    """What the guidance, or the statements of a text that name the rule, say at a place."""
    found = [fact for entry in knowledge.guidelines if at == f"guideline/{entry.id}" for fact in entry.facts]
    for ledger in knowledge.ledgers:
        for section in ledger.sections:
            if at.partition("#")[0] == f"{ledger.document}/{section.id}":
                found += [statement.says for statement in section.statements if id in statement.by]
    return found


def test_every_value_that_counts_is_spelled_out(progress: Progress, files: Mapping[str, str]) -> None:
    """Each test stands in the article of its rule, with the words of all values that satisfy it, doubt among them."""
    for compiled in progress.rules:
        article = _article(files[PAGE], compiled)
        for test in leaves(compiled.condition):
            question = progress.table.questions[test.field]
            assert f'href="progress.html#{test.field}"' in article
            if question.kind == "choice":
                held = [word for n, word in enumerate(test.variable.codes) if test.holds(n)]
                words = [question.label(word, as_shipped) for word in held]
                assert all(word in Reader(article).text for word in words), (compiled.id, words)
            else:
                assert f"is {'not known' if test.said == 'unknown' else test.said}" in Reader(article).text


def _article(text: str, compiled: CompiledStep) -> str:
    start = text.index(f'<article class="rule-full" id="{compiled.id}"')
    return text[start : text.index("</article>", start)]


def test_a_row_of_days_is_said(progress: Progress, files: Mapping[str, str]) -> None:
    """A rule that must hold on several days says on how many, and no other rule does."""
    for compiled in progress.rules:
        text = Reader(_article(files[PAGE], compiled)).text
        days = compiled.rule.in_a_row
        assert (f"{days} days in a row" in text) == (days > 1), compiled.id


def test_examples_are_in_the_words_of_the_log(progress: Progress, files: Mapping[str, str]) -> None:
    """Each example stands in its rule with what each fact means, never as the bare word of the file."""
    for compiled in progress.rules:
        text = Reader(_article(files[PAGE], compiled)).text
        for example in (*compiled.rule.fires_for, *compiled.rule.silent_for):
            for field, value in example.items():
                question = progress.table.questions[field]
                assert f"{question.short}: {question.label(value, as_shipped)}" in text, (compiled.id, example)


def test_the_order_of_strength_is_that_of_the_file(progress: Progress, files: Mapping[str, str]) -> None:
    """The effects are listed from the strongest, and so are the rules."""
    text = files[PAGE]
    listed = text[text.index('id="strength"') : text.index('id="rules"')]
    places = [listed.index(f"effect-{effect}") for effect in progress.steps.strength]
    assert places == sorted(places)
    by_place = sorted(progress.rules, key=lambda compiled: text.index(f'id="{compiled.id}"'))
    first = [progress.steps.strength.index(compiled.rule.then.do) for compiled in by_place]
    assert first == sorted(first)


def test_steps_and_limits_stand_with_their_sources(knowledge: Knowledge, progress: Progress, page: Reader) -> None:
    """What a step is, in which order, for whom and how far: the numbers, the reasons and the places."""
    steps = progress.steps
    for words in (steps.steps_because, steps.low_end.because, steps.low_end.say, steps.no_stronger_because):
        assert _plain(words) in page.text
    for number in (f"{steps.size.reps} more repeat", f"{steps.size.hold} more second", f"{steps.size.sets} more set"):
        assert number in page.text
    for at in (*steps.steps_sources, *steps.low_end.sources, *(at for one in steps.beyond for at in one.sources)):
        assert at in page.text
        assert any(_plain(said) in page.text for said in _said_at(at, "steps", knowledge)), at
    for beyond in steps.beyond:
        assert f"{beyond.reps} repeats" in page.text
        assert _plain(beyond.because) in page.text
        assert f"exercises/{beyond.exercise}.html" in page.links
    assert all(f"rules/{id}.html" in page.links for id in steps.low_end.may_grow)


def test_every_dose_that_limits_a_step_is_there(knowledge: Knowledge, progress: Progress, page: Reader) -> None:
    """Each exercise that changes is linked, and no other one that nothing else names."""
    named = {beyond.exercise for beyond in progress.steps.beyond}
    for exercise in knowledge.exercises:
        grows = bool(progress.grows >> knowledge.numbers[exercise.id] & 1)
        assert (f"exercises/{exercise.id}.html" in page.links) == (grows or exercise.id in named), exercise.id


def test_every_sentence_of_an_adapted_routine_is_there(progress: Progress, page: Reader) -> None:
    """A clinician sees all that a person reads, with its gaps."""
    for value in plain(progress.steps.words).values():
        for text in value.values() if isinstance(value, dict) else [value]:
            assert _plain(text) in page.text


def test_texts_and_guidance_lead_there(knowledge: Knowledge, progress: Progress, files: Mapping[str, str]) -> None:
    """A statement that names a rule links to it, and so does each published source that it cites."""
    for compiled in progress.rules:
        for at in compiled.rule.sources:
            document = at.partition("/")[0]
            name = "guidance.html" if document == "guideline" else f"texts/{document}.html"
            prefix = "../" * name.count("/")
            assert f"{prefix}{PAGE}#{compiled.id}" in Reader(files[name]).links, (compiled.id, at)
    named = {id for ledger in knowledge.ledgers for s in ledger.sections for st in s.statements for id in st.by}
    assert "steps" in named


def test_navigation_and_search_lead_there(progress: Progress, files: Mapping[str, str]) -> None:
    """Every page links to it, and each rule, each fact and the steps can be searched for."""
    for name, text in files.items():
        if name.endswith(".html"):
            assert f"{'../' * name.count('/')}{PAGE}" in Reader(text).links, name
    for anchor in ("steps", *(compiled.id for compiled in progress.rules), *(f.field for f in progress.steps.facts)):
        assert f'["Progress", "{PAGE}#{anchor}"' in files["search-index.js"]
    assert "<option>Progress</option>" in files["search.html"]


def test_what_was_seen_of_a_clause_is_said(knowledge: Knowledge, progress: Progress, page: Reader) -> None:
    """With measurements each clause has its mark in words; without them nothing is claimed."""
    assert "Not measured" in page.text
    assert "Seen to decide" not in page.text
    few = replace(knowledge, rules=())
    found = measure(few)
    measured = render(knowledge, Measures(found.coverage, {}, found.signed))[PAGE]
    for compiled in progress.rules:
        assert "Seen to decide both ways" in _article(measured, compiled), compiled.id


def test_without_such_rules_the_page_says_so(knowledge: Knowledge) -> None:
    """Knowledge that does not tell how a routine changes still makes a book, with a sentence in its place."""
    bare = replace(
        knowledge,
        progress=None,
        ledgers=tuple(replace(ledger, sections=()) for ledger in knowledge.ledgers),
        rules=(),
        exercises=(),
        conflicts=(),
        guarantees=(),
    )
    written = render(bare, Measures())
    assert "do not say how a routine changes" in Reader(written[PAGE]).text
    assert '"Progress"' not in written["search-index.js"]
