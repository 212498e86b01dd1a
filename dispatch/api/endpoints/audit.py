"""Who changed what; managers and administrators come here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.cursors import CursorParam, LimitParam, decode_cursor, encode_cursor
from dispatch.api.problems import documented
from dispatch.api.schemas.audit import AuditOut, ChainOut
from dispatch.api.schemas.base import Page
from dispatch.errors import InputError
from dispatch.operations.records.base import ShortText
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/audit")
Wanted = Annotated[ShortText | None, Query(description="Only rows with exactly this one.")]


@router.get(
    "",
    response_model=Page[AuditOut],
    summary="List who did what, newest first",
    responses=documented(401, 403, 422),
)
def list_deeds(
    call: InCall,
    cursor: CursorParam = None,
    limit: LimitParam = 50,
    actor: Wanted = None,
    action: Wanted = None,
    subject: Wanted = None,
) -> Response:
    """List deeds of people and systems, with old and new values where data was changed."""
    given = decode_cursor(cursor)
    if given and not (given.isascii() and given.isdecimal() and len(given) < 16):
        raise InputError.at("/cursor", cursor, "a cursor as it was given out")

    def find(work: UnitOfWork) -> Page[AuditOut]:
        rows = work.audit.page(
            before=int(given) if given else None,
            limit=limit + 1,
            actor=actor,
            action=action,
            subject=subject,
        )
        names = {f"user:{one.id}": one.name for one in work.accounts.users()}
        names |= {f"key:{one.id}": one.name for one in work.accounts.api_keys()}
        items = [
            AuditOut(
                seq=row.seq,
                at=row.at,
                actor=row.actor,
                name=names.get(row.actor),
                action=row.action,
                subject=row.subject,
                payload=row.payload,
                changes=row.changes,
                digest=row.digest,
            )
            for row in rows[:limit]
        ]
        more = len(rows) > limit
        return Page(items=items, next_cursor=encode_cursor(str(items[-1].seq)) if more else None)

    return call.answer(Answer(call.read(find)))


@router.get(
    "/chain",
    response_model=ChainOut,
    summary="Check that no row of the audit log was changed or taken out",
    responses=documented(401, 403),
)
def check_chain(call: InCall) -> Response:
    """Compute every digest again."""
    broken = call.read(lambda work: work.audit.first_broken())
    return call.answer(Answer(ChainOut(whole=broken is None, first_broken=broken)))
