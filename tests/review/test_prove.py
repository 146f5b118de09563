"""Guarantees: proved for all people by two provers, and refuted by a true witness where a rule gets weaker."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from recommender import Knowledge, KnowledgeError, recommend
from recommender.knowledge.guarantees import CLAIMS
from recommender.logic.answers import nest
from recommender.logic.conditions import ALWAYS, Condition, evaluate, parse
from recommender.logic.engine import Engine
from recommender.review.proof import prove as proving
from recommender.review.proof.claims import duties_of
from recommender.review.proof.covering import Factor, covering_rows, people_of
from recommender.review.proof.exact import Exact
from recommender.review.proof.mechanisms import PROOFS
from recommender.review.proof.prove import Result, prove
from recommender.review.proof.sat import Clauses, People, Sat, available
from recommender.review.proof.seen import Looker
from recommender.review.proof.tables import truth_tables
from recommender.review.solver import Solver
from recommender.values import variant
from tests.altered import altered, altered_texts
from tests.command_line import recommender
from tests.conftest import examples
from tests.review.test_solver import everyone, small_table
from tests.strategies import TABLE, conditions

GUARANTEES = "rules/guarantees.yaml"
needs_sat = pytest.mark.skipif(available() is None, reason="python-sat is not installed")
Pairs = dict[str, list[tuple[str, str]]]


def refuted(knowledge: Knowledge, id: str) -> Result:
    """Give the result of a guarantee that must be refuted, without whole results of many people."""
    [result] = prove(knowledge, [id], whole=False).results
    assert not result.proved
    return result


def as_profile(person: Mapping[str, Any]) -> dict[str, Any]:
    return nest({name: list(value) if isinstance(value, tuple) else value for name, value in person.items()})


def with_guarantee(text: str) -> Knowledge:
    """Give the shipped knowledge with one more guarantee, written without its indentation."""
    texts = altered_texts()
    texts[GUARANTEES] += ("\n  - " + text.strip().replace("\n", "\n    ") + "\n").encode()
    return Knowledge.of_texts(texts, Knowledge.shipped().folder)


# --- the shipped guarantees --------------------------------------------------------------------


@needs_sat
def test_every_shipped_guarantee_is_proved_by_both_provers() -> None:
    """The command ends with 0, names both proofs, and every guarantee stands for people and has been seen."""
    done = recommender("rules", "prove", "--format", "json")
    assert done.code == 0
    proof = json.loads(done.out)
    assert proof["holds"]
    assert proof["provers"] == ["counted", "satisfiability"]
    assert proof["engine"]["wrong"] == []
    assert proof["engine"]["rows"] > 10_000
    assert proof["results"]["people"] > 8_000
    assert len(proof["guarantees"]) >= 100
    for guarantee in proof["guarantees"]:
        assert guarantee["proved"]
        assert 0 < int(guarantee["cases"]) < int(guarantee["profiles"]) <= int(proof["profiles"])
        assert guarantee["results"] > 0


def test_every_protecting_rule_is_needed_for_a_guarantee(knowledge: Knowledge) -> None:
    """Taking out any rule that protects refutes a guarantee, but for five whose work others do too."""
    solver = Solver(knowledge.table)
    duties = [(compiled.when, duty) for compiled in knowledge.guarantees for duty in duties_of(compiled, knowledge)]
    idle = set()
    for rule in knowledge.rules:
        if rule.safety or rule.effect == "ask":
            held = any(
                rule in duty.rules and solver.holds(when, none=[r.condition for r in duty.rules if r is not rule])
                for when, duty in duties
            )
            idle |= set() if held else {rule.id}
    # Whoever has any medical sign is asked by ask-cleared-medical-sign as well.
    others_too = {"ask-blood-thinners", "ask-inflammatory-stiffness"}
    assert idle == {"low-end-injury", "ask-conditions-unsure", "ask-everyone", *others_too}


def test_every_kind_of_claim_is_made(knowledge: Knowledge) -> None:
    """The shipped guarantees use every claim and every mechanism, each mechanism once."""
    assert {claim for compiled in knowledge.guarantees for claim in compiled.guarantee.claims} == set(CLAIMS)
    named = [g.guarantee.mechanism for g in knowledge.guarantees if g.guarantee.mechanism]
    assert sorted(named) == sorted(PROOFS)


# --- weaker rules --------------------------------------------------------------------------------

WEAKER: dict[str, tuple[str, str, str]] = {
    # guarantee: file, what stands there, what shall stand there
    "emergency-saddle-numbness": (
        "rules/safety/emergency-signs.yaml",
        "when: {emergency_signs: named saddle_numbness}",
        "when: {emergency_signs: named leg_weakness}",
    ),
    "severe-pain": (
        "rules/safety/acute-pain.yaml",
        "        - pain_now: at least 8\n",
        "        - pain_now: at least 9\n",
    ),
    "under-18": ("rules/safety/age.yaml", "when: {age: under 18}", "when: {age: under 17}"),
    "injury-first-two-months": (
        "rules/safety/injury-and-surgery.yaml",
        "            - weeks_since_injury: under 9\n",
        "            - weeks_since_injury: under 8\n",
    ),
    "amber-pain": (
        "rules/safety/acute-pain.yaml",
        "then: {avoid: {intensity: demanding}}",
        "then: {avoid: {arching: strong}}",
    ),
    "sitting-hurts": (
        "rules/safety/pain-position.yaml",
        "then: {avoid: {bending: strong}}",
        "then: {avoid: {under_load: bending}}",
    ),
    "pregnancy-set": (
        "rules/safety/pregnancy.yaml",
        "          - {programme: prenatal}\n",
        "          - {programme: [prenatal, pain]}\n",
    ),
    "never-bicycle": (
        "rules/safety/harmful-for-everyone.yaml",
        "avoid: {patterns: bicycle}",
        "avoid: {patterns: leg_swing}",
    ),
    "low-end-age-65": (
        "rules/dose/low-end.yaml",
        "when: {age: at least 65}\n",
        "when: {age: at least 66}\n",
    ),
    "without-towel-none": (
        "rules/practical/kit.yaml",
        "then: {avoid: {requires: towel}}",
        "then: {avoid: {requires: bench}}",
    ),
}


def _loosened(file: str, old: str, new: str) -> Knowledge:
    """Give a copy in which only what a rule does is changed: examples do not matter to loading."""
    return altered({file: [(old, new)]})


@pytest.mark.parametrize("id", WEAKER)
def test_a_weaker_rule_is_refuted_by_a_true_witness(id: str) -> None:
    """The person who is named really gets what they never should, through the whole of `recommend()`."""
    knowledge = _loosened(*WEAKER[id])
    result = refuted(knowledge, id)
    against = result.against[0]
    assert against.silent
    assert set(against.silent) <= set(result.compiled.guarantee.should)
    [person] = against.people
    assert evaluate(result.compiled.when, knowledge.table.encode(person))
    if against.exercises:
        left_out = {entry.exercise for entry in recommend(as_profile(person), knowledge=knowledge).excluded}
        assert left_out.isdisjoint(against.exercises)
    elif not result.made_up:
        assert Looker(knowledge).wrong(result.compiled, Looker(knowledge).look(person))


def test_a_change_of_an_exercise_is_refuted_by_name() -> None:
    """An exercise that is described as milder than it is does not slip through."""
    changed = {
        "catalog/exercises/knees-to-chest.yaml": [
            (
                _spine_of("both-knees-to-chest"),
                _spine_of("both-knees-to-chest").replace("bending: strong", "bending: mild"),
            )
        ]
    }
    against = refuted(altered(changed), "hernia-by-name").against[0]
    assert "both-knees-to-chest" in against.exercises


def _spine_of(id: str) -> str:
    text = altered_texts()["catalog/exercises/knees-to-chest.yaml"].decode()
    start = text.index(f"  - id: {id}\n")
    end = text.find("\n  - id: ", start + 1)
    return text[start:end]


def test_a_made_up_false_guarantee_is_refuted() -> None:
    """A sentence that the rules do not keep gets a person and the exercises that they may do."""
    knowledge = with_guarantee(
        """id: no-mild-arching
sentence: With a disc hernia nobody arches at all.
when: {hernia: yes}
never: {arching: mild}
should: [hernia-arching]
sources: [ilive-2025/hernia]
reading: inferred
because: A test."""
    )
    result = refuted(knowledge, "no-mild-arching")
    assert any(against.exercises for against in result.against)
    assert all(knowledge.table.encode(person) for against in result.against for person in against.people)


EMPTY = {
    "it concerns nobody": "when: {all: [{age: under 18}, {age: at least 65}]}\nnever: {arching: strong}",
    "it asks for nothing": "when: {hernia: yes}\nonly: {intensity: [gentle, moderate, demanding]}",
}


@pytest.mark.parametrize("told", EMPTY)
def test_a_guarantee_that_says_nothing_is_not_proved(told: str) -> None:
    """What nobody or no exercise can break is named, so that it is never taken for a protection."""
    text = f"id: empty\nsentence: A test.\n{EMPTY[told]}\nreading: project\nbecause: A test."
    assert told in refuted(with_guarantee(text), "empty").against[0].found


# --- two provers ---------------------------------------------------------------------------------


@needs_sat
@given(conditions())
@examples(60)
def test_both_provers_agree_about_any_condition(condition: Condition) -> None:
    """Counting finds somebody exactly where satisfiability has a model, and the model is somebody."""
    knowledge = Knowledge.shipped()
    sat = Sat(knowledge, [condition])
    person = sat.solve([sat.person.holds(condition)])
    sat.close()
    everyone = Exact(knowledge).everyone
    assert everyone.holds(condition) == (everyone.people(condition) > 0) == (person is not None)
    if person is not None:
        assert evaluate(condition, TABLE.encode(person))


@needs_sat
def test_every_model_is_a_valid_profile(knowledge: Knowledge) -> None:
    """A person from a model can be sent through `recommend()`: children and doubts fit."""
    sat = Sat(knowledge)
    for compiled in knowledge.guarantees:
        person = sat.solve([sat.person.holds(compiled.when)])
        assert person is not None
        recommend(as_profile(person))
    sat.close()


@needs_sat
def test_satisfiability_reads_what_the_engine_was_given(knowledge: Knowledge) -> None:
    """Each rule read back from the engine's own form holds for the same people as its condition."""
    exact, sat = Exact(knowledge), Sat(knowledge)
    for rule in knowledge.rules:
        if not rule.always:
            assert (sat.solve([sat.fires[rule.id]]) is not None) == exact.everyone.holds(rule.condition)
            assert sat.solve([sat.fires[rule.id], -sat.person.holds(rule.condition)]) is None
            assert sat.solve([-sat.fires[rule.id], sat.person.holds(rule.condition)]) is None
    sat.close()


@needs_sat
def test_models_are_exactly_the_people_of_a_small_questionnaire() -> None:
    """Going through all models gives every profile once, and nothing else."""
    import pysat.solvers

    table = small_table()
    bands = {v.index: tuple((code,) for code in range(len(v.codes))) for v in table.variables}
    clauses = Clauses()
    people = People(clauses, table, bands)
    named = [literal for literals in people.literals.values() for literal in literals.values()]
    found = []
    with pysat.solvers.Solver(name="cadical153", bootstrap_with=clauses.all) as solver:
        while solver.solve():
            model = set(solver.get_model())
            found.append(table.encode(people.answers(model)))
            solver.add_clause([-literal for literal in named if literal in model])
    assert len(found) == len(set(found))
    assert set(found) == {table.encode(answers) for answers in everyone(table)}


def test_people_are_counted_exactly(knowledge: Knowledge) -> None:
    """The number of profiles is what multiplying the answers gives, and parts add up to the whole."""
    exact = Exact(knowledge)
    whole = exact.everyone.people(ALWAYS)
    asked = {"pregnant": 1 + 2 * 43 * 2**14, "recent_injury": 1 + 2 * 54 * 3}
    product_of = 1
    for name, question in knowledge.table.questions.items():
        if question.parent is not None:
            continue
        if name == "conditions":  # whoever names the operation is asked for its weeks: 0 to 104, or unknown
            product_of *= 2 ** (len(question.words) - 1) * (1 + 106)
        elif question.kind == "set":
            product_of *= 2 ** len(question.words)
        elif question.kind == "choice":
            product_of *= asked.get(name, len(question.words))
        else:
            product_of *= question.highest - question.lowest + 1
    assert whole == product_of
    late, early = ({"age": text} for text in ("at least 65", "under 65"))
    parts = [exact.everyone.people(parse(raw, knowledge.table, unsure_counts=True)) for raw in (late, early)]
    assert sum(parts) == whole
    assert parts[0] * 65 == parts[1] * 56  # so many years of age each


def test_it_is_said_when_python_sat_is_not_there(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting alone proves everything, and the result says which proof was left out."""
    from recommender.review.show.proof import render_proof

    monkeypatch.setattr(proving, "available", lambda: None)
    proof = prove(knowledge, ["hernia-arching", "hernia-bending"], whole=False)
    assert proof.holds
    assert proof.provers == ("counted",)
    assert "python-sat is not installed" in render_proof(proof, knowledge)


def test_a_disagreement_of_the_provers_is_no_proof(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one prover finds someone and the other nobody, the guarantee does not count as proved."""
    if available() is None:
        pytest.skip("python-sat is not installed")
    monkeypatch.setattr(Solver, "people", lambda self, condition, none=(): 1)
    [result] = prove(knowledge, ["hernia-arching"], whole=False).results
    assert "disagree" in result.against[0].found


# --- the engine, mechanisms and whole results ------------------------------------------------------


class Forgetful:
    """An engine that loses one rule."""

    def __init__(self, engine: Engine, lost: str) -> None:
        self._engine, self._lost = engine, lost

    def fired(self, facts: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(id for id in self._engine.fired(facts) if id != self._lost)

    def read_back(self) -> Any:
        return self._engine.read_back()


def test_an_engine_that_loses_a_rule_is_found(knowledge: Knowledge) -> None:
    """The truth tables name the rule, and nobody is sent through such an engine."""
    broken = replace(knowledge, engine=Forgetful(knowledge.engine, "hernia-arching"))
    tables = truth_tables(broken)
    assert {wrong.rule for wrong in tables.wrong} == {"hernia-arching"}
    assert {wrong.background for wrong in tables.wrong} == set(tables.backgrounds)


def _with_condition(knowledge: Knowledge, id: str, raw: Any) -> Knowledge:
    """Give the knowledge with another condition of one rule, which no file could state."""
    when = parse(raw, knowledge.table, unsure_counts=False)
    rules = tuple(replace(rule, condition=when) if rule.id == id else rule for rule in knowledge.rules)
    engine = Engine({rule.id: rule.condition for rule in rules if not rule.always}, knowledge.table.variables)
    return replace(knowledge, rules=rules, engine=engine)


@needs_sat
def test_a_riskier_answer_that_frees_is_refuted_with_two_people(knowledge: Knowledge) -> None:
    """The two people differ by risk alone, and the rule speaks for the milder one only."""
    broken = _with_condition(knowledge, "demanding-with-pain", {"pain_now": "4 to 6"})
    against = refuted(broken, "more-risk-never-allows-more").against
    pairs = [one.people for one in against if one.people]
    assert pairs
    [(mild, risky)] = pairs
    rule = broken.rule("demanding-with-pain")
    assert rule is not None
    assert [evaluate(rule.condition, TABLE.encode(person)) for person in (mild, risky)] == [True, False]
    assert mild["pain_now"] < risky["pain_now"]


def test_mechanisms_find_what_breaks_them(knowledge: Knowledge) -> None:
    """A rule without a source, a stop that leaves exercises, advice that leaves out: each refutes its sentence."""

    def changed(id: str, **changes: Any) -> Knowledge:
        rules = tuple(replace(rule, **changes) if rule.id == id else rule for rule in knowledge.rules)
        return replace(knowledge, rules=rules)

    unsourced = variant(knowledge.rules_by_id["hernia-arching"].rule, sources=())
    assert refuted(changed("hernia-arching", rule=unsourced), "every-exclusion-has-a-reason")
    assert refuted(changed("under-18", excludes=knowledge.relief), "a-stop-is-a-stop")
    assert refuted(changed("acute-pain", excludes=0), "only-rest-when-only-rest")
    assert refuted(changed("first-sessions-supervised", excludes=1), "wishes-only-order")


def test_rows_show_any_three_values_together(knowledge: Knowledge) -> None:
    """Every possible triple stands in a row, a child's answers only where it is asked."""
    factors = [
        Factor("ill", "", ("no", "yes", "unsure")),
        Factor("weeks", "", (1, 9, "unknown"), "ill", "no"),
        Factor("signs", "red", (False, True)),
        Factor("signs", "blue", (False, True)),
        Factor("warnings", "hot", (False, True), "ill", "no"),
        Factor("healing", "", (1, 5, "unknown"), "signs", False, "red"),
        Factor("age", "", (10, 20, 30)),
    ]
    meaning = [(factor, value) for factor in factors for value in factor.values]
    rows = [frozenset(row) for row in covering_rows(factors)]
    shown = {triple for row in rows for triple in combinations(sorted(row), 3)}
    for three in combinations(factors, 3):
        for values in product(*(factor.values for factor in three)):
            given_values = {(factor.field, factor.word): value for factor, value in zip(three, values, strict=True)}
            above = {factor: given_values.get((factor.parent, factor.parent_word)) for factor in three if factor.parent}
            if any(value == factor.unless for factor, value in above.items()):
                continue
            wanted = tuple(sorted(meaning.index(pair) for pair in zip(three, values, strict=True)))
            assert wanted in shown
    assert len(rows) < 60


def test_covering_people_are_the_same_every_time(knowledge: Knowledge) -> None:
    """Proofs can be repeated: rows depend on nothing but the questionnaire and the rules."""
    factors = [Factor("hernia", "", ("no", "yes")), Factor("acute_pain", "", ("no", "yes")),
               Factor("age", "", (40, 70))]  # fmt: skip
    once, again = (list(people_of(covering_rows(factors), factors, knowledge)) for _ in range(2))
    assert once == again
    assert len(once) == 8


# --- a clinic's own ------------------------------------------------------------------------------

CLINIC = """topic: Own rules
name: Test Clinic
guidelines:
  - id: own-handbook
    organisation: Test Clinic
    title: Handbook
    year: 2026
    reference: Kept at the clinic
    checked: seen
    facts: [Whoever is cleared may arch.]
changes:
  - rule: hernia-arching
    because: A test.
    unless:
      when: {cleared_by_clinician: yes}
      because: A test.
      sources: [guideline/own-handbook]
    silent_for:
      - {hernia: yes, cleared_by_clinician: yes}
"""
OWN = """topic: What we hold to
guarantees:
  - id: own-curls
    sentence: With a disc hernia nobody curls up.
    when: {hernia: yes}
    never: {patterns: curl}
    reading: project
    because: A test.
"""


def test_a_clinic_that_relaxes_too_much_is_refuted(tmp_path: Path) -> None:
    """A guarantee that the clinic's own `unless` breaks is named with the person whom it frees."""
    (tmp_path / "overlay.yaml").write_text(CLINIC)
    knowledge = Knowledge.load(tmp_path)
    against = refuted(knowledge, "hernia-arching").against[0]
    [person] = against.people
    assert person["cleared_by_clinician"] == "yes"
    assert against.silent == ("hernia-arching",)
    left_out = {entry.exercise for entry in recommend(as_profile(person), knowledge=knowledge).excluded}
    assert left_out.isdisjoint(against.exercises)
    assert prove(knowledge, ["hernia-bending"], whole=False).holds


def test_a_clinic_adds_guarantees_of_its_own(tmp_path: Path) -> None:
    """What stands in the clinic's own guarantees.yaml is proved beside the shipped ones."""
    (tmp_path / "overlay.yaml").write_text("topic: Own rules\nname: Test Clinic\n")
    (tmp_path / "guarantees.yaml").write_text(OWN)
    knowledge = Knowledge.load(tmp_path)
    assert len(knowledge.guarantees) == len(Knowledge.shipped().guarantees) + 1
    assert refuted(knowledge, "own-curls").compiled.file == "guarantees.yaml"


# --- bad input -------------------------------------------------------------------------------------

ARCHING = "    never: {arching: strong}\n    new_ones_too: true\n    should: [hernia-arching]\n"
BAD = {
    "a rule that is not there": ("[hernia-arching]", "[hernia-archin]", "hernia-arching"),
    "a word of the vocabulary": ("{arching: strong}", "{arching: stron}", "strong"),
    "a word of the questionnaire": ("when: {hernia: yes}\n" + ARCHING, "when: {hernia: yess}\n" + ARCHING, "yes"),
    "two claims": (ARCHING, ARCHING + "    dose: low_end\n", "exactly one claim"),
    "no claim": (ARCHING, "    should: [hernia-arching]\n", "exactly one claim"),
    "an unknown key": (ARCHING, ARCHING + "    nevr: yes\n", "nevr"),
    "a place that is not there": (
        ARCHING + "    sources: [ilive-2025/hernia]",
        ARCHING + "    sources: [ilive-2025/herni]",
        "ilive-2025/hernia",
    ),
    "a time without an outcome": (ARCHING, ARCHING + "    how_soon: now\n", "how_soon"),
    "an id twice": ("  - id: hernia-arching\n", "  - id: hernia-bending\n", "already"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_guarantee_that_cannot_be_read_is_a_fault_with_its_line(name: str) -> None:
    """File, line and what to do are named, as for rules."""
    old, new, told = BAD[name]
    text = altered_texts()[GUARANTEES].decode()
    start = text.index("  - id: hernia-arching\n")
    end = text.index("\n  - id: ", start + 1)
    block = text[start:end]
    assert old in block
    with pytest.raises(KnowledgeError) as raised:
        altered({GUARANTEES: [(block, block.replace(old, new, 1))]})
    [fault] = raised.value.faults
    assert fault.file == GUARANTEES
    first = text[:start].count("\n") + 1
    assert fault.line is not None
    assert first <= fault.line <= first + block.count("\n") + 1
    assert told in str(fault)


def test_the_file_may_be_missing() -> None:
    """Rules without guarantees load, and guarantee nothing."""
    knowledge = altered(remove=[GUARANTEES])
    assert knowledge.guarantees == ()


# --- the command -----------------------------------------------------------------------------------


def _folder(tmp_path: Path, replaced: Mapping[str, Iterable[tuple[str, str]]]) -> Path:
    for name, raw in altered_texts(replaced).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(raw)
    return tmp_path


def test_the_command_shows_who_refutes_what(tmp_path: Path) -> None:
    """Profile, exercise and the rule that should have spoken stand there, and the exit code is 1."""
    file, old, new = WEAKER["sitting-hurts"]
    done = recommender(
        "rules", "prove", "--only", "sitting-hurts", "--knowledge", _folder(tmp_path, {file: [(old, new)]})
    )
    assert done.code == 1
    flat = " ".join(done.out.split())
    assert "REFUTED Whoever has pain in sitting does not bend strongly." in flat
    assert "for {pain_position: {sitting: worse}}" in flat or "for {pain_position: {sitting: unsure}}" in flat
    assert "childs-pose" in flat
    assert "Should have spoken: sitting-hurts-bending (rules/safety/pain-position.yaml:" in flat
    assert "1 guarantee: 0 proved, 1 refuted" in flat


def test_a_wrong_call_is_one_clear_line(tmp_path: Path) -> None:
    """An unknown guarantee and unreadable files end with 2, and nothing is proved."""
    done = recommender("rules", "prove", "--only", "hernia-archin")
    assert (done.code, done.out) == (2, "")
    assert 'Did you mean "hernia-arching"?' in done.err
    assert recommender("rules", "prove", "--knowledge", tmp_path / "nowhere").code == 2
