"""What earlier sessions in the log mean for today: other doses, a day off, or no session at all."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from recommender.cli.recommend import NO_EXERCISE
from recommender.diary import read
from recommender.follow import care
from recommender.follow.asking import say
from recommender.follow.before import show_told
from recommender.follow.hurt import IN_PROFILE, LEGS
from recommender.follow.log import moment
from recommender.knowledge.knowledge import Knowledge
from recommender.recommendation import Recommendation

__all__ = ["with_log"]


def with_log(
    result: Recommendation, profile: Mapping[str, Any] | None, place: Path | None, knowledge: Knowledge
) -> Recommendation:
    """What is to be followed today, as the log and the rules of progress say. Ends the program where that is nothing.

    Without a profile the doses stay as they are saved, and only new leg symptoms in the log count.
    """
    today = moment().date()
    entries = read(place, until=today) if place is not None and place.exists() else ()
    if not entries:
        return result
    if profile is None or knowledge.progress is None:
        legs = entries[-1].leg_symptoms
        told = care.told_by({LEGS: IN_PROFILE[legs]}, knowledge) if legs in IN_PROFILE else None
        if told is not None:
            show_told(told)
            sys.exit(NO_EXERCISE)
        return result
    from recommender.progress.adapt import adapt  # noqa: PLC0415
    from recommender.progress.text import adapted_as_text  # noqa: PLC0415

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
