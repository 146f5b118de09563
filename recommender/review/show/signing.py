"""What is signed, in words."""

from __future__ import annotations

from datetime import date

from recommender.knowledge.knowledge import Knowledge
from recommender.output.page import Page

__all__ = ["render_signing"]


def render_signing(knowledge: Knowledge, today: date) -> str:
    """How many rules are signed, which fell back to draft, and which want another look."""
    page = Page(colour=True)
    steps = knowledge.progress.rules if knowledge.progress is not None else ()
    states = {compiled.id: knowledge.sign_off(compiled.id) for compiled in knowledge.rules}
    of_steps = {compiled.id: knowledge.sign_off(compiled.id) for compiled in steps}
    both = {**states, **of_steps}
    signed = {id: sign_off for id, sign_off in both.items() if sign_off.state == "signed"}
    changed = {id: sign_off for id, sign_off in both.items() if sign_off.state == "changed"}
    safety = [compiled for compiled in knowledge.rules if compiled.rule.safety]
    count = sum(id in signed for id in states)
    page.text(
        f"{count} of {len(states)} rules are signed; of the {len(safety)} rules that protect, "
        f"{sum(compiled.id in signed for compiled in safety)}. The others are drafts, and apply all the same."
    )
    if of_steps:
        count = sum(id in signed for id in of_steps)
        page.text(f"Of the {len(of_steps)} rules that read the log, {count}.")
    if changed:
        page.heading("Drafts again, since their meaning has changed")
        for id, sign_off in changed.items():
            page.text(f"{id}: signed by {sign_off.reviewer} on {sign_off.on}.", hang="- ")
    if signed:
        page.heading("Signed")
        for id, sign_off in signed.items():
            due = " This is overdue." if sign_off.next_look < today.isoformat() else ""
            text = f"{id}: {sign_off.reviewer}, {sign_off.on}; next look {sign_off.next_look}.{due}"
            page.text(f"{text} {sign_off.note}".rstrip(), hang="- ")
    page.blank()
    page.text('`recommender rules sign ID --reviewer "Name, profession"` shows a rule and signs it.')
    return str(page)
