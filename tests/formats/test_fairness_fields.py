"""Weights of the plan as a whole in case and plan files: defaults, bounds, bytes of old files."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest
from test_case_reading import smallest

from dispatch.domain import CostBreakdown, Kpis, LoadSpread, Plan, PlanStatus
from dispatch.errors import InputError
from dispatch.formats import case_to_document, parse_case, parse_plan, plan_to_document


def weighed() -> dict[str, Any]:
    """The smallest case with all four fields."""
    document = smallest()
    document["weights"] = {"fairness_per_squared_hour": 50, "worst_lateness_per_hour": 6000}
    document["engineers"][0]["workload_history"] = "PT38H30M"
    document["visits"][0]["unpopular"] = "PT45M"
    return document


def test_the_fields_are_read() -> None:
    """History and unpopular work are durations, the weights money."""
    case = parse_case(json.dumps(weighed()))
    assert case.weights.fairness_per_squared_hour == 50
    assert case.weights.worst_lateness_per_hour == 6000
    assert case.engineers[0].workload_history == timedelta(hours=38.5)
    assert case.visits[0].unpopular == timedelta(minutes=45)
    assert parse_case(json.dumps(case_to_document(case))) == case


def test_a_case_without_them_is_written_as_ever() -> None:
    """Neutral values are left out, so that cases that do not use them keep their hash."""
    document = case_to_document(parse_case(json.dumps(smallest())))
    assert "workload_history" not in document["engineers"][0]
    assert "unpopular" not in document["visits"][0]
    assert list(document["weights"]) == ["objective", "preference", "churn", "engineer_change"]
    neutral = weighed()
    neutral["weights"] = dict.fromkeys(neutral["weights"], 0)
    neutral["engineers"][0]["workload_history"] = "PT0S"
    neutral["visits"][0]["unpopular"] = "PT0S"
    assert case_to_document(parse_case(json.dumps(neutral))) == document


WRONG = [
    ("/engineers/0/workload_history", "PT38H", "P366D", "P366DT1S"),
    ("/engineers/0/workload_history", "PT0S", "PT1H", "-PT1S"),
    ("/engineers/0/workload_history", "PT0S", "PT1H", 38),
    ("/visits/0/unpopular", "PT0S", "P31D", "P31DT1S"),
    ("/visits/0/unpopular", "PT0S", "PT1H", True),
    ("/weights/fairness_per_squared_hour", 0, 10**9, 10**9 + 1),
    ("/weights/worst_lateness_per_hour", 0, 10**9, -1),
    ("/weights/worst_lateness_per_hour", 0, 1, 0.5),
    ("/weights/risk", 0, 1000, 1000.5),
    ("/weights/risk", 0, 0.25, -0.25),
    ("/weights/risk", 0, 1, "1"),
]


@pytest.mark.parametrize(("pointer", "least", "most", "wrong"), WRONG)
def test_both_sides_of_every_bound(
    pointer: str, least: object, most: object, wrong: object
) -> None:
    """The bound itself is taken; what lies beyond is refused with its pointer."""

    def given(value: object) -> str:
        document = copy.deepcopy(weighed())
        inner: Any = document
        *path, name = pointer.split("/")[1:]
        for one in path:
            inner = inner[int(one) if one.isdigit() else one]
        inner[name] = value
        return json.dumps(document)

    parse_case(given(least))
    parse_case(given(most))
    with pytest.raises(InputError) as refused:
        parse_case(given(wrong))
    assert [issue.pointer for issue in refused.value.issues] == [pointer]


def _plan(cost: CostBreakdown, kpis: Kpis) -> Plan:
    return Plan(PlanStatus.FEASIBLE, (), (), "haversine", cost, kpis)


def test_a_plan_file_tells_the_prices_where_they_are_paid() -> None:
    """Zero is left out, as in the plans of cases that do not weigh it; the figures likewise."""
    plain = plan_to_document(_plan(CostBreakdown(), Kpis()))
    assert list(plain["cost"])[-1] == "unassigned"
    assert list(plain["kpis"])[-1] == "utilisation"
    fair = _plan(
        CostBreakdown(21, fairness=5, worst_lateness=7, risk=9), Kpis(load=LoadSpread(1, 2, 3))
    )
    written = plan_to_document(fair)
    whole = ("fairness", "worst_lateness", "risk")
    assert [written["cost"][name] for name in whole] == [5, 7, 9]
    assert written["kpis"]["load"] == {"least_s": 1, "mean_s": 2, "most_s": 3}
    assert parse_plan(json.dumps(written)) == fair


def test_wrong_figures_of_load_are_told_with_their_pointers() -> None:
    """Negative seconds and a missing one, both at once."""
    written = plan_to_document(_plan(CostBreakdown(), Kpis(load=LoadSpread(1, 2, 3))))
    written["kpis"]["load"] = {"least_s": -1, "mean_s": 2}
    with pytest.raises(InputError) as refused:
        parse_plan(json.dumps(written))
    told = [issue.pointer for issue in refused.value.issues]
    assert told == ["/kpis/load/least_s", "/kpis/load/most_s"]
