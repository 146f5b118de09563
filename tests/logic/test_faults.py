"""Whatever fails around or inside the engine: never a wrong routine, an error that says what happened, no trace.

Faults of single calls of the library stand in tests/logic/test_engine.py. Here the library misbehaves as durable-rules
is known to, is built wrong, or runs out of memory; threads die, processes fork, the clock jumps, Ctrl-C comes anywhere.
"""

from __future__ import annotations

import ctypes
import gc
import json
import linecache
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from recommender import EngineError, Knowledge, ProfileError, RecommenderError
from recommender.decision.pipeline import Recommender
from recommender.logic import alternatives
from recommender.logic.conditions import Condition, evaluate
from recommender.logic.engine import Engine, import_library
from recommender.logic.facts import Facts
from recommender.profile.checking import check
from tests.command_line import ROOT, environment, recommender
from tests.conftest import TIMES, person
from tests.faults.build import NotBuilt, Wrong, build
from tests.faulty_library import REAL, CountingLibrary, FaultyLibrary
from tests.strategies import KNOWLEDGE, TABLE

ENGINE = tuple(f"logic{os.sep}{name}.py" for name in ("engine", "ruleset"))
PATIENCE = 60  # seconds until a call counts as dead-locked
ASSERT, START, NEXT, RETRACT = "assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact"
ILL = {"hernia": "yes", "pain_now": 5, "conditions": ["osteoporosis"], "age": 70, "pain_position.sitting": "worse"}


def rules_of(knowledge: Knowledge) -> dict[str, Condition]:
    return {compiled.id: compiled.condition for compiled in knowledge.rules if not compiled.always}


RULES = rules_of(Knowledge.shipped())


def facts_of(**answers: Any) -> Facts:
    return TABLE.encode(check(person(**answers), Knowledge.shipped()))


SOME, HEALTHY = facts_of(**ILL), facts_of()


def random_facts(count: int, seed: int) -> Iterator[Facts]:
    chance = random.Random(seed)
    for _ in range(count):
        yield tuple(chance.randrange(len(variable.codes)) for variable in TABLE.variables)


def truth(codes: Facts) -> tuple[str, ...]:
    """The rules that hold, evaluated one by one without any engine."""
    return tuple(id for id, condition in RULES.items() if evaluate(condition, codes))


def made_with(library: Any) -> Engine:
    """An engine of the shipped rules over this library. Its truth tables are proved elsewhere."""
    return Engine(RULES, TABLE.variables, library=library, proved=True)


@pytest.fixture(autouse=True)
def _nobody_is_called_by_the_collector() -> Iterator[None]:
    """An error that comes while the garbage collector calls somebody is lost, and the thread goes on."""
    called = gc.callbacks[:]
    gc.callbacks.clear()
    yield
    gc.callbacks.extend(called)


@pytest.fixture(params=["one ruleset", "several"])
def spread(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let the rules stand in one ruleset, as they do, or in several; give the least number of them."""
    if request.param == "one ruleset":
        return 1
    monkeypatch.setattr(alternatives, "GROUP_SIZE", 8)
    monkeypatch.setattr(alternatives, "STACK_LIMIT", 13)
    return 3


def is_right(engine: Engine) -> bool:
    return all(engine.fired(codes) == truth(codes) for codes in (SOME, HEALTHY, *random_facts(5, seed=1)))


def right_or_shut(engine: Engine) -> bool:
    """The engine is right again; or it is shut for good, and says so."""
    if engine.shut is None:
        return is_right(engine)
    for codes in (SOME, HEALTHY):
        with pytest.raises(EngineError, match="No routine is given until the program is started anew"):
            engine.fired(codes)
    return True


def outcome(engine: Engine, codes: Facts = SOME) -> str:
    """What one call comes to: "right", or what its error says. A wrong result fails the test."""
    try:
        found = engine.fired(codes)
    except (EngineError, MemoryError, KeyboardInterrupt) as error:
        if isinstance(error, EngineError) and len(str(error)) < 20:
            pytest.fail(f"the error does not say what happened: {error}")
        return f"{type(error).__name__}: {error}"
    assert found == truth(codes), "a wrong result"
    return "right"


def within_time(work: Callable[[], Any]) -> Any:
    """Do the work in a thread of its own; a dead-lock fails the test instead of stopping it."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append((work(), None))
        except BaseException as error:
            found.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert found, "dead-locked"
    result, error = found[0]
    if error is not None:
        raise error
    return result


# --- the ways in which durable-rules is known to go wrong ------------------------------------------


def as_an_event(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    return REAL.assert_event(*arguments)


def asserted_twice(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    first = real(*arguments)
    try:
        real(*arguments)
    except Exception:
        return first
    return first


def taken_by_a_host(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    if call == 3:
        REAL.abandon_action(*arguments)
        REAL.start_action(arguments[0])
    return real(*arguments)


def renewed_by_a_host(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    if call == 3:
        REAL.renew_action_lease(arguments[0], "1")
    return real(*arguments)


def timers_of_a_host(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    if call == 3:
        REAL.start_timer(arguments[0], "1", 1, "timer", 0)
        REAL.assert_timers(arguments[0])
    return real(*arguments)


def freed_session(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    return (0, 0)


def given_up(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    if call == 3:
        REAL.abandon_action(*arguments)
    return real(*arguments)


def listed(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    message = real(*arguments)
    return message and list(message)


def in_bytes(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    message = real(*arguments)
    return message and message.encode()


def doubled(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    doubled.last = real(*arguments) if call != 3 else doubled.last  # type: ignore[attr-defined]
    return doubled.last  # type: ignore[attr-defined]


WAYS: dict[str, tuple[str, Callable[..., Any]]] = {
    "the answers are posted as an event": (ASSERT, as_an_event),
    "the answers are asserted twice": (ASSERT, asserted_twice),
    "another thread takes a pending action": (NEXT, taken_by_a_host),
    "another thread renews the lease": (NEXT, renewed_by_a_host),
    "timers run beside the call": (NEXT, timers_of_a_host),
    "a session that does not exist": (ASSERT, freed_session),
    "an action is given up": (NEXT, given_up),
    "messages as lists": (NEXT, listed),
    "messages as bytes": (NEXT, in_bytes),
    "a message comes again": (NEXT, doubled),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_known_way_to_fail_gives_no_wrong_result(way: str) -> None:
    """Each trap of durable-rules ends in the right result or a clear error; then the engine is right, or shut."""
    library = FaultyLibrary()
    engine = made_with(library)
    for _ in range(2):
        library.break_(*WAYS[way])
        outcome(engine)
        library.heal()
    assert right_or_shut(engine)


@pytest.mark.parametrize("spoiled", ["left out", "null", "a text", "true", "a float", "one more", "one less"])
def test_a_spoiled_answer_on_the_way_gives_no_wrong_result(spoiled: str) -> None:
    """A member of the fact that gets lost or changes its type on the way: the right result or an error."""
    library, heard = FaultyLibrary(), []
    changed = {
        "null": lambda n: "null", "a text": lambda n: f'"{n}"', "true": lambda n: "true",
        "a float": lambda n: f"{n}.0", "one more": lambda n: str(int(n) + 1), "one less": lambda n: str(int(n) - 1),
    }  # fmt: skip

    def count(real: Callable[..., Any], call: int, handle: Any, fact: str) -> Any:
        heard.append(re.findall(r',"\w+":\d+', fact))
        return real(handle, fact)

    engine = made_with(library)
    library.break_(ASSERT, count)
    assert outcome(engine) == "right"
    for member in heard[0]:
        name, _, number = member.rpartition(":")

        def spoil(
            real: Callable[..., Any], call: int, handle: Any, fact: str,
            member: str = member, name: str = name, number: str = number,
        ) -> Any:  # fmt: skip
            new = "" if spoiled == "left out" else f"{name}:{changed[spoiled](number)}"
            return real(handle, fact.replace(member, new, 1))

        library.break_(ASSERT, spoil)
        outcome(engine)
        library.heal()
        if engine.shut is not None:
            assert right_or_shut(engine)
            engine = made_with(library)
    assert is_right(engine)


def test_another_persons_result_is_refused() -> None:
    """A library that answers with the session of another person is found out, and the engine is shut."""
    library = FaultyLibrary()
    engine = made_with(library)
    last: list[str] = []

    def mixed_up(real: Callable[..., Any], call: int, handle: Any, fact: str) -> Any:
        last.append(fact)
        return real(handle, last[0])

    library.break_(ASSERT, mixed_up)
    assert outcome(engine, HEALTHY) == "right"
    assert "disagree" in outcome(engine, SOME)
    library.heal()
    assert engine.shut is not None
    assert right_or_shut(engine)


def test_a_session_that_keeps_what_was_there_is_refused() -> None:
    """Answers that are not taken back, and a session that is not cleared, never reach the next person."""
    library = FaultyLibrary()
    engine = made_with(library)
    library.break_(RETRACT, lambda real, call, *arguments: (0, 0))
    assert outcome(engine, SOME) == "right"
    library.break_("delete_state", lambda real, call, *arguments: None)
    for codes in random_facts(10, seed=2):
        outcome(engine, codes)
    library.heal()
    outcome(engine, HEALTHY)
    assert right_or_shut(engine)


def test_a_poisoned_session_is_an_error_each_time() -> None:
    """A session that answers 303 from some call on, also after it was cleared, gives an error and never a result."""
    library = FaultyLibrary()
    engine = made_with(library)

    def poisoned(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        raise RuntimeError("Could not assert fact, error code: 303")

    library.break_(ASSERT, poisoned)
    for _ in range(3):
        assert "error code: 303" in outcome(engine)
    library.heal()
    assert is_right(engine)


def test_a_definition_that_is_misread_builds_no_wrong_engine() -> None:
    """A library that takes a bound as one more or less, or loses a test, is refused, or makes no difference."""
    seen: list[str] = []

    def look(real: Callable[..., Any], call: int, name: str, definition: str) -> Any:
        seen.append(definition)
        return real(name, definition)

    library = FaultyLibrary()
    library.break_("create_ruleset", look)
    Engine(RULES, TABLE.variables, library=library)
    bounds = list(re.finditer(r'(\{"\$[gl]te": \{"\w+": )(\d+)(\}\})', seen[0]))
    assert len(bounds) > 50
    refused = 0
    for bound in random.Random(5).sample(bounds, 8 * TIMES):
        for step in (1, -1):
            spoiled = f"{bound[1]}{max(0, int(bound[2]) + step)}{bound[3]}"
            definition = seen[0][: bound.start()] + spoiled + seen[0][bound.end() :]
            library.break_("create_ruleset", lambda real, call, name, _, d=definition: real(name, d))
            try:
                engine = Engine(RULES, TABLE.variables, library=library)
            except EngineError:
                refused += 1
                continue
            for codes in random_facts(100, seed=4):
                outcome(engine, codes)
    assert refused >= 8 * TIMES


def test_a_library_that_cannot_be_loaded_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing or unloadable library is named as such."""
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(EngineError, match="durable-rules cannot be loaded"):
        import_library()


# --- a wrong build -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wrong(request: pytest.FixtureRequest) -> Wrong:
    """Give the library built with faults that can be switched on."""
    try:
        return Wrong(build(Path(request.config.cache.mkdir("wrong-engine"))))
    except NotBuilt as reason:
        pytest.skip(f"the wrong build of durable-rules is not made here: {reason}")


@pytest.fixture
def healed(wrong: Wrong) -> Iterator[Wrong]:
    """Give the same, right again before and after each test."""
    wrong.heal()
    yield wrong
    wrong.heal()


def names_of(codes: Facts) -> list[str]:
    """The names under which the library reports what holds for these facts, without the sentinels."""
    library, heard = FaultyLibrary(), []

    def listen(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        message = real(*arguments)
        heard.extend([message[2:6]] if message else [])
        return message

    engine = made_with(library)
    library.break_(NEXT, listen)
    assert outcome(engine, codes) == "right"
    return heard[:-1]


def test_a_build_that_skips_a_rule_is_shut(healed: Wrong) -> None:
    """A library built so that one rule never reaches the agenda: the first person it holds for shuts the engine."""
    names = names_of(SOME)
    assert len(names) > 10
    shut = 0
    for name in names:
        healed.heal()
        engine = made_with(healed.module)
        assert is_right(engine)
        healed.skip(name)
        said = outcome(engine)
        healed.heal()
        if said == "right":  # another alternative of the same rule holds too
            continue
        shut += 1
        assert "disagree about" in said
        assert any(id in said for id in RULES)
        assert engine.shut is not None
        assert right_or_shut(engine)
    assert shut > len(names) / 2


def test_a_build_that_skips_a_rule_never_starts(healed: Wrong) -> None:
    """The same library from the beginning: the truth tables are not met, and there is no engine at all."""
    for name in random.Random(2).sample(names_of(SOME), 3):
        healed.skip(name)
        with pytest.raises(EngineError, match="disagree"):
            Engine(RULES, TABLE.variables, library=healed.module)


def test_a_build_that_skips_a_sentinel_is_an_error(healed: Wrong, spread: int) -> None:
    """Without the first or the last sentinel the agenda is not accepted."""
    engine = made_with(healed.module)
    assert len(engine._rulesets) >= spread
    for sentinel in ("0000", "9999"):
        healed.skip(sentinel)
        assert "stopped before all rules were read" in outcome(engine)
        healed.heal()
        assert is_right(engine)


def test_a_rule_that_is_passed_over_shuts_the_engine() -> None:
    """The same without a compiler: whichever one rule the library passes over, the engine is shut."""
    count, shut = len(names_of(SOME)), 0
    for place in range(1, count + 1):
        library = FaultyLibrary()
        engine = made_with(library)

        def skip(real: Callable[..., Any], call: int, *arguments: Any, place: int = place) -> Any:
            if call == place:
                real(*arguments)
            return real(*arguments)

        library.break_(NEXT, skip)
        said = outcome(engine)
        library.heal()
        if said == "right":  # another alternative of the same rule holds too
            continue
        shut += 1
        assert "disagree about" in said
        assert engine.shut is not None
        assert right_or_shut(engine)
    assert shut > count / 2


def test_a_session_is_primed_before_it_may_be_deleted() -> None:
    """Deleting a session before its first action ends the process: the engine never lets it come to that."""
    library, heard = FaultyLibrary(), []
    for name in ("create_ruleset", START, "delete_state"):

        def listen(real: Callable[..., Any], call: int, *arguments: Any, name: str = name) -> Any:
            heard.append(name)
            return real(*arguments)

        library.break_(name, listen)
    engine = made_with(library)
    assert heard == ["create_ruleset", START]
    library.break_(START, lambda real, call, *arguments: None)
    assert "gave no result" in outcome(engine)
    assert heard[-1] == "delete_state"
    library.heal()
    assert is_right(engine)


def test_a_shut_engine_gives_no_remembered_routine_either() -> None:
    """Once the engine is shut, a routine that was made before is not given again."""
    library = FaultyLibrary()
    knowledge = Knowledge.load()
    object.__setattr__(knowledge, "engine", made_with(library))
    service = Recommender(knowledge)
    assert service.recommend(person()).routine
    library.break_(NEXT, lambda real, call, *arguments: (real(*arguments), real(*arguments))[1] if call == 2 else None)
    with pytest.raises(EngineError):
        service.recommend(person(**ILL))
    library.break_(NEXT, lambda real, call, *a: (real(*a), real(*a))[1] if call == 2 else real(*a))
    with pytest.raises(EngineError, match="shut"):
        service.recommend(person(**ILL))
    library.heal()
    with pytest.raises(EngineError, match="shut"):
        service.recommend(person())


# --- memory --------------------------------------------------------------------------------------


def out_of_memory(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    raise MemoryError


def out_of_memory_afterwards(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    real(*arguments)
    raise MemoryError


@pytest.mark.parametrize("fault", [out_of_memory, out_of_memory_afterwards])
def test_no_memory_at_any_call_of_the_library(fault: Callable[..., Any], spread: int) -> None:
    """The library is out of memory at its first, second, ... last call: an error each time, then right again."""
    library = CountingLibrary()
    engine = made_with(library)
    assert len(engine._rulesets) >= spread
    library.at(0, fault)
    assert outcome(engine) == "right"
    for number in range(1, library.count + 1):
        library.at(number, fault)
        assert outcome(engine) == "EngineError: The rule engine failed: MemoryError. No routine is given."
        library.heal()
        assert is_right(engine)


class At:
    """Raises an error at the n-th line of this package that runs, counted over all functions."""

    def __init__(self, number: int, error: type[BaseException], *files: str) -> None:
        self.left, self.error, self.files = number, error, files or (f"{os.sep}recommender{os.sep}",)
        self.lines = 0

    def __enter__(self) -> At:
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _call(self, frame: FrameType, event: str, _: Any) -> Any:
        return self._line if any(file in frame.f_code.co_filename for file in self.files) else None

    def _line(self, frame: FrameType, event: str, _: Any) -> Any:
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
        if event == "line" and not line.startswith("with "):  # a real error cannot come between a block and its end
            self.lines += 1
            if self.lines == self.left:
                raise self.error(f"at line {frame.f_lineno} of {frame.f_code.co_name}")
        return self._line


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_an_error_at_any_line_of_the_engine(error: type[BaseException], spread: int) -> None:
    """No memory, or Ctrl-C, at whatever line of the engine: no result, and the next call is right."""
    engine = made_with(REAL)
    assert len(engine._rulesets) >= spread
    with At(0, error, *ENGINE) as points:
        assert outcome(engine) == "right"
    assert points.lines > 20
    for number in range(1, points.lines + 1):
        with At(number, error, *ENGINE):
            assert outcome(engine).startswith((error.__name__, "EngineError"))
        assert within_time(lambda: is_right(engine))
        assert engine.shut is None


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_an_error_while_a_fault_is_cleared_up(error: type[BaseException], spread: int) -> None:
    """The library fails, and Ctrl-C comes at whatever line while that is cleared up: the next call is right."""
    library = FaultyLibrary()
    engine = made_with(library)
    assert len(engine._rulesets) >= spread

    def fail(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        if call == 3:
            raise RuntimeError("lost")
        return real(*arguments)

    library.break_(NEXT, fail)
    with At(0, error, *ENGINE) as points:
        assert "lost" in outcome(engine)
    for number in range(1, points.lines + 1):
        library.break_(NEXT, fail)
        with At(number, error, *ENGINE):
            assert outcome(engine) != "right"
        library.heal()
        assert within_time(lambda: right_or_shut(engine))


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_an_error_at_any_line_of_the_whole_way(error: type[BaseException], knowledge: Knowledge) -> None:
    """No memory, or Ctrl-C, anywhere in checking, deciding, planning and composing: no routine, then the known one."""
    people = [person(**ILL), person(goal="stretch", minutes=30)]
    known = [Recommender(knowledge).recommend(profile).model_dump_json() for profile in people]
    service = Recommender(knowledge)
    for profile, expected in zip(people, known, strict=True):
        with At(0, error) as points:
            assert Recommender(knowledge).of_answers(check(profile, knowledge)).model_dump_json() == expected
        chance = random.Random(7)
        for number in sorted(chance.sample(range(1, points.lines), 60 * TIMES)):
            found = None
            with suppress(error, RecommenderError), At(number, error):
                found = service.of_answers(check(profile, knowledge))
            assert found is None or found.model_dump_json() == expected
        for other, its in zip(people, known, strict=True):
            assert service.recommend(other).model_dump_json() == its


ALLOCATIONS = """
import _testcapi, json, os, random, signal, sys
from tests.conftest import person
from recommender import Knowledge, RecommenderError
from recommender.decision.pipeline import Recommender
knowledge = Knowledge.shipped()
profile = person(**json.loads(sys.argv[1]))
expected = Recommender(knowledge).recommend(profile).model_dump_json()
tally = {}
for point in sorted(random.Random(3).sample(range(6000), int(sys.argv[2]))):
    child = os.fork()
    if child == 0:
        service = Recommender(knowledge)
        code = 9
        try:
            signal.alarm(60)
            _testcapi.set_nomemory(point, point + (1 if point % 2 else 100))
            try:
                result = service.recommend(profile)
            finally:
                _testcapi.remove_mem_hooks()
            code = 0 if result.model_dump_json() == expected else 7
        except (MemoryError, RecommenderError) as error:
            code = 1
        except Exception as error:  # Python makes other errors of some allocations
            code = 3
        if code < 7:
            try:
                code = code if service.recommend(profile).model_dump_json() == expected else 6
            except RecommenderError as error:
                code = 2 if "shut" in str(error) else 5
            except BaseException as error:
                print(point, "then", type(error), error, file=sys.stderr)
                code = 4
        os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    tally[code] = tally.get(code, 0) + 1
print(json.dumps(tally))
"""


def script(text: str, *arguments: str) -> dict[str, int]:
    """Run a script in a process of its own; it prints how often which exit code came."""
    done = subprocess.run(
        [sys.executable, "-c", text, *arguments],
        capture_output=True, text=True, cwd=ROOT, env=environment(PYTHONWARNINGS="ignore"), timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    tally = json.loads(done.stdout.splitlines()[-1])
    return {**tally, "said": done.stderr[-2000:]}


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@needs_fork
def test_allocations_of_python_that_fail_give_no_wrong_routine() -> None:
    """One allocation of Python fails, or a hundred in a row: the known routine or an error, and then right or shut."""
    pytest.importorskip("_testcapi")
    tally = script(ALLOCATIONS, json.dumps(ILL), str(60 * TIMES))
    said = tally.pop("said")
    assert set(tally) <= {"0", "1", "2", "3"}, (tally, said)
    assert tally["1"] > 5


LIMITED = """
import json, os, resource, sys
from tests.conftest import person
from pathlib import Path
from recommender import Knowledge, RecommenderError
from recommender.decision.pipeline import Recommender
profile = person(**json.loads(sys.argv[1]))
expected = Recommender(Knowledge.shipped()).recommend(profile).model_dump_json()
tally = {}
for room in json.loads(sys.argv[2]):
    child = os.fork()
    if child == 0:
        code = 9
        held = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (held + room, held + room))
        try:
            result = Recommender(Knowledge.load()).recommend(profile)
            code = 0 if result.model_dump_json() == expected else 7
        except (MemoryError, RecommenderError) as error:
            code = 1
        except BaseException as error:
            print(room, type(error), error, file=sys.stderr)
            code = 8
        os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    tally[code] = tally.get(code, 0) + 1
print(json.dumps(tally))
"""


@needs_fork
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_a_process_with_little_memory_gives_no_wrong_routine() -> None:
    """A process that may hold only a little more: the known routine or an error, never another one.

    Where memory runs out inside a C module, the interpreter may raise an error of its own, or the process may
    end: no routine either.
    """
    rooms = [0, 100_000, 1_000_000, 3_000_000, 8_000_000, 200_000_000]
    tally = script(LIMITED, json.dumps(ILL), json.dumps(rooms))
    said = tally.pop("said")
    assert set(tally) <= {"0", "1", "8", str(-signal.SIGSEGV), str(-signal.SIGABRT)}, (tally, said)
    assert tally["0"] >= 1


@needs_fork
def test_allocations_of_the_library_that_fail_give_no_wrong_result(healed: Wrong) -> None:
    """Each allocation of the library fails in turn, for one call: right or an error, never a wrong result.

    Where the library does not look whether it got its memory, the process ends, which is no routine either.
    """
    engine = made_with(healed.module)
    assert outcome(engine) == "right"
    before = healed.made()
    assert outcome(engine) == "right"
    needed = healed.made() - before
    ends: dict[int, int] = {}
    for left in range(needed + 1):
        child = forked()
        if child == 0:
            code = 9
            try:
                healed.allocations(left)
                code = 0 if outcome(engine) == "right" else 1
                healed.allocations(-1)
                code = code if right_or_shut(engine) else 2
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        ends[code] = ends.get(code, 0) + 1
    assert set(ends) <= {0, 1, -signal.SIGSEGV, -signal.SIGABRT}, ends
    assert needed == 0 or ends.get(1, 0) > 0


# --- threads and processes -----------------------------------------------------------------------


class Killed(BaseException):
    """Sent into a thread from outside."""


@pytest.mark.parametrize("error", [Killed, KeyboardInterrupt, MemoryError])
def test_a_thread_that_dies_in_the_engine_leaves_it_right(error: type[BaseException]) -> None:
    """An error is sent into a thread at some moment of its call: the lock is free, and the next call right or shut."""
    engine = made_with(REAL)
    chance = random.Random(9)
    expected = truth(SOME)
    for _ in range(30 * TIMES):
        started, wrong = threading.Event(), []

        def work(started: threading.Event = started, wrong: list[str] = wrong) -> None:
            try:
                started.set()
                while not wrong:
                    if engine.fired(SOME) != expected:
                        wrong.append("a wrong result")
            except (EngineError, Killed, KeyboardInterrupt, MemoryError):
                return

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        started.wait()
        time.sleep(chance.random() / 500)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(error))
        thread.join(PATIENCE)
        assert not thread.is_alive(), "dead-locked"
        assert not wrong
        assert within_time(lambda: right_or_shut(engine))


def forked() -> int:
    """Fork, though other threads may run: 0 in the child."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return os.fork()


def ended(child: int) -> int:
    """The exit code of the child; one that hangs is ended and counts as -9."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@needs_fork
@pytest.mark.parametrize("place", [ASSERT, START, NEXT, RETRACT])
def test_a_fork_in_the_middle_of_a_call_leaves_both_right(place: str) -> None:
    """While another thread is in the middle of a call the process forks: child and parent are right, none waits."""
    library = FaultyLibrary()
    engine = made_with(library)
    inside, go_on = threading.Event(), threading.Event()

    def wait(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        if call == 1:
            inside.set()
            go_on.wait(PATIENCE)
        return real(*arguments)

    library.break_(place, wait)
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(outcome(engine)), daemon=True)
    thread.start()
    inside.wait(PATIENCE)
    child = forked()
    if child == 0:
        code = 1
        try:
            library.heal()
            code = 0 if is_right(engine) else 1
        finally:
            os._exit(code)
    assert ended(child) == 0
    go_on.set()
    thread.join(PATIENCE)
    assert found == ["right"]
    assert is_right(engine)


@needs_fork
@pytest.mark.parametrize("place", [ASSERT, START, NEXT, RETRACT])
def test_a_fork_inside_the_call_itself_gives_no_wrong_result(place: str) -> None:
    """The library itself forks: neither process has a wrong result, and both are right or shut afterwards."""
    library = FaultyLibrary()
    engine = made_with(library)
    children: list[int] = []

    def fork(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        if call == 1:
            children.append(forked())
        return real(*arguments)

    library.break_(place, fork)
    code = 9
    try:
        outcome(engine)
        library.heal()
        code = 0 if right_or_shut(engine) else 1
    finally:
        if children == [0]:
            os._exit(code)
    assert code == 0
    assert ended(children[0]) == 0


@needs_fork
def test_a_child_that_can_make_no_session_is_shut() -> None:
    """If the library fails in the forked child, the child has no engine and says so; the parent goes on."""
    library = FaultyLibrary()
    engine = made_with(library)
    library.break_("create_ruleset", out_of_memory)
    child = forked()
    if child == 0:
        code = 1
        try:
            library.heal()
            said = outcome(engine)
            code = 0 if "MemoryError. The engine is shut in this process" in said else 1
        finally:
            os._exit(code)
    assert ended(child) == 0
    library.heal()
    assert is_right(engine)


def test_a_call_inside_a_call_is_refused() -> None:
    """A signal handler or finaliser that asks the engine in the middle of a call gets an error, and no dead-lock."""
    library = FaultyLibrary()
    engine = made_with(library)
    inner: list[str] = []

    def ask_again(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        inner.append(outcome(engine, HEALTHY))
        return real(*arguments)

    for place in (ASSERT, START, NEXT, RETRACT):
        library.break_(place, ask_again)
        assert within_time(lambda: outcome(engine)) == "right"
    assert inner
    assert all("in the middle of its own call" in said for said in inner)
    library.heal()
    assert is_right(engine)


def test_a_slow_library_is_waited_for() -> None:
    """Each call of the library takes a while: four threads at once still get the right results."""
    library = FaultyLibrary()
    engine = made_with(library)

    def slow(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        time.sleep(0.002)
        return real(*arguments)

    library.break_(NEXT, slow)
    people = [SOME, HEALTHY, *random_facts(2, seed=8)]
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda codes=codes: found.append(outcome(engine, codes)), daemon=True)
        for codes in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == ["right"] * 4


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers")
def test_an_interrupt_at_any_moment_leaves_the_engine_right(spread: int) -> None:
    """A real signal raises KeyboardInterrupt somewhere in a call: it is passed on, and the next call is right."""
    engine = made_with(REAL)
    assert len(engine._rulesets) >= spread
    chance = random.Random(11)

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    expected = truth(SOME)
    gc.disable()  # an interrupt in a callback of the collector would be dropped, and be a warning
    try:
        for _ in range(150 * TIMES):
            try:
                # The interpreter drops an exception that is raised while it cleans up; then the time ends it.
                until = time.monotonic() + 0.5
                signal.setitimer(signal.ITIMER_REAL, 0.00002 + chance.random() / 2000)
                while time.monotonic() < until:
                    assert engine.fired(SOME) == expected, "a wrong result"
                signal.setitimer(signal.ITIMER_REAL, 0)  # on a busy machine the time can end before the signal comes
            except KeyboardInterrupt:
                pass
            assert engine.fired(SOME) == expected
        assert within_time(lambda: right_or_shut(engine))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        gc.enable()


def test_a_profile_that_changes_meanwhile_is_remembered_as_it_was_read(knowledge: Knowledge) -> None:
    """A thread changes a profile while it is worked on: what is remembered fits the answers that it is found by."""
    service = Recommender(knowledge)
    ill, well = person(age=40), person(age=40)
    known = Recommender(knowledge).recommend(well).model_dump_json()

    class Late(dict[str, Any]):
        """Its answers change after they were looked at once."""

        looks = 0

        def items(self) -> Any:
            self.looks += 1
            if self.looks == 2:
                self["emergency_signs"] = ["chest_pain"]
            return super().items()

    service.recommend(Late(ill))
    assert service.recommend(well).model_dump_json() == known


# --- the stack, and the clock --------------------------------------------------------------------


def test_a_low_recursion_limit_gives_no_wrong_routine(knowledge: Knowledge) -> None:
    """With ever less room on the stack: the known routine, or RecursionError, or an error of ours; then right."""
    profile = person(**ILL)
    expected = Recommender(knowledge).recommend(profile).model_dump_json()
    limit = sys.getrecursionlimit()
    here = 0
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        here, frame = here + 1, frame.f_back
    service = Recommender(knowledge)
    said = set()
    for room in range(3, 80):
        answers = check(profile, knowledge)
        try:
            sys.setrecursionlimit(here + room)
            result = service.of_answers(answers)
            sys.setrecursionlimit(limit)
            said.add("right")
            assert result.model_dump_json() == expected
        except (RecursionError, RecommenderError) as error:
            sys.setrecursionlimit(limit)
            deep = isinstance(error, RecursionError) or isinstance(error.__cause__, RecursionError)
            said.add(type(error).__name__ if deep else str(error))
        finally:
            sys.setrecursionlimit(limit)
        assert service.recommend(profile).model_dump_json() == expected
    assert {"right", "RecursionError"} <= said <= {"right", "RecursionError", "EngineError"}
    assert right_or_shut(knowledge.engine)


@pytest.mark.parametrize("days", [1, -1, 36_500])
def test_the_clock_of_python_does_not_matter(days: int, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock jumps a day, back or a century between and within calls: the same routine, byte for byte."""
    profile = person(**ILL)
    expected = Recommender(knowledge).recommend(profile).model_dump_json()
    now = time.time
    looks = [0]

    def jumped() -> float:
        looks[0] += 1
        return now() + days * 86_400 * looks[0]

    class Elsewhen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.fromtimestamp(0, tz) + timedelta(days=days)

    monkeypatch.setattr("time.time", jumped)
    monkeypatch.setattr("time.monotonic", jumped)
    monkeypatch.setattr("datetime.datetime", Elsewhen)
    assert Recommender(knowledge).recommend(profile).model_dump_json() == expected


@pytest.mark.parametrize("step", [0, 11, -11, 86_400, -86_400])
@pytest.mark.parametrize("shift", [0, 86_400, -86_400, 10**11, -(10**12)])
def test_the_clock_of_the_library_gives_no_wrong_result(shift: int, step: int, healed: Wrong) -> None:
    """The clock that the library reads is off, and jumps with every look: right or an error, and then right."""
    engine = made_with(healed.module)
    healed.clock(shift, step)
    said = outcome(engine)
    assert said == "right" or shift < -86_400
    healed.heal()
    assert right_or_shut(engine)


def test_a_clock_near_its_beginning_is_an_error(healed: Wrong) -> None:
    """A clock that stands in the first seconds of 1970, as after a flat battery, gives an error and no result."""
    engine = made_with(healed.module)
    healed.clock(5 - int(time.time()))
    assert "gave no result" in outcome(engine)
    healed.heal()
    assert is_right(engine)


@pytest.mark.parametrize("moved", [timedelta(days=1), timedelta(days=-1), timedelta(days=10**12 // 86_400)])
def test_saved_answers_of_another_day_are_asked_again(moved: timedelta, tmp_path: Path) -> None:
    """The clock was or is wrong: answers saved on any other day, past or to come, do not count as those of today."""
    file = tmp_path / "me.yaml"
    file.write_text("age: 40\nemergency_signs: []\n")
    then = time.time() + moved.total_seconds()
    os.utime(file, (then, then))
    done = recommender("ask", "me.yaml", folder=tmp_path)
    assert "What can change from day to day is asked again." in " ".join(done.err.split())
    assert "Traceback" not in done.err
    assert "fault" not in done.err


def test_a_profile_error_leaves_the_engine_alone(knowledge: Knowledge) -> None:
    """Answers that cannot be used never reach the engine."""
    library = CountingLibrary()
    changed = Knowledge.load()
    object.__setattr__(changed, "engine", made_with(library))
    library.count = 0
    with pytest.raises(ProfileError):
        Recommender(changed).recommend({**person(), "age": "old"})
    assert library.count == 0


def test_fork_while_another_thread_is_in_the_engine() -> None:
    """A child forked while another thread holds the engine's lock must not wait for ever."""
    KNOWLEDGE.engine.fired((0,) * len(KNOWLEDGE.table.variables))
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with KNOWLEDGE.engine._lock:
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(5)
        KNOWLEDGE.engine.fired((0,) * len(KNOWLEDGE.table.variables))
        os._exit(0)
    done.set()
    thread.join()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
