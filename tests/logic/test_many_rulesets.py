"""Rules in any number: spread over several rulesets of the library, without anybody noticing."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import EngineError, Knowledge
from recommender.logic import alternatives
from recommender.logic.alternatives import Group, Share, member
from recommender.logic.conditions import AllOf, AnyOf, Condition, evaluate
from recommender.logic.conditions import Test as Leaf
from recommender.logic.engine import Engine
from recommender.logic.facts import Facts, Variable
from tests.conftest import TIMES, examples
from tests.faulty_library import REAL, FaultyLibrary
from tests.many_rules import people, rules, variables
from tests.strategies import TABLE

ASSERT, START, NEXT, RETRACT = "assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact"
STEPS = (ASSERT, START, NEXT, RETRACT)
OVER = variables(60)
RULES = rules(160, OVER, seed=1)
PEOPLE = people(40, OVER, seed=2)
SOME = PEOPLE[1]
Broken = tuple[Engine, FaultyLibrary]


def truth(codes: Facts, among: dict[str, Condition] = RULES) -> tuple[str, ...]:
    """The rules that hold, evaluated one by one."""
    return tuple(id for id, condition in among.items() if evaluate(condition, codes))


def is_right(engine: Engine) -> bool:
    return all(engine.fired(codes) == truth(codes) for codes in PEOPLE[:6])


@pytest.fixture
def broken() -> Broken:
    """Give an engine of at least three rulesets with its own library."""
    library = FaultyLibrary()
    engine = Engine(RULES, OVER, library=library, likely=(0,) * len(OVER), proved=True)
    assert len(engine._rulesets) >= 3
    return engine, library


def in_ruleset(engine: Engine, number: int, fault: Callable[..., Any]) -> Callable[..., Any]:
    """The fault, in one ruleset only. It counts the calls there."""
    handle, calls = engine._rulesets[number]._handle, [0]

    def call_it(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        if arguments[0] != handle:
            return real(*arguments)
        calls[0] += 1
        return fault(real, calls[0], *arguments)

    return call_it


# --- right, however many ---------------------------------------------------------------------------


@pytest.mark.parametrize("usual", [True, False])
def test_many_rulesets_decide_as_the_plain_evaluation(usual: bool) -> None:
    """Rules spread over several rulesets fire for the same facts, and in the same order, as each on its own."""
    engine = Engine(RULES, OVER, likely=PEOPLE[0] if usual else (), proved=True)
    assert len(engine._rulesets) > 2
    for codes in PEOPLE:
        assert engine.fired(codes) == engine.plain(codes) == truth(codes)


@examples(25)
@given(st.data())
def test_any_rules_in_small_rulesets_are_right(data: st.DataObject) -> None:
    """With rulesets and groups so small that few rules need many, whoever is usual, the engine is right."""
    over = variables(data.draw(st.integers(2, 20)))
    some = rules(data.draw(st.integers(1, 25)), over, seed=data.draw(st.integers(0, 10**6)))
    facts = people(12, over, seed=data.draw(st.integers(0, 10**6)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alternatives, "GROUP_SIZE", data.draw(st.integers(1, 5)))
        patch.setattr(alternatives, "OWN_GROUP", data.draw(st.integers(1, 5)))
        patch.setattr(alternatives, "STACK_LIMIT", 12)
        engine = Engine(some, over, likely=data.draw(st.sampled_from([(), *facts])), proved=True)
    for codes in facts:
        assert engine.fired(codes) == truth(codes, some)


def test_read_back_covers_all_rulesets() -> None:
    """What all rulesets were given, read back, holds for the same facts as the conditions."""
    engine = Engine(RULES, OVER, likely=PEOPLE[0], proved=True)
    read = engine.read_back()
    assert list(read) == list(RULES)
    for codes in PEOPLE:
        for id, condition in RULES.items():
            holds = any(all(mask >> codes[index] & 1 for index, mask in demand.items()) for demand in read[id])
            assert holds == evaluate(condition, codes), id


def test_read_back_shows_a_group_that_stays_closed() -> None:
    """A code that opens no group, though terms of one accept it, is missing from what is read back."""
    binary = [variable for variable in OVER if len(variable.codes) == 2][:9]
    first, *others = (Leaf(variable, 0b10, "v", "yes") for variable in binary)
    engine = Engine({f"rule-{n}": AllOf((first, other)) for n, other in enumerate(others)}, OVER, likely=PEOPLE[0])
    assert all(engine.read_back().values())
    share = engine._rulesets[0].share
    key = first.variable.index
    assert [group.key for group in share.groups] == [None, key]
    assert ',"g1":1' in share.pieces[key][1]
    closed = [tuple(piece.replace(',"g1":1', "") for piece in pieces) for pieces in share.pieces]
    vars(share)["pieces"] = tuple(closed)
    assert not any(engine.read_back().values())


def test_length_counts_the_alternatives_of_all_rulesets() -> None:
    """The length is the number of alternatives, each held once, whichever ruleset it is in."""
    engine = Engine(RULES, OVER, proved=True)
    terms = [term for ruleset in engine._rulesets for group in ruleset.share.groups for term in group.terms]
    assert len(engine) == len(terms) == len(set(terms)) == sum(len(ruleset.share) for ruleset in engine._rulesets)


def test_a_ruleset_gets_only_the_answers_that_it_reads() -> None:
    """The fact that a ruleset is sent has the members of its own tests, and no others."""
    engine = Engine(RULES, OVER, proved=True)
    widths = []
    for ruleset in engine._rulesets:
        read = {index for group in ruleset.share.groups for term in group.terms for index, _, _ in term}
        sent = {name for name in json.loads(ruleset._fact(SOME)) if not name.startswith("g")} - {"id", "sid"}
        assert sent == {member(index) for index in read}
        widths.append(len(sent))
    assert min(widths) < len(OVER)


def test_two_thousand_rules_load() -> None:
    """Two thousand rules over a hundred variables, hundreds of them products, load and are decided right."""
    over = variables(100)
    some = rules(2000, over, seed=3)
    engine = Engine(some, over, likely=(0,) * 100, proved=True)
    assert len(engine) > 10_000
    for codes in people(12, over, seed=4):
        assert engine.fired(codes) == truth(codes, some)


def test_hundreds_of_rules_with_products_are_proved() -> None:
    """The truth tables of 24 to 60 alternatives are gone through when the engine is built, and end."""
    engine = Engine(RULES, OVER, likely=PEOPLE[0])
    assert is_right(engine)


def test_the_shipped_rules_need_one_ruleset(knowledge: Knowledge) -> None:
    """The rules that there are fit into one ruleset, so that a decision is one call."""
    assert len(knowledge.engine._rulesets) == 1


# --- sizes and limits -------------------------------------------------------------------------------


def product_of(parts: int, each: int) -> Condition:
    binary = [variable for variable in variables(240) if len(variable.codes) == 2]
    tests = [Leaf(variable, 0b10, "v", "yes") for variable in binary]
    return AllOf(
        tuple(AnyOf(tuple(tests[(part * each + n) % len(tests)] for n in range(each))) for part in range(parts))
    )


@pytest.mark.parametrize(("parts", "each", "told"), [(13, 2, "8,192"), (9, 9, "387,420,489"), (60, 9, "over 1,000,00")])
def test_a_condition_that_would_explode_is_refused(parts: int, each: int, told: str) -> None:
    """A rule of too many alternatives is refused by name and size, before any is made; the others do not matter."""
    over = variables(240)
    with pytest.raises(EngineError, match=f"The rule large is too large. It has {told}.* alternatives.*Split it"):
        Engine({**RULES, "large": product_of(parts, each)}, over)


def test_the_opposite_of_a_rule_may_be_large() -> None:
    """A rule whose opposite has too many alternatives is asked itself, also where it holds for the usual person."""
    over = variables(240)
    rare = AnyOf(tuple(AllOf(parts.parts) for parts in product_of(40, 3).parts if isinstance(parts, AnyOf)))
    usual = tuple(len(variable.codes) - 1 for variable in over)
    assert Engine({"rare": rare}, over, likely=usual).fired(usual) == ("rare",)


def test_many_ranges_count_as_alternatives() -> None:
    """Answers with gaps become many ranges: their product is bounded, too."""
    wide = [variable for variable in variables(64) if len(variable.codes) == 43]
    gaps = AllOf(tuple(Leaf(variable, int("01" * 21, 2), "v", "odd") for variable in wide))
    with pytest.raises(EngineError, match="The rule odd is too large"):
        Engine({"odd": gaps}, variables(64))


def share_of(groups: list[Group]) -> Share:
    terms = {term: ("rule",) for group in groups for term in group.terms}
    return Share(tuple(groups), terms, variables(400))


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ([Group(None, tuple(((n, 1, 1),) for n in range(57)))], "57 conditions could wait at once"),
        ([Group(None, (((0, 1, 1),),))] * 57, "57 conditions could wait at once"),
        ([Group(None, tuple(tuple((10 * g + n, 1, 1) for n in range(10)) for g in range(21)))], "members stand in one"),
    ],
)
def test_a_ruleset_beyond_a_limit_of_the_library_is_refused(groups: list[Group], said: str) -> None:
    """Each limit is proved from the library's own form of each ruleset, whatever spread the rules."""
    with pytest.raises(EngineError, match=said):
        share_of(groups).prove()


def test_more_rules_at_one_end_or_in_one_place_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many rules that end in one condition, too many that follow one, and too many at all are refused."""
    share = Engine(RULES, OVER, proved=True)._rulesets[0].share
    share.prove()
    for limit, low, said in (
        ("ENDING_LIMIT", 1, "2 rules end in one condition"),  # the two sentinels
        ("BRANCH_LIMIT", 5, "conditions follow one"),
        ("RULE_LIMIT", 100, "rules stand in one ruleset"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(alternatives, limit, low)
            with pytest.raises(EngineError, match=said):
                share.prove()


def test_what_could_wait_at_once_never_does() -> None:
    """The bound of the stack is kept with room by every ruleset of many rules."""
    for seed in range(3 * TIMES):
        for ruleset in Engine(rules(150, OVER, seed), OVER, proved=True)._rulesets:
            groups = ruleset.share.groups
            assert len(groups) + max(len(group.terms) for group in groups) <= alternatives.STACK_LIMIT


def hash_of(name: str) -> int:
    """The number under which the library finds a member: FNV-1 or 1a, in 32 bits."""
    found = 2166136261
    for letter in name.encode():
        found = ((found ^ letter) * 16777619) & 0xFFFFFFFF
    return found


def test_members_have_names_of_their_own() -> None:
    """Two thousand variables and the groups of a ruleset have different names, also as the library hashes them."""
    names = [member(n) for n in range(2000)] + [f"g{n}" for n in range(64)] + ["id", "sid", "m", "$i", "$forward"]
    names.remove("m")  # one of a variable, too; the library tells them apart by where they stand
    assert hash_of("id") == 926444256  # as in its source, state.h
    assert len({hash_of(name) for name in names}) == len(set(names)) == len(names)


# --- faults in one of several ------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, -1])
@pytest.mark.parametrize("sentinel", ["0000", "9999"])
def test_a_missing_sentinel_of_any_ruleset_is_noticed(number: int, sentinel: str, broken: Broken) -> None:
    """A ruleset that does not name its first or its last sentinel gives an error, and is right again when it does."""
    engine, library = broken

    def skip(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        message = real(*arguments)
        named = message[1] if isinstance(message, tuple) else message
        return real_next(*arguments) if named is not None and named[2:6] == sentinel else message

    def real_next(handle: Any, offset: Any) -> Any:
        message = REAL.complete_and_start_action(handle, offset)
        return message if sentinel == "9999" else (None, message)

    library.break_(START if sentinel == "0000" else NEXT, in_ruleset(engine, number, skip))
    with pytest.raises(EngineError, match="stopped before all rules were read"):
        engine.fired(SOME)
    library.heal()
    assert is_right(engine)


@pytest.mark.parametrize("number", [0, 1, -1])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [RuntimeError, MemoryError, KeyboardInterrupt, SystemExit])
def test_an_error_in_any_ruleset_leaves_no_trace(
    number: int, step: str, after: bool, error: type[BaseException], broken: Broken
) -> None:
    """An exception or Ctrl-C in any ruleset ends the call, and the next one is right in all of them."""
    engine, library = broken

    def fail(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        if call != (2 if step == NEXT else 1):
            return real(*arguments)
        if after:
            real(*arguments)
        raise error("lost")

    library.break_(step, in_ruleset(engine, number, fail))
    with pytest.raises(EngineError if issubclass(error, Exception) else error, match="lost"):
        engine.fired(SOME)
    library.heal()
    assert engine.fired(SOME) == truth(SOME)
    assert is_right(engine)


@pytest.mark.parametrize("number", [0, 1, -1])
def test_a_rule_that_one_ruleset_passes_over_shuts_the_engine(number: int, broken: Broken) -> None:
    """A rule with one alternative that vanishes from the agenda of any ruleset is a disagreement, for good."""
    engine, library = broken
    places = list(engine._rulesets[number].share.rules_of.values())
    held = [id for ruleset in engine._rulesets for ids in ruleset.share.rules_of.values() for id in ids]
    lost = next(place for place, ids in enumerate(places, 1) if any(held.count(id) == 1 for id in ids))
    label = f"{lost:04d}"

    def pass_over(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        message = real(*arguments)
        return real(*arguments) if message is not None and message[2:6] == label else message

    library.break_(NEXT, in_ruleset(engine, number, pass_over))
    with pytest.raises(EngineError, match=f"disagree about: {places[lost - 1][0]}"):
        engine.fired(SOME)
    library.heal()
    assert engine.shut is not None
    with pytest.raises(EngineError, match="The engine is shut"):
        engine.fired(PEOPLE[0])


@pytest.mark.parametrize("number", [0, 1, -1])
def test_a_poisoned_session_of_any_ruleset_is_replaced(number: int, broken: Broken) -> None:
    """A session of any ruleset that fails and cannot be cleared is replaced by a new one; the others stay."""
    engine, library = broken
    before = [ruleset._handle for ruleset in engine._rulesets]

    def poisoned(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        raise RuntimeError("error code: 303")

    library.break_(ASSERT, in_ruleset(engine, number, poisoned))
    library.break_("delete_state", in_ruleset(engine, number, poisoned))
    with pytest.raises(EngineError, match="303"):
        engine.fired(SOME)
    library.heal()
    assert is_right(engine)
    after = [ruleset._handle for ruleset in engine._rulesets]
    assert [one != other for one, other in zip(before, after, strict=True)] == [
        place == number % len(before) for place in range(len(before))
    ]


def test_one_ruleset_that_cannot_be_replaced_shuts_the_whole_engine(broken: Broken) -> None:
    """If a session of the second ruleset can neither be cleared nor made anew, the engine says so from then on."""
    engine, library = broken

    def fail(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        raise RuntimeError("no")

    library.break_(NEXT, in_ruleset(engine, 1, fail))
    library.break_("delete_state", fail)
    library.break_("create_ruleset", fail)
    with pytest.raises(EngineError):
        engine.fired(SOME)
    library.heal()
    assert engine.shut is not None
    with pytest.raises(EngineError, match="cannot be restarted"):
        engine.fired(SOME)


def test_an_interrupted_clearing_of_one_ruleset_is_made_up_for(broken: Broken) -> None:
    """Ctrl-C while the second ruleset is cleared after a fault: the next call clears it, and is right."""
    engine, library = broken

    def lost(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        raise RuntimeError("lost")

    def interrupted(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        raise KeyboardInterrupt

    library.break_(NEXT, in_ruleset(engine, 1, lost))
    library.break_("delete_state", interrupted)
    with pytest.raises(KeyboardInterrupt):
        engine.fired(SOME)
    library.heal()
    assert [ruleset._unclean for ruleset in engine._rulesets].count(True) == 1
    assert is_right(engine)


def test_a_call_between_two_rulesets_is_refused(broken: Broken) -> None:
    """Asked from within its own call, in whichever ruleset that is, the engine gives an error and no dead-lock."""
    engine, library = broken
    said: list[str] = []

    def ask_again(real: Callable[..., Any], call: int, *arguments: Any) -> Any:
        with pytest.raises(EngineError) as caught:
            engine.fired(PEOPLE[0])
        said.append(str(caught.value))
        return real(*arguments)

    for number in range(len(engine._rulesets)):
        library.break_(ASSERT, in_ruleset(engine, number, ask_again))
        assert engine.fired(SOME) == truth(SOME)
    assert len(said) == len(engine._rulesets)
    assert all("in the middle of its own call" in text for text in said)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_has_sessions_of_its_own_in_all_rulesets(broken: Broken) -> None:
    """A child makes every ruleset anew, also where the parent's second one is unclean; both are right."""
    engine, _ = broken
    engine._rulesets[1]._unclean = True
    before = [ruleset._handle for ruleset in engine._rulesets]
    child = os.fork()
    if child == 0:
        code = 1
        try:
            anew = all(r._handle != old and not r._unclean for r, old in zip(engine._rulesets, before, strict=True))
            code = 0 if anew and is_right(engine) else 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert is_right(engine)


def test_a_misread_bound_in_any_ruleset_builds_no_wrong_engine() -> None:
    """A library that loses a test of one ruleset is refused when the engine is built, or found out in time."""
    given_: list[str] = []

    def look(real: Callable[..., Any], call: int, name: str, definition: str) -> Any:
        given_.append(definition)
        return real(name, definition)

    library = FaultyLibrary()
    library.break_("create_ruleset", look)
    few = {id: RULES[id] for id in list(RULES)[:60]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alternatives, "STACK_LIMIT", 30)
        Engine(few, OVER, library=library, proved=True)
        second = json.loads(given_[1])
        names = [name for name, rule in second.items() if "$and" in rule["all"][0]["m"]]
        for name in random.Random(3).sample(names, 6):
            spoiled = json.loads(given_[1])
            tests = spoiled[name]["all"][0]["m"]["$and"]
            del tests[-1]

            def misread(real: Callable[..., Any], call: int, _: str, text: str, bad: Any = spoiled) -> Any:
                return real(_, json.dumps(bad) if text == given_[1] else text)

            library.break_("create_ruleset", misread)
            with pytest.raises(EngineError, match="disagree"):
                Engine(few, OVER, library=library)


def test_names_of_variables_do_not_depend_on_their_number(knowledge: Knowledge) -> None:
    """The shipped rules read variables beyond the letters, and each is found again by its own member."""
    assert len(TABLE.variables) > 49
    over = tuple(Variable(n, f"v{n}", "v", ("no", "yes"), (0, 1)) for n in range(160))
    single: dict[str, Condition] = {f"rule-{n}": Leaf(over[n], 0b10, "v", "yes") for n in range(160)}
    engine = Engine(single, over, likely=(0,) * 160)
    for n in range(160):
        assert engine.fired(tuple(int(place == n) for place in range(160))) == (f"rule-{n}",)
