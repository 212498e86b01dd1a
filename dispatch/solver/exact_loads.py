"""Parts and tools of the exact model: vans, pickups, depots with finite stock and deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dispatch.solver.exact_model import HOME, ExactModel, RouteModel
from dispatch.solver.problem import UNLIMITED
from dispatch.solver.solution import StopKind

if TYPE_CHECKING:
    from dispatch.solver.exact_model import Lit


class ExactLoads:
    """What each visit takes from which van, and what each pickup loads."""

    def __init__(self, exact: ExactModel) -> None:
        self.exact, self.model = exact, exact.model
        self.problem, self.needs = exact.problem, exact.space.needs
        self.loaded: dict[tuple[int, int, int], Any] = {}
        self.used: dict[tuple[int, int, int], Any] = {}
        self._boards: dict[tuple[int, int], list[Lit]] = {}
        for route in exact.routes:
            for i in range(len(route.nodes)):
                self._amounts(route, i)
        self._crews_share()
        for engineer in range(len(self.problem.engineers)):
            for part in self.needs:
                self._van(engineer, part)
        for depot in range(len(self.problem.depots)):
            for part in {p for _, _, p in self.loaded}:
                self._depot(depot, part)
        for tool in sorted({tool for visit in self.problem.visits for tool in visit.tools}):
            self._tool(tool)

    def _amounts(self, route: RouteModel, i: int) -> None:
        """Variables (shift, node, part): units that a visit takes or a pickup loads."""
        node, s = route.nodes[i], route.shift
        if node.kind is StopKind.VISIT:
            visit = self.problem.visits[node.index]
            for part, quantity in visit.parts:
                amount: Any = quantity * route.present[i]
                if visit.crew_size > 1:
                    amount = self.model.new_int_var(0, quantity, f"use {s} {i} {part}")
                    self.model.add(amount <= quantity * route.present[i])
                self.used[s, i, part] = amount
            return
        if node.fixed:
            for part, quantity in node.loads:
                before = self.loaded.get((s, i, part), 0)
                self.loaded[s, i, part] = before + quantity
            return
        depot = self.problem.depots[node.index]
        for part, need in self.needs.items():
            most = need
            if not depot.unlimited and depot.stock.get(part, 0) != UNLIMITED:
                supply = depot.stock.get(part, 0)
                supply += sum(q for _, p, q in depot.inbound if p == part)
                most = min(need, supply)
            if most > 0:
                amount = self.model.new_int_var(0, most, f"load {s} {i} {part}")
                self.model.add(amount <= most * route.present[i])
                self.loaded[s, i, part] = amount

    def _crews_share(self) -> None:
        """The members of a crew bring together what the visit needs."""
        for v, visit in enumerate(self.problem.visits):
            if visit.crew_size > 1:
                for part, quantity in visit.parts:
                    brought = [self.used[s, i, part] for s, i in self.exact.space.places(v)]
                    self.model.add(sum(brought) == quantity * self.exact.served[v])

    def _van(self, engineer: int, part: int) -> None:
        """The van never gives what it does not carry; what is left goes into the next shift."""
        have = self.problem.engineers[engineer].stock.get(part, 0)
        need = self.needs[part]
        if have == UNLIMITED or have >= need:
            return
        chain = self.problem.shifts_of(engineer)
        if not any(p == part and s in chain for s, _, p in self.used):
            return
        level: Any = have
        for s in chain:
            route = self.exact.routes[s]
            level = self._drive(route, part, level, need)

    def _drive(self, route: RouteModel, part: int, level: Any, need: int) -> Any:
        """Carry a level through a route; the van may lose parts, which helps nobody."""
        model, s = self.model, route.shift
        if not any((s, i, part) in self.loaded for i in range(len(route.nodes))):
            uses = [self.used.get((s, i, part), 0) for i in range(len(route.nodes))]
            after = model.new_int_var(0, need, f"van {s} {part}")
            model.add(after <= level - sum(uses))
            return after
        levels = [
            model.new_int_var(0, need, f"van {s} {i} {part}") for i in range(len(route.nodes))
        ]
        after = model.new_int_var(0, need, f"van {s} {part}")
        model.add(after <= level).only_enforce_if(~route.used)
        for (i, j), lit in route.arcs.items():
            before = level if i == HOME else levels[i]
            if j == HOME:
                model.add(after <= before).only_enforce_if(lit)
                continue
            change = self.loaded.get((s, j, part), 0) - self.used.get((s, j, part), 0)
            model.add(levels[j] <= before + change).only_enforce_if(lit)
        return after

    def _depot(self, number: int, part: int) -> None:
        """By each delivery, no more is loaded than was there before it; in all, no more than is."""
        depot, model = self.problem.depots[number], self.model
        if depot.unlimited or depot.stock.get(part, 0) == UNLIMITED:
            return
        rows = [
            (route, i, self.loaded[route.shift, i, part])
            for route in self.exact.routes
            for i, node in enumerate(route.nodes)
            if node.kind is StopKind.PICKUP
            and node.index == number
            and (route.shift, i, part) in self.loaded
        ]
        supply = depot.stock.get(part, 0)
        for when in sorted({t for t, p, _ in depot.inbound if p == part}):
            before = []
            for route, i, amount in rows:
                later = model.new_bool_var("")
                early = model.new_int_var(0, self.needs.get(part, 0) + supply, "")
                model.add(route.starts[i] >= when).only_enforce_if(later)
                model.add(early >= amount).only_enforce_if(~later)
                before.append(early)
            model.add(sum(before) <= supply)
            supply += sum(q for t, p, q in depot.inbound if p == part and t == when)
        model.add(sum(amount for _, _, amount in rows) <= supply)

    def _tool(self, tool: int) -> None:
        """A member of the crew owns the tool or has put it on board before."""
        for v, visit in enumerate(self.problem.visits):
            if tool not in visit.tools or any(pin.started for pin in visit.pins):
                continue
            having: list[Lit] = []
            for s, i in self.exact.space.places(v):
                owner = self.problem.engineers[self.problem.shifts[s].engineer]
                route = self.exact.routes[s]
                having.append(route.present[i] if tool in owner.tools else self._aboard(s, tool)[i])
            self.model.add_bool_or([*having, ~self.exact.served[v]])

    def _aboard(self, s: int, tool: int) -> list[Lit]:
        """Whether the tool is on board at each node of a route (after the pickup at one)."""
        key = (s, tool)
        if key not in self._boards:
            route, model = self.exact.routes[s], self.model
            board = [model.new_bool_var(f"tool {s} {i} {tool}") for i in range(len(route.nodes))]
            for i, here in enumerate(route.present):
                model.add_implication(board[i], here)
            for (i, j), lit in route.arcs.items():
                if j == HOME:
                    continue
                node = route.nodes[j]
                loads = (
                    node.kind is StopKind.PICKUP and tool in self.problem.depots[node.index].tools
                )
                if not loads:
                    before = [] if i == HOME else [board[i]]
                    model.add_bool_or([~board[j], ~lit, *before])
            self._boards[key] = board
        return self._boards[key]
