"""Checks that the knowledge files fit each other: every name that one file uses, another one has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from recommender.conditions import ConditionFault, parse, tests_of
from recommender.errors import KnowledgeFault, nearest
from recommender.knowledge.data import KnowledgeData
from recommender.knowledge.guarantees import named_in
from recommender.knowledge.places import OVERLAY
from recommender.knowledge.progress_rules import progress_faults
from recommender.knowledge.questions import Question
from recommender.knowledge.selectors import SelectorFault
from recommender.yaml_reader import Document, Where

__all__ = ["CARRIERS", "cross_check"]

Documents = Mapping[str, Document]
CARRIERS = ("session", "outcomes", "questionnaire", "steps")
PLACE = "place in a ledger or in the guidance"


def cross_check(knowledge: KnowledgeData, documents: Documents) -> Iterator[KnowledgeFault]:
    """Every place where a file names something that no file has."""
    yield from _identities(documents)
    yield from _exercises(knowledge, documents)
    yield from _rules(knowledge, documents)
    yield from _records(knowledge, documents)
    yield from _session(knowledge, documents)
    yield from _questions(knowledge, documents)
    yield from _symptoms(knowledge, documents)
    yield from _guarantees(knowledge, documents)
    limits = [compiled.id for compiled in knowledge.rules if compiled.effect == "limit"]
    yield from _in_session(knowledge, documents)
    yield from progress_faults(knowledge.progress, documents, sorted(knowledge.locators()), knowledge.numbers, limits)


def _in_session(knowledge: KnowledgeData, documents: Documents) -> Iterator[KnowledgeFault]:
    """What a session looks for when it hurts: rules, and an answer."""
    if knowledge.progress is None:
        return
    named, steps = knowledge.progress.steps.in_session, documents["rules/progress/steps.yaml"]
    ids = [compiled.id for compiled in knowledge.rules]
    for key in ("at_once", "second", "unsettled"):
        yield from _unknown(steps, ("in_session", key), [getattr(named, key)], ids, "rule")
    words = knowledge.table.questions["pain_course"].answers if "pain_course" in knowledge.table.questions else ()
    yield from _unknown(steps, ("in_session", "pain_course"), [named.pain_course], words, "answer of pain_course")


def _unknown(
    document: Document, where: Where, used: Iterable[str], known: Iterable[str], kind: str
) -> Iterator[KnowledgeFault]:
    names = list(known)
    check = "unknown-locator" if kind == PLACE else "unknown-word"
    for word in used:
        if word not in names:
            yield document.fault(where, f'"{word}" is no {kind}.', nearest(word, names), check)


def _identities(documents: Documents) -> Iterator[KnowledgeFault]:
    seen: dict[str, str] = {}
    for name, document in documents.items():  # a clinic's own files come last, so that the fault is theirs
        for key in ("exercises", "rules"):
            entries = document.data.get(key) if isinstance(document.data, dict) else None
            if name.startswith("rules/sources/") or name == "rules/conflicts.yaml" or not isinstance(entries, list):
                continue
            for number, entry in enumerate(entries):
                id = entry["id"]
                if id in seen:
                    yield document.fault(
                        (key, number), f'The id "{id}" stands in {seen[id]} already.', "Choose another one."
                    )
                seen.setdefault(id, name)


def _exercises(knowledge: KnowledgeData, documents: Documents) -> Iterator[KnowledgeFault]:
    ids, locators = knowledge.numbers, knowledge.locators()
    for name, document in documents.items():
        if not name.startswith("catalog/exercises/"):
            continue
        for number, entry in enumerate(document.data["exercises"]):
            exercise = knowledge.exercise(entry["id"])
            assert exercise is not None
            at = ("exercises", number)
            for key in ("easier", "harder", "replacement"):
                yield from _unknown(document, (*at, key), getattr(exercise, key), ids, "exercise of the catalogue")
            yield from _unknown(document, (*at, "sources"), exercise.locators, locators, PLACE)


def _rules(knowledge: KnowledgeData, documents: Documents) -> Iterator[KnowledgeFault]:
    ids, locators, outcomes = knowledge.numbers, knowledge.locators(), knowledge.outcomes
    for name, document in documents.items():
        entries = document.data.get("rules")
        if name == "rules/conflicts.yaml" or name.startswith("rules/progress/") or not isinstance(entries, list):
            continue
        for number, entry in enumerate(entries):
            compiled = knowledge.rule(entry["id"])
            assert compiled is not None
            rule, then, at = compiled.rule, compiled.rule.then, ("rules", number)
            cited = (*rule.sources, *(rule.unless.sources if rule.unless else ()))
            yield from _unknown(document, (*at, "sources"), cited, locators, PLACE)
            yield from _unknown(document, (*at, "hits"), rule.hits, ids, "exercise of the catalogue")
            yield from _unknown(document, (*at, "spares"), rule.spares, ids, "exercise of the catalogue")
            yield from _unknown(document, (*at, "then"), then.with_exercise, ids, "exercise of the catalogue")
            for word, known in (
                (then.whom, outcomes.whom),
                (then.ask, outcomes.whom),
                (then.how_soon, outcomes.how_soon),
                (then.advise, outcomes.advice),
            ):
                if word is not None:
                    yield from _unknown(document, (*at, "then"), [word], known, "word of rules/outcomes.yaml")


def _records(knowledge: KnowledgeData, documents: Documents) -> Iterator[KnowledgeFault]:
    steps = [compiled.id for compiled in (knowledge.progress.rules if knowledge.progress else ())]
    carriers = [*knowledge.numbers, *knowledge.rules_by_id, *steps, *CARRIERS]
    conflicts = [conflict.id for conflict in knowledge.conflicts]
    locators = knowledge.locators()
    for ledger in knowledge.ledgers:
        document = documents[f"rules/sources/{ledger.document}.yaml"]
        for s, section in enumerate(ledger.sections):
            for n, statement in enumerate(section.statements):
                at = ("sections", s, "statements", n)
                yield from _unknown(document, (*at, "by"), statement.by, carriers, "exercise or rule")
                yield from _unknown(
                    document, (*at, "conflicts"), statement.conflicts, conflicts, "conflict of the register"
                )
    register = documents["rules/conflicts.yaml"]
    for n, conflict in enumerate(knowledge.conflicts):
        cited = [at for side in conflict.sides for at in side.sources]
        yield from _unknown(register, ("conflicts", n, "sides"), cited, locators, PLACE)
        yield from _unknown(
            register, ("conflicts", n, "rules"), conflict.rules, [*knowledge.rules_by_id, *CARRIERS], "rule"
        )
        yield from _unknown(
            register, ("conflicts", n, "exercises"), conflict.exercises, knowledge.numbers, "exercise of the catalogue"
        )


def _session(knowledge: KnowledgeData, documents: Documents) -> Iterator[KnowledgeFault]:
    session, document = knowledge.session, documents["rules/session.yaml"]
    phases = [phase.id for phase in session.phases]
    purposes = [purpose for phase in session.phases for purpose in phase.purposes]
    if sorted(purposes) != sorted(knowledge.vocabulary.words("purpose")):
        yield document.fault(("phases",), "The phases must name every purpose of the vocabulary exactly once.")
    for number, slot in enumerate(session.slots):
        try:
            knowledge.selectors.compile(slot.select)
        except SelectorFault as fault:
            yield document.fault(("slots", number, "select"), fault.found, fault.do)
    for goal, order in session.filling.items():
        yield from _unknown(document, ("filling", goal), order, phases, "phase")
    for field, given in (("goal", session.filling), ("level", session.dose_by_level)):
        if sorted(given) != sorted(knowledge.table.questions[field].words):
            key = "filling" if field == "goal" else "dose_by_level"
            yield document.fault((key,), f"Every answer of {field} must stand here exactly once.")
    if max(count.up_to_minutes for count in session.steps) < knowledge.table.questions["minutes"].highest:
        yield document.fault(("steps",), "The longest session of the questionnaire is not covered.")
    yield from _positions(knowledge, document)


def _positions(knowledge: KnowledgeData, document: Document) -> Iterator[KnowledgeFault]:
    """The map of positions names known ones, reaches all of them, and keeps lying and standing apart."""
    session = knowledge.session
    positions = knowledge.vocabulary.words("start_position")
    apart = [place for pair in session.kept_apart for side in pair for place in side]
    named = [session.starts_from, *session.pass_through, *(p for c in session.changes for p in c.between), *apart]
    yield from _unknown(document, ("changes",), dict.fromkeys(named), positions, "start position of the vocabulary")
    reached = {session.starts_from}
    for _ in positions:
        for change in session.changes:
            if reached & set(change.between):
                reached |= set(change.between)
    for one, other in (change.between for change in session.changes):
        if any({one, other} & set(this) and {one, other} & set(that) for this, that in session.kept_apart):
            found = f"{one} and {other} must not be neighbours (see `kept_apart`)."
            yield document.fault(("changes",), found, "Let them meet through another position.")
    for position in positions:
        if position not in reached:
            yield document.fault(("changes",), f"No change leads to {position}.")


def _questions(knowledge: KnowledgeData, documents: Documents) -> Iterator[KnowledgeFault]:
    document = documents["rules/questionnaire.yaml"]
    questions, locators = knowledge.table.questions, knowledge.locators()
    for number, question in enumerate(knowledge.questionnaire.questions):
        yield from _unknown(
            document,
            ("questions", number, "sources"),
            question.sources,
            locators,
            PLACE,
        )
        if question.parent is not None:
            yield from _unknown(document, ("questions", number, "parent"), [question.parent.field], questions, "field")
        if question.assumed is not None:
            yield from _assumed(question, number, knowledge, document)
    needs, cannot = knowledge.vocabulary.words("needs"), questions["cannot"].words
    if missing := [word for word in needs if word not in cannot]:
        found = f"Every word of `needs` in the vocabulary must be an answer of `cannot`: {', '.join(missing)}."
        yield document.fault(("questions",), found, "Add the answer, or take the word out of the vocabulary.")
    outside = documents["rules/outcomes.yaml"]
    for name, outcome in knowledge.outcomes.outcomes.items():
        cited = [at for said in outcome.statements for at in said.sources]
        yield from _unknown(outside, ("outcomes", name), cited, locators, PLACE)
        yield from _unknown(
            outside, ("outcomes", name, "advice"), outcome.advice, knowledge.outcomes.advice, "advice topic"
        )
    cited = [*knowledge.session.phases_sources, *knowledge.session.slots_sources, *knowledge.session.changes_sources]
    yield from _unknown(documents["rules/session.yaml"], (), cited, locators, PLACE)
    if (schedule := knowledge.session.schedule) is not None:
        yield from _unknown(documents["rules/session.yaml"], ("schedule",), schedule.locators, locators, PLACE)
        yield from _unknown(
            documents["rules/session.yaml"], ("schedule",), schedule.rules, knowledge.rules_by_id, "rule"
        )


def _symptoms(knowledge: KnowledgeData, documents: Documents) -> Iterator[KnowledgeFault]:
    """Symptoms stand under answers that the questionnaire has."""
    questions = knowledge.questionnaire.questions
    document = documents["rules/questionnaire.yaml"]
    for number, question in enumerate(questions):
        for word in question.covers:
            at = ("questions", number, "covers", word)
            yield from _unknown(document, at, [word], question.words, f"answer of {question.field}")
    known = [f"{question.field}.{word}" for question in questions for word in question.words]
    for name, document in documents.items():
        if name in ("rules/guidelines.yaml", OVERLAY):
            for number, entry in enumerate(document.data.get("guidelines", ())):
                for answer in entry.get("symptoms", ()):
                    at = ("guidelines", number, "symptoms", answer)
                    yield from _unknown(document, at, [answer], known, "answer of the questionnaire")


def _assumed(question: Question, number: int, knowledge: KnowledgeData, document: Document) -> Iterator[KnowledgeFault]:
    """Whose answer is clear is said with answers that come before."""
    assert question.assumed is not None
    at = ("questions", number, "assumed", "when")
    before = list(knowledge.table.questions)[:number]
    try:
        condition = parse(question.assumed.when, knowledge.table, unsure_counts=False)
    except ConditionFault as fault:
        yield document.fault((*at, *fault.where), fault.found, fault.do, "unknown-word")
        return
    late = sorted({test.field for test in tests_of(condition)} - set(before))
    for field in late:
        yield document.fault(at, f"{field} is asked later than {question.field}.", "Read answers that come before.")


def _guarantees(knowledge: KnowledgeData, documents: Documents) -> Iterator[KnowledgeFault]:
    """The guarantees name rules, sources and times that are there."""
    rules, locators, times = knowledge.rules_by_id, knowledge.locators(), knowledge.outcomes.how_soon
    for compiled, number in named_in(knowledge.guarantees):
        guarantee, document, at = compiled.guarantee, documents[compiled.file], ("guarantees", number)
        yield from _unknown(document, (*at, "should"), guarantee.should, rules, "rule")
        yield from _unknown(document, (*at, "sources"), guarantee.sources, locators, PLACE)
        soon = [] if guarantee.how_soon is None else [guarantee.how_soon]
        yield from _unknown(document, (*at, "how_soon"), soon, times, "word of rules/outcomes.yaml")
