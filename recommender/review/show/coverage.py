"""What the examples and cases have seen, for those who review the rules: as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.logic.conditions import AllOf, Condition, Test, words
from recommender.output.marked import marked
from recommender.output.page import Page
from recommender.review.coverage import Clause, Coverage, RuleCoverage, TextCoverage, missing_example, percent

__all__ = [
    "coverage_as_json",
    "example_in_yaml",
    "markdown_coverage",
    "markdown_rule",
    "render_coverage",
    "render_rule_coverage",
    "rule_coverage_as_json",
]

Way = tuple[Clause, bool]
NOTHING = "It holds for everyone, so there is nothing to decide."
NOBODY = "no person can show this clause deciding"
COLUMNS = ("encoded", "left out", "conflict", "waiting", "undecided")
LISTS = {True: "fires_for", False: "silent_for"}


def example_in_yaml(example: Any) -> str:
    """An example in one line, as it stands in a rule file."""
    if isinstance(example, Mapping):
        return "{" + ", ".join(f"{key}: {example_in_yaml(value)}" for key, value in example.items()) + "}"
    if isinstance(example, list | tuple):
        return "[" + ", ".join(map(example_in_yaml, example)) + "]"
    return str(example)


# --- text ------------------------------------------------------------------------------------


def render_coverage(found: Coverage, knowledge: Knowledge, *, colour: bool = True) -> str:
    """The figures, then what is missing with the line to add, then the texts."""
    page = Page(colour=colour)
    for sentence in _summary(found):
        page.text(sentence)
    lacking = [one for one in found.rules.values() if not one.full]
    if lacking:
        page.heading("Missing")
    for one in lacking:
        page.blank()
        _missing(page, one, knowledge)
    impossible = [(one, way) for one in found.rules.values() for way in one.impossible]
    if impossible:
        page.heading("Not counted")
        page.blank()
    for one, way in impossible:
        page.text(f"{one.rule.id}: {_deciding(way)}: {NOBODY}.", hang="- ")
    page.heading("The texts")
    page.blank()
    for row in _table(found.texts):
        page.line(row)
    for at in _undecided(found.texts):
        page.text(f"{at}: no statement says what became of it.", hang="- ")
    return str(page)


def render_rule_coverage(found: RuleCoverage, knowledge: Knowledge, *, colour: bool = True) -> str:
    """One rule with its clauses: what has been seen of each, and what is missing."""
    page, compiled = Page(colour=colour), found.rule
    page.text(f"{compiled.rule.title}.", bold=True)
    page.text(f"{compiled.id}, {compiled.file}:{compiled.line}", dim=True)
    page.blank()
    page.text(_figures("Clauses", (found.covered, found.of)))
    page.blank()
    if compiled.always:
        page.text(NOTHING)
    else:
        page.text("Seen deciding while it holds, and while it does not:")
        _tree(page, compiled.condition, {clause.path: clause for clause in found.clauses}, ())
    if not found.full:
        page.heading("Missing")
        page.blank()
        _missing(page, found, knowledge)
    return str(page)


def _tree(page: Page, condition: Condition, clauses: Mapping[tuple[int, ...], Clause], path: tuple[int, ...]) -> None:
    indent = 2 * len(path) + 2
    if isinstance(condition, Test):
        page.text(f"{words(condition)} ({', '.join(_marks(clauses[path]))})", indent=indent, hang="- ")
        return
    page.line(" " * indent + ("- all of these:" if isinstance(condition, AllOf) else "- any of these:"))
    for place, part in enumerate(condition.parts):
        _tree(page, part, clauses, (*path, place))


def _marks(clause: Clause) -> tuple[str, ...]:
    """What has been seen of a clause while it holds, and while it does not."""
    return tuple(
        "seen" if clause.decides(way) else "MISSING" if clause.possible(way) else "impossible" for way in (True, False)
    )


def _missing(page: Page, found: RuleCoverage, knowledge: Knowledge) -> None:
    compiled = found.rule
    page.text(f"{compiled.file}:{compiled.line}", dim=True)
    page.text(f"{compiled.id}: {found.covered} of {found.of} seen.", bold=True)
    for way in found.missing:
        page.text(f"{_deciding(way)}, is not seen. Add under `{LISTS[way[1]]}`:", hang="- ")
        page.line(f"      - {_line(found, way, knowledge)}")
    for sentence in _unseen(found):
        page.text(sentence, hang="- ")


# --- Markdown --------------------------------------------------------------------------------


def markdown_coverage(found: Coverage, knowledge: Knowledge) -> str:
    """The figures, then what is missing with the line to add, then the texts, as Markdown."""
    lines = ["# Coverage", "", *(f"- {sentence}" for sentence in _summary(found))]
    lacking = [one for one in found.rules.values() if not one.full]
    lines += ["", "## Missing"] if lacking else []
    for one in lacking:
        lines += ["", f"### {one.rule.id}", "", f"{one.rule.file}:{one.rule.line}, {one.covered} of {one.of} seen."]
        lines += _missing_in_markdown(one, knowledge)
    impossible = [(one, way) for one in found.rules.values() for way in one.impossible]
    lines += ["", "## Not counted", ""] if impossible else []
    lines += [f"- {one.rule.id}: {_deciding(way)}: {NOBODY}." for one, way in impossible]
    lines += ["", "## The texts", "", f"| text | {' | '.join(COLUMNS)} |", "|---|" + "---:|" * len(COLUMNS)]
    lines += [f"| {text.document} | {' | '.join(map(str, _numbers(text)))} |" for text in found.texts]
    undecided = [f"- {at}: no statement says what became of it." for at in _undecided(found.texts)]
    return "\n".join([*lines, *([""] if undecided else []), *undecided])


def markdown_rule(found: RuleCoverage, knowledge: Knowledge) -> str:
    """One rule with its clauses, as Markdown."""
    compiled = found.rule
    lines = [f"# {marked(compiled.rule.title)}", "", f"`{compiled.id}`, {compiled.file}:{compiled.line}", ""]
    lines += [_figures("Clauses", (found.covered, found.of)), ""]
    lines += [NOTHING] if compiled.always else ["| clause | while it holds | while it does not |", "|---|---|---|"]
    lines += [f"| {marked(words(clause.test))} | {' | '.join(_marks(clause))} |" for clause in found.clauses]
    lines += [] if found.full else ["", "## Missing", *_missing_in_markdown(found, knowledge)]
    return "\n".join(lines)


def _missing_in_markdown(found: RuleCoverage, knowledge: Knowledge) -> Iterator[str]:
    for way in found.missing:
        yield from ("", f"{_deciding(way)}, is not seen. Add under `{LISTS[way[1]]}`:", "")
        yield from ("```yaml", f"      - {_line(found, way, knowledge)}", "```")
    for sentence in _unseen(found):
        yield from ("", sentence)


# --- JSON ------------------------------------------------------------------------------------


def coverage_as_json(found: Coverage, knowledge: Knowledge) -> dict[str, Any]:
    """Everything, as values for JSON."""
    return {
        "safety": _pair(found.safety),
        "all": _pair(found.all),
        "people": found.people,
        "wrong": found.wrong,
        "rules": [rule_coverage_as_json(one, knowledge) for one in found.rules.values()],
        "texts": [asdict(text) for text in found.texts],
    }


def rule_coverage_as_json(found: RuleCoverage, knowledge: Knowledge) -> dict[str, Any]:
    """One rule with its clauses and what is missing, as values for JSON."""
    compiled = found.rule
    return {
        "id": compiled.id,
        "file": compiled.file,
        "line": compiled.line,
        "safety": compiled.rule.safety,
        **_pair((found.covered, found.of)),
        "full": found.full,
        "seen_to_hold": found.seen_to_hold,
        "seen_not_to_hold": found.seen_not_to_hold,
        "clauses": [
            {
                "path": clause.path,
                "clause": words(clause.test),
                "decides_true": clause.decides_true,
                "decides_false": clause.decides_false,
                "true_possible": clause.true_possible,
                "false_possible": clause.false_possible,
            }
            for clause in found.clauses
        ],
        "missing": [
            {"path": clause.path, "add_under": LISTS[way], "example": missing_example(compiled, clause, way, knowledge)}
            for clause, way in found.missing
        ],
    }


def _pair(pair: tuple[int, int]) -> dict[str, int]:
    return {"covered": pair[0], "of": pair[1], "percent": percent(pair)}


# --- words -----------------------------------------------------------------------------------


def _summary(found: Coverage) -> Iterator[str]:
    yield _figures("Safety rules", found.safety)
    yield _figures("All rules", found.all)
    yield f"Seen by {found.people} examples and cases. Each clause of a rule counts twice: it holds, or it does not."
    if found.wrong:
        yield f"{found.wrong} did not come true and so show nothing: `recommender rules check` names the examples."


def _figures(whose: str, pair: tuple[int, int]) -> str:
    return f"{whose}: {percent(pair)} % ({pair[0]} of {pair[1]} seen deciding)."


def _deciding(way: Way) -> str:
    clause, holds = way
    return f'"{words(clause.test)}", deciding while it {"holds" if holds else "does not hold"}'


def _line(found: RuleCoverage, way: Way, knowledge: Knowledge) -> str:
    return example_in_yaml(missing_example(found.rule, *way, knowledge))


def _unseen(found: RuleCoverage) -> Iterator[str]:
    if not found.seen_to_hold:
        yield "Nobody was seen for whom the rule holds."
    if not found.seen_not_to_hold:
        yield "Nobody was seen for whom the rule does not hold."


def _numbers(text: TextCoverage) -> tuple[int, ...]:
    return text.encoded, text.left_out, text.conflict, text.waiting, len(text.undecided)


def _table(texts: Iterable[TextCoverage]) -> Iterator[str]:
    rows = list(texts)
    first = max((len(text.document) for text in rows), default=0)
    yield " " * first + "".join(f"{name:>11}" for name in COLUMNS)
    for text in rows:
        yield f"{text.document:{first}}" + "".join(f"{number:>11}" for number in _numbers(text))


def _undecided(texts: Iterable[TextCoverage]) -> Iterator[str]:
    for text in texts:
        yield from text.undecided
