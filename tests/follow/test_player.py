"""The player: a state machine with a clock of the test's own."""

from __future__ import annotations

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from recommender.follow.player import Player
from recommender.follow.screen import Look, frame
from tests.conftest import examples
from tests.follow.test_script import planned, script

SCRIPT = script("desk-worker")
KEYS = {
    " ": Player.pause,
    "s": Player.skip,
    "b": Player.back,
    "p": Player.hurts,
    "o": Player.leave_out,
    "u": Player.slip,
    "x": Player.stop,
    "z": Player.hold_on,
    "q": Player.leave,
}


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def start(name: str = "desk-worker") -> tuple[Player, Clock]:
    clock = Clock()
    return Player(script(name), clock), clock


def wait(player: Player, clock: Clock, seconds: float) -> None:
    clock.now += seconds
    player.tick()


def statuses(player: Player) -> list[str]:
    return [did.finished for did in player.done]


@pytest.mark.parametrize("name", ["desk-worker", "trained", "acute-flare", "pregnancy"])
def test_a_session_played_through_takes_its_time_and_does_everything(name: str) -> None:
    """Second by second, the remaining time falls by one, and every exercise is done whole at the end."""
    player, clock = start(name)
    total = player.script.seconds
    for second in range(total):
        assert player.remaining == pytest.approx(total - second)
        assert player.state == "playing"
        wait(player, clock, 1)
    assert player.state == "finished"
    assert player.remaining == 0
    assert statuses(player) == ["all"] * len(player.script.parts)
    assert [did.reps for did in player.done] == [part.reps for part in player.script.parts]


def test_every_cue_is_told_once() -> None:
    """What begins is told once and in order, also where one tick passes many cues."""
    player, clock = start()
    told = []
    while not player.over:
        told += player.tick()
        clock.now += 7.3
    told += player.tick()
    assert [begun.cue for begun in told] == [cue for cues in planned(SCRIPT) for cue in cues]


def test_a_pause_stops_the_time() -> None:
    """An hour of pause changes neither the count nor the remaining time."""
    player, clock = start()
    wait(player, clock, 50)
    player.pause()
    left, cue = player.remaining, player.left_of_cue
    wait(player, clock, 3600)
    assert (player.remaining, player.left_of_cue, player.state) == (left, cue, "paused")
    player.pause()
    wait(player, clock, 1)
    assert player.remaining == pytest.approx(left - 1)


def test_time_away_does_not_count() -> None:
    """Whoever was away, such as with Ctrl-Z, finds the session where it was."""
    player, clock = start()
    wait(player, clock, 50)
    left = player.remaining
    clock.now += 600
    player.hold_on()
    assert (player.state, player.remaining) == ("paused", left)


def test_skip_goes_to_the_next_one() -> None:
    """What is left out before its first repetition is skipped, after it done in part."""
    player, clock = start()
    player.skip()
    assert player.number == 1
    wait(player, clock, player.cue.seconds + 4 + 34)
    player.skip()
    wait(player, clock, player.remaining)
    assert player.state == "finished"
    assert statuses(player) == ["skipped", "part", "all", "all", "all", "all"]


def test_skipping_the_way_to_the_floor_leaves_time_for_it() -> None:
    """The change of position that was skipped is added to the next one, and to the remaining time."""
    player, _ = start()
    before = sum(part.seconds for part in SCRIPT.parts[1:])
    player.skip()
    assert player.cue.seconds > SCRIPT.parts[1].ready.seconds
    assert player.remaining == before + player.cue.seconds - SCRIPT.parts[1].ready.seconds


def test_back_goes_to_the_start_of_this_one_then_to_the_one_before() -> None:
    """Once: this exercise again. Twice: the one before."""
    player, clock = start()
    wait(player, clock, SCRIPT.parts[0].seconds + 60)
    assert player.number == 1
    player.back()
    assert (player.number, player.cue.kind) == (1, "ready")
    assert player.left_of_cue == player.cue.seconds
    player.back()
    assert (player.number, player.cue.kind) == (0, "ready")
    player.back()
    assert player.number == 0


def test_back_in_position_needs_no_second_change() -> None:
    """Doing an exercise again from its own position takes only the time to get ready."""
    player, clock = start()
    wait(player, clock, 60)
    player.back()
    assert player.cue.words == "Stay in this position."
    assert player.cue.seconds < SCRIPT.parts[0].ready.seconds


def test_doing_it_again_never_counts_for_less() -> None:
    """An exercise that was done whole stays done when it is begun again and skipped."""
    player, clock = start()
    wait(player, clock, SCRIPT.parts[0].seconds + 1)
    player.back()
    assert player.number == 0
    player.skip()
    player.leave()
    assert statuses(player) == ["all"]


def test_pain_stops_the_time_at_once() -> None:
    """After p nothing is played, and nothing but an answer goes on."""
    player, clock = start()
    wait(player, clock, 60)
    player.hurts()
    for key in (" ", "s", "b", "p", "z"):
        KEYS[key](player)
    wait(player, clock, 600)
    assert (player.state, player.number) == ("hurt", 0)
    player.stop()
    assert player.state == "stopped"
    assert statuses(player) == ["pain"]


def test_what_hurt_is_never_played_again() -> None:
    """Going on without it, back does not lead to it."""
    player, clock = start()
    wait(player, clock, SCRIPT.parts[0].seconds + 60)
    player.hurts()
    player.leave_out()
    assert (player.state, player.number) == ("paused", 2)
    player.back()
    assert player.number == 0
    player.pause()
    wait(player, clock, SCRIPT.parts[0].seconds)
    assert player.number == 2
    wait(player, clock, player.remaining)
    assert statuses(player) == ["all", "pain", "all", "all", "all", "all"]


def test_a_slip_goes_on_where_it_was() -> None:
    """P by mistake loses nothing."""
    player, clock = start()
    wait(player, clock, 60)
    left = player.remaining
    player.hurts()
    player.slip()
    assert (player.state, player.remaining, player.hurt) == ("paused", left, set())


def test_leaving_while_getting_ready_is_no_skip() -> None:
    """What was not reached when the person quit is not named at all."""
    player, clock = start()
    wait(player, clock, SCRIPT.parts[0].seconds + 5)
    player.leave()
    assert player.state == "left"
    assert statuses(player) == ["all"]


MOVES = st.lists(st.one_of(st.sampled_from(sorted(KEYS)), st.floats(0, 200)), max_size=40)


@given(MOVES)
@examples(200)
def test_any_sequence_of_keys_keeps_the_promises(moves: list[str | float]) -> None:
    """Remaining time is never negative and never grows by itself; what hurt is never on; the done list is right."""
    player, clock = start()
    hurt: set[int] = set()
    for move in moves:
        before, state = player.remaining, player.state
        if isinstance(move, float):
            wait(player, clock, move)
            passed = min(move, before) if state == "playing" else 0
            assert player.remaining == pytest.approx(before - passed, abs=1e-6)
        else:
            KEYS[move](player)
        if player.state == "hurt":
            hurt.add(player.number)
        if move == "u" and state == "hurt":
            hurt.discard(player.number)
        assert player.remaining >= 0
        assert not player.on or player.number not in hurt
        assert not (state in ("stopped", "left", "finished") and player.state != state)
        assert 0 <= player.left_of_cue <= player.cue.seconds
        for did in player.done:
            assert 0 <= did.reps <= did.part.reps
            assert (did.finished == "all") <= (did.reps == did.part.reps)
            assert (did.finished == "skipped") <= (did.reps == 0)
        named = [SCRIPT.parts.index(did.part) for did in player.done]
        assert named == sorted(set(named))
        assert {n for n, did in zip(named, player.done, strict=True) if did.finished == "pain"} == hurt
        event(player.state)


@given(MOVES, st.integers(20, 120), st.integers(3, 50), st.integers(0, 9))
@examples(100)
def test_a_frame_always_fits_the_screen(moves: list[str | float], width: int, height: int, page: int) -> None:
    """Whatever happened and however small the terminal: no line is too long, and none too many."""
    player, clock = start("hernia")
    for move in moves:
        if isinstance(move, float):
            wait(player, clock, move)
        else:
            KEYS[move](player)
    lines = frame(player, Look(width, height), page)
    assert player.over or player.remaining > 0
    assert len(lines) <= max(1, height - 1)
    assert all(len(line) <= width for line in lines)
    assert not any("\0" in line for line in lines)


def test_at_forty_columns_the_pages_hold_all_that_is_to_be_read() -> None:
    """On a small screen everything about an exercise comes in turn, the words about stopping too."""
    player, _ = start()
    seen = " ".join(line.strip() for page in range(3) for line in frame(player, Look(40, 24), page))
    step = player.part.step
    for text in (player.cue.words, *step.how, step.stop_when):
        assert " ".join(text.split()) in " ".join(seen.split())


def test_the_count_is_the_largest_thing_on_the_screen() -> None:
    """In a hold the word and the seconds are drawn five rows high at least, with blocks or without."""
    player, clock = start()
    wait(player, clock, 50)
    assert player.cue.kind == "hold"
    for block in ("█", "#"):
        rows = [line for line in frame(player, Look(80, 24, block)) if block in line]
        assert len(rows) == 15
