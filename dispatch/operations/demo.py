"""The demo world in a database: planted once, moved to today, planned and published.

For the command line::

    prepare(database_url, anchor=None, *, time_limit_s=2.5, on_progress=None) -> DemoDay

``anchor`` is the moment at which the demo is alive (now when left out). The call migrates the
database, plants the world (a second call on the same local day only plans when nothing is
published yet; on a later day the work of the demo is planted afresh, so that it is always about
today), solves in a process of its own and publishes. `plant` and `plan_demo` are its halves, for
a server that wants to be up while the plan is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dispatch.domain import Case, Plan
from dispatch.errors import RunFailed
from dispatch.formats import parse_case, parse_plan
from dispatch.formats.demo_world import read_demo_world
from dispatch.operations.executor import RunExecutor
from dispatch.operations.opening import opened
from dispatch.operations.planting import plant_world
from dispatch.operations.publish import publish
from dispatch.operations.runs import RunParameters, start_run
from dispatch.operations.snapshot import PlanningSpan
from dispatch.store import Database, UnitOfWork
from dispatch.store.run_ledger import FINAL_STATES
from dispatch.store.tables import RunRow

__all__ = ["DEMO_ACTOR", "DemoDay", "plan_demo", "plant", "prepare"]

DEMO_ACTOR = "demo"
SETTING = "demo"


@dataclass(frozen=True, slots=True)
class DemoDay:
    """The day the demo shows.

    Parameters
    ----------
    version
        Of the published plan.
    case, plan
        What was planned, and how.
    """

    version: int
    case: Case
    plan: Plan


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
        Moment at which the demo is alive; None: now.
    time_limit_s
        Seconds of search.
    on_progress
        Told of each better plan, with ``elapsed_s``, ``iterations``, ``unassigned``, ``cost``.

    Raises
    ------
    RunFailed
        When the planner has no plan.
    """
    with opened(database_url) as database:
        span = plant(database, anchor)
        return plan_demo(database, span, time_limit_s=time_limit_s, on_progress=on_progress)


def plant(database: Database, anchor: datetime | None = None) -> PlanningSpan:
    """Put the demo world of the anchor's day into the database unless it is there.

    Returns
    -------
    PlanningSpan
        What the demo plans.
    """
    demo = read_demo_world(anchor or datetime.now(UTC))
    first = demo.window.start.date()
    span = PlanningSpan("all", first, demo.window.end.date())
    mark = json.dumps({"day": demo.now.date().isoformat(), "until": span.until.isoformat()})

    def write(work: UnitOfWork) -> None:
        if work.log.setting(SETTING) != mark:
            plant_world(work, demo)
            work.log.keep_setting(SETTING, mark)

    database.write(write, actor=DEMO_ACTOR)
    return span


def plan_demo(
    database: Database,
    span: PlanningSpan,
    *,
    time_limit_s: float = 2.5,
    on_progress: Callable[[dict[str, Any]], None] | None = None,
) -> DemoDay:
    """Plan and publish the demo's day unless a plan is published already."""
    current = database.read(lambda work: work.plans.current(span.region, span.day))
    if current is None:
        version = _run(database, span, time_limit_s, on_progress)
        current = publish(database, version, actor=DEMO_ACTOR).row
    return DemoDay(current.version, parse_case(current.case_text), parse_plan(current.plan_text))


def _run(
    database: Database,
    span: PlanningSpan,
    time_limit_s: float,
    on_progress: Callable[[dict[str, Any]], None] | None,
) -> int:
    parameters = RunParameters(
        day=span.day, until=span.until, region=span.region, time_limit_s=time_limit_s
    )
    queued = database.write(lambda work: start_run(work, parameters), actor=DEMO_ACTOR)
    RunExecutor(database).see_to_end(queued.id, on_progress=on_progress)
    row: RunRow = database.read(lambda work: work.runs.get(queued.id))
    if row.plan_version is None:
        assert row.state in FINAL_STATES, "an executor leaves only ended runs behind"
        raise RunFailed(f"demo: {row.error}")
    return row.plan_version
