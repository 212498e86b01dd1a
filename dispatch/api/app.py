"""The composition root: everything that is made once is made here and put together."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from starlette.responses import HTMLResponse, JSONResponse

from dispatch import __version__
from dispatch.api.docs_page import docs_page
from dispatch.api.endpoints import (
    accounts,
    audit,
    base_map,
    calendar,
    clock,
    complaints,
    disruptions,
    engineers,
    events,
    field_day,
    half_year,
    insertions,
    master_data,
    moves,
    notices,
    parts,
    plans,
    proposals,
    remedies,
    replans,
    reports,
    requests,
    risk,
    rounds,
    runs,
    scenarios,
    session,
    slots,
    supplies,
    system,
    tables,
    visits,
)
from dispatch.api.event_hub import EventHub
from dispatch.api.metrics import Metrics, MetricsMiddleware
from dispatch.api.page_files import PageFiles
from dispatch.api.problems import add_handlers
from dispatch.api.schemas.base import Problem
from dispatch.api.security_headers import SecurityHeaders, content_security_policy
from dispatch.api.services import Services
from dispatch.api.settings import Settings
from dispatch.api.static_files import (
    SERVED,
    board_files,
    field_files,
    leaflet_files,
    page_folders,
)
from dispatch.api.strict_json import StrictJson
from dispatch.api.tokens import TokenMint, signing_secret
from dispatch.errors import Conflict, DispatchError, InputError
from dispatch.formats.limits import MOST_TABLE_BYTES
from dispatch.operations.accounts import first_admin
from dispatch.operations.base_map import MapExtract
from dispatch.operations.demo_day import plan_demo, plant
from dispatch.operations.escalation import escalate
from dispatch.operations.executor import RunExecutor
from dispatch.operations.expected_times import refresh_all
from dispatch.operations.holds import expire_slots
from dispatch.operations.notify.courier import Courier
from dispatch.operations.positions import purge_positions
from dispatch.operations.rehearsal import Rehearsal, refuse_rehearsed
from dispatch.operations.risk import learn_daily
from dispatch.operations.rounds import announce_due
from dispatch.operations.solver_child import SolverChild
from dispatch.operations.watch import Watch
from dispatch.operations.what_if_executor import WhatIfExecutor
from dispatch.store import Database, prepare
from dispatch.store.clock import SteppedClock

__all__ = ["create_app"]

PREFIX = "/api/v1"
UPKEEP_S = 600.0
# A phone may be offline for three days; a week later nobody asks again (reliability 4.1).
ANSWERS_KEPT = timedelta(days=7)
DESCRIPTION = (
    "Plans field-service engineers and keeps the plan true all day. Times are ISO-8601 with an"
    " offset, durations ISO-8601, distances metres, money minor units of one currency,"
    " coordinates objects of WGS-84 degrees. Errors are RFC 9457 problems."
)
LOOKS = (refresh_all, escalate, expire_slots, announce_due)
logger = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the service.

    Parameters
    ----------
    settings
        None reads them from the environment.

    Returns
    -------
    FastAPI
        Its database is migrated; runs are taken up once it is started.

    Raises
    ------
    SchemaRefused
        In one line, when this program must not work with the database.
    """
    chosen = settings or Settings()
    stepped = _stepped_clock(chosen)
    database = Database(chosen.database_url, clock=stepped)
    try:
        prepare(database)
        if stepped is None:
            refuse_rehearsed(database)
        secret = database.write(signing_secret)
        _first_admin(database, chosen)
    except BaseException:
        database.close()
        raise
    # In a rehearsal the watch looks when the clock is moved, and nobody outside is told anything.
    every_s = chosen.watch_s if stepped is None else 0.0
    watch = Watch(database, LOOKS, every_s=every_s)
    services = Services(
        settings=chosen,
        database=database,
        mint=TokenMint(secret),
        executor=RunExecutor(
            database, threads=chosen.solver_threads, memory_mb=chosen.solver_memory_mb
        ),
        what_ifs=WhatIfExecutor(database, processes=chosen.what_ifs_at_a_time),
        hub=EventHub(database),
        watch=watch,
        rehearsal=None if stepped is None else Rehearsal(database, stepped, watch.look),
        keeper=Watch(database, _upkeep(chosen), every_s=UPKEEP_S, name="keeper"),
        courier=Courier(
            database, private=chosen.webhook_private, apprise_urls=chosen.apprise_urls.split()
        ),
        metrics=Metrics(),
        map_extract=MapExtract(chosen.map_extract),
        solve_slots=threading.BoundedSemaphore(chosen.parallel_solves),
    )
    app = FastAPI(
        title="dispatch",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.services = services
    _add_routes(app, chosen)
    add_handlers(app)
    policy = content_security_policy(chosen.tile_url)
    # The last one added is the outermost.
    app.add_middleware(
        StrictJson,
        most_bytes=chosen.most_body_bytes,
        large_paths=dict.fromkeys(
            (f"{PREFIX}/plans/solve", f"{PREFIX}/scenarios"), chosen.most_case_bytes
        ),
        file_paths=dict.fromkeys(tables.FILE_PATHS, MOST_TABLE_BYTES),
    )
    app.add_middleware(MetricsMiddleware, metrics=services.metrics)
    app.add_middleware(PageFiles, folders=page_folders(), suffixes=SERVED)
    app.add_middleware(SecurityHeaders, policy=policy, local_only=chosen.demo)
    return app


def _stepped_clock(settings: Settings) -> SteppedClock | None:
    if settings.rehearsal is None:
        return None
    if not settings.demo:
        raise InputError.at("/rehearsal", settings.rehearsal.isoformat(), "only with the demo")
    return SteppedClock(settings.rehearsal)


def _upkeep(settings: Settings) -> tuple[Callable[[Database], object], ...]:
    """What is looked after from time to time: what is over is deleted, spreads are learned."""

    def positions(database: Database) -> int:
        return purge_positions(database, settings.position_days)

    def answers(database: Database) -> None:
        before = database.clock.now() - ANSWERS_KEPT
        database.write(lambda work: work.replies.forget_before(before), actor="watch")

    return positions, answers, learn_daily


def _first_admin(database: Database, settings: Settings) -> None:
    if settings.demo:
        return
    if settings.admin_user and settings.admin_password:
        try:
            database.write(
                lambda work: first_admin(work, settings.admin_user, settings.admin_password),
                actor="set-up",
            )
        except Conflict:
            logger.debug("users exist already; the first one is not made again")
    elif database.read(lambda work: work.accounts.count()) == 0:
        logger.warning(
            "nobody can sign in yet: set DISPATCH_ADMIN_USER and DISPATCH_ADMIN_PASSWORD and start"
            " again to make the first user"
        )


def _add_routes(app: FastAPI, settings: Settings) -> None:
    for tag, module in (
        ("session", session),
        ("accounts", accounts),
        ("requests", requests),
        ("complaints", complaints),
        ("maintenance rounds", rounds),
        ("maintenance rounds", half_year),
        ("plans", plans),
        ("plans", moves),
        ("proposals", proposals),
        ("plans", remedies),
        ("runs", runs),
        ("what if", scenarios),
        ("re-plans", replans),
        ("slots", slots),
        ("risk", risk),
        ("disruptions", disruptions),
        ("parts in plans", parts),
        ("parts in plans", supplies),
        ("urgent requests", insertions),
        ("engineers", engineers),
        ("visits", visits),
        ("field day", field_day),
        ("events", events),
        ("clock", clock),
        ("notices", notices),
        ("audit", audit),
        ("figures", system),
        ("map", base_map),
        ("master data", master_data),
        ("tables", tables),
        ("reports", reports),
        ("maintenance rounds", calendar),
    ):
        # Each router carries its whole prefix itself, so that the template of a route, by which
        # rights are looked up, is the whole address.
        app.include_router(module.router, tags=[tag])
    app.include_router(visits.times_router, tags=["visits"])
    app.include_router(system.root_router, tags=["health"])
    app.openapi = _openapi(app)  # type: ignore[method-assign]

    @app.get("/openapi.json", include_in_schema=False)
    def openapi_json() -> JSONResponse:
        return JSONResponse(app.openapi())

    if settings.docs:

        @app.get("/docs", include_in_schema=False)
        def docs() -> HTMLResponse:
            return HTMLResponse(docs_page(app.openapi()))

    app.mount("/leaflet", leaflet_files(), name="leaflet")
    app.mount("/me", field_files(), name="me")
    app.mount("/", board_files(), name="board")


def _openapi(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Make the schema once: FastAPI's own, with the shape of every problem."""
    plain = app.openapi

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = plain()
            shapes = schema["components"]["schemas"]
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            shapes.update(problem.pop("$defs"))
            shapes["Problem"] = problem
            for name in ("HTTPValidationError", "ValidationError"):
                shapes.pop(name, None)
            for shape in shapes.values():
                _drop_implied(shape)
            for methods in schema["paths"].values():
                for one in methods.values():
                    _describe_problems(one)
            app.openapi_schema = schema
        return app.openapi_schema

    return made


def _drop_implied(shape: dict[str, Any]) -> None:
    """A field that is always there has no default to tell."""
    for name in shape.get("required", ()):
        shape.get("properties", {}).get(name, {}).pop("default", None)


def _describe_problems(operation: dict[str, Any]) -> None:
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    told = operation["responses"]
    for status, name in (("400", "Bad Request"), ("413", "Too large"), ("415", "Not JSON")):
        if "requestBody" in operation or status == "400":
            told.setdefault(
                status, {"description": name, "content": {"application/problem+json": reference}}
            )
    told["422"] = {
        "description": "Malformed",
        "content": {"application/problem+json": reference},
    }
    for status, one in told.items():
        if status == "422" and "application/json" in one.get("content", {}):
            one["content"] = {"application/problem+json": reference}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    services.hub.start()
    services.executor.start()
    services.what_ifs.start()
    services.watch.start()
    services.keeper.start()
    if services.rehearsal is None:
        services.courier.start()
    if services.settings.demo and services.settings.demo_plants:
        threading.Thread(target=_plan_demo, args=(services,), name="demo", daemon=True).start()
    else:
        services.ready.set()
    try:
        yield
    finally:
        services.stopping.set()
        await services.hub.stop()
        await to_thread.run_sync(services.watch.stop)
        await to_thread.run_sync(services.keeper.stop)
        await to_thread.run_sync(services.courier.stop)
        services.what_ifs.stop()
        services.executor.stop()
        services.database.close()


def _plan_demo(services: Services) -> None:
    try:
        if services.rehearsal is not None:
            services.rehearsal.plant()
        else:
            with SolverChild() as child:
                span = plant(services.database)
                limit = services.settings.demo_time_limit_s
                plan_demo(services.database, span, time_limit_s=limit, child=child)
    except DispatchError as error:
        logger.exception("demo")
        services.trouble.append(error.message.splitlines()[0])
    except Exception:
        logger.exception("demo")
        services.trouble.append("an unplanned error; it has been noted")
    else:
        services.ready.set()
