"""Master data as tables for people in the office: looked through, taken away, brought in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.tables import (
    ImportOut,
    TablePageOut,
    TableRecordOut,
    TablesOut,
    import_out,
    page_out,
    record_out,
    tables_out,
)
from dispatch.errors import Issue
from dispatch.operations import master_data
from dispatch.operations.exporting import table_file
from dispatch.operations.import_preview import RowRefused, preview_import, store_import
from dispatch.operations.master_tables import (
    count_of_each,
    last_change,
    resource_named,
    table_page,
)
from dispatch.store import UnitOfWork

__all__ = ["FILE_KINDS", "FILE_PATHS", "router"]

router = APIRouter(prefix="/api/v1")
Kind = Annotated[str, Path(min_length=1, max_length=40, description="A kind of master data.")]
Search = Annotated[str, Query(max_length=200, description="Words that must all occur in a record.")]
FILE_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILE_PATHS = ("/api/v1/imports", "/api/v1/imports/preview")
"""Addresses whose body is a file."""
FileBody = Annotated[bytes, Body(media_type="application/octet-stream")]
FileName = Annotated[
    str, Query(max_length=200, description="Name of the file; names the kind if nothing else does.")
]
MaybeKind = Annotated[
    str | None,
    Query(
        alias="kind", max_length=40, description="Left out: as the file or its sheets are called."
    ),
]
FILE_OUT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            kind.split(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for kind in FILE_KINDS.values()
        },
    }
}


@router.get(
    "/tables",
    response_model=TablesOut,
    summary="List the kinds of master data with their fields",
    responses=documented(401, 403),
)
def list_tables(call: InCall) -> Response:
    """Tell what there is, how much of it, and what each field is like."""
    return call.answer(Answer(tables_out(call.read(count_of_each), call.principal.role)))


@router.get(
    "/tables/{kind}",
    response_model=TablePageOut,
    summary="Look through a table: search, sort, page",
    responses=documented(401, 403, 404, 422),
)
def read_table(
    kind: Kind,
    call: InCall,
    search: Search = "",
    sort: Annotated[str, Query(max_length=60, description="A sortable field.")] = "id",
    descending: bool = False,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Read part of a table."""
    page = call.read(
        lambda work: table_page(
            work,
            kind,
            search=search,
            sort=sort,
            descending=descending,
            offset=offset,
            limit=limit,
        )
    )
    return call.answer(Answer(page_out(page)))


@router.get(
    "/tables/{kind}/records/{id}",
    response_model=TableRecordOut,
    summary="Read one record, with who changed it last",
    responses=documented(401, 403, 404, 422),
)
def read_record(
    kind: Kind, id: Annotated[str, Path(min_length=1, max_length=200)], call: InCall
) -> Response:
    """Read a record as it is now, for somebody whose change was refused."""

    def find(work: UnitOfWork) -> TableRecordOut:
        record, version = master_data.get(work, resource_named(kind), id)
        return record_out(record, version, last_change(work, kind, id))

    return call.answer(Answer(call.read(find)))


@router.get(
    "/tables/{kind}/file",
    response_model=None,
    summary="Take a table away as a file",
    responses={**FILE_OUT, **documented(401, 403, 404, 422)},
)
def export_table(
    kind: Kind,
    call: InCall,
    format: Annotated[str, Query(pattern="^(csv|xlsx)$")] = "csv",
    search: Search = "",
) -> Response:
    """Write the records that fit; the importer reads the file back."""
    data = call.read(lambda work: table_file(work, kind, format, search))
    headers = {"Content-Disposition": f'attachment; filename="{kind}.{format}"'}
    return Response(data, media_type=FILE_KINDS[format], headers=headers)


@router.post(
    "/imports/preview",
    response_model=ImportOut,
    summary="Try an import; nothing is stored",
    responses=documented(401, 403, 413, 415, 422, 503),
)
def preview(body: FileBody, call: InCall, name: FileName = "", kind: MaybeKind = None) -> Response:
    """Tell what every row of a CSV or XLSX file would do, and all that is wrong at once."""
    found = preview_import(call.services.database, body, name, kind)
    return call.answer(Answer(import_out(found, stored=False)))


@router.post(
    "/imports",
    response_model=ImportOut,
    summary="Store the good rows of a file that was previewed",
    responses=documented(401, 403, 409, 413, 415, 422, 503),
)
def store(
    body: FileBody,
    call: InCall,
    fingerprint: Annotated[str, Query(max_length=100, description="Of the preview.")],
    name: FileName = "",
    kind: MaybeKind = None,
) -> Response:
    """Store what the preview showed, or nothing when it would be something else by now."""
    refused: dict[tuple[str, int], Issue] = {}

    def act(work: UnitOfWork) -> Answer:
        done = store_import(work, body, name, kind, fingerprint, refused)
        return Answer(import_out(done, stored=True))

    while True:
        try:
            return call.perform(act)
        except RowRefused as again:
            refused[again.place] = again.issue
