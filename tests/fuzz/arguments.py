"""Command lines: random words, options and files, in a scratch folder out of which nothing may be written."""

from __future__ import annotations

import atexit
import os
import random
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.fuzz import profiles, texts
from tests.fuzz.common import Finding, Tally, mutated
from tests.fuzz.validator import FIELDS, SETS

__all__ = ["one", "scratch"]

ROOT = Path(__file__).resolve().parent.parent.parent
CODES = {0, 1, 2, 3, 130}
COMMANDS = ("ask", "recommend", "why", "what-if", "exercises", "rules", "schema")
OF_RULES = ("list", "show", "check", "coverage", "diff", "impact", "sign", "book", "schema", "prove")
SLOW = {"check", "coverage", "diff", "impact", "book", "sign", "schema", "prove", "batch"}  # seconds each
SLOW_SHARE = 0.004
OPTIONS = (
    "--format", "--knowledge", "-o", "--output", "--all", "--help", "-h", "--version", "--explain",
    "--reviewer", "--check",
    "--colour", "--", "-", "-x", "--format=json", "--format=", "--output=out.txt", "-oout.txt", "--formt", "--kind",
)  # fmt: skip
WORDS = (
    "text", "markdown", "json", "pdf", "profile", "recommendation", "boat", "Bridge", "glute-bridge", "cat",
    "HEAD", "nowhere",
    "hernia-arching", "all", "", " ", "\u00e9", "\udcff", "\u202e", "x" * 300, "x" * 5000, "*", "?", "..",
    ".", "%s", "{0}",
    "me.yaml", "you.json", "new.yaml", "empty.yaml", "folder", "link", "none/deep.yaml", "out.txt",
    "folder/", "-1", "0", "\n",
)  # fmt: skip
WRITES = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.truncate",
    "os.utime",
}
_guard: dict[str, Any] = {"folder": None}


class Outside(BaseException):
    """Something was to be written outside the scratch folder."""


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    folder = _guard["folder"]
    if folder is None:
        return
    if event == "open":
        path, mode, flags = arguments
        if not (isinstance(mode, str) and set(mode) & set("wax+")) and not (
            isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        ):
            return
        paths = [path]
    elif event in WRITES:
        paths = [part for part in arguments[:2] if isinstance(part, str | bytes | os.PathLike)]
    else:
        return
    for path in paths:
        if isinstance(path, int) or os.fspath(path) == os.devnull:
            continue
        real = os.path.realpath(os.fsdecode(os.fspath(path)))
        if not real.startswith(folder) and not real.endswith((".pyc", "__pycache__")) and "/__pycache__/" not in real:
            raise Outside(f"{event} {real}")


@cache
def scratch() -> Path:
    """A folder with a copy of the knowledge and some files; everything is to stay in it."""
    folder = Path(tempfile.mkdtemp(prefix="recommender-fuzz-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for part in ("rules", "catalog"):
        shutil.copytree(ROOT / part, folder / "copy" / part)
    os.environ |= {"RECOMMENDER_CACHE": "off", "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    os.environ.pop("RECOMMENDER_DEBUG", None)
    from recommender.knowledge import files, knowledge

    if files.shipped_folder() == ROOT:
        # Commands that write beside the rules shall find the copy there.
        for module in (knowledge, files, *[m for n, m in sys.modules.items() if n.startswith("recommender.")]):
            if hasattr(module, "shipped_folder"):
                module.shipped_folder = lambda: folder / "copy"
    sys.addaudithook(_watch)
    return folder


def _files(folder: Path, chance: random.Random) -> None:
    """Files to name: a profile, a broken one, an empty one, a folder, a link to nowhere."""
    import yaml

    profile = profiles.valid(chance)
    good = yaml.safe_dump(profile).encode()
    (folder / "me.yaml").write_bytes(good if chance.random() < 0.6 else mutated(good, chance, [good]))
    (folder / "you.json").write_bytes(chance.choice(texts.samples())[1])
    (folder / "empty.yaml").write_bytes(b"")
    (folder / "folder").mkdir(exist_ok=True)
    if not (folder / "link").is_symlink():
        (folder / "link").symlink_to("nothing")


def _word(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.1:
        values = chance.choice(list(SETS.values()))
        return f"{chance.choice(FIELDS)}={chance.choice((*values, '', 'yes', '40', '[', 'no,no', '9' * 5000))}"
    if kind < 0.4:
        return chance.choice(OPTIONS)
    if kind < 0.5:
        return "".join(chr(chance.randrange(1, 0x250)) for _ in range(chance.randrange(6)))
    if kind < 0.7:
        return "me.yaml"
    return chance.choice(WORDS)


def arguments(chance: random.Random) -> list[str]:
    """A command line; mostly one of the commands with something near to what it takes."""
    if chance.random() < 0.1:
        return [_word(chance) for _ in range(chance.randrange(5))]
    command = chance.choice(COMMANDS)
    line = [command]
    if command == "rules":
        sub = chance.choice(OF_RULES)
        if sub in SLOW and chance.random() > SLOW_SHARE:
            sub = chance.choice(("list", "show"))
        line.append(sub)
    usual = {
        "why": [chance.choice(("boat", "cat", "Bridge", "xyzzy"))],
        "recommend": [], "what-if": [], "ask": [],
    }.get(command)  # fmt: skip
    if usual is not None and chance.random() < 0.8:
        line += [*usual, chance.choice(("me.yaml", "me.yaml", "you.json", "-", "new.yaml"))]
    line += [_word(chance) for _ in range(chance.choice((0, 0, 1, 1, 2, 4)))]
    return [word.replace("\0", "") for word in line]


def called(line: list[str], stdin: bytes) -> tuple[int, str, str]:
    """Exit code, output and errors of a command line, in this process."""
    from recommender.cli import main

    streams = sys.stdin, sys.stdout, sys.stderr
    handles = [os.memfd_create(name) for name in ("in", "out", "err")]
    copies = [os.dup(handle) for handle in handles[1:]]  # the command may let go of its output
    os.write(handles[0], stdin)
    os.lseek(handles[0], 0, os.SEEK_SET)
    sys.stdin = os.fdopen(handles[0], encoding="utf-8", errors="surrogateescape")
    sys.stdout = os.fdopen(handles[1], "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(handles[2], "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    try:
        try:
            main(line)
            code: Any = 0
        except SystemExit as end:
            code = end.code or 0
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        said = []
        for copy in copies:
            os.lseek(copy, 0, os.SEEK_SET)
            with os.fdopen(copy, "rb", closefd=False) as stream:
                said.append(stream.read().decode("utf-8", "replace"))
    finally:
        sys.stdin.close()
        sys.stdin, sys.stdout, sys.stderr = streams
        for handle in (*handles[1:], *copies):
            os.close(handle)
    return code, said[0], said[1]


def one(chance: random.Random, tally: Tally) -> str:
    """Try one command line."""
    folder = scratch()
    _files(folder, chance)
    line = arguments(chance)
    stdin = chance.choice(
        (b"", b"0\n" * 40, b"1\n" * 40, b"q\n", b"?\nb\nx\n\xff\n", (folder / "me.yaml").read_bytes())
    )
    before = Path.cwd()
    os.chdir(folder)
    _guard["folder"] = str(folder)
    try:
        code, out, err = called(line, stdin)
    except BaseException as error:
        error.add_note(f"{line}")
        raise
    finally:
        _guard["folder"] = None
        os.chdir(before)
        for path in folder.iterdir():
            if path.name not in ("copy", "folder", "link") and path.is_file():
                path.unlink()
    if code not in CODES:
        raise Finding(f"exit code {code!r}: {line} {err[-300:]}")
    if "Traceback (most" in err or "Traceback (most" in out or "This program has a fault" in err:
        raise Finding(f"{line}: {err[-400:]}")
    if code in (1, 2) and not (err.strip() or out.strip()):
        raise Finding(f"exit code {code} without a word: {line}")
    return f"exit {code}"
