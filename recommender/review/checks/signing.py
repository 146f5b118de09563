"""Checks of the signatures."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.progression import CompiledStep
from recommender.review.checks.base import Check, Review
from recommender.review.finding import Finding

__all__ = ["ChangedSinceSigned", "OverdueLook"]


def _rule(id: str, knowledge: Knowledge) -> CompiledRule | CompiledStep | None:
    return knowledge.rule(id) or knowledge.progress_rule(id)


class OverdueLook(Check):
    """A signed rule whose next look is overdue.

    What: the day in `next_look` of the latest signature has passed.

    Avoid: signing for ever.

    Prefer: a look at the rule and its sources, and a new signature with `recommender rules sign`.

    Why: evidence changes, and a signature tells what was known on its day.
    """

    id = "overdue-look"
    level = "warning"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every rule whose signature has run out."""
        for id, sign_off in sorted(review.knowledge.sign_offs.items()):
            compiled = _rule(id, review.knowledge)
            if compiled is not None and sign_off.state == "signed" and sign_off.next_look < review.today.isoformat():
                found = (
                    f"{sign_off.reviewer} signed it on {sign_off.on}; the next look was due on {sign_off.next_look}."
                )
                yield self.about_rule(compiled, found, f"Look again, then `recommender rules sign {id}`.")


class ChangedSinceSigned(Check):
    """A rule that means something else than what was signed.

    What: the fingerprint of the rule's meaning is not the one that the latest signature names.

    Avoid: changing a signed rule without telling the reviewer.

    Prefer: showing the reviewer `recommender rules diff`, and a new signature.

    Why: the rule is a draft again until someone looks; it applies all the same.
    """

    id = "changed-since-signed"
    level = "warning"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every rule whose signature no longer holds."""
        for id, sign_off in sorted(review.knowledge.sign_offs.items()):
            compiled = _rule(id, review.knowledge)
            if compiled is not None and sign_off.state == "changed":
                found = f"its meaning has changed since {sign_off.reviewer} signed it on {sign_off.on}; it is a draft."
                yield self.about_rule(compiled, found, f"Have it looked at, then `recommender rules sign {id}`.")
