"""Where something is written, what may be replaced there, and how it is written. There is no other way to a file.

`target_of` follows the links of a path, `protect` refuses what must not be written there, `consent` asks where
something else would be replaced, and `write` puts a file into its place whole or not at all:

    target = target_of(path)                       # a link stays; what it leads to is written
    protect(target, reads, words)                  # neither a file that is read, nor a log, answers or a result
    consent([target], force=force, ask=ask)        # any other file that is there
    write(content, target)

A device, a pipe and what the shell has opened (/dev/stdout) are written to, and never replaced.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from recommender.disk import keep_name
from recommender.errors import OutputError
from recommender.kept.files import HEAD, Kind, kind_of
from recommender.knowledge.shipped import as_shipped
from recommender.sentences import Say

__all__ = [
    "STANDARD",
    "Target",
    "consent",
    "pour",
    "private_folder",
    "protect",
    "publish",
    "refuse_standard_output",
    "target_of",
    "write",
    "write_together",
]

STANDARD = "-"  # standard input among what is read, standard output as a target
MOST_LINKS = 40
PRIVATE, SHARED, FOLDER = 0o600, 0o666, 0o700
NO_LINKS = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV, errno.EMLINK, errno.EINVAL)
LOOKS_LIKE = {"log": "writing.is_log", "answers": "writing.is_answers", "result": "writing.is_result"}


@dataclass(frozen=True, slots=True)
class Target:
    """Where to write: `path` as it was named, `real` with its links followed.

    `found` is the plain file that stands there. `stream`: a device or a pipe, or, with a `handle`,
    something that is open in this process already. `say` has the words of the errors.
    """

    path: Path
    real: Path
    found: os.stat_result | None = None
    stream: bool = False
    handle: int | None = None
    say: Say = field(default=as_shipped, compare=False, repr=False)


# --- what a path is -------------------------------------------------------------------------------


def target_of(path: Path, say: Say = as_shipped) -> Target:
    """What is written when this path is. Raises OutputError for a folder, a disk and what cannot be reached.

    Its errors, and those of all that is done with the target, are in the words of `say`.
    """
    try:
        real, handle = _behind_links(path)
        found = real.stat() if handle is None else os.fstat(handle)
    except FileNotFoundError:
        if not real.parent.is_dir():
            raise _cannot(path, say("writing.no_folder", folder=real.parent), say) from None
        return Target(path, real, say=say)
    except (OSError, ValueError) as error:
        raise _cannot(path, str(getattr(error, "strerror", None) or error), say) from None
    if handle is not None:
        return Target(path, real, stream=True, handle=handle, say=say)
    if stat.S_ISDIR(found.st_mode):
        raise _cannot(path, say("writing.is_folder"), say)
    if stat.S_ISBLK(found.st_mode) or stat.S_ISSOCK(found.st_mode):
        raise _cannot(path, say("writing.is_disk"), say)
    plain = stat.S_ISREG(found.st_mode)
    return Target(path, real, found if plain else None, stream=not plain, say=say)


def _cannot(path: Path, why: str, say: Say) -> OutputError:
    return OutputError(say("writing.cannot", path=path, why=why))


def _behind_links(path: Path) -> tuple[Path, int | None]:
    """The place that a path leads to, and the number of the open file if it is one of this process (/dev/stdout)."""
    place, opened = Path.cwd() / path, {Path("/dev/fd"), Path(f"/proc/{os.getpid()}/fd")}
    for _ in range(MOST_LINKS):
        if place.name in ("", ".."):
            return Path(os.path.realpath(place)), None
        parent = Path(os.path.realpath(place.parent))
        place = parent / place.name
        if parent in opened and place.name.isdigit():
            return place, int(place.name)
        if not place.is_symlink():
            return place, None
        place = parent / place.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


# --- what may be written --------------------------------------------------------------------------


def protect(
    target: Target, reads: Iterable[Path | str] = (), words: Collection[str] = (), *, makes: Kind = "other"
) -> Kind:
    """Refuse a target that is read, or that looks like a log, answers or a result and would become something else.

    `reads` are the files that the command reads (`-`: standard input), `words` the fields of the
    questionnaire, `makes` is what is written. Gives what the file that is there looks like. Raises
    OutputError; nothing overrides it.
    """
    say = target.say
    there = os.fstat(target.handle) if target.handle is not None else target.found
    if there is not None and (read := _same(there, reads)) is not None:
        raise OutputError(say("writing.is_read", path=target.path, read=_named(read, say)))
    if target.found is None or not target.found.st_size:
        return "other"
    kind = _kind(target, words)
    if kind not in ("other", makes):
        raise OutputError(say(LOOKS_LIKE[kind], path=target.path))
    return kind


def consent(targets: Collection[Target], *, force: bool, ask: Callable[[str], bool] | None = None) -> None:
    """Let `ask` decide where something that is there would be replaced; `force` decides it already.

    An empty file holds nothing that could be lost. Raises OutputError where it is not agreed to; without
    `ask` nobody can agree.
    """
    there = [target for target in targets if target.found is not None and target.found.st_size]
    if not there or force:
        return
    say, path, more = there[0].say, there[0].path, len(there) - 1
    if ask is None:
        raise OutputError(say("writing.several_there" if more else "writing.there", path=path, n=more))
    if not ask(say("writing.replace_several" if more else "writing.replace", path=path, n=more)):
        raise OutputError(say("writing.nothing_written"))


def refuse_standard_output(reads: Iterable[Path | str], say: Say = as_shipped) -> None:
    """Raise OutputError where standard output goes to a file that is read (`recommender recommend a >> a`)."""
    with suppress(OSError, ValueError, AttributeError):
        there = os.fstat(sys.stdout.fileno())
        if (read := _same(there, reads)) is not None:
            raise OutputError(say("writing.output_is_read", read=_named(read, say)))


def _same(there: os.stat_result, reads: Iterable[Path | str]) -> Path | str | None:
    """The one of these that is the same plain file, whatever its name: a link, a hard link, standard input."""
    if not stat.S_ISREG(there.st_mode):
        return None
    for read in reads:
        with suppress(OSError, ValueError, AttributeError):
            if os.path.samestat(there, os.fstat(sys.stdin.fileno()) if str(read) == STANDARD else Path(read).stat()):
                return read
    return None


def _named(read: Path | str, say: Say) -> str:
    return say("files.standard_input") if str(read) == STANDARD else str(read)


def _kind(target: Target, words: Collection[str]) -> Kind:
    """What the file that is there looks like."""
    try:
        with target.real.open("rb") as stream:
            return kind_of(stream.read(HEAD), words)
    except OSError as error:
        why = target.say("writing.cannot_be_read", why=error.strerror)
        raise _cannot(target.path, why, target.say) from None


# --- writing --------------------------------------------------------------------------------------


def write(content: str | bytes, target: Target, *, shared: bool = False) -> None:
    """Write this whole or not at all. Raises OSError and OutputError, and leaves what was there as it was.

    What is written can be read by its owner alone or, if it is `shared`, by whoever the system lets. A
    file that is there never becomes readable to more people.
    """
    write_together({target: content}, shared=shared)


def write_together(contents: Mapping[Target, str | bytes], *, shared: bool = False) -> None:
    """Write all of these; none is put into its place before all of them are on the disk. Raises as `write` does."""
    staged: list[tuple[Path, Target]] = []
    try:
        for target, content in contents.items():
            raw = content if isinstance(content, bytes) else content.encode()
            if target.stream:
                pour([raw], target)
                continue
            beside = target.real.parent / f".recommender-{secrets.token_hex(6)}"
            staged.append((beside, target))
            _fill(beside, raw, SHARED if shared else PRIVATE)
        for beside, target in staged:
            publish(beside, target, shared=shared)
    finally:
        for beside, _ in staged:
            beside.unlink(missing_ok=True)


def _fill(place: Path, raw: bytes, mode: int) -> None:
    """Make a file that was not there, and wait until it is on the disk."""
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(handle)


def publish(made: Path, target: Target, *, shared: bool = False) -> None:
    """Put a file that was made on the same disk into its place in one step. Raises OSError and OutputError.

    What has come there, or was changed, since it was looked at is not replaced.
    """
    if target.found is None:
        _put_new(made, target)
    else:
        try:
            now = target.real.stat()
        except FileNotFoundError:
            now = None
        if now is not None and _mark(now) != _mark(target.found):
            raise OutputError(target.say("writing.changed", path=target.path))
        with suppress(OSError):  # only root may give it back to whom it belongs
            os.chown(made, target.found.st_uid, target.found.st_gid)
        made.chmod(stat.S_IMODE(target.found.st_mode) & (0o777 if shared else PRIVATE))
        made.replace(target.real)
    keep_name(target.real)


def _put_new(made: Path, target: Target) -> None:
    """Put it where nothing is; the system sees to it that nothing which has come there is replaced."""
    try:
        os.link(made, target.real)
    except FileExistsError:
        raise OutputError(target.say("writing.has_come", path=target.path)) from None
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if os.path.lexists(target.real):
            raise OutputError(target.say("writing.has_come", path=target.path)) from None
        made.replace(target.real)
    else:
        made.unlink()


def _mark(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def pour(parts: Iterable[bytes], target: Target) -> None:
    """Write to a device, a pipe, or what is open already, and replace nothing. Raises OSError."""
    if target.handle is not None:
        if sys.stdout is not None:
            sys.stdout.flush()
        handle = os.dup(target.handle)
    else:
        handle = os.open(target.real, os.O_WRONLY | getattr(os, "O_NOCTTY", 0))
    with os.fdopen(handle, "wb") as stream:
        if target.handle is None and stat.S_ISREG(os.fstat(handle).st_mode):
            raise OutputError(target.say("writing.has_come", path=target.path))
        for part in parts:
            stream.write(part)


def private_folder(folder: Path) -> None:
    """Make a folder that its owner alone can open; one that is there stays as it is. Raises OSError."""
    with suppress(FileExistsError):
        folder.mkdir(FOLDER)
        return
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
