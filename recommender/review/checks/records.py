"""Checks that the ledgers, the register, the rules and the catalogue tell the same story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from recommender.decision.decide import decide, numbers_in
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.overlay import OVERLAY
from recommender.knowledge.progression import STEPS, CompiledStep, Steps
from recommender.knowledge.records import Statement
from recommender.review.checks.base import Check, Review, steps_of
from recommender.review.finding import Finding
from recommender.yaml_reader import Where

__all__ = [
    "CitationNotInLedger",
    "KitWithoutRule",
    "LeftOutButNamed",
    "SourceNotInLedger",
    "UnregisteredConflict",
    "UnregisteredExclusion",
]

REGISTER = "rules/conflicts.yaml"
GUIDANCE = "guideline/"
Statements = Mapping[str, tuple[Statement, ...]]
CARRIER = "steps"  # as ledgers name the size and the limits of the steps


def _statements(knowledge: Knowledge) -> Statements:
    """The statements at each place: an item's own, and for a section all of its statements."""
    found: dict[str, list[Statement]] = {}
    for ledger in knowledge.ledgers:
        for section in ledger.sections:
            at = f"{ledger.document}/{section.id}"
            for statement in section.statements:
                found.setdefault(at, []).append(statement)
                if statement.item is not None:
                    found.setdefault(f"{at}#{statement.item}", []).append(statement)
    return {at: tuple(statements) for at, statements in found.items()}


def _ledger_file(locator: str) -> str:
    return f"rules/sources/{locator.split('/', maxsplit=1)[0]}.yaml"


def _answered(at: str, id: str, statements: Statements) -> bool:
    """Whether a statement at this place names what cites it; guidance has no ledger."""
    return at.startswith(GUIDANCE) or any(id in statement.by for statement in statements.get(at, ()))


def _cited(compiled: CompiledRule) -> list[str]:
    """Every place that a rule cites, and what a clinic changes in it."""
    unless, change = compiled.rule.unless, compiled.change
    cited = [*compiled.rule.sources, *(unless.sources if unless else ())]
    if change is not None:
        cited += [*change.sources, *(change.unless.sources if change.unless else ())]
    return cited


class SourceNotInLedger(Check):
    """A rule whose sources no ledger knows.

    What: a rule cites a place of a text, and no statement that the ledger has there names the rule in `by`.

    Avoid: a locator that is off by one, or swapped with that of another rule.

    Prefer: the place that says it, and the rule's id in `by` of the very statement.

    Why: a reviewer who follows the source must find the sentence that the rule rests on.
    """

    id = "source-not-in-ledger"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every citation of a rule, or of the steps, that its ledger does not answer."""
        knowledge = review.knowledge
        statements = _statements(knowledge)
        for compiled in knowledge.rules:
            yield from self._of_rule(compiled, _cited(compiled), statements)
        for step in steps_of(knowledge):
            yield from self._of_rule(step, step.rule.sources, statements)
        if knowledge.progress is not None:
            yield from self._of_steps(knowledge.progress.steps, knowledge, statements)

    def _of_rule(
        self, compiled: CompiledRule | CompiledStep, cited: Iterable[str], statements: Statements
    ) -> Iterator[Finding]:
        for at in cited:
            if not _answered(at, compiled.id, statements):
                found = f"it cites {at}, but no statement there names it."
                do = f"Correct the source, or add the rule to `by` in {_ledger_file(at)}."
                yield self.about_rule(compiled, found, do)

    def _of_steps(self, steps: Steps, knowledge: Knowledge, statements: Statements) -> Iterator[Finding]:
        """The same for the size and the limits of the steps, which ledgers name all at once."""
        cited: list[tuple[Where, tuple[str, ...]]] = [
            (("steps_sources",), steps.steps_sources),
            *((("beyond", n, "sources"), beyond.sources) for n, beyond in enumerate(steps.beyond)),
            (("low_end", "sources"), steps.low_end.sources),
        ]
        for where, places in cited:
            for at in places:
                if not _answered(at, CARRIER, statements):
                    found = f"`{where[0]}` cites {at}, but no statement there names `{CARRIER}`."
                    do = f"Correct the source, or add `{CARRIER}` to `by` in {_ledger_file(at)}."
                    yield self.about_file((STEPS, *where), knowledge, found, do)


class CitationNotInLedger(Check):
    """An exercise that cites an item whose ledger entry does not name it.

    What: an exercise has an item of a text among its sources, and the statements of that item do not name it in `by`.

    Avoid: a locator that is off by one, or swapped with that of the next exercise.

    Prefer: the item that describes the exercise, and the exercise in its `by`.

    Why: dose and safety words come from that place.
    """

    id = "citation-not-in-ledger"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every citation of an exercise that its ledger does not answer."""
        statements = _statements(review.knowledge)
        for exercise in review.knowledge.exercises:
            for at in exercise.locators:
                if "#" not in at or any(exercise.id in statement.by for statement in statements.get(at, ())):
                    continue
                found = f"it cites {at}, but no statement there names it."
                do = f"Correct the source, or add the exercise to `by` in {_ledger_file(at)}."
                yield self.about_exercise(exercise.id, review.knowledge, found, do)


class LeftOutButNamed(Check):
    """A statement that is left out, and names exercises that carry it.

    What: a ledger entry with the outcome left_out and an exercise in `by`.

    Avoid: both at once.

    Prefer: encoded, if the exercise carries it; no `by`, if it is left out.

    Why: one of the two is wrong, and the reader cannot know which.
    """

    id = "left-out-but-named"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every such statement."""
        knowledge = review.knowledge
        for ledger in knowledge.ledgers:
            name = f"rules/sources/{ledger.document}.yaml"
            for s, section in enumerate(ledger.sections):
                for n, statement in enumerate(section.statements):
                    if statement.outcome == "left_out" and any(knowledge.exercise(id) for id in statement.by):
                        found = f"{section.id}: a statement is left out, but exercises are named in `by`."
                        place = (name, "sections", s, "statements", n)
                        yield self.about_file(place, knowledge, found, "Correct one of the two.")


class UnregisteredExclusion(Check):
    """An exercise that a text offers and a rule leaves out for everyone, without an entry in the register.

    What: a rule for everyone leaves out an exercise of the catalogue that no entry of rules/conflicts.yaml names.

    Avoid: leaving out in silence what a text recommends.

    Prefer: an entry with both sides, the decision, why, and who must confirm it.

    Why: this is where the texts disagree, and a clinician must be able to disagree with us.
    """

    id = "unregistered-exclusion"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every exercise that is out for everyone and not registered."""
        knowledge = review.knowledge
        registered = {id for conflict in knowledge.conflicts for id in conflict.exercises}
        own = knowledge.documents[OVERLAY].data.get("rules", {}) if OVERLAY in knowledge.documents else {}
        for compiled in knowledge.rules:
            if not compiled.always or compiled.file.removeprefix("rules/") in own:
                continue  # the register belongs to the base, which a clinic does not edit
            for number in numbers_in(compiled.excludes):
                id = knowledge.exercises[number].id
                if id not in registered:
                    found = f"a text offers it, and {compiled.id} leaves it out for everyone."
                    yield self.about_exercise(id, knowledge, found, f"Add it to {REGISTER}.")


class UnregisteredConflict(Check):
    """Texts that disagree, without an entry in the register.

    What: a preference that rests on a text puts exercises first for some people, and rules leave one of these
    exercises out for every one of the same people, whatever their age and level, and no entry names the exercise.

    Avoid: a set that a text wrote for a condition, half of which nobody with that condition ever gets, in silence.

    Prefer: an entry in rules/conflicts.yaml with both sides, the decision, why, and who must confirm it.

    Why: the people for whom the text was written do not get what it says, and a reviewer should see that.
    """

    id = "unregistered-conflict"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every exercise that its own people never get and that is not registered."""
        knowledge = review.knowledge
        registered = {id for conflict in knowledge.conflicts for id in conflict.exercises}
        everyone = 0  # what is out for everyone is found by another check
        for compiled in knowledge.rules:
            everyone |= compiled.excludes if compiled.always else 0
        for compiled in knowledge.rules:
            if compiled.effect != "prefer" or all(at.startswith(GUIDANCE) for at in compiled.rule.sources):
                continue
            for number in numbers_in(compiled.selects & _never_allowed(compiled, review) & ~everyone):
                id = knowledge.exercises[number].id
                if id not in registered:
                    found = f"{compiled.id} puts {id} first, and rules leave it out for all of the same people."
                    do = f"Add it to {REGISTER}, or narrow the preference."
                    yield self.about_file((REGISTER,), knowledge, found, do, compiled.id)


def _never_allowed(compiled: CompiledRule, review: Review) -> int:
    """The exercises that are out even for the mildest people for whom the rule holds.

    Safety is monotone, so what these are not allowed, nobody is for whom the rule holds; answers
    outside the order of risk are gone through one by one.
    """
    knowledge = review.knowledge
    never = knowledge.selectors.all
    for answers in review.mildest.person_of_each(compiled.condition):
        for question in knowledge.table.questions.values():
            free = question.risk == "none" and question.kind == "choice" and question.field not in compiled.fields
            for word in question.words if free else (answers.get(question.field),):
                facts = knowledge.table.encode({**answers, question.field: word})
                never &= decide(knowledge.fired(facts), knowledge).excluded
    return never


class KitWithoutRule(Check):
    """Kit, or something a body must be able to do, without a rule that asks for it.

    What: a word of `requires` or `needs` in the vocabulary for which no practical rule leaves out what needs it.

    Avoid: a new word in the vocabulary alone.

    Prefer: a rule in rules/practical/ with it.

    Why: people would be given exercises that they cannot do.
    """

    id = "kit-without-rule"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every such word."""
        knowledge = review.knowledge
        selecting = [c.rule.then.avoid or {} for c in knowledge.rules if c.rule.kind == "practical"]
        for group in ("requires", "needs"):
            covered = {str(selector[group]) for selector in selecting if set(selector) == {group}}
            for word in knowledge.vocabulary.words(group):
                if word not in covered:
                    found = f"no practical rule leaves out what has `{group}: {word}`."
                    place = ("catalog/vocabulary.yaml", group, "words", word)
                    yield self.about_file(place, knowledge, found, "Add a rule for it.")
