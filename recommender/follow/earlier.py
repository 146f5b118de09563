"""What earlier sessions in the log mean for today: other doses, a day off, or no session at all."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import click

from recommender.diary import DiaryError, Entry, Session, read
from recommender.follow import care
from recommender.follow.asking import say
from recommender.follow.before import show_told
from recommender.follow.clock import moment
from recommender.follow.hurt import IN_PROFILE, LEGS, SIGNS
from recommender.follow.log import default_place
from recommender.knowledge.knowledge import Knowledge
from recommender.output.formats import NO_EXERCISE
from recommender.recommendation import Recommendation

__all__ = ["stop_without_log", "with_log"]


def with_log(
    result: Recommendation, profile: Mapping[str, Any] | None, place: Path | None, knowledge: Knowledge
) -> Recommendation:
    """What is to be followed today, as the log and the rules of progress say. Ends the program where that is nothing.

    Without a profile the doses stay as they are saved, and only what stops everything counts.
    """
    today = moment().date()
    entries = read(place, until=today) if place is not None and place.exists() else ()
    if not entries:
        return result
    if profile is None or knowledge.progress is None:
        _stop_where_demanded(entries, knowledge, today)
        return result
    from recommender.output.progression import adapted_as_text  # noqa: PLC0415
    from recommender.progress.adapt import adapt  # noqa: PLC0415

    adapted = adapt(entries, profile, knowledge=knowledge, today=today)
    if adapted.recommendation is None or not adapted.recommendation.routine:
        click.echo(f"\n{adapted_as_text(adapted, knowledge)}")
        sys.exit(NO_EXERCISE)
    new = [change for change in adapted.changes if change.new]
    if new:
        say("")
        say(f"{adapted.title}:", bold=True)
        for change in new:
            what = change.text if change.variable == "level" else f"{change.name}: {change.text}"
            say(f"- {what}. {change.reason.text}", indent=2)
    return adapted.recommendation


def stop_without_log(file: str, knowledge: Knowledge) -> None:
    """The same for whoever keeps no log today: one that stands beside `file` can still stop everything."""
    today, place = moment().date(), default_place(file)
    entries: Sequence[Entry] = ()
    with suppress(DiaryError):  # a log that was not asked for need not be whole
        entries = read(place, until=today) if file != "-" and place.exists() else ()
    if entries:
        _stop_where_demanded(entries, knowledge, today)


def _stop_where_demanded(entries: Sequence[Entry], knowledge: Knowledge, today: date) -> None:
    """End the program where the log demands it, whatever the answers were."""
    from recommender.output.progression import adapted_as_text  # noqa: PLC0415
    from recommender.progress.adapt import demanded  # noqa: PLC0415

    if adapted := demanded(entries, knowledge=knowledge, today=today):
        click.echo(f"\n{adapted_as_text(adapted, knowledge)}")
        sys.exit(NO_EXERCISE)
    legs = entries[-1].leg_symptoms
    signs = [sign for entry in entries if isinstance(entry, Session) for sign in entry.signs]
    answers = {**({LEGS: IN_PROFILE[legs]} if legs in IN_PROFILE else {}), **({SIGNS: signs} if signs else {})}
    told = care.told_by(answers, knowledge) if answers else None
    if told is not None:
        show_told(told)
        sys.exit(NO_EXERCISE)
