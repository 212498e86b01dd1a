"""Dispatching by rule, without any plan: whoever is free and near goes to the next in line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.domain import Priority, StopKind
from dispatch.simulation.day_events import Trigger
from dispatch.simulation.people import Planned, Wanted, Worker

if TYPE_CHECKING:
    from dispatch.simulation.operation import Operation

__all__ = ["DispatchRule", "by_deadline", "by_report"]

RANK = {Priority.MANDATORY: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}
URGENT = (Priority.MANDATORY, Priority.HIGH)
NEVER = 1 << 40


def by_report(one: Wanted) -> tuple[int, int, str]:
    """Whoever called first within a tier."""
    return RANK[one.visit.priority], one.reported, one.visit.id


def by_deadline(one: Wanted) -> tuple[int, int, str]:
    """Whose deadline comes first; what has none comes after all others."""
    deadline = one.arrive_by
    if deadline is None:
        deadline = max((high for _, high in one.windows), default=NEVER) + NEVER
    return deadline, RANK[one.visit.priority], one.visit.id


@dataclass(frozen=True, slots=True)
class DispatchRule:
    """Sends the nearest free engineer who can do it to the next visit in line.

    Parameters
    ----------
    line
        Sorts the visits that wait.
    """

    line: Callable[[Wanted], tuple[int, int, str]]
    every_s: int = 900
    """It looks again every quarter of an hour, for sites that have opened meanwhile."""

    def decide(self, operation: Operation, news: frozenset[Trigger]) -> None:
        """Send whoever is free; see `dispatch.simulation.policies.Policy.decide`."""
        del news
        idle = operation.idle_workers()
        for worker in list(idle):
            if self._rests(operation, worker):
                idle.remove(worker)
        if not idle:
            return
        for one in sorted(operation.waiting(), key=self.line):
            if not idle:
                return
            team = self._team(operation, one, idle)
            for worker, stops in team:
                operation.give(worker, stops)
                idle.remove(worker)

    def _rests(self, operation: Operation, worker: Worker) -> bool:
        """Let somebody rest whose break has come."""
        seconds = operation.world.calendar.seconds
        for rest in worker.breaks:
            if seconds(rest.earliest) <= operation.now <= seconds(rest.latest):
                length = int(rest.duration.total_seconds())
                operation.give(
                    worker, [Planned(StopKind.BREAK, None, operation.now, length=length)]
                )
                return True
        return False

    def _team(
        self, operation: Operation, one: Wanted, idle: Sequence[Worker]
    ) -> list[tuple[Worker, list[Planned]]]:
        """Enough engineers for a visit with what each has to do; empty: there are not enough."""
        found = []
        for worker in idle:
            way = operation.way(worker.place, one.visit.location)
            if way >= 0 and _may(worker, one):
                found.append((way, worker.id, worker))
        found.sort()
        team: list[tuple[Worker, list[Planned]]] = []
        for _, _, worker in found:
            stops = _stops(operation, worker, one, needs_parts=not team)
            if stops is not None:
                team.append((worker, stops))
            if len(team) == one.crew_size:
                return team
        return []


def _may(worker: Worker, one: Wanted) -> bool:
    visit = one.visit
    return visit.engineers.allows(worker.id) and worker.engineer.has_skills(visit.required_skills)


def _stops(
    operation: Operation, worker: Worker, one: Wanted, *, needs_parts: bool
) -> list[Planned] | None:
    """The visit, with a pickup before it where something is missing; None: it cannot be done."""
    visit = one.visit
    work = worker.shift
    assert work is not None, "only who works is asked"
    parts = visit.parts if needs_parts else {}
    missing = {p: n - worker.van.get(p, 0) for p, n in parts.items() if n > worker.van.get(p, 0)}
    tools = set(visit.required_tools) - worker.tools - set(worker.engineer.tools)
    if not needs_parts:
        tools = set()
    at, place, stops = operation.now, worker.place, []
    if missing or tools:
        depot = _depot(operation, place, visit.location, missing, tools)
        if depot is None:
            return None
        shelf = operation.shelves.by_id[depot]
        length = int(shelf.pickup_duration.total_seconds())
        start = operation.shelves.opens(depot, at + operation.way(place, shelf.location))
        if start is None or start > operation.now + 4 * 3600:
            return None
        stops.append(
            Planned(
                StopKind.PICKUP, shelf.location, start, depot=depot, loaded=missing, length=length
            )
        )
        at, place = start + length, shelf.location
    way, home = (
        operation.way(place, visit.location),
        operation.way(visit.location, work.shift.end_location),
    )
    if way < 0 or home < 0:
        return None
    start = operation.earliest(one, at + way)
    length = operation.world.work(worker.id, visit)
    limit = work.limit if visit.priority in URGENT else work.end
    # Nobody is sent to wait at a closed door while others call.
    if start is None or start > at + way + 1800 or start + length + home > limit:
        return None
    stops.append(
        Planned(StopKind.VISIT, visit.location, start, visit.id, parts=dict(parts), length=length)
    )
    return stops


def _depot(
    operation: Operation, place: str, target: str, missing: dict[str, int], tools: set[str]
) -> str | None:
    """The depot on the shortest way that has everything."""
    found = []
    for depot in operation.shelves.depots:
        if tools <= set(depot.tools) and operation.shelves.has(depot.id, missing):
            way = operation.way(place, depot.location), operation.way(depot.location, target)
            if min(way) >= 0:
                found.append((sum(way), depot.id))
    return min(found)[1] if found else None
