"""Single facts behind a report: each with its local day and territory, and what it counts for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.domain.clock import ClockState
from dispatch.domain.field_report import course_of
from dispatch.domain.maintenance import RoundKind, due_rounds
from dispatch.domain.request import Request, RequestState, Step
from dispatch.domain.sla import sla_of
from dispatch.operations.company import CompanySettings, company_settings
from dispatch.operations.report_figures import Figures, Standing
from dispatch.operations.request_retelling import number_of
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.report_book import ReportBook
from dispatch.store.tables import (
    ContractRow,
    EngineerRow,
    EquipmentRow,
    RequestRow,
    SiteRow,
    VisitRow,
)

__all__ = ["Fact", "facts_between"]

SECOND = timedelta(seconds=1)
SATISFIED_FROM = 4
REPAIRED = (RequestState.FIXED, RequestState.CONFIRMED)
STATES = {
    ClockState.MET: "met",
    ClockState.BREACHED: "breached",
    ClockState.RUNNING: "open",
    ClockState.PAUSED: "open",
    ClockState.WAIVED: "waived",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that counts.

    Parameters
    ----------
    day
        Local day it belongs to.
    territory
        Of the site, or of the engineer where work and shifts are counted; None: in none.
    figures
        What it adds.
    severity, contract
        Of the request; None where it is about none.
    """

    day: date
    territory: str | None
    figures: Figures
    severity: str | None = None
    contract: str | None = None


class _World:
    """What facts are looked up in, read once."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.book = ReportBook(work.session)
        self.settings: CompanySettings = company_settings(work)
        self.today = self.settings.local_day(work.now)
        self.sites = {row.id: row for row in work.catalogue.all(SiteRow)}
        self.contracts = {
            row.id: rows.contract_of(row, self.settings.policies)
            for row in work.catalogue.all(ContractRow)
        }
        self.territories = {row.id: row.territory for row in work.catalogue.all(EngineerRow)}
        self.repeated = self.book.requests_repeated()

    def day(self, instant: datetime) -> date:
        return self.settings.local_day(instant)


def facts_between(work: UnitOfWork, first: date, last: date) -> Iterator[Fact]:
    """List everything that counts from one local day to another, both included."""
    world = _World(work)
    start = world.settings.midnight(first)
    end = world.settings.midnight(last + timedelta(days=1))
    for row in world.book.requests_reported(start, end):
        yield _reported(world, row)
    for row in world.book.requests_scored(start, end):
        yield _scored(world, row)
    visits = world.book.visits_arrived(start, end)
    yield from _came(world, visits)
    yield from _worked(world, visits)
    for shift in world.book.shifts_started(start, end):
        day = world.day(shift.start)
        # A day that is not over has shifts whose work is still to be done.
        if day < world.today:
            seconds = (shift.end - shift.start) // SECOND
            yield Fact(day, world.territories.get(shift.engineer_id), Figures(shift_s=seconds))
    yield from _maintained(world, first, last)


def _reported(world: _World, row: RequestRow) -> Fact:
    request = rows.request_of(row)
    site = world.sites[row.site_id]
    figures = Figures(requests=1)
    if request.state is RequestState.CANCELLED:
        figures.cancelled = 1
    elif request.repeat_of is not None:
        figures.repeats = 1
    arrived, fixed = request.since(RequestState.ARRIVED), _fixed(request)
    if arrived is not None:
        figures.arrivals, figures.arrive_s = 1, (arrived - request.reported_at) // SECOND
    if fixed is not None:
        figures.fixes, figures.fix_s = 1, (fixed - request.reported_at) // SECOND
        figures.repaired = 1
        figures.first_time = int(_at_once(request) and request.id not in world.repeated)
    elif request.state in (*REPAIRED, RequestState.RESOLVED_REMOTELY):
        figures.remote = 1
    for reading in sla_of(request, world.contracts[site.contract_id]).readings(world.work.now):
        standing = Standing()
        setattr(standing, STATES[reading.state], 1)
        figures.clocks[reading.kind.value].add(standing)
    return Fact(world.day(row.reported_at), site.territory, figures, row.severity, site.contract_id)


def _fixed(request: Request) -> datetime | None:
    """When it was repaired on site; None while it is not, or was solved without a visit."""
    if request.state not in REPAIRED:
        return None
    closing = [
        stage
        for stage in request.stages
        if stage.state in (RequestState.FIXED, RequestState.RESOLVED_REMOTELY)
    ]
    last = closing[-1] if closing else None
    return last.at if last is not None and last.state is RequestState.FIXED else None


def _at_once(request: Request) -> bool:
    """Whether no visit ended without its work done and nobody had to open it again."""
    reopened = any(stage.step is Step.REOPEN for stage in request.stages)
    return not reopened and all(result.finished for result in request.results)


def _scored(world: _World, row: RequestRow) -> Fact:
    assert row.scored_at is not None
    score = row.score or 0
    site = world.sites[row.site_id]
    figures = Figures(scores=1, score_sum=score, satisfied=int(score >= SATISFIED_FROM))
    return Fact(world.day(row.scored_at), site.territory, figures, row.severity, site.contract_id)


def _came(world: _World, visits: Sequence[VisitRow]) -> Iterator[Fact]:
    """Corrective visits, and whether they had to come again."""
    corrective = [row for row in visits if row.kind == "corrective" and row.request_id]
    ids = {row.request_id for row in corrective if row.request_id is not None}
    requests = {row.id: rows.request_of(row) for row in world.work.catalogue.some(RequestRow, ids)}
    for row in corrective:
        assert row.arrived_at is not None
        assert row.request_id is not None
        request = requests[row.request_id]
        again = request.repeat_of is not None or _came_again(request, row)
        site = world.sites[row.site_id]
        yield Fact(
            world.day(row.arrived_at),
            site.territory,
            Figures(visits=1, repeat_visits=int(again)),
            request.severity.value,
            site.contract_id,
        )


def _came_again(request: Request, row: VisitRow) -> bool:
    """Whether a visit before this one did not do its work, or its repair did not hold."""
    number = number_of(row.id) or 1
    arrived = row.arrived_at
    assert arrived is not None
    failed = any(not one.finished for one in request.results if one.number < number)
    reopened = any(one.step is Step.REOPEN and one.at <= arrived for one in request.stages)
    return failed or reopened


def _worked(world: _World, visits: Sequence[VisitRow]) -> Iterator[Fact]:
    """Work and travel of every engineer, as they reported it themselves."""
    known = {row.id: row for row in visits}
    by_person = defaultdict(list)
    for report in world.book.reports_on(known):
        by_person[report.visit_id, report.engineer_id].append(rows.field_report_of(report))
    for (visit, engineer), reports in sorted(by_person.items(), key=lambda one: str(one[0])):
        course = course_of(reports)
        if course.arrived_at is None or course.ended_at is None:
            continue
        day = world.day(course.arrived_at)
        if day >= world.today:
            continue
        on_site = (course.ended_at - course.arrived_at) // SECOND
        figures = Figures(on_site_s=on_site)
        if course.en_route_at is not None:
            figures.travel_s = (course.arrived_at - course.en_route_at) // SECOND
            figures.legs_travel_s, figures.legs_on_site_s = figures.travel_s, on_site
        home = world.territories.get(engineer or "", world.sites[known[visit].site_id].territory)
        yield Fact(day, home, figures)


def _maintained(world: _World, first: date, last: date) -> Iterator[Fact]:
    """Rounds whose fate is known: done, or not done and too late by now."""
    seen = set()
    for row in world.book.rounds_due(first, last):
        seen.add(row.id)
        assert row.due_latest is not None
        done = None if row.finished_at is None else world.day(row.finished_at)
        if row.state == "cancelled" or (done is None and row.due_latest >= world.today):
            continue
        in_time = done is not None and done <= row.due_latest
        yield _round(world, row.due_latest, row.site_id, in_time)
    pieces = (rows.equipment_of(row) for row in world.work.catalogue.all(EquipmentRow))
    for one in due_rounds(pieces, world.today, world.today):
        # Overdue, and nobody has even made a visit of it.
        overdue = one.kind is RoundKind.MAINTENANCE and one.is_overdue(world.today)
        if overdue and first <= one.latest <= last and one.id not in seen:
            yield _round(world, one.latest, one.site, False)


def _round(world: _World, day: date, site: str, in_time: bool) -> Fact:
    place = world.sites[site]
    figures = Figures(rounds=1, rounds_in_time=int(in_time))
    return Fact(day, place.territory, figures, contract=place.contract_id)
