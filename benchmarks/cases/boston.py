"""One day of real municipal tickets from Boston as a case file, with every assumption written down.

The plan is made at 07:30 local time from what was known then: tickets opened before, not yet
closed, at most `MAX_AGE` old, whose SLA target falls no later than `DUE_WITHIN` days after the
day. Older and later tickets are a backlog that nobody would put into one day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from benchmarks.cases.boston_crews import MINUTES_BETWEEN, Crew, make_crews
from benchmarks.cases.boston_tickets import BOSTON, KINDS, SECOND_SKILL, Ticket, district_yards
from benchmarks.cases.clock import Json
from benchmarks.cases.instance import InstanceError

SHIFT = (time(7, 30), time(16, 0))
LUNCH = (time(11, 30), time(13, 30), 30)
ACCESS = (time(8, 30), time(15, 30))
"""When an occupant can open the door, for inspections indoors."""
MAX_AGE = timedelta(days=14)
DUE_WITHIN = 3
SPEED_KMH = 22
DETOUR_FACTOR = 1.35

SEVERITIES = (
    (timedelta(days=2), "critical", 20_000, 1000),
    (timedelta(days=8), "major", 10_000, 500),
    (timedelta(days=31), "minor", 5000, 200),
    (timedelta.max, "consultation", 2000, 100),
)
"""Longest time from opening to target, severity, breach fee, price of an hour late (cents)."""
TARIFF = {"per_shift": 0, "per_hour": 6000, "per_overtime_hour": 9000, "per_km": 80}


def boston_case(
    tickets: Sequence[Ticket], day: date, num_crews: int, seed: int = 1
) -> tuple[Json, str]:
    """Return the case file of one day and its assumptions as Markdown.

    Parameters
    ----------
    tickets
        All tickets of the file (see `read_tickets`).
    day
        The local calendar day to plan.
    num_crews, seed
        How many crews are assumed, and the seed that draws their yards.

    Raises
    ------
    InstanceError
        When the day lies outside the tickets, has none to plan, or there is no crew.
    """
    chosen = open_tickets(tickets, day)
    yards = district_yards(list(tickets))
    crews = make_crews(chosen, yards, num_crews, seed)
    places = sorted({(ticket.lat, ticket.lon) for ticket in chosen})
    names = {place: f"p{number}" for number, place in enumerate(places, start=1)}
    used = sorted({crew.district for crew in crews})
    case: Json = {
        "planning_window": _span(day, time(0), day + timedelta(days=1), time(0)),
        "travel": {"source": "haversine", "speed_kmh": SPEED_KMH, "detour_factor": DETOUR_FACTOR},
        "locations": [
            *(
                {"id": f"yard-{name}", "lat": yards[name][0], "lon": yards[name][1]}
                for name in used
            ),
            *({"id": names[place], "lat": place[0], "lon": place[1]} for place in places),
        ],
        "engineers": [_engineer(crew, day) for crew in crews],
        "visits": [_visit(ticket, day, names[ticket.lat, ticket.lon]) for ticket in chosen],
        "weights": {"objective": "cost"},
    }
    return case, assumptions(chosen, crews, day, seed)


def open_tickets(tickets: Sequence[Ticket], day: date) -> list[Ticket]:
    """Return the tickets to plan on `day`, as known when its shift starts."""
    first, last = tickets[0].opened.date(), tickets[-1].opened.date()
    if not first <= day <= last:
        message = f"date {day}: outside the tickets, which run from {first} to {last}"
        raise InstanceError(message)
    asked = _local(day, SHIFT[0])
    due_by = _local(day + timedelta(days=DUE_WITHIN + 1), time(0))
    chosen = [
        ticket
        for ticket in tickets
        if asked - MAX_AGE <= ticket.opened < asked
        and (ticket.closed is None or ticket.closed >= asked)
        and ticket.target < due_by
    ]
    if not chosen:
        message = (
            f"date {day}: no ticket is open at 07:30 that is at most {MAX_AGE.days} days old and "
            f"due within {DUE_WITHIN} days\nMaybe take a later date: the file starts on {first}."
        )
        raise InstanceError(message)
    return chosen


def _engineer(crew: Crew, day: date) -> Json:
    earliest, latest, minutes = LUNCH
    yard = f"yard-{crew.district}"
    return {
        "id": f"c{crew.number}",
        "name": f"Crew {crew.number}: {' and '.join(crew.skills)} (assumed)",
        "skills": [{"name": skill} for skill in crew.skills],
        "territory": crew.district,
        "shifts": [
            {
                "id": f"c{crew.number}-day",
                **_span(day, SHIFT[0], day, SHIFT[1]),
                "start_location": yard,
                "end_location": yard,
                "breaks": [
                    {
                        "earliest": _local(day, earliest).isoformat(),
                        "latest": _local(day, latest).isoformat(),
                        "duration": f"PT{minutes}M",
                    }
                ],
            }
        ],
        "cost": dict(TARIFF),
    }


def _visit(ticket: Ticket, day: date, place: str) -> Json:
    kind = KINDS[ticket.type]
    allowed = ticket.target - ticket.opened
    severity, fee, per_hour = next(rest for limit, *rest in SEVERITIES if allowed <= limit)
    due_today = ticket.target < _local(day + timedelta(days=1), time(0))
    where = ticket.neighborhood or "no neighbourhood given"
    return {
        "id": f"b{ticket.id}",
        "kind": "corrective",
        "location": place,
        "duration": f"PT{kind.minutes}M",
        "title": f"{' '.join(ticket.type.split())}, {where} ({kind.minutes} min assumed)",
        "time_windows": [_span(day, ACCESS[0], day, ACCESS[1])] if kind.needs_occupant else [],
        "sla": {
            "severity": severity,
            "arrive_by": ticket.target.isoformat(),
            "breach_fee": fee,
            "lateness_per_hour": per_hour,
        },
        "required_skills": [{"name": kind.skill}],
        "priority": "high" if due_today else "normal",
    }


def assumptions(tickets: Sequence[Ticket], crews: Sequence[Crew], day: date, seed: int) -> str:
    """Return, as Markdown, what is real in the case and what is assumed."""
    held = Counter(" and ".join(crew.skills) for crew in crews)
    types = Counter(ticket.type for ticket in tickets)
    tiers = "; ".join(
        f"{name} up to {limit.days} days, fee {fee}, {per_hour} an hour"
        if limit != timedelta.max
        else f"else {name}, fee {fee}, {per_hour} an hour"
        for limit, name, fee, per_hour in SEVERITIES
    )
    lines = [
        f"# Boston, {day:%A} {day}: what is real and what is assumed",
        "",
        f"Real: {len(tickets)} tickets with place, opening time and SLA target, City of Boston.",
        (
            f"Chosen: open at {SHIFT[0]:%H:%M} local, at most {MAX_AGE.days} days old, target within "
            f"{DUE_WITHIN} days after the day. Tickets at the city hall's coordinates have no address "
            "and are left out, as are types without a target."
        ),
        "",
        "Assumed (nothing of this is in the data):",
        "",
        f"- {len(crews)} crews, yards drawn with seed {seed}; a yard is the median place of its "
        "district's tickets: " + ", ".join(f"{n} x {name}" for name, n in sorted(held.items())),
        "- crews are shared out to trades by their work (minutes on site + "
        f"{MINUTES_BETWEEN} a ticket); every second crew of a trade has a second trade: "
        + ", ".join(f"{one} + {other}" for one, other in SECOND_SKILL.items()),
        (
            f"- shift {SHIFT[0]:%H:%M} to {SHIFT[1]:%H:%M}, no overtime, lunch of {LUNCH[2]} min "
            f"started between {LUNCH[0]:%H:%M} and {LUNCH[1]:%H:%M}; weekends are like weekdays"
        ),
        f"- travel: great circle x {DETOUR_FACTOR} at {SPEED_KMH} km/h",
        f"- indoor inspections start between {ACCESS[0]:%H:%M} and {ACCESS[1]:%H:%M}",
        f"- severity by the time from opening to target (cents): {tiers}",
        (
            "- due today or overdue is tier `high`, the rest `normal`; the SLA is the ticket's target, "
            "read as the latest arrival"
        ),
        f"- tariff (cents): {', '.join(f'{key} {value}' for key, value in TARIFF.items())}",
        "",
        "| type | tickets | trade | minutes on site | occupant |",
        "|---|---:|---|---:|---|",
        *(
            f"| {' '.join(name.split())} | {count} | {KINDS[name].skill} | {KINDS[name].minutes} | "
            f"{'yes' if KINDS[name].needs_occupant else 'no'} |"
            for name, count in types.most_common()
        ),
    ]
    return "\n".join(lines) + "\n"


def _local(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=BOSTON)


def _span(first: date, start: time, last: date, end: time) -> Json:
    return {"start": _local(first, start).isoformat(), "end": _local(last, end).isoformat()}
