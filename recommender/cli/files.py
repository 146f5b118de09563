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
from recommender.knowledge.shipped import as_shipped
from recommender.sentences import Say
from recommender.yaml_reader import MAX_BYTES, YamlFault, read_text

if TYPE_CHECKING:
    from recommender.decision.recommendation import Recommendation
    from recommender.knowledge.knowledge import Knowledge
    from recommender.profile.saved_answers import Saved

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

Tell = Callable[[list[str]], None]
MAX_RESULT_BYTES = 10_000_000

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
    """The rule with this id; `steps` lets it be one that reads the log. Raises UsageError with the nearest one."""
    found = knowledge.rule(id) or (knowledge.progress_rule(id) if steps else None)
    if found is None and knowledge.progress_rule(id) is not None:
        raise UsageError(f"{id} reads the log and not the answers. `recommender rules show {id}` shows it.")
    if found is None:
        of_steps = [one.id for one in knowledge.progress.rules] if steps and knowledge.progress else []
        hint = nearest(id, [*knowledge.rules_by_id, *of_steps]) or "`recommender rules list` lists all of them."
        raise UsageError(f'There is no rule "{id[:60]}". {hint}')
    return found


def read_answers(name: str, knowledge: Knowledge, today: date | None = None, *, tell: Tell = say_at_the_end) -> Any:
    """A profile file as it is today: the weeks counted on from the days of its answers. It has no fault.

    `tell` is given what there is to say about answers of an earlier day. Raises ProfileError.
    """
    return read_saved(name, knowledge, today, tell=tell).profile


def read_saved(name: str, knowledge: Knowledge, today: date | None = None, *, tell: Tell = say_at_the_end) -> Saved:
    """As `read_answers`, with the days of the answers."""
    return _today(read_profile(name, knowledge.say), name, knowledge, today, tell)


def _today(data: Any, name: str, knowledge: Knowledge, today: date | None = None, tell: Tell = say_at_the_end) -> Saved:
    """The saved answers as they are today; what there is to say about them is given to `tell`.

    `name` is that of the profile, `-` where `recommender ask` cannot ask for its answers again.
    """
    from recommender.profile.saved_answers import current

    clock = date.today()
    day = today or clock
    saved = current(data, knowledge, day, latest=max(day, clock), file="" if name == "-" else name)
    tell(ages(saved.counted, knowledge, day, name))
    return saved


def read_profile(name: str, say: Say = as_shipped) -> Any:
    """The values of a profile file as they stand there, or of standard input for `-`.

    Raises ProfileError in the words of `say`.
    """
    raw, shown = _read(name, MAX_BYTES, say)
    if _saved(raw, shown, say) is not None:
        raise ProfileError([ProfileFault.of(say, shown, say("files.is_result"), say("accepted.profile_form"))])
    return _answers(raw, shown, say)


def read_profile_or_result(name: str, knowledge: Knowledge) -> Recommendation:
    """The recommendation for the profile in a file, or the one that was saved there as JSON; `-` is standard input.

    A saved result is checked against `knowledge` (see `recommender.kept.result`). Raises ProfileError
    for answers that cannot be used, and for a result that other rules made or that was changed.
    """
    return _result_of(*_read(name, MAX_RESULT_BYTES, knowledge.say), name, knowledge)


def result_anew(name: str, knowledge: Knowledge) -> Recommendation:
    """The recommendation for the answers in a saved result, of which nothing else is looked at. Raises ProfileError."""
    say = knowledge.say
    raw, shown = _read(name, MAX_RESULT_BYTES, say)
    saved = _saved(raw, shown, say)
    if saved is None:
        raise ProfileError([ProfileFault.of(say, shown, say("files.no_result"), say("accepted.result"))])
    from recommender.kept.result import saved_profile

    return _made(saved_profile(saved, shown, say), "-", knowledge)


def _result_of(raw: bytes, shown: str, name: str, knowledge: Knowledge) -> Recommendation:
    """What the bytes of a profile or of a saved result give."""
    saved = _saved(raw, shown, knowledge.say)
    if saved is not None:
        from recommender.kept.result import verified_result

        return verified_result(saved, knowledge, shown, file=name)
    return _made(_answers(raw, shown, knowledge.say), name, knowledge)


def _made(data: Any, name: str, knowledge: Knowledge) -> Recommendation:
    """The recommendation for the values of a profile file, with the days of its answers."""
    from recommender.decision.pipeline import machine

    found = _today(data, name, knowledge)
    return machine(knowledge).of_answers(found.answers, found.days)


def _read(name: str, most: int, say: Say) -> tuple[bytes, str]:
    """The bytes of a file or of standard input, at most one more than `most`, and its name for messages."""
    if name == "-" and sys.stdin is None:
        at, found = say("files.standard_input"), say("files.closed")
        raise ProfileError([ProfileFault.of(say, at, found, say("accepted.profile_form"))])
    try:
        if name == "-":
            return sys.stdin.buffer.read(most + 1), say("files.standard_input")
        with Path(name).open("rb") as stream:
            return stream.read(most + 1), name
    except OSError as error:
        found = say("files.unreadable", why=error.strerror)
        raise ProfileError([ProfileFault.of(say, name, found, say("accepted.profile_form"))]) from None


def _saved(raw: bytes, shown: str, say: Say) -> Any:
    """The value of a saved result, not checked yet; None if these bytes are none.

    Raises ProfileError for a part of a result.
    """
    if len(raw) > MAX_RESULT_BYTES:
        return None
    from recommender.kept.json_form import parsed_result

    return parsed_result(raw, shown, say)


def _answers(raw: bytes, shown: str, say: Say) -> Any:
    """The values of a profile."""
    try:
        return read_text(raw[: MAX_BYTES + 1], shown).data
    except YamlFault as fault:
        place = shown if fault.line is None else say("files.line", name=shown, line=fault.line)
        found = f"{fault.found} {fault.do}".strip()
        raise ProfileError([ProfileFault.of(say, place, found, say("accepted.profile_form"))]) from None
