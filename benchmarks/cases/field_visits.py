"""Visits of the `field` family: what is to be done, where, when, by whom and with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from benchmarks.cases.field_kinds import DAY, HOUR, MINUTE, NOW, instant, minutes, window
from benchmarks.cases.field_world import (
    DEPOT_TOOLS,
    VAN_TOOLS,
    FieldWorld,
    Person,
    parts_of,
)

FILTER = "P-filter"
"""Consumed by maintenance; depots never run out of it."""
KINDS = {"corrective": 50, "maintenance": 35, "survey": 7, "delivery": 8}
SEVERITIES = {
    "critical": (12, 50_000, 20_000, (150, 300)),
    "major": (33, 20_000, 8000, (240, 600)),
    "minor": (55, 6000, 2000, (420, 1500)),
}
"""Weight, breach fee, price of an hour late, minutes from now until the latest arrival."""
WORK = {
    "corrective": ((20, 30, 45, 60, 75, 90), (20, 28, 25, 15, 7, 5)),
    "maintenance": ((15, 20, 30, 45, 60), (15, 25, 35, 17, 8)),
    "survey": ((15, 20, 30), (30, 40, 30)),
    "delivery": ((10, 15, 20), (40, 40, 20)),
}
"""Minutes on site and their weights."""
CREW_WORK = (45, 60, 90, 120)


@dataclass(slots=True, eq=False)
class Draft:
    """A visit while the instance is drawn; `written` becomes its entry in the case file."""

    id: str
    kind: str
    site: str
    skills: dict[str, int]
    seconds: int
    tools: set[str] = field(default_factory=set)
    parts: dict[str, int] = field(default_factory=dict)
    windows: list[tuple[int, int]] = field(default_factory=list)
    arrive_by: int | None = None
    crew: int = 1
    linked: bool = False
    bound: bool = False
    able: list[Person] = field(default_factory=list)
    written: dict[str, Any] = field(default_factory=dict)


def draw_visits(world: FieldWorld) -> list[Draft]:
    """Draw all visits, the links between them included, stock and the plan in force not."""
    visits = [_draw_visit(world, f"v{number}") for number in range(1, world.size + 1)]
    for visit in visits:
        _settle_persons(world, visit)
    _link(world, visits)
    for visit in visits:
        _set_priority(world, visit)
    return visits


def _draw_visit(world: FieldWorld, name: str) -> Draft:
    draw, kind = world.draw, world.kind
    what = draw.choices(list(KINDS), list(KINDS.values()))[0]
    lengths, weights = WORK[what]
    visit = Draft(name, what, draw.choice(world.sites), {}, 0)
    visit.seconds = draw.choices(lengths, weights)[0] * MINUTE
    lot = draw.random()
    if lot < kind.trios + kind.crews:
        visit.crew = 3 if lot < kind.trios else 2
        visit.kind = what = "corrective"
        visit.seconds = draw.choice(CREW_WORK) * MINUTE
    if what in ("corrective", "maintenance"):
        trade = draw.choice(world.trades)
        visit.skills[trade] = draw.choices((1, 2, 3), (55, 33, 12))[0]
        if draw.random() < 0.1:
            visit.skills.setdefault(draw.choice(world.trades), 1)
        if draw.random() < 0.18:
            visit.tools.add(VAN_TOOLS[trade])
        elif draw.random() < 0.015:
            visit.tools.add(draw.choice(DEPOT_TOOLS))
        if what == "maintenance" and draw.random() < 0.3:
            visit.parts[FILTER] = draw.randint(1, 2)
        elif what == "corrective" and draw.random() < kind.parts:
            for part in draw.sample(parts_of(trade), draw.choices((1, 2), (80, 20))[0]):
                visit.parts[part] = draw.choices((1, 2), (75, 25))[0]
    if draw.random() < kind.windows:
        visit.windows = _draw_windows(world)
    return visit


def _draw_windows(world: FieldWorld) -> list[tuple[int, int]]:
    draw, days = world.draw, world.kind.days
    lot = draw.random()
    if lot < 0.35:
        # Opening hours with a closed noon, each day.
        return [
            (day * DAY + start * MINUTE, day * DAY + end * MINUTE)
            for day in range(days)
            for start, end in ((8 * 60 + 30, 11 * 60 + 30), (13 * 60, 16 * 60))
        ]
    # Appointments offered by the customer: one on each of some days.
    chosen = sorted(draw.sample(range(days), draw.randint(1, days)))
    width = draw.choice((1, 2, 2, 3, 4)) * HOUR
    found = []
    for day in chosen:
        start = day * DAY + draw.randrange(8 * 60, 15 * 60, 30) * MINUTE
        found.append((start, start + width))
    if lot < 0.5:
        # A second chance on the last of these days, where it lies apart from the first.
        late = chosen[-1] * DAY + 15 * HOUR
        if found[-1][1] < late:
            found.append((late, late + 2 * HOUR))
    return found


def _settle_persons(world: FieldWorld, visit: Draft) -> None:
    """Find who can do it, asking for less where too few can; then draw the rules on persons."""
    wanted = visit.crew + 1
    while len(able := _able(world, visit)) < wanted:
        highest = max(visit.skills, key=lambda name: (visit.skills[name], name))
        if len(visit.skills) > 1:
            del visit.skills[highest]
        elif visit.skills[highest] > 1:
            visit.skills[highest] -= 1
        elif visit.crew > 1:
            visit.crew -= 1
            wanted -= 1
        else:
            break
    draw, rules = world.draw, {}
    if visit.crew == 1 and len(able) > 3:
        if draw.random() < 0.04:
            out = draw.sample(able, draw.randint(1, 2))
            rules["forbidden"] = [person.id for person in out]
            able = [person for person in able if person not in out]
        elif draw.random() < 0.03:
            able = draw.sample(able, 3)
            rules["required"] = [person.id for person in able]
        if draw.random() < 0.12:
            rules["preferred"] = [person.id for person in draw.sample(able, draw.randint(1, 2))]
    visit.able = able
    if rules:
        visit.written["engineers"] = rules


def _able(world: FieldWorld, visit: Draft) -> list[Person]:
    return [
        person
        for person in world.people
        if all(person.skills.get(name, 0) >= level for name, level in visit.skills.items())
    ]


def _link(world: FieldWorld, visits: list[Draft]) -> None:
    """Let some visits follow an earlier one, often at the same site."""
    draw, days = world.draw, world.kind.days
    for number, visit in enumerate(visits[1:], start=1):
        if draw.random() >= world.kind.after:
            continue
        before = visits[draw.randrange(number)]
        if before.linked or visit.linked:
            continue
        before.linked = visit.linked = True
        if draw.random() < 0.5:
            visit.site = before.site
        visit.windows = []
        delay = draw.choice((0, 0, 30, 120)) if days == 1 else draw.choice((0, 240, 24 * 60))
        after = {"visit": before.id, "min_delay": f"PT{delay}M"}
        if draw.random() < 0.4:
            after["max_delay"] = f"PT{delay + (360 if days == 1 else 36 * 60)}M"
        visit.written["after"] = [after]


def _set_priority(world: FieldWorld, visit: Draft) -> None:
    """Draw the SLA or the due window, and the tier that goes with it."""
    draw, days = world.draw, world.kind.days
    tier = "normal"
    if visit.kind == "corrective" and draw.random() < 0.7:
        severity = draw.choices(list(SEVERITIES), [one[0] for one in SEVERITIES.values()])[0]
        if "after" in visit.written:
            severity = "minor"
        _, fee, per_hour, (least, most) = SEVERITIES[severity]
        late = NOW + draw.randrange(least, most, 15) * MINUTE
        visit.arrive_by = late + (draw.randrange(days) * DAY if severity == "minor" else 0)
        visit.written["sla"] = {
            "severity": severity,
            "arrive_by": instant(visit.arrive_by),
            "breach_fee": fee,
            "lateness_per_hour": per_hour,
        }
        tier = "normal" if severity == "minor" else "high"
    elif visit.kind == "maintenance":
        tier = _draw_due(world, visit)
    elif visit.kind == "survey":
        tier = "low"
    simple = not visit.linked and not visit.parts and visit.crew == 1 and not visit.windows
    if simple and draw.random() < 0.04:
        tier = "mandatory"
    visit.written["priority"] = tier


def _draw_due(world: FieldWorld, visit: Draft) -> str:
    draw, days = world.draw, world.kind.days
    ideal = draw.randint(-6, 8 + days)
    latest = ideal + draw.choice((7, 14, 21))
    earliest = ideal - draw.choice((7, 14))
    if days > 1 and draw.random() < 0.3 and not visit.linked and not visit.windows:
        # Some maintenance is bound to a part of the window that is planned.
        earliest, latest = draw.choice(((1, 14), (-14, days - 1), (0, days)))
        ideal = (earliest + latest) // 2
    latest, earliest = max(latest, 1), min(earliest, days - 1)
    visit.written["due"] = {
        "earliest": instant(earliest * DAY),
        "ideal": instant(max(earliest, min(ideal, latest)) * DAY),
        "latest": instant(latest * DAY),
        "earliness_per_day": draw.choice((100, 200, 300)),
        "lateness_per_day": draw.choice((500, 1000, 2000)),
    }
    return "low" if latest > days + 7 and draw.random() < 0.7 else "normal"


def write_visit(visit: Draft) -> dict[str, Any]:
    """Return the entry of the case file."""
    written: dict[str, Any] = {
        "id": visit.id,
        "kind": visit.kind,
        "location": visit.site,
        "duration": minutes(visit.seconds),
    }
    if visit.skills:
        written["required_skills"] = [
            {"name": name, "min_level": level} for name, level in sorted(visit.skills.items())
        ]
    if visit.windows:
        written["time_windows"] = [window(start, end) for start, end in visit.windows]
    if visit.tools:
        written["required_tools"] = sorted(visit.tools)
    if visit.parts:
        written["parts"] = dict(sorted(visit.parts.items()))
    if visit.crew > 1:
        written["crew_size"] = visit.crew
    return written | visit.written
