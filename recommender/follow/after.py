"""After a session: how it was, and what follows from that."""

from __future__ import annotations

from recommender.follow import asking, care
from recommender.follow.asking import say
from recommender.follow.hurt import DOUBT, Heard, look_for_signs, show_advice, show_for_pain
from recommender.follow.player import Player
from recommender.knowledge.knowledge import Knowledge
from recommender.recommendation import Recommendation

__all__ = ["how_it_was", "show_done"]

LONGEST = 24 * 60  # minutes
WORDS = {"all": "done", "part": "done in part", "skipped": "skipped", "pain": "left out, it hurt"}


def show_done(player: Player, result: Recommendation) -> None:
    """Say what was done, and once more what always goes with rest positions."""
    say("")
    say("THAT IS ALL FOR TODAY." if player.state == "finished" else "THE SESSION HAS ENDED.", bold=True)
    for did in player.done:
        say(f"   {did.part.step.name}: {WORDS[did.finished]}", indent=5)
    for message in result.messages_of("advice"):
        if message.topic == result.outcome:
            say(f"- {message.text}", indent=2)


def how_it_was(result: Recommendation, knowledge: Knowledge, heard: Heard, *, just_asked: bool, log: bool) -> None:
    """Ask for the pain now and the legs, into `heard`; `just_asked`: it hurt, and they were asked for there."""
    if just_asked:
        heard.lasted = _lasted(knowledge) if log and heard.told is None else None
        return
    heard.pain = asking.put(knowledge.table.questions[care.PAIN])
    calm = care.calm(heard.pain, knowledge)
    if not calm:
        heard.legs, heard.signs = "unsure", DOUBT  # until they are answered below
    heard.lasted = _lasted(knowledge) if log else None
    look_for_signs(knowledge, heard, always=not calm)
    if heard.told is None and not calm:
        show_for_pain(heard.pain, result, knowledge)
        say("")
        show_advice(result, knowledge)


def _lasted(knowledge: Knowledge) -> int:
    """The minutes of pain above mild; what is mild, the rules say."""
    mild = care.highest_calm(knowledge)
    ask = f"For how many minutes was the pain above {mild}? Type 0 if it was not."
    return asking.number(ask, LONGEST, "The rules for the next session ask for it.")
