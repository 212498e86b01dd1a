"""Sites, equipment, contracts and parts between rows and domain objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dispatch.domain.contract import Contract, ServicePolicy
from dispatch.domain.equipment import Equipment, EquipmentType, FaultKind, Grade
from dispatch.domain.location import Location
from dispatch.domain.part import Part
from dispatch.domain.site import Access, Site
from dispatch.domain.skill import RequiredSkill
from dispatch.domain.working_days import WorkingDays
from dispatch.errors import NotFound
from dispatch.store.tables import ContractRow, EquipmentRow, EquipmentTypeRow, PartRow, SiteRow

__all__ = [
    "contract_of",
    "equipment_of",
    "equipment_type_of",
    "equipment_type_values",
    "part_of",
    "site_of",
    "site_place",
]


def site_place(site: str) -> str:
    """Id of the location of a site in a case."""
    return f"site-{site}"


def site_of(row: SiteRow) -> Site:
    """Make the domain's site; its location is called like the site itself."""
    return Site(
        id=row.id,
        contract=row.contract_id,
        location=Location(site_place(row.id), row.lat, row.lon),
        name=row.name,
        name_en=row.name_en,
        address=row.address,
        territory=row.territory,
        access=Access(row.opens, row.closes, row.every_day),
        zone=row.zone,
        working_days=WorkingDays(row.country),
    )


def contract_of(row: ContractRow, policies: Mapping[str, ServicePolicy]) -> Contract:
    """Make the domain's contract.

    Raises
    ------
    NotFound
        When its policy is not among the given ones.
    """
    if row.policy not in policies:
        raise NotFound("policy", row.policy)
    return Contract(
        id=row.id,
        customer=row.customer,
        policy=policies[row.policy],
        monthly_fee=row.monthly_fee,
        maintenance_visit_price=row.maintenance_visit_price,
        starts=row.starts,
        ends=row.ends,
        key_account=row.key_account,
        representatives=tuple(row.representatives),
        customer_en=row.customer_en,
    )


def equipment_of(row: EquipmentRow) -> Equipment:
    """Make the domain's equipment."""
    return Equipment(
        id=row.id,
        site=row.site_id,
        type=row.type,
        grade=Grade(row.grade),
        installed=row.installed,
        last_maintenance=row.last_maintenance,
        months_between=row.months_between,
        warranty_end=row.warranty_end,
        name=row.name,
        model=row.model,
        serial=row.serial,
    )


def equipment_type_of(row: EquipmentTypeRow) -> EquipmentType:
    """Make the domain's equipment type."""
    needs = row.maintenance
    return EquipmentType(
        code=row.id,
        name=row.name,
        name_en=row.name_en,
        maintenance_duration=timedelta(seconds=needs["duration_s"]),
        maintenance_skills=_skills(needs["skills"]),
        maintenance_tools=tuple(needs["tools"]),
        maintenance_parts=dict(needs["parts"]),
        checklist=tuple(row.checklist),
        loaner_part=row.loaner_part,
        faults=tuple(
            FaultKind(
                code=fault["code"],
                title=fault["title"],
                title_en=fault["title_en"],
                duration=timedelta(seconds=fault["duration_s"]),
                skills=_skills(fault["skills"]),
                tools=tuple(fault["tools"]),
                parts=dict(fault["parts"]),
                crew_size=fault["crew_size"],
            )
            for fault in row.faults
        ),
    )


def equipment_type_values(kind: EquipmentType) -> dict[str, Any]:
    """Write an equipment type as column values."""
    return {
        "id": kind.code,
        "name": kind.name,
        "name_en": kind.name_en,
        "maintenance": {
            "duration_s": kind.maintenance_duration // timedelta(seconds=1),
            "skills": _skill_values(kind.maintenance_skills),
            "tools": list(kind.maintenance_tools),
            "parts": dict(kind.maintenance_parts),
        },
        "checklist": list(kind.checklist),
        "loaner_part": kind.loaner_part,
        "faults": [
            {
                "code": fault.code,
                "title": fault.title,
                "title_en": fault.title_en,
                "duration_s": fault.duration // timedelta(seconds=1),
                "skills": _skill_values(fault.skills),
                "tools": list(fault.tools),
                "parts": dict(fault.parts),
                "crew_size": fault.crew_size,
            }
            for fault in kind.faults
        ],
    }


def part_of(row: PartRow) -> Part:
    """Make the domain's part."""
    return Part(row.id, row.name, row.name_en, row.unit_price, row.unit)


def _skills(values: list[dict[str, Any]]) -> tuple[RequiredSkill, ...]:
    return tuple(RequiredSkill(one["name"], one["min_level"]) for one in values)


def _skill_values(skills: tuple[RequiredSkill, ...]) -> list[dict[str, Any]]:
    return [{"name": one.name, "min_level": one.min_level} for one in skills]
