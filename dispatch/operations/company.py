"""What the company settled once for all: its zone, its kinds of contract, how it travels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from dispatch.domain.contract import ServicePolicy
from dispatch.domain.local_time import instant_at, zone_named
from dispatch.domain.policy import default_policies, policy_from_mapping
from dispatch.domain.travel_settings import TravelSettings
from dispatch.domain.window import TimeWindow
from dispatch.store import UnitOfWork

__all__ = ["CompanySettings", "company_settings", "keep_company_settings"]

SETTING = "company"


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """Settings of one company.

    Parameters
    ----------
    zone
        IANA name of the zone whose days are planned.
    travel
        Source of travel times.
    policies
        Kinds of contract by name.
    """

    zone: str = "Asia/Shanghai"
    travel: TravelSettings = field(default_factory=TravelSettings)
    policies: Mapping[str, ServicePolicy] = field(default_factory=default_policies)

    def local_day(self, instant: datetime) -> date:
        """Day on the wall at an instant."""
        return instant.astimezone(zone_named(self.zone)).date()

    def midnight(self, day: date) -> datetime:
        """First instant of a local day, with the local offset."""
        zone = zone_named(self.zone)
        return instant_at(day, time(0), zone).astimezone(zone)

    def window(self, first: date, until: date) -> TimeWindow:
        """The stretch from the first local day to the one before ``until``."""
        return TimeWindow(self.midnight(first), self.midnight(until))

    def local(self, instant: datetime) -> datetime:
        """An instant with the local offset, for people."""
        return instant.astimezone(zone_named(self.zone))


def company_settings(work: UnitOfWork) -> CompanySettings:
    """Read the settings; what was never settled has its default."""
    kept = work.log.setting(SETTING)
    if kept is None:
        return CompanySettings()
    values = json.loads(kept)
    own = values.get("policies", {})
    policies = dict(default_policies())
    policies |= {name: policy_from_mapping(name, data) for name, data in own.items()}
    travel = TravelSettings(
        speed_kmh=values.get("speed_kmh", TravelSettings().speed_kmh),
        detour_factor=values.get("detour_factor", TravelSettings().detour_factor),
        speed_by_hour={int(hour): at for hour, at in values.get("speed_by_hour", {}).items()},
    )
    return CompanySettings(values.get("zone", CompanySettings().zone), travel, policies)


def keep_company_settings(work: UnitOfWork, zone: str, travel: TravelSettings) -> None:
    """Settle the zone and how the company travels; own policies stay as they are."""
    kept = json.loads(work.log.setting(SETTING) or "{}")
    kept |= {
        "zone": zone,
        "speed_kmh": travel.speed_kmh,
        "detour_factor": travel.detour_factor,
        "speed_by_hour": dict(travel.speed_by_hour),
    }
    work.log.keep_setting(SETTING, json.dumps(kept))
