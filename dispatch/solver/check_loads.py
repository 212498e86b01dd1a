"""The auditor on loads: parts and tools on board, what pickups load, what depots have."""

from __future__ import annotations

from collections import defaultdict

from dispatch.solver.check_assignment import presences
from dispatch.solver.check_rules import Report, Rule
from dispatch.solver.claim import UNKNOWN, Claim, ClaimedRoute, ClaimedStop
from dispatch.solver.problem import UNLIMITED, Problem
from dispatch.solver.solution import StopKind


def check_loads(problem: Problem, claim: Claim, report: Report) -> None:
    """Parts and tools of every visit, van and depot."""
    _check_needs(problem, claim, report)
    _check_claims(problem, claim, report)
    _check_vans(problem, claim, report)
    _check_tools(problem, claim, report)
    _check_depots(problem, claim, report)


def _known(pairs: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    return [(part, quantity) for part, quantity in pairs if part != UNKNOWN]


def _check_needs(problem: Problem, claim: Claim, report: Report) -> None:
    """What a crew takes from its vans together is exactly what the visit needs."""
    for visit, crew in sorted(presences(claim).items()):
        used: dict[int, int] = defaultdict(int)
        for member in crew:
            for part, quantity in _known(member.stop.parts):
                used[part] += quantity
        needed = dict(problem.visits[visit].parts)
        for part in sorted(used.keys() | needed.keys()):
            have, want = used.get(part, 0), needed.get(part, 0)
            if have != want:
                report.add(
                    Rule.PARTS,
                    f"{have} of part {part} are used, expected {want}",
                    route=crew[0].route,
                    stop=crew[0].position,
                    claimed=have,
                    expected=want,
                )


def _check_claims(problem: Problem, claim: Claim, report: Report) -> None:
    """Only visits use parts, only pickups load, quantities are positive, tools are the depot's."""
    for route in claim.routes:
        for position, stop in enumerate(route.stops):
            where = {"route": route, "stop": position}
            if stop.parts and stop.kind is not StopKind.VISIT:
                report.add(Rule.PARTS, "only a visit uses parts", **where)  # type: ignore[arg-type]
            if stop.loaded and stop.kind is not StopKind.PICKUP:
                report.add(Rule.LOADED, "only a pickup loads", **where)  # type: ignore[arg-type]
            for rule, pairs in ((Rule.PARTS, stop.parts), (Rule.LOADED, stop.loaded)):
                if any(quantity < 0 for _, quantity in pairs):
                    report.add(rule, "a quantity is negative", **where)  # type: ignore[arg-type]
            _check_tools_loaded(problem, route, position, stop, report)


def _check_tools_loaded(
    problem: Problem, route: ClaimedRoute, position: int, stop: ClaimedStop, report: Report
) -> None:
    offered: frozenset[int] = frozenset()
    if stop.kind is StopKind.PICKUP and stop.index != UNKNOWN:
        offered = problem.depots[stop.index].tools
    wrong = sorted(tool for tool in stop.tools_loaded if tool not in offered and tool != UNKNOWN)
    if wrong:
        message = f"tools {wrong} are not there to be loaded"
        report.add(Rule.TOOLS_LOADED, message, route=route, stop=position)


def _check_vans(problem: Problem, claim: Claim, report: Report) -> None:
    """No van gives a part that it does not carry; its stock carries over between shifts."""
    for engineer, person in enumerate(problem.engineers):
        van: dict[int, int] = dict(person.stock)
        routes = [
            route
            for route in claim.routes
            if route.shift != UNKNOWN and problem.shifts[route.shift].engineer == engineer
        ]
        for route in sorted(routes, key=lambda route: problem.shifts[route.shift].start):
            for position, stop in enumerate(route.stops):
                for part, quantity in _known(stop.loaded):
                    if van.get(part, 0) != UNLIMITED:
                        van[part] = van.get(part, 0) + quantity
                for part, quantity in _known(stop.parts):
                    have = van.get(part, 0)
                    if have == UNLIMITED:
                        continue
                    if have < quantity:
                        report.add(
                            Rule.PART_STOCK,
                            f"the van carries {have} of part {part}, {quantity} are used",
                            route=route,
                            stop=position,
                            claimed=quantity,
                            expected=have,
                        )
                    van[part] = max(0, have - quantity)


def _check_tools(problem: Problem, claim: Claim, report: Report) -> None:
    """A crew has each tool on board of one of its vans: the engineer's own or a depot's."""
    for visit, crew in sorted(presences(claim).items()):
        if any(pin.started for pin in problem.visits[visit].pins):
            continue
        carried: set[int] = set()
        for member in crew:
            carried |= problem.engineers[problem.shifts[member.route.shift].engineer].tools
            for stop in member.route.stops[: member.position]:
                if stop.kind is StopKind.PICKUP and stop.index != UNKNOWN:
                    carried |= problem.depots[stop.index].tools
        missing = sorted(set(problem.visits[visit].tools) - carried)
        if missing:
            message = f"tools {missing} are not on board"
            report.add(Rule.TOOL, message, route=crew[0].route, stop=crew[0].position)


def _check_depots(problem: Problem, claim: Claim, report: Report) -> None:
    """At every instant the loads so far are covered by the stock and the arrived deliveries."""
    loads: dict[tuple[int, int], list[tuple[int, int, ClaimedRoute, int]]] = defaultdict(list)
    for route in claim.routes:
        for position, stop in enumerate(route.stops):
            if stop.kind is StopKind.PICKUP and stop.index != UNKNOWN:
                for part, quantity in _known(stop.loaded):
                    loads[stop.index, part].append((stop.start, quantity, route, position))
    for (number, part), entries in sorted(loads.items(), key=lambda item: item[0]):
        depot = problem.depots[number]
        stock = depot.stock.get(part, 0)
        if depot.unlimited or stock == UNLIMITED:
            continue
        total = 0
        for start, quantity, route, position in sorted(entries, key=lambda entry: entry[0]):
            total += quantity
            inbound = sum(q for since, p, q in depot.inbound if p == part and since <= start)
            if total > stock + inbound:
                report.add(
                    Rule.DEPOT_STOCK,
                    f"{total} of part {part} are loaded by then, expected {stock + inbound} "
                    "or fewer",
                    route=route,
                    stop=position,
                    claimed=total,
                    expected=stock + inbound,
                )
