"""What the checks found, and what each of them means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from recommender.errors import KnowledgeError
from recommender.knowledge.knowledge import Knowledge
from recommender.output.page import Page
from recommender.review.checker import Checked
from recommender.review.checks.base import Check, parts_of
from recommender.review.examples import count_examples

__all__ = ["render_check", "render_checked", "render_checks", "render_faults"]


def render_checked(checked: Checked, knowledge: Knowledge, *, show_accepted: bool = False) -> str:
    """Every finding on a line, and one line that sums them up."""
    lines = [str(finding) for finding in checked.findings]
    if show_accepted:
        lines += [f"accepted: {finding} Accepted because: {why}" for finding, why in checked.accepted]
    warnings = len(checked.findings) - checked.errors
    found = _number(len(checked.findings), "finding")
    if checked.findings:
        found += f" ({_number(checked.errors, 'error')}, {_number(warnings, 'warning')})"
    lines.append(
        f"{len(knowledge.rules)} rules, {len(knowledge.exercises)} exercises, {count_examples(knowledge)} examples: "
        f"{found}, {len(checked.accepted)} accepted."
    )
    return "\n".join(lines)


def render_faults(error: KnowledgeError, *, as_json: bool = False) -> str:
    """What keeps the knowledge from being loaded."""
    if as_json:
        return json.dumps({"faults": [asdict(fault) for fault in error.faults]}, indent=2)
    lines = [f"{fault} [{fault.check}]" for fault in error.faults]
    number = _number(len(error.faults), "fault")
    return "\n".join([*lines, f"The knowledge cannot be used: {number}. Nothing was checked further."])


def render_check(check: type[Check]) -> str:
    """What one check means: what it finds, what to avoid, what to prefer, and why."""
    page, parts = Page(colour=True), parts_of(check)
    page.text(parts.pop("Title"), bold=True)
    page.text(f"{check.id}, {check.level}{', found while loading' if check.loading else ''}", dim=True)
    for word, text in parts.items():
        page.blank()
        page.text(text, hang=f"{word}: ")
    return str(page)


def render_checks(checks: Mapping[str, type[Check]]) -> str:
    """Every check with its title."""
    page = Page(colour=True)
    for id, check in checks.items():
        page.text(parts_of(check)["Title"], hang=f"{id} ({check.level}): ")
    return str(page)


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
