"""The auditor on breaks: each needed one is taken once, in its window, for its duration."""

from __future__ import annotations

from itertools import permutations

from dispatch.solver.check_road import is_history
from dispatch.solver.check_rules import Report, Rule
from dispatch.solver.claim import UNKNOWN, Claim, ClaimedRoute, ClaimedStop
from dispatch.solver.problem import Break, Problem
from dispatch.solver.solution import StopKind

MOST_BREAKS_TO_MATCH = 6


def check_breaks(problem: Problem, claim: Claim, report: Report) -> None:
    """A used shift lists each break, unless the route ends or starts clear of it (4a, Breaks)."""
    for route in claim.routes:
        if route.shift != UNKNOWN:
            _check_route(problem, route, report)


def _check_route(problem: Problem, route: ClaimedRoute, report: Report) -> None:
    breaks = problem.shifts[route.shift].breaks
    taken = [p for p, stop in enumerate(route.stops) if stop.kind is StopKind.BREAK]
    if not taken and not breaks:
        return
    match = _best_match(breaks, route, taken)
    for position, number in match.items():
        stop = route.stops[position]
        if number is None:
            message = "the shift has no such break"
            report.add(Rule.BREAK_UNKNOWN, message, route=route, stop=position)
            continue
        rest = breaks[number]
        if not rest.earliest <= stop.start <= rest.latest:
            message = f"it starts at {stop.start}, expected {rest.earliest}..{rest.latest}"
            report.add(Rule.BREAK_WINDOW, message, route=route, stop=position)
        length = stop.finish - stop.start
        name = "its duration"
        report.expect(Rule.BREAK_DURATION, name, length, rest.duration, route=route, stop=position)
    for number, rest in enumerate(breaks):
        # A break that history has left out can be taken no more, whatever is planned now.
        begun = any(is_history(problem, route, stop) for stop in route.stops)
        past = begun and problem.now is not None and rest.latest < problem.now
        if number not in match.values() and _is_needed(rest, route) and not past:
            message = f"the break of {rest.earliest}..{rest.latest} is missing"
            report.add(Rule.BREAK_MISSING, message, route=route)


def _is_needed(rest: Break, route: ClaimedRoute) -> bool:
    return route.end > rest.latest and route.start < rest.earliest + rest.duration


def _faults(rest: Break, stop: ClaimedStop) -> int:
    inside = rest.earliest <= stop.start <= rest.latest
    return (not inside) + (stop.finish - stop.start != rest.duration)


def _best_match(
    breaks: tuple[Break, ...], route: ClaimedRoute, taken: list[int]
) -> dict[int, int | None]:
    """Give each break taken one break of the shift so that the fewest faults remain."""
    padded: list[int | None] = [*range(len(breaks)), *([None] * len(taken))]
    if len(breaks) > MOST_BREAKS_TO_MATCH or len(taken) > MOST_BREAKS_TO_MATCH:
        return dict(zip(taken, padded, strict=False))

    def price(chosen: tuple[int | None, ...]) -> int:
        matched = zip(taken, chosen, strict=True)
        faults = sum(3 if n is None else _faults(breaks[n], route.stops[p]) for p, n in matched)
        missing = [b for n, b in enumerate(breaks) if n not in chosen and _is_needed(b, route)]
        return faults + 3 * len(missing)

    choices = {tuple(order[: len(taken)]) for order in permutations(range(len(breaks)))}
    spare = max(0, len(taken) - len(breaks))
    options = {choice + (None,) * spare for choice in choices} or {(None,) * len(taken)}
    best = min(sorted(options, key=str), key=price)
    return dict(zip(taken, best, strict=True))
