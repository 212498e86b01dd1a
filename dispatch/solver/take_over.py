"""Orders made elsewhere become the plan at hand of a search: whole at first, then route by route."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver import layout
from dispatch.solver.operate import ENTER_BANK, LEAVE_BANK, REFRESH
from dispatch.solver.problem import FOREVER
from dispatch.solver.solution import Stop, StopKind
from dispatch.solver.undo import new_copy
from dispatch.solver.world import wishes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dispatch.solver.search import Search
    from dispatch.solver.solution import Solution

__all__ = ["adopt", "take_over"]

PASSES = 3
"""How often adopted routes are timed: who waits for another's piece fits when that is given back."""


def take_over(search: Search, solution: Solution) -> None:
    """Take over the routes of a solution as far as they keep the rules, linked visits left out.

    Parameters
    ----------
    search
        That has not begun yet.
    solution
        Of the same problem, or of one like it.
    """
    _TakeOver(search).whole(solution)


def adopt(search: Search, routes: Mapping[int, tuple[Stop, ...]]) -> bool:
    """Change some routes of the plan at hand.

    Parameters
    ----------
    search
        That is between two steps.
    routes
        New stops by shift. Linked visits, begun ones and fixed pickups are those that the shift
        had, and keep their bounds; the rest may come from any of these routes or from none.

    Returns
    -------
    Whether the plan keeps all rules with them; if not, nothing has changed.
    """
    return _TakeOver(search).some(routes)


class _TakeOver:
    def __init__(self, search: Search) -> None:
        self.search, self.st = search, search.state
        self.visits = len(search.problem.visits)
        free = [(o, i) for i, o in enumerate(search.options) if not o.fixed]
        self.first = {o.depot: i for o, i in reversed(free)}
        self.options = {(o.depot, o.not_before): i for o, i in reversed(free)}

    def whole(self, solution: Solution) -> None:
        """See `take_over`."""
        for s, stops in enumerate(solution.routes):
            for stop in stops:
                if stop.kind is StopKind.VISIT:
                    self._append(s, stop.index, stop.not_before)
                elif stop.index in self.first and not self._is_fixed(s, stop):
                    self._append(s, self.visits + self.first[stop.index])
        self._drop_idle_pickups()

    def some(self, routes: Mapping[int, tuple[Stop, ...]]) -> bool:
        """See `adopt`."""
        search, st = self.search, self.st
        before = new_copy(st)
        kept: dict[int, list[int]] = {}
        for s in routes:
            nodes = self._nodes(s)
            kept[s] = [node for node in nodes if self._has_option(node)]
            for node in nodes:
                if self._is_free(node):
                    search.do(ENTER_BANK, node)
            st[st[layout.LENGTH] + s] = 0
        found = all(self._write(s, stops, kept[s]) for s, stops in routes.items())
        for _ in range(PASSES if found else 0):
            broken = [s for s in routes if not search.do(REFRESH, s)]
            if not broken:
                return True
        np.copyto(st[: before.size], before)
        return False

    def _write(self, s: int, stops: tuple[Stop, ...], fixed: list[int]) -> bool:
        """Write the stops of a route; False where there is no room for them."""
        if len(stops) + 2 > self.st[layout.STOPS]:
            return False
        for stop in stops:
            if stop.kind is not StopKind.VISIT:
                self.search.extend(
                    s, fixed.pop(0) if self._is_fixed(s, stop) else self._pickup(stop)
                )
                continue
            self.search.extend(s, stop.index)
            if self._is_free(stop.index):
                self.search.do(LEAVE_BANK, stop.index)
                self._settle(s, stop.index, stop.not_before)
        return True

    def _pickup(self, stop: Stop) -> int:
        """Node of a free pickup, which waits for the delivery that the stop waits for."""
        option = self.options.get((stop.index, stop.not_before), self.first[stop.index])
        return self.visits + option

    def _settle(self, s: int, v: int, low: int) -> None:
        search = self.search
        search.assign(v, s)
        if low in wishes(search.problem, search.problem.visits[v]):
            search.wait(v, low)

    def _is_free(self, node: int) -> bool:
        """Whether a visit may change its shift when routes are adopted."""
        of = self.search.of
        return node < self.visits and not of(layout.LINKED, node) and not of(layout.STARTED, node)

    def _nodes(self, s: int) -> list[int]:
        route = self.search.row(self.st, layout.ROUTE, s, int(self.st[layout.STOPS]))
        return [int(node) for node in route[: self.st[self.st[layout.LENGTH] + s]]]

    def _has_option(self, node: int) -> bool:
        """Whether a node is a pickup that its shift is bound to."""
        option = node - self.visits
        return option >= 0 and self.search.of(layout.OPTION_SHIFT, option) >= 0

    def _is_fixed(self, shift: int, stop: Stop) -> bool:
        pickups = self.search.problem.shifts[shift].fixed_pickups
        return any((p.depot, p.start) == (stop.index, stop.not_before) for p in pickups)

    def _append(self, s: int, node: int, low: int = -FOREVER) -> None:
        search, st, n = self.search, self.st, self.visits
        if st[st[layout.LENGTH] + s] + 3 > st[layout.STOPS]:
            return
        if node < n and (
            st[st[layout.WHERE] + node] >= 0
            or search.of(layout.LINKED, node)
            or not search.of(layout.ALLOWED, node * len(search.problem.shifts) + s)
        ):
            return
        search.extend(s, node)
        if node < n:
            self._settle(s, node, low)
        if search.do(REFRESH, s):
            if node < n:
                search.do(LEAVE_BANK, node)
            return
        st[st[layout.LENGTH] + s] -= 1
        if node < n:
            search.assign(node, -1)
            search.wait(node, -FOREVER)
        search.do(REFRESH, s)

    def _drop_idle_pickups(self) -> None:
        for s in range(len(self.search.problem.shifts)):
            while nodes := self._nodes(s):
                if nodes[-1] < self.visits or self._has_option(nodes[-1]):
                    break
                self.st[self.st[layout.LENGTH] + s] -= 1
                self.search.do(REFRESH, s)
