"""A route that changed is confirmed by whoever drives it, so that nothing changes without a word.

What was on the route at its last confirmation is kept. The difference to what is on it now, less
what is over or under way by now, is what the engineer has to be told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dispatch.domain import PromiseStage
from dispatch.errors import Conflict
from dispatch.operations.company import company_settings
from dispatch.operations.routes import planned_routes
from dispatch.store import UnitOfWork
from dispatch.store.tables import DepotRow, EngineerRow, RouteConfirmationRow, VisitRow

__all__ = [
    "Confirmation",
    "RouteChange",
    "confirm_route",
    "confirmation_of",
    "confirmations_of_day",
]

BEFORE_DISPATCH = (PromiseStage.PUBLISHED.value, PromiseStage.NOTIFIED.value)
SHIFTED = timedelta(minutes=5)
"""A stop that moves by less is not worth a word; promises are windows of an hour and more."""


@dataclass(frozen=True, slots=True)
class RouteChange:
    """One difference to the route that was confirmed last.

    Parameters
    ----------
    kind
        ``added``, ``removed`` or ``moved``.
    visit, depot
        Which stop: one of the two.
    title
        What it is called.
    before, after
        Planned starts, ISO-8601; None where it was not on the route.
    """

    kind: str
    visit: str | None
    depot: str | None
    title: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How a route stands to its engineer.

    Parameters
    ----------
    engineer, day, plan_version
        Whose route of which day, and the plan it comes from.
    fingerprint
        Names what is on the route; to be sent back when it is confirmed.
    state
        ``confirmed``, ``changed`` (since it was), ``new`` (nothing was confirmed yet) or
        ``empty`` (nothing to confirm).
    confirmed_at
        Last confirmation of the day; None before the first.
    changes
        What is different now.
    """

    engineer: str
    day: date
    plan_version: int | None
    fingerprint: str
    state: str
    confirmed_at: datetime | None
    changes: tuple[RouteChange, ...]

    @property
    def is_needed(self) -> bool:
        """Whether the engineer has to say something."""
        return self.state in ("changed", "new")


def confirmation_of(work: UnitOfWork, engineer: str, day: date) -> Confirmation:
    """Tell what has changed on a route since its engineer last confirmed it.

    Raises
    ------
    NotFound
        When there is no such engineer.
    """
    kept = work.service.confirmations(day, engineer=engineer)
    return _standing(work, engineer, day, kept)


def confirm_route(
    work: UnitOfWork, engineer: str, day: date, fingerprint: str, occurred_at: datetime
) -> Confirmation:
    """Keep that an engineer has seen a route; a second time changes nothing that matters.

    Parameters
    ----------
    work
        The transaction.
    engineer, day
        Whose route.
    fingerprint
        Of what was shown.
    occurred_at
        By the clock of the phone.

    Raises
    ------
    NotFound
        When there is no such engineer.
    Conflict
        When the route is a different one by now: what was seen is not what is driven.
    """
    version, routes = planned_routes(work, engineer, day)
    stops = _stops(work, routes)
    if _digest(stops) != fingerprint:
        raise Conflict(
            f"route of {engineer!r} on {day}: changed again since it was shown",
            advice="read it again and confirm that.",
        )
    before = confirmation_of(work, engineer, day)
    work.service.keep_confirmation(
        RouteConfirmationRow(
            engineer_id=engineer,
            day=day,
            fingerprint=fingerprint,
            plan_version=version,
            stops=stops,
            confirmed_by=work.actor,
            # Nothing happens after it was told.
            occurred_at=min(occurred_at, work.now),
            received_at=work.now,
        )
    )
    _dispatch(work, stops)
    if before.is_needed:
        told = {"engineer": engineer, "day": day.isoformat(), "plan_version": version}
        work.tell("route_confirmed", engineer, told)
    return confirmation_of(work, engineer, day)


def _dispatch(work: UnitOfWork, stops: Iterable[Mapping[str, Any]]) -> None:
    """Whoever has confirmed a route is counted on: moving such a promise costs more from now on."""
    for row in work.catalogue.some(VisitRow, {one["visit"] for one in stops if one["visit"]}):
        if row.state == "open" and row.promise_stage in BEFORE_DISPATCH:
            work.catalogue.change(row, {"promise_stage": PromiseStage.DISPATCHED.value})


def confirmations_of_day(work: UnitOfWork, day: date) -> list[Confirmation]:
    """Tell for each engineer with a route on a day, or who confirmed one, how it stands."""
    kept: dict[str, list[RouteConfirmationRow]] = {}
    for row in work.service.confirmations(day):
        kept.setdefault(row.engineer_id, []).append(row)
    assigned = work.plans.assignments()
    # One query for all visits: the session remembers them while somebody holds them.
    held = work.catalogue.some(VisitRow, {one.visit_id for one in assigned})
    concerned = {one.engineer_id for one in assigned} | set(kept)
    found = [
        _standing(work, row.id, day, kept.get(row.id, ()))
        for row in work.catalogue.all(EngineerRow)
        if row.id in concerned
    ]
    del held
    return [one for one in found if one.state != "empty"]


def _standing(
    work: UnitOfWork, engineer: str, day: date, kept: Sequence[RouteConfirmationRow]
) -> Confirmation:
    version, routes = planned_routes(work, engineer, day)
    stops = _stops(work, routes)
    last = kept[-1] if kept else None
    changes = () if last is None else tuple(_changes(work, last.stops, stops))
    if last is None:
        state = "new" if stops else "empty"
    else:
        state = "changed" if changes else "confirmed"
    at = None if last is None else company_settings(work).local(last.occurred_at)
    return Confirmation(engineer, day, version, _digest(stops), state, at, changes)


def _stops(work: UnitOfWork, routes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What counts on a route, in order; cancelled visits are not on it any more."""
    found = []
    for stop in (stop for route in routes for stop in route["stops"]):
        if stop["kind"] == "break":
            continue
        if stop["kind"] == "visit":
            visit = work.catalogue.find(VisitRow, stop["visit"])
            if visit is not None and visit.state == "cancelled":
                continue
            title = "" if visit is None else visit.title
        else:
            depot = work.catalogue.find(DepotRow, stop["depot"])
            title = "" if depot is None else depot.name
        found.append(
            {
                "visit": stop.get("visit"),
                "depot": stop.get("depot"),
                "title": title,
                # To the minute: nobody is told of seconds.
                "start": datetime.fromisoformat(stop["start"]).isoformat(timespec="minutes"),
                "loaded": stop.get("loaded") or {},
            }
        )
    return found


def _digest(stops: list[dict[str, Any]]) -> str:
    plain = json.dumps([{**one, "title": ""} for one in stops], sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def _by_name(stops: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for one in stops:
        name = f"visit {one['visit']}" if one["visit"] else f"depot {one['depot']}"
        number = 2
        while name in found:
            name, number = f"{name} {number}", number + 1
        found[name] = one
    return found


def _changes(
    work: UnitOfWork, before: list[dict[str, Any]], now: list[dict[str, Any]]
) -> Iterable[RouteChange]:
    old, new = _by_name(before), _by_name(now)
    for name in [*new, *(one for one in old if one not in new)]:
        was, is_ = old.get(name), new.get(name)
        stop = is_ or was
        assert stop is not None
        if _is_settled(work, stop["visit"], on_route=is_ is not None):
            continue
        if was is None:
            kind = "added"
        elif is_ is None:
            kind = "removed"
        elif abs(_start(is_) - _start(was)) < SHIFTED:
            continue
        else:
            kind = "moved"
        yield RouteChange(
            kind,
            stop["visit"],
            stop["depot"],
            stop["title"],
            None if was is None else was["start"],
            None if is_ is None else is_["start"],
        )


def _start(stop: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(stop["start"])


def _is_settled(work: UnitOfWork, visit: str | None, *, on_route: bool) -> bool:
    """Nobody has to be told of what is done, nor of where they are just now."""
    row = None if visit is None else work.catalogue.find(VisitRow, visit)
    if row is None:
        return False
    over = row.state in ("finished", "could_not_finish")
    return over or (on_route and row.state in ("arrived", "started"))
