"""What a change of the knowledge does to people: who gets more, who gets less, and by which rule.

What protects a person is a set of marks: a stop with its urgency, an ask, a low dose, each exercise
that is left out. A mark that is lost makes the result less strict, one that is gained stricter,
whatever rule it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from recommender.decision.decide import Decision, decide, numbers_in
from recommender.decision.pipeline import Recommender
from recommender.errors import ProfileError
from recommender.knowledge.data import Relaxation
from recommender.knowledge.dose import in_words
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.reviews import meaning_of
from recommender.review.examples import example_answers, examples_of
from recommender.review.people import boundary_people, complete_answers, pairwise_people
from recommender.review.revisions import Revision
from recommender.review.solver import Solver

__all__ = ["Changed", "Diff", "Mark", "Person", "diff"]

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Person:
    """Someone both sides are asked about."""

    name: str
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One thing that protects: `stop`, `ask`, `limit` or `left out`, and which."""

    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What the change does to one person. `lost` and `gained` give each mark with its rules.

    `reasons_lost` are rules that left out an exercise and no longer do, though others still do.
    """

    person: Person
    outcomes: tuple[str, str]
    lost: Mapping[Mark, tuple[str, ...]]
    gained: Mapping[Mark, tuple[str, ...]]
    reasons_lost: tuple[tuple[str, str], ...]
    appears: tuple[str, ...]
    disappears: tuple[str, ...]
    doses: tuple[tuple[str, str, str], ...]
    rules_gone: tuple[str, ...]
    rules_new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """Everything that a change does. `unasked` are people whose answers one side does not know.

    `said` gives the rules whose words to people change, with both; `files` what else is written
    otherwise; `loosened` promises that are gone: guarantees, and rules that nothing could relax.
    `exact`: people were also looked for exactly, so that no changed rule is missed.
    """

    names: tuple[str, str]
    people: int
    unasked: int
    changed: tuple[Changed, ...]
    rules_added: tuple[str, ...]
    rules_ended: tuple[str, ...]
    rules_changed: tuple[str, ...]
    rules_reworded: tuple[str, ...]
    exercises_added: tuple[str, ...]
    exercises_ended: tuple[str, ...]
    relaxed: tuple[Relaxation, ...]
    said: tuple[tuple[str, str, str], ...]
    files: tuple[str, ...]
    loosened: tuple[str, ...]
    exact: bool

    @property
    def weaker(self) -> bool:
        """Whether anything got less strict: for someone, or in what is promised."""
        return bool(self.less_strict or self.loosened)

    @property
    def stricter(self) -> tuple[Changed, ...]:
        """The people who are protected by more than before."""
        return tuple(change for change in self.changed if change.gained)

    @property
    def less_strict(self) -> tuple[Changed, ...]:
        """The people who are protected by less than before."""
        return tuple(change for change in self.changed if change.lost)

    @property
    def outcomes(self) -> tuple[Changed, ...]:
        """The people whose outcome changes."""
        return tuple(change for change in self.changed if change.outcomes[0] != change.outcomes[1])


def diff(old: Revision, new: Revision, report: Report | None = None) -> Diff:
    """Compare two states over their cases, the examples of their rules, and everyone with up to two answers changed."""
    sides = _Side(old.knowledge), _Side(new.knowledge)
    people = list(_people(old, new))
    same = _same_choice(old.knowledge, new.knowledge)
    altered = _altered(old.knowledge, new.knowledge) if same else None
    changed: list[Changed] = []
    unasked = 0
    for number, person in enumerate(people):
        if report is not None and not number % 100:
            report(number, len(people))
        results = [side.of(person) for side in sides]
        before, after = results
        if before is None or after is None:
            unasked += 1
            continue
        fired = [tuple(compiled.id for compiled in decision.fired) for _, decision in (before, after)]
        if altered is not None and fired[0] == fired[1] and not altered & set(fired[0]):
            continue
        found = _changed(person, sides, before, after)
        if found is not None:
            changed.append(found)
    rules = [side.knowledge.rules_by_id for side in sides]
    exercises = [side.knowledge.numbers for side in sides]
    both = [id for id in rules[0] if id in rules[1]]
    meant = [
        {id: meaning_of(r[id], side.knowledge.table.variables, side.knowledge.selectors) for id in both}
        for r, side in zip(rules, sides, strict=True)
    ]
    return Diff(
        names=(old.name, new.name),
        people=len(people),
        unasked=unasked,
        changed=tuple(changed),
        rules_added=tuple(id for id in rules[1] if id not in rules[0]),
        rules_ended=tuple(id for id in rules[0] if id not in rules[1]),
        rules_changed=tuple(id for id in both if meant[0][id] != meant[1][id]),
        rules_reworded=tuple(
            id for id in both if meant[0][id] == meant[1][id] and rules[0][id].rule != rules[1][id].rule
        ),
        exercises_added=tuple(id for id in exercises[1] if id not in exercises[0]),
        exercises_ended=tuple(id for id in exercises[0] if id not in exercises[1]),
        relaxed=tuple(r for r in new.knowledge.relaxed if r not in old.knowledge.relaxed),
        said=tuple(
            (id, rules[0][id].rule.say, rules[1][id].rule.say)
            for id in both
            if rules[0][id].rule.say != rules[1][id].rule.say
        ),
        files=tuple(_other_files(old.knowledge, new.knowledge)),
        loosened=tuple(_loosened(old.knowledge, new.knowledge)),
        exact=_comparable(old.knowledge, new.knowledge),
    )


def _other_files(old: Knowledge, new: Knowledge) -> Iterator[str]:
    """What changes besides rules and exercises, in words."""
    parts = {
        "what outcomes say": (old.outcomes, new.outcomes),
        "the questions": (old.questionnaire, new.questionnaire),
        "the shape of a session": (old.session, new.session),
        "the vocabulary": (old.vocabulary, new.vocabulary),
        "the guarantees": (_guarantees(old), _guarantees(new)),
        "the words that rules share": (old.terms, new.terms),
        "the conflict register": (old.conflicts, new.conflicts),
        "the guidance list": (old.guidelines, new.guidelines),
    }
    yield from (name for name, (before, after) in parts.items() if before != after)


def _guarantees(knowledge: Knowledge) -> dict[str, Any]:
    return {compiled.id: compiled.guarantee for compiled in knowledge.guarantees}


def _loosened(old: Knowledge, new: Knowledge) -> Iterator[str]:
    """Promises of the old side that the new one does not make."""
    before, after = _guarantees(old), _guarantees(new)
    for id, guarantee in before.items():
        if after and after.get(id) != guarantee:  # a revision from before there were any promised nothing
            yield f"guarantee {id}: {'changed' if id in after else 'gone'}"
    for id, compiled in old.rules_by_id.items():
        twin = new.rule(id)
        if twin is not None and compiled.rule.fixed and not twin.rule.fixed:
            yield f"rule {id}: it was fixed, and can be relaxed now"


def _comparable(old: Knowledge, new: Knowledge) -> bool:
    """Whether both sides ask for the same answers in the same order of risk, whatever words they use."""
    sides = [[(v.name, v.codes, v.levels) for v in side.table.variables] for side in (old, new)]
    parents = [{name: q.parent for name, q in side.table.questions.items()} for side in (old, new)]
    return sides[0] == sides[1] and parents[0] == parents[1]


# --- the people ------------------------------------------------------------------------------


def _people(old: Revision, new: Revision) -> Iterator[Person]:
    """Everyone, each once: the simplest first, so that the first example of a change is a simple one."""
    seen: set[tuple[Any, ...]] = set()
    sources = (boundary_people, _examples, _cases_of(old, new), _concerned(old, new), pairwise_people)
    for source in sources:
        for knowledge in (new.knowledge, old.knowledge):
            for person in source(knowledge):
                named = person if isinstance(person, Person) else Person("", person)
                key = tuple(sorted(named.answers.items()))
                if key not in seen:
                    seen.add(key)
                    yield named


def _examples(knowledge: Knowledge) -> Iterator[Person]:
    for compiled in knowledge.rules:
        for _, example in examples_of(compiled):
            try:
                yield Person("", example_answers(example, knowledge))
            except ProfileError:
                continue  # `rules check` names it


def _cases_of(old: Revision, new: Revision) -> Callable[[Knowledge], Iterable[Person]]:
    def people(knowledge: Knowledge) -> Iterator[Person]:
        for case in new.cases if knowledge is new.knowledge else old.cases:
            try:
                yield Person(case.name, example_answers(case.profile, knowledge))
            except ProfileError:
                continue  # the tests name it

    return people


def _concerned(old: Revision, new: Revision) -> Callable[[Knowledge], Iterable[Person]]:
    """People for whom a changed rule held before or holds now, and if there are any, for whom nothing else counts.

    Found exactly, over all people of both sides: see `Diff.exact`.
    """
    solver = Solver(new.knowledge.table, mildest=True)
    comparable = _comparable(old.knowledge, new.knowledge)

    def people(knowledge: Knowledge) -> Iterator[Person]:
        other = old.knowledge if knowledge is new.knowledge else new.knowledge
        for compiled in knowledge.rules if comparable else ():
            twin = other.rule(compiled.id)
            if twin is not None and (twin.condition, twin.excludes) == (compiled.condition, compiled.excludes):
                continue
            before = [twin.condition] if twin is not None and twin.condition != compiled.condition else []
            rivals = [c.condition for c in other.rules if c is not twin and c.excludes & compiled.excludes]
            for others in ([], *([rival] for rival in rivals), rivals):
                answers = solver.person(compiled.condition, none=[*before, *others])
                if answers is not None:
                    yield Person("", answers)

    return people


# --- one side --------------------------------------------------------------------------------

Seen = tuple[Mapping[str, Any], Decision]


class _Side:
    """One state of the knowledge, asked about people."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.recommender = Recommender(knowledge)

    def of(self, person: Person) -> Seen | None:
        """The answers as this side understands them and what it decides; None where it does not know an answer."""
        questions = self.knowledge.table.questions
        known = {name: value for name, value in person.answers.items() if name in questions}
        try:
            answers = complete_answers(known, self.knowledge)
            facts = self.knowledge.table.encode(answers)
        except (KeyError, TypeError):
            return None
        if any(
            question.kind == "set" and set(answers.get(name) or ()) - set(question.words)
            for name, question in questions.items()
        ):
            return None
        return answers, decide(self.knowledge.fired(facts), self.knowledge)

    def marks(self, decision: Decision) -> dict[Mark, tuple[str, ...]]:
        """Everything that protects this person, each with the rules that it comes from."""
        found: dict[Mark, tuple[str, ...]] = {}
        for compiled in decision.fired:
            then = compiled.rule.then
            marks = []
            call = self.knowledge.calls.get(compiled.id)
            if then.stop is not None and call is not None:
                marks.append(Mark("stop", ", ".join((then.stop, call.whom, call.how_soon))))
            if then.ask is not None:
                soon = (call.how_soon,) if call is not None else ()
                marks.append(Mark("ask", ", ".join((then.ask, *soon, *(("for everyone",) if compiled.always else ())))))
            if then.limit is not None:
                marks.append(Mark("limit", then.limit.dose))
            marks += [Mark("left out", self.knowledge.exercises[n].id) for n in numbers_in(compiled.excludes)]
            for mark in marks:
                found[mark] = (*found.get(mark, ()), compiled.id)
        return found

    def strength(self, mark: Mark) -> tuple[int, int, list[str]]:
        """How strong a stop or an ask is: its outcome and its urgency, the strongest first, and whom it sends to."""
        outcomes = self.knowledge.outcomes
        soon: list[str] = list(outcomes.how_soon)
        named: list[str] = list(outcomes.strength)
        parts = mark.what.split(", ")
        return (
            min((named.index(part) for part in parts if part in named), default=len(named)),
            min((soon.index(part) for part in parts if part in soon), default=len(soon)),
            [part for part in parts if part not in named and part not in soon],
        )

    def session(self, seen: Seen) -> tuple[str, dict[str, str]]:
        """The outcome, and the exercises of the routine with their doses in words."""
        _, decision, plan = self.recommender.planned(seen[0])
        steps = (step.chosen for step in plan.steps)
        exercises, say = self.knowledge.exercises, self.knowledge.say
        return decision.outcome, {exercises[chosen.number].id: in_words(chosen.dose, say) for chosen in steps}


def _changed(person: Person, sides: tuple[_Side, _Side], before: Seen, after: Seen) -> Changed | None:
    old, new = (side.marks(seen[1]) for side, seen in zip(sides, (before, after), strict=True))
    known = [set(side.knowledge.numbers) for side in sides]
    common = known[0] & known[1]

    def counts(mark: Mark) -> bool:
        return mark.kind != "left out" or mark.what in common

    strength = [side.strength for side in sides]
    lost = {m: rules for m, rules in old.items() if counts(m) and not _held(m, new, strength[1])}
    gained = {m: rules for m, rules in new.items() if counts(m) and not _held(m, old, strength[0])}
    reasons = tuple(
        (mark.what, rule)
        for mark, rules in old.items()
        if mark in new and mark.kind == "left out"
        for rule in rules
        if rule not in new[mark]
    )
    sessions = [side.session(seen) for side, seen in zip(sides, (before, after), strict=True)]
    steps = [session[1] for session in sessions]
    doses = tuple(
        (id, steps[0][id], steps[1][id]) for id in steps[0] if id in steps[1] and steps[0][id] != steps[1][id]
    )
    appears, disappears = (tuple(id for id in steps[a] if id not in steps[b]) for a, b in ((1, 0), (0, 1)))
    outcomes = sessions[0][0], sessions[1][0]
    if not (lost or gained or reasons or doses or appears or disappears or outcomes[0] != outcomes[1]):
        return None
    fired = [[compiled.id for compiled in seen[1].fired] for seen in (before, after)]
    return Changed(
        person=person,
        outcomes=outcomes,
        lost=lost,
        gained=gained,
        reasons_lost=reasons,
        appears=appears,
        disappears=disappears,
        doses=doses,
        rules_gone=tuple(id for id in fired[0] if id not in fired[1]),
        rules_new=tuple(id for id in fired[1] if id not in fired[0]),
    )


def _held(mark: Mark, others: Iterable[Mark], strength: Callable[[Mark], tuple[int, int, list[str]]]) -> bool:
    """Whether one of the others protects at least as much: the same, or a stop or an ask as strong and as soon."""
    if mark.kind not in ("stop", "ask"):
        return mark in others
    outcome, soon, whom = strength(mark)
    for other in others:
        if other.kind == mark.kind:
            as_strong, as_soon, who = strength(other)
            if as_strong < outcome or (as_strong == outcome and as_soon <= soon and who == whom):
                return True
    return False


def _same_choice(old: Knowledge, new: Knowledge) -> bool:
    """Whether both sides choose alike from what is allowed, so that only rules can make a difference."""
    return (old.exercises, old.vocabulary, old.session) == (new.exercises, new.vocabulary, new.session)


def _altered(old: Knowledge, new: Knowledge) -> set[str]:
    """The rules of both sides that do something else than before."""
    return {
        id
        for id, before in old.rules_by_id.items()
        if (after := new.rule(id)) is not None
        and (before.rule.then, before.excludes, before.scores, before.blocks, before.always, old.calls.get(id))
        != (after.rule.then, after.excludes, after.scores, after.blocks, after.always, new.calls.get(id))
    }
