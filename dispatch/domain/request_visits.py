"""What a request needs on site."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.domain.clock import PauseReason
from dispatch.domain.equipment import EquipmentType, FaultKind
from dispatch.domain.local_time import to_utc
from dispatch.domain.request import Request
from dispatch.domain.request_work import remaining_work
from dispatch.domain.severity import Severity
from dispatch.domain.sla import arrival_terms
from dispatch.domain.titles import visit_title
from dispatch.domain.visit import After, EngineerRules, Priority, Visit, VisitKind
from dispatch.domain.window import TimeWindow
from dispatch.domain.work import Work
from dispatch.domain.world import WorldIndex

__all__ = [
    "loaner_visit",
    "needs_visit",
    "request_visit",
    "request_visits",
    "usual_work",
    "visit_id",
]

UNKNOWN_FAULT_DURATION = timedelta(hours=1)
LOANER_DURATION = timedelta(minutes=45)
LOANER_LOOK_AHEAD = timedelta(hours=12)


def needs_visit(request: Request, committed: bool = False) -> bool:
    """Tell whether somebody has to drive for a request.

    Nobody drives for a consultation, nor while the customer cannot be reached; waiting for a
    part is no reason to wait with the plan, which knows when the part arrives.
    """
    if request.severity is Severity.CONSULTATION:
        return False
    if request.state.is_plannable:
        pause = request.paused
        return pause is None or pause.reason is not PauseReason.CUSTOMER_UNAVAILABLE
    return committed and request.state.is_open


def visit_id(request: Request) -> str:
    """Id of the visit a request needs now; a second visit for the same fault gets another."""
    return f"{request.id}-v{request.visits_done + 1}"


def usual_work(kind: EquipmentType | None, fault: str | None) -> Work:
    """Look up what a visit usually takes, by type of equipment and fault.

    A fault that is not in the catalogue asks for an hour and for whatever skills maintenance of
    that type asks for.
    """
    known = (kind.fault(fault) if kind else None) or _unknown_fault(kind)
    return Work(
        known.duration,
        known.skills,
        known.tools,
        known.parts,
        known.crew_size,
        known.title,
        known.title_en,
    )


def request_visits(
    request: Request, index: WorldIndex, window: TimeWindow, now: datetime
) -> tuple[Visit, ...]:
    """Make the visits a request needs, each after the one before.

    What to bring follows from the diagnosis, or from the catalogue where there is none.

    Parameters
    ----------
    request, index
        The request, and the world to look up its site, contract and equipment in.
    window, now
        The stretch that is planned, and the present.
    """
    works = remaining_work(request, usual_work(_type_of(request, index), request.fault))
    found: list[Visit] = []
    for number, work in enumerate(works, start=request.visits_done + 1):
        visit = _visit_for(request, work, index, window, now)
        if found:
            # The promise of an arrival binds the first visit alone.
            before = (After(found[-1].id),)
            visit = replace(visit, id=f"{request.id}-v{number}", sla=None, after=before)
        found.append(visit)
    return tuple(found)


def request_visit(request: Request, index: WorldIndex, window: TimeWindow, now: datetime) -> Visit:
    """Make the next visit a request needs."""
    return request_visits(request, index, window, now)[0]


def _visit_for(
    request: Request, fault: Work, index: WorldIndex, window: TimeWindow, now: datetime
) -> Visit:
    site = index.sites[request.site]
    contract = index.contracts[site.contract]
    title = visit_title(site, fault.title or request.summary, fault.title_en or request.summary_en)
    # With hours around the clock the customer opens at night for whatever is serious.
    let_in_always = request.severity is Severity.CRITICAL or (
        request.severity is Severity.MAJOR and contract.policy.coverage.is_always
    )
    return Visit(
        id=visit_id(request),
        location=site.location.id,
        duration=fault.duration,
        kind=VisitKind.CORRECTIVE,
        title=title,
        time_windows=() if let_in_always else site.access_or_next(window),
        sla=arrival_terms(request, contract, now),
        required_skills=fault.skills,
        required_tools=fault.tools,
        parts=fault.parts,
        engineers=EngineerRules(preferred=contract.representatives),
        priority=contract.tier(request.severity),
        crew_size=fault.crew_size,
    )


def loaner_visit(
    request: Request, index: WorldIndex, window: TimeWindow, now: datetime
) -> Visit | None:
    """Make the delivery of a device to lend, once the contract owes one or nearly does.

    A fault that would be due for one only later in the window may well be repaired before. Where
    the type of equipment does not name the part that is lent, the visit brings none: what can be
    lent is then for a person to say, and its title says so.

    Returns
    -------
    Visit or None
        None when none is owed yet or one was lent already.
    """
    site = index.sites[request.site]
    contract = index.contracts[site.contract]
    kind = _type_of(request, index)
    owed_at = to_utc(request.reported_at, "reported_at") + contract.policy.loaner_after
    if request.loaner_at is not None:
        return None
    if owed_at > max(now, window.start) + LOANER_LOOK_AHEAD or not needs_visit(request):
        return None
    return Visit(
        id=f"{request.id}-loaner",
        location=site.location.id,
        duration=LOANER_DURATION,
        kind=VisitKind.DELIVERY,
        title=visit_title(site, *loaner_words(kind)),
        time_windows=site.access_or_next(window),
        parts={} if kind is None or kind.loaner_part is None else {kind.loaner_part: 1},
        priority=Priority.HIGH,
    )


def loaner_words(kind: EquipmentType | None) -> tuple[str, str]:
    """What a delivery on loan is called in Chinese and in English."""
    if kind is None:
        return "备机（机型待定）", "Device on loan, which one is to be decided"
    if kind.loaner_part is None:
        return f"{kind.name} 备机（机型待定）", f"{kind.name_en} on loan, to be decided which"
    return f"{kind.name} 备机", f"{kind.name_en} on loan"


def _type_of(request: Request, index: WorldIndex) -> EquipmentType | None:
    piece = index.equipment.get(request.equipment or "")
    return None if piece is None else index.types[piece.type]


def _unknown_fault(kind: EquipmentType | None) -> FaultKind:
    return FaultKind(
        code="unknown",
        title="",
        title_en="",
        duration=UNKNOWN_FAULT_DURATION,
        skills=() if kind is None else kind.maintenance_skills,
    )
