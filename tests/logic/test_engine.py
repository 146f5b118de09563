"""The engine: right for any facts, and an error, never a wrong result, when the library misbehaves."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import EngineError, Knowledge
from recommender.decision.pipeline import Recommender
from recommender.logic.conditions import AllOf, Condition, evaluate
from recommender.logic.conditions import Test as Leaf
from recommender.logic.engine import Engine
from recommender.logic.facts import Facts
from recommender.profile.checking import check
from tests.conftest import examples, person
from tests.faulty_library import FaultyLibrary
from tests.strategies import TABLE, conditions, facts

Broken = tuple[Engine, FaultyLibrary, Facts]


def random_facts(count: int, seed: int) -> Iterator[Facts]:
    """Facts over all codes of all variables."""
    chance = random.Random(seed)
    for _ in range(count):
        yield tuple(chance.randrange(len(variable.codes)) for variable in TABLE.variables)


def rules_of(knowledge: Knowledge) -> dict[str, Condition]:
    return {compiled.id: compiled.condition for compiled in knowledge.rules if not compiled.always}


@pytest.fixture
def broken(knowledge: Knowledge) -> Broken:
    """Give an engine with its own library, and facts for which many rules fire."""
    library = FaultyLibrary()
    engine = Engine(rules_of(knowledge), TABLE.variables, library=library)
    some = TABLE.encode(check(person(hernia="yes", pain_now=5, conditions=["osteoporosis"], age=70), knowledge))
    assert len(engine.fired(some)) > 10
    return engine, library, some


def is_right(engine: Engine) -> bool:
    """Whether the engine agrees with the plain evaluation on a few facts."""
    return all(engine.fired(codes) == engine.plain(codes) for codes in random_facts(20, seed=1))


# --- right for any facts --------------------------------------------------------------------------


def test_engine_and_plain_evaluation_agree(knowledge: Knowledge) -> None:
    """On 3,000 random facts the engine names exactly the rules whose condition holds, in their order."""
    rules = rules_of(knowledge)
    for codes in random_facts(3000, seed=7):
        assert knowledge.engine.fired(codes) == tuple(id for id, when in rules.items() if evaluate(when, codes))


def test_engine_is_right_at_the_ends(knowledge: Knowledge) -> None:
    """The least and the most risky facts, at which no and most rules fire, are answered right."""
    for codes in ((0,) * len(TABLE.variables), tuple(len(variable.codes) - 1 for variable in TABLE.variables)):
        expected = tuple(id for id, when in rules_of(knowledge).items() if evaluate(when, codes))
        assert knowledge.engine.fired(codes) == expected


def test_constant_rules_are_fired_with_the_others(knowledge: Knowledge) -> None:
    """Rules for everyone, which the engine never sees, keep their place among the others."""
    fired = knowledge.fired((0,) * len(TABLE.variables))
    places = [knowledge.rules.index(compiled) for compiled in fired]
    assert places == sorted(places)
    assert {compiled.id for compiled in knowledge.rules if compiled.always} <= {compiled.id for compiled in fired}


@examples(40)
@given(st.lists(conditions(), min_size=1, max_size=6), st.lists(facts(), min_size=1, max_size=5))
def test_engine_is_right_for_any_rules(rules: list[Condition], people: list[Facts]) -> None:
    """Whatever conditions the rules have, the engine agrees with the plain evaluation."""
    engine = Engine({f"rule-{number}": rule for number, rule in enumerate(rules)}, TABLE.variables)
    for codes in people:
        expected = tuple(f"rule-{n}" for n, rule in enumerate(rules) if evaluate(rule, codes))
        assert engine.fired(codes) == engine.plain(codes) == expected


@examples(40)
@given(st.lists(conditions(), min_size=1, max_size=6), st.lists(facts(), min_size=1, max_size=5))
def test_engine_is_right_whoever_is_usual(rules: list[Condition], people: list[Facts]) -> None:
    """Rules that the engine is asked the opposite of, since they hold for the usual person, are answered right too."""
    engine = Engine({f"rule-{number}": rule for number, rule in enumerate(rules)}, TABLE.variables, likely=people[0])
    for codes in people:
        expected = tuple(f"rule-{n}" for n, rule in enumerate(rules) if evaluate(rule, codes))
        assert engine.fired(codes) == engine.plain(codes) == expected


def test_lost_opposite_shuts_the_engine() -> None:
    """If the opposite of a rule vanishes from the agenda, the rule is a disagreement, never a result."""
    pain = TABLE.by_name["pain_now"]
    low, high = Leaf(pain, 0b111111, "pain_now", ""), Leaf(pain, pain.all_codes & ~0b111111, "pain_now", "")
    library = FaultyLibrary()
    usual = (0,) * len(TABLE.variables)
    engine = Engine({"low": low, "high": high}, TABLE.variables, library=library, likely=usual)
    hurts = list(usual)
    hurts[pain.index] = 9
    assert (engine.fired(usual), engine.fired(tuple(hurts))) == (("low",), ("high",))
    assert len(engine) == 1
    library.break_(NEXT, lambda real, call, *arguments: real(*arguments) and (real(*arguments) if call == 1 else None))
    with pytest.raises(EngineError, match="disagree about: high, low"):
        engine.fired(tuple(hurts))
    library.heal()
    with pytest.raises(EngineError, match="shut"):
        engine.fired(usual)


def test_engine_without_rules_fires_nothing() -> None:
    """No rules are a valid rule base."""
    assert Engine({}, TABLE.variables).fired((0,) * len(TABLE.variables)) == ()


def test_read_back_means_what_the_conditions_mean(knowledge: Knowledge) -> None:
    """What the library was given, read back, holds for the same facts as the conditions, asked by opposite or not."""
    read = knowledge.engine.read_back()
    assert knowledge.engine._turned
    for codes in random_facts(300, seed=5):
        for id, condition in rules_of(knowledge).items():
            holds = any(all(mask >> codes[index] & 1 for index, mask in demand.items()) for demand in read[id])
            assert holds == evaluate(condition, codes), id


def test_missing_facts_are_refused(knowledge: Knowledge) -> None:
    """Without facts there is an error, never a guess, and the engine stays well."""
    with pytest.raises((EngineError, IndexError, ValueError)):
        knowledge.engine.fired(())
    assert is_right(knowledge.engine)


# --- the bound of the stack -----------------------------------------------------------------------


def many(count: int) -> dict[str, Condition]:
    """Make rules with two tests each, all of which hold for the highest age and pain."""
    age, pain = TABLE.by_name["age"], TABLE.by_name["pain_now"]
    rules: dict[str, Condition] = {}
    for number in range(count):
        low, least = number % 115 + 1, number // 115 + 1
        over = Leaf(age, age.all_codes & ~((1 << low) - 1), "age", "")
        hurts = Leaf(pain, pain.all_codes & ~((1 << least) - 1), "pain_now", "")
        rules[f"rule-{number}"] = AllOf((over, hurts))
    return rules


def test_rules_beyond_one_ruleset_are_spread() -> None:
    """Far more rules than one ruleset holds are answered right, also when every one of them holds."""
    rules = many(1100)
    engine = Engine(rules, TABLE.variables, proved=True)
    assert len(engine) == 1100
    assert len(engine._rulesets) > 1
    codes = [0] * len(TABLE.variables)
    codes[TABLE.by_name["age"].index], codes[TABLE.by_name["pain_now"].index] = 120, 10
    assert engine.fired(tuple(codes)) == tuple(rules)
    assert is_right(engine)


# --- injected faults ------------------------------------------------------------------------------


def rename(message: str, name: str) -> str:
    return message[:2] + name + message[6:]


def unfired(engine: Engine, codes: Facts) -> str:
    """The label of a rule that does not fire for these facts."""
    fired = set(engine.fired(codes))
    return next(
        label for label, ids in engine._rulesets[0].share.rules_of.items() if not any(id in fired for id in ids)
    )


def early_end(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    return None if call == 3 else real(*arguments)


def no_end(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    return '{"0001":{}}'


def unknown_name(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    message = real(*arguments)
    return rename(message, "7777") if call == 2 else message


def empty_message(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    return real(*arguments) and ""


def no_text(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    return real(*arguments) and 17


def last_too_early(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    message = real(*arguments)
    return rename(message, "9999") if call == 2 else message


def first_again(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    message = real(*arguments)
    return rename(message, "0000") if call == 2 else message


def nothing_pending(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    return None


def stolen(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    real(*arguments)
    return None


def wrong_code(code: int) -> Callable[..., Any]:
    def after(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        return (code, *real(*arguments)[1:])

    return after


def wrong_code_without_the_call(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    return (303, 0)


def raises(error: BaseException, at: int = 1, *, after: bool = False) -> Callable[..., Any]:
    def call_it(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        if call != at:
            return real(*arguments)
        if after:
            real(*arguments)
        raise error

    return call_it


ASSERT, START, NEXT, RETRACT = "assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact"
FAULTS = {
    "the agenda ends early": (NEXT, early_end),
    "the agenda has no end": (NEXT, no_end),
    "a rule that does not exist": (NEXT, unknown_name),
    "an empty message": (NEXT, empty_message),
    "a message that is no text": (NEXT, no_text),
    "the last sentinel too early": (NEXT, last_too_early),
    "the first sentinel twice": (NEXT, first_again),
    "no action at all": (START, nothing_pending),
    "a stolen first action": (START, stolen),
    "code 1 on assert": (ASSERT, wrong_code(1)),
    "code 2 on assert": (ASSERT, wrong_code(2)),
    "code 303 on assert, nothing done": (ASSERT, wrong_code_without_the_call),
    "code 2 on retract": (RETRACT, wrong_code(2)),
    "code 303 on retract, nothing done": (RETRACT, wrong_code_without_the_call),
    "nothing from assert": (ASSERT, nothing_pending),
    "nothing from retract": (RETRACT, nothing_pending),
    "an exception in assert": (ASSERT, raises(RuntimeError("lost"))),
    "an exception after assert": (ASSERT, raises(RuntimeError("lost"), after=True)),
    "an exception in start": (START, raises(RuntimeError("lost"))),
    "an exception in the middle": (NEXT, raises(RuntimeError("lost"), at=4)),
    "an exception after a step": (NEXT, raises(RuntimeError("lost"), at=4, after=True)),
    "no memory in the middle": (NEXT, raises(MemoryError(), at=2)),
    "an exception in retract": (RETRACT, raises(RuntimeError("lost"))),
    "an exception after retract": (RETRACT, raises(RuntimeError("lost"), after=True)),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_of_the_library_is_an_error_and_leaves_no_trace(name: str, broken: Broken) -> None:
    """Any fault ends in an EngineError; with the library well again, the next calls are right."""
    engine, library, codes = broken
    library.break_(*FAULTS[name])
    for _ in range(3):
        with pytest.raises(EngineError) as caught:
            engine.fired(codes)
        assert str(caught.value)
        library.break_(*FAULTS[name])
    library.heal()
    assert engine.fired(codes) == engine.plain(codes)
    assert is_right(engine)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("place", [ASSERT, START, NEXT, RETRACT])
@pytest.mark.parametrize("after", [False, True])
def test_interrupt_passes_through_and_leaves_no_trace(
    error: type[BaseException], place: str, after: bool, broken: Broken
) -> None:
    """Ctrl-C in the middle of a call is not swallowed, and the next calls are right."""
    engine, library, codes = broken
    library.break_(place, raises(error(), at=2 if place == NEXT else 1, after=after))
    with pytest.raises(error):
        engine.fired(codes)
    library.heal()
    assert engine.fired(codes) == engine.plain(codes)
    assert is_right(engine)


def lose_one(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
    if call == 2:
        real(*arguments)
    return real(*arguments)


def test_lost_rule_shuts_the_engine(broken: Broken, knowledge: Knowledge) -> None:
    """A rule that vanishes from the agenda is a disagreement: it is named, and the engine gives no result again."""
    engine, library, codes = broken
    library.break_(NEXT, lose_one)
    with pytest.raises(EngineError, match=r"disagree about: .*The engine is shut") as caught:
        engine.fired(codes)
    assert any(id in str(caught.value) for id in engine.plain(codes))
    library.heal()
    for again in (codes, (0,) * len(TABLE.variables)):
        with pytest.raises(EngineError, match="shut"):
            engine.fired(again)
    assert is_right(Engine(rules_of(knowledge), TABLE.variables, library=library))


def test_extra_rule_shuts_the_engine(broken: Broken) -> None:
    """A rule that fires without reason is a disagreement too."""
    engine, library, codes = broken
    extra = unfired(engine, codes)

    def rename_one(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        message = real(*arguments)
        return rename(message, extra) if call == 2 else message

    library.break_(NEXT, rename_one)
    with pytest.raises(EngineError, match="disagree"):
        engine.fired(codes)
    library.heal()
    with pytest.raises(EngineError, match="shut"):
        engine.fired(codes)


def test_state_that_cannot_be_deleted_is_replaced(broken: Broken) -> None:
    """If the session cannot be cleared after a fault, a new one takes its place."""
    engine, library, codes = broken
    library.break_(NEXT, raises(RuntimeError("lost"), at=3))
    library.break_("delete_state", raises(RuntimeError("stuck")))
    with pytest.raises(EngineError, match="lost"):
        engine.fired(codes)
    library.heal()
    assert is_right(engine)


@pytest.mark.parametrize("says", ["error code: 309", "Could not delete state, error code: 309", ""])
def test_no_words_of_the_library_decide_whether_a_session_is_clear(says: str, broken: Broken) -> None:
    """A session that is still there is replaced, whatever the library said when it was to be deleted."""
    engine, library, codes = broken
    library.break_(NEXT, raises(RuntimeError("lost"), at=3))
    library.break_("delete_state", raises(RuntimeError(says)))
    with pytest.raises(EngineError, match="lost"):
        engine.fired(codes)
    library.heal()
    assert is_right(engine)


def test_nothing_to_delete_needs_no_new_session(broken: Broken) -> None:
    """Where a fault comes before there is a session, none is made: the library need not be well for that."""
    engine, library, codes = broken
    for _ in range(2):
        library.break_(ASSERT, raises(RuntimeError("lost")))
        library.break_("create_ruleset", raises(RuntimeError("no")))
        with pytest.raises(EngineError, match="lost"):
            engine.fired(codes)
    library.heal()
    assert engine.shut is None
    assert is_right(engine)


def test_engine_that_cannot_be_restarted_is_shut(broken: Broken) -> None:
    """If no new session can be made either, the engine says so from then on."""
    engine, library, codes = broken
    library.break_(NEXT, raises(RuntimeError("lost"), at=3))
    library.break_("delete_state", raises(RuntimeError("stuck")))
    library.break_("create_ruleset", raises(RuntimeError("no")))
    with pytest.raises(EngineError):
        engine.fired(codes)
    library.heal()
    with pytest.raises(EngineError, match="cannot be restarted"):
        engine.fired(codes)


def test_rules_that_the_library_refuses_are_an_error(knowledge: Knowledge) -> None:
    """An engine that cannot be built is an EngineError, not the library's own."""
    library = FaultyLibrary()
    library.break_("create_ruleset", raises(RuntimeError("bad definition")))
    with pytest.raises(EngineError, match="bad definition"):
        Engine(rules_of(knowledge), TABLE.variables, library=library)


def test_library_that_fails_from_the_start_builds_no_engine(knowledge: Knowledge) -> None:
    """The truth tables are proved through the engine when it is built, so a wrong library never serves."""
    library = FaultyLibrary()
    library.break_(NEXT, lose_one)
    with pytest.raises(EngineError):
        Engine(rules_of(knowledge), TABLE.variables, library=library)


# --- threads, processes, memory -------------------------------------------------------------------


def test_eight_threads_share_one_engine(knowledge: Knowledge) -> None:
    """Calls from eight threads at once are all answered right."""
    wrong: list[Any] = []
    start = threading.Barrier(8)

    def work(seed: int) -> None:
        try:
            start.wait()
            for codes in random_facts(300, seed):
                if knowledge.engine.fired(codes) != knowledge.engine.plain(codes):
                    wrong.append(codes)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_eight_threads_share_one_recommender(knowledge: Knowledge) -> None:
    """Eight threads get for each person what one alone gets."""
    people = [person(pain_now=pain, hernia=hernia) for pain in range(11) for hernia in ("yes", "no", "unsure")]
    alone = [Recommender(knowledge).recommend(profile).model_dump_json() for profile in people]
    shared = Recommender(knowledge)
    found: list[list[str]] = []

    def work(seed: int) -> None:
        order = random.Random(seed).sample(range(len(people)), len(people))
        results = {number: shared.recommend(people[number]).model_dump_json() for number in order}
        found.append([results[number] for number in range(len(people))])

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 8


def resident() -> int:
    """The bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_calls_hold_no_memory(knowledge: Knowledge) -> None:
    """20,000 calls, 400 of them with a fault, let the process grow by less than 5 MB."""
    library = FaultyLibrary()
    engine = Engine(rules_of(knowledge), TABLE.variables, library=library)
    people = list(random_facts(200, seed=3))

    def run(rounds: int) -> None:
        for _ in range(rounds):
            library.heal()
            for codes in people[:196]:
                engine.fired(codes)
            for codes in people[196:]:
                library.break_(NEXT, early_end)
                with pytest.raises(EngineError):
                    engine.fired(codes)

    run(10)
    before = resident()
    run(100)
    assert resident() - before < 5_000_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forked_child_is_right(knowledge: Knowledge) -> None:
    """A child process makes a session of its own, and both processes go on being right."""
    assert is_right(knowledge.engine)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if is_right(knowledge.engine) else 1
        finally:
            os._exit(code)
    assert is_right(knowledge.engine)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert is_right(knowledge.engine)
