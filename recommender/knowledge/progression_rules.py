"""Compiles the rules of progress, and checks that their examples hold. Keeps every fault it meets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from recommender.errors import KnowledgeError, KnowledgeFault, nearest
from recommender.knowledge.progression import (
    OF_ONE_EXERCISE,
    STEPS,
    CompiledStep,
    Progress,
    ProgressFile,
    ProgressRule,
    Steps,
)
from recommender.knowledge.selectors import SelectorFault, Selectors
from recommender.logic.conditions import Condition, ConditionFault, evaluate, falling_tests, negate, parse, tests_of
from recommender.logic.facts import FactTable
from recommender.logic.questions import Questionnaire
from recommender.yaml_reader import Document, Where

__all__ = ["compile_progress"]


def compile_progress(
    models: Mapping[str, Any], documents: Mapping[str, Document], selectors: Selectors
) -> Progress | None:
    """The rules of progress, or None where there are none. Raises KnowledgeError with all faults."""
    files = {name: model for name, model in sorted(models.items()) if isinstance(model, ProgressFile)}
    steps = models.get(STEPS)
    if not isinstance(steps, Steps):
        lone = [
            documents[name].fault((), "There are rules of progress, and no steps.", f"Add {STEPS}.") for name in files
        ]
        if lone:
            raise KnowledgeError(lone)
        return None
    faults: list[KnowledgeFault] = []
    questions = tuple(fact.question() for fact in steps.facts)
    table = FactTable(Questionnaire(topic=steps.topic, intro="", unsure_note="", unknown_note="", questions=questions))
    grows = 0
    try:
        grows = selectors.compile(steps.grows)
    except SelectorFault as fault:
        faults.append(documents[STEPS].fault(("grows", *fault.where), fault.found, fault.do, "unknown-word"))
    found = [
        _compiled(rule, number, documents[name], steps=steps, table=table, faults=faults)
        for name, model in files.items()
        for number, rule in enumerate(model.rules)
    ]
    if faults:
        raise KnowledgeError(faults)
    return Progress(steps, tuple(compiled for compiled in found if compiled is not None), table, grows)


def _compiled(
    rule: ProgressRule, number: int, place: Document, *, steps: Steps, table: FactTable, faults: list[KnowledgeFault]
) -> CompiledStep | None:
    """The compiled rule; what is wrong with it joins the faults."""
    at, do = ("rules", number), rule.then.do
    try:
        condition = parse(rule.when, table, unsure_counts=do != "step_up")
    except ConditionFault as fault:
        faults.append(place.fault((*at, "when", *fault.where), fault.found, fault.do, "unknown-word"))
        return None
    reads = any(test.field == OF_ONE_EXERCISE for test in tests_of(condition))
    if reads and do in ("stop", "day_off", "start_again"):
        found = f"{rule.id} reads one exercise, and stops them all."
        faults.append(place.fault((*at, "when"), found, "Let it read the session."))
    if do == "step_up" and not reads:
        found = f"{rule.id} raises the dose of an exercise without a look at how it went."
        faults.append(place.fault((*at, "when"), found, f"Let it read `{OF_ONE_EXERCISE}`."))
    compiled = CompiledStep(rule, place.name, place.line(at), condition, reads)
    faults += _risk_faults(compiled, place, at)
    faults += _example_faults(compiled, steps, table, place, at)
    return compiled


def _risk_faults(compiled: CompiledStep, document: Document, at: Where) -> Iterator[KnowledgeFault]:
    """The tests by which a worse session would lead to more."""
    do = compiled.rule.then.do
    if do == "keep":
        return
    for test in falling_tests(negate(compiled.condition) if do == "step_up" else compiled.condition):
        said = test.said.removeprefix("not ")
        found = f"`{test.field}: {said}` lets the dose rise when the session goes worse."
        yield document.fault(
            (*at, "when"), found, "Widen or narrow the test on the riskier side.", "riskier-answer-frees"
        )


def _example_faults(
    compiled: CompiledStep, steps: Steps, table: FactTable, document: Document, at: Where
) -> Iterator[KnowledgeFault]:
    """The examples that do not hold."""
    usual = {fact.field: fact.baseline for fact in steps.facts}
    rule = compiled.rule
    for key, wanted, examples in (("fires_for", True, rule.fires_for), ("silent_for", False, rule.silent_for)):
        for number, example in enumerate(examples):
            where = (*at, key, number)
            if odd := [field for field in example if field not in usual]:
                yield document.fault(where, f'"{odd[0]}" is no fact.', nearest(odd[0], usual), "unknown-word")
                continue
            try:
                holds = _holds(compiled.condition, {**usual, **example}, table)
            except KeyError as error:
                yield document.fault(where, f"{error} is no value of its fact.", check="unknown-word")
                continue
            if holds is not wanted:
                said = "does not hold" if wanted else "holds"
                yield document.fault(where, f"{rule.id} {said} for this example.", "Change the example, or the rule.")


def _holds(condition: Condition, facts: Mapping[str, Any], table: FactTable) -> bool:
    return evaluate(condition, table.encode(facts))
