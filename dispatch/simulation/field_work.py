"""What engineers do between two decisions: drive, wait, work, fetch parts, rest, go home."""

from __future__ import annotations

import heapq
from math import log

from dispatch.domain import StopKind
from dispatch.simulation.counter_random import Draws
from dispatch.simulation.crew_work import CrewWork
from dispatch.simulation.day_events import Event, Trigger
from dispatch.simulation.figures import Tally
from dispatch.simulation.people import Doing, Planned, VisitState, Wanted, Worker
from dispatch.simulation.shelves import Shelves
from dispatch.simulation.world import PreparedWorld

__all__ = ["FieldWork"]

LINGER_S = 1800
"""Who has nothing to do waits so long where they are before going home."""
LONGEST_WAIT_S = 7200
"""Nobody waits longer at a closed door, or for the others of a crew."""
WORTH_TELLING_S = 600
"""A visit that took so much longer than planned is looked into."""


class FieldWork(CrewWork):
    """The physical side of an operation.

    Parameters
    ----------
    world
        Made ready.
    draws
        Random numbers of the replication.
    """

    def __init__(self, world: PreparedWorld, draws: Draws) -> None:
        self.world, self.draws = world, draws
        self.now = world.begin
        self.events: list[tuple[int, int, Event, str, int]] = []
        self.triggers: set[Trigger]
        self.behind: list[Worker] = []
        self.wanted: dict[str, Wanted] = {}
        self.coming: dict[str, Wanted] = {}
        self.shifts = {one.shift.id: one for one in world.roster}
        self.routes: dict[str, list[Planned]] = {}
        lead = world.demand.assumptions.delivery_lead
        self.shelves = Shelves(
            world.case.depots,
            world.calendar,
            None if lead is None else int(lead.total_seconds()),
        )
        self.workers = {
            one.id: Worker(one, "", dict(one.van_stock), set()) for one in world.case.engineers
        }
        self.van_used: dict[str, bool] = {}
        self.tally = Tally()
        self._number = 0

    def push(self, at: int, event: Event, subject: str, token: int = 0) -> None:
        """Let something happen at a second."""
        self._number += 1
        heapq.heappush(
            self.events, (at, int(event) * 10_000_000 + self._number, event, subject, token)
        )

    def way(self, origin: str, target: str) -> int:
        """Seconds that the way is expected to take now; -1 where there is none."""
        return self.world.travel.seconds(origin, target, self.world.calendar.instant(self.now))

    def field_event(self, event: Event, worker: Worker, token: int) -> None:
        """Let something happen to somebody on the road or at work."""
        if event is Event.FINISHES:
            self._finish(worker)
        elif event is Event.ARRIVES:
            self._arrive(worker)
        elif event is Event.WAITED:
            self.give_up_waiting(worker, since=token)
        elif event is Event.LINGERS and token == worker.token and not self.queue(worker):
            self.go_home(worker)
        # Leaving needs no more than that somebody looks: `go_on` follows every event.

    def go_on(self, worker: Worker) -> None:
        """Let somebody who does nothing begin the next stop, when its time has come."""
        work = worker.shift
        if work is None or worker.doing is not None:
            return
        queue = self.queue(worker)
        while queue and not worker.ill:
            leave = self._leave_at(worker, queue[0])
            if leave is None:
                self._drop(worker, queue[0])
                continue
            if leave > self.now:
                self._wait(worker, leave, Event.LEAVES)
            else:
                self._set_out(worker, queue.pop(0))
            return
        if worker.ill or self.now >= work.end:
            self.go_home(worker)
        elif worker.away:
            self._wait(worker, self.now + LINGER_S, Event.LINGERS)

    def _wait(self, worker: Worker, until: int, event: Event) -> None:
        """Come back to somebody later, once for each decision."""
        if worker.waits_for != worker.token:
            worker.waits_for = worker.token
            self.push(until, event, worker.id, worker.token)

    def _leave_at(self, worker: Worker, stop: Planned) -> int | None:
        """When to set out for a stop; None: it cannot be made any more."""
        work = worker.shift
        assert work is not None, "only who works has stops"
        if stop.kind is StopKind.BREAK:
            return max(self.now, stop.start)
        place = stop.place or worker.place
        way = self.way(worker.place, place)
        home = self.way(place, work.shift.end_location)
        if way < 0 or home < 0:
            return None
        travelled = worker.travelled + way + home
        bound = work.shift.max_travel
        if bound is not None and travelled > bound.total_seconds():
            return None
        arrive = self.now + way
        if stop.kind is StopKind.PICKUP:
            start = self.shelves.opens(stop.depot or "", arrive)
            length = stop.length
        else:
            one = self.wanted[stop.visit or ""]
            taken = one.state is not VisitState.OPEN and one.crew_size == 1
            if taken or one.state is VisitState.DONE or not worker.has_parts(stop.parts):
                return None
            start = self.earliest(one, arrive)
            length = self.world.work(worker.id, one.visit)
            together = self.together_at(one, worker)
            if together is None:
                return None
            if start is not None and start - way < together:
                start = self.earliest(one, together + way)
        if start is None or start + length + home > work.limit:
            return None
        return max(self.now, start - way)

    def earliest(self, one: Wanted, arrive: int) -> int | None:
        """When work at a visit may start for who arrives then; visits before it come first."""
        for link in one.visit.after:
            before = self.wanted.get(link.visit)
            if before is not None and before.finished is None:
                if before.expected_finish is None:
                    return None
                arrive = max(arrive, before.expected_finish)
            elif before is not None and before.finished is not None:
                arrive = max(arrive, before.finished + int(link.min_delay.total_seconds()))
        return one.start_at(arrive)

    def _set_out(self, worker: Worker, stop: Planned) -> None:
        worker.locked = max(0, worker.locked - 1)
        if stop.kind is StopKind.BREAK:
            worker.doing = Doing(stop, worker.place, self.now, stop.length, arrived=True)
            worker.doing.started = self.now
            worker.breaks = worker.breaks[1:]
            self.push(self.now + stop.length, Event.FINISHES, worker.id)
            return
        place = stop.place or worker.place
        way = self.way(worker.place, place)
        if stop.kind is StopKind.VISIT:
            one = self.wanted[stop.visit or ""]
            one.state = VisitState.SENT
            self.lock_crew(one, worker)
            spread = self.world.demand.assumptions.risk.travel
            ratio = self.draws.ratio(spread.mu, spread.sigma, "travel", one.visit.id)
            length = self.world.work(worker.id, one.visit)
            floor = self.earliest(one, self.now + way) or 0
            one.expected_finish = max(one.expected_finish or 0, floor + length)
        else:
            ratio, length, floor = self._side_trip(worker), stop.length, 0
        self._drive(worker, place, way, ratio)
        worker.doing = Doing(stop, place, self.now + way, length, floor)

    def _side_trip(self, worker: Worker) -> float:
        """Real over planned travel of a way that leads to no visit."""
        assert worker.shift is not None, "nobody drives without a shift"
        spread = self.world.demand.assumptions.risk.travel
        day = worker.shift.start // 86_400
        return self.draws.ratio(spread.mu, spread.sigma, "side trip", worker.id, day)

    def _drive(self, worker: Worker, place: str, way: int, ratio: float) -> None:
        assert worker.shift is not None, "nobody drives without a shift"
        instant = self.world.calendar.instant(self.now)
        metres = self.world.travel.metres(worker.place, place, instant)
        if not worker.away:
            worker.away, worker.left = True, self.now
        real = round(way * ratio)
        worker.travelled += real
        self.tally.travelled += real
        self.tally.metres += metres
        self.tally.travel_pay += worker.engineer.tariff.per_km * metres / 1000
        worker.place = place
        worker.token += 1
        self.push(self.now + real, Event.ARRIVES, worker.id)

    def _arrive(self, worker: Worker) -> None:
        doing = worker.doing
        assert doing is not None, "who arrives was on the way"
        doing.arrived, doing.expected_arrive = True, self.now
        stop = doing.stop
        if doing.void:
            worker.doing = None
            self.tally.in_vain += 1
            self.triggers.add(Trigger.FREE)
            return
        if stop is None:
            self._come_home(worker)
        elif stop.kind is StopKind.PICKUP:
            self._pick_up(worker, stop, doing)
        else:
            self._reach(worker, self.wanted[stop.visit or ""])

    def _pick_up(self, worker: Worker, stop: Planned, doing: Doing) -> None:
        depot = stop.depot or ""
        start = self.shelves.opens(depot, self.now)
        if start is None or start > self.now + LONGEST_WAIT_S:
            worker.doing = None
            self.triggers.add(Trigger.DROPPED)
            return
        for part in sorted(stop.loaded):
            got = self.shelves.take(depot, part, stop.loaded[part], self.now)
            worker.van[part] = worker.van.get(part, 0) + got
            self.van_used[worker.id] = True
        worker.tools.update(self.shelves.by_id[depot].tools)
        doing.started = start
        self.push(start + stop.length, Event.FINISHES, worker.id)

    def _reach(self, worker: Worker, one: Wanted) -> None:
        """Somebody stands at the door; work begins when all are there and may come in."""
        if one.arrived is None:
            one.arrived = self.now
        one.here.append(worker.id)
        if len(one.here) < one.crew_size:
            self.push(self.now + LONGEST_WAIT_S, Event.WAITED, worker.id, self.now)
            return
        start = self.earliest(one, self.now)
        if start is None or start > self.now + LONGEST_WAIT_S:
            self.tally.in_vain += 1
            self.release(one)
            return
        team = [self.workers[id] for id in one.here]
        planned = max(self.world.work(member.id, one.visit) for member in team)
        spread = self.world.demand.assumptions.risk.of(one.visit.kind.value)
        ratio = self.draws.ratio(spread.mu, spread.sigma, "work", one.visit.id)
        finish = start + max(60, round(planned * ratio))
        one.expected_finish = start + planned
        for member in team:
            assert member.doing is not None, "the crew is here"
            member.doing.started, member.doing.work = start, planned
            stop = member.doing.stop
            assert stop is not None, "a crew works at a stop"
            for part, many in stop.parts.items():
                member.van[part] = member.van.get(part, 0) - many
                self.van_used[member.id] = True
            self.push(finish, Event.FINISHES, member.id)
        self.tally.on_site += (finish - start) * len(team)

    def _drop(self, worker: Worker, stop: Planned) -> None:
        """Give up a stop that cannot be made any more; its visit is open again."""
        queue = self.queue(worker)
        queue.remove(stop)
        worker.locked = max(0, worker.locked - 1)
        one = self.wanted.get(stop.visit or "")
        crew = one is not None and one.state is not VisitState.DONE and one.crew_size > 1
        if one is not None and crew and not self.is_manned(one):
            self.release(one)
        self.triggers_later()

    def triggers_later(self) -> None:
        """Let the policy hear of a stop that was given up."""
        self.push(self.now + 1, Event.REPORT, "")

    def drop_queue(self, worker: Worker) -> None:
        """Take everything that is left from somebody."""
        for stop in list(self.queue(worker)):
            if stop in self.queue(worker):
                self._drop(worker, stop)

    def _finish(self, worker: Worker) -> None:
        doing = worker.doing
        assert doing is not None, "who finishes was at something"
        worker.doing = None
        worker.token += 1
        stop = doing.stop
        if stop is None or stop.kind is not StopKind.VISIT:
            self.triggers.add(Trigger.FREE)
            return
        one = self.wanted[stop.visit or ""]
        one.state, one.finished, one.expected_finish = VisitState.DONE, self.now, self.now
        if doing.started is not None and self.now >= doing.started + doing.work + WORTH_TELLING_S:
            self.behind.append(worker)
        self._report(worker, one)

    def _report(self, worker: Worker, one: Wanted) -> None:
        """Tell that somebody is free: at once, or when the phone has a network again."""
        assumed = self.world.demand.assumptions
        if self.draws.uniform("phone offline", one.visit.id) < assumed.offline_share:
            mark = self.draws.uniform("minutes offline", one.visit.id)
            lag = int(-assumed.offline_mean.total_seconds() * log(mark))
            worker.silent_until = self.now + lag
            # Who hears nothing drives on by the route that the phone has.
            self.lock(worker, min(1, len(self.queue(worker))))
            self.push(worker.silent_until, Event.REPORT, worker.id)
        else:
            self.triggers.add(Trigger.FREE)

    def go_home(self, worker: Worker) -> None:
        """End the day of somebody, or a part of it: who is at home can be called again."""
        work = worker.shift
        if work is None or worker.doing is not None:
            return
        if not worker.away:
            if self.now >= work.end or worker.ill:
                self.end_shift(worker)
            return
        home = work.shift.end_location
        way = max(0, self.way(worker.place, home))
        worker.doing = Doing(None, home, self.now + way, 0)
        self._drive(worker, home, way, self._side_trip(worker))

    def _come_home(self, worker: Worker) -> None:
        worker.doing = None
        self.pay(worker)
        worker.away = False
        if worker.shift is not None and (self.now >= worker.shift.end or worker.ill):
            self.end_shift(worker)

    def end_shift(self, worker: Worker) -> None:
        """Nobody can call this engineer any more until the next shift."""
        self.drop_queue(worker)
        worker.shift, worker.doing = None, None

    def pay(self, worker: Worker) -> None:
        """Pay for the time since the engineer left home."""
        work = worker.shift
        assert work is not None, "only a shift is paid"
        span = self.now - worker.left
        overtime = min(span, max(0, self.now - work.end))
        tariff = worker.engineer.tariff
        if not worker.worked:
            self.tally.labour += tariff.per_shift
        worker.worked += span
        self.tally.worked += span
        self.tally.overtime += overtime
        self.tally.labour += tariff.per_hour * (span - overtime) / 3600
        self.tally.overtime_pay += tariff.per_overtime_hour * overtime / 3600
