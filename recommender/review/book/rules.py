"""The values of a rule's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from recommender.decision.decide import numbers_in
from recommender.knowledge.data import SignOff
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.records import Conflict
from recommender.logic.conditions import ALWAYS, parse
from recommender.review.book.conditions import Branch, Clause, clauses_of, tree
from recommender.review.book.effects import effect_of, say_effect
from recommender.review.book.measures import Measures
from recommender.review.book.places import Link, exercise_page, locator, rule_page
from recommender.review.book.words import say_condition, say_example, say_selector
from recommender.review.coverage import RuleCoverage
from recommender.review.impact import Impact

__all__ = ["Change", "Cited", "Group", "Hit", "RuleView", "Unless", "percent", "rule_views"]

SHORT = 4  # clauses that a sentence can hold
Example = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source of a rule: where it stands, whose it is, and what it says there."""

    link: Link
    document: str
    about: str
    says: tuple[str, ...]
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An exercise of a rule, and for how many of the review's people it is the only rule, or one of several."""

    link: Link
    alone: int | None = None
    together: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Exercises that belong together under a rule; `words` says what they share."""

    words: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Unless:
    """What relaxes a rule."""

    when: str
    because: str
    sources: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a clinic changes in a rule: who, why, on what ground, and each change with a word for it."""

    by: str
    because: str
    sources: tuple[Cited, ...]
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """Everything that the page of a rule shows."""

    id: str
    href: str
    title: str
    effect: str
    effect_word: str
    effect_means: str
    condition_words: str
    does: str
    sentence: str
    lead: str
    say: str
    because: str
    reading: str
    reading_words: str
    file: str
    line: int | None
    always: bool
    condition: Branch | Clause
    unless: Unless | None
    change: Change | None
    accepted: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    left: Group | None
    must_mean: tuple[Link, ...]
    must_spare: tuple[Link, ...]
    sources: tuple[Cited, ...]
    conflicts: tuple[Conflict, ...]
    holds_for: tuple[Example, ...]
    not_for: tuple[Example, ...]
    seen: RuleCoverage | None
    impact: Impact | None
    signed: SignOff
    safety: bool
    asks: tuple[tuple[str, str], ...]

    @property
    def coverage(self) -> str:
        """The coverage as a word to filter by."""
        if self.seen is None:
            return "unknown"
        if not self.seen.clauses:
            return "nothing"
        return "full" if self.seen.full else "gaps"

    @property
    def touched_share(self) -> str:
        """How many of the possible answers make the rule hold."""
        return "" if self.impact is None else percent(self.impact.share)

    @property
    def count(self) -> int:
        """How many exercises the rule means."""
        return sum(len(group.hits) for group in self.groups)


def percent(share: Fraction) -> str:
    """A share as people write it; never 0 % or 100 % unless it is exactly that."""
    value = float(share * 100)
    if share in (0, 1):
        return f"{value:.0f} %"
    if value < 0.1:
        return "under 0.1 %"
    if value > 99.9:
        return "over 99.9 %"
    return f"{value:.1f} %" if value < 10 or value > 90 else f"{value:.0f} %"


def rule_views(knowledge: Knowledge, measures: Measures) -> dict[str, RuleView]:
    """Every rule by its id, in the fixed order of the rules."""
    return {compiled.id: _view(compiled, knowledge, measures) for compiled in knowledge.rules}


def _view(compiled: CompiledRule, knowledge: Knowledge, measures: Measures) -> RuleView:
    rule, effect = compiled.rule, effect_of(compiled)
    seen = measures.coverage.get(compiled.id)
    questions = knowledge.table.questions
    condition = tree(compiled.condition, questions, seen)
    impact = measures.impacts.get(compiled.id)
    groups, left = _exercises(compiled, knowledge, impact)
    said, does = say_condition(compiled.condition, questions), say_effect(compiled, knowledge)
    always = compiled.condition == ALWAYS
    return RuleView(
        id=compiled.id,
        href=rule_page(compiled.id),
        title=rule.title,
        effect=compiled.effect,
        effect_word=effect.word,
        effect_means=effect.means,
        condition_words=said,
        does=does,
        sentence=f"For everyone, {does}." if always else _sentence(said, does, condition),
        lead=_lead(does, condition) or (f"For everyone, {does}." if always else f"If {said}, then {does}."),
        say=rule.say,
        because=rule.because,
        reading=rule.reading,
        reading_words=knowledge.outcomes.readings[rule.reading],
        file=compiled.file,
        line=compiled.line,
        always=always,
        condition=condition,
        unless=_unless(compiled, knowledge),
        change=_change(compiled, knowledge),
        accepted=tuple(rule.accepted.items()),
        groups=groups,
        left=left,
        must_mean=_links(rule.hits, knowledge),
        must_spare=_links(rule.spares, knowledge),
        sources=tuple(cited(at, compiled.id, knowledge) for at in rule.sources),
        conflicts=tuple(conflict for conflict in knowledge.conflicts if compiled.id in conflict.rules),
        holds_for=tuple(say_example(example, questions) for example in rule.fires_for),
        not_for=tuple(say_example(example, questions) for example in rule.silent_for),
        seen=seen,
        impact=impact,
        signed=measures.sign_off(compiled.id),
        safety=rule.safety,
        asks=tuple((name, questions[name].short) for name in questions if name in compiled.fields),
    )


def _sentence(said: str, does: str, condition: Branch | Clause) -> str:
    """The rule as one sentence. What it does comes first where the condition is long, so that it is seen at once."""
    if len(list(clauses_of(condition))) > SHORT:
        return f"{does[0].upper()}{does[1:]}. It holds if {said}."
    return f"If {said}, then {does}."


def _lead(does: str, condition: Branch | Clause) -> str:
    """The sentence above a long condition that is listed right below, or nothing where it is short."""
    if isinstance(condition, Clause) or len(list(clauses_of(condition))) <= SHORT:
        return ""
    count = len(condition.parts)
    which = (
        f"all {count} parts of the list below hold"
        if condition.all
        else f"any of the {count} parts of the list below holds"
    )
    return f"If {which}, then {does}."


def _links(ids: tuple[str, ...], knowledge: Knowledge) -> tuple[Link, ...]:
    return tuple(
        Link(exercise_page(id), exercise.name, "exercise", id) for id in ids if (exercise := knowledge.exercise(id))
    )


def _unless(compiled: CompiledRule, knowledge: Knowledge) -> Unless | None:
    unless = compiled.rule.unless
    if unless is None:
        return None
    pairs = say_example({name: str(word) for name, word in unless.when.items()}, knowledge.table.questions)
    when = " and ".join(f"“{question}”: {answer}" for question, answer in pairs)
    return Unless(when, unless.because, tuple(cited(at, compiled.id, knowledge) for at in unless.sources))


def _change(compiled: CompiledRule, knowledge: Knowledge) -> Change | None:
    change = compiled.change
    if change is None:
        return None
    parts = []
    if change.also_when is not None:
        more = parse(change.also_when, knowledge.table, unsure_counts=True)
        parts.append(("It holds too if", say_condition(more, knowledge.table.questions)))
    if change.also_avoid is not None:
        parts.append(("It leaves out too: exercises", say_selector(change.also_avoid, knowledge)))
    relaxed = [relaxed for relaxed in knowledge.relaxed if relaxed.rule == compiled.id]
    parts += [("It is relaxed for people with", f"{relaxed.when}. {relaxed.because}") for relaxed in relaxed]
    sources = dict.fromkeys((*change.sources, *(at for entry in relaxed for at in entry.sources)))
    return Change(
        knowledge.overlay, change.because, tuple(cited(at, compiled.id, knowledge) for at in sources), tuple(parts)
    )


# --- exercises -------------------------------------------------------------------------------


def _exercises(
    compiled: CompiledRule, knowledge: Knowledge, impact: Impact | None
) -> tuple[tuple[Group, ...], Group | None]:
    """The exercises that a rule means in groups, and, where it allows only some, those that are left."""
    then = compiled.rule.then
    hits = {hit.exercise: (hit.alone, hit.together) for hit in impact.hits} if impact else {}

    def group(words: str, mask: int, counts: Mapping[str, tuple[int, int]] = hits) -> Group:
        found = [knowledge.exercises[number] for number in numbers_in(mask)]
        return Group(
            words,
            tuple(
                Hit(Link(exercise_page(e.id), e.name, "exercise", e.id), *counts.get(e.id, (None, None))) for e in found
            ),
        )

    if compiled.effect in ("prefer", "defer"):
        selectors = (then.prefer if compiled.effect == "prefer" else then.defer) or ()
        taken, groups = 0, []
        for selector in selectors:
            mask = knowledge.selectors.compile(selector) & ~taken
            taken |= mask
            groups.append(group(say_selector(selector, knowledge), mask, {}))
        return tuple(groups), None
    if compiled.effect == "avoid":
        return (group("", compiled.excludes),), None
    if compiled.effect == "allow_only":
        return (group("", compiled.excludes),), group("", compiled.selects, {})
    if compiled.effect == "stop":
        kept = knowledge.selectors.all & ~compiled.excludes
        return (), group("", kept, {}) if kept else None
    if then.with_exercise:
        return (Group("", tuple(Hit(link) for link in _links(then.with_exercise, knowledge))),), None
    return ((group("", compiled.selects, {}),) if compiled.selects else ()), None


# --- sources ---------------------------------------------------------------------------------


def cited(at: str, id: str, knowledge: Knowledge) -> Cited:
    """A source in full; statements that name the rule stand alone if there are any."""
    document, _, place = at.partition("/")
    link = locator(at)
    if document == "guideline":
        guideline = next(entry for entry in knowledge.guidelines if entry.id == place)
        whose = guideline.organisation or guideline.authors
        return Cited(link, whose, f"{guideline.title}, {guideline.year}", guideline.facts, guideline.checked)
    section_id, _, item = place.partition("#")
    ledger = next(entry for entry in knowledge.ledgers if entry.document == document)
    section = next(entry for entry in ledger.sections if entry.id == section_id)
    found = [s for s in section.statements if (str(s.item) == item if item else s.item is None)]
    named = [statement for statement in found if id in statement.by]
    return Cited(link, ledger.title, section.about, tuple(statement.says for statement in named or found))
