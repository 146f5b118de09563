"""`recommender rules population`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from recommender.cli.files import load_knowledge, review_option
from recommender.cli.writing import check_output, output_option, write_result
from recommender.errors import UsageError
from recommender.terminal.progress_bar import progress_bar

__all__ = ["command"]


@click.command(name="population")
@click.option("--people", type=click.IntRange(1, 100_000), help="How many people to draw.")
@click.option("--seed", type=click.IntRange(0), help="Other people of the same kind.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@output_option
@review_option
def command(
    people: int | None, seed: int | None, form: str, *, output: Path | None, force: bool, folder: Path | None
) -> None:
    """Show what the rules would give to a plausible population: outcomes, stops, routines and exercises.

    The people are made up: rules/population.yaml says how often each answer is given, and on what ground. It decides
    nothing. docs/population.md is this command's Markdown.
    """
    from recommender.kept.files import knowledge_files
    from recommender.knowledge.files import POPULATION
    from recommender.review.census import census
    from recommender.review.population import population_of
    from recommender.review.show.population import population_as_values, render_population
    from recommender.review.show.population_page import markdown_population

    knowledge = load_knowledge(folder)
    population = population_of(knowledge)
    if population is None:
        raise UsageError(f"{knowledge.folder} has no rules/population.yaml.")
    target = check_output(output, [*knowledge_files(knowledge), knowledge.folder / POPULATION], knowledge, force=force)
    with progress_bar("People asked") as progress:
        found = census(population, knowledge, people, seed, progress)
    if form == "json":
        text = json.dumps(population_as_values(found, knowledge), indent=2, ensure_ascii=False)
    else:
        text = (markdown_population if form == "markdown" else render_population)(found, knowledge)
    write_result(text, target)
