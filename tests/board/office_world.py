"""Twelve weeks of a company with two territories, and names that would like to be markup."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from dispatch.domain.local_time import zone_named
from dispatch.store import UnitOfWork
from dispatch.store.tables import (
    ContractRow,
    EngineerRow,
    EquipmentRow,
    EquipmentTypeRow,
    PartRow,
    RequestRow,
    ShiftRow,
    SiteRow,
    VisitEventRow,
    VisitRow,
)

MARKUP = '<img src=x onerror="window.__broken=1">'
RIGHT_TO_LEFT = "\u202eمستشفى الخليج\u202c שלום"
EMOJI = "👩🏽\u200d🔧 {{7*7}}"
LONG = "Donaudampfschifffahrtsgesellschaft " * 5
ZONE = zone_named("Asia/Shanghai")
TODAY = datetime.now(UTC).astimezone(ZONE).date()
WEEKS = 12
SEVERITIES = ("critical", "major", "minor")
SKILLS = ("ups", "hv", "x-ray")


def at(day: date, minutes: int) -> datetime:
    """So many minutes after midnight of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC) + timedelta(
        minutes=minutes
    )


def plant_office(work: UnitOfWork) -> None:
    """Write the company with its past."""
    plant = work.catalogue.plant
    customers = ("海湾医院", "City Data Centre", MARKUP, RIGHT_TO_LEFT, EMOJI, "=cmd|' /C calc'!A0")
    plant(
        ContractRow(
            id=f"k{n}",
            customer=name,
            policy="standard" if n % 2 else "platinum",
            starts=date(2024, 1, 1),
        )
        for n, name in enumerate(customers)
    )
    for n, skill in enumerate(SKILLS):
        needed = [{"name": skill, "min_level": 1}]
        work_document = {"duration_s": 3600 * (n + 1), "skills": needed, "tools": [], "parts": {}}
        plant([EquipmentTypeRow(id=f"type-{skill}", name=skill.upper(), maintenance=work_document)])
    plant(
        EngineerRow(
            id=f"eng-{n}",
            name=(MARKUP, "Wei Chen", "李娜", RIGHT_TO_LEFT)[n],
            territory="N" if n < 2 else "SOUTH",
            lat=21.2 + n / 50,
            lon=110.3 + n / 50,
            skills=[{"name": skill, "level": 2} for skill in SKILLS[: n % 3 + 1]],
        )
        for n in range(4)
    )
    plant(PartRow(id=f"part-{n:03d}", name=f"Part {n}", unit_price=100 + n) for n in range(120))
    names = (MARKUP, RIGHT_TO_LEFT, EMOJI, LONG, "一号机房", "South hospital")
    plant(
        SiteRow(
            id=f"site-{n:02d}",
            contract_id=f"k{n % 6}",
            name=f"{names[n % 6]} {n}"[:200],
            address=LONG[:150],
            territory="N" if n % 2 else "SOUTH",
            lat=21.2 + n / 200,
            lon=110.3 + n / 300,
        )
        for n in range(24)
    )
    plant(
        EquipmentRow(
            id=f"eq-{n:02d}",
            site_id=f"site-{n % 24:02d}",
            type=f"type-{SKILLS[n % 3]}",
            grade="key" if n % 3 == 0 else "general",
            installed=date(2022, 1, 1),
            last_maintenance=TODAY - timedelta(days=(n * 17) % 200),
            name=names[n % 6][:200],
        )
        for n in range(60)
    )
    for day in range(1, WEEKS * 7):
        _one_day(work, TODAY - timedelta(days=day), day)


def _one_day(work: UnitOfWork, day: date, number: int) -> None:
    """Three requests of a day, with visits and reports, and the engineers' shifts."""
    rows: list[Any] = [
        ShiftRow(
            id=f"shift-{number}-{n}", engineer_id=f"eng-{n}", start=at(day, 480), end=at(day, 1020)
        )
        for n in range(4)
    ]
    work.catalogue.plant(rows)
    for n in range(3):
        start = 540 + 60 * n
        late = 40 + (number * 7 + n * 31) % 120
        id = f"r-{number}-{n}"
        once = (number + n) % 6 > 0
        stages = [
            ("acknowledged", start + 10 + number % 25),
            ("arrived", start + late),
            ("fixed", start + late + 70),
        ]
        work.catalogue.plant(
            [
                RequestRow(
                    id=id,
                    site_id=f"site-{(number + n * 5) % 24:02d}",
                    severity=SEVERITIES[n],
                    summary=MARKUP,
                    state="fixed",
                    reported_at=at(day, start),
                    stages=[
                        {"state": state, "at": at(day, when).isoformat(), "inferred": False}
                        for state, when in stages
                    ],
                    results=[{"number": 1, "finished": once, "parts": {}, "duration_s": None}],
                    repeat_of=f"r-{number - 1}-{n}" if number % 9 == 0 else None,
                    score=None if n else 3 + number % 3,
                    scored_at=None if n else at(day, 1300),
                )
            ]
        )
        work.catalogue.plant(
            [
                VisitRow(
                    id=f"{id}-v1",
                    kind="corrective",
                    request_id=id,
                    site_id=f"site-{(number + n * 5) % 24:02d}",
                    state="finished",
                    arrived_at=at(day, start + late),
                    finished_at=at(day, start + late + 70),
                )
            ]
        )
        told = ("en_route", -20), ("arrived", 0), ("finished", 70)
        for kind, minutes in told:
            when = at(day, start + late + minutes)
            work.work.add_report(
                VisitEventRow(
                    event_id=f"{id}-{kind}",
                    visit_id=f"{id}-v1",
                    engineer_id=f"eng-{n}",
                    type=kind,
                    occurred_at=when,
                    received_at=when,
                    outcome="applied",
                )
            )
