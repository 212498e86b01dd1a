"""Small worlds for simulations, on one straight road with travel written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from dispatch.domain import (
    Case,
    Depot,
    Engineer,
    GivenMatrix,
    Location,
    Priority,
    RequiredSkill,
    Severity,
    Shift,
    Skill,
    SlaTerms,
    Tariff,
    TimeWindow,
    TravelSettings,
    TravelSourceName,
    Visit,
)
from dispatch.domain.demand import (
    ArrivalTerms,
    Assumptions,
    Demand,
    DemandContract,
    Fault,
    OpenRequest,
    Source,
)
from dispatch.domain.risk import RiskModel, Spread

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
MINUTE = 60
CERTAIN = RiskModel(
    {kind: Spread(0.0, 0.0) for kind in ("corrective", "maintenance")}, Spread(0.0, 0.0)
)
NOTHING_GOES_WRONG = Assumptions(
    risk=CERTAIN, illness_per_day=0.0, offline_share=0.0, delivery_lead=None
)


def at(hour: float) -> datetime:
    """Monday at an hour."""
    return MONDAY + timedelta(hours=hour)


def road(*places: str, minutes: int = 10) -> tuple[tuple[Location, ...], TravelSettings]:
    """Places in a row, neighbours so many minutes and kilometres apart."""
    steps = abs(np.subtract.outer(np.arange(len(places)), np.arange(len(places))))
    matrix = GivenMatrix(places, steps * minutes * MINUTE, steps * minutes * 1000)
    return tuple(Location(name) for name in places), TravelSettings(
        source=TravelSourceName.MATRIX, matrix=matrix
    )


def engineer(id: str, home: str = "home", *skills: str, **more: object) -> Engineer:
    """Somebody who works from 8 to 16, overtime until 18, for 60.00 an hour and 1.00 a km."""
    shift = Shift(f"{id}-mon", at(8), at(16), home, overtime_end=at(18))
    return replace(
        Engineer(
            id,
            skills=tuple(Skill(name) for name in skills),
            shifts=(shift,),
            tariff=Tariff(0, 6000, 9000, 100),
            territory="north",
        ),
        **more,  # type: ignore[arg-type]
    )


def repair(id: str, place: str, by: float, *skills: str) -> Visit:
    """An hour of work, to be reached by an hour of Monday; a breach costs 100.00."""
    return Visit(
        id,
        place,
        timedelta(hours=1),
        sla=SlaTerms(at(by), Severity.CRITICAL, 10_000, 6000),
        required_skills=tuple(RequiredSkill(name) for name in skills),
        priority=Priority.HIGH,
    )


def certain_day() -> Case:
    """One engineer, one repair 10 minutes away and one 20 minutes away; nothing is random."""
    places, travel = road("home", "near", "far")
    return Case(
        TimeWindow(MONDAY, MONDAY + timedelta(days=1)),
        locations=places,
        engineers=(engineer("e1"),),
        visits=(repair("v1", "near", 9), repair("v2", "far", 9)),
        now=at(8),
        travel=travel,
        demand=Demand(assumptions=NOTHING_GOES_WRONG),
    )


def busy_shop(per_day: float = 6.0) -> Case:
    """Two engineers, three places that call at random, a part that runs short, one depot."""
    places, travel = road("home", "a", "b", "c", "store")
    contract = DemandContract(
        "standard",
        {
            Severity.CRITICAL: ArrivalTerms(timedelta(hours=2), 10_000, 6000, Priority.HIGH),
            Severity.MINOR: ArrivalTerms(timedelta(hours=8), 1000, 600),
        },
    )
    shares = {Severity.CRITICAL: 0.5, Severity.MINOR: 0.5}
    return Case(
        TimeWindow(MONDAY, MONDAY + timedelta(days=1)),
        locations=places,
        depots=(Depot("d1", "store", {"fuse": 2}, pickup_duration=timedelta(minutes=5)),),
        engineers=(
            engineer("e1", "home", "power", van_stock={"fuse": 1}),
            engineer("e2", "c", "power", "cooling", van_stock={"fuse": 1}),
        ),
        visits=(repair("open-1", "a", 10, "power"),),
        now=at(7),
        travel=travel,
        demand=Demand(
            zone="UTC",
            hours=tuple(1.0 if 8 <= hour < 15 else 0.0 for hour in range(24)),
            contracts=(contract,),
            sources=tuple(
                Source(place, place, "ups", customer=f"c-{place}", contract="standard")
                for place in ("a", "b", "c")
            ),
            faults=(
                Fault(
                    "ups/fuse",
                    per_day / 6,
                    timedelta(minutes=40),
                    "ups",
                    shares,
                    (RequiredSkill("power"),),
                    parts={"fuse": 1},
                ),
                Fault(
                    "ups/fan",
                    per_day / 6,
                    timedelta(minutes=30),
                    "ups",
                    shares,
                    (RequiredSkill("power"),),
                ),
            ),
            open_requests=(OpenRequest("open-1", "standard", at(6), "c-a"),),
        ),
    )
