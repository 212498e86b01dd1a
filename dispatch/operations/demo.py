"""The demo world in a database: planted once, moved to today, planned and published.

For the command line::

    prepare(database_url, anchor=None, *, time_limit_s=2.5, on_progress=None) -> DemoDay

``anchor`` is the moment at which the demo is alive (now when left out). The call migrates the
database, plants the world (a second call on the same local day only plans when nothing is
published yet; on a later day the work of the demo is planted afresh, so that it is always about
today), solves in a process of its own and publishes. Its halves, `plant` and
`plan_demo`, stand in `dispatch.operations.demo_day`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dispatch.operations.solver_child import SolverChild

if TYPE_CHECKING:
    from dispatch.operations.demo_day import DemoDay

__all__ = ["prepare"]


def prepare(
    database_url: str,
    anchor: datetime | None = None,
    *,
    time_limit_s: float = 2.5,
    on_progress: Callable[[dict[str, Any]], None] | None = None,
) -> DemoDay:
    """Plant the demo world, plan its day and publish the plan.

    Parameters
    ----------
    database_url
        SQLAlchemy address; the database is made when it is not there.
    anchor
        Moment at which the demo is alive, and which its plan takes for the present; None: now.
    time_limit_s
        Seconds of search.
    on_progress
        Told of each better plan, with ``elapsed_s``, ``iterations``, ``unassigned``, ``cost``.

    Raises
    ------
    RunFailed
        When the planner has no plan.
    """
    # The process loads the compiled solver while this one loads the store and plants the world.
    with SolverChild() as child:
        from dispatch.operations.demo_day import plan_demo, plant
        from dispatch.operations.opening import opened
        from dispatch.store.clock import SteppedClock

        clock = None if anchor is None else SteppedClock(anchor)
        with opened(database_url, clock=clock) as database:
            span = plant(database, anchor)
            return plan_demo(
                database, span, time_limit_s=time_limit_s, on_progress=on_progress, child=child
            )
