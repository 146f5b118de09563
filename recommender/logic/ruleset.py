"""One ruleset of durable-rules: facts in, names of what holds out. The only file that uses the library.

durable-rules is fast and exact when one fact is asserted into one session, and it loses results
without a word in many other uses. So this file

- reads the agenda with the C module itself, from a first to a last sentinel, and accepts nothing else,
- primes every session, since deleting a new one can end the process,
- clears the session after any fault, also when the clearing itself was interrupted, and puts a new
  one in its place where it cannot be cleared.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from operator import itemgetter
from types import ModuleType
from typing import Any

from recommender.errors import EngineError
from recommender.logic.alternatives import FIRST, LAST, Share
from recommender.logic.facts import Facts

__all__ = ["LOST", "Ruleset", "generated", "import_library", "unpacked"]

SESSION = "1"
WHOSE = f'"id":"1","sid":"{SESSION}"'  # the one fact in the one session; enough to take it back
OK, NOT_HANDLED = 0, 1
LOST = "The rule engine cannot be restarted. No routine is given until the program is started anew."

_name = itemgetter(slice(2, 6))


def import_library() -> ModuleType:
    """Import the C module. Raises EngineError if it is missing or does not load."""
    try:
        return _imported()
    except ImportError as error:
        raise EngineError(f"The rule engine durable-rules cannot be loaded: {error}. No routine is given.") from error


def _imported() -> ModuleType:
    """The C module. From Python 3.13 on it needs lazy symbol resolution to load."""
    if sys.version_info >= (3, 13) and hasattr(sys, "setdlopenflags"):
        flags = sys.getdlopenflags()
        sys.setdlopenflags(flags & ~os.RTLD_NOW | os.RTLD_LAZY)
        try:
            import durable_rules_engine  # noqa: PLC0415
        finally:
            sys.setdlopenflags(flags)
    else:
        import durable_rules_engine  # noqa: PLC0415
    return durable_rules_engine  # type: ignore[no-any-return]


class Ruleset:
    """A handle of the library with one session. Not safe between threads: the engine has one lock for all of its own.

    Building it raises EngineError where the share does not stay clear of the library's limits, or the
    library does not accept it.
    """

    def __init__(self, share: Share, library: Any) -> None:
        share.prove()
        self.share = share
        self.lost = False  # whether there is no session that could be trusted, nor a way to a new one
        self._library = library
        self._unclean = False  # whether something of an earlier call may still be in the session
        self._most = len(share) + 2
        self._rules_of = share.rules_of
        self._fact = _fact("{" + WHOSE + share.constants, share.pieces)
        self._handle = self._create()

    def fired(self, facts: Facts) -> set[str]:
        """The ids of the rules of which a term holds. Raises EngineError; whatever happens, no trace is left.

        What cannot be cleared up here, as after an interrupt while that was done, is cleared by the next call.
        """
        if self._unclean:
            self._clear()
        if self.lost:
            raise EngineError(LOST)
        fact = self._fact(facts)
        self._unclean = True
        try:
            names = self._agenda(fact)
            status = self._library.retract_fact(self._handle, "{" + WHOSE + "}")
            if status[0] not in (OK, NOT_HANDLED):
                raise EngineError(f"The rule engine did not take the answers back (code {status[0]}).")
            if names[0] != FIRST or names[-1] != LAST:
                raise EngineError("The rule engine stopped before all rules were read. No routine is given.")
            found = self._rules_named(names[1:-1])
            self._unclean = False
        except EngineError:
            raise
        except Exception as error:
            raise EngineError(f"The rule engine failed: {_told(error)}. No routine is given.") from error
        finally:
            if self._unclean:
                self._clear()
        return found

    def start_anew(self) -> None:
        """Give a forked child a session of its own; the parent's may be in the middle of a call. Raises EngineError."""
        self._handle = self._create()
        self._unclean = False

    def _create(self) -> Any:
        try:
            handle = self._library.create_ruleset("recommender", self.share.definition)
            self._prime(handle)
        except EngineError:
            raise
        except Exception as error:
            raise EngineError(f"The rule engine does not accept the rules: {_told(error)}.") from error
        return handle

    def _prime(self, handle: Any) -> None:
        """Go once through an empty call. Raises EngineError if it yields nothing.

        The library does not set two pointers of a new session before its first action, and frees them
        when the session is deleted: a call that is interrupted before then would end the whole process.
        """
        library, fact = self._library, "{" + WHOSE + self.share.constants + "}"
        offset = library.assert_fact(handle, fact)[1]
        if library.start_action_for_state(handle, offset) is None:
            raise EngineError("The rule engine gave no result. No routine is given.")
        for _ in islice(iter(partial(library.complete_and_start_action, handle, offset), None), self._most):
            pass
        library.retract_fact(handle, fact)

    def _rules_named(self, names: list[str]) -> set[str]:
        found: set[str] = set()
        try:
            found.update(*map(self._rules_of.__getitem__, names))
            return found
        except KeyError as error:
            raise EngineError(f"The rule engine named what is no rule here: {error}.") from None

    def _agenda(self, fact: str) -> list[str]:
        library, handle = self._library, self._handle
        status = library.assert_fact(handle, fact)
        if status[0] != OK:
            raise EngineError(f"The rule engine refused the answers (code {status[0]}). No routine is given.")
        offset = status[1]
        action = library.start_action_for_state(handle, offset)
        if action is None:
            raise EngineError("The rule engine gave no result. No routine is given.")
        most = self._most
        rest = islice(iter(partial(library.complete_and_start_action, handle, offset), None), most)
        names = [_name(action[1]), *map(_name, rest)]
        if len(names) > most:
            raise EngineError("The rule engine did not come to an end. No routine is given.")
        return names

    def _clear(self) -> None:
        try:
            self._library.delete_state(self._handle, SESSION)
        except Exception:
            if self._holds_session():
                self._replace()
        self._unclean = False

    def _holds_session(self) -> bool:
        """Whether something was there to be deleted. The library tells it in words alone, so it is asked anew."""
        try:
            self._library.get_state(self._handle, SESSION)
        except MemoryError:
            return True  # it does not say, and a session too many does no harm
        except Exception:
            return False
        return True

    def _replace(self) -> None:
        try:
            self._handle = self._create()
        except EngineError:
            self.lost = True


def _told(error: Exception) -> str:
    """What the error says; its name where it says nothing, as when memory runs out."""
    return str(error) or type(error).__name__


def _fact(head: str, parts: Sequence[Sequence[str]]) -> Callable[[Facts], str]:
    """A Python function, generated from the pieces of the fact, that puts the fact together."""
    stated = [index for index, pieces in enumerate(parts) if any(pieces)]
    given = "".join(f", p{index}={tuple(parts[index])!r}" for index in stated)
    text = (head + "\0}").replace("{", "{{").replace("}", "}}")
    text = text.replace("\0", "".join(f"{{p{index}[f{index}]}}" for index in stated))
    return generated("fact", [f"def fact(facts{given}):", f"    {unpacked(len(parts))}", f"    return f{text!r}"])


def unpacked(width: int) -> str:
    """A line of Python that names the facts f0, f1, ..., and fails unless there are so many."""
    return f"[{', '.join(f'f{index}' for index in range(width))}] = facts"


def generated(name: str, lines: Sequence[str]) -> Callable[[Facts], Any]:
    """The function of this name that the lines define. They are made of checked numbers and quoted ids only."""
    space: dict[str, Any] = {}
    exec(compile("\n".join(lines), f"<{name}>", "exec"), space)
    return space[name]  # type: ignore[no-any-return]
