"""After a session: how it was, and what follows from that."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.follow import asking, care
from recommender.follow.asking import say
from recommender.follow.hurt import Felt, Legs, look_for_signs, show_advice, show_for_pain
from recommender.follow.player import Player
from recommender.knowledge.knowledge import Knowledge
from recommender.recommendation import Recommendation

__all__ = ["After", "how_it_was", "show_done"]

LONGEST = 24 * 60  # minutes
WORDS = {"all": "done", "part": "done in part", "skipped": "skipped", "pain": "left out, it hurt"}


@dataclass(frozen=True, slots=True)
class After:
    """The answers after a session; `lasted` are minutes of more than mild pain, None where that was not asked."""

    pain: int
    lasted: int | None
    legs: Legs
    told: care.Told | None


def show_done(player: Player, result: Recommendation) -> None:
    """Say what was done, and once more what always goes with rest positions."""
    say("")
    say("THAT IS ALL FOR TODAY." if player.state == "finished" else "THE SESSION HAS ENDED.", bold=True)
    for did in player.done:
        say(f"   {did.part.step.name}: {WORDS[did.finished]}", indent=5)
    for message in result.messages_of("advice"):
        if message.topic == result.outcome:
            say(f"- {message.text}", indent=2)


def how_it_was(result: Recommendation, knowledge: Knowledge, felt: Felt | None, *, log: bool) -> After:
    """Ask for the pain now and the legs; what was just asked when it hurt is not asked again."""
    if felt is not None:
        lasted = _lasted(knowledge) if log and felt.told is None else None
        return After(felt.pain, lasted, felt.legs, felt.told)
    pain = asking.put(knowledge.table.questions[care.PAIN])
    lasted = _lasted(knowledge) if log else None
    calm = care.calm(pain, knowledge)
    legs, told = look_for_signs(knowledge, always=not calm)
    if told is None and not calm:
        show_for_pain(pain, result, knowledge)
        say("")
        show_advice(result)
    return After(pain, lasted, legs, told)


def _lasted(knowledge: Knowledge) -> int:
    """The minutes of pain above mild; what is mild, the rules say."""
    mild = care.highest_calm(knowledge)
    ask = f"For how many minutes was the pain above {mild}? Type 0 if it was not."
    return asking.number(ask, LONGEST, "The rules for the next session ask for it.")
