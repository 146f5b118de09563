"""What a change does to people, as text, as Markdown for a review, and as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from recommender.knowledge.knowledge import Knowledge
from recommender.output.marked import marked
from recommender.output.page import Page
from recommender.review.diff import Changed, Diff, Mark, Person
from recommender.review.examples import short_form
from recommender.review.finding import in_short

__all__ = ["diff_as_values", "markdown_diff", "render_diff"]

SHOWN = 12  # exercises that a line names before it only counts


@dataclass(slots=True)
class _Group:
    """People to whom the same happens: how many, what it is about, and the simplest one."""

    person: Person
    people: int = 0
    exercises: dict[str, None] = field(default_factory=dict)
    rules: Counter[str] = field(default_factory=Counter)


def render_diff(found: Diff, knowledge: Knowledge, population: Sequence[str] = ()) -> str:
    """The change as text of at most 80 columns. `population` says what shifts among plausible people."""
    page = Page(colour=True)
    page.text(_headline(found), bold=True)
    page.text(_people(found))
    for title, lines in (*_plausible(population), *_sections(found, knowledge)):
        page.heading(title)
        for line in lines:
            page.text(line, hang="- ")
    return str(page)


def markdown_diff(found: Diff, knowledge: Knowledge, population: Sequence[str] = ()) -> str:
    """The change as Markdown, for a comment where it is reviewed. `population` as in `render_diff`."""
    lines = [f"### {marked(_headline(found))}", "", _people(found)]
    for title, entries in (*_plausible(population), *_sections(found, knowledge)):
        lines += ["", f"**{title}**", "", *(f"- {marked(entry)}" for entry in entries)]
    return "\n".join(lines)


def diff_as_values(found: Diff, knowledge: Knowledge) -> dict[str, Any]:
    """The change as plain values."""
    return {
        "old": found.names[0],
        "new": found.names[1],
        "people": found.people,
        "unasked": found.unasked,
        "touched": len(found.changed),
        "outcomes_changed": len(found.outcomes),
        "stricter": len(found.stricter),
        "less_strict": len(found.less_strict),
        "promises_gone": list(found.loosened),
        "exact": found.exact,
        "sections": {title: list(lines) for title, lines in _sections(found, knowledge)},
    }


def _headline(found: Diff) -> str:
    less, more = len(found.less_strict), len(found.stricter)
    if not found.changed and not found.loosened:
        words = f"words change in {len(found.said)} rules" if found.said else "no rule says anything else"
        return f"From {found.names[0]} to {found.names[1]}: nobody gets more or less; {words}."
    if found.loosened and not found.less_strict:
        return f"From {found.names[0]} to {found.names[1]}: LESS STRICT in what is promised (see below)."
    text = f"From {found.names[0]} to {found.names[1]}: "
    text += f"LESS STRICT for {less}" if less else "less strict for nobody"
    return f"{text}, stricter for {more}, another outcome for {len(found.outcomes)}, of {found.people} people."


def _people(found: Diff) -> str:
    text = (
        f"Compared: {found.people} people: the healthy person, everyone with one or two answers changed, all examples "
        f"and cases, and people for whom a changed rule holds. {len(found.changed)} are touched in some way."
    )
    if found.unasked:
        text += f" {found.unasked} have an answer that one side does not know, and could not be compared."
    if not found.exact:
        text += " The two sides ask different questions, so a rule that changes for few people could be missed."
    return text


def _plausible(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    if lines:
        yield "Plausible people", list(lines)


def _sections(found: Diff, knowledge: Knowledge) -> Iterator[tuple[str, list[str]]]:
    parts = (
        ("Less strict", list(_marks(found.less_strict, lost=True))),
        (
            "Relaxed by a clinic",
            [f"{r.rule}: for {r.when}. {r.because} [{', '.join(r.sources)}]" for r in found.relaxed],
        ),
        ("Another outcome", _outcomes(found)),
        ("Stricter", list(_marks(found.stricter, lost=False))),
        ("A reason less, though others still leave the exercise out", _reasons(found)),
        ("In the routines", [*_moves(found, "appears"), *_moves(found, "disappears"), *_doses(found)]),
    )
    for title, groups in parts:
        lines = [group if isinstance(group, str) else _line(*group, knowledge) for group in groups]
        if lines:
            yield title, lines
    if found.loosened:
        yield "Promises that are gone or changed", [f"{line}." for line in found.loosened]
    if found.said:
        yield "Words that people read", [f'{id}: "{old}" becomes "{new}"' for id, old, new in found.said]
    files = _files(found)
    if files:
        yield "In the files", files


def _line(text: str, group: _Group, knowledge: Knowledge) -> str:
    if group.exercises:
        names = list(group.exercises)
        listed = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
        text = text.replace("{exercises}", listed)
    people = f"{group.people} {'person' if group.people == 1 else 'people'}"
    return f"{text}: {people}. For example {_named(group.person, knowledge)}."


def _named(person: Person, knowledge: Knowledge) -> str:
    short = in_short(short_form(person.answers, knowledge)) if person.answers else "{}"
    short = "the healthy person" if short == "{}" else short
    return f'"{person.name}", {short}' if person.name else short


Entry = tuple[str, _Group]


def _marks(changes: Iterable[Changed], *, lost: bool) -> Iterator[Entry]:
    """Marks by kind and rules; exercises that share both stand together."""
    groups: dict[tuple[str, str, str], _Group] = {}
    for change in changes:
        touched = set()
        for one, names in (change.lost if lost else change.gained).items():
            what = "" if one.kind == "left out" else one.what
            key = (one.kind, what, ", ".join(names))
            group = groups.setdefault(key, _Group(change.person))
            if not what:
                group.exercises[one.what] = None
            touched.add(key)
        for key in touched:
            groups[key].people += 1
    for (kind, what, rules), group in sorted(groups.items(), key=lambda entry: -entry[1].people):
        mark = f"{kind}: {what or '{exercises}'}"
        yield (f"no longer {mark} (was by {rules})" if lost else f"{mark} (by {rules})"), group


def _outcomes(found: Diff) -> list[Entry]:
    groups: dict[tuple[str, str], _Group] = {}
    for change in found.outcomes:
        groups.setdefault(change.outcomes, _Group(change.person)).people += 1
    return [(f"{old} becomes {new}", group) for (old, new), group in groups.items()]


def _reasons(found: Diff) -> list[Entry]:
    groups: dict[str, _Group] = {}
    for change in found.changed:
        for rule in dict.fromkeys(rule for _, rule in change.reasons_lost):
            group = groups.setdefault(rule, _Group(change.person))
            group.people += 1
            group.exercises |= {exercise: None for exercise, lost in change.reasons_lost if lost == rule}
    return [(f"{rule} no longer leaves out {{exercises}}", group) for rule, group in groups.items()]


def _moves(found: Diff, way: str) -> list[Entry]:
    """Exercises that come into routines or go, with the rules that hold on one side only; likes stand together."""
    groups: dict[str, _Group] = {}
    for change in found.changed:
        for exercise in change.appears if way == "appears" else change.disappears:
            group = groups.setdefault(exercise, _Group(change.person))
            group.people += 1
            group.rules.update(_causes(change, exercise))
    merged: dict[tuple[str, int, int], Entry] = {}
    for exercise, group in groups.items():
        by = ", ".join(rule for rule, _ in group.rules.most_common(3)) or "the choice among what is allowed"
        verb = "into the routine" if way == "appears" else "out of the routine"
        entry = merged.setdefault((by, group.people, id(group.person)), (f"{{exercises}} {verb}, by {by}", group))
        entry[1].exercises[exercise] = None
    return sorted(merged.values(), key=lambda entry: -entry[1].people)


def _causes(change: Changed, exercise: str) -> set[str]:
    """The rules behind a move: those that now or no longer leave the exercise out, or else all that changed here."""
    mark = Mark("left out", exercise)
    own = {*change.lost.get(mark, ()), *change.gained.get(mark, ())}
    others = {rule for marks in (change.lost, change.gained) for rules in marks.values() for rule in rules}
    return own or others | {*change.rules_gone, *change.rules_new}


def _doses(found: Diff) -> list[Entry]:
    groups: dict[tuple[str, str, str], _Group] = {}
    for change in found.changed:
        for dose in change.doses:
            groups.setdefault(dose, _Group(change.person)).people += 1
    return [(f"{exercise}: {old} becomes {new}", group) for (exercise, old, new), group in groups.items()]


def _relaxed(found: Diff) -> list[str]:
    return [
        f"{relaxed.by} relaxes {relaxed.rule} for people with {relaxed.when}. {relaxed.because} "
        f"[{', '.join(relaxed.sources)}]"
        for relaxed in found.relaxed
    ]


def _files(found: Diff) -> list[str]:
    parts = (
        ("Rules added", found.rules_added),
        ("Rules ended", found.rules_ended),
        ("Rules that mean something else", found.rules_changed),
        ("Rules with other words and the same meaning", found.rules_reworded),
        ("Exercises added", found.exercises_added),
        ("Exercises ended", found.exercises_ended),
    )
    lines = [f"{words}: {', '.join(ids)}." for words, ids in parts if ids]
    return [*lines, *([f"Also changed: {', '.join(found.files)}."] if found.files else [])]
