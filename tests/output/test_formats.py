"""The table of the forms of output: each line leads to a function that takes what the line says."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from recommender import Knowledge, recommend
from recommender.output.content import document_of
from recommender.output.document import BRIEF, Document
from recommender.output.formats import BY_ENDING, FORMS, as_file
from tests.conftest import person

NEEDS = {"html": "jinja2", "pdf": "typst", "ics": "icalendar"}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_writes_a_result(form: str, knowledge: Knowledge) -> None:
    """Its function is there, takes the options that are named, and gives text or bytes."""
    if form in NEEDS:
        pytest.importorskip(NEEDS[form], reason=f"{NEEDS[form]} is not installed")
    file, _, function = FORMS[form].writer.partition(":")
    takes = inspect.signature(getattr(import_module(f"recommender.output.{file}"), function)).parameters
    assert set(FORMS[form].takes) <= set(takes)
    content = as_file(recommend(person(), knowledge=knowledge), form, knowledge)
    assert content
    assert isinstance(content, bytes) == (form == "pdf")
    assert BY_ENDING[FORMS[form].ending] == form


def test_a_part_that_is_left_out_is_empty(knowledge: Knowledge) -> None:
    """What a form leaves out by its list is as if it had never been there, and nothing else changes."""
    whole = document_of(recommend(person(), knowledge=knowledge), knowledge)
    brief = whole.without(*BRIEF)
    gone = [name for name in Document._fields if getattr(brief, name) != getattr(whole, name)]
    assert set(gone) < set(BRIEF)
    assert {"left_out", "more", "stamp"} <= set(gone)
    assert brief.exercises == whole.exercises != ()
    assert not any(getattr(brief, name) for name in BRIEF)


def test_the_same_result_gives_an_equal_document(knowledge: Knowledge) -> None:
    """Nothing in it depends on chance, and nobody can change it."""
    result = recommend(person(hernia="yes"), knowledge=knowledge)
    document = document_of(result, knowledge)
    assert document == document_of(result, knowledge)
    with pytest.raises(AttributeError):
        document.title = "another"  # type: ignore[misc]
