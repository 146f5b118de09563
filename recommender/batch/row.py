"""One person's row of results, without composing the whole result where it is not asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from recommender.batch.cells import MISSING, ODD
from recommender.decision.compose import Composer
from recommender.decision.decide import Decision, numbers_in
from recommender.decision.pipeline import Recommender
from recommender.decision.plan import Plan
from recommender.errors import EngineError, PlanError, ProfileError, ProfileFault
from recommender.knowledge.dose import in_words
from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.answers import clean
from recommender.logic.questions import Question
from recommender.profile.checking import check
from recommender.profile.urgent import spelled_out
from recommender.values import variant

__all__ = ["COLUMNS", "FULL", "KINDS", "Row", "RowMaker"]

COLUMNS = (
    "outcome", "urgency", "whom", "now", "routine", "doses", "seconds", "show_to_clinician_first",
    "excluded", "reasons", "messages", "knowledge", "error",
)  # fmt: skip
FULL = "result"  # the column of the whole result as JSON
KINDS = {"seconds": int, "show_to_clinician_first": bool}  # the columns that hold no text

KEPT = 20_000  # answers and masks that are kept at once
IDS, TEXTS = ";", " | "  # what stands between ids and between texts

Row = tuple[Any, ...]


class RowMaker:
    """Makes the row of results for the answers of one person. Every fault ends in an error and no routine."""

    def __init__(self, knowledge: Knowledge, *, full: bool = False) -> None:
        self.knowledge, self.full = knowledge, full
        self.fields = (ODD, *knowledge.table.questions)
        self._recommender = Recommender(knowledge)
        self._composer = Composer(knowledge, self._recommender.planner)
        self._questions = list(knowledge.table.questions.values())
        self._cleaned: dict[tuple[Any, ...], Any] = {}
        self._excluded: dict[int, str] = {}
        strength = knowledge.outcomes.strength
        self._weight: dict[str, tuple[int, ...]] = {
            compiled.id: (strength.index(compiled.rule.then.stop), *knowledge.calls[compiled.id].rank)
            if compiled.rule.then.stop
            else (len(strength), compiled.rule.reading == "practical")
            for compiled in knowledge.rules
        }

    def row(self, given: Sequence[Any]) -> Row:
        """The values of COLUMNS, and of FULL where it is wanted; `given` holds an answer or MISSING for each field."""
        try:
            answers = self._usual(given)
            if answers is None:
                answers = check(self._profile(given), self.knowledge)
            _, decision, plan = self._recommender.planned(answers)
            row = self._compact(decision, plan)
            return (*row, self._recommender.of_answers(answers).model_dump_json()) if self.full else row
        except ProfileError as error:
            return self._error(" ".join([*error.forced, *map(str, error.faults)]))
        except (EngineError, PlanError) as error:
            return self._error(str(error))

    def _error(self, text: str) -> Row:
        row = dict.fromkeys((*COLUMNS, FULL) if self.full else COLUMNS)
        return tuple({**row, "knowledge": self.knowledge.hash, "error": text}.values())

    def _usual(self, given: Sequence[Any]) -> dict[str, Any] | None:
        """Complete answers without any fault, as `check` gives them; None where something has to be looked at."""
        if given[0] is not MISSING:
            return None
        answers: dict[str, Any] = {}
        for question, value in zip(self._questions, given[1:], strict=True):
            if value is not MISSING:
                cleaned = self._clean(question, value)
                if cleaned is MISSING:
                    return None
                answers[question.field] = cleaned
        for question in self._questions:
            parent, there = question.parent, question.field in answers
            if parent is not None:
                if there == (not parent.asks(answers.get(parent.field))):
                    return None
            elif not there:
                if question.default is None:
                    return None
                answers[question.field] = question.default
        return answers

    def _clean(self, question: Question, value: Any) -> Any:
        """The answer as `check` gives it, looked at alone; MISSING if there is a fault."""
        try:
            key = (question.field, type(value), tuple(value) if type(value) is list else value)
            known = self._cleaned.get(key, self)
        except TypeError:
            return MISSING
        if known is self:
            alone = variant(question, parent=None)
            answers, faults = clean({question.field: value}, {question.field: alone}, self.knowledge.say)
            known = MISSING if faults else answers.get(question.field, MISSING)
            if len(self._cleaned) >= KEPT:
                self._cleaned = {}
            self._cleaned[key] = known
        return known

    def _profile(self, given: Sequence[Any]) -> Mapping[str, Any]:
        """The answers as a profile. Raises ProfileError for a row that cannot be read."""
        odd = given[0]
        if isinstance(odd, str):
            say = self.knowledge.say
            raise ProfileError([ProfileFault.of(say, "", odd, say("accepted.one_row"))])
        profile = {} if odd is MISSING else dict(odd)
        found = zip(self._questions, given[1:], strict=True)
        return {**{question.field: value for question, value in found if value is not MISSING}, **profile}

    def _compact(self, decision: Decision, plan: Plan) -> Row:
        exercises = self.knowledge.exercises
        excluded = self._excluded.get(decision.excluded)
        if excluded is None:
            excluded = IDS.join([exercises[number].id for number in numbers_in(decision.excluded)])
            if len(self._excluded) > KEPT:
                self._excluded = {}
            self._excluded[decision.excluded] = excluded
        asks = any(not compiled.always for compiled in decision.of("ask"))
        return (
            decision.outcome,
            decision.urgency,
            decision.whom,
            " ".join(self._composer.now(decision, plan)),
            IDS.join([exercises[step.chosen.number].id for step in plan.steps]),
            TEXTS.join([in_words(step.chosen.dose, self.knowledge.say) for step in plan.steps]),
            plan.seconds,
            decision.outcome == "routine" and bool(plan.steps) and asks,
            excluded,
            IDS.join([compiled.id for compiled in sorted(decision.excluding, key=self._by_weight)]),
            TEXTS.join(self._messages(decision, plan)),
            self.knowledge.hash,
            None,
        )

    def _by_weight(self, compiled: CompiledRule) -> tuple[int, ...]:
        return self._weight[compiled.id]

    def _messages(self, decision: Decision, plan: Plan) -> list[str]:
        """What has to be said besides: the stops, what the session lacks, the asks and the limits."""
        in_full, further = spelled_out(decision.stops, self.knowledge)
        said = [*(compiled.rule.say for compiled in in_full), *([further] if further else [])]
        said += [message.text for message in self._composer.notes(plan)]
        if plan.steps and decision.outcome == "routine":
            said += [compiled.rule.say for compiled in decision.of("ask", "limit")]
        return said
