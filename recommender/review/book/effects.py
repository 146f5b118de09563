"""What a rule does, in words."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.review.book.words import joined, say_selector

__all__ = ["EFFECTS", "Effect", "counted", "effect_of", "say_effect"]


@dataclass(frozen=True, slots=True)
class Effect:
    """One kind of effect: its word in the book, and what it means."""

    word: str
    means: str


# From the strongest. The keys are the words of the rule files.
EFFECTS = {
    "stop": Effect("Stops", "No routine, or rest positions only. The person is told whom to see, and how soon."),
    "ask": Effect("Asks", "There is a routine, but the person is told to show it to someone first."),
    "avoid": Effect("Leaves out", "The exercises that the rule names are left out."),
    "allow_only": Effect("Allows only", "Only the exercises that the rule names are left; all others are left out."),
    "limit": Effect("Limits", "The dose stays at the low end of what the texts give."),
    "prefer": Effect("Puts first", "Of the exercises that are left, these are chosen first. Nothing is left out."),
    "defer": Effect("Puts last", "Of the exercises that are left, these are chosen last. Nothing is left out."),
    "advise": Effect("Advises", "Something is said besides the routine. Nothing is left out."),
}


def effect_of(compiled: CompiledRule) -> Effect:
    """The kind of effect of a rule."""
    return EFFECTS[compiled.effect]


def say_effect(compiled: CompiledRule, knowledge: Knowledge) -> str:
    """What the rule does, as the second half of a sentence."""
    then = compiled.rule.then
    match compiled.effect:
        case "stop":
            return _stop(compiled, knowledge)
        case "ask":
            seen = f", who looks for the cause {knowledge.outcomes.how_soon[then.how_soon]}" if then.how_soon else ""
            return f"the routine is to be shown to {knowledge.outcomes.whom[then.ask or '']} first{seen}"
        case "avoid":
            number = counted(compiled.excludes.bit_count())
            return f"{number} left out: those {say_selector(then.avoid or {}, knowledge)}"
        case "allow_only":
            number = counted(compiled.selects.bit_count())
            return f"only {number} left: those {say_selector(then.allow_only or {}, knowledge)}"
        case "limit":
            return "the dose stays at the low end of what the texts give"
        case "advise":
            return _advice(compiled, knowledge)
        case _:
            place = "first" if compiled.effect == "prefer" else "last"
            groups = then.prefer if compiled.effect == "prefer" else then.defer
            return f"exercises {_ordered([say_selector(part, knowledge) for part in groups or ()])} come {place}"


def counted(number: int) -> str:
    """So many exercises, with the verb."""
    return "1 exercise is" if number == 1 else f"{number} exercises are"


def _ordered(groups: list[str]) -> str:
    return groups[0] if len(groups) == 1 else f"in {len(groups)} groups, beginning with those {groups[0]},"


def _stop(compiled: CompiledRule, knowledge: Knowledge) -> str:
    then, outcomes = compiled.rule.then, knowledge.outcomes
    title = next((outcome.title for name, outcome in outcomes.outcomes.items() if name == then.stop), "")
    call = knowledge.calls[compiled.id]
    who = f"{outcomes.whom[call.whom]}, {outcomes.how_soon[call.how_soon]}"
    left = "only rest positions are left" if then.stop == "relief_only" else "there is no routine"
    return f"{left}: “{title}” ({who})"


def _advice(compiled: CompiledRule, knowledge: Knowledge) -> str:
    then = compiled.rule.then
    heading = knowledge.outcomes.advice.get(then.advise or "", "")
    text = f"advice is given under “{heading}”"
    if then.with_exercise:
        names = [exercise.name for id in then.with_exercise if (exercise := knowledge.exercise(id))]
        text += f", if the routine has {joined([f'“{name}”' for name in names], 'or')}"
    if then.if_routine_has:
        text += f", if the routine has exercises {say_selector(then.if_routine_has, knowledge)}"
    if then.on_steps:
        text += f", at the steps with exercises {say_selector(then.on_steps, knowledge)}"
    if then.not_when_limited:
        text += ", unless the dose is held at its low end"
    return text
