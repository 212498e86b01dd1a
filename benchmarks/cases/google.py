"""Requests of Google's route optimization API as case files (service calls, no transports).

A shipment with one pickup or one delivery is a visit. Its hard window stays hard; a soft end
with a price becomes `due.ideal` with the price per day, which charges every second past it; a
penalty becomes a tier (none given means mandatory); allowed vehicle indices become the required
engineers; loads become parts of the van. The files carry no matrix: travel is the great circle
with the speed and detour below. What the case file cannot say is refused, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from benchmarks.cases.clock import Json, lasting
from benchmarks.cases.instance import InstanceError

MINOR_UNITS = 10_000
"""One unit of the request's currency: small enough that a price per kilometre stays exact."""
SPEED_KMH = 25
DETOUR_FACTOR = 1.3
MODEL_FIELDS = {"shipments", "vehicles", "globalStartTime", "globalEndTime"}
SHIPMENT_FIELDS = {
    *("id", "index", "label", "pickup", "delivery", "pickups", "deliveries"),
    *("penaltyCost", "allowedVehicleIndices", "loadDemands", "demands"),
}
VEHICLE_FIELDS = {
    *("label", "startLocation", "endLocation", "capacities", "loadLimits", "costPerHour"),
    *("fixedCost", "costPerKilometer", "startTimeWindows", "endTimeWindows"),
}
CALL_FIELDS = {"arrivalLocation", "timeWindows", "duration", "label", "loadDemands", "demands"}
WINDOW_FIELDS = {"startTime", "endTime", "softEndTime", "costPerHourAfterSoftEndTime"}

Places = dict[tuple[float, float], str]


def google_case(request: Mapping[str, Any]) -> Json:
    """Return the case file of a request document: visit `s0` is shipment 0, engineer `v0` vehicle 0.

    Raises
    ------
    InstanceError
        When the request uses something a case file cannot express.
    """
    model = request["model"]
    _refuse_unknown("model", model, MODEL_FIELDS)
    opening, closing = _time(model["globalStartTime"]), _time(model["globalEndTime"])
    places: Places = {}
    tiers = _tiers(model["shipments"])
    engineers = [
        _engineer(number, vehicle, (opening, closing), places)
        for number, vehicle in enumerate(model["vehicles"])
    ]
    visits = [
        _visit(number, shipment, tiers, places)
        for number, shipment in enumerate(model["shipments"])
    ]
    return {
        "planning_window": _window(opening, closing),
        "travel": {
            "source": "haversine",
            "speed_kmh": SPEED_KMH,
            "detour_factor": DETOUR_FACTOR,
        },
        "locations": [
            {"id": name, "lat": latitude, "lon": longitude}
            for (latitude, longitude), name in places.items()
        ],
        "engineers": engineers,
        "visits": visits,
        "weights": {"objective": "cost"},
    }


def _engineer(
    number: int, vehicle: Mapping[str, Any], horizon: tuple[datetime, datetime], places: Places
) -> Json:
    where = f"vehicle {number}"
    _refuse_unknown(where, vehicle, VEHICLE_FIELDS)
    begin, end = horizon
    for limits in vehicle.get("startTimeWindows") or ():
        begin = max(begin, _time(limits["startTime"])) if "startTime" in limits else begin
    for limits in vehicle.get("endTimeWindows") or ():
        end = min(end, _time(limits["endTime"])) if "endTime" in limits else end
    start = _place(vehicle["startLocation"], places)
    return {
        "id": f"v{number}",
        "name": str(vehicle.get("label") or f"Engineer {number + 1}"),
        "van_stock": _loads(vehicle.get("capacities"), vehicle.get("loadLimits"), "maxLoad"),
        "shifts": [
            {
                "id": f"v{number}-day",
                **_window(begin, end),
                "start_location": start,
                "end_location": _place(
                    vehicle.get("endLocation", vehicle["startLocation"]), places
                ),
            }
        ],
        "cost": {
            "per_shift": _money(vehicle.get("fixedCost", 0)),
            "per_hour": _money(vehicle.get("costPerHour", 0)),
            "per_overtime_hour": _money(vehicle.get("costPerHour", 0)),
            "per_km": _money(vehicle.get("costPerKilometer", 0)),
        },
    }


def _visit(
    number: int, shipment: Mapping[str, Any], tiers: Mapping[float, str], places: Places
) -> Json:
    where = f"shipment {number}"
    _refuse_unknown(where, shipment, SHIPMENT_FIELDS)
    call = _only_call(where, shipment)
    _refuse_unknown(f"{where}, visit request", call, CALL_FIELDS)
    penalty = shipment.get("penaltyCost")
    visit: Json = {
        "id": f"s{number}",
        "title": str(shipment.get("label") or f"Shipment {shipment.get('id', number)}"),
        "location": _place(call["arrivalLocation"], places),
        "duration": lasting(int((call.get("duration") or {}).get("seconds", 0))),
        "time_windows": [],
        "parts": {
            **_loads(shipment.get("demands"), shipment.get("loadDemands"), "amount"),
            **_loads(call.get("demands"), call.get("loadDemands"), "amount"),
        },
        "engineers": {
            "required": [f"v{index}" for index in shipment.get("allowedVehicleIndices") or ()]
        },
        "priority": "mandatory" if penalty is None else tiers[_number(penalty)],
    }
    windows = call.get("timeWindows") or ()
    for limits in windows:
        _refuse_unknown(f"{where}, time window", limits, WINDOW_FIELDS)
    visit["time_windows"] = [
        _window(_time(limits["startTime"]), _time(limits["endTime"])) for limits in windows
    ]
    soft = [limits for limits in windows if "softEndTime" in limits]
    if len(soft) > 1 or (soft and len(windows) > 1):
        message = f"{where}: several time windows with a soft end, expected at most one"
        raise InstanceError(message)
    if soft:
        per_hour = _number(soft[0]["costPerHourAfterSoftEndTime"])
        visit["due"] = {
            "ideal": _time(soft[0]["softEndTime"]).isoformat(),
            "earliness_per_day": 0,
            "lateness_per_day": _money(24 * per_hour),
        }
    return visit


def _only_call(where: str, shipment: Mapping[str, Any]) -> Mapping[str, Any]:
    calls: list[Mapping[str, Any]] = []
    for side in ("pickup", "delivery"):
        calls.extend((shipment.get(side) or {}).get("visitRequests") or ())
    for side in ("pickups", "deliveries"):
        calls.extend(shipment.get(side) or ())
    if len(calls) != 1:
        message = f"{where}: {len(calls)} visit requests, expected exactly one (no transports)"
        raise InstanceError(message)
    return calls[0]


def _tiers(shipments: Iterable[Mapping[str, Any]]) -> dict[float, str]:
    """Split the distinct penalties into thirds: the dearest are `high`, the cheapest `low`."""
    penalties = sorted(
        {_number(shipment["penaltyCost"]) for shipment in shipments if "penaltyCost" in shipment},
        reverse=True,
    )
    names = ("high", "normal", "low")
    return {value: names[3 * rank // len(penalties)] for rank, value in enumerate(penalties)}


def _loads(
    listed: Iterable[Mapping[str, Any]] | None, keyed: Mapping[str, Any] | None, field: str
) -> dict[str, int]:
    loads = {entry["type"]: int(entry["value"]) for entry in listed or () if "value" in entry}
    for kind, entry in (keyed or {}).items():
        if field in entry:
            loads[kind] = int(entry[field])
    return {kind: quantity for kind, quantity in loads.items() if quantity}


def _place(point: Mapping[str, Any], places: Places) -> str:
    key = (float(point["latitude"]), float(point["longitude"]))
    return places.setdefault(key, f"p{len(places)}")


def _window(start: datetime, end: datetime) -> Json:
    return {"start": start.isoformat(), "end": end.isoformat()}


def _time(value: Any) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return datetime.fromtimestamp(int(value["seconds"]), UTC)


def _number(value: Any) -> float:
    """Read a number that may be wrapped, as older files do (`{"value": 100}`, `{}` for 0)."""
    return float(value.get("value", 0) if isinstance(value, Mapping) else value)


def _money(value: Any) -> int:
    return round(_number(value) * MINOR_UNITS)


def _refuse_unknown(where: str, entry: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        message = f"{where}: {', '.join(unknown)} has no counterpart in a case file"
        raise InstanceError(message)
