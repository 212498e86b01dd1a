"""The names of all rules the auditor holds, and what it reports when one is broken."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dispatch.solver.claim import UNKNOWN, ClaimedRoute, ClaimedStop
from dispatch.solver.solution import StopKind


class Rule(StrEnum):
    """One rule of the contract; the value is the stable name that reports and tests use."""

    UNKNOWN_VISIT = "UNKNOWN_VISIT"
    UNKNOWN_SHIFT = "UNKNOWN_SHIFT"
    UNKNOWN_DEPOT = "UNKNOWN_DEPOT"
    UNKNOWN_LOCATION = "UNKNOWN_LOCATION"
    UNKNOWN_PART = "UNKNOWN_PART"
    UNKNOWN_TOOL = "UNKNOWN_TOOL"
    WRONG_ENGINEER = "WRONG_ENGINEER"
    ROUTE_TWICE = "ROUTE_TWICE"
    EMPTY_ROUTE = "EMPTY_ROUTE"
    DUPLICATE_VISIT = "DUPLICATE_VISIT"
    MISSING_VISIT = "MISSING_VISIT"
    BOTH_ASSIGNED_AND_UNASSIGNED = "BOTH_ASSIGNED_AND_UNASSIGNED"
    CREW_SIZE = "CREW_SIZE"
    CREW_SAME_ENGINEER = "CREW_SAME_ENGINEER"
    CREW_START = "CREW_START"
    AFTER_UNASSIGNED = "AFTER_UNASSIGNED"
    AFTER_ORDER = "AFTER_ORDER"
    AFTER_MIN = "AFTER_MIN"
    AFTER_MAX = "AFTER_MAX"
    SKILL = "SKILL"
    SKILL_LEVEL = "SKILL_LEVEL"
    REQUIRED_ENGINEER = "REQUIRED_ENGINEER"
    FORBIDDEN_ENGINEER = "FORBIDDEN_ENGINEER"
    PIN = "PIN"
    FREEZE = "FREEZE"
    HISTORY = "HISTORY"
    NOW = "NOW"
    LOCATION = "LOCATION"
    UNREACHABLE = "UNREACHABLE"
    TRAVEL_TIME = "TRAVEL_TIME"
    TRAVEL_DISTANCE = "TRAVEL_DISTANCE"
    ARRIVE = "ARRIVE"
    LEFT_LATE = "LEFT_LATE"
    START_BEFORE_ARRIVE = "START_BEFORE_ARRIVE"
    FINISH = "FINISH"
    PICKUP_DURATION = "PICKUP_DURATION"
    RETURN = "RETURN"
    DEPARTURE = "DEPARTURE"
    FIXED_START = "FIXED_START"
    SHIFT_START = "SHIFT_START"
    SHIFT_END = "SHIFT_END"
    MAX_TRAVEL = "MAX_TRAVEL"
    PLANNING_WINDOW = "PLANNING_WINDOW"
    WINDOW = "WINDOW"
    DUE_WINDOW = "DUE_WINDOW"
    DEPOT_OPENING = "DEPOT_OPENING"
    BREAK_MISSING = "BREAK_MISSING"
    BREAK_UNKNOWN = "BREAK_UNKNOWN"
    BREAK_WINDOW = "BREAK_WINDOW"
    BREAK_DURATION = "BREAK_DURATION"
    BREAK_INTERRUPTS = "BREAK_INTERRUPTS"
    BREAK_OUTSIDE_ROUTE = "BREAK_OUTSIDE_ROUTE"
    PARTS = "PARTS"
    PART_STOCK = "PART_STOCK"
    TOOL = "TOOL"
    LOADED = "LOADED"
    TOOLS_LOADED = "TOOLS_LOADED"
    DEPOT_STOCK = "DEPOT_STOCK"
    WAIT = "WAIT"
    LATE = "LATE"
    HEADROOM = "HEADROOM"
    WORKING_TIME = "WORKING_TIME"
    OVERTIME = "OVERTIME"
    STATUS = "STATUS"
    KPI_VISITS = "KPI_VISITS"
    KPI_UNASSIGNED = "KPI_UNASSIGNED"
    KPI_SLA_MET = "KPI_SLA_MET"
    KPI_SLA_TOTAL = "KPI_SLA_TOTAL"
    KPI_WORKING_TIME = "KPI_WORKING_TIME"
    KPI_TRAVEL_TIME = "KPI_TRAVEL_TIME"
    KPI_TRAVEL_DISTANCE = "KPI_TRAVEL_DISTANCE"
    KPI_WAIT = "KPI_WAIT"
    KPI_OVERTIME = "KPI_OVERTIME"
    KPI_UTILISATION = "KPI_UTILISATION"
    KPI_LOAD = "KPI_LOAD"
    COST_TRAVEL = "COST_TRAVEL"
    COST_LABOUR = "COST_LABOUR"
    COST_OVERTIME = "COST_OVERTIME"
    COST_SLA = "COST_SLA"
    COST_DUE = "COST_DUE"
    COST_PREFERENCE = "COST_PREFERENCE"
    COST_CHURN = "COST_CHURN"
    COST_FAIRNESS = "COST_FAIRNESS"
    COST_WORST_LATENESS = "COST_WORST_LATENESS"
    COST_UNASSIGNED = "COST_UNASSIGNED"
    COST_TOTAL = "COST_TOTAL"
    VERDICT = "VERDICT"
    REASON = "REASON"
    DISPLACES = "DISPLACES"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule.

    Parameters
    ----------
    rule
        Its name.
    shift, visit
        Indices of the shift and the visit concerned; None when there is none.
    stop
        Position in the route, from 0.
    claimed, expected
        What the plan says and what the contract makes of it, as integers or as words.
    message
        One English sentence with indices for names.
    """

    rule: Rule
    shift: int | None
    visit: int | None
    stop: int | None
    claimed: int | float | str | None
    expected: int | float | str | None
    message: str


@dataclass(slots=True)
class Report:
    """Violations in the order in which they are found."""

    violations: list[Violation] = field(default_factory=list)

    def add(
        self,
        rule: Rule,
        message: str,
        *,
        route: ClaimedRoute | None = None,
        stop: int | None = None,
        visit: int | None = None,
        claimed: float | str | None = None,
        expected: float | str | None = None,
    ) -> None:
        """Record a broken rule at a stop of a route, at a visit, or of the whole plan."""
        if route is not None and stop is not None and visit is None:
            entry = route.stops[stop]
            visit = entry.index if entry.kind is StopKind.VISIT else None
        place = _where(route, stop, visit)
        self.violations.append(
            Violation(
                rule=rule,
                shift=None if route is None or route.shift == UNKNOWN else route.shift,
                visit=None if visit == UNKNOWN else visit,
                stop=stop,
                claimed=claimed,
                expected=expected,
                message=f"{place}{message}",
            )
        )

    def expect(
        self,
        rule: Rule,
        name: str,
        claimed: float,
        expected: float,
        *,
        route: ClaimedRoute | None = None,
        stop: int | None = None,
    ) -> None:
        """Record a broken rule unless the claimed figure is the expected one."""
        if claimed != expected:
            self.add(
                rule,
                f"{name} is {claimed}, expected {expected}",
                route=route,
                stop=stop,
                claimed=claimed,
                expected=expected,
            )


def _where(route: ClaimedRoute | None, stop: int | None, visit: int | None) -> str:
    words = []
    if route is not None:
        words.append(f"shift {route.label or route.shift}")
    if route is not None and stop is not None:
        entry: ClaimedStop = route.stops[stop]
        words.append(f"stop {stop} ({entry.kind.name.lower()} {entry.label or entry.index})")
    elif visit is not None:
        words.append(f"visit {visit}")
    return ", ".join(words) + ": " if words else ""
