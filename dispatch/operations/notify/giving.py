"""Giving a notice inside the transaction of the fact it tells: the outbox of customers."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dispatch.operations.company import company_settings
from dispatch.operations.notify.templates import NoticeKind, write_notice
from dispatch.store import UnitOfWork
from dispatch.store.tables import (
    DeliveryRow,
    EngineerRow,
    EtaRow,
    NoticeRow,
    RequestRow,
    SiteRow,
    VisitRow,
)

__all__ = [
    "confirm_appointment",
    "give_notice",
    "is_wanted",
    "tell_delay",
    "tell_maintenance",
    "tell_on_the_way",
    "tell_report",
    "tell_survey",
]

NAMESPACE = uuid.UUID("8d2d7c1e-5a0a-4c62-9a54-0c6f9a2f3b1d")
DELAY_STEP = timedelta(minutes=30)
LONGEST_TEXT = 500


def give_notice(
    work: UnitOfWork,
    kind: NoticeKind,
    key: str,
    *,
    site: str,
    visit: str | None = None,
    request: str | None = None,
    data: Mapping[str, Any],
) -> bool:
    """Write a notice, and a delivery to everybody who wants to pass it on.

    Parameters
    ----------
    work
        The transaction of the fact that is told.
    kind, key
        Together they name the notice; one that was given before is not given again.
    site, visit, request
        What it is about.
    data
        For the templates, and for receivers that write texts of their own.

    Returns
    -------
    bool
        False when it was given before.
    """
    id = f"{kind.value}:{key}"
    if len(id) > 300:
        id = f"{kind.value}:{hashlib.sha256(key.encode()).hexdigest()}"
    if work.notices.notice(id) is not None:
        return False
    place = work.catalogue.get(SiteRow, site)
    told = {
        "site": place.name,
        "site_en": place.name_en or place.name,
        "reference": request or visit or site,
        "to": _addresses(place),
        **data,
    }
    number = work.log.take_numbers(1, counter="notice")
    work.notices.add(
        NoticeRow(
            id=id,
            number=number,
            kind=kind.value,
            site_id=site,
            request_id=request,
            visit_id=visit,
            data=told,
            text=write_notice(kind, told),
            created_at=work.now,
        )
    )
    for receiver in work.notices.active_webhooks():
        if receiver.topics and kind.value not in receiver.topics:
            continue
        work.notices.add(
            DeliveryRow(
                # The same notice to the same receiver is the same delivery, whoever writes it.
                id=str(uuid.uuid5(NAMESPACE, f"{id}\n{receiver.id}")),
                notice_id=id,
                webhook_id=receiver.id,
                number=number,
                subject=visit or request or site,
                state="waiting",
                next_at=work.now,
                created_at=work.now,
            )
        )
    work.tell("notice_given", visit or request or site, {"kind": kind.value, "notice": id})
    return True


def _addresses(place: SiteRow) -> list[str]:
    """E-mail addresses of those at a site who want to be told."""
    return [one["email"] for one in place.contacts if one.get("notices") and one.get("email")]


def is_wanted(work: UnitOfWork, kind: NoticeKind) -> bool:
    """Tell whether anybody passes notices of a kind on."""
    return any(not one.topics or kind.value in one.topics for one in work.notices.active_webhooks())


def confirm_appointment(work: UnitOfWork, visit: VisitRow, engineer: str, version: int) -> None:
    """Tell a customer when somebody will come; called when the promise is new or has moved."""
    if visit.promise_start is None or visit.promise_end is None:
        return
    settings = company_settings(work)
    start, end = settings.local(visit.promise_start), settings.local(visit.promise_end)
    give_notice(
        work,
        NoticeKind.APPOINTMENT_CONFIRMED,
        f"{visit.id}:{version}",
        site=visit.site_id,
        visit=visit.id,
        request=visit.request_id,
        data={
            **_engineer(work, engineer),
            "day": start.date().isoformat(),
            "from_time": _clock(start),
            "to_time": _clock(end),
            "start": start.isoformat(),
            "end": end.isoformat(),
        },
    )


def tell_on_the_way(
    work: UnitOfWork, visit: VisitRow, engineer: str | None, eta: EtaRow | None
) -> None:
    """Tell a customer that somebody has set out, and when they will be there."""
    if engineer is None or visit.state != "en_route":
        return
    settings = company_settings(work)
    expected = None if eta is None else settings.local(eta.arrive)
    give_notice(
        work,
        NoticeKind.ON_THE_WAY,
        f"{visit.id}:{engineer}",
        site=visit.site_id,
        visit=visit.id,
        request=visit.request_id,
        data={
            **_engineer(work, engineer),
            "eta": "" if expected is None else _clock(expected),
            "expected_at": None if expected is None else expected.isoformat(),
        },
    )


def tell_delay(work: UnitOfWork, visit: VisitRow, eta: EtaRow) -> None:
    """Tell a customer that what was promised will not hold, and again at every further half hour."""
    end = visit.promise_end
    if end is None or eta.start <= end or visit.state not in ("open", "en_route"):
        return
    settings = company_settings(work)
    steps = (eta.start - end) // DELAY_STEP
    start = settings.local(eta.start)
    give_notice(
        work,
        NoticeKind.DELAY,
        f"{visit.id}:{end.isoformat()}:{steps}",
        site=visit.site_id,
        visit=visit.id,
        request=visit.request_id,
        data={
            "eta": _clock(start),
            "expected_at": start.isoformat(),
            "to_time": _clock(settings.local(end)),
            "reason_code": eta.reason.get("code", ""),
        },
    )


def tell_maintenance(work: UnitOfWork, id: str, site: str, equipment: str, due: str) -> None:
    """Tell a customer that maintenance falls due."""
    give_notice(
        work,
        NoticeKind.MAINTENANCE_AHEAD,
        id,
        site=site,
        visit=id,
        data={"equipment": equipment, "day": due},
    )


def tell_report(work: UnitOfWork, visit: VisitRow, text: str) -> None:
    """Tell a customer what was done."""
    give_notice(
        work,
        NoticeKind.REPORT,
        visit.id,
        site=visit.site_id,
        visit=visit.id,
        request=visit.request_id,
        data={"text": text[:LONGEST_TEXT]},
    )


def tell_survey(work: UnitOfWork, request: RequestRow, time: int) -> None:
    """Ask a customer how content they are, once for each time it was solved."""
    give_notice(
        work,
        NoticeKind.SURVEY,
        f"{request.id}:{time}",
        site=request.site_id,
        request=request.id,
        data={},
    )


def _engineer(work: UnitOfWork, id: str) -> dict[str, str]:
    row = work.catalogue.find(EngineerRow, id)
    name = id if row is None else row.name
    return {"engineer": name, "engineer_en": (row.name_en if row else "") or name}


def _clock(instant: datetime) -> str:
    return instant.strftime("%H:%M")
