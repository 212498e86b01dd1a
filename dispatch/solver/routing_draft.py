"""The routing model while it is written: what every rule needs to add itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ortools.constraint_solver import pywrapcp

from dispatch.solver.problem import Problem, ProblemError
from dispatch.solver.routing_nodes import Layout, NodeKind, layout
from dispatch.solver.routing_scale import Scale, money_scale

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CELLS = 40_000_000
"""Matrix cells that a model may hold; beyond it the compiled search is the engine to use."""

# The finalizer decides in the order of these weights; see `routing_money` for the reasons. They
# lie far above the weights that OR-Tools itself derives from the prices of a dimension.
LOADS_FIRST, FEES_FIRST, ENDS_EARLY, DUE_NEAR, NO_LATER, STARTS_LATE, REST = (
    rank << 50 for rank in (7, 6, 5, 4, 3, 2, 1)
)


class ModelTooLarge(ProblemError):
    """The problem has more nodes and kinds of shifts than the routing model can hold."""


@dataclass(slots=True)
class Draft:
    """A routing model in the making.

    Parameters
    ----------
    soft
        Whether missing parts and tools are priced instead of forbidden and crew members may be
        planned one by one: the search passes through such plans, extraction takes them back.
    without
        Visits left out of this model.
    exact
        Whether one and the same clock prices labour, arrivals, due moments and promises. In a
        search each of the three has a clock of its own over the same order: they pull the starts
        in different ways, and the finalizer of OR-Tools, which tries one second after the other,
        would get lost between them. The timetable then prices what is found.
    base, roof
        Seconds added to every time so that none is negative; a time later than any route.
    """

    problem: Problem
    plan: Layout
    scale: Scale
    manager: Any
    model: Any
    soft: bool
    without: frozenset[int]
    exact: bool
    base: int
    roof: int
    service: list[tuple[int, ...]]
    gaps: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    transits: list[int] = field(default_factory=list)
    time: Any = None
    door: Any = None
    wish: Any = None
    prices: dict[int, list[tuple[Any, int]]] = field(default_factory=dict)
    tolls: dict[int, list[int]] = field(default_factory=dict)
    loads: dict[int, list[tuple[int, Any]]] = field(default_factory=dict)
    takes: dict[int, list[tuple[int, Any]]] = field(default_factory=dict)
    crew_waits: dict[int, Any] = field(default_factory=dict)
    breaks: list[Any] = field(default_factory=list)
    cells: int = 0

    @property
    def solver(self) -> Any:
        """The constraint solver under the model."""
        return self.model.solver()

    @property
    def indices(self) -> range:
        """Routing indices of the nodes: they stand before the terminals, so they are equal."""
        return range(len(self.plan.nodes))

    @property
    def vehicles(self) -> range:
        """The shifts, each of which OR-Tools calls a vehicle."""
        return range(len(self.problem.shifts))

    def clock(self, moment: int) -> int:
        """Translate a time of the problem into the model, inside the model's range."""
        return max(0, min(moment + self.base, self.roof))

    def clock_of_its_own(self, name: str) -> Any:
        """Add a clock over the same work and travel as all others."""
        self.model.AddDimensionWithVehicleTransits(self.transits, self.roof, self.roof, False, name)
        return self.model.GetDimensionOrDie(name)

    def start(self, index: int) -> Any:
        """Start of work at an index."""
        return self.time.CumulVar(index)

    def active(self, index: int) -> Any:
        """Whether the node is part of a route."""
        return self.model.ActiveVar(index)

    def register(self, matrix: NDArray[np.int64]) -> int:
        """Register a matrix as transit.

        Raises
        ------
        ModelTooLarge
            All matrices together exceed the cells that a model may hold.
        """
        self.cells += int(matrix.size)
        if self.cells > CELLS:
            raise ModelTooLarge(
                f"routing model: {self.cells} matrix cells, expected at most {CELLS}\n"
                "Maybe use the engine lns, which holds one matrix for all shifts."
            )
        return int(self.model.RegisterTransitMatrix(matrix.tolist()))

    def by_vehicle(self, values: Sequence[int], index: int, absent: int) -> Any:
        """Read a value per shift through the shift that serves a node."""
        return self.solver.Element([absent, *values], self.model.VehicleVar(index) + 1)

    def charge(self, index: int, amount: Any, most: int) -> None:
        """Add money, in objective units, to what the visit at this node costs."""
        self.prices.setdefault(index, []).append((amount, most))

    def visit_nodes(self) -> list[tuple[int, int]]:
        """Pairs (node, visit) of all crew members of the visits in this model."""
        return [
            (n, node.index)
            for n, node in enumerate(self.plan.nodes)
            if node.kind is NodeKind.VISIT and node.index not in self.without
        ]


def new_draft(
    problem: Problem, soft: bool, without: frozenset[int], pickups: int = 1, exact: bool = False
) -> Draft:
    """Start an empty model with its nodes.

    Raises
    ------
    ModelTooLarge
        A single matrix over the nodes would already be too large.
    """
    plan = layout(problem, pickups)
    if plan.size * plan.size > CELLS:
        raise ModelTooLarge(f"routing model: {plan.size} nodes, expected at most {int(CELLS**0.5)}")
    first = [0, *(s.start for s in problem.shifts)]
    for node in plan.nodes:
        if node.started and node.start is not None:
            reach = int(problem.travel_seconds.max(initial=0))
            first.append(node.start - reach)
    base = -min(first)
    last = max((s.latest_end for s in problem.shifts), default=0)
    manager = pywrapcp.RoutingIndexManager(
        plan.size, len(problem.shifts), list(plan.starts), list(plan.ends)
    )
    return Draft(
        problem=problem,
        plan=plan,
        scale=money_scale(problem),
        manager=manager,
        model=pywrapcp.RoutingModel(manager),
        soft=soft,
        without=without,
        exact=exact,
        base=base,
        roof=last + base + 1,
        service=[],
    )
