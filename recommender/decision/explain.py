"""Why an exercise was chosen or left out, and what other answers would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from recommender.decision.decide import Decision, decide
from recommender.decision.pipeline import Recommender
from recommender.decision.plan import Plan, Planner
from recommender.decision.recommendation import Recommendation
from recommender.errors import UsageError, nearest
from recommender.knowledge.catalogue import Exercise
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.conditions import evaluate, witnesses
from recommender.profile.checking import check

__all__ = ["Difference", "Explanation", "Rival", "difference", "explain", "find_exercise"]


@dataclass(frozen=True, slots=True)
class Rival:
    """An exercise of the routine that came before another one, and the rules that put it there."""

    exercise: Exercise
    rules: tuple[CompiledRule, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one exercise for one person.

    `changes` names, for each rule that leaves it out, the answers about kit, ability and wishes
    that would have to differ; `facts` the answers about health that it follows from. Those are
    never for changing.
    """

    exercise: Exercise
    result: Recommendation
    changes: Mapping[str, tuple[str, ...]]
    facts: Mapping[str, tuple[str, ...]]
    for_everyone: tuple[str, ...]
    rivals: tuple[Rival, ...]


def find_exercise(name: str, knowledge: Knowledge) -> Exercise:
    """The exercise with this id or one of these names. Raises UsageError with the nearest one."""
    wanted = name.strip().lower()
    for exercise in knowledge.exercises:
        if wanted in (exercise.id, exercise.name.lower(), *(other.lower() for other in exercise.other_names)):
            return exercise
    partly = [
        exercise.id for exercise in knowledge.exercises if wanted and wanted in f"{exercise.id} {exercise.name}".lower()
    ]
    if len(partly) == 1:
        raise UsageError(knowledge.say("why.one_is_near", name=name[:60], near=partly[0]))
    if partly:
        raise UsageError(knowledge.say("why.several_are_near", name=name[:60], near=knowledge.say.listed(partly)))
    known = [*knowledge.numbers, *(exercise.name for exercise in knowledge.exercises)]
    hint = nearest(name, known) or knowledge.say("why.all_exercises")
    raise UsageError(knowledge.say("why.no_exercise", name=name[:60], hint=hint))


def explain(exercise: Exercise, data: Any, knowledge: Knowledge) -> Explanation:
    """Explain one exercise for one person. Raises ProfileError for answers that cannot be used."""
    recommender = Recommender(knowledge)
    answers = check(data, knowledge)
    facts, decision, plan = recommender.planned(answers)
    number = knowledge.numbers[exercise.id]
    changes: dict[str, tuple[str, ...]] = {}
    health: dict[str, tuple[str, ...]] = {}
    everyone = []
    for compiled in decision.excluding:
        if not compiled.excludes >> number & 1:
            continue
        if compiled.always:
            everyone.append(compiled.id)
            continue
        fields = dict.fromkeys(test.field for test in witnesses(compiled.condition, facts))
        questions = knowledge.table.questions
        # Answers with a default are about kit, ability and wishes; all others are facts about health.
        changes[compiled.id] = tuple(
            text
            for name in fields
            if not questions[name].safety
            for text in _ways_out(compiled, name, answers, knowledge)
        )
        health[compiled.id] = tuple(name for name in fields if questions[name].safety)
    return Explanation(
        exercise=exercise,
        result=recommender.of_answers(answers),
        changes=changes,
        facts=health,
        for_everyone=tuple(everyone),
        rivals=tuple(_rivals(number, recommender.planner, decision, plan)),
    )


def _ways_out(compiled: CompiledRule, name: str, answers: Mapping[str, Any], knowledge: Knowledge) -> Iterator[str]:
    """Other answers to one question about kit, ability or wishes with which the rule would not hold."""
    question = knowledge.table.questions[name]
    given, say = answers[name], knowledge.say
    trials: list[tuple[str, Any]] = []
    if question.kind == "choice":
        trials = [(say("why.other_answer", field=name, word=word), word) for word in question.words if word != given]
    elif question.kind == "set":
        added = [word for word in question.words if word not in given]
        trials = [(say("why.with", field=name, word=word), (*given, word)) for word in added]
        trials += [(say("why.without", field=name, word=word), tuple(w for w in given if w != word)) for word in given]
    for text, value in trials:
        if not evaluate(compiled.condition, knowledge.table.encode({**answers, name: value})):
            yield text


def _rivals(number: int, planner: Planner, decision: Decision, plan: Plan) -> Iterator[Rival]:
    """The exercises of the routine in the same phase, and by which rules each came first."""
    if not decision.allowed >> number & 1:
        return
    knowledge = planner.knowledge
    ranking = planner.ranking(decision)
    ranks = knowledge.session.ranks
    for step in plan.steps:
        rival = step.chosen.number
        if rival == number or planner.phase_of(rival) != planner.phase_of(number):
            continue
        if ranking.index(rival) > ranking.index(number):
            continue
        ahead = [c for c in decision.of("prefer", "defer") if c.scores[rival] < c.scores[number]]
        ahead.sort(key=lambda compiled: ranks.index(compiled.rule.then.rank or ""))
        yield Rival(knowledge.exercises[rival], tuple(ahead[:1]))


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes from one recommendation to another."""

    before: Recommendation
    after: Recommendation
    now_excluded: Mapping[str, tuple[str, ...]]
    now_allowed: Mapping[str, tuple[str, ...]]
    rules_added: tuple[CompiledRule, ...]
    rules_gone: tuple[CompiledRule, ...]


def difference(before: Any, after: Any, knowledge: Knowledge) -> Difference:
    """Compare two profiles. Raises ProfileError if one of them cannot be used."""
    recommender = Recommender(knowledge)
    results, fired = [], []
    for data in (before, after):
        answers = check(data, knowledge)
        facts = knowledge.table.encode(answers)
        fired.append({compiled.id: compiled for compiled in decide(knowledge.fired(facts), knowledge).fired})
        results.append(recommender.of_answers(answers))
    old, new = ({e.exercise: tuple(r.rule for r in e.reasons) for e in result.excluded} for result in results)
    return Difference(
        before=results[0],
        after=results[1],
        now_excluded={id: rules for id, rules in new.items() if id not in old},
        now_allowed={id: rules for id, rules in old.items() if id not in new},
        rules_added=tuple(compiled for id, compiled in fired[1].items() if id not in fired[0]),
        rules_gone=tuple(compiled for id, compiled in fired[0].items() if id not in fired[1]),
    )
