"""The compiled search seen from Python: build, improve in small pieces, read the best solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver import layout
from dispatch.solver.compiled import operate
from dispatch.solver.kernel import address
from dispatch.solver.memory import COUNT, FIRST, KEY, PRICE, SHIFT
from dispatch.solver.operate import (
    ANNEAL,
    EQUIP,
    LEAVE_BANK,
    OPEN,
    REFRESH,
    RESTORE,
    SAVE,
)
from dispatch.solver.problem import FOREVER, Problem, ProblemError
from dispatch.solver.recipe import AUTO, Recipe
from dispatch.solver.search_prices import base_penalty, leg_price
from dispatch.solver.search_state import new_state, seed_bits
from dispatch.solver.search_world import compile_search, pickup_options
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.undo import new_copy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dispatch.solver.route_pool import RoutePool

    Buffer = NDArray[np.int64]


PLANTED_STOPS = 8
"""Routes longer than this on average are planted less often."""


class ContradictoryHistory(ProblemError):
    """What has begun or is frozen in these shifts cannot be kept under the rules of the problem."""

    def __init__(self, shifts: list[int]) -> None:
        self.shifts = shifts
        super().__init__(
            f"shifts {shifts}: what has begun or is frozen there cannot be continued within the "
            "rules (end of the shift, travel bound, breaks, stock)"
        )


class Search:
    """One search over one problem with one seed.

    Parameters
    ----------
    problem
        The problem to plan.
    seed
        Decides every random draw: the same seed and the same calls give the same solution.
    """

    def __init__(self, problem: Problem, seed: int = 1) -> None:
        self.problem = problem
        self.options = pickup_options(problem)
        self.world = compile_search(problem, self.options)
        self.state = new_state(problem, self.world, len(self.options), seed)
        self._undo = new_copy(self.state)
        self._best = new_copy(self.state)
        self._aside: Buffer | None = None
        self._place_history()
        self._set_prices()

    def do(
        self,
        what: int,
        subject: int = 0,
        temperature: float = 0.0,
        blink: float = 0.0,
        state: Buffer | None = None,
    ) -> int:
        """Do one thing to the state, see `operate`."""
        state = self.state if state is None else state
        world, undo, best = address(self.world), address(self._undo), address(self._best)
        return int(operate(what, world, address(state), undo, best, subject, temperature, blink))

    def _place_history(self) -> None:
        """Put what began before `now` and the frozen pickups into their routes."""
        st, n = self.state, len(self.problem.visits)
        rows: dict[int, list[tuple[int, int, int]]] = {}
        for v, visit in enumerate(self.problem.visits):
            for pin in visit.pins:
                if pin.started and pin.start is not None:
                    rows.setdefault(pin.shift, []).append((pin.start, 1, v))
        for i, option in enumerate(self.options):
            shift = self.of(layout.OPTION_SHIFT, i)
            if shift >= 0:
                rows.setdefault(shift, []).append((option.not_before, 0, n + i))
        for shift, row in rows.items():
            for start, _, node in sorted(row):
                self.extend(shift, node)
                if node < n:
                    for table in (layout.LOW, layout.HIGH, layout.OWN_LOW, layout.OWN_HIGH):
                        st[st[table] + node] = start
                    members = self.row(st, layout.MEMBER, node, int(st[layout.CREW_WIDTH]))
                    members[int(np.flatnonzero(members < 0)[0])] = shift
                    if st[st[layout.WHERE] + node] < 0:
                        st[st[layout.WHERE] + node] = shift
                        self.do(LEAVE_BANK, node)
        for v, visit in enumerate(self.problem.visits):
            if st[st[layout.WHERE] + v] >= 0 and visit.crew_size > 1:
                members = self.row(st, layout.MEMBER, v, int(st[layout.CREW_WIDTH]))
                crew = [self.problem.shifts[s].engineer for s in members if s >= 0]
                st[st[layout.CREW_TIME] + v] = max(self.problem.duration(v, e) for e in crew)
        broken = [s for s in range(len(self.problem.shifts)) if not self.do(REFRESH, s)]
        if broken:
            raise ContradictoryHistory(broken)

    def _set_prices(self) -> None:
        """Price legs and visits left out as the routes at hand suggest."""
        self.leg_price = leg_price(self.problem, self.world, self.state)
        base = base_penalty(self.problem, self.world, self.leg_price)
        for tier in range(4):
            self.state[self.state[layout.PENALTY] + tier] = int(min(base * 10.0**tier, 1e17))

    def of(self, table: int, at: int) -> int:
        """Cell of a table of the world."""
        return int(self.world[self.world[table] + at])

    def row(self, st: Buffer, table: int, row: int, width: int) -> Buffer:
        """Row of a table of a state, to read or to write."""
        at = int(st[table]) + row * width
        return st[at : at + width]

    def extend(self, s: int, node: int) -> None:
        """Put a node behind all others of a route, which is not timed yet."""
        st = self.state
        self.row(st, layout.ROUTE, s, int(st[layout.STOPS]))[st[st[layout.LENGTH] + s]] = node
        st[st[layout.LENGTH] + s] += 1

    def assign(self, v: int, s: int) -> None:
        """Note the shift of a visit that one engineer serves; -1: none."""
        st = self.state
        st[st[layout.WHERE] + v] = s
        self.row(st, layout.MEMBER, v, int(st[layout.CREW_WIDTH]))[0] = s

    def wait(self, v: int, low: int) -> None:
        """Note that a visit starts no sooner than it must."""
        for table in (layout.LOW, layout.OWN_LOW):
            self.state[self.state[table] + v] = low

    def construct(self) -> None:
        """Insert every visit that has a place, each at its cheapest."""
        self.do(OPEN)
        self.do(SAVE)
        self._fill(2)
        self.do(SAVE)
        self._set_prices()

    def _fill(self, rounds: int) -> None:
        """Insert all that has a place, without blinking."""
        self.do(ANNEAL, rounds)

    def improve(self, iterations: int, heat: float, recipe: Recipe = AUTO) -> int:
        """Run some iterations at one temperature.

        Parameters
        ----------
        iterations
            How many ruins and recreations.
        heat
            Where in the cycle: 0 hottest, 1 coldest.
        recipe
            Temperatures of a cycle, and how often a shift is overlooked.

        Returns
        -------
        How often the best solution was beaten.
        """
        hottest = recipe.hottest * (recipe.widely if self.world[layout.HOMES_WIDTH] else 1.0)
        fall = (recipe.coldest / hottest) ** heat
        temperature = self.leg_price * hottest * fall
        self.state[layout.PLANTING] = self._planting(recipe)
        self.state[layout.GOOD] = int(recipe.nearness * self.figures()[1])
        return self.do(ANNEAL, iterations, temperature, recipe.blink)

    def _planting(self, recipe: Recipe) -> int:
        """Per mille of the steps that plant a route: long routes tear too many others apart."""
        lengths = self.row(self.state, layout.LENGTH, 0, len(self.problem.shifts))
        used = int((lengths > 0).sum())
        stops = max(1, int(lengths.sum()))
        # Routes are remembered only while some are planted, be it hardly any.
        least = min(1, recipe.planting)
        return max(least, min(recipe.planting, recipe.planting * PLANTED_STOPS * used // stops))

    def tune(self, removed: int, longest: int, emptying: int) -> None:
        """Set the sizes of ruins, see `Recipe`."""
        self.state[layout.REMOVED] = removed
        self.state[layout.LONGEST] = longest
        self.state[layout.EMPTYING] = emptying

    def sibling(self, seed: int) -> Search:
        """Another search of the same problem, which shares the world with this one."""
        other = object.__new__(Search)
        other.problem, other.options, other.world = self.problem, self.options, self.world
        other.state = self.state.copy()
        other.state[other.state[layout.RNG]] = seed_bits(seed)
        other._undo = self._undo.copy()
        other._best = self._best.copy()
        other._aside = None
        return other

    def begin_anew(self) -> None:
        """Take the plan at hand for the best; the best so far is set aside until `recall`."""
        self.recall()
        self._aside = self._best.copy()
        self.do(SAVE)

    def lead(self) -> bool:
        """Take the plan at hand for the best if it is; returns whether it is."""
        better = rank_of(self.state) < rank_of(self._best)
        if better:
            self.do(SAVE)
        return better

    def recall(self) -> None:
        """Make the better of what was set aside and what was found since the best again."""
        if self._aside is not None and not self.leading:
            np.copyto(self._best, self._aside)
        self._aside = None

    @property
    def leading(self) -> bool:
        """Whether nothing better than the best was set aside."""
        return self._aside is None or rank_of(self._best) < rank_of(self._aside)

    def settle(self, other: Search) -> None:
        """Begin again at the best plan of another search of the same problem."""
        np.copyto(self._best, other._best)
        self.state[self.state[layout.PENALTY] :][:4] = other.state[other.state[layout.PENALTY] :][
            :4
        ]
        self.leg_price = other.leg_price
        self.restart()

    def rows(self, best: bool) -> tuple[Buffer, Buffer, Buffer, Buffer, Buffer]:
        """Routes (shifts, stops), lengths, costs, and bounds by node, of the best or at hand."""
        st = self._best if best else self.state
        shifts, stops = len(self.problem.shifts), int(self.state[layout.STOPS])
        nodes = int(self.world[layout.NODES])

        def table(cell: int, size: int) -> Buffer:
            return st[st[cell] : st[cell] + size]

        return (
            table(layout.ROUTE, shifts * stops).reshape(shifts, stops),
            table(layout.LENGTH, shifts),
            table(layout.COST, shifts),
            table(layout.LOW, nodes),
            table(layout.HIGH, nodes),
        )

    def memory(self) -> Buffer:
        """The remembered routes, one in a row; see `memory` for the cells."""
        st = self.state
        width = int(st[layout.MEMORY_WIDTH])
        return st[st[layout.MEMORY] :][: int(st[layout.MEMORY_CELLS]) * width].reshape(-1, width)

    def remembered(self, pool: RoutePool) -> None:
        """Show a pool all routes that this search remembers."""
        cells, stops = self.memory(), int(self.state[layout.STOPS])
        free = np.full(int(self.world[layout.NODES]), -FOREVER)
        for cell in cells[cells[:, KEY] != 0]:
            count = int(cell[COUNT])
            nodes = cell[FIRST : FIRST + count]
            free[nodes] = cell[FIRST + stops : FIRST + stops + count]
            pool.offer_nodes(int(cell[SHIFT]), nodes, int(cell[PRICE]), free, None)

    def restart(self) -> None:
        """Go back to the best solution found so far."""
        self.do(RESTORE)

    def polish(self) -> None:
        """Try to place every visit still left out of the best solution, without blinking."""
        self.restart()
        self._fill(1)

    def figures(self) -> tuple[tuple[int, ...], int]:
        """Visits left out by tier (LOW first) and money or working time of the best solution."""
        left_out, value = rank_of(self._best)
        return left_out[::-1], value

    def solution(self, *, best: bool = True) -> Solution:
        """Read the best solution or the one at hand, with the loads of its pickups."""
        view = self.state[: self.state[layout.CACHE_KEY]].copy()
        if best:
            self.do(RESTORE, state=view)
        return Solution(tuple(self._stops(view, s) for s in range(len(self.problem.shifts))))

    def _stops(self, view: Buffer, s: int) -> tuple[Stop, ...]:
        problem, n = self.problem, len(self.problem.visits)
        count, width = int(view[view[layout.LENGTH] + s]), int(view[layout.STOPS])
        nodes = [int(node) for node in self.row(view, layout.ROUTE, s, width)[:count]]
        self.do(EQUIP, s, state=view)
        stops = []
        for i, node in enumerate(nodes):
            if node < n:
                lead = view[view[layout.WHERE] + node] == s
                low, high = int(view[view[layout.LOW] + node]), int(view[view[layout.HIGH] + node])
                parts = problem.visits[node].parts if lead else ()
                stops.append(Stop(StopKind.VISIT, node, low, high, parts))
                continue
            option = self.options[node - n]
            loads = _pairs(self.row(view, layout.LOADS, i, problem.num_parts))
            if option.fixed:
                loads = next(
                    p.loads
                    for p in problem.shifts[s].fixed_pickups
                    if (p.depot, p.start) == (option.depot, option.not_before)
                )
            stops.append(
                Stop(StopKind.PICKUP, option.depot, option.not_before, option.not_after, loads)
            )
        return tuple(stops)

    @property
    def unplanned(self) -> int:
        """Visits left out of the best solution."""
        return int(self._best[layout.BANKED])


def rank_of(plan: Buffer) -> tuple[tuple[int, ...], int]:
    """Visits left out by tier, the highest first, and money or working time: less is better."""
    left_out = tuple(int(plan[layout.LEFT_OUT + t]) for t in range(3, -1, -1))
    return left_out, int(plan[layout.TOTAL] + plan[layout.WORST])


def _pairs(row: Buffer) -> tuple[tuple[int, int], ...]:
    return tuple((p, int(q)) for p, q in enumerate(row) if q > 0)
