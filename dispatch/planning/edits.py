"""Small changes of a case as JSON Patch operations (RFC 6902) on its file.

Most operations are an ``add`` of a whole field, which replaces the field where it is given and
makes it where it is not: a case file may leave almost every field out, and a patch that asks for
a place in a list that is not there could not be applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.domain import (
    After,
    Break,
    Case,
    CurrentPlan,
    DueWindow,
    Engineer,
    EngineerRules,
    Shift,
    Skill,
    TimeWindow,
    Visit,
)
from dispatch.planning.legend import SECOND

__all__ = ["Edit", "Edits", "iso_duration"]

Edit = Mapping[str, Any]


def iso_duration(duration: timedelta) -> str:
    """Write a duration of whole seconds in the shortest ISO-8601 form of seconds."""
    return f"PT{duration // SECOND}S"


class Edits:
    """Collects edits of one case, each made on the case that the ones before it left behind.

    Every id given must be one of the case.

    Parameters
    ----------
    case
        The world as its file tells it: the order of lists is that of the file.

    Attributes
    ----------
    made
        The operations, in their order.
    case
        The world after them.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.made: list[Edit] = []
        self._engineers = {one.id: place for place, one in enumerate(case.engineers)}
        self._visits = {one.id: place for place, one in enumerate(case.visits)}
        self._shifts = {
            shift.id: (e, s)
            for e, engineer in enumerate(case.engineers)
            for s, shift in enumerate(engineer.shifts)
        }

    def engineer(self, id: str) -> Engineer:
        """The engineer as the edits so far left him."""
        return self.case.engineers[self._engineers[id]]

    def shift(self, id: str) -> Shift:
        """The shift as the edits so far left it."""
        e, s = self._shifts[id]
        return self.case.engineers[e].shifts[s]

    def visit(self, id: str) -> Visit:
        """The visit as the edits so far left it."""
        return self.case.visits[self._visits[id]]

    def train(self, id: str, skill: str, level: int) -> None:
        """Have a skill at a level, whether it is new or raised."""
        others = tuple(one for one in self.engineer(id).skills if one.name != skill)
        skills = (*others, Skill(skill, level))
        written = [{"name": one.name, "level": one.level} for one in skills]
        self._change_engineer(id, "skills", written, skills=skills)

    def give_tool(self, id: str, tool: str) -> None:
        """Put a tool into the van of an engineer."""
        tools = (*self.engineer(id).tools, tool)
        self._change_engineer(id, "tools", list(tools), tools=tools)

    def stock_van(self, id: str, part: str, more: int) -> None:
        """Put more pieces of a part into the van of an engineer."""
        stock = dict(self.engineer(id).van_stock)
        stock[part] = stock.get(part, 0) + more
        self._change_engineer(id, "van_stock", stock, van_stock=stock)

    def end_shift(self, id: str, limit: datetime) -> None:
        """Let a shift end later."""
        self._change_shift(id, "overtime_end", limit.isoformat(), overtime_end=limit)

    def bound_travel(self, id: str, bound: timedelta) -> None:
        """Let a shift travel for so long."""
        self._change_shift(id, "max_travel", iso_duration(bound), max_travel=bound)

    def set_breaks(self, id: str, breaks: Iterable[Break]) -> None:
        """Give a shift other breaks."""
        kept = tuple(breaks)
        written = [
            {
                "earliest": one.earliest.isoformat(),
                "latest": one.latest.isoformat(),
                "duration": iso_duration(one.duration),
            }
            for one in kept
        ]
        self._change_shift(id, "breaks", written, breaks=kept)

    def set_windows(self, id: str, windows: Iterable[TimeWindow]) -> None:
        """Let the work of a visit start in these windows."""
        kept = tuple(windows)
        written = [_window(one) for one in kept]
        self._change_visit(id, "time_windows", written, time_windows=kept)

    def set_due(self, id: str, due: DueWindow) -> None:
        """Give the work of a visit another due window."""
        ends = {"earliest": due.earliest, "ideal": due.ideal, "latest": due.latest}
        written = {name: None if at is None else at.isoformat() for name, at in ends.items()}
        rates = {
            "earliness_per_day": due.earliness_per_day,
            "lateness_per_day": due.lateness_per_day,
        }
        self._change_visit(id, "due", {**written, **rates}, due=due)

    def set_planning_window(self, window: TimeWindow) -> None:
        """Plan a longer stretch of time."""
        self.made.append(_put("/planning_window", _window(window)))
        self.case = replace(self.case, planning_window=window)

    def set_rules(self, id: str, rules: EngineerRules) -> None:
        """Say anew who may, should and must not serve a visit."""
        names = ("required", "preferred", "forbidden")
        written = {name: list(getattr(rules, name)) for name in names}
        self._change_visit(id, "engineers", written, engineers=rules)

    def unpin(self, id: str) -> None:
        """Take away the pin of a visit, and its stops in the plan in force that a freeze keeps."""
        if self.visit(id).pinned is not None:
            self._change_visit(id, "pinned", None, pinned=None)
        if self.case.current_plan is None:
            return
        routes = []
        for r, route in enumerate(self.case.current_plan.routes):
            for s in reversed(range(len(route.stops))):
                if route.stops[s].visit == id:
                    self.made.append(
                        {"op": "remove", "path": f"/current_plan/routes/{r}/stops/{s}"}
                    )
            others = tuple(stop for stop in route.stops if stop.visit != id)
            routes.append(replace(route, stops=others))
        self.case = replace(self.case, current_plan=CurrentPlan(tuple(routes)))

    def set_after(self, id: str, links: Iterable[After]) -> None:
        """Let a visit follow these others."""
        kept = tuple(links)
        written = [
            {
                "visit": one.visit,
                "min_delay": iso_duration(one.min_delay),
                "max_delay": None if one.max_delay is None else iso_duration(one.max_delay),
            }
            for one in kept
        ]
        self._change_visit(id, "after", written, after=kept)

    def set_crew(self, id: str, size: int) -> None:
        """Send another number of engineers."""
        self._change_visit(id, "crew_size", size, crew_size=size)

    def _change_engineer(self, id: str, name: str, value: object, **changes: Any) -> None:
        place = self._engineers[id]
        self.made.append(_put(f"/engineers/{place}/{name}", value))
        engineers = list(self.case.engineers)
        engineers[place] = replace(engineers[place], **changes)
        self.case = replace(self.case, engineers=tuple(engineers))

    def _change_shift(self, id: str, name: str, value: object, **changes: Any) -> None:
        e, s = self._shifts[id]
        self.made.append(_put(f"/engineers/{e}/shifts/{s}/{name}", value))
        engineers = list(self.case.engineers)
        shifts = list(engineers[e].shifts)
        shifts[s] = replace(shifts[s], **changes)
        engineers[e] = replace(engineers[e], shifts=tuple(shifts))
        self.case = replace(self.case, engineers=tuple(engineers))

    def _change_visit(self, id: str, name: str, value: object, **changes: Any) -> None:
        place = self._visits[id]
        self.made.append(_put(f"/visits/{place}/{name}", value))
        visits = list(self.case.visits)
        visits[place] = replace(visits[place], **changes)
        self.case = replace(self.case, visits=tuple(visits))


def _put(path: str, value: object) -> Edit:
    return {"op": "add", "path": path, "value": value}


def _window(window: TimeWindow) -> dict[str, str]:
    return {"start": window.start.isoformat(), "end": window.end.isoformat()}
