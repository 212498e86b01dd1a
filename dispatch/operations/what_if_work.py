"""One what-if worked off: what is finished is recalled, what is not is simulated and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dispatch.domain import Case
from dispatch.operations.what_if_order import WhatIfOrder
from dispatch.simulation.comparison import make_study, report_of, work_off
from dispatch.simulation.executor import Done, Executor
from dispatch.simulation.questions import Asking
from dispatch.simulation.sampling import Patience
from dispatch.simulation.study import Outcome, Study, WorkItem

__all__ = ["Place", "Remembering", "answer_order"]

Place = tuple[int, int, int]
"""Number of the study within the what-if, world, replication."""

FIRST_LOOK = 6


@dataclass(slots=True)
class Remembering:
    """An executor that simulates nothing twice, not even after a crash.

    A question makes one study after the other, and which ones depends on the outcomes alone; so
    the number of a study says which one it was before the crash.

    Parameters
    ----------
    inner
        Who does what is not finished.
    finished
        Outcomes kept earlier.
    keep
        Told of each new outcome at once.
    expect
        Told how many items a study has at most, before it is worked on.
    """

    inner: Executor
    finished: Mapping[Place, Mapping[str, Any]]
    keep: Callable[[Place, Outcome], None]
    expect: Callable[[int], None]
    _studies: list[Study] = field(default_factory=list)

    def run(
        self,
        study: Study,
        items: Iterable[WorkItem],
        done: Done,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Work off the items; see `Executor.run`."""
        number = next((i for i, one in enumerate(self._studies) if one is study), None)
        if number is None:
            number = len(self._studies)
            self._studies.append(study)
        left = []
        for item in items:
            known = self.finished.get((number, item.world, item.replication))
            if known is None:
                left.append(item)
            else:
                done(item, Outcome.from_document(known))
        self.expect(len(left))

        def keep(item: WorkItem, outcome: Outcome) -> None:
            self.keep((number, item.world, item.replication), outcome)
            done(item, outcome)

        if left:
            self.inner.run(study, left, keep, cancelled)

    def close(self) -> None:
        """Let go of whoever simulates; see `Executor.close`."""
        self.inner.close()


def answer_order(
    order: WhatIfOrder, case: Case, executor: Executor, cancelled: Callable[[], bool]
) -> dict[str, Any]:
    """Simulate what is asked for; the same order and case give the same document.

    Returns
    -------
    dict
        Of a comparison the report of docs/what-if.md; of a question its kind and rows.

    Raises
    ------
    RunCancelled
        When it was called off.
    InputError
        When the question names what the case does not have.
    """
    scenarios = order.read_scenarios(case)
    if order.question is None:
        study = make_study(
            case,
            scenarios,
            days=order.days,
            seed=order.seed,
            policy=order.policy,
            iterations=order.iterations,
        )
        return report_of(study, work_off(study, order.replications, executor, cancelled=cancelled))
    first = min(FIRST_LOOK, order.replications)
    asking = Asking(
        case,
        executor,
        Patience(first, first, order.replications),
        days=order.days,
        seed=order.seed,
        iterations=order.iterations,
        cancelled=cancelled,
    )
    rows = order.question.answer(asking, scenarios)
    return {"question": order.kind, "asked": order.question.to_document(), "rows": rows}
