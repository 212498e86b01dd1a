"""What a plan claims, in solver language: the integers that the auditor judges.

Units are those of `dispatch.solver.problem`. A field that a plan may leave out is None: nothing is
claimed there, so nothing is judged. Whatever a plan names that the problem does not know has the
index `UNKNOWN` and its own text in a `label`, so that the auditor itself refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dispatch.solver.solution import StopKind

UNKNOWN = -1
"""The index of a thing that the problem does not know."""


class ClaimedStatus(StrEnum):
    """What is left out: nothing, visits but none mandatory, or a mandatory visit."""

    FEASIBLE = "feasible"
    PARTIAL = "partial"
    INFEASIBLE = "infeasible"


class Verdict(StrEnum):
    """Why a visit is in no route (contract 4a, Verdicts).

    `missed` never stands in a finished plan: a plain insertion takes the visit, so the planner
    uses it.
    """

    IMPOSSIBLE = "impossible"
    DISPLACED = "displaced"
    MISSED = "missed"


class BlockerCode(StrEnum):
    """Why one visit does not fit one shift, with the keys of its shortfall.

    The values behind the keys are integers: `skill`, `tool`, `part`, `shift` and `visit` are
    indices; `earliest`, `latest` and `available_from` are times; `seconds` is a duration; `level`,
    `has`, `quantity`, `available` and `crew_size` are counts.
    """

    NO_SKILL = "NO_SKILL"  # skill, level
    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"  # skill, level, has
    FORBIDDEN_ENGINEER = "FORBIDDEN_ENGINEER"
    NOT_REQUIRED_ENGINEER = "NOT_REQUIRED_ENGINEER"
    NO_TOOL = "NO_TOOL"  # tool
    NO_PART = "NO_PART"  # part, quantity (needed), available
    PART_TOO_LATE = "PART_TOO_LATE"  # part, quantity (needed), available_from
    WINDOW_CLOSED = "WINDOW_CLOSED"  # no start of the visit lies within the shift
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"  # seconds by which the last allowed start would have to move
    SHIFT_TOO_SHORT = "SHIFT_TOO_SHORT"  # seconds by which the shift would have to end later
    UNREACHABLE = "UNREACHABLE"
    MAX_TRAVEL = "MAX_TRAVEL"  # seconds by which the bound on travel would have to grow
    BREAK = "BREAK"
    PINNED_ELSEWHERE = "PINNED_ELSEWHERE"  # shift that the pin names
    PIN_BLOCKED = "PIN_BLOCKED"  # the shift, start or position of the pin admits no route
    FROZEN = "FROZEN"  # the same for a pin of the freeze
    PREDECESSOR_UNASSIGNED = "PREDECESSOR_UNASSIGNED"  # visit
    AFTER_DELAY = "AFTER_DELAY"  # visit
    CREW_TOO_SMALL = "CREW_TOO_SMALL"  # crew_size, available
    NO_CAPACITY = "NO_CAPACITY"  # displaced: the place is taken by the visits named


@dataclass(frozen=True, slots=True)
class ClaimedStop:
    """One entry of a claimed route.

    Parameters
    ----------
    kind, index, label
        The visit or the depot (a break has the index `UNKNOWN`, a plan does not number them), and
        the plan's own words for it.
    arrive, start, finish
        End of the travel there, start and end of the work.
    location
        None: on the road (only a break may be).
    travel_seconds, travel_metres, wait, late, headroom
        As in the plan file; `headroom` is None where the plan says null.
    parts, loaded, tools_loaded
        (part, quantity) pairs used and loaded; tools put on board.
    unknown
        Words of the plan about this stop that name nothing in the problem: "part P-9".
    """

    kind: StopKind
    index: int
    arrive: int
    start: int
    finish: int
    location: int | None = None
    travel_seconds: int = 0
    travel_metres: int = 0
    wait: int = 0
    late: int = 0
    headroom: int | None = None
    parts: tuple[tuple[int, int], ...] = ()
    loaded: tuple[tuple[int, int], ...] = ()
    tools_loaded: tuple[int, ...] = ()
    label: str = ""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimedRoute:
    """The claimed stops of one shift; `engineer` None where the plan does not name one."""

    shift: int
    start: int
    end: int
    stops: tuple[ClaimedStop, ...] = ()
    travel_back_seconds: int = 0
    travel_back_metres: int = 0
    working_time: int = 0
    overtime: int = 0
    engineer: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedReason:
    """A claimed blocker: `engineer` and `shift` None mean everybody and every shift."""

    code: str
    engineer: int | None = None
    shift: int | None = None
    shortfall: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClaimedUnassigned:
    """A visit that the plan leaves out; `price` None: not claimed."""

    visit: int
    verdict: str
    reasons: tuple[ClaimedReason, ...] = ()
    displaces: tuple[int, ...] = ()
    price: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedCost:
    """The claimed price by component, minor units."""

    total: int
    travel: int
    labour: int
    overtime: int
    sla: int
    due: int
    preference: int
    churn: int
    unassigned: int
    fairness: int = 0
    worst_lateness: int = 0


@dataclass(frozen=True, slots=True)
class ClaimedKpis:
    """The claimed key figures: counts, seconds and metres (contract 4a, Figures).

    The loads of the engineers, their least, mean and most in seconds, are claimed where the case
    prices fairness; elsewhere they are None.
    """

    visits: int
    unassigned: int
    sla_met: int
    sla_total: int
    working_time: int
    travel_seconds: int
    travel_metres: int
    wait: int
    overtime: int
    utilisation: float
    least_load: int | None = None
    mean_load: int | None = None
    most_load: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A whole plan as it claims to be; None where it claims nothing."""

    routes: tuple[ClaimedRoute, ...] = ()
    unassigned: tuple[ClaimedUnassigned, ...] = ()
    cost: ClaimedCost | None = None
    kpis: ClaimedKpis | None = None
    status: str | None = None
