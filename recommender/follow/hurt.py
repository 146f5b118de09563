"""When it hurts: the advice first, then a few questions, then whether anything goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from recommender.follow import asking, care
from recommender.follow.asking import say
from recommender.follow.before import show_told
from recommender.knowledge.knowledge import Knowledge
from recommender.recommendation import Recommendation, Step

__all__ = ["Felt", "Legs", "ask_legs", "look_for_signs", "show_advice", "show_for_pain", "when_it_hurts"]

Legs = Literal["none", "as_before", "new", "unsure"]
SIGNS, LEGS = "emergency_signs", "leg_symptoms"
IN_PROFILE = {"new": "spreading", "unsure": "unsure"}  # what these answers are called in a profile
WHY_LEGS = "New pain, numbness or weakness in a leg can mean that a nerve is under pressure."


@dataclass(frozen=True, slots=True)
class Felt:
    """What the person said after a stop because of pain; `slip` means that it was none."""

    slip: bool = False
    pain: int = 0
    legs: Legs = "none"
    told: care.Told | None = None
    go_on: bool = False


def when_it_hurts(step: Step, result: Recommendation, knowledge: Knowledge) -> Felt:
    """Show the advice, ask, and find whether the rest of the session may go on without this `step`."""
    say("")
    say("STOPPED. Nothing goes on by itself now.", bold=True)
    say(f"- {step.stop_when}", indent=2)
    show_advice(result)
    question = knowledge.table.questions[care.PAIN]
    pain = asking.put(question, or_else={"b": "it was a slip, go back to the exercise"})
    if pain == "b":
        return Felt(slip=True)
    legs, told = look_for_signs(knowledge, always=True)
    may = told is None and legs not in IN_PROFILE and care.may_go_on(result, pain, knowledge)
    go_on = may and _settled()
    if told is None and not go_on:
        show_for_pain(pain, result, knowledge)
    return Felt(pain=pain, legs=legs, told=told, go_on=go_on)


def show_advice(result: Recommendation) -> None:
    """Show what this person was told for pain in a session."""
    for message in care.advice_in_pain(result):
        say(f"- {message.text}", indent=2)


def show_for_pain(pain: int, result: Recommendation, knowledge: Knowledge) -> None:
    """Show what the rules say to a pain of so much, where the result does not say it already."""
    for compiled in care.not_in(result, pain, knowledge):
        if compiled.effect == "stop":
            say("")
            say(compiled.rule.say, bold=True)


def look_for_signs(knowledge: Knowledge, *, always: bool) -> tuple[Legs, care.Told | None]:
    """Ask for new leg symptoms and for signs that cannot wait; show at once what they demand.

    Without `always`, the signs are asked for only where the legs may be no longer as before.
    """
    legs = ask_legs()
    answers: dict[str, object] = {LEGS: IN_PROFILE[legs]} if legs in IN_PROFILE else {}
    if always or answers:
        answers[SIGNS] = asking.put(knowledge.table.questions[SIGNS])
    told = care.told_by(answers, knowledge)
    if told is not None:
        show_told(told)
    return legs, told


def ask_legs(since: str = "before the session") -> Legs:
    """Ask for symptoms in a leg, compared with before."""
    answers: dict[str, str] = {
        "none": "No",
        "as_before": f"Yes, as {since}",
        "new": f"Yes, and it is new, or more than {since}",
        "unsure": "I am not sure",
    }
    found = asking.choice("Do you feel pain, tingling, numbness or weakness in a leg?", answers, WHY_LEGS)
    return next(word for word in get_args(Legs) if word == found)


def _settled() -> bool:
    """Ask whether the pain has stopped rising, and whether to go on without the exercise."""
    if asking.yes("Is the pain still rising?", "Pain that rises ends the session."):
        return False
    ask = "Go on with the other exercises, without this one?"
    return asking.yes(ask, "This exercise is left out today in any case.")
