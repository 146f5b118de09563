"""Picks, doses and orders a session from the exercises that are allowed, and from no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

from recommender.decision.decide import Decision, numbers_in
from recommender.decision.positions import UNREACHABLE, PositionMap, Positions, cheapest_order
from recommender.errors import PlanError
from recommender.knowledge.dose import DosePlan, DoseSteps
from recommender.knowledge.knowledge import Knowledge
from recommender.profile.wishes import FAVOURITES, LEAVE_OUT

if TYPE_CHECKING:
    from recommender.knowledge.session import LeftReason, StepCount

__all__ = ["Chosen", "Placed", "Plan", "Planner"]

RANK_BITS = 8  # a rank's places add up to less than 256


@dataclass(slots=True)
class Chosen:
    """An exercise that was picked: what for (a slot's or a phase's id), and its dose so far."""

    number: int
    dose: DosePlan
    slot: str | None
    phase: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A picked exercise in its place: the seconds and the positions of the change before it."""

    chosen: Chosen
    change_seconds: int
    through: tuple[str, ...]
    reachable: bool

    @property
    def seconds(self) -> int:
        """The whole time of the step."""
        return self.change_seconds + self.chosen.dose.seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """The ordered session, and what became of every allowed exercise that is not in it.

    `full` says that the number of exercises, and not the time, ended it well before its time.
    """

    steps: tuple[Placed, ...]
    left: Mapping[int, LeftReason]
    not_filled: tuple[str, ...] = ()
    no_time: tuple[str, ...] = ()
    minutes: int = 0
    full: bool = False

    @property
    def seconds(self) -> int:
        """The time of the whole session."""
        return sum(step.seconds for step in self.steps)


@dataclass(slots=True)
class _Draft:
    """A session in the making.

    `nearest` and `calm` hold for each start position the seconds of the change from the nearest
    exercise picked so far: `calm` only where a calm way is known, `nearest` with a guess elsewhere.
    Before anything is picked they count from where the session starts.
    """

    budget: int
    keys: Sequence[int]
    map: PositionMap
    nearest: Sequence[int]
    calm: Sequence[int]
    chosen: list[Chosen] = field(default_factory=list)
    dropped: list[Chosen] = field(default_factory=list)
    families: set[str] = field(default_factory=set)
    spent: int = 0

    def reach(self, place: int) -> None:
        """Count from this position too."""
        if len(self.chosen) == 1:
            self.nearest, self.calm = self.map.seconds[place], self.map.calm[place]
        else:
            self.nearest = list(map(min, self.nearest, self.map.seconds[place]))
            self.calm = list(map(min, self.calm, self.map.calm[place]))


class Planner:
    """Plans sessions with one knowledge. Holds what can be worked out once; safe to share."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        session = knowledge.session
        exercises = knowledge.exercises
        self._doses = knowledge.doses
        step = session.seconds.hold_steps
        self._ladders = [
            {point: DoseSteps(dose, doses["lowest"], step) for point, dose in doses.items()} for doses in self._doses
        ]
        self._lowest = [doses["lowest"].seconds for doses in self._doses]
        self._families = [exercise.family for exercise in exercises]
        self._phase_of = {purpose: phase.id for phase in session.phases for purpose in phase.purposes}
        self._names = list(knowledge.vocabulary.words("start_position"))
        self._places = [self._names.index(exercise.start_position) for exercise in exercises]
        self._start = self._names.index(session.starts_from)
        self._far_shift = RANK_BITS * (len(session.ranks) - session.ranks.index(session.far.before_rank))
        self._phases = [self._phase_of[exercise.purpose] for exercise in exercises]
        self._phase_order = [phase.id for phase in session.phases]
        self._slots = [(slot, knowledge.selectors.compile(slot.select)) for slot in session.slots]
        self._weights = self._weigh()
        self._maps: dict[frozenset[str], PositionMap] = {}
        self._longest_change = max(change.seconds for change in session.changes)
        self._longest_steps = [self._longest(number) for number in range(len(exercises))]

    def _weigh(self) -> dict[str, tuple[int, ...]]:
        """For each prefer and defer rule, the weight of each exercise; less comes first."""
        ranks = self.knowledge.session.ranks
        weights = {}
        for compiled in self.knowledge.rules:
            rank = compiled.rule.then.rank
            if rank is not None:
                unit = 1 << RANK_BITS * (len(ranks) - 1 - ranks.index(rank))
                weights[compiled.id] = tuple(place * unit for place in compiled.scores)
        return weights

    def ranking(self, decision: Decision) -> tuple[int, ...]:
        """The numbers of the allowed exercises, the best first; ties in the order of their ids."""
        if not decision.allowed:
            return ()
        keys = self._keys(decision)
        return tuple(sorted(numbers_in(decision.allowed), key=keys.__getitem__))

    def _keys(self, decision: Decision) -> list[int]:
        """For each exercise the sum of its weights: the strongest rank in the highest bits."""
        columns = [self._weights[compiled.id] for compiled in decision.of("prefer", "defer")]
        return [sum(column) for column in zip(*columns, strict=True)] if columns else [0] * len(self._doses)

    def plan(self, decision: Decision, answers: Mapping[str, Any]) -> Plan:
        """The session for this decision. Raises PlanError if it breaks one of its promises."""
        if not decision.allowed or decision.outcome in ("emergency", "see_clinician"):
            return Plan((), {})
        if decision.outcome == "nothing_fits":
            everything = self.ranking(decision)
            left, rest = self._wished(everything, answers)
            left |= {n: "only_rest" if self.knowledge.relief >> n & 1 else "no_time" for n in rest}
            return Plan((), left)
        keys = self._keys(decision)
        everything = tuple(sorted(numbers_in(decision.allowed), key=keys.__getitem__))
        unwanted, ranking = self._wished(everything, answers)
        plan = self._session(decision, answers, ranking, keys)
        if decision.outcome == "routine" and all(self._rests(step.chosen.number) for step in plan.steps):
            # Too little time for an exercise beside a rest position: the exercise comes before the rest.
            exercises = [number for number in ranking if not self._rests(number)]
            unwanted |= {number: "no_time" for number in ranking if self._rests(number)}
            plan = self._session(decision, answers, exercises, keys)
        if unwanted:
            plan = replace(plan, left={**plan.left, **unwanted})
        self._check(plan, decision, self._budget(answers["minutes"]))
        return plan

    def _rests(self, number: int) -> bool:
        return bool(self.knowledge.relief >> number & 1)

    def _session(
        self, decision: Decision, answers: Mapping[str, Any], ranking: Sequence[int], keys: Sequence[int]
    ) -> Plan:
        """The session out of these exercises, the best first; `keys` hold the weight of each."""
        session = self.knowledge.session
        wanted = "lowest" if decision.low_end else session.dose_by_level[answers["level"]]
        ways = self._ways(decision.blocked_needs)
        draft = _Draft(self._budget(answers["minutes"]), keys, ways, ways.seconds[self._start], ways.calm[self._start])
        not_filled: list[str] = []
        no_time: list[str] = []
        if decision.outcome == "relief_only":
            most = session.relief_steps
            self._pick_relief(draft, ranking, wanted, most)
        else:
            count = self.count(answers["minutes"])
            most = count.at_most
            not_filled, no_time = self._fill_slots(draft, ranking, most)
            self._raise_doses(draft, wanted)
            filling = session.filling[answers["goal"]]
            self._fill_up(draft, ranking, wanted, filling, most, near=True)
            if draft.spent * 100 < draft.budget * session.far.fill_share:
                self._fill_up(draft, ranking, wanted, filling, most, near=False)
            if len(draft.chosen) < count.at_least:  # the goal's phases had too few: any phase will do
                self._fill_up(draft, ranking, "lowest", self._phase_order, count.at_least, near=False)
        steps = self._place(draft, decision)
        lost = {chosen.slot for chosen in draft.dropped}
        no_time += [slot.title for slot, _ in self._slots if slot.id in lost]
        return Plan(
            steps=steps,
            left=self._left(draft, ranking, most, sum(step.seconds for step in steps)),
            not_filled=tuple(not_filled),
            no_time=tuple(no_time),
            minutes=answers["minutes"],
            full=decision.outcome == "routine"
            and len(steps) >= most
            and sum(step.seconds for step in steps) + session.seconds.worth_saying < draft.budget,
        )

    # --- picking -----------------------------------------------------------------------------

    def count(self, minutes: int) -> StepCount:
        """How many exercises a session of so many minutes holds."""
        return next(count for count in self.knowledge.session.steps if minutes <= count.up_to_minutes)

    def _wished(
        self, ranking: tuple[int, ...], answers: Mapping[str, Any]
    ) -> tuple[dict[int, LeftReason], tuple[int, ...]]:
        """What the person wants left out, and the others in their order, favourites first."""
        numbers = self.knowledge.numbers
        away = {numbers[id] for id in answers.get(LEAVE_OUT, ())}
        first = {numbers[id] for id in answers.get(FAVOURITES, ())}
        unwanted: dict[int, LeftReason] = {number: "wished_away" for number in ranking if number in away}
        if not away and not first:
            return unwanted, ranking
        kept = [number for number in ranking if number not in away]
        return unwanted, tuple(sorted(kept, key=lambda number: number not in first))

    def _budget(self, minutes: int) -> int:
        """The seconds that a session of so many minutes takes up at most."""
        return minutes * 60 * self.knowledge.session.fill_share // 100

    def _longest(self, number: int) -> int:
        """The most seconds that one step may take."""
        seconds = self.knowledge.session.seconds
        return seconds.longest_rest if self.knowledge.relief >> number & 1 else seconds.longest_step

    def _dose(self, draft: _Draft, number: int, wanted: str) -> DosePlan | None:
        room = draft.budget - draft.spent - self._change(draft, number)
        return self._ladders[number][wanted].fit(min(self._longest_steps[number], room))

    def _change(self, draft: _Draft, number: int) -> int:
        """What the change to this exercise will take at least: from the nearest one picked, or from the start."""
        return self.knowledge.session.seconds.between_exercises + draft.nearest[self._places[number]]

    def _far(self, draft: _Draft) -> list[bool]:
        """For each start position whether it is far from every exercise picked so far."""
        longest = self.knowledge.session.far.seconds
        return [bool(draft.chosen) and seconds > longest for seconds in draft.calm]

    def _nearest_first(self, draft: _Draft, numbers: Iterable[int]) -> Iterator[int]:
        """Numbers in the order of the ranking, where those that are far come after their equals."""
        far, keys, places, shift = self._far(draft), draft.keys, self._places, self._far_shift
        later: list[int] = []
        equals: int | None = None
        for number in numbers:
            if keys[number] >> shift != equals:
                yield from later
                later, equals = [], keys[number] >> shift
            if far[places[number]]:
                later.append(number)
            else:
                yield number
        yield from later

    def _near(self, draft: _Draft, numbers: Iterable[int]) -> Iterator[int]:
        """Those that are not far, in the order of the ranking: nobody gets up just to fill the time."""
        far, places = self._far(draft), self._places
        return (number for number in numbers if not far[places[number]])

    def _take(self, draft: _Draft, number: int, dose: DosePlan, slot: str | None) -> None:
        change = self._change(draft, number)
        draft.chosen.append(Chosen(number, dose, slot, self._phases[number]))
        draft.families.add(self._families[number])
        draft.spent += dose.seconds + change
        draft.reach(self._places[number])

    def _fill_slots(self, draft: _Draft, ranking: Sequence[int], most: int) -> tuple[list[str], list[str]]:
        """The best exercise for each slot, at the lowest dose. Says which slots stay empty, and why."""
        not_filled: list[str] = []
        no_time: list[str] = []
        for slot, mask in self._slots:
            candidates = [n for n in ranking if mask >> n & 1 and self._families[n] not in draft.families]
            for number in self._nearest_first(draft, candidates):
                dose = self._dose(draft, number, "lowest")
                if dose is not None and len(draft.chosen) < most:
                    self._take(draft, number, dose, slot.id)
                    break
            else:
                (no_time if candidates else not_filled).append(slot.title)
        return not_filled, no_time

    def _raise_doses(self, draft: _Draft, wanted: str) -> None:
        for chosen in draft.chosen:
            room = draft.budget - draft.spent + chosen.dose.seconds
            longest = self._longest_steps[chosen.number]
            dose = self._ladders[chosen.number][wanted].fit(min(longest, room))
            if dose is not None and dose.seconds > chosen.dose.seconds:
                draft.spent += dose.seconds - chosen.dose.seconds
                chosen.dose = dose

    def _fill_up(
        self, draft: _Draft, ranking: Sequence[int], wanted: str, phases: Sequence[str], most: int, *, near: bool
    ) -> None:
        """More exercises while there is time, from the phases in turn; with `near` none that is far."""
        waiting = {phase: [n for n in ranking if self._phases[n] == phase] for phase in phases}
        empty: set[str] = set()
        for phase in cycle(phases):
            if len(draft.chosen) >= most or len(empty) == len(waiting):
                return
            waiting[phase] = [n for n in waiting[phase] if self._families[n] not in draft.families]
            for number in (self._near if near else self._nearest_first)(draft, waiting[phase]):
                dose = self._dose(draft, number, wanted)
                if dose is not None:
                    self._take(draft, number, dose, None)
                    break
            else:
                empty.add(phase)

    def _pick_relief(self, draft: _Draft, ranking: Sequence[int], wanted: str, most: int) -> None:
        """The most suitable rest positions. They are alternatives, so one of a kind is not enough."""
        for number in ranking:
            dose = self._dose(draft, number, wanted)
            if dose is not None and len(draft.chosen) < most:
                self._take(draft, number, dose, None)

    # --- placing -----------------------------------------------------------------------------

    def _place(self, draft: _Draft, decision: Decision) -> tuple[Placed, ...]:
        """The chosen exercises in order. What does not fit with the real changes gives way, the last chosen first."""
        while True:
            steps = self._ordered(draft, decision)
            over = sum(step.seconds for step in steps) - draft.budget
            if over <= 0:
                return steps
            self._give_way(draft, over)

    def _give_way(self, draft: _Draft, over: int) -> None:
        hold_step = self.knowledge.session.seconds.hold_steps
        for chosen in reversed(draft.chosen):
            lowest = self._doses[chosen.number]["lowest"]
            if chosen.dose.seconds > lowest.seconds:
                ladder = DoseSteps(chosen.dose, lowest, hold_step)
                smaller = ladder.fit(max(lowest.seconds, chosen.dose.seconds - over))
                if smaller is not None and smaller.seconds < chosen.dose.seconds:
                    chosen.dose = smaller
                    return
        draft.dropped.append(draft.chosen.pop())

    def _ordered(self, draft: _Draft, decision: Decision) -> tuple[Placed, ...]:
        session, ways = self.knowledge.session, draft.map
        order = draft.chosen  # rest positions are not a sequence but a choice: the most suitable one stands first
        if decision.outcome != "relief_only":
            by_number = {chosen.number: chosen for chosen in draft.chosen}
            phases = []
            for phase in self._phase_order:
                groups: dict[int, tuple[int, ...]] = {}
                for number in sorted(number for number, chosen in by_number.items() if chosen.phase == phase):
                    place = self._places[number]
                    groups[place] = (*groups.get(place, ()), number)
                phases.append(groups)
            order = [by_number[number] for number in cheapest_order(phases, self._start, ways)]
        steps = []
        here = self._start
        for chosen in order:
            place = self._places[chosen.number]
            cost, through = ways.way(here, place)
            change = session.seconds.between_exercises + ways.seconds[here][place]
            steps.append(Placed(chosen, change, through, cost < UNREACHABLE))
            here = place
        return tuple(steps)

    def arranged(self, chosen: Sequence[Chosen], decision: Decision) -> tuple[Placed, ...]:
        """These exercises in the order of a session, with the changes of position between them."""
        ways = self._ways(decision.blocked_needs)
        draft = _Draft(0, (), ways, ways.seconds[self._start], ways.calm[self._start], list(chosen))
        return self._ordered(draft, decision)

    def _ways(self, blocked: frozenset[str]) -> PositionMap:
        if blocked not in self._maps:
            knowledge = self.knowledge
            positions = Positions(knowledge.session, knowledge.vocabulary, blocked)
            self._maps[blocked] = PositionMap(positions, self._names, self._longest_change)
        return self._maps[blocked]

    # --- accounting --------------------------------------------------------------------------

    def _left(self, draft: _Draft, ranking: Sequence[int], most: int, spent: int) -> dict[int, LeftReason]:
        """Why each allowed exercise that was not chosen was not; `spent` are the seconds of the session."""
        taken = {chosen.number for chosen in draft.chosen}
        cut_short = {chosen.phase for chosen in draft.dropped}
        families = {self._families[number] for number in taken}
        phases = {self._phases[number] for number in taken}
        room = draft.budget - spent - self.knowledge.session.seconds.between_exercises
        nearest = self._nearest(draft)
        left: dict[int, LeftReason] = {}
        for number in ranking:
            if number in taken:
                continue
            phase, lowest = self._phases[number], self._lowest[number]
            if lowest > self._longest_steps[number] or (phase in cut_short and phase not in phases):
                left[number] = "no_time"
            elif self._families[number] in families:
                left[number] = "same_family"
            elif nearest[self._places[number]] + lowest > room:
                left[number] = "no_time"
            elif len(taken) >= most:
                left[number] = "enough_exercises"
            else:
                left[number] = "ranked_lower" if phase in phases else "not_needed"
        return left

    def _nearest(self, draft: _Draft) -> Sequence[int]:
        """The seconds of the change to each position from the nearest exercise that is in the session at last."""
        rows = [draft.map.seconds[self._places[chosen.number]] for chosen in draft.chosen]
        return list(map(min, *rows)) if len(rows) > 1 else (rows or [draft.map.seconds[self._start]])[0]

    def _check(self, plan: Plan, decision: Decision, budget: int) -> None:
        """The promises of a session. A broken one is a fault of this program: no routine."""
        numbers = [step.chosen.number for step in plan.steps]
        phases = [self._phase_order.index(step.chosen.phase) for step in plan.steps]
        if any(decision.excluded >> number & 1 for number in numbers):
            raise PlanError("The routine held an exercise that the rules exclude. No routine is given.")
        if len(set(numbers)) != len(numbers) or set(numbers) & set(plan.left):
            raise PlanError("The routine held an exercise twice. No routine is given.")
        if phases != sorted(phases):
            raise PlanError("The phases of the routine were out of order. No routine is given.")
        if plan.seconds > budget:
            raise PlanError("The routine was longer than the time. No routine is given.")

    def phase_of(self, number: int) -> str:
        """The phase of an exercise."""
        return self._phases[number]
