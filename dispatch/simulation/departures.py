"""Where two plans for one moment differ, and which of these differences pay for themselves.

A search that finds a reason for one change finds, on its way, many others that are worth nothing.
Taken together they look paid for; taken apart, only the reason is. So the routes of two plans are
cut into groups that exchange no visit with one another, and each group has to pay on its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dispatch.solver.solution import Solution, StopKind

if TYPE_CHECKING:
    from dispatch.solver.run import Progress
    from dispatch.solver.timetable import Timetable

__all__ = ["Gain", "depart_where_it_pays", "gain_of", "orders"]


@dataclass(frozen=True, slots=True)
class Gain:
    """What a plan is worth more than another.

    Parameters
    ----------
    tier
        1: it leaves fewer visits out, counted from the highest tier down; -1: more; 0: as many.
    money
        What it saves, minor units; it counts where as many are left out.
    """

    tier: int = 0
    money: int = 0

    def pays(self, least: int) -> bool:
        """Whether it is worth the change: a better tier, or enough money."""
        return self.tier > 0 or (self.tier == 0 and self.money >= least)

    def less(self, luck: Gain) -> Gain:
        """What remains of it without what would have been gained anyhow."""
        if luck.tier > 0:
            return Gain(0, 0)
        if luck.tier < 0 or self.tier:
            return self
        return Gain(0, self.money - max(0, luck.money))


def depart_where_it_pays(
    timetable: Timetable,
    example: Progress,
    own: Progress,
    least: int,
    luck: Callable[[frozenset[int], Solution], Gain],
) -> Progress:
    """Take an example, and of another plan only what pays for itself.

    Parameters
    ----------
    timetable
        Of the problem that both are plans for.
    example, own
        The plan to stay with, and the one to take departures from.
    least
        Money that a group of routes must save, if it does not leave fewer visits out.
    luck
        What the routes of a group in a solution would be worth where the scenario changes nothing.

    Returns
    -------
    Progress
        The own plan as a whole where it pays, and its groups cannot be taken one by one.
    """
    from dispatch.solver.timetable import InfeasibleSolution

    assert example.best is not None, "plans are told with their routes"
    assert own.best is not None, "plans are told with their routes"
    kept, impossible = example, False
    for group in _groups(example.best, own.best):
        routes = tuple(
            own.best.routes[shift] if shift in group else route
            for shift, route in enumerate(kept.best.routes if kept.best else ())
        )
        try:
            cost = timetable.schedule(Solution(routes)).cost
        except InfeasibleSolution:
            impossible = True
            continue
        tried = replace(kept, unassigned=cost.unassigned, cost=cost.money, best=Solution(routes))
        gain = gain_of(kept, tried)
        if gain.pays(least) and gain.less(luck(group, Solution(routes))).pays(least):
            kept = tried
    return own if impossible and gain_of(kept, own).pays(least) else kept


def gain_of(before: Progress, after: Progress) -> Gain:
    """What one plan is worth more than another."""
    left, was = after.unassigned[::-1], before.unassigned[::-1]
    return Gain((left < was) - (left > was), before.cost - after.cost)


def orders(solution: Solution | None) -> list[list[tuple[int, int]]]:
    """What comes after what, without clocks and loads."""
    routes = () if solution is None else solution.routes
    return [[(stop.kind, stop.index) for stop in route] for route in routes]


def _groups(one: Solution, other: Solution) -> list[frozenset[int]]:
    """Shifts whose routes differ, those together that hold the same visit in either solution."""
    before, after = orders(one), orders(other)
    group_of = {i: i for i in range(len(before)) if before[i] != after[i]}

    def root(shift: int) -> int:
        while group_of[shift] != shift:
            shift = group_of[shift]
        return shift

    holder: dict[int, int] = {}
    for shift in group_of:
        for kind, index in (*before[shift], *after[shift]):
            if kind == StopKind.VISIT:
                first = holder.setdefault(index, shift)
                group_of[root(shift)] = root(first)
    groups: dict[int, set[int]] = {}
    for shift in group_of:
        groups.setdefault(root(shift), set()).add(shift)
    return [frozenset(group) for _, group in sorted(groups.items())]
