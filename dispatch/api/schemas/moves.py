"""Moves made by hand, on the wire."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.api.schemas.plans import ChangeOut, diff_out
from dispatch.formats import plan_to_document
from dispatch.operations.hand_moves import HandMade
from dispatch.operations.records.base import Identifier, Instant, Record
from dispatch.planning.moves import Move, MoveKind
from dispatch.store.tables import PlanRow

__all__ = ["BrokenRuleOut", "MoveIn", "MovesIn", "MovesOut", "moves_out"]

MOST_MOVES = 200


class MoveIn(Record):
    """One thing done by hand."""

    kind: Literal["place", "unassign", "swap", "pin", "unpin"] = "place"
    visit: Identifier
    shift: Identifier | None = Field(
        default=None, description="place: where it goes; pin: to which shift; null keeps its own."
    )
    position: Annotated[int, Field(strict=True, ge=0, le=10_000)] | None = Field(
        default=None, description="place: among the visits of the route, from 0."
    )
    start: Instant | None = Field(
        default=None,
        description="place: work starts no earlier; without position and start the cheapest place"
        " is found.",
    )
    other: Identifier | None = Field(default=None, description="swap: with which visit.")
    from_shift: Identifier | None = Field(
        default=None, description="place: which member of a crew moves."
    )

    def as_move(self) -> Move:
        """Say it as the planner does."""
        return Move(
            kind=MoveKind(self.kind),
            visit=self.visit,
            shift=self.shift,
            position=self.position,
            start=self.start,
            other=self.other,
            from_shift=self.from_shift,
        )


class MovesIn(Record):
    """What the dispatcher did since the plan was published, in order."""

    moves: Annotated[list[MoveIn], Field(max_length=MOST_MOVES)]
    accept: Literal["draft", "publish"] | None = Field(
        default=None, description="null only tries; nothing is written."
    )
    force: bool = Field(default=False, description="Accept broken rules; needs a reason.")
    reason: Annotated[str, Field(max_length=500)] = Field(
        default="", description="Why a rule is broken; kept in the log."
    )


class BrokenRuleOut(Out):
    """One rule that the plan breaks after the moves."""

    rule: str
    shift: str | None
    visit: str | None
    message: str
    message_zh: str
    detail: str = Field(description="The auditor's sentence with its figures.")
    was_there: bool = Field(description="Whether the plan broke it before the moves.")


class MovesOut(Out):
    """What the moves make of the plan."""

    base: int = Field(description="Version they were made on.")
    accepted: bool = Field(description="Whether they were kept; never when only tried.")
    plan_version: int | None = Field(description="The draft or plan that keeps them.")
    published: bool
    violations: list[BrokenRuleOut]
    difference: dict[str, int] = Field(description="Cost more, by component; minor units.")
    status: str = Field(description="Of the whole plan after the moves.")
    cost: dict[str, int] = Field(description="Of the whole plan after the moves.")
    kpis: dict[str, Any] = Field(description="Of the whole plan after the moves.")
    shifts: list[str] = Field(description="Shifts whose routes were timed anew.")
    routes: list[dict[str, Any]] = Field(
        description="Their routes as in a plan file; a shift without one is not used."
    )
    taken_in: list[str] = Field(description="Visits that were in no route before.")
    left_out: list[str] = Field(description="Visits that are in no route now.")
    pinned: dict[str, str] = Field(description="Shift by pinned visit, of the visits moved.")
    changes: list[ChangeOut]
    phone: list[str] = Field(description="Visits whose customers have to be told.")


def moves_out(made: HandMade, row: PlanRow | None = None) -> MovesOut:
    """Write what came of moves as an answer."""
    moved = made.moved
    routes = tuple(route for route in moved.plan.routes if route.shift in set(moved.shifts))
    concerned = {stop.visit for route in routes for stop in route.stops} | set(moved.left_out)
    written = plan_to_document(replace(moved.plan, routes=routes, unassigned=()))
    cost = moved.difference
    names = ("total", "travel", "labour", "overtime", "sla", "due", "preference", "churn")
    return MovesOut(
        base=made.base,
        accepted=row is not None,
        plan_version=None if row is None else row.version,
        published=row is not None and row.state == "published",
        violations=[BrokenRuleOut.model_validate(one) for one in moved.broken],
        difference={name: getattr(cost, name) for name in names},
        shifts=list(moved.shifts),
        routes=written["routes"],
        status=written["status"],
        cost=written.get("cost", {}),
        kpis=written["kpis"],
        taken_in=list(moved.taken_in),
        left_out=list(moved.left_out),
        pinned={
            visit.id: visit.pinned.shift
            for visit in moved.case.visits
            if visit.pinned is not None and visit.id in concerned
        },
        changes=diff_out(made.base, made.base, moved.bill).changes,
        phone=list(moved.bill.phone),
    )
