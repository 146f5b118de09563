"""`recommender exercises`: the catalogue."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.files import knowledge_option, load_knowledge

if TYPE_CHECKING:
    from recommender.knowledge.catalogue import Exercise
    from recommender.knowledge.knowledge import Knowledge

__all__ = ["command"]


@click.command(name="exercises", short_help="List the exercises, or show one.")
@click.argument("exercise", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@knowledge_option
def command(exercise: str | None, form: str, folder: Path | None) -> None:
    """List all exercises, or show EXERCISE (an id or a name) with its steps and sources."""
    knowledge = load_knowledge(folder)
    import json

    from recommender.values import plain

    if exercise is not None:
        from recommender.decision.explain import find_exercise

        found = find_exercise(exercise, knowledge)
        whole = json.dumps(plain(found), indent=2, ensure_ascii=False) if form == "json" else _shown(found, knowledge)
        click.echo(whole)
    elif form == "json":
        click.echo(json.dumps(plain(knowledge.exercises), indent=2))
    else:
        click.echo(_listed(knowledge))


def _listed(knowledge: Knowledge) -> str:
    from recommender.output.page import Page

    page, say = Page(colour=True), knowledge.say
    order = list(knowledge.vocabulary.words("start_position"))
    by_position = sorted(knowledge.exercises, key=lambda e: (order.index(e.start_position), e.id))
    for position, group in groupby(by_position, key=lambda e: e.start_position):
        page.heading(knowledge.vocabulary.title("start_position", position))
        for exercise in group:
            text = say(
                "exercises.line",
                id=exercise.id,
                name=exercise.name,
                purpose=exercise.purpose,
                intensity=exercise.intensity,
            )
            page.text(text, hang="- ")
    page.blank()
    page.text(say("exercises.count", n=len(knowledge.exercises)))
    return str(page)


def _shown(exercise: Exercise, knowledge: Knowledge) -> str:
    from recommender.output.page import Page

    page, title, say = Page(colour=True), knowledge.vocabulary.title, knowledge.say
    page.text(exercise.name, bold=True)
    if exercise.other_names:
        page.text(say("exercises.also_called", names=", ".join(exercise.other_names)))
    page.blank()
    for number, step in enumerate(exercise.steps, start=1):
        page.text(step, hang=f"{number}. ")
    page.blank()
    page.text(" ".join(part for part in (exercise.breathing, exercise.feel, exercise.stop_when) if part))
    page.heading(say("exercises.doses"))
    for dose in exercise.doses:
        sentence = "exercises.dose_of_a_side" if exercise.per_side else "exercises.dose"
        numbers = say(sentence, sets=dose.sets, reps=dose.reps, hold=dose.hold, rest=dose.rest)
        place = dose.source
        if dose.inferred:
            place = say("exercises.inferred", source=place, parts=", ".join(dose.inferred))
        page.text(f"{numbers} [{place}] {dose.note}".rstrip(), hang="- ")
    page.heading(say("exercises.words"))
    spine = [title(a, getattr(exercise.spine, a)) for a in ("bending", "arching", "twisting", "side_bending")]
    page.text(f"{title('start_position', exercise.start_position)}; {'; '.join(spine)}.", hang="- ")
    if exercise.postures:
        page.text(", ".join(title("posture", word) for word in exercise.postures) + ".", hang="- ")
    if exercise.patterns:
        page.text(", ".join(title("patterns", word) for word in exercise.patterns) + ".", hang="- ")
    criteria = ", ".join(title("demanding_for", word) for word in exercise.demanding_for)
    page.text(exercise.intensity + (f": {criteria}" if criteria else "") + ".", hang="- ")
    page.text(exercise.tags_because, indent=2)
    page.heading(say("exercises.rules"))
    number = knowledge.numbers[exercise.id]
    for compiled in knowledge.rules:
        if compiled.excludes >> number & 1 and compiled.effect != "stop":
            page.text(f"{compiled.id}: {compiled.rule.title}.", hang="- ")
    page.heading(say("exercises.sources"))
    for source in exercise.sources:
        page.text(f"{source.at} ({knowledge.outcomes.readings[source.reading]})", hang="- ")
    for note in exercise.notes:
        page.text(note, indent=2)
    return str(page)
