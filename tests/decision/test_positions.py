"""The way from position to position, and the order of exercises in which it is shortest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest

from recommender import Knowledge, KnowledgeError
from recommender.decision.positions import UNREACHABLE, PositionMap, Positions, cheapest_order
from tests.small import SESSION, small

NAMES = ("standing", "chair", "kneeling", "side", "lying")
STANDING, CHAIR, KNEELING, SIDE, LYING = range(5)
GUESS = 33


def positions(
    *changes: tuple[str, str, int], through: Sequence[str] = ("kneeling", "side"), blocked: Sequence[str] = ()
) -> Positions:
    """The ways of a small session; with other changes in the place of its own, where some are given."""
    session: dict[str, Any] = {"pass_through": through}
    if changes:
        session |= {"changes": [{"between": change[:2], "seconds": change[2]} for change in changes], "kept_apart": []}
    knowledge = small({"one": {}}, session=session)
    return Positions(knowledge.session, knowledge.vocabulary, frozenset(blocked))


def order(phases: Sequence[Mapping[int, tuple[int, ...]]], *changes: tuple[str, str, int], start: int = 0) -> Any:
    """The cheapest order of these exercises, from standing unless told otherwise."""
    return cheapest_order(phases, start, PositionMap(positions(*changes), NAMES, GUESS))


# --- from one position to another ---------------------------------------------------------------


def test_the_shortest_way_is_taken_and_not_the_one_with_the_fewest_changes() -> None:
    """Where the direct change takes longer than the one by way of another position, that is passed."""
    found = positions(
        ("standing", "lying", 30), ("standing", "side", 11), ("side", "lying", 12), ("chair", "kneeling", 1),
        ("chair", "standing", 1),
    )  # fmt: skip
    assert found.way("standing", "lying") == (23, ("side",))


def test_a_way_names_what_lies_between_in_order() -> None:
    """From standing one kneels first, lies on the side next, and then on the back."""
    assert positions().way("standing", "lying") == (20 + 5 + 6, ("kneeling", "side"))


def test_a_way_back_takes_as_long() -> None:
    """A change is written once and holds in both directions."""
    assert positions().way("lying", "standing") == (31, ("side", "kneeling"))


def test_staying_costs_nothing() -> None:
    """Where the position stays the same there is no change, also in one that no way may pass."""
    assert positions().way("chair", "chair") == (0, ())


def test_a_way_leads_only_through_what_may_be_passed() -> None:
    """A chair is reached and left, and no way leads over it."""
    changes = (("standing", "chair", 1), ("chair", "kneeling", 1), ("standing", "kneeling", 20))
    more = (("kneeling", "side", 5), ("side", "lying", 6))
    assert positions(*changes, *more).way("standing", "kneeling") == (20, ())
    assert positions(*changes, *more, through=["chair"]).way("standing", "kneeling") == (2, ("chair",))


def test_a_body_that_cannot_kneel_passes_no_kneeling() -> None:
    """What a position needs of the body and is blocked shuts it for passing; no calm way is known then."""
    assert positions(blocked=["kneel"]).way("standing", "lying") == (UNREACHABLE, ())


def test_a_blocked_position_is_still_the_end_of_a_way() -> None:
    """Only what is passed must be possible: an exercise that begins there was allowed by the rules."""
    assert positions(blocked=["kneel"]).way("standing", "kneeling") == (20, ())


def test_ways_that_take_equally_long_are_told_apart_by_their_names() -> None:
    """The same answers always give the same way, however the changes are listed."""
    changes = (
        ("standing", "side", 5), ("side", "lying", 5), ("standing", "kneeling", 5), ("kneeling", "lying", 5),
        ("standing", "chair", 1),
    )  # fmt: skip
    for listed in (changes, changes[::-1]):
        assert positions(*listed).way("standing", "lying") == (10, ("kneeling",))


def test_where_no_calm_way_is_known_its_time_is_guessed() -> None:
    """The map gives the guess for the time, keeps such a change dearer than any other, and names nothing between."""
    found = PositionMap(positions(blocked=["kneel"]), NAMES, GUESS)
    assert found.seconds[STANDING][LYING] == GUESS
    assert found.calm[STANDING][LYING] >= UNREACHABLE
    assert found.way(STANDING, LYING)[1] == ()
    assert (found.seconds[SIDE][LYING], found.calm[SIDE][LYING]) == (6, 6)


# --- kept apart ---------------------------------------------------------------------------------


def test_positions_that_are_kept_apart_are_no_neighbours() -> None:
    """Rules with a change straight from lying to standing are not read."""
    changes = [*SESSION["changes"], {"between": ["lying", "standing"], "seconds": 9}]
    with pytest.raises(KnowledgeError, match="lying and standing must not be neighbours"):
        small({"one": {}}, session={"changes": changes})


def test_the_shipped_ways_between_what_is_kept_apart_lead_through_another_position(knowledge: Knowledge) -> None:
    """Nobody gets from lying to standing at once, in any way that the shipped session knows."""
    session = knowledge.session
    found = Positions(session, knowledge.vocabulary, frozenset())
    assert session.kept_apart
    for these, those in session.kept_apart:
        for one in these:
            for other in those:
                steps = list(pairwise((one, *found.way(one, other)[1], other)))
                assert not [step for step in steps if step[0] in these and step[1] in those]


# --- the order of exercises ---------------------------------------------------------------------


def test_phases_stay_in_their_order_although_another_would_be_shorter() -> None:
    """The warm-up on the floor comes before what is strengthened standing."""
    assert order([{LYING: (1,)}, {STANDING: (0,)}]) == (1, 0)


def test_within_a_phase_the_way_decides_and_not_the_numbers() -> None:
    """From standing the chair is nearer than the floor, so what begins there is done first."""
    assert order([{LYING: (0,), CHAIR: (1,)}]) == (1, 0)


def test_exercises_in_one_position_stay_together() -> None:
    """Nobody gets up between two exercises on the floor, whatever their numbers."""
    assert order([{LYING: (0, 3), CHAIR: (1, 2)}]) == (1, 2, 0, 3)


def test_every_change_within_a_phase_counts() -> None:
    """The whole way is the shortest: after a first change that is alike, the nearer position comes next."""
    changes = (
        ("standing", "kneeling", 5), ("standing", "chair", 6), ("kneeling", "lying", 1), ("lying", "chair", 1),
        ("kneeling", "side", 9),
    )  # fmt: skip
    assert order([{KNEELING: (0,), CHAIR: (1,), LYING: (2,)}], *changes) == (0, 2, 1)


def test_the_order_looks_ahead_to_the_next_phase() -> None:
    """A phase ends where the next one begins, although another end was nearer at first."""
    assert order([{SIDE: (0,), CHAIR: (1,)}]) == (1, 0)
    assert order([{SIDE: (0,), CHAIR: (1,)}, {CHAIR: (2,)}]) == (0, 1, 2)


def test_the_order_counts_from_where_the_session_starts() -> None:
    """The same exercises stand in another order for someone who starts on the floor."""
    groups = [{SIDE: (0,), STANDING: (1,)}]
    assert (order(groups, start=STANDING), order(groups, start=LYING)) == ((1, 0), (0, 1))


def test_orders_that_take_equally_long_are_told_apart_by_the_numbers() -> None:
    """The smaller number comes first, whatever the position is called."""
    changes = (
        ("kneeling", "chair", 5), ("kneeling", "side", 5), ("chair", "side", 5), ("kneeling", "standing", 9),
        ("side", "lying", 9),
    )  # fmt: skip
    assert order([{SIDE: (0,), CHAIR: (1,)}], *changes, start=KNEELING) == (0, 1)
    assert order([{SIDE: (1,), CHAIR: (0,)}], *changes, start=KNEELING) == (0, 1)


def test_a_phase_without_exercises_is_passed_over() -> None:
    """What comes after it counts from what came before, and a session without exercises is empty."""
    assert order([{}, {LYING: (0,), CHAIR: (1,)}, {}]) == (1, 0)
    assert order([{}, {}]) == ()


def test_no_exercise_is_lost_where_no_calm_way_is_known() -> None:
    """Such a change comes once and no more often than it must."""
    found = PositionMap(positions(blocked=["kneel"]), NAMES, GUESS)
    groups = [{LYING: (0,), CHAIR: (1,), SIDE: (2,)}]
    assert [cheapest_order(groups, start, found) for start in (STANDING, LYING)] == [(1, 0, 2), (0, 2, 1)]
