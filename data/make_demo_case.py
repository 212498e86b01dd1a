"""Make ``demo_case.json``: the demo company on one Monday morning, with the demand of its customers.

Its day is planned by ``dispatch plan``, and simulated by ``dispatch whatif`` and ``simulate``.

    python data/make_demo_case.py            # writes the file
    python data/make_demo_case.py --check    # exit status 1 when the file is another one
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dispatch.domain import Case, build_case
from dispatch.domain.demand_of_world import demand_of_world
from dispatch.formats import format_case
from dispatch.formats.demo_world import read_demo_world

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
WATCHED = timedelta(days=3)
"""The requests of the demo world are those of three days."""


def demo_case() -> Case:
    """The case of the demo company, all places of its customers included."""
    demo = read_demo_world(MONDAY)
    case = build_case(demo.world, demo.window, demo.now)
    demand = demand_of_world(demo.world, case, demo.now - WATCHED, demo.now)
    used = {one.location for one in demand.sources} | {place.id for place in case.locations}
    places = tuple(place for place in demo.world.all_locations() if place.id in used)
    return replace(case, locations=places, demand=demand)


def main(arguments: list[str]) -> int:
    """Write the file, or compare it."""
    path = Path(__file__).with_name("demo_case.json")
    text = format_case(demo_case())
    if "--check" in arguments:
        return int(path.read_text(encoding="utf-8") != text)
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
