"""The auditor on who does what: names, doubles, crews, pins, freeze, order between visits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dispatch.solver.check_rules import Report, Rule
from dispatch.solver.claim import UNKNOWN, Claim, ClaimedRoute, ClaimedStop
from dispatch.solver.problem import Pin, Problem
from dispatch.solver.solution import StopKind


@dataclass(frozen=True, slots=True)
class Presence:
    """One member of a crew at one visit: the route, the position in it, the stop."""

    route: ClaimedRoute
    position: int
    stop: ClaimedStop


def check_names(problem: Problem, claim: Claim, report: Report) -> None:
    """Everything that the plan names exists, and each route belongs to its shift's engineer."""
    for route in claim.routes:
        if route.shift == UNKNOWN:
            report.add(Rule.UNKNOWN_SHIFT, "the case has no such shift", route=route)
        elif route.engineer is not None:
            owner = problem.shifts[route.shift].engineer
            report.expect(Rule.WRONG_ENGINEER, "engineer", route.engineer, owner, route=route)
        for position, stop in enumerate(route.stops):
            _check_stop_names(route, position, stop, report)
    for left_out in claim.unassigned:
        if left_out.visit == UNKNOWN:
            report.add(
                Rule.UNKNOWN_VISIT,
                f"unassigned {left_out.label}: the case has no such visit",
                claimed=left_out.label,
            )


def _check_stop_names(
    route: ClaimedRoute, position: int, stop: ClaimedStop, report: Report
) -> None:
    if stop.index == UNKNOWN and stop.kind is not StopKind.BREAK:
        rule = Rule.UNKNOWN_VISIT if stop.kind is StopKind.VISIT else Rule.UNKNOWN_DEPOT
        report.add(rule, "the case has none of this name", route=route, stop=position)
    if stop.location == UNKNOWN:
        report.add(Rule.UNKNOWN_LOCATION, "the location is unknown", route=route, stop=position)
    if any(part == UNKNOWN for part, _ in (*stop.parts, *stop.loaded)):
        report.add(Rule.UNKNOWN_PART, _unknown(stop, "a part"), route=route, stop=position)
    if UNKNOWN in stop.tools_loaded:
        report.add(Rule.UNKNOWN_TOOL, _unknown(stop, "a tool"), route=route, stop=position)


def _unknown(stop: ClaimedStop, thing: str) -> str:
    return f"{', '.join(stop.unknown) or thing}: unknown to the case"


def presences(claim: Claim) -> dict[int, list[Presence]]:
    """Every known visit with its stops, one for each member of its crew."""
    found: dict[int, list[Presence]] = defaultdict(list)
    for route in claim.routes:
        for position, stop in enumerate(route.stops):
            if stop.kind is StopKind.VISIT and stop.index != UNKNOWN and route.shift != UNKNOWN:
                found[stop.index].append(Presence(route, position, stop))
    return dict(found)


def check_routes(claim: Claim, report: Report) -> None:
    """A shift has at most one route, and only if it does something."""
    seen: set[int] = set()
    for route in claim.routes:
        if route.shift in seen and route.shift != UNKNOWN:
            report.add(Rule.ROUTE_TWICE, "this shift already has a route", route=route)
        seen.add(route.shift)
        if all(stop.kind is StopKind.BREAK for stop in route.stops):
            report.add(Rule.EMPTY_ROUTE, "an unused shift has no route", route=route)


def check_assignment(problem: Problem, claim: Claim, report: Report) -> None:
    """Each visit is either in the routes of one whole crew or unassigned, once."""
    served = presences(claim)
    left_out = [entry.visit for entry in claim.unassigned if entry.visit != UNKNOWN]
    for visit in sorted({v for v in left_out if left_out.count(v) > 1}):
        report.add(Rule.DUPLICATE_VISIT, "it is listed twice as unassigned", visit=visit)
    for visit in range(len(problem.visits)):
        crew = served.get(visit, [])
        if crew and visit in left_out:
            message = "it is in a route and listed as unassigned"
            report.add(Rule.BOTH_ASSIGNED_AND_UNASSIGNED, message, visit=visit)
        elif not crew and visit not in left_out:
            message = "it is neither in a route nor listed as unassigned"
            report.add(Rule.MISSING_VISIT, message, visit=visit)
        if crew:
            _check_crew(problem, visit, crew, report)


def _check_crew(problem: Problem, visit: int, crew: list[Presence], report: Report) -> None:
    size = problem.visits[visit].crew_size
    shifts = [member.route.shift for member in crew]
    engineers = [problem.shifts[shift].engineer for shift in shifts]
    if len(set(shifts)) < len(shifts) or (size == 1 and len(crew) > 1):
        report.add(
            Rule.DUPLICATE_VISIT,
            f"it stands {len(crew)} times in the routes",
            visit=visit,
            claimed=len(crew),
            expected=size,
        )
    elif len(set(engineers)) < len(engineers):
        message = "a crew is made of different engineers"
        report.add(Rule.CREW_SAME_ENGINEER, message, visit=visit)
    elif len(crew) != size:
        report.add(
            Rule.CREW_SIZE,
            f"{len(crew)} engineers serve it, expected {size}",
            visit=visit,
            claimed=len(crew),
            expected=size,
        )
    starts = {member.stop.start for member in crew}
    if len(crew) <= size and len(starts) > 1:
        message = f"the crew starts at {sorted(starts)}, expected one common start"
        report.add(Rule.CREW_START, message, visit=visit)


def check_persons(problem: Problem, claim: Claim, report: Report) -> None:
    """Each member of a crew is allowed and has every required skill at its level."""
    for visit, crew in sorted(presences(claim).items()):
        work = problem.visits[visit]
        if any(pin.started for pin in work.pins):
            # History is repeated unchanged, whoever should have gone.
            continue
        for member in crew:
            where = {"route": member.route, "stop": member.position}
            number = problem.shifts[member.route.shift].engineer
            person = problem.engineers[number]
            if work.required_engineers and number not in work.required_engineers:
                message = f"engineer {number} is none of the required ones"
                report.add(Rule.REQUIRED_ENGINEER, message, **where)  # type: ignore[arg-type]
            if number in work.forbidden_engineers:
                message = f"engineer {number} is forbidden"
                report.add(Rule.FORBIDDEN_ENGINEER, message, **where)  # type: ignore[arg-type]
            for skill, level in work.skills:
                has = person.skills.get(skill, 0)
                if has < level:
                    report.add(
                        Rule.SKILL if has <= 0 else Rule.SKILL_LEVEL,
                        f"engineer {number} has skill {skill} at level {has}, expected {level}",
                        route=member.route,
                        stop=member.position,
                        claimed=has,
                        expected=level,
                    )


def check_order(problem: Problem, claim: Claim, report: Report) -> None:
    """Delays run from the last finish of the predecessor to the common start."""
    served = presences(claim)
    for visit, crew in sorted(served.items()):
        start = min(member.stop.start for member in crew)
        for link in problem.visits[visit].after:
            before = served.get(link.visit)
            if not before:
                message = f"visit {link.visit}, which must come before, is unassigned"
                report.add(Rule.AFTER_UNASSIGNED, message, visit=visit)
                continue
            finish = max(member.stop.finish for member in before)
            delay = start - finish
            text = f"it starts {delay} s after the last finish of visit {link.visit}"
            if delay < 0:
                report.add(Rule.AFTER_ORDER, text, visit=visit, claimed=delay, expected=0)
            elif delay < link.min_delay:
                message = f"{text}, expected {link.min_delay} or more"
                report.add(
                    Rule.AFTER_MIN, message, visit=visit, claimed=delay, expected=link.min_delay
                )
            elif link.max_delay is not None and delay > link.max_delay:
                message = f"{text}, expected {link.max_delay} or less"
                report.add(
                    Rule.AFTER_MAX, message, visit=visit, claimed=delay, expected=link.max_delay
                )


def check_pins(problem: Problem, claim: Claim, report: Report) -> None:
    """A pinned visit is planned as pinned, and what the freeze keeps stays."""
    served = presences(claim)
    for visit, crew in sorted(served.items()):
        for pin in problem.visits[visit].pins:
            broken = _broken_pin(pin, crew)
            if broken:
                report.add(rule_of_pin(pin), broken, visit=visit)
    for number, shift in enumerate(problem.shifts):
        if not shift.fixed_pickups:
            continue
        route = next((route for route in claim.routes if route.shift == number), None)
        stops = route.stops if route is not None else ()
        for pickup in shift.fixed_pickups:
            key = (pickup.depot, pickup.start, sorted(pickup.loads))
            if not any(
                (stop.index, stop.start, sorted(stop.loaded)) == key
                for stop in stops
                if stop.kind is StopKind.PICKUP
            ):
                message = f"the pickup at depot {pickup.depot} at {pickup.start} is not kept"
                rule = Rule.HISTORY if pickup.started else Rule.FREEZE
                report.add(rule, f"shift {number}: {message}", route=route)


def rule_of_pin(pin: Pin) -> Rule:
    """Which rule a pin belongs to: history, the freeze, or the dispatcher's hand."""
    if pin.started:
        return Rule.HISTORY
    return Rule.FREEZE if pin.frozen else Rule.PIN


def _broken_pin(pin: Pin, crew: list[Presence]) -> str:
    member = next((member for member in crew if member.route.shift == pin.shift), None)
    if member is None:
        return f"it is bound to shift {pin.shift} and not planned there"
    before = member.route.stops[: member.position]
    position = sum(stop.kind is StopKind.VISIT for stop in before)
    if pin.position is not None and position != pin.position:
        return f"its position among the visits is {position}, expected {pin.position}"
    if pin.start is not None and member.stop.start != pin.start:
        return f"it starts at {member.stop.start}, expected {pin.start}"
    return ""
