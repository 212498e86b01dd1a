"""Requests of a commercial routing API become case files, or are refused by name."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases import InstanceError, google_case
from dispatch.formats import parse_case

HERE = {"latitude": 48.88, "longitude": 2.35}
THERE = {"latitude": 48.90, "longitude": 2.25}

TWO_CALLS: dict[str, Any] = {
    "model": {
        "globalStartTime": {"seconds": "1572512400"},
        "globalEndTime": {"seconds": "1572570000"},
        "vehicles": [
            {
                "startLocation": HERE,
                "endLocation": HERE,
                "capacities": [{"type": "weight", "value": "9"}, {"type": "other"}],
                "costPerHour": 30,
                "fixedCost": 30,
                "costPerKilometer": 0.2112,
            }
        ],
        "shipments": [
            {
                "id": 1,
                "pickup": {
                    "visitRequests": [
                        {
                            "arrivalLocation": THERE,
                            "duration": {"seconds": "1620"},
                            "timeWindows": [
                                {
                                    "startTime": {"seconds": "1572541065"},
                                    "endTime": {"seconds": "1572551865"},
                                    "softEndTime": {"seconds": "1572546465"},
                                    "costPerHourAfterSoftEndTime": {"value": 100},
                                }
                            ],
                        }
                    ]
                },
                "delivery": None,
            },
            {
                "delivery": {
                    "visitRequests": [{"arrivalLocation": THERE, "duration": {"seconds": "60"}}]
                },
                "penaltyCost": 50,
                "allowedVehicleIndices": [0],
                "loadDemands": {"weight": {"amount": "2"}},
            },
        ],
    }
}


def converted(request: dict[str, Any]) -> dict[str, Any]:
    """Convert, accept by the product, and read back as plain JSON."""
    text = json.dumps(google_case(request))
    parse_case(text)
    case: dict[str, Any] = json.loads(text)
    return case


def test_a_soft_end_becomes_a_price_per_second_after_it() -> None:
    """100 an hour after 18:27:45 UTC is 2400 a day past the ideal; the hard end stays."""
    visit = converted(TWO_CALLS)["visits"][0]
    assert visit["time_windows"] == [
        {"start": "2019-10-31T16:57:45+00:00", "end": "2019-10-31T19:57:45+00:00"}
    ]
    assert visit["due"] == {
        "ideal": "2019-10-31T18:27:45+00:00",
        "earliness_per_day": 0,
        "lateness_per_day": 24_000_000,
    }


def test_no_penalty_is_mandatory_and_a_penalty_is_a_tier() -> None:
    """A shipment without a price for leaving it out must be served."""
    visits = converted(TWO_CALLS)["visits"]
    assert [visit["priority"] for visit in visits] == ["mandatory", "high"]


def test_allowed_indices_and_loads() -> None:
    """Index 0 is engineer v0; a load is a part, a capacity the van's stock of it."""
    case = converted(TWO_CALLS)
    assert case["visits"][1]["engineers"] == {"required": ["v0"]}
    assert case["visits"][1]["parts"] == {"weight": 2}
    assert case["engineers"][0]["van_stock"] == {"weight": 9}


def test_places_are_shared_and_prices_exact() -> None:
    """Two calls at one point make one place; 0.2112 a kilometre is 2112 ten-thousandths."""
    case = converted(TWO_CALLS)
    assert [place["id"] for place in case["locations"]] == ["p0", "p1"]
    assert case["engineers"][0]["cost"] == {
        "per_shift": 300_000,
        "per_hour": 300_000,
        "per_overtime_hour": 300_000,
        "per_km": 2112,
    }


def test_a_transport_is_refused() -> None:
    """A shipment with a pickup and a delivery is no visit."""
    request = copy.deepcopy(TWO_CALLS)
    shipment = request["model"]["shipments"][0]
    shipment["delivery"] = {"visitRequests": [{"arrivalLocation": HERE}]}
    with pytest.raises(InstanceError, match="shipment 0: 2 visit requests, expected exactly one"):
        google_case(request)


@pytest.mark.parametrize("where", ["model", "vehicles", "shipments"])
def test_what_has_no_counterpart_is_refused_by_name(where: str) -> None:
    """Nothing is dropped in silence."""
    request = copy.deepcopy(TWO_CALLS)
    model = request["model"]
    (model if where == "model" else model[where][0])["breakRules"] = []
    with pytest.raises(InstanceError, match="breakRules has no counterpart"):
        google_case(request)


@pytest.mark.data
def test_service_calls_in_paris(reference_data: Path) -> None:
    """A hundred mandatory calls, eight engineers, each with a soft end."""
    path = reference_data / "peers/google_fleet_routing/service-techs-in-paris.json"
    case = converted(json.loads(path.read_text()))
    assert (len(case["visits"]), len(case["engineers"])) == (100, 8)
    assert all(visit["priority"] == "mandatory" and "due" in visit for visit in case["visits"])
