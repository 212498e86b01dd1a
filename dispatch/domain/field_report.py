"""Reports from the field, and the course of a visit that follows from a set of them.

A phone that was offline sends its reports late, twice or in the wrong order. What they mean is
therefore a fold over the *set* of reports in an order of their own, which no arrival changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.domain.checks import require_aware, require_id, require_quantities

__all__ = ["FieldReport", "ReportKind", "VisitCourse", "course_of", "in_order"]


LONGEST_OFFLINE = timedelta(days=31)
"""A phone that tells an older time has lost its clock, as with an empty battery."""


class ReportKind(StrEnum):
    """What an engineer reports about a visit."""

    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    STARTED = "started"
    FINISHED = "finished"
    COULD_NOT_FINISH = "could_not_finish"

    @property
    def rank(self) -> int:
        """How far the visit is; both ways to end it are equally far."""
        return min(list(ReportKind).index(self) + 1, 4)

    @property
    def ends(self) -> bool:
        """Whether the engineer leaves the site with it."""
        return self in (ReportKind.FINISHED, ReportKind.COULD_NOT_FINISH)


@dataclass(frozen=True, slots=True)
class FieldReport:
    """One report, with both clocks.

    Parameters
    ----------
    event_id, kind
        Its own id, and what it says.
    occurred_at
        By the clock of the device.
    received_at
        By the clock of the server, when it first came in.
    device, epoch, seq
        Whose it is, how often the device began to count anew, and its count; None: it does not.
    parts_needed, needed
        What is missing to finish: pieces by part, and time on site.
    """

    event_id: str
    kind: ReportKind
    occurred_at: datetime
    received_at: datetime
    device: str = ""
    epoch: int = 0
    seq: int | None = None
    parts_needed: Mapping[str, int] = field(default_factory=dict)
    needed: timedelta | None = None

    def __post_init__(self) -> None:
        require_id("event_id", self.event_id)
        require_aware("occurred_at", self.occurred_at)
        require_aware("received_at", self.received_at)
        require_quantities("parts_needed", self.parts_needed)

    @property
    def told_at(self) -> datetime:
        """The time of the device; of one that has lost its clock, the time of receipt."""
        is_lost = self.received_at - self.occurred_at > LONGEST_OFFLINE
        return self.received_at if is_lost else self.occurred_at

    @property
    def at(self) -> datetime:
        """When it happened as far as anybody can tell: nothing happens after it was told."""
        return min(self.told_at, self.received_at)


@dataclass(frozen=True, slots=True)
class VisitCourse:
    """What became of a visit.

    Parameters
    ----------
    state
        ``open`` without a report, else what the furthest report says.
    en_route_at, arrived_at, started_at, ended_at
        When each step was taken; a step nobody told is taken with the next one that was told,
        except setting out, which then stays unknown.
    ending
        The report that ended it, or None.
    told
        What was reported, whether it counts or not.
    """

    state: str = "open"
    en_route_at: datetime | None = None
    arrived_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ending: FieldReport | None = None
    told: frozenset[ReportKind] = frozenset()

    @property
    def is_contradicted(self) -> bool:
        """Whether both ways to end it were reported."""
        return {ReportKind.FINISHED, ReportKind.COULD_NOT_FINISH} <= self.told


def in_order(reports: Iterable[FieldReport]) -> tuple[FieldReport, ...]:
    """Put reports into the one order in which they are folded.

    Each report stands at its own device time. Where a device counts its reports, a later count
    never stands before an earlier one, so a clock that is set back overtakes nothing. Equal
    times fall to the earlier step, then to device, count and id, so the order is total and
    depends on nothing but the reports themselves.
    """
    effective: dict[str, datetime] = {}
    chains: dict[tuple[str, int], list[FieldReport]] = defaultdict(list)
    once = {report.event_id: report for report in reports}
    for report in once.values():
        effective[report.event_id] = report.told_at
        if report.seq is not None:
            chains[report.device, report.epoch].append(report)
    for chain in chains.values():
        latest: datetime | None = None
        for report in sorted(chain, key=lambda one: (one.seq or 0, one.event_id)):
            latest = report.told_at if latest is None else max(latest, report.told_at)
            effective[report.event_id] = latest
    return tuple(
        sorted(
            once.values(),
            key=lambda one: (
                effective[one.event_id],
                # Within one device the count decides; between devices the earlier step does.
                one.kind.rank,
                one.device,
                one.epoch,
                -1 if one.seq is None else one.seq,
                one.event_id,
            ),
        )
    )


def course_of(reports: Iterable[FieldReport]) -> VisitCourse:
    """Fold reports into the course of their visit.

    A visit only goes forward: an earlier step that stands after a later one says nothing new.
    Between finished and could-not-finish the one that stands later in the order counts, with
    the time at which it was first told.
    """
    en_route: datetime | None = None
    arrived: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    ending: FieldReport | None = None
    furthest: ReportKind | None = None
    told: set[ReportKind] = set()
    floor: datetime | None = None
    for report in in_order(reports):
        told.add(report.kind)
        if furthest is not None and report.kind.rank < furthest.rank:
            continue
        if furthest is report.kind:
            continue
        at = report.at if floor is None else max(floor, report.at)
        floor = at
        furthest = report.kind
        if report.kind is ReportKind.EN_ROUTE:
            en_route = at
        if report.kind.rank >= ReportKind.ARRIVED.rank and arrived is None:
            arrived = at
        if report.kind.rank >= ReportKind.STARTED.rank and started is None:
            started = at
        if report.kind.ends:
            ended, ending = at, report
    return VisitCourse(
        "open" if furthest is None else furthest.value,
        en_route,
        arrived,
        started,
        ended,
        ending,
        frozenset(told),
    )
