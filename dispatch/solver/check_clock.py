"""The auditor on time and place: travel, arrivals, starts, finishes, departures, shifts."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.solver.check_assignment import Presence, presences
from dispatch.solver.check_road import (
    Leg,
    drive,
    is_history,
    latest_departure,
    leave_time,
    legs_of,
    place_of,
    travel_of,
)
from dispatch.solver.check_rules import Report, Rule
from dispatch.solver.check_work import duration_of
from dispatch.solver.claim import UNKNOWN, Claim, ClaimedRoute
from dispatch.solver.problem import Problem
from dispatch.solver.solution import StopKind

_Served = Mapping[int, list[Presence]]


def check_clock(problem: Problem, claim: Claim, report: Report) -> None:
    """Every time and place of every route, recomputed from the claimed starts."""
    served = presences(claim)
    for route in claim.routes:
        if route.shift == UNKNOWN:
            continue
        _check_places(problem, route, report)
        _check_sequence(problem, route, report)
        _check_durations(problem, served, route, report)
        for leg in legs_of(problem, route):
            _check_leg(problem, route, leg, report)
        _check_departure(problem, served, route, report)
        _check_shift(problem, route, report)
        _check_now(problem, route, report)


def _check_places(problem: Problem, route: ClaimedRoute, report: Report) -> None:
    for position, stop in enumerate(route.stops):
        place = place_of(problem, stop)
        if place is not None and stop.location not in (place, UNKNOWN):
            claimed = "on the road" if stop.location is None else stop.location
            message = f"its location is {claimed}, expected {place}"
            report.add(Rule.LOCATION, message, route=route, stop=position)


def _check_sequence(problem: Problem, route: ClaimedRoute, report: Report) -> None:
    """Nothing starts before its arrival or before the end of what comes before it."""
    free, busy = route.start, "the departure"
    for position, stop in enumerate(route.stops):
        name = stop.kind.name.lower()
        if is_history(problem, route, stop):
            # What has begun is a fact, whatever the matrix says of the way there.
            if not all(is_history(problem, route, s) for s in route.stops[:position]):
                message = "something that has not begun stands before it"
                report.add(Rule.HISTORY, message, route=route, stop=position)
        elif stop.start < stop.arrive:
            report.add(
                Rule.START_BEFORE_ARRIVE,
                f"it starts at {stop.start}, expected {stop.arrive} or later",
                route=route,
                stop=position,
                claimed=stop.start,
                expected=stop.arrive,
            )
        elif stop.start < free:
            rest = StopKind.BREAK in (stop.kind, route.stops[position - 1].kind) and position > 0
            rule = Rule.BREAK_INTERRUPTS if rest else Rule.START_BEFORE_ARRIVE
            if stop.kind is StopKind.BREAK and position == 0:
                rule = Rule.BREAK_OUTSIDE_ROUTE
            message = f"the {name} starts at {stop.start}, before the end of {busy} at {free}"
            report.add(rule, message, route=route, stop=position)
        free, busy = stop.finish, f"the {name} before"
    _check_windows(problem, route, report)


def _check_windows(problem: Problem, route: ClaimedRoute, report: Report) -> None:
    for position, stop in enumerate(route.stops):
        unknown = stop.index == UNKNOWN and stop.kind is not StopKind.BREAK
        if unknown or is_history(problem, route, stop):
            continue
        where = {"route": route, "stop": position, "claimed": stop.start}
        if not 0 <= stop.start <= problem.horizon:
            message = f"it starts at {stop.start}, expected 0..{problem.horizon}"
            report.add(Rule.PLANNING_WINDOW, message, **where)  # type: ignore[arg-type]
        elif stop.kind is StopKind.VISIT:
            work = problem.visits[stop.index]
            due = work.due
            if due is not None and not due.earliest <= stop.start <= due.latest:
                message = f"it starts at {stop.start}, expected {due.earliest}..{due.latest}"
                report.add(Rule.DUE_WINDOW, message, **where)  # type: ignore[arg-type]
            elif not any(w.earliest <= stop.start <= w.latest for w in work.windows):
                windows = ", ".join(f"{w.earliest}..{w.latest}" for w in work.windows)
                message = f"it starts at {stop.start}, expected {windows or 'no start at all'}"
                report.add(Rule.WINDOW, message, **where)  # type: ignore[arg-type]
        elif stop.kind is StopKind.PICKUP:
            opening = problem.depots[stop.index].opening
            inside = [w for w in opening if w.earliest <= stop.start and stop.finish <= w.latest]
            if opening and not inside:
                message = f"{stop.start}..{stop.finish} lies in no opening window"
                report.add(Rule.DEPOT_OPENING, message, **where)  # type: ignore[arg-type]


def _check_durations(
    problem: Problem, served: _Served, route: ClaimedRoute, report: Report
) -> None:
    for position, stop in enumerate(route.stops):
        if stop.index == UNKNOWN:
            continue
        length = stop.finish - stop.start
        if stop.kind is StopKind.PICKUP:
            expected = problem.depots[stop.index].pickup_duration
            name = "the pickup's duration"
            report.expect(Rule.PICKUP_DURATION, name, length, expected, route=route, stop=position)
        elif stop.kind is StopKind.VISIT:
            shifts = {member.route.shift for member in served[stop.index]}
            expected = max(
                duration_of(problem, stop.index, problem.shifts[shift].engineer) for shift in shifts
            )
            name = "finish - start"
            report.expect(Rule.FINISH, name, length, expected, route=route, stop=position)


def _check_leg(problem: Problem, route: ClaimedRoute, leg: Leg, report: Report) -> None:
    seconds, metres = travel_of(problem, route, leg)
    if UNKNOWN in (leg.start_location, leg.end_location):
        return
    if seconds < 0 or metres < 0:
        message = f"no road joins locations {leg.start_location} and {leg.end_location}"
        report.add(Rule.UNREACHABLE, message, route=route, stop=leg.target)
        return
    home = leg.target is None
    claimed_seconds = sum(route.stops[b].travel_seconds for b in leg.breaks)
    claimed_metres = sum(route.stops[b].travel_metres for b in leg.breaks)
    if leg.target is None:
        claimed_seconds += route.travel_back_seconds
        claimed_metres += route.travel_back_metres
    else:
        claimed_seconds += route.stops[leg.target].travel_seconds
        claimed_metres += route.stops[leg.target].travel_metres
    name = "travel home" if home else "travel"
    at = leg.target
    report.expect(Rule.TRAVEL_TIME, f"{name} (s)", claimed_seconds, seconds, route=route, stop=at)
    report.expect(Rule.TRAVEL_DISTANCE, f"{name} (m)", claimed_metres, metres, route=route, stop=at)
    breaks = [route.stops[b] for b in leg.breaks]
    driven = drive(leg, leave_time(problem, leg), seconds, breaks)
    for b, places in zip(leg.breaks, driven.places, strict=True):
        stop = route.stops[b]
        past = is_history(problem, route, stop)
        if stop.location not in places and stop.location != UNKNOWN and not past:
            words = ["the road" if place is None else str(place) for place in places]
            claimed = "the road" if stop.location is None else stop.location
            message = f"the break is taken at {claimed}, expected {' or '.join(words)}"
            report.add(Rule.LOCATION, message, route=route, stop=b)
        if stop.arrive not in (stop.start, min(driven.arrive, stop.start)):
            report.expect(
                Rule.ARRIVE, "the break's arrive", stop.arrive, stop.start, route=route, stop=b
            )
    if leg.target is None:
        _check_return(problem, route, leg, driven.arrive, seconds, report)
        return
    stop = route.stops[leg.target]
    expected = min(driven.arrive, stop.start) if leg.frozen else driven.arrive
    if stop.arrive != expected:
        late = stop.arrive > expected and leg.origin is not None
        rule = Rule.LEFT_LATE if late else Rule.ARRIVE
        report.expect(rule, "arrive", stop.arrive, expected, route=route, stop=leg.target)


def _check_return(
    problem: Problem, route: ClaimedRoute, leg: Leg, arrive: int, seconds: int, report: Report
) -> None:
    for b in leg.breaks:
        if route.stops[b].start >= arrive and route.stops[b].finish > arrive:
            message = f"the break ends after the return at {arrive}"
            report.add(Rule.BREAK_OUTSIDE_ROUTE, message, route=route, stop=b)
    allowed = {arrive}
    if problem.now is not None and all(is_history(problem, route, s) for s in route.stops):
        # When the whole route is history, its return may be history as well.
        breaks = [route.stops[b] for b in leg.breaks]
        allowed.add(drive(leg, leg.free, seconds, breaks).arrive)
    if route.end not in allowed:
        report.expect(Rule.RETURN, "the route's end", route.end, arrive, route=route)


def _check_departure(
    problem: Problem, served: _Served, route: ClaimedRoute, report: Report
) -> None:
    """The route departs as late as it can with the same starts, finishes, lateness and breaks."""
    shift = problem.shifts[route.shift]
    leg = legs_of(problem, route)[0]
    if shift.fixed_start:
        begin = shift.start
        if problem.now is not None and not leg.frozen and not leg.under_way:
            begin = max(begin, problem.now)
        report.expect(Rule.FIXED_START, "the departure", route.start, begin, route=route)
        return
    seconds, _ = travel_of(problem, route, leg)
    if leg.target is None or seconds < 0:
        return
    stop = route.stops[leg.target]
    bounds = {stop.start}
    if stop.kind is StopKind.VISIT and stop.index != UNKNOWN:
        sla = problem.visits[stop.index].sla
        if sla is not None:
            crew = served[stop.index]
            first = min(member.stop.arrive for member in crew)
            own = max(stop.arrive, sla.arrive_by)
            bounds = {min(stop.start, own)}
            if first < stop.arrive and len(crew) > 1:
                # The clock counts the first arrival: the others arrive when they like.
                bounds.add(stop.start)
    breaks = [route.stops[b] for b in leg.breaks]
    doors = [rest.start for rest in breaks if rest.location == leg.end_location]
    if doors and leg.start_location != leg.end_location:
        # A break at the door stays at the door, so the travel ends before it begins.
        bounds = {min(bound, doors[0]) for bound in bounds}
        breaks = [rest for rest in breaks if rest.start < doors[0]]
    departures = {latest_departure(bound, seconds, breaks) for bound in bounds}
    if leg.frozen and shift.left is not None:
        departures.add(shift.left)
    if route.start < min(departures):
        report.add(
            Rule.DEPARTURE,
            f"it departs at {route.start}, expected {min(departures)}",
            route=route,
            claimed=route.start,
            expected=min(departures),
        )


def _check_shift(problem: Problem, route: ClaimedRoute, report: Report) -> None:
    shift = problem.shifts[route.shift]
    begun = legs_of(problem, route)[0].frozen
    if route.start < shift.start and not shift.fixed_start and not begun:
        message = f"it departs at {route.start}, expected {shift.start} or later"
        report.add(
            Rule.SHIFT_START, message, route=route, claimed=route.start, expected=shift.start
        )
    if route.end > shift.latest_end:
        message = f"it ends at {route.end}, expected {shift.latest_end} or earlier"
        report.add(
            Rule.SHIFT_END, message, route=route, claimed=route.end, expected=shift.latest_end
        )
    total = sum(max(0, travel_of(problem, route, leg)[0]) for leg in legs_of(problem, route))
    if shift.max_travel is not None and total > shift.max_travel:
        message = f"its travel takes {total} s, expected {shift.max_travel} or less"
        report.add(Rule.MAX_TRAVEL, message, route=route, claimed=total, expected=shift.max_travel)


def _check_now(problem: Problem, route: ClaimedRoute, report: Report) -> None:
    """No departure and no start lies before now, except history, repeated unchanged."""
    if problem.now is None:
        return
    frozen = [is_history(problem, route, stop) for stop in route.stops]
    under_way = legs_of(problem, route)[0].under_way
    if route.start < problem.now and not any(frozen) and not under_way:
        message = f"it departs at {route.start}, expected {problem.now} or later"
        report.add(Rule.NOW, message, route=route, claimed=route.start, expected=problem.now)
        return
    for position, stop in enumerate(route.stops):
        if stop.start < problem.now and not frozen[position]:
            message = f"it starts at {stop.start}, expected {problem.now} or later"
            report.add(Rule.NOW, message, route=route, stop=position)
