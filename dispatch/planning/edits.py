"""Small changes of a case as JSON Patch operations (RFC 6902) on its file.

Each operation is an ``add`` of a whole field, which replaces the field where it is given and
makes it where it is not: a case file may leave almost every field out, and a patch that asks for
a place in a list that is not there could not be applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from dispatch.domain import After, Break, Case, Engineer, EngineerRules, Shift, TimeWindow, Visit
from dispatch.planning.legend import SECOND

__all__ = ["Edit", "Edits", "iso_duration"]

Edit = Mapping[str, Any]


def iso_duration(duration: timedelta) -> str:
    """Write a duration of whole seconds in the shortest ISO-8601 form of seconds."""
    return f"PT{duration // SECOND}S"


def _window(window: TimeWindow) -> dict[str, str]:
    return {"start": window.start.isoformat(), "end": window.end.isoformat()}


class Edits:
    """Makes edits of one case; every id given must be one of the case.

    Parameters
    ----------
    case
        The world as its file tells it: the order of lists is that of the file.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self._engineers = {one.id: place for place, one in enumerate(case.engineers)}
        self._depots = {one.id: place for place, one in enumerate(case.depots)}
        self._visits = {one.id: place for place, one in enumerate(case.visits)}
        self._shifts = {
            shift.id: (e, s)
            for e, engineer in enumerate(case.engineers)
            for s, shift in enumerate(engineer.shifts)
        }

    def skill(self, engineer: str, skill: str, level: int) -> Edit:
        """Train an engineer: have a skill at a level, whether it is new or raised."""
        person, path = self._engineer(engineer)
        others = [(one.name, one.level) for one in person.skills if one.name != skill]
        skills = [{"name": n, "level": at} for n, at in (*others, (skill, level))]
        return _put(f"{path}/skills", skills)

    def tool(self, engineer: str, tool: str) -> Edit:
        """Put a tool into the van of an engineer."""
        person, path = self._engineer(engineer)
        return _put(f"{path}/tools", [*person.tools, tool])

    def van_stock(self, engineer: str, part: str, quantity: int) -> Edit:
        """Have so many pieces of a part in the van of an engineer."""
        person, path = self._engineer(engineer)
        return _put(f"{path}/van_stock", {**person.van_stock, part: quantity})

    def depot_stock(self, depot: str, part: str, quantity: int) -> Edit:
        """Have so many pieces of a part on the shelf of a depot."""
        place = self._depots[depot]
        stock = self.case.depots[place].stock or {}
        return _put(f"/depots/{place}/stock", {**stock, part: quantity})

    def overtime_end(self, shift: str, limit: datetime) -> Edit:
        """Let a shift end later."""
        return _put(f"{self._shift(shift)[1]}/overtime_end", limit.isoformat())

    def max_travel(self, shift: str, bound: timedelta | None) -> Edit:
        """Let a shift travel longer; None takes the bound away."""
        value = None if bound is None else iso_duration(bound)
        return _put(f"{self._shift(shift)[1]}/max_travel", value)

    def breaks(self, shift: str, breaks: Iterable[Break]) -> Edit:
        """Give a shift other breaks."""
        written = [
            {
                "earliest": one.earliest.isoformat(),
                "latest": one.latest.isoformat(),
                "duration": iso_duration(one.duration),
            }
            for one in breaks
        ]
        return _put(f"{self._shift(shift)[1]}/breaks", written)

    def time_windows(self, visit: str, windows: Iterable[TimeWindow]) -> Edit:
        """Let the work of a visit start in these windows."""
        return _put(f"{self._visit(visit)[1]}/time_windows", [_window(one) for one in windows])

    def due(self, visit: str, earliest: datetime | None, latest: datetime | None) -> Edit:
        """Give a due date other hard bounds; its ideal and its prices stay."""
        work, path = self._visit(visit)
        assert work.due is not None
        ends = {"earliest": earliest, "ideal": work.due.ideal, "latest": latest}
        written = {name: None if at is None else at.isoformat() for name, at in ends.items()}
        rates = {
            "earliness_per_day": work.due.earliness_per_day,
            "lateness_per_day": work.due.lateness_per_day,
        }
        return _put(f"{path}/due", {**written, **rates})

    def engineer_rules(self, visit: str, rules: EngineerRules) -> Edit:
        """Say anew who may, should and must not serve a visit."""
        names = ("required", "preferred", "forbidden")
        written = {name: list(getattr(rules, name)) for name in names}
        return _put(f"{self._visit(visit)[1]}/engineers", written)

    def unpin(self, visit: str) -> Edit:
        """Take the pin of a visit away."""
        return _put(f"{self._visit(visit)[1]}/pinned", None)

    def after(self, visit: str, links: Iterable[After]) -> Edit:
        """Let a visit follow these others."""
        written = [
            {
                "visit": one.visit,
                "min_delay": iso_duration(one.min_delay),
                "max_delay": None if one.max_delay is None else iso_duration(one.max_delay),
            }
            for one in links
        ]
        return _put(f"{self._visit(visit)[1]}/after", written)

    def crew_size(self, visit: str, size: int) -> Edit:
        """Send a smaller crew."""
        return _put(f"{self._visit(visit)[1]}/crew_size", size)

    def _engineer(self, id: str) -> tuple[Engineer, str]:
        place = self._engineers[id]
        return self.case.engineers[place], f"/engineers/{place}"

    def _shift(self, id: str) -> tuple[Shift, str]:
        e, s = self._shifts[id]
        return self.case.engineers[e].shifts[s], f"/engineers/{e}/shifts/{s}"

    def _visit(self, id: str) -> tuple[Visit, str]:
        place = self._visits[id]
        return self.case.visits[place], f"/visits/{place}"


def _put(path: str, value: object) -> Edit:
    return {"op": "add", "path": path, "value": value}
