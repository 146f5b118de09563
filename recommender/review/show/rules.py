"""Rules as people read them: a list, and one rule in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from recommender.decision.decide import numbers_in
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.conditions import evaluate, parse, words
from recommender.output.page import Page
from recommender.review.examples import example_answers, examples_of

__all__ = ["render_rule", "render_rules"]


def render_rules(rules: Sequence[CompiledRule], *, colour: bool = True) -> str:
    """The rules by file, one line each."""
    page = Page(colour=colour)
    for file, group in groupby(rules, key=lambda compiled: compiled.file):
        page.blank()
        page.line(file, bold=True)
        for compiled in group:
            page.text(f"{compiled.id} ({compiled.effect}, {compiled.rule.reading}): {compiled.rule.title}.", hang="- ")
    page.blank()
    found = f"{len(rules)} rule{'' if len(rules) == 1 else 's'}"
    page.text(f"{found}. `recommender rules show ID` shows one." if rules else "No rule holds these words.")
    return str(page)


def render_rule(compiled: CompiledRule, knowledge: Knowledge, *, colour: bool = True) -> str:
    """One rule in full: what it says, when, for which exercises, why and from where."""
    page, rule = Page(colour=colour), compiled.rule
    page.text(f"{rule.title}.", bold=True)
    page.text(f"{rule.id}, {compiled.file}:{compiled.line}", dim=True)
    page.text(_signed(compiled, knowledge), dim=True)
    page.blank()
    page.text(words(compiled.when) + ".", hang="When: ")
    if rule.unless is not None:
        lifted = ", ".join(f"{key.replace('_', ' ')}: {value}" for key, value in rule.unless.when.items())
        page.text(f"{lifted}. {rule.unless.because} [{', '.join(rule.unless.sources)}]", hang="Unless: ")
    page.text(_effect(compiled, knowledge), hang="Then: ")
    _change(page, compiled, knowledge)
    page.text(rule.say, hang="Says: ")
    page.text(rule.because, hang="Because: ")
    if compiled.effect in ("avoid", "allow_only", "prefer", "defer"):
        _exercises(page, compiled, knowledge)
    _sources(page, compiled, knowledge)
    for conflict in knowledge.conflicts:
        if compiled.id in conflict.rules:
            page.heading("The texts disagree here")
            page.blank()
            page.text(
                f"{conflict.decision} (rules/conflicts.yaml, {conflict.id}; to be confirmed by: {conflict.confirm_by})"
            )
    _examples(page, compiled, knowledge)
    return str(page)


def signed_in_words(id: str, knowledge: Knowledge) -> str:
    """Whether the rule with this id is signed."""
    sign_off = knowledge.sign_off(id)
    words = {
        "draft": "Draft: nobody has signed it yet. It applies all the same.",
        "changed": f"Draft again: its meaning has changed since {sign_off.reviewer} signed it on {sign_off.on}.",
        "signed": f"Signed by {sign_off.reviewer} on {sign_off.on}; next look {sign_off.next_look}.",
    }
    return words[sign_off.state]


def _signed(compiled: CompiledRule, knowledge: Knowledge) -> str:
    """Whether the rule is signed, and whether a clinic may relax it."""
    fixed = compiled.rule.fixed or compiled.rule.then.stop == "emergency"
    return signed_in_words(compiled.id, knowledge) + (" No clinic can relax it." if fixed else "")


def _change(page: Page, compiled: CompiledRule, knowledge: Knowledge) -> None:
    """What a clinic changes in the rule."""
    change = compiled.change
    if change is None:
        return
    page.blank()
    page.text(f"{knowledge.overlay} changes this rule. {change.because}{_cited(change.sources)}", bold=True)
    if change.also_when is not None:
        more = words(parse(change.also_when, knowledge.table, unsure_counts=True))
        page.text(f"{more}.", hang="Also when: ")
    if change.also_avoid is not None:
        page.text(f"what has {selector_in_words(change.also_avoid)}.", hang="Also leaves out: ")
    for relaxed in knowledge.relaxed:
        if relaxed.rule == compiled.id:
            page.text(f"{relaxed.when}. {relaxed.because}{_cited(relaxed.sources)}", hang="Relaxed for: ")
    page.blank()


def _cited(sources: Sequence[str]) -> str:
    return f" [{', '.join(sources)}]" if sources else ""


def _effect(compiled: CompiledRule, knowledge: Knowledge) -> str:
    then, outcomes = compiled.rule.then, knowledge.outcomes
    match compiled.effect:
        case "stop":
            call = knowledge.calls[compiled.id]
            seen = f"{outcomes.whom[call.whom]}, {outcomes.how_soon[call.how_soon]}"
            return f"no routine; the outcome is at least {then.stop}, {seen}."
        case "ask":
            seen = f", who looks for the cause {outcomes.how_soon[then.how_soon]}" if then.how_soon else ""
            return f"the routine is shown to {outcomes.whom[then.ask or 'doctor']} first{seen}."
        case "avoid":
            return f"leaves out what has {selector_in_words(then.avoid)}."
        case "allow_only":
            return f"leaves only what has {selector_in_words(then.allow_only)}."
        case "limit":
            return "the dose stays at the low end of what the texts give."
        case "advise":
            return f"this advice is given under {outcomes.advice[then.advise or '']!r}."
        case _:
            place = "first" if compiled.effect == "prefer" else "last"
            return f"among the exercises that are left, these come {place} (rank: {then.rank})."


def selector_in_words(selector: Any) -> str:
    """A selector as its file states it, in one line."""
    parts = []
    for key, value in selector.items():
        if key == "any_of":
            parts.append(" or ".join(selector_in_words(part) for part in value))
        elif key == "term":
            words = value if isinstance(value, list) else [value]
            parts.append(" or ".join(str(word).replace("_", " ") for word in words))
        else:
            parts.append(
                f"{key}: {' or '.join(map(str, value)) if isinstance(value, list) else value}".replace("_", " ")
            )
    return " and ".join(parts)


def _exercises(page: Page, compiled: CompiledRule, knowledge: Knowledge) -> None:
    mask = compiled.excludes if compiled.effect in ("avoid", "allow_only") else compiled.selects
    names = [knowledge.exercises[number].name for number in numbers_in(mask)]
    allowed = compiled.effect == "allow_only"
    if allowed:
        page.heading("Exercises that are left")
        page.blank()
        page.text("; ".join(knowledge.exercises[number].name for number in numbers_in(compiled.selects)) + ".")
    page.heading(f"{len(names)} exercise{'' if len(names) == 1 else 's'}{' that are left out' if allowed else ''}")
    page.blank()
    page.text(", ".join(names) + "." if names else "No exercise of the catalogue: the rule guards against new ones.")


def _sources(page: Page, compiled: CompiledRule, knowledge: Knowledge) -> None:
    page.heading("Sources")
    page.blank()
    page.text(f"Read as: {compiled.rule.reading} ({knowledge.outcomes.readings[compiled.rule.reading]}).")
    for at in compiled.rule.sources:
        page.text(f"{at}:", hang="- ")
        for said in _said_at(at, compiled, knowledge):
            page.text(said, indent=4)


def _said_at(at: str, compiled: CompiledRule, knowledge: Knowledge) -> list[str]:
    """What the ledger or the guidance says at this place; statements that name the rule come alone if there are any."""
    document, _, place = at.partition("/")
    if document == "guideline":
        return [fact for guideline in knowledge.guidelines if guideline.id == place for fact in guideline.facts]
    section, _, item = place.partition("#")
    found = [
        statement
        for ledger in knowledge.ledgers
        if ledger.document == document
        for entry in ledger.sections
        if entry.id == section
        for statement in entry.statements
        if (str(statement.item) == item if item else statement.item is None)
    ]
    named = [statement for statement in found if compiled.id in statement.by]
    return [statement.says for statement in named or found]


def _examples(page: Page, compiled: CompiledRule, knowledge: Knowledge) -> None:
    for title, word in (("Holds for", "fires_for"), ("Does not hold for", "silent_for")):
        examples = [example for key, example in examples_of(compiled) if key == word]
        if compiled.change is not None:  # which may turn examples of the rule below it round
            examples = [
                example for example in examples if _holds(compiled, example, knowledge) == (word == "fires_for")
            ]
        if examples:
            page.heading(title)
            for example in examples:
                text = (
                    ", ".join(f"{key}: {_plain(value)}" for key, value in example.items())
                    or "a healthy person without pain"
                )
                page.text(text, hang="- ")


def _holds(compiled: CompiledRule, example: Mapping[str, Any], knowledge: Knowledge) -> bool:
    return evaluate(compiled.condition, knowledge.table.encode(example_answers(example, knowledge)))


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {inner}" for key, inner in value.items()) + "}"
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, list) else str(value)
