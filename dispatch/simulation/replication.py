"""One work item of a study done, worlds being made ready once in each process."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.simulation.evening_plan import Evening, evening_plan
from dispatch.simulation.operation import Operation
from dispatch.simulation.policies import PlanningPolicy, policy_named
from dispatch.simulation.shared_decisions import Record
from dispatch.simulation.study import Outcome, Study, WorkItem
from dispatch.simulation.world import PreparedWorld

__all__ = ["replicate"]

_ready: dict[tuple[int, int], tuple[Study, PreparedWorld, Evening | None]] = {}
MOST_READY = 64
BASE = 0


@dataclass(frozen=True, slots=True)
class Lived:
    """A replication of the base that is over, and what was decided in it."""

    study: Study
    outcome: Outcome
    record: Record


_lived: dict[tuple[int, int], Lived] = {}
MOST_LIVED = 64


def replicate(study: Study, item: WorkItem) -> Outcome:
    """Simulate one replication of one world.

    Returns
    -------
    Outcome
        The same for the same study and item, in every process and on every machine.
    """
    if item.world == BASE:
        return _of_base(study, item.replication).outcome
    world, evening = _prepared(study, item.world)
    guide = _of_base(study, item.replication).record if _follows(study, item.world) else None
    return Operation(world, study.seed_of(item), study.iterations, evening, guide).run()


def _follows(study: Study, number: int) -> bool:
    """Whether a world is decided for as the base is, where nothing speaks against it.

    Another policy decides by itself: its decisions are what is compared. So does a world with
    futures of its own or that is looked at alone, and one in which nothing is changed decides
    alike anyhow.
    """
    base, world = study.worlds[BASE], study.worlds[number]
    return (
        study.guided
        and not study.independent
        and world.policy == base.policy
        and isinstance(policy_named(world.policy), PlanningPolicy)
        and world.case != base.case
    )


def _of_base(study: Study, replication: int) -> Lived:
    """Live through a replication of the base, or remember it; whoever needs it first does it."""
    key = (id(study), replication)
    known = _lived.get(key)
    if known is None or known.study is not study:
        if len(_lived) >= MOST_LIVED:
            _lived.clear()
        world, evening = _prepared(study, BASE)
        seed = study.seed_of(WorkItem(BASE, replication))
        operation = Operation(world, seed, study.iterations, evening)
        known = Lived(study, operation.run(), operation.record)
        _lived[key] = known
    return known


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
    base = study.worlds[BASE]
    if number == BASE or not study.guided or world.world.policy != base.policy:
        return evening_plan(world, study.seed, study.iterations)
    ready, before = _prepared(study, BASE)
    if world.case == base.case:
        return before
    return evening_plan(world, study.seed, study.iterations, ready, before)
