"""Everything the planner may know at one instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.domain.checks import require, require_aware, require_unique
from dispatch.domain.current_plan import CurrentPlan
from dispatch.domain.demand import Demand
from dispatch.domain.depot import Depot
from dispatch.domain.engineer import Engineer
from dispatch.domain.location import Location
from dispatch.domain.risk import DEFAULT_RISK, RiskModel
from dispatch.domain.shift import Shift
from dispatch.domain.travel_settings import TravelSettings
from dispatch.domain.visit import Visit
from dispatch.domain.weights import Weights
from dispatch.domain.window import TimeWindow

__all__ = ["Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """The world as one case file tells it (contract section 3).

    References between the parts are checked where cases are read (``formats``) and built.

    Parameters
    ----------
    planning_window
        Every start lies in it.
    locations, depots, engineers, visits
        Master data, each id once; shift ids once over all engineers.
    now
        What lies before it is history; None: nothing is.
    freeze_until
        Starts of the current plan before it stay; None: nothing is frozen.
    travel
        Source of travel times.
    current_plan
        The plan in force, if any.
    weights
        Preferences, price of churn, objective.
    demand
        What will be reported later; simulations draw from it, planning does not look at it.
    risk_model
        How long work and travel really take, for the probability of breaches.
    """

    planning_window: TimeWindow
    locations: tuple[Location, ...] = ()
    depots: tuple[Depot, ...] = ()
    engineers: tuple[Engineer, ...] = ()
    visits: tuple[Visit, ...] = ()
    now: datetime | None = None
    freeze_until: datetime | None = None
    travel: TravelSettings = field(default_factory=TravelSettings)
    current_plan: CurrentPlan | None = None
    weights: Weights = field(default_factory=Weights)
    demand: Demand | None = None
    risk_model: RiskModel = DEFAULT_RISK

    def __post_init__(self) -> None:
        window = self.planning_window
        require(window.start < window.end, "planning_window", window, "an end after its start")
        require_aware("now", self.now)
        require_aware("freeze_until", self.freeze_until)
        require_unique("locations", (one.id for one in self.locations))
        require_unique("depots", (one.id for one in self.depots))
        require_unique("engineers", (one.id for one in self.engineers))
        require_unique("shifts", (shift.id for _, shift in self.shifts()))
        require_unique("visits", (one.id for one in self.visits))

    def shifts(self) -> Iterator[tuple[Engineer, Shift]]:
        """Every shift with its engineer, in the order of the case file."""
        for engineer in self.engineers:
            for shift in engineer.shifts:
                yield engineer, shift
