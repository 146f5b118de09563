"""What a condition of a rule means: parse it, say it, evaluate it, and bring it into other forms.

A condition is a tree of `AllOf`, `AnyOf` and `Test`. A test reads one variable of the facts and holds
the set of its codes that satisfy it as a bit mask, so every later form (words, plain Python, the
engine's definition, a truth table) comes from the same value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING, Any

from recommender.errors import EngineError, nearest
from recommender.logic.facts import ANY, UNKNOWN, FactTable, Variable

if TYPE_CHECKING:
    from recommender.logic.questions import Question

__all__ = [
    "ALWAYS",
    "MOST",
    "AllOf",
    "AnyOf",
    "Condition",
    "ConditionFault",
    "Test",
    "TooManyAlternatives",
    "bounds",
    "conjunctions",
    "decide_partly",
    "evaluate",
    "falling_tests",
    "intervals",
    "negate",
    "parse",
    "size",
    "source",
    "tests_of",
    "witnesses",
    "words",
]


MOST = 4096  # alternatives of one condition; a reader loses track long before, and a computer soon after
HUGE = 10**15  # sizes are counted up to here


class TooManyAlternatives(EngineError):
    """A condition has too many alternatives to go through one by one: `size` of them, or over HUGE."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(
            f"It has {f'over {HUGE:,}' if size >= HUGE else f'{size:,}'} alternatives, and up to {MOST:,} can be held"
        )


class ConditionFault(Exception):
    """A condition cannot be read. `where` leads to the place inside it."""

    def __init__(self, where: tuple[str | int, ...], found: str, do: str = "") -> None:
        self.where, self.found, self.do = where, found, do
        super().__init__(found)


@dataclass(frozen=True)
class Test:
    """One answer is one of some codes. `said` is the test as the rule file writes it."""

    variable: Variable
    mask: int
    field: str
    said: str

    def holds(self, code: int) -> bool:
        """Whether this code satisfies the test."""
        return bool(self.mask >> code & 1)


@dataclass(frozen=True)
class AllOf:
    """Every part holds. Without parts it always holds. `called` is the term that stands for it, if any."""

    parts: tuple[Condition, ...]
    called: str = field(default="", compare=False)


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds. `called` is the term that stands for it, if any."""

    parts: tuple[Condition, ...]
    called: str = field(default="", compare=False)


Condition = Test | AllOf | AnyOf
ALWAYS = AllOf(())

_NUMBER = re.compile(r"(under|at least|above|up to) (\d+)\Z")
_RANGE = re.compile(r"(\d+) to (\d+)\Z")


# --- reading ---------------------------------------------------------------------------------


def parse(raw: Any, table: FactTable, *, unsure_counts: bool) -> Condition:
    """Read a condition as a rule file writes it.

    With `unsure_counts` (every effect but prefer and defer) the answer `unsure` satisfies each
    test of a riskier answer, and every word of its set. Raises ConditionFault.
    """
    if raw == "always":
        return ALWAYS
    return _parse(raw, table, unsure_counts, ())


def _parse(raw: Any, table: FactTable, unsure: bool, where: tuple[str | int, ...]) -> Condition:
    if not isinstance(raw, dict) or len(raw) != 1:
        found = "A condition is one pair `field: test`, or `all:` or `any:` with a list of conditions."
        raise ConditionFault(where, found, "Put several tests into a list under `all:` or `any:`.")
    (key, value), *_ = raw.items()
    if key in ("all", "any"):
        if not isinstance(value, list) or not value:
            raise ConditionFault((*where, key), f"`{key}:` needs a list with at least one condition.")
        parts = tuple(_parse(part, table, unsure, (*where, key, i)) for i, part in enumerate(value))
        return AllOf(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        return _not(value, table, unsure, (*where, key))
    if key == "term":
        return _term(value, table, unsure, (*where, key))
    question = table.questions.get(key)
    if question is None:
        known = [*table.questions, "all", "any", "term", "not"]
        raise ConditionFault((*where, key), f'"{key}" is no field of the profile.', nearest(key, known))
    try:
        return _leaf(question, value, table, unsure)
    except ConditionFault as fault:
        raise ConditionFault((*where, key), fault.found, fault.do) from None


def _not(raw: Any, table: FactTable, unsure: bool, where: tuple[str | int, ...]) -> Condition:
    """The contrary of a condition, in which `unsure` counts as yes. For prefer and defer alone: they only order."""
    if unsure:
        found = "`not` may stand only in rules that order (prefer, defer)."
        raise ConditionFault(where, found, "Say whom the rule concerns, and not whom it spares.")
    return negate(_parse(raw, table, True, where))


def _term(name: Any, table: FactTable, unsure: bool, where: tuple[str | int, ...]) -> Condition:
    """The condition for which a term stands."""
    term = table.terms.get(name) if isinstance(name, str) else None
    if term is None:
        known = ", ".join(table.terms) or "none is defined in rules/terms.yaml"
        raise ConditionFault(where, f'"{name}" is no term.', nearest(str(name), table.terms) or f"Terms: {known}.")
    meant = _parse(term.when, table, unsure, where)
    if isinstance(meant, Test):
        return AllOf((meant,), called=term.title)
    return type(meant)(meant.parts, called=term.title)


def _leaf(question: Question, value: Any, table: FactTable, unsure: bool) -> Condition:
    if isinstance(value, list):
        if not value:
            raise ConditionFault((), "An empty list tests nothing.", "Name at least one word.")
        if question.kind == "choice":
            masks = [_choice(question, word, table, unsure) for word in value]
            mask = 0
            for part in masks:
                mask |= part.mask
            return Test(masks[0].variable, mask, question.field, " or ".join(str(word) for word in value))
        return AnyOf(tuple(_leaf(question, word, table, unsure) for word in value))
    if question.kind == "number":
        return _number(question, value, table)
    if question.kind == "choice":
        return _choice(question, value, table, unsure)
    return _member(question, value, table, unsure)


def _choice(question: Question, word: Any, table: FactTable, unsure: bool) -> Test:
    variable = table.by_name[question.field]
    if word not in question.words:
        hint = nearest(str(word), question.words) or f"Accepted: {', '.join(question.words)}."
        raise ConditionFault((), f'"{word}" is no answer of {question.field}.', hint)
    mask = 1 << variable.codes.index(word)
    if unsure and "unsure" in question.words and variable.levels and variable.levels[variable.codes.index(word)] > 0:
        doubt = variable.codes.index("unsure")
        if variable.levels[doubt] >= variable.levels[variable.codes.index(word)]:
            mask |= 1 << doubt
    return Test(variable, mask, question.field, str(word))


def _member(question: Question, text: Any, table: FactTable, unsure: bool) -> Test:
    kind, _, word = str(text).rpartition(" ")
    shrinking = question.risk == "shrinking"
    if word == ANY and not kind and not shrinking:
        return Test(table.by_name[f"{question.field}:{ANY}"], 0b10, question.field, "any")
    allowed = ("", "without") if shrinking else ("", "named")
    if word not in question.words or kind not in allowed:
        hint = nearest(word, question.words) or f"Accepted: {', '.join(question.words)}."
        raise ConditionFault((), f'"{text}" is no test of {question.field}.', hint)
    variable = table.by_name[f"{question.field}:{word}"]
    if shrinking:
        return Test(variable, 0b10 if kind else 0b01, question.field, str(text))
    top = 1 << (len(variable.codes) - 1)
    doubt = 0b10 if len(variable.codes) == 3 and unsure and not kind else 0
    return Test(variable, top | doubt, question.field, str(text))


def _number(question: Question, text: Any, table: FactTable) -> Test:
    variable = table.by_name[question.field]
    if text == UNKNOWN and question.unknown:
        return Test(variable, 1 << variable.codes.index(UNKNOWN), question.field, UNKNOWN)
    wanted = _span(text)
    if wanted is None:
        do = "Write `under 9`, `at least 9`, `above 9`, `up to 9`, `4 to 9`" + (
            " or `unknown`." if question.unknown else "."
        )
        raise ConditionFault((), f'"{text}" is no test of a number.', do)
    mask = 0
    for code, word in enumerate(variable.codes):
        if word.isdigit() and wanted(int(word)):
            mask |= 1 << code
    if not mask:
        found = f"`{text}` can never hold: {question.field} goes from {question.lowest} to {question.highest}."
        raise ConditionFault((), found)
    return Test(variable, mask, question.field, str(text))


def _span(text: Any) -> Callable[[int], bool] | None:
    if isinstance(text, bool):
        return None
    if isinstance(text, int):
        return lambda n: n == text
    if match := _NUMBER.match(str(text)):
        bound = int(match[2])
        return {
            "under": lambda n: n < bound,
            "at least": lambda n: n >= bound,
            "above": lambda n: n > bound,
            "up to": lambda n: n <= bound,
        }[match[1]]
    if match := _RANGE.match(str(text)):
        low, high = int(match[1]), int(match[2])
        return lambda n: low <= n <= high
    return None


# --- looking at it ---------------------------------------------------------------------------


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every test of the condition, from left to right."""
    if isinstance(condition, Test):
        yield condition
    else:
        for part in condition.parts:
            yield from tests_of(part)


def falling_tests(condition: Condition) -> Iterator[Test]:
    """The tests that a riskier answer could switch off. None of them: the condition is monotone.

    `All` and `Any` keep monotony, so it is enough that each test is closed towards more risk, where
    alternatives about the same answer ("under 9, or unknown") count as one test.
    """
    for test in tests_of(_joined(condition)):
        levels = test.variable.levels
        if levels is None:
            continue
        lowest = min((levels[code] for code in range(len(levels)) if test.holds(code)), default=len(levels))
        if any(level >= lowest and not test.holds(code) for code, level in enumerate(levels)):
            yield test


def _joined(condition: Condition) -> Condition:
    """The condition with tests of one variable that stand side by side in an `any` made one."""
    if isinstance(condition, Test):
        return condition
    parts = tuple(_joined(part) for part in condition.parts)
    if isinstance(condition, AllOf):
        return AllOf(parts)
    tests: dict[int, Test] = {}
    for part in parts:
        if isinstance(part, Test):
            old = tests.get(part.variable.index)
            said = f"{old.said} or {part.said}" if old else part.said
            mask = part.mask | (old.mask if old else 0)
            tests[part.variable.index] = Test(part.variable, mask, part.field, said)
    return AnyOf((*tests.values(), *(part for part in parts if not isinstance(part, Test))))


def bounds(test: Test) -> tuple[int, ...]:
    """The numbers on both sides of each bound of a number test, or nothing."""
    codes = test.variable.codes
    found: set[int] = set()
    for code in range(len(codes) - 1):
        both = codes[code], codes[code + 1]
        if all(word.isdigit() for word in both) and test.holds(code) != test.holds(code + 1):
            found |= {int(word) for word in both}
    return tuple(sorted(found))


def words(condition: Condition) -> str:
    """The condition in one line, for people: `age: at least 65`, joined by "and" and "or"."""
    if isinstance(condition, Test):
        return f"{condition.field.replace('_', ' ').replace('.', ' ')}: {condition.said}"
    if not condition.parts:
        return "for everyone"
    if condition.called:
        return condition.called
    joint = " and " if isinstance(condition, AllOf) else " or "
    return joint.join(
        f"({words(p)})" if isinstance(p, AllOf | AnyOf) and len(p.parts) > 1 and not p.called else words(p)
        for p in condition.parts
    )


# --- deciding --------------------------------------------------------------------------------


def evaluate(condition: Condition, facts: Sequence[int]) -> bool:
    """Whether the condition holds for these facts."""
    if isinstance(condition, Test):
        return condition.holds(facts[condition.variable.index])
    if isinstance(condition, AllOf):
        return all(evaluate(part, facts) for part in condition.parts)
    return any(evaluate(part, facts) for part in condition.parts)


def decide_partly(condition: Condition, facts: Sequence[int | None]) -> bool | None:
    """Whether the condition holds whatever the missing answers are; None where they matter."""
    if isinstance(condition, Test):
        code = facts[condition.variable.index]
        return None if code is None else condition.holds(code)
    results = [decide_partly(part, facts) for part in condition.parts]
    deciding = not isinstance(condition, AllOf)
    if deciding in results:
        return deciding
    return None if None in results else not deciding


def witnesses(condition: Condition, facts: Sequence[int]) -> tuple[Test, ...]:
    """The tests that make the condition hold: all of an `All`, the true ones of an `Any`."""
    if isinstance(condition, Test):
        return (condition,) if condition.holds(facts[condition.variable.index]) else ()
    found: list[Test] = []
    for part in condition.parts:
        if isinstance(condition, AllOf) or evaluate(part, facts):
            found.extend(witnesses(part, facts))
    return tuple(found)


# --- other forms -----------------------------------------------------------------------------


def negate(condition: Condition) -> Condition:
    """The condition that holds exactly where this one does not."""
    if isinstance(condition, Test):
        rest = condition.variable.all_codes & ~condition.mask
        return Test(condition.variable, rest, condition.field, f"not {condition.said}")
    turned = tuple(negate(part) for part in condition.parts)
    return AnyOf(turned) if isinstance(condition, AllOf) else AllOf(turned)


def intervals(mask: int) -> Iterator[tuple[int, int]]:
    """The runs of neighbouring codes in a bit mask, as (first, last)."""
    code = 0
    while mask >> code:
        if mask >> code & 1:
            first = code
            while mask >> code & 1:
                code += 1
            yield first, code - 1
        code += 1


def source(condition: Condition, name: Callable[[Variable], str]) -> str:
    """The condition as a Python expression over the variables' names."""
    if isinstance(condition, Test):
        last = len(condition.variable.codes) - 1
        spans = [_span_source(name(condition.variable), low, high, last) for low, high in intervals(condition.mask)]
        return spans[0] if len(spans) == 1 else "(" + " or ".join(spans or ["False"]) + ")"
    if not condition.parts:
        return "True" if isinstance(condition, AllOf) else "False"
    joint = " and " if isinstance(condition, AllOf) else " or "
    return "(" + joint.join(source(part, name) for part in condition.parts) + ")"


def _span_source(name: str, low: int, high: int, last: int) -> str:
    if low == high:
        return f"{name} == {low}"
    if high == last:
        return f"{name} >= {low}" if low else "True"
    return f"{name} <= {high}" if low == 0 else f"{low} <= {name} <= {high}"


def size(condition: Condition, *, ranges: bool = False) -> int:
    """How many alternatives `conjunctions` would go through, counted without making them; HUGE for more than that.

    With `ranges` each run of neighbouring codes counts on its own, as the engine takes them.
    """
    if isinstance(condition, Test):
        return max(1, (condition.mask & ~(condition.mask << 1)).bit_count()) if ranges else 1
    total = prod if isinstance(condition, AllOf) else sum
    found = 1 if isinstance(condition, AllOf) else 0
    for part in condition.parts:
        found = min(HUGE, total((found, size(part, ranges=ranges))))
    return found


def conjunctions(condition: Condition) -> list[dict[int, int]]:
    """The condition as alternatives, each a demand on some variables: {variable index: mask}.

    Impossible alternatives and those that another one covers are left out. Raises TooManyAlternatives,
    before any is made, where there are more than MOST to go through.
    """
    if (number := size(condition)) > MOST:
        raise TooManyAlternatives(number)
    found = [term for term in _conjunctions(condition) if all(term.values())]
    kept: list[tuple[int, dict[int, int]]] = []
    for term, bars in zip(found, _barred(found), strict=True):
        if not any(other & ~bars == 0 for other, _ in kept):
            kept = [(other, its) for other, its in kept if bars & ~other]
            kept.append((bars, term))
    return [term for _, term in kept]


def _conjunctions(condition: Condition) -> list[dict[int, int]]:
    if isinstance(condition, Test):
        return [{condition.variable.index: condition.mask}]
    if isinstance(condition, AnyOf):
        return [term for part in condition.parts for term in _conjunctions(part)]
    terms: list[dict[int, int]] = [{}]
    for part in condition.parts:
        further = _conjunctions(part)
        terms = [_both(term, other) for term in terms for other in further]
    return terms


def _both(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    joined = one.copy()
    for variable, mask in other.items():
        joined[variable] = joined.get(variable, -1) & mask
    return joined


def _barred(terms: Sequence[dict[int, int]]) -> Iterator[int]:
    """What each term forbids as one number: a term covers another if it forbids nothing more.

    Each variable has a bit for each code, and one more that says that the term reads it.
    """
    widths: dict[int, int] = {}
    for term in terms:
        for variable, mask in term.items():
            widths[variable] = max(widths.get(variable, 0), mask.bit_length() + 1)
    starts = dict(zip(widths, accumulate(widths.values(), initial=0), strict=False))
    for term in terms:
        yield sum((~mask & (1 << widths[v]) - 1) << starts[v] for v, mask in term.items())
