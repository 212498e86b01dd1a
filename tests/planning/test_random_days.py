"""Random days through the whole planner: whatever comes out is audited, explained and mendable."""

from __future__ import annotations

import jsonpatch
import pytest
from random_days import random_day, weighed

from dispatch.domain import StopKind, Verdict
from dispatch.formats import case_from_document, case_to_document, format_plan, parse_plan
from dispatch.planning.planner import plan


@pytest.mark.parametrize("seed", range(40, 44))
def test_a_day_with_prices_of_the_whole_plan_is_audited(seed: int) -> None:
    """Fair loads and the worst lateness are priced alike by planner and auditor, any day."""
    case = weighed(random_day(seed), seed)
    made = plan(case, iterations=200, seed=seed)
    assert parse_plan(format_plan(made)) == made
    assert made.cost is not None
    assert made.kpis is not None
    assert (made.kpis.load is not None) == (case.weights.fairness_per_squared_hour > 0)
    assert made.cost.fairness == 0 or case.weights.fairness_per_squared_hour > 0
    document = case_to_document(case)
    assert case_from_document(document) == case


@pytest.mark.parametrize("seed", range(12))
def test_a_random_day_is_planned_audited_and_explained(seed: int) -> None:
    """The planner itself raises when the auditor finds anything; here the rest is held.

    Each visit is in routes or left out, each left-out one has a true reason, the file reads back
    as the same plan, and every remedy is a patch that makes a valid case in which the visit is no
    longer impossible.
    """
    case = random_day(seed)
    made = plan(case, iterations=200, seed=seed)
    assert parse_plan(format_plan(made)) == made
    served = {
        stop.visit for route in made.routes for stop in route.stops if stop.kind is StopKind.VISIT
    }
    left_out = {one.visit for one in made.unassigned}
    assert served | left_out == {visit.id for visit in case.visits}
    assert not served & left_out
    document = case_to_document(case)
    for left in made.unassigned:
        assert left.reasons
        assert all(reason.message and reason.message_zh for reason in left.reasons)
        if left.verdict is Verdict.IMPOSSIBLE and left.remedy is not None:
            edits = [dict(edit) for edit in left.remedy.edits]
            mended = case_from_document(jsonpatch.apply_patch(document, edits))
            again = {one.visit: one for one in plan(mended, iterations=50, seed=seed).unassigned}
            still = again.get(left.visit)
            assert still is None or still.verdict is Verdict.DISPLACED
