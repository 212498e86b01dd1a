"""What takes several engineers at once: they are held together, and nobody waits for ever."""

from __future__ import annotations

from dispatch.simulation.day_events import Trigger
from dispatch.simulation.figures import Tally
from dispatch.simulation.people import Planned, VisitState, Wanted, Worker
from dispatch.simulation.roster import WorkShift

__all__ = ["CrewWork"]


class CrewWork:
    """The part of an operation that concerns visits of several engineers."""

    now: int
    workers: dict[str, Worker]
    shifts: dict[str, WorkShift]
    routes: dict[str, list[Planned]]
    wanted: dict[str, Wanted]
    triggers: set[Trigger]
    tally: Tally

    def queue(self, worker: Worker) -> list[Planned]:
        """Stops ahead of somebody in the present shift."""
        return [] if worker.shift is None else self.routes.get(worker.shift.shift.id, [])

    def together_at(self, one: Wanted, worker: Worker) -> int | None:
        """When the whole crew of a visit is at work; None: it is not complete any more."""
        if one.crew_size == 1:
            return self.now
        if self.is_manned(one):
            return None
        begins = []
        for other in self.workers.values():
            if other is worker:
                continue
            if other.doing is not None and other.doing.visit == one.visit.id:
                begins.append(self.now)
                continue
            begins += [
                max(self.now, self.shifts[shift].start)
                for shift, stops in self.routes.items()
                if self.shifts[shift].engineer == other.id
                and any(stop.visit == one.visit.id for stop in stops)
            ]
        return max(begins) if len(begins) >= one.crew_size - 1 else None

    def is_manned(self, one: Wanted) -> bool:
        """Whether all that it takes are on the way or there."""
        going = (w.doing for w in self.workers.values() if w.doing is not None)
        many = sum(doing.visit == one.visit.id and not doing.void for doing in going)
        return many >= one.crew_size

    def lock_crew(self, one: Wanted, worker: Worker) -> None:
        """Hold the others of a crew to what leads up to their common visit."""
        if one.crew_size == 1:
            return
        for other in self.workers.values():
            if other is not worker:
                for place, stop in enumerate(self.queue(other)):
                    if stop.visit == one.visit.id:
                        self.lock(other, place + 1)

    def lock(self, worker: Worker, many: int) -> None:
        """Hold somebody to the first stops, and the crews that some of them need."""
        held = self.queue(worker)[worker.locked : many]
        worker.locked = max(worker.locked, many)
        for stop in held:
            if stop.visit is not None:
                self.lock_crew(self.wanted[stop.visit], worker)

    def give_up_waiting(self, worker: Worker, *, since: int) -> None:
        """Give up a visit whose crew does not come together."""
        doing = worker.doing
        if doing is None or not doing.visit or doing.started is not None:
            return
        if doing.arrived and doing.expected_arrive == since:
            self.tally.in_vain += 1
            self.release(self.wanted[doing.visit])

    def release(self, one: Wanted) -> None:
        """Let the visit wait for somebody else; who stands there goes on, who drives drives on."""
        team = [w for w in self.workers.values() if w.doing and w.doing.visit == one.visit.id]
        if any(member.doing and member.doing.started is not None for member in team):
            return
        one.state, one.expected_finish = VisitState.OPEN, None
        for member in team:
            assert member.doing is not None, "the team was on the way or waited"
            member.doing.void = True
            if member.doing.arrived:
                member.doing = None
        one.here = []
        self.take_out(one.visit.id)
        self.triggers.add(Trigger.DROPPED)

    def take_out(self, visit: str) -> None:
        """Strike a visit from all queues."""
        for worker in self.workers.values():
            queue = self.queue(worker)
            for place, stop in reversed(list(enumerate(queue))):
                if stop.visit == visit:
                    del queue[place]
                    worker.locked -= place < worker.locked
                    worker.token += 1
