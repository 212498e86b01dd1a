"""The same five routes for every kind of master data."""

# No ``from __future__ import annotations`` here: the annotations of these routes are values.
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from dispatch.api.call import Answer, Call, InCall
from dispatch.api.cursors import CursorParam, LimitParam, decode_cursor, encode_cursor
from dispatch.api.problems import documented
from dispatch.api.schemas.base import Page, stored_model
from dispatch.operations import master_data
from dispatch.operations.master_data import RESOURCES, Resource
from dispatch.operations.records import Record
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
ID = Annotated[str, Path(min_length=1, max_length=200)]
FILTERS = {
    "shifts": "engineer",
    "sites": "contract",
    "equipment": "site",
    "stock": "depot",
    "inbound": "depot",
    "van-norms": "engineer",
}


def _stored(model: type[BaseModel], found: tuple[Record, int]) -> BaseModel:
    record, version = found
    return model.model_validate({**dict(record), "version": version})


def _etag(version: int) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


def add_routes(resource: Resource) -> None:
    """Add list, create, read, replace and delete of one kind."""
    stored = stored_model(resource)
    record_model: Any = resource.record
    page_model: Any = Page[stored]  # type: ignore[valid-type]
    noun = resource.record.__name__.removesuffix("Record")
    address = f"/{resource.name}"
    named = f"{address}/{{id}}"
    filtered = FILTERS.get(resource.name)

    def page(call: Call, cursor: str | None, limit: int, **where: object) -> Response:
        after = decode_cursor(cursor)
        wanted = {name: value for name, value in where.items() if value is not None}
        found = call.read(
            lambda work: master_data.page(work, resource, after=after, limit=limit + 1, **wanted)
        )
        items = [_stored(stored, one) for one in found[:limit]]
        more = len(found) > limit
        last = getattr(items[-1], "id", "") if items else ""
        return call.answer(
            Answer(page_model(items=items, next_cursor=encode_cursor(last) if more else None))
        )

    if filtered is None:

        @router.get(
            address,
            response_model=page_model,
            summary=f"List {resource.name}",
            responses=documented(401, 403, 422),
            name=f"list_{resource.name}",
        )
        def list_all(call: InCall, cursor: CursorParam = None, limit: LimitParam = 50) -> Response:
            return page(call, cursor, limit)

    else:

        @router.get(
            address,
            response_model=page_model,
            summary=f"List {resource.name}",
            responses=documented(401, 403, 422),
            name=f"list_{resource.name}",
        )
        def list_some(
            call: InCall,
            cursor: CursorParam = None,
            limit: LimitParam = 50,
            of: Annotated[
                str | None,
                Query(
                    alias=filtered, max_length=200, description=f"Only those of this {filtered}."
                ),
            ] = None,
        ) -> Response:
            return page(call, cursor, limit, **{str(filtered): of})

    @router.post(
        address,
        status_code=201,
        response_model=stored,
        summary=f"Add {noun}",
        responses=documented(401, 403, 409, 422),
        name=f"add_{resource.name}",
    )
    def add(record: record_model, call: InCall) -> Response:
        def act(work: UnitOfWork) -> Answer:
            found = master_data.add(work, resource, record)
            body = _stored(stored, found)
            location = f"/api/v1{address}/{quote(record.id)}"
            return Answer(body, 201, {**_etag(found[1]), "Location": location})

        return call.perform(act)

    @router.get(
        named,
        response_model=stored,
        summary=f"Read {noun}",
        responses=documented(401, 403, 404),
        name=f"read_{resource.name}",
    )
    def read(id: ID, call: InCall) -> Response:
        found = call.read(lambda work: master_data.get(work, resource, id))
        return call.answer(Answer(_stored(stored, found), 200, _etag(found[1])))

    @router.put(
        named,
        response_model=stored,
        summary=f"Replace {noun}; needs If-Match",
        responses=documented(401, 403, 404, 409, 412, 422, 428),
        name=f"replace_{resource.name}",
    )
    def replace(id: ID, record: record_model, call: InCall) -> Response:
        expected = call.expected_version()

        def act(work: UnitOfWork) -> Answer:
            found = master_data.change(work, resource, id, record, expected=expected)
            return Answer(_stored(stored, found), 200, _etag(found[1]))

        return call.perform(act)

    @router.delete(
        named,
        status_code=204,
        summary=f"Remove {noun}; needs If-Match",
        responses=documented(401, 403, 404, 409, 412, 428),
        name=f"remove_{resource.name}",
    )
    def remove(id: ID, call: InCall) -> Response:
        expected = call.expected_version()

        def act(work: UnitOfWork) -> Answer:
            master_data.remove(work, resource, id, expected=expected)
            return Answer(None, 204)

        return call.perform(act)


for _resource in RESOURCES.values():
    add_routes(_resource)
