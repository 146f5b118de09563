"""The page about the population, as Markdown: the tables, what they are held against, and every assumption."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.knowledge.knowledge import Knowledge
from recommender.logic.conditions import words
from recommender.review.census import EVERYONE, Census
from recommender.review.population_compile import ESTIMATE, Option, Target
from recommender.review.show.population import OUTCOMES, headline, never_chosen, percents, tables_of

__all__ = ["markdown_population"]

COMMAND = "recommender rules population --format markdown -o docs/population.md"
TITLE = "A plausible population"
INTRO = (
    "What the rules would give to a plausible crowd of people. It is made up: nobody was asked. It shows reviewers "
    "whether the words of a question send away many who could exercise, and what a change does to people "
    "(`recommender rules diff` names the shift). It says nothing about any one person, and it decides nothing: "
    "`rules/population.yaml` stands outside the hash of the rules. This page is what the command prints:"
)
BLIND = (
    "All shares were set down from the papers below and from plain judgement, and put on record, before anyone looked "
    "at what the rules make of them. None was changed afterwards to meet a figure."
)


def markdown_population(found: Census, knowledge: Knowledge) -> str:
    """The whole page."""
    file = found.population.file
    lines = [f"# {TITLE}", "", INTRO, "", "```sh", COMMAND, "```", "", headline(found), "", file.about]
    lines += ["", _sure(found), ""]
    lines += [f"- **{group.id}**: {group.title}. {group.means}" for group in file.groups]
    for table in tables_of(found, knowledge):
        lines += ["", f"## {table.title}", "", f"| | {' | '.join(table.headings)} |"]
        lines += [f"|---|{'---:|' * len(table.headings)}"]
        lines += [f"| {label} | {' | '.join(numbers)} |" for label, numbers in table.rows]
        lines += list(_beside(found)) if table.title == OUTCOMES else []
    lines += ["", "## Allowed, and never chosen", "", never_chosen(found.columns[EVERYONE], knowledge) or "None."]
    lines += ["", "## Assumptions", "", BLIND, "", _estimates(found), "", *_assumptions(found)]
    lines += ["", "## Papers", ""]
    lines += [f"- **{paper.id}**: {paper.reference}. {paper.says} ({paper.checked})" for paper in file.papers]
    return "\n".join(lines)


def _sure(found: Census) -> str:
    """How far chance alone may move a share."""
    points = 1.96 * 50 / found.people**0.5
    return (
        f"Chance alone moves a share among everyone by at most {points:.1f} points either way (in 95 of 100 draws), "
        "and in a group by more. What the assumptions below get wrong comes on top, and may well be more than that."
    )


def _beside(found: Census) -> Iterator[str]:
    """The figures of others, each beside ours."""
    for beside in found.population.file.beside:
        group = beside.group or EVERYONE
        column = found.columns[group]
        ours = percents(column.outcomes)
        yield from ("", f"Beside this, from {beside.whose[0].lower()}{beside.whose[1:]}: {beside.means}", "")
        yield from (f"| {group} | theirs | ours |", "|---|---:|---:|")
        for outcome, share in beside.outcomes.items():
            yield f"| {outcome} | {share:g} % | {ours.get(outcome, 0.0):.1f} % |"


def _estimates(found: Census) -> str:
    options = [option for target in found.population.targets for option in target.options]
    count = sum(option.source == ESTIMATE for option in options)
    return (
        f"{count} of {len(options)} lines of this table are estimates; the others start from a paper or from guidance, "
        "and their notes say what was added to it. Shares are per cent."
    )


def _assumptions(found: Census) -> Iterator[str]:
    yield from ("| answer | who | share | source | note |", "|---|---|---|---|---|")
    for target in found.population.targets:
        for option in target.options:
            yield f"| {' | '.join(_row(target, option))} |"


def _row(target: Target, option: Option) -> tuple[str, ...]:
    first = option is target.options[0]
    name = (target.field if target.word is None else f"{target.field}: {target.word}") if first else ""
    everyone = "all" if len(target.options) == 1 else "all others"
    who = everyone if option.given is None else words(option.given)
    part = option.part
    share = f"{option.share:g}"
    if target.word is None:
        share = ", ".join(f"{answer}: {number:g}" for answer, number in (part.shares or {}).items())
    notes = [part.note or ""] if part is not target.draw else []
    notes += [target.draw.note or ""] if first else []
    return name, who, share, option.source, " ".join(filter(None, notes))
