"""Writing a whole company into the database, as rows."""

from __future__ import annotations

from datetime import UTC, timedelta

from dispatch.domain import Engineer, Shift
from dispatch.formats.demo_world import DemoWorld
from dispatch.operations.company import keep_company_settings
from dispatch.operations.intake import ensure_request_visit
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import (
    ContractRow,
    DepotRow,
    EngineerRow,
    EquipmentRow,
    EquipmentTypeRow,
    InboundRow,
    PartRow,
    RequestRow,
    ShiftRow,
    SiteRow,
    StockRow,
    Versioned,
)

__all__ = ["plant_world"]

SECOND = timedelta(seconds=1)


def plant_world(work: UnitOfWork, demo: DemoWorld) -> None:
    """Put the demo world in the place of all master data, requests, runs and plans."""
    work.catalogue.clear()
    world = demo.world
    keep_company_settings(work, world.zone, world.travel)
    work.catalogue.plant([_engineer(one, demo) for one in world.engineers])
    work.catalogue.plant(_depots(demo))
    work.catalogue.plant(
        [
            PartRow(id=one.id, name=one.name, name_en=one.name_en, unit_price=one.unit_price)
            for one in world.parts
        ]
    )
    work.catalogue.plant(_stock(demo))
    work.catalogue.plant(
        [
            EquipmentTypeRow(
                **rows.equipment_type_values(one), checklist_en=demo.checklists_en[one.code]
            )
            for one in world.equipment_types
        ]
    )
    work.catalogue.plant(_contracts(demo))
    work.catalogue.plant(_sites(demo))
    work.catalogue.plant(_equipment(demo))
    work.catalogue.plant([_shift(one.id, shift) for one in world.engineers for shift in one.shifts])
    work.catalogue.plant([RequestRow(**rows.request_values(one)) for one in world.requests])
    for request in world.requests:
        ensure_request_visit(work, request)
    work.tell("demo_planted", demo.now.date().isoformat(), {"requests": len(world.requests)})


def _engineer(one: Engineer, demo: DemoWorld) -> EngineerRow:
    note = demo.people[one.id]
    assert note.home.lat is not None
    assert note.home.lon is not None
    return EngineerRow(
        id=one.id,
        name=one.name,
        name_en=note.name_en,
        phone=note.phone,
        territory=one.territory,
        lat=note.home.lat,
        lon=note.home.lon,
        skills=[{"name": skill.name, "level": skill.level} for skill in one.skills],
        tools=list(one.tools),
        van_stock=dict(one.van_stock),
        duration_factor=dict(one.duration_factor),
        cost={
            "per_shift": one.tariff.per_shift,
            "per_hour": one.tariff.per_hour,
            "per_overtime_hour": one.tariff.per_overtime_hour,
            "per_km": one.tariff.per_km,
        },
    )


def _shift(engineer: str, shift: Shift) -> ShiftRow:
    return ShiftRow(
        id=shift.id,
        engineer_id=engineer,
        start=shift.start,
        end=shift.end,
        overtime_end=shift.overtime_end,
        max_travel_s=None if shift.max_travel is None else shift.max_travel // SECOND,
        fixed_start=shift.fixed_start,
        breaks=[
            {
                "earliest": one.earliest.astimezone(UTC).isoformat(),
                "latest": one.latest.astimezone(UTC).isoformat(),
                "duration_s": one.duration // SECOND,
            }
            for one in shift.breaks
        ],
    )


def _depots(demo: DemoWorld) -> list[Versioned]:
    places = {place.id: place for place in demo.world.locations}
    found: list[Versioned] = []
    for one in demo.world.depots:
        note, place = demo.depot_notes[one.id], places[one.location]
        assert place.lat is not None
        assert place.lon is not None
        found.append(
            DepotRow(
                id=one.id,
                name=note.name,
                name_en=note.name_en,
                address=note.address,
                lat=place.lat,
                lon=place.lon,
                tools=list(one.tools),
                pickup_duration_s=one.pickup_duration // SECOND,
                opens=note.opens,
                closes=note.closes,
                every_day=True,
                zone=demo.world.zone,
            )
        )
    return found


def _stock(demo: DemoWorld) -> list[Versioned]:
    found: list[Versioned] = []
    for depot in demo.world.depots:
        for part, quantity in (depot.stock or {}).items():
            found.append(
                StockRow(
                    id=f"{depot.id}:{part}", depot_id=depot.id, part_id=part, quantity=quantity
                )
            )
        for number, came in enumerate(depot.inbound, 1):
            found.append(
                InboundRow(
                    id=f"{depot.id}-inbound-{number}",
                    depot_id=depot.id,
                    part_id=came.part,
                    quantity=came.quantity,
                    available_from=came.available_from,
                )
            )
    return found


def _contracts(demo: DemoWorld) -> list[Versioned]:
    return [
        ContractRow(
            id=one.id,
            customer=one.customer,
            customer_en=one.customer_en,
            policy=one.policy.name,
            monthly_fee=one.monthly_fee,
            maintenance_visit_price=one.maintenance_visit_price,
            starts=one.starts,
            ends=one.ends,
            key_account=one.key_account,
            representatives=list(one.representatives),
        )
        for one in demo.world.contracts
    ]


def _sites(demo: DemoWorld) -> list[Versioned]:
    return [
        SiteRow(
            id=one.id,
            contract_id=one.contract,
            name=one.name,
            name_en=one.name_en,
            address=one.address,
            lat=one.location.lat or 0.0,
            lon=one.location.lon or 0.0,
            territory=one.territory,
            opens=one.access.opens,
            closes=one.access.closes,
            every_day=one.access.every_day,
            zone=one.zone,
            country=one.working_days.country,
            contacts=[{"email": "", "notices": False, **who} for who in demo.contacts[one.id]],
        )
        for one in demo.world.sites
    ]


def _equipment(demo: DemoWorld) -> list[Versioned]:
    return [
        EquipmentRow(
            id=one.id,
            site_id=one.site,
            type=one.type,
            grade=one.grade.value,
            installed=one.installed,
            last_maintenance=one.last_maintenance,
            months_between=one.months_between,
            warranty_end=one.warranty_end,
            name=one.name,
            model=one.model,
            serial=one.serial,
        )
        for one in demo.world.equipment
    ]
