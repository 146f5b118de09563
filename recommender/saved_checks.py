"""What must hold in a result that was read from a file. Each check yields what it found, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from recommender.answers import clean
from recommender.conditions import decide_partly
from recommender.decide import Decision, decide, nothing_fits, reason_head
from recommender.dose import DosePlan, doses_of, in_words
from recommender.knowledge.catalogue import Exercise
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.knowledge.session import ChangeKind
from recommender.order import UNREACHABLE, Positions
from recommender.progress.limits import most
from recommender.recommendation import DoseGiven, Excluded, Message, NotChosen, Reason, Recommendation, Step
from recommender.urgent import spelled_out, whom_and_how_soon

__all__ = ["faults_of"]

Parts = tuple[str, ...]


def faults_of(result: Recommendation, knowledge: Knowledge) -> Iterator[str]:
    """Everything by which this result differs from what the knowledge allows.

    The rules that the result names are decided again. Then the outcome, what is left out and why,
    the words, the doses and the times must agree with them.
    """
    named = _named(result, knowledge)
    if unknown := sorted(named - set(knowledge.rules_by_id)):
        yield f'It names "{unknown[0][:60]}", which is no rule.'
        return
    fired = [compiled for compiled in knowledge.rules if compiled.id in named]
    decision = decide(fired, knowledge)
    if decision.outcome == "relief_only" and len(fired) < result.review.rules and result.routine:
        # A signed limit is not named beside rest positions. The mark of the steps can only make it stricter.
        marked = all(step.dose.low_end for step in result.routine)
        decision = replace(decision, low_end=decision.low_end or marked)
    if decision.outcome == "routine" and result.outcome == "nothing_fits":
        decision = nothing_fits(decision, knowledge)  # as where nothing fitted into the time
    yield from _rules(result, fired, knowledge)
    yield from _outcome(result, decision, knowledge)
    yield from _places(result, decision, knowledge)
    yield from _messages(result, decision, knowledge)
    yield from _steps(result, decision, knowledge)


def _named(result: Recommendation, knowledge: Knowledge) -> set[str]:
    """The rules that hold for this person: by their names, or by what they say at a step."""
    reasons = {reason.rule for entry in result.excluded for reason in entry.reasons}
    notes = {note for step in result.routine for note in step.notes}
    beside = {rule.id for rule in knowledge.rules if rule.rule.then.on_steps is not None and rule.rule.say in notes}
    messages = {message.rule for message in result.messages if message.rule}
    return {*result.review.drafts, *reasons, *messages, *beside}


# --- the rules and the answers behind them ----------------------------------------------------


def _rules(result: Recommendation, fired: list[CompiledRule], knowledge: Knowledge) -> Iterator[str]:
    """Every rule that holds must be named, and none that does not."""
    ids = {compiled.id for compiled in fired}
    review = result.review
    drafts = {id for id in ids if knowledge.sign_off(id).state != "signed"}
    if set(review.drafts) != drafts or review.rules != review.signed + len(drafts) or review.rules < len(ids):
        yield "The rules that it counts are not those that it names."
    yield from _answers(result, ids, knowledge)


def _answers(result: Recommendation, ids: set[str], knowledge: Knowledge) -> Iterator[str]:
    """The answers that it tells must go together, and the rules that hold for them must be those that it names."""
    flat: dict[str, Any] = {}
    reasons = [reason for entry in result.excluded for reason in entry.reasons]
    spoken: list[Reason | Message] = [*reasons, *result.messages]
    for said in spoken:
        for field, answer in said.answers.items():
            if flat.setdefault(field, answer) != answer:
                yield f"{field}: it holds two answers to this."
    answers, wrong = clean(
        {field: answer for field, answer in flat.items() if answer is not None}, knowledge.table.questions
    )
    if wrong:
        yield from (str(fault) for fault in wrong)
        return
    facts = knowledge.table.encode_partly(answers)
    given = result.outcome == "routine" and bool(result.routine)
    unsaid = ("prefer", "defer", "advise") if given else ("prefer", "defer", "advise", "ask", "limit")
    for compiled in knowledge.rules:
        holds = decide_partly(compiled.condition, facts)
        # A signed rule is named only where it says or leaves out something.
        mute = compiled.effect in unsaid or (compiled.effect in ("avoid", "allow_only") and not compiled.excludes)
        silent = mute and knowledge.sign_off(compiled.id).state == "signed"
        if holds and compiled.id not in ids and not silent:
            yield f"{compiled.id}: this rule holds for the answers in it, and is missing."
        if holds is False and compiled.id in ids:
            yield f"{compiled.id}: this rule does not hold for the answers in it."


# --- the outcome, and where each exercise stands ----------------------------------------------


def _outcome(result: Recommendation, decision: Decision, knowledge: Knowledge) -> Iterator[str]:
    words = knowledge.outcomes
    if result.outcome != decision.outcome:
        yield f"outcome: {result.outcome}; its rules give {decision.outcome}."
        return
    title, now = _opening(result, decision, knowledge)
    if (result.title, result.now) != (title, now):
        yield "title, now: not the words of this outcome."
    if (result.urgency, result.whom) != (decision.urgency, decision.whom):
        yield "urgency, whom: its rules say something else."
    if result.disclaimer != words.disclaimer:
        yield "disclaimer: not the words of these rules."
    asks = any(not compiled.always for compiled in decision.of("ask"))
    if result.show_to_clinician_first != (result.outcome == "routine" and bool(result.routine) and asks):
        yield "show_to_clinician_first: its rules say something else."
    relaxed = [(rule.rule, rule.by, rule.when, rule.because, rule.sources) for rule in result.knowledge.relaxed]
    own = [(rule.rule, rule.by, rule.when, rule.because, rule.sources) for rule in knowledge.relaxed]
    if result.knowledge.overlay != knowledge.overlay or relaxed != own:
        yield "knowledge: not what these rules say of themselves."


def _opening(result: Recommendation, decision: Decision, knowledge: Knowledge) -> tuple[str, Parts]:
    """The heading, and what to do now."""
    words = knowledge.outcomes
    told = words.outcomes[result.outcome]
    first = whom_and_how_soon(decision.outcome, decision.urgency, decision.whom, words)
    if result.outcome == "relief_only" and not result.routine:
        return words.no_relief_left.title, (*first, words.no_relief_left.say)
    rest = [entry.name for entry in result.not_chosen if entry.reason == "only_rest"]
    joined = ", ".join(rest[:-1]) + (" or " if len(rest) > 1 else "") + "".join(rest[-1:])
    return told.title, (*first, *told.now, *((words.rest_fits.format(positions=joined),) if rest else ()))


def _places(result: Recommendation, decision: Decision, knowledge: Knowledge) -> Iterator[str]:
    """Each exercise once; left out exactly what the rules leave out, with all their reasons."""
    entries: list[Step | Excluded | NotChosen] = [*result.routine, *result.excluded, *result.not_chosen]
    for entry in entries:
        exercise = knowledge.exercise(entry.exercise)
        if exercise is None:
            yield f'"{entry.exercise[:60]}" is no exercise of these rules.'
        elif (entry.name, entry.sources) != (exercise.name, exercise.locators):
            yield f"{entry.exercise}: not the name or the sources of this exercise."
    found = {entry.exercise for entry in entries}
    yield from (f"{id}: this exercise is missing." for id in knowledge.numbers if id not in found)
    if result.outcome in ("emergency", "see_clinician") and result.routine:
        yield f"routine: with {result.outcome} there is none."
    reasons = {entry.exercise: {reason.rule for reason in entry.reasons} for entry in result.excluded}
    for id, number in knowledge.numbers.items():
        wanted = {compiled.id for compiled in decision.excluding if compiled.excludes >> number & 1}
        if wanted != reasons.get(id, set()):
            yield f"{id}: the rules leave it out for other reasons." if wanted else f"{id}: no rule leaves it out."
    heads: dict[str, dict[str, Any]] = {}
    for reason in (reason for entry in result.excluded for reason in entry.reasons):
        if reason.rule not in heads:
            heads[reason.rule] = reason_head(knowledge.rules_by_id[reason.rule], knowledge)
        if not _same_words(reason, heads[reason.rule], knowledge):
            yield f"{reason.rule}: not the words of this rule."


def _same_words(reason: Reason, head: Mapping[str, Any], knowledge: Knowledge) -> bool:
    same = all(getattr(reason, name) == value for name, value in head.items() if name not in ("answers", "unsure"))
    return same and reason.unsure in _doubts(knowledge)


def _doubts(knowledge: Knowledge) -> Parts:
    return ("", knowledge.questionnaire.unsure_note, knowledge.questionnaire.unknown_note)


# --- what is said -------------------------------------------------------------------------------


def _messages(result: Recommendation, decision: Decision, knowledge: Knowledge) -> Iterator[str]:
    """Nothing that protects is missing, and every sentence is one of the rules'."""
    told = knowledge.outcomes.outcomes[decision.outcome]
    statements = {said.say for said in told.statements if result.routine or not said.with_positions}
    in_full, further = spelled_out(decision.stops, knowledge.outcomes)
    if further:
        statements.add(further)
    for message in result.messages:
        if message.rule:
            rule = knowledge.rules_by_id[message.rule].rule
            if message.text != rule.say or message.unsure not in _doubts(knowledge):
                yield f"{message.rule}: not the words of this rule."
        elif message.text not in statements and not _is_note(message, knowledge):
            yield f'"{message.text[:60]}" is no sentence of these rules.'
    said = {(message.kind, message.rule) for message in result.messages}
    spoken = [("stop", compiled) for compiled in in_full]
    if decision.outcome == "routine" and result.routine:
        spoken += [(effect, compiled) for effect in ("ask", "limit") for compiled in decision.of(effect)]
    if decision.outcome != "nothing_fits":
        spoken += [("advice", rule) for rule in decision.of("advise") if _for_all(rule, told.advice)]
    yield from (f"{c.id}: what this rule says is missing." for kind, c in spoken if (kind, c.id) not in said)
    texts = {message.text for message in result.messages}
    yield from (f'"{text[:60]}" is missing.' for text in statements - texts)


def _for_all(compiled: CompiledRule, topics: Parts) -> bool:
    """Whether this advice is given whatever the routine holds."""
    then = compiled.rule.then
    narrowed = then.on_steps or then.with_exercise or then.if_routine_has or then.not_when_limited
    return then.advise in topics and not narrowed


def _is_note(message: Message, knowledge: Knowledge) -> bool:
    """Whether this is a note about the session, with its gaps filled as they are."""
    words = knowledge.outcomes
    slots = "|".join(re.escape(slot.title) for slot in knowledge.session.slots)
    gaps = {"slots": f"(?:(?:, | or )?(?:{slots}))+", "minutes": r"\d+", "count": r"\d+", "taken": r"\d+"}
    for template in (words.not_filled, words.no_time, words.full):
        pattern = re.escape(template)
        for name, gap in gaps.items():
            pattern = pattern.replace(re.escape(f"{{{name}}}"), gap)
        if message.kind == "note" and re.fullmatch(pattern, message.text):
            return True
    return False


# --- the routine ----------------------------------------------------------------------------------


def _steps(result: Recommendation, decision: Decision, knowledge: Knowledge) -> Iterator[str]:
    session = knowledge.session
    steps = [(step, exercise) for step in result.routine if (exercise := knowledge.exercise(step.exercise))]
    phases = [phase.id for phase in session.phases]
    places = [phases.index(step.phase) for step, _ in steps if step.phase in phases]
    if places != sorted(places) or [step.order for step, _ in steps] != list(range(1, len(result.routine) + 1)):
        yield "routine: its steps are out of order."
    if clean({"minutes": result.minutes}, knowledge.table.questions)[1]:
        yield f"minutes: {result.minutes} are not accepted."
        return
    if result.seconds != sum(step.seconds for step in result.routine) or result.seconds > result.minutes * 60:
        yield "seconds: not the time of its steps, or more than the minutes that were asked for."
    count = session.relief_steps
    if result.outcome != "relief_only":
        count = next(some.at_most for some in session.steps if result.minutes <= some.up_to_minutes)
    if len(result.routine) > count:
        yield f"routine: {len(result.routine)} steps; {count} at most."
    ways = Positions(session, knowledge.vocabulary, decision.blocked_needs)
    here = session.starts_from
    for step, exercise in steps:
        yield from (f"{step.exercise}: {found}" for found in _step(step, exercise, decision, knowledge))
        if (step.change, step.change_seconds) != _change(here, exercise.start_position, ways, knowledge):
            yield f"{step.exercise}: not the calm change of position to it."
        here = exercise.start_position


def _step(step: Step, exercise: Exercise, decision: Decision, knowledge: Knowledge) -> Iterator[str]:
    own = (exercise.start_position, exercise.steps, exercise.breathing, exercise.feel, exercise.stop_when)
    if (step.position, step.how, step.breathing, step.feel, step.stop_when) != own:
        yield "not the words of this exercise."
    if step.equipment != exercise.equipment.required:
        yield "not the kit of this exercise."
    phase = next(phase.id for phase in knowledge.session.phases if exercise.purpose in phase.purposes)
    if step.phase != phase:
        yield f"it belongs to the phase {phase}."
    number = knowledge.numbers[exercise.id]
    notes = [rule for rule in decision.of("advise") if rule.rule.then.on_steps is not None]
    if step.notes != tuple(compiled.rule.say for compiled in notes if compiled.selects >> number & 1):
        yield "not what the rules say at this exercise."
    yield from _dose(step, exercise, decision, knowledge)


def _dose(step: Step, exercise: Exercise, decision: Decision, knowledge: Knowledge) -> Iterator[str]:
    given, seconds = step.dose, knowledge.session.seconds
    if given.low_end != decision.low_end or given.per_side != exercise.per_side:
        yield "its dose is marked otherwise than the rules do."
    if min(given.sets, given.reps) < 1 or min(given.hold, given.rest) < 0:
        yield "its dose is no dose."
        return
    if beyond := "; ".join(_beyond(given, exercise, decision, knowledge)):
        yield f"its dose is more than the rules and the texts allow: {beyond}."
    if given.rest < exercise.doses[0].rest.low if given.sets > 1 else given.rest:
        yield "its rest between sets is not that of its sets."
    plan = DosePlan(
        given.sets,
        given.reps,
        given.hold,
        given.rest,
        1 + exercise.per_side,
        exercise.rep_seconds,
        seconds.between_sides,
    )
    if given.text != in_words(plan):
        yield f'its words say "{given.text[:60]}", its numbers "{in_words(plan)}".'
    if step.seconds != step.change_seconds + plan.seconds:
        yield f"it takes {step.change_seconds + plan.seconds} s by its numbers, and not {step.seconds} s."


def _beyond(given: DoseGiven, exercise: Exercise, decision: Decision, knowledge: Knowledge) -> Iterator[str]:
    """The numbers above what the texts allow, or what the rules of progress add to it, each with the most.

    Where the rules keep the dose low, only the lowest counts, unless they all let it grow.
    """
    may_grow = () if knowledge.progress is None else knowledge.progress.steps.low_end.may_grow
    limits = {compiled.id for compiled in decision.of("limit")}
    stays = decision.low_end and (not limits or not limits <= set(may_grow))
    lowest = doses_of(exercise, knowledge.session.seconds)["lowest"]
    highest = lowest if stays else most(exercise, knowledge, low_end=decision.low_end)
    if given.reps > highest.reps:
        yield f"{given.reps} times, {highest.reps} at most"
    if given.hold > highest.hold:
        yield f"hold {given.hold} s, {highest.hold} s at most"
    if given.sets > highest.sets:
        yield f"{given.sets} sets, {highest.sets} at most"


def _change(here: str, there: str, ways: Positions, knowledge: Knowledge) -> tuple[str, int]:
    """The change between two positions as the routine says it, and its seconds."""
    session, vocabulary = knowledge.session, knowledge.vocabulary
    cost, between = ways.way(here, there)
    longest = max(change.seconds for change in session.changes)
    seconds = session.seconds.between_exercises + (cost if cost < UNREACHABLE else longest)
    if here == there:
        return "", seconds
    kind: ChangeKind = "through" if between else ("direct" if cost < UNREACHABLE else "free")
    through = ", then ".join(vocabulary.title("start_position", name) for name in between)
    words = session.change_words[kind].format(to=vocabulary.title("start_position", there), through=through)
    return words, seconds
