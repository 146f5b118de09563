"""What is asked and said around a session: before it, when it hurts, and after it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, get_args

import click

from recommender.decision.pipeline import recommend
from recommender.decision.recommendation import Recommendation, Step
from recommender.follow.pain import (
    PAIN,
    Referral,
    advice_in_pain,
    ends_again,
    ends_unsettled,
    highest_calm,
    is_calm,
    may_go_on,
    not_in,
    referral_of,
)
from recommender.follow.player import Player
from recommender.follow.screen import keys_in_words
from recommender.follow.script import Script
from recommender.kept.result import with_answers
from recommender.kept.weeks import answers_on
from recommender.knowledge.knowledge import Knowledge
from recommender.output.formats import exit_code, rendered
from recommender.output.page import Page, clock
from recommender.terminal.prompting import choice, enter, number, put, tell, yes

__all__ = [
    "DOUBT",
    "IN_PROFILE",
    "LEGS",
    "SIGNS",
    "Legs",
    "SessionAnswers",
    "ask_legs",
    "end_without_exercise",
    "how_it_was",
    "pain_of_today",
    "ready_to_begin",
    "show_done",
    "show_referral",
    "shown_first",
    "when_it_hurts",
]

Legs = Literal["none", "as_before", "new", "unsure"]
SIGNS, LEGS = "emergency_signs", "leg_symptoms"
IN_PROFILE = {"new": "spreading", "unsure": "unsure"}  # what these answers are called in a profile
DOUBT = ("unsure",)
LONGEST = 24 * 60  # minutes
DONE = {"all": "follow.done", "part": "follow.done_in_part", "skipped": "follow.skipped", "pain": "follow.left_out"}


# --- before ---------------------------------------------------------------------------------------


def end_without_exercise(result: Recommendation, knowledge: Knowledge) -> None:
    """Show a result that holds nothing to follow, what to do now first, and end."""
    click.echo(rendered(result, "text", knowledge, brief=True))
    sys.exit(exit_code(result))


def show_referral(referral: Referral) -> None:
    """Show what must be done now."""
    page = Page(colour=True)
    page.box(
        referral.title,
        [" ".join(referral.now), *referral.why],
        fg="red" if referral.outcome == "emergency" else "yellow",
    )
    click.echo(f"\n{page}")


def shown_first(result: Recommendation, knowledge: Knowledge) -> bool:
    """Where a rule asks to show the routine to someone first: say so, and ask whether that was done."""
    if not result.show_to_clinician_first:
        return True
    tell("")
    tell(knowledge.outcomes.show_first, bold=True)
    for message in result.messages_of("ask"):
        if message.answers:
            tell(f"- {message.text} {message.unsure}".rstrip(), indent=2)
    say = knowledge.say
    return yes(say("follow.clinician_agreed"), say("follow.why_clinician"), say, leave=True)


def pain_of_today(
    result: Recommendation, profile: Mapping[str, Any] | None, knowledge: Knowledge, day: date
) -> tuple[Recommendation, Mapping[str, Any] | None, int]:
    """Ask for the pain now. Gives what is recommended with it, the answers of today, and the pain.

    A pain above that of the answers makes the result anew; a lower one does not, so that a good
    hour lets nothing in. `profile` is None for a saved result, whose answers stand in it. Ends the
    program where the pain leaves nothing to follow.
    """
    pain = put(knowledge.table.questions[PAIN], knowledge.say, leave=True)
    known = result.profile if profile is None else profile
    before = None if known is None else known.get(PAIN)
    if known is None or (isinstance(before, int) and pain <= before):
        return result, profile, pain
    if profile is None:
        answers = {**answers_on(result, knowledge, day), PAIN: pain}
        today = with_answers(result, answers, knowledge)
    else:
        answers = {**profile, PAIN: pain}
        today = recommend(answers, knowledge=knowledge)
    if not today.routine:
        end_without_exercise(today, knowledge)
    if today.routine != result.routine:
        tell("")
        tell(knowledge.say("follow.other_with_pain", pain=pain))
        if result.adapted_on is not None and today.adapted_on is None:
            tell(knowledge.say("follow.without_log"))
    return today, None if profile is None else answers, pain


def ready_to_begin(result: Recommendation, script: Script, knowledge: Knowledge, *, bell: bool) -> bool:
    """Show what is needed and how to stop, and wait for Enter. Gives whether to begin."""
    say, kit = knowledge.say, list(dict.fromkeys(word for part in script.parts for word in part.kit))
    what = "follow.exercises" if result.outcome == "routine" else "follow.rest_positions"
    tell("")
    tell(say(what, title=result.title, n=len(script.parts), time=clock(script.seconds)).upper(), bold=True)
    for sentence in result.now:
        tell(sentence)
    for message in result.messages_of("advice"):
        if message.topic == result.outcome:  # what is always said with rest positions
            tell(f"- {message.text}", indent=2)
    for order, part in enumerate(script.parts, start=1):
        tell(f"{order:2}  {part.step.name}, {part.position}", indent=4)
    start = knowledge.vocabulary.title("start_position", script.starts_from)
    needs = say("follow.you_need", kit=", ".join(kit)) if kit else say("follow.you_need_room")
    tell(f"{needs} {say('follow.you_start', position=start)}")
    tell("")
    tell(say("follow.how_to_stop", keys=", ".join(keys_in_words(say))))
    if bell:
        tell(say("follow.bell"))
    tell(say("follow.else_changed"))
    tell("")
    return enter(say("follow.enter_begins")) not in ("q", "quit", "n", "no")


# --- when it hurts --------------------------------------------------------------------------------


@dataclass(slots=True)
class SessionAnswers:
    """What the person has said of this session so far.

    None: not asked, or no answer yet. While the questions about legs and signs wait for their answers,
    `legs` and `signs` are unsure, so that whoever leaves before answering has not said that all is well.
    `hurt`: pain has stopped the session once.
    """

    pain: int | None = None
    lasted: int | None = None
    legs: Legs = "none"
    signs: tuple[str, ...] = ()
    referral: Referral | None = None
    hurt: bool = False

    def worries(self, before: int, knowledge: Knowledge) -> bool:
        """Whether any of it must be kept, even if the person leaves; `before` is the pain at the start."""
        more = self.pain is not None and (self.pain > before or not is_calm(self.pain, knowledge))
        return self.hurt or more or bool(self.signs) or self.legs in IN_PROFILE


Ends = Literal["slip", "go_on", "stop"]


def when_it_hurts(
    step: Step, result: Recommendation, knowledge: Knowledge, heard: SessionAnswers, *, before: int, again: bool
) -> Ends:
    """Show the advice, ask, and find whether the rest of the session may go on without this `step`.

    The answers go into `heard`. `before` is the pain at the start; `again`: another exercise hurt already.
    """
    known = replace(heard)
    heard.hurt, heard.pain, heard.legs, heard.signs = True, None, "unsure", DOUBT
    tell("")
    tell(knowledge.say("follow.stopped"), bold=True)
    show_advice(result, knowledge, step.stop_when)
    question = knowledge.table.questions[PAIN]
    pain = put(question, knowledge.say, or_else={"b": knowledge.say("follow.it_was_a_slip")})
    if pain == "b":
        for name in ("hurt", "pain", "legs", "signs"):
            setattr(heard, name, getattr(known, name))
        return "slip"
    heard.pain = pain
    look_for_signs(knowledge, heard, always=True)
    if heard.referral is not None:
        return "stop"
    if not may_go_on(result, pain, knowledge):
        show_for_pain(pain, result, knowledge)
        return "stop"
    if again and (why := ends_again(result, knowledge)):
        tell("")
        tell(why, bold=True)
        return "stop"
    return _settled(result, knowledge, pain=pain, before=before)


def show_advice(result: Recommendation, knowledge: Knowledge, stop_when: str = "") -> None:
    """Show what this person was told for pain in a session, and for the exercise: what to do at once comes first."""
    first, others = advice_in_pain(result, knowledge)
    for text in (*first, *filter(None, [stop_when]), *others):
        tell(f"- {text}", indent=2)


def show_for_pain(pain: int, result: Recommendation, knowledge: Knowledge) -> None:
    """Show what the rules say to a pain of so much, where the result does not say it already."""
    for compiled in not_in(result, pain, knowledge):
        if compiled.effect == "stop":
            tell("")
            tell(compiled.rule.say, bold=True)


def look_for_signs(knowledge: Knowledge, heard: SessionAnswers, *, always: bool) -> None:
    """Ask for new leg symptoms and for signs that cannot wait; show at once what they demand.

    Without `always`, the signs are asked for only where the legs may be no longer as before.
    """
    if always:
        heard.signs = DOUBT
    heard.legs = ask_legs(knowledge)
    answers: dict[str, object] = {LEGS: IN_PROFILE[heard.legs]} if heard.legs in IN_PROFILE else {}
    if always or answers:
        heard.signs = DOUBT
        heard.signs = answers[SIGNS] = put(knowledge.table.questions[SIGNS], knowledge.say)
    heard.referral = referral_of(answers, knowledge)
    if heard.referral is not None:
        show_referral(heard.referral)


def ask_legs(knowledge: Knowledge, *, of_last: bool = False, leave: bool = False) -> Legs:
    """Ask for symptoms in a leg, compared with before this session, or the last one; `leave`: q leaves the program."""
    say = knowledge.say
    answers: dict[str, str] = {
        "none": say("ask.no"),
        "as_before": say("follow.legs_as_before_that" if of_last else "follow.legs_as_before"),
        "new": say("follow.legs_new_since_that" if of_last else "follow.legs_new"),
        "unsure": say("follow.not_sure"),
    }
    why = knowledge.table.questions[LEGS].why
    found = choice(say("follow.legs"), answers, why, say, leave=leave)
    return next(word for word in get_args(Legs) if word == found)


def _settled(result: Recommendation, knowledge: Knowledge, *, pain: int, before: int) -> Ends:
    """Ask whether the pain has settled, and whether to go on without the exercise. Where it ends, say why."""
    say = knowledge.say
    rises = yes(say("follow.still_rising"), say("follow.why_rising"), say)
    calm = max(before, highest_calm(knowledge))
    settled = say("follow.has_settled", pain=calm)
    if rises or (pain > calm and not yes(settled, say("follow.why_settled"), say)):
        if reason := ends_unsettled(result, knowledge):
            tell("")
            tell(reason, bold=True)
        return "stop"
    return "go_on" if yes(say("follow.go_on"), say("follow.why_go_on"), say) else "stop"


# --- after ----------------------------------------------------------------------------------------


def show_done(player: Player, result: Recommendation) -> None:
    """Say what was done, and once more what always goes with rest positions."""
    tell("")
    say = player.script.say
    tell(say("follow.all_for_today" if player.state == "finished" else "follow.session_over"), bold=True)
    for did in player.done:
        tell(f"   {did.part.step.name}: {say(DONE[did.finished])}", indent=5)
    for message in result.messages_of("advice"):
        if message.topic == result.outcome:
            tell(f"- {message.text}", indent=2)


def how_it_was(
    result: Recommendation, knowledge: Knowledge, heard: SessionAnswers, *, just_asked: bool, log: bool
) -> None:
    """Ask for the pain now and the legs, into `heard`; `just_asked`: it hurt, and they were asked for there."""
    if just_asked:
        heard.lasted = _lasted(knowledge) if log and heard.referral is None else None
        return
    heard.pain = put(knowledge.table.questions[PAIN], knowledge.say)
    calm = is_calm(heard.pain, knowledge)
    if not calm:
        heard.legs, heard.signs = "unsure", DOUBT  # until they are answered below
    heard.lasted = _lasted(knowledge) if log else None
    look_for_signs(knowledge, heard, always=not calm)
    if heard.referral is None and not calm:
        show_for_pain(heard.pain, result, knowledge)
        tell("")
        show_advice(result, knowledge)


def _lasted(knowledge: Knowledge) -> int:
    """The minutes of pain above mild; what is mild, the rules say."""
    say = knowledge.say
    return number(say("follow.how_long", pain=highest_calm(knowledge)), LONGEST, say("follow.why_how_long"), say)
