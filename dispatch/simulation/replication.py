"""One work item of a study done, worlds being made ready once in each process."""

from __future__ import annotations

from dispatch.simulation.operation import Operation
from dispatch.simulation.study import Outcome, Study, WorkItem
from dispatch.simulation.world import PreparedWorld

__all__ = ["replicate"]

_ready: dict[tuple[int, int], tuple[Study, PreparedWorld]] = {}
MOST_READY = 64


def replicate(study: Study, item: WorkItem) -> Outcome:
    """Simulate one replication of one world.

    Returns
    -------
    Outcome
        The same for the same study and item, in every process and on every machine.
    """
    key = (id(study), item.world)
    known = _ready.get(key)
    if known is None or known[0] is not study:
        if len(_ready) >= MOST_READY:
            _ready.clear()
        known = (study, PreparedWorld(study.worlds[item.world], study.days))
        _ready[key] = known
    return Operation(known[1], study.seed_of(item), study.iterations).run()
