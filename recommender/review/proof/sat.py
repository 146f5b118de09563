"""The second prover: satisfiability over what the rule engine was given, by python-sat.

Each variable of the facts becomes one propositional variable for each band of its codes, of which
exactly one holds. What makes facts those of a person (a child that is not asked, `unsure` in a set)
becomes clauses. A guarantee is refuted by a model of its contrary; there is none where it is proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import combinations
from typing import Any

from recommender.knowledge.knowledge import CompiledRule, Knowledge
from recommender.logic.conditions import AllOf, Condition, Test
from recommender.logic.facts import ABSENT, FactTable, Variable
from recommender.logic.questions import Question
from recommender.review.proof.exact import bands_of, masks_of

__all__ = ["Clauses", "People", "Sat", "available"]

SOLVER = "cadical153"


def available() -> Any:
    """The module of python-sat, or None where it is not installed."""
    try:
        return import_module("pysat.solvers")
    except ImportError:
        return None


class Clauses:
    """Clauses under construction. Literals are numbers; the contrary of one is its negative."""

    def __init__(self) -> None:
        self.all: list[list[int]] = []
        self._count = 0
        self.true = self.new()
        self.all.append([self.true])

    def new(self) -> int:
        """A fresh variable."""
        self._count += 1
        return self._count

    def either(self, literals: Iterable[int]) -> int:
        """A literal that holds exactly if one of these does."""
        parts = sorted(set(literals))
        if len(parts) == 1:
            return parts[0]
        whole = self.new()
        self.all.append([-whole, *parts])
        self.all.extend([whole, -part] for part in parts)
        return whole

    def both(self, literals: Iterable[int]) -> int:
        """A literal that holds exactly if all of these do."""
        return -self.either(-part for part in literals)


class People:
    """One person as clauses: every answer to every question, folded into bands."""

    def __init__(self, clauses: Clauses, table: FactTable, bands: Mapping[int, Sequence[tuple[int, ...]]]) -> None:
        self.clauses, self.table = clauses, table
        self._masks: dict[tuple[int, int], int] = {}
        self.literals: dict[int, dict[tuple[int, ...], int]] = {}
        for variable in table.variables:
            literals = {band: clauses.new() for band in bands[variable.index]}
            self.literals[variable.index] = literals
            clauses.all.append(list(literals.values()))
            clauses.all.extend([-one, -other] for one, other in combinations(literals.values(), 2))
        for question in table.questions.values():
            variables = [variable for variable in table.variables if variable.field == question.field]
            if question.kind == "set" and question.risk != "shrinking":
                self._set(question, variables)
            if question.parent is not None:
                self._child(question, variables)

    def code(self, variable: Variable, mask: int) -> int:
        """A literal that holds exactly if the code of the variable is in the mask."""
        key = (variable.index, mask)
        if key not in self._masks:
            inside = [literal for band, literal in self.literals[variable.index].items() if mask >> band[0] & 1]
            whole = len(inside) == len(self.literals[variable.index])
            self._masks[key] = self.clauses.true if whole else self.clauses.either(inside or [-self.clauses.true])
        return self._masks[key]

    def holds(self, condition: Condition) -> int:
        """A literal that holds exactly if the condition does."""
        if isinstance(condition, Test):
            return self.code(condition.variable, condition.mask & condition.variable.all_codes)
        parts = [self.holds(part) for part in condition.parts]
        if isinstance(condition, AllOf):
            return self.clauses.both(parts or [self.clauses.true])
        return self.clauses.either(parts or [-self.clauses.true])

    def fires(self, alternatives: Iterable[Mapping[int, int]]) -> int:
        """A literal that holds exactly if one of the engine's alternatives does."""
        variables = self.table.variables
        return self.clauses.either(
            [
                self.clauses.both([self.code(variables[i], mask) for i, mask in demand.items()] or [self.clauses.true])
                for demand in alternatives
            ]
            or [-self.clauses.true]
        )

    def answers(self, model: set[int], *, last: bool = False) -> dict[str, Any]:
        """The answers of the person in a model; of numbers in one band the first, or the last."""
        codes: dict[int, int] = {}
        for variable in self.table.variables:
            literals = self.literals[variable.index].items()
            band = next(band for band, literal in literals if literal in model)
            codes[variable.index] = band[-1] if last else band[0]
        return {
            name: self._answer(question, codes)
            for name, question in self.table.questions.items()
            if question.parent is None or self._is_asked(question, codes)
        }

    def _is_asked(self, question: Question, codes: Mapping[int, int]) -> bool:
        variable, mask = self._gate(question)
        return bool(mask >> codes[variable.index] & 1)

    def _gate(self, question: Question) -> tuple[Variable, int]:
        """With which codes of which variable a question with a parent is asked; worked out here once more."""
        parent = question.parent
        assert parent is not None
        if parent.named:
            variable = self.table.by_name[f"{parent.field}:{parent.named}"]
            return variable, 1 << variable.codes.index("named")
        variable = self.table.by_name[parent.field]
        return variable, sum(1 << code for code, word in enumerate(variable.codes) if word != parent.unless)

    def _answer(self, question: Question, codes: Mapping[int, int]) -> Any:
        variables = [variable for variable in self.table.variables if variable.field == question.field]
        if question.kind != "set":
            word = variables[0].codes[codes[variables[0].index]]
            return int(word) if question.kind == "number" and word.isdigit() else word
        shrinking = question.risk == "shrinking"
        return tuple(
            word
            for word, variable in zip(question.words, variables, strict=False)
            if codes[variable.index] == (0 if shrinking else len(variable.codes) - 1)
        )

    def _set(self, question: Question, variables: Sequence[Variable]) -> None:
        """`unsure` makes every word that is not named a doubtful one; `any` holds if a word is named."""
        *single, some = variables
        named = [self.code(variable, 1 << len(variable.codes) - 1) for variable in single]
        self._same(self.code(some, 0b10), self.clauses.either(named))
        if "unsure" in question.words:
            unsure = named[question.words.index("unsure")]
            for variable in single:
                if len(variable.codes) == 3:
                    self.clauses.all.append([-self.code(variable, 0b001), -unsure])
                    self.clauses.all.append([-self.code(variable, 0b010), unsure])

    def _child(self, question: Question, variables: Sequence[Variable]) -> None:
        """Not asked: every code is 0. Asked: no number is missing."""
        unasked = -self.code(*self._gate(question))
        self.clauses.all.extend([-unasked, self.code(variable, 1)] for variable in variables)
        if variables[0].codes[0] == ABSENT and question.kind != "set":
            self.clauses.all.append([unasked, -self.code(variables[0], 1)])

    def _same(self, one: int, other: int) -> None:
        self.clauses.all += [[-one, other], [one, -other]]


class Sat:
    """Asks python-sat about one knowledge. `conditions` are all that will be asked about besides its guarantees."""

    def __init__(self, knowledge: Knowledge, conditions: Iterable[Condition] = ()) -> None:
        self.table = knowledge.table
        self.engine = knowledge.engine.read_back()
        self._always = {rule.id for rule in knowledge.rules if rule.always}
        masks = masks_of([*(g.when for g in knowledge.guarantees), *conditions])
        for alternatives in self.engine.values():
            for demand in alternatives:
                for index, mask in demand.items():
                    masks.setdefault(index, set()).add(mask)
        self.bands = bands_of(_structured(masks, self.table), self.table)
        self.clauses = Clauses()
        self.person = People(self.clauses, self.table, self.bands)
        self.fires = {id: self.person.fires(alternatives) for id, alternatives in self.engine.items()}
        self._solver = available().Solver(name=SOLVER)
        self._given = 0

    def counterexample(self, when: Condition, rules: Iterable[CompiledRule]) -> dict[str, Any] | None:
        """The answers of someone for whom the condition holds and none of these rules fires; None: there is nobody."""
        ids = [rule.id for rule in rules]
        if not self._always.isdisjoint(ids):
            return None
        return self.solve([self.person.holds(when), *(-self.fires[id] for id in ids)])

    def solve(self, literals: Sequence[int]) -> dict[str, Any] | None:
        """The answers of a person for whom all literals hold; None: there is nobody."""
        model = self.model(literals)
        return None if model is None else self.person.answers(model)

    def model(self, literals: Sequence[int]) -> set[int] | None:
        """The literals that hold in one model, or None."""
        for clause in self.clauses.all[self._given :]:
            self._solver.add_clause(clause)
        self._given = len(self.clauses.all)
        return set(self._solver.get_model()) if self._solver.solve(assumptions=list(literals)) else None

    def close(self) -> None:
        """Give the memory of the solver back."""
        self._solver.delete()


def _structured(masks: Mapping[int, set[int]], table: FactTable) -> dict[int, set[int]]:
    """The masks, and those by which a person's own answers hang together: sets and parents apart, code by code."""
    found = {index: set(seen) for index, seen in masks.items()}
    parents = {question.parent.field for question in table.questions.values() if question.parent is not None}
    for variable in table.variables:
        if table.questions[variable.field].kind == "set" or variable.field in parents:
            found.setdefault(variable.index, set()).update(1 << code for code in range(len(variable.codes)))
    return found
