"""What a due round needs on site."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dispatch.domain.due import DueWindow
from dispatch.domain.local_time import instant_at, zone_named
from dispatch.domain.maintenance import MaintenanceRound, RoundKind
from dispatch.domain.titles import visit_title
from dispatch.domain.visit import EngineerRules, Priority, Visit, VisitKind
from dispatch.domain.window import TimeWindow
from dispatch.domain.world import WorldIndex

__all__ = ["round_visit"]

SURVEY_DURATION = timedelta(minutes=20)
HAND_OVER_DURATION = timedelta(minutes=60)
EARLINESS_PER_DAY = 100
LATENESS_PER_DAY = 1000


def round_visit(
    found: MaintenanceRound, index: WorldIndex, window: TimeWindow, now: datetime, zone: str
) -> Visit:
    """Make the visit of a due round; its tolerance becomes the due window.

    The bounds are whole local days. A round that is overdue, or to which nobody can come any
    more before its last day is over, may be done until the end of the window.
    """
    site = index.sites[found.site]
    kind = index.types[index.equipment[found.equipment].type]
    access = site.access_or_next(window)
    earliest = instant_at(found.earliest, time(0), zone_named(zone))
    latest = _end_of_day(found.latest, zone)
    first = max(now, window.start, earliest)
    overdue = latest < first
    in_time = any(one.start <= latest and one.end >= first for one in access)
    ideal = _at_noon(found.due, zone)
    maintenance = found.kind is RoundKind.MAINTENANCE
    durations = {
        RoundKind.MAINTENANCE: kind.maintenance_duration,
        RoundKind.SURVEY: SURVEY_DURATION,
        RoundKind.HAND_OVER: HAND_OVER_DURATION,
    }
    labels = {
        RoundKind.MAINTENANCE: (f"{kind.name} 保养", f"{kind.name_en} maintenance"),
        RoundKind.SURVEY: ("质保期回访", "warranty survey"),
        RoundKind.HAND_OVER: (f"{kind.name} 质保移交", f"{kind.name_en} hand-over"),
    }
    normal = overdue or found.kind is RoundKind.HAND_OVER
    return Visit(
        id=found.id,
        location=site.location.id,
        duration=durations[found.kind],
        kind=VisitKind.SURVEY if found.kind is RoundKind.SURVEY else VisitKind.MAINTENANCE,
        title=visit_title(site, *labels[found.kind]),
        time_windows=access,
        due=DueWindow(
            earliest=earliest,
            ideal=ideal,
            latest=latest if in_time else max(latest, window.end),
            earliness_per_day=EARLINESS_PER_DAY,
            lateness_per_day=LATENESS_PER_DAY,
        ),
        required_skills=kind.maintenance_skills if maintenance else (),
        required_tools=kind.maintenance_tools if maintenance else (),
        parts=kind.maintenance_parts if maintenance else {},
        engineers=EngineerRules(preferred=index.contracts[site.contract].representatives),
        priority=Priority.NORMAL if normal else Priority.LOW,
    )


def _at_noon(day: date, zone: str) -> datetime:
    return instant_at(day, time(12), zone_named(zone))


def _end_of_day(day: date, zone: str) -> datetime:
    midnight = instant_at(day + timedelta(days=1), time(0), zone_named(zone))
    return midnight - timedelta(seconds=1)
