"""The half-year levelled, small and large: ``python -m benchmarks.half_year``.

The demo company's pieces are taken as they are, and again and again under other sites for the large
case, with as many engineers more. What comes out is checked by the independent checker.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.formats.demo_world import read_demo_world
from dispatch.planning.half_year import HalfYear, Member, pools_of
from dispatch.planning.half_year_check import check_calendar
from dispatch.planning.half_year_compare import compare_ways, find_slips
from dispatch.planning.half_year_level import level_half_year

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
CORRECTIVE = 0.4
"""Share of the hours that corrective work takes."""


def half_year(pieces: int) -> HalfYear:
    """So many pieces of the demo company, each copy with sites and engineers of its own."""
    world = read_demo_world(NOW).world
    known = {site.id: site.territory or "" for site in world.sites}
    equipment, territories, team = [], {}, []
    copies = -(-pieces // len(world.equipment))
    for copy in range(copies):
        suffix = f"-{copy}" if copy else ""
        left = pieces - len(equipment)
        equipment += [
            replace(
                one,
                id=one.id + suffix,
                site=one.site + suffix,
                last_maintenance=_apart(one.last_maintenance, 3 * copy),
            )
            for one in world.equipment[:left]
        ]
        territories |= {site + suffix: place + suffix for site, place in known.items()}
        team += [
            Member(
                one.id + suffix,
                (one.territory or "") + suffix,
                frozenset(skill.name for skill in one.skills),
            )
            for one in world.engineers
        ]
    day = NOW.date()
    half = HalfYear(
        today=day,
        start=day - day.weekday() * timedelta(days=1),
        weeks=26,
        equipment=tuple(equipment),
        types={one.code: one for one in world.equipment_types},
        territories=territories,
        team=tuple(team),
    )
    daily = half.day_minutes * (1.0 - half.travel_share) * CORRECTIVE
    corrective: dict[tuple[str, str], float] = {}
    for one in team:
        for pool in pools_of(one.territory, one.skills):
            corrective[pool] = corrective.get(pool, 0.0) + daily
    return replace(half, corrective=corrective)


def _apart(last: date | None, days: int) -> date | None:
    """The same piece in another town was not maintained on the very same day."""
    return None if last is None else last + timedelta(days=days % 80)


def main(arguments: Sequence[str] | None = None) -> int:
    """Level, check, print the figures; 1 when a figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, nargs="+", default=[260, 10_000])
    parser.add_argument("--time-limit", type=float, nargs="+", default=[45.0, 420.0])
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--growth", type=float, default=0.2)
    options = parser.parse_args(arguments)
    print("| pieces | rounds | peak / mean | bound / mean | proved | out of tolerance | s | MB |")
    print("|---:|---:|---:|---:|---|---:|---:|---:|")
    told, missed = [], False
    for pieces, limit in zip(options.pieces, options.time_limit, strict=True):
        half = half_year(pieces)
        began = time.monotonic()
        made = level_half_year(half, time_limit_s=limit, processes=options.processes)
        spent = time.monotonic() - began
        wrong = check_calendar(half, made)
        out = sum(not one.in_tolerance for one in made.rounds) + len(wrong)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        ratio, bound = made.peak / made.mean, made.peak_bound / made.mean
        proved = "yes" if made.proved else "no"
        row = (pieces, len(made.rounds), f"{ratio:.3f}", f"{bound:.3f}", proved, out)
        print("| " + " | ".join(map(str, (*row, f"{spent:.0f}", f"{memory:.0f}"))) + " |")
        missed = missed or ratio > 1.15 or out > 0
        ways = compare_ways(half, made)
        told.append((pieces, ways, find_slips(half, made, 1.0 + options.growth)))
    for pieces, ways, slips in told:
        print(f"\n{pieces} pieces, three ways:")
        names = list(ways[0].__dataclass_fields__)
        print("| " + " | ".join(names) + " |\n|---|" + "---:|" * (len(names) - 1))
        for way in ways:
            cells = (getattr(way, name) for name in names)
            shown = (f"{one:.3g}" if isinstance(one, float) else str(one) for one in cells)
            print("| " + " | ".join(shown) + " |")
        print(
            f"{100 * options.growth:.0f} % more corrective work: {len(slips.later)} rounds later,"
            f" {len(slips.late)} late, {len(slips.left)} not done"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
