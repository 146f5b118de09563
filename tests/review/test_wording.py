"""The checks of the words that people in pain read: length, reading age and tone, each with its limit in YAML."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from recommender import Knowledge
from recommender.review.checks.base import Check, Review, parts_of
from recommender.review.checks.wording import HardToRead, LongSentence, NoWording, WrongTone, passages
from recommender.review.finding import Finding
from recommender.review.readability import grade, sentences, syllables, words

CHECKS: tuple[type[Check], ...] = (NoWording, LongSentence, HardToRead, WrongTone)
AGE, TILTS, QUESTIONS = "rules/safety/age.yaml", "catalog/exercises/pelvic-tilts.yaml", "rules/questionnaire.yaml"
OUTCOMES, SESSION, VOCABULARY = "rules/outcomes.yaml", "rules/session.yaml", "catalog/vocabulary.yaml"
WORDING = "rules/wording.yaml"


class Copy:
    """A copy of the shipped knowledge whose words can be changed."""

    def __init__(self, folder: Path, shipped: Path) -> None:
        self.folder = folder
        for part in ("rules", "catalog"):
            shutil.copytree(shipped / part, folder / part)

    def put(self, file: str, key: str, new: str, after: str = "") -> int:
        """Put `new` for the value of the first `key` behind the text `after`; gives its line."""
        path = self.folder / file
        lines = path.read_text().splitlines()
        start = next(n for n, line in enumerate(lines) if after in line)
        at = next(n for n in range(start, len(lines)) if lines[n].lstrip().startswith(key))
        indent = len(lines[at]) - len(lines[at].lstrip())
        item = key.startswith("- ")
        end = at + 1
        while (
            end < len(lines) and lines[end].strip() and len(lines[end]) - len(lines[end].lstrip()) > indent + 2 * item
        ):
            end += 1
        lines[at:end] = [" " * indent + f'{key} "{new}"']
        path.write_text("\n".join(lines) + "\n")
        return at + 1

    def findings(self) -> list[Finding]:
        """All that the checks of the wording find."""
        review = Review(Knowledge.load(self.folder))
        return [finding for check in CHECKS for finding in check().find(review)]

    def only(self) -> Finding:
        found = self.findings()
        assert len(found) == 1, "\n".join(map(str, found))
        return found[0]


@pytest.fixture
def copy(tmp_path: Path, knowledge: Knowledge) -> Copy:
    return Copy(tmp_path, knowledge.folder)


LONG = "Move " + "slowly and " * 9 + "with care."  # 21 words
HARD = "Individualised supervision is recommended when commencing any strengthening activities."

# Every place where people read something: file, key, the line behind which it stands, the subject that may accept it.
PLACES = {
    "what a rule says": (AGE, "say:", "id: under-18", "under-18"),
    "the title of a rule": (AGE, "title:", "id: under-18", "under-18"),
    "the name of an exercise": (TILTS, "name:", "id: pelvic-tilt-flat", "pelvic-tilt-flat"),
    "a step": (TILTS, "-", "    steps:", "pelvic-tilt-flat"),
    "when to breathe": (TILTS, "breathing:", "id: pelvic-tilt-flat", "pelvic-tilt-flat"),
    "what to feel": (TILTS, "feel:", "id: pelvic-tilt-flat", "pelvic-tilt-flat"),
    "when to stop": (TILTS, "stop_when:", "id: pelvic-tilt-flat", "pelvic-tilt-flat"),
    "the introduction": (QUESTIONS, "intro:", "", ""),
    "a note on doubt": (QUESTIONS, "unsure_note:", "", ""),
    "a question": (QUESTIONS, "ask:", "field: hernia", "hernia"),
    "why it is asked": (QUESTIONS, "why:", "field: hernia", "hernia"),
    "an answer": (QUESTIONS, "unsure:", "field: hernia", "hernia"),
    "the title of an outcome": (OUTCOMES, "title:", "  emergency:", ""),
    "what to do now": (OUTCOMES, "-", "    now:", ""),
    "a statement": (OUTCOMES, "- say:", "", ""),
    "what is said without an exercise": (OUTCOMES, "say:", "no_relief_left:", ""),
    "the disclaimer": (OUTCOMES, "disclaimer:", "", ""),
    "a heading of advice": (OUTCOMES, "during_pain:", "advice:", ""),
    "why an exercise was not chosen": (SESSION, "no_time:", "not_chosen:", ""),
    "the title of a phase": (SESSION, "title:", "phases:", ""),
    "the title of a position": (VOCABULARY, "title:", "    supine_knees_bent:", ""),
}


@pytest.mark.parametrize("place", PLACES)
def test_every_text_is_looked_at(place: str, copy: Copy) -> None:
    """A shouted sentence of 21 words is found twice, with its file, its line and the one who may accept it."""
    file, key, after, subject = PLACES[place]
    line = copy.put(file, key, LONG.replace(".", "!"), after)
    found = {finding.check: finding for finding in copy.findings() if finding.check != "hard-to-read"}
    assert set(found) == {"long-sentence", "tone"}
    for finding in found.values():
        assert (finding.file, finding.line, finding.subject, finding.level) == (file, line, subject, "error")
    assert "21 words" in found["long-sentence"].found
    assert "shouting" in found["tone"].found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Stop it now!", "shouting"),
        ("You MUST stop.", "capitals"),
        ("Beware of this.", "shouting"),
        ("Your spine can crumble.", "frightening"),
        ("You Should Have rested.", "blaming"),
        ("It was your fault.", "blaming"),
        ("Do not be lazy.", "blaming"),
        ("Your back will heal.", "promising"),
        ("This is guaranteed to work.", "promising"),
        ("It will  cure you.", "promising"),
    ],
)
def test_tone_of_a_rule_is_found(text: str, kind: str, copy: Copy) -> None:
    """Shouting, fright, blame and promises are found as whole words in any case, and named by their kind."""
    copy.put(AGE, "say:", text, "id: under-18")
    found = [finding for finding in copy.findings() if finding.check == "tone"]
    assert found
    assert all(finding.subject == "under-18" and finding.do for finding in found)
    assert any(kind in finding.found for finding in found)


@pytest.mark.parametrize(
    "text",
    [
        "Stop now, and rest. Many people feel better after about a month.",
        "I am new to this. A secure chair helps, and a healer may too.",  # "cure" and "heal" are parts of words only
        "Move " + "slowly and " * 8 + "with much care. Then rest.",  # 20 words, then a new sentence
        "Let someone watch you when you start to train.",
    ],
)
def test_good_text_is_let_be(text: str, copy: Copy) -> None:
    """Short, plain and calm words are not found, not even with 20 words or with a phrase inside a word."""
    copy.put(AGE, "say:", text, "id: under-18")
    assert [finding for finding in copy.findings() if finding.check != "hard-to-read"] == []


@pytest.mark.parametrize(
    ("file", "key", "after", "subject"),
    [(AGE, "say:", "id: under-18", "under-18"), (QUESTIONS, "intro:", "", ""), (OUTCOMES, "disclaimer:", "", "")],
)
def test_hard_text_is_a_warning(file: str, key: str, after: str, subject: str, copy: Copy) -> None:
    """A text of long words is one warning at its line, with the school year that it asks for."""
    line = copy.put(file, key, HARD, after)
    found = copy.only()
    assert (found.check, found.level) == ("hard-to-read", "warning")
    assert (found.file, found.line, found.subject) == (file, line, subject)
    assert "school year" in found.found


def test_one_hard_sentence_among_easy_ones_is_let_be(copy: Copy, knowledge: Knowledge) -> None:
    """An exercise is judged as a whole: one hard sentence in it is no finding, the same sentence alone would be."""
    limit = knowledge.wording.highest_grade if knowledge.wording else 0
    hard = "Rest in a comfortable starting position."
    assert grade([hard]) > limit
    copy.put(TILTS, "feel:", hard, "id: pelvic-tilt-flat")
    assert copy.findings() == []


def test_limits_stand_in_yaml(copy: Copy) -> None:
    """Other limits in rules/wording.yaml give other findings, without a change of the program."""
    copy.put(WORDING, "longest_sentence:", "x")
    path = copy.folder / WORDING
    text = path.read_text().replace('longest_sentence: "x"', "longest_sentence: 12")
    path.write_text(text.replace("highest_grade: 6", "highest_grade: 3").replace('["!", ', '["!", slowly, '))
    assert {finding.check for finding in copy.findings()} == {"long-sentence", "hard-to-read", "tone"}


def test_listed_capitals_are_let_be(copy: Copy) -> None:
    """A word in capitals is let be when the file names it."""
    copy.put(AGE, "say:", "Show the MRI to your doctor.", "id: under-18")
    assert "MRI" in copy.only().found
    path = copy.folder / WORDING
    path.write_text(path.read_text().replace("capitals: []", "capitals: [MRI]"))
    assert copy.findings() == []


def test_missing_limits_are_one_warning(copy: Copy) -> None:
    """Without rules/wording.yaml there is one warning that names it, and nothing else."""
    copy.put(AGE, "say:", LONG, "id: under-18")
    (copy.folder / WORDING).unlink()
    found = copy.only()
    assert (found.check, found.level, found.file) == ("no-wording", "warning", WORDING)


def test_the_shipped_words_are_clean(knowledge: Knowledge) -> None:
    """The shipped texts keep to their own limits; what goes beyond them is accepted with a reason."""
    review = Review(knowledge)
    accepted = {(id, compiled.id) for compiled in knowledge.rules for id in compiled.rule.accepted}
    accepted |= {(id, exercise.id) for exercise in knowledge.exercises for id in exercise.accepted}
    accepted |= {(id, question.field) for question in knowledge.questionnaire.questions for id in question.accepted}
    accepted |= {(id, "") for id in (knowledge.wording.accepted if knowledge.wording else ())}
    found = [finding for check in CHECKS for finding in check().find(review)]
    assert [str(finding) for finding in found if (finding.check, finding.subject) not in accepted] == []


def test_every_text_is_looked_at_once(knowledge: Knowledge) -> None:
    """Each passage has a place of its own, and the document holds its text there."""
    seen = set()
    for passage in passages(knowledge):
        assert (passage.file, passage.where) not in seen
        seen.add((passage.file, passage.where))
        value = knowledge.documents[passage.file].data
        for key in passage.where if passage.text else ():
            value = value[key]
        assert not passage.text or value.strip() == passage.text
    assert len(seen) > 1000


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_explains_itself(check: type[Check]) -> None:
    """The docstring of each check has its four parts."""
    assert set(parts_of(check)) == {"Title", "What", "Avoid", "Prefer", "Why"}


def test_the_examples_of_the_checks_are_true(copy: Copy) -> None:
    """What a check says to avoid is found by it, and what it says to prefer is not."""
    for check, file in ((LongSentence, AGE), (HardToRead, AGE), (WrongTone, AGE)):
        parts = parts_of(check)
        for part, bad in (("Avoid", True), ("Prefer", False)):
            copy.put(file, "say:", parts[part].strip().strip('"'), "id: under-18")
            found = {finding.check for finding in copy.findings() if finding.subject == "under-18"}
            assert (check.id in found) == bad, (check.id, part)


SYLLABLES = {
    1: "the rest knee like gives named breathe clothes eased pulled curled heart squat lie 15",
    2: "table whole-some likely movement someone something lying being changes noses rested angles muscles settled "
    "spasm quiet people fluid doctor",
    3: "exercise clinician easier period usual triangle pregnancy everyone diagnose hernia direction condition",
    4: "exercises emergency comfortable diagnosis repetition rheumatism stereotype material",
    6: "physiotherapist osteoporosis osteochondrosis",
}


@pytest.mark.parametrize(
    ("word", "count"),
    [(word, count) for count, listed in SYLLABLES.items() for word in listed.split()],
)
def test_syllables(word: str, count: int) -> None:
    """The syllables of a word are counted as they are spoken; the parts of a word with hyphens one by one."""
    assert sum(syllables(part) for part in words(word)) == count


def test_sentences_end_with_a_mark_and_a_space() -> None:
    """Points inside numbers and colons end no sentence, and a text without a point is one."""
    assert sentences('Hold 2.5 kg: that is all. "Is it?" Rest') == ["Hold 2.5 kg: that is all.", '"Is it?', "Rest"]
    assert sentences(" ") == []


def test_grade_of_the_formula() -> None:
    """Ten words of one syllable in two sentences: 0.39 x 5 + 11.8 x 1 - 15.59; no words at all are easy."""
    assert grade(["You can sit on it. Or lie on your back."]) == pytest.approx(-1.84)
    assert grade([]) == 0
    assert grade(["", " - "]) == 0


def test_known_words_count_less() -> None:
    """A known word counts two syllables at most, in any case and with a plural s; an unknown one counts in full."""
    text = ["Emergencies and Physiotherapists matter."]
    assert grade(text, {"physiotherapist"}) == pytest.approx(grade(text) - 11.8 * 4 / 4)
