"""`recommender rules population`: plausible people, drawn from rules/population.yaml, and what they get."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge
from recommender.errors import KnowledgeError
from recommender.knowledge.files import POPULATION, bytes_of, files_of, fingerprint, in_overlay
from recommender.logic.answers import nest
from recommender.profile.checking import check
from recommender.review.census import EVERYONE, Census, census
from recommender.review.population import (
    Drawn,
    Population,
    option_for,
    population_of,
    population_text,
    read_population,
)
from recommender.review.population_compile import HIDDEN
from recommender.review.revisions import Revision, revision
from recommender.review.shift import shift_of
from recommender.review.show.population import percents, tables_of
from recommender.review.show.population_page import markdown_population
from recommender.review.show.shift import shift_lines
from tests.command_line import ROOT, one_line, recommender

MANY, SEED = 8000, 7
FIRST_AGES = [28, 22, 23, 58, 45, 47]


@pytest.fixture(scope="module")
def population(knowledge: Knowledge) -> Population:
    """Give the shipped population."""
    found = population_of(knowledge)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def many(population: Population) -> list[Drawn]:
    """Give a big draw with a seed of its own."""
    return list(population.people(MANY, SEED))


@pytest.fixture(scope="module")
def counted(population: Population, knowledge: Knowledge) -> Census:
    """Give the figures of the shipped population, as the command counts them."""
    return census(population, knowledge)


def text() -> str:
    return (ROOT / POPULATION).read_text(encoding="utf-8")


def faults_of(old: str, new: str, knowledge: Knowledge) -> list[str]:
    """The faults of the shipped file with one change."""
    assert text().count(old) >= 1
    with pytest.raises(KnowledgeError) as refused:
        read_population(text().replace(old, new, 1).encode(), knowledge)
    return [str(fault) for fault in refused.value.faults]


# --- the people ------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_people(population: Population) -> None:
    """One seed gives the same people each time, more people begin with the same, and another seed gives others."""
    first = list(population.people(50, 3))
    assert first == list(population.people(50, 3))
    assert first == list(population.people(80, 3))[:50]
    assert first != list(population.people(50, 4))


def test_the_draw_hangs_on_no_version_of_anything(population: Population) -> None:
    """The first people of the shipped seed have the ages that they had when the file was written."""
    assert [person.answers["age"] for person in population.people(6, 1)] == FIRST_AGES


def test_one_share_moves_nobody_else(knowledge: Knowledge, population: Population) -> None:
    """Who is drawn by other entries stays the same when one share changes, so that two files can be compared."""
    other = read_population(text().replace("word: scarf, share: 60", "word: scarf, share: 0").encode(), knowledge)
    for one, changed in zip(population.people(100), other.people(100), strict=True):
        kit = tuple(word for word in one.answers["equipment"] if word != "scarf")
        assert {**one.answers, "equipment": kit} == changed.answers


def test_everyone_has_a_valid_profile(many: list[Drawn], knowledge: Knowledge) -> None:
    """Each person answers every question, with answers that are accepted as they are."""
    for person in many:
        assert check(nest(person.answers), knowledge) == person.answers


def test_shares_are_those_of_the_file(population: Population, many: list[Drawn]) -> None:
    """For each entry the people whom it concerns answer as often as it says, within five standard errors."""
    for target in population.targets:
        concerned: dict[int, list[Any]] = {}
        for person in many:
            answer = answer_of(person, target.field, population)
            if answer is not None:
                place = target.options.index(option_for(target, person.facts))
                concerned.setdefault(place, []).append(answer)
        for place, answers in concerned.items():
            option = target.options[place]
            if target.word is not None:
                near(sum(target.word in answer for answer in answers), len(answers), option.share, target.name)
                continue
            start = 0.0
            for wanted, end in zip(option.answers, option.ends, strict=True):
                span = (wanted, wanted) if isinstance(wanted, str) else wanted
                hits = sum(answer in span if isinstance(wanted, str) else within(answer, wanted) for answer in answers)
                near(hits, len(answers), end - start, f"{target.name} {wanted}")
                start = end


def answer_of(person: Drawn, field: str, population: Population) -> Any:
    """What this person answers, or is without being asked; None where the question does not come up."""
    if field != HIDDEN:
        return person.answers.get(field)
    variable = population.table.by_name[HIDDEN]
    return variable.codes[person.facts[variable.index]]


def within(answer: Any, span: tuple[int, int]) -> bool:
    return isinstance(answer, int) and span[0] <= answer <= span[1]


def near(hits: int, of: int, share: float, name: str) -> None:
    error = (share * (100 - share) / of) ** 0.5
    assert abs(hits / of * 100 - share) <= 5 * error + 100 / of, (name, hits, of, share)


def test_everything_that_is_said_concerns_someone(population: Population, many: list[Drawn]) -> None:
    """Of so many people each line of the file concerns at least one: none is shadowed by those above it."""
    for target in population.targets:
        asked = [person for person in many if answer_of(person, target.field, population) is not None]
        used = {target.options.index(option_for(target, person.facts)) for person in asked}
        assert used == set(range(len(target.options))), target.name


# --- the file --------------------------------------------------------------------------------

BROKEN = {
    "an unknown field": ("field: pain_course", "field: pain_corse", 'Did you mean "pain_course"?'),
    "an unknown answer": ("{easing: 20, usual: 52", "{easing: 20, usaul: 52", '"usaul" is no answer of pain_course.'),
    "an unknown word": ("word: osteoporosis", "word: osteoporose", 'Did you mean "osteoporosis"?'),
    "shares beside 100": ("{woman: 56, man: 44}", "{woman: 56, man: 34}", "The shares add up to 90 and not to 100."),
    "a number out of range": ("80 to 92: 4", "80 to 192: 4", '"80 to 192" is no answer of age.'),
    "a source that nobody knows": ("source: hill-2011", "source: hill-2012", '"hill-2012" is no source.'),
    "a condition that reads ahead": ("given: {age: at least 65}", "given: {hernia: yes}", "hernia is not drawn yet."),
    "a word twice": ("word: spinal_stenosis", "word: osteoporosis", "conditions, osteoporosis stands twice."),
    "a group that nobody knows": ("    group: no-sign", "    group: nobody", '"nobody" is no group.'),
    "a share without its word": ("    word: rheumatism\n", "", "a field has `shares`"),
    "no source at all": ("man: 44}\n    source: estimate\n", "man: 44}\n", "`source` is missing"),
    "a key that is none": ("seed: 1\n", "sed: 1\n", '"sed" is no key here.'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_names_file_and_line(name: str, knowledge: Knowledge) -> None:
    """Each fault says where it is and what is wrong."""
    old, new, said = BROKEN[name]
    line = text()[: text().index(old)].count("\n") + 1
    found = [fault for fault in faults_of(old, new, knowledge) if said in fault]
    assert found
    place, at = found[0].split(":")[:2]
    assert place == POPULATION
    assert line - 3 <= int(at) <= line + 3 or name in ("a key that is none", "a share without its word")


def test_all_faults_come_at_once(knowledge: Knowledge) -> None:
    """Two faults at two places are two faults."""
    broken = text().replace("woman: 56", "woman: 55").replace("source: hill-2011", "source: hill")
    with pytest.raises(KnowledgeError) as refused:
        read_population(broken.encode(), knowledge)
    assert len(refused.value.faults) == 2


def test_what_is_not_said_is_a_fault(knowledge: Knowledge) -> None:
    """A word about which the file says nothing is named: nobody would ever give it."""
    line = "  - {field: equipment, word: scarf, share: 60, source: estimate}\n"
    assert any("equipment, scarf" in fault for fault in faults_of(line, "", knowledge))


def test_the_population_stands_outside_the_hash(knowledge: Knowledge, tmp_path: Path) -> None:
    """Another population, or none, is the same knowledge; and the file is no part of a clinic's rules either."""
    for part in ("rules", "catalog"):
        shutil.copytree(ROOT / part, tmp_path / part)
    assert fingerprint(bytes_of(files_of(tmp_path))) == knowledge.hash
    (tmp_path / POPULATION).write_text("nonsense: true\n")
    assert Knowledge.load(tmp_path).hash == knowledge.hash
    (tmp_path / POPULATION).unlink()
    assert Knowledge.load(tmp_path).hash == knowledge.hash
    assert not in_overlay(POPULATION)


def test_a_clinic_asks_the_people_below_its_rules() -> None:
    """A clinic's own folder without a population uses that of the rules it lies on."""
    assert population_text(ROOT / "examples" / "clinic") == (ROOT / POPULATION).read_bytes()


# --- what they get ---------------------------------------------------------------------------


def test_the_table_adds_up(counted: Census, knowledge: Knowledge) -> None:
    """The outcomes of each column add up to 100 per cent as printed, and to all its people as counted."""
    outcomes = next(tables_of(counted, knowledge))
    assert {label for label, _ in outcomes.rows} == {"people", *knowledge.outcomes.strength}
    for place, column in enumerate(counted.columns.values()):
        printed = [float(numbers[place].split()[0]) for label, numbers in outcomes.rows if label != "people"]
        assert round(sum(printed), 1) == 100
        assert sum(column.outcomes.values()) == column.people
        assert len(column.steps) == column.outcomes["routine"]


def test_shares_that_are_rounded_add_up() -> None:
    """Thirds become 33.4, 33.3 and 33.3."""
    assert sorted(percents({"a": 1, "b": 1, "c": 1}).values()) == [33.3, 33.3, 33.4]
    assert percents({"a": 0}) == {"a": 0.0}


def test_stops_are_counted_as_they_hold(counted: Census) -> None:
    """Nobody is stopped alone by more rules than stop at all, and who has no routine is stopped or has no exercise."""
    everyone = counted.columns[EVERYONE]
    assert all(everyone.alone[rule] <= number for rule, number in everyone.stops.items())
    stopped = everyone.people - everyone.outcomes["routine"] - everyone.outcomes["nothing_fits"]
    assert sum(everyone.alone.values()) <= stopped
    assert everyone.turning["cleared_by_clinician: no"] <= stopped


def test_nothing_ticked_means_nothing(population: Population, many: list[Drawn]) -> None:
    """In the group without condition and sign nobody names one, and everyone who names none is in it."""
    from recommender.logic.conditions import evaluate

    fields = ("conditions", "medical_signs", "emergency_signs")
    for person in many:
        told = person.answers["hernia"] == "no" == person.answers["recent_injury"]
        free = told and not any(person.answers[name] for name in fields)
        assert evaluate(population.groups["no-sign"], person.facts) == free


def test_the_page_is_what_the_command_prints(counted: Census, knowledge: Knowledge) -> None:
    """docs/population.md is up to date: `recommender rules population --format markdown -o docs/population.md`."""
    page = (ROOT / "docs" / "population.md").read_text(encoding="utf-8")
    assert page == markdown_population(counted, knowledge) + "\n"


def test_the_command_has_three_forms(tmp_path: Path) -> None:
    """Text of at most 80 columns, Markdown and JSON carry the same people; -o writes a file."""
    few = ("rules", "population", "--people", "60", "--seed", "5")
    words = recommender(*few)
    assert words.code == 0
    assert max(map(len, words.out.splitlines())) <= 80
    assert "60 people drawn with seed 5." in one_line(words.out)
    values = json.loads(recommender(*few, "--format", "json").out)
    assert (values["people"], values["seed"]) == (60, 5)
    assert round(sum(values["columns"]["everyone"]["percent"].values()), 1) == 100
    target = tmp_path / "page.md"
    assert recommender(*few, "--format", "markdown", "-o", target).code == 0
    assert "60 people drawn with seed 5." in target.read_text()


def test_a_folder_without_a_population_is_a_wrong_call(tmp_path: Path) -> None:
    """Exit code 2 and the file that is missing; a broken one names its line."""
    for part in ("rules", "catalog"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / POPULATION).write_text(text().replace("seed: 1\n", "seed: one\n", 1))
    done = recommender("rules", "population", "--knowledge", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"{POPULATION}:")
    (tmp_path / POPULATION).unlink()
    done = recommender("rules", "population", "--knowledge", tmp_path)
    assert done.code == 2
    assert POPULATION in done.err


# --- what a change shifts --------------------------------------------------------------------

STRICTER = (
    "when: {leg_symptoms: spreading}\n    then: {stop",
    "when: {leg_symptoms: [pain, spreading]}\n    then: {stop",
)


@pytest.fixture(scope="module")
def sides(knowledge: Knowledge) -> tuple[Revision, Revision]:
    """Give the shipped rules, and rules that stop everyone with leg pain; both ask 300 people."""
    raw = {name: path.read_bytes() for name, path in files_of(ROOT).items()}
    name = "rules/safety/leg-symptoms.yaml"
    changed = raw[name].decode().replace(*STRICTER)
    changed = changed.replace("    silent_for:\n      - {leg_symptoms: pain}\n", "    silent_for:\n", 1)
    raw[name] = changed.encode()
    people = text().replace("people: 2000", "people: 300").encode()
    new = Knowledge.of_texts(raw, ROOT)
    return Revision("old", knowledge, (), people), Revision("new", new, (), people)


def test_diff_shows_the_shift(sides: tuple[Revision, Revision]) -> None:
    """A rule that stops more people shows as fewer routines and more who are sent to a clinician."""
    shift = shift_of(*sides)
    assert shift is not None
    assert shift.moved > 0
    before, after = (one.columns[EVERYONE].outcomes for one in (shift.before, shift.after))
    assert after["see_clinician"] > before["see_clinician"]
    assert after["routine"] < before["routine"]
    lines = shift_lines(shift, (sides[0].knowledge, sides[1].knowledge))
    assert lines[0].startswith("Of 300 plausible people: routine ")
    assert " -> " in lines[0]
    assert "see_clinician" in lines[0]


def test_no_shift_is_one_line(sides: tuple[Revision, Revision]) -> None:
    """Where nothing shifts one line says so; a changed population is named."""
    old = sides[0]
    shift = shift_of(old, old)
    assert shift is not None
    said = "Of 300 plausible people nobody gets another outcome, and nothing else shifts."
    assert shift_lines(shift, (old.knowledge, old.knowledge)) == [said]
    other = Revision("other", old.knowledge, (), (old.population or b"").replace(b"seed: 1\n", b"seed: 2\n"))
    again = shift_of(old, other)
    assert again is not None
    assert shift_lines(again, (old.knowledge, old.knowledge))[-1].startswith("The population itself changed.")


def test_who_cannot_be_asked_is_not_counted(knowledge: Knowledge) -> None:
    """Without a population, or where one side does not know an answer of the other, nothing is said."""
    assert shift_of(Revision("a", knowledge, ()), Revision("b", knowledge, ())) is None
    raw = {name: path.read_bytes() for name, path in files_of(ROOT).items()}
    scarf = b"      scarf: A warm scarf\n"
    questions = raw["rules/questionnaire.yaml"].replace(scarf, scarf + b"      ball: A soft ball\n")
    more = Knowledge.of_texts({**raw, "rules/questionnaire.yaml": questions}, ROOT)
    people = f"{text()}  - {{field: equipment, word: ball, share: 50, source: estimate}}\n".encode()
    assert shift_of(Revision("old", knowledge, ()), Revision("new", more, (), people)) is None


def test_the_diff_says_it_in_every_form(tmp_path: Path) -> None:
    """Text, Markdown and JSON of `rules diff` carry the line, for the same rules on both sides."""
    said = "plausible people nobody gets another outcome"
    small = tmp_path / "small"
    for part in ("rules", "catalog"):
        shutil.copytree(ROOT / part, small / part)
    (small / POPULATION).write_text(text().replace("people: 2000", "people: 100"))
    for form in ("text", "markdown"):
        assert said in one_line(recommender("rules", "diff", small, small, "--format", form).out)
    values = json.loads(recommender("rules", "diff", small, small, "--format", "json").out)
    assert values["population"]["moved"] == 0
    assert said in values["population"]["lines"][0]


def test_a_revision_has_its_population_and_no_drawing() -> None:
    """What decides nothing is left out of the knowledge of a git revision, and the population is kept beside it."""
    found = revision("HEAD", ROOT)
    assert found.population is not None
    assert len(found.knowledge.hash) == 32
