"""The demo world: ``data/demo_world.json`` brought to life at an instant.

The file counts days and minutes from the moment at which the demo starts; here they become
dates and instants, the roster becomes shifts, and hours become windows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from dispatch.domain.clock import PauseReason
from dispatch.domain.contract import Contract
from dispatch.domain.depot import Depot, Inbound
from dispatch.domain.engineer import Engineer
from dispatch.domain.equipment import Equipment, EquipmentType, FaultKind, Grade
from dispatch.domain.intake import build_case
from dispatch.domain.local_time import instant_at, to_utc, zone_named
from dispatch.domain.location import Location
from dispatch.domain.part import Part
from dispatch.domain.policy import default_policies
from dispatch.domain.request import Request, RequestState
from dispatch.domain.roster import Roster
from dispatch.domain.severity import Severity
from dispatch.domain.site import Access, Site
from dispatch.domain.skill import RequiredSkill, Skill
from dispatch.domain.snapshot import Case
from dispatch.domain.tariff import Tariff
from dispatch.domain.travel_settings import TravelSettings
from dispatch.domain.window import TimeWindow
from dispatch.domain.working_days import WorkingDays
from dispatch.domain.world import CompanyWorld
from dispatch.errors import NotFound

__all__ = ["DemoWorld", "DepotNote", "PersonNote", "demo_world_path", "read_demo_world"]

ROSTER_DAYS = 21
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PersonNote:
    """What the planner does not need to know of an engineer: name in Latin letters, phone, home."""

    name_en: str
    phone: str
    home: Location


@dataclass(frozen=True, slots=True)
class DepotNote:
    """What the planner does not need to know of a depot; hours are local and hold every day."""

    name: str
    name_en: str
    address: str
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """The demo at one instant.

    Parameters
    ----------
    world
        The company, with shifts for the next three weeks.
    roster
        The pattern the shifts were made of.
    now, window
        The instant, in whole minutes, and what to plan then.
    people, depot_notes
        By id of engineer and of depot.
    contacts
        Whom to ask for, by id of site: ``name``, ``role`` and ``phone`` of each.
    checklists_en
        Checklists in English, by code of equipment type.
    """

    world: CompanyWorld
    roster: Roster
    now: datetime
    window: TimeWindow
    people: Mapping[str, PersonNote]
    depot_notes: Mapping[str, DepotNote]
    contacts: Mapping[str, list[dict[str, str]]]
    checklists_en: Mapping[str, list[str]]

    def case(self) -> Case:
        """Build the case that the demo plans."""
        return build_case(self.world, self.window, self.now)


def demo_world_path() -> Path:
    """Say where the file is: in ``data/`` at the top of the checkout."""
    return Path(__file__).resolve().parents[2] / "data" / "demo_world.json"


def read_demo_world(anchor: datetime, path: Path | None = None) -> DemoWorld:
    """Read the demo world as it stands at an instant.

    Parameters
    ----------
    anchor
        The moment at which the demo starts, any hour of any day.
    path
        Another file of the same form; None: the one that is shipped.

    Returns
    -------
    DemoWorld
        Times carry the offset of the company's zone.

    Raises
    ------
    NotFound
        When there is no such file, because the package was installed without its checkout.
    """
    file = path or demo_world_path()
    if not file.is_file():
        raise NotFound("file", str(file), advice="install it from a checkout with `pip -e`.")
    data = json.loads(file.read_text(encoding="utf-8"))
    return _Reading(data, anchor).demo_world()


class _Reading:
    """Reads one file at one instant."""

    def __init__(self, data: Record, anchor: datetime) -> None:
        self._data = data
        self._zone = zone_named(data["zone"])
        exact = to_utc(anchor, "anchor").astimezone(self._zone)
        self._now = exact.replace(second=0, microsecond=0)
        self._today = self._now.date()
        self._days = WorkingDays(data["country"])
        roster = data["roster"]
        self._roster = Roster(
            duty_teams=tuple(tuple(team) for team in roster["duty_teams"]),
            zone=data["zone"],
            working_days=self._days,
            starts=time.fromisoformat(roster["starts"]),
            ends=time.fromisoformat(roster["ends"]),
        )

    def demo_world(self) -> DemoWorld:
        data = self._data
        homes = {
            one["id"]: Location(f"home-{one['id']}", one["home"]["lat"], one["home"]["lon"])
            for one in data["engineers"]
        }
        places = [Location(f"at-{one['id']}", one["lat"], one["lon"]) for one in data["depots"]]
        world = CompanyWorld(
            locations=(*places, *homes.values()),
            depots=tuple(self._depot(one) for one in data["depots"]),
            engineers=tuple(self._engineer(one, homes[one["id"]]) for one in data["engineers"]),
            contracts=tuple(self._contract(one) for one in data["contracts"]),
            sites=tuple(self._site(one) for one in data["sites"]),
            equipment_types=tuple(_equipment_type(one) for one in data["equipment_types"]),
            equipment=tuple(self._equipment(one) for one in data["equipment"]),
            parts=tuple(Part(**one) for one in data["parts"]),
            requests=tuple(self._request(one) for one in data["requests"]),
            zone=data["zone"],
            travel=TravelSettings(**data["travel"]),
        )
        return DemoWorld(
            world=world,
            roster=self._roster,
            now=self._now,
            window=self._roster.planning_window(self._now),
            contacts={one["id"]: one["contacts"] for one in data["sites"]},
            checklists_en={one["code"]: one["checklist_en"] for one in data["equipment_types"]},
            people={
                one["id"]: PersonNote(one["name_en"], one["phone"], homes[one["id"]])
                for one in data["engineers"]
            },
            depot_notes={
                one["id"]: DepotNote(
                    one["name"],
                    one["name_en"],
                    one["address"],
                    time.fromisoformat(one["opens"]),
                    time.fromisoformat(one["closes"]),
                )
                for one in data["depots"]
            },
        )

    def _day(self, offset: int | None) -> date | None:
        return None if offset is None else self._today + timedelta(days=offset)

    def _ago(self, minutes: int) -> datetime:
        # Subtracted in UTC, because a local subtraction would miss a change of the clocks.
        return (self._now.astimezone(UTC) - timedelta(minutes=minutes)).astimezone(self._zone)

    def _depot(self, one: Record) -> Depot:
        opens, closes = time.fromisoformat(one["opens"]), time.fromisoformat(one["closes"])
        days = (self._today + timedelta(days=number) for number in range(-1, ROSTER_DAYS + 1))
        return Depot(
            id=one["id"],
            location=f"at-{one['id']}",
            stock=one["stock"],
            tools=tuple(one["tools"]),
            pickup_duration=timedelta(minutes=one["pickup_min"]),
            opening=tuple(
                TimeWindow(
                    instant_at(day, opens, self._zone).astimezone(self._zone),
                    instant_at(day, closes, self._zone).astimezone(self._zone),
                )
                for day in days
            ),
            inbound=tuple(
                Inbound(came["part"], came["quantity"], self._ago(-came["in_minutes"]))
                for came in one["inbound"]
            ),
        )

    def _engineer(self, one: Record, home: Location) -> Engineer:
        first = self._today - timedelta(days=1)
        last = self._today + timedelta(days=ROSTER_DAYS)
        return Engineer(
            id=one["id"],
            name=one["name"],
            skills=tuple(Skill(**skill) for skill in one["skills"]),
            tools=tuple(one["tools"]),
            van_stock=one["van_stock"],
            territory=one["territory"],
            duration_factor=one["duration_factor"],
            shifts=self._roster.shifts_of(one["id"], home.id, first, last),
            tariff=Tariff(**one["cost"]),
        )

    def _contract(self, one: Record) -> Contract:
        starts = self._day(one["starts_in_days"])
        assert starts is not None
        return Contract(
            id=one["id"],
            customer=one["customer"],
            policy=default_policies()[one["policy"]],
            monthly_fee=one["monthly_fee"],
            maintenance_visit_price=one["maintenance_visit_price"],
            starts=starts,
            ends=self._day(one["ends_in_days"]),
            key_account=one["key_account"],
            representatives=tuple(one["representatives"]),
            customer_en=one["customer_en"],
        )

    def _site(self, one: Record) -> Site:
        opens, closes = time.fromisoformat(one["opens"]), time.fromisoformat(one["closes"])
        return Site(
            id=one["id"],
            contract=one["contract"],
            location=Location(f"at-{one['id']}", one["lat"], one["lon"]),
            name=one["name"],
            name_en=one["name_en"],
            address=one["address"],
            territory=one["territory"],
            access=Access(opens, closes, one["every_day"]),
            zone=self._data["zone"],
            working_days=self._days,
        )

    def _equipment(self, one: Record) -> Equipment:
        installed = self._day(one["installed_in_days"])
        assert installed is not None
        return Equipment(
            id=one["id"],
            site=one["site"],
            type=one["type"],
            grade=Grade(one["grade"]),
            installed=installed,
            last_maintenance=self._day(one["last_maintenance_in_days"]),
            months_between=one["months_between"],
            warranty_end=self._day(one["warranty_end_in_days"]),
            name=one["name"],
            model=one["model"],
            serial=one["serial"],
        )

    def _request(self, one: Record) -> Request:
        request = Request(
            id=one["id"],
            site=one["site"],
            severity=Severity(one["severity"]),
            reported_at=self._ago(one["minutes_ago"]),
            equipment=one["equipment"],
            fault=one["fault"],
            summary=one["summary"],
            summary_en=one["summary_en"],
        )
        for stage in one["stages"]:
            request = request.advance(RequestState(stage["state"]), self._ago(stage["minutes_ago"]))
        pause = one["pause"]
        if pause is None:
            return request
        return request.pause(PauseReason(pause["reason"]), self._ago(pause["minutes_ago"]))


def _equipment_type(one: Record) -> EquipmentType:
    maintenance = one["maintenance"]
    return EquipmentType(
        code=one["code"],
        name=one["name"],
        name_en=one["name_en"],
        maintenance_duration=timedelta(minutes=maintenance["minutes"]),
        maintenance_skills=_skills(maintenance["skills"]),
        maintenance_tools=tuple(maintenance["tools"]),
        maintenance_parts=maintenance["parts"],
        checklist=tuple(one["checklist"]),
        loaner_part=one["loaner_part"],
        faults=tuple(
            FaultKind(
                code=fault["code"],
                title=fault["title"],
                title_en=fault["title_en"],
                duration=timedelta(minutes=fault["minutes"]),
                skills=_skills(fault["skills"]),
                tools=tuple(fault["tools"]),
                parts=fault["parts"],
                crew_size=fault["crew_size"],
            )
            for fault in one["faults"]
        ),
    )


def _skills(rows: list[Record]) -> tuple[RequiredSkill, ...]:
    return tuple(RequiredSkill(row["name"], row["min_level"]) for row in rows)
