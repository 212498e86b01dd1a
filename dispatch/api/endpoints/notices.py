"""What customers are told: notices, who passes them on, and what could not be delivered."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.cursors import CursorParam, LimitParam, decode_cursor, encode_cursor
from dispatch.api.problems import documented
from dispatch.api.schemas.base import Page
from dispatch.api.schemas.notices import (
    DeliveryOut,
    NoticeOut,
    RedrivenOut,
    WebhookMadeOut,
    WebhookOut,
    WebhooksOut,
    delivery_out,
    notice_out,
    webhook_out,
)
from dispatch.errors import InputError
from dispatch.operations.notify.webhooks import (
    WebhookRecord,
    add_webhook,
    redrive,
    redrive_all,
    remove_webhook,
    rotate_secret,
    secret_of,
)
from dispatch.operations.records.base import Identifier
from dispatch.store import UnitOfWork
from dispatch.store.tables import WebhookRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
Id = Annotated[str, Path(min_length=1, max_length=200)]
NO_STORE = {"Cache-Control": "no-store"}


@router.get(
    "/webhooks",
    response_model=WebhooksOut,
    summary="List who passes notices on",
    responses=documented(401, 403),
)
def list_webhooks(call: InCall) -> Response:
    """List receivers; of each secret only the end is shown."""

    def find(work: UnitOfWork) -> WebhooksOut:
        rows = work.catalogue.all(WebhookRow)
        return WebhooksOut(items=[webhook_out(row, secret_of(work, row)) for row in rows])

    return call.answer(Answer(call.read(find)))


@router.post(
    "/webhooks",
    status_code=201,
    response_model=WebhookMadeOut,
    summary="Add somebody who passes notices on; the secret is shown this once",
    responses=documented(401, 403, 422),
)
def post_webhook(body: WebhookRecord, call: InCall) -> Response:
    """Add a receiver.

    The answer holds a secret, so it is never kept for replays: a second call adds a second one.
    """
    private = call.services.settings.webhook_private
    row, secret = call.services.database.write(
        lambda work: add_webhook(work, body, private=private), actor=call.principal.id
    )
    return call.answer(Answer(WebhookMadeOut(id=row.id, secret=secret), 201, NO_STORE))


@router.get(
    "/webhooks/{id}",
    response_model=WebhookOut,
    summary="Read who passes notices on",
    responses=documented(401, 403, 404),
)
def read_webhook(id: Id, call: InCall) -> Response:
    """Read one receiver."""

    def find(work: UnitOfWork) -> WebhookOut:
        row = work.catalogue.get(WebhookRow, id)
        return webhook_out(row, secret_of(work, row))

    return call.answer(Answer(call.read(find)))


@router.delete(
    "/webhooks/{id}",
    status_code=204,
    summary="Tell a receiver nothing any more; what waits is given up",
    responses=documented(401, 403, 404),
)
def delete_webhook(id: Id, call: InCall) -> Response:
    """Remove a receiver."""

    def act(work: UnitOfWork) -> Answer:
        remove_webhook(work, id)
        return Answer(None, 204)

    return call.perform(act)


@router.post(
    "/webhooks/{id}/rotate",
    response_model=WebhookMadeOut,
    summary="Make a new secret; it is shown this once",
    responses=documented(401, 403, 404),
)
def rotate_webhook(id: Id, call: InCall) -> Response:
    """Change the secret at once."""
    row, secret = call.services.database.write(
        lambda work: rotate_secret(work, id), actor=call.principal.id
    )
    return call.answer(Answer(WebhookMadeOut(id=row.id, secret=secret), 200, NO_STORE))


@router.post(
    "/webhooks/{id}/redrive",
    response_model=RedrivenOut,
    summary="Try everything again that was given up for a receiver",
    responses=documented(401, 403, 404),
)
def redrive_webhook(id: Id, call: InCall) -> Response:
    """Put the dead letters of a receiver back into the queue."""
    return call.perform(lambda work: Answer(RedrivenOut(redriven=redrive_all(work, id))))


@router.get(
    "/notices",
    response_model=Page[NoticeOut],
    summary="List what customers are told, oldest first",
    responses=documented(401, 403, 422),
)
def list_notices(
    call: InCall,
    cursor: CursorParam = None,
    limit: LimitParam = 50,
    request: Annotated[Identifier | None, Query(description="Only about this one.")] = None,
) -> Response:
    """List notices; the cursor of the last page finds newer ones later."""
    given = decode_cursor(cursor)
    if given and not (given.isascii() and given.isdecimal() and len(given) < 16):
        raise InputError.at("/cursor", cursor, "a cursor as it was given out")
    after = int(given or 0)

    def find(work: UnitOfWork) -> Page[NoticeOut]:
        rows = work.notices.page(after=after, limit=limit + 1, request=request)
        items = [notice_out(row) for row in rows[:limit]]
        more = len(rows) > limit
        last = rows[limit - 1].number if more else 0
        return Page(items=items, next_cursor=encode_cursor(str(last)) if more else None)

    return call.answer(Answer(call.read(find)))


@router.get(
    "/deliveries",
    response_model=Page[DeliveryOut],
    summary="List deliveries; state=dead is the list of those given up",
    responses=documented(401, 403, 422),
)
def list_deliveries(
    call: InCall,
    cursor: CursorParam = None,
    limit: LimitParam = 50,
    state: Annotated[Literal["waiting", "delivered", "dead"] | None, Query()] = None,
    webhook: Annotated[Identifier | None, Query(description="Only to this receiver.")] = None,
) -> Response:
    """List deliveries by id."""
    after = decode_cursor(cursor)

    def find(work: UnitOfWork) -> Page[DeliveryOut]:
        rows = work.notices.deliveries(after=after, limit=limit + 1, state=state, webhook=webhook)
        items = [delivery_out(row) for row in rows[:limit]]
        more = len(rows) > limit
        return Page(items=items, next_cursor=encode_cursor(items[-1].id) if more else None)

    return call.answer(Answer(call.read(find)))


@router.post(
    "/deliveries/{id}/redrive",
    response_model=DeliveryOut,
    summary="Try a delivery again, under the same id",
    responses=documented(401, 403, 404),
)
def redrive_delivery(id: Id, call: InCall) -> Response:
    """Put a dead letter back into the queue; what was delivered stays delivered."""
    return call.perform(lambda work: Answer(delivery_out(redrive(work, id))))
