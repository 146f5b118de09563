"""When it hurts: the advice first, then a few questions, then whether anything goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from recommender.follow import asking, care
from recommender.follow.asking import say
from recommender.follow.before import show_told
from recommender.knowledge.knowledge import Knowledge
from recommender.recommendation import Recommendation, Step

__all__ = [
    "IN_PROFILE",
    "LEGS",
    "Heard",
    "Legs",
    "ask_legs",
    "look_for_signs",
    "show_advice",
    "show_for_pain",
    "when_it_hurts",
]

Legs = Literal["none", "as_before", "new", "unsure"]
SIGNS, LEGS = "emergency_signs", "leg_symptoms"
IN_PROFILE = {"new": "spreading", "unsure": "unsure"}  # what these answers are called in a profile
DOUBT = ("unsure",)


@dataclass(slots=True)
class Heard:
    """What the person has said of this session so far.

    None: not asked, or no answer yet. While the questions about legs and signs wait for their answers,
    `legs` and `signs` are unsure, so that whoever leaves before answering has not said that all is well.
    `hurt`: pain has stopped the session once.
    """

    pain: int | None = None
    lasted: int | None = None
    legs: Legs = "none"
    signs: tuple[str, ...] = ()
    told: care.Told | None = None
    hurt: bool = False

    def worries(self, before: int, knowledge: Knowledge) -> bool:
        """Whether any of it must be kept, even if the person leaves; `before` is the pain at the start."""
        more = self.pain is not None and (self.pain > before or not care.calm(self.pain, knowledge))
        return self.hurt or more or bool(self.signs) or self.legs in IN_PROFILE


Ends = Literal["slip", "go_on", "stop"]


def when_it_hurts(
    step: Step, result: Recommendation, knowledge: Knowledge, heard: Heard, *, before: int, again: bool
) -> Ends:
    """Show the advice, ask, and find whether the rest of the session may go on without this `step`.

    The answers go into `heard`. `before` is the pain at the start; `again`: another exercise hurt already.
    """
    known = replace(heard)
    heard.hurt, heard.pain, heard.legs, heard.signs = True, None, "unsure", DOUBT
    say("")
    say("STOPPED. Nothing goes on by itself now.", bold=True)
    show_advice(result, knowledge, step.stop_when)
    question = knowledge.table.questions[care.PAIN]
    pain = asking.put(question, or_else={"b": "it was a slip, go back to the exercise"})
    if pain == "b":
        for name in ("hurt", "pain", "legs", "signs"):
            setattr(heard, name, getattr(known, name))
        return "slip"
    heard.pain = pain
    look_for_signs(knowledge, heard, always=True)
    if heard.told is not None:
        return "stop"
    if not care.may_go_on(result, pain, knowledge):
        show_for_pain(pain, result, knowledge)
        return "stop"
    if again and (why := care.ends_again(result, knowledge)):
        say("")
        say(why, bold=True)
        return "stop"
    return _settled(result, knowledge, pain=pain, before=before)


def show_advice(result: Recommendation, knowledge: Knowledge, stop_when: str = "") -> None:
    """Show what this person was told for pain in a session, and for the exercise: what to do at once comes first."""
    first, others = care.advice_in_pain(result, knowledge)
    for text in (*first, *filter(None, [stop_when]), *others):
        say(f"- {text}", indent=2)


def show_for_pain(pain: int, result: Recommendation, knowledge: Knowledge) -> None:
    """Show what the rules say to a pain of so much, where the result does not say it already."""
    for compiled in care.not_in(result, pain, knowledge):
        if compiled.effect == "stop":
            say("")
            say(compiled.rule.say, bold=True)


def look_for_signs(knowledge: Knowledge, heard: Heard, *, always: bool) -> None:
    """Ask for new leg symptoms and for signs that cannot wait; show at once what they demand.

    Without `always`, the signs are asked for only where the legs may be no longer as before.
    """
    if always:
        heard.signs = DOUBT
    heard.legs = ask_legs(knowledge)
    answers: dict[str, object] = {LEGS: IN_PROFILE[heard.legs]} if heard.legs in IN_PROFILE else {}
    if always or answers:
        heard.signs = DOUBT
        heard.signs = answers[SIGNS] = asking.put(knowledge.table.questions[SIGNS])
    heard.told = care.told_by(answers, knowledge)
    if heard.told is not None:
        show_told(heard.told)


def ask_legs(knowledge: Knowledge, since: str = "before the session", *, leave: bool = False) -> Legs:
    """Ask for symptoms in a leg, compared with before; `leave`: q leaves the program."""
    answers: dict[str, str] = {
        "none": "No",
        "as_before": f"Yes, as {since}",
        "new": f"Yes, and it is new, or more than {since}",
        "unsure": "I am not sure",
    }
    why = knowledge.table.questions[LEGS].why
    found = asking.choice("Do you feel pain, tingling, numbness or weakness in a leg?", answers, why, leave=leave)
    return next(word for word in get_args(Legs) if word == found)


def _settled(result: Recommendation, knowledge: Knowledge, *, pain: int, before: int) -> Ends:
    """Ask whether the pain has settled, and whether to go on without the exercise. Where it ends, say why."""
    rises = asking.yes("Is the pain still rising?", "Pain that rises ends the session.")
    calm = max(before, care.highest_calm(knowledge))
    why = "This exercise is left out today in any case. Take your time, and answer when you know."
    if rises or (pain > calm and not asking.yes(f"Rest a little. Has the pain settled to {calm} or less?", why)):
        if reason := care.ends_unsettled(result, knowledge):
            say("")
            say(reason, bold=True)
        return "stop"
    ask = "Go on with the other exercises, without this one?"
    return "go_on" if asking.yes(ask, "This exercise is left out today in any case.") else "stop"
