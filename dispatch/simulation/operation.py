"""One replication: requests come in, engineers drive and work, and a policy decides.

Time runs from event to event in whole seconds. What is random is drawn by name (see
`counter_random`), so another decision meets the same requests, the same work and the same roads.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dispatch.simulation.counter_random import Draws
from dispatch.simulation.day_events import Event, Trigger
from dispatch.simulation.delays import upsets
from dispatch.simulation.field_work import FieldWork
from dispatch.simulation.people import Planned, VisitState, Wanted, Worker
from dispatch.simulation.policies import policy_named
from dispatch.simulation.roster import WorkShift
from dispatch.simulation.shared_decisions import Decision, Record
from dispatch.simulation.study import Outcome
from dispatch.simulation.why_left import why_left
from dispatch.simulation.world import PreparedWorld

__all__ = ["Operation"]

DAY = 86_400
LATE_START_S = 600
LATE_ILLNESS = 0.3
"""Of those who do not finish a shift, the share that came to work first."""


@dataclass(slots=True)
class Books:
    """What a policy has to remember between two decisions."""

    planned_day: int = -1
    planned_at: int = -DAY


class Operation(FieldWork):
    """A rolling operation.

    Parameters
    ----------
    world
        Made ready.
    seed
        Of the future.
    iterations
        Budget of each re-plan.
    evening
        Routes that are in force when it begins.
    guide
        What the base decided in the same future; None: this is the base, or has nothing to do
        with it.
    """

    def __init__(
        self,
        world: PreparedWorld,
        seed: int,
        iterations: int,
        evening: Mapping[str, Sequence[Planned]] | None = None,
        guide: Record | None = None,
    ) -> None:
        super().__init__(world, Draws(seed))
        self.seed, self.iterations = seed, iterations
        self.policy = policy_named(world.world.policy)
        self.triggers: set[Trigger] = set()
        self.fresh: list[Wanted] = []
        self.books = Books()
        self.evening = evening or {}
        self.guide = guide or {}
        self.record: dict[int, Decision] = {}

    def run(self) -> Outcome:
        """Live through all days."""
        self.begin()
        self.routes = {shift: list(stops) for shift, stops in self.evening.items()}
        while self.events and self.events[0][0] < self.world.end:
            self.now = self.events[0][0]
            while self.events and self.events[0][0] == self.now:
                _, _, event, subject, token = heapq.heappop(self.events)
                self._happen(event, subject, token)
            self.shelves.receive(self.now)
            if any(upsets(self, worker) for worker in self.behind):
                self.triggers.add(Trigger.LATE)
            self.behind.clear()
            if self.triggers:
                self.policy.decide(self, frozenset(self.triggers))
                self.triggers.clear()
                self.fresh.clear()
            for worker in self.workers.values():
                if worker.doing is None:
                    self.go_on(worker)
        self.now = self.world.end
        return self._close()

    def begin(self) -> None:
        """Put in what is known at the first second."""
        world = self.world
        for one in world.backlog:
            self.wanted[one.visit.id] = replace_wanted(one)
        for work in world.roster:
            if work.limit > world.begin and work.start < world.end:
                self.push(max(world.begin, work.start), Event.SHIFT_STARTS, work.shift.id)
                self.push(work.end, Event.SHIFT_ENDS, work.shift.id)
        for day in range(world.days):
            self.push(max(world.begin, world.calendar.midnight(day)), Event.DAY_BEGINS, str(day))
        for at in self.guide:
            self.push(at, Event.BASE_DECIDES, "")
        every = self.policy.every_s
        if every:
            at = -(-world.begin // every) * every
            while at < world.end:
                self.push(at, Event.TICK, "")
                at += every

    def _happen(self, event: Event, subject: str, token: int) -> None:
        if event is Event.DAY_BEGINS:
            self._day_begins(int(subject))
        elif event is Event.REQUEST:
            self.wanted[subject] = self.coming.pop(subject)
            self.fresh.append(self.wanted[subject])
            self.tally.requests += 1
            self.triggers.add(Trigger.REQUEST)
        elif event is Event.SHIFT_STARTS:
            self._shift_starts(self.shifts[subject])
        elif event is Event.SHIFT_ENDS:
            self._shift_ends(self.shifts[subject])
        elif event is Event.FALLS_ILL:
            self._falls_ill(self.workers[subject])
        elif event is Event.TICK:
            self.triggers.add(Trigger.TICK)
        elif event is Event.BASE_DECIDES:
            self.triggers.add(Trigger.BASE)
        elif event is Event.REPORT:
            self.triggers.add(Trigger.FREE)
        else:
            self.field_event(event, self.workers[subject], token)

    def _day_begins(self, day: int) -> None:
        for arrival in self.world.arrivals.on(day, self.draws):
            if arrival.at < self.world.begin:
                continue
            one = self.world.wanted(arrival.visit, arrival.at, fresh=True, type=arrival.source.type)
            self.coming[arrival.visit.id] = one
            self.push(arrival.at, Event.REQUEST, arrival.visit.id)

    def _shift_starts(self, work: WorkShift) -> None:
        worker = self.workers[work.engineer]
        if worker.shift is not None:
            # Whoever is still on the road from the shift before begins late.
            self.push(self.now + LATE_START_S, Event.SHIFT_STARTS, work.shift.id)
            return
        day = work.start // DAY
        self.tally.rostered += work.end - work.start
        self._refill(worker)
        worker.ill = False
        mark = self.draws.uniform("illness", worker.id, day)
        chance = self.world.demand.assumptions.illness_per_day
        self._begin_shift(worker, work)
        if mark < chance * (1 - LATE_ILLNESS):
            worker.ill = True
            self.end_shift(worker)
            self.triggers.add(Trigger.ILLNESS)
            return
        if mark < chance:
            when = self.draws.uniform("hour of illness", worker.id, day)
            self.push(work.start + int(when * (work.end - work.start)), Event.FALLS_ILL, worker.id)
        self.triggers.add(Trigger.SHIFT)

    def begin_shifts_under_way(self) -> None:
        """Let those be at work whose shift began before the first second, nobody being ill."""
        for work in self.world.roster:
            if work.start < self.world.begin < work.limit:
                self._begin_shift(self.workers[work.engineer], work)

    def _begin_shift(self, worker: Worker, work: WorkShift) -> None:
        worker.shift = work
        worker.place = work.shift.start_location
        worker.breaks = sorted(work.shift.breaks, key=lambda one: one.earliest)
        worker.tools = set()
        worker.doing, worker.away, worker.worked, worker.travelled = None, False, 0, 0
        worker.locked = worker.silent_until = 0

    def _refill(self, worker: Worker) -> None:
        """Fill the van up from the shelves, as far as they go."""
        if not self.world.demand.assumptions.van_refill or not self.van_used.get(worker.id):
            return
        for part in sorted(worker.engineer.van_stock):
            lack = worker.engineer.van_stock[part] - worker.van.get(part, 0)
            for depot in self.shelves.depots:
                if lack > 0:
                    got = self.shelves.take(depot.id, part, lack, self.now)
                    worker.van[part] = worker.van.get(part, 0) + got
                    lack -= got
        self.van_used[worker.id] = False

    def _shift_ends(self, work: WorkShift) -> None:
        worker = self.workers[work.engineer]
        if worker.shift is work and worker.doing is None and not self.queue(worker):
            self.go_home(worker)

    def _falls_ill(self, worker: Worker) -> None:
        worker.ill = True
        self.drop_queue(worker)
        self.triggers.add(Trigger.ILLNESS)

    def _close(self) -> Outcome:
        for worker in self.workers.values():
            if worker.away:
                self.pay(worker)
        seen = [*self.wanted.values()]
        for one in seen:
            overdue = one.arrive_by is None or one.arrive_by < self.world.end
            if one.state is not VisitState.DONE and one.arrived is None and overdue:
                self.tally.left_for[why_left(one.visit, self)] += 1
        price = self.world.world.price_per_day * self.world.days
        territories = {one.location: one.territory or "" for one in self.world.demand.sources}
        return self.tally.outcome(seen, self.world.end, price, territories)

    def open_visits(self) -> list[Wanted]:
        """Visits that somebody may be sent to, in the order in which they were reported."""
        return [one for one in self.wanted.values() if one.state is VisitState.OPEN]

    def waiting(self) -> list[Wanted]:
        """Open visits that are in nobody's route."""
        planned = {stop.visit for route in self.routes.values() for stop in route}
        return [one for one in self.open_visits() if one.visit.id not in planned]

    def idle_workers(self) -> list[Worker]:
        """Engineers whom the office knows to have nothing to do."""
        return [
            one for one in self.workers.values() if one.is_idle(self.now) and not self.queue(one)
        ]

    def give(self, worker: Worker, stops: Sequence[Planned]) -> None:
        """Put stops at the end of somebody's queue."""
        assert worker.shift is not None, "only who works is given something to do"
        self.routes.setdefault(worker.shift.shift.id, []).extend(stops)
        worker.token += 1

    def take_over(self, routes: dict[str, list[Planned]], shifts: Iterable[str]) -> None:
        """Put a new plan in force for some shifts; what is locked stays where it is."""
        for shift in shifts:
            worker = self.workers[self.shifts[shift].engineer]
            current = self.routes.get(shift, [])
            kept = current[: worker.locked] if worker.shift is self.shifts[shift] else []
            planned = kept + routes.get(shift, [])
            # Whoever waits goes on waiting while nothing changes for them.
            if planned != current and worker.shift is self.shifts[shift]:
                worker.token += 1
            self.routes[shift] = planned


def replace_wanted(one: Wanted) -> Wanted:
    """A visit of the backlog as it is at the beginning of each replication."""
    return Wanted(one.visit, one.reported, one.arrive_by, one.windows, one.fresh, one.type)
