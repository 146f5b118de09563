"""Builds the engine library from its source with faults in it that can be switched on: `python -m tests.faults.build`.

What is patched into the C source is small and stands in PATCH: a rule whose action is not put on the agenda, an
allocation that fails, and a clock that stands elsewhere. All three are off until `Wrong` switches them on, so that
the same build also serves as the right one to compare with.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path
from types import ModuleType

__all__ = ["NotBuilt", "Wrong", "build"]

PACKAGE = "durable-rules==2.0.28"
SOURCE = "RECOMMENDER_ENGINE_SOURCE"  # a durable_rules-2.0.28.tar.gz that is there already
MODULE = "durable_rules_engine"
PARTS = ("rules/json.c", "rules/rete.c", "rules/state.c", "rules/events.c", "rules/regex.c", "rulespy/rules.c")
PATIENCE = 180  # seconds for the download and for each file to compile

# In events.c: the rule of this name is passed over, as if its condition did not hold.
PATCH = (
    """        if (!sideEffect) {
            return RULES_OK;
        }

        CHECK_RESULT(createActionFrame(state,""",
    """        if (!sideEffect || wrong_skips(&tree->stringPool[currentNode->nameOffset])) {
            return RULES_OK;
        }

        CHECK_RESULT(createActionFrame(state,""",
)
HEADER = """
#include <stdlib.h>
#include <string.h>
#include <time.h>
int wrong_skips(const char *name);
void *wrong_malloc(size_t size);
void *wrong_calloc(size_t count, size_t size);
void *wrong_realloc(void *old, size_t size);
time_t wrong_time(time_t *out);
#ifndef WRONG_ITSELF
#define malloc wrong_malloc
#define calloc wrong_calloc
#define realloc wrong_realloc
#define time wrong_time
#endif
"""
SWITCHES = """
#define WRONG_ITSELF
#include "wrong.h"
char wrong_rule[64] = "";
long wrong_left = -1;   /* so many allocations more succeed; -1: all of them */
long wrong_made = 0;    /* how many there were */
long wrong_shift = 0;   /* seconds that the clock is off */
long wrong_step = 0;    /* and how many more with each look at it */
int wrong_skips(const char *name) { return wrong_rule[0] && !strcmp(name, wrong_rule); }
static int fails(void) {
    ++wrong_made;
    if (wrong_left < 0) return 0;
    if (wrong_left == 0) return 1;
    --wrong_left;
    return 0;
}
void *wrong_malloc(size_t size) { return fails() ? NULL : malloc(size); }
void *wrong_calloc(size_t count, size_t size) { return fails() ? NULL : calloc(count, size); }
void *wrong_realloc(void *old, size_t size) { return fails() ? NULL : realloc(old, size); }
time_t wrong_time(time_t *out) {
    time_t now = time(NULL) + wrong_shift;
    wrong_shift += wrong_step;
    if (out) *out = now;
    return now;
}
"""


class NotBuilt(Exception):
    """The library could not be built here; says what is missing."""


class Wrong:
    """The patched module, and its switches."""

    def __init__(self, path: Path) -> None:
        self.module = _imported(path)
        library = ctypes.CDLL(str(path))
        self._rule = (ctypes.c_char * 64).in_dll(library, "wrong_rule")
        self._numbers = {
            name: ctypes.c_long.in_dll(library, f"wrong_{name}") for name in ("left", "made", "shift", "step")
        }
        self.heal()

    def skip(self, rule: str) -> None:
        """Pass over the rule with this name in the library."""
        self._rule.value = rule.encode()

    def allocations(self, left: int) -> None:
        """Let so many allocations more succeed, and fail all after them."""
        self._numbers["left"].value = left

    def made(self) -> int:
        """How many allocations there were so far."""
        return self._numbers["made"].value

    def clock(self, shift: int, step: int = 0) -> None:
        """Let the clock be off by so many seconds, and by so many more with each look at it."""
        self._numbers["shift"].value, self._numbers["step"].value = shift, step

    def heal(self) -> None:
        """Be right again."""
        self.skip("")
        self.allocations(-1)
        self.clock(0)


def build(folder: Path) -> Path:
    """The patched library in this folder, built if it is not there. Raises NotBuilt."""
    parts = (*PATCH, HEADER, SWITCHES, sys.version)
    stamp = hashlib.sha256("".join(parts).encode()).hexdigest()[:12]
    made = folder / stamp / f"{MODULE}{sysconfig.get_config_var('EXT_SUFFIX')}"
    if made.exists():
        return made
    compiler = shutil.which(os.environ.get("CC", "")) or shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NotBuilt("there is no C compiler")
    headers = Path(sysconfig.get_path("include"))
    if not (headers / "Python.h").exists():
        raise NotBuilt("the headers of Python are missing")
    work = folder / f"{stamp}.work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        code = _unpacked(work) / "src"
        _patch(code)
        library = work / made.name
        _run([
            compiler, "-shared", "-fPIC", "-O2", "-w", "-std=c99", "-D_GNU_SOURCE", "-fcommon", f"-I{headers}",
            f"-I{code / 'rules'}", f"-I{code}", "-o", str(library), str(code / "wrong.c"),
            *(str(code / part) for part in PARTS),
        ])  # fmt: skip
        made.parent.mkdir(exist_ok=True)
        library.replace(made)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return made


def _unpacked(work: Path) -> Path:
    archive = Path(os.environ[SOURCE]) if os.environ.get(SOURCE) else _downloaded(work)
    if not archive.is_file():
        raise NotBuilt(f"there is no file {archive}")
    with tarfile.open(archive) as source:
        source.extractall(work, filter="data")
    return next(path for path in work.iterdir() if path.is_dir() and (path / "src").is_dir())


def _downloaded(work: Path) -> Path:
    _run([
        sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps",
        "--no-binary", ":all:", "--dest", str(work), PACKAGE,
    ])  # fmt: skip
    return next(work.glob("durable*rules-*.tar.gz"))


def _patch(code: Path) -> None:
    events = code / "rules/events.c"
    text = events.read_text()
    if text.count(PATCH[0]) != 1:
        raise NotBuilt("the source is not the one that the patch is for")
    events.write_text(text.replace(*PATCH))
    (code / "wrong.h").write_text(HEADER)
    (code / "wrong.c").write_text(SWITCHES)
    for part in PARTS:
        path = code / part
        lines = path.read_text().splitlines()
        last = max(number for number, line in enumerate(lines[:60]) if line.startswith("#include"))
        path.write_text("\n".join([*lines[: last + 1], '#include "wrong.h"', *lines[last + 1 :], ""]))


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotBuilt(f"{Path(command[0]).name} did not run: {error}") from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise NotBuilt(f"{Path(command[0]).name} failed: {said[:200]}")


def _imported(path: Path) -> ModuleType:
    """The module of this file under the library's own name, beside the real one."""
    spec = importlib.util.spec_from_file_location(MODULE, path)
    assert spec is not None
    assert spec.loader is not None
    real = sys.modules.get(MODULE)
    try:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        if real is not None:
            sys.modules[MODULE] = real
    return module


if __name__ == "__main__":
    print(build(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
