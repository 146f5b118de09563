"""The words of the questionnaire against the symptoms that guidance names for them."""

from __future__ import annotations

from datetime import date

import pytest

from recommender import Knowledge
from recommender.errors import KnowledgeError
from recommender.knowledge.files import shipped_folder
from recommender.review.checks.base import Review
from recommender.review.checks.symptoms import AnswerNarrowerThanSource
from tests.altered import altered
from tests.review.test_checks import tried

QUESTIONS = "rules/questionnaire.yaml"
GUIDANCE = "rules/guidelines.yaml"
COVERED = "sore: {calf_pain: hurts, calf_swelling: is swollen}"
NAMED = "calf.sore: [calf_pain, calf_swelling]"


def changed(*pairs: tuple[str, str]) -> list[str]:
    """What the check finds at the question about the calf, with these texts of its good file replaced.

    Each finding begins with the key under which it is shown.
    """
    data = tried("answer-narrower-than-source", "good").data
    replace = {name: [(one["old"], one["new"]) for one in listed] for name, listed in data["replace"].items()}
    for old, new in pairs:
        assert any(old in text for listed in replace.values() for _, text in listed)
        replace = {
            name: [(place, text.replace(old, new)) for place, text in listed] for name, listed in replace.items()
        }
    knowledge = altered(replace, data["add"])
    document = knowledge.documents[QUESTIONS]
    number = next(n for n, entry in enumerate(document.data["questions"]) if entry["field"] == "calf")
    keys = {document.line(("questions", number, key, "sore")): key for key in ("answers", "covers")}
    found = AnswerNarrowerThanSource().find(Review(knowledge, date(2026, 11, 1)))
    return [f"{keys[one.line]} {one.found}" for one in found if one.subject == "calf"]


def test_left_out_symptom_is_shown_at_its_answer() -> None:
    """A symptom that a cited guideline names and `covers` lacks is found at the answer, with guideline and tag."""
    [found] = changed((COVERED, "sore: {calf_pain: hurts}"))
    assert found.startswith("answers calf: guideline/tried-page names `calf_swelling` for `sore`")


def test_words_that_nobody_reads_are_found() -> None:
    """Words in `covers` must stand in the answer or in the question, whatever the case."""
    [found] = changed((COVERED, "sore: {calf_pain: hurts, calf_swelling: swells}"))
    assert found == 'covers calf: "swells" stands neither in the answer `sore` nor in the question.'
    assert changed((COVERED, "sore: {calf_pain: HOW IS YOUR CALF, calf_swelling: Is Swollen}")) == []


def test_symptom_that_nobody_names_is_found() -> None:
    """A tag in `covers` that no guideline names for this answer is found."""
    [found] = changed((COVERED, COVERED.replace("}", ", calf_cramp: hurts}")))
    assert found == "covers calf: no guideline names `calf_cramp` for `sore`."


def test_guideline_that_the_question_does_not_cite_asks_for_nothing() -> None:
    """Only the sources of the question itself count for it."""
    assert changed((COVERED, "sore: {calf_pain: hurts}"), ("[guideline/tried-page]", "[pain-by-position/intro]")) == []


@pytest.mark.parametrize(
    ("old", "new", "file", "said"),
    [
        (NAMED, "calf.sorry: [calf_pain]", GUIDANCE, '"calf.sorry" is no answer of the questionnaire.'),
        (NAMED, "leg.sore: [calf_pain]", GUIDANCE, '"leg.sore" is no answer of the questionnaire.'),
        (COVERED, "sorry: {calf_pain: hurts}", QUESTIONS, '"sorry" is no answer of calf.'),
    ],
)
def test_unknown_answer_is_a_fault(old: str, new: str, file: str, said: str) -> None:
    """Symptoms under an answer that the questionnaire lacks are refused on loading, with file and line."""
    with pytest.raises(KnowledgeError) as refused:
        changed((old, new))
    [fault] = refused.value.faults
    assert (fault.file, fault.found, fault.check) == (file, said, "unknown-word")
    assert fault.line is not None


def test_unknown_answer_in_a_clinics_own_guidance_is_a_fault() -> None:
    """The guidance that a clinic adds is held to the same."""
    own = """
topic: A clinic
name: Tried clinic
guidelines:
  - id: own-page
    organisation: Tried clinic
    title: A page
    year: 2026
    reference: on paper
    checked: seen
    facts: [A fact.]
    symptoms: {emergency_signs.saddle_soreness: [saddle_numbness]}
"""
    with pytest.raises(KnowledgeError) as refused:
        Knowledge.of_texts({"overlay.yaml": own.encode()}, shipped_folder())
    [fault] = refused.value.faults
    assert (fault.file, fault.line) == ("overlay.yaml", 12)
    assert "emergency_signs.saddle_numbness" in fault.do
