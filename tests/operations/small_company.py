"""A company small enough to plan by hand: two engineers, two sites, one depot, one customer.

Everything lies in the streets around one point of Zhanjiang, so the ways are minutes, and both
engineers work tomorrow from 08:00 to 17:30 local time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from dispatch.domain.local_time import zone_named
from dispatch.operations import master_data
from dispatch.operations.intake import RequestRecord, report
from dispatch.store import UnitOfWork

ZONE = zone_named("Asia/Shanghai")
HERE = {"lat": 21.27, "lon": 110.36}


@cache
def tomorrow() -> date:
    """The local day after today; the same one for a whole run, also for one that passes midnight."""
    return datetime.now(UTC).astimezone(ZONE).date() + timedelta(days=1)


def at(hour: int, minute: int = 0, day: date | None = None) -> str:
    """A time of tomorrow in Zhanjiang, as it is written on the wire."""
    return f"{day or tomorrow()}T{hour:02d}:{minute:02d}:00+08:00"


def near(east: float) -> dict[str, float]:
    """A place some hundredths of a degree east; one hundredth is about a kilometre."""
    return {"lat": 21.27, "lon": 110.36 + east}


def records() -> list[tuple[str, dict[str, Any]]]:
    """All master data as (kind, body), each in an order in which it can be posted."""
    ups = {"name": "ups", "level": 2}
    work = {"duration": "PT40M", "skills": [{"name": "ups", "min_level": 1}]}
    battery = {**work, "code": "battery", "title": "电池", "parts": {"P-1": 1}}
    shift = {"start": at(8), "end": at(17, 30), "overtime_end": at(19, 30)}
    return [
        (
            "engineers",
            {
                "id": "e1",
                "name": "陈伟",
                "home": near(0.0),
                "skills": [ups],
                "van_stock": {"P-1": 50},
            },
        ),
        (
            "engineers",
            {
                "id": "e2",
                "name": "李娜",
                "home": near(0.05),
                "skills": [ups],
                "van_stock": {"P-1": 50},
            },
        ),
        ("parts", {"id": "P-1", "name": "蓄电池"}),
        (
            "depots",
            {"id": "d1", "name": "总仓", "location": near(0.02), "pickup_duration": "PT10M"},
        ),
        ("stock", {"id": "d1:P-1", "depot": "d1", "part": "P-1", "quantity": 10}),
        ("equipment-types", {"id": "ups", "name": "UPS", "maintenance": work, "faults": [battery]}),
        (
            "contracts",
            {
                "id": "c1",
                "customer": "海湾中心医院",
                "policy": "platinum",
                "starts": "2026-01-01",
                "monthly_fee": 100000,
            },
        ),
        ("sites", {"id": "s1", "contract": "c1", "name": "一号楼", "location": near(0.01)}),
        ("sites", {"id": "s2", "contract": "c1", "name": "二号楼", "location": near(0.04)}),
        (
            "equipment",
            {
                "id": "q1",
                "site": "s1",
                "type": "ups",
                "grade": "key",
                "installed": "2020-01-01",
                "last_maintenance": str(tomorrow()),
            },
        ),
        (
            "equipment",
            {
                "id": "q2",
                "site": "s2",
                "type": "ups",
                "grade": "general",
                "installed": "2020-01-01",
                "last_maintenance": str(tomorrow()),
            },
        ),
        ("shifts", {"id": "e1-day", "engineer": "e1", **shift}),
        ("shifts", {"id": "e2-day", "engineer": "e2", **shift}),
    ]


def fault(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Body of a request about the battery of q1 (odd numbers) or q2."""
    place = {"site": "s1", "equipment": "q1"} if number % 2 else {"site": "s2", "equipment": "q2"}
    return {
        "id": f"r{number}",
        "severity": "minor",
        "fault": "battery",
        "summary": "电池告警",
        **place,
        **changes,
    }


def found_company(work: UnitOfWork, requests: int = 0) -> None:
    """Write the company, and some requests, into an empty database."""
    for kind, body in records():
        resource = master_data.RESOURCES[kind]
        master_data.add(work, resource, resource.record.model_validate(body))
    for number in range(1, requests + 1):
        report(work, RequestRecord.model_validate(fault(number)))
