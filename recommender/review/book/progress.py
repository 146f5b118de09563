"""The values of the page about doing more or less from one session to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recommender.decision.decide import numbers_in
from recommender.knowledge.catalogue import Dose, Exercise
from recommender.knowledge.data import SignOff
from recommender.knowledge.knowledge import Knowledge
from recommender.knowledge.progression import CompiledStep, Fact, Progress, ProgressRule, Words
from recommender.knowledge.progression import Steps as StepsFile
from recommender.logic.conditions import tests_of
from recommender.review.book.conditions import Branch, Clause, tree
from recommender.review.book.effects import Effect
from recommender.review.book.measures import Measures
from recommender.review.book.places import PROGRESS, STEPS, Link, carrier, exercise_page, locator, progress_rule
from recommender.review.book.rules import Cited, Example, cited
from recommender.review.book.words import joined, say_condition, say_example, say_selector
from recommender.review.coverage import RuleCoverage

__all__ = ["FactView", "ProgressTopic", "ProgressView", "StepRuleView", "progress_view"]

# The keys are the words of the rule files.
EFFECTS = {
    "stop": Effect("No routine", "No routine. Someone has to look at it, and the answers are given anew."),
    "day_off": Effect("Day off", "No routine for some days after the last entry, and a step down after it."),
    "start_again": Effect(
        "Start again", "Every exercise goes back to the dose of a fresh routine. What is lower stays lower."
    ),
    "step_down": Effect("Step down", "The dose goes down a step, and no lower than the lowest one of the texts."),
    "keep": Effect("Stays", "No dose goes up."),
    "step_up": Effect("Step up", "The dose of an exercise goes up a step, within the limits below."),
}
# Where each sentence of an adapted routine is said.
SENTENCES = {
    "routine": "Heading, where something changes",
    "nothing": "Heading, where nothing changes",
    "leaves_out": "Heading, where the answers leave out exercises of the last session",
    "others": "Heading, where the answers give other exercises than in the last session",
    "empty": "Heading, before the first session",
    "day_off": "Heading of a day off",
    "stop": "Heading, where there is no routine",
    "afresh": "Where there is no routine: how to go on later",
    "no_room": "Where a step up does not fit into the time",
    "at_top": "Where the dose is as high as the texts go",
    "at_bottom": "Where the dose is as low as the texts go",
    "gone": "Where the catalogue no longer holds an exercise",
    "left_out": "Where the rules leave out an exercise by now",
    "earlier": "Heading of earlier changes",
    "from_before": "Beside an earlier change",
}
VARIABLES = {"reps": "Repeats", "hold": "Hold", "level": "Exercise", "sets": "Sets"}


@dataclass(frozen=True, slots=True)
class StepRuleView:
    """Everything that the page shows of one rule. What other rules have and these have not is empty."""

    id: str
    href: str
    title: str
    effect: str
    effect_word: str
    effect_means: str
    sentence: str
    condition: Branch | Clause
    days: int
    say: str
    because: str
    reading: str
    reading_words: str
    file: str
    line: int | None
    sources: tuple[Cited, ...]
    holds_for: tuple[Example, ...]
    not_for: tuple[Example, ...]
    seen: RuleCoverage | None
    signed: SignOff
    impact: None = None


@dataclass(frozen=True, slots=True)
class ProgressTopic:
    """The rules of one file."""

    file: str
    title: str
    rules: tuple[StepRuleView, ...]


@dataclass(frozen=True, slots=True)
class FactView:
    """One thing that a log tells of a session, and its values from the least to the most risky."""

    fact: Fact
    levels: tuple[tuple[str, ...], ...]
    usual: str
    rules: tuple[StepRuleView, ...]


@dataclass(frozen=True, slots=True)
class BeyondView:
    """An exercise that may grow beyond the dose of the texts."""

    link: Link
    reps: int
    not_when_limited: bool
    because: str
    reading_words: str
    sources: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class ProgressView:
    """Everything that the page shows. `doses` holds, for what grows, each text with the dose that it gives."""

    steps: StepsFile
    strength: tuple[tuple[str, Effect], ...]
    topics: tuple[ProgressTopic, ...]
    facts: tuple[FactView, ...]
    order: tuple[tuple[str, str], ...]
    grows: str
    no_stronger: str
    steps_sources: tuple[Cited, ...]
    steps_reading: str
    doses: tuple[tuple[Link, tuple[tuple[Link, Dose], ...]], ...]
    beyond: tuple[BeyondView, ...]
    may_grow: tuple[Link, ...]
    low_end_sources: tuple[Cited, ...]
    low_end_reading: str
    words: tuple[tuple[str, str], ...]

    @property
    def rules(self) -> tuple[StepRuleView, ...]:
        """Every rule, in the order of the page."""
        return tuple(view for topic in self.topics for view in topic.rules)


def progress_view(knowledge: Knowledge, measures: Measures) -> ProgressView | None:
    """The page's values; None where nothing is known of how a routine changes."""
    progress = knowledge.progress
    if progress is None:
        return None
    steps, readings = progress.steps, knowledge.outcomes.readings
    topics = tuple(_topics(progress, knowledge, measures))
    growing = [knowledge.exercises[number] for number in numbers_in(progress.grows)]
    return ProgressView(
        steps=steps,
        strength=tuple((name, EFFECTS[name]) for name in steps.strength),
        topics=topics,
        facts=tuple(_fact(fact, progress, topics) for fact in steps.facts),
        order=tuple((VARIABLES[name], _size(name, steps)) for name in steps.order),
        grows=say_selector(steps.grows, knowledge),
        no_stronger=joined([aspect.replace("_", " ") for aspect in steps.no_stronger], "and"),
        steps_sources=_cited(steps.steps_sources, knowledge),
        steps_reading=readings[steps.steps_reading],
        doses=tuple((_link(exercise), tuple(_doses(exercise))) for exercise in growing),
        beyond=tuple(_beyond(steps, knowledge)),
        may_grow=tuple(carrier(id, knowledge) for id in steps.low_end.may_grow),
        low_end_sources=_cited(steps.low_end.sources, knowledge),
        low_end_reading=readings[steps.low_end.reading],
        words=tuple(_words(steps.words)),
    )


def _topics(progress: Progress, knowledge: Knowledge, measures: Measures) -> Iterator[ProgressTopic]:
    """The files with their rules; the file with the strongest effect comes first, and in it the strongest rules."""
    files: dict[str, list[CompiledStep]] = {}
    for compiled in progress.rules:
        files.setdefault(compiled.file, []).append(compiled)

    def strength(compiled: CompiledStep) -> int:
        return progress.steps.strength.index(compiled.rule.then.do)

    for file, rules in sorted(files.items(), key=lambda entry: (min(map(strength, entry[1])), entry[0])):
        document = knowledge.documents.get(file)
        title = str(document.data["topic"]) if document is not None else file
        views = (_rule(compiled, progress, knowledge, measures) for compiled in sorted(rules, key=strength))
        yield ProgressTopic(file, title, tuple(views))


def _rule(compiled: CompiledStep, progress: Progress, knowledge: Knowledge, measures: Measures) -> StepRuleView:
    rule, questions = compiled.rule, progress.table.questions
    effect, seen = EFFECTS[rule.then.do], measures.coverage.get(rule.id)
    said = say_condition(compiled.condition, questions)
    days = f", on {rule.in_a_row} days in a row" if rule.in_a_row > 1 else ""
    return StepRuleView(
        id=rule.id,
        href=progress_rule(rule.id),
        title=rule.title,
        effect=rule.then.do,
        effect_word=effect.word,
        effect_means=effect.means,
        sentence=f"If {said}{days}, then {_does(rule, of_exercise=compiled.of_exercise)}.",
        condition=tree(compiled.condition, questions, seen, PROGRESS),
        days=rule.in_a_row,
        say=rule.say,
        because=rule.because,
        reading=rule.reading,
        reading_words=knowledge.outcomes.readings[rule.reading],
        file=compiled.file,
        line=compiled.line,
        sources=tuple(cited(at, rule.id, knowledge) for at in rule.sources),
        holds_for=tuple(say_example(example, questions) for example in rule.fires_for),
        not_for=tuple(say_example(example, questions) for example in rule.silent_for),
        seen=seen,
        signed=measures.sign_off(rule.id),
    )


def _does(rule: ProgressRule, *, of_exercise: bool) -> str:
    """What the rule does, as the second half of a sentence."""
    match rule.then.do:
        case "stop":
            return "there is no routine, and someone has to look at it"
        case "day_off":
            days = rule.then.days or 0
            return f"there is no routine until {days} day{'' if days == 1 else 's'} after the last entry"
        case "start_again":
            return "every exercise goes back to the dose of a fresh routine"
        case "step_down":
            return f"{'this exercise' if of_exercise else 'every exercise that was done'} goes down a step"
        case "keep":
            return "no dose goes up"
        case _:
            return "this exercise may go up a step"


def _words(words: Words) -> Iterator[tuple[str, str]]:
    """Each sentence, with where it is said."""
    yield from ((where, getattr(words, name)) for name, where in SENTENCES.items())
    yield from ((f"A change: {VARIABLES[name].lower()}", text) for name, text in words.change.items())


# --- facts and steps -------------------------------------------------------------------------


def _fact(fact: Fact, progress: Progress, topics: tuple[ProgressTopic, ...]) -> FactView:
    reading = {step.id for step in progress.rules if fact.field in _fields(step)}
    rules = tuple(view for topic in topics for view in topic.rules if view.id in reading)
    levels: tuple[tuple[str, ...], ...] = ()
    if not isinstance(fact.risk, str):
        levels = tuple(tuple(fact.answers[word] for word in level) for level in fact.risk)
    return FactView(fact, levels, fact.answers.get(str(fact.baseline), str(fact.baseline)), rules)


def _fields(compiled: CompiledStep) -> set[str]:
    return {test.field for test in tests_of(compiled.condition)}


def _size(variable: str, steps: StepsFile) -> str:
    """How large a step up of one variable is, in words."""
    if variable == "level":
        return "the next harder exercise, where the rules allow it for this person, at its lowest dose"
    number = getattr(steps.size, variable)
    units = {"reps": ("repeat", "repeats"), "hold": ("second", "seconds"), "sets": ("set", "sets")}[variable]
    return f"{number} more {units[number != 1]}"


def _link(exercise: Exercise) -> Link:
    return Link(exercise_page(exercise.id), exercise.name, "exercise", exercise.id)


def _doses(exercise: Exercise) -> Iterator[tuple[Link, Dose]]:
    yield from ((locator(dose.source), dose) for dose in exercise.doses)


def _beyond(steps: StepsFile, knowledge: Knowledge) -> Iterator[BeyondView]:
    for entry in steps.beyond:
        exercise = knowledge.exercise(entry.exercise)
        assert exercise is not None
        yield BeyondView(
            _link(exercise),
            entry.reps,
            entry.not_when_limited is not None,
            entry.because,
            knowledge.outcomes.readings[entry.reading],
            _cited(entry.sources, knowledge),
        )


def _cited(sources: tuple[str, ...], knowledge: Knowledge) -> tuple[Cited, ...]:
    return tuple(cited(at, STEPS, knowledge) for at in sources)
