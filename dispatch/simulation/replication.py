"""One work item of a study done, worlds being made ready once in each process."""

from __future__ import annotations

from dispatch.simulation.evening_plan import Evening, evening_plan
from dispatch.simulation.operation import Operation
from dispatch.simulation.policies import PlanningPolicy, policy_named
from dispatch.simulation.study import Outcome, Study, WorkItem
from dispatch.simulation.world import PreparedWorld

__all__ = ["replicate"]

_ready: dict[tuple[int, int], tuple[Study, PreparedWorld, Evening | None]] = {}
MOST_READY = 64
BASE = 0


def replicate(study: Study, item: WorkItem) -> Outcome:
    """Simulate one replication of one world.

    Returns
    -------
    Outcome
        The same for the same study and item, in every process and on every machine.
    """
    world, evening = _prepared(study, item.world)
    return Operation(world, study.seed_of(item), study.iterations, evening).run()


def _prepared(study: Study, number: int) -> tuple[PreparedWorld, Evening | None]:
    """Make a world ready, once in this process, with its plan of the evening before."""
    key = (id(study), number)
    known = _ready.get(key)
    if known is None or known[0] is not study:
        if len(_ready) >= MOST_READY:
            _ready.clear()
        world = PreparedWorld(study.worlds[number], study.days)
        known = (study, world, _evening(study, number, world))
        _ready[key] = known
    return known[1], known[2]


def _evening(study: Study, number: int, world: PreparedWorld) -> Evening | None:
    """The plan that a world begins with; who dispatches by rule has none."""
    if not isinstance(policy_named(world.world.policy), PlanningPolicy):
        return None
    base = PreparedWorld(study.worlds[BASE], study.days) if number != BASE else world
    before = _ready[id(study), BASE][2] if (id(study), BASE) in _ready else None
    if number == BASE or before is None:
        before = evening_plan(base, study.seed, study.iterations)
    if study.worlds[number].case == study.worlds[BASE].case:
        return before
    return evening_plan(world, study.seed, study.iterations, before)
