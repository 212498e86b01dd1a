"""The halves of the demo: planting its world, and planning and publishing its day."""

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
from dispatch.operations.planting import plant_world
from dispatch.operations.publish import publish
from dispatch.operations.runs import RunParameters, start_run
from dispatch.operations.snapshot import PlanningSpan
from dispatch.operations.solver_child import SolverChild
from dispatch.store import Database, UnitOfWork
from dispatch.store.run_ledger import FINAL_STATES
from dispatch.store.tables import RunRow

__all__ = ["DEMO_ACTOR", "DemoDay", "plan_demo", "plant"]

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
    child: SolverChild | None = None,
) -> DemoDay:
    """Plan and publish the demo's day unless a plan is published already."""
    current = database.read(lambda work: work.plans.current(span.region, span.day))
    if current is None:
        version = _run(database, span, time_limit_s, on_progress, child)
        current = publish(database, version, actor=DEMO_ACTOR).row
    return DemoDay(current.version, parse_case(current.case_text), parse_plan(current.plan_text))


def _run(
    database: Database,
    span: PlanningSpan,
    time_limit_s: float,
    on_progress: Callable[[dict[str, Any]], None] | None,
    child: SolverChild | None,
) -> int:
    parameters = RunParameters(
        day=span.day, until=span.until, region=span.region, time_limit_s=time_limit_s
    )
    queued = database.write(lambda work: start_run(work, parameters), actor=DEMO_ACTOR)
    RunExecutor(database).see_to_end(queued.id, on_progress=on_progress, child=child)
    row: RunRow = database.read(lambda work: work.runs.get(queued.id))
    if row.plan_version is None:
        assert row.state in FINAL_STATES, "an executor leaves only ended runs behind"
        raise RunFailed(f"demo: {row.error}")
    return row.plan_version
