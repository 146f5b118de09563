"""Reading profiles and saved results, and the knowledge. Writing stands in writing.py."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.ages import ages, say_at_the_end
from recommender.errors import ProfileError, ProfileFault, UsageError, nearest
from recommender.yaml_reader import MAX_BYTES, YamlFault, read_text

if TYPE_CHECKING:
    from recommender.knowledge.knowledge import Knowledge
    from recommender.recommendation import Recommendation
    from recommender.saved_answers import Saved

__all__ = [
    "find_rule",
    "knowledge_option",
    "load_knowledge",
    "read_answers",
    "read_profile",
    "read_profile_or_result",
    "read_saved",
    "result_anew",
    "review_option",
]

Say = Callable[[list[str]], None]
MAX_RESULT_BYTES = 10_000_000
PROFILE_FORM = "a YAML or JSON file with one answer a line, such as `age: 40`; `recommender ask` writes one"

knowledge_option = click.option(
    "--knowledge",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder with rules/ and catalog/ to use instead of the shipped ones.",
)


def _own_folder() -> Path | None:
    """The folder one stands in, if it holds rules: reviewers mean those, and not an installed copy."""
    from recommender.knowledge.overlay import OVERLAY

    here = Path()
    return here if (here / OVERLAY).is_file() or all((here / part).is_dir() for part in ("rules", "catalog")) else None


review_option = click.option(
    "--knowledge",
    "folder",
    type=click.Path(path_type=Path),
    default=_own_folder,
    help="Folder with rules/ and catalog/, or a clinic's own; this one if it holds rules, else the shipped ones.",
)


def load_knowledge(folder: Path | None) -> Any:
    """The knowledge of this folder, or the shipped one."""
    from recommender.knowledge.knowledge import Knowledge

    return Knowledge.shipped() if folder is None else Knowledge.load(folder, kept=True)


def find_rule(id: str, knowledge: Any, *, steps: bool = False) -> Any:
    """The rule with this id; `steps` lets it be one that reads the diary. Raises UsageError with the nearest one."""
    found = knowledge.rule(id) or (knowledge.progress_rule(id) if steps else None)
    if found is None and knowledge.progress_rule(id) is not None:
        raise UsageError(f"{id} reads the diary and not the answers. `recommender rules show {id}` shows it.")
    if found is None:
        of_steps = [one.id for one in knowledge.progress.rules] if steps and knowledge.progress else []
        hint = nearest(id, [*knowledge.rules_by_id, *of_steps]) or "`recommender rules list` lists all of them."
        raise UsageError(f'There is no rule "{id[:60]}". {hint}')
    return found


def read_answers(name: str, knowledge: Knowledge, today: date | None = None, *, say: Say = say_at_the_end) -> Any:
    """A profile file as it is today: the weeks counted on from the days of its answers. It has no fault.

    `say` is given what there is to say about answers of an earlier day. Raises ProfileError.
    """
    return read_saved(name, knowledge, today, say=say).profile


def read_saved(name: str, knowledge: Knowledge, today: date | None = None, *, say: Say = say_at_the_end) -> Saved:
    """As `read_answers`, with the days of the answers."""
    return _today(read_profile(name), name, knowledge, today, say)


def _today(data: Any, name: str, knowledge: Knowledge, today: date | None = None, say: Say = say_at_the_end) -> Saved:
    """The saved answers as they are today; what there is to say about them is given to `say`.

    `name` is that of the profile, `-` where `recommender ask` cannot ask for its answers again.
    """
    from recommender.saved_answers import current

    clock = date.today()
    day = today or clock
    saved = current(data, knowledge, day, latest=max(day, clock), file="" if name == "-" else name)
    say(ages(saved.counted, knowledge, day, name))
    return saved


def read_profile(name: str) -> Any:
    """The values of a profile file as they stand there, or of standard input for `-`. Raises ProfileError."""
    raw, shown = _read(name, MAX_BYTES)
    if _saved(raw, shown) is not None:
        found = "is a saved result, and here the answers are needed."
        raise ProfileError([ProfileFault(shown, found, PROFILE_FORM)])
    return _answers(raw, shown)


def read_profile_or_result(name: str, knowledge: Knowledge) -> Recommendation:
    """The recommendation for the profile in a file, or the one that was saved there as JSON; `-` is standard input.

    A saved result is checked against `knowledge` (see `recommender.saved_result`). Raises ProfileError
    for answers that cannot be used, and for a result that other rules made or that was changed.
    """
    return _result_of(*_read(name, MAX_RESULT_BYTES), name, knowledge)


def result_anew(name: str, knowledge: Knowledge) -> Recommendation:
    """The recommendation for the answers in a saved result, of which nothing else is looked at. Raises ProfileError."""
    raw, shown = _read(name, MAX_RESULT_BYTES)
    saved = _saved(raw, shown)
    if saved is None:
        found = "is no saved result, so there is nothing to make anew."
        raise ProfileError([ProfileFault(shown, found, "a result as `--format json` wrote it")])
    from recommender.saved_result import saved_profile

    return _made(saved_profile(saved, shown), "-", knowledge)


def _result_of(raw: bytes, shown: str, name: str, knowledge: Knowledge) -> Recommendation:
    """What the bytes of a profile or of a saved result give."""
    saved = _saved(raw, shown)
    if saved is not None:
        from recommender.saved_result import verified_result

        return verified_result(saved, knowledge, shown, file=name)
    return _made(_answers(raw, shown), name, knowledge)


def _made(data: Any, name: str, knowledge: Knowledge) -> Recommendation:
    """The recommendation for the values of a profile file, with the days of its answers."""
    from recommender.pipeline import machine

    found = _today(data, name, knowledge)
    return machine(knowledge).of_answers(found.answers, found.days)


def _read(name: str, most: int) -> tuple[bytes, str]:
    """The bytes of a file or of standard input, at most one more than `most`, and its name for messages."""
    if name == "-" and sys.stdin is None:
        raise ProfileError([ProfileFault("standard input", "is closed.", PROFILE_FORM)])
    try:
        if name == "-":
            return sys.stdin.buffer.read(most + 1), "standard input"
        with Path(name).open("rb") as stream:
            return stream.read(most + 1), name
    except OSError as error:
        raise ProfileError([ProfileFault(name, f"cannot be read: {error.strerror}.", PROFILE_FORM)]) from None


def _saved(raw: bytes, shown: str) -> Any:
    """The value of a saved result, not checked yet; None if these bytes are none.

    Raises ProfileError for a part of a result.
    """
    if len(raw) > MAX_RESULT_BYTES:
        return None
    from recommender.saved_json import parsed_result

    return parsed_result(raw, shown)


def _answers(raw: bytes, shown: str) -> Any:
    """The values of a profile."""
    try:
        return read_text(raw[: MAX_BYTES + 1], shown).data
    except YamlFault as fault:
        place = shown if fault.line is None else f"{shown}, line {fault.line}"
        raise ProfileError([ProfileFault(place, f"{fault.found} {fault.do}".strip(), PROFILE_FORM)]) from None
