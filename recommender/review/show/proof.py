"""What was proved, and who refutes what was not, in words."""

from __future__ import annotations

from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.logic.answers import nest
from recommender.output.page import Page
from recommender.review.examples import short_form
from recommender.review.finding import in_short
from recommender.review.proof.prove import Counterexample, Proof, Result

__all__ = ["proof_as_values", "render_proof"]

NAMED = 4  # exercises and people that are named
GET_SAT = "pip install 'recommender[prove]'"


def render_proof(proof: Proof, knowledge: Knowledge) -> str:
    """Every guarantee with how it stands, and what was done to prove them all."""
    page = Page(colour=True)
    for result in proof.results:
        if result.proved:
            page.text(f"{result.compiled.guarantee.sentence} {_extent(result)}", hang="proved   ")
        else:
            _refuted(page, result, knowledge)
    page.blank()
    for line in _summary(proof):
        page.text(line)
    return str(page)


def _extent(result: Result) -> str:
    """For how many people it stands."""
    if result.compiled.guarantee.mechanism is not None:
        return f"[by {result.ways[0]}; {result.seen:,} results seen]"
    made_up = ", new exercises too" if result.made_up else ""
    return f"[{_many(result.people)} profiles{made_up}]"


def _many(number: int) -> str:
    """A number that people can read."""
    if number < 10**7:
        return f"{number:,}"
    digits = str(number)
    return f"{digits[0]}.{digits[1]} x 10^{len(digits) - 1}"


def _refuted(page: Page, result: Result, knowledge: Knowledge) -> None:
    compiled = result.compiled
    page.text(compiled.guarantee.sentence, hang="REFUTED  ", bold=True)
    place = compiled.file if compiled.line is None else f"{compiled.file}:{compiled.line}"
    page.text(f"{compiled.id}, {place}", indent=9, dim=True)
    for against in result.against[:NAMED]:
        _counterexample(page, against, knowledge)
    if len(result.against) > NAMED:
        page.text(f"And {len(result.against) - NAMED} more of the kind.", indent=9)
    should = set(compiled.guarantee.should)
    for relaxed in knowledge.relaxed:
        if relaxed.rule in should:
            page.text(f"{relaxed.by} relaxes {relaxed.rule} for people with {relaxed.when}.", indent=9)


def _counterexample(page: Page, against: Counterexample, knowledge: Knowledge) -> None:
    found = against.found[:1].upper() + against.found[1:]
    page.text(f"{found}{': ' + _listed(against.exercises) if against.exercises else ''}.", indent=9)
    for person in against.people:
        page.text(in_short(short_form(person, knowledge)), indent=11, hang="for ")
    if against.silent:
        rules = (knowledge.rules_by_id[id] for id in against.silent if id in knowledge.rules_by_id)
        named = [f"{rule.id} ({rule.file}:{rule.line})" for rule in rules]
        page.text(f"Should have spoken: {' or '.join(named)}.", indent=11)


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _summary(proof: Proof) -> list[str]:
    tables, refuted = proof.tables, sum(not result.proved for result in proof.results)
    lines = [
        f"{_number(len(proof.results), 'guarantee')}: {len(proof.results) - refuted} proved, {refuted} refuted. "
        f"There are {_many(proof.people)} possible profiles, {_many(proof.cases)} when the numbers of one band "
        f"count as one. {sum(result.proofs for result in proof.results):,} single proofs, each "
        + ("by exact counting and by python-sat, and both agree." if len(proof.provers) > 1 else "by exact counting."),
        f"The real rule engine: {tables.rows:,} rows of the truth tables of {_number(tables.rules, 'rule')}, "
        f"{len(tables.backgrounds)} backgrounds, {len(tables.wrong)} wrong.",
        f"Whole results: {proof.looked_at:,} people, of whom {proof.covering:,} show any three answers together.",
    ]
    if len(proof.provers) == 1:
        lines.append(f"python-sat is not installed, so the second proof was left out: {GET_SAT}.")
    lines += [f"WRONG  {wrong.rule}, {wrong.background}: {wrong.found}." for wrong in tables.wrong[:NAMED]]
    return lines


def proof_as_values(proof: Proof, knowledge: Knowledge) -> dict[str, Any]:
    """The same as plain values. Numbers of profiles are words, as they exceed what some readers of JSON can hold."""
    return {
        "holds": proof.holds,
        "profiles": str(proof.people),
        "cases": str(proof.cases),
        "provers": list(proof.provers),
        "engine": {
            "rules": proof.tables.rules,
            "rows": proof.tables.rows,
            "backgrounds": list(proof.tables.backgrounds),
            "split": list(proof.tables.split),
            "wrong": [{"rule": wrong.rule, "found": wrong.found} for wrong in proof.tables.wrong],
        },
        "results": {"people": proof.looked_at, "covering": proof.covering},
        "guarantees": [_result_as_values(result, knowledge) for result in proof.results],
    }


def _result_as_values(result: Result, knowledge: Knowledge) -> dict[str, Any]:
    guarantee = result.compiled.guarantee
    return {
        "id": guarantee.id,
        "sentence": guarantee.sentence,
        "proved": result.proved,
        "profiles": str(result.people),
        "cases": str(result.cases),
        "proofs": result.proofs,
        "results": result.seen,
        "made_up": result.made_up,
        "ways": list(result.ways),
        "sources": list(guarantee.sources),
        "against": [
            {
                "found": against.found,
                "people": [nest(short_form(person, knowledge)) for person in against.people],
                "exercises": list(against.exercises),
                "silent": list(against.silent),
            }
            for against in result.against
        ],
    }
