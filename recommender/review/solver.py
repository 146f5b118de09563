"""One search for people: how many satisfy a condition, and who of them is closest to the healthy person.

All questions are cut into steps, each of which decides one variable of the facts: one word of a set, or
the answer to any other question. After each step what is left of the condition gets smaller, and equal
rests are looked at once. So the search goes through all people, misses nobody, and is quick nevertheless.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from recommender.logic.conditions import AllOf, Condition, Test, conjunctions
from recommender.logic.facts import ABSENT, UNKNOWN, FactTable, Variable
from recommender.logic.questions import UNSURE, Question
from recommender.review.rests import FALSE, TRUE, Rest, Rests

__all__ = ["Solver", "solver_of"]

# What it costs to differ from the healthy person. Fewer changed answers count before fewer doubtful words,
# and these before smaller distances, which never add up to one doubtful word.
CHANGE, DOUBT = 1 << 48, 1 << 24

# What the steps before leave behind, as flags: in this set `unsure` or any word is named, or it is changed already.
# From CHILD on each child of the family has a flag that says that it is asked.
IN_DOUBT, NAMED, CHANGED, CHILD = 1, 2, 4, 8

State = tuple[Rest, int, int]  # what is left, the next step, and the flags


class Found(NamedTuple):
    """What there is from one state on.

    `people` counts profiles, and `shares` counts whoever is not asked a question once for each answer to it.
    `cost` is the least that someone needs, `way` the branch that they take and what they take after it.
    """

    people: int
    shares: int
    cost: int = 0
    way: tuple[Branch, Found] | None = None


class Branch(NamedTuple):
    """One way on from a state: where it leads, for how many it stands, and what it costs.

    It takes the step `at` with this answer, or for a set decides whether the word is `there`. -1: no step.
    """

    state: State
    people: int
    shares: int
    cost: int = 0
    at: int = -1
    answer: Any = None
    there: bool = True


class Move(NamedTuple):
    """One way to take a step: its code, the flags that it sets, for how many answers it stands, what it costs."""

    code: int
    flags: int
    number: int
    cost: int
    answer: Any
    there: bool = True


class Span(NamedTuple):
    """The steps of one question: from `first` to before `end`; the words of a set end before `some`.

    `kept` has a bit for each step that must be taken although nothing reads it, `asked` is the flag
    without which the question is not asked (0: it always is), and `size` says how many answers it has.
    """

    question: Question
    first: int
    some: int
    end: int
    kept: int
    asked: int
    size: int


NOBODY = Found(0, 0)


class Solver:
    """Every valid profile of one questionnaire; remembers what it has found.

    With `mildest` the people that it finds are not the closest to the healthy person in everything: they have
    all kit, and of other answers the least risky ones. `counted` names, for some variables, the codes that
    stand for all others: only these are counted.
    """

    def __init__(
        self, table: FactTable, *, mildest: bool = False, counted: Mapping[int, Collection[int]] | None = None
    ) -> None:
        self.table = table
        self._mildest, self._counted = mildest, counted or {}
        self._spans: list[Span] = []
        self._steps: list[Variable] = []
        self._span: list[Span] = []  # of each step
        self._start: list[int] = []  # of each step: where its family of questions begins
        self._opens: list[list[tuple[int, int]]] = []  # of each step: masks of codes, and the children they ask for
        # Most rules end in one of the last questions, so that these leave the smallest rests.
        for question in reversed(table.questions.values()):
            if question.parent is None:
                self._add(question, len(self._steps), [CHILD])
        self._rests = Rests(self._steps)
        self._bands: dict[tuple[int, frozenset[int]], tuple[Move, ...]] = {}
        self._all = {len(self._steps): Found(1, 1)}  # everyone, from the beginning of each family on
        self._known: dict[State, Found] = {(TRUE, len(self._steps), 0): Found(1, 1)}
        for start in sorted(set(self._start), reverse=True):
            self._all[start] = self._search((TRUE, start, 0))

    # --- what can be asked ---------------------------------------------------------------------

    def person(self, condition: Condition, none: Iterable[Condition] = ()) -> dict[str, Any] | None:
        """The answers of the closest person for whom the condition holds, and none of the others; None: nobody.

        That is who has the fewest answers other than the healthy person's; of several whoever is sure of more,
        and then whoever is nearer to the usual numbers, levels and words.
        """
        found = self._found(condition, none)
        return self._answers(found) if found.people else None

    def person_of_each(self, condition: Condition) -> Iterator[dict[str, Any]]:
        """The closest person for each alternative of the condition that someone satisfies.

        Raises TooManyAlternatives, which no condition of a loaded rule has.
        """
        variables = self.table.variables
        for term in conjunctions(condition):
            tests = tuple(Test(variables[i], mask, variables[i].field, "") for i, mask in term.items())
            answers = self.person(AllOf(tests))
            if answers is not None:
                yield answers

    def holds(self, condition: Condition, none: Iterable[Condition] = ()) -> bool:
        """Whether there is anybody for whom the condition holds, and none of the others."""
        rest, seen = self._rests.of(condition, none), set[State]()
        todo = [] if rest is FALSE else [self._ahead(rest, 0, 0)[0]]
        while todo:
            state = todo.pop()
            if state[0] is TRUE or self._known.get(state, NOBODY).people:
                return True
            if state not in seen and state not in self._known:
                seen.add(state)
                todo.extend(branch.state for branch in reversed(self._branches(state)))
        self._known.update(dict.fromkeys(seen, NOBODY))
        return False

    def implies(self, narrow: Condition, wide: Condition) -> bool:
        """Whether `wide` holds for everyone for whom `narrow` does."""
        return not self.holds(narrow, (wide,))

    def same(self, one: Condition, other: Condition) -> bool:
        """Whether both hold for the same people."""
        return self.implies(one, other) and self.implies(other, one)

    def people(self, condition: Condition, none: Iterable[Condition] = ()) -> int:
        """For exactly how many of all possible profiles the condition holds, and none of the others."""
        return self._found(condition, none).people

    def share(self, condition: Condition) -> Fraction:
        """The share of all possible answers for which the condition holds.

        Every answer to a question counts alike, and so does every set of words.
        """
        return Fraction(self._found(condition).shares, self._all[0].shares)

    # --- the questions as steps ----------------------------------------------------------------

    def _add(self, question: Question, start: int, free: list[int], asked: int = 0) -> None:
        """Add the steps of a question and of all below it. `free` holds the next flag of the family."""
        # `unsure` comes first, since it changes what every other word means.
        doubt = f"{question.field}:{UNSURE}"
        variables = [variable for variable in self.table.variables if variable.field == question.field]
        variables.sort(key=lambda variable: variable.name != doubt)
        children = {}
        for child in self.table.questions.values():
            if child.parent is not None and child.parent.field == question.field:
                children[child.field] = free[0]
                free[0] <<= 1
        first, kept = len(self._steps), 0
        for place, variable in enumerate(variables, first):
            gates = [(self.table.asked[name], flag) for name, flag in children.items()]
            self._opens.append([(mask, flag) for (gate, mask), flag in gates if gate is variable])
            kept |= (variable.name == doubt or bool(self._opens[-1])) << place
        size = 1 << len(question.words)
        if question.kind != "set":
            codes = self._counted.get(variables[0].index, range(len(variables[0].codes)))
            size = sum(variables[0].codes[code] != ABSENT for code in codes)
        some = first + (len(question.words) if question.kind == "set" else 1)
        self._spans.append(Span(question, first, some, first + len(variables), kept, asked, size))
        self._steps += variables
        self._span += [self._spans[-1]] * len(variables)
        self._start += [start] * len(variables)
        for name, flag in children.items():
            self._add(self.table.questions[name], start, free, flag)

    # --- the search ----------------------------------------------------------------------------

    def _found(self, condition: Condition, none: Iterable[Condition] = ()) -> Found:
        rest = self._rests.of(condition, none)
        if rest is FALSE:
            return NOBODY
        state, people, shares = self._ahead(rest, 0, 0)
        found = self._search(state)
        return found._replace(people=found.people * people, shares=found.shares * shares)

    def _search(self, start: State) -> Found:
        """What there is from this state on: from the states where all is known, back to this one."""
        known, todo, open_ = self._known, [start], dict[State, list[Branch]]()
        while todo:
            state = todo[-1]
            if state in known:
                todo.pop()
            elif state in open_:
                known[state] = _joined(open_.pop(state), known)
                todo.pop()
            else:
                open_[state] = branches = self._branches(state)
                todo.extend(branch.state for branch in branches if branch.state not in known)
        return known[start]

    def _ahead(self, rest: Rest, at: int, flags: int) -> tuple[State, int, int]:
        """The next state that counts, and how many ways there are to answer the families of questions before it."""
        every = self._all.get(at)
        if every is None:  # in the midst of a family
            return (rest, at, flags if at > self._span[at].first else flags & -CHILD), 1, 1
        if rest is TRUE:
            return (TRUE, len(self._steps), 0), every.people, every.shares
        at = self._start[rest.first]
        return (rest, at, 0), every.people // self._all[at].people, every.shares // self._all[at].shares

    def _branches(self, state: State) -> list[Branch]:
        """Every way on from this state that leads to somebody, or may do so."""
        rest, at, flags = state
        span = self._span[at]
        if span.asked & ~flags:
            for place in range(span.first, span.end):
                rest = self._rests.given(rest, place, 1)
            return [] if rest is FALSE else [self._branch(rest, span.end, flags, shares=span.size)]
        passed = self._passed(rest, at, flags)
        if passed > at:
            number = 1 << min(passed, span.some) - at if span.question.kind == "set" else span.size
            return [self._branch(rest, passed, flags, number, number)]
        found = []
        for move in self._moves(rest, at, flags):
            left = self._rests.given(rest, at, 1 << move.code)
            if left is not FALSE:
                branch = self._branch(left, at + 1, flags | move.flags, move.number, move.number)
                found.append(branch._replace(cost=move.cost, at=at, answer=move.answer, there=move.there))
        return found

    def _branch(self, rest: Rest, at: int, flags: int, people: int = 1, shares: int = 1) -> Branch:
        state, more_people, more_shares = self._ahead(rest, at, flags)
        return Branch(state, people * more_people, shares * more_shares)

    def _passed(self, rest: Rest, at: int, flags: int) -> int:
        """The next step of the question that matters. What does not stays as it is, and every answer to it counts."""
        span = self._span[at]
        read = rest.reads & (1 << span.end) - (1 << span.first)
        if span.question.kind != "set":
            return at if read | span.kept else span.end
        if at == span.first and not read and not any(self._opens[span.first : span.end]):
            return span.end
        if read >> span.some and not flags & NAMED:
            return at  # it is read whether any word is named
        matters = (read | span.kept) >> at
        return at + (matters & -matters).bit_length() - 1 if matters else span.end

    # --- the answers of one step -----------------------------------------------------------------

    def _moves(self, rest: Rest, at: int, flags: int) -> Iterable[Move]:
        span, variable = self._span[at], self._steps[at]
        if span.question.kind != "set":
            return self._singles(rest, at)
        if at == span.some:
            return (Move(int(bool(flags & NAMED)), 0, 1, 0, None),)
        word = variable.name.removeprefix(f"{span.question.field}:")
        top = len(variable.codes) - 1
        inside, outside = top, int(top > 1 and bool(flags & IN_DOUBT))
        if span.question.risk == "shrinking":
            inside, outside = 0, 1
        usual = word in self._usual_words(span.question)
        cost = (0 if flags & CHANGED else CHANGE) + (DOUBT if word == UNSURE else 1)
        any_read = span.some < span.end and rest.reads >> span.some & 1
        named = (NAMED if any_read else 0) | (IN_DOUBT if word == UNSURE else 0) | self._opened(at, inside)
        if usual:
            return (Move(inside, named, 1, 0, word), Move(outside, CHANGED, 1, cost, word, there=False))
        return (Move(outside, 0, 1, 0, word, there=False), Move(inside, named | CHANGED, 1, cost, word))

    def _usual_words(self, question: Question) -> tuple[str, ...]:
        if self._mildest and question.risk == "shrinking":
            return question.words
        return question.baseline if isinstance(question.baseline, tuple) else ()

    def _singles(self, rest: Rest, at: int) -> tuple[Move, ...]:
        """The answers to a choice or a number. Of those that the rest does not tell apart there is the closest."""
        masks = frozenset((*self._rests.masks(rest, at), *(mask for mask, _ in self._opens[at])))
        if (at, masks) not in self._bands:
            variable = self._steps[at]
            bands: dict[tuple[int, ...], list[int]] = {}
            for code in sorted(self._counted.get(variable.index, range(len(variable.codes)))):
                if variable.codes[code] != ABSENT:
                    bands.setdefault(tuple(mask >> code & 1 for mask in masks), []).append(code)
            moves = [self._closest(at, codes) for codes in bands.values()]
            self._bands[at, masks] = tuple(sorted(moves, key=lambda move: (move.cost, move.code)))
        return self._bands[at, masks]

    def _closest(self, at: int, codes: list[int]) -> Move:
        """The closest of these answers, which stands for all of them."""
        cost, code = min((self._cost(at, code), code) for code in codes)
        word = self._steps[at].codes[code]
        number = self._span[at].question.kind == "number" and word.isdigit()
        return Move(code, self._opened(at, code), len(codes), cost, int(word) if number else word)

    def _cost(self, at: int, code: int) -> int:
        """What it costs to give this answer to a choice or a number."""
        question, variable = self._span[at].question, self._steps[at]
        usual = variable.codes.index(str(question.baseline))
        if code == usual:
            return 0
        if self._mildest and variable.levels is not None:
            return CHANGE + code
        if variable.codes[code] in (UNSURE, UNKNOWN):
            return CHANGE + DOUBT
        places = variable.levels if question.kind == "choice" else range(len(variable.codes))
        return CHANGE + (abs(places[code] - places[usual]) if places is not None else 0)

    def _opened(self, at: int, code: int) -> int:
        return sum(flag for mask, flag in self._opens[at] if mask >> code & 1)

    # --- the person ----------------------------------------------------------------------------

    def _answers(self, found: Found) -> dict[str, Any]:
        """The answers of the person to whom the ways lead. What they say nothing about is as usual."""
        given: dict[str, Any] = {}
        words: dict[tuple[str, str], bool] = {}
        while found.way is not None:
            branch, found = found.way
            if branch.at >= 0:
                field = self._steps[branch.at].field
                given[field] = branch.answer
                words[field, str(branch.answer)] = branch.there
        answers: dict[str, Any] = {}
        for question in (span.question for span in self._spans):
            name, parent = question.field, question.parent
            if parent is not None and not parent.asks(answers.get(parent.field)):
                continue
            if question.kind == "set":
                usual = self._usual_words(question)
                answers[name] = tuple(word for word in question.words if words.get((name, word), word in usual))
            else:
                answers[name] = given.get(name, question.baseline)
        return {name: answers[name] for name in self.table.questions if name in answers}


def _joined(branches: Iterable[Branch], known: Mapping[State, Found]) -> Found:
    """What there is from a state on, from what there is at the ends of its branches."""
    people = shares = 0
    best, way = None, None
    for branch in branches:
        found = known[branch.state]
        if found.people:
            people += found.people * branch.people
            shares += found.shares * branch.shares
            if best is None or found.cost + branch.cost < best:
                best, way = found.cost + branch.cost, (branch, found)
    return NOBODY if best is None else Found(people, shares, best, way)


@lru_cache(maxsize=4)
def solver_of(table: FactTable) -> Solver:
    """The solver of a questionnaire that whoever asks about it shares."""
    return Solver(table)
